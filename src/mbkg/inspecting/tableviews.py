"""A table's draft, with all that was seen while its columns were settled, as what a person is shown of it."""

from __future__ import annotations

from collections import Counter

from mbkg.inspecting.checks import identities_of, row_name
from mbkg.inspecting.places import Places
from mbkg.inspecting.values import AmbiguousCell, ColumnView, Settled, Stretch, TableView
from mbkg.reports import Table
from mbkg.tables.find import Block
from mbkg.tables.header import Header
from mbkg.tables.lexicon import Family
from mbkg.tables.settle import Draft

_AXES = {"lanes": "收支两栏", "function": "按功能分类", "economic": "按经济分类", "unit": "按单位", "project": "按项目"}


def table_view(draft: Draft, table: Table, places: Places) -> TableView:
    """What was recognised in a table and why its numbers stand where they do."""
    how = Counter(cell.how for cell in table.cells)
    family = draft.block.family
    return TableView(
        title=table.title,
        number=table.number,
        unit=table.unit,
        family=table.family,
        family_words=_family_words(family) if family is not None else "",
        place=places.words(draft.block.place.number),
        page=places.page(draft.block.place.number),
        stretches=_stretches(draft, places),
        columns=_columns(draft),
        rows=len(draft.rows),
        printed=how["printed"],
        inferred=how["inferred"],
        ambiguous=how["ambiguous"],
        identities=identities_of(draft, places),
        open_cells=_open_cells(draft, places),
        declared_empty=table.declared_empty,
        missing_pages=table.missing_pages,
        unexplained=draft.header.unexplained,
        notes=table.notes,
    )


def _family_words(family: Family) -> str:
    """What every figure of the family shares, and what its rows are: the words of `ontology/tables/families.toml`."""
    said = [word for key in ("fund", "measure", "nature") if (word := family.sets.get(key, ""))]
    return "，".join(filter(None, (" ".join(said), _AXES.get(family.axis, ""))))


def settled_by(page: Block, header: Header) -> Settled:
    """How the columns of one page's numbers were had."""
    if page.aligned:
        return "aligned"
    if not page.is_grid:
        return "flattened"
    return "ruled" if header.trusted_grid else "shifted"


def _stretches(draft: Draft, places: Places) -> tuple[Stretch, ...]:
    """What each page of the file holds of the table; a printed block may run over several pages."""
    rows: Counter[tuple[int | None, int]] = Counter()
    cells: Counter[tuple[int | None, int]] = Counter()
    for at, page in enumerate(draft.pages):
        rows[places.page(page.place.number), at] += 0
    for index, row in enumerate(draft.rows):
        key = (places.page(row.line), row.page_index)
        rows[key] += 1
        cells[key] += len(row.numbers) if index in draft.placed else 0
    return tuple(
        Stretch(page, rows[page, at], cells[page, at], settled_by(draft.pages[at], draft.headers[at]))
        for page, at in sorted(rows, key=lambda key: (key[1], key[0] or 0))
    )


def _columns(draft: Draft) -> tuple[ColumnView, ...]:
    counts = _counts(draft)
    names = dict(zip(map(id, draft.header.money), draft.header.names(), strict=True))
    return tuple(
        ColumnView(
            name=names.get(id(column), column.path[-1]),
            path=column.path,
            role=column.role,
            grid=tuple(place + 1 for place in column.grid_columns),
            printed=counts[id(column), "printed"],
            inferred=counts[id(column), "inferred"],
            ambiguous=counts[id(column), "ambiguous"],
        )
        for column in draft.header.columns
    )


def _counts(draft: Draft) -> Counter[tuple[int, str]]:
    """Numbers by column (its id) and by how they were placed; an ambiguous one counts in its likeliest column."""
    counts: Counter[tuple[int, str]] = Counter()
    for index, (placed, how) in draft.placed.items():
        columns = draft.columns_of(draft.rows[index])
        for column, options in zip(placed.columns, placed.candidates, strict=True):
            own = "ambiguous" if len(options) > 1 else ("inferred" if how == "ambiguous" else how)
            counts[id(columns[column]), own] += 1
    return counts


def _open_cells(draft: Draft, places: Places) -> tuple[AmbiguousCell, ...]:
    names = dict(zip(map(id, draft.header.money), draft.header.names(), strict=True))
    found = []
    for index in sorted(draft.placed):
        row, placed = draft.rows[index], draft.placed[index][0]
        columns = draft.columns_of(row)
        for number, options in zip(row.numbers, placed.candidates, strict=True):
            if len(options) > 1:
                candidates = tuple(names[id(columns[option])] for option in options)
                place = places.words(number.line)
                found.append(AmbiguousCell(place, row_name(draft, index), number.text, candidates))
    return tuple(found)

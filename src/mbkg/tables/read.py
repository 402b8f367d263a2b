"""The budget and final-account tables of a document, every printed number at its row and column.

Tables are found and their rows taken apart first; then columns are settled, table by table, those that leave no doubt first, because what
one table prints helps to place the numbers of the next. Nothing printed is changed; a number that found no place is a leftover.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mbkg.amounts import is_number, read_number
from mbkg.codes import CodeList, code_list
from mbkg.documents import Document, Line
from mbkg.labels import fold
from mbkg.reports import Cell, Leftover, Place, Table
from mbkg.tables.aligned import body_rows, is_placed
from mbkg.tables.find import Block, find_blocks, merge_pages, tokens_of
from mbkg.tables.header import Header, header_of_grid, header_of_places, header_of_text
from mbkg.tables.hierarchy import join_codes, parents_of
from mbkg.tables.lexicon import Lexicon, load_lexicon
from mbkg.tables.meaning import Frame
from mbkg.tables.rows import Row, grid_rows, text_rows
from mbkg.tables.settle import Draft, Expectations, Settler, declared_empty
from mbkg.tables.sums import sums_of_table


@dataclass(frozen=True, slots=True)
class TablesReading:
    """The tables of one document, the lines they take up, the lines with numbers that found no place, and plain remarks.

    `drafts` are the same tables with all that was seen on the way (heads, rows, placements), for whoever asks why.
    """

    tables: tuple[Table, ...]
    claimed: frozenset[int]
    leftovers: tuple[Leftover, ...]
    notes: tuple[str, ...]
    drafts: tuple[Draft, ...] = ()


def read_tables(
    document: Document,
    frame: Frame,
    skip: frozenset[int] = frozenset(),
    project_names: Sequence[str] = (),
    expected: Expectations | None = None,
) -> TablesReading:
    """Read every budget or final-account table.

    Args:
        skip: lines other readers own (performance sheets).
        project_names: names known from the sheets; they tell where a wrapped name ends.
        expected: figures the narrative states, in 万元; they help to place numbers and are never put in.
    """
    lexicon = load_lexicon()
    drafts = [_draft(pages, lexicon, project_names) for pages in merge_pages(find_blocks(document, lexicon, skip))]
    Settler(drafts, frame, lexicon, expected or {}).settle()
    tables = []
    leftovers: list[Leftover] = []
    notes: list[str] = []
    for draft in drafts:
        tables.append(_table(draft, lexicon, frame))
        leftovers.extend(_leftovers(draft))
        notes.extend(_remarks(draft))
    claimed = frozenset(number for draft in drafts for page in draft.pages for number in page.lines)
    return TablesReading(tuple(tables), claimed, tuple(leftovers), tuple(notes), tuple(drafts))


# ---- rows and heads


def _draft(pages: tuple[Block, ...], lexicon: Lexicon, project_names: Sequence[str]) -> Draft:
    widest = max((_numbers_in(line) for page in pages for line in page.body), default=0)
    pages, own = _heads(pages, lexicon, widest)
    best = max(own, key=lambda header: (len(header.money), header.trusted_grid, -len(header.unexplained)))
    headers = [
        header if page.is_grid and len(header.money) == len(best.money) else best
        for page, header in zip(pages, own, strict=True)
    ]
    known = _known_names(lexicon, pages[0], project_names)
    rows: list[Row] = []
    if any(page.is_grid for page in pages):
        for index, (page, header) in enumerate(zip(pages, headers, strict=True)):
            read = (
                grid_rows(page.body, header, lexicon) if page.is_grid else text_rows(page.body, header, lexicon, known)
            )
            rows += [replace(row, page_index=index) for row in read]
    else:  # a row may begin on one page and end on the next
        page_of = {line.number: index for index, page in enumerate(pages) for line in page.body}
        read = text_rows([line for page in pages for line in page.body], best, lexicon, known)
        rows = [replace(row, page_index=page_of[row.line]) for row in read]
    codes = join_codes(rows, headers[0], _names(pages[0]))
    return Draft(pages, tuple(headers), rows, codes, parents_of(rows, codes, lexicon))


def _heads(pages: Sequence[Block], lexicon: Lexicon, widest: int) -> tuple[tuple[Block, ...], list[Header]]:
    """The head of every page; a page without rules whose pieces stand in columns is a grid from here on."""
    aligned: list[Block] = []
    headers: list[Header] = []
    for page in pages:
        found = _by_places(page, lexicon)
        aligned.append(found[0] if found else page)
        headers.append(found[1] if found else _header(page, lexicon, widest))
    return tuple(aligned), headers


def _by_places(page: Block, lexicon: Lexicon) -> tuple[Block, Header] | None:
    if not is_placed((*page.head, *page.body)) or not page.head or not page.body:
        return None
    found = header_of_places(page.head, lexicon, _is_two_sided(page))
    if found is None:
        return None
    header, stacks = found
    rows = body_rows(page.body, page.head, stacks, lexicon)
    return (replace(page, body=tuple(rows), aligned=True), header) if rows else None


def _is_two_sided(page: Block) -> bool:
    return page.family is not None and page.family.axis == "lanes"


def _header(page: Block, lexicon: Lexicon, widest: int) -> Header:
    two_sided = _is_two_sided(page)
    if page.is_grid:
        return header_of_grid([line for line in page.head if line.is_grid], lexicon, two_sided, page.body)
    return header_of_text([line.text for line in page.head], lexicon, two_sided, widest)


def _numbers_in(line: Line) -> int:
    """How many numbers a line ends with: what stands under money columns, codes before the name apart."""
    count = 0
    for token in reversed(tokens_of(line)):
        if not is_number(token):
            break
        count += 1
    return count


def _names(page: Block) -> CodeList:
    return code_list("economic" if page.family is not None and page.family.axis == "economic" else "function")


def _known_names(lexicon: Lexicon, page: Block, project_names: Sequence[str]) -> Callable[[str], Sequence[str]]:
    lists = (_names(page), code_list("function"), code_list("economic"))

    def known(key: str) -> Sequence[str]:
        if key.isdigit():
            names = [name for codes in lists for name in codes.known(key)]
            # A last level printed alone (`05`) may carry the name of any code that ends so.
            if not names and len(key) == 2:
                names = [name for code, all_names in lists[0].names.items() if code.endswith(key) for name in all_names]
            return names
        folded = fold(key)
        return [name for name in project_names if fold(name).startswith(folded)]

    return known


# ---- results


def _table(draft: Draft, lexicon: Lexicon, frame: Frame) -> Table:
    names = dict(zip(map(id, draft.header.money), draft.header.names(), strict=True))
    cells: list[Cell] = []
    for index, row in enumerate(draft.rows):
        if index not in draft.placed:
            continue
        placed, how = draft.placed[index]
        columns = draft.columns_of(row)
        coded = draft.codes[index]
        code = f"{coded.code}|{coded.government}" if coded.government else coded.code
        for number, column, options in zip(row.numbers, placed.columns, placed.candidates, strict=True):
            value = read_number(number.text)
            if value is None:
                continue
            open_ = len(options) > 1
            cells.append(
                Cell(
                    row_code=code,
                    row_label=row.label,
                    column=" | ".join(names[id(columns[c])] for c in options) if open_ else names[id(columns[column])],
                    value=value,
                    unit=draft.block.unit,
                    printed=number.text,
                    how="ambiguous" if open_ else ("inferred" if how == "ambiguous" else how),
                    place=Place(number.line, number.page),
                    path=columns[column].path,
                    candidates=tuple(names[id(columns[c])] for c in options) if open_ else (),
                    row=index,
                    government_label=row.government_label,
                    lane=row.lane,
                    category=row.category,
                )
            )
    family = draft.block.family
    promised = sums_of_table(draft)
    return Table(
        title=draft.block.title,
        number=next((page.number for page in draft.pages if page.number), ""),
        unit=draft.block.unit,
        cells=tuple(cells),
        columns=tuple(names.values()),
        place=Place(draft.block.place.number, draft.block.place.page),
        family=family.id if family is not None else "",
        declared_empty=declared_empty(draft, lexicon),
        missing_pages=sum(not page.body for page in draft.pages[1:]),
        year=frame.year,
        notes=draft.notes,
        rows=tuple((coded.code, row.label) for row, coded in zip(draft.rows, draft.codes, strict=True)),
        sums=promised.sums,
        gaps=promised.gaps,
    )


def _leftovers(draft: Draft) -> list[Leftover]:
    """Lines of the table with a number that stands in no cell and is no code, counter or part of a name."""
    used: dict[int, list[str]] = {}
    for index, row in enumerate(draft.rows):
        if index in draft.placed:
            for number in row.numbers:
                used.setdefault(number.line, []).append(number.text)
    found = []
    for page in draft.pages:
        for line in (*page.head, *page.body):
            left = list(used.get(line.number, ()))
            amounts = []
            for token in tokens_of(line):
                if not is_number(token):
                    continue
                if token in left:
                    left.remove(token)
                elif not token.isdigit() or (not page.is_grid and len(token) > 7):
                    amounts.append(token)
            if amounts:
                found.append(Leftover(line.number, line.text.strip(), draft.block.title))
    return found


def _remarks(draft: Draft) -> list[str]:
    title = draft.block.title
    remarks = []
    if not draft.block.unit and draft.rows:
        remarks.append(f"{title}：没有注明金额单位，数字照录，不作为金额入库。")
    if draft.header.unexplained:
        remarks.append(f"{title}：表头中有未识别的文字“{draft.header.unexplained}”。")
    for index, row in enumerate(draft.rows):
        if not draft.codes[index].certain and row.numbers:
            remarks.append(f"{title}：第 {row.line} 行“{row.label}”的科目级次无法确定。")
    return remarks

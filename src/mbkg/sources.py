"""What one file gives to a report, and how two files' readings of the same tables compare.

A file gives parts: a whole report, only its tables, or only its narrative. `mbkg.merging` makes one report of those that belong
together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from mbkg.amounts import WAN_PER_UNIT, printed_places
from mbkg.documents import Document, Format
from mbkg.labels import fold
from mbkg.reports import Cell, Place, Report, Table

Role = Literal["whole", "tables", "narrative"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gives to a report.

    `missing` names in Chinese what of the identity is not known; the report then holds blanks there, and its columns were read without
    knowing the year. `scope_said` is False where the scope is only assumed. `document` is kept where tables stand without a narrative, so
    that they can be read again once it is known whose they are and what the narrative states.
    """

    report: Report
    role: Role = "whole"
    missing: tuple[str, ...] = ()
    scope_said: bool = True
    format: Format = "text"
    document: Document | None = None

    @property
    def mark(self) -> int:
        """How new a version it says it is."""
        from mbkg.naming import version_mark

        return version_mark(self.report.file, self.report.title)

    @property
    def has_tables(self) -> bool:
        return self.role != "narrative"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that two files print differently."""

    table: str
    row: str
    column: str
    one: Cell
    other: Cell


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two readings of the same tables: (index in the first, cell of the second) of every figure printed alike; what differs; how many
    figures of the one the other does not print at its place."""

    alike: tuple[tuple[int, Cell], ...]
    differing: tuple[Difference, ...]
    only_one: int
    only_other: int

    @property
    def compared(self) -> int:
        return len(self.alike) + len(self.differing)


# ---- comparing


def compare(one: Report, other: Report) -> Comparison:
    """Compare the figures of two readings, table by table, by row code or label and column."""
    offsets = _offsets(one)
    alike: list[tuple[int, Cell]] = []
    differing: list[Difference] = []
    only_one = only_other = 0
    pairs = paired(one.tables, other.tables)
    for at, table in enumerate(one.tables):
        partner = pairs.get(at)
        if partner is None:
            only_one += len(table.cells)
            continue
        theirs = dict(zip(_keys(other.tables[partner]), other.tables[partner].cells, strict=True))
        used = set()
        for index, (own, cell) in enumerate(zip(_keys(table), table.cells, strict=True)):
            key, found = _counterpart(own, cell, theirs)
            if found is None:
                only_one += 1
            elif same_figure(cell, found):
                alike.append((offsets[at] + index, found))
            else:
                differing.append(Difference(table.title, cell.row_label or cell.row_code, cell.column, cell, found))
            if found is not None:
                used.add(key)
        only_other += len(theirs) - len(used)
    matched = set(pairs.values())
    only_other += sum(len(table.cells) for at, table in enumerate(other.tables) if at not in matched)
    return Comparison(tuple(alike), tuple(differing), only_one, only_other)


def same_figure(one: Cell, other: Cell) -> bool:
    """Whether two cells print one amount: equal in one unit, or within their rounding where their money units differ."""
    if one.unit == other.unit:
        return one.value == other.value
    if one.unit not in WAN_PER_UNIT or other.unit not in WAN_PER_UNIT:
        return False
    gap = abs(one.value * WAN_PER_UNIT[one.unit] - other.value * WAN_PER_UNIT[other.unit])
    return gap <= _half(one) + _half(other)


def _half(cell: Cell) -> Decimal:
    """Half of the last printed place, in 万元."""
    return Decimal(5).scaleb(-printed_places(cell.printed) - 1) * WAN_PER_UNIT[cell.unit]


_Key = tuple[str, str, str, int]


def _keys(table: Table) -> list[_Key]:
    """A key for each cell: row, lane, column, and which of several alike it is."""
    seen: dict[tuple[str, str, str], int] = {}
    keys = []
    for cell in table.cells:
        bare = (cell.row_code or fold(cell.row_label), cell.lane, fold(cell.column))
        seen[bare] = seen.get(bare, 0) + 1
        keys.append((*bare, seen[bare]))
    return keys


def _counterpart(key: _Key, cell: Cell, theirs: dict[_Key, Cell]) -> tuple[_Key, Cell | None]:
    """The other table's cell at the same place; for a figure in doubt on either side, the one that prints it under a candidate."""
    row, lane, column, nth = key
    if key in theirs:
        return key, theirs[key]
    for candidate in map(fold, cell.candidates):
        there = (row, lane, candidate, nth)
        if there in theirs and same_figure(cell, theirs[there]):
            return there, theirs[there]
    for there, found in theirs.items():
        if there[:2] == (row, lane) and column in map(fold, found.candidates) and same_figure(cell, found):
            return there, found
    return key, None


def paired(ones: Sequence[Table], others: Sequence[Table]) -> dict[int, int]:
    """Which table of the one is which of the other: by title, those that are left by family where it is the only one of its family.

    Of several the one with most rows in common; tables that both hold figures and share no row are two.
    """
    pairs: dict[int, int] = {}
    rows = [_rows(table) for table in others]
    for same in (_same_title, _same_family):
        for at, table in enumerate(ones):
            if at in pairs:
                continue
            own = _rows(table)
            free = [to for to in range(len(others)) if to not in pairs.values() and same(table, others[to])]
            free = [to for to in free if own & rows[to] or not own or not rows[to]]
            if len(free) == 1 or (free and same is _same_title):
                pairs[at] = max(free, key=lambda to: (len(own & rows[to]), -to))
    return pairs


def _rows(table: Table) -> frozenset[tuple[str, str]]:
    return frozenset((cell.row_code or fold(cell.row_label), cell.lane) for cell in table.cells)


def _same_title(one: Table, other: Table) -> bool:
    return bool(one.title) and fold(one.title) == fold(other.title)


def _same_family(one: Table, other: Table) -> bool:
    return bool(one.family) and one.family == other.family


def _offsets(report: Report) -> list[int]:
    """The index in `Report.cells` at which each table begins."""
    starts, total = [], 0
    for table in report.tables:
        starts.append(total)
        total += len(table.cells)
    return starts


def quality(part: Part) -> tuple[float, float, float, int, str]:
    """How well a file prints its tables; the greatest stands: text before pictures, printed columns before inferred, no doubt before
    doubt, more figures, then the name."""
    cells = [cell for _, cell in part.report.cells]
    total = len(cells) or 1
    sure = sum(cell.confidence >= 1 for cell in cells) / total
    printed = sum(cell.how == "printed" for cell in cells) / total
    ambiguous = sum(cell.how == "ambiguous" for cell in cells) / total
    return sure, printed, -ambiguous, len(cells), part.report.file


def in_file(report: Report) -> Report:
    """The report with its file's name at every place: a part of another file's report."""
    file = report.file

    def there(place: Place) -> Place:
        return replace(place, file=place.file or file)

    structure = report.structure
    numbers = {line for _, line in (*structure.departments, *structure.subordinates, *structure.duties)}
    numbers |= {line for _, _, line in structure.department_notes}
    known = dict(structure.places)
    places = tuple((line, there(known.get(line, Place(line)))) for line in sorted(numbers))
    return replace(
        report,
        tables=tuple(
            replace(
                table,
                place=there(table.place),
                cells=tuple(replace(cell, place=there(cell.place)) for cell in table.cells),
                printed_notes=tuple(replace(note, place=there(note.place)) for note in table.printed_notes),
            )
            for table in report.tables
        ),
        projects=tuple(
            replace(
                project,
                place=there(project.place),
                indicators=tuple(replace(each, place=there(each.place)) for each in project.indicators),
                figures=tuple(replace(each, place=there(each.place)) for each in project.figures),
            )
            for project in report.projects
        ),
        statements=tuple(replace(each, place=there(each.place)) for each in report.statements),
        structure=replace(structure, places=places),
        terms=tuple(replace(term, place=there(term.place)) for term in report.terms),
        leftovers=tuple(replace(leftover, file=leftover.file or file) for leftover in report.leftovers),
        form=replace(
            report.form,
            contents=tuple(replace(each, place=there(each.place)) for each in report.form.contents),
            marks=tuple(replace(each, place=there(each.place)) for each in report.form.marks),
            subjects=tuple(replace(each, place=there(each.place)) for each in report.form.subjects),
        ),
    )

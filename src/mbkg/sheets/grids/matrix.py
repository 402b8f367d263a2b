"""Grid rows with their spans opened up: what stands at every column of a row, printed in it or reaching into it from above.

A cell that spans rows stands in its first row only (`documents.model`); here it is a slot of every row it reaches, marked as
carried below its first. Rows of text between grids are rows without slots.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mbkg.amounts import to_ascii_digits
from mbkg.documents import Document, Line
from mbkg.labels import squeeze
from mbkg.sheets.vocabulary import bare, words

PROSE = 45  # characters of a line of text that is no page header any more
_TITLE = re.compile(r"[\u4e00-\u9fff]{3,}表(?:（[^（）]*）)?$")
_MONEY = re.compile(r"\d\.\d\d(?!\d)|\d,\d{3}")


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell as one row sees it: its text squeezed, its columns (`end` excluded), whether it is printed in this row."""

    text: str
    column: int
    end: int
    own: bool = True

    def overlap(self, start: int, end: int) -> int:
        """How many columns it shares with a range of columns."""
        return max(0, min(self.end, end) - max(self.column, start))


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of a document: `slots` from left to right, empty for a line of text.

    `void` are the columns at which none of its grid's texts begins: they only part other columns.
    """

    number: int
    page: int | None
    text: str
    grid: int | None = None
    slots: tuple[Slot, ...] = ()
    void: frozenset[int] = frozenset()

    @property
    def printed(self) -> tuple[Slot, ...]:
        """The cells printed in this row, blank ones too where other rows print something in their columns."""
        return tuple(s for s in self.slots if s.own and (s.text or not self.void.issuperset(range(s.column, s.end))))

    @property
    def filled(self) -> tuple[Slot, ...]:
        """The cells printed in this row that hold text."""
        return tuple(slot for slot in self.slots if slot.own and slot.text)

    @property
    def joined(self) -> str:
        return squeeze(self.text)

    @property
    def has_digit(self) -> bool:
        return any(ch.isdigit() for ch in to_ascii_digits("".join(slot.text for slot in self.filled) or self.text))


@dataclass(slots=True)
class _Reach:
    """A cell that spans rows, and the row (of page or document) that it no longer reaches."""

    slot: Slot
    until: int


def grid_rows(document: Document) -> list[GridRow]:
    """Every line of the document as a row, spans opened up within each grid."""
    out: list[GridRow] = []
    reaching: list[_Reach] = []
    grid: int | None = None
    place = 0
    void = _void_columns(document)
    for line in document.lines:
        if line.grid is None or not line.cells:
            out.append(GridRow(line.number, line.page, line.text))
            place += 1
            continue
        if line.grid != grid:
            reaching, grid = [], line.grid
        place = line.row if line.row is not None else place + 1
        out.append(_row(line, reaching, place, void[line.grid]))
    return out


def _void_columns(document: Document) -> dict[int, frozenset[int]]:
    """For each grid the columns at which no cell with text begins."""
    begun: dict[int, set[int]] = {}
    wide: dict[int, int] = {}
    for line in document.lines:
        if line.grid is not None:
            begun.setdefault(line.grid, set()).update(cell.column for cell in line.cells if cell.text.strip())
            ends = [cell.column + cell.colspan for cell in line.cells]
            wide[line.grid] = max(wide.get(line.grid, 0), *ends, 0)
    return {grid: frozenset(range(wide[grid])) - columns for grid, columns in begun.items()}


def _row(line: Line, reaching: list[_Reach], place: int, void: frozenset[int]) -> GridRow:
    own = [
        Slot(squeeze(cell.text), cell.column, cell.column + max(1, cell.colspan))
        for cell in sorted(line.cells, key=lambda cell: cell.column)
    ]
    reaching[:] = [
        reach
        for reach in reaching
        if place < reach.until and not any(reach.slot.overlap(slot.column, slot.end) for slot in own)
    ]
    carried = [Slot(reach.slot.text, reach.slot.column, reach.slot.end, own=False) for reach in reaching]
    for cell, slot in zip(sorted(line.cells, key=lambda cell: cell.column), own, strict=True):
        if cell.rowspan > 1:
            reaching.append(_Reach(slot, place + cell.rowspan))
    slots = tuple(sorted((*own, *carried), key=lambda slot: slot.column))
    return GridRow(line.number, line.page, line.text, line.grid, slots, void)


def opens_other_table(row: GridRow) -> bool:
    """Whether a grid row is only the title of a table, as worksheets print several tables one below another."""
    filled = row.filled
    return len(filled) == 1 and len(filled[0].text) <= PROSE and _TITLE.search(filled[0].text) is not None


def is_page_number(row: GridRow) -> bool:
    """Whether a grid row holds a page number and nothing else."""
    filled = row.filled
    return len(filled) == 1 and re.fullmatch(r"[-—－]*\d{1,4}[-—－]*", to_ascii_digits(filled[0].text)) is not None


def is_layout(text: str) -> bool:
    """Whether a line of text between two grids is only a page's: its number, a running title, a year, a unit; never an amount.

    >>> [is_layout(t) for t in ("— 31 —", "云浦市水利局2024年度部门决算", "另有追加资金12.50万元")]
    [True, True, False]
    """
    plain = bare(text)
    prose = len(plain) > PROSE or "。" in plain or words().ends_always.search(plain) is not None
    return not prose and _MONEY.search(to_ascii_digits(plain)) is None

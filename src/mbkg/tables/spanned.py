"""The head of a table whose cells know what they span: what stands under what is geometry, and needs no words.

A ruled PDF table, a Word, Excel or HTML table says which heading lies over which columns; words only say what a column is about. Where no
word is known a column still has its place and its printed name, and whether it holds amounts is told by the rows beneath it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mbkg.amounts import is_number
from mbkg.documents import GridCell, Line
from mbkg.labels import squeeze
from mbkg.tables.lexicon import Heading, Segment

Finder = Callable[[str], Segment | None]


@dataclass(eq=False)
class SpannedCell:
    """One heading with the grid rows and columns it covers; `stop` values lie one behind the last."""

    text: str
    row: int
    row_stop: int
    column: int
    column_stop: int


def has_spans(rows: Sequence[Line]) -> bool:
    """Whether the head's geometry can be trusted: its format keeps spans, and it is one row or some heading spans."""
    grid_rows = [row for row in rows if row.is_grid]
    if not grid_rows or any(row.grid is None for row in grid_rows):
        return False
    if len(grid_rows) == 1:
        return True
    return any(cell.colspan > 1 or cell.rowspan > 1 for row in grid_rows for cell in row.cells if cell.text)


def stacks(rows: Sequence[Line]) -> list[list[SpannedCell]]:
    """For every grid column the headings over it from top to bottom; columns under the same headings stand together once."""
    width = max((cell.column + cell.colspan for row in rows for cell in row.cells), default=0)
    over: list[list[SpannedCell]] = [[] for _ in range(width)]
    for index, row in enumerate(rows):
        for cell in sorted(row.cells, key=lambda cell: cell.column):
            text = squeeze(cell.text)
            if text:
                _put(over, SpannedCell(text, index, index + cell.rowspan, cell.column, cell.column + cell.colspan))
            else:
                _stretch(over, cell, index)
    found: list[list[SpannedCell]] = []
    for stack in over:
        if stack and not (found and [id(cell) for cell in found[-1]] == [id(cell) for cell in stack]):
            found.append(stack)
    return found


def _put(over: list[list[SpannedCell]], heading: SpannedCell) -> None:
    above = over[heading.column][-1] if over[heading.column] else None
    if above is not None and above.column <= heading.column < above.column_stop < heading.column_stop:
        return  # it lies under two headings: a row of the body, not a heading
    for column in range(heading.column, min(heading.column_stop, len(over))):
        over[column].append(heading)


def _stretch(over: list[list[SpannedCell]], blank: GridCell, row: int) -> None:
    """Let a heading whose right neighbours were left blank instead of merged cover them, under the same upper heading."""
    left = next((cell for cell in reversed(over[blank.column - 1]) if cell.row == row), None) if blank.column else None
    if left is None or left.row_stop > row + 1:
        return
    upper_left = [cell for cell in over[blank.column - 1] if cell.row < row]
    upper = [cell for cell in over[blank.column] if cell.row < row]
    if upper or upper_left:
        if not upper or not upper_left or upper[-1] is not upper_left[-1]:
            return
    elif row > 0:
        return
    for column in range(blank.column, min(blank.column + blank.colspan, len(over))):
        over[column].append(left)
    left.column_stop = blank.column + blank.colspan


def roles_from_body(stacks: Sequence[Sequence[SpannedCell]], find: Finder, body: Sequence[Line]) -> dict[int, Heading]:
    """Headings no word explains, by the id of their cell: amounts where numbers stand below, else names or remarks.

    Words left of the amounts name the row, unless codes with names of their own do. Only columns of their own are judged; a heading
    over others says nothing by itself.
    """
    judged: dict[int, Heading] = {}
    known = [found.heading.role if (found := find(stack[-1].text)) else "" for stack in stacks]
    coded = "code" in known
    first_amount = next((at for at, role in enumerate(known) if role == "money"), len(known))
    for at, stack in enumerate(stacks):
        leaf = stack[-1]
        if find(leaf.text) is not None:
            continue
        texts = [
            cell.text
            for line in body
            for cell in line.cells
            if cell.text
            and leaf.column <= cell.column < leaf.column_stop
            and cell.colspan <= leaf.column_stop - leaf.column
        ]
        words = sum(not is_number(text) for text in texts)
        if texts and words * 2 > len(texts):
            judged[id(leaf)] = Heading(leaf.text, "category" if coded or at > first_amount else "label")
    return judged

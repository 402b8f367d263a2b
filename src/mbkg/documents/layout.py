"""Grids put in order before they become lines, the same for Word, Excel and web pages.

Files carry layout that a reader must not see: rows and outer columns with nothing in them, grid columns that no cell begins at, frames of
one column that only hold paragraphs. What is left is the table as printed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.model import GridCell

_SPACE = " \u3000\xa0\t\r\n"
Row = list[GridCell]


def add_table(
    builder: DocumentBuilder,
    rows: Sequence[Sequence[GridCell]],
    *,
    page: int | None = None,
    numbers: Sequence[int] | None = None,
) -> bool:
    """Add a table as a grid, or as text where it has one column only; says whether a grid was added.

    Args:
        rows: the cells of each row, a cell that spans rows in its first row only; texts may hold line breaks.
        numbers: what each row is called on its page or sheet.
    """
    kept, indexes = tidy(rows)
    if not kept:
        return False
    names = [numbers[index] for index in indexes] if numbers is not None else None
    if max(cell.column + cell.colspan for row in kept for cell in row) > 1:
        builder.grid(kept, page=page, row_numbers=names)
        return True
    for at, row in enumerate(kept):
        for piece in row[0].text.split("\n"):
            if piece.strip(_SPACE):
                builder.text(piece.strip(_SPACE), page=page, row=names[at] if names is not None else None)
    return False


def tidy(rows: Sequence[Sequence[GridCell]]) -> tuple[list[Row], list[int]]:
    """The rows that print something, with spans and columns counted among what is left, and their former indexes.

    >>> tidy([[GridCell("类", 1, 2), GridCell("款", 3)], [], [GridCell("甲", 1, 2), GridCell("乙", 3)]])[0][1]
    [GridCell(text='甲', column=0, colspan=1, rowspan=1, box=None), GridCell(text='乙', column=1, colspan=1, rowspan=1, box=None)]
    """
    kept, indexes = _without_blank_rows(rows)
    return _without_blank_end(_without_idle_columns(kept)), indexes


def is_blank(cell: GridCell) -> bool:
    return not cell.text.strip(_SPACE)


def _filled(row: Sequence[GridCell]) -> Row:
    return [cell for cell in row if not is_blank(cell)]


def _without_blank_rows(rows: Sequence[Sequence[GridCell]]) -> tuple[list[Row], list[int]]:
    indexes = [index for index, row in enumerate(rows) if _filled(row)]
    kept: list[Row] = [[] for _ in indexes]
    for index, row in enumerate(rows):
        for cell in row:
            first = bisect_left(indexes, index)
            span = bisect_left(indexes, index + cell.rowspan) - first
            if span > 0:
                kept[first].append(cell if span == cell.rowspan else replace(cell, rowspan=span))
    for row in kept:
        row.sort(key=lambda cell: cell.column)
    return kept, indexes


def _without_idle_columns(rows: list[Row]) -> list[Row]:
    """Grid columns at which no cell begins are closed up; the blank rest of a title's row is no reason to keep one."""
    starts: set[int] = set()
    for row in rows:
        filled = _filled(row)
        starts.update(cell.column for cell in (row if len(filled) > 1 else filled))
    return _recounted(rows, sorted(starts))


def _without_blank_end(rows: list[Row]) -> list[Row]:
    """Without the last columns that are blank but for what spans the whole table.

    Blank first columns stay: a table that goes on without its head may leave 类 and 款 blank, and what follows must keep its place.
    """
    width = max((cell.column + cell.colspan for row in rows for cell in row), default=0)
    ends = [cell.column + cell.colspan for row in rows for cell in _filled(row) if cell.colspan < width]
    return _recounted(rows, list(range(max(ends)))) if ends and max(ends) < width else rows


def _recounted(rows: list[Row], starts: list[int]) -> list[Row]:
    """The same cells on the columns that begin at `starts`; a blank cell with none of them goes."""
    result: list[Row] = []
    for row in rows:
        new: Row = []
        for cell in row:
            column = bisect_left(starts, cell.column)
            span = bisect_left(starts, cell.column + cell.colspan) - column
            if (column, span) == (cell.column, cell.colspan):
                new.append(cell)
            elif span > 0:
                new.append(replace(cell, column=column, colspan=span))
        result.append(new)
    return result

"""The equations that a table's layout promises, as positions of the cells that take part.

A head promises that a total column is the sum of its parts in every row; codes and list numbers promise that a row is, in every column, the
sum of the rows right under it. Whether the figures keep the promise is not asked here: that is a rule in `shapes/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mbkg.amounts import read_number
from mbkg.reports import Axis, Sum
from mbkg.tables.header import Column
from mbkg.tables.settle import Draft

_DIVISIONS = ("measure", "nature", "fund")  # what part columns may differ by, the most telling first


def sums_of_table(draft: Draft) -> tuple[Sum, ...]:
    """Every sum of a settled table, rows first; positions count the numbers of the placed rows in print order."""
    layout = _Layout(draft)
    return (*layout.along_rows(), *layout.along_columns())


class _Layout:
    """Where each certain number of a table stands: by row, then by money column, its position among the table's cells."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.cut_off = cut_off_rows(draft)
        self.cells: list[Mapping[int, int]] = []
        self.open: list[frozenset[int]] = []  # columns of a row in which a number with an open column may stand
        at = {id(column): index for index, column in enumerate(draft.header.money)}
        position = 0
        for index, row in enumerate(draft.rows):
            columns = [at[id(column)] for column in draft.columns_of(row)]
            known: dict[int, int] = {}
            doubtful: set[int] = set(columns) if row.numbers and index not in draft.placed else set()
            if index in draft.placed:
                placed = draft.placed[index][0]
                for number, column, options in zip(row.numbers, placed.columns, placed.candidates, strict=True):
                    if read_number(number.text) is None:
                        continue
                    if len(options) > 1:
                        doubtful.update(columns[option] for option in options)
                    else:
                        known[columns[column]] = position
                    position += 1
            self.cells.append(known)
            self.open.append(frozenset(doubtful))

    def along_rows(self) -> list[Sum]:
        children: dict[int, list[int]] = {}
        for index, parent in enumerate(self.draft.parents):
            if parent is not None:
                children.setdefault(parent, []).append(index)
        found = []
        for parent, own in sorted(children.items()):
            adds = self._axis(own)
            for column, whole in sorted(self.cells[parent].items()):
                parts = tuple(self.cells[index][column] for index in own if column in self.cells[index])
                doubtful = any(column in self.open[index] for index in own)
                lost = "missing-page" if parent in self.cut_off else ""
                found.append(_sum("rows", adds, whole, parts, doubtful, lost))
        return found

    def along_columns(self) -> list[Sum]:
        found = []
        for total, columns in self.draft.header.sums:
            adds = _division([self.draft.header.money[column] for column in columns])
            for cells, open_ in zip(self.cells, self.open, strict=True):
                if total in cells:
                    parts = tuple(cells[column] for column in columns if column in cells)
                    found.append(_sum("columns", adds, cells[total], parts, bool(open_ & {*columns}), ""))
        return found

    def _axis(self, rows: Sequence[int]) -> str:
        if any(self.draft.rows[row].lane for row in rows):
            return "lane"
        code = next((self.draft.codes[row].code for row in rows if self.draft.codes[row].code), "")
        if code:
            return "function" if code.startswith("2") else "economic"
        family = self.draft.block.family
        return family.axis if family is not None and family.axis in ("project", "unit") else "items"


def _sum(axis: Axis, adds: str, whole: int, parts: tuple[int, ...], doubtful: bool, lost: str) -> Sum:
    return Sum(axis, adds, whole, parts, "ambiguous" if doubtful else lost or ("" if parts else "parts-blank"))


def _division(columns: Sequence[Column]) -> str:
    """By what the parts of a total column differ."""
    keys = {key for column in columns for segment in column.segments for key in segment.heading.sets}
    return next((key for key in _DIVISIONS if key in keys), "other")


def cut_off_rows(draft: Draft) -> frozenset[int]:
    """Rows some of whose parts may stand on a lost page: the last before it and all that it is part of."""
    found: set[int] = set()
    for at, page in enumerate(draft.pages):
        before = [index for index, row in enumerate(draft.rows) if row.page_index < at]
        step: int | None = before[-1] if at and not page.body and before else None
        while step is not None and step not in found:
            found.add(step)
            step = draft.parents[step]
    return frozenset(found)

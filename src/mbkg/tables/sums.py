"""The equations that a table's layout promises, as positions of the cells that take part.

A head promises that a total column is the sum of its parts in every row; codes, list numbers and words promise that a row is, in every
column, the sum of the rows under it (`outline`); a two-sided table that its two totals are equal. Whether the figures keep the promise is
not asked here: that is a rule in `shapes/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mbkg.amounts import read_number
from mbkg.reports import Axis, Gap, Sum
from mbkg.tables.across import Columns, columns_of
from mbkg.tables.groups import Group, sum_words
from mbkg.tables.header import Column
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.outline import groups_of_rows
from mbkg.tables.settle import Draft

_DIVISIONS = ("measure", "nature", "fund")  # what part columns may differ by, the most telling first
_CONTENT = ("fund", "nature", "measure", "total")  # what makes a column of a two-sided table a part of its side


@dataclass(frozen=True, slots=True)
class TableSums:
    """What a table promises to add up, and the totals it leaves blank."""

    sums: tuple[Sum, ...] = ()
    gaps: tuple[Gap, ...] = ()


def sums_of_table(draft: Draft) -> TableSums:
    """Every sum of a settled table, rows first; positions count the numbers of the placed rows in print order."""
    layout = _Layout(draft)
    groups = groups_of_rows(draft, layout.values, load_lexicon())
    sums = (*layout.along_rows(groups), *layout.balances(), *layout.along_columns())
    return TableSums(sums, tuple(layout.gaps(groups)))


class _Layout:
    """Where each certain number of a table stands: by row, then by money column, its position among the table's cells."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.money = draft.header.money
        self.cut_off = cut_off_rows(draft)
        self.cells: list[Mapping[int, int]] = []
        self.values: list[Mapping[int, Decimal]] = []
        self.open: list[frozenset[int]] = []  # columns of a row in which a number with an open column may stand
        at = {id(column): index for index, column in enumerate(self.money)}
        position = 0
        for index, row in enumerate(draft.rows):
            columns = [at[id(column)] for column in draft.columns_of(row)]
            known: dict[int, int] = {}
            values: dict[int, Decimal] = {}
            doubtful: set[int] = set(columns) if row.numbers and index not in draft.placed else set()
            if index in draft.placed:
                placed = draft.placed[index][0]
                for number, column, options in zip(row.numbers, placed.columns, placed.candidates, strict=True):
                    value = read_number(number.text)
                    if value is None:
                        continue
                    if len(options) > 1:
                        doubtful.update(columns[option] for option in options)
                    else:
                        known[columns[column]] = position
                        values[columns[column]] = value
                    position += 1
            self.cells.append(known)
            self.values.append(values)
            self.open.append(frozenset(doubtful))
        self.additive = frozenset(i for i, column in enumerate(self.money) if _is_additive(column))

    def along_rows(self, groups: Sequence[Group]) -> list[Sum]:
        found = []
        for group in groups:
            for column, whole in sorted(self.cells[group.whole].items()):
                if column not in self.additive or (group.columns and column not in group.columns):
                    continue
                parts = tuple(self.cells[index][column] for index in group.parts if column in self.cells[index])
                doubtful = any(column in self.open[index] for index in group.parts)
                lost = "missing-page" if group.whole in self.cut_off else "" if group.sure else "structure"
                found.append(_sum("rows", group.adds, whole, parts, doubtful, lost))
        return found

    def gaps(self, groups: Sequence[Group]) -> list[Gap]:
        """Totals printed blank above or below rows with figures; for a row without any figure only its first column."""
        names = self.draft.header.names()
        found = []
        for group in groups:
            row = self.draft.rows[group.whole]
            if not group.sure or group.whole in self.cut_off or self.open[group.whole]:
                continue
            for column in sorted(self.additive):
                if column in self.cells[group.whole] or (group.columns and column not in group.columns):
                    continue
                parts = tuple(self.cells[i][column] for i in group.parts if column in self.cells[i])
                if any(self.values[i].get(column) for i in group.parts):
                    coded = self.draft.codes[group.whole]
                    code = "|".join(piece for piece in (coded.code, coded.government) if piece)
                    found.append(Gap(group.whole, code, row.label, names[column], parts))
                    if not self.cells[group.whole]:
                        break
        return found

    def balances(self) -> list[Sum]:
        """The two totals of a two-sided table: what comes in is what goes out, column by column where each side prints several years."""
        lexicon = load_lexicon()
        grand: dict[str, int] = {}
        for lane in ("收入", "支出"):
            own = [i for i, row in enumerate(self.draft.rows) if row.lane == lane and self.cells[i]]
            known = lexicon.lane_row(self.draft.rows[own[-1]].label) if own else None
            if known is not None and known.sum and not known.sets.get("total"):
                grand[lane] = own[-1]
        if len(grand) < 2:
            return []
        found = []
        income, expenditure = self.cells[grand["收入"]], self.cells[grand["支出"]]
        for column, whole in sorted(expenditure.items()):
            mine = _time_of(self.money[column])
            if _content_of(self.money[column]):
                continue
            for other, part in sorted(income.items()):
                if _time_of(self.money[other]) == mine and not _content_of(self.money[other]):
                    found.append(_sum("rows", "balance", part, (whole,), False, ""))
        return found

    def along_columns(self) -> list[Sum]:
        found = []
        for each in columns_of(self.draft.header, self.values, load_lexicon()):
            adds = each.adds or _division([self.money[column] for column in each.parts])
            for cells, open_ in zip(self.cells, self.open, strict=True):
                if each.whole in cells:
                    parts = tuple(cells[column] for column in each.parts if column in cells)
                    less = tuple(cells[column] for column in each.less if column in cells)
                    doubtful = bool(open_ & {*each.parts, *each.less})
                    found.append(
                        _sum(
                            "columns", adds, cells[each.whole], parts, doubtful, "" if each.sure else "structure", less
                        )
                    )
        return found


def _sum(
    axis: Axis, adds: str, whole: int, parts: tuple[int, ...], doubtful: bool, lost: str, less: tuple[int, ...] = ()
) -> Sum:
    hindrance = "ambiguous" if doubtful else lost or ("" if parts or less else "parts-blank")
    return Sum(axis, adds, whole, parts, hindrance, less)


def _is_additive(column: Column) -> bool:
    """Whether the figures of a column can be added up down the rows: rates, shares and counts cannot."""
    return not any(sum_words().never_column.search(text) for text in column.path)


def _time_of(column: Column) -> tuple[tuple[str, str], ...]:
    """The phase and year a column's headings set; `last` for last year's."""
    found: dict[str, str] = {}
    for segment in column.segments:
        found |= {key: value for key, value in segment.heading.sets.items() if key in ("phase", "year")}
        if segment.year is not None:
            found["year"] = str(segment.year)
    return tuple(sorted(found.items()))


def _content_of(column: Column) -> bool:
    """Whether a column holds only part of its side: one fund, one nature."""
    return any(segment.heading.sets.get(key) for segment in column.segments for key in _CONTENT) or any(
        sum_words().memo.match(text) for text in column.path
    )


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


__all__ = ["Columns", "TableSums", "cut_off_rows", "sums_of_table"]

"""The rows of two-sided tables that add up to which: items under 本年合计, which stands with what is carried over under the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mbkg.labels import squeeze
from mbkg.tables.groups import Group, Values, list_level, sum_words, without_memo
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.settle import Draft


def side_groups(draft: Draft, values: Values, lane: str, lexicon: Lexicon) -> list[Group]:
    """The groups of one side; of each classification apart where a side prints several beside each other."""
    own = [index for index, row in enumerate(draft.rows) if row.lane == lane]
    sides = _sides(own, values, lexicon, draft)
    money = [column for column in draft.header.money if column.lane == lane]
    twice = len({column.path[-1] for column in money}) < len(money)
    open_ = twice and not draft.header.trusted_grid  # two lists in one column of the text: no row says which it is on
    found: list[Group] = []
    for columns in sides:
        rows = [index for index in own if not values[index] or columns & {*values[index]}]
        sums = [
            squeeze(draft.rows[i].label)
            for i in rows
            if (k := lexicon.lane_row(draft.rows[i].label)) is not None and k.sum
        ]
        open_ = open_ or len({*sums}) < len(sums)
        for group in lane_groups(draft, values, rows, lexicon):
            limited = columns if len(sides) > 1 else frozenset()
            found.append(replace(group, columns=frozenset(limited), sure=group.sure and not open_))
    return found


def _sides(own: Sequence[int], values: Values, lexicon: Lexicon, draft: Draft) -> list[set[int]]:
    """The columns that belong together: those in which one item prints figures. A total may print one for each classification."""
    sides: list[set[int]] = []
    items = [i for i in own if not ((known := lexicon.lane_row(draft.rows[i].label)) is not None and known.sum)]
    for index in [*items, *(i for i in own if i not in items)]:
        columns = {*values[index]}
        if index not in items and sum(bool(side & columns) for side in sides) > 1:
            continue
        touched = [side for side in sides if side & columns]
        if columns:
            sides = [side for side in sides if side not in touched] + [columns.union(*touched)]
    return sides


class _LaneRows:
    """The rows of one side and what they mean."""

    def __init__(self, draft: Draft, values: Values, rows: Sequence[int], lexicon: Lexicon) -> None:
        self.words = sum_words()
        self.rows = rows
        self.labels = {i: without_memo(draft.rows[i].label) for i in rows}
        self.known = {i: lexicon.lane_row(draft.rows[i].label) for i in rows}
        self.level = {i: list_level(self.labels[i][0]) for i in rows}
        self.filled = {i: any(values[i].values()) for i in rows}
        self.printed = {i: bool(values[i]) for i in rows}

    def is_sum(self, index: int) -> bool:
        known = self.known[index]
        return known is not None and known.sum

    def is_year(self, index: int) -> bool:
        known = self.known[index]
        return known is not None and known.sum and known.sets.get("total") == "本年"

    def is_carried(self, index: int) -> bool:
        known = self.known[index]
        if known is None:
            return False
        sets = known.sets
        return (
            sets.get("fund") in self.words.carried["funds"]
            or sets.get("nature") in self.words.carried["natures"]
            or sets.get("measure") in self.words.carried["measures"]
        )

    def fund(self, index: int) -> str:
        known = self.known[index]
        return known.sets.get("fund", "") if known is not None else ""

    def nature(self, index: int) -> str:
        known = self.known[index]
        return known.sets.get("nature", "") if known is not None else ""


def lane_groups(draft: Draft, values: Values, rows: Sequence[int], lexicon: Lexicon) -> list[Group]:
    """Items under 本年合计, that with what is carried over under 总计; items that name parts of an item under that."""
    lane = _LaneRows(draft, values, rows, lexicon)
    groups: list[Group] = []
    pending: list[int] = []  # rows since the last total
    whole_year: int | None = None
    of_year: list[int] = []  # what that total adds up; stands for it where it prints nothing
    position = 0
    while position < len(rows):
        index = rows[position]
        if not lane.is_sum(index):
            pending.append(index)
            position += 1
            continue
        leads = lane.is_year(index) and not any(lane.printed[i] for i in pending) and whole_year is None
        if leads:
            own, position = _led(lane, rows, position + 1)
            inner, top, sure = _nested(lane, own)
            groups += [*inner, Group(index, tuple(top), "lane", sure)]
            whole_year, of_year, pending = index, top, []
            continue
        inner, top, sure = _nested(lane, pending)
        before = [] if whole_year is None else [whole_year] if lane.printed[whole_year] else of_year
        groups += [*inner, Group(index, (*before, *top), "lane", sure)]
        whole_year, of_year, pending = index, [*before, *top], []
        position += 1
    inner, _, _ = _nested(lane, pending)
    return groups + inner


def _led(lane: _LaneRows, rows: Sequence[int], start: int) -> tuple[list[int], int]:
    """The items under a 本年收入 that stands above them, and the position of the row after."""
    opened = lane.level[rows[start - 1]]
    stop = start
    while stop < len(rows):
        index = rows[stop]
        if lane.is_sum(index) or lane.is_carried(index) or (opened is not None and lane.level[index] == opened):
            break
        stop += 1
    return [*rows[start:stop]], stop


def _nested(lane: _LaneRows, rows: Sequence[int]) -> tuple[list[Group], list[int], bool]:
    """The groups among some rows of a side, the rows that stand highest, and whether those are sure to be all of them."""
    words = lane.words
    numbered = [level for i in rows if (level := lane.level[i]) is not None and not lane.labels[i][1]]
    first = min(numbered, default=None)
    parents: dict[int, int | None] = {}
    unsure: set[int] = set()
    open_top = False
    under: int | None = None  # the last row that stands highest
    memo = False  # whether the rows right above are parts after 其中, which may go on without saying so
    for position, index in enumerate(rows):
        level, fund, nature = lane.level[index], lane.fund(index), lane.nature(index)
        above = rows[:position]
        if fund in words.fiscal_parts and (whole := _fiscal_whole(lane, above)) is not None:
            parents[index] = whole
            if lane.is_carried(whole):
                unsure.add(whole)
            continue
        if (
            nature in ("人员经费", "公用经费")
            and (basic := next((i for i in reversed(above) if lane.nature(i) == "基本支出"), None)) is not None
        ):
            parents[index] = basic
            continue
        if lane.labels[index][1]:
            parents[index], memo = -1, True
            continue
        if lane.is_carried(index):
            parents[index], under, memo = None, index, False
            continue
        if level is not None and first is not None:
            holder = next(
                (i for i in reversed(above) if (up := lane.level[i]) is not None and up < level and lane.printed[i]),
                None,
            )
            parents[index] = holder if level > first else None
            under, memo = (index if level == first else under), memo and level > first
            continue
        if memo:  # part of 其中 or the next item: nothing says
            parents[index] = -1
            open_top = open_top or lane.filled[index]
        elif first is not None and under is not None:
            parents[index] = under
            unsure.add(under)
            open_top = open_top or lane.filled[index]
        else:
            parents[index], under = None, index
    found = []
    for whole in dict.fromkeys(parent for parent in parents.values() if parent is not None and parent >= 0):
        parts = tuple(i for i in rows if parents[i] == whole)
        if lane.printed[whole]:
            found.append(Group(whole, parts, "lane", whole not in unsure))
    return found, [i for i in rows if parents[i] is None], not open_top


def _fiscal_whole(lane: _LaneRows, above: Sequence[int]) -> int | None:
    """The 财政拨款 or carried-over row that a fund row right below is part of."""
    for index in reversed(above):
        if lane.fund(index) == lane.words.fiscal_whole and not lane.labels[index][1]:
            return index
        if lane.is_carried(index):
            return index
        if lane.fund(index) not in lane.words.fiscal_parts or lane.level[index] == 0:
            return None
    return None

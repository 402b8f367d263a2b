"""Which rows of a settled table add up to which: the outline that its codes, list numbers and words draw.

Reading a table needs a parent for every row; adding it up needs more care. A row under 其中 is part of a figure and need not be all of
it; a code printed again may be a detail of the row above or the same item of another unit; a 本年收入 may stand above its items or below
them. A group that the print leaves open is stated as not sure: a rule then says that it cannot be tried, unless it ties out all the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from mbkg.labels import squeeze
from mbkg.resources import resource_path
from mbkg.tables.lexicon import LaneRow, Lexicon
from mbkg.tables.settle import Draft

Values = Sequence[Mapping[int, Decimal]]  # of each row: its certain figures by money column

_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"^\d+[、.．](?!\d)"),
    re.compile(r"^(?:[（(]\d+[）)]|[①-⑳])"),
)
_FUNCTION = re.compile(r"^2\d{2}(?:\d{2}){0,2}$")
_ECONOMIC = re.compile(r"^[345]\d{2}(?:\d{2})?$")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that add up to a row of the same table: positions in the draft's rows.

    `columns` limits it to some money columns; empty for all of them. `sure` is False where the print leaves open what belongs to the whole.
    """

    whole: int
    parts: tuple[int, ...]
    adds: str
    sure: bool = True
    columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SumWords:
    """The words of `ontology/tables/sums.toml`."""

    compositions: Mapping[str, tuple[str, ...]]
    exclusive: frozenset[str]  # wholes of which nothing but the listed parts is ever a part
    never_column: re.Pattern[str]
    never_row: re.Pattern[str]
    memo: re.Pattern[str]
    fiscal_whole: str
    fiscal_parts: tuple[str, ...]
    carried: Mapping[str, tuple[str, ...]]
    carry_over: Mapping[str, str]
    halves: Mapping[str, tuple[str, ...]]

    def is_exclusive(self, measures: Iterable[str]) -> bool:
        """Whether these measures are parts of one whole beside which nothing else is added up."""
        wholes = [whole for whole in self.exclusive if {*measures} & {*self.compositions[whole]}]
        return bool(wholes)

    @property
    def composed(self) -> frozenset[str]:
        """Every measure that makes up another or is made up of others."""
        return frozenset(self.compositions).union(*self.compositions.values())


@cache
def sum_words() -> SumWords:
    with resource_path("ontology", "tables", "sums.toml").open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    return SumWords(
        compositions={entry["whole"]: tuple(entry["parts"]) for entry in data["composition"]},
        exclusive=frozenset(entry["whole"] for entry in data["composition"] if entry.get("exclusive")),
        never_column=re.compile(data["never"]["column"]),
        never_row=re.compile(data["never"]["row"]),
        memo=re.compile(data["memo"]["pattern"]),
        fiscal_whole=data["fiscal"]["whole"],
        fiscal_parts=tuple(data["fiscal"]["parts"]),
        carried={key: tuple(values) for key, values in data["carried"].items()},
        carry_over=data["carry-over"],
        halves={label: tuple(codes) for label, codes in data["halves"]["labels"].items()},
    )


def groups_of_rows(draft: Draft, values: Values, lexicon: Lexicon) -> list[Group]:
    """Every group of rows that adds up to a row, in the order of the wholes."""
    if any(row.lane for row in draft.rows):
        found = [
            g
            for lane in dict.fromkeys(row.lane for row in draft.rows)
            for g in _side_groups(draft, values, lane, lexicon)
        ]
    elif any(code.code for code in draft.codes):
        found = CodedOutline(draft, values, lexicon).groups()
    elif any(known is not None and known.sets.get("total") for known in _known(draft, lexicon)):
        found = _lane_groups(draft, values, [*range(len(draft.rows))], lexicon)
    else:
        found = _named_groups(draft, values, lexicon)
    return sorted((group for group in found if group.parts), key=lambda group: group.whole)


def _known(draft: Draft, lexicon: Lexicon) -> list[LaneRow | None]:
    return [lexicon.lane_row(row.label) for row in draft.rows]


def list_level(label: str) -> int | None:
    """How deep the list number of a label is, 一、 being 0; None without one."""
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(label)), None)


def without_memo(label: str) -> tuple[str, bool]:
    """A squeezed label without its 其中, and whether it had one."""
    text = squeeze(label)
    found = sum_words().memo.match(text)
    return (text[found.end() :].lstrip("：:"), True) if found else (text, False)


# ---- two-sided tables


def _side_groups(draft: Draft, values: Values, lane: str, lexicon: Lexicon) -> list[Group]:
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
        for group in _lane_groups(draft, values, rows, lexicon):
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


def _lane_groups(draft: Draft, values: Values, rows: Sequence[int], lexicon: Lexicon) -> list[Group]:
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


# ---- tables whose rows have codes


class CodedOutline:
    """Rows under the codes that begin theirs, within their unit where units have rows of their own."""

    def __init__(self, draft: Draft, values: Values, lexicon: Lexicon) -> None:
        self.draft, self.values, self.lexicon = draft, values, lexicon
        self.codes = [coded.code for coded in draft.codes]
        self.kinds = self._kinds()
        self.details = self._has_details()

    def _kinds(self) -> list[str]:
        """Of each row: function, economic, unit, or an empty string without a code."""
        long = {code for code in self.codes if len(code) >= 6 and not _FUNCTION.match(code)}
        units = {
            code
            for code in self.codes
            if code in long or (len(code) == 3 and any(other.startswith(code) for other in long))
        }
        kinds = []
        for code in self.codes:
            if not code:
                kinds.append("")
            elif code in units:
                kinds.append("unit")
            else:
                kinds.append("function" if _FUNCTION.match(code) else "economic" if _ECONOMIC.match(code) else "unit")
        return kinds

    def groups(self) -> list[Group]:
        rows = range(len(self.codes))
        classes = [i for i in rows if self.kinds[i] in ("function", "economic")]
        units = [i for i in rows if self.kinds[i] == "unit"]
        found: list[Group] = []
        if units and classes and units[0] < classes[0]:
            roots, blocks = self._forest(units, found)
            for unit, stop in zip(units, [*units[1:], len(self.codes)], strict=True):
                inside = [i for i in classes if unit < i < stop]
                tops, _ = self._forest(inside, found)
                if inside:
                    found.append(Group(unit, tuple(tops), self._adds(tops)))
            return found + self._totals(roots, blocks)
        if units and classes:
            owners: dict[int, list[int]] = {}
            for unit in units:
                above = [i for i in classes if i < unit]
                owners.setdefault(above[-1], []).append(unit)
            found += [Group(owner, tuple(own), "unit", sure=False) for owner, own in owners.items()]
        roots, clear = self._forest(classes or units, found)
        return found + self._totals(roots, clear)

    def _adds(self, rows: Sequence[int]) -> str:
        kind = self.kinds[rows[0]] if rows else "function"
        return "economic" if kind == "economic" else "unit" if kind == "unit" else "function"

    def _forest(self, rows: Sequence[int], found: list[Group]) -> tuple[list[int], bool]:
        """Append the groups among rows; returns those under no other, and whether every row's place is plain."""
        children: dict[int, list[int]] = {}
        roots: list[int] = []
        for position, index in enumerate(rows):
            run = self._run_start(rows, position)
            if run is not None and self.details:
                children.setdefault(rows[run], []).append(index)
                continue
            parent = self._above(rows, position)
            if parent is None:
                roots.append(index)
            else:
                children.setdefault(parent, []).append(index)
        for whole, parts in children.items():
            found.append(Group(whole, tuple(parts), self._adds(parts)))
        return roots, True

    def _run_start(self, rows: Sequence[int], position: int) -> int | None:
        """Where the unbroken run of one code that a row continues begins, as a position in `rows`."""
        start = position
        while start and self._key(rows[start - 1]) == self._key(rows[position]):
            start -= 1
        return start if start < position else None

    def _key(self, index: int) -> tuple[str, str]:
        return self.codes[index], self.draft.codes[index].government

    def _above(self, rows: Sequence[int], position: int) -> int | None:
        """The nearest row above with the longest code that begins this one's; of a class printed for several government classes its own."""
        code, government = self._key(rows[position])
        above = [
            i for i in reversed(rows[:position]) if len(self.codes[i]) < len(code) and code.startswith(self.codes[i])
        ]
        if government:
            own = [i for i in above if not (held := self._key(i)[1]) or government.startswith(held[:3])]
            above = own or above
        return max(above, key=lambda i: len(self.codes[i]), default=None)

    def _has_details(self) -> bool:
        """Whether a code printed again right below itself is a detail of it: most runs add up to their first row."""
        votes = {True: 0, False: 0}
        rows = [i for i in range(len(self.codes)) if self.codes[i]]
        position = 0
        while position < len(rows):
            stop = position + 1
            while stop < len(rows) and self._key(rows[stop]) == self._key(rows[position]):
                stop += 1
            if stop - position > 1:
                first, *others = (self.values[i] for i in rows[position:stop])
                ties = all(sum(o.get(column, Decimal(0)) for o in others) == value for column, value in first.items())
                votes[ties] += 1
            position = stop
        return votes[True] > votes[False]

    def _totals(self, roots: Sequence[int], clear: bool) -> list[Group]:
        """The groups of the rows that have no code."""
        rows = self.draft.rows
        bare = [i for i, code in enumerate(self.codes) if not code and (self.values[i] or rows[i].label)]
        named = [i for i in bare if self.lexicon.is_total(rows[i].label)]
        totals = [i for i in bare if self.values[i] and (not rows[i].label or i in named)] or named[:1]
        halves = self._halves(bare, roots)
        counted = {i for group in halves for i in (group.whole,)}
        strange = [
            i
            for i in bare
            if i not in totals
            and i not in counted
            and any(self.values[i].values())
            and not without_memo(rows[i].label)[1]
        ]
        schemes = {self.codes[i][0] == "5" for i in roots if self.kinds[i] == "economic"}
        sure = clear and not strange and len(schemes) < 2
        if not roots:
            return halves
        if len(totals) == 2 and totals[0] < roots[0] and totals[1] > roots[-1]:
            return halves + [Group(total, tuple(roots), self._adds(roots), sure) for total in totals]
        if len(totals) > 1:
            return halves + self._sections(totals, roots)
        return halves + [Group(total, (*roots, *strange), self._adds(roots), sure) for total in totals]

    def _sections(self, totals: Sequence[int], roots: Sequence[int]) -> list[Group]:
        """Several totals in one table: each closes the rows above it, or opens those below; never sure."""
        opens = totals[0] < roots[0]
        edges = [*totals, len(self.codes)] if opens else [-1, *totals]
        found = []
        for at, total in enumerate(totals):
            inside = tuple(i for i in roots if edges[at] < i < edges[at + 1])
            found.append(Group(total, inside, self._adds(inside), sure=False))
        return found

    def _halves(self, bare: Iterable[int], roots: Sequence[int]) -> list[Group]:
        """人员经费合计 and 公用经费合计 of an economic table, where both are printed."""
        words = sum_words().halves
        at = {squeeze(self.draft.rows[i].label): i for i in bare if squeeze(self.draft.rows[i].label) in words}
        if len(at) < len(words):
            return []
        return [
            Group(at[label], tuple(i for i in roots if self.codes[i] in codes), "economic")
            for label, codes in words.items()
        ]


# ---- tables whose rows have names only


def _named_groups(draft: Draft, values: Values, lexicon: Lexicon) -> list[Group]:
    """Rows told by their names: measures by what makes them up, others by indent and list number, as far as those are plain."""
    words = sum_words()
    rows = draft.rows
    family = draft.block.family
    adds: str = (
        "project" if family and family.axis == "project" else "unit" if family and family.axis == "unit" else "items"
    )
    totals = [i for i, row in enumerate(rows) if values[i] and (not row.label or lexicon.is_total(row.label))]
    measures = {i: m for i, row in enumerate(rows) if (m := lexicon.measure_of_row(row.label)) in words.composed}
    counts = {i for i, row in enumerate(rows) if words.never_row.search(row.label)}
    if len(measures) > 1:
        return _measure_groups(draft, values, measures, totals, counts)
    children: dict[int, list[int]] = {}
    sure: dict[int, bool] = {}
    levels = {i: list_level(without_memo(row.label)[0]) for i, row in enumerate(rows)}
    for index, parent in enumerate(draft.parents):
        if parent is None or index in counts or (index in totals and parent in totals):
            continue
        if without_memo(rows[index].label)[1]:
            sure[parent] = False
            continue
        children.setdefault(parent, []).append(index)
    for parent, own in children.items():
        numbered = {levels[i] for i in own if levels[i] is not None}
        if len(numbered) > 1 or (numbered and any(levels[i] is None and any(values[i].values()) for i in own)):
            sure[parent] = False
            children[parent] = [i for i in own if levels[i] == min(n for n in numbered if n is not None)]
        if not rows[parent].label and adds == "items":
            sure[parent] = False
    if len(totals) > 2:
        sure |= dict.fromkeys(totals, False)
    return [
        Group(parent, tuple(i for i in own if values[i]), adds, sure.get(parent, True))
        for parent, own in children.items()
    ]


def _measure_groups(
    draft: Draft, values: Values, measures: Mapping[int, str], totals: Sequence[int], counts: set[int]
) -> list[Group]:
    words = sum_words()
    at: dict[str, int] = {}
    for index, measure in measures.items():
        at.setdefault(measure, index)
    found, held = [], set()
    for measure, whole in at.items():
        parts = [i for part in words.compositions.get(measure, ()) for i in rows_of_measure(part, at)]
        held.update(parts)
        if parts:
            found.append(Group(whole, tuple(parts), "measure"))
    repeated = len(at) < len(measures)
    others = [
        i for i, row in enumerate(draft.rows) if i not in measures and i not in totals and i not in counts and values[i]
    ]
    plain = [i for i in others if not without_memo(draft.rows[i].label)[1]]
    tops = [i for i in at.values() if i not in held]
    known = bool(words.compositions.keys() & at.keys())
    if words.is_exclusive(at):
        plain = []
    for total in totals:
        parts = sorted([*tops, *plain])
        found.append(Group(total, tuple(parts), "measure", sure=not plain or (known and not repeated)))
    return [replace(group, sure=group.sure and not repeated) for group in found]


def rows_of_measure(measure: str, at: Mapping[str, int]) -> list[int]:
    """Where a measure is printed, or the places of its parts if it has none of its own."""
    if measure in at:
        return [at[measure]]
    return [i for part in sum_words().compositions.get(measure, ()) for i in rows_of_measure(part, at)]

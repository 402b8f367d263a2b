"""What a printed figure of a table is about: family, column path and row give its coordinates.

The same function serves twice: figures with equal coordinates must agree, which tells flattened columns apart, and every settled
cell becomes a BudgetFact by its coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mbkg.codes import code_list
from mbkg.coordinates import Coordinates
from mbkg.labels import fold, squeeze, strip_ordinal
from mbkg.reports import ReportKind
from mbkg.tables.header import Column
from mbkg.tables.lexicon import Family, Lexicon

_YEAR_ROW = re.compile(r"^(20\d\d)年?度?(?:预算(?:数)?)?$")
_CARRIED_FUNDS = ("上年结转", "使用非财政拨款结余")
_NO_AMOUNTS = ("增减",)
FISCAL_FUNDS = ("一般公共预算", "政府性基金预算", "国有资本经营预算")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a whole report says of all its figures: the year, and whether it is a budget or a final account."""

    unit: str
    year: int
    kind: ReportKind

    @property
    def phase(self) -> str:
        return "预算" if self.kind == "budget" else "决算"


@dataclass(frozen=True, slots=True)
class RowKey:
    """What identifies a row: its joined codes, its label, its side of a two-sided table, the carry-over it is part of."""

    code: str
    label: str
    lane: str = ""
    government: str = ""
    is_total: bool = False
    within: str = ""
    sole_unit: bool = True  # no other unit has rows in the table


def coordinates(
    family: Family | None, column: Column, row: RowKey, frame: Frame, lexicon: Lexicon, notes: Sequence[str] = ()
) -> Coordinates | None:
    """The coordinates of the figure in this column of this row.

    Returns:
        None where family, heading or row are of a kind whose meaning is not known, or which speaks of another body.
    """
    if family is None or not all(segment.heading.known for segment in column.segments):
        return None
    sets: dict[str, str] = dict(family.sets)
    year = frame.year
    for segment in column.segments:
        chosen = dict(segment.heading.sets)
        if chosen.pop("year", "") == "last":
            year = frame.year - 1
        if segment.year is not None:
            year = segment.year
        if chosen.get("measure") in _NO_AMOUNTS or (_is_item_of(chosen, lexicon) and family.axis != "items"):
            return None
        if "fund" in chosen and sets.get("fund") in _CARRIED_FUNDS:
            sets["measure"] = sets["fund"]  # of what was carried over, the part from this source
        elif "fund" in chosen and sets.get("fund") not in (None, "", "财政拨款"):
            chosen.pop("fund")  # 一般公共预算 tables may repeat their own fund in a heading
        sets |= chosen
    if year != frame.year and "phase" not in sets:
        return None  # another year's column that does not say whether it was planned or spent
    if frame.kind == "budget":
        sets["phase"] = sets.get("phase", "预算")
    elif sets.get("phase") == "预算":
        sets["phase"] = "全年预算" if any("全年预算" in note for note in notes) else "年初预算"
    else:
        sets["phase"] = sets.get("phase", "决算")
    dated = _YEAR_ROW.match(row.label) if family.axis == "items" else None
    if dated:  # one row a year, instead of one group of columns
        year, row = int(dated[1]), replace(row, label="")
    placed = _with_row(sets, family, row, frame, lexicon)
    if placed is None or "measure" not in placed:
        return None
    return Coordinates(year=year, **placed)


def _with_row(
    sets: dict[str, str], family: Family, row: RowKey, frame: Frame, lexicon: Lexicon
) -> dict[str, str] | None:
    if family.axis == "lanes":
        return _lane(sets, row, lexicon)
    if row.is_total or (not row.code and not row.label):
        return sets
    known = lexicon.lane_row(row.label) if not row.code else None
    if family.axis == "items":
        item = lexicon.measure_of_row(row.label)
        if item and not row.code:
            return sets | {"measure": item} if sets.get("measure") == family.sets.get("measure") else None
    if family.axis == "function" and known is not None and known.lane == sets.get("measure"):
        return _lane(sets, replace(row, lane=known.lane), lexicon, one_sided=True)
    if family.axis == "economic" and known is not None and "nature" in known.sets:
        return sets | dict(known.sets)
    if family.axis == "project":
        return sets | {"project": row.label}
    if family.axis == "economic" and row.code[:1] in "345" and row.code:
        return sets | {"economic": row.code, "government": row.government}
    if family.axis in ("function", "economic") and row.code.startswith("2") and len(row.code) in (3, 5, 7):
        return sets | {"function": row.code}
    if row.code and not row.code.startswith("2"):
        return sets if _same_body(row, frame.unit) else None
    return None


def _lane(sets: dict[str, str], row: RowKey, lexicon: Lexicon, one_sided: bool = False) -> dict[str, str] | None:
    """The coordinates of a row told by its words, in a two-sided table or in one that prints one side so."""
    if not one_sided and row.lane not in ("收入", "支出"):
        return None
    if row.within and row.within == row.label:
        return None  # of the source above, the part that is 财政拨款: no figure of 财政拨款 as a whole
    placed = {"measure": row.lane} | {key: value for key, value in sets.items() if key != "measure"}
    known = lexicon.lane_row(row.label)
    if known is not None and any(
        key != "measure" and _differs(key, sets.get(key), known.sets[key]) for key in known.sets
    ):
        return None
    if known is not None and row.within:
        carried = lexicon.lane_row(row.within)
        measure = carried.sets.get("measure") or carried.sets.get("fund") if carried else None
        return placed | dict(known.sets) | {"measure": measure or row.within}
    if known is not None:
        return placed | dict(known.sets)
    if row.lane == "支出":
        code = code_list("function").code_of_class(strip_ordinal(row.label))
        if code:
            return placed | {"function": code}
    return None


def carried_from(labels: Sequence[str], index: int, lexicon: Lexicon) -> str:
    """The carry-over row (`上年结转`, `年初结转和结余`) that a fund printed again below it is part of, or an empty string."""
    own = lexicon.lane_row(labels[index])
    if own is not None and own.sets.get("fund") == "财政拨款" and squeeze(labels[index]).startswith("其中"):
        rows = (known for label in reversed(labels[:index]) if (known := lexicon.lane_row(label)))
        source = next((known for known in rows if known.lane == own.lane), None)
        return labels[index] if source is not None and source.sets.get("fund") in FISCAL_FUNDS else ""
    if own is None or own.lane != "收入" or own.sets.get("fund") not in FISCAL_FUNDS:
        return ""
    for above in range(index - 1, -1, -1):
        known = lexicon.lane_row(labels[above])
        if known is None or known.lane != "收入":
            continue
        if known.sets.get("fund") == "上年结转" or "结转" in known.sets.get("measure", ""):
            return labels[above]
        if known.sets.get("fund") not in FISCAL_FUNDS:
            return ""
    return ""


def _differs(key: str, of_column: str | None, of_row: str) -> bool:
    """Whether column and row contradict each other: 结转下年 under 基本支出."""
    return bool(of_column) and of_column != of_row and not (key == "fund" and of_column == "财政拨款")


def sole_unit(rows: Iterable[tuple[str, str]]) -> bool:
    """Whether no more than one unit has a row of its own among (code, label) rows: then that unit is all of the body."""
    units = {code for code, _ in rows if code.isdigit() and len(code) in (6, 8, 9)}
    return len(units) < 2


def _same_body(row: RowKey, unit: str) -> bool:
    """Whether the row is the body's as a whole: a department is more than its 机关, where other units stand beside it."""
    label = fold(row.label)
    return label == fold(unit) or (row.sole_unit and label.removesuffix("本级").removesuffix("机关") == fold(unit))


def _is_item_of(chosen: Mapping[str, str], lexicon: Lexicon) -> bool:
    """Whether a heading names an item of the “三公” kind, which in a table of expenditure is an economic class, not that figure."""
    return chosen.get("measure", "") in lexicon.items


@dataclass(frozen=True, slots=True)
class Background:
    """What the report as a whole says about its money, so that like can be compared with like.

    `funds` are the sources that hold money, `empty_funds` and `empty_natures` those printed without any; `carried_over` whether money
    of last year or for next year is in the totals.
    """

    funds: frozenset[str] = frozenset()
    empty_funds: frozenset[str] = frozenset()
    empty_natures: frozenset[str] = frozenset()
    carried_over: bool = True

    def simplest(self, at: Coordinates) -> Coordinates:
        """The coordinates with what makes no difference in this report left out.

        Where one fund is the only one with money, a figure of that fund is the figure of all funds; where nothing is carried over,
        本年 is all. Comparing goes by this form, storing never does.
        """
        fund, total = at.fund, at.total
        if at.measure == "收入" and fund:
            total = ""  # a source's income is this year's, whether or not the table says so
        if not self.carried_over:
            total = ""
            if len(self.funds) == 1 and fund in (*self.funds, "财政拨款"):
                fund = ""
        return Coordinates(
            at.measure, at.year, at.phase, fund, at.nature, at.function, at.economic, at.government, at.project, total
        )


def background_of(
    rows: Iterable[tuple[str, str, bool]], lexicon: Lexicon, declared_empty: Iterable[str] = ()
) -> Background:
    """The background that the rows of the summary table (side, label, whether any money stands there) give.

    Args:
        declared_empty: funds whose own table says that there is nothing in it.
    """
    held: set[str] = set()
    empty = set(declared_empty)
    blank_natures: set[str] = set()
    carried = False
    for lane, label, has_money in rows:
        known = lexicon.lane_row(label)
        if known is None:
            continue
        fund, nature = known.sets.get("fund", ""), known.sets.get("nature", "")
        if lane == "收入" and fund:
            (held if has_money else empty).add(fund)
        if lane == "支出" and nature and not has_money:
            blank_natures.add(nature)
        if has_money and (fund in _CARRIED_FUNDS or nature == "结转下年" or "结转" in known.sets.get("measure", "")):
            carried = True
    if not held:
        return Background()
    return Background(frozenset(held - {"财政拨款"}), frozenset(empty - held), frozenset(blank_natures), carried)

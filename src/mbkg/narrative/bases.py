"""What a change in the prose is measured against, what a rate is a rate of, and which projects an amount is said to be for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mbkg.amounts import WAN_PER_UNIT
from mbkg.narrative.phrases import same_subject
from mbkg.narrative.quantities import DERIVED, alike, chapter
from mbkg.narrative.shares import runs, whole_of_run
from mbkg.narrative.vocabulary import table
from mbkg.reports import Statement

_NEAR = 8  # statements within which the base of a comparison is looked for


def compared(statements: Sequence[Statement]) -> dict[int, int]:
    """For every statement of money that tells a change, the position of the figure that changed: its own or the one before."""
    found: dict[int, int] = {}
    for at, each in enumerate(statements):
        if each.unit not in WAN_PER_UNIT or each.measure in DERIVED:
            continue
        if each.value is not None:
            found[at] = at
        elif each.change is not None or each.change_pct is not None:
            position = _figure_before(statements, at)
            if position is not None:
                found[at] = position
    return found


def _figure_before(statements: Sequence[Statement], at: int) -> int | None:
    """The figure that a statement which only tells a change speaks of; for 收、支总计 that of either side, where both are printed alike."""
    each = statements[at]
    near = [
        position
        for position in range(at - 1, max(-1, at - _NEAR), -1)
        if statements[position].value is not None
        and alike(each, statements[position])
        and chapter(each) == chapter(statements[position])
        and each.classes == statements[position].classes
    ]
    for position in near:
        if same_subject(each.subject, statements[position].subject):
            return position
    sides = [re.sub(table("parts")["both_sides"], side, each.subject, count=1) for side in ("收入", "支出")]
    found = [next((p for p in near if statements[p].subject == side), None) for side in sides if side != each.subject]
    if len(found) == 2 and found[0] is not None and found[1] is not None:
        return found[0] if statements[found[0]].value == statements[found[1]].value else None
    return _shortened(statements, each, near)


def _shortened(statements: Sequence[Statement], each: Statement, near: Sequence[int]) -> int | None:
    """The one figure under the same heading whose name a sentence may have cut short: 收入比上年增加 after 收入预算."""
    tail = table("parts")["name_tail"]
    fits = [
        position
        for position in near
        if statements[position].context == each.context
        and statements[position].subject.startswith(each.subject)
        and re.fullmatch(tail, statements[position].subject.removeprefix(each.subject))
    ]
    return fits[0] if len({statements[position].value for position in fits}) == 1 else None


def bases(statements: Sequence[Statement]) -> dict[int, int]:
    """For every statement that compares, the position of the one figure in the prose that it is compared with."""
    found: dict[int, int] = {}
    for at, each in enumerate(statements):
        if not each.against or each.against_year is None or each.measure in DERIVED:
            continue
        near = range(max(0, at - _NEAR), min(len(statements), at + 3))
        fits = [position for position in near if position != at and _is_base(each, statements[position])]
        if fits and len({(statements[p].value, statements[p].unit) for p in fits}) == 1:
            found[at] = min(fits, key=lambda position: abs(position - at))
    return found


def _is_base(each: Statement, other: Statement) -> bool:
    if other.value is None or other.year != each.against_year or not same_subject(each.subject, other.subject):
        return False
    if chapter(each) != chapter(other) or each.classes != other.classes or other.unit not in WAN_PER_UNIT:
        return False
    wanted = next((row["measures"] for row in table("parts")["base"] if re.search(row["word"], each.against)), None)
    if wanted is None:
        spent = table("parts")["completion"]["spent"]
        wanted = spent if each.measure in spent else [each.measure]
    return other.measure in wanted and (other.year, other.measure) != (each.year, each.measure)


def base_phase(against: str, phase: str) -> str:
    """The phase that a base of comparison has among the facts; that of the figure compared where its words do not say."""
    phases: dict[str, str] = table("parts")["phases"]
    return next((name for pattern, name in phases.items() if re.search(pattern, against)), phase)


def rated(statements: Sequence[Statement]) -> dict[int, tuple[int, int | None]]:
    """For every share and rate of completion the figure it speaks of, and the figure it is measured by where one is certain."""
    found: dict[int, tuple[int, int | None]] = {}
    wholes = {rate: run for run in runs(statements) for _, rate in run}
    for at, rate in enumerate(statements):
        if rate.value is None or rate.measure not in ("占比", "完成率"):
            continue
        if rate.measure == "占比":
            value = _before(statements, at, ())
            if value is not None:
                run = wholes.get(at, [(value, at)])
                whole = whole_of_run(statements, run)
                found[at] = (value, whole if whole != value else None)
        elif "预算" in rate.against and not re.search(table("parts")["completion"]["not_a_budget"], rate.against):
            value = _before(statements, at, table("parts")["completion"]["spent"])
            if value is not None:
                found[at] = (value, _budget_of(statements, at, rate))
    return found


def _before(statements: Sequence[Statement], at: int, measures: Sequence[str]) -> int | None:
    """The figure of its own subject that a rate follows."""
    rate = statements[at]
    for position in range(at - 1, max(-1, at - 5), -1):
        each = statements[position]
        if chapter(each) != chapter(rate):
            return None
        same = (each.subject, each.year, each.classes) == (rate.subject, rate.year, rate.classes)
        fits = each.measure in measures if measures else each.measure not in DERIVED
        if same and fits and each.value is not None:
            return position
    return None


def _budget_of(statements: Sequence[Statement], at: int, rate: Statement) -> int | None:
    wanted = next(row["measures"] for row in table("parts")["base"] if re.search(row["word"], rate.against))
    fits = [
        position
        for position in range(max(0, at - 5), at)
        if statements[position].measure in wanted
        and statements[position].value is not None
        and statements[position].year == rate.year
        and statements[position].subject == rate.subject
        and statements[position].classes == rate.classes
        and chapter(statements[position]) == chapter(rate)
    ]
    return fits[-1] if len({statements[position].value for position in fits}) == 1 else None


def project_money(statements: Sequence[Statement]) -> dict[int, int]:
    """Money that a sentence gives for a number of projects: the position of the amount to that of the count."""
    known = table("parts")["projects"]
    found = {}
    for at in range(1, len(statements)):
        money, count = statements[at], statements[at - 1]
        if money.unit in WAN_PER_UNIT and money.value is not None and money.text == count.text:
            counts = count.unit == "个" and re.search(known["count"], count.subject)
            if (
                counts
                and not re.search(known["not_counted"], count.subject)
                and re.search(known["money"], money.subject)
            ):
                found[at] = at - 1
    return found

"""The parts of one figure, and two figures each said with a body or a year of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mbkg.ask.items import EXPENDITURE, Item
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Select
from mbkg.ask.slots import SUPERLATIVE, Slots

_LEVELS = re.compile(
    "(?P<level>[类款项])级|哪一?(?P<which>[类款项])(?!目|级?目)|的一(?P<one>[类款项])(?!目)|哪个(?P<kind>[类款项])"
)


_WITHOUT_LEVEL = re.compile("[类款项]?级?(?:的)?")


def breakdown(question: Question, slots: Slots, items: list[Item], base: Select) -> Select | None:
    """The parts of one code or one nature of expenditure: 工资福利支出里哪一项最多, 超过100万的款级经济科目."""
    match = _LEVELS.search(question.folded)
    coded = [item.select for item in items if item.select.economics or item.select.functions]
    natures = [item.select for item in items if item.select.natures not in ((), ("nature/total",))]
    many = slots.operators & (SUPERLATIVE | {"list", "count"}) or slots.top or slots.nth or slots.conditions
    subject = bool(slots.over & {"function", "economic"}) or "科目" in question.folded
    if not (match or subject) or not many or not slots.bodies or "project" in slots.over or question.of("project"):
        return None
    if len(coded) > 1 or len(natures) > 1 or not (coded or natures or (match and match["level"])):
        return None
    left = [entry for entry in slots.left if not _WITHOUT_LEVEL.fullmatch(entry[2])]
    if left or slots.populations:
        return None
    slots.left = []
    said = next(filter(None, match.groups()), "") if match else ""
    one = coded[0] if coded else None
    if one is not None and one.economics and not (one.functions and "function" in slots.over):
        return replace(
            base,
            measures=(EXPENDITURE,),
            breakdown="economic",
            level="款",
            economics=one.economics,
            natures=_nature(natures),
        )
    if one is not None:
        short = min(len(code.rsplit("/", 1)[-1]) for code in one.functions)
        level = "项" if said == "项" or short >= 5 else "款"
        return replace(
            base,
            measures=(EXPENDITURE,),
            breakdown="function",
            level=level,
            functions=one.functions,
            natures=_nature(natures),
        )
    economic = "economic" in slots.over or (
        natures and "function" not in {*slots.over} - ({"function"} if said == "款" else set())
    )
    level = said or "类"
    if economic:
        level = "款" if said != "类" else "类"
    return replace(
        base,
        measures=(EXPENDITURE,),
        breakdown="economic" if economic else "function",
        level=level,
        natures=_nature(natures),
    )


def _nature(natures: list[Select]) -> tuple[str, ...]:
    return natures[0].natures if natures else ()


def paired(items: list[Item], question: Question, slots: Slots, base: Select) -> tuple[Select, ...] | None:
    """Two things each said with its own body or year: 威海的基本支出比烟台的项目支出."""
    if len(items) != 2 or "占" in question.folded:
        return None
    bodies, years = question.of("body", "region"), question.of("year")
    sides = [
        replace(item.select, bodies=base.bodies, years=base.years, phases=base.phases, conditions=base.conditions)
        for item in items
    ]
    apart = False
    if _each_own(bodies, items) and len(slots.bodies) == 2:
        sides = [replace(side, bodies=(body,)) for side, body in zip(sides, slots.bodies, strict=True)]
        apart = True
    if _each_own(years, items) and len(slots.years) == 2:
        sides = [replace(side, years=(year,)) for side, year in zip(sides, slots.years, strict=True)]
        apart = True
    return tuple(sides) if apart else None


def _each_own(named: Sequence[Mention], items: list[Item]) -> bool:
    """Whether each of two items has a name of its own before it."""
    return len(named) == 2 and named[0].start < items[0].end <= named[1].start < items[1].end

"""The parts of one figure, and two figures each said with a body or a year of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mbkg.ask.items import EXPENDITURE, Item
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Select
from mbkg.ask.session import Refused
from mbkg.ask.slots import CHANGE, SUPERLATIVE, Slots

_LEVELS = re.compile(
    "(?P<level>[类款项])级|哪一?(?P<which>[类款项])(?!目|级?目)|的一(?P<one>[类款项])(?!目)|哪个(?P<kind>[类款项])"
    "|[的些个各](?P<each>[类款])(?!目|别|型|似|项)(?=$|有|是|分|叫|的?(?:支出|科目))|[元块万%](?:以[上下内]|的)+(?P<end>[类款项])$"
)
_WITHOUT_LEVEL = re.compile(
    "(?:的|各|每个|哪些|所有)?[类款项]?(?:级(?:别)?)?(?:的)?(?:支出|功能|经济|部门)*(?:分类)?(?:科目)?(?:的|里|中|是)?"
)
_OF_PEOPLE = frozenset({"nature/basic", "nature/personnel", "nature/publicOperating"})


def breakdown(question: Question, slots: Slots, items: list[Item], base: Select) -> Select | None:
    """The parts of one code, one nature or one source of expenditure: 工资福利支出里哪一项最多, 超过100万的款级经济科目.

    Raises:
        Refused: 科目 is said without a level, and the level changes the answer.
    """
    match = _LEVELS.search(question.folded)
    coded = [item.select for item in items if item.select.economics or item.select.functions]
    natures = [
        item.select for item in items if item.select.natures not in ((), ("nature/total",)) and item.select not in coded
    ]
    funds = [item.select for item in items if item.select.funds and item.select not in (*coded, *natures)]
    moved = bool(slots.operators & CHANGE) and bool(slots.operators & SUPERLATIVE)
    many = slots.operators & (SUPERLATIVE | {"list", "count"}) or slots.top or slots.nth or slots.conditions
    subject = bool((slots.over | slots.codewords) & {"function", "economic"}) or "科目" in question.folded
    if not (match or subject) or not many or not slots.bodies or "project" in slots.over or question.of("project"):
        return None
    others = [item for item in items if not item.weak and item.select not in (*coded, *natures, *funds)]
    if others or len(coded) > 1 or len(natures) > 1 or len(funds) > 1:
        return None
    said = next(filter(None, match.groups()), "") if match else ""
    classed = bool(slots.codewords) or any(word in question.folded for word in ("功能", "经济"))
    level_said = said in ("类", "款") or classed or (match is not None and bool(match["level"]))
    named = bool(coded or natures or (said and level_said))
    bare = not named and "科目" in question.folded and not slots.over & {"function", "economic"}
    if not named and not bare:
        return None
    left = [entry for entry in slots.left if not _WITHOUT_LEVEL.fullmatch(entry[2])]
    if left or slots.populations:
        return None
    if bare and not moved:
        why = "没有说是类级、款级还是项级科目，也没有说按功能分类还是经济分类，各级的结果不同，请说明。"
        raise Refused("ambiguous", "ambiguous", why)
    leaf = coded and all(len(code.rsplit("/", 1)[-1]) >= 5 for code in (*coded[0].economics, *coded[0].functions))
    if leaf and len(slots.bodies) > 1 and (slots.over & {"body"} or "which" in slots.operators):
        return None  # 谁家退休费（款级）多: the level is told of a code, its parts are not asked for
    slots.left = []
    said = said or ("项" if bare else "")
    parts = replace(
        base,
        measures=(EXPENDITURE,),
        natures=natures[0].natures if natures else (),
        funds=funds[0].funds if funds else (),
    )
    one = coded[0] if coded else None
    if one is not None and not parts.natures and set(one.natures) & _OF_PEOPLE:
        parts = replace(parts, natures=one.natures)
    if one is not None and one.economics and not (one.functions and "function" in slots.over):
        return replace(parts, breakdown="economic", level="款", economics=one.economics, governments=one.governments)
    if one is not None:
        short = min(len(code.rsplit("/", 1)[-1]) for code in one.functions)
        level = "项" if said == "项" or short >= 5 else "款"
        return replace(parts, breakdown="function", level=level, functions=one.functions)
    by_function = "function" in slots.over | slots.codewords and said != "款"
    economic = "economic" in slots.over | slots.codewords or "经济" in question.folded
    economic = economic or (bool({*parts.natures} & _OF_PEOPLE) and said != "项" and not by_function)
    level = ("款" if said != "类" else "类") if economic else said or "类"
    return replace(parts, breakdown="economic" if economic else "function", level=level)


_AND = re.compile("(?:[、，,和与及跟同]|以及|还有)+")
_TOGETHER = re.compile("合计|一共|总共|共计|加起来|之和|合起来|相加|合占|共占")


def listed_parts(items: list[Item], question: Question, slots: Slots) -> list[Select] | None:
    """Several parts named in a row and their whole, last: 奖金、绩效工资两项在工资福利支出里占, or all that is spent.

    Parts without a whole of their own are told one by one, as 分别 would have them, unless the question adds them.
    """
    at = question.folded.find("占")
    if at < 0 or len(items) < 2 or any(item.end > at for item in items):
        return None
    gaps = [question.between(one.end, other.start) for one, other in pairwise(items)]
    tail = question.folded[items[-1].end : at]
    if all(_AND.fullmatch(gap) for gap in gaps) and not re.search("[里中内]", tail):
        if _holds_another(items) or not {item.select.measures for item in items} <= {(EXPENDITURE,)}:
            return None
        if not _TOGETHER.search(question.folded):
            slots.operators |= {"group"}
        return [*(item.select for item in items), Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))]
    apart = len(items) > 2 and all(_AND.fullmatch(gap) for gap in gaps[:-1]) and gaps[-1].endswith("在")
    if apart and re.match("(?:[里中内]|之[中内]|当中|里面)", tail):
        return [item.select for item in items]
    return None


def _holds_another(items: list[Item]) -> bool:
    """Whether one of the items is a whole that holds another."""
    codes = [code.rsplit("/", 1)[-1] for item in items for code in (*item.select.functions, *item.select.economics)]
    wide = any(not (item.select.functions or item.select.economics) for item in items)
    return wide or any(one != other and other.startswith(one) for one in codes for other in codes)


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

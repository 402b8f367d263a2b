"""A part asked for within its whole: 基本支出里人员经费多少 asks for 人员经费 alone, and 三公经费里会议费 for what is no part of it."""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.ask.compile import short
from mbkg.ask.items import Item
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Slots

_WITHIN = re.compile(
    "[（(]?(?:里面?|里头|中|内|当中|之中|之内|其中|项下|下面|底下|里边|名下|中间)(?:的|[，,:：])?(?:其中)?(?:的)?(?:仅仅|仅|只|单是|光是|光)?"
)
_NOT_ASKED = frozenset({"share", "times", "difference", "max", "min", "rank", "sum", "change", "increase", "decrease"})
_RUNNING = frozenset({"nature/personnel", "nature/publicOperating"})
_PARTS = {"nature/basic": _RUNNING, "nature/project": frozenset[str]()}


def within(items: list[Item], question: Question, slots: Slots, session: Session) -> list[Item]:
    """The items without the wholes that only say where the item behind them belongs; such a whole is kept in `slots.within`.

    Raises:
        Refused: what is asked for is no part of the whole that it is asked of.
    """
    if len(items) != 2 or slots.operators & _NOT_ASKED:
        return items
    whole, part = items
    besides = question.folded[: whole.start] + question.folded[whole.end : part.start] + question.folded[part.end :]
    if re.search("占|比|各|分别|和|与", besides):  # 和 of a name (社会保障和就业支出) joins nothing
        return items
    if part.start < whole.end or not _WITHIN.fullmatch(question.between(whole.end, part.start).strip()):
        return items
    if (
        _codes(whole.select)
        and not _codes(part.select)
        and part.select.natures in (("nature/basic",), ("nature/project",))
    ):
        return [replace(part, select=replace(whole.select, natures=part.select.natures))]  # 卫生健康支出里项目支出
    held = _holds(whole.select, part.select, session)
    if held is None:
        return items
    names = [question.folded[item.start : item.end] for item in items]
    if not held:
        raise Refused("ambiguous", "ambiguous", f"“{names[1]}”不在“{names[0]}”里面，请说明问的是哪一项。")
    slots.within |= {*whole.select.natures, *whole.select.measures, *_codes(whole.select)} - {"nature/total"}
    if part.select.natures in ((), ("nature/total",)) and whole.select.natures not in ((), ("nature/total",)):
        return [replace(part, select=replace(part.select, natures=whole.select.natures))]
    return [part]


def _codes(select: Select) -> tuple[str, ...]:
    return (*select.functions, *select.economics, *select.governments)


def _holds(whole: Select, part: Select, session: Session) -> bool | None:
    """Whether a whole holds a part; None where the two are of different kinds and nothing is known."""
    if whole.of != "fact" or part.of != "fact" or whole.funds or part.funds:
        return None
    for name in ("functions", "economics"):
        above, below = getattr(whole, name), getattr(part, name)
        if above and below:
            return any(code.startswith(top) and code != top for code in below for top in above)
    if whole.natures and part.natures and (parts := _PARTS.get(whole.natures[0])) is not None:
        return {*part.natures} <= parts if {*part.natures} <= _RUNNING else None
    parts_of = _below(whole.measures, session)
    if not parts_of or _codes(whole):
        return None
    if not _codes(part) and part.measures != ("measure/expenditure",):
        return bool({*part.measures} & parts_of)
    return False if "measure/threePublic" in whole.measures else None


def _below(measures: tuple[str, ...], session: Session) -> set[str]:
    """The measures below some measures, at any depth."""
    found: set[str] = set()
    above = tuple(name for name in measures if name not in ("measure/expenditure", "measure/income"))
    while above:
        rows = session.rows("broader", {"above": above}, quiet=True)
        above = tuple({short(row["measure"]) for row in rows} - found)
        found |= {*above}
    return found

"""Whether every figure that a question names is in the plan: a name with no place in any selection was not heard, a reason to refuse.

The ledger of operators is `heard`; this is the ledger of measures, natures, sources of money, codes and kinds of bodies.
"""

from __future__ import annotations

from collections.abc import Iterator

from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.slots import Slots, item_measures
from mbkg.ask.words import government_codes, measures

_NAMED = ("measure", "nature", "fund", "code", "codenumber", "bodyKind", "project", "indicatorKind", "ask")
_OF_TEXT = frozenset({"check", "structure", "definition", "reason", "body"})
_INCOME = frozenset({"measure/income", "measure/incomeTotal"})
_SIDES = frozenset({"measure/indicatorTarget", "measure/indicatorActual"})
_PER_HEAD = frozenset({"measure/perCapitaCost", "measure/unitCost"})
_OF_PROJECTS = frozenset({"project", "indicator", "percapita"})


def unnamed(plan: Plan, question: Question, slots: Slots) -> list[str]:
    """The words that name a figure which no selection of the plan holds. Plans that give words instead of figures are not looked at."""
    if plan.ask in _OF_TEXT:
        return []
    selects = tuple(_selects(plan))
    named = [mention for mention in question.of(*_NAMED) if not _is_across(mention, question)]
    sides = [mention for mention in named if _SIDES & {*mention.senses}]
    if len({mention.senses for mention in sides}) > 1 and len({*selects}) < 2:  # 实际完成值比指标值低
        return [mention.words for mention in sides]
    return [mention.words for mention in named if not _is_held(mention, plan, selects, slots)]


def _is_across(mention: Mention, question: Question) -> bool:
    """Whether a word is read across a stop: 划分，数额 says nothing of 分数."""
    return any(stop in question.between(mention.start, mention.end) for stop in "，,；;。：:？?")


def _selects(plan: Plan) -> Iterator[Select]:
    """The selections of a plan and of the plans inside it."""
    yield from plan.selects
    for part in (plan.inner, plan.against):
        if part is not None:
            yield from _selects(part)


def _is_held(mention: Mention, plan: Plan, selects: tuple[Select, ...], slots: Slots) -> bool:
    if any(mention.words in select.words for select in selects if select.words) or slots.within & {*mention.senses}:
        return True
    if mention.kind == "project":
        return any(select.of in _OF_PROJECTS and (select.projects or select.words) for select in selects)
    if mention.kind == "indicatorKind":
        return any(select.of in _OF_PROJECTS for select in selects)
    if mention.kind == "ask":
        return _answers(mention, plan)
    if mention.kind == "codenumber":
        digits = f"/{mention.number}"
        return any(code.endswith(digits) for select in selects for code in _codes(select))
    return any(_holds(sense, plan, select, slots) for sense in mention.senses for select in selects)


def _answers(mention: Mention, plan: Plan) -> bool:
    """Whether the plan runs over the years where it is asked in which."""
    return "year" not in mention.senses or plan.group == "year" or plan.ask in ("list", "count")


def _codes(select: Select) -> tuple[str, ...]:
    return (*select.functions, *select.economics, *select.governments)


def _holds(sense: str, plan: Plan, select: Select, slots: Slots) -> bool:
    match sense.partition("/")[0]:
        case "code":
            return sense in _codes(select)
        case "fund":
            return sense in select.funds or bool(select.subjects)
        case "nature":
            own = sense in select.natures or sense == "nature/total" or bool(select.subjects)
            return own or (sense == "nature/project" and select.of == "project")
        case "bodyKind":
            return bool({*select.governments} & {*government_codes(sense)})
    return _holds_measure(sense, plan, select, slots)


def _holds_measure(sense: str, plan: Plan, select: Select, slots: Slots) -> bool:
    known = measures()
    if sense in _PER_HEAD:
        return select.of in ("percapita", "indicator") or plan.operation in ("per", "average")
    if sense in _INCOME:
        return "measure/income" in select.measures
    if sense in item_measures():
        return True
    if sense in known["projects"]:
        return select.of in _OF_PROJECTS or known["projects"][sense]["attribute"] == "executed"
    if sense == "measure/projectCount":
        return select.of == "project"
    if sense in known["indicators"]:
        if sense == "measure/indicatorScore":
            return select.attribute in ("score", "selfScore")
        return select.of in ("indicator", "percapita") or plan.operation == "per"
    wanted = known["facts"].get(sense, {}).get("measures", [sense])
    if sense == "measure/officialVehicles" and slots.vehicles:
        wanted = [sense, "measure/vehicleCount"]
    if select.of == "statement" and any(
        kind in sense and kind in own for kind in known["counts"]["about"] for own in select.measures
    ):
        return True  # 公务接待 beside 批次: what is counted names the rest
    return any(own == name or own.startswith(name) for name in wanted for own in select.measures)

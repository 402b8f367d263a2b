"""From mentions to a plan: what is asked, of which figures, and what is done with them.

Every mention must find its place in the plan and every word left over must be carried by a name that the plan holds; otherwise the question
is refused with the word that was not understood. Nothing here knows a question: the parts combine.
"""

from __future__ import annotations

from dataclasses import replace

from mbkg.ask.items import Item, read_items
from mbkg.ask.linking import Linked, phrases, resolve, unexplained
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Ask, Operation, Plan, Select
from mbkg.ask.session import Refused, Session, holdings
from mbkg.ask.slots import Slots, item_measures, read_slots, unknown_place
from mbkg.ask.words import measures, words

_SUPERLATIVE = frozenset({"max", "min", "rank", "nth", "top", "bottom", "descending", "ascending"})
_CHANGE = frozenset({"change", "changeRate", "increase", "decrease", "unchanged"})


def understand(question: Question, session: Session) -> Plan:
    """The plan of a question.

    Raises:
        Refused: something in the question is not understood, or is not in the graph.
    """
    slots = read_slots(question, session)
    special = _structure(question, slots, session) or _definition(question, slots, session)
    if special is not None:
        return special
    selects, joined = _selects(question, slots, session)
    ask = _ask(question, slots, selects)
    plan = _plan(question, slots, ask, selects, joined)
    return replace(plan, unit=slots.unit)


def _plan(question: Question, slots: Slots, ask: Ask, selects: tuple[Select, ...], joined: bool) -> Plan:
    operators = slots.operators
    rate = ask == "change" and any(word in question.folded for word in words().rate_words)
    order = "min" if operators & {"min", "bottom", "ascending"} or slots.nth < 0 or "倒数" in question.folded else "max"
    group = _group(question, slots, selects)
    if ask == "entity":
        nth = abs(slots.nth) or 1
        take = slots.top or (0 if operators & {"rank", "descending", "ascending"} and not operators & {"max", "min"} and not slots.nth else 1)
        return Plan("entity", selects, group=group, order=order, nth=nth, take=take)
    operation = _operation(question, slots, ask, selects, joined)
    if ask == "amount" and operation == "difference" and "which" in operators | slots.over:
        return Plan("entity", selects, group=group, order=order, nth=1, take=1)
    if ask in ("list", "count"):
        return Plan(ask, selects, group=group or "project")
    return Plan(ask, selects, operation=operation, group=group if operation == "average" else "", rate=rate)


def _ask(question: Question, slots: Slots, selects: tuple[Select, ...]) -> Ask:
    operators = slots.operators
    if "why" in operators:
        return "reason"
    if operators & _SUPERLATIVE or slots.nth or slots.top:
        return "entity"
    two = len(selects) > 1
    if operators & _CHANGE and not two:
        return "change"
    if operators & {"share", "times"} or (question.folded.count("占") and two):
        return "ratio"
    if two and "body" in slots.over and not operators & {"sum", "difference"}:
        return "entity"
    if two and any(sign in question.folded for sign in ("谁", "哪个", "哪家", "哪一家", "哪一个")):
        return "entity"
    counted = selects[0].of in ("project",) and not selects[0].projects
    if "count" in operators and counted:
        return "count"
    if selects[0].of == "project" and not selects[0].projects and ("list" in operators or slots.conditions) and "average" not in operators:
        return "count" if "count" in operators else "list"
    if slots.conditions and "body" in slots.over:
        return "count" if "count" in operators else "list"
    return "amount"


def _operation(question: Question, slots: Slots, ask: Ask, selects: tuple[Select, ...], joined: bool) -> Operation:
    operators = slots.operators
    if ask == "ratio":
        return "times" if "times" in operators else "share"
    if "average" in operators and ask == "amount":
        return "average"
    if len(selects) > 1 and operators & ({"difference"} | _CHANGE):
        return "difference"
    if (len(selects) > 1 or joined) and "sum" in operators:
        return "sum"
    return ""


def _group(question: Question, slots: Slots, selects: tuple[Select, ...]) -> str:
    over = slots.over
    first = selects[0]
    if first.of == "project" and not first.projects:
        return "body" if "body" in over and "project" not in over else "project"
    if first.breakdown:
        return first.breakdown
    if len(selects) > 1 and len({select.bodies for select in selects}) == 1:
        return "item"
    return "body"


def _selects(question: Question, slots: Slots, session: Session) -> tuple[tuple[Select, ...], bool]:
    """The figures asked for: one selection for each thing that the question names more than one of."""
    items = read_items(question, slots, session)
    base = Select("fact", bodies=slots.bodies, years=slots.years, phases=slots.phases, conditions=slots.conditions)
    complete = bool(items) and not slots.left and not any(item.open for item in items)
    named = any(mention.kind == "population" for mention in question.mentions) and not any(item.select.of == "percapita" for item in items)
    if complete and not named:
        if "占" in question.folded and len(items) == 1 and not _rates(items[0]):
            items = [*items, Item(Select("fact", measures=("measure/expenditure",), natures=("nature/total",)), 0, 0)]
        return _vary([_merge(base, item.select) for item in items], slots), False
    if not items and not slots.left and not named:
        return _whole(question, slots, base)
    percapita = [item for item in items if item.select.of == "percapita"]
    if percapita and percapita[0].select.populations:
        said = "、".join(text for _, _, text in slots.left)
        return _vary([_merge(base, replace(percapita[0].select, words=said))], slots), False
    return _linked(question, slots, session, base, items)


def _whole(question: Question, slots: Slots, base: Select) -> tuple[tuple[Select, ...], bool]:
    """A question without an item of its own: about projects in general, a whole budget, or a breakdown."""
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    attribute = next((measures()["projects"][name]["attribute"] for name in sorted(asked & set(measures()["projects"]))), "")
    if slots.over & {"function", "economic"}:
        breakdown = "economic" if "economic" in slots.over else "function"
        return (replace(base, measures=("measure/expenditure",), breakdown=breakdown),), False
    if "project" in slots.over or attribute or slots.categories:
        if not slots.over & {"project"} and attribute not in ("", "budget") and not slots.operators & _SUPERLATIVE:
            raise Refused("ambiguous", "ambiguous", "请说明是哪个项目：自评得分、执行率等按项目公布。")
        return _vary([replace(base, of="project", attribute=attribute or "budget", categories=slots.categories)], slots), False
    if asked & item_measures() or slots.phases or slots.funds:
        measure = "measure/income" if asked & {"measure/income", "measure/incomeTotal"} else "measure/expenditure"
        fact = replace(base, measures=(measure,), natures=("nature/total",), funds=slots.funds)
        return _vary([fact], slots), False
    raise Refused("out_of_scope", "not_in_schema", f"没有听懂要问哪一项数字。可以问单位的预算、决算、三公经费、项目、绩效指标等。图中有：{holdings(session_lexicon(question))}。")


def session_lexicon(question: Question) -> object:  # replaced below
    raise NotImplementedError

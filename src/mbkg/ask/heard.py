"""Whether a plan does everything that its question says: an operator that has no place in the plan was not heard, a reason to refuse."""

from __future__ import annotations

from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.slots import CHANGE, SUPERLATIVE, Slots
from mbkg.ask.void import meant

_LIMITS = frozenset({"greater", "atLeast", "less", "atMost"})
_OF_TEXT = frozenset({"check", "structure", "definition", "reason", "body", "verdict"})


def unheard(plan: Plan, question: Question, slots: Slots) -> list[str]:
    """The words of the operators that the plan does not carry out, void words that mean something all the same first.

    A word with several senses is heard when the plan carries out one of them. Plans that give words instead of figures are not looked at.
    """
    if plan.ask in _OF_TEXT:
        return []
    spare = [text for text, sense in meant(question) if not _carried(sense.rpartition("/")[2], plan, slots)]
    if not any(select.words for select in plan.selects):  # 上级执行率: no name carries what a body is made of
        spare += [mention.words for mention in question.of("structure")]
    return spare + [
        mention.words
        for mention in question.of("operator")
        if not any(_carried(sense.rpartition("/")[2], plan, slots) for sense in mention.senses)
    ]


def _carried(operator: str, plan: Plan, slots: Slots) -> bool:
    ranks = plan.ask == "entity"
    if operator in SUPERLATIVE:
        return ranks or (
            plan.ask == "amount" and slots.operators & SUPERLATIVE <= {"max", "min"}
        )  # 最多给多少: a limit
    if operator in CHANGE:
        broken_down = bool(plan.selects and plan.selects[0].breakdown)
        return ranks or plan.ask == "change" or plan.operation in ("difference", "share", "times") or broken_down
    if operator in _LIMITS:
        return any(select.conditions or select.of in ("indicator", "percapita") for select in plan.selects)
    if operator == "sum":
        return plan.ask != "amount" or bool(plan.operation) or not _several(plan.selects)
    if operator == "share":
        return (
            ranks
            or plan.rate
            or plan.ask in ("ratio", "change")
            or all(select.of == "indicator" for select in plan.selects)
        )
    if operator == "difference":
        return ranks or plan.operation == "difference" or plan.ask in ("change", "ratio")
    if operator == "comparing":  # 比, 较, 高 and 多 said without a measure of how much
        limited = any(select.conditions or select.of in ("indicator", "percapita") for select in plan.selects)
        return ranks or plan.ask in ("change", "ratio") or plan.operation in ("difference", "share", "times") or limited
    if operator == "alone":
        return plan.ask not in ("list", "count", "entity")
    if operator == "choosing":
        return plan.ask not in ("amount", "ratio", "change")
    if operator == "counting":
        return (
            ranks
            or plan.ask in ("count", "list")
            or any(select.of not in ("fact", "project") for select in plan.selects)
        )
    return True


def _several(selects: tuple[Select, ...]) -> bool:
    """Whether more than one thing is asked for, which a sum would have to add."""
    return len(selects) > 1 or any(len(select.bodies) > 1 or len(select.projects) > 1 for select in selects)

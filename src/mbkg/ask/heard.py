"""Whether a plan does everything that its question says: an operator that has no place in the plan was not heard, a reason to refuse."""

from __future__ import annotations

from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.slots import CHANGE, SUPERLATIVE, Slots

_LIMITS = frozenset({"greater", "atLeast", "less", "atMost"})
_OF_TEXT = frozenset({"check", "structure", "definition", "reason", "body", "verdict"})


def unheard(plan: Plan, question: Question, slots: Slots) -> list[str]:
    """The words of the operators that the plan does not carry out, in their order.

    A word with several senses is heard when the plan carries out one of them. Plans that give words instead of figures are not looked at.
    """
    if plan.ask in _OF_TEXT:
        return []
    return [
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
        return ranks or plan.ask in ("ratio", "change") or all(select.of == "indicator" for select in plan.selects)
    if operator == "difference":
        return ranks or plan.operation == "difference" or plan.ask in ("change", "ratio")
    return True


def _several(selects: tuple[Select, ...]) -> bool:
    """Whether more than one thing is asked for, which a sum would have to add."""
    return len(selects) > 1 or any(len(select.bodies) > 1 or len(select.projects) > 1 for select in selects)

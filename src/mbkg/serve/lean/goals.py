"""What a query is to yield, and whether it does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import QueryBoolean, QuerySolutions

from mbkg.ask.answer import Answer
from mbkg.ask.plan import Plan
from mbkg.errors import BadQuery
from mbkg.graph.store import GraphStore

_OF_NAMES = ("entity", "list", "body", "definition")
_CLOSE = Decimal("0.0000005")


@dataclass(frozen=True, slots=True)
class Goal:
    """The figures, or the names, or the verdict of an answer; where it has none of these, the text in which what is found must stand."""

    numbers: tuple[Decimal, ...] = ()
    names: tuple[str, ...] = ()
    verdict: bool | None = None
    text: str = ""


def goal_of(plan: Plan, answer: Answer) -> Goal:
    """What answers a question: names where it asks which, else figures, else words."""
    if answer.yesno is not None:
        return Goal(verdict=answer.yesno)
    numbers = tuple(value.value for value in answer.values)
    if answer.entities and (plan.ask in _OF_NAMES or not numbers):
        return Goal(names=answer.entities)
    return Goal(numbers=numbers, text="" if numbers else answer.text)


def yields(store: GraphStore, query: str, goal: Goal) -> bool:
    """Whether a query gives exactly the goal, one variable, each figure or name once."""
    try:
        result = store.query(query)
    except BadQuery:
        return False
    if isinstance(result, QueryBoolean):
        return bool(result) == goal.verdict
    if not isinstance(result, QuerySolutions) or goal.verdict is not None or len(result.variables) != 1:
        return False
    found = [solution[0].value for solution in result if solution[0] is not None]
    if goal.numbers:
        return _same_numbers(found, goal.numbers)
    if goal.names:
        return Counter(found) == Counter(goal.names)
    return bool(found) and all(text in goal.text for text in found)


def _same_numbers(found: list[str], wanted: tuple[Decimal, ...]) -> bool:
    """Whether the figures are the same, in any order, each as often or once."""
    try:
        numbers = sorted(Decimal(text) for text in found)
    except InvalidOperation:
        return False
    return any(
        len(numbers) == len(other) and all(close(one, two) for one, two in zip(numbers, other, strict=True))
        for other in (sorted(wanted), sorted(set(wanted)))
    )


def close(one: Decimal, other: Decimal) -> bool:
    """Whether two figures are one, the last digits of a quotient aside."""
    return abs(one - other) <= max(_CLOSE, abs(other) * Decimal("1e-9"))

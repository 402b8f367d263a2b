"""Queries for yes or no: the figures of a verdict held against its limit, or against each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.answering import respond
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Session
from mbkg.serve.lean.figures import Figures
from mbkg.serve.lean.goals import close
from mbkg.serve.lean.numbers import Formula, formulas, held_figures
from mbkg.serve.lean.write import asking

_SCALE = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(10**8)}


def verdict_queries(plan: Plan, figures: Figures, session: Session) -> Iterator[str]:
    """Queries that may yield a verdict. Where the plan holds no figure against anything, none."""
    if plan.ask != "verdict" or plan.inner is None:
        return
    try:
        inner = respond(plan.inner, session)
        other = respond(plan.against, session) if plan.against is not None else None
    except Refused:
        return
    left = _formula(plan.inner, inner, figures)
    if left is None:
        return
    if other is not None and plan.against is not None:
        right = _formula(plan.against, other, figures)
        if right is not None:
            operator = plan.test.operator if plan.test is not None else "="
            yield asking([*_bound(left, "value"), *_bound(right, "other"), f"FILTER (?value {operator} ?other)"])
        return
    if plan.about == "exists":
        denied = plan.test is not None and plan.test.operator == "="
        yield asking([*left.lines(), f"FILTER (?value {'=' if denied else '!='} 0)"])
    elif plan.about in ("compare", "change") and plan.test is not None and len(left.figures) == 2:
        a, b = (figure.scaled(name) for figure, name in zip(left.figures, "ab", strict=True))
        lines = [line for figure, name in zip(left.figures, "ab", strict=True) for line in figure.lines(name)]
        yield asking([*lines, f"FILTER ({a} {plan.test.operator} {b})"])
        yield asking([*lines, f"FILTER ({b} {plan.test.operator} {a})"])
    elif plan.test is not None:
        limit = _limit(plan.test, inner)
        yield asking([*left.lines(), f"FILTER (?value {plan.test.operator} {canonical(limit)})"])


def _formula(plan: Plan, reply: Reply, figures: Figures) -> Formula | None:
    """What a reply's first figure is reckoned from; None where that is not to be seen."""
    if not reply.values:
        return None
    wanted = reply.values[0].value
    held = held_figures(reply, figures)
    if plan.operation == "sum":
        from mbkg.serve.lean.figures import Figure

        numbers = [figure for figure in held if figure.value is not None]
        if len({(figure.property, figure.scale) for figure in numbers}) == 1:
            whole = Figure(
                tuple(node for figure in numbers for node in figure.nodes),
                numbers[0].property,
                numbers[0].scale,
                wanted,
            )
            return Formula((whole,), whole.scaled("a"), wanted)
    return next((formula for formula in formulas(plan, held) if close(formula.value, wanted)), None)


def _bound(formula: Formula, name: str) -> list[str]:
    """The lines of a formula, its variables told from those of another."""
    return [line.replace("?", f"?{name}_").replace(f"?{name}_value", f"?{name}") for line in formula.lines()]


def _limit(test: Condition, reply: Reply) -> Decimal:
    """The limit in the unit of the figure."""
    own = reply.values[0].unit.partition("/")[0]
    if test.unit in _SCALE and own in _SCALE:
        return test.value * _SCALE[test.unit] / _SCALE[own]
    return test.value

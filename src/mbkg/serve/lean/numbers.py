"""Queries for figures: one that is printed, or what is reckoned from a few that are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from mbkg.amounts import canonical
from mbkg.ask.plan import Plan
from mbkg.ask.reply import Reply
from mbkg.serve.lean.figures import Figure, Figures
from mbkg.serve.lean.goals import Goal, close
from mbkg.serve.lean.write import select, values

_PARTS = ("mb:amountWan", "mb:change", "mb:changePct")
_MOST = 6
"""Beyond so many figures pairs are not tried."""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression over figures `?a`, `?b` …, with what it comes to."""

    figures: tuple[Figure, ...]
    text: str
    value: Decimal

    def lines(self) -> list[str]:
        """The lines that bind `?value`."""
        if len(self.figures) == 1 and self.text == "?a":
            return self.figures[0].lines("value")
        bound = [line for figure, name in zip(self.figures, "abcdefgh", strict=False) for line in figure.lines(name)]
        return [*bound, f"BIND ({self.text} AS ?value)"]


def number_queries(plan: Plan, reply: Reply, goal: Goal, figures: Figures) -> Iterator[str]:
    """Queries that may yield the figures of a goal, the likeliest first."""
    held = held_figures(reply, figures)
    if plan.ask == "count" or (plan.ask == "structure" and reply.entities):
        from mbkg.serve.lean.entities import count_queries

        yield from count_queries(plan, reply, figures)
    if plan.operation in ("sum", "average") and len(goal.numbers) == 1:
        yield from _totals(plan, held, goal.numbers[0])
    found: list[Formula] = []
    for number in dict.fromkeys(goal.numbers):
        formula = next((each for each in formulas(plan, held) if close(each.value, number)), None)
        if formula is None:
            return
        found.append(formula)
    if len(found) == 1:
        yield select("?value", found[0].lines())
        return
    same = {
        formula.figures[0].property for formula in found if formula.text == "?a" and len(formula.figures[0].nodes) == 1
    }
    if len(same) == 1 and all(formula.text == "?a" for formula in found):
        nodes = [formula.figures[0].nodes[0] for formula in found]
        yield select("?value", [values("fact", nodes), f"?fact {same.pop()} ?value ."])
    blocks = [f"{{ {' '.join(line.strip() for line in formula.lines())} }}" for formula in found]
    yield select("?value", ["\n  UNION\n  ".join(blocks)])


def held_figures(reply: Reply, figures: Figures) -> list[Figure]:
    """The figures of a reply's records in their order, each once."""
    found: list[Figure | None] = []
    for record in reply.records:
        own = figures.of(record)
        found.append(own)
        if (
            own is None or "/statement/" in record.nodes[0]
        ):  # reckoned from what these say, or a change said in two ways
            found += [figures.at(node, name) for node in record.nodes for name in _PARTS]
    return list(dict.fromkeys(figure for figure in found if figure is not None))


def formulas(plan: Plan, held: Sequence[Figure]) -> Iterator[Formula]:
    """What can be reckoned from some figures, as the plan does it first."""
    numbers = [figure for figure in held if figure.value is not None]
    one = [Formula((figure,), figure.scaled("a"), figure.value or Decimal(0)) for figure in numbers]
    two = [pair for pair in permutations(numbers, 2) if len(numbers) <= _MOST]
    if plan.operation in ("", "sum", "average") and plan.ask != "change":
        yield from one
    if plan.operation == "per" and plan.test is not None and plan.test.value:
        heads = canonical(plan.test.value)
        for figure in numbers:
            for factor in (10000, 1):
                value = (figure.value or Decimal(0)) * factor / plan.test.value
                for places in (4, 6):
                    text = _rounded(f"{figure.scaled('a')} * {factor} / {heads}", places)
                    yield Formula((figure,), text, round(value, places))
    for left, right in two:
        yield from _of_two(left, right)
    if plan.operation == "share":
        yield from _share_of_sum(numbers)
    yield from one
    yield from (Formula((figure,), f"ABS({figure.scaled('a')})", abs(figure.value or Decimal(0))) for figure in numbers)


def _of_two(left: Figure, right: Figure) -> Iterator[Formula]:
    both, a, b = (left, right), left.scaled("a"), right.scaled("b")
    top, bottom = left.value or Decimal(0), right.value or Decimal(0)
    yield Formula(both, f"({a} - {b})", top - bottom)
    yield Formula(both, f"({a} - {b}) * 10000", (top - bottom) * 10000)
    if bottom:
        yield Formula(both, _rounded(f"{a} / {b} * 100", 4), round(top / bottom * 100, 4))
        yield Formula(both, _rounded(f"{a} / {b}", 4), round(top / bottom, 4))
        yield Formula(both, _rounded(f"{a} * 10000 / {b}", 4), round(top * 10000 / bottom, 4))
        yield Formula(both, _rounded(f"ABS({a} - {b}) / {b} * 100", 4), round(abs(top - bottom) / bottom * 100, 4))
    if top - bottom:  # a change against the figure before it
        yield Formula(both, _rounded(f"ABS({b} / ({a} - {b}) * 100)", 4), round(abs(bottom / (top - bottom) * 100), 4))


def _share_of_sum(numbers: Sequence[Figure]) -> Iterator[Formula]:
    """The figures but the last as parts of the last."""
    if len(numbers) < 3 or len({figure.property for figure in numbers[:-1]}) > 1 or not numbers[-1].value:
        return
    part = Figure(
        tuple(node for figure in numbers[:-1] for node in figure.nodes),
        numbers[0].property,
        numbers[0].scale,
        sum((figure.value or Decimal(0) for figure in numbers[:-1]), Decimal(0)),
    )
    yield from _of_two(part, numbers[-1])


def _totals(plan: Plan, held: Sequence[Figure], wanted: Decimal) -> Iterator[str]:
    numbers = [figure for figure in held if figure.value is not None]
    if not numbers or len({(figure.property, figure.scale) for figure in numbers}) > 1:
        return
    nodes = tuple(node for figure in numbers for node in figure.nodes)
    amount = numbers[0].scale.format("SUM(?amount)")
    if plan.operation == "average":
        amount = _rounded(f"{amount} / {len(numbers)}", 6)
    yield select(f"({amount} AS ?value)", [values("fact", nodes), f"?fact {numbers[0].property} ?amount ."])


def _rounded(expression: str, places: int) -> str:
    step = 10**places
    return f"(ROUND({expression} * {step}) / {step})"


def supporting_query(reply: Reply, figures: Figures) -> str:
    """The figures that an answer rests on; blank where it rests on none."""
    held = [figure for record in (reply.winners or reply.records) if (figure := figures.of(record)) is not None]
    by_property: dict[str, list[str]] = {}
    for figure in held:
        by_property.setdefault(figure.property, []).extend(figure.nodes)
    if not by_property:
        nodes = list(dict.fromkeys(node for record in reply.records for node in record.nodes))
        return select("?fact", [values("fact", nodes)]) if nodes else ""
    blocks = [
        f"{{ {values('fact', dict.fromkeys(nodes))} ?fact {name} ?value }}" for name, nodes in by_property.items()
    ]
    return select("?value", [" UNION ".join(blocks)])

"""The checks of one report as equations over its printed figures, so that a change of one figure can be tried on paper.

A check whose two sides are sums of its own printed figures is an equation; any other (a rate, a date, a set) is left out. Nothing is
changed in the graph and nothing judged anew: the question is only which relations a figure would mend or break if printed otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pyoxigraph import NamedNode, Store

from mbkg.amounts import WAN_PER_UNIT
from mbkg.graph.iris import MB, RDF
from mbkg.validate.engine import Check
from mbkg.validate.operands import Evidence
from mbkg.validate.values import Operand, Outcome

_FEW = 2  # figures of one side that may be taken off instead of added


@dataclass(frozen=True, slots=True)
class Equation:
    """One relation: Σ coefficient × figure + constant, in the check's unit, is `=` or `≤` or `≥` zero, give or take the tolerance."""

    rule: str
    value: str
    relation: str
    terms: Mapping[str, Decimal]
    tolerance: Decimal
    outcome: Outcome
    constant: Decimal = Decimal(0)

    def broken(self, values: Mapping[str, Decimal]) -> bool:
        """Whether it would be violated if the figures were these."""
        gap = self.gap(values)
        if self.relation == "≤":
            return gap > self.tolerance
        if self.relation == "≥":
            return -gap > self.tolerance
        return abs(gap) > self.tolerance

    def gap(self, values: Mapping[str, Decimal]) -> Decimal:
        """Left minus right, in the check's unit."""
        return sum((factor * values[node] for node, factor in self.terms.items()), self.constant)

    def demands(self, node: str, values: Mapping[str, Decimal]) -> Decimal:
        """What the figure would have to be for both sides to be equal."""
        return values[node] - self.gap(values) / self.terms[node]


@dataclass(frozen=True, slots=True)
class Web:
    """All equations of a report and the figures that they hang together by.

    `figures` are the printed figures by node; `values` what they print; `tables` the table node of each cell; `cells` all cells of
    the report in print order, also those in no equation.
    """

    equations: tuple[Equation, ...]
    figures: Mapping[str, Operand]
    values: Mapping[str, Decimal]
    of_node: Mapping[str, tuple[int, ...]]
    tables: Mapping[str, str]
    cells: tuple[Operand, ...]

    def of_check(self, rule: str, value: str, nodes: Iterable[str]) -> int | None:
        """The index of a check's equation."""
        wanted = set(nodes)
        for node in wanted:
            for index in self.of_node.get(node, ()):
                found = self.equations[index]
                if found.rule == rule and found.value == value and found.terms.keys() <= wanted:
                    return index
        return None

    def tried(self, changes: Mapping[str, Decimal], values: Mapping[str, Decimal]) -> tuple[frozenset[int], int]:
        """What becomes of the relations if some figures were printed otherwise: those that would be mended, and how many would break.

        Args:
            values: what all figures print, or are already taken to be.
        """
        after = {**values, **changes}
        touched = {index for node in changes for index in self.of_node.get(node, ())}
        mended, newly = set(), 0
        for index in touched:
            was, is_ = self.equations[index].broken(values), self.equations[index].broken(after)
            if was and not is_:
                mended.add(index)
            newly += is_ and not was
        return frozenset(mended), newly


def web_of(checks: Sequence[Check], evidence: Evidence, store: Store, report: str) -> Web:
    """The equations of a report's checks that ran."""
    equations = []
    figures: dict[str, Operand] = {}
    for check in checks:
        if check.outcome == "not_evaluable" or not {"left", "right", "tolerance"} <= check.numbers.keys():
            continue
        if check.rule.relation not in ("=", "≤", "≥"):
            continue
        operands = evidence.operands(check)
        found = _equations(check, operands)
        if found:
            figures.update((operand.node, operand) for operand in operands)
            equations += found
    graph = NamedNode(report)
    nodes = sorted(
        quad.subject.value
        for quad in store.quads_for_pattern(None, RDF.type, MB.Cell, graph)
        if isinstance(quad.subject, NamedNode)
    )
    cells = tuple(evidence.operand(node, "left") for node in nodes)
    figures.update((cell.node, cell) for cell in cells)
    of_node: dict[str, list[int]] = {}
    for index, equation in enumerate(equations):
        for node in equation.terms:
            of_node.setdefault(node, []).append(index)
    return Web(
        tuple(equations),
        figures,
        {node: operand.value for node, operand in figures.items() if operand.value is not None},
        {node: tuple(found) for node, found in of_node.items()},
        {
            quad.subject.value: quad.object.value
            for quad in store.quads_for_pattern(None, MB.table, None, graph)
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
        },
        cells,
    )


def _equations(check: Check, operands: Sequence[Operand]) -> list[Equation]:
    """The equations that a check states, one for each place that prints the figure of one side; none where it states no sum."""
    unit = check.texts.get("unit") or next((each.unit for each in operands if each.value is not None), "")
    lefts, rights = ([each for each in operands if each.role == role] for role in ("left", "right"))
    zero = Decimal(0)
    ways = [
        (one, other, zero)
        for one in _alternatives(lefts, check.numbers["left"], unit)
        for other in _alternatives(rights, check.numbers["right"], unit)
    ]
    if (
        not ways and 1 < len(operands) <= _FEW + 1
    ):  # one side is a number that no node stands for, as the change that a sentence prints
        whole = _factors(operands, check.numbers["right"], unit)
        ways = [({}, whole, check.numbers["left"])] if whole else []
    values = {each.node: each.value or zero for each in operands}
    found = []
    for one, other, constant in ways:
        terms = {node: one.get(node, zero) - other.get(node, zero) for node in (*one, *other)}
        terms = {node: factor for node, factor in terms.items() if factor}
        for relation in dict.fromkeys((check.rule.relation, "=")):
            equation = Equation(
                check.rule.id, check.value, relation, terms, check.numbers["tolerance"], check.outcome, constant
            )
            if terms and relation in "=≤≥" and equation.broken(values) == (check.outcome == "violated"):
                found.append(equation)
                break
    return found


def _alternatives(side: Sequence[Operand], total: Decimal, unit: str) -> list[dict[str, Decimal]]:
    """A side as a sum of its figures; where each of several prints the whole, each by itself."""
    alone = [found for each in side if (found := _factors([each], total, unit))]
    if len(side) > 1 and len(alone) == len(side) and total:
        return alone
    found = _factors(side, total, unit)
    return [found] if found else []


def _factors(side: Sequence[Operand], total: Decimal, unit: str) -> dict[str, Decimal] | None:
    """The factor of each figure, if the total is their sum, some of them taken off; None if it is not, or in more than one way."""
    scales = []
    for operand in side:
        if operand.value is None:
            return None
        if operand.unit in WAN_PER_UNIT and unit in WAN_PER_UNIT:
            scales.append(WAN_PER_UNIT[operand.unit] / WAN_PER_UNIT[unit])
        elif operand.unit == unit:
            scales.append(Decimal(1))
        else:
            return None
    amounts = [scale * (operand.value or 0) for scale, operand in zip(scales, side, strict=True)]
    over = sum(amounts, Decimal(0)) - total
    off: tuple[int, ...] = ()
    if over:
        stated = [at for at, amount in enumerate(amounts) if amount]
        ways = [
            taken
            for count in range(1, min(len(stated), _FEW) + 1)
            for taken in combinations(stated, count)
            if 2 * sum((amounts[at] for at in taken), Decimal(0)) == over
        ]
        judged = [taken for taken in ways if all(side[at].role == "right" for at in taken)]
        ways = judged if len(judged) == 1 else ways
        if len(ways) != 1:
            return None
        off = ways[0]
    factors = [-scale if at in off else scale for at, scale in enumerate(scales)]
    found: dict[str, Decimal] = {}
    for operand, factor in zip(side, factors, strict=True):
        found[operand.node] = found.get(operand.node, Decimal(0)) + factor
    return found

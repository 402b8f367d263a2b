"""Which printed figures, printed otherwise, would mend a report's broken relations: as few as possible, and none that breaks another.

A repair is a hypothesis for the reader of a finding; nothing is changed by it. One figure is tried with every amount that a broken
relation demands of it; then figures of one table that are all short, or all over, by the same amount, as where a row was left out of
every total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mbkg.amounts import printed_places
from mbkg.validate.equations import Equation, Web
from mbkg.validate.slips import slip_between

_TRIES = 4000  # so many hypotheses are weighed for one report; a report with more broken relations is no case of slips


@dataclass(frozen=True, slots=True)
class Repair:
    """Some figures and what they would have to be: what that mends, as indices of equations.

    `rivals` are other figures whose change would mend as much, with as much to say for it; where there are any, the figures do not tell
    which one is wrong. `only` is true where no change of any other figure mends even one of these relations without breaking another.
    `before` are the changes of the repairs found earlier, which this one takes for granted.
    """

    changes: Mapping[str, Decimal]
    mends: frozenset[int]
    rivals: tuple[str, ...] = ()
    only: bool = False
    before: Mapping[str, Decimal] = field(default_factory=dict)


def repairs_of(web: Web, broken: Iterable[int]) -> tuple[Repair, ...]:
    """The repairs that explain broken relations, the one that mends most first; each later one on top of those before."""
    values = dict(web.values)
    open_ = {index for index in broken if web.equations[index].broken(values)}
    found: list[Repair] = []
    taken: dict[str, Decimal] = {}
    tries = 0
    while open_:
        candidates = []
        for candidate in (*_single(web, open_, values), *_together(web, open_, values)):
            tries += 1
            mends, breaks = web.tried(candidate, values)
            if len(mends & open_) >= min(len(candidate), 2) and not breaks:
                candidates.append(Repair(candidate, mends & open_))
        if not candidates or tries > _TRIES:
            break
        best = replace(_choose(web, candidates, values), before=dict(taken))
        found.append(best)
        open_ -= best.mends
        if not best.rivals:
            values.update(best.changes)
            taken.update(best.changes)
            open_ = {index for index in open_ if web.equations[index].broken(values)}
    return tuple(found)


def _single(web: Web, open_: set[int], values: Mapping[str, Decimal]) -> Iterator[dict[str, Decimal]]:
    """Every figure of a broken relation with what that relation demands of it, as far as it could have been printed so."""
    seen = set()
    for index in sorted(open_):
        equation = web.equations[index]
        for node in sorted(equation.terms):
            demanded = printable(web, node, equation.demands(node, values))
            if demanded is not None and (node, demanded) not in seen and demanded != values[node]:
                seen.add((node, demanded))
                yield {node: demanded}


def printable(web: Web, node: str, value: Decimal) -> Decimal | None:
    """The value if the figure's table could print it: with no more places than it has, and no sign that the figure lacks for no reason."""
    figure = web.figures[node]
    places = max(printed_places(figure.printed), -int((figure.value or Decimal(0)).as_tuple().exponent))
    if value.normalize().as_tuple().exponent < -places and figure.kind == "cell":  # type: ignore[operator]
        return None
    if value < 0 <= web.values[node] and value != -web.values[node]:
        return None
    return value


def _together(web: Web, open_: set[int], values: Mapping[str, Decimal]) -> Iterator[dict[str, Decimal]]:
    """Figures of one table that places elsewhere demand to be changed by the same amount, and figures of one row likewise."""
    groups: dict[tuple[str, ...], list[tuple[str, Decimal, Decimal]]] = {}
    for index in sorted(open_):
        equation = web.equations[index]
        for node in equation.terms:
            table = web.tables.get(node)
            if table is None:
                continue
            step = equation.demands(node, values) - values[node]
            told = (node, step, equation.tolerance / abs(equation.terms[node]))
            if sum(web.tables.get(other) == table for other in equation.terms) == 1:
                groups.setdefault((table,), []).append(told)
            figure = web.figures[node]
            groups.setdefault((table, str(figure.line), figure.row_label), []).append(told)
    for _, group in sorted(groups.items()):
        tried = set()
        for _, step, slack in group:
            alike: dict[str, Decimal] = {}
            for node, own, own_slack in group:
                if abs(own - step) <= slack + own_slack and node not in alike:
                    alike[node] = own
            nodes = frozenset(alike)
            if len(nodes) > 1 and nodes not in tried and abs(step) > slack:
                tried.add(nodes)
                changes = {node: printable(web, node, values[node] + own) for node, own in alike.items()}
                if all(value is not None for value in changes.values()):
                    yield {node: value for node, value in changes.items() if value is not None}


def _choose(web: Web, candidates: list[Repair], values: Mapping[str, Decimal]) -> Repair:
    """The candidate that mends most; among those one figure before several, a known slip or an amount printed elsewhere first."""

    def rank(repair: Repair) -> tuple[int, int, int]:
        return -len(repair.mends), len(repair.changes), -_evidence(web, repair, values)

    best = min(candidates, key=rank)
    rivals = {
        node
        for other in candidates
        if rank(other) == rank(best) and other.mends & best.mends
        for node in other.changes
        if node not in best.changes
    }
    only = all(c.changes.keys() & best.changes.keys() for c in candidates if c.mends & best.mends)
    same = [c for c in candidates if rank(c) == rank(best) and c.changes.keys() == best.changes.keys()]
    best = min(same, key=lambda repair: sum(_off(web.equations[i], repair.changes, values) for i in repair.mends))
    return Repair(best.changes, best.mends, tuple(sorted(rivals)), only)


def _evidence(web: Web, repair: Repair, values: Mapping[str, Decimal]) -> int:
    """How much besides the sums speaks for a repair: a known slip, and another place that prints the amount."""
    if len(repair.changes) > 1:
        return 0
    ((node, meant),) = repair.changes.items()
    slip = bool(slip_between(web.figures[node].printed, web.values[node], meant))
    return slip + any(printed_at(web, index, node, meant, values) for index in repair.mends)


def printed_at(web: Web, index: int, node: str, meant: Decimal, values: Mapping[str, Decimal]) -> str:
    """The figure that a relation of two says should equal this one, if it prints the amount; blank if not."""
    equation = web.equations[index]
    others = [other for other in equation.terms if other != node]
    if len(others) != 1 or len(equation.terms) != 2 or equation.relation != "=":
        return ""
    return others[0] if equation.demands(node, values) == meant else ""


def _off(equation: Equation, changes: Mapping[str, Decimal], values: Mapping[str, Decimal]) -> Decimal:
    return abs(equation.gap({**values, **changes}))

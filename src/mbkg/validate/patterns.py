"""rdflib's evaluator, quicker and as the standard says, for the queries that rules are.

rdflib takes the triple pattern with the fewest unknown terms first, so that `?x mb:report $this`, true of every node of a report,
comes before `?x mb:amountWan ?y`, and joins of two such patterns become products. Here, through rdflib's own hook for custom
evaluation (`CUSTOM_EVALS`), the patterns of a group are matched in the order of their counts; the solutions are the same. A GROUP BY
over nothing gives no group, where rdflib gives one with nothing bound, for which the rest of the query then runs over the whole
report. Everything else of a query stays rdflib's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib.plugins.sparql import CUSTOM_EVALS
from rdflib.plugins.sparql.evaluate import evalAggregateJoin
from rdflib.plugins.sparql.sparql import FrozenBindings, QueryContext
from rdflib.term import BNode, Variable

from mbkg.validate.rdfgraph import Dictionaries, MemoryGraph

_Pattern = tuple[Any, Any, Any]


class OrderedGraph(MemoryGraph):
    """Triples in memory; rdflib evaluates, its triple patterns ordered."""

    def __init__(self, triples: Any) -> None:
        super().__init__(triples)
        self.plans: dict[tuple[int, tuple[bool, ...]], list[_Pattern]] = {}


def evaluate(ctx: QueryContext, part: Any) -> Iterator[FrozenBindings]:
    """The solutions of a part of a query, given what is bound so far.

    Raises:
        NotImplementedError: this is none of the parts that are evaluated here, or of another graph; rdflib then does it itself.
    """
    if not isinstance(ctx.graph, OrderedGraph):
        raise NotImplementedError
    if part.name == "BGP" and all(isinstance(predicate, str) for _, predicate, _ in part.triples):
        return _match(ctx, ctx.graph, part)
    if part.name == "AggregateJoin" and part.p.expr is not None:
        return (row for row in evalAggregateJoin(ctx, part) if len(row))
    raise NotImplementedError


def _match(ctx: QueryContext, graph: OrderedGraph, part: Any) -> Iterator[FrozenBindings]:
    """The solutions of one group of triple patterns."""
    given = dict(ctx.bindings.items())
    names = sorted({term for triple in part.triples for term in triple if isinstance(term, Variable | BNode)})
    key = (id(part), tuple(name in given for name in names))
    plan = graph.plans.get(key)
    if plan is None:
        plan = graph.plans[key] = _ordered(part.triples, given, graph.dictionaries)
    return _solutions(ctx, plan, given, graph.dictionaries)


def _ordered(triples: list[_Pattern], given: dict[Any, Any], store: Dictionaries) -> list[_Pattern]:
    """Patterns so that each next one has the fewest triples to match."""
    left, plan, known = list(triples), [], set(given)
    while left:
        best = min(left, key=lambda t: _expected(t, known, given, store))
        left.remove(best)
        plan.append(best)
        known.update(term for term in best if isinstance(term, Variable | BNode))
    return plan


def _expected(pattern: _Pattern, known: set[Any], given: dict[Any, Any], store: Dictionaries) -> float:
    """About how many triples match a pattern for one solution of those before it."""
    (_, s_known), (p, p_known), (o, o_known) = (_given(term, known, given) for term in pattern)
    if p is None:
        return 10.0 if s_known or o_known or p_known else 1e9
    by_object = store.pos.get(p, {})
    if s_known:
        return 0.1 if o_known else 1.0
    if o is not None:
        return float(len(by_object.get(o, ())))
    total = float(store.counts.get(p, 0))
    return total / max(1, len(by_object)) if o_known else total


def _given(term: Any, known: set[Any], given: dict[Any, Any]) -> tuple[Any, bool]:
    """The value of a term where it is known beforehand, and whether it has one by then."""
    if isinstance(term, Variable | BNode):
        return given.get(term), term in known
    return term, True


def _solutions(
    ctx: QueryContext, plan: list[_Pattern], given: dict[Any, Any], store: Dictionaries
) -> Iterator[FrozenBindings]:
    rows = [given]
    for s, p, o in plan:
        found = []
        open_s, open_p, open_o = (isinstance(term, Variable | BNode) for term in (s, p, o))
        for row in rows:
            bound_s = row.get(s) if open_s else s
            bound_p = row.get(p) if open_p else p
            bound_o = row.get(o) if open_o else o
            for x, y, z in store.match((bound_s, bound_p, bound_o)):
                if bound_s is not None and bound_p is not None and bound_o is not None:
                    found.append(row)
                    continue
                more = dict(row)
                fits = True
                for name, value, was in ((s, x, bound_s), (p, y, bound_p), (o, z, bound_o)):
                    if was is None and more.setdefault(name, value) != value:
                        fits = False  # one name twice in a pattern
                if fits:
                    found.append(more)
        rows = found
    for row in rows:
        yield FrozenBindings(ctx, row)


CUSTOM_EVALS["https://w3id.org/mbkg/ordered-patterns"] = evaluate

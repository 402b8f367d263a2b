"""Runs rules on one report: each rule's query once, over the report's graph and the vocabulary beside it.

This is SHACL-SPARQL for one kind of shape: the focus node is the report, the constraint a SELECT. Oxigraph evaluates the very query
of the shape; `reference` runs the same shapes through pySHACL, and the test suite holds that both give the same verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store, Variable

from mbkg.errors import BadShape
from mbkg.graph.iris import COMMON_GRAPH, VOCABULARY_GRAPH
from mbkg.validate.values import OUTCOMES, Outcome, Rule

_THIS = Variable("this")


@dataclass(frozen=True, slots=True)
class Check:
    """One row of a rule's query: the node that was judged, the outcome, and whatever else the query gives, as text.

    `lefts` and `rights` are the nodes of the figures on either side, where the query names them.
    """

    rule: Rule
    value: str
    outcome: Outcome
    numbers: Mapping[str, Decimal]  # left, right, difference, tolerance
    texts: Mapping[str, str]  # every variable of the row
    lefts: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


def run_rules(rules: Iterable[Rule], store: Store, report: str, graphs: Sequence[str] = ()) -> Iterator[Check]:
    """Run rules on one report.

    Args:
        store: holds the report's graph, the common graph and the vocabulary.
        report: IRI of the report, and of its graph.
        graphs: IRIs of the graphs that rules with reach `graph` see besides; those rules are left out where there are none.
    Raises:
        BadShape: a query fails, or gives an outcome that is none.
    """
    focus = NamedNode(report)
    own: list[NamedNode | BlankNode | DefaultGraph] = [focus, COMMON_GRAPH, VOCABULARY_GRAPH]
    wide = [*own, *(NamedNode(graph) for graph in graphs if graph != report)]
    for rule in rules:
        if not rule.select or (rule.reach == "graph" and not graphs):
            continue
        seen = own if rule.reach == "report" else wide
        try:
            result = store.query(rule.select, default_graph=seen, substitutions={_THIS: focus})
        except (SyntaxError, ValueError) as error:
            raise BadShape(rule.file, f"规则 {rule.id} 的查询失败：{' '.join(str(error).split())}") from error
        yield from _checks(rule, cast(QuerySolutions, result), report)


def _checks(rule: Rule, result: QuerySolutions, report: str) -> Iterator[Check]:
    names = [variable.value for variable in result.variables]
    for solution in result:
        texts = {name: term.value for name in names if isinstance(term := solution[name], Literal | NamedNode)}
        if texts.get("this", report) != report:
            continue
        yield check_of(rule, texts)


def check_of(rule: Rule, texts: Mapping[str, str]) -> Check:
    """A row of a rule's query as a check.

    Raises:
        BadShape: the row has no value or no outcome.
    """
    outcome = texts.get("outcome", "")
    if outcome not in OUTCOMES or "value" not in texts:
        raise BadShape(rule.file, f"规则 {rule.id} 的一行没有给出 ?value 和 ?outcome（{outcome or '空'}）")
    numbers = {}
    for name in ("left", "right", "difference", "tolerance"):
        try:
            numbers[name] = Decimal(texts[name])
        except (KeyError, InvalidOperation):
            continue
    return Check(
        rule,
        texts["value"],
        outcome,
        numbers,
        texts,
        tuple(sorted(texts.get("lefts", "").split())),
        tuple(sorted(texts.get("rights", "").split())),
    )

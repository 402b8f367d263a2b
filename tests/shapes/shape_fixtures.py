"""Fixtures of rules: where they lie, which a rule must have, and how two engines judge one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, Literal, URIRef

from mbkg.graph.iris import COMMON_GRAPH, MB, RDF, VOCABULARY_GRAPH
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.resources import resource_path
from mbkg.validate.catalogue import load_rules
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.values import OUTCOMES, Outcome, Rule

FOLDER = Path(__file__).parent
FILE_OF: dict[Outcome, str] = {
    "holds": "valid",
    "rounding": "rounding",
    "violated": "violated",
    "not_evaluable": "not-evaluable",
}
OUTCOME_OF = {name: outcome for outcome, name in FILE_OF.items()}
SH = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True)
class Row:
    """One check as engines are compared: everything that decides a verdict, numbers as numbers."""

    report: str
    value: str
    outcome: str
    left: Decimal | None
    right: Decimal | None
    difference: Decimal | None
    tolerance: Decimal | None
    reason: str
    lefts: frozenset[str]
    rights: frozenset[str]


def outcomes_of(rule: Rule) -> tuple[Outcome, ...]:
    """The outcomes that a rule's query can give: those it names. Every rule can hold."""
    named = set(re.findall(r'"(\w+)"', rule.select))
    if not rule.select:
        return ("holds", "violated")
    return tuple(outcome for outcome in OUTCOMES if outcome == "holds" or outcome in named)


def fixtures_of(rule: Rule) -> list[Path]:
    return sorted((FOLDER / rule.id).glob("*.ttl"))


def missing_of(rule: Rule) -> list[str]:
    """The names of the fixtures that a rule lacks."""
    there = {outcome_of(path) for path in fixtures_of(rule)}
    return [FILE_OF[outcome] for outcome in outcomes_of(rule) if outcome not in there]


def outcome_of(path: Path) -> Outcome | None:
    """What a fixture's file name promises; None for a name that promises nothing."""
    return OUTCOME_OF.get(path.name.split(".")[0])


@dataclass(frozen=True)
class Fixture:
    """One fixture read: its triples, its reports."""

    triples: tuple[ox.Triple, ...]
    reports: tuple[str, ...]


def read_fixture(path: Path) -> Fixture:
    triples = tuple(quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    reports = sorted({t.subject.value for t in triples if t.predicate == RDF.type and t.object == MB.Report})
    return Fixture(triples, tuple(reports))


@cache
def _vocabulary_store() -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(q.subject, q.predicate, q.object, VOCABULARY_GRAPH) for q in load_vocabulary().quads)
    return store


@cache
def _vocabulary_by_subject() -> dict[object, list[ox.Triple]]:
    found: dict[object, list[ox.Triple]] = {}
    for quad in load_vocabulary().quads:
        found.setdefault(quad.subject, []).append(quad.triple)
    return found


def checks_of(rule: Rule, fixture: Fixture) -> list[tuple[str, Check]]:
    """Every check of a rule on every report of a fixture, by our own engine."""
    store = _vocabulary_store()
    quads = [ox.Quad(t.subject, t.predicate, t.object, COMMON_GRAPH) for t in fixture.triples]
    store.extend(quads)
    try:
        return [
            (report, check)
            for report in fixture.reports
            for check in run_rules([rule], store, report, fixture.reports if rule.reach == "graph" else ())
        ]
    finally:
        store.remove_graph(COMMON_GRAPH)


def row_of(report: str, check: Check) -> Row:
    number = check.numbers.get
    reason = check.texts.get("reason", "")
    figures = (number("left"), number("right"), number("difference"), number("tolerance"))
    return Row(report, check.value, check.outcome, *figures, reason, frozenset(check.lefts), frozenset(check.rights))


def own_rows(rule: Rule, fixture: Fixture) -> Counter[Row]:
    return Counter(row_of(report, check) for report, check in checks_of(rule, fixture))


def listed_by_rdflib(rule: Rule, fixture: Fixture) -> Counter[Row]:
    """The same rows from rdflib's evaluator."""
    graph = rdflib_graph(fixture)
    found: Counter[Row] = Counter()
    for report in fixture.reports:
        for solution in graph.query(rule.select, initBindings={"this": URIRef(report)}):
            texts = {str(name): str(term) for name, term in solution.asdict().items()}
            if not texts.keys() - {"this"}:
                continue  # rdflib makes one group of nothing where the standard says there is none
            outcome = texts.get("outcome", "nothing")
            figures = tuple(_number(texts.get(key)) for key in ("left", "right", "difference", "tolerance"))
            sides = (frozenset(texts.get("lefts", "").split()), frozenset(texts.get("rights", "").split()))
            found[Row(report, texts.get("value", ""), outcome, *figures, texts.get("reason", ""), *sides)] += 1
    return found


def _number(value: str | None) -> Decimal | None:
    try:
        return Decimal(value or "")
    except ArithmeticError:
        return None


def violated_by_pyshacl(rule: Rule, fixture: Fixture) -> set[tuple[str, str]]:
    """What pySHACL's report says of a rule: focus node and value of every result."""
    _, results, text = pyshacl.validate(
        rdflib_graph(fixture), shacl_graph=shapes_graph(rule.file), use_shapes=[rule.shape], inplace=True
    )
    assert isinstance(results, Graph), text
    return {
        (str(results.value(node, URIRef(SH + "focusNode"))), str(results.value(node, URIRef(SH + "value"))))
        for node in results.subjects(URIRef(SH + "sourceShape"), URIRef(rule.shape))
    }


@cache
def shapes_graph(*files: str) -> Graph:
    graph = Graph()
    for file in sorted({"prefixes.ttl", *files}):
        graph.parse(resource_path("shapes", file))
    return graph


def rdflib_graph(fixture: Fixture) -> Graph:
    """A fixture and what the vocabulary says, two steps on, of the nodes it points to."""
    seen: set[object] = set()
    reached = {t.object for t in fixture.triples} | {t.subject for t in fixture.triples}
    triples = list(fixture.triples)
    for _ in range(2):
        added = [t for node in reached - seen for t in _vocabulary_by_subject().get(node, ())]
        seen |= reached
        reached = {t.object for t in added}
        triples += added
    graph = Graph()
    for t in triples:
        graph.add((_term(t.subject), _term(t.predicate), _term(t.object)))
    return graph


def _term(term: object) -> URIRef | Literal:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    assert isinstance(term, ox.Literal), f"{term}: a fixture has no blank nodes"
    if term.language or term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


def rules_and_fixtures() -> Iterable[tuple[Rule, Path]]:
    for rule in load_rules():
        for path in fixtures_of(rule):
            yield rule, path

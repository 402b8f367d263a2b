"""Findings as triples, beside the facts they concern: what a build stores of a validation.

Rules that look at one report run where the report was read, on a store in memory that holds the vocabulary once a process; rules that
compare reports run on those of one body at a time. Every finding has an IRI made of its report and of what it says, so the same report
gives the same triples. They stand in a graph of their own (`iris.findings_iri`), which no rule reads.
"""

from __future__ import annotations

import hashlib
import os
import threading
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from mbkg.amounts import canonical
from mbkg.errors import MbkgError
from mbkg.graph.ingest import ReportChecks, to_nquads
from mbkg.graph.iris import (
    COMMON_GRAPH,
    DCTERMS,
    MB,
    PROV,
    RDF,
    RDFS,
    RULES_GRAPH,
    VOCABULARY_GRAPH,
    XSD,
    digest,
    findings_iri,
)
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.validate.catalogue import load_rules, shape_files
from mbkg.validate.run import reports_of, validate_store
from mbkg.validate.values import OUTCOMES, Finding, Outcome, Rule, Validation

_COUNTS: Mapping[Outcome, NamedNode] = {
    "holds": MB.checksHolding,
    "rounding": MB.checksRounding,
    "violated": MB.checksViolated,
    "not_evaluable": MB.checksNotEvaluable,
}


def rules_digest() -> str:
    """What findings depend on besides the reports and the code: the SHA-256 of all shapes.

    Raises:
        BadShape: one of them is no rule.
    """
    load_rules()
    total = hashlib.sha256()
    for path in shape_files():
        total.update(path.name.encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def rule_lines() -> bytes:
    """The catalogue of rules as N-Quads, so that a query can name a finding's rule."""
    quads = []
    for rule in load_rules():
        node = NamedNode(rule.shape)
        quads.append(Quad(node, RDF.type, MB.Rule, RULES_GRAPH))
        for predicate, value in (
            (DCTERMS.identifier, Literal(rule.id)),
            (RDFS.label, Literal(rule.name, language="zh")),
            (RDFS.comment, Literal(rule.description, language="zh")),
            (MB.ruleFamily, Literal(rule.family, language="zh")),
            (MB.relation, Literal(rule.relation)),
            (MB.reach, Literal(rule.reach)),
            (MB.severity, Literal(rule.severity)),
        ):
            quads.append(Quad(node, predicate, value, RULES_GRAPH))
    return to_nquads(quads)


_ONE_AT_A_TIME = threading.RLock()  # threads of one process share its store


def check_report(nquads: bytes) -> ReportChecks:
    """Run every rule that looks at one report on the N-Quads of one; what cannot be run is told, never raised."""
    with _ONE_AT_A_TIME, _in_memory([nquads]) as store:
        try:
            rules = [rule for rule in load_rules() if rule.reach == "report"]
            validation = validate_store(store, rules, coverage=False)
            return ReportChecks(to_nquads(list(finding_quads(validation, store))), _tally(validation))
        except Exception as error:
            return ReportChecks(b"", {}, f"没有核对（{_why(error)}）。")


def compare_reports(chunks: Iterable[bytes]) -> dict[str, ReportChecks]:
    """Run every rule that compares reports on those of one body, given as N-Quads; by report IRI, those left out that no rule spoke of."""
    found: dict[str, ReportChecks] = {}
    with _ONE_AT_A_TIME, _in_memory(chunks, one_graph=True) as store:
        rules = [rule for rule in load_rules() if rule.reach == "graph"]
        infos = reports_of(store)
        try:
            validation = validate_store(store, rules, coverage=False)
        except Exception as error:
            return {info.iri: ReportChecks(b"", {}, f"没有与其他报告核对（{_why(error)}）。") for info in infos}
        for info in infos:
            own = tuple(finding for finding in validation.findings if finding.report.iri == info.iri)
            one = Validation((info,), validation.rules, own, {info.iri: validation.counts[info.iri]})
            if one.checks.total():
                found[info.iri] = ReportChecks(to_nquads(list(finding_quads(one, store))), _tally(one))
    return found


@contextmanager
def _in_memory(chunks: Iterable[bytes], one_graph: bool = False) -> Iterator[Store]:
    """Reports beside the vocabulary, as long as they are needed; all in one graph if asked for, where joins of several are quicker."""
    from mbkg.graph.target import IN_COMMON, name_unlisted

    store = _vocabulary_store()
    shared: set[bytes] = set()
    try:
        for chunk in chunks:
            lines = chunk.splitlines()
            shared.update(line for line in lines if line.endswith(IN_COMMON))
            own = [line for line in lines if not line.endswith(IN_COMMON)]
            if one_graph:
                triples = b"\n".join(line[: line.rindex(b" <")] + b" ." for line in own)
                store.load(triples, RdfFormat.N_TRIPLES, to_graph=COMMON_GRAPH)
            else:
                store.load(b"\n".join(own), RdfFormat.N_QUADS)
        store.load(name_unlisted(shared), RdfFormat.N_QUADS)
        yield store
    finally:
        for graph in list(store.named_graphs()):
            if graph != VOCABULARY_GRAPH:
                store.remove_graph(graph)


@cache
def _vocabulary_store() -> Store:
    """A store that holds the vocabulary, filled once a process; reports are put in beside it and taken out again."""
    store = Store()
    store.bulk_extend(load_vocabulary().quads)
    return store


def finding_quads(validation: Validation, store: Store) -> Iterator[Quad]:
    """A validation's findings and counts as quads, each report's in its own graph of findings."""
    rules = {rule.id: rule for rule in validation.rules}
    for info in validation.reports:
        yield from _counts(info.iri, validation.counts[info.iri], rules)
    seen: Counter[str] = Counter()
    for finding in validation.findings:
        name = _name(finding)
        seen[name] += 1
        if seen[name] == 1:
            yield from _finding(name, finding, rules[finding.rule], store)


def _why(error: Exception) -> str:
    """What kept the rules from running, in words: a report that was read is never lost for it."""
    if os.environ.get("MBKG_DEBUG"):
        traceback.print_exception(error)
    return (
        str(error)
        if isinstance(error, MbkgError)
        else f"内部错误 {type(error).__name__}: {' '.join(str(error).split())}"
    )


def _tally(validation: Validation) -> dict[str, int]:
    """Checks by outcome, and the violated ones of rules that only warn or inform besides."""
    severities = {rule.id: rule.severity for rule in validation.rules}
    total: Counter[str] = Counter({outcome: validation.checks[outcome] for outcome in OUTCOMES})
    for by_rule in validation.counts.values():
        for rule, outcomes in by_rule.items():
            if severities[rule] != "violation":
                total[severities[rule]] += outcomes["violated"]
    return dict(total)


def _counts(report: str, counts: Mapping[str, Counter[Outcome]], rules: Mapping[str, Rule]) -> Iterator[Quad]:
    graph = findings_iri(report)
    for rule, outcomes in sorted(counts.items()):
        node = NamedNode(f"{report}/checks/{rule}")
        yield Quad(NamedNode(f"{report}/reading"), MB.checkCount, node, graph)
        yield Quad(node, RDF.type, MB.CheckCount, graph)
        yield Quad(node, MB.report, NamedNode(report), graph)
        yield Quad(node, MB.rule, NamedNode(rules[rule].shape), graph)
        for outcome in OUTCOMES:
            yield Quad(node, _COUNTS[outcome], Literal(str(outcomes[outcome]), datatype=XSD.integer), graph)


def _name(finding: Finding) -> str:
    sides = [f"{operand.role} {operand.node}" for operand in finding.operands]
    numbers = [canonical(number) if number is not None else "" for number in (finding.left, finding.right)]
    return f"{finding.report.iri}/finding/{digest(finding.rule, finding.value, *numbers, *sides, length=16)}"


def _finding(name: str, finding: Finding, rule: Rule, store: Store) -> Iterator[Quad]:
    graph, node = findings_iri(finding.report.iri), NamedNode(name)

    def say(predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        return Quad(node, predicate, value, graph)

    yield say(RDF.type, MB.Finding)
    yield say(MB.report, NamedNode(finding.report.iri))
    yield say(MB.rule, NamedNode(rule.shape))
    yield say(MB.judged, NamedNode(finding.value) if "://" in finding.value else Literal(finding.value))
    texts = (
        (MB.outcome, finding.outcome),
        (MB.severity, finding.severity),
        (MB.message, finding.message),
        (MB.unitLabel, finding.unit),
        (MB.cause, finding.cause),
        (MB.notEvaluableBecause, finding.reason),
    )
    for predicate, text in texts:
        if text:
            yield say(predicate, Literal(text))
    for predicate, number in (
        (MB.left, finding.left),
        (MB.right, finding.right),
        (MB.difference, finding.difference),
        (MB.tolerance, finding.tolerance),
    ):
        if number is not None:
            yield say(predicate, Literal(canonical(number), datatype=XSD.decimal))
    if finding.suspect:
        yield say(MB.suspectedMisreading, Literal("true", datatype=XSD.boolean))
    concerned: dict[NamedNode, None] = {}
    for operand in finding.operands:
        if "://" in operand.node:
            evidence = NamedNode(operand.node)
            yield say(MB.operand, evidence)
            if operand.role == "left":
                yield say(MB.leftOperand, evidence)
            concerned.update(dict.fromkeys(_facts_of(evidence, store)))
    for fact in concerned:
        yield say(MB.concerns, fact)


def _facts_of(evidence: NamedNode, store: Store) -> Iterator[NamedNode]:
    """The facts that rest on a printed figure, or are contradicted by it."""
    for predicate in (PROV.wasDerivedFrom, MB.contradictedBy):
        for quad in store.quads_for_pattern(None, predicate, evidence, None):
            fact = quad.subject
            if isinstance(fact, NamedNode) and any(store.quads_for_pattern(fact, RDF.type, MB.BudgetFact, None)):
                yield fact

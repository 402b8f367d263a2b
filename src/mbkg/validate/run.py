"""Validate reports: run the rules on each, turn what does not plainly hold into findings, count the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Store

from mbkg.graph.ingest import KIND_LABEL, SCOPE_LABEL
from mbkg.graph.iris import DCTERMS, MB, PROV, RDF, RDFS, SKOS
from mbkg.validate.causes import explain
from mbkg.validate.clusters import cluster
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.equations import web_of
from mbkg.validate.messages import message_of, reason_words
from mbkg.validate.operands import Evidence
from mbkg.validate.values import Coverage, Finding, Outcome, ReportInfo, Rule, Validation


def validate_store(
    store: Store,
    rules: Sequence[Rule],
    reports: Iterable[str] | None = None,
    problems: Sequence[str] = (),
    *,
    coverage: bool = True,
) -> Validation:
    """Validate reports of a store.

    Args:
        store: their graphs, the common graph and the vocabulary.
        reports: IRIs of those to validate; all of them if not given. Rules that compare reports see all those of the same body.
        problems: files that never became reports, one line each, to be passed on.
        coverage: whether to find out which amounts take part in no check.
    """
    infos = {info.iri: info for info in reports_of(store)}
    wanted = None if reports is None else set(reports)
    chosen = [infos[iri] for iri in infos if wanted is None or iri in wanted]
    of_body: dict[str, list[str]] = {}
    for info in infos.values():
        of_body.setdefault(info.body, []).append(info.iri)
    findings: list[Finding] = []
    counts: dict[str, Mapping[str, Counter[Outcome]]] = {}
    covered: dict[str, Coverage] = {}
    for info in chosen:
        others = [iri for iri in of_body[info.body] if iri != info.iri]
        checks = list(run_rules(rules, store, info.iri, others))
        evidence = Evidence(store)
        found, outcomes, touched = _judge(checks, info, evidence, store)
        findings += found
        counts[info.iri] = outcomes
        if coverage:
            covered[info.iri] = _coverage(store, info, touched, evidence)
    return Validation(tuple(chosen), tuple(rules), tuple(findings), counts, covered, tuple(problems))


def _judge(
    checks: Sequence[Check], info: ReportInfo, evidence: Evidence, store: Store
) -> tuple[tuple[Finding, ...], dict[str, Counter[Outcome]], set[str]]:
    counts: dict[str, Counter[Outcome]] = {}
    findings = []
    touched: set[str] = set()
    for check in checks:
        counts.setdefault(check.rule.id, Counter())[check.outcome] += 1
        if check.outcome != "not_evaluable":
            touched.update(node for side in evidence.sides(check) for node in side)
        if check.outcome != "holds":
            findings.append(_finding(check, info, evidence))
    findings.sort(key=_print_order)
    if all(finding.outcome == "not_evaluable" for finding in findings):
        return tuple(findings), counts, touched
    web = web_of(checks, evidence, store, info.iri)
    explained, repairs = explain(findings, web)
    return cluster(explained, web, repairs), counts, touched


def _finding(check: Check, info: ReportInfo, evidence: Evidence) -> Finding:
    operands = evidence.operands(check)
    unit = check.texts.get("unit") or next((operand.unit for operand in operands if operand.value is not None), "")
    number = check.numbers.get
    return Finding(
        rule=check.rule.id,
        name=check.rule.name,
        outcome=check.outcome,
        severity=check.rule.severity,
        report=info,
        message=message_of(check, operands, unit),
        value=check.value,
        left=number("left"),
        right=number("right"),
        difference=number("difference"),
        tolerance=number("tolerance"),
        unit=unit,
        operands=operands,
        reason=reason_words(check.texts.get("reason", "")) if check.outcome == "not_evaluable" else "",
    )


def _print_order(finding: Finding) -> tuple[int, int, int, str, str]:
    order: dict[str, int] = {"violated": 0, "rounding": 1, "not_evaluable": 2}
    first = finding.operands[0] if finding.operands else None
    return (
        order[finding.outcome],
        (first.page or 0) if first else 0,
        (first.line or 0) if first else 0,
        finding.rule,
        finding.value,
    )


def _coverage(store: Store, info: ReportInfo, touched: set[str], evidence: Evidence) -> Coverage:
    """Which amounts of a report's tables take part in a check that ran."""
    graph = NamedNode(info.iri)
    cells = [
        quad.subject.value
        for quad in store.quads_for_pattern(None, RDF.type, MB.Cell, graph)
        if isinstance(quad.subject, NamedNode)
    ]
    bare = sorted(set(cells) - touched)
    return Coverage(len(cells) - len(bare), len(cells), tuple(evidence.operand(node, "left") for node in bare))


def reports_of(store: Store) -> list[ReportInfo]:
    """The reports of a store, in the order of their years and bodies."""
    found = []
    for quad in store.quads_for_pattern(None, RDF.type, MB.Report, None):
        if isinstance(quad.subject, NamedNode):
            found.append(_info(store, quad.subject))
    return sorted(found, key=lambda info: (info.name, info.iri))


def _info(store: Store, iri: NamedNode) -> ReportInfo:
    def value(node: NamedNode, *predicates: NamedNode) -> str:
        return next(
            (
                quad.object.value
                for predicate in predicates
                for quad in store.quads_for_pattern(node, predicate, None, None)
                if isinstance(quad.object, NamedNode | Literal)
            ),
            "",
        )

    body = value(iri, MB.body)
    kind = "final_account" if value(iri, MB.reportKind).endswith("finalAccount") else "budget"
    return ReportInfo(
        iri=iri.value,
        name=value(iri, DCTERMS.identifier),
        unit=value(NamedNode(body), SKOS.prefLabel, RDFS.label) if body else "",
        year=int(value(iri, MB.year) or 0),
        kind=KIND_LABEL[kind],
        scope=SCOPE_LABEL.get(value(iri, MB.scope).rpartition("/")[2], ""),
        body=body,
        file=value(iri, MB.fileName) or value(NamedNode(value(iri, PROV.hadPrimarySource) or iri.value), MB.fileName),
    )

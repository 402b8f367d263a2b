"""A validation as RDF: a standard sh:ValidationReport, and beside it what SHACL has no word for.

Violated checks are its sh:result nodes, so any SHACL tool reads it; sh:conforms is true only where there is none of them, warnings
included, as SHACL defines it. Checks that hold within rounding or could not be tried are mb:Finding nodes outside sh:result. Every
node bears the IRI that the same finding has in the knowledge graph, so equal validations are equal files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, serialize

from mbkg.graph.iris import DATA, DCTERMS, MB, PREFIXES, RDF, Namespace, digest
from mbkg.validate.findings_graph import finding_quads
from mbkg.validate.values import Validation

SH = Namespace(PREFIXES["sh"])
_SEVERITY = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}
_USED = ("mb", "sh", "xsd", "dcterms")
Node = Mapping[str, NamedNode | Literal]  # by predicate; of several values, one


def turtle(validation: Validation) -> bytes:
    """The validation as Turtle: the report node first, then its results and findings in the validation's order."""
    prefixes = {name: PREFIXES[name] for name in _USED}
    return serialize(list(triples(validation)), format=RdfFormat.TURTLE, prefixes=prefixes) or b""


def triples(validation: Validation) -> Iterator[Triple]:
    """The same, triple by triple."""
    told: dict[NamedNode, list[Triple]] = {}
    for quad in finding_quads(validation, Store()):
        if isinstance(quad.subject, NamedNode):
            told.setdefault(quad.subject, []).append(quad.triple)
    nodes = {
        node: {t.predicate.value: t.object for t in said if isinstance(t.object, NamedNode | Literal)}
        for node, said in told.items()
    }
    findings = [node for node in told if nodes[node].get(RDF.type.value) == MB.Finding]
    results = [node for node in findings if nodes[node][MB.outcome.value].value == "violated"]
    reports = [NamedNode(info.iri) for info in validation.reports]
    ran = [rule.id for rule in validation.rules]
    report = NamedNode(f"{DATA}validation/{digest(*(n.value for n in (*reports, *findings)), *ran, length=20)}")
    yield Triple(report, RDF.type, SH.ValidationReport)
    yield Triple(report, SH.conforms, Literal(not results))
    for predicate, values in ((DCTERMS.subject, reports), (SH.result, results)):
        for value in values:
            yield Triple(report, predicate, value)
    is_result = frozenset(results)
    for node, said in told.items():
        if node in is_result:
            yield from _result(node, nodes[node])
        yield from said


def _result(node: NamedNode, said: Node) -> Iterator[Triple]:
    """What SHACL asks of a result, from what the finding says."""
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.focusNode, said[MB.report.value])
    yield Triple(node, SH.resultSeverity, _SEVERITY[said[MB.severity.value].value])
    yield Triple(node, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent)
    yield Triple(node, SH.sourceShape, said[MB.rule.value])
    yield Triple(node, SH.value, said[MB.judged.value])
    if MB.message.value in said:
        yield Triple(node, SH.resultMessage, Literal(said[MB.message.value].value, language="zh"))

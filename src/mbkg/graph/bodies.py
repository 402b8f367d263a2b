"""Bodies: whose money it is, where they are, what they consist of and whom they answer to.

A body is known by its name; the region comes from the longest region name at its start. Departments are units of the body
(org:OrganizationalUnit), bodies beneath it sub-organizations. What a report prints of them keeps its line as a passage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mbkg.graph.iris import DCTERMS, MB, ORG, PROV, RDF, SKOS, body_iri, body_key, body_name, department_iri
from mbkg.graph.writer import ReportWriter, chinese, text
from mbkg.reports import Place, Report


@dataclass(frozen=True, slots=True)
class Body:
    """One body in the graph: its IRI, its key in other IRIs, its name without a level remark, and how it was printed."""

    iri: NamedNode
    key: str
    name: str
    printed: str
    region: NamedNode | None


def body_of(printed: str, writer: ReportWriter) -> Body:
    """The body that a printed name means."""
    name = body_name(printed)
    region = writer.vocabulary.region_of(name)
    key = body_key(name, writer.vocabulary.notation(region) if region else "")
    return Body(body_iri(key), key, name, printed, region)


def write_body(body: Body, writer: ReportWriter) -> None:
    """State a body, its names and its region in the common graph."""
    writer.share(body.iri, RDF.type, ORG.Organization)
    writer.share(body.iri, SKOS.prefLabel, chinese(body.name))
    if body.printed != body.name:
        writer.share(body.iri, SKOS.altLabel, chinese(body.printed))
    for short in _short_names(body, writer):
        writer.share(body.iri, SKOS.altLabel, chinese(short))
    writer.share(body.iri, MB.region, body.region)


def _short_names(body: Body, writer: ReportWriter) -> list[str]:
    """What people call the body: the vocabulary's short forms of a kind of body, put in its own name."""
    forms = writer.vocabulary.group("bodyName")
    return sorted(
        body.name.replace(writer.vocabulary.label(form), short)
        for form in forms
        for short in writer.vocabulary.alternatives(form)
        if writer.vocabulary.label(form) and body.name.endswith(writer.vocabulary.label(form))
    )


def write_structure(report: Report, body: Body, writer: ReportWriter) -> None:
    """State departments, bodies beneath and above, and duties, each with the line that prints it."""
    structure = report.structure
    notes = {name: note for name, note, _ in structure.department_notes}
    passages = _Passages(writer, body, dict(structure.places))
    for name, line in structure.departments:
        department = department_iri(body.key, name)
        writer.share(department, RDF.type, ORG.OrganizationalUnit)
        writer.share(department, SKOS.prefLabel, chinese(name))
        writer.share(department, ORG.unitOf, body.iri)
        writer.share(body.iri, ORG.hasUnit, department)
        passages.add("内设机构", name, line, department, notes.get(name, ""))
    for name, line in structure.subordinates:
        subordinate = body_of(name, writer)
        passages.add("所属单位", name, line, subordinate.iri)
        write_body(subordinate, writer)
        if subordinate.iri != body.iri:
            writer.share(subordinate.iri, ORG.subOrganizationOf, body.iri)
    for duty, line in structure.duties:
        passages.add("主要职责", duty, line, body.iri)
    superior_name = report.superior or structure.superior
    if superior_name:
        superior = body_of(superior_name, writer)
        write_body(superior, writer)
        if superior.iri != body.iri:
            writer.share(body.iri, ORG.subOrganizationOf, superior.iri)


class _Passages:
    """Numbers the passages of a report's structure in print order."""

    def __init__(self, writer: ReportWriter, body: Body, places: Mapping[int, Place]) -> None:
        self._writer = writer
        self._body = body
        self._places = places
        self._count = 0

    def add(self, heading: str, words: str, line: int, about: NamedNode, note: str = "") -> None:
        self._count += 1
        node = NamedNode(f"{self._writer.graph.value}/passage/{self._count:03d}")
        self._writer.say(node, RDF.type, MB.Passage)
        self._writer.say(node, MB.report, self._writer.graph)
        self._writer.say(node, MB.body, self._body.iri)
        self._writer.say(node, MB.heading, text(heading))
        self._writer.say(node, MB.text, text(words))
        self._writer.say_text(node, MB.note, note)
        self._writer.say_place(node, self._places.get(line, Place(line or None)))
        self._writer.say(node, DCTERMS.subject, about)
        if about != self._body.iri:
            self._writer.share(about, PROV.wasDerivedFrom, node)

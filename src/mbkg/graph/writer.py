"""Where triples are collected on the way into the graph: what one report says, and what it shares with others.

Everything about one report goes into its own named graph; what several reports say alike (a body, a series, a printed term of
no list) goes into the common graph, so that no triple ever stands in two graphs.
"""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Quad

from mbkg.amounts import canonical
from mbkg.graph.iris import BASE, COMMON_GRAPH, MB, RDF, SKOS, XSD, unlisted_iri
from mbkg.graph.vocabulary import Vocabulary, group_of
from mbkg.labels import strip_ordinal
from mbkg.reports import Place

Term = NamedNode | Literal


def text(value: str) -> Literal:
    return Literal(value)


def chinese(value: str) -> Literal:
    """A label in Chinese, as the vocabularies write theirs."""
    return Literal(value, language="zh")


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def decimal(value: Decimal) -> Literal:
    """An exact decimal in its one canonical form."""
    return Literal(canonical(value), datatype=XSD.decimal)


def boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=XSD.boolean)


class ReportWriter:
    """Collects the triples of one report; `graph` is the report's IRI and its named graph."""

    def __init__(self, graph: NamedNode, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.vocabulary = vocabulary
        self._quads: dict[Quad, None] = {}  # in the order said, which depends on the report alone

    def say(self, subject: NamedNode, predicate: NamedNode, value: Term | None) -> None:
        """One triple about this report alone; nothing where there is no value."""
        if value is not None:
            self._quads[Quad(subject, predicate, value, self.graph)] = None

    def share(self, subject: NamedNode, predicate: NamedNode, value: Term | None) -> None:
        """One triple that other reports may state too."""
        if value is not None:
            self._quads[Quad(subject, predicate, value, COMMON_GRAPH)] = None

    def say_text(self, subject: NamedNode, predicate: NamedNode, value: str) -> None:
        self.say(subject, predicate, text(value) if value else None)

    def say_decimal(self, subject: NamedNode, predicate: NamedNode, value: Decimal | None) -> None:
        self.say(subject, predicate, None if value is None else decimal(value))

    def say_place(self, subject: NamedNode, place: Place) -> None:
        """Where something is printed; how sure its reading is, only where it came from a picture."""
        self.say(subject, MB.line, None if place.line is None else integer(place.line))
        self.say(subject, MB.page, None if place.page is None else integer(place.page))
        self.say_text(subject, MB.sheetName, place.sheet)
        self.say_text(subject, MB.fileName, place.file)
        self.say_confidence(subject, place.confidence)

    def say_confidence(self, subject: NamedNode, confidence: float) -> None:
        if confidence < 1:
            self.say(subject, MB.confidence, decimal(Decimal(str(round(confidence, 3)))))

    def concept(self, group: str, label: str) -> NamedNode:
        """The concept that a printed label names; one of its own, marked unlisted, where no list holds it."""
        found = self.vocabulary.concept(group, label)
        if found is not None:
            return found
        concept = unlisted_iri(group, strip_ordinal(label))
        self._share_unlisted(concept, group, strip_ordinal(label))
        return concept

    def code(self, kind: str, code: str, label: str = "") -> NamedNode:
        """The concept of a printed code; the name it is printed with is added where the list has another."""
        concept = NamedNode(f"{BASE}code/{kind}/{code}")
        if self.vocabulary.code(kind, code) is None:
            self._share_unlisted(concept, f"code/{kind}", strip_ordinal(label))
            self.share(concept, SKOS.notation, text(code))
            if len(code) > 3:
                self.share(concept, SKOS.broader, self.code(kind, code[:-2]))
        elif len(label) > 1 and not self.vocabulary.has_label(concept, label):
            self.share(concept, SKOS.altLabel, chinese(strip_ordinal(label)))
        return concept

    def _share_unlisted(self, concept: NamedNode, group: str, label: str) -> None:
        self.share(concept, RDF.type, SKOS.Concept)
        self.share(concept, MB.unlisted, boolean(True))
        self.share(concept, SKOS.inScheme, NamedNode(f"{BASE}{group}/scheme"))
        self.share(concept, SKOS.altLabel, chinese(label) if label else None)

    def label(self, concept: NamedNode, printed: str) -> str:
        """The one word for a concept in keys: its preferred label, else what is printed."""
        return self.vocabulary.label(concept) or strip_ordinal(printed)

    def quads(self) -> list[Quad]:
        """All quads, each once; the common ones leave out what the vocabulary already says."""
        return [quad for quad in self._quads if not self._known(quad)]

    def _known(self, quad: Quad) -> bool:
        return (
            quad.graph_name == COMMON_GRAPH
            and isinstance(quad.subject, NamedNode)
            and not group_of(quad.subject).startswith("data")
            and quad.triple in self.vocabulary.triples
        )

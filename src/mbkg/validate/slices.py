"""The triples that rules can ask about one report: a small graph of its own for a validator that wants one.

A report's graph has some 20,000 triples, most of them never looked at by a rule, and the vocabulary more again. A slice holds
the report's own triples whose predicate some shape mentions and, two steps outward along such predicates, what the common graph
and the vocabulary say of the nodes it points to. The set of triples depends on nothing but the graphs and the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Store, Triple

from mbkg.graph.iris import COMMON_GRAPH, RDF, VOCABULARY_GRAPH

STEPS = 2  # how far from a report's own nodes a rule may look into the code lists


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What shapes can ask for: predicates, and the classes of which they ask for instances. None: anything."""

    predicates: frozenset[str] | None
    classes: frozenset[str] | None

    def wants(self, triple: Triple) -> bool:
        if self.predicates is not None and triple.predicate.value not in self.predicates:
            return False
        if triple.predicate != RDF.type or self.classes is None:
            return True
        return isinstance(triple.object, NamedNode) and triple.object.value in self.classes


EVERYTHING = Mentioned(None, None)


def slice_of(store: Store, report: str, mentioned: Mentioned = EVERYTHING, graphs: Sequence[str] = ()) -> set[Triple]:
    """The triples that a validator needs to judge one report.

    Args:
        store: holds the report's graph, the common graph and the vocabulary.
        report: IRI of the report, and of its graph.
        mentioned: what the shapes mention; nothing else is taken.
        graphs: IRIs of other reports to be seen besides, for rules that compare reports.
    """
    own = {NamedNode(iri): None for iri in (report, *graphs)}
    triples = {triple for graph in own for triple in _triples(store, graph, mentioned)}
    reached = {triple.object for triple in triples if isinstance(triple.object, NamedNode)} | own.keys()
    seen: set[NamedNode] = set()
    for _ in range(STEPS):
        added = {
            quad.triple
            for node in reached - seen
            for graph in (COMMON_GRAPH, VOCABULARY_GRAPH)
            for quad in store.quads_for_pattern(node, None, None, graph)
            if mentioned.wants(quad.triple)
        }
        seen |= reached
        reached = {triple.object for triple in added if isinstance(triple.object, NamedNode)}
        triples |= added
    return triples


def _triples(store: Store, graph: NamedNode, mentioned: Mentioned) -> Iterator[Triple]:
    if mentioned.predicates is None:
        for quad in store.quads_for_pattern(None, None, None, graph):
            yield quad.triple
        return
    for predicate in sorted(mentioned.predicates):
        classes: Iterable[NamedNode | None] = (None,)
        if predicate == RDF.type.value and mentioned.classes is not None:
            classes = [NamedNode(iri) for iri in sorted(mentioned.classes)]
        for wanted in classes:
            for quad in store.quads_for_pattern(None, NamedNode(predicate), wanted, graph):
                yield quad.triple

"""What shapes can ask of a graph: the predicates and classes that their properties, targets and queries mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import Graph, URIRef
from rdflib.paths import Path

from mbkg.graph.iris import MB, RDF, RDFS
from mbkg.validate.rdfgraph import prepared
from mbkg.validate.slices import Mentioned


def mentioned_by(shapes: Graph, queries: Iterable[str]) -> Mentioned:
    """Everything that some shapes can ask for.

    Args:
        shapes: any IRI they name may be a predicate or a class.
        queries: their queries, prefixes and all. One with a variable predicate asks for everything.
    """
    named = {str(term) for _, _, term in shapes if isinstance(term, URIRef)}
    predicates, classes = named | {RDF.type.value, RDFS.subClassOf.value}, named | {MB.Report.value}
    any_class = False
    for query in queries:
        for _, predicate, object_ in _patterns(prepared(query).algebra):
            for step in _steps(predicate):
                if not isinstance(step, URIRef):
                    return Mentioned(None, None)
                predicates.add(str(step))
                if str(step) == RDF.type.value:
                    any_class |= not isinstance(object_, URIRef)
                    classes.add(str(object_))
    return Mentioned(frozenset(predicates), None if any_class else frozenset(classes))


def _patterns(part: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every triple pattern of a query; those of EXISTS are not translated yet and stand one term after another."""
    name = getattr(part, "name", "")
    if name == "BGP":
        yield from part["triples"]
    elif name == "TriplesBlock":
        for terms in part["triples"]:
            yield from zip(terms[0::3], terms[1::3], terms[2::3], strict=True)
    elif isinstance(part, dict):
        for value in part.values():
            yield from _patterns(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _patterns(value)


def _steps(predicate: Any) -> list[Any]:
    """The predicates of a property path; None for a step that may be any, as a negated one."""
    if not isinstance(predicate, Path):
        return [predicate]
    parts = [*getattr(predicate, "args", ()), getattr(predicate, "arg", None), getattr(predicate, "path", None)]
    steps = [step for part in parts if part is not None for step in _steps(part)]
    return steps if steps and type(predicate).__name__ != "NegatedPath" else [None]

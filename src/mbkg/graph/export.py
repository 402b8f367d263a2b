"""The graph written out: N-Quads in one canonical order, Turtle for reading, JSON-LD for the web."""

from __future__ import annotations

from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from mbkg.graph.iris import PREFIXES
from mbkg.graph.store import GraphStore


def sorted_nquads(graph: GraphStore) -> list[bytes]:
    """Every quad as one line of N-Quads, sorted by its bytes: equal graphs give equal lists."""
    return sorted((serialize(graph.quads(), format=RdfFormat.N_QUADS) or b"").splitlines())


def write_nquads(graph: GraphStore, stream: BinaryIO) -> int:
    """Write the canonical N-Quads; returns how many quads."""
    lines = sorted_nquads(graph)
    stream.writelines(line + b"\n" for line in lines)
    return len(lines)


def write_turtle(graph: GraphStore, stream: BinaryIO) -> int:
    """Write all triples, graphs merged, as Turtle."""
    triples = list(dict.fromkeys(quad.triple for quad in _by_subject(graph)))
    serialize(triples, stream, RdfFormat.TURTLE, prefixes=PREFIXES)
    return len(triples)


def write_jsonld(graph: GraphStore, stream: BinaryIO) -> int:
    """Write all graphs as JSON-LD."""
    quads = _by_subject(graph)
    serialize(quads, stream, RdfFormat.JSON_LD, prefixes=PREFIXES)
    return len(quads)


def _by_subject(graph: GraphStore) -> list[Quad]:
    def order(quad: Quad) -> tuple[str, str, str, str]:
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        return name, str(quad.subject), quad.predicate.value, str(quad.object)

    return sorted(graph.quads(), key=order)

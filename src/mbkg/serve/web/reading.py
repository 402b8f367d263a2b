"""What views ask the graph: shipped queries, bound to what they are about, and the labels that everything shown carries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from mbkg.graph.store import rows_of
from mbkg.serve.jobs import Graph

Row = dict[str, str]
Term = NamedNode | Literal

QUERIES = Path(__file__).parent / "queries"
_PLACE = "#given"


@cache
def _text(name: str) -> str:
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def query_text(query: str, **given: Iterable[Term]) -> str:
    """A shipped query with what is given put in as VALUES; a variable with no values stays open."""
    lines = []
    for name, terms in given.items():
        listed = " ".join(map(str, terms))
        if listed:
            lines.append(f"VALUES ?{name} {{ {listed} }}")
    return _text(query).replace(_PLACE, "\n  ".join(lines), 1)


def rows(graph: Graph, query: str, **given: Iterable[Term]) -> list[Row]:
    """The rows of a shipped query, unbound variables blank."""
    return list(rows_of(graph.store.query(query_text(query, **given))))


def labels(graph: Graph) -> dict[str, str]:
    """The Chinese name of every concept of the vocabularies (phases, funds, natures, measures, units …) by IRI."""
    kept: dict[str, str] | None = graph.kept.get("web.labels")
    if kept is None:
        kept = {row["concept"]: row["label"] for row in rows(graph, "labels")}
        graph.kept["web.labels"] = kept
    return kept


def local(iri: str) -> str:
    """The last part of an IRI.

    >>> local("https://w3id.org/mbkg/phase/budget")
    'budget'
    """
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]

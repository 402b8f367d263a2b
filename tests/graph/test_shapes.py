"""Every report graph keeps mbkg's own promises, judged by standard SHACL; a promise broken by hand is seen."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

from mbkg.graph.build import build
from mbkg.graph.store import open_graph
from mbkg.resources import resource_path

MB = "https://w3id.org/mbkg/ontology#"


@pytest.fixture(scope="module")
def report_graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of one shipped report, as pySHACL takes it."""
    kg = tmp_path_factory.mktemp("kg")
    build([resource_path("data", "reports", "haidong-2025-budget.txt")], str(kg))
    store = open_graph(str(kg))
    triples = {ox.Triple(q.subject, q.predicate, q.object) for q in store.quads() if "/data/" in str(q.graph_name)}
    store.close()
    graph = Graph()
    graph.parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    return graph


def conforms(graph: Graph) -> tuple[bool, str]:
    shapes = Path(resource_path("shapes", "graph.ttl"))
    ok, _, text = pyshacl.validate(graph, shacl_graph=Graph().parse(shapes), meta_shacl=True)
    return ok, text


def test_a_report_graph_keeps_the_promises(report_graph: Graph) -> None:
    """Every cell has its place, every fact its amount and its evidence."""
    ok, text = conforms(report_graph)
    assert ok, text


@pytest.mark.parametrize(
    ("class_name", "property_name", "extra", "message"),
    [
        ("BudgetFact", "amountWan", Literal("1.5", datatype=XSD.decimal), "一个事实有且只有一个金额"),
        ("Cell", "printed", Literal("9.99"), "保留一份印刷原文"),
        ("Cell", "how", Literal("guessed"), "所在列是印出的"),
        ("Report", "year", Literal(2024), "一个年度"),
    ],
)
def test_a_broken_promise_is_seen(
    report_graph: Graph, class_name: str, property_name: str, extra: Literal, message: str
) -> None:
    """One second amount, one second text: the shape that speaks of it fires."""
    graph = Graph()
    for triple in report_graph:
        graph.add(triple)
    subject = next(graph.subjects(None, URIRef(MB + class_name)))
    graph.add((subject, URIRef(MB + property_name), extra))
    ok, text = conforms(graph)
    assert not ok
    assert message in text

"""Reading the graph: the union of all graphs, clear refusals, and any SPARQL 1.1 store behind a URL."""

from __future__ import annotations

import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize
from small_reports import Workshop

from mbkg.errors import BadQuery, GraphMissing, StoreRefused
from mbkg.graph.iris import PREFIXES
from mbkg.graph.remote import endpoints, with_prefixes
from mbkg.graph.store import kg_location, open_graph
from mbkg.graph.tables import EXPORTS, table_rows


def test_a_query_sees_all_graphs_and_needs_no_prefix(workshop: Workshop) -> None:
    """Report, body and label of its region stand in three graphs; one query joins them."""
    workshop.build(workshop.write("a.txt"))
    rows = workshop.ask("SELECT ?place WHERE { ?r a mb:Report ; mb:body/mb:region/skos:prefLabel ?place }")
    assert rows == [{"place": "招远市"}]


def test_a_query_that_names_its_graphs_sees_no_others(workshop: Workshop) -> None:
    workshop.build(workshop.write("a.txt"))
    assert workshop.ask("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }") != [{"n": "0"}]
    assert workshop.ask("SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> WHERE { ?s ?p ?o }") == [{"n": "0"}]


def test_shared_things_are_counted_once(workshop: Workshop) -> None:
    """Two reports of one body state the same body; a count over the union finds it once."""
    workshop.write("a.txt")
    workshop.write("b.txt", year=2025)
    workshop.build()
    rows = workshop.ask(
        "SELECT (COUNT(?b) AS ?n) WHERE { ?b a org:Organization ; skos:prefLabel '招远市医疗保障局'@zh }"
    )
    assert rows == [{"n": "1"}]


def test_every_export_has_a_query_and_rows(workshop: Workshop) -> None:
    workshop.build(workshop.write("a.txt"))
    graph = open_graph(workshop.kg)
    counts = {name: len(table_rows(graph, name)) for name in EXPORTS}
    assert counts == {"reports": 1, "units": 3, "cells": 9, "projects": 1, "indicators": 2, "statements": 1}


def test_ambiguous_cells_list_their_candidates(workshop: Workshop) -> None:
    workshop.build(workshop.write("a.txt"))
    cells = table_rows(open_graph(workshop.kg), "cells")
    assert [cell["column"] for cell in cells if cell["how"] == "ambiguous"] == ["基本支出 | 项目支出"]


def test_a_missing_graph_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(GraphMissing, match="mbkg build"):
        open_graph(str(tmp_path / "none"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(GraphMissing):
        open_graph(str(tmp_path / "file"))


def test_a_bad_query_is_one_line(workshop: Workshop) -> None:
    workshop.build(workshop.write("a.txt"))
    with pytest.raises(BadQuery) as raised:
        open_graph(workshop.kg).query("SELECT ?x WHERE {")
    assert "\n" not in str(raised.value)


def test_where_the_graph_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MBKG_KG", raising=False)
    assert kg_location(None) == ".mbkg"
    monkeypatch.setenv("MBKG_KG", "/somewhere")
    assert kg_location(None) == "/somewhere"
    assert kg_location("here") == "here"


@pytest.mark.parametrize(
    ("url", "query", "graphs"),
    [
        ("http://h:7878", "http://h:7878/query", "http://h:7878/store"),
        ("http://h:7878/query", "http://h:7878/query", "http://h:7878/store"),
        ("http://h/ds", "http://h/ds/sparql", "http://h/ds/data"),
        ("http://h/ds/sparql", "http://h/ds/sparql", "http://h/ds/data"),
        ("http://h/repositories/mb", "http://h/repositories/mb", "http://h/repositories/mb/rdf-graphs/service"),
    ],
)
def test_endpoints_of_usual_engines(url: str, query: str, graphs: str) -> None:
    assert endpoints(url) == (query, graphs)


def test_prefixes_are_declared_once() -> None:
    text = with_prefixes("PREFIX mb: <http://other/> SELECT ?x WHERE { ?x a mb:A ; skos:prefLabel ?l }")
    assert text.count("PREFIX mb:") == 1
    assert text.count("PREFIX skos:") == 1
    assert "PREFIX org:" not in text


class SparqlServer(BaseHTTPRequestHandler):
    """A SPARQL 1.1 store small enough to read: the protocol for queries, the Graph Store Protocol for graphs."""

    store: Store

    def log_message(self, *_: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"])).decode()
        try:
            result = self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            return self._answer(400, str(error).encode())
        if isinstance(result, QueryTriples):
            return self._answer(200, serialize(result, format=RdfFormat.N_TRIPLES) or b"")
        return self._answer(200, result.serialize(format=QueryResultsFormat.JSON) or b"")

    def do_PUT(self) -> None:
        graph = self._graph()
        self.store.remove_graph(graph)
        self.store.load(self.rfile.read(int(self.headers["Content-Length"])), RdfFormat.N_TRIPLES, to_graph=graph)
        self._answer(204)

    def do_DELETE(self) -> None:
        known = self.store.contains_named_graph(self._graph())
        self.store.remove_graph(self._graph())
        self._answer(204 if known else 404)

    def do_GET(self) -> None:
        self._answer(200, self.store.dump(format=RdfFormat.N_TRIPLES, from_graph=self._graph()) or b"")

    def _graph(self) -> NamedNode:
        return NamedNode(urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["graph"][0])

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def sparql_server() -> Iterator[str]:
    handler = type("Handler", (SparqlServer,), {"store": Store()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_remote_store_holds_the_same_graph(
    workshop: Workshop, sparql_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built at once or changed report by report, what stands at the URL equals the local graph, quad for quad."""
    monkeypatch.chdir(workshop.root)
    first, second = workshop.write("a.txt"), workshop.write("b.txt", year=2025)
    workshop.build(first, kg=sparql_server)
    assert workshop.build(first, second, kg=sparql_server).changed
    assert not workshop.build(first, second, kg=sparql_server).changed
    workshop.build(first, second)
    assert workshop.quads(sparql_server) == workshop.quads()
    remote = open_graph(sparql_server)
    assert isinstance(remote.query("ASK { ?r a mb:Report }"), QueryBoolean)
    assert len(list(remote.query("CONSTRUCT { ?r a mb:Report } WHERE { ?r a mb:Report }"))) == 2  # type: ignore[arg-type]
    with pytest.raises(BadQuery):
        remote.query("SELECT ?x WHERE {")


def test_an_absent_server_is_said() -> None:
    with pytest.raises(StoreRefused, match="无法连接"):
        open_graph("http://127.0.0.1:9/query").query("ASK {}")


def test_all_prefixes_are_ours_or_standard() -> None:
    assert all(iri.endswith(("#", "/")) for iri in PREFIXES.values())

"""A graph in any SPARQL 1.1 store: queries over the SPARQL protocol, loading over the Graph Store Protocol.

Where a store answers queries and where it takes graphs differs from engine to engine; `endpoints` knows the usual places, and
MBKG_KG_STORE names the second one where it does not. Queries name no graph, so the store must offer the union of its graphs as
its default graph (`oxigraph serve --union-default-graph`, `tdb2:unionDefaultGraph` in Fuseki; GraphDB, Virtuoso and QLever do
so by themselves).
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from mbkg.errors import BadQuery, StoreRefused
from mbkg.graph.iris import PREFIXES

_TIMEOUT_S = 300
_COMMENT = re.compile(r"#[^\n<>]*$", re.MULTILINE)
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_DECLARED = re.compile(r"\bPREFIX\s+([\w-]*):", re.IGNORECASE)


def endpoints(url: str) -> tuple[str, str]:
    """The addresses for queries and for graphs of the store at a URL."""
    url = url.rstrip("/")
    graphs = os.environ.get("MBKG_KG_STORE")
    path = urllib.parse.urlsplit(url).path
    if not path:
        return f"{url}/query", graphs or f"{url}/store"  # oxigraph
    parent, _, last = url.rpartition("/")
    if last == "query" and parent.count("/") == 2:
        return url, graphs or f"{parent}/store"  # oxigraph, by its query address
    if last in {"query", "sparql"}:
        return url, graphs or f"{parent}/data"  # Fuseki, by its query address
    if "/repositories/" in path:
        return url, graphs or f"{url}/rdf-graphs/service"  # GraphDB, RDF4J
    return f"{url}/sparql", graphs or f"{url}/data"  # Fuseki, by its data set


class RemoteStore:
    """Reads and writes a SPARQL 1.1 store over HTTP."""

    def __init__(self, url: str) -> None:
        self.where = url
        self._query_url, self._graphs_url = endpoints(url)

    def query(self, sparql: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        graph_result = _form(sparql) in {"CONSTRUCT", "DESCRIBE"}
        accept = "application/n-triples" if graph_result else "application/sparql-results+json"
        answer = self._request(
            self._query_url, "POST", with_prefixes(sparql).encode(), "application/sparql-query", accept, bad_query=True
        )
        if not graph_result:
            return parse_query_results(answer, QueryResultsFormat.JSON)
        held = Store()
        held.bulk_load(answer, RdfFormat.N_TRIPLES)
        result = held.query("CONSTRUCT WHERE { ?s ?p ?o }")
        assert isinstance(result, QueryTriples)
        return result

    def quads(self) -> Iterator[Quad]:
        graphs = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        assert isinstance(graphs, QuerySolutions)
        for row in graphs:
            graph = row["g"]
            if isinstance(graph, NamedNode):
                data = self._request(self._graph_url(graph), "GET", None, "", "application/n-triples")
                for quad in parse(data, RdfFormat.N_TRIPLES):
                    yield Quad(quad.subject, quad.predicate, quad.object, graph)

    def replace_graph(self, graph: NamedNode, triples: list[Triple]) -> None:
        """Put one named graph in place of what the store holds under that name."""
        body = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        self._request(self._graph_url(graph), "PUT", body, "application/n-triples", "*/*")

    def drop_graph(self, graph: NamedNode) -> None:
        """Remove one named graph; one that is not there is no error."""
        self._request(self._graph_url(graph), "DELETE", None, "", "*/*", missing_ok=True)

    def close(self) -> None:
        """Nothing is held open between requests."""

    def _graph_url(self, graph: NamedNode) -> str:
        return f"{self._graphs_url}?graph={urllib.parse.quote(graph.value, safe='')}"

    def _request(
        self,
        url: str,
        method: str,
        body: bytes | None,
        content_type: str,
        accept: str,
        *,
        bad_query: bool = False,
        missing_ok: bool = False,
    ) -> bytes:
        headers = {"Accept": accept, **({"Content-Type": content_type} if content_type else {})}
        request = urllib.request.Request(url, data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
                answer = response.read()
                return bytes(answer)
        except urllib.error.HTTPError as error:
            if missing_ok and error.code == 404:
                return b""
            detail = " ".join(error.read(500).decode("utf-8", "replace").split())
            if bad_query and error.code == 400:
                raise BadQuery(detail or "服务器拒绝了查询") from error
            raise StoreRefused(url, f"服务器返回 {error.code} {detail}".strip()) from error
        except (urllib.error.URLError, OSError) as error:
            raise StoreRefused(url, f"无法连接（{getattr(error, 'reason', error)}）") from error


def with_prefixes(sparql: str) -> str:
    """The query with the usual prefixes declared, as `OxigraphStore` declares them by itself."""
    declared = set(_DECLARED.findall(sparql))
    missing = [
        f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items() if name not in declared and f"{name}:" in sparql
    ]
    return "".join(missing) + sparql


def _form(sparql: str) -> str:
    """The query form: the first of its four words outside comments."""
    found = _FORM.search(_COMMENT.sub("", sparql))
    return found.group(1).upper() if found else "SELECT"

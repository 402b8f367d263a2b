"""Clients that people use, as they are: curl, SPARQLWrapper, rdflib's SPARQLStore, Comunica."""

from __future__ import annotations

import json
import shutil
import subprocess
import xml.dom.minidom
from pathlib import Path
from typing import Any

import pytest
import rdflib
from conftest import Running
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

LABEL = "离休人员"
BY_LABEL = f'SELECT ?s WHERE {{ ?s skos:prefLabel "{LABEL}"@zh }}'
IRI = "https://w3id.org/mbkg/population/retiredVeteranCadres"
CHINESE = 'SELECT (<http://例子.test/资金#医保> AS ?iri) ("“医疗”+保障%E5" AS ?text) {}'
COMUNICA = "@comunica/query-sparql@4"


def wrapper(server: Running, query: str, form: str, method: str = GET, encoding: str = URLENCODED) -> SPARQLWrapper:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    client.setRequestMethod(encoding)
    return client


@pytest.mark.parametrize(("method", "encoding"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_select(server: Running, method: str, encoding: str) -> None:
    """JSON, XML, CSV and TSV over each way of sending a query."""
    found = wrapper(server, CHINESE, JSON, method, encoding).queryAndConvert()
    (row,) = found["results"]["bindings"]
    assert (row["iri"]["value"], row["text"]["value"]) == ("http://例子.test/资金#医保", "“医疗”+保障%E5")
    document = wrapper(server, CHINESE, XML, method, encoding).queryAndConvert()
    assert isinstance(document, xml.dom.minidom.Document)
    assert document.getElementsByTagName("uri")[0].firstChild.data == "http://例子.test/资金#医保"
    for form in (CSV, TSV):
        table = wrapper(server, CHINESE, form, method, encoding).queryAndConvert().decode()
        assert "http://例子.test/资金#医保" in table
        assert "“医疗”+保障%E5" in table


@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD])
@pytest.mark.parametrize("method", [GET, POST])
def test_sparqlwrapper_graph(server: Running, form: str, method: str) -> None:
    query = f"CONSTRUCT {{ ?s skos:prefLabel ?l }} WHERE {{ ?s skos:prefLabel ?l FILTER(?s = <{IRI}>) }}"
    found = wrapper(server, query, form, method).queryAndConvert()
    if isinstance(found, bytes):
        found = rdflib.Graph().parse(data=found, format="turtle")
    assert rdflib.Literal(LABEL, lang="zh") in set(found.objects())


def test_sparqlwrapper_ask_and_describe(server: Running) -> None:
    assert wrapper(server, f"ASK {{ <{IRI}> ?p ?o }}", JSON).queryAndConvert()["boolean"] is True
    assert "true" in wrapper(server, f"ASK {{ <{IRI}> ?p ?o }}", XML).queryAndConvert().toxml()
    assert len(wrapper(server, f"DESCRIBE <{IRI}>", RDFXML).queryAndConvert()) > 1


def test_sparqlwrapper_dataset_and_error(server: Running) -> None:
    client = wrapper(server, "ASK { ?s ?p ?o }", JSON)
    client.addDefaultGraph("http://例子.test/没有")
    assert client.queryAndConvert()["boolean"] is False
    with pytest.raises(QueryBadFormed, match="error at 1:9"):
        wrapper(server, "SELECT {", JSON).query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_sparqlstore(server: Running, method: str, form: str) -> None:
    """Queries, triple patterns and the size of the graph through rdflib's own interface."""
    store = SPARQLStore(f"{server.url}/sparql", method=method, returnFormat=form)
    graph = rdflib.Graph(store)
    (row,) = graph.query(CHINESE)
    assert str(row[0]) == "http://例子.test/资金#医保"
    assert str(row[1]) == "“医疗”+保障%E5"
    if form == "csv":
        return  # CSV says no types, so what follows cannot come back whole
    label = rdflib.Literal(LABEL, lang="zh")
    assert rdflib.URIRef(IRI) in set(graph.subjects(rdflib.SKOS.prefLabel, label))
    if form != "tsv":  # an ASK, which TSV has no form for
        assert (rdflib.URIRef(IRI), rdflib.SKOS.prefLabel, label) in graph


def test_rdflib_construct_and_named_graph(server: Running) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", returnFormat="xml"))
    found = graph.query(f"CONSTRUCT WHERE {{ <{IRI}> ?p ?o }}").graph
    assert found is not None
    assert len(found) > 1
    name = rdflib.URIRef("https://w3id.org/mbkg/vocabulary")
    named = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", context_aware=True), identifier=name)
    assert len(list(named.triples((rdflib.URIRef(IRI), None, None)))) > 1


def curl(server: Running, *options: str) -> str:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    return subprocess.run(
        ["curl", "-sS", "--max-time", "30", f"{server.url}/sparql", *options], capture_output=True, check=True
    ).stdout.decode()


def test_curl(server: Running, tmp_path: Path) -> None:
    query = tmp_path / "询问.rq"
    query.write_text(BY_LABEL, encoding="utf-8")
    expected = f"s\r\n{IRI}\r\n"
    csv = ("-H", "Accept: text/csv")
    assert curl(server, "-G", "--data-urlencode", f"query={BY_LABEL}", *csv) == expected
    assert curl(server, "--data-urlencode", f"query@{query}", *csv) == expected
    direct = ("-H", "Content-Type: application/sparql-query", "--data-binary", f"@{query}")
    assert curl(server, *direct, *csv) == expected
    assert json.loads(curl(server, "-G", "--data-urlencode", f"query={BY_LABEL}", "--compressed"))["head"]["vars"] == [
        "s"
    ]
    assert "第 1 行" in curl(server, "--data-urlencode", "query=SELECT {")


@pytest.fixture(scope="session")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Comunica from npm in a folder of its own; where it cannot be had, the reason is in the test's report."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        pytest.skip("node and npm are not installed: Comunica was NOT tested")
    folder = tmp_path_factory.mktemp("comunica")
    done = subprocess.run(
        [
            npm,
            "install",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--ignore-scripts",
            "--prefix",
            str(folder),
            COMUNICA,
        ],
        capture_output=True,
        timeout=400,
        check=False,
    )
    if done.returncode:
        pytest.skip(
            f"npm could not install {COMUNICA}: Comunica was NOT tested ({done.stderr.decode()[-200:].strip()})"
        )
    return folder


def ask_comunica(folder: Path, source: str, query: str, form: str = "application/sparql-results+json") -> Any:
    command = folder / "node_modules" / ".bin" / "comunica-sparql"
    done = subprocess.run([str(command), source, query, "-t", form], capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    return done.stdout.decode()


def test_comunica(server: Running, comunica: Path) -> None:
    """Told that it is an endpoint, and left to find out from the service description."""
    prefix = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    for source in (f"sparql@{server.url}/sparql", f"{server.url}/sparql"):
        found = json.loads(ask_comunica(comunica, source, prefix + BY_LABEL))
        assert [row["s"]["value"] for row in found["results"]["bindings"]] == [IRI]
    (row,) = json.loads(ask_comunica(comunica, f"sparql@{server.url}/sparql", CHINESE))["results"]["bindings"]
    assert (row["iri"]["value"], row["text"]["value"]) == ("http://例子.test/资金#医保", "“医疗”+保障%E5")
    turtle = ask_comunica(
        comunica, f"sparql@{server.url}/sparql", f"CONSTRUCT WHERE {{ <{IRI}> ?p ?o }}", "text/turtle"
    )
    assert LABEL in turtle
    assert "true" in ask_comunica(comunica, f"sparql@{server.url}/sparql", f"ASK {{ <{IRI}> ?p ?o }}", "simple")

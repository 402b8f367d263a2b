"""The protocol cases of the W3C SPARQL 1.1 test suite against a running server; each stands in `protocol.toml`."""

from __future__ import annotations

import http.client
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from conftest import Running, Start
from pyoxigraph import RdfFormat, Store

from mbkg.graph.generations import KgDirectory

CASES = tomllib.loads((Path(__file__).parent / "protocol.toml").read_text(encoding="utf-8"))
KINDS = {
    "rows": (
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    ),
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "rdf": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}


@pytest.fixture(scope="module")
def open_server(start_server: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that takes updates, over a graph of its own that holds next to nothing."""
    directory = KgDirectory(tmp_path_factory.mktemp("protocol") / "kg")
    with directory.locked():
        folder = directory.new_generation(copy_current=False)
        store = Store(str(folder / "store"))
        store.load("<http://例子.test/s> <http://例子.test/p> 1 .".encode(), RdfFormat.TURTLE)
        store.flush()
        del store
        directory.publish(folder)
    with start_server("--update", kg=str(directory.root)) as running:
        yield running


@pytest.fixture(autouse=True)
def graphs(open_server: Running) -> None:
    """Have the suite's graphs there; earlier cases may have cleared everything."""
    names = " . ".join(
        f"FILTER EXISTS {{ GRAPH <{name}> {{ ?s{i} a ?c{i} }} }}" for i, name in enumerate(CASES["graphs"])
    )
    _, _, body = send(open_server, {"method": "POST", "form": [["query", f"ASK {{ {names} }}"]]})
    if not json.loads(body)["boolean"]:
        data = " ".join(f"GRAPH <{name}> {{ {triples} }}" for name, triples in CASES["graphs"].items())
        status, _, body = send(open_server, {"method": "POST", "form": [["update", f"INSERT DATA {{ {data} }}"]]})
        assert status == 204, body


def send(server: Running, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """One request exactly as the case lays it down."""
    where = urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=90)
    path = "/sparql/" + ("?" + urlencode([*map(tuple, request["params"])]) if request.get("params") else "")
    headers = {}
    body = request.get("body", "").encode(request.get("charset", "utf-8"))
    if "form" in request:
        body = urlencode([*map(tuple, request["form"])]).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    elif request.get("type"):
        headers["Content-Type"] = request["type"]
    connection.request(request["method"], path, body or None, headers)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, data


@pytest.mark.parametrize("case", CASES["case"], ids=[case["case"] for case in CASES["case"]])
def test_protocol(open_server: Running, case: dict[str, Any]) -> None:
    for request in case["request"]:
        status, headers, body = send(open_server, request)
        assert status // 100 == request["status"], (status, body[:500])
        if status // 100 == 4:
            assert body.decode().strip()
        kind = "boolean" if "boolean" in request else request.get("kind")
        if kind:
            assert headers["content-type"].split(";")[0] in KINDS[kind]
        if "boolean" in request:
            assert json.loads(body)["boolean"] is request["boolean"]
        if "holds" in request:
            store = Store()
            store.load(body, RdfFormat.TURTLE)
            assert store.query(request["holds"].replace("{endpoint}", f"{open_server.url}/sparql"))


def test_every_case_of_the_suite_is_listed() -> None:
    listed = [case["case"] for case in CASES["case"]]
    assert len(listed) == len(set(listed))
    assert set(CASES["suite"].split()) <= set(listed)
    assert all(case["excused"] for case in CASES["case"] if "as printed" in case["case"])

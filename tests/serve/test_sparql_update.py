"""What has to be switched on: updates, which the next build takes back, and calls of other services."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx
import pytest
from conftest import Running, Start

from mbkg.errors import BadQuery
from mbkg.graph.build import build
from mbkg.serve.jobs.updating import with_using

ADDED = "<http://例子.test/甲> <http://例子.test/名> '乙'"
HELD = f"ASK {{ {ADDED} }}"


def holds(server: Running, query: str) -> bool:
    answer = httpx.post(f"{server.url}/sparql", data={"query": query}, timeout=60)
    return bool(answer.json()["boolean"])


def change(server: Running, update: str, **parameters: str) -> httpx.Response:
    headers = {"Content-Type": "application/sparql-update"}
    return httpx.post(f"{server.url}/sparql", params=parameters, content=update.encode(), headers=headers, timeout=120)


def test_an_update_holds_until_the_next_build(start_server: Start, served_kg: str, tmp_path: Path) -> None:
    """It is seen by the next query; the reports' own figures are still there; building restores what the reports say."""
    kg = tmp_path / "kg"
    shutil.copytree(served_kg, kg)
    with start_server("--update", "--service", kg=str(kg)) as running:
        assert not holds(running, HELD)
        assert change(running, f"INSERT DATA {{ GRAPH <http://例子.test/图> {{ {ADDED} }} }}").status_code == 204
        assert holds(running, HELD)
        assert holds(running, "ASK { ?concept skos:prefLabel ?label }")
        for update, status, words in (
            ("LOAD <http://127.0.0.1:1/>", 403, "LOAD"),
            ("LOAD <file:///etc/passwd>", 403, "LOAD"),
            ("INSERT DATA { <a:a> <a:b> ", 400, "第 1 行"),
        ):
            answer = change(running, update)
            assert (answer.status_code, words in answer.text) == (status, True), answer.text
        assert holds(running, HELD)
        here = f"SERVICE <{running.url}/sparql> {{ {ADDED} }}"
        assert holds(running, f"ASK {{ {here} }}")
        missing = httpx.post(
            f"{running.url}/sparql", data={"query": "ASK { SERVICE <http://127.0.0.1:5999/> { ?s ?p ?o } }"}
        )
        assert (missing.status_code, "没有给出结果" in missing.text) == (502, True)
        build(kg=str(kg))
        until = time.monotonic() + 30
        while holds(running, HELD) and time.monotonic() < until:
            time.sleep(0.2)
        assert not holds(running, HELD)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", "DELETE { ?s ?p 1 } USING <a:d> USING NAMED <a:n> WHERE { ?s ?p 1 }"),
        ("INSERT DATA { <a:where> <a:b> 'WHERE' }", "INSERT DATA { <a:where> <a:b> 'WHERE' }"),
        (
            "INSERT { ?s ?p 1 } where { { SELECT * WHERE { ?s ?p 2 } } } ; CLEAR ALL",
            "INSERT { ?s ?p 1 } USING <a:d> USING NAMED <a:n> where { { SELECT * WHERE { ?s ?p 2 } } } ; CLEAR ALL",
        ),
    ],
)
def test_the_requests_graphs_become_those_of_each_operation(update: str, expected: str) -> None:
    assert with_using(update, ["a:d"], ["a:n"]) == expected


def test_the_short_form_of_delete_has_no_place_for_graphs() -> None:
    with pytest.raises(BadQuery, match="DELETE WHERE"):
        with_using("DELETE WHERE { ?s ?p ?o }", ["a:d"], [])

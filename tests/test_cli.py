"""The command line as a user meets it: results on stdout, one clear line on stderr, exit codes, never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "graph"))

from small_reports import SMALL, write_small

from mbkg import cli
from mbkg.graph import ingest
from mbkg.graph.build import build


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("cli")
    write_small(root / "reports", "zhaoyuan-2024-budget.txt")
    write_small(root / "reports", "weihai-2024-budget.txt", unit="威海市医疗保险事业中心", scope="unit")
    build([root / "reports"], str(root / "kg"), pipeline=SMALL)
    return str(root / "kg")


@pytest.fixture
def mbkg(kg: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[object]:
    monkeypatch.setenv("MBKG_KG", kg)
    monkeypatch.delenv("MBKG_DEBUG", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(list(arguments))
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return code, out.decode(), err.decode()

    return iter([call])


@pytest.fixture
def run(mbkg: Iterator[object]) -> object:
    return next(mbkg)


REPORTS = "SELECT ?name WHERE { ?r a mb:Report ; dcterms:identifier ?name } ORDER BY ?name"


def test_query_in_every_format(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("query", REPORTS)
    assert code == 0
    assert out.splitlines()[2:] == ["weihai-2024-budget", "zhaoyuan-2024-budget"]
    assert next(csv.DictReader(io.StringIO(run("query", REPORTS, "--format", "csv")[1]))) == {
        "name": "weihai-2024-budget"
    }
    assert len(json.loads(run("query", REPORTS, "-f", "json")[1])["results"]["bindings"]) == 2
    assert "<sparql" in run("query", REPORTS, "-f", "xml")[1]
    assert run("query", "ASK { ?r a mb:Report }")[1] == "true\n"
    code, out, _ = run("query", "CONSTRUCT { ?r a mb:Report } WHERE { ?r a mb:Report }", "-f", "ttl")
    assert out.count("a mb:Report") == 2


def test_query_from_a_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "q.rq").write_text(REPORTS, encoding="utf-8-sig")
    assert "weihai" in run("query", str(tmp_path / "q.rq"))[1]
    code, _, err = run("query", str(tmp_path / "gone.rq"))
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "SELECT ?x WHERE {"),
        ("query", REPORTS, "--format", "pdf"),
        ("query", REPORTS, "--format", "ttl"),
        ("query", "CONSTRUCT { ?r a mb:Report } WHERE { ?r a mb:Report }", "--format", "csv"),
        ("query", REPORTS, "--kg", "/no/such/folder"),
        ("query",),
        ("info", "--kg", "/no/such/folder"),
        ("build", "/no/such/report.txt"),
        ("build", "--nonsense"),
        ("validate", "x"),
        ("serve", "--port", "99999"),
        ("rules", "--format", "csv"),
        ("inspect", "x"),
        ("nonsense",),
        ("ask",),
    ],
)
def test_an_error_is_one_line_and_a_code(run, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1


def test_an_unexpected_error_is_a_line_too(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def explode(_: object) -> None:
        raise RuntimeError("boom\nbang")

    monkeypatch.setattr("mbkg.graph.store.open_graph", explode)
    code, _, err = run("query", REPORTS)
    assert code == 2
    assert "MBKG_DEBUG=1" in err
    assert err.count("\n") == 1


def test_export_nquads_is_sorted_and_repeatable(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("export")
    lines = out.encode().splitlines()
    assert lines == sorted(lines)
    run("export", "--format", "nq", "--out", str(tmp_path / "x.nq"))
    assert (tmp_path / "x.nq").read_text(encoding="utf-8") == out


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
def test_export_other_syntaxes(run, tmp_path: Path, form: str) -> None:  # type: ignore[no-untyped-def]
    code, _, _ = run("export", "--format", form, "--out", str(tmp_path / f"x.{form}"))
    assert code == 0
    assert "招远市医疗保障局" in (tmp_path / f"x.{form}").read_text(encoding="utf-8")


HEADERS = {
    "cells": "report,table,table_no,row_code,row_label,column,value,unit,printed,how,page,line",
    "projects": "report,name,code,category,budget,initial_budget,full_year_budget,executed,execution_rate,fiscal_appropriation,"
    "other_funds,implementing_unit,department,score,grade",
    "indicators": "report,project,level1,level2,level3,comparator,target_value,target_unit,target_raw,weight,actual_value,actual_unit,"
    "actual_raw,completion_rate,score",
    "statements": "report,subject,measure,year,value,unit,change,change_pct,reason,line",
}


def test_export_csv_has_the_agreed_headers(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("export", "--format", "csv", "--out", str(tmp_path / "out"))
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {"reports", "units", *HEADERS}
    for name, header in HEADERS.items():
        assert (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == header
    cells = list(csv.DictReader((tmp_path / "out" / "cells.csv").open(encoding="utf-8")))
    assert cells[0]["report"] == "weihai-2024-budget"
    assert (cells[1]["row_code"], cells[1]["value"], cells[1]["printed"], cells[1]["unit"]) == (
        "208",
        "100",
        "100.00",
        "万元",
    )


def test_cells_of_the_graph_and_of_files_agree(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from small_reports import interpret_small, read_small

    import mbkg.graph.preview as preview

    monkeypatch.setattr(ingest, "MBKG", SMALL)
    monkeypatch.setattr(preview.preview_graph, "__defaults__", (SMALL,))
    assert (SMALL.read, SMALL.interpret) == (read_small, interpret_small)
    path = write_small(tmp_path, "zhaoyuan-2024-budget.txt")
    from_file = run("cells", str(path))[1].splitlines()
    from_graph = run("cells")[1].splitlines()
    assert from_file[1:] == [line for line in from_graph if line.startswith("zhaoyuan")]


def test_cells_of_an_unreadable_file(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "junk.txt").write_bytes(b"\x00\x01")
    code, out, err = run("cells", str(tmp_path / "junk.txt"))
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_info(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("info")
    assert "威海市医疗保险事业中心" in out
    told = json.loads(run("info", "--json")[1])
    assert told["years"] == [2024]
    assert told["counts"]["mb:Cell"] == 18
    assert "per-capita-cost" in told["rules"]


def test_help_is_chinese_and_names_every_command(run) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run("--help")
    for command in ("build", "ask", "query", "cells", "export", "info"):
        assert command in out
    assert "知识图谱" in out


def test_a_build_by_command(tmp_path: Path) -> None:
    """The shipped command on files it cannot read: every file named, exit code 2, nothing on a half-made graph."""
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "junk.txt").write_bytes(b"\x00\x01")
    environment = {**os.environ, "MBKG_KG": str(tmp_path / "kg")}
    done = subprocess.run(
        [sys.executable, "-m", "mbkg.cli", "build", str(tmp_path / "empty.txt"), str(tmp_path / "junk.txt")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "empty.txt" in done.stderr
    assert "junk.txt" in done.stderr
    assert not (tmp_path / "kg" / "CURRENT").exists()


def test_a_question_imports_nothing_heavy() -> None:
    """Opening the graph and asking it must not pay for rdflib, pySHACL, torch, rich or sentence-transformers."""
    code = (
        "import sys, mbkg.cli, mbkg.cli_ask, mbkg.graph.store, mbkg.graph.tables; "
        "print([m for m in ('rdflib','pyshacl','torch','sentence_transformers','rich','numpy','faiss') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )

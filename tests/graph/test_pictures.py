"""A figure recognised from a picture says so: in the graph, in the reading report and in an answer, with page and row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mbkg.ask import answer_question
from mbkg.facts import report_facts
from mbkg.graph.build import build
from mbkg.graph.ingest import Pipeline, facts_with_mbkg
from mbkg.graph.reading_report import remarks
from mbkg.graph.store import GraphStore, open_graph
from mbkg.reading import read_parts
from mbkg.reports import Place, Report
from mbkg.resources import resource_path
from mbkg.sources import Part

STEM = "zhaoyuan-2024-budget"


def as_scanned(report: Report, sheet: str = "") -> Report:
    """The report as if its tables had been read from pictures of pages 3 and following, five lines each."""

    def there(place: Place) -> Place:
        line = place.line or 1
        return Place(line % 5 + 1, line // 5 + 3, "", sheet, 1.0 if sheet else 0.8)

    tables = tuple(
        replace(
            table,
            place=there(table.place),
            cells=tuple(
                replace(cell, place=there(cell.place), confidence=1.0 if sheet else 0.8) for cell in table.cells
            ),
        )
        for table in report.tables
    )
    statements = tuple(replace(each, place=there(each.place)) for each in report.statements)
    return replace(report, tables=tables, statements=statements)


def read_scanned(path: Path) -> tuple[Part, ...]:
    return tuple(replace(part, report=as_scanned(part.report)) for part in read_parts(path))


def read_workbook(path: Path) -> tuple[Part, ...]:
    return tuple(replace(part, report=as_scanned(part.report, "表七")) for part in read_parts(path))


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[GraphStore, list[str]]:
    kg = str(tmp_path_factory.mktemp("scanned") / "kg")
    result = build(
        [resource_path("data", "reports", f"{STEM}.txt")], kg, pipeline=Pipeline(read_scanned, facts_with_mbkg)
    )
    return open_graph(kg), list(remarks(result))


def test_cells_and_facts_carry_how_sure_they_are(scanned: tuple[GraphStore, list[str]]) -> None:
    graph, told = scanned
    assert not graph.query("ASK { ?c a mb:Cell . FILTER NOT EXISTS { ?c mb:confidence 0.8 } }")
    assert graph.query("ASK { ?f a mb:BudgetFact ; mb:confidence 0.8 }")
    assert any("450 个数字识别自图片" in line for line in told)
    assert graph.query("ASK { ?run mb:cellsFromPictures 450 }")


def test_a_figure_that_a_text_prints_too_is_sure(tmp_path: Path) -> None:
    """A fact is as sure as the surest place that prints it, and that place stands first."""
    (part,) = read_parts(resource_path("data", "reports", f"{STEM}.txt"))
    report = as_scanned(part.report)
    assert {fact.confidence for fact in report_facts(report)} >= {0.8}
    first, *others = report.tables
    clean = replace(first, cells=tuple(replace(cell, confidence=1.0) for cell in first.cells))
    sure = [fact for fact in report_facts(replace(report, tables=(clean, *others))) if fact.confidence == 1]
    cells = len(clean.cells)
    assert sure
    assert any(fact.derived_from[0].kind == "cell" and fact.derived_from[0].index < cells for fact in sure)


def test_an_answer_says_that_its_figure_was_recognised(scanned: tuple[GraphStore, list[str]]) -> None:
    answer = answer_question("招远市医疗保障局2024年公务接待费预算是多少", scanned[0])
    assert answer.status == "answered"
    assert "识别自图片，请核对原件" in answer.basis
    assert answer.confidence < 0.8
    told = answer.to_json()["evidence"][0]
    assert told["confidence"] == 0.8
    assert f"第{told['page']}页第{told['line']}行" in answer.text
    assert "（识别自图片）" in answer.text


def test_an_answer_from_a_workbook_names_the_sheet(tmp_path: Path) -> None:
    kg = str(tmp_path / "kg")
    build([resource_path("data", "reports", f"{STEM}.txt")], kg, pipeline=Pipeline(read_workbook, facts_with_mbkg))
    answer = answer_question("招远市医疗保障局2024年公务接待费预算是多少", open_graph(kg))
    assert answer.confidence >= 0.8
    told = answer.to_json()["evidence"][0]
    assert told["sheet"] == "表七"
    assert "confidence" not in told
    assert f"工作表“表七”第{told['line']}行" in answer.text

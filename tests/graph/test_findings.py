"""A build stores what the accounting rules found beside the facts they concern, the same however the graph was built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_reports import SMALL, Workshop, interpret_small, read_small

from mbkg.facts.model import BudgetFact, Evidence
from mbkg.graph import checking
from mbkg.graph.build import build
from mbkg.graph.ingest import Pipeline
from mbkg.graph.reading_report import remarks
from mbkg.reports import Report
from mbkg.validate import findings_graph

BROKEN = """SELECT ?rule ?left ?right ?difference ?severity WHERE {
  ?finding a mb:Finding ; mb:outcome "violated" ; mb:rule/dcterms:identifier ?rule ; mb:left ?left ; mb:right ?right ;
           mb:difference ?difference ; mb:severity ?severity } ORDER BY ?rule ?left"""


def interpret_twice(report: Report) -> tuple[BudgetFact, ...]:
    """As `interpret_small`, with the total claimed to be printed by the next row as well, which prints a third of it."""
    total, *others = interpret_small(report)
    return (replace(total, contradicted_by=(Evidence("cell", 1),)), *others)


TWICE = Pipeline(read_small, interpret_twice)


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    workshop.pipeline = TWICE
    return workshop


def test_a_contradicted_figure_is_a_finding_beside_its_fact(workshop: Workshop) -> None:
    """300 in one place and 100 in another for one thing: one finding, which concerns every fact that rests on one of them."""
    workshop.write("a.txt")
    result = workshop.build()
    assert [row["rule"] for row in workshop.ask(BROKEN)] == ["same-in-tables"]
    rows = workshop.ask(
        """SELECT ?amount ?outcome ?printed WHERE { ?finding mb:concerns ?fact ; mb:outcome ?outcome ; mb:operand ?place .
           ?fact a mb:BudgetFact ; mb:amountWan ?amount ; mb:contradictedBy ?place . ?place mb:printed ?printed }
           ORDER BY DESC(?amount)"""
    )
    assert rows[0] == {"amount": "300", "outcome": "violated", "printed": "100.00"}
    assert {
        row["n"]
        for row in workshop.ask(
            """SELECT (COUNT(?fact) AS ?n) WHERE { ?finding mb:outcome "violated" ; mb:concerns ?fact }"""
        )
    } == {"3"}
    assert any("勾稽核对" in remark and "不符 1 项" in remark for remark in remarks(result))


def test_counts_stand_on_the_reading(workshop: Workshop) -> None:
    """Each rule's checks are counted by outcome, those that hold as well."""
    workshop.write("a.txt")
    result = workshop.build()
    rows = workshop.ask(
        """SELECT (SUM(?h + ?r + ?v + ?n) AS ?all) (SUM(?v) AS ?broken) WHERE {
           ?report prov:wasGeneratedBy/mb:checkCount ?count . ?count mb:checksHolding ?h ; mb:checksRounding ?r ; mb:checksViolated ?v ;
           mb:checksNotEvaluable ?n }"""
    )
    (counts,) = result.checks.values()
    assert int(rows[0]["broken"]) == counts["violated"] == 1
    assert int(rows[0]["all"]) == sum(counts[name] for name in ("holds", "rounding", "violated", "not_evaluable"))


def test_findings_are_in_no_graph_that_rules_read(workshop: Workshop) -> None:
    workshop.write("a.txt")
    workshop.build()
    graphs = workshop.ask("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?finding a mb:Finding } }")
    assert [row["g"].endswith("/findings") for row in graphs] == [True]


def test_built_at_once_or_bit_by_bit(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    """Two years and two scopes of one body, read together or one after another: byte for byte the same graph."""
    files = [
        workshop.write("1.txt", year=2024),
        workshop.write("2.txt", year=2025, scale=2),
        workshop.write("3.txt", year=2024, scope="unit", scale=3),
        workshop.write("4.txt", unit="威海市医疗保障局", scale=5),
    ]
    workshop.build()
    other = other_folder("other")
    for path in reversed(files):
        build([path], other, pipeline=TWICE)
    assert workshop.quads() == workshop.quads(other)
    assert len(workshop.ask(BROKEN)) > 4


def test_a_report_that_goes_takes_its_comparisons_along(workshop: Workshop) -> None:
    """The unit's report is replaced by one that is small enough: what was found against the department goes, the rest stays."""
    workshop.write("department.txt", year=2024)
    unit = workshop.write("unit.txt", year=2024, scope="unit", scale=3)
    workshop.build()
    assert {row["rule"] for row in workshop.ask(BROKEN)} == {"same-in-tables", "department-covers-unit"}
    workshop.write("unit.txt", year=2024, scope="unit", scale=1)
    result = workshop.build(unit)
    assert {row["rule"] for row in workshop.ask(BROKEN)} == {"same-in-tables"}
    assert sum(counts["violated"] for counts in result.checks.values()) == 2
    again = workshop.build(unit)
    assert not again.changed
    assert again.checks == result.checks


def test_a_changed_rule_has_reports_checked_again_not_read_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.write("a.txt")
    first = workshop.build()
    assert [outcome.status for outcome in first.files] == ["read"]
    fewer = tuple(rule for rule in findings_graph.load_rules() if rule.id != "same-in-tables")
    monkeypatch.setattr(findings_graph, "rules_digest", lambda: "0123456789abcdef")
    monkeypatch.setattr(findings_graph, "load_rules", lambda: fewer)
    second = workshop.build()
    assert [outcome.status for outcome in second.files] == ["unchanged"]
    assert second.changed
    assert workshop.ask(BROKEN) == []
    third = workshop.build()
    assert not third.changed


def test_many_reports_are_checked_by_processes(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports whose findings are lost are checked again, by several processes where there are enough, with the same result."""
    for number in range(4):
        workshop.write(f"{number}.txt", year=2020 + number)
    workshop.build()
    before = workshop.quads()
    for path in Path(workshop.kg, "cache").glob("*.checks.z"):
        path.unlink()
    monkeypatch.setattr(checking, "ENOUGH_FOR_PROCESSES", 2)
    workshop.write("9.txt", year=2030)
    workshop.build()
    assert set(before) <= {line for line in workshop.quads() if b"2030" not in line} | set(before)
    assert len(workshop.ask(BROKEN)) >= 5


def broken_check(nquads: bytes) -> object:
    raise ZeroDivisionError("no such number")


def test_a_report_is_not_lost_for_rules_that_fail(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps the rules from running is said; the report stands in the graph."""
    workshop.write("a.txt")
    monkeypatch.setattr(findings_graph, "validate_store", broken_check)
    result = workshop.build()
    assert result.exit_code == 0
    assert any("没有核对（内部错误" in remark for remark in remarks(result))
    assert workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")


def test_without_a_checker_nothing_is_checked(workshop: Workshop) -> None:
    path = workshop.write("a.txt")
    build([path], workshop.kg, pipeline=Pipeline(read_small, SMALL.interpret, None))
    assert workshop.ask("SELECT ?f WHERE { ?f a mb:Finding }") == []


def interpret_with_last_year(report: Report) -> tuple[BudgetFact, ...]:
    """As `interpret_small`, and what the total's row would say of the year before: the same amount."""
    total, *others = interpret_small(report)
    before = replace(total, coordinates=replace(total.coordinates, year=report.year - 1))
    return (total, before, *others)


def test_last_year_is_compared_with_last_years_report(workshop: Workshop) -> None:
    """This year's report has 600 for last year's budget, last year's own has 300; one of two years ago or of another body is not asked."""
    workshop.pipeline = Pipeline(read_small, interpret_with_last_year)
    workshop.write("1.txt", year=2024, scale=1)
    workshop.write("2.txt", year=2025, scale=2)
    workshop.write("3.txt", year=2023, unit="威海市医疗保障局", scale=9)
    workshop.build()
    rows = workshop.ask(BROKEN)
    assert [(row["rule"], row["left"], row["right"]) for row in rows] == [("last-year", "600", "300")]
    places = workshop.ask(
        """SELECT ?name WHERE { ?finding mb:operand/mb:report/dcterms:identifier ?name ; mb:rule/dcterms:identifier "last-year" ;
           mb:outcome "violated" } ORDER BY ?name"""
    )
    assert [row["name"] for row in places] == ["1", "2"]

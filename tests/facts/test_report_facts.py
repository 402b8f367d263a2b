"""Figures gathered by what they are about: who wins where a report prints two amounts for one thing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.facts import BudgetFact, report_facts
from mbkg.reading import read_report
from mbkg.reports import Report

REPORT = """2031年青川市医疗保障局部门预算

收支总体情况表
部门（单位）：青川市医疗保障局 单位：万元
收  入 支  出
项目 预算数 项目 预算数
一、一般公共预算收入 {income} 一、卫生健康支出 70.00
二、政府性基金预算收入 二、住房保障支出 30.00
本 年 收 入 合 计 {income} 本 年 支 出 合 计 100.00
收 入 总 计 {income} 支 出 总 计 100.00

支出总体情况表
部门（单位）：青川市医疗保障局 单位：{unit}
科目编码 科目名称 合计 基本支出 项目支出
合  计 {total} {basic} {project}
210 卫生健康支出 {health}
221 住房保障支出 {housing}

第三部分 情况说明

一、支出情况

2031年支出预算100.00万元，其中：基本支出60.00万元，项目支出40.00万元。
"""

PLAIN = {
    "income": "100.00",
    "unit": "万元",
    "total": "100.00",
    "basic": "60.00",
    "project": "40.00",
    "health": "70.00 30.00 40.00",
    "housing": "30.00 30.00",
}


def read(tmp_path: Path, **changes: str) -> tuple[Report, dict[tuple[str, str, str, str], BudgetFact]]:
    path = tmp_path / "qingchuan.txt"
    path.write_text(REPORT.format(**(PLAIN | changes)), encoding="utf-8")
    (report,) = read_report(path)
    facts = {
        (f.coordinates.measure, f.coordinates.nature, f.coordinates.function, f.coordinates.total): f
        for f in report_facts(report)
        if not f.coordinates.fund
    }
    return report, facts


def printed(report: Report, fact: BudgetFact) -> list[str]:
    """What the places that contradict a fact print."""
    return [
        report.cells[e.index][1].printed if e.kind == "cell" else str(report.statements[e.index].value)
        for e in fact.contradicted_by
    ]


def test_places_that_agree_make_one_fact(tmp_path: Path) -> None:
    """Summary, detail table and narrative print 100.00: one fact, three kinds of evidence, nothing against it."""
    report, facts = read(tmp_path)
    fact = facts["支出", "", "", ""]
    assert fact.value == 100
    assert {e.kind for e in fact.derived_from} == {"cell", "statement"}
    assert not any(fact.contradicted_by for fact in facts.values())
    assert report.leftovers == ()


def test_the_amount_most_places_print_wins_and_the_other_is_kept(tmp_path: Path) -> None:
    """The detail table's 92.00 stands against three others; it is not repaired, it contradicts."""
    report, facts = read(tmp_path, total="92.00")
    fact = facts["支出", "", "", ""]
    assert fact.value == 100
    assert printed(report, fact) == ["92.00"]
    assert "92.00" in [cell.printed for _, cell in report.cells]


def test_on_a_tie_the_earlier_table_of_the_authority_list_wins(tmp_path: Path) -> None:
    """221 is printed once in the summary and once in the detail table: the summary wins."""
    report, facts = read(tmp_path, housing="31.00 31.00")
    fact = facts["支出", "", "221", ""]
    assert (fact.value, printed(report, fact)) == (Decimal("30.00"), ["31.00"])


@pytest.mark.parametrize("unit", ["元"])
def test_a_table_in_yuan_agrees_with_one_in_wan(tmp_path: Path, unit: str) -> None:
    """1,000,000 元 and 100.00 万元 are the same money, exactly."""
    report, facts = read(
        tmp_path, unit=unit, total="1,000,000", basic="600,000", project="400,000",
        health="700,000 300,000 400,000", housing="300,000 300,000",
    )  # fmt: skip
    assert not any(fact.contradicted_by for fact in facts.values())
    assert facts["支出", "基本支出", "", ""].value == 60
    assert {table.unit for table in report.tables} == {"万元", "元"}


def test_one_last_place_apart_is_rounding_not_contradiction(tmp_path: Path) -> None:
    """Two prints of one amount, each rounded to 0.01, may differ by 0.01."""
    _, facts = read(tmp_path, total="100.01", basic="60.01")
    assert not facts["支出", "", "", ""].contradicted_by

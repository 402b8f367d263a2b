"""Rounding is told once a table, a misread table once; a slip is neither, however much it breaks."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice

import pytest
from invented import ROWS, Row, changed, findings, report, table, two_tables
from mutating import compare, draw, in_memory, judge

from mbkg.reading import read_report
from mbkg.resources import resource_path


def turned(row: Row) -> Row:
    """A row whose figures a reader put one column to the right."""
    code, label, figures = row
    return code, label, (figures[-1], *figures[:-1])


def test_rounding_is_one_finding_a_table() -> None:
    """Two totals a cent off in one table: one finding with the larger difference and every figure that takes part."""
    off = changed(ROWS, ("20805", 0, "93.43"), ("20805", 1, "93.43"), ("208", 0, "93.43"), ("208", 1, "93.43"))
    (found,) = findings(report(table("支出总表", "expenditure", off, 10)), "rounding")
    assert "《支出总表》有4处在四舍五入的尾差以内不相等，最大相差0.01万元" in found.message
    assert {"20805", "2080505", "208", "210"} <= {operand.row_code for operand in found.operands}


def test_a_single_rounding_difference_among_exact_sums_says_so() -> None:
    """Where everything else is exact, a cent is no rounding of parts; the cell common to all is named."""
    found = findings(two_tables(changed(ROWS, ("2101505", 0, "158.07"))), "rounding")
    first = next(f for f in found if "《支出总表》有2处" in f.message)
    assert "本表其余86项核对分毫不差" in first.cause
    assert "都涉及《支出总表》第21行“2101505 医疗保障政策管理”“合计”栏" in first.cause


def test_shifted_columns_are_one_suspicion() -> None:
    """A reader that shifts the columns of most rows breaks their sums all at once."""
    misread = (*ROWS[:3], *(turned(row) for row in ROWS[3:]))
    (found,) = findings(two_tables(ROWS, misread))
    assert found.suspect
    assert found.severity == "warning"
    assert "《一般公共预算支出表》88项核对中有" in found.message
    assert "请先对照原表" in found.message
    assert found.operands


def test_figures_of_a_column_one_row_down_are_one_suspicion() -> None:
    down = [
        (code, label, (figures[0], figures[1], ROWS[at - 1][2][2] if at > 5 else figures[2]))
        for at, (code, label, figures) in enumerate(ROWS)
    ]
    found = findings(two_tables(ROWS, down))
    assert any(each.suspect for each in found)
    assert len(found) <= 2


def test_slips_are_no_burst() -> None:
    """Three slips in one table stay findings, with a cause each."""
    wrong = changed(ROWS, ("2101505", 2, "153.06"), ("2080506", 1, "13.55"), ("21011", 0, "43.86"))
    found = findings(two_tables(ROWS, wrong))
    assert len(found) > 6
    assert not any(each.suspect for each in found)


def test_a_wrong_total_is_no_burst_in_a_small_table() -> None:
    small = ROWS[:5]
    small = changed(small, ("", 0, "93.42"), ("", 1, "93.42"), ("", 2, "0.00"), ("20805", 0, "99.42"))
    found = findings(report(table("支出总表", "expenditure", small, 10)))
    assert found
    assert not any(each.suspect for each in found)


@pytest.mark.parametrize(
    "stem", [pytest.param("haidong-2025-budget", marks=pytest.mark.thorough), "yantai-2025-budget"]
)
def test_no_slip_in_a_real_report_is_taken_for_a_misreading(stem: str) -> None:
    (whole,) = read_report(resource_path("data", "reports", f"{stem}.txt"))
    before = judge(whole, touched=True)
    assert not any(finding.suspect for finding in before.findings)
    for spot, kind, printed in islice(draw(whole, random.Random(stem)), 5):
        after = judge(in_memory(whole, spot, printed))
        assert not any(finding.suspect for finding in after.findings), compare(before, after, spot, kind, printed)


def test_a_real_table_misread_by_a_column_is_suspected() -> None:
    """The rows of 支出总体情况表 with their figures turned by one column."""
    (whole,) = read_report(resource_path("data", "reports", "yantai-2025-budget.txt"))
    tables = list(whole.tables)
    at = next(number for number, each in enumerate(tables) if each.family == "expenditure")
    cells = list(tables[at].cells)
    of_row: dict[int, list[int]] = {}
    for index, cell in enumerate(cells):
        of_row.setdefault(cell.row, []).append(index)
    for own in of_row.values():
        old = [cells[index] for index in own]
        for index, other in zip(own, (*old[1:], old[0]), strict=True):
            cells[index] = replace(cells[index], value=other.value, printed=other.printed)
    tables[at] = replace(tables[at], cells=tuple(cells))
    found = [f for f in judge(replace(whole, tables=tuple(tables))).findings if f.outcome == "violated"]
    suspects = [finding for finding in found if finding.suspect]
    assert [finding.operands[0].table for finding in suspects] == [tables[at].title]
    assert len(found) - len(suspects) <= 6

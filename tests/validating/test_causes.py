"""Every finding tells the cause that its figures show, and none that they do not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from invented import ROWS, changed, findings, picture, report, table, two_tables

from mbkg.validate.slips import slip_between
from mbkg.validate.values import Finding

PLACE = "《支出总表》第21行“2101505 医疗保障政策管理”“项目支出”栏"


def causes(found: list[Finding]) -> set[str]:
    return {finding.cause for finding in found}


def test_a_report_that_ties_out_has_no_findings() -> None:
    assert not findings(two_tables())
    assert not findings(two_tables(), "rounding")


@pytest.mark.parametrize(
    ("printed", "trait"),
    [
        ("153.06", "只有一位数字不同"),
        ("158.60", "相邻两位数字颠倒"),
        ("58.06", "少印一位数字"),
        ("1458.06", "多印一位数字"),
        ("-158.06", "正负号相反"),
        ("1580600.00", "恰差一万倍，元与万元可能混用"),
        ("1580.60", "恰差10倍，小数点可能错位"),
        ("256.15", "所印与相邻的《支出总表》第22行“2101506 医疗保障经办事务”“项目支出”栏相同"),
    ],
)
def test_one_misprinted_figure(printed: str, trait: str) -> None:
    """All that one figure breaks is told by that figure, what it would have to be, who prints it so, and the kind of slip."""
    found = findings(two_tables(changed(ROWS, ("2101505", 2, printed))))
    assert len(found) == 3
    for finding in found:
        assert finding.cause.startswith(f"与另外2处不符同因：{PLACE}印作{printed}，若为158.06，本报告3处不符一并消除")
        assert trait in finding.cause
        assert "改动其他任何一数都会引起新的不符" in finding.cause
    assert sum("第51行“2101505 医疗保障政策管理”“项目支出”栏印作158.06" in cause for cause in causes(found)) == 1


def test_without_a_second_table_the_sums_alone_tell() -> None:
    """Row and column meet in one cell."""
    alone = report(table("支出总表", "expenditure", changed(ROWS, ("2101505", 2, "153.06")), 10))
    (cause,) = causes(findings(alone))
    assert f"{PLACE}印作153.06，若为158.06，本报告2处不符一并消除" in cause


def test_two_places_and_nothing_else_leave_open_which_is_wrong() -> None:
    """Two single figures that differ by a digit: the slip is named, no place is accused."""
    one = report(
        table("支出总表", "expenditure", [ROWS[4]], 10),
        table(
            "一般公共预算支出表",
            "general-expenditure",
            changed([ROWS[4]], ("2080506", 0, "31.65"), ("2080506", 1, "31.65")),
            40,
        ),
    )
    for finding in findings(one):
        if finding.rule == "same-in-tables":
            assert "若为" not in finding.cause or "一并消除" in finding.cause


def test_a_row_left_out_of_all_totals() -> None:
    """Zero for 公积金 in three rows and both totals: eight relations broken, one cause, told by the lowest row."""
    zeros = [(code, column, "0.00") for code in ("221", "22102", "2210201") for column in (0, 1)]
    found = findings(two_tables(changed(ROWS, *zeros, ("", 0, "915.61"), ("", 1, "501.40"))))
    assert len(found) == 8
    for cause in causes(found):
        assert cause.startswith("与另外7处不符同因：《支出总表》第25行“2210201 住房公积金”“合计”栏印作0.00，若为46.74")
        assert "另外7个数同样相差46.74万元" in cause


def test_a_total_without_one_of_its_parts() -> None:
    less = changed(ROWS, ("210", 0, "773.83"), ("210", 1, "359.62"), ("", 0, "913.99"), ("", 1, "499.78"))
    for finding in findings(report(table("支出总表", "expenditure", less, 10))):
        assert "各分项相加多出的48.36万元恰等于分项《支出总表》第16行“21011 行政事业单位医疗”" in finding.cause


def test_a_total_that_adds_one_part_twice() -> None:
    more = changed(ROWS, ("21011", 0, "69.08"), ("21011", 1, "69.08"))
    more = changed(more, ("210", 0, "842.91"), ("210", 1, "428.70"), ("", 0, "983.07"), ("", 1, "568.86"))
    for finding in findings(report(table("支出总表", "expenditure", more, 10))):
        assert "合计多出的20.72万元恰等于分项《支出总表》第18行“2101103 公务员医疗补助”" in finding.cause


def test_a_cell_left_blank_that_another_table_prints() -> None:
    found = findings(two_tables(ROWS, changed(ROWS, ("21015", 2, ""))))
    assert {finding.rule for finding in found} == {"sum-nature", "sum-function"}
    for cause in causes(found):
        assert (
            cause
            == "所差的414.21万元恰等于《支出总表》第19行“21015 医疗保障管理事务”“项目支出”栏所印之数，本表该处未印。"
        )


def test_nothing_is_claimed_that_the_figures_do_not_show() -> None:
    """A sum of leaves that nothing else vouches for: any of them may be wrong."""
    one = report(
        table(
            "支出总表",
            "expenditure",
            [(c, n, f[:1]) for c, n, f in changed(ROWS[2:5], ("20805", 0, "90.00"))],
            10,
            ("合计",),
        )
    )
    (finding,) = findings(one)
    assert finding.cause == ""


def test_two_slips_are_told_apart() -> None:
    wrong = changed(ROWS, ("2101505", 2, "153.06"), ("2080506", 1, "13.55"))
    found = findings(two_tables(wrong))
    assert len(found) == 6
    for finding in found:
        rows = {operand.row_code for operand in finding.operands}
        assert ("若为158.06" in finding.cause) == ("2101505" in rows)
        assert ("若为31.55" in finding.cause) == ("2080506" in rows)


def test_a_picture_is_to_be_looked_at_first() -> None:
    seen = picture(table("支出总表", "expenditure", changed(ROWS, ("2101505", 2, "153.06")), 10))
    assert all(cause.endswith("相关数字识别自图片，请先核对原图。") for cause in causes(findings(report(seen))))


@pytest.mark.parametrize(
    ("printed", "meant", "slip"),
    [
        ("18.54", "19.54", "digit"),
        ("21.53", "21.35", "transposed"),
        ("1,215.34", "12153400", "scale"),
        ("766", "766.77", "cut-off"),
        ("766.8", "766.77", ""),  # rounded as it should be
        ("0.00", "32.44", ""),
        ("12.5", "12.5", ""),
        ("-3.10", "3.10", "sign"),
    ],
)
def test_kinds_of_slips(printed: str, meant: str, slip: str) -> None:
    assert slip_between(printed, Decimal(printed.replace(",", "")), Decimal(meant)) == slip

"""Small invented reports as values, in two tables that print the same figures: what `causes` and `clusters` are tried on.

A table is a list of rows `(code, label, figures)`; its first column is the sum of the others, a shorter code the sum of the codes right
beneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mutating import judge

from mbkg.amounts import read_number
from mbkg.reports import Cell, Place, Report, Statement, Sum, Table
from mbkg.validate.values import Finding

Row = tuple[str, str, tuple[str, ...]]
COLUMNS = ("合计", "基本支出", "项目支出")
ROWS: tuple[Row, ...] = (
    ("", "合计", ("962.35", "548.14", "414.21")),
    ("208", "社会保障和就业支出", ("93.42", "93.42", "0.00")),
    ("20805", "行政事业单位养老支出", ("93.42", "93.42", "0.00")),
    ("2080505", "机关事业单位基本养老保险缴费支出", ("61.87", "61.87", "0.00")),
    ("2080506", "机关事业单位职业年金缴费支出", ("31.55", "31.55", "0.00")),
    ("210", "卫生健康支出", ("822.19", "407.98", "414.21")),
    ("21011", "行政事业单位医疗", ("48.36", "48.36", "0.00")),
    ("2101101", "行政单位医疗", ("27.64", "27.64", "0.00")),
    ("2101103", "公务员医疗补助", ("20.72", "20.72", "0.00")),
    ("21015", "医疗保障管理事务", ("773.83", "359.62", "414.21")),
    ("2101501", "行政运行", ("359.62", "359.62", "0.00")),
    ("2101505", "医疗保障政策管理", ("158.06", "0.00", "158.06")),
    ("2101506", "医疗保障经办事务", ("256.15", "0.00", "256.15")),
    ("221", "住房保障支出", ("46.74", "46.74", "0.00")),
    ("22102", "住房改革支出", ("46.74", "46.74", "0.00")),
    ("2210201", "住房公积金", ("46.74", "46.74", "0.00")),
)


def changed(rows: Sequence[Row], *changes: tuple[str, int, str]) -> tuple[Row, ...]:
    """The rows with some figures printed otherwise: (code, column, printed); a blank one is not printed."""
    found = {code: [code, label, list(figures)] for code, label, figures in rows}
    for code, column, printed in changes:
        found[code][2][column] = printed  # type: ignore[index]
    return tuple((code, label, tuple(figures)) for code, label, figures in found.values())  # type: ignore[misc, arg-type]


def table(title: str, family: str, rows: Sequence[Row], first_line: int, columns: Sequence[str] = COLUMNS) -> Table:
    """A table of those rows with the sums that its layout promises."""
    cells: list[Cell] = []
    at: dict[tuple[str, int], int] = {}
    for number, (code, label, figures) in enumerate(rows):
        for column, printed in enumerate(figures):
            value = read_number(printed)
            if value is None:
                continue
            at[code, column] = len(cells)
            heading = columns[column]
            place = Place(first_line + number)
            cells.append(
                Cell(code, label, heading, value, "万元", printed, "printed", place, path=(heading,), row=number)
            )
    codes = [code for code, _, _ in rows]
    sums = []
    for code in codes:
        under = [c for c in codes if c.startswith(code) and len(c) == (len(code) + 2 if code else 3)]
        for column in range(len(columns)):
            parts = tuple(at[c, column] for c in under if (c, column) in at)
            if parts and (code, column) in at:
                sums.append(Sum("rows", "function", at[code, column], parts))
        parts = tuple(at[code, column] for column in range(1, len(columns)) if (code, column) in at)
        if parts and (code, 0) in at:
            sums.append(Sum("columns", "nature", at[code, 0], parts))
    printed_rows = tuple((code, label) for code, label, _ in rows)
    place = Place(first_line - 2)
    return Table(
        title, "", "万元", tuple(cells), tuple(columns), place, family=family, rows=printed_rows, sums=tuple(sums)
    )


def report(*tables: Table, statements: Sequence[Statement] = ()) -> Report:
    """An invented report of those tables."""
    return Report(
        "invented",
        "invented.txt",
        "0" * 64,
        "青禾县医疗保障局",
        2025,
        "budget",
        "department",
        "青禾县医疗保障局2025年部门预算",
        tables,
        statements=tuple(statements),
    )


def two_tables(first: Sequence[Row] = ROWS, second: Sequence[Row] = ROWS) -> Report:
    """The expenditure table and that of the general public budget, which print the same figures."""
    return report(
        table("支出总表", "expenditure", first, 10),
        table("一般公共预算支出表", "general-expenditure", second, 40),
        summary(),
    )


def summary() -> Table:
    """A summary table by which all money is general public budget."""
    lines = (
        ("收入", "一般公共预算拨款收入", "962.35"),
        ("收入", "收入总计", "962.35"),
        ("支出", "支出总计", "962.35"),
    )
    cells = tuple(
        Cell(
            "",
            label,
            "预算数",
            Decimal(value),
            "万元",
            value,
            "printed",
            Place(70 + at),
            ("预算数",),
            row=at,
            lane=lane,
        )
        for at, (lane, label, value) in enumerate(lines)
    )
    rows = tuple(("", label) for _, label, _ in lines)
    return Table("收支总表", "", "万元", cells, ("预算数",), Place(69), family="summary", rows=rows)


def findings(of: Report, outcome: str = "violated") -> list[Finding]:
    """What the rules find in it that adds up: findings of sums and of figures printed twice."""
    return [f for f in judge(of).findings if f.outcome == outcome and f.rule.startswith(("sum-", "same-", "text-as"))]


def picture(of: Table) -> Table:
    """The table as if recognised from a picture."""
    return replace(of, cells=tuple(replace(cell, confidence=0.9) for cell in of.cells))

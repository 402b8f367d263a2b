"""An inspection shows what was read, the equations tried, where they fail, and what was left, each with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.cli_output import display_width
from mbkg.documents import parse_document
from mbkg.inspecting import Inspection, inspect_document
from mbkg.inspecting.text import Paint, inspection_lines
from mbkg.inspecting.tojson import inspection_json
from mbkg.inspecting.values import Identity, TableView

from .pages import BODY, HEAD, ROWS, changed, flat_text, ruled_pdf, workbook


def seen(data: bytes | str, name: str) -> Inspection:
    return inspect_document(parse_document(data if isinstance(data, bytes) else data.encode(), name))


def only_table(found: Inspection) -> TableView:
    (table,) = found.tables
    return table


def identity(table: TableView, text: str) -> Identity:
    return next(each for each in table.identities if each.text == text)


@pytest.fixture(scope="module")
def sound() -> Inspection:
    return seen(ruled_pdf(), "河湾.pdf")


def test_whose_report_and_what_kind_of_table(sound: Inspection) -> None:
    assert sound.problem == ""
    assert [(r.unit, r.year, r.kind, r.scope, r.missing) for r in sound.reports] == [
        (BODY, 2024, "budget", "department", ())
    ]
    table = only_table(sound)
    assert (table.title, table.unit, table.family, table.page, table.place) == (
        "支出总表", "万元", "expenditure", 2, "第2页第1行",
    )  # fmt: skip
    assert (table.rows, table.printed, table.inferred, table.ambiguous) == (9, 27, 0, 0)
    assert [(s.page, s.settled) for s in table.stretches if s.rows] == [(2, "ruled")]


def test_header_paths_with_what_each_column_holds(sound: Inspection) -> None:
    columns = only_table(sound).columns
    assert [(c.path, c.role, c.grid, c.printed) for c in columns] == [
        ((HEAD[0],), "code", (1,), 0),
        ((HEAD[1],), "label", (2,), 0),
        ((HEAD[2],), "money", (3,), 9),
        ((HEAD[3],), "money", (4,), 9),
        ((HEAD[4],), "money", (5,), 9),
    ]


def test_equations_that_hold_are_counted(sound: Inspection) -> None:
    table = only_table(sound)
    rows = identity(table, "合计 = 基本支出 + 项目支出")
    assert (rows.kind, rows.tried, rows.held, rows.failures) == ("row", 9, 9, ())
    for column in HEAD[2:]:
        parents = identity(table, column)
        assert (parents.kind, parents.tried, parents.held) == ("parent", 5, 5)


def test_an_equation_that_fails_shows_figures_and_place() -> None:
    """500.00 misprinted as 510.00 breaks its row and the sum above it, nothing else."""
    table = only_table(seen(ruled_pdf(changed(8, 4, "510.00")), "河湾.pdf"))
    (row,) = identity(table, "合计 = 基本支出 + 项目支出").failures
    assert (row.row, row.printed, row.added, row.difference) == (
        "2101506 医疗保障经办事务", "500.00", Decimal("510.00"), Decimal("-10.00"),
    )  # fmt: skip
    assert row.parts == (("基本支出", "0.00"), ("项目支出", "510.00"))
    assert row.place == "第2页第12行"
    (parent,) = identity(table, "项目支出").failures
    assert (parent.row, parent.column, parent.place) == ("21015 医疗保障管理事务", "项目支出", "第2页第10行")
    assert parent.parts == (("2101501 行政运行", "0.00"), ("2101506 医疗保障经办事务", "510.00"))
    assert identity(table, "基本支出").failures == ()


def test_a_difference_within_rounding_holds_and_is_told() -> None:
    """Two addends and a total printed to 0.01 may be 0.015 apart."""
    rows = identity(only_table(seen(ruled_pdf(changed(8, 4, "500.01")), "河湾.pdf")), "合计 = 基本支出 + 项目支出")
    assert (rows.tried, rows.held, rows.rounded) == (9, 9, 1)


def test_what_a_lost_page_may_hold_is_not_called_wrong() -> None:
    """A repeated head without rows: 21015, 210 and the total may go on there; 20805 is complete, and a gap there is one."""
    rows = changed(3, 2, "201.00")[:-1]
    head = "| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |\n|---|---|---|---|---|\n"
    lines = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    text = f"{BODY}2024年部门预算\n\n支出总表\n单位：万元\n{head}{lines}\n支出总表\n单位：万元\n{head}"
    table = only_table(seen(text, "河湾.md"))
    assert table.missing_pages == 1
    parents = identity(table, "合计")
    assert (parents.tried, parents.held, parents.lost) == (4, 3, 1)
    assert [failure.row for failure in parents.failures] == ["20805 行政事业单位养老支出"]


def test_flattened_text_says_that_columns_are_inferred() -> None:
    """All but two figures have one place; those of 2101501 and 2101506 may be exchanged, and no equation would notice."""
    table = only_table(seen(flat_text(), "河湾.txt"))
    assert (table.printed, table.inferred, table.ambiguous) == (0, 19, 2)
    assert {s.settled for s in table.stretches} == {"flattened"}
    assert table.place == "第3行"
    assert [(cell.place, cell.row, set(cell.candidates)) for cell in table.open_cells] == [
        ("第13行", "2101501 行政运行", {"基本支出", "项目支出"}),
        ("第14行", "2101506 医疗保障经办事务", {"基本支出", "项目支出"}),
    ]
    rows = identity(table, "合计 = 基本支出 + 项目支出")
    assert (rows.tried, rows.held, rows.open) == (7, 7, 2)


def test_a_number_that_may_stand_in_two_columns_lists_them() -> None:
    """One figure twice under three columns whose sums say nothing of a row that stands alone."""
    text = f"{BODY}2024年部门预算\n支出总表\n单位：万元\n科目编码 科目名称 合计 基本支出 项目支出\n213 农林水支出 5.00 5.00\n"
    table = only_table(seen(text, "河湾.txt"))
    assert table.ambiguous >= 1
    assert table.ambiguous == len(table.open_cells)
    cell = table.open_cells[0]
    assert (cell.place, cell.row, cell.printed) == ("第5行", "213 农林水支出", "5.00")
    assert set(cell.candidates) == {"基本支出", "项目支出"}
    rows = identity(table, "合计 = 基本支出 + 项目支出")
    assert (rows.tried, rows.open) == (0, 1)


def test_a_workbook_is_seen_sheet_by_sheet() -> None:
    table = only_table(seen(workbook(changed(8, 4, "510.00")), "河湾.xlsx"))
    assert table.place == "工作表“支出总表”第2行"
    (failure,) = identity(table, "合计 = 基本支出 + 项目支出").failures
    assert failure.place == "工作表“支出总表”第13行"


def test_an_amount_outside_of_everything_is_left_over() -> None:
    found = seen(flat_text() + "\n第三部分 其他\n\n1,234.50 77.00\n", "河湾.txt")
    left = [each for page in found.pages for each in page.leftovers]
    assert [(each.place, each.text) for each in left] == [("第18行", "1,234.50 77.00")]


def test_a_blank_form_is_told_as_one_and_its_heads_are_shown() -> None:
    blank = [(code, label, "", "", "") for code, label, *_ in ROWS]
    found = seen(workbook(blank), "样表.xlsx")
    assert found.problem == "样表.xlsx：是空白样表，没有数字。"
    assert [column.path[-1] for column in only_table(found).columns] == list(HEAD)


def test_the_text_fits_100_columns_and_names_what_it_saw() -> None:
    found = seen(ruled_pdf(changed(8, 4, "510.00")), "河湾.pdf")
    lines = list(inspection_lines(found, Paint(False)))
    assert max(map(display_width, lines)) <= 100
    whole = "\n".join(line.strip() for line in lines)
    assert "✗ 各行 合计 = 基本支出 + 项目支出：8/9 成立" in whole
    assert "第2页第12行 2101506 医疗保障经办事务，合计：印 500.00，相加得 510.00，差 -10.00" in whole
    assert "\x1b[" not in whole
    assert any("\x1b[31m" in line for line in inspection_lines(found, Paint(True)))


def test_one_page_only(sound: Inspection) -> None:
    first = "\n".join(inspection_lines(sound, Paint(False), only=1))
    assert "文字中的数字 2 个" in first
    assert "表 支出总表" not in first


def test_json_tells_the_same(sound: Inspection) -> None:
    data = json.loads(json.dumps(inspection_json(sound)))
    assert data["recognised"] is True
    (table,) = data["pages"][1]["tables"]
    assert table["columns"][2]["path"] == ["合计"]
    assert [(each["tried"], each["held"]) for each in table["identities"]] == [(9, 9), (5, 5), (5, 5), (5, 5)]
    assert [page["number"] for page in inspection_json(sound, only=2)["pages"]] == [2]


@pytest.mark.parametrize("stem", ["weihai-2024-budget", "rongcheng-2024-final-account", "haidong-2025-budget"])
def test_shipped_reports_are_told_as_they_are_read(stem: str) -> None:
    """An inspection counts the same figures, table by table, as the reading of the same file."""
    from mbkg.reading import read_report

    path = Path(__file__).parents[2] / "data" / "reports" / f"{stem}.txt"
    (report,) = read_report(path)
    found = inspect_document(parse_document(path.read_bytes(), path.name))
    sheets = {sheet.title for page in found.pages for sheet in page.sheets}
    read = [(table.title, len(table.cells)) for table in report.tables if table.title not in sheets]
    assert [(table.title, table.cells) for table in found.tables] == read
    assert sum(page.statements for page in found.pages) == sum(s.value is not None for s in report.statements)
    assert sum(len(page.leftovers) for page in found.pages) == len(report.leftovers)
    assert found.reports[0].unit == report.unit

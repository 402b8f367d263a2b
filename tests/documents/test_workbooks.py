"""Excel workbooks: what a cell shows, what a sheet is called, what is hidden."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from mbkg.amounts import read_number
from mbkg.documents import GridCell, parse_document, read_document
from mbkg.documents.shown import show_number

from .builders import as_xls, as_xlsx, part_of, rows_of, saved, texts_of, with_part

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '
SHOWN = [
    (88.30000000000001, "General", "88.3"),  # the noise of adding is not shown
    (0.00999999999839929, "General", "0.01"),
    (123456789.12, "General", "123456789.12"),  # no figure loses a digit
    (2101501, "General", "2101501"),
    (63020025000000006, "General", "63020025000000000"),  # Excel keeps 15 digits
    (5314.294, "0.00", "5314.29"),
    (1.005, "0.00", "1.01"),  # halves go up, as on the screen
    (1234567.895, "#,##0.00", "1,234,567.90"),
    (0, "#,##0.00", "0.00"),
    (0, "#,##0.00;-#,##0.00;", ""),  # a format may hide zeros: the page shows none
    (0, ACCOUNTING, "-"),
    (1234.5, ACCOUNTING, "1,234.50"),
    (-5.5, ACCOUNTING, "-5.50"),
    (-12, "0.00_);[Red]\\(0.00\\)", "-12.00"),
    (-12, "0.00;[Red]0.00", "-12.00"),  # a minus that only a colour says is written
    (0.7627, "0.00%", "76.27%"),
    (205, "00000", "00205"),
    (12345678, "#,##0.00,", "12,345.68"),  # a comma at the end: thousands
    (12345, "0!.0,", "1.2"),  # 万 by a point that is only drawn
    (2025, '0"年"', "2025年"),
    (123456, "0.00E+00", "123456"),
    (45000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
    (45000, "yyyy-mm-dd;@", "2023-03-15"),
    (45000.5, "yyyy/m/d h:mm", "2023/3/15 12:00"),
    (3, "@", "3"),
    (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "format", "shown"), SHOWN)
def test_numbers_as_shown(value, format, shown):
    """A number is read as the page shows it."""
    assert show_number(value, format) == shown


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.sampled_from(["0.00", "#,##0.00", "General", ACCOUNTING]),
)
def test_no_format_changes_a_figure(amount, format):
    """An amount of two decimals keeps its value and its sign in every usual format."""
    shown = show_number(float(amount), format)
    assert (read_number(shown) or 0) == amount


@pytest.mark.parametrize("format", ["xlsx", "xls"])
def test_cells_of_every_kind(format):
    """Text that looks like a number, numbers, dates, truth and errors, in both workbook formats."""
    rows = [
        ["项目", "金额"],
        ["编码", "2101501"],
        ["编码", 2101501],
        ["合计", 88.30000000000001],
        ["合计", 1234.5],
        ["日期", datetime.date(2025, 2, 7)],
    ]
    formats = {4: "#,##0.00", 5: 'yyyy"年"m"月"d"日"'}
    if format == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        for at, code in formats.items():
            book.active.cell(at + 1, 2).number_format = code
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Sheet")
        for at, row in enumerate(rows):
            sheet.write(at, 0, row[0])
            sheet.write(at, 1, row[1], xlwt.easyxf(num_format_str=formats.get(at, "General")))
    document = parse_document(saved(book), f"a.{format}")
    assert [row[1][0] for row in rows_of(document)] == [
        "金额",
        "2101501",
        "2101501",
        "88.3",
        "1,234.50",
        "2025年2月7日",
    ]


def test_formulas_are_never_computed():
    """A formula gives the result saved with it; one without a result is blank and said."""
    book = openpyxl.Workbook()
    for row in (["甲", 1], ["合计", "=SUM(B1:B1)"]):
        book.active.append(row)
    data = saved(book)
    document = parse_document(data, "a.xlsx")
    assert rows_of(document)[1] == [("合计", 0, 1, 1), ("", 1, 1, 1)]
    assert document.notes == (
        "工作表“Sheet”有 1 个公式没有保存计算结果，这些格按空白处理；请用 Excel 或 WPS 打开并保存一次。",
    )
    sheet = part_of(data, "xl/worksheets/sheet1.xml")
    assert b"<v/>" in sheet or b"<v></v>" in sheet
    cached = with_part(
        data, "xl/worksheets/sheet1.xml", sheet.replace(b"<v/>", b"<v>1</v>").replace(b"<v></v>", b"<v>1</v>")
    )
    assert rows_of(parse_document(cached, "a.xlsx"))[1][1][0] == "1"


def test_sheets_and_their_places():
    """Each visible sheet is a page with its name; rows keep their numbers; what is hidden is said."""
    book = openpyxl.Workbook()
    first = book.active
    first.title = "封面"
    first["C3"] = "某市医疗保障局2025年部门预算"
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "9.99"
    hidden.sheet_state = "hidden"
    table = book.create_sheet("表2 收入总表")
    for at, row in enumerate([["项目", "金额", None], [None, None, None], ["合计", "1.00", "2.00"]]):
        for column, text in enumerate(row):
            table.cell(at + 5, column + 2, text)
    table.row_dimensions[7].hidden = True
    document = parse_document(saved(book), "a.xlsx")
    assert [(page.number, page.name) for page in document.pages] == [(1, "封面"), (2, "表2 收入总表")]
    assert [(line.page, line.row, line.text) for line in document.lines] == [
        (1, 3, "某市医疗保障局2025年部门预算"),
        (2, 1, "表2 收入总表"),
        (2, 5, "项目\t金额\t"),
        (2, 7, "合计\t1.00\t2.00"),
    ]
    assert document.notes == (
        "隐藏的工作表没有读取：“底稿”。",
        "工作表“表2 收入总表”有隐藏的行或列，其中的内容也读取了。",
    )


def test_title_is_said_once():
    """A sheet named like its table adds no line where the table prints its title."""
    grid = [[GridCell("部门公开表2\n收入总表", 0, 2)], [GridCell("合计", 0), GridCell("1.00", 1)]]
    for data in (as_xlsx(grid, "收入总表"), as_xls(grid, "收入总表")):
        assert texts_of(parse_document(data, "a")) == ["部门公开表2", "收入总表"]


def test_rich_text_without_phonetics_and_with_escapes():
    """Runs of one string belong together; a reading aid is not printed; _x000D_ is a line break."""
    data = as_xlsx([[GridCell("项目", 0), GridCell("x", 1)]])
    runs = (
        b"<is><r><t>\xe5\x8c\xbb\xe4\xbf\x9d</t></r><r><t>_x000D_\n2</t></r><rPh sb='0' eb='1'><t>yibao</t></rPh></is>"
    )
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(b"<is><t>x</t></is>", runs)
    assert rows_of(parse_document(with_part(data, "xl/worksheets/sheet1.xml", sheet), "a.xlsx"))[0][1][0] == "医保2"


def test_hidden_zeros_and_suppressed_numbers():
    """Zeros switched off for a sheet are blank; a number that its format hides is blank and said."""
    book = openpyxl.Workbook()
    book.active.append(["合计", 0, 5.5, "1.00"])
    book.active["C1"].number_format = ";;;"
    book.active.sheet_view.showZeros = False
    document = parse_document(saved(book), "a.xlsx")
    assert [text for text, *_ in rows_of(document)[0]] == ["合计", "", "", "1.00"]
    assert document.notes == ("工作表“Sheet”有 1 个数字被单元格格式隐藏，按页面所示读作空白。",)


def test_what_lies_under_a_merged_cell_is_not_shown():
    """Excel shows a merged cell's first value only."""
    data = as_xlsx(
        [
            [GridCell("甲", 0), GridCell("9.99", 1), GridCell("1.00", 2)],
            [GridCell("乙", 0), GridCell("2.00", 1), GridCell("3.00", 2)],
        ]
    )
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(
        b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    )
    assert rows_of(parse_document(with_part(data, "xl/worksheets/sheet1.xml", sheet), "a.xlsx"))[0] == [
        ("甲", 0, 2, 1),
        ("1.00", 2, 1, 1),
    ]


PDFS = Path(os.environ.get("MBKG_PDFS", Path(__file__).parents[3] / "shared" / "pdf"))
TEMPLATES = sorted(PDFS.glob("blank-template*.xls*"))


@pytest.mark.originals
@pytest.mark.skipif(not TEMPLATES, reason="the published templates are absent (set MBKG_PDFS)")
def test_published_templates():
    """Templates of a district: every sheet is a page, its table has a unit line and a rectangle of columns, and no amount is in it."""
    for path in TEMPLATES:
        document = read_document(path)
        grids = {line.grid for line in document.lines if line.is_grid}
        assert len(document.pages) >= 15
        assert len(grids) >= 9
        assert sum("单位：元" in line.text for line in document.lines) >= 8
        for grid in grids:
            widths = [max(c.column + c.colspan for c in line.cells) for line in document.lines if line.grid == grid]
            assert max(widths) <= 9

"""What a person sees on a PDF page is read where it stands; what nobody sees, or what only frames the page, is not."""

from __future__ import annotations

import itertools

import pytest
from reportlab.lib.pagesizes import A4, landscape

from .pdf_pages import FONT, HEIGHT, WIDTH, Sheet, grids_of, printed, rule_cells, steps, table

XS = steps(60, 120, 90, 90)
YS = steps(100, 18, 18, 18)
ROWS = [["项目", "预算数", "决算数"], ["行政运行", "1,234.50", "1,200.00"], ["合计", "1,234.50", "1,200.00"]]
CELLS = [[(text, column, 1, 1) for column, text in enumerate(row)] for row in ROWS]


def a_table(sheet: Sheet) -> None:
    sheet.write(180, 60, "一般公共预算支出表")
    sheet.write(300, 80, "单位：万元")
    table(sheet, XS, YS, ROWS)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_by_the_page(turn):
    """A page whose content is set sideways and which says to be turned is read as it is shown."""
    sheet = Sheet()  # reportlab lays the sheet on its side for a quarter turn
    c = sheet.canvas
    c.setPageRotation(turn)
    if turn == 90:  # shown: the content turned back
        c.translate(HEIGHT, 0), c.rotate(90)
    elif turn == 270:
        c.translate(0, WIDTH), c.rotate(-90)
    else:
        c.translate(WIDTH, HEIGHT), c.rotate(180)
    sheet.size = A4
    a_table(sheet)
    document = sheet.read()
    assert grids_of(document) == [CELLS]
    assert (round(document.pages[0].width), round(document.pages[0].height)) == (595, 842)
    assert printed(document).startswith(" ")
    assert "一般公共预算支出表" in printed(document)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_set_sideways(turn):
    """A page on which all text runs up, down or backward, without the page saying so, is turned to be read."""
    sheet = Sheet(landscape(A4) if turn != 180 else A4)
    c = sheet.canvas
    if turn == 90:
        c.translate(HEIGHT, 0), c.rotate(90)
    elif turn == 270:
        c.translate(0, WIDTH), c.rotate(-90)
    else:
        c.translate(WIDTH, HEIGHT), c.rotate(180)
    sheet.size = A4
    a_table(sheet)
    assert grids_of(sheet.read()) == [CELLS]


@pytest.mark.parametrize("turn", [0, 90])
def test_crop_box(turn):
    """What lies outside the crop box is not read, and places count from its corner."""
    sheet = Sheet((HEIGHT, HEIGHT))
    a_table(sheet)
    sheet.write(80, 700, "裁切线以外 9,999.00")
    sheet.canvas.setCropBox((50, HEIGHT - 300, 450, HEIGHT - 40))
    sheet.canvas.setPageRotation(turn)
    document = sheet.read()
    page = document.pages[0]
    assert "9,999.00" not in printed(document)
    assert sorted((round(page.width), round(page.height))) == [260, 400]
    if not turn:
        assert grids_of(document) == [CELLS]
        box = next(line for line in document.lines if line.is_grid).cells[0].box
        assert [round(edge) for edge in box] == [10, 60, 130, 78]


def test_media_box_not_at_nought():
    """A media box that begins elsewhere moves the page, not the text."""
    sheet = Sheet()
    a_table(sheet)
    data = sheet.data()
    moved = data.replace(b"/MediaBox [ 0 0 595.2756 841.8898 ]", b"/MediaBox [ -99 -99 595.275 841.88]")
    assert moved != data
    assert len(moved) == len(data)
    from mbkg.documents import parse_document

    document = parse_document(moved, "报告.pdf")
    assert grids_of(document) == [CELLS]
    assert next(line for line in document.lines if line.is_grid).cells[0].box[0] == pytest.approx(159, abs=1)


def test_unseen_text():
    """Text beside the page and white text on white paper are not on the page; white letters on a coloured head are."""
    sheet = Sheet()
    sheet.canvas.setFillColorRGB(0.1, 0.3, 0.6)
    sheet.box(XS[0], YS[0], XS[-1], YS[1], stroke=0, fill=1)
    sheet.canvas.setFillColorRGB(1, 1, 1)
    table(sheet, XS, YS[:2], ROWS[:1])
    sheet.write(60, 300, "白纸白字 8,888.00")
    sheet.canvas.setFillColorRGB(0, 0, 0)
    table(sheet, XS, YS[1:], ROWS[1:])
    sheet.write(WIDTH + 20, 110, "7,777.00")
    sheet.write(100, -30, "6,666.00")
    document = sheet.read()
    assert grids_of(document) == [CELLS]
    assert not any(figure in printed(document) for figure in ("8,888", "7,777", "6,666"))


@pytest.mark.parametrize("off", [0.2, 0.5, 0.9])
def test_printed_twice_for_bold(off):
    """Figures printed twice a little apart to look bold are read once; equal digits side by side stay two."""
    sheet = Sheet()
    for x in (0.0, off):
        sheet.write(180 + x, 60, "一一般公共预算支出表", size=16)
        table(sheet, [edge + x for edge in XS], YS, [ROWS[0], ["行政运行", "1,111.11", "11.00"]])
    document = sheet.read()
    assert [[text for text, *_ in row] for row in grids_of(document)[0]][1] == ["行政运行", "1,111.11", "11.00"]
    assert "一一般公共预算支出表" in printed(document)


@pytest.mark.parametrize("angle", [30, 45, -45, 90])
def test_watermark(angle):
    """A watermark aslant over a table is not part of its cells."""
    sheet = Sheet()
    a_table(sheet)
    canvas = sheet.canvas
    for x in (80, 180, 280):
        canvas.saveState()
        canvas.translate(x, HEIGHT - 160)
        canvas.rotate(angle)
        canvas.setFillGray(0.7)
        canvas.setFont(FONT, 20)
        canvas.drawString(0, 0, "内部资料 2024")
        canvas.restoreState()
    document = sheet.read()
    assert grids_of(document) == [CELLS]
    assert "内部" not in printed(document)


def test_annotations():
    """Links and notes laid over a page change nothing."""
    sheet = Sheet()
    a_table(sheet)
    sheet.canvas.linkURL("https://example.org/", (60, HEIGHT - 150, 300, HEIGHT - 100))
    sheet.canvas.textAnnotation("9,999.00", Rect=(60, HEIGHT - 150, 300, HEIGHT - 100))
    document = sheet.read()
    assert grids_of(document) == [CELLS]
    assert "9,999" not in printed(document)


NUMBERS = [
    "{n}",
    "- {n} -",
    "— {n} —",
    "第{n}页",
    "第 {n} 页 共 6 页",
    "{n}/6",
    "－{n}－",
    "第 {n} 页，共 6 页",
    "·{n}·",
]


@pytest.mark.parametrize("style", NUMBERS)
def test_page_numbers(style):
    """The printed page number is no line of the report, whatever its style."""
    sheet = Sheet()
    for page in range(6):
        if page:
            sheet.next_page()
        a_table(sheet)
        sheet.write(290, 800, style.format(n=page + 1))
    document = sheet.read()
    assert len(grids_of(document)) == 6
    lines = {line.text.strip() for line in document.lines if not line.is_grid}
    assert lines == {"一般公共预算支出表", "单位：万元"}


def test_amount_in_the_margin():
    """A lone amount at the foot of a page is not taken for its number."""
    sheet = Sheet()
    a_table(sheet)
    sheet.write(290, 800, "1,234.50")
    sheet.next_page()
    sheet.write(290, 800, "56.78")
    assert {"1,234.50", "56.78"} <= set(printed(sheet.read()).split())


def test_running_head():
    """A head that every page prints stands once; a table's own title printed again on every page stays."""
    sheet = Sheet()
    for page in range(6):
        if page:
            sheet.next_page()
        sheet.write(60, 30, "某市医疗保障局2024年度部门预算")
        sheet.write(60, 60, f"第{'一二三四五六'[page]}部分说明")
        sheet.write(60, 400, "正文一行。")
    document = sheet.read()
    assert printed(document).count("某市医疗保障局2024年度部门预算") == 1
    assert printed(document).count("部分说明") == 6
    titled = Sheet()
    for page in range(6):
        if page:
            titled.next_page()
        titled.write(60, 30, "一般公共预算支出表")
        titled.write(60, 400, "正文一行。")
    assert printed(titled.read()).count("一般公共预算支出表") == 6


def test_two_tables_touching():
    """Two tables one right under the other that share a rule but no column are two grids."""
    sheet = Sheet()
    first, second = steps(60, 150, 150, 150), steps(60, 90, 100, 120, 140)
    upper, lower = steps(100, 18, 18, 18), steps(154, 18, 18, 18)
    table(sheet, first, upper, ROWS)
    others = [["编码", "名称", "金额", "备注"], ["201", "办公费", "1.00", "甲"], ["202", "印刷费", "2.00", "乙"]]
    table(sheet, second, lower, others)
    assert [[[t for t, *_ in row] for row in grid] for grid in grids_of(sheet.read())] == [ROWS, others]


def test_narrower_table_touching():
    """The same where the second is narrower, however few rows it has."""
    sheet = Sheet()
    table(sheet, XS, YS, ROWS)
    table(sheet, steps(60, 70, 100), steps(YS[-1], 18), [["人数", "12"]])
    grids = grids_of(sheet.read())
    assert [[t for t, *_ in row] for row in grids[1]] == [["人数", "12"]]
    assert grids[0] == CELLS


def test_form_stays_whole():
    """A form whose rows are divided each in its own way is one grid."""
    from mbkg.documents import GridCell

    sheet = Sheet()
    xs = steps(60, 60, 40, 60, 50, 70, 60, 80)
    cuts = [[0, 2, 7], [0, 2, 4, 5, 7], [0, 3, 4, 7], [0, 3, 4, 7], [0, 7], [0, 1, 2, 6, 7], [0, 1, 2, 6, 7]]
    cells = [(row, GridCell("", a, b - a, 1)) for row, edges in enumerate(cuts) for a, b in itertools.pairwise(edges)]
    ys = steps(100, *[18] * len(cuts))
    rule_cells(sheet, xs, ys, cells, "lines")
    for row, cell in cells:
        sheet.write(xs[cell.column] + 2, ys[row] + 4, f"{row}之{cell.column}")
    assert len(grids_of(sheet.read())) == 1


def test_horizontal_rules_only():
    """A table of flat rules only has no cells: its lines keep the places of their pieces."""
    sheet = Sheet()
    for y in (100, 118, 190):
        sheet.rule(60, y, 400, y)
    for number, row in enumerate([*ROWS, ["其他", "0.00", ""]]):
        sheet.write(62, 103 + 18 * number, row[0])
        for edge, text in zip((250, 398), row[1:], strict=True):
            sheet.write_right(edge, 103 + 18 * number, text)
    document = sheet.read()
    assert not grids_of(document)
    lines = [line for line in document.lines if line.words]
    assert [[word.text for word in line.words] for line in lines] == [*ROWS, ["其他", "0.00"]]
    assert all(round(line.words[1].box[2]) == 250 for line in lines)

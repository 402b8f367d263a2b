"""A ruled table on a PDF page comes back cell by cell, however its rules were drawn and its text was set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.documents import GridCell

from .pdf_pages import MARKS, SIZE, Sheet, grids_of, printed, rule_cells, steps, table

NAMES = "机关事业单位基本养老保险缴费支出行政运行一般公共预算财政拨款其他医疗保障管理事务"
PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@st.composite
def amounts(draw) -> str:
    number = draw(st.integers(0, 99_999_999))
    places = draw(st.sampled_from([0, 2, 2, 2]))
    text = f"{number / 10**places:,.{places}f}"
    return f"-{text}" if number and draw(st.integers(0, 9)) == 0 else text


@st.composite
def grids(draw, widest: int = 7, longest: int = 10):
    """Cells that fill a grid: merged at random, some blank, names and amounts; each with its row."""
    width, height = draw(st.integers(2, widest)), draw(st.integers(2, longest))
    free = {(row, column) for row in range(height) for column in range(width)}
    cells: list[tuple[int, GridCell]] = []
    for row in range(height):
        for column in range(width):
            if (row, column) not in free:
                continue
            colspan = rowspan = 1
            if draw(st.integers(0, 5)) == 0:
                colspan = draw(st.integers(1, 3))
                rowspan = draw(st.integers(1, 2))
                while colspan > 1 and any((row, column + c) not in free for c in range(colspan)):
                    colspan -= 1
                while rowspan > 1 and any(
                    (row + r, column + c) not in free for r in range(rowspan) for c in range(colspan)
                ):
                    rowspan -= 1
            free -= {(row + r, column + c) for r in range(rowspan) for c in range(colspan)}
            kind = draw(st.integers(0, 5))
            name = draw(st.text(NAMES, min_size=1, max_size=22)) if kind < 2 or column == 0 else ""
            text = name or ("" if kind == 2 else draw(amounts()))
            cells.append((row, GridCell(text, column, colspan, rowspan)))
    return width, height, cells


def normal(width: int, height: int, cells: list[tuple[int, GridCell]]) -> list[list[tuple[str, int, int, int]]]:
    """The rows a reader must give: edges that no cell has are no edges, and a row of blanks is no row."""
    columns = sorted({edge for _, cell in cells for edge in (cell.column, cell.column + cell.colspan)})
    rows = sorted({edge for row, cell in cells for edge in (row, row + cell.rowspan)})
    told: list[list[tuple[str, int, int, int]]] = [[] for _ in rows[1:]]
    for row, cell in cells:
        start, stop = columns.index(cell.column), columns.index(cell.column + cell.colspan)
        told[rows.index(row)].append((cell.text, start, stop - start, rows.index(row + cell.rowspan) - rows.index(row)))
    return [sorted(row, key=lambda cell: cell[1]) for row in told if any(cell[0] for cell in row)]


def set_text(
    sheet: Sheet, xs: list[float], ys: list[float], cells: list[tuple[int, GridCell]], size: float = SIZE
) -> None:
    """Names wrapped in their cells, amounts to the right, all in the middle of the cell's height."""
    for row, cell in cells:
        left, right = xs[cell.column], xs[cell.column + cell.colspan]
        top, bottom = ys[row], ys[row + cell.rowspan]
        amount = cell.text[:1].isdigit() or cell.text[:1] == "-"
        fits = len(cell.text) if amount else max(int((right - left - 4) / size), 1)
        pieces = [cell.text[at : at + fits] for at in range(0, len(cell.text), fits)]
        start = (top + bottom - len(pieces) * size * 1.15) / 2
        for number, piece in enumerate(pieces):
            if amount:
                sheet.write_right(right - 2, start + number * size * 1.15, piece, size)
            else:
                sheet.write(left + 2, start + number * size * 1.15, piece, size)


def edges_for(
    width: int, height: int, cells: list[tuple[int, GridCell]], size: float = SIZE
) -> tuple[list[float], list[float]]:
    xs = steps(40, *[70] * width)
    lines = [1] * height
    for row, cell in cells:
        if not cell.text[:1].isdigit() and cell.text[:1] != "-":
            fits = int((70 * cell.colspan - 4) / size)
            lines[row] = max(lines[row], -(-len(cell.text) // fits))
    return xs, steps(60, *[line * size * 1.15 + 6 for line in lines])


@PROPERTY
@given(grids(), st.sampled_from(MARKS))
def test_random_grid(grid, marks):
    """Text, column and spans of every cell come back, whatever the rules are drawn with."""
    width, height, cells = grid
    xs, ys = edges_for(width, height, cells)
    sheet = Sheet((620, 1200))
    rule_cells(sheet, xs, ys, cells, marks)
    set_text(sheet, xs, ys, cells)
    told = normal(width, height, cells)
    found = grids_of(sheet.read())
    if len({edge for row in told for _, column, colspan, _ in row for edge in (column, column + colspan)}) > 2:
        assert [row for grid in found for row in grid] == told


@PROPERTY
@given(grids(), st.sampled_from(["lines", "thin rectangles", "double lines"]))
def test_open_sides(grid, marks):
    """The same for a table without its outer upright rules, if there are rules within and three flat ones."""
    width, height, cells = grid
    cells = [(row, replace(cell, colspan=1, rowspan=1)) for row, cell in cells]
    taken = {(row, cell.column) for row, cell in cells}
    cells += [(r, GridCell("", c)) for r in range(height) for c in range(width) if (r, c) not in taken]
    cells.sort(key=lambda item: (item[0], item[1].column))
    xs, ys = edges_for(width, height, cells)
    sheet = Sheet((620, 1200))
    rule_cells(sheet, xs, ys, cells, marks, sides=False)
    set_text(sheet, xs, ys, cells)
    found = grids_of(sheet.read())
    assert [row for grid in found for row in grid] == normal(width, height, cells)


@PROPERTY
@given(st.data())
def test_over_pages(data):
    """A table cut over pages keeps its columns, also where the last page has fewer rules than the first."""
    width = data.draw(st.integers(3, 6))
    pages = data.draw(st.integers(2, 3))
    xs = steps(40, *[70] * width)
    sheet = Sheet((620, 842))
    expected: list[list[tuple[str, int, int, int]]] = []
    for page in range(pages):
        if page:
            sheet.next_page()
        height = data.draw(st.integers(2, 6))
        merged = data.draw(st.integers(1, width - 2)) if page == pages - 1 else 0
        cells = []
        for row in range(height):
            texts = [data.draw(amounts()) for _ in range(width)]
            texts[0] = data.draw(st.text(NAMES, min_size=1, max_size=6))
            if merged:  # the last page: the first columns are one, as under 合计
                cells.append((row, GridCell(texts[0], 0, merged + 1)))
                cells += [(row, GridCell(texts[column], column)) for column in range(merged + 1, width)]
            else:
                cells += [(row, GridCell(text, column)) for column, text in enumerate(texts)]
        ys = steps(60, *[18] * height)
        rule_cells(sheet, xs, ys, cells, "lines")
        set_text(sheet, xs, ys, cells)
        for row in range(height):
            expected.append([(c.text, c.column, c.colspan, c.rowspan) for r, c in cells if r == row])
    assert [row for grid in grids_of(sheet.read()) for row in grid] == expected


# ---- how text stands in its cells

XS = steps(60, 100, 80, 100, 80)


def one_row(*texts: str) -> tuple[Sheet, list[float]]:
    sheet = Sheet()
    ys = steps(100, 18, 18)
    table(sheet, XS, ys, [["收入项目", "金额", "支出项目", "金额"], list(texts)])
    return sheet, ys


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell[0] for cell in row] for grid in grids_of(sheet.read()) for row in grid]


def test_text_over_the_rule():
    """A name that runs over the rule into an empty neighbour stays one text in its own cell."""
    sheet, ys = one_row("", "", "", "")
    sheet.write(XS[0] + 2, ys[1] + 3, "机关事业单位基本养老保险缴费支出")
    assert texts(sheet)[1] == ["机关事业单位基本养老保险缴费支出", "", "", ""]


def test_amount_over_the_rule():
    """An amount too wide for its cell grows to the left and belongs where it ends."""
    sheet, ys = one_row("一、收入", "", "", "")
    sheet.write_right(XS[3] - 2, ys[1] + 3, "123,456,789,012,345,678.00")
    assert texts(sheet)[1] == ["一、收入", "", "123,456,789,012,345,678.00", ""]


@pytest.mark.parametrize("gap", [0.0, 1.0])
def test_glued_cells(gap):
    """An amount and the next cell's name printed in one stroke are two cells."""
    sheet, ys = one_row("一、一般公共预算拨款", "", "", "24,458.43")
    amount, name = "24,458.43", "二、财政专户管理资金"
    width = sheet.canvas.stringWidth(amount, "STSong-Light", SIZE)
    sheet.write(XS[2] - 1 - width, ys[1] + 3, amount + name)
    assert texts(sheet)[1] == ["一、一般公共预算拨款", amount, name, "24,458.43"]


def test_several_rows_in_one_ruled_row():
    """Rows set in one ruled row part where their amounts stand."""
    sheet = Sheet()
    table(sheet, XS, steps(100, 18, 44), [["收入项目", "金额", "支出项目", "金额"]])
    for number, row in enumerate(
        [("一、甲", "1.00", "一、丙", "3.00"), ("二、乙", "2.00", "二、丁", "4.00"), ("合计", "3.00", "合计", "7.00")]
    ):
        for column, text in enumerate(row):
            if column % 2:
                sheet.write_right(XS[column + 1] - 2, 122 + 13 * number, text)
            else:
                sheet.write(XS[column] + 2, 122 + 13 * number, text)
    assert texts(sheet)[1:] == [
        ["一、甲", "1.00", "一、丙", "3.00"],
        ["二、乙", "2.00", "二、丁", "4.00"],
        ["合计", "3.00", "合计", "7.00"],
    ]


def test_wrapped_amount():
    """An amount that a narrow cell breaks over two lines is one amount, not two."""
    sheet = Sheet()
    xs, ys = steps(60, 80, 40, 60), steps(100, 18, 30)
    table(sheet, xs, ys, [["项目", "金额", "其中"]])
    sheet.write(xs[0] + 2, ys[1] + 9, "行政运行")
    sheet.write(xs[1] + 1, ys[1] + 3, "12,345,6")
    sheet.write_right(xs[2] - 1, ys[1] + 15, "78.90")
    sheet.write_right(xs[3] - 2, ys[1] + 9, "78.90")
    assert texts(sheet)[1] == ["行政运行", "12,345,678.90", "78.90"]


@pytest.mark.parametrize("shift", [-2.5, -1.0, 1.0, 2.5])
def test_digits_on_another_baseline(shift):
    """Digits in another font, set higher or lower than the names beside them, stay on their line."""
    sheet = Sheet()
    rows = [(f"第{number}项支出", f"{number},234.50", f"{number}00.00") for number in range(1, 9)]
    for number, row in enumerate(rows):
        top = 100 + 13 * number
        sheet.write(60, top, row[0])
        for right, amount in zip((250, 350), row[1:], strict=True):
            sheet.write_right(right, top + shift, amount, font="Helvetica")
    lines = [line for line in sheet.read().lines if line.words]
    assert [tuple(word.text for word in line.words) for line in lines] == rows


def test_spaced_letters():
    """Letters set apart in a cell (`合　　计`) keep their cell."""
    sheet, ys = one_row("", "1.00", "", "2.00")
    for x in (70, 110):
        sheet.write(x, ys[1] + 3, "合" if x == 70 else "计")
    row = texts(sheet)[1]
    assert row[0].replace(" ", "") == "合计"
    assert (row[1], row[3]) == ("1.00", "2.00")


def test_figures_outside_tables_keep_their_order():
    """A sentence around a table is read as it stands."""
    sheet = Sheet()
    sheet.write(60, 60, "2024年预算1,234.50万元，比上年增加34.50万元。")
    table(sheet, XS, steps(100, 18, 18), [["甲", "乙", "丙", "丁"], ["一", "1.00", "二", "2.00"]])
    sheet.write(60, 200, "注：以上数字保留两位小数。")
    text = printed(sheet.read())
    assert text.index("1,234.50万元") < text.index("甲") < text.index("注：")

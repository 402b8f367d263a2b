"""A table is the same table in every format: text, column, colspan and rowspan of each cell."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.documents import GridCell, parse_document
from mbkg.documents.layout import tidy

from .builders import WRITERS, as_html, rows_of, texts_of, width_of, write_grid

BUDGET = [
    [GridCell("2024年单位收入总表", 0, 5)],
    [GridCell("科目", 0, 2), GridCell("合计", 2, 1, 2), GridCell("财政拨款", 3, 2)],
    [GridCell("编码", 0), GridCell("名称", 1), GridCell("一般公共预算", 3), GridCell("政府性基金", 4)],
    [
        GridCell("210", 0),
        GridCell("卫生健康支出", 1),
        GridCell("5,314.29", 2),
        GridCell("5,314.29", 3),
        GridCell("", 4),
    ],
    [GridCell("", 0), GridCell("合计", 1), GridCell("5,314.29", 2), GridCell("5,314.29", 3), GridCell("0.00", 4)],
]


@pytest.mark.parametrize("format", WRITERS)
def test_budget_table(format):
    """Title, two-storey header, a blank cell that stays blank and a printed zero, from each format."""
    document = parse_document(write_grid(BUDGET, format), f"表.{format}")
    assert document.format == format
    assert rows_of(document) == [[(c.text, c.column, c.colspan, c.rowspan) for c in row] for row in BUDGET]
    paged = format in ("xlsx", "xls")
    assert [(line.page, line.row) for line in document.lines if line.is_grid] == [
        (1, row) if paged else (None, None) for row in range(1, 6)
    ]


@st.composite
def grids(draw):
    """A rectangle cut into cells: each starts where the last row and column left room and takes a random part of it."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    text = st.sampled_from(
        ["合计", "行政运行", "2101501", "1,234.50", "0.00", "—", "-86.00", "其中：", "五险（单位）", "a & b", "<甲>"]
    )
    taken = [[False] * width for _ in range(height)]
    rows: list[list[GridCell]] = [[] for _ in range(height)]
    for top in range(height):
        for left in range(width):
            if taken[top][left]:
                continue
            free = next((at for at in range(left, width) if taken[top][at]), width) - left
            across = draw(st.integers(1, free)) if draw(st.booleans()) else 1
            down = draw(st.integers(1, height - top)) if draw(st.booleans()) else 1
            while any(taken[row][at] for row in range(top, top + down) for at in range(left, left + across)):
                down -= 1
            for row in range(top, top + down):
                taken[row][left : left + across] = [True] * across
            rows[top].append(GridCell(draw(text | st.just("")), left, across, down))
    return rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(grids())
def test_any_grid_in_any_format(grid):
    """Whatever the spans, all formats give the same rows, and no printed text is lost."""
    whole = [[GridCell(f"列{column}", column) for column in range(width_of(grid))], *grid]
    read = {format: parse_document(write_grid(whole, format), f"a.{format}") for format in WRITERS}
    assert rows_of(read["docx"]) == rows_of(read["html"]) == rows_of(read["xlsx"]) == rows_of(read["xls"])
    printed = sorted(cell.text for row in whole for cell in row if cell.text)
    assert sorted(text for row in rows_of(read["html"]) for text, *_ in row if text) == printed


@settings(max_examples=100, deadline=None)
@given(grids())
def test_filled_grid_comes_back_as_it_is(grid):
    """A grid in which every cell holds text and every row and column begins somewhere is read back unchanged."""
    filled = [[GridCell(cell.text or "甲", cell.column, cell.colspan, cell.rowspan) for cell in row] for row in grid]
    frame = [GridCell(f"列{column}", column) for column in range(width_of(grid))]
    numbered = [frame, *filled]
    if any(not row for row in filled):
        return  # a row with nothing of its own is no row
    document = parse_document(as_html(numbered), "a.html")
    assert rows_of(document) == [[(c.text, c.column, c.colspan, c.rowspan) for c in row] for row in numbered]


@settings(max_examples=100, deadline=None)
@given(grids())
def test_tidy_keeps_every_text_and_is_settled(grid):
    """Putting a grid in order loses no text, leaves no blank row, and done twice changes nothing more."""
    rows, indexes = tidy(grid)
    assert [c.text for row in rows for c in row if c.text] == [c.text for row in grid for c in row if c.text]
    assert len(rows) == len(indexes)
    assert tidy(rows)[0] == rows


def test_blank_rows_shorten_spans():
    """A blank row goes, and a cell that spans it counts one row less."""
    grid = [
        [GridCell("甲", 0, 1, 3), GridCell("1.00", 1)],
        [GridCell("", 1)],
        [GridCell("2.00", 1)],
    ]
    assert tidy(grid)[0] == [[GridCell("甲", 0, 1, 2), GridCell("1.00", 1)], [GridCell("2.00", 1)]]


@pytest.mark.parametrize("format", WRITERS)
def test_one_column_is_text(format):
    """A frame of one column only holds paragraphs, so they are lines of text."""
    document = parse_document(
        write_grid(
            [
                [GridCell("第一部分 部门概况 收入1,000.00万元", 0)],
                [GridCell("支出 1.10、1.20、1.30、1.40、1.50万元", 0)],
            ],
            format,
        ),
        "a",
    )
    assert rows_of(document) == []
    assert texts_of(document) == ["第一部分 部门概况 收入1,000.00万元", "支出 1.10、1.20、1.30、1.40、1.50万元"]

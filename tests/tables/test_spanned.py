"""What stands under what in a head is told by its spans, merged or left blank; what a column holds, by the rows beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_tables import EXPENDITURE, GENERAL, HEADS, INCOME, Head

from mbkg.documents import GridCell, Line
from mbkg.tables.header import header_of_grid
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.spanned import has_spans, stacks

LEXICON = load_lexicon()
NAMES = [f"{first}{second}" for first in "甲乙丙丁戊己庚辛" for second in "子丑寅卯辰巳午未"]
Cells = Sequence[tuple[int, GridCell]]


def lines(cells: Cells, first: int = 1) -> list[Line]:
    """Grid rows as a Document has them."""
    height = max(row + cell.rowspan for row, cell in cells)
    rows = [sorted((cell for row, cell in cells if row == at), key=lambda cell: cell.column) for at in range(height)]
    return [
        Line(first + number, "\t".join(cell.text for cell in row), tuple(row), grid=0)
        for number, row in enumerate(rows)
    ]


def unmerged(cells: Cells, keep: frozenset[int] = frozenset()) -> list[tuple[int, GridCell]]:
    """The same with blank neighbours instead of spans, but for the cells with these numbers."""
    found: list[tuple[int, GridCell]] = []
    for number, (row, cell) in enumerate(cells):
        if number in keep:
            found.append((row, cell))
            continue
        found.append((row, replace(cell, colspan=1, rowspan=1)))
        for r in range(cell.rowspan):
            found += [(row + r, GridCell("", cell.column + c)) for c in range(cell.colspan) if r or c]
    return found


@st.composite
def heads(draw: st.DrawFn) -> Head:
    """A head of three levels at most; no two headings say the same."""
    names = iter(draw(st.permutations(NAMES)))

    def trees(level: int, most: int) -> tuple:
        count = draw(st.integers(1 if level else 2, most))
        return tuple(
            (next(names), trees(level + 1, 3) if level < 2 and draw(st.integers(0, 2)) == 0 else ())
            for _ in range(count)
        )

    return Head("", trees(0, 5), (), ())


def paths(head: Head) -> list[list[str]]:
    def walk(node: tuple) -> list[list[str]]:
        return [[node[0], *path] for below in node[1] for path in walk(below)] or [[node[0]]]

    return [path for node in head.tree for path in walk(node)]


@settings(max_examples=150)
@given(heads(), st.data())
def test_merged_and_unmerged_heads_hang_alike(head: Head, data: st.DataObject) -> None:
    """Every column has its own path, whether all, some or none of the headings are merged over what they cover."""
    cells = head.cells()
    keep = frozenset(data.draw(st.sets(st.integers(0, len(cells) - 1))))
    for variant in (cells, unmerged(cells), unmerged(cells, keep)):
        assert [[cell.text for cell in stack] for stack in stacks(lines(variant))] == paths(head)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.title)
@settings(max_examples=30)
@given(st.data())
def test_published_heads(head: Head, data: st.DataObject) -> None:
    """The columns of a published head have the same names and the same sums in every variant."""
    cells = head.cells()
    keep = frozenset(data.draw(st.sets(st.integers(0, len(cells) - 1))))
    for variant in (cells, unmerged(cells), unmerged(cells, keep)):
        header = header_of_grid(lines(variant), LEXICON)
        assert header.names() == head.columns
        assert {total: set(parts) for total, parts in header.sums} == {total: set(parts) for total, parts in head.sums}
        assert [column.grid_column for column in header.columns] == list(range(len(head.columns) + 2))


def test_spans_are_told() -> None:
    """A head without any span cannot be trusted to have kept them, unless it is one row."""
    assert has_spans(lines(GENERAL.cells()))
    assert not has_spans(lines(unmerged(GENERAL.cells())))
    assert has_spans(lines(EXPENDITURE.cells()))
    assert not has_spans([])
    assert not has_spans([replace(line, grid=None) for line in lines(GENERAL.cells())])


def body(*rows: Sequence[str]) -> list[Line]:
    cells = [(number, GridCell(text, column)) for number, row in enumerate(rows) for column, text in enumerate(row)]
    return lines(cells, first=10)


def roles(head: Sequence[str], *rows: Sequence[str]) -> list[str]:
    header = header_of_grid(
        lines([(0, GridCell(text, column)) for column, text in enumerate(head)]), LEXICON, False, body(*rows)
    )
    return [column.role for column in header.columns]


def test_unknown_headings() -> None:
    """A heading nobody knows names the row where words stand left of the amounts, is a remark beside them, money over amounts."""
    assert roles(
        ["甲子丑寅", "合计", "丙午未申", "乙卯辰巳"],
        ["经办服务", "1,234.50", "200.00", "特定目标类"],
        ["设备购置", "34.50", "", "特定目标类"],
        ["", "1,269.00", "200.00", ""],
    ) == ["label", "money", "money", "category"]
    coded = roles(["科目编码", "科目名称", "甲子丑寅", "合计"], ["2080501", "行政运行", "按月拨付", "1.00"])
    assert coded == ["code", "label", "category", "money"]


def test_unknown_headings_without_rows() -> None:
    """Where no row tells, a heading nobody knows is not made a name."""
    assert roles(["科目名称", "甲子丑寅", "合计"], ["", "", ""]) == ["label", "money", "money"]


def test_a_row_under_two_headings_is_no_heading() -> None:
    """A full-width row beneath the head (`单位：万元`) does not become part of a column's path."""
    cells = [*INCOME.cells(), (2, GridCell("甲子乙丑", 0, len(INCOME.columns) + 2))]
    assert [[cell.text for cell in stack] for stack in stacks(lines(cells))] == paths(INCOME)

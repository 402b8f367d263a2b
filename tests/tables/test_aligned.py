"""A table printed without rules is read as the one with rules is, or is flagged: never as a sure wrong cell."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from pdf_tables import HEADS, Drawn, Head, drawn, render

from mbkg.documents import Document
from mbkg.reports import Cell
from mbkg.tables.meaning import Frame
from mbkg.tables.read import read_tables

FRAME = Frame("威海市医疗保障局", 2024, "budget")
TABLES = 40  # of each head


def cells_of(document: Document) -> list[Cell]:
    return [cell for table in read_tables(document, FRAME).tables for cell in table.cells]


def told(cells: list[Cell]) -> list[tuple[str, str, str]]:
    return [(cell.row_code, cell.column, cell.printed) for cell in cells]


def wrong_cells(table: Drawn, cells: list[Cell]) -> list[Cell]:
    """The cells that say for sure what the page does not print."""
    truth = Counter(table.cells)
    sure = [cell for cell in cells if cell.how != "ambiguous"]
    surplus = Counter(told(sure)) - truth
    return [cell for cell in sure if (cell.row_code, cell.column, cell.printed) in surplus]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.title)
def test_with_rules(head: Head):
    """The same pages with rules give every cell, printed."""
    for seed in range(TABLES // 4):
        table = drawn(Random(f"{head.title}{seed}"), head)
        cells = cells_of(render(table, ruled=True))
        assert told(cells) == table.cells
        assert {cell.how for cell in cells} == {"printed"}


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.title)
def test_without_rules(head: Head, record_property):
    """Amounts set right, left or centred, blank columns, wrapped names and heads, groups centred over their columns, a second page."""
    count: Counter[str] = Counter()
    for seed in range(TABLES):
        table = drawn(Random(f"{head.title}{seed}"), head)
        cells = cells_of(render(table, ruled=False))
        wrong = wrong_cells(table, cells)
        assert not wrong, (seed, table, wrong)
        sure = sum(cell.how != "ambiguous" for cell in cells)
        count += Counter(printed=len(table.cells), sure=sure, ambiguous=len(cells) - sure)
    for what, number in count.items():
        record_property(what, number)
    print(f"{head.title}: {dict(count)}")
    assert count["sure"] >= 0.9 * count["printed"]

"""Invented sheets of other provinces as true grids (ruled PDF, Word, Excel, HTML); the gold beside each was typed by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.amounts import canonical
from mbkg.sheets import SheetsReading, read_sheets

from .grid_pages import GRIDS, document_of, gold_of, keys_of

CASES = sorted(GRIDS.glob("*.html"))


def read(case: Path) -> SheetsReading:
    return read_sheets(document_of(case.read_text("utf-8")))


def printed(value: object) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return "" if value is None else str(value)


def rows_of(case: Path, section: str) -> list[dict[str, str]]:
    """What was read of a case, in the columns of its gold."""
    return found_in(read(case), case, section)


def found_in(reading: SheetsReading, case: Path, section: str) -> list[dict[str, str]]:
    """What a reading says, in the columns of a case's gold."""
    keys = keys_of(case, section)
    if section == "projects":
        return [{key: printed(getattr(p, key)) for key in keys} for p in reading.projects]
    if section == "indicators":
        return [
            {key: p.name if key == "project" else printed(getattr(i, key)) for key in keys}
            for p in reading.projects
            for i in p.indicators
        ]
    return [
        {key: table.title if key == "table" else printed(getattr(cell, key)) for key in keys}
        for table in reading.tables
        for cell in table.cells
    ]


@pytest.mark.parametrize("section", ["projects", "indicators", "cells"])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_read(case: Path, section: str) -> None:
    """Projects, indicators and fund cells come back as typed, in print order."""
    assert rows_of(case, section) == gold_of(case)[section]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_leftovers(case: Path) -> None:
    """Every number is accounted for, or its row is among those the gold expects to be left over."""
    wanted = [row["text"] for row in gold_of(case).get("leftovers", [])]
    found = [item.text for item in read(case).leftovers]
    assert [text for text in found if not any(part in text for part in wanted)] == []
    assert [part for part in wanted if not any(part in text for text in found)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_cells_are_printed(case: Path) -> None:
    """A grid shows its columns, so no cell is inferred, and every place is a line of the document that prints the number."""
    lines = {line.number: line.text for line in document_of(case.read_text("utf-8")).lines}
    cells = [cell for table in read(case).tables for cell in table.cells]
    assert all(cell.how == "printed" and cell.printed in lines[cell.place.line or 0] for cell in cells)


def test_neighbours_are_left_alone() -> None:
    """A sheet ends where another table begins: neither its title nor its rows are claimed."""
    document = document_of((GRIDS / "second-cut-rows.html").read_text("utf-8"))
    behind = {line.number for line in document.lines if "支出表" in line.text or "勘探" in line.text}
    assert behind
    assert not behind & read_sheets(document).claimed


def test_a_whole_department_is_said_not_to_be_read() -> None:
    """The sheet of a whole department is named in a sentence, and its numbers are left over under that reason."""
    reading = read(GRIDS / "department-whole.html")
    assert ["部门整体支出绩效目标表" in note for note in reading.notes] == [True]
    assert {item.where for item in reading.leftovers} == {"部门整体支出绩效表（不属于任何项目，未读入）"}


if __name__ == "__main__":
    total: Counter[str] = Counter()
    for each in CASES:
        for part in ("projects", "indicators", "cells"):
            wanted = Counter(str(sorted(row.items())) for row in gold_of(each)[part])
            got = Counter(str(sorted(row.items())) for row in rows_of(each, part))
            right = sum((wanted & got).values())
            total[f"{part} right"] += right
            total[f"{part} wanted"] += sum(wanted.values())
            total[f"{part} extra"] += sum((got - wanted).values())
            print(
                f"{each.stem:24} {part:10} {right:3} of {sum(wanted.values()):3}, {sum((got - wanted).values())} extra"
            )
        print(f"{each.stem:24} leftovers  {len(read(each).leftovers)}")
    print(dict(total))

"""Invented sheets of other bureaus, in the layouts that reports print; expected.csv files say what must come back."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.amounts import canonical
from mbkg.documents import parse_text
from mbkg.sheets import SheetsReading, read_sheets

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/sheet.txt"))


def read(case: Path) -> SheetsReading:
    return read_sheets(parse_text((case / "sheet.txt").read_bytes(), "sheet.txt"))


def expected(case: Path, name: str) -> list[dict[str, str]]:
    with (case / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text_of(value: object) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return "" if value is None else str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_projects(case: Path) -> None:
    """Every project comes back with the fields the case states, in order."""
    rows = expected(case, "projects.csv")
    keys = list(rows[0])
    got = [{key: text_of(getattr(project, key)) for key in keys} for project in read(case).projects]
    assert sorted(map(str, got)) == sorted(map(str, rows))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_indicators(case: Path) -> None:
    """Every indicator comes back under its levels with its name and target in one piece."""
    rows = expected(case, "indicators.csv")
    keys = (case / "indicators.csv").read_text("utf-8").splitlines()[0].split(",")[1:]
    got = [
        {"project": project.name} | {key: text_of(getattr(indicator, key)) for key in keys}
        for project in read(case).projects
        for indicator in project.indicators
    ]
    assert got == rows


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_cells(case: Path) -> None:
    """The fund rows are cells as printed, in the unit the sheet states."""
    rows = expected(case, "cells.csv")
    keys = list(rows[0])
    got = [
        {key: table.title if key == "table" else text_of(getattr(cell, key)) for key in keys}
        for table in read(case).tables
        for cell in table.cells
    ]
    assert got == rows


@pytest.mark.parametrize("case", [c for c in CASES if (c / "claimed.csv").exists()], ids=lambda path: path.name)
def test_claimed(case: Path) -> None:
    """A sheet claims its lines, titles included, and no line of the text around it."""
    spans = [range(int(row["first"]), int(row["last"]) + 1) for row in expected(case, "claimed.csv")]
    wanted = {line for span in spans for line in span}
    text = (case / "sheet.txt").read_text("utf-8").splitlines()
    printed = {n for n, line in enumerate(text, start=1) if line.strip() and not line.strip().startswith("—")}
    assert read(case).claimed & printed == wanted & printed


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_nothing_is_left(case: Path) -> None:
    """Every number of a sheet is accounted for."""
    assert read(case).leftovers == ()

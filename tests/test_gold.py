"""The five original reports, read whole, against what people typed from them; and the transcription in `data/` against the originals.

The originals are not part of this repository: they are looked for in `MBKG_ORIGINALS`, else in `../shared/reports`; without them every
test here is skipped and says so.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from gold_cells import GOLD, GoldCell, gold_cells
from mbkg.amounts import canonical
from mbkg.labels import fold
from mbkg.reading import read_report
from mbkg.reports import Indicator, Report

ROOT = Path(__file__).parents[1]
ORIGINALS = Path(os.environ.get("MBKG_ORIGINALS", ROOT.parent / "shared" / "reports"))
STEMS = sorted(path.parent.name for path in GOLD.glob("*/cells.txt"))
ENOUGH = Decimal("0.995")  # of the gold's cells come back right; the rest must say that they are uncertain
SHORT = 24  # a printed target longer than this is prose, which the transcription puts in other words

pytestmark = pytest.mark.originals


@cache
def read_one(path: Path) -> Report:
    """The one report in a file."""
    (report,) = read_report(path)
    return report


def original(stem: str) -> Report:
    path = ORIGINALS / f"{stem}.txt"
    if not path.exists():
        pytest.skip(f"the original report {path} is absent (set MBKG_ORIGINALS): nothing was compared")
    return read_one(path)


def transcription(stem: str) -> Report:
    return read_one(ROOT / "data" / "reports" / f"{stem}.txt")


def cells_of(report: Report, certain: bool | None = None) -> Counter[GoldCell]:
    """The cells read, in the gold's terms; `certain` picks those whose column is settled, or those left open."""
    return Counter(
        GoldCell(table.title, cell.row_code, cell.row_label, cell.column, cell.printed, cell.place.line or 0)
        for table, cell in report.cells
        if certain is None or certain == (cell.how != "ambiguous")
    )


def shown(cells: Iterable[GoldCell]) -> str:
    return "\n".join(
        f"  l.{c.line} {c.table} | {c.row_code} {c.row_label} | {c.column} | {c.printed}" for c in sorted(cells)
    )


@pytest.mark.parametrize("stem", STEMS)
def test_cells_are_right(stem: str) -> None:
    """At least 99.5 % of the gold's cells come back at their exact table, row, column and line."""
    gold = Counter(gold_cells(stem))
    right = gold & cells_of(original(stem))
    missing = gold - right
    assert Decimal(right.total()) >= ENOUGH * gold.total(), (
        f"{right.total()} of {gold.total()} right, missing:\n{shown(missing)}"
    )


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_is_silently_wrong(stem: str) -> None:
    """A cell that the reader is sure of stands in the gold, once."""
    wrong = cells_of(original(stem), certain=True) - Counter(gold_cells(stem))
    assert not wrong, f"{wrong.total()} cells are sure and wrong:\n{shown(wrong)}"


@pytest.mark.parametrize("stem", STEMS)
def test_no_number_of_a_table_is_left_over(stem: str) -> None:
    """No line of a table or a performance sheet stays without being understood; neither does any other."""
    assert not original(stem).leftovers


# ---- the transcription says what the originals say


def places_forgotten(cells: Counter[GoldCell]) -> Counter[tuple[str, ...]]:
    told: Counter[tuple[str, ...]] = Counter()
    for cell, count in cells.items():
        told[cell.table, cell.row_code, cell.row_label, cell.column, cell.printed] += count
    return told


@pytest.mark.parametrize("stem", STEMS)
def test_transcription_has_the_same_cells(stem: str) -> None:
    """The shipped transcription gives the originals' cells, on whatever lines."""
    theirs, ours = places_forgotten(cells_of(original(stem))), places_forgotten(cells_of(transcription(stem)))
    assert ours == theirs, (
        f"only in the original: {list((theirs - ours).elements())}\nonly in data/: {list((ours - theirs).elements())}"
    )


def text_of(value: object) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return "" if value is None else str(value)


PROJECT = (
    "name",
    "kind",
    "code",
    "category",
    "budget",
    "initial_budget",
    "full_year_budget",
    "executed",
    "execution_rate",
    "fiscal_appropriation",
    "other_funds",
    "implementing_unit",
    "department",
    "score",
    "grade",
)
INDICATOR = (
    "level1",
    "level2",
    "comparator",
    "target_value",
    "target_unit",
    "weight",
    "actual_value",
    "actual_unit",
    "completion_rate",
    "score",
)


def project_rows(report: Report) -> Counter[tuple[str, ...]]:
    return Counter(tuple(text_of(getattr(project, key)) for key in PROJECT) for project in report.projects)


def indicator_row(project: str, indicator: Indicator) -> tuple[str, ...]:
    """What an indicator says in figures, and in print where that is short; names without punctuation, which 海东 varies."""
    prose = len(indicator.target_raw) > SHORT or len(indicator.actual_raw) > SHORT
    raw = () if prose else (indicator.target_raw, indicator.actual_raw)
    return (project, fold(indicator.level3), *(text_of(getattr(indicator, key)) for key in INDICATOR), *raw)


def indicator_rows(report: Report) -> Counter[tuple[str, ...]]:
    return Counter(
        indicator_row(project.name, indicator) for project in report.projects for indicator in project.indicators
    )


@pytest.mark.parametrize("stem", STEMS)
def test_transcription_has_the_same_projects(stem: str) -> None:
    """Projects agree in every figure and name."""
    theirs, ours = project_rows(original(stem)), project_rows(transcription(stem))
    assert ours == theirs, (
        f"only in the original: {list((theirs - ours).elements())}\nonly in data/: {list((ours - theirs).elements())}"
    )


@pytest.mark.parametrize("stem", STEMS)
def test_transcription_has_the_same_indicators(stem: str) -> None:
    """Indicators agree in numbers, units, comparators, weights and scores, and in print where it is short."""
    theirs, ours = indicator_rows(original(stem)), indicator_rows(transcription(stem))
    assert ours == theirs, (
        f"only in the original: {list((theirs - ours).elements())}\nonly in data/: {list((ours - theirs).elements())}"
    )

"""The performance sheets of the five original reports against figures typed by hand.

The originals are not part of this repository: they are looked for in `MBKG_ORIGINALS`, else in `../shared/reports`.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.amounts import canonical
from mbkg.documents import read_text
from mbkg.reports import Indicator
from mbkg.sheets import SheetsReading, read_sheets
from mbkg.sheets.assemble import SAME_NAME, likeness

GOLD = Path(__file__).parent / "gold"
ORIGINALS = Path(os.environ.get("MBKG_ORIGINALS", Path(__file__).parents[2] / "shared" / "reports"))
STEMS = sorted(path.parent.name for path in GOLD.glob("*/indicators.csv"))
PROJECT_KEYS = (
    "name",
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
INDICATOR_KEYS = (
    "level1",
    "level2",
    "level3",
    "comparator",
    "target_value",
    "target_unit",
    "target_raw",
    "weight",
    "actual_value",
    "actual_unit",
    "actual_raw",
    "completion_rate",
    "score",
)


@dataclass(frozen=True)
class Score:
    """How many rows of the gold came back whole, and those that did not on either side."""

    right: int
    wanted: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def text_of(value: object) -> str:
    if isinstance(value, Decimal):
        return canonical(value)
    return "" if value is None else str(value)


def gold(stem: str, name: str) -> list[dict[str, str]]:
    with (GOLD / stem / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def reading(stem: str) -> SheetsReading:
    path = ORIGINALS / f"{stem}.txt"
    if not path.exists():
        pytest.skip(f"the original report {path} is absent: nothing was compared")
    return read_sheets(read_text(path))


def shortened(row: tuple[str, ...], wanted: list[tuple[str, ...]]) -> tuple[str, ...]:
    """A row with its long texts cut as the gold cuts them: the gold quotes no more than the beginning of a long cell, then `…`."""
    for other in wanted:
        cut = tuple(
            theirs if theirs.endswith("…") and ours.startswith(theirs[:-1]) else ours
            for ours, theirs in zip(row, other, strict=True)
        )
        if cut == other:
            return other
    return row


def compare(got: list[tuple[str, ...]], wanted: list[tuple[str, ...]]) -> Score:
    have, want = Counter(shortened(row, wanted) for row in got), Counter(wanted)
    missing, extra = want - have, have - want
    return Score(
        sum((want & have).values()),
        len(wanted),
        tuple(" | ".join(row) for row in missing.elements()),
        tuple(" | ".join(row) for row in extra.elements()),
    )


def indicator_values(indicator: Indicator) -> tuple[str, ...]:
    return tuple(text_of(getattr(indicator, key)) for key in INDICATOR_KEYS)


def indicator_score(stem: str) -> Score:
    got = [(p.name, *indicator_values(i)) for p in reading(stem).projects for i in p.indicators]
    rows = gold(stem, "indicators.csv")
    listed = {row["project"] for row in rows} - {row[0] for row in got}
    names = pair_names({row[0] for row in got} - {row["project"] for row in rows}, listed)
    wanted = [(row["project"], *(row[key] for key in INDICATOR_KEYS)) for row in rows]
    return compare([(names.get(row[0], row[0]), *row[1:]) for row in got], wanted)


def pair_names(ours: set[str], theirs: set[str]) -> dict[str, str]:
    """Names that only the sheet spells so, to the spelling of the project list, by likeness: joining them is a later stage."""
    pairs = sorted(((likeness(a, b), a, b) for a in ours for b in theirs), reverse=True)
    return {a: b for value, a, b in pairs if value >= SAME_NAME}


def project_score(stem: str) -> Score:
    rows = gold(stem, "projects.csv")
    listed = {row["name"]: row for row in rows}
    names = pair_names({p.name for p in reading(stem).projects} - set(listed), set(listed))
    got = []
    for project in reading(stem).projects:
        name = names.get(project.name, project.name)
        fields = {key: text_of(getattr(project, key)) for key in PROJECT_KEYS} | {"name": name}
        if not fields["category"]:  # printed only in the project list, which another stage reads
            fields["category"] = listed.get(name, fields)["category"]
        got.append(tuple(fields.values()))
    return compare(got, [tuple(row[key] for key in PROJECT_KEYS) for row in rows])


def sheet_cells(stem: str) -> Counter[tuple[str, ...]]:
    """The cells of the gold's tables that a performance sheet prints: (title, row label, column, printed, line)."""
    cells: Counter[tuple[str, ...]] = Counter()
    title, columns = "", []
    for line in (GOLD / stem / "cells.txt").read_text("utf-8").splitlines():
        parts = [part.strip() for part in line.split("｜")]
        if line.startswith("##"):
            title = parts[1]
        elif parts[0] == "row_code":
            columns = parts
        elif "绩效" in title and len(parts) > 3:
            for column, printed in zip(columns[3:], parts[3:], strict=False):
                if printed:
                    cells[title, parts[1], column, printed, parts[2]] += 1
    return cells


def cell_score(stem: str) -> Score:
    got = [
        (table.title, cell.row_label, cell.column, cell.printed, str(cell.place.line))
        for table in reading(stem).tables
        for cell in table.cells
    ]
    return compare(got, list(sheet_cells(stem).elements()))


@pytest.mark.originals
@pytest.mark.parametrize("stem", STEMS)
def test_indicators(stem: str) -> None:
    """Every indicator of the gold comes back whole, and no other."""
    check(indicator_score(stem))


@pytest.mark.originals
@pytest.mark.parametrize("stem", STEMS)
def test_projects(stem: str) -> None:
    """Every project comes back with what its sheet prints; a category or spelling that only the project list prints is left out."""
    check(project_score(stem))


@pytest.mark.originals
@pytest.mark.parametrize("stem", STEMS)
def test_cells(stem: str) -> None:
    """Every fund row comes back as cells, at the line where the number stands."""
    check(cell_score(stem))


@pytest.mark.originals
@pytest.mark.parametrize("stem", STEMS)
def test_no_leftovers(stem: str) -> None:
    """No number of a sheet stays unaccounted for."""
    assert not reading(stem).leftovers


def check(score: Score) -> None:
    wrong = [*(f"missing: {row}" for row in score.missing), *(f"extra: {row}" for row in score.extra)]
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    for each in STEMS:
        for label, score in (
            ("indicators", indicator_score(each)),
            ("projects", project_score(each)),
            ("cells", cell_score(each)),
        ):
            print(f"{each} {label}: {score.right} of {score.wanted}, {len(score.extra)} extra")
            for line in score.missing:
                print("   -", line)
            for line in score.extra:
                print("   +", line)

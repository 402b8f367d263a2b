"""The pencil audits of `tests/gold/<report>/findings.csv` beside what the rules find.

A gold row and a finding speak of the same broken relation where they share a figure and a line: one of the row's lines is among the
lines of the finding's figures, and one of the row's two figures is the finding's left, right, or one of its printed operands.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mbkg.validate.values import Finding

GOLD = Path(__file__).parent.parent / "gold"
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class GoldRow:
    """One broken relation that an auditor found with a pencil."""

    outcome: str
    family: str
    what: str
    lines: frozenset[int]
    figures: frozenset[Decimal]
    words: str
    certain: bool


def read_gold(path: Path) -> list[GoldRow]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [_row(row) for row in csv.DictReader(stream)]


def _row(row: dict[str, str]) -> GoldRow:
    return GoldRow(
        row["outcome"],
        row["family"],
        row["what"],
        frozenset(_lines(row["left_line"]) | _lines(row["right_line"])),
        frozenset(abs(number) for side in ("left", "right") for number in numbers_in(row[side])),
        f"{row['left']} / {row['right']} {row['left_place']} {row['right_place']}",
        row["certainty"] == "certain",
    )


def _lines(text: str) -> set[int]:
    """Every line a field names: `1020`, `908;911`, `709-723`."""
    found: set[int] = set()
    for piece in re.split(r"[;,、 ]+", text):
        ends = [int(number) for number in re.findall(r"\d+", piece)]
        if ends:
            found.update(range(ends[0], ends[-1] + 1))
    return found


def numbers_in(text: str) -> list[Decimal]:
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(text or "")]


def same(row: GoldRow, finding: Finding) -> bool:
    """Whether both speak of one broken relation, as far as lines and figures tell."""
    lines = {operand.line for operand in finding.operands if operand.line is not None}
    if row.lines and lines and not row.lines & lines:
        return False
    figures = {abs(number) for number in (finding.left, finding.right, finding.difference) if number is not None}
    figures |= {abs(operand.value) for operand in finding.operands if operand.value is not None}
    figures |= {abs(n) for operand in finding.operands for n in numbers_in(operand.printed)}
    if row.figures and figures:
        return bool(row.figures & figures)
    return bool(row.lines & lines)

"""The pencil audits of `tests/gold/<report>/findings.csv` beside what the rules find.

A gold row and a finding speak of the same broken relation where three things agree: the finding's rule is one that looks for
what the row's family is about, a line of the row is a line of the finding's figures, and every figure of the row is among those
the finding compares. Roundings of a table are told in one finding, which names the printed figures of all of them but only the
largest sum: there one figure of the row is enough.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mbkg.validate.values import Finding, Operand

GOLD = Path(__file__).parent.parent / "gold"
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")

# Which rules look for what an auditor's family is about; a name that ends in * stands for all that begin with it.
RULES_OF: dict[str, str] = {
    "body-name": "body-agrees",
    "cell-missing": "blank-beside-printed",
    "change": "text-change text-increase text-rate last-year*",
    "change-sum": "text-changes text-item-changes",
    "code-name": "code-name* text-code-*",
    "column-sum": "sum-* total-blank",
    "cost-sum": "cost-* goal-amount",
    "direction": "text-zero-increase text-direction text-reason text-two-directions",
    "duplicate": "duplicate-* row-repeated",
    "execution-rate": "execution-rate execution-score",
    "execution-vs-output": "low-execution execution-score",
    "function-economic": "same-in-tables item-within",
    "income-expenditure": "income-expenditure sum-sides same-in-tables",
    "initial-budget": "text-items initial-budget project-initial-budget",
    "label-missing": "row-unlabelled",
    "name-amount": "name-amount",
    "parent-sum": "sum-* blank-beside-printed",
    "percentage": "text-rate text-completion text-share",
    "placeholder": "placeholder text-undecided* completion-words target-question target-missed",
    "project-name": "project-name",
    "project-sum": "projects-money sum-projects sheet-*",
    "row-sum": "sum-*",
    "same-figure": "same-in-tables sum-sides income-expenditure two-scopes",
    "sangong-sum": "text-parts sum-measures",
    "scores": "sheet-scores",
    "share": "text-share projects-money",
    "sheet-list": "sheet-list project-name projects-money project-initial-budget",
    "table-missing": "contents-table*",
    "table-title": "contents-title",
    "text-sum": "text-items text-classes text-parts text-list text-shares",
    "text-table": "text-as-tables text-sheet projects-money",
    "text-target": "goal-amount",
    "text-text": "text-as-tables item-within",
    "unit": "cut-unit sheet-unit table-unit",
    "unit-cost": "unit-cost",
    "weights": "sheet-weights group-weights target-weights weight-total",
    "year": "year-agrees",
}


@dataclass(frozen=True)
class GoldRow:
    """One relation that an auditor looked at with a pencil: a broken one, one within rounding, or one that cannot be tried."""

    outcome: str
    family: str
    what: str
    lines: frozenset[int]
    figures: frozenset[Decimal]
    certain: bool

    def __str__(self) -> str:
        figures = " / ".join(map(str, sorted(self.figures)))
        return f"{self.outcome} {self.family}: {self.what} ({figures}; lines {sorted(self.lines)[:4]})"


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


def fits(row: GoldRow, rule: str) -> bool:
    """Whether a rule looks for what the row's family is about."""
    patterns = RULES_OF.get(row.family, "").split()
    return any(rule.startswith(name[:-1]) if name.endswith("*") else rule == name for name in patterns)


def same(row: GoldRow, finding: Finding, *, by_line: bool = True) -> bool:
    """Whether both speak of one broken relation.

    Args:
        by_line: whether the lines of both are lines of the same file.
    """
    if not fits(row, finding.rule):
        return False
    lines = {operand.line for operand in finding.operands if operand.line is not None}
    if by_line and row.lines and lines and not row.lines & lines:
        return False
    compared = figures_of(finding)
    if not compared:
        return by_line and bool(row.lines & lines)
    found = [any(_alike(figure, other) for other in compared) for figure in row.figures]
    return any(found) if finding.outcome == "rounding" else bool(found) and all(found)


def figures_of(finding: Finding) -> frozenset[Decimal]:
    """Every figure that a finding compares, without sign: both sides, and what its operands print and are worth."""
    sides = (finding.left, finding.right)
    return frozenset(abs(number) for number in (*sides, *_printed(finding.operands)) if number is not None)


def _printed(operands: Iterable[Operand]) -> Iterator[Decimal | None]:
    for operand in operands:
        yield operand.value
        if operand.kind != "statement":
            yield from numbers_in(operand.printed)


def _alike(one: Decimal, other: Decimal) -> bool:
    """Whether two figures are the same to the cent, which is as far as an auditor writes them."""
    return abs(one - other) <= Decimal("0.005")

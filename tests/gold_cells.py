"""Gold typed by hand: what a careful reader finds in the originals, written down before there was a reader.

`tests/gold/<report>/cells.txt` holds one block a table: `## number ｜ title ｜ unit`, then headed rows with the printed tokens under their
columns. Blank tokens are blank cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GOLD = Path(__file__).parent / "gold"


@dataclass(frozen=True, slots=True, order=True)
class GoldCell:
    """One printed number: where it stands and what is printed."""

    table: str
    row_code: str
    row_label: str
    column: str
    printed: str
    line: int


def gold_cells(stem: str) -> list[GoldCell]:
    """Every cell of a report's gold file, in file order."""
    cells: list[GoldCell] = []
    title = ""
    columns: list[str] = []
    for raw in (GOLD / stem / "cells.txt").read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in raw.split("｜")]
        if raw.startswith("##"):
            title = parts[1]
        elif parts[0] == "row_code":
            columns = parts[3:]
        elif raw.strip() and len(parts) > 3:
            code, label, line, *tokens = parts
            for column, token in zip(columns, tokens, strict=False):
                if token:
                    cells.append(GoldCell(title, code, label, column, token, int(line.split("-")[0].split("+")[0])))
    return cells

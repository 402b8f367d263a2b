"""Statements as rows of a CSV, to compare with files reviewed by eye; run as a module it writes those files anew."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from mbkg.amounts import canonical
from mbkg.documents import read_text
from mbkg.narrative import read_narrative
from mbkg.reports import Statement

HERE = Path(__file__).parent
ORIGINALS = Path(os.environ.get("MBKG_ORIGINALS", HERE.parents[2] / "shared" / "reports"))
COLUMNS = (
    "line", "subject", "measure", "year", "value", "unit", "change", "change_pct", "against", "against_year", "direction", "reason",
)  # fmt: skip
REASON_LENGTH = 12


def rows(statements: Iterable[Statement]) -> Iterator[tuple[str, ...]]:
    for item in statements:
        yield (
            str(item.place.line), item.subject, item.measure, str(item.year or ""), number(item.value), item.unit, number(item.change),
            number(item.change_pct), item.against, str(item.against_year or ""), item.direction, item.reason[:REASON_LENGTH],
        )  # fmt: skip


def number(value: Decimal | None) -> str:
    return "" if value is None else canonical(value)


def read_rows(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def write_rows(report: Path, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(read_narrative(read_text(report)).statements))


if __name__ == "__main__":
    for original in sorted(ORIGINALS.glob("*.txt")):
        write_rows(original, HERE / "golden" / f"{original.stem}.csv")
    for invented in sorted((HERE / "reports").glob("*.txt")):
        write_rows(invented, invented.with_suffix(".csv"))
    sys.exit(0)

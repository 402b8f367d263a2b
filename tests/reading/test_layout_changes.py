"""The same report laid out otherwise is the same report: blank lines, page breaks and repeated heads change no cell."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from mbkg.documents import read_text
from mbkg.reading import read_report
from mbkg.reports import Report
from mbkg.resources import resource_path
from mbkg.tables.find import find_blocks
from mbkg.tables.lexicon import load_lexicon

REPORTS = sorted(path.stem for path in resource_path("data", "reports").glob("*.txt"))


def file_of(stem: str) -> Path:
    return resource_path("data", "reports", f"{stem}.txt")


def told(report: Report) -> Counter[tuple[str, ...]]:
    """What a report's cells say, wherever they stand."""
    return Counter((t.title, c.row_code, c.row_label, c.column, c.printed, c.how) for t, c in report.cells)


@cache
def as_published(stem: str) -> Counter[tuple[str, ...]]:
    (report,) = read_report(file_of(stem))
    return told(report)


def again(lines: Sequence[str], folder: Path) -> Report:
    path = folder / "report.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    (report,) = read_report(path)
    return report


@pytest.mark.parametrize("stem", REPORTS)
def test_blank_lines_mean_nothing(stem: str, tmp_path: Path) -> None:
    """Neither none nor twice as many."""
    lines = file_of(stem).read_text(encoding="utf-8").split("\n")
    assert told(again([line for line in lines if line.strip()], tmp_path)) == as_published(stem)
    assert told(again([piece for line in lines for piece in (line, "")], tmp_path)) == as_published(stem)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stem", REPORTS)
def test_tables_broken_over_pages_anywhere(stem: str, seed: int, tmp_path: Path) -> None:
    """A page number, the title and the head again, between any two lines of every table, even within a wrapped row."""
    choose = random.Random(f"{stem}{seed}")
    lines = file_of(stem).read_text(encoding="utf-8").split("\n")
    breaks: dict[int, list[str]] = {}
    for block in find_blocks(read_text(file_of(stem)), load_lexicon()):
        if len(block.body) > 6:
            at = block.body[choose.randrange(2, len(block.body) - 1)].number - 1
            breaks[at] = ["— 9 —", *lines[block.place.number - 1 : block.body[0].number - 1]]
    broken = [piece for at, line in enumerate(lines) for piece in (*breaks.get(at, ()), line)]
    report = again(broken, tmp_path)
    assert breaks
    assert told(report) == as_published(stem)

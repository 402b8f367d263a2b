"""A report says the same in every format, however its tables are broken over lines and pages."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from .compare import differences, exports_of_text, read_exports, told, variant
from .perturb import with_line_breaks, without_blank_columns
from .printed import Grid, Printed
from .render import STEMS, printed
from .writers import WRITERS, write

ALIKE = {
    "xlsx-text": STEMS[1],
    "html-gbk": STEMS[2],
}  # differ little from a format tried on all reports: one report each
WHOLE = [(format, stem) for format in WRITERS for stem in STEMS if ALIKE.get(format, stem) == stem]
SLOW = ("pdf", "pdf-unruled")
OTHERWISE = [
    (format, STEMS[(at + step) % len(STEMS)], 10 + at + step)
    for at, format in enumerate(WRITERS)
    for step in ((0,) if format in SLOW else (0, 2))
]


def assert_same_facts(report: Printed, format: str, folder: Path) -> None:
    """What is read from the report in a format is what is read from its text, but for the places."""
    found = differences(exports_of_text(report.name), read_exports(write(report, format, folder)))
    assert not found, told(found)


@pytest.mark.parametrize(("format", "stem"), WHOLE)
def test_a_report_says_the_same_in_every_format(format: str, stem: str, tmp_path: Path) -> None:
    """Identical CSV exports from PDF with and without rules, Word, Excel, HTML and Markdown."""
    assert_same_facts(printed(stem), format, tmp_path)


@pytest.mark.parametrize(("format", "stem", "seed"), OTHERWISE)
def test_a_report_says_the_same_however_it_is_printed(format: str, stem: str, seed: int, tmp_path: Path) -> None:
    """Line breaks in names, heads repeated in the middle, a last row alone on its page, blank columns left out, codes repeated."""
    assert_same_facts(variant(stem, seed), format, tmp_path)


@pytest.mark.parametrize("stem", STEMS)
def test_every_figure_of_the_text_is_printed_once(stem: str) -> None:
    """The helper itself loses and invents nothing: the cells of a table are the cells of its grid, also when printed otherwise."""
    expected = sum(exports_of_text(stem)["cells"].values())
    for report in (printed(stem), *(variant(stem, seed) for seed in (1, 2, 3))):
        boxes = [box for grid in report.items if isinstance(grid, Grid) for row in grid.body for box in row]
        assert sum(box.kind == "money" and _is_amount(box.text) for box in boxes) == expected


def test_a_left_out_column_takes_its_heading_along() -> None:
    """公开表2 prints three of thirteen columns: ten go, and their headings; a group keeps the span of what is left."""
    (grid,) = [
        item for item in printed("yantai-2025-budget").items if isinstance(item, Grid) and item.name == "收入总体情况表"
    ]
    small = without_blank_columns(grid)
    assert (grid.width, small.width) == (17, 7)
    assert [(box.text, box.colspan) for box in small.head[0]][-1] == ("财政拨款收入", 2)


def test_line_breaks_change_no_character() -> None:
    """Only line breaks are added, never inside a number or a word of Latin letters."""
    (grid,) = [
        item for item in printed("weihai-2024-budget").items if isinstance(item, Grid) and item.name == "支出总体情况表"
    ]
    broken = with_line_breaks(grid, random.Random(7))
    assert broken != grid
    assert [[box.text.replace("\n", "") for box in row] for row in broken.body] == [
        [b.text for b in row] for row in grid.body
    ]


def _is_amount(text: str) -> bool:
    return re.fullmatch(r"-?[\d,]+(?:\.\d+)?%?", text) is not None

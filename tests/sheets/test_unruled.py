"""Invented sheets on PDF pages without rules: the grids' cases and more, printed by reportlab and read by their places.

The excused cells are those that such a page does not print: a cell set at the top of the rows it spans cannot be told from one whose
neighbours below are blank, and the dot of 元/人·天 is not in the font.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mbkg.documents import Document, Word
from mbkg.sheets import SheetsReading, read_sheets
from mbkg.sheets.places import place_sheets

from .grid_pages import GRIDS, gold_of
from .test_grids import found_in
from .unruled_pages import Setting, unruled_document

CASES = sorted((*GRIDS.glob("*.html"), *(Path(__file__).parent / "unruled").glob("*.html")))
SETTINGS: tuple[Setting, ...] = ("TOP", "MIDDLE")
UNTOLD = {("evaluation-level3-span", "TOP"): 1, ("second-overall-evaluation", ""): 1, ("summary-merged", "TOP"): 1}
"""How many rows of a case are not told by a page without rules."""


@cache
def document(case: Path, setting: Setting, padding: float = 5.0) -> Document:
    with TemporaryDirectory() as folder:
        return unruled_document(case.read_text("utf-8"), Path(folder), setting, padding=padding)


def missing(case: Path, reading: SheetsReading, section: str) -> list[dict[str, str]]:
    """The rows of the gold that were not read."""
    found = found_in(reading, case, section)
    return [row for row in gold_of(case)[section] if row not in found]


def untold(case: Path, setting: Setting) -> int:
    return UNTOLD.get((case.stem, setting), UNTOLD.get((case.stem, ""), 0))


@pytest.mark.parametrize("padding", [5.0, 1.0])
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_read(case: Path, setting: Setting, padding: float) -> None:
    """Projects, indicators and fund cells come back as typed, cells set at the top or in the middle, rows far apart or close."""
    reading = read_sheets(document(case, setting, padding))
    lost = [row for section in ("projects", "indicators", "cells") for row in missing(case, reading, section)]
    assert len(lost) == untold(case, setting), lost
    for section in ("projects", "indicators", "cells"):
        assert len(found_in(reading, case, section)) == len(gold_of(case)[section])


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_rows_that_touch_make_no_money_up(case: Path, setting: Setting) -> None:
    """Where nothing parts the rows, the places decide nothing that they leave in doubt: no figure is of two cells."""
    placed = place_sheets(document(case, setting, 0.0)).document
    printed = {word.text for line in document(case, setting, 0.0).lines for word in line.words}
    for line in placed.lines:
        for cell in line.cells:
            if "." in cell.text and cell.text.replace(".", "").replace(",", "").isdigit():
                assert cell.text in printed


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_uneven_places(case: Path, seed: int) -> None:
    """Boxes that are off by half a point, as a scan's are, change no amount."""
    chance = random.Random(seed)

    def moved(word: Word) -> Word:
        a, b, c, d = (edge + chance.uniform(-0.5, 0.5) for edge in word.box)
        return replace(word, box=(a, b, c, d))

    even = document(case, "MIDDLE")
    lines = tuple(replace(line, words=tuple(moved(word) for word in line.words)) for line in even.lines)
    assert missing(case, read_sheets(replace(even, lines=lines)), "cells") == []


def test_text_keeps_its_lines() -> None:
    """A document whose lines do not know their places is handed on as it is."""
    plain = document(CASES[0], "TOP")
    lines = tuple(replace(line, words=()) for line in plain.lines)
    assert place_sheets(replace(plain, lines=lines)).document.lines == lines

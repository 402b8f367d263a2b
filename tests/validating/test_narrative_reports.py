"""Whole prose of invented reports (`narrative_reports/`): sound ones break nothing, and a changed figure is found where it stands."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from narrative_checks import checks_of, sides_of

REPORTS = sorted((Path(__file__).parent / "narrative_reports").glob("*.txt"))
FIGURE = re.compile(r"(?<![\d.])\d[\d,]*\.\d+(?=万元|元|%)")
CHANGES = 12  # figures changed in each report


def head(path: Path) -> tuple[str, int, Any]:
    year, kind, _ = path.stem.split("-", 2)
    return path.read_text(encoding="utf-8"), int(year), kind


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_sound_report_breaks_nothing(path: Path) -> None:
    """Other provinces' wordings, bases and units: rules run, and none of them is violated."""
    checks = checks_of(*head(path))
    worse = [check for check in checks if check.outcome == "violated" and check.rule.severity != "info"]
    assert [(check.rule.id, check.texts) for check in worse] == []
    assert sum(check.outcome == "holds" for check in checks) > 5


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_what_a_changed_figure_breaks_names_it(path: Path) -> None:
    """One digit of one figure is changed: every rule that then fires has that figure among those it compares."""
    text, year, kind = head(path)
    chance = random.Random(path.stem)
    figures = list(FIGURE.finditer(text))
    for match in chance.sample(figures, min(CHANGES, len(figures))):
        at = chance.choice([at for at in range(match.start(), match.end()) if text[at].isdigit()])
        digit = chance.choice([digit for digit in "123456789" if digit != text[at]])
        changed = text[:at] + digit + text[at + 1 :]
        line = text.count("\n", 0, match.start()) + 1
        for check, lines in sides_of(changed, year, kind):
            told_before = line - 1  # a change told in a paragraph of its own stands where its figure does
            assert lines & {line, told_before}, (match.group(), check.rule.id, check.texts)

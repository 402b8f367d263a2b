"""A changed figure is found: a seeded sample of slips in every shipped report, in memory and in print.

`benchmarks/mutations.py` runs the same over as many slips as wanted and prints the table; here are the bars that a sample must hold.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from invented import two_tables
from mutating import KINDS, Judged, Outcome, compare, draw, in_memory, in_print, judge, nth_on_line, reread, slip

from mbkg.reading import read_report
from mbkg.reports import Report
from mbkg.resources import resource_path

STEMS = sorted(path.stem for path in resource_path("data", "reports").glob("*.txt"))
FOREIGN = sorted(
    (Path(__file__).parents[1] / "reading" / "foreign").glob("*/*-*.[tm][xd]*")
)  # invented, in other layouts
IN_MEMORY = 4  # slips a report
IN_PRINT = 1


@cache
def published(stem: str) -> tuple[Report, Judged]:
    (report,) = read_report(resource_path("data", "reports", f"{stem}.txt"))
    return report, judge(report, touched=True)


def told(outcomes: Sequence[Outcome]) -> str:
    return "\n".join(map(str, outcomes))


def hold(outcomes: Sequence[Outcome]) -> None:
    """What every sample must hold: nothing covered is missed, nothing unrelated is accused, a slip is no misreading."""
    covered = [outcome for outcome in outcomes if outcome.covered]
    missed = [outcome for outcome in covered if outcome.verdict not in ("violated", "rounding")]
    assert not missed, told(missed)
    accused = [outcome for outcome in outcomes if outcome.unrelated]
    assert not accused, told(accused)
    suspected = [o for o in outcomes if any(finding.suspect for finding in o.violated)]
    assert not suspected, told(suspected)
    small = [o for o in covered if o.verdict == "rounding" and not o.is_small]
    assert not small, told(small)


@pytest.mark.parametrize("stem", STEMS)
def test_slips_in_memory(stem: str) -> None:
    """Found by a rule that names the figure; as rounding only where the change is within what rounding explains."""
    report, before = published(stem)
    sample = islice(draw(report, random.Random(f"{stem} in memory")), IN_MEMORY)
    hold(
        [
            compare(before, judge(in_memory(report, spot, printed)), spot, kind, printed)
            for spot, kind, printed in sample
        ]
    )


@pytest.mark.parametrize("stem", STEMS)
def test_slips_in_print(stem: str, tmp_path: Path) -> None:
    """The same through reading: the wrong figure is read as printed, where it is printed, and then found."""
    report, before = published(stem)
    path = resource_path("data", "reports", f"{stem}.txt")
    lines = path.read_text(encoding="utf-8").split("\n")
    outcomes = []
    for spot, kind, printed in draw(report, random.Random(f"{stem} in print"), sheets=True):
        changed = in_print(lines, spot, printed, nth_on_line(report, spot))
        if changed is not None:
            outcomes.append(compare(before, judge(reread(changed, path.name, tmp_path)), spot, kind, printed))
        if len(outcomes) == IN_PRINT:
            break
    hold(outcomes)


@pytest.mark.parametrize("path", FOREIGN, ids=[path.stem for path in FOREIGN])
def test_slips_in_foreign_layouts(path: Path) -> None:
    """The same in the layouts of provinces that the readers were not written for."""
    (report,) = read_report(path)
    before = judge(report, touched=True)
    sample = islice(draw(report, random.Random(path.stem)), 4)
    hold(
        [
            compare(before, judge(in_memory(report, spot, printed)), spot, kind, printed)
            for spot, kind, printed in sample
        ]
    )


def test_slips_in_an_invented_report() -> None:
    report = two_tables()
    before = judge(report, touched=True)
    sample = islice(draw(report, random.Random("invented")), 10)
    hold(
        [
            compare(before, judge(in_memory(report, spot, printed)), spot, kind, printed)
            for spot, kind, printed in sample
        ]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_slip_prints_another_amount(kind: str) -> None:
    """Every kind gives a number, another one, and the same each time."""
    one, again = (slip("1,215.34", kind, random.Random(7), "64.22") for _ in range(2))
    assert one == again
    assert one not in (None, "1,215.34")


def test_nothing_is_covered_by_silence() -> None:
    """Of every report nearly all amounts of tables take part in a check that ran."""
    for stem in STEMS:
        report, before = published(stem)
        cells = [node for node in before.touched if "/cell/" in node]
        assert len(cells) >= 0.75 * len(report.cells), stem

"""What the rules find in real reports beside the audits that people made of them with a pencil: nothing false, nothing missed.

The originals, whose lines the gold names, are looked for in `MBKG_ORIGINALS`, else in `../shared/reports`; without them their
tests are skipped and say so. The shipped copies in `data/reports` have their words cut and stand on other lines: of them it is
asked that no figure is accused that the gold does not know.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from gold_findings import GOLD, GoldRow, figures_of, fits, read_gold, same
from pyoxigraph import Store

from mbkg.facts import report_facts
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reading import read_report
from mbkg.resources import resource_path
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding

ORIGINALS = Path(os.environ.get("MBKG_ORIGINALS", Path(__file__).parents[3] / "shared" / "reports"))
STEMS = sorted(path.parent.name for path in GOLD.glob("*/findings.csv"))

# Certain rows of the gold that no finding of their own stands for, each with the reason.
_SLIP_IN_TABLE = (
    "the words agree with every other table: the cell of 表3 is found against those, and a broken relation is told once"
)
_NO_TABLE = "the table is missing altogether: contents-table-lost says so once, and none of its figures can be named"
EXCUSED: dict[tuple[str, str], str] = {
    ("haidong-2025-budget", "支出预算: text = 表3 合计"): _SLIP_IN_TABLE,
    ("haidong-2025-budget", "基本支出: text = 表3 合计"): _SLIP_IN_TABLE,
    ("haidong-2025-budget", "住房保障支出: text = 表3 221"): _SLIP_IN_TABLE,
    ("haidong-2025-budget", "住房公积金: text = 表3 2210201"): _SLIP_IN_TABLE,
    (
        "haidong-2025-budget",
        "职业年金缴费支出: text = 表3",
    ): "the same words are found against 表5, and 表3 against 表5",
    ("rongcheng-2024-final-account", "Σ economic 类 = 基本支出"): _NO_TABLE,
    ("rongcheng-2024-final-account", "人员经费 of the text = table"): _NO_TABLE,
    ("rongcheng-2024-final-account", "公用经费 of the text = table"): _NO_TABLE,
    ("rongcheng-2024-final-account", "公务接待费 ≥ the same item of 基本支出"): _NO_TABLE,
    (
        "rongcheng-2024-final-account",
        "score of the transfer project = Σ its sheet",
    ): "the sheet prints no score that could be added up",
    (
        "zhaoyuan-2024-budget",
        "function of the purchase row in 支出 tables",
    ): "no rule holds purchases of an item against its expenditure",
}


def original(stem: str) -> Path:
    path = ORIGINALS / f"{stem}.txt"
    if not path.exists():
        pytest.skip(f"the original {path} is not here: its findings were not compared with the gold")
    return path


@cache
def findings(path: Path) -> tuple[Finding, ...]:
    store, vocabulary = Store(), load_vocabulary()
    (report,) = read_report(path)
    store.extend(vocabulary.quads)
    store.extend(report_to_quads(report, report_facts(report), vocabulary))
    return validate_store(store, load_rules(), coverage=False).findings


@cache
def gold(stem: str) -> tuple[GoldRow, ...]:
    return tuple(read_gold(GOLD / stem / "findings.csv"))


def told(found: list[Finding]) -> str:
    return "\n".join(f"{f.outcome} {f.rule}: {f.message}" for f in found)


@pytest.mark.parametrize("stem", STEMS)
def test_no_false_alarm(stem: str) -> None:
    """Whatever is called a contradiction is one that a person saw; nothing is thought a misreading."""
    accused = [f for f in findings(original(stem)) if f.outcome == "violated" and f.severity == "violation"]
    broken = [row for row in gold(stem) if row.outcome == "violated"]
    false = [f for f in accused if not any(same(row, f) for row in broken)]
    assert not false, told(false)
    assert not any(f.suspect for f in findings(original(stem)))


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_missed(stem: str) -> None:
    """Every row of which the auditor was certain is found with its outcome, but for the excused."""
    found = findings(original(stem))
    missed = [
        row
        for row in gold(stem)
        if row.certain
        and row.outcome != "warning"
        and not any(f.outcome == row.outcome and same(row, f) for f in found)
    ]
    unexcused = [row for row in missed if (stem, row.what) not in EXCUSED]
    assert not unexcused, "\n".join(map(str, unexcused))
    if stem == "rongcheng-2024-final-account":
        assert any(f.rule == "contents-table-lost" for f in found)
    idle = [what for of, what in EXCUSED if of == stem and what not in {row.what for row in missed}]
    assert not idle, idle


@pytest.mark.parametrize("stem", STEMS)
def test_roundings_are_roundings(stem: str) -> None:
    """What rounding explains is told apart, and is what the auditor called rounding."""
    small = [f for f in findings(original(stem)) if f.outcome == "rounding"]
    rows = [row for row in gold(stem) if row.outcome == "rounding"]
    strange = [f for f in small if not any(same(row, f) for row in rows)]
    assert not strange, told(strange)


def test_lost_pages_break_nothing() -> None:
    """Where a page is lost, its sums cannot be tried, and say why; no sum of the report is called broken."""
    found = [f for f in findings(original("zhaoyuan-2024-budget")) if f.rule.startswith(("sum-", "same-", "income-"))]
    assert {f.outcome for f in found} == {"not_evaluable"}
    lost = [f for f in found if f.rule.startswith("sum-")]
    assert len(lost) >= 20
    assert all("页" in f.reason for f in lost), told(lost)


@pytest.mark.parametrize("stem", STEMS)
def test_shipped_reports(stem: str) -> None:
    """No contradiction is found in the shipped copy whose figures no person saw contradict each other."""
    accused = [
        f
        for f in findings(resource_path("data", "reports", f"{stem}.txt"))
        if f.outcome == "violated" and f.severity == "violation"
    ]
    broken = [row for row in gold(stem) if row.outcome == "violated"]
    false = [
        f
        for f in accused
        if not any(same(row, f, by_line=False) if figures_of(f) else fits(row, f.rule) for row in broken)
    ]
    assert not false, told(false)


def test_a_row_is_not_any_finding() -> None:
    """The comparison is strict: a broken relation of one report is found in no other, and every finding is of a few rows only."""
    for stem in STEMS:
        rows = [row for row in gold(stem) if row.outcome == "violated"]
        for other in STEMS:
            found = [f for f in findings(original(other)) if f.outcome == "violated" and f.severity == "violation"]
            pairs = [(row, f) for row in rows for f in found if same(row, f)]
            assert not pairs or stem == other, [(str(row), f.message) for row, f in pairs]
            assert len(pairs) <= 4 * len(found)

"""PDF originals that are not part of this repository, read whole: against digests of hand-typed gold, and by what they add up to.

They are looked for in `MBKG_PDFS`, else in `../shared/pdf`; without them every test here is skipped and says so.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from functools import cache
from pathlib import Path

import pytest

from mbkg.amounts import canonical
from mbkg.ask import answer_question
from mbkg.errors import BlankForm
from mbkg.graph.build import build
from mbkg.graph.store import OxigraphStore, open_graph
from mbkg.inspecting.collect import inspect_file
from mbkg.labels import squeeze
from mbkg.reading import read_report
from mbkg.reports import Report
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding

HERE = Path(__file__).parent
PDFS = Path(os.environ.get("MBKG_PDFS", HERE.parents[2] / "shared" / "pdf"))
GOLD = tomllib.loads((HERE / "digests.toml").read_text(encoding="utf-8"))
FINDINGS = tomllib.loads((HERE / "digests-findings.toml").read_text(encoding="utf-8"))
QUESTIONS = (
    ("万里街道2024年三公经费预算是多少", 31, 6),
    ("普陀区规划和自然资源局2024年公务接待费决算数", 17, 7),
    ("普陀区规划和自然资源局2024年城乡社区规划与管理支出", 11, 4),
    ("江苏省人大常委会办公厅2019年收入总计", 1, 30),
    ("江苏省人大常委会办公厅2019年三公经费", 9, 7),
)
FOLD = str.maketrans("()", "（）")

pytestmark = pytest.mark.originals


def original(name: str) -> Path:
    path = PDFS / name
    if not path.exists():
        pytest.skip(f"the original {path} is absent (set MBKG_PDFS): nothing was compared")
    return path


@cache
def read(path: Path) -> Report:
    (report,) = read_report(path)
    return report


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> OxigraphStore:
    """The graph of all originals; tables and words of one report that came in two files are one report there."""
    for stem in GOLD:
        original(f"{stem}.pdf")
    folder = str(tmp_path_factory.mktemp("pdf") / "kg")
    build([PDFS], folder)
    opened = open_graph(folder)
    assert isinstance(opened, OxigraphStore)
    return opened


@cache
def validated(graph: OxigraphStore) -> tuple[Finding, ...]:
    return validate_store(graph.store, load_rules(), coverage=False).findings


def digest_of(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def cell_lines(report: Report) -> list[str]:
    return [
        "|".join(
            squeeze(part).translate(FOLD)
            for part in (table.title, cell.row_code, cell.row_label, cell.column, cell.printed, cell.unit)
        )
        for table, cell in report.cells
    ]


@pytest.mark.parametrize("stem", sorted(GOLD))
def test_every_cell(stem: str) -> None:
    """Every amount stands at the table, code, row, column and in the unit at which people saw it printed; none is a guess."""
    report = read(original(f"{stem}.pdf"))
    assert len(report.cells) == GOLD[stem]["cells"]
    assert {cell.how for _, cell in report.cells} == {"printed"}
    assert digest_of(cell_lines(report)) == GOLD[stem]["sha256"]


@pytest.mark.parametrize("stem", sorted(GOLD))
def test_places(stem: str) -> None:
    """Every cell names a page of the file and a row on it."""
    report = read(original(f"{stem}.pdf"))
    assert all(cell.place.page and cell.place.line for _, cell in report.cells)
    first = {table.title: table.place.page for table in report.tables}
    assert list(first.values()) == sorted(first.values(), key=lambda page: page or 0)


@pytest.mark.parametrize("stem", sorted(GOLD))
def test_sums(stem: str) -> None:
    """At least 97 in 100 of the sums that the pages print come out exactly, within what rounding to the printed places allows."""
    found = inspect_file(original(f"{stem}.pdf"))
    identities = [identity for table in found.tables for identity in table.identities]
    tried, held = sum(each.tried for each in identities), sum(each.held for each in identities)
    assert tried > 30
    assert held >= 0.97 * tried


@pytest.mark.parametrize("stem", sorted(FINDINGS))
def test_findings(stem: str, graph: OxigraphStore) -> None:
    """The contradictions and warnings found are those that a person found with a pencil, and no others."""
    found = [f for f in validated(graph) if f.report.name == stem]
    told = [f for f in found if f.outcome == "violated" and f.severity != "info"]
    assert not any(f.suspect for f in told)
    assert len([f for f in told if f.severity == "violation"]) == FINDINGS[stem]["violations"]
    assert len([f for f in told if f.severity == "warning"]) == FINDINGS[stem]["warnings"]
    sides = [[canonical(side) if side is not None else "" for side in (f.left, f.right)] for f in told]
    lines = ["|".join([f.rule, f.outcome, *both]) for f, both in zip(told, sides, strict=True)]
    assert digest_of(lines) == FINDINGS[stem]["sha256"]


@pytest.mark.parametrize("name", ["blank-template-2026-department-budget.xlsx", "blank-template-budget.xls"])
def test_blank_templates(name: str) -> None:
    """A form nobody filled in is no report, and is said to be one."""
    with pytest.raises(BlankForm, match="空白样表"):
        read_report(original(name))


def test_questions(graph: OxigraphStore) -> None:
    """What is asked of a report read from PDF is answered with the file, the page and the row."""
    for question, page, row in QUESTIONS:
        evidence = answer_question(question, graph).evidence
        assert [(e.page, e.line) for e in evidence][:1] == [(page, row)], question

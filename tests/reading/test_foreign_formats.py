"""Reports of provinces that nobody wrote rules for, each as web page, Word file, workbook and ruled PDF.

The pages and their gold were written before any reader saw them. Whatever is not understood must give no fact: a wrong fact is worse.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from foreign_pages import PAGES, GoldPage, gold_page, printed_page

from formats.writers import write
from mbkg.facts import BudgetFact, report_facts
from mbkg.reading import read_report
from mbkg.reports import Report

STEMS = sorted(path.stem for path in PAGES.glob("*.html"))
FORMATS = ("html", "docx", "xlsx", "pdf")
NOT_YET: dict[tuple[str, str], str] = {  # (stem, gold line or check): why the readers do not say it
    (
        "menggu-2023-final-account",
        "identity",
    ): "部门决算公开报告 in the title is not taken as a department's, so its scope is unit",
}

gold = cache(gold_page)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@cache
def reading(stem: str, format: str, folder: Path) -> tuple[Report, tuple[BudgetFact, ...]]:
    (report,) = read_report(write(printed_page(stem), format, folder / format))
    return report, report_facts(report)


def wrong(page: GoldPage, facts: tuple[BudgetFact, ...]) -> list[str]:
    """Facts that contradict the gold: a gold fact's coordinates with another amount, or what nobody may state."""
    found = []
    for fact in facts:
        for said in page.never:
            if said.matches(fact, loose_total=False) and fact.value == said.value:
                found.append(f"never {said.text}: {fact.coordinates}")
        for said in page.facts:
            if "*" in said.text or not said.matches(fact, loose_total=False):
                continue
            if fact.value != said.value:
                found.append(f"{said.text}: {fact.value} {fact.coordinates}")
    return found


def case(stem: str, format: str) -> object:
    return pytest.param(stem, format, id=f"{stem}-{format}")


CASES = [case(stem, format) for stem in STEMS for format in FORMATS]


@pytest.mark.parametrize(("stem", "format"), CASES)
def test_no_fact_is_wrong(stem: str, format: str, folder: Path) -> None:
    """No fact says another amount than the page, and nothing that the page does not say."""
    _, facts = reading(stem, format, folder)
    assert not wrong(gold(stem), facts)


@pytest.mark.parametrize(("stem", "format"), CASES)
def test_facts(stem: str, format: str, folder: Path) -> None:
    """What a careful auditor states from the page is among the facts."""
    _, facts = reading(stem, format, folder)
    missing = {said.text for said in gold(stem).facts if not any(said.holds(fact) for fact in facts)}
    excused = {line for name, line in NOT_YET if name == stem} - {"identity"}
    assert missing == excused


@pytest.mark.parametrize(("stem", "format"), CASES)
def test_cells(stem: str, format: str, folder: Path) -> None:
    """Figures stand in their table, row and column, with the table's unit."""
    report, _ = reading(stem, format, folder)
    cells = {(t.title, c.unit, c.row_code, c.row_label, c.column, c.printed) for t, c in report.cells}
    assert not [cell for cell in gold(stem).cells if cell not in cells]


@pytest.mark.parametrize("stem", STEMS)
def test_identity(stem: str, folder: Path, request: pytest.FixtureRequest) -> None:
    """Whose report it is, of which year, kind and scope."""
    if reason := NOT_YET.get((stem, "identity")):
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    report, _ = reading(stem, "html", folder)
    assert (report.unit, report.year, report.kind, report.scope) == gold(stem).body


@pytest.mark.parametrize(("stem", "format"), [each for each in CASES if not each.id.endswith("-html")])
def test_one_report_in_every_format(stem: str, format: str, folder: Path) -> None:
    """The same facts come from every format."""
    first = {(fact.coordinates, fact.value) for fact in reading(stem, "html", folder)[1]}
    other = {(fact.coordinates, fact.value) for fact in reading(stem, format, folder)[1]}
    assert other == first


@pytest.mark.parametrize("stem", STEMS)
def test_no_page_contradicts_itself(stem: str, folder: Path) -> None:
    """The pages are invented to tie out: where two places seem to differ, one of them was misunderstood."""
    _, facts = reading(stem, "html", folder)
    assert not [(fact.coordinates, fact.value) for fact in facts if fact.contradicted_by]

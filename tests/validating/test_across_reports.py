"""Reports of one invented body beside each other, from files to findings: what agrees is silent, what does not names both reports."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import generated_account
import generated_budget
import generated_flat
import generated_units
import pytest
from generated import slip
from test_generated import accused

from mbkg.graph.build import build
from mbkg.graph.store import OxigraphStore, open_graph
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding, Validation

ACROSS = frozenset(rule.id for rule in load_rules() if rule.reach == "graph")


def validate(folder: Path, *texts: tuple[str, str]) -> Validation:
    """Build a graph of reports given as (file name, text) and try all rules on it."""
    files = folder / "reports"
    files.mkdir()
    for name, text in texts:
        (files / name).write_text(text, encoding="utf-8")
    build([files], str(folder / "kg"))
    graph = open_graph(str(folder / "kg"))
    assert isinstance(graph, OxigraphStore)
    validation = validate_store(graph.store, load_rules())
    assert len(validation.reports) == len(texts)
    return validation


def ran(validation: Validation, rule: str) -> int:
    """How many checks of a rule came to a verdict."""
    return sum(
        count
        for by_rule in validation.counts.values()
        for outcome, count in by_rule.get(rule, {}).items()
        if outcome != "not_evaluable"
    )


def only(validation: Validation, rules: Sequence[str]) -> list[Finding]:
    """The accusations, all of which are of these rules and speak of figures of two reports."""
    found = [f for f in accused(validation) if f.severity == "violation"]
    assert found
    assert {f.rule for f in found} <= set(rules), [f.message for f in found]
    for finding in found:
        if finding.rule in ACROSS:
            assert (
                len({operand.node.partition("/cell")[0].partition("/statement")[0] for operand in finding.operands})
                == 2
            ), finding
    return found


def two_years(planted: str = "") -> list[tuple[str, str]]:
    earlier, said = generated_units.write(11, year=2024)
    change = slip("last year's figure", planted, "", "2600") if planted else None
    later, _ = generated_units.write(12, change, year=2025, earlier=said)
    return [("2024.md", earlier), ("2025.md", later)]


def test_two_years_agree(tmp_path: Path) -> None:
    """The column of last year prints what last year's budget printed as this year's."""
    validation = validate(tmp_path, *two_years())
    assert [f.message for f in accused(validation)] == []
    assert ran(validation, "last-year") >= 3


def test_a_changed_figure_of_last_year(tmp_path: Path) -> None:
    """Last year's 公务接待费 is printed 2,600元 higher than last year's budget has it: found beside the sum that breaks."""
    found = only(
        validate(tmp_path, *two_years("7/接待/上年")), ["last-year", "sum-measures", "text-change", "text-rate"]
    )
    (across,) = [f for f in found if f.rule == "last-year"]
    assert across.report.year == 2025
    assert across.difference == Decimal("0.26")


@pytest.mark.parametrize("planted", ["", "text/before"])
def test_last_year_in_the_words(planted: str, tmp_path: Path) -> None:
    """较2024年预算…万元: the sentence is held against last year's tables."""
    earlier, said = generated_flat.write(21, year=2024)
    later, _ = generated_flat.write(22, slip("last year's total", planted, "", "8.5"), year=2025, earlier=said)
    validation = validate(tmp_path, ("2024.txt", earlier), ("2025.txt", later))
    if planted:
        assert "last-year" in {f.rule for f in only(validation, ["last-year", "text-change", "text-rate"])}
    else:
        assert [f.message for f in accused(validation)] == []
        assert ran(validation, "last-year")


@pytest.mark.parametrize("planted", ["", "text/initial"])
def test_budget_and_final_account(planted: str, tmp_path: Path) -> None:
    """The 年初预算 of a final account is what the year's budget printed; 万元 there and 元 here."""
    planned, said = generated_budget.write(31, year=2025)
    spent, _ = generated_account.write(32, slip("the initial budget", planted, "", "70000"), year=2025, budget=said)
    validation = validate(tmp_path, ("budget.md", planned), ("account.html", spent))
    if planted:
        (across,) = [f for f in only(validation, ["initial-budget", "text-completion"]) if f.rule == "initial-budget"]
        assert across.report.kind == "决算"
    else:
        assert [f.message for f in accused(validation)] == []
        assert ran(validation, "initial-budget")


def test_department_and_unit(tmp_path: Path) -> None:
    """A department prints no less than its own head office does, item by item."""
    department, _ = generated_budget.write(41, scope="部门", also=42)
    unit, _ = generated_budget.write(41, scope="单位")
    validation = validate(tmp_path, ("department.md", department), ("unit.md", unit))
    assert {report.scope for report in validation.reports} == {"部门", "单位"}
    assert [f.message for f in accused(validation)] == []
    assert ran(validation, "department-covers-unit") > 10


def test_unit_above_its_department(tmp_path: Path) -> None:
    """A head office that alone prints more than the whole department: one of the two is wrong."""
    department, _ = generated_budget.write(41, scope="部门")
    unit, _ = generated_budget.write(41, scope="单位", also=42)
    validation = validate(tmp_path, ("department.md", department), ("unit.md", unit))
    found = accused(validation)
    assert {(f.rule, f.severity) for f in found} == {("department-covers-unit", "warning")}
    assert {f.report.scope for f in found} == {"部门"}

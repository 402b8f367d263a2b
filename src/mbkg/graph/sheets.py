"""Projects and their performance sheets as triples, with the populations that their words name."""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.amounts import half_places, read_number
from mbkg.graph.bodies import Body, body_of, write_body
from mbkg.graph.iris import DCTERMS, MB, RDF, SKOS
from mbkg.graph.writer import ReportWriter, integer, text
from mbkg.reports import Indicator, Project, Report

_SHEETS = frozenset({"performance-target", "self-evaluation", "transfer-evaluation", "wide-target", "special-fund"})
_CLASS = {"project": MB.Project, "special_fund": MB.SpecialFund, "transfer": MB.TransferProject}


def write_project(number: int, project: Project, report: Report, body: Body, writer: ReportWriter) -> NamedNode:
    """State one project, special fund or transfer with all its indicators; returns its node."""
    node = NamedNode(f"{writer.graph.value}/project/{number:02d}")
    writer.say(node, RDF.type, MB.Project)
    writer.say(node, RDF.type, _CLASS[project.kind])
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.body, body.iri)
    writer.say(node, MB.year, integer(report.year))
    writer.say(node, DCTERMS.title, text(project.name))
    for alias in {*project.aliases, project.sheet_name} - {project.name, ""}:
        writer.say(node, SKOS.altLabel, text(alias))
    writer.say_text(node, MB.projectCode, project.code)
    if project.category:
        writer.say(node, MB.projectCategory, writer.concept("projectCategory", project.category))
        writer.say_text(node, MB.projectCategoryPrinted, project.category)
    for predicate, amount in _amounts(project):
        writer.say_decimal(node, predicate, amount)
    writer.say_text(node, MB.implementingUnit, project.implementing_unit)
    writer.say_text(node, MB.department, project.department)
    for printed, predicate in (
        (project.implementing_unit, MB.implementingBody),
        (project.department, MB.departmentBody),
    ):
        if printed:
            other = body_of(printed, writer)
            write_body(other, writer)
            writer.say(node, predicate, other.iri)
    if project.grade:
        writer.say(node, MB.selfGrade, writer.vocabulary.concept("grade", project.grade))
        writer.say_text(node, MB.selfGradePrinted, project.grade)
    writer.say_text(node, MB.goal, project.goal)
    writer.say_place(node, project.place)
    for population in writer.vocabulary.mentions(
        "population", " ".join((project.name, *project.aliases, project.sheet_name))
    ):
        writer.say(node, MB.population, population)
    for population in writer.vocabulary.mentions("population", project.goal):
        writer.say(node, MB.goalPopulation, population)
    sheet = _sheet_of(project, report, writer)
    for at, indicator in enumerate(project.indicators, start=1):
        _write_indicator(at, indicator, node, sheet, writer)
    return node


def _sheet_of(project: Project, report: Report, writer: ReportWriter) -> NamedNode | None:
    """The table of the performance sheet that prints the project's funds, and so its indicators."""
    names = {project.name, project.sheet_name, *project.aliases}
    for number, table in enumerate(report.tables, start=1):
        if table.family in _SHEETS and any(cell.row_label in names for cell in table.cells):
            return NamedNode(f"{writer.graph.value}/table/{number:02d}")
    return None


def _amounts(project: Project) -> tuple[tuple[NamedNode, Decimal | None], ...]:
    return (
        (MB.budgetWan, project.budget),
        (MB.initialBudgetWan, project.initial_budget),
        (MB.fullYearBudgetWan, project.full_year_budget),
        (MB.executedWan, project.executed),
        (MB.executionRate, project.execution_rate),
        (MB.fiscalAppropriationWan, project.fiscal_appropriation),
        (MB.otherFundsWan, project.other_funds),
        (MB.selfScore, project.score),
    )


def _write_indicator(
    number: int, indicator: Indicator, project: NamedNode, sheet: NamedNode | None, writer: ReportWriter
) -> None:
    node = NamedNode(f"{project.value}/indicator/{number:02d}")
    writer.say(node, MB.table, sheet)
    writer.say(node, RDF.type, MB.Indicator)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.project, project)
    writer.say_text(node, MB.level1, indicator.level1)
    writer.say_text(node, MB.level2, indicator.level2)
    writer.say_text(node, MB.level3, indicator.level3)
    kind = next(
        (
            concept
            for level in (indicator.level2, indicator.level1)
            if level and (concept := writer.vocabulary.concept("indicatorKind", level)) is not None
        ),
        None,
    )
    writer.say(node, MB.indicatorKind, kind)
    writer.say_text(node, MB.comparator, indicator.comparator)
    writer.say_decimal(node, MB.targetValue, indicator.target_value)
    writer.say_text(node, MB.targetUnit, indicator.target_unit)
    writer.say_text(node, MB.targetRaw, indicator.target_raw)
    _write_normalized(node, indicator, writer)
    writer.say_decimal(node, MB.weight, indicator.weight)
    writer.say_decimal(node, MB.actualValue, indicator.actual_value)
    writer.say_text(node, MB.actualUnit, indicator.actual_unit)
    writer.say_text(node, MB.actualRaw, indicator.actual_raw)
    writer.say_text(node, MB.completionRate, indicator.completion_rate)
    _write_halves(node, indicator, writer)
    writer.say_decimal(node, MB.score, indicator.score)
    writer.say_text(node, MB.deviationReason, indicator.deviation)
    writer.say_place(node, indicator.place)
    for population in writer.vocabulary.mentions("population", indicator.level3):
        writer.say(node, MB.population, population)


def _write_halves(node: NamedNode, indicator: Indicator, writer: ReportWriter) -> None:
    """How exactly target, result and completion rate are printed; a plain count is exact."""
    for predicate, value, unit in (
        (MB.targetHalf, indicator.target_value, indicator.target_unit),
        (MB.actualHalf, indicator.actual_value, indicator.actual_unit),
    ):
        if value is not None:
            exact = value == int(value) and not any(scale in unit for scale in "千万亿%")
            writer.say_decimal(node, predicate, Decimal(0) if exact else half_places([str(value)])[0])
    rate = read_number(indicator.completion_rate)
    if rate is not None:
        writer.say_decimal(node, MB.completionPct, rate)
        writer.say_decimal(node, MB.completionHalf, half_places([indicator.completion_rate])[0])


def _write_normalized(node: NamedNode, indicator: Indicator, writer: ReportWriter) -> None:
    """Target and result in their base unit, `5万元/人/年` as 50000 元/人/年; a result in a unit of another base is left out."""
    target = writer.vocabulary.unit(indicator.target_unit)
    actual = writer.vocabulary.unit(indicator.actual_unit)
    base = target or actual
    if base is None:
        return
    if target and indicator.target_value is not None:
        writer.say_decimal(node, MB.normalizedValue, indicator.target_value * target[1])
    if actual and actual[0] == base[0] and indicator.actual_value is not None:
        writer.say_decimal(node, MB.normalizedActual, indicator.actual_value * actual[1])
    writer.say(node, MB.normalizedUnit, base[0])

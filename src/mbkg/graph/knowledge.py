"""Facts and series: what the graph holds to be so, each figure with the places that print it.

A series is everything of a figure but its year. Its lookup key joins its coordinates as labels, so one string finds it; its
ancestor keys are the same string at each code above, so a sum over a subtree reads one key. Only facts of kind leaf take part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from pyoxigraph import NamedNode

from mbkg.amounts import WAN_PER_UNIT
from mbkg.facts.model import BudgetFact, Coordinates, Evidence
from mbkg.graph.bodies import Body
from mbkg.graph.iris import BASE, MB, PROV, QB, RDF, digest, series_iri
from mbkg.graph.writer import ReportWriter, decimal, integer, text
from mbkg.labels import fold
from mbkg.reports import Cell, Report, Table

SCOPE = {"department": NamedNode(f"{BASE}scope/department"), "unit": NamedNode(f"{BASE}scope/unit")}


class Evidences(TypedDict):
    """The nodes of a report's evidence, in the order of `Report.cells`, `.statements` and `.projects`."""

    cell: list[NamedNode]
    statement: list[NamedNode]
    project: list[NamedNode]


def lookup_key(
    body: str,
    scope: str,
    measure: str,
    phase: str,
    fund: str = "",
    nature: str = "",
    code: str = "",
    project: str = "",
    total: str = "",
) -> str:
    """The key of a series: its coordinates as preferred labels, `招远市医疗保障局|部门|支出|预算|一般公共预算|基本支出|2101505||`.

    `code` is a functional or an economic code, or both economic codes as `30101/50501`; blank coordinates mean "all of it".
    """
    return "|".join((body, scope, measure, phase, fund, nature, code, project, total))


def write_facts(
    report: Report, facts: Sequence[BudgetFact], body: Body, evidences: Evidences, writer: ReportWriter
) -> None:
    """State every fact of a report with its coordinates, its amount, its series and its evidence."""
    projects = _projects_by_name(report, evidences)
    cells = report.cells
    shapes = {_without_codes(fact.coordinates) for fact in facts}
    codes: dict[Coordinates, set[str]] = {shape: set() for shape in shapes}
    for fact in facts:
        codes[_without_codes(fact.coordinates)].add(_joined_code(fact.coordinates))
    for fact in facts:
        at = fact.coordinates
        node = NamedNode(f"{writer.graph.value}/fact/{_fact_digest(at)}")
        writer.say(node, RDF.type, MB.BudgetFact)
        writer.say(node, RDF.type, QB.Observation)
        writer.say(node, QB.dataSet, NamedNode(f"{BASE}dataset/{_dataset(at)}"))
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.body, body.iri)
        writer.say(node, MB.scope, SCOPE[report.scope])
        writer.say(node, MB.year, integer(at.year))
        key = _write_coordinates(node, at, body, writer.label(SCOPE[report.scope], ""), writer)
        _write_series(node, key, at, writer)
        if at.project:
            writer.say(node, MB.project, projects.get(fold(at.project)))
            writer.say_text(node, MB.projectName, at.project)
        for kind in _kinds(_joined_code(at), codes[_without_codes(at)]):
            writer.say(node, MB.rowKind, text(kind))
        _write_amount(node, fact, report, cells, writer)
        writer.say_confidence(node, fact.confidence)
        _write_evidence(node, fact, evidences, writer)


def _write_coordinates(node: NamedNode, at: Coordinates, body: Body, scope: str, writer: ReportWriter) -> str:
    measure = writer.concept("measure", at.measure)
    phase = writer.concept("phase", at.phase)
    fund = writer.concept("fund", at.fund) if at.fund else NamedNode(f"{BASE}fund/all")
    nature = writer.concept("nature", at.nature) if at.nature else NamedNode(f"{BASE}nature/total")
    writer.say(node, MB.measure, measure)
    writer.say(node, MB.phase, phase)
    writer.say(node, MB.fundSource, fund)
    writer.say(node, MB.expenditureNature, nature)
    writer.say(node, MB.functionCode, writer.code("function", at.function) if at.function else None)
    writer.say(node, MB.economicCode, writer.code("economic-department", at.economic) if at.economic else None)
    writer.say(
        node, MB.governmentEconomicCode, writer.code("economic-government", at.government) if at.government else None
    )
    writer.say_text(node, MB.totalKind, at.total)
    return lookup_key(
        body.name,
        scope,
        writer.label(measure, at.measure),
        writer.label(phase, at.phase),
        writer.label(fund, at.fund) if at.fund else "",
        writer.label(nature, at.nature) if at.nature else "",
        _joined_code(at),
        at.project,
        at.total,
    )


def _write_series(node: NamedNode, key: str, at: Coordinates, writer: ReportWriter) -> None:
    series = series_iri(key)
    writer.say(node, MB.series, series)
    writer.share(series, RDF.type, MB.Series)
    writer.share(series, MB.lookupKey, text(key))
    parts = key.split("|")
    for above in _codes_above(at):
        writer.share(series, MB.ancestorKey, text("|".join((*parts[:6], above, *parts[7:]))))


def _write_amount(
    node: NamedNode, fact: BudgetFact, report: Report, cells: Sequence[tuple[Table, Cell]], writer: ReportWriter
) -> None:
    if fact.unit in WAN_PER_UNIT:
        writer.say(node, MB.amountWan, decimal(fact.value * WAN_PER_UNIT[fact.unit]))
    value, unit = fact.value, fact.unit
    if fact.derived_from:
        best = fact.derived_from[0]
        if best.kind == "cell":
            _, cell = cells[best.index]
            value, unit = cell.value, cell.unit or unit
        elif best.kind == "statement" and report.statements[best.index].value is not None:
            statement = report.statements[best.index]
            value, unit = statement.value or value, statement.unit or unit
    writer.say(node, MB.amount, decimal(value))
    writer.say(node, MB.amountUnit, writer.concept("uom", unit) if unit else None)


def _write_evidence(node: NamedNode, fact: BudgetFact, evidences: Evidences, writer: ReportWriter) -> None:
    def place(evidence: Evidence) -> NamedNode:
        return evidences[evidence.kind][evidence.index]

    for rank, evidence in enumerate(fact.derived_from):
        writer.say(node, PROV.wasDerivedFrom, place(evidence))
        if rank == 0:
            writer.say(node, MB.bestEvidence, place(evidence))
    for evidence in fact.contradicted_by:
        writer.say(node, MB.contradictedBy, place(evidence))


def _projects_by_name(report: Report, evidences: Evidences) -> dict[str, NamedNode]:
    names: dict[str, NamedNode] = {}
    for project, node in zip(report.projects, evidences["project"], strict=True):
        for name in (project.name, project.sheet_name, *project.aliases):
            if name and (project.kind == "project" or fold(name) not in names):
                names.setdefault(fold(name), node)
    return names


def _fact_digest(at: Coordinates) -> str:
    return digest(
        at.measure,
        str(at.year),
        at.phase,
        at.fund,
        at.nature,
        at.function,
        at.economic,
        at.government,
        at.project,
        at.total,
        length=16,
    )


def _joined_code(at: Coordinates) -> str:
    economic = "/".join(code for code in (at.economic, at.government) if code)
    return "+".join(code for code in (at.function, economic) if code)


def _without_codes(at: Coordinates) -> Coordinates:
    return replace(at, function="", economic="", government="")


def _codes_above(at: Coordinates) -> list[str]:
    """The codes above this one, nearest first, then `*function`, `*economic` or `*economicPair` for the whole classification.

    A figure under two economic codes also counts toward its department code alone, written `301/*`.
    """
    if not (at.function or at.economic):
        return []
    above = [f"{stem}/*" for stem in _stems(at.economic)] if at.government else []
    up = at
    while True:
        up = replace(
            up, function=_parent(up.function), economic=_parent(up.economic), government=_parent(up.government)
        )
        if not (up.function or up.economic or up.government):
            return [*above, f"*{_dataset(at)}"]
        above.append(_joined_code(up))


def _stems(code: str) -> list[str]:
    return [code[:length] for length in range(len(code), 2, -2)]


def _parent(code: str) -> str:
    return code[:-2] if len(code) > 3 else ""


def _kinds(code: str, codes: set[str]) -> tuple[str, ...]:
    first = code.partition("+")[0].partition("/")[0]
    if not first:
        return ("total",)
    level = {3: "类", 5: "款", 7: "项"}.get(len(first), "line")
    beneath = any(other != code and _beneath(other, code) for other in codes)
    return (level,) if beneath else (level, "leaf")


def _beneath(code: str, parent: str) -> bool:
    parts, above = code.replace("+", "/").split("/"), parent.replace("+", "/").split("/")
    return len(parts) == len(above) and all(part.startswith(stem) for part, stem in zip(parts, above, strict=True))


def _dataset(at: Coordinates) -> str:
    if at.project:
        return "project"
    if at.function:
        return "function"
    if at.economic:
        return "economicPair" if at.government else "economic"
    return "total"

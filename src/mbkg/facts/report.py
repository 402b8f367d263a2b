"""The facts of one report: figures gathered by their coordinates, with every place that prints them and every place that prints another.

Figures that differ only by what makes no difference in this report (its one source of funds, nothing carried over) are one figure about the
world; they are compared, and stay apart as facts only because users ask for them by different names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mbkg.amounts import WAN_PER_UNIT, printed_places, to_wan
from mbkg.coordinates import Coordinates
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.facts.statements import printed_codes, statement_coordinates
from mbkg.reports import Cell, Report, Table
from mbkg.resources import resource_path
from mbkg.tables.header import Column
from mbkg.tables.lexicon import Family, Heading, Lexicon, Segment, load_lexicon
from mbkg.tables.meaning import Background, Frame, RowKey, background_of, carried_from, coordinates


@dataclass(frozen=True, slots=True)
class _Claim:
    """One place that says: the figure at these coordinates is this much (in 万元), give or take its rounding."""

    at: Coordinates
    value: Decimal
    half: Decimal  # half of the last printed place, in 万元
    place: str  # table family, `sheet` or `narrative`
    source: int  # tells tables apart
    evidence: Evidence
    confidence: float = 1.0


def report_facts(report: Report) -> tuple[BudgetFact, ...]:
    """Every figure the report states about its body, once, in coordinate order."""
    claims = [*_cell_claims(report), *_statement_claims(report), *_project_claims(report)]
    background = report_background(report)
    together: dict[Coordinates, list[_Claim]] = {}
    exact: dict[Coordinates, list[_Claim]] = {}
    for claim in claims:
        together.setdefault(background.simplest(claim.at), []).append(claim)
        exact.setdefault(claim.at, []).append(claim)
    facts = []
    for at in sorted(exact):
        group = together[background.simplest(at)]
        winner = _winner(group)
        agreeing = [claim for claim in group if _agree(claim, winner)]
        differing = [claim for claim in group if not _agree(claim, winner)]
        best = min(agreeing, key=lambda claim: (claim.half, _rank(claim), claim.source))
        own_first = sorted(
            agreeing, key=lambda claim: (claim.at != at, claim.confidence < 1, _rank(claim), claim.source)
        )
        facts.append(
            BudgetFact(
                coordinates=at,
                value=best.value,
                unit="万元",
                derived_from=tuple(claim.evidence for claim in own_first),
                contradicted_by=tuple(claim.evidence for claim in differing),
                confidence=max(claim.confidence for claim in agreeing),
            )
        )
    return tuple(facts)


def _agree(one: _Claim, other: _Claim) -> bool:
    return abs(one.value - other.value) <= one.half + other.half


def _winner(claims: Sequence[_Claim]) -> _Claim:
    """The claim whose amount most places print; on a tie the first by authority."""

    def places(claim: _Claim) -> int:
        return len({(other.place, other.source) for other in claims if _agree(claim, other)})

    return min(
        claims,
        key=lambda claim: (-places(claim), claim.confidence < 1, _rank(claim), claim.source, claim.evidence.index),
    )


def _rank(claim: _Claim) -> int:
    order = _authority()
    return order.get(claim.place, len(order))


@cache
def _authority() -> Mapping[str, int]:
    with resource_path("ontology", "tables", "authority.toml").open("rb") as file:
        return {name: rank for rank, name in enumerate(tomllib.load(file)["order"])}


# ---- claims


def _cell_claims(report: Report) -> list[_Claim]:
    lexicon = load_lexicon()
    frame = Frame(report.unit, report.year, report.kind)
    families = {family.id: family for family in lexicon.families}
    claims = []
    index = -1
    for number, table in enumerate(report.tables):
        details = _detail_rows(table)
        family = families.get(table.family)
        wider = _wider_totals(table, family, lexicon)
        for position, cell in enumerate(table.cells):
            index += 1
            if family is None or table.unit not in WAN_PER_UNIT or cell.how == "ambiguous" or cell.row in details:
                continue
            if position in wider:
                continue
            column = _column(cell, lexicon)
            code, _, government = cell.row_code.partition("|")
            total = not code and not cell.lane and (not cell.row_label or lexicon.is_total(cell.row_label))
            within = carried_from([label for _, label in table.rows], cell.row, lexicon) if cell.lane else ""
            row = RowKey(code, cell.row_label, cell.lane, government, total, within)
            notes = (table.declared_empty, *table.notes)
            at = coordinates(family, column, row, frame, lexicon, notes)
            if at is not None:
                half = to_wan(Decimal(5).scaleb(-printed_places(cell.printed) - 1), table.unit)
                value = to_wan(cell.value, table.unit)
                where = Evidence("cell", index)
                claims.append(_Claim(at, value, half, table.family, number, where, cell.confidence))
    return claims


def _detail_rows(table: Table) -> frozenset[int]:
    """Rows that repeat the code of the row above them: details of it, not its figure."""
    details = set()
    last: dict[str, int] = {}
    previous = ""
    for cell in table.cells:
        code = cell.row_code
        if code and code == previous and cell.row != last.get(code):
            details.add(cell.row)
        elif code:
            last[code] = cell.row
        previous = code
    return frozenset(details)


def _wider_totals(table: Table, family: Family | None, lexicon: Lexicon) -> frozenset[int]:
    """Totals that add up more than their family: `合计` of a table of 三公、会议费 and 培训费 is no “三公”经费.

    Returns:
        positions in `table.cells`. A total stays where its row's parts alone make it up, or where a heading of its own names it.
    """
    if family is None or not family.parts:
        return frozenset()
    about = [_measure_and_time(cell, lexicon) for cell in table.cells]
    named = {measure for measure, _ in about} - {"", family.sets.get("measure", "")}
    if named <= family.parts | family.within:
        return frozenset()
    sums: dict[tuple[int, frozenset[str]], Decimal] = {}
    for cell, (measure, time) in zip(table.cells, about, strict=True):
        if measure in family.parts:
            sums[cell.row, time] = sums.get((cell.row, time), Decimal(0)) + cell.value
    return frozenset(
        position
        for position, (cell, (measure, time)) in enumerate(zip(table.cells, about, strict=True))
        if not measure and sums.get((cell.row, time)) != cell.value
    )


def _measure_and_time(cell: Cell, lexicon: Lexicon) -> tuple[str, frozenset[str]]:
    """The measure that the lowest naming heading over a cell names, and the printed headings that tell its year or phase."""
    measure = ""
    time = set()
    for text in cell.path:
        found = lexicon.heading(text)
        if found is None:
            continue
        measure = found.heading.sets.get("measure") or measure
        if found.year is not None or "phase" in found.heading.sets or "year" in found.heading.sets:
            time.add(text)
    return measure, frozenset(time)


def _column(cell: Cell, lexicon: Lexicon) -> Column:
    """The cell's column with the meaning of its headings, looked up again from the printed path."""
    segments = []
    for text in (*((cell.lane,) if cell.lane and cell.lane not in cell.path else ()), *cell.path):
        found = lexicon.heading(text)
        segments.append(found or Segment(text, Heading(text, known=False)))
    return Column(cell.path, tuple(segments))


def _statement_claims(report: Report) -> list[_Claim]:
    frame = Frame(report.unit, report.year, report.kind)
    codes = printed_codes([row for table in report.tables for row in table.rows])
    claims = []
    for index, statement in enumerate(report.statements):
        if statement.value is None:
            continue
        for at in statement_coordinates(statement, frame, codes):
            half = to_wan(Decimal(5).scaleb(-printed_places(str(statement.value)) - 1), statement.unit)
            value = to_wan(statement.value, statement.unit)
            where = Evidence("statement", index)
            claims.append(_Claim(at, value, half, "narrative", -1, where, statement.place.confidence))
    return claims


def _project_claims(report: Report) -> list[_Claim]:
    """Project amounts by phase; the budget of a list row is a cell's claim already, under the same coordinates."""
    phases = {"budget": "预算", "initial_budget": "年初预算", "full_year_budget": "全年预算", "executed": "决算"}
    claims = []
    for index, project in enumerate(report.projects):
        if project.kind != "project":
            continue
        for name, phase in phases.items():
            value = getattr(project, name)
            if value is None:
                continue
            at = Coordinates("支出", report.year, phase, nature="项目支出", project=project.name)
            half = Decimal(5).scaleb(-printed_places(str(value)) - 1)
            where = Evidence("project", index)
            claims.append(_Claim(at, value, half, "sheet", 10_000 + index, where, project.place.confidence))
    return claims


def report_background(report: Report) -> Background:
    """Which funds hold money in this report, and whether anything is carried over, from its summary table."""
    rows = [
        (cell.lane, cell.row_label, cell.value != 0)
        for table in report.tables
        if table.family == "summary"
        for cell in table.cells
    ]
    return background_of(rows, load_lexicon())

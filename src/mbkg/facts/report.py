"""The facts of one report: figures gathered by their coordinates, with every place that prints them and every place that prints another.

Figures that differ only by what makes no difference in this report (its one source of funds, nothing carried over) are one figure about the
world; they are compared, and stay apart as facts only because users ask for them by different names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from mbkg.amounts import WAN_PER_UNIT, printed_places, to_wan
from mbkg.coordinates import Coordinates
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.facts.statements import printed_codes, statement_coordinates
from mbkg.reports import Cell, Report, Table
from mbkg.resources import resource_path
from mbkg.tables.header import Column
from mbkg.tables.lexicon import UNIT_IN_HEADING, Family, Heading, Lexicon, Segment, load_lexicon
from mbkg.tables.meaning import Background, Frame, RowKey, background_of, carried_from, coordinates, sole_unit

_TWO_SIDED = ("summary", "appropriation-summary")
_APPROPRIATION = "当年拨款"  # of a figure that leaves out carried-over money which the same figure elsewhere holds
_SPENT = ("基本支出", "项目支出", "人员经费", "公用经费")
CARRIED_FUNDS = ("上年结转", "使用非财政拨款结余")


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
    background = report_background(report)
    claims = _this_year(_scoped(_all_claims(report), background)[0])
    together: dict[Coordinates, list[_Claim]] = {}
    exact: dict[Coordinates, list[_Claim]] = {}
    for claim in claims:
        together.setdefault(comparable(claim.at, background), []).append(claim)
        exact.setdefault(claim.at, []).append(claim)
    facts = []
    for at in sorted(exact):
        group = together[comparable(at, background)]
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


def comparable(at: Coordinates, background: Background) -> Coordinates:
    """The coordinates by which figures of a report are compared: what makes no difference in it is left out.

    What a final account spends on a function, or as basic or project expenditure, is this year's, whether or not it says 本年支出:
    money kept for next year stands beside the functions, never in them. In a budget 本年 may mean this year's appropriation alone.
    """
    plain = background.simplest(at)
    spent = plain.measure == "支出" and plain.phase == "决算" and (plain.function or plain.nature in _SPENT)
    return replace(plain, total="") if spent and plain.total == "本年" else plain


def scopes_apart(report: Report) -> tuple[tuple[Evidence, Evidence], ...]:
    """Totals of two tables that are one figure with and without money carried over, as far as the report tells; the smaller one first."""
    return _scoped(_all_claims(report), report_background(report))[1]


def _all_claims(report: Report) -> list[_Claim]:
    return [*_cell_claims(report), *_statement_claims(report), *_project_claims(report)]


def _scoped(
    claims: Sequence[_Claim], background: Background
) -> tuple[list[_Claim], tuple[tuple[Evidence, Evidence], ...]]:
    """Claims that leave carried-over money out marked as 当年拨款 where another table's hold it, and the two totals that show it.

    A table is such a one where money is carried over, its total lies below another table's by no more than that money, and the classes that
    differ lie below the other's by just as much altogether. A single figure that differs is no other scope.
    """
    if not background.carried_over:
        return list(claims), ()
    carried = max((abs(claim.value) for claim in claims if _is_carried(claim.at)), default=Decimal(0))
    if not carried:
        return list(claims), ()
    tables: dict[int, dict[Coordinates, _Claim]] = {}
    for claim in claims:
        if claim.evidence.kind == "cell" and claim.at.measure in ("收入", "支出") and not claim.at.total:
            tables.setdefault(claim.source, {}).setdefault(claim.at, claim)
    pairs: dict[int, tuple[_Claim, _Claim]] = {}
    for wide, of_wide in tables.items():
        for narrow, of_narrow in tables.items():
            found = _narrower(of_narrow, of_wide, carried) if narrow not in pairs and narrow != wide else None
            if found is not None:
                pairs[narrow] = found
    whole = {at: claim for number, of_table in tables.items() if number not in pairs for at, claim in of_table.items()}

    def apart(claim: _Claim) -> bool:
        return claim.at in whole and not _agree(claim, whole[claim.at])

    narrower = {claim.at: claim for number in pairs for claim in tables[number].values() if apart(claim)}
    marked = [
        replace(claim, at=replace(claim.at, total=_APPROPRIATION))
        if claim.at in narrower and apart(claim) and (claim.source in pairs or _agree(claim, narrower[claim.at]))
        else claim
        for claim in claims
    ]
    return marked, tuple((own.evidence, other.evidence) for own, other in pairs.values())


def _is_carried(at: Coordinates) -> bool:
    return at.fund in CARRIED_FUNDS or at.nature == "结转下年" or "结转" in at.measure


def _narrower(
    narrow: Mapping[Coordinates, _Claim], wide: Mapping[Coordinates, _Claim], carried: Decimal
) -> tuple[_Claim, _Claim] | None:
    """The totals of two tables of which the first leaves out carried-over money that the second holds; None if they do not differ so."""
    for at, whole in wide.items():
        own = narrow.get(at)
        if own is None or at.function or at.economic or at.project or at.nature or _agree(own, whole):
            continue
        apart = [
            (other.value - mine.value, other.half + mine.half)
            for other, mine in (
                (wide[a], narrow[a])
                for a in wide
                if a in narrow and len(a.function) == 3 and replace(a, function="") == at
            )
            if not _agree(other, mine)
        ]
        gap = whole.value - own.value
        if (
            not apart
            or any(difference < 0 for difference, _ in apart)
            or not 0 < gap <= carried + whole.half + own.half
        ):
            continue
        room = sum((half for _, half in apart), whole.half + own.half)
        if abs(sum((difference for difference, _ in apart), Decimal(0)) - gap) <= room:
            return own, whole
    return None


def _this_year(claims: Sequence[_Claim]) -> list[_Claim]:
    """Claims with the totals of detail tables put where the two-sided tables show they belong: 合计 of 支出总表 may be 本年支出合计."""
    sided = {claim.at: claim for claim in reversed(claims) if claim.place in _TWO_SIDED}

    def placed(claim: _Claim) -> _Claim:
        whole, own = sided.get(claim.at), sided.get(replace(claim.at, total="本年"))
        if claim.place in _TWO_SIDED or claim.at.total or whole is None or own is None:
            return claim
        return replace(claim, at=own.at) if _agree(claim, own) and not _agree(claim, whole) else claim

    return [placed(claim) for claim in claims]


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
        family = families.get(table.family)
        details = _detail_rows(table) if family is None or family.axis != "project" else frozenset()
        wider = _wider_totals(table, family, lexicon)
        carried = _totals_with_carried(table, family, lexicon)
        labels, alone = [label for _, label in table.rows], sole_unit(table.rows)
        for position, cell in enumerate(table.cells):
            index += 1
            if family is None or table.unit not in WAN_PER_UNIT or cell.how == "ambiguous" or cell.row in details:
                continue
            if position in wider or position in carried or _other_unit(cell, table):
                continue
            at = _coordinates_in(table, family, cell, frame, labels, alone, lexicon)
            if at is not None:
                half = to_wan(Decimal(5).scaleb(-printed_places(cell.printed) - 1), table.unit)
                value = to_wan(cell.value, table.unit)
                where = Evidence("cell", index)
                claims.append(_Claim(at, value, half, table.family, number, where, cell.confidence))
    return claims


def cell_coordinates(report: Report, table: int, cell: Cell) -> Coordinates | None:
    """What a cell of a report's table is about; None where that is not known. The cell need not be one that is printed."""
    lexicon = load_lexicon()
    own = report.tables[table]
    family = next((family for family in lexicon.families if family.id == own.family), None)
    labels, alone = [label for _, label in own.rows], sole_unit(own.rows)
    return _coordinates_in(own, family, cell, Frame(report.unit, report.year, report.kind), labels, alone, lexicon)


def _coordinates_in(
    table: Table, family: Family | None, cell: Cell, frame: Frame, labels: Sequence[str], alone: bool, lexicon: Lexicon
) -> Coordinates | None:
    code, _, government = cell.row_code.partition("|")
    total = not code and not cell.lane and (not cell.row_label or lexicon.is_total(cell.row_label))
    within = carried_from(labels, cell.row, lexicon) if not code else ""
    row = RowKey(code, cell.row_label, cell.lane, government, total, within, alone)
    notes = (table.declared_empty, *table.notes)
    return coordinates(family, _column(cell, lexicon), row, frame, lexicon, notes)


def _detail_rows(table: Table) -> frozenset[int]:
    """Rows that share their code with another: details of the first where they add up to it, else figures of units or of parts.

    A row printed twice alike, as on two pages, is one.
    """
    rows: dict[str, dict[int, dict[str, Decimal]]] = {}
    for cell in table.cells:
        if cell.row_code and not cell.lane:
            rows.setdefault(cell.row_code, {}).setdefault(cell.row, {})[cell.column] = cell.value
    details: set[int] = set()
    for of_code in rows.values():
        first, *others = of_code
        details.update(others)
        whole, parts = of_code[first], [of_code[row] for row in others]
        if any(part != whole for part in parts) and any(
            sum(part.get(column, Decimal(0)) for part in parts) != value for column, value in whole.items()
        ):
            details.add(first)
    return frozenset(details)


def _wider_totals(table: Table, family: Family | None, lexicon: Lexicon) -> frozenset[int]:
    """Totals that add up more than their family: `合计` of a table of 三公、会议费 and 培训费 is no “三公”经费.

    Returns:
        positions in `table.cells`. A total stays where its row's parts alone make it up, or where a heading of its own names it.
    """
    if family is None or not family.parts:
        return frozenset()
    about = [_measure_and_time(cell, lexicon) for cell in table.cells]
    of_row = [lexicon.measure_of_row(cell.row_label) for cell in table.cells]
    if set(of_row) - {"", family.sets.get("measure", "")}:
        return _wider_rows(table, family, of_row, lexicon)
    named = {measure for measure, _ in about} - {"", family.sets.get("measure", "")}
    strange = any(lexicon.heading_of_cell(cell.path[-1]) is None for cell in table.cells if cell.path)
    if named <= family.parts | family.within and not strange:
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


def _wider_rows(table: Table, family: Family, measures: Sequence[str], lexicon: Lexicon) -> frozenset[int]:
    """The same where every measure has a row: positions of the cells of total rows that their columns' parts do not make up."""
    rows = {cell.row_label: measure for cell, measure in zip(table.cells, measures, strict=True)}
    strange = any(not measure and label and not lexicon.is_total(label) for label, measure in rows.items())
    if set(measures) - {""} <= family.parts | family.within | {family.sets.get("measure", "")} and not strange:
        return frozenset()
    sums: dict[str, Decimal] = {}
    for cell, measure in zip(table.cells, measures, strict=True):
        if measure in family.parts:
            sums[cell.column] = sums.get(cell.column, Decimal(0)) + cell.value
    return frozenset(
        position
        for position, (cell, measure) in enumerate(zip(table.cells, measures, strict=True))
        if not measure and sums.get(cell.column) != cell.value
    )


def _totals_with_carried(table: Table, family: Family | None, lexicon: Lexicon) -> frozenset[int]:
    """Grand totals of one source's income that hold more than this year's: what was carried over is no income of the source."""
    if family is None or family.axis != "lanes" or not family.sets.get("fund"):
        return frozenset()
    totals: dict[int, Cell] = {}
    this_year: dict[str, Decimal] = {}
    for position, cell in enumerate(table.cells):
        known = lexicon.lane_row(cell.row_label) if cell.lane == "收入" else None
        if known is not None and known.sets.get("total"):
            this_year[cell.column] = cell.value
        elif known is not None and known.sum:
            totals[position] = cell
    return frozenset(at for at, cell in totals.items() if this_year.get(cell.column, cell.value) != cell.value)


def _other_unit(cell: Cell, table: Table) -> bool:
    """Whether a heading over the cell states a money unit that is not the table's: `金额（万元）` in a table in 元."""
    units = {found[1] for text in cell.path if (found := UNIT_IN_HEADING.search(text))}
    return bool(units - {table.unit})


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
        found = lexicon.heading_of_cell(text)
        segments.append(found or Segment(text, Heading(text, known=False)))
    if cell.lane not in ("", *cell.path) and len(cell.path) > 1 and not segments[1].heading.known:
        segments[1] = Segment(
            cell.path[0], Heading(cell.lane, "lane")
        )  # whatever stands over the side of a two-sided table
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
    background = background_of(rows, load_lexicon())
    return background if background.carried_over else replace(background, carried_over=_prints_carried(report))


def _prints_carried(report: Report) -> bool:
    """Whether any table prints an amount under 上年结转, though the summary has no such row."""
    found = (load_lexicon().heading(text) for _, cell in report.cells if cell.value for text in cell.path)
    return any(segment is not None and segment.heading.sets.get("fund") == "上年结转" for segment in found)

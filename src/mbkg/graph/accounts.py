"""What hangs together across the tables of a report, as the graph states it for the rules in `shapes/accounts.ttl`.

Nothing is judged here: a node says that a total is blank above figures, that a rule binds figures of two tables, that a row is printed
twice, that a pair of codes stands in one row. Which of that is wrong is for the shapes to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.amounts import WAN_PER_UNIT, half_places, to_wan
from mbkg.facts.blanks import blank_places
from mbkg.facts.comparisons import comparisons_of
from mbkg.facts.model import BudgetFact
from mbkg.facts.report import report_background
from mbkg.facts.scales import table_scales
from mbkg.graph.iris import MB, RDF
from mbkg.graph.knowledge import Evidences
from mbkg.graph.relations import write_same_figures
from mbkg.graph.writer import ReportWriter, integer, text
from mbkg.reports import Report, Table


def write_accounts(report: Report, facts: Sequence[BudgetFact], evidences: Evidences, writer: ReportWriter) -> None:
    """State everything that the rules across tables need."""
    starts = _starts(report)
    scales = table_scales(report, facts)
    for number, (table, start) in enumerate(zip(report.tables, starts, strict=True)):
        cells = evidences["cell"][start : start + len(table.cells)]
        iri = _table_iri(number, writer)
        _write_gaps(iri, table, cells, writer)
        _write_repeated_rows(iri, table, cells, writer)
    for number, factor in scales.items():
        writer.say_decimal(_table_iri(number, writer), MB.scale, factor)
    write_same_figures(facts, evidences["cell"], evidences["statement"], writer, _cells_apart(report, starts, scales))
    _write_comparisons(report, facts, evidences, writer)
    _write_blanks(report, facts, evidences, writer)
    _write_pairs(report, evidences, writer)


def _starts(report: Report) -> list[int]:
    """The index in `Report.cells` of every table's first cell."""
    starts = [0]
    for table in report.tables[:-1]:
        starts.append(starts[-1] + len(table.cells))
    return starts[: len(report.tables)]


def _cells_apart(report: Report, starts: Sequence[int], scales: Mapping[int, Decimal]) -> frozenset[int]:
    """The cells of the tables whose figures are all a factor apart from the same figures elsewhere."""
    slipped = [number for number, factor in scales.items() if factor != 1]
    return frozenset(
        at for number in slipped for at in range(starts[number], starts[number] + len(report.tables[number].cells))
    )


def _table_iri(number: int, writer: ReportWriter) -> NamedNode:
    return NamedNode(f"{writer.graph.value}/table/{number + 1:02d}")


def _begin(node: NamedNode, kind: NamedNode, writer: ReportWriter, table: NamedNode | None = None) -> None:
    writer.say(node, RDF.type, kind)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.table, table)


def _write_gaps(table_iri: NamedNode, table: Table, cells: Sequence[NamedNode], writer: ReportWriter) -> None:
    beside = {cell.row: cell.place for cell in table.cells}
    for number, gap in enumerate(table.gaps, start=1):
        node = NamedNode(f"{table_iri.value}/gap/{number:03d}")
        _begin(node, MB.Gap, writer, table_iri)
        writer.say_text(node, MB.rowCode, gap.row_code)
        writer.say_text(node, MB.rowLabel, gap.row_label)
        writer.say_text(node, MB.column, gap.column)
        if gap.row in beside:
            writer.say_place(node, beside[gap.row])
        for part in gap.parts:
            writer.say(node, MB.part, cells[part])


def _write_repeated_rows(table_iri: NamedNode, table: Table, cells: Sequence[NamedNode], writer: ReportWriter) -> None:
    """Rows that print the code, name and figures of a row above; `mb:codes` and `mb:codesRepeated` tell how usual that is in the table."""
    rows: dict[int, list[int]] = {}
    for at, cell in enumerate(table.cells):
        rows.setdefault(cell.row, []).append(at)
    alike: dict[tuple[object, ...], list[int]] = {}
    codes = set()
    repeated: dict[str, int] = {}
    for row, own in rows.items():
        first = table.cells[own[0]]
        name = first.row_code or (first.row_label if table.family.endswith("project-expenditure") else "")
        if not name or first.lane:
            continue
        repeated[name] = repeated.get(name, 0) + (name in codes)
        codes.add(name)
        figures = tuple((table.cells[at].column, table.cells[at].value) for at in own)
        if any(value for _, value in figures):
            alike.setdefault((first.row_code, first.row_label, figures), []).append(row)
    groups = [found for found in alike.values() if len(found) > 1]
    for number, found in enumerate(groups, start=1):
        node = NamedNode(f"{table_iri.value}/repeated/{number:03d}")
        first = table.cells[rows[found[0]][0]]
        _begin(node, MB.RepeatedRow, writer, table_iri)
        writer.say_text(node, MB.rowCode, first.row_code)
        writer.say_text(node, MB.rowLabel, first.row_label)
        writer.say(node, MB.codes, integer(len(codes)))
        writer.say(node, MB.codesRepeated, integer(sum(bool(count) for count in repeated.values())))
        writer.say(node, MB.whole, cells[rows[found[0]][0]])
        for row in found[1:]:
            writer.say(node, MB.part, cells[rows[row][0]])


def _halves(report: Report) -> list[Decimal]:
    """Half of the last printed place of every cell, in 万元; zero for what is no money."""
    found: list[Decimal] = []
    for table in report.tables:
        for cell, half in zip(table.cells, half_places([cell.printed for cell in table.cells]), strict=True):
            found.append(to_wan(half, cell.unit) if cell.unit in WAN_PER_UNIT else Decimal(0))
    return found


def _write_comparisons(report: Report, facts: Sequence[BudgetFact], evidences: Evidences, writer: ReportWriter) -> None:
    nodes: Mapping[str, Sequence[NamedNode]] = {"cell": evidences["cell"], "statement": evidences["statement"]}
    cells = _halves(report)
    for number, each in enumerate(comparisons_of(report, facts, report_background(report)), start=1):
        node = NamedNode(f"{writer.graph.value}/comparison/{number:03d}")
        _begin(node, MB.Comparison, writer)
        writer.say(node, MB.compares, text(each.kind))
        writer.say(node, MB.whole, nodes[each.left.kind][each.left.index])
        tolerance = Decimal(0)
        for place in (each.left, *each.rights):
            if place.kind == "cell":
                tolerance += cells[place.index]
            else:
                statement = report.statements[place.index]
                tolerance += to_wan(half_places([str(statement.value)])[0], statement.unit)
        for place in each.rights:
            writer.say(node, MB.part, nodes[place.kind][place.index])
        writer.say_decimal(node, MB.tolerance, tolerance)


def _write_blanks(report: Report, facts: Sequence[BudgetFact], evidences: Evidences, writer: ReportWriter) -> None:
    for number, blank in enumerate(blank_places(report, facts), start=1):
        table = report.tables[blank.table]
        node = NamedNode(f"{writer.graph.value}/blank/{number:03d}")
        _begin(node, MB.BlankPlace, writer, _table_iri(blank.table, writer))
        beside = next(cell for cell in table.cells if cell.row == blank.row)
        writer.say_text(node, MB.rowCode, beside.row_code)
        writer.say_text(node, MB.rowLabel, beside.row_label)
        writer.say(node, MB.column, text(blank.column))
        writer.say_place(node, beside.place)
        writer.say(node, MB.best, evidences["cell"][blank.printed.index])


def _write_pairs(report: Report, evidences: Evidences, writer: ReportWriter) -> None:
    """Every pair of a department and a government economic code that a row prints, once, where it is first printed."""
    for number, (code, at) in enumerate(sorted(_pairs(report)), start=1):
        cell = report.cells[at][1]
        department, _, government = code.partition("|")
        node = NamedNode(f"{writer.graph.value}/pair/{number:03d}")
        _begin(node, MB.EconomicPair, writer)
        writer.say(node, MB.economicCode, writer.code("economic-department", department, cell.row_label))
        writer.say(
            node, MB.governmentEconomicCode, writer.code("economic-government", government, cell.government_label)
        )
        writer.say(node, MB.best, evidences["cell"][at])


def _pairs(report: Report) -> Iterator[tuple[str, int]]:
    seen = set()
    for at, (_, cell) in enumerate(report.cells):
        department, bar, government = cell.row_code.partition("|")
        fits = (
            department[:1] in "34" and government[:1] == "5" and len(department) in (3, 5) and len(government) in (3, 5)
        )
        if bar and fits and cell.row_code not in seen:
            seen.add(cell.row_code)
            yield cell.row_code, at

"""One read report as quads: the evidence layer, exactly as printed, then what the facts say.

`report_to_quads` is the whole of it: report, tables, cells, projects, indicators, statements and structure in the report's own
graph; facts and series are added by `knowledge`, bodies by `bodies`. Order of input never matters, only content does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pyoxigraph import NamedNode, Quad

from mbkg.facts.model import BudgetFact
from mbkg.graph.accounts import write_accounts
from mbkg.graph.bodies import Body, body_of, write_body, write_structure
from mbkg.graph.form import write_form
from mbkg.graph.iris import BASE, DCTERMS, MB, PROV, RDF, RDFS, report_iri, report_key
from mbkg.graph.knowledge import SCOPE, Evidences, write_facts
from mbkg.graph.relations import cell_halves, write_sums, write_wan
from mbkg.graph.rowcodes import write_row_codes
from mbkg.graph.sheet_evidence import write_sheet_evidence
from mbkg.graph.sheets import write_project
from mbkg.graph.statements import write_statements, write_text_relations
from mbkg.graph.vocabulary import Vocabulary
from mbkg.graph.writer import ReportWriter, boolean, integer, text
from mbkg.reports import Cell, Report, Table, Term

KIND = {"budget": NamedNode(f"{BASE}reportKind/budget"), "final_account": NamedNode(f"{BASE}reportKind/finalAccount")}

_CODE_KINDS = (
    ("function", re.compile(r"^2\d{2}(?:\d{2}){0,2}$")),
    ("economic-department", re.compile(r"^[34]\d{2}(?:\d{2})?$")),
    ("economic-government", re.compile(r"^5\d{2}(?:\d{2})?$")),
)
CODE_PROPERTIES = {
    "function": MB.functionCode,
    "economic-department": MB.economicCode,
    "economic-government": MB.governmentEconomicCode,
}
_TOTAL = re.compile(r"(?:合计|总计|总额|^共计)$")


def key_of(report: Report, vocabulary: Vocabulary) -> str:
    """The key of a report in the graph: equal for every file that holds the same report."""
    region = vocabulary.region_of(report.unit)
    return report_key(
        report.unit, vocabulary.notation(region) if region else "", report.year, report.kind, report.scope
    )


def report_to_quads(report: Report, facts: Sequence[BudgetFact], vocabulary: Vocabulary) -> list[Quad]:
    """Everything a report says as quads, each once.

    What is the report's alone stands in the graph named by the report's IRI; bodies, series and unlisted concepts stand in the
    common graph, where equal statements of several reports fall together.
    """
    iri = report_iri(key_of(report, vocabulary))
    writer = ReportWriter(iri, vocabulary)
    body = body_of(report.unit, writer)
    write_body(body, writer)
    sources = _write_report(report, body, writer)
    evidences: Evidences = {"cell": [], "statement": [], "project": []}
    for number, table in enumerate(report.tables, start=1):
        evidences["cell"] += _write_table(number, table, len(evidences["cell"]), sources, writer)
    for number, project in enumerate(report.projects, start=1):
        evidences["project"].append(write_project(number, project, report, body, writer))
    evidences["statement"] += write_statements(report, writer)
    for number, term in enumerate(report.terms, start=1):
        _write_term(number, term, writer)
    write_sheet_evidence(report, evidences["cell"], evidences["statement"], evidences["project"], writer)
    write_form(report, evidences["cell"], writer)
    write_row_codes(report, writer)
    write_structure(report, body, writer)
    write_facts(report, facts, body, evidences, writer)
    write_accounts(report, facts, evidences, writer)
    write_text_relations(report, facts, evidences, writer)
    return writer.quads()


def _write_report(report: Report, body: Body, writer: ReportWriter) -> dict[str, NamedNode]:
    """State the report and its reading; returns the nodes of its files by name where there are several."""
    iri = writer.graph
    writer.say(iri, RDF.type, MB.Report)
    writer.say(iri, DCTERMS.identifier, text(report.name))
    writer.say_text(iri, DCTERMS.title, report.title)
    writer.say(iri, MB.body, body.iri)
    writer.say(iri, MB.year, integer(report.year))
    writer.say(iri, MB.reportKind, KIND[report.kind])
    writer.say(iri, MB.scope, SCOPE[report.scope])
    writer.say_text(iri, MB.sha256, report.sha256)
    for note in report.notes:
        writer.say_text(iri, MB.note, note)
    reading = NamedNode(f"{iri.value}/reading")
    writer.say(iri, PROV.wasGeneratedBy, reading)
    writer.say(reading, RDF.type, MB.Reading)
    hows = [cell.how for _, cell in report.cells]
    writer.say(reading, MB.tablesRecognised, integer(len(report.tables)))
    writer.say(reading, MB.cellsRead, integer(len(hows)))
    writer.say(reading, MB.cellsInferred, integer(hows.count("inferred")))
    writer.say(reading, MB.cellsAmbiguous, integer(hows.count("ambiguous")))
    pictures = sum(cell.confidence < 1 for _, cell in report.cells)
    writer.say(reading, MB.cellsFromPictures, integer(pictures) if pictures else None)
    for leftover in report.leftovers:
        at = f"{leftover.page}:{leftover.line}" if leftover.page else str(leftover.line)
        writer.say_text(reading, MB.unreadLine, f"{at}\t{leftover.text}")
    return _write_sources(report, writer)


def _write_sources(report: Report, writer: ReportWriter) -> dict[str, NamedNode]:
    nodes = {}
    for number, source in enumerate(report.sources, start=1):
        node = nodes[source.file] = NamedNode(f"{writer.graph.value}/source/{number:02d}")
        writer.say(writer.graph, PROV.hadPrimarySource, node)
        writer.say(node, RDF.type, MB.SourceFile)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.fileName, text(source.file))
        writer.say_text(node, MB.sha256, source.sha256)
        writer.say(node, MB.tablesRecognised, integer(source.tables))
        writer.say(node, MB.cellsRead, integer(source.cells))
        writer.say(node, MB.statementsRead, integer(source.statements))
        writer.say(node, MB.cellsAgreeing, integer(source.agreeing) if source.agreeing else None)
    return nodes


def _write_table(
    number: int, table: Table, cells_before: int, sources: Mapping[str, NamedNode], writer: ReportWriter
) -> list[NamedNode]:
    iri = NamedNode(f"{writer.graph.value}/table/{number:02d}")
    writer.say(iri, RDF.type, MB.Table)
    writer.say(iri, MB.report, writer.graph)
    writer.say_text(iri, DCTERMS.title, table.title)
    writer.say_text(iri, MB.tableNumber, table.number)
    writer.say_text(iri, MB.tableFamily, table.family)
    writer.say(iri, MB.unit, writer.concept("uom", table.unit) if table.unit else None)
    writer.say(iri, MB.year, None if table.year is None else integer(table.year))
    writer.say(iri, MB.declaredEmpty, boolean(True) if table.declared_empty else None)
    writer.say_text(iri, MB.note, table.declared_empty)
    writer.say(iri, MB.missingPages, integer(table.missing_pages) if table.missing_pages else None)
    writer.say_place(iri, table.place)
    for column in table.columns:
        writer.say_text(iri, MB.columnHeading, column)
    _write_blank_rows(iri, table, writer)
    codes = {cell.row_code for cell in table.cells} | {code for code, _ in table.rows}
    numbers = {column: at for at, column in reversed(list(enumerate(table.columns, start=1)))}
    nodes = []
    halves = cell_halves(table.cells)
    for at, (cell, half) in enumerate(zip(table.cells, halves, strict=True), start=cells_before + 1):
        node = NamedNode(f"{writer.graph.value}/cell/{at:05d}")
        _write_cell(node, iri, cell, row_kinds(cell.row_code, cell.row_label, codes), sources, writer)
        writer.say_decimal(node, MB.halfPlace, half)
        write_wan(node, cell.value, half, cell.unit, writer)
        writer.say(node, MB.columnNumber, integer(numbers[cell.column]) if cell.column in numbers else None)
        nodes.append(node)
    write_sums(iri, table, nodes, halves, writer)
    return nodes


def _write_blank_rows(table_iri: NamedNode, table: Table, writer: ReportWriter) -> None:
    """Rows that are printed and hold no number: blank is not zero, and a parent printed blank is still there."""
    filled = {(cell.row_code, cell.row_label) for cell in table.cells}
    for number, (code, label) in enumerate(table.rows, start=1):
        if (code, label) not in filled and (code or label):
            row = NamedNode(f"{table_iri.value}/blank-row/{number:03d}")
            writer.say(row, RDF.type, MB.BlankRow)
            writer.say(row, MB.table, table_iri)
            writer.say_text(row, MB.rowCode, code)
            writer.say_text(row, MB.rowLabel, label)
            writer.say(row, MB.rowNumber, integer(number))


def _write_cell(
    node: NamedNode,
    table_iri: NamedNode,
    cell: Cell,
    kinds: tuple[str, ...],
    sources: Mapping[str, NamedNode],
    writer: ReportWriter,
) -> None:
    writer.say(node, RDF.type, MB.Cell)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.table, table_iri)
    writer.say_text(node, MB.rowCode, cell.row_code)
    writer.say_text(node, MB.rowLabel, cell.row_label)
    writer.say_text(node, MB.governmentLabel, cell.government_label)
    for kind in kinds:
        writer.say(node, MB.rowKind, text(kind))
    writer.say(node, MB.rowNumber, integer(cell.row))
    writer.say(node, MB.column, text(cell.column))
    writer.say_text(node, MB.columnPath, " > ".join(cell.path))
    writer.say_text(node, MB.lane, cell.lane)
    writer.say_decimal(node, MB.value, cell.value)
    writer.say(node, MB.unit, writer.concept("uom", cell.unit) if cell.unit else None)
    writer.say(node, MB.printed, text(cell.printed))
    writer.say(node, MB.how, text(cell.how))
    for candidate in cell.candidates:
        writer.say_text(node, MB.candidateColumn, candidate)
    writer.say_place(node, replace(cell.place, confidence=cell.confidence))
    for place in cell.also:
        writer.say(node, PROV.hadPrimarySource, sources.get(place.file))
    labels = (cell.row_label, cell.government_label)
    for code, label in zip(cell.row_code.split("|"), labels, strict=False):
        kind = code_kind(code)
        if kind:
            writer.say(node, CODE_PROPERTIES[kind], writer.code(kind, code, label))


def code_kind(code: str) -> str:
    """Which classification a printed code belongs to, by its first digit and length; blank for none (a unit code)."""
    return next((kind for kind, pattern in _CODE_KINDS if pattern.match(code)), "")


def row_kinds(code: str, label: str, codes: set[str]) -> tuple[str, ...]:
    """What kind of row it is: total, 类, 款, 项 or an uncoded line; and leaf besides, where no row of the table lies beneath."""
    if not code_kind(code.partition("|")[0]):
        return ("total",) if not label or _TOTAL.search(label) else ("line", "leaf")
    level = {3: "类", 5: "款", 7: "项"}[len(code.partition("|")[0])]
    beneath = any(other != code and _lies_beneath(other, code) for other in codes)
    return (level,) if beneath else (level, "leaf")


def _lies_beneath(code: str, parent: str) -> bool:
    department, _, government = code.partition("|")
    parent_department, _, parent_government = parent.partition("|")
    return department.startswith(parent_department) and government.startswith(parent_government)


def _write_term(number: int, term: Term, writer: ReportWriter) -> None:
    node = NamedNode(f"{writer.graph.value}/term/{number:02d}")
    writer.say(node, RDF.type, MB.Term)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.term, text(term.name))
    writer.say(node, RDFS.label, text(term.name))
    writer.say(node, MB.text, text(term.definition))
    writer.say_place(node, term.place)

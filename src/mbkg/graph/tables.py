"""The graph as tables for people and other programs: CSV files or one workbook, each table one query of `ontology/queries`."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from pyoxigraph import Literal, NamedNode, QuerySolutions

from mbkg.errors import BadQuery
from mbkg.graph.store import GraphStore, rows_of
from mbkg.resources import resource_path

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = (NamedNode(f"{_XSD}decimal"), NamedNode(f"{_XSD}integer"))
EXPORTS = ("reports", "units", "cells", "projects", "indicators", "statements")


def query_text(name: str) -> str:
    """A query of `ontology/queries` by its name without .rq."""
    return resource_path("ontology", "queries", f"{name}.rq").read_text(encoding="utf-8")


def table_rows(graph: GraphStore, name: str) -> list[dict[str, str]]:
    """The rows of one export table; keys in column order, the order in which its query selects."""
    return list(rows_of(graph.query(query_text(f"export-{name}"))))


def _solutions(graph: GraphStore, name: str) -> QuerySolutions:
    result = graph.query(query_text(f"export-{name}"))
    if not isinstance(result, QuerySolutions):
        raise BadQuery(f"ontology/queries/export-{name}.rq：导出表必须是 SELECT 查询")
    return result


def write_csv(graph: GraphStore, name: str, stream: TextIO) -> int:
    """Write one table as CSV, its header the variables that its query selects; returns how many rows it has."""
    result = _solutions(graph, name)
    writer = csv.DictWriter(stream, [variable.value for variable in result.variables], lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows_of(result):
        writer.writerow(row)
        count += 1
    return count


def export_csv(graph: GraphStore, folder: Path) -> dict[str, int]:
    """Write every table into a folder as `<name>.csv`, UTF-8; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name in EXPORTS:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            counts[name] = write_csv(graph, name, stream)
    return counts


def export_xlsx(graph: GraphStore, path: Path) -> dict[str, int]:
    """Write every table as a sheet of one workbook; returns rows by table.

    Numbers are numbers, all else is text: a target printed as `=100%` is no formula.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    counts = {}
    for name in EXPORTS:
        result = _solutions(graph, name)
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([variable.value for variable in result.variables])
        counts[name] = 0
        for solution in result:
            cells = []
            for term in solution:
                cell = WriteOnlyCell(sheet, _as_number(term))
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
            counts[name] += 1
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return counts


def _as_number(term: object) -> Decimal | str | None:
    if not isinstance(term, Literal):
        return None if term is None else str(getattr(term, "value", term))
    return Decimal(term.value) if term.datatype in _NUMBERS else term.value

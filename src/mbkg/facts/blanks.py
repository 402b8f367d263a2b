"""Cells printed blank where another table of the report prints the figure that would stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mbkg.coordinates import Coordinates
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.facts.report import cell_coordinates, comparable, report_background
from mbkg.reports import Cell, Report


@dataclass(frozen=True, slots=True)
class BlankPlace:
    """One blank cell: its table and row (positions in the report and in `Table.rows`), its column, and where the figure is printed."""

    table: int
    row: int
    column: str
    printed: Evidence


def blank_places(report: Report, facts: Sequence[BudgetFact]) -> list[BlankPlace]:
    """Every blank cell of a row that prints other figures, whose figure a cell of another table prints.

    Only columns that print something somewhere are looked at, and only tables whose rows have codes: elsewhere a blank may mean anything.
    """
    background = report_background(report)
    known: dict[Coordinates, list[Evidence]] = {}
    for fact in facts:
        at = comparable(fact.coordinates, background)
        known.setdefault(at, []).extend(e for e in fact.derived_from if e.kind == "cell")
    table_of = [number for number, table in enumerate(report.tables) for _ in table.cells]
    found = []
    for number, blank in _blank_cells(report):
        about = cell_coordinates(report, number, blank)
        places = known.get(comparable(about, background), []) if about is not None else []
        printed = next((place for place in places if table_of[place.index] != number), None)
        if printed is not None:
            found.append(BlankPlace(number, blank.row, blank.column, printed))
    return found


def _blank_cells(report: Report) -> list[tuple[int, Cell]]:
    found = []
    for number, table in enumerate(report.tables):
        columns = {cell.column: cell for cell in reversed(table.cells) if cell.how != "ambiguous"}
        rows: dict[int, list[Cell]] = {}
        for cell in table.cells:
            rows.setdefault(cell.row, []).append(cell)
        codes = [code for code, _ in table.rows if code]
        for cells in rows.values():
            first = cells[0]
            if (
                not first.row_code
                or first.lane
                or codes.count(first.row_code) > 1
                or any(c.how == "ambiguous" for c in cells)
            ):
                continue
            for column, model in columns.items():
                if all(cell.column != column for cell in cells):
                    found.append((number, replace(first, column=column, path=model.path)))
    return found

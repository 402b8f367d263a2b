"""From the numbers of a document's lines to the places a person counts.

Readers say where something stands by `Line.number`, which is unique in the document. Once a report is put together, `located` turns
every such number into page and row for a format that has pages or sheets, and leaves it as it is for a text; how sure the line was
read goes along.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.documents import Document, Line
from mbkg.reports import Cell, Form, Indicator, Leftover, Place, Project, Report, Statement, Structure, Table, Term

_LINE_IN_NOTE = re.compile(r"第\s*(\d+)\s*行")


def located(report: Report, document: Document) -> Report:
    """The report with every place as a person counts it."""
    if all(line.row is None and line.confidence >= 1 for line in document.lines):
        return report
    return _Places(document).report(report)


class _Places:
    """The lines of one document by number."""

    def __init__(self, document: Document) -> None:
        self._lines: dict[int, Line] = {}
        for line in document.lines:
            self._lines.setdefault(line.number, line)
        self._sheets = {page.number: page.name for page in document.pages if page.name}

    def report(self, report: Report) -> Report:
        return replace(
            report,
            tables=tuple(self._table(table) for table in report.tables),
            projects=tuple(self._project(project) for project in report.projects),
            statements=tuple(self._statement(statement) for statement in report.statements),
            structure=self._structure(report.structure),
            terms=tuple(self._term(term) for term in report.terms),
            leftovers=tuple(self._leftover(leftover) for leftover in report.leftovers),
            notes=tuple(self._note(note) for note in report.notes),
            form=self._form(report.form),
        )

    def _form(self, form: Form) -> Form:
        return replace(
            form,
            contents=tuple(replace(each, place=self.place(each.place)) for each in form.contents),
            marks=tuple(replace(each, place=self.place(each.place)) for each in form.marks),
            subjects=tuple(replace(each, place=self.place(each.place)) for each in form.subjects),
        )

    def place(self, place: Place) -> Place:
        line = self._lines.get(place.line or 0)
        if line is None:
            return place
        if line.row is None:
            return replace(place, confidence=line.confidence)
        return Place(line.row, line.page, place.file, self._sheets.get(line.page or 0, ""), line.confidence)

    def _table(self, table: Table) -> Table:
        return replace(
            table,
            place=self.place(table.place),
            cells=tuple(self._cell(cell) for cell in table.cells),
            notes=tuple(self._note(note) for note in table.notes),
            printed_notes=tuple(replace(note, place=self.place(note.place)) for note in table.printed_notes),
        )

    def _cell(self, cell: Cell) -> Cell:
        place = self.place(cell.place)
        return replace(cell, place=place, confidence=min(cell.confidence, place.confidence))

    def _project(self, project: Project) -> Project:
        return replace(
            project,
            place=self.place(project.place),
            indicators=tuple(self._indicator(indicator) for indicator in project.indicators),
            figures=tuple(replace(figure, place=self.place(figure.place)) for figure in project.figures),
        )

    def _indicator(self, indicator: Indicator) -> Indicator:
        return replace(indicator, place=self.place(indicator.place))

    def _statement(self, statement: Statement) -> Statement:
        return replace(statement, place=self.place(statement.place))

    def _term(self, term: Term) -> Term:
        return replace(term, place=self.place(term.place))

    def _leftover(self, leftover: Leftover) -> Leftover:
        place = self.place(Place(leftover.line))
        return replace(leftover, line=place.line or 0, page=place.page, sheet=place.sheet)

    def _structure(self, structure: Structure) -> Structure:
        lines = {line for _, line in (*structure.departments, *structure.subordinates, *structure.duties)}
        lines |= {line for _, _, line in structure.department_notes}
        return replace(structure, places=tuple((line, self.place(Place(line))) for line in sorted(lines)))

    def _note(self, note: str) -> str:
        """A remark of a reader that names a line."""
        return _LINE_IN_NOTE.sub(lambda found: str(self.place(Place(int(found[1])))) or found[0], note)

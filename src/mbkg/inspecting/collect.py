"""A file to its inspection: read by every reader, then sorted by the page on which a person looks for it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mbkg.documents import Document, Line, read_document
from mbkg.documents.ocr import DOUBTED
from mbkg.errors import BlankForm, NotAReport, UnreadableFile
from mbkg.inspecting.layout import Strip, laid_out
from mbkg.inspecting.marks import marks_of
from mbkg.inspecting.places import Places
from mbkg.inspecting.tableviews import table_view
from mbkg.inspecting.values import Inspection, LeftLine, Mark, PageView, ReportView, SheetView
from mbkg.readings import Readings, Whose, read_all, split_by_report

_COUNTER_WORDS = frozenset({"栏次", "栏目", "列次", "行次"})


def inspect_file(path: Path, *, drawn: bool = False) -> Inspection:
    """What was recognised in a file; a file that cannot be read gives an inspection that says why.

    Args:
        drawn: whether it will be drawn; a format without places is then set out as a plain grid.

    Raises:
        OSError: the file is not there or may not be read.
    """
    try:
        document = read_document(path)
    except UnreadableFile as error:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Inspection(path.name, None, digest, path.stat().st_size, problem=str(error))
    strips: tuple[Strip, ...] = ()
    if drawn and document.format not in ("pdf", "image"):
        document, strips = laid_out(document)
    return replace(inspect_document(document), size=path.stat().st_size, strips=strips)


def inspect_document(document: Document) -> Inspection:
    """What was recognised in a document that has been read."""
    places = Places(document)
    found, _ = split_by_report(document)
    parts = [read_all(Whose.of(identity, document, alone=len(found) == 1), part) for identity, part in found]
    pages = _Pages(document, places)
    marks: list[Mark] = []
    notes = list(document.notes)
    for part in parts:
        pages.add(part)
        marks += marks_of(part, places)
        notes += [*part.tables.notes, *part.sheets.notes]
    return Inspection(
        file=document.name,
        format=document.format,
        sha256=document.sha256,
        size=0,
        encoding=document.encoding,
        lines=len(document.lines),
        notes=tuple(dict.fromkeys(notes)),
        reports=tuple(_report_view(part, places) for part in parts),
        pages=pages.views(),
        problem=_problem(document, parts),
        marks=tuple(dict.fromkeys(marks)),
        sizes=tuple((page.width, page.height) for page in document.pages),
    )


def _problem(document: Document, parts: Sequence[Readings]) -> str:
    """Why the file gives no report, in one sentence; blank where it gives one."""
    if any(part.has_figures for part in parts):
        return ""
    if any(part.tables.tables or part.sheets.tables or part.sheets.projects for part in parts):
        return str(BlankForm(document.name))
    return str(NotAReport(document.name, "全文没有一张可识别的预算、决算或绩效表"))


def _report_view(part: Readings, places: Places) -> ReportView:
    identity = part.whose.identity
    return ReportView(
        unit=identity.unit or "",
        year=identity.year,
        kind=identity.kind,
        scope=identity.scope,
        title=identity.title or "",
        begins=places.words(identity.line),
        missing=identity.missing,
        from_name=part.whose.from_name,
    )


class _Pages:
    """The pages of a document while they are being filled."""

    def __init__(self, document: Document, places: Places) -> None:
        self.places = places
        self.pages: dict[int | None, PageView] = {
            page.number: PageView(page.number, page.name, page.picture) for page in document.pages
        } or {None: PageView(None)}
        lines: dict[int | None, int] = defaultdict(int)
        for line in document.lines:
            lines[places.page(line.number)] += 1
        for number, count in lines.items():
            self.pages[number] = replace(self._page(number), lines=count)
        for line in document.lines:
            if line.confidence <= DOUBTED:
                page = self._page(places.page(line.number))
                left = LeftLine(places.words(line.number), line.text.strip(), f"把握 {line.confidence:.2f}")
                self.pages[page.number] = replace(page, doubtful=(*page.doubtful, left))

    def views(self) -> tuple[PageView, ...]:
        return tuple(self.pages[number] for number in sorted(self.pages, key=lambda number: number or 0))

    def add(self, part: Readings) -> None:
        for draft, table in zip(part.tables.drafts, part.tables.tables, strict=True):
            view = table_view(draft, table, self.places)
            page = self._page(view.page)
            self.pages[view.page] = replace(page, tables=(*page.tables, view))
            later = {stretch.page for stretch in view.stretches} - {view.page}
            for number in sorted(later, key=lambda each: each or 0):
                own = [stretch for stretch in view.stretches if stretch.page == number]
                told = (view.title, view.place, sum(each.rows for each in own), sum(each.cells for each in own))
                page = self._page(number)
                self.pages[number] = replace(page, continued=(*page.continued, told))
        self._add_sheets(part)
        for statement in part.narrative.statements:
            if statement.value is not None and statement.place.line not in part.tables.claimed:
                number = self.places.page(statement.place.line)
                page = self._page(number)
                self.pages[number] = replace(page, statements=page.statements + 1)
        for item in part.leftovers():
            number = self.places.page(item.line)
            left = LeftLine(self.places.words(item.line), item.text, item.where)
            page = self._page(number)
            self.pages[number] = replace(page, leftovers=(*page.leftovers, left))
        for line in part.unclaimed():
            if not _counts_columns(line):
                number = self.places.page(line.number)
                left = LeftLine(self.places.words(line.number), line.text.strip())
                page = self._page(number)
                self.pages[number] = replace(page, unclaimed=(*page.unclaimed, left))

    def _add_sheets(self, part: Readings) -> None:
        """Performance sheets by where their tables stand; a project is counted with the last sheet that begins before it."""
        tables = sorted(part.sheets.tables, key=lambda table: table.place.line or 0)
        starts = [table.place.line or 0 for table in tables]
        projects = [0] * max(len(tables), 1)
        indicators = [0] * max(len(tables), 1)
        for project in part.sheets.projects:
            line = project.place.line or 0
            at = max((index for index, start in enumerate(starts) if start <= line), default=0)
            projects[at] += 1
            indicators[at] += len(project.indicators)
        if not tables and part.sheets.projects:
            first = part.sheets.projects[0].place.line
            views = [(first, SheetView("绩效表", self.places.words(first), 0, projects[0], indicators[0]))]
        else:
            views = [
                (
                    table.place.line,
                    SheetView(
                        table.title,
                        self.places.words(table.place.line),
                        len(table.cells),
                        projects[at],
                        indicators[at],
                    ),
                )
                for at, table in enumerate(tables)
            ]
        for line_number, view in views:
            number = self.places.page(line_number)
            page = self._page(number)
            self.pages[number] = replace(page, sheets=(*page.sheets, view))

    def _page(self, number: int | None) -> PageView:
        return self.pages.setdefault(number, PageView(number))


def _counts_columns(line: Line) -> bool:
    """Whether a row only numbers the columns of a table (栏次 1 2 3)."""
    pieces = [cell.text.strip() for cell in line.cells if cell.text.strip()] or line.text.split()
    return len(pieces) > 2 and all(piece.isdigit() or piece in _COUNTER_WORDS for piece in pieces)

"""Performance sheets: what a project shall reach, what it reached, and its money, as read from any of their printed layouts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mbkg.documents import Document
from mbkg.reports import Leftover
from mbkg.sheets.assemble import join_continued, merge_listed, project_of, set_units, tables_of
from mbkg.sheets.funds import money_unit_of, unit_line
from mbkg.sheets.grades import with_grade_spans
from mbkg.sheets.grids import GridsReading, has_grids, read_grids
from mbkg.sheets.listed import read_summary, read_wide_grid
from mbkg.sheets.model import Row, Sheet, SheetsReading
from mbkg.sheets.places import place_sheets
from mbkg.sheets.scan import Start, Title, family_of, find_starts, find_titles, rows_of, title_for
from mbkg.sheets.sheet import SheetReader, settle_blocks
from mbkg.sheets.vocabulary import bare
from mbkg.sheets.wide import read_wide
from mbkg.sheets.wrapped import column_widths

__all__ = ["SheetsReading", "read_sheets"]


def read_sheets(document: Document, shared_unit: str = "") -> SheetsReading:
    """Everything the performance sheets of a document say.

    Args:
        shared_unit: the money unit that all the document's tables state; a sheet that states none is read in it. Without one, the
            amounts of such a sheet stay cells without a unit and are no amounts of a project.
    Returns:
        Money of projects is in 万元, cells are as printed. Nothing raises on odd input: a claimed line whose number was not
        understood is a leftover.
    """
    placed = place_sheets(document)
    grids = read_grids(placed.document) if has_grids(placed.document) else None
    if grids is not None:
        grids.claimed = placed.all_of(grids.claimed)
    rows = rows_of(document)
    if grids is not None:  # what stands in true grids is read; the text around them remains
        rows = [Row(r.number, r.page, "", (), False) if r.grid or r.number in grids.claimed else r for r in rows]
    titles = find_titles(rows)
    starts = find_starts(rows, titles)
    sheets: list[Sheet] = []
    readers: list[SheetReader] = []
    claimed: set[int] = set()
    accounted: set[int] = set()
    for which, start in enumerate(starts):
        limit = starts[which + 1].index if which + 1 < len(starts) else len(rows)
        title = title_for(starts, which, titles, rows)
        blank = _titled(rows, start, title, starts[which - 1].index if which else -1)
        if start.kind == "sheet":
            reader = SheetReader(blank, frozenset(rows[t.index].number for t in titles))
            used = reader.read(rows[start.index : limit])
            readers.append(reader)
            sheets.append(blank)
            accounted |= reader.accounted
            span = {start.index + at for at in used}
        else:
            read = {"wide": read_wide, "wide-grid": read_wide_grid, "summary": read_summary}[start.kind]
            reading = read(rows, start.index, limit, blank)
            sheets += reading.sheets
            accounted |= reading.accounted
            span = _filled(reading.used, rows)
        head = _head_span(rows, start.index, titles, starts[which - 1].index if which else -1)
        accounted |= {rows[i].number for i in head}
        claimed |= {rows[i].number for i in span | head}
    _settle(readers)
    if grids is not None:
        sheets = sorted([*sheets, *grids.sheets], key=lambda sheet: sheet.line)
        claimed |= grids.claimed
    leftovers = _leftovers(rows, claimed, accounted, grids)
    _note_lines(sheets, document, leftovers)
    sheets = join_continued(sheets)
    for sheet in sheets:
        sheet.unit = sheet.unit or shared_unit
        set_units(sheet)
    listed = [project_of(s) for s in sheets if s.family == "evaluation-summary"]
    projects = [project_of(s) for s in sheets if s.family != "evaluation-summary" and not s.is_total]
    merged = with_grade_spans(merge_listed(projects, listed) if listed else projects, document)
    notes = tuple(grids.notes) if grids is not None else ()
    return SheetsReading(tuple(merged), tuple(tables_of(sheets)), frozenset(claimed), leftovers, notes)


def _leftovers(
    rows: Sequence[Row], claimed: set[int], accounted: set[int], grids: GridsReading | None
) -> tuple[Leftover, ...]:
    """The lines of the sheets that hold a number nobody understood, in print order."""
    found = [
        Leftover(row.number, row.text.strip(), "绩效表")
        for row in rows
        if row.number in claimed and row.number not in accounted and row.has_digit
    ]
    return tuple(sorted((*found, *(grids.leftovers if grids is not None else ())), key=lambda item: item.line))


def _note_lines(sheets: Sequence[Sheet], document: Document, leftovers: Sequence[Leftover]) -> None:
    """Tell each sheet how its unit line words its unit, and whether one of its lines was not understood."""
    ends = sorted({sheet.line for sheet in sheets})
    for sheet in sheets:
        after = next((line for line in ends if line > sheet.line), document.lines[-1].number + 1)
        sheet.half_read = any(sheet.line <= left.line < after for left in leftovers)
    units = [(line.number, unit) for line in document.lines if (unit := unit_line(line.text))]
    for sheet in sheets:
        before = max((line for line in ends if line < sheet.line), default=0)
        sheet.unit_printed = next((unit for line, unit in reversed(units) if before < line < sheet.line + 4), "")


def _settle(readers: Sequence[SheetReader]) -> None:
    widths = column_widths([block.lines for reader in readers for block in reader.blocks if block.lines])
    for reader in readers:
        settle_blocks(reader, widths)


def _titled(rows: Sequence[Row], start: Start, title: Title | None, floor: int) -> Sheet:
    """An empty sheet with what stands above it: title, family, year, money unit."""
    row = rows[start.index]
    sheet = Sheet(row.number, row.page)
    if title is not None:
        sheet.title, sheet.title_line, sheet.year = title.text.lstrip("#"), rows[title.index].number, title.year
    sheet.family = family_of(sheet.title)
    if start.kind == "summary":
        sheet.family = "evaluation-summary"
    elif sheet.family == "evaluation-summary":
        sheet.family = "self-evaluation"
    if sheet.family == "transfer-evaluation":
        sheet.kind = "transfer"
    for above in rows[max(floor + 1, start.index - 10) : start.index]:
        if not above.grid and 0 < len(above.joined) <= 20 and (unit := money_unit_of(above.joined)):
            sheet.unit = unit
    return sheet


def _head_span(rows: Sequence[Row], start: int, titles: Sequence[Title], floor: int) -> set[int]:
    """The rows above a sheet that belong to it: titles, years, units, and what little stands between them."""
    titled = {t.index for t in titles}
    top = start
    for index in range(start - 1, max(floor, start - 16), -1):
        row = rows[index]
        if index in titled:
            top = index
        elif row.blank or row.page_number or row.year_line or row.bare_number:
            continue
        elif row.grid or len(bare(row.text)) > 30:
            break
        elif money_unit_of(row.joined) or "：" in row.joined:
            top = min(top, index)
        else:
            break
    return set(range(top, start))


def _filled(used: set[int], rows: Sequence[Row]) -> set[int]:
    """The used rows with the blank lines and page numbers between them."""
    out = set(used)
    ordered = sorted(used)
    for first, last in pairwise(ordered):
        between = range(first + 1, last)
        if all(rows[i].blank or rows[i].page_number for i in between):
            out.update(between)
    return out

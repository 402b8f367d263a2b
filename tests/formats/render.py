"""One report of `data/reports`, read from its text, as a printed document: prose, tables and sheets in the order of the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from mbkg.documents import Document, Line
from mbkg.labels import squeeze
from mbkg.narrative.paragraphs import paragraphs
from mbkg.reading import read_document, read_report
from mbkg.reports import Report
from mbkg.sheets import read_sheets
from mbkg.tables.find import is_page_number
from mbkg.tables.meaning import Frame
from mbkg.tables.read import read_tables

from .printed import Box, Grid, Item, Paragraph, Printed
from .sheetgrids import SHEETS, sheet_grids
from .tables import table_grids

REPORTS = Path(__file__).parents[2] / "data" / "reports"
STEMS = tuple(sorted(path.stem for path in REPORTS.glob("*.txt")))


@cache
def printed(stem: str, repeat_codes: bool = False) -> Printed:
    """What the report of that name prints, without a format; codes in 类, 款 and 项 with their parents blank or repeated."""
    path = REPORTS / f"{stem}.txt"
    (report,) = read_report(path)
    document = read_document(path)
    at = sorted([*_tables(report, document, repeat_codes), *_prose(report, document)], key=lambda item: item[0])
    return Printed(stem, tuple(item for _, item in at))


def _tables(report: Report, document: Document, repeat_codes: bool) -> Iterator[tuple[int, Item]]:
    for table in report.tables:
        lines = [cell.place.line or 0 for cell in table.cells]
        first = min([table.place.line or 0, *lines])
        is_sheet = table.family in SHEETS
        yield from ((first, grid) for grid in (sheet_grids(report, table, document) if is_sheet else ()))
        yield from (
            (first, grid) for grid in (() if is_sheet else table_grids(report, table, repeat_codes=repeat_codes))
        )


def _prose(report: Report, document: Document) -> Iterator[tuple[int, Item]]:
    """The lines that no table and no sheet claims, joined to paragraphs: no format but text breaks lines where a page ended."""
    sheets = read_sheets(document, shared_unit="万元")
    frame = Frame(report.unit, report.year, report.kind)
    names = [project.name for project in sheets.projects]
    claimed = sheets.claimed | read_tables(document, frame, sheets.claimed, names).claimed
    run: list[Line] = []
    for line in document.lines:
        if line.number in claimed:
            yield from _paragraphs(run)
            run = []
        elif line.text.strip("\ufeff \u3000\xa0\t") and not line.is_grid and not is_page_number(line):
            run.append(line)
    yield from _paragraphs(run)


def _without_lists(run: Sequence[Line]) -> tuple[list[Line], list[tuple[int, Item]]]:
    """Lines without those of a numbered list (序号 单位名称, 1 某局, 2), which every format but text prints as a table."""
    prose: list[Line] = []
    grids: list[tuple[int, Item]] = []
    rows: list[list[str]] = []
    for line in [*run, Line(0, "")]:
        pieces = line.text.split()
        if (pieces[:1] == ["序号"] and len(pieces) > 1) or (
            rows and pieces and len(pieces) <= len(rows[0]) and pieces[0].isdigit()
        ):
            if not rows:
                grids.append((line.number, Grid("", (), (), ())))
            rows.append([*pieces, *[""] * (len(rows[0]) - len(pieces) if rows else 0)])
            continue
        if rows:
            head, *body = [tuple(Box(text, at) for at, text in enumerate(row)) for row in rows]
            grids[-1] = (grids[-1][0], Grid("", (), (head,), tuple(body), (), (1.0, 6.0), new_page=False))
            rows = []
        if line.number:
            prose.append(line)
    return prose, grids


def _paragraphs(lines: Sequence[Line]) -> Iterator[tuple[int, Item]]:
    run, lists = _without_lists(lines)
    yield from lists
    text_at = {line.number: re.sub(r"^\s*(?:#+|-(?= ))\s*|\*\*", "", line.text).strip(" \u3000\xa0") for line in run}
    alone = {line.number for line in run if line.text.lstrip().startswith("#") or squeeze(line.text) == "目录"}
    for paragraph in paragraphs(run):
        for numbers in _split(sorted(set(paragraph.lines)), alone):
            text = "".join(text_at[number] for number in numbers)
            level = 2 if (paragraph.is_heading and "。" not in text) or set(numbers) <= alone else 0
            if not text.isdigit():
                yield numbers[0], Paragraph(text, 1 if level and paragraph.level == 0 else level)


def _split(numbers: Sequence[int], alone: set[int]) -> list[list[int]]:
    """The lines of a paragraph, without joining those that are headings by their mark."""
    pieces: list[list[int]] = []
    for number in numbers:
        if not pieces or number in alone or pieces[-1][-1] in alone:
            pieces.append([])
        pieces[-1].append(number)
    return pieces

"""A printed report as a workbook: prose in 「说明」, each table on a sheet of its own, merged cells where it has spans."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from .printed import Box, Grid, PageNumber, Paragraph, Printed

_PLAIN = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
Sheet = tuple[str, list[tuple[int, Box]]]


def write_xlsx(report: Printed, *, numbers: bool) -> bytes:
    """An .xlsx; with `numbers` amounts are numbers that a format shows as printed, without they are text."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, boxes in _sheets(report):
        sheet = book.create_sheet(name)
        for row, box in boxes:
            cell = sheet.cell(row + 1, box.column + 1)
            number = _number(box) if numbers else None
            if number is None:
                cell.value = box.text or None
                if cell.data_type == "f":
                    cell.data_type = "s"
            else:
                cell.value, cell.number_format = number
            if box.colspan > 1 or box.rowspan > 1:
                sheet.merge_cells(
                    start_row=row + 1,
                    end_row=row + box.rowspan,
                    start_column=box.column + 1,
                    end_column=box.column + box.colspan,
                )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_xls(report: Printed) -> bytes:
    """An .xls of the nineties, amounts as numbers with a format."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, Any] = {"": xlwt.easyxf("")}
    for name, boxes in _sheets(report):
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        for row, box in boxes:
            value, style = _number(box) or (box.text, "")
            if style not in styles:
                styles[style] = xlwt.easyxf(num_format_str=style)
            if box.colspan > 1 or box.rowspan > 1:
                last = (row + box.rowspan - 1, box.column, box.column + box.colspan - 1)
                sheet.write_merge(row, *last, value, styles[style])
            elif value != "":
                sheet.write(row, box.column, value, styles[style])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _number(box: Box) -> tuple[float, str] | None:
    """The amount of a cell as a number, and the number format under which it shows as printed."""
    percent = box.text.endswith("%")
    if box.kind != "money" or not _PLAIN.fullmatch(box.text.rstrip("%")):
        return None
    text = box.text.rstrip("%").replace(",", "")
    places = len(text.partition(".")[2])
    grouped = "," in box.text or (places == 2 and not percent and len(text) < 7)
    shown = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "")
    value = Decimal(text) / 100 if percent else Decimal(text)
    return float(value), shown + ("%" if percent else "")


def _sheets(report: Printed) -> Iterator[Sheet]:
    """Sheets with their cells: prose first, then table by table; the pages of one table follow one another on its sheet."""
    prose = [item.text for item in report.items if isinstance(item, Paragraph)]
    yield "说明", [(row, Box(text, 0)) for row, text in enumerate(prose)]
    names: set[str] = set()
    pages: list[Grid] = []
    for item in report.items:
        if isinstance(item, (Paragraph, PageNumber)):
            continue
        if pages and not (item.follows or not item.new_page):
            yield _sheet(pages, names)
            pages = []
        pages.append(item)
    if pages:
        yield _sheet(pages, names)


def _sheet(pages: Sequence[Grid], names: set[str]) -> Sheet:
    boxes: list[tuple[int, Box]] = []
    width = max(page.width for page in pages)
    row = 0
    for page in pages:
        for pieces in () if page.follows else page.lead:
            if len(pieces) == 1:
                boxes.append((row, Box(pieces[0], 0, width)))
            else:
                boxes += [(row, Box(text, at)) for text, at in zip(pieces, (0, width - 1), strict=True) if text]
            row += 1
        for boxes_of_row in (*page.head, *page.body):
            boxes += [(row, box) for box in boxes_of_row]
            row += 1
        for note in page.notes:
            boxes.append((row, Box(note, 0, width)))
            row += 1
    return _unused(pages[0].name or "表", names), boxes


def _unused(name: str, names: set[str]) -> str:
    short = re.sub(r"[\\/*?:\[\]“”]", "", name)[:26]
    count = 1
    while (found := short if count == 1 else f"{short}（{count}）") in names:
        count += 1
    names.add(found)
    return found

"""The same grid written as a Word table, an Excel sheet of either kind, and an HTML table; and small broken files.

A grid is given as a Document has it: the cells of each row with column and spans, a cell that spans rows in its first row only.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Sequence

import docx
import openpyxl
import xlwt

from mbkg.documents import GridCell

Grid = Sequence[Sequence[GridCell]]
WRITERS = ("docx", "xlsx", "xls", "html")


def write_grid(grid: Grid, format: str) -> bytes:
    return {"docx": as_docx, "xlsx": as_xlsx, "xls": as_xls, "html": as_html}[format](grid)


def width_of(grid: Grid) -> int:
    return max(cell.column + cell.colspan for row in grid for cell in row)


def as_docx(grid: Grid) -> bytes:
    document = docx.Document()
    table = document.add_table(len(grid), width_of(grid))
    for top, row in enumerate(grid):
        for cell in row:
            first = table.cell(top, cell.column)
            if cell.colspan > 1 or cell.rowspan > 1:
                first = first.merge(table.cell(top + cell.rowspan - 1, cell.column + cell.colspan - 1))
            first.text = cell.text
    return saved(document)


def as_xlsx(grid: Grid, title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for top, row in enumerate(grid, start=1):
        for cell in row:
            sheet.cell(top, cell.column + 1, cell.text or None)
            if cell.colspan > 1 or cell.rowspan > 1:
                sheet.merge_cells(
                    start_row=top,
                    start_column=cell.column + 1,
                    end_row=top + cell.rowspan - 1,
                    end_column=cell.column + cell.colspan,
                )
    return saved(book)


def as_xls(grid: Grid, title: str = "Sheet") -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet(title)
    for top, row in enumerate(grid):
        for cell in row:
            right = cell.column + cell.colspan - 1
            sheet.write_merge(top, top + cell.rowspan - 1, cell.column, right, cell.text)
    return saved(book)


def as_html(grid: Grid) -> bytes:
    lines = ["<html><head><meta charset='utf-8'></head><body><table>"]
    for row in grid:
        cells = (f"<td colspan={c.colspan} rowspan={c.rowspan}>{html.escape(c.text)}</td>" for c in row)
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table></body></html>"]).encode()


def saved(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same Office file with one part replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return zipped({**parts, name: content})


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def rows_of(document) -> list[list[tuple[str, int, int, int]]]:
    """The cells of every grid row: text, column, colspan, rowspan."""
    return [[(c.text, c.column, c.colspan, c.rowspan) for c in line.cells] for line in document.lines if line.is_grid]


def texts_of(document) -> list[str]:
    return [line.text for line in document.lines if not line.is_grid and line.text]

"""Sheets of a workbook to pages of a Document, the same for xlsx and xls.

A reader fills a `Sheet` with the text each cell shows; here merged cells become spans, blank outer rows and columns go, and a title
that only the sheet's name prints is said above the grid. Rows keep the numbers that the sheet gives them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from mbkg.documents import limits
from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.layout import add_table
from mbkg.documents.model import Document, Format, GridCell, Page

_TITLE_ROWS = 12  # of what is filled: a title stands above its table
_NAMED_TABLE = re.compile(r"[\u4e00-\u9fff][^。；\n]*表(?:[（(][^（）()]*[）)])?$")
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; all 0-based, all inclusive."""


@dataclass
class Sheet:
    """One visible sheet: filled cells by 0-based row and column, merged ranges, and what must be said of it."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: int = 0
    suppressed: int = 0
    errors: int = 0
    pictures: bool = False


@dataclass
class Meter:
    """What a workbook has cost so far, refused when it is too much."""

    name: str
    cells: int = 0
    characters: int = 0
    steps: int = 0
    elements: int = 0

    def cell(self, text: str) -> None:
        self.cells += 1
        self.characters += len(text)
        if self.cells > limits.MAX_CELLS or self.characters > limits.MAX_CHARACTERS:
            raise limits.too_big(self.name, "表格里的内容多得不像一份报告")

    def element(self) -> None:
        self.elements += 1
        if self.elements > limits.MAX_ELEMENTS:
            raise limits.too_big(self.name, "表格里的单元格多得不像一份报告")

    def work(self, steps: int) -> None:
        self.steps += steps
        if self.steps > limits.MAX_GRID_CELLS:
            raise limits.too_big(self.name, "表格的行列范围大得不像一份报告")


def workbook_document(
    sheets: list[Sheet], hidden: list[str], name: str, data: bytes, format: Format, meter: Meter
) -> Document:
    """The Document of a workbook's visible sheets, one page each; hidden ones are named in a note."""
    builder = DocumentBuilder()
    pages = []
    notes: list[str] = []
    if hidden:
        notes.append(f"隐藏的工作表没有读取：{'、'.join(f'“{title}”' for title in hidden)}。")
    for number, sheet in enumerate(sheets, start=1):
        _drop_covered(sheet, meter)
        pages.append(Page(number, name=sheet.name, picture=sheet.pictures and not sheet.rows))
        notes += _notes(sheet)
        _add_sheet(builder, sheet, number, meter)
    return builder.build(name, data, format, pages=pages, notes=notes)


def _notes(sheet: Sheet) -> list[str]:
    notes = []
    where = f"工作表“{sheet.name}”"
    if sheet.uncomputed:
        notes.append(
            f"{where}有 {sheet.uncomputed} 个公式没有保存计算结果，这些格按空白处理；请用 Excel 或 WPS 打开并保存一次。"
        )
    if sheet.suppressed:
        notes.append(f"{where}有 {sheet.suppressed} 个数字被单元格格式隐藏，按页面所示读作空白。")
    if sheet.errors:
        notes.append(f"{where}有 {sheet.errors} 个单元格是错误值（如 #REF!）。")
    filled = {column for cells in sheet.rows.values() for column in cells}
    columns = any(first <= column <= last for first, last in sheet.hidden_columns for column in filled)
    if columns or any(row in sheet.rows for row in sheet.hidden_rows):
        notes.append(f"{where}有隐藏的行或列，其中的内容也读取了。")
    if sheet.pictures and not sheet.rows:
        notes.append(f"{where}只有图片，图片里的文字没有读取。")
    return notes


def _drop_covered(sheet: Sheet, meter: Meter) -> None:
    """Leave out what stands under a merged cell: the page does not show it."""
    numbers = sorted(sheet.rows)
    for first_row, first, last_row, last in sheet.merges:
        for row in numbers[bisect_left(numbers, first_row) : bisect_left(numbers, last_row + 1)]:
            cells = sheet.rows[row]
            meter.work(1)
            if last - first < len(cells):
                covered = [column for column in range(first, last + 1) if column in cells]
            else:
                covered = [column for column in cells if first <= column <= last]
            for column in covered:
                if (row, column) != (first_row, first):
                    del cells[column]
    sheet.rows = {row: cells for row, cells in sheet.rows.items() if cells}


def _add_sheet(builder: DocumentBuilder, sheet: Sheet, page: int, meter: Meter) -> None:
    if not sheet.rows:
        return
    if title := _title_from_name(sheet):
        builder.text(title, page=page, row=1)
    numbers = sorted(sheet.rows)
    merges = sorted(m for m in sheet.merges if m[2] >= numbers[0] and m[0] <= numbers[-1])
    left, right = _columns(sheet, merges)
    rows: list[list[GridCell]] = []
    active: list[Merge] = []
    upcoming = 0
    for at, row in enumerate(numbers):
        active = [merge for merge in active if merge[2] >= row]
        cells = sheet.rows[row]
        placed: dict[int, GridCell] = {}
        taken: set[int] = set()
        while upcoming < len(merges) and merges[upcoming][0] <= row:
            first_row, first, last_row, last = merges[upcoming]
            upcoming += 1
            if last_row < row or last < left or first >= right:
                continue
            active.append(merges[upcoming - 1])
            first, last = max(first, left), min(last, right - 1)
            text = cells.get(first, "") if first_row == row else ""
            span = bisect_left(numbers, last_row + 1) - at
            placed[first] = GridCell(text, first - left, last - first + 1, span)
        meter.work(len(active) + right - left)
        for _, first, _, last in active:
            taken.update(range(max(first, left), min(last, right - 1) + 1))
        for column in range(left, right):
            if column not in taken:
                placed[column] = GridCell(cells.get(column, ""), column - left)
        rows.append([placed[column] for column in sorted(placed)])
    add_table(builder, rows, page=page, numbers=[number + 1 for number in numbers])


def _columns(sheet: Sheet, merges: list[Merge]) -> tuple[int, int]:
    """First used column and the one behind the last; a merged heading counts whole, a lone title stretched over the sheet does not."""
    used = {column for cells in sheet.rows.values() for column in cells}
    left, right = min(used), max(used) + 1
    for row, first, _, last in merges:
        cells = sheet.rows.get(row, {})
        if len(cells) > 1 and first in cells:
            right = max(right, last + 1)
    return left, right


def _title_from_name(sheet: Sheet) -> str:
    """The sheet's name where it names a table and no row above the table does."""
    if not _NAMED_TABLE.search(sheet.name.strip()):
        return ""
    for row in sorted(sheet.rows)[:_TITLE_ROWS]:
        for text in sheet.rows[row].values():
            if any(_NAMED_TABLE.search("".join(piece.split())) for piece in text.split("\n")):
                return ""
    return sheet.name.strip()

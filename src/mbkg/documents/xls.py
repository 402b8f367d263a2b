"""Excel workbooks of the old binary format (xls, et) to a Document.

Everything is read with its formatting, because without number formats and merged cells a sheet would be read as something else than
it shows.
"""

from __future__ import annotations

import io
from typing import Any

from mbkg.documents.model import Document
from mbkg.documents.shown import BUILTIN, show_number
from mbkg.documents.workbook import Meter, Sheet, workbook_document
from mbkg.errors import UnreadableFile

_RESAVE = "请用 Excel 或 WPS 打开，另存为 xlsx 后再试。"


def read_xls(data: bytes, name: str) -> Document:
    """The document of a workbook: one page per visible sheet, cells as Excel shows them.

    Raises:
        UnreadableFile: damaged, locked, or too big.
    """
    meter = Meter(name)
    try:
        book = _open(data)
        titles = list(enumerate(book.sheet_names()))
        visible = [_sheet(book, index, title, meter) for index, title in titles if not book._sheet_visibility[index]]
    except UnreadableFile:
        raise
    except Exception as error:  # a damaged workbook makes xlrd raise whatever it stumbles over
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise UnreadableFile(name, "文件设有打开密码", "请用密码打开，取消密码后另存再试。") from None
        raise UnreadableFile(name, "旧版 Excel 文件已损坏或不合规范", _RESAVE) from None
    if not visible:
        raise UnreadableFile(name, "工作簿里没有可见的工作表", "请用 Excel 或 WPS 打开，取消隐藏并另存后再试。")
    hidden = [title for index, title in titles if book._sheet_visibility[index]]
    return workbook_document(visible, hidden, name, data, "xls", meter)


def _open(data: bytes) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=data, formatting_info=True, on_demand=True, ragged_rows=True, logfile=io.StringIO()
    )


def _sheet(book: Any, index: int, title: str, meter: Meter) -> Sheet:
    source = book.sheet_by_index(index)
    sheet = Sheet(title)
    for row in range(source.nrows):
        cells = {}
        for column, cell in enumerate(source.row(row)):
            if cell.ctype not in (0, 6) and (text := _text(book, source, cell, sheet)).strip():
                meter.cell(text)
                cells[column] = text
        if cells:
            sheet.rows[row] = cells
    sheet.merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells]
    sheet.hidden_rows = {row for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = [(column, column) for column, info in source.colinfo_map.items() if info.hidden]
    book.unload_sheet(index)
    return sheet


def _text(book: Any, source: Any, cell: Any, sheet: Sheet) -> str:
    """What one cell shows."""
    import xlrd

    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return str(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            sheet.errors += 1
            return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.value == 0 and not source.show_zero_values:
        return ""
    key = book.xf_list[cell.xf_index].format_key
    own = book.format_map.get(key)
    code = BUILTIN.get(key) if key in BUILTIN and (key < 164 and key not in (5, 6, 7, 8)) else None
    text = show_number(float(cell.value), code or (own.format_str if own else "General"), date1904=book.datemode == 1)
    sheet.suppressed += not text and cell.value != 0
    return text

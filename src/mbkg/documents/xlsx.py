"""Excel workbooks (xlsx, xlsm) to a Document, read as a stream.

What a cell shows is read, never computed: a formula gives the result that was saved with it. A million formatted blank cells cost time
but no memory; that is why the parts are read here directly and not through a library that builds every cell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mbkg.documents.limits import CheckedStream, Parts, damaged
from mbkg.documents.model import Document
from mbkg.documents.opc import parse_part, related_part, relations
from mbkg.documents.shown import BUILTIN, show_number
from mbkg.documents.workbook import Meter, Sheet, workbook_document
from mbkg.errors import UnreadableFile

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_BLANK_CELL = re.compile(rb'<c r="[A-Z]+\d+"[^<>]*(?:/>|></c>)')
_BLANK_ROW = re.compile(rb'<row r="\d+"[^<>]*(?:/>|></row>)')
_TAGS = ("c", "row", "mergeCell", "col", "sheetView", "drawing")


def read_xlsx(data: bytes, name: str) -> Document:
    """The document of a workbook: one page per visible sheet, cells as Excel shows them.

    Raises:
        UnreadableFile: damaged, locked, or too big.
    """
    parts = Parts(data, name)
    with damaged(name):
        return _Workbook(parts, Meter(name)).document(data)


class _Workbook:
    def __init__(self, parts: Parts, meter: Meter) -> None:
        self._parts = parts
        self._meter = meter
        book = related_part(parts, "", "officeDocument", "xl/workbook.xml")
        if book is None:
            raise KeyError("xl/workbook.xml")
        self._book = book
        self._strings = self._shared_strings()
        self._formats = self._number_formats()
        self._date1904 = False

    def document(self, data: bytes) -> Document:
        tree = parse_part(self._parts, self._book)
        targets = {key: (kind, target) for key, kind, target in relations(self._parts, self._book)}
        for properties in tree.iter("{*}workbookPr"):
            self._date1904 = properties.get("date1904") in ("1", "true")
        sheets, hidden = [], []
        for element in tree.iter("{*}sheet"):
            title = element.get("name") or ""
            target = targets.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), ""), ("", ""))
            part = self._parts.find(target[1])
            if target[0] != "worksheet" or part is None:
                continue
            if element.get("state", "visible") != "visible":
                hidden.append(title)
            else:
                sheets.append(self._sheet(part, title))
        if not sheets:
            raise UnreadableFile(
                self._parts.name, "工作簿里没有可见的工作表", "请用 Excel 或 WPS 打开，取消隐藏并另存后再试。"
            )
        return workbook_document(sheets, hidden, self._parts.name, data, "xlsx", self._meter)

    def _shared_strings(self) -> list[str]:
        part = related_part(self._parts, self._book, "sharedStrings", "xl/sharedStrings.xml")
        if part is None:
            return []
        strings = []
        with self._parts.open(part) as stream:
            for item in _elements(stream, ("si",)):
                strings.append(_rich_text(item))
                self._meter.cell(strings[-1])
        self._meter.cells = 0
        return strings

    def _number_formats(self) -> list[str]:
        """The number format of each cell style."""
        part = related_part(self._parts, self._book, "styles", "xl/styles.xml")
        if part is None:
            return []
        tree = parse_part(self._parts, part)
        own = {int(f.get("numFmtId") or 0): f.get("formatCode") or "" for f in tree.iter("{*}numFmt")}
        styles = tree.find("{*}cellXfs")
        numbers = [int(style.get("numFmtId") or 0) for style in (styles if styles is not None else ())]
        return [own.get(number) or BUILTIN.get(number, "General") for number in numbers]

    def _sheet(self, part: str, title: str) -> Sheet:
        sheet = Sheet(title)
        row, column, zeros = -1, -1, True
        cells: dict[int, str] = {}
        with self._parts.open(part) as stream:
            for element in _elements(_WithoutBlankCells(stream), _TAGS):
                self._meter.element()
                match element.tag.rpartition("}")[2]:
                    case "c":
                        place = _REFERENCE.fullmatch(element.get("r") or "")
                        column = _column(place[1]) if place else column + 1
                        if len(element) and (text := self._text(element, sheet, zeros)).strip():
                            self._meter.cell(text)
                            cells[column] = text
                    case "row":
                        row = int(element.get("r") or row + 2) - 1
                        if cells:
                            sheet.rows.setdefault(row, {}).update(cells)
                            if element.get("hidden") in ("1", "true"):
                                sheet.hidden_rows.add(row)
                        cells, column = {}, -1
                    case "mergeCell":
                        first, _, last = (element.get("ref") or "").partition(":")
                        if (start := _REFERENCE.fullmatch(first)) and (end := _REFERENCE.fullmatch(last)):
                            corner = int(end[2]) - 1, _column(end[1])
                            sheet.merges.append((int(start[2]) - 1, _column(start[1]), *corner))
                            self._meter.work(1)
                    case "col":
                        if element.get("hidden") in ("1", "true"):
                            first, last = element.get("min") or "1", element.get("max") or "0"
                            sheet.hidden_columns.append((int(first) - 1, int(last) - 1))
                    case "sheetView":
                        zeros = element.get("showZeros") not in ("0", "false")
                    case "drawing":
                        sheet.pictures = any(kind == "drawing" for _, kind, _ in relations(self._parts, part))
        return sheet

    def _text(self, cell: Any, sheet: Sheet, zeros: bool) -> str:
        """What one cell shows."""
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return "".join(_rich_text(item) for item in cell.iterchildren("{*}is"))
        stored = next((value.text or "" for value in cell.iterchildren("{*}v")), "")
        if kind == "s":
            index = int(stored) if stored.strip() else -1
            return self._strings[index] if index >= 0 else ""
        if kind == "str":
            return _unescape(stored)
        if not stored.strip():
            sheet.uncomputed += any(True for _ in cell.iterchildren("{*}f"))
            return ""
        if kind == "b":
            return "TRUE" if stored.strip() == "1" else "FALSE"
        if kind == "e":
            sheet.errors += 1
            return stored
        if kind == "d":
            moment = datetime.fromisoformat(stored.replace("Z", ""))
            return f"{moment.year}年{moment.month}月{moment.day}日"
        value = float(stored)
        if value == 0 and not zeros:
            return ""
        style = int(cell.get("s") or 0)
        code = self._formats[style] if style < len(self._formats) else "General"
        text = show_number(value, code, date1904=self._date1904)
        sheet.suppressed += not text and value != 0
        return text


class _WithoutBlankCells(io.RawIOBase):
    """A sheet's XML without the cells and rows that only carry a format: parsing a million of them would take half a minute."""

    def __init__(self, stream: CheckedStream) -> None:
        self._stream = stream
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while chunk := self._stream.read(1 << 20):
            chunk = self._rest + chunk
            cut = max(chunk.rfind(b"</row>") + 6, chunk.rfind(b"</c>") + 4, chunk.rfind(b"/>") + 2)
            if cut < 7:
                self._rest = b""
                return chunk
            self._rest = chunk[cut:]
            if kept := _BLANK_ROW.sub(b"", _BLANK_CELL.sub(b"", chunk[:cut])):
                return kept
        rest, self._rest = self._rest, b""
        return rest


def _elements(stream: io.RawIOBase, names: tuple[str, ...]) -> Iterator[Any]:
    """The elements of these names as they end, each forgotten when the next one came."""
    from lxml import etree

    tags = [f"{{*}}{name}" for name in names]
    for _, element in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, load_dtd=False):
        yield element
        element.clear(keep_tail=False)
        parent = element.getparent()
        if parent is not None and (previous := element.getprevious()) is not None:
            parent.remove(previous)


def _rich_text(item: Any) -> str:
    """The text of a string in one or several runs, without its phonetic guide."""
    return _unescape("".join(t.text or "" for t in item.iter("{*}t") if t.getparent().tag.rpartition("}")[2] != "rPh"))


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1

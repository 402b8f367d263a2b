"""Word documents (docx) to a Document: paragraphs and tables in the order of the body.

Word has no fixed pages, so lines have none. Read is what a printed copy shows: insertions but not deletions, automatic numbers, text
boxes behind the paragraph they hang on; not headers, footers, comments and hidden text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.layout import add_table
from mbkg.documents.limits import Parts, damaged
from mbkg.documents.model import Document, GridCell
from mbkg.documents.numbering import Numbering, value
from mbkg.documents.opc import parse_part, related_part
from mbkg.documents.workbook import Meter

_WRAPPERS = {"ins", "moveTo", "customXml", "smartTag", "sdtContent", "hyperlink", "fldSimple", "dir", "bdo", "rubyBase"}
_DROPPED = {
    "del",
    "moveFrom",
    "pPr",
    "rPr",
    "instrText",
    "delText",
    "rt",
    "footnoteReference",
    "sectPr",
    "sdtPr",
    "sdtEndPr",
}
_BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_DATA_ROW = 3  # so many cells with words of their own make a table more than a frame for others
_LARGE_PICTURE = (2_880_000, 1_440_000)  # 8 by 4 centimetres in EMU
_SLIVER = 57  # twips, a millimetre: a grid column as narrow only comes from borders that just miss each other
_SPACE = " \u3000\xa0\t\r"


def read_docx(data: bytes, name: str) -> Document:
    """The document of a Word file, without pages.

    Raises:
        UnreadableFile: damaged, locked, or too big.
    """
    parts = Parts(data, name)
    with damaged(name):
        main = related_part(parts, "", "officeDocument", "word/document.xml")
        if main is None:
            raise KeyError("word/document.xml")
        roots = {
            kind: parse_part(parts, part) if (part := related_part(parts, main, kind, f"word/{kind}.xml")) else None
            for kind in ("numbering", "styles")
        }
        reader = _Reader(Numbering(roots["numbering"], roots["styles"]), Meter(name))
        body = parse_part(parts, main).find("{*}body")
        if body is None:
            raise KeyError("w:body")
        reader.blocks(body)
        return reader.builder.build(name, data, "docx", notes=reader.notes())


class _Reader:
    def __init__(self, numbering: Numbering, meter: Meter) -> None:
        self.builder = DocumentBuilder()
        self._numbering = numbering
        self._meter = meter
        self._pictures = self._chunks = self._workbooks = 0

    def notes(self) -> list[str]:
        notes = []
        if self._pictures:
            notes.append(f"文档里有 {self._pictures} 张较大的图片，图片里的文字没有读取。")
        if self._workbooks:
            notes.append(f"文档里嵌入的 {self._workbooks} 个 Excel 表格对象没有读取，请另存为单独的文件。")
        if self._chunks:
            notes.append(f"文档里嵌入的 {self._chunks} 个外部片段没有读取。")
        return notes

    def blocks(self, container: Any) -> None:
        """Paragraphs and tables of a body, a cell, a text box, in order."""
        for block in _children(container):
            match _local(block):
                case "p":
                    text, boxes = self._paragraph(block)
                    for line in text.split("\n"):
                        self.builder.text(line.strip(_SPACE + "\n"))
                    for box in boxes:
                        self.blocks(box)
                case "tbl":
                    self._table(block)
                case "altChunk":
                    self._chunks += 1

    def _table(self, table: Any) -> None:
        if _is_frame(table):
            for row in _children(table):
                for cell in _children(row) if _local(row) == "tr" else ():
                    if _local(cell) == "tc":
                        self.blocks(cell)
            return
        rows, nested = self._rows(table)
        widths = [value(column, "w") for column in table.iterfind("{*}tblGrid/{*}gridCol")]
        add_table(self.builder, without_slivers(rows, [int(w) if w.isdigit() else _SLIVER for w in widths]))
        for inner in nested:
            self._table(inner)

    def _rows(self, table: Any) -> tuple[list[list[GridCell]], list[Any]]:
        """The cells of each row with their spans, and the tables that stand inside cells.

        A cell merged downwards is written once more in each row it covers, marked to continue the one above.
        """
        rows: list[list[GridCell]] = []
        nested: list[Any] = []
        open_cells: dict[int, tuple[int, int]] = {}  # by column: where the cell stands that may go on below
        for row in _children(table):
            if _local(row) != "tr" or _is_deleted_row(row):
                continue
            cells: list[GridCell] = []
            going_on: dict[int, tuple[int, int]] = {}
            column = _whole(row, "{*}trPr/{*}gridBefore", 0)
            if column:
                cells.append(GridCell("", 0, column))
            for cell in _children(row):
                if _local(cell) != "tc":
                    continue
                span = _whole(cell, "{*}tcPr/{*}gridSpan", 1)
                across = cell.find("{*}tcPr/{*}hMerge")
                down = cell.find("{*}tcPr/{*}vMerge")
                self._meter.work(1)
                if across is not None and value(across) != "restart" and cells:
                    last = cells[-1]
                    cells[-1] = GridCell(last.text, last.column, last.colspan + span, last.rowspan)
                elif down is not None and value(down) != "restart" and column in open_cells:
                    above, index = open_cells[column]
                    first = rows[above][index]
                    rows[above][index] = GridCell(first.text, first.column, first.colspan, len(rows) - above + 1)
                    going_on[column] = above, index
                else:
                    text, inner = self._cell(cell)
                    nested += inner
                    if down is not None:
                        going_on[column] = len(rows), len(cells)
                    cells.append(GridCell(text, column, span))
                column += span
            if after := _whole(row, "{*}trPr/{*}gridAfter", 0):
                cells.append(GridCell("", column, after))
            rows.append(cells)
            open_cells = going_on
        return rows, nested

    def _cell(self, cell: Any) -> tuple[str, list[Any]]:
        """The paragraphs of a cell, a line each, and the tables inside it."""
        lines: list[str] = []
        nested: list[Any] = []
        for block in _children(cell):
            if _local(block) == "tbl":
                nested.append(block)
            elif _local(block) == "p":
                text, boxes = self._paragraph(block)
                lines.append(text)
                lines += [self._cell(box)[0] for box in boxes]
        text = "\n".join(line.strip(_SPACE) for line in lines).strip("\n")
        self._meter.cell(text)
        return text, nested

    def _paragraph(self, paragraph: Any) -> tuple[str, list[Any]]:
        """The text of a paragraph with its automatic number, and the text boxes that hang on it."""
        boxes: list[Any] = []
        text = "".join(self._runs(paragraph, boxes))
        label = self._numbering.label(paragraph.find("{*}pPr"))
        if label and text.strip(_SPACE) and label[-1].isalnum() and not label.isdigit():
            label += " "
        self._meter.characters += len(text)
        return label + text.lstrip(_SPACE) if label else text, boxes

    def _runs(self, container: Any, boxes: list[Any]) -> Iterator[str]:
        for element in _children(container):
            name = _local(element)
            if name == "t":
                yield element.text or ""
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "r":
                if not _is_hidden(element):
                    yield from self._runs(element, boxes)
            elif name in ("drawing", "pict", "object"):
                found = list(_boxes(element))
                boxes += found
                workbook = any("Excel" in value(inner, "ProgID") for inner in element.iter("{*}OLEObject"))
                self._workbooks += workbook
                self._pictures += not found and not workbook and _is_large_picture(element)
            elif name not in _DROPPED:
                yield from self._runs(element, boxes)


def without_slivers(rows: list[list[GridCell]], widths: list[int]) -> list[list[GridCell]]:
    """The same cells where borders that miss each other by less than a millimetre are one border.

    Args:
        widths: of the grid's columns, in twips; too few of them, or text in so narrow a cell, and nothing is changed.
    """
    needed = max((cell.column + cell.colspan for row in rows for cell in row), default=0)
    if len(widths) < needed or min(widths[:needed], default=_SLIVER) >= _SLIVER:
        return rows
    edges = [0]
    for width in widths:
        edges.append(edges[-1] + (width >= _SLIVER))
    result = []
    for row in rows:
        kept = []
        for cell in row:
            column, end = edges[cell.column], edges[cell.column + cell.colspan]
            if end > column:
                kept.append(GridCell(cell.text, column, end - column, cell.rowspan))
            elif cell.text:
                return rows
        result.append(kept)
    return result


def _children(container: Any) -> Iterator[Any]:
    """The children of an element, seen through what wraps them: content controls, insertions, alternatives."""
    for child in container:
        name = _local(child)
        if name in ("del", "moveFrom"):
            continue
        if name == "sdt":
            content = child.find("{*}sdtContent")
            if content is not None:
                yield from _children(content)
        elif name == "AlternateContent":
            chosen = child.find("{*}Choice")
            chosen = chosen if chosen is not None else child.find("{*}Fallback")
            if chosen is not None:
                yield from _children(chosen)
        elif name in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes of a drawing, the outermost ones."""
    for child in _children(element):
        if _local(child) == "txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _is_large_picture(drawing: Any) -> bool:
    """Whether a drawing shows a picture that may hold a table: not a logo or a seal; one of unknown size may."""
    extent = next(drawing.iter("{*}extent"), None)
    if extent is None:
        return next(drawing.iter("{*}blip", "{*}imagedata"), None) is not None
    sides = [value(extent, side) for side in ("cx", "cy")]
    return all(side.isdigit() and int(side) > least for side, least in zip(sides, _LARGE_PICTURE, strict=True))


def _is_frame(table: Any) -> bool:
    """Whether a table only arranges other tables: it holds some, and no row of it has words of its own in several cells."""
    if sum(1 for _ in zip(table.iter("{*}tbl"), range(2), strict=False)) < 2:
        return False
    for row in _children(table):
        cells = [cell for cell in _children(row) if _local(cell) == "tc"] if _local(row) == "tr" else []
        if (
            sum(any(_has_words(block) for block in _children(cell) if _local(block) == "p") for cell in cells)
            >= _DATA_ROW
        ):
            return False
    return True


def _has_words(paragraph: Any) -> bool:
    return any((text.text or "").strip(_SPACE) for text in paragraph.iter("{*}t"))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_hidden(run: Any) -> bool:
    mark = run.find("{*}rPr/{*}vanish")
    return mark is not None and value(mark) not in ("0", "false")


def _is_deleted_row(row: Any) -> bool:
    return row.find("{*}trPr/{*}del") is not None


def _whole(element: Any, path: str, default: int) -> int:
    found = element.find(path)
    text = value(found) if found is not None else ""
    return min(int(text), 1000) if text.isdigit() and int(text[:6]) > 0 else default

"""Web pages, HTML tables saved as Excel, and HTML tables inside Markdown to a Document.

Blocks become lines and tables grids; a table that only arranges others is walked through. A page that is no report, an error page or
a login form saved under a report's name, is refused by what it is.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Container, Iterator
from typing import Any

from mbkg.amounts import looks_like_money
from mbkg.documents import limits
from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.layout import add_table
from mbkg.documents.model import Document, GridCell
from mbkg.documents.workbook import Meter
from mbkg.errors import UnreadableFile

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        """
    address article aside blockquote body caption center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html
    li main ol p pre section summary table tbody td tfoot th thead title tr ul
""",
    )
)
_DROPPED = frozenset(
    re.findall(
        r"\w+",
        """
    button head iframe input nav noscript object script select style svg template textarea
""",
    )
)
_DATA_ROW = 3  # so many cells with words of their own make a table more than a frame for others
_PROSE_AMOUNTS = 5  # a page without a table must state so many amounts to be part of a report
_MAX_TABLES = 20_000
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_TABLE = re.compile(r"(<table\b.*?</table\s*>)", re.IGNORECASE | re.DOTALL)
_PAGED = re.compile(r"<(?:!doctype|html|head|body|p|div)\b", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t\r\f]*\n[ \t\r\n\f]*(?=[\u3000-\u9fff\uff00-\uffef])")
_GAP = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"[\d,，]*\d(?:\.\d+)?")
_SPACE = " \u3000\xa0\t\r\n"
_TOO_DEEP = 2000  # the parser stops without a word at 2048 elements inside each other


def read_html(data: bytes, name: str) -> Document:
    """The document of an HTML file, in whatever encoding its bytes are.

    Raises:
        UnreadableFile: a web page that is no report, or too big.
    """
    return _read([data], data, name)


def read_mhtml(data: bytes, name: str) -> Document:
    """The same of a page saved with its pictures in one file (mht, and what some systems export as doc or xls)."""
    import email
    from email.message import Message

    pages = []
    for part in email.message_from_bytes(data).walk():
        content = (
            part.get_payload(decode=True)
            if isinstance(part, Message) and part.get_content_type() == "text/html"
            else None
        )
        if isinstance(content, bytes):
            pages.append(content)
    if not pages:
        raise UnreadableFile(
            name, "这是网页归档（mht），里面没有网页正文", "请用浏览器打开原网址，另存为网页或 PDF 后再试。"
        )
    return _read(pages, data, name)


def _read(pages: list[bytes], data: bytes, name: str) -> Document:
    walker = _Walker(Meter(name))
    encodings, titles, login = [], [], False
    notes: list[str] = []
    for page in pages:
        limits.check_tags(page, name)
        text, encoding, lost = _decoded(page)
        encodings.append(encoding)
        if lost:
            notes.append(f"有 {lost} 处字节不合 {encoding} 编码，以“\ufffd”代替。")
        root = _parsed(text, name)
        if root is None:
            continue
        titles += ["".join(title.itertext()).strip() for title in root.iter("title")]
        login = login or any((field.get("type") or "").lower() == "password" for field in root.iter("input"))
        walker.walk(root)
    document = walker.builder.build(name, data, "html", notes=notes, encoding=encodings[0])
    amounts = sum(looks_like_money(token) for line in document.lines for token in _NUMBER.findall(line.text))
    if (login and not amounts) or (not walker.grids and amounts < _PROSE_AMOUNTS):
        title = next((f"“{' '.join(title.split())[:40]}”" for title in titles if title), "")
        raise UnreadableFile(
            name, f"文件内容是网页{title}，不是报告", "请用浏览器打开原网址，确认能看到报告后重新下载。"
        )
    return document


def _decoded(data: bytes) -> tuple[str, str, int]:
    """The text, its encoding, and how many places did not fit it."""
    for bom, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(bom):
            text = data[len(bom) :].decode(encoding, "replace")
            return text, encoding.removesuffix("-le").removesuffix("-be"), text.count("\ufffd")
    declared = _META.search(data[:65_536])
    named = declared[1].decode("ascii").lower() if declared else ""
    named = "gb18030" if named in ("gb2312", "gbk", "gb18030", "x-gbk", "hz-gb-2312") else named
    for encoding in dict.fromkeys([named, "utf-8", "gb18030"]):
        try:
            return data.decode(encoding), encoding, 0
        except (UnicodeDecodeError, LookupError):
            continue
    try:
        text = data.decode(named or "gb18030", "replace")
    except LookupError:
        named, text = "gb18030", data.decode("gb18030", "replace")
    return text, named or "gb18030", text.count("\ufffd")


def _parsed(text: str, name: str) -> Any:
    """The root of the page; None where nothing is in it. In a text with tables inside, line breaks between them count."""
    from lxml import etree

    text = _DECLARED.sub("", text.replace("\x00", ""))
    if not _PAGED.search(text):
        pieces = _TABLE.split(text)
        text = "".join(piece if at % 2 else _NEWLINE.sub("<br>", piece) for at, piece in enumerate(pieces))
    if not text.strip(_SPACE):
        return None
    parser = etree.HTMLParser(huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        parser.feed(text)
        root = parser.close()
    except etree.LxmlError:
        root = None
    if root is None or _depth_of_end(root) > _TOO_DEEP:
        raise UnreadableFile(name, "网页的标签嵌套异常，无法完整读取", "请用浏览器打开，另存为 PDF 后再试。")
    return root


def _depth_of_end(root: Any) -> int:
    """How deep the last element of a page lies; where the parser gave up, that is where it was."""
    depth = 0
    while len(root):
        root, depth = root[-1], depth + 1
    return depth


class _Walker:
    """Says the lines and tables of pages in reading order."""

    def __init__(self, meter: Meter) -> None:
        self.builder = DocumentBuilder()
        self.grids = 0
        self._meter = meter

    def walk(self, root: Any) -> None:
        inner: dict[Any, list[Any]] = {}
        for count, table in enumerate(root.iter("table")):
            if count > _MAX_TABLES:
                raise limits.too_big(self._meter.name, f"网页里有超过 {_MAX_TABLES} 张表")
            holder = next(table.iterancestors("table"), None)
            if holder is not None:
                inner.setdefault(holder, []).append(table)
        frames = {table for table in inner if _is_frame(table)}
        self._blocks(root, inner, frames)

    def _blocks(self, root: Any, inner: dict[Any, list[Any]], frames: set[Any]) -> None:
        line: list[str] = []
        for piece in _pieces(root, frames):
            if isinstance(piece, str) and piece != "\n":
                line.append(piece)
                continue
            self._say("".join(line))
            line = []
            if not isinstance(piece, str):
                self._table(piece, inner, frames)
        self._say("".join(line))

    def _table(self, table: Any, inner: dict[Any, list[Any]], frames: set[Any]) -> None:
        for caption in table.iterchildren("caption"):
            self._say(_text(caption))
        self.grids += add_table(self.builder, _grid(table, self._meter))
        for nested in inner.get(table, ()):
            if nested in frames:
                self._blocks(nested, inner, frames)
            else:
                self._table(nested, inner, frames)

    def _say(self, text: str) -> None:
        for line in text.split("\n"):
            if line.strip(_SPACE):
                self._meter.cell(line)
                self.builder.text(line.strip(_SPACE))


def _pieces(root: Any, frames: Container[Any] = ()) -> Iterator[Any]:
    """What an element shows, in order: texts, line breaks ("\\n" alone), and tables that are not frames, not entered."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end"))
    verbatim = 0
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if element is not root and tag == "table" and element not in frames:
                yield element
                walk.skip_subtree()
            elif tag in _DROPPED or _is_unseen(element):
                walk.skip_subtree()
            else:
                verbatim += tag == "pre"
                if tag in _BLOCKS or tag == "br":
                    yield "\n"
                if element.text:
                    yield from _shown(element.text, verbatim > 0)
            continue
        verbatim -= tag == "pre" and verbatim > 0
        if element is root:
            return
        if tag in _BLOCKS:
            yield "\n"
        if element.tail:
            yield from _shown(element.tail, verbatim > 0)


def _shown(text: str, verbatim: bool) -> Iterator[str]:
    """A text as a browser shows it: line breaks of the source are spaces, and none between Chinese characters."""
    if not verbatim:
        yield _GAP.sub(" ", _WRAPPED.sub("", text))
        return
    for at, line in enumerate(_NEWLINE.split(text)):
        if at:
            yield "\n"
        yield line


def _text(element: Any) -> str:
    """What a cell shows without the tables in it; line breaks stay."""
    text = "".join(piece for piece in _pieces(element) if isinstance(piece, str))
    return "\n".join(line.strip(_SPACE) for line in text.split("\n") if line.strip(_SPACE))


def _cells(table: Any) -> Iterator[list[Any]]:
    """The cells of each row of a table, not of tables inside it; what is not displayed is left out."""
    from lxml import etree

    row: list[Any] | None = None
    walk = etree.iterwalk(table, events=("start",), tag=("table", "tr", "td", "th"))
    for _, element in walk:
        if element.tag == "table":
            if element is not table:
                walk.skip_subtree()
        elif _is_unseen(element):
            walk.skip_subtree()
        elif element.tag == "tr":
            if row is not None:
                yield row
            row = []
        else:
            row = [] if row is None else row
            row.append(element)
            walk.skip_subtree()
    if row is not None:
        yield row


def _grid(table: Any, meter: Meter) -> list[list[GridCell]]:
    """The cells of a table with their columns and spans, as a browser lays them out."""
    source = list(_cells(table))
    occupied: list[int] = []  # by column: the first row in which it is free again
    rows: list[list[GridCell]] = []
    for index, elements in enumerate(source):
        column = 0
        row: list[GridCell] = []
        for element in elements:
            while column < len(occupied) and occupied[column] > index:
                column += 1
            across = max(1, min(_span(element, "colspan"), 1000))
            down = min(_span(element, "rowspan") or len(source), len(source) - index)
            taken = (at for at in range(column, min(column + across, len(occupied))) if occupied[at] > index)
            across = next(taken, column + across) - column
            occupied += [0] * (column + across - len(occupied))
            occupied[column : column + across] = [index + down] * across
            text = _text(element)
            meter.cell(text)
            row.append(GridCell(text, column, across, down))
            column += across
        meter.work(len(occupied))
        rows.append(row)
    return rows


def _span(element: Any, name: str) -> int:
    match = re.match(r"\s*(\d{1,5})", element.get(name) or "1")
    return int(match[1]) if match else 1


def _is_frame(table: Any) -> bool:
    """Whether a table that holds others does nothing else: no row of it has words of its own in several cells."""
    return all(sum(bool(_text(cell)) for cell in cells) < _DATA_ROW for cells in _cells(table))


def _is_unseen(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_UNSEEN.search(element.get("style") or ""))

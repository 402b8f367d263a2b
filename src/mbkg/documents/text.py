"""Plain text, Markdown, TSV and CSV to a Document.

Bytes are decoded as UTF-8 (with or without BOM), UTF-16 (with BOM) or GB18030, in that order; what none of them reads is
refused with a reason. A line with tabs, or a Markdown table row, becomes a grid row; HTML tags that OCR left are dropped.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import html
import re
from pathlib import Path

from mbkg.documents.builder import cell_text
from mbkg.documents.model import Document, GridCell, Line
from mbkg.errors import UnreadableFile

_TAG = re.compile(r"</?(?:b|i|u|strong|em|span|sup|sub|td|tr|th|table|p|div|font)\b[^<>]*>|<br\s*/?>", re.IGNORECASE)
_MARKDOWN_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CUT = "文件末尾的字符不完整，可能在下载时被截断。"
_NEWLINE = re.compile(r"\r\n|\r|\n|\x0c|\x0b|\x85|\u2028|\u2029")


def read_text(path: Path) -> Document:
    """Read a text, Markdown or TSV file.

    Raises:
        UnreadableFile: empty, binary, or in no encoding known here; the message says which.
    """
    data = path.read_bytes()
    return parse_text(data, path.name)


def parse_text(data: bytes, name: str) -> Document:
    """The same from bytes in memory."""
    if not data.strip():
        raise UnreadableFile(name, "文件是空的", "请确认下载完整。")
    text, encoding, notes = _decode(data, name)
    if not text.strip("\ufeff \t\r\n\u3000\xa0\x0c"):
        raise UnreadableFile(name, "文件里只有空白", "请确认下载完整。")
    lines = []
    page: int | None = 1 if "\x0c" in text else None
    number = 1
    start = 0
    for mark in [*_NEWLINE.finditer(text), None]:
        raw = text[start : mark.start() if mark else len(text)]
        lines.append(_line(number, raw, page))
        if mark is None:
            break
        start = mark.end()
        if mark.group() == "\x0c":
            page = (page or 1) + 1
        else:
            number += 1
    return Document(name, hashlib.sha256(data).hexdigest(), encoding, tuple(lines), tuple(notes))


def parse_csv(data: bytes, name: str) -> Document:
    """Comma-separated values: one grid row per record, numbered as the line it begins on; without commas it is plain text.

    A quoted value may hold commas and line breaks; a line that such a value runs on into stays as a blank line, so that numbers agree.
    """
    if not data.strip():
        raise UnreadableFile(name, "文件是空的", "请确认下载完整。")
    text, encoding, notes = _decode(data, name)
    if "\t" in text or "," not in text:
        return parse_text(data, name)
    reader = csv.reader(_NEWLINE.sub("\n", text).splitlines(keepends=True), strict=False)
    lines: list[Line] = []
    try:
        for record in reader:
            number = len(lines) + 1
            cells = tuple(GridCell(cell_text(value), column) for column, value in enumerate(record))
            lines.append(Line(number, "\t".join(cell.text for cell in cells), cells))
            lines += [Line(blank, "") for blank in range(number + 1, reader.line_num + 1)]
    except csv.Error:
        raise UnreadableFile(
            name, "逗号分隔的内容不合规范，有一格长得异常", "请用 Excel 或 WPS 打开，另存为 xlsx 后再试。"
        ) from None
    return Document(name, hashlib.sha256(data).hexdigest(), encoding, tuple(lines), tuple(notes))


def _line(number: int, raw: str, page: int | None) -> Line:
    text = html.unescape(_TAG.sub("", raw)) if "<" in raw or "&" in raw else raw
    if "\t" in text:
        parts = text.split("\t")
    elif text.lstrip().startswith("|") and text.rstrip().endswith("|") and text.count("|") > 2:
        if _MARKDOWN_RULE.match(text):
            return Line(number, "", (), page)
        parts = text.strip()[1:-1].split("|")
        text = "\t".join(part.strip(" \u3000\xa0") for part in parts)
    else:
        return Line(number, text, (), page)
    cells = tuple(GridCell(part.strip(" \u3000\xa0"), column) for column, part in enumerate(parts))
    return Line(number, text, cells, page)


def _decode(data: bytes, name: str) -> tuple[str, str, list[str]]:
    """Text, encoding and remarks; the last character may be cut, as it is where a download broke off."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, cut = _decode_whole(data, "utf-16")
        if text is None:
            raise UnreadableFile(name, "标记为 UTF-16，但内容不合编码", "请重新下载或另存为 UTF-8。")
        return text, "utf-16", [_CUT] if cut else []
    if b"\x00" in data[:4096]:
        raise UnreadableFile(name, "内容是二进制而不是文本", "请确认这是报告的文本，而不是图片、压缩包或程序。")
    text, cut = _decode_whole(data, "utf-8-sig")
    if text is not None:
        return text, "utf-8", [_CUT] if cut else []
    text, cut = _decode_whole(data, "gb18030")
    if text is not None and _reads_as_chinese(text):
        return text, "gb18030", ["按 GB18030 编码读取。", *([_CUT] if cut else [])]
    raise UnreadableFile(name, "内容不是 UTF-8、UTF-16 或 GB18030 文本", "请另存为 UTF-8 后再试。")


def _decode_whole(data: bytes, encoding: str) -> tuple[str | None, bool]:
    """The text, and whether bytes of a last, cut character were left; None where other bytes do not fit the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(data)
    except UnicodeDecodeError:
        return None, False
    return text, bool(decoder.getstate()[0])


def _reads_as_chinese(text: str) -> bool:
    """Whether decoding gave Chinese prose rather than noise: GB18030 accepts nearly any bytes."""
    sample = text[:20_000]
    common = sum(
        "\u4e00" <= ch <= "\u9fa5" or ch in "，。、：；（）“”—　\r\n\t" or (ch.isascii() and ch.isprintable())
        for ch in sample
    )
    expected = sum(sample.count(ch) for ch in "年预算万元支出收入项目")
    return common >= 0.97 * len(sample) and expected >= 3

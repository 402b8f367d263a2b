"""What a file is, told from its bytes; its suffix is never believed.

Bureaus publish HTML tables as `.xls`, pictures as `.pdf` and error pages as anything. What cannot be read here is refused in one sentence
that says what to do.
"""

from __future__ import annotations

import codecs
import re
from typing import Literal

from mbkg.errors import UnreadableFile

Kind = Literal["pdf", "docx", "xlsx", "xls", "html", "mhtml", "image", "csv", "text"]

_AS_OFFICE = "请用 Office 或 WPS 打开，另存为 docx、xlsx 或 PDF 后再试。"
_UNPACK = "请先解压，再把里面的报告文件放进来。"
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF87a", b"GIF89a")
_ARCHIVES = {b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b\x08": "gzip"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02")
_STREAMS = ("EncryptedPackage", "WordDocument", "Workbook", "Book", "PowerPoint Document")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_OPENS_WITH_TAG = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:table|div|p|meta|style|title|h[1-6]|center|font)\b", re.I | re.S
)
_SHEET_XML = re.compile(rb"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet", re.S)
_OTHER_XML = re.compile(rb"<(?:\w+:)?(wordDocument|package)\b[^>]*schemas\.microsoft\.com/office", re.S)
_MHTML = re.compile(rb"(?:^|\n)content-type:\s*(?:multipart/related|text/html)", re.IGNORECASE)


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of file that these bytes are.

    Raises:
        UnreadableFile: a kind that is not read here, with what to do; an empty file.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile(name, "文件是空的" if not data else "文件里只有空白", "请确认下载完整。")
    head = data[:1024]
    if data.startswith(_PICTURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or _is_bmp(data):
        return "image"
    if re.search(rb"%PDF-\d", head) and not _PAGE.search(head):
        return "pdf"
    if data.startswith(_ZIP):
        return _kind_of_zip(data, name)
    if data.startswith(_OLE):
        return _kind_of_ole(data, name)
    if data[:2] == b"\x09\x08" and data[2:4] in (b"\x10\x00", b"\x08\x00"):
        return "xls"  # a workbook stream without its container
    for magic, archive in _ARCHIVES.items():
        if data.startswith(magic):
            raise UnreadableFile(name, f"这是 {archive} 压缩包", _UNPACK)
    if data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableFile(name, "这是 RTF 文档，本版不读取", _AS_OFFICE)
    return _kind_of_markup(data, name)


def _kind_of_markup(data: bytes, name: str) -> Kind:
    start = _as_ascii(data[:65_536])
    if _SHEET_XML.search(start):
        raise UnreadableFile(
            name, "这是 XML 格式的旧版 Excel 表格，本版不读取", "请用 Excel 或 WPS 打开，另存为 xlsx 后再试。"
        )
    if _OTHER_XML.search(start):
        raise UnreadableFile(name, "这是 XML 格式的 Word 文档，本版不读取", _AS_OFFICE)
    if start[:512].lstrip().lower().startswith((b"mime-version:", b"from:", b"subject:")) and _MHTML.search(start):
        return "mhtml"
    if _PAGE.search(start) or (_OPENS_WITH_TAG.match(start) and b"</" in start) or _has_whole_table(data):
        return "html"
    return "csv" if name.lower().endswith(".csv") else "text"


def _has_whole_table(data: bytes) -> bool:
    """Whether a text holds an HTML table from its beginning to its end, as text recognition writes them into Markdown."""
    if b"<" not in data:
        return False
    tags = _as_ascii(data).lower()
    return b"<table" in tags and b"</table" in tags and b"<tr" in tags and tags.count(b"<td") + tags.count(b"<th") > 1


def _as_ascii(data: bytes) -> bytes:
    """The same with UTF-16 closed up, so that tags can be searched as bytes."""
    return data.replace(b"\x00", b"") if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else data


def _is_bmp(data: bytes) -> bool:
    return data[:2] == b"BM" and data[6:10] == b"\x00" * 4 and len(data) > 26


def _kind_of_zip(data: bytes, name: str) -> Kind:
    from mbkg.documents.limits import Parts

    names = [part.lower() for part in Parts(data, name).names]
    if any(part.startswith("word/") for part in names):
        return "docx"
    if any(part.startswith("xl/") for part in names):
        if "xl/workbook.bin" in names:
            raise UnreadableFile(name, "这是二进制的 xlsb 工作簿，本版不读取", "请用 Excel 或 WPS 另存为 xlsx 后再试。")
        return "xlsx"
    if "ofd.xml" in names:
        raise UnreadableFile(name, "这是 OFD 版式文件，本版不读取", "请用 OFD 阅读器打开，另存（导出）为 PDF 后再试。")
    if any(part.startswith("ppt/") for part in names):
        raise UnreadableFile(name, "这是演示文稿，不是报告", "请另存为 PDF 后再试。")
    if "content.xml" in names:
        raise UnreadableFile(name, "这是 OpenDocument 文件，本版不读取", _AS_OFFICE)
    raise UnreadableFile(name, "这是 ZIP 压缩包", _UNPACK)


def _kind_of_ole(data: bytes, name: str) -> Kind:
    """By the names in the directory of the container, the first known one: what else it embeds comes later."""
    known = [(place, stream) for stream in _STREAMS if (place := _stream_at(data, stream)) is not None]
    match min(known)[1] if known else "":
        case "Workbook" | "Book":
            return "xls"
        case "EncryptedPackage":
            raise UnreadableFile(name, "文件设有打开密码", "请用密码打开，取消密码后另存再试。")
        case "WordDocument":
            raise UnreadableFile(
                name,
                "这是旧版 Word（.doc）或 WPS 文档，本版不读取",
                "请用 Word 或 WPS 打开，另存为 docx 或 PDF 后再试。",
            )
        case "PowerPoint Document":
            raise UnreadableFile(name, "这是演示文稿，不是报告", "请另存为 PDF 后再试。")
    raise UnreadableFile(name, "这是旧版 Office 或 WPS 的文件，看不出是文档还是表格，或已损坏", _AS_OFFICE)


def _stream_at(data: bytes, stream: str) -> int | None:
    """Where the directory entry of a stream stands: 128 bytes aligned, name in UTF-16, its length in bytes 64 and 65."""
    wanted = stream.encode("utf-16-le")
    length = (len(wanted) + 2).to_bytes(2, "little")
    place = data.find(wanted)
    while place >= 0:
        if place % 128 == 0 and data[place + 64 : place + 66] == length:
            return place
        place = data.find(wanted, place + 1)
    return None

"""What a file may cost before it is refused: size, inflated size, cells, characters.

A Word or Excel file is a zip, so a few kilobytes may claim gigabytes. The claims are checked before a part is opened, and a part is
never inflated past its claim (`zipfile` stops there). XML parts may not bring a document type: that is where entity bombs live, and Office
writes none.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from mbkg.errors import UnreadableFile

MAX_FILE_BYTES = 200_000_000
MAX_TEXT_BYTES = 64_000_000  # of plain text, HTML, an old workbook, one XML part parsed whole
MAX_INFLATED_BYTES = 500_000_000
MAX_RATIO = 200  # inflated to packed, for what inflates to more than
RATIO_MATTERS_BYTES = 50_000_000
MAX_ENTRIES = 20_000
MAX_CELLS = 2_000_000  # filled cells of one file
MAX_GRID_CELLS = 4_000_000  # cells of one file with the blank ones among them
MAX_ELEMENTS = 3_000_000  # of a workbook's sheets, cells with a format and nothing else not counted
MAX_TAGS = 6_000_000  # of markup that is parsed into one tree
MAX_CHARACTERS = 50_000_000  # of all cells of one file

_ENTRY = b"PK\x01\x02"
_DOCTYPE = b"<!DOCTYPE"
_SPLIT = "请确认是报告原件，或另存为只含报告的文件后再试。"


def too_big(name: str, why: str) -> UnreadableFile:
    """The refusal of a file that would cost too much."""
    return UnreadableFile(name, why, _SPLIT)


def check_size(size: int, name: str) -> None:
    """Refuse a file of more than `MAX_FILE_BYTES`."""
    if size > MAX_FILE_BYTES:
        raise too_big(name, f"文件有 {size / 1e6:.0f} MB，超过上限 {MAX_FILE_BYTES / 1e6:.0f} MB")


def check_text_size(size: int, name: str) -> None:
    """Refuse text, markup or an old workbook of more than `MAX_TEXT_BYTES`: they are taken into memory several times over."""
    if size > MAX_TEXT_BYTES:
        raise too_big(name, f"文件内容有 {size / 1e6:.0f} MB，不像一份报告")


def check_tags(data: bytes, name: str) -> None:
    """Refuse markup of more tags than a tree in memory should have."""
    if data.count(b"<") > MAX_TAGS:
        raise too_big(name, f"文件里有超过 {MAX_TAGS // 10_000} 万个标签")


class Parts:
    """The parts of a Word or Excel file, each read within bounds.

    Raises:
        UnreadableFile: on opening, if the zip is damaged, or claims to inflate to more than is allowed.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        if data.count(_ENTRY) > MAX_ENTRIES:
            raise too_big(name, f"压缩包里有超过 {MAX_ENTRIES} 个条目")
        with damaged(name):
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        entries = self._zip.infolist()
        inflated = sum(entry.file_size for entry in entries)
        packed = max(1, sum(entry.compress_size for entry in entries))
        suspect = inflated > RATIO_MATTERS_BYTES and inflated > MAX_RATIO * min(packed, len(data))
        if inflated > MAX_INFLATED_BYTES or suspect:
            raise too_big(name, f"文件只有 {len(data) / 1e6:.1f} MB，解压后却有 {inflated / 1e6:.0f} MB，疑似压缩炸弹")
        self.names = {entry.filename.replace("\\", "/").lstrip("/"): entry for entry in entries}
        self._folded = {part.lower(): part for part in self.names}

    def find(self, part: str) -> str | None:
        """The name of a part as this file spells it; None where it has no such part."""
        return self._folded.get(part.lower())

    def read(self, part: str) -> bytes:
        """A part that is parsed whole."""
        entry = self.names[part]
        if entry.file_size > MAX_TEXT_BYTES:
            raise too_big(self.name, f"其中 {part} 解压后有 {entry.file_size / 1e6:.0f} MB")
        with damaged(self.name), self._zip.open(entry) as stream:
            data = stream.read()
        _no_doctype(data, self.name)
        check_tags(data, self.name)
        return data

    def open(self, part: str) -> CheckedStream:
        """A part that is parsed as a stream."""
        with damaged(self.name):
            return CheckedStream(self._zip.open(self.names[part]), self.name)


class CheckedStream(io.RawIOBase):
    """A stream that refuses a document type as it passes by."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream = stream
        self._name = name
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        _no_doctype(self._tail + chunk, self._name)
        self._tail = chunk[-32:]
        return chunk


def _no_doctype(data: bytes, name: str) -> None:
    if _DOCTYPE in data or (b"\x00" in data[:64] and _DOCTYPE in data.replace(b"\x00", b"")):
        raise UnreadableFile(
            name, "文件内部带有 Office 从不写入的 DTD 声明，可能是恶意构造的", "请从发布单位重新下载。"
        )


@contextmanager
def damaged(name: str) -> Iterator[None]:
    """Turn what a damaged zip or XML part raises into one sentence."""
    from lxml import etree

    try:
        yield
    except UnreadableFile:
        raise
    except RuntimeError as error:
        if isinstance(error, NotImplementedError | RecursionError) or "password" not in str(error):
            raise UnreadableFile(
                name, "文件内部的压缩或嵌套方式无法解读", "请用 Office 或 WPS 打开后另存一次再试。"
            ) from None
        raise UnreadableFile(name, "文件设有密码", "请取消密码另存后再试。") from None
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, EOFError, OSError, KeyError, IndexError, ValueError):
        raise UnreadableFile(
            name, "文件已损坏或不完整", "请重新下载，或用 Office、WPS 打开修复并另存后再试。"
        ) from None

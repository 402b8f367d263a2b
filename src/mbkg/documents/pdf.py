"""A PDF to a Document: its ruled tables as grids, the rest of each page as lines with the places of their pieces.

Text comes from pdfplumber's characters; what belongs together is decided from places alone (`pagechars`, `pagetext`, `pagerules`,
`pagegrid`). A table that goes on over pages keeps one set of columns (`pagejoin`). A page that is only a picture, or whose font cannot be
decoded, is handed to the optional text recognition and is named in the notes where that is not installed.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from typing import Any

from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.model import Document, Page, Word
from mbkg.documents.pagechars import TooManyCharacters
from mbkg.documents.pagejoin import unite_columns
from mbkg.documents.pagemargins import drop_number, drop_running_heads
from mbkg.documents.pageparts import PageParts, read_page
from mbkg.documents.pagepictures import PagePictures
from mbkg.documents.pagetext import line_text, pieces_of
from mbkg.errors import UnreadableFile

MOST_PAGES = 3000
MOST_SECONDS = 600.0
_ROOT = re.compile(rb"(\d+)\s+0\s+obj\b(?:(?!endobj)[\s\S]){0,400}?/Type\s*/Catalog\b")


def read_pdf(data: bytes, name: str) -> Document:
    """The document in a PDF file.

    Raises:
        UnreadableFile: encrypted, damaged beyond repair, without pages or with too many, or only pictures and no text recognition here.
    """
    builder = DocumentBuilder()
    notes: list[str] = []
    with _opened(data, name, notes) as pdf:
        if (count := len(pdf.pages)) > MOST_PAGES:
            raise UnreadableFile(name, f"PDF 有 {count} 页，超过上限 {MOST_PAGES} 页", "请拆分后再试。")
        pages = [drop_number(page) for page in _read_pages(pdf, name, notes)]
    if all(page.damaged for page in pages):
        raise UnreadableFile(name, "PDF 的每一页都已损坏", "请重新下载。")
    drop_running_heads(pages)
    unite_columns(pages)
    images = PagePictures(data) if any(page.picture or page.undecoded for page in pages) else None
    recognised: set[int] = set()
    for page in pages:
        if images is None or not (page.picture or page.undecoded):
            _say(builder, page)
        elif images.recognise(builder, page.number):
            recognised.add(page.number)
    if images is not None:
        images.close()
    missed = [page for page in pages if (page.picture or page.undecoded) and page.number not in recognised]
    if len(missed) == len(pages):
        raise _nothing_read(name, missed)
    notes += _notes(pages, recognised)
    infos = [Page(page.number, page.width, page.height, "", page.picture) for page in pages]
    return builder.build(name, data, "pdf", pages=infos, notes=notes)


def _opened(data: bytes, name: str, notes: list[str]) -> Any:
    """The pdfplumber file, from the bytes as they are or else with its index built anew."""
    if (pdf := _with_pages(data, name)) is not None:
        return pdf
    repaired = _repaired(data)
    if repaired is None or (pdf := _with_pages(repaired, name)) is None:
        raise UnreadableFile(name, "PDF 文件已损坏，找不到页面", "请重新下载。")
    notes.append("PDF 的索引已损坏，按重建的索引读取；请与原件核对页数。")
    return pdf


def _with_pages(data: bytes, name: str) -> Any:
    """The file opened by pdfplumber; None where it cannot be or has no page.

    Raises:
        UnreadableFile: it needs a password.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        return pdf if len(pdf.pages) else None
    except Exception as error:
        causes = (error, error.__cause__, *error.args)
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in causes):
            raise UnreadableFile(name, "PDF 已加密，需要密码", "请先去除密码再试。") from None
        if any(isinstance(cause, PDFEncryptionError) for cause in causes):
            raise UnreadableFile(
                name, "PDF 以不支持的方式加密", "请用阅读器打开，另存（打印）为 PDF 后再试。"
            ) from None
        return None


def _repaired(data: bytes) -> bytes | None:
    """The file written anew by PDFium, which rebuilds a broken index; None where it finds no page either.

    A file that lost its end is given another, if its root is still there.
    """
    import pypdfium2

    endings = [b"", *(b"\ntrailer << /Root %b 0 R >>\n%%%%EOF" % root for root in _ROOT.findall(data)[-1:])]
    for ending in endings:
        try:
            document = pypdfium2.PdfDocument(data + ending)
            try:
                stream = io.BytesIO()
                document.save(stream)
                if len(document):
                    return stream.getvalue()
            finally:
                document.close()
        except Exception:
            continue
    return None


def _read_pages(pdf: Any, name: str, notes: list[str]) -> Iterator[PageParts]:
    until = time.monotonic() + MOST_SECONDS
    for number, page in enumerate(pdf.pages, 1):
        if time.monotonic() > until:
            raise UnreadableFile(name, f"读到第 {number} 页时已超过 {MOST_SECONDS:.0f} 秒", "请拆分后再试。")
        try:
            yield read_page(page, number)
        except TooManyCharacters:
            notes.append(f"第 {number} 页的文字多得不像一页报告，未读取。")
            yield PageParts(number, 0.0, 0.0, damaged=True)
        except Exception as error:  # one damaged page does not take the others with it
            notes.append(f"第 {number} 页已损坏，未能读取（{type(error).__name__}）。")
            yield PageParts(number, 0.0, 0.0, damaged=True)
        finally:
            page.close()


# ---- to lines


def _say(builder: DocumentBuilder, page: PageParts) -> None:
    parts: list[tuple[float, Any]] = [(grid.ys[0], rows) for grid, rows in page.grids]
    parts += [(line[0].middle, pieces_of(line)) for line in page.lines]
    confidence = 0.8 if page.over_picture else 1.0
    for _, part in sorted(parts, key=lambda item: item[0]):
        if isinstance(part, tuple):
            _say_line(builder, page, part, confidence)
        else:
            builder.grid(part, page=page.number, confidence=confidence)


def _say_line(builder: DocumentBuilder, page: PageParts, words: tuple[Word, ...], confidence: float) -> None:
    boxes = [word.box for word in words]
    box = (boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
    text = line_text(words, page.left, page.size)
    builder.text(text, page=page.number, words=words, box=box, confidence=confidence)


# ---- notes


def _nothing_read(name: str, pages: Sequence[PageParts]) -> UnreadableFile:
    why = "每一页都只是图片，没有文字" if all(page.picture for page in pages) else "每一页的文字都无法解码，或只是图片"
    return UnreadableFile(name, why, f"{_remedy()}，或换用有文字的版本。")


def _remedy() -> str:
    from mbkg.documents import ocr

    return "请核对原件是否清晰完整" if ocr.ocr_available() else "请安装 mbkg[ocr] 后再试"


def _notes(pages: Sequence[PageParts], recognised: Container[int]) -> Iterator[str]:
    pictures = [page.number for page in pages if page.picture]
    undecoded = [page.number for page in pages if page.undecoded]
    for what, numbers in (("只是图片", pictures), ("的文字无法解码", undecoded)):
        if known := [number for number in numbers if number in recognised]:
            yield f"第 {ranges(known)} 页{what}，数字由文字识别得出，请与原件核对。"
        if missed := [number for number in numbers if number not in recognised]:
            yield f"第 {ranges(missed)} 页{what}，未读取；{_remedy()}。"
    if over := [page.number for page in pages if page.over_picture]:
        yield f"第 {ranges(over)} 页的文字附在扫描图片上，可能是识别所得，请与原件核对。"
    if drawn := [page.number for page in pages if page.overdrawn]:
        yield f"第 {ranges(drawn)} 页的线条过多，不像表格，未按表格线读取；请与原件核对。"


def ranges(numbers: Sequence[int]) -> str:
    """Page numbers in short.

    >>> ranges([1, 2, 3, 7])
    '1—3、7'
    """
    parts = []
    for _, group in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}")
    return "、".join(parts)

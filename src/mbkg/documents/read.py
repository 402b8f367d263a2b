"""Any file to its Document: what it is decides which reader takes it, never its suffix.

Readers are imported when a file needs them: asking a question pays for none.
"""

from __future__ import annotations

from pathlib import Path

from mbkg.documents import limits
from mbkg.documents.detect import kind_of
from mbkg.documents.model import Document
from mbkg.documents.text import parse_csv, parse_text


def read_document(path: Path) -> Document:
    """The document in a file.

    Raises:
        UnreadableFile: empty, damaged, locked, too big, or of a kind not read here; the message says which and what to do.
        OSError: the file is not there or may not be read.
    """
    limits.check_size(path.stat().st_size, path.name)
    return parse_document(path.read_bytes(), path.name)


def parse_document(data: bytes, name: str) -> Document:
    """The same from bytes in memory; `name` is the file's name, for messages and as the document's name."""
    limits.check_size(len(data), name)
    kind = kind_of(data, name)
    if kind == "pdf":
        from mbkg.documents.pdf import read_pdf

        return read_pdf(data, name)
    if kind == "image":
        from mbkg.documents.ocr import read_image

        return read_image(data, name)
    if kind == "docx":
        from mbkg.documents.word import read_docx

        return read_docx(data, name)
    if kind == "xlsx":
        from mbkg.documents.xlsx import read_xlsx

        return read_xlsx(data, name)
    if kind == "xls":
        limits.check_text_size(len(data), name)
        from mbkg.documents.xls import read_xls

        return read_xls(data, name)
    limits.check_text_size(len(data), name)
    if kind in ("html", "mhtml"):
        from mbkg.documents.web import read_html, read_mhtml

        return read_html(data, name) if kind == "html" else read_mhtml(data, name)
    return parse_csv(data, name) if kind == "csv" else parse_text(data, name)

"""The formats a report can be written in: a name, a suffix, and what turns a printed report into the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .printed import Printed
from .write_markdown import write_markdown

Writer = Callable[[Printed], bytes]


def _docx(report: Printed) -> bytes:
    from .write_docx import write_docx

    return write_docx(report)


def _xlsx(report: Printed) -> bytes:
    from .write_workbook import write_xlsx

    return write_xlsx(report, numbers=True)


def _xlsx_text(report: Printed) -> bytes:
    from .write_workbook import write_xlsx

    return write_xlsx(report, numbers=False)


def _xls(report: Printed) -> bytes:
    from .write_workbook import write_xls

    return write_xls(report)


def _html(report: Printed) -> bytes:
    from .write_html import write_html

    return write_html(report, "utf-8")


def _html_gbk(report: Printed) -> bytes:
    from .write_html import write_html

    return write_html(report, "gb18030")


def _pdf(report: Printed) -> bytes:
    from .write_pdf import write_pdf

    return write_pdf(report, ruled=True)


def _pdf_unruled(report: Printed) -> bytes:
    from .write_pdf import write_pdf

    return write_pdf(report, ruled=False)


WRITERS: dict[str, tuple[str, Writer]] = {
    "md": (".md", write_markdown),
    "docx": (".docx", _docx),
    "xlsx": (".xlsx", _xlsx),
    "xlsx-text": (".xlsx", _xlsx_text),
    "xls": (".xls", _xls),
    "html": (".html", _html),
    "html-gbk": (".html", _html_gbk),
    "pdf": (".pdf", _pdf),
    "pdf-unruled": (".pdf", _pdf_unruled),
}


def write(report: Printed, format: str, folder: Path) -> Path:
    """Write a report into a folder under its own name; returns the file."""
    suffix, writer = WRITERS[format]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.name}{suffix}"
    path.write_bytes(writer(report))
    return path

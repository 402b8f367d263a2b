"""Invented sheets printed on PDF pages without rules, cells set at the top or in the middle of the rows they span."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from lxml import html

from mbkg.documents import Document, GridCell, read_document

from .grid_pages import placed, text_of

Setting = Literal["TOP", "MIDDLE"]
_FONT = "STSong-Light"
_LETTER = 8.0


def unruled_document(
    page: str, folder: Path, setting: Setting, *, padding: float = 5.0, name: str = "sheet"
) -> Document:
    """The document that a page of headings, paragraphs and tables is when it is printed without rules and read again."""
    path = folder / f"{name}-{setting.lower()}.pdf"
    write(page, path, setting, padding)
    return read_document(path)


def write(page: str, path: Path, setting: Setting, padding: float) -> None:
    """Print a page of HTML; a rule (`<hr>`) begins a new page, cells are wrapped in their columns."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, SimpleDocTemplate

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    story: list[Any] = []
    elements = list(html.document_fromstring(f"<html><body>{page}</body></html>").body.iterchildren())
    tables = {e: placed([list(row) for row in e.iter("tr")]) for e in elements if e.tag == "table"}
    widest = max((c.column + c.colspan for rows in tables.values() for row in rows for c in row), default=1)
    size = landscape(A4) if widest > 7 else A4
    for element in elements:
        if element.tag == "hr":
            story.append(PageBreak())
        elif element.tag == "table":
            story.append(_table(tables[element], size[0] - 80, setting, padding))
        else:
            heading = element.tag in ("h1", "h2", "h3")
            story.append(_flowing(text_of(element), 14.0 if heading else _LETTER + 1, 1 if heading else 0))
    document = SimpleDocTemplate(str(path), pagesize=size, leftMargin=40, rightMargin=40, topMargin=40, bottomMargin=40)
    document.build(story)


def _table(rows: list[list[GridCell]], width: float, setting: Setting, padding: float) -> Any:
    from reportlab.platypus import Table

    count = max(c.column + c.colspan for row in rows for c in row)
    shares = [3.0] * count
    for row in rows:
        for cell in row:
            if cell.colspan == 1:
                shares[cell.column] = max(shares[cell.column], min(len(cell.text), 14) + 2.0)
    texts: list[list[Any]] = [["" for _ in range(count)] for _ in rows]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), setting),
        *((side, (0, 0), (-1, -1), 4) for side in ("LEFTPADDING", "RIGHTPADDING")),
        *((side, (0, 0), (-1, -1), padding) for side in ("TOPPADDING", "BOTTOMPADDING")),
    ]
    for number, row in enumerate(rows):
        for cell in row:
            texts[number][cell.column] = _flowing(cell.text, _LETTER)
            corner = (cell.column + cell.colspan - 1, number + cell.rowspan - 1)
            if corner != (cell.column, number):
                style.append(("SPAN", (cell.column, number), corner))
    table = Table(texts, [width * share / sum(shares) for share in shares])
    table.setStyle(style)
    return table


def _flowing(text: str, size: float, align: int = 0) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "text", fontName=_FONT, fontSize=size, leading=size * 1.3, alignment=align, wordWrap="CJK", spaceAfter=2
    )
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
    return Paragraph(escaped, style)

"""A printed report as a PDF, with ruled lines or without: page breaks with heads repeated, names wrapped in their columns.

Tables are set by reportlab with the CID font STSong-Light, which needs no font file. Without rules, amounts stand right-aligned and a
person tells the columns by their edges, and a cell that spans rows by its first one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .printed import Box, Grid, PageNumber, Paragraph, Printed, cut

_FONT = "STSong-Light"
_LETTER = 9.0


def write_pdf(report: Printed, *, ruled: bool) -> bytes:
    """The report on A4, landscape where a table is wide; every table begins on a page of its own."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageBreak, PageTemplate

    if _FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    stream = io.BytesIO()
    document = BaseDocTemplate(stream, pagesize=A4, title=report.name)
    templates = []
    for name, size in (("upright", A4), ("wide", landscape(A4))):
        frame = Frame(45, 45, size[0] - 90, size[1] - 90, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        templates.append(PageTemplate(name, [frame], onPage=_page_number, pagesize=size))
    document.addPageTemplates(templates)
    story: list[Any] = []
    current = "upright"
    before: object = None
    for item in report.items:
        if isinstance(item, Grid) and (item.new_page or item.follows or item.name):
            wanted = "wide" if item.width > 7 else "upright"
            story += [NextPageTemplate(wanted), PageBreak()] if story or wanted != current else []
            current = wanted
        elif isinstance(item, Paragraph) and isinstance(before, Grid) and before.name:
            story += [NextPageTemplate("upright"), PageBreak()]
            current = "upright"
        frame = templates[0 if current == "upright" else 1].frames[0]
        story += _flowables(item, frame._width, frame._height, ruled)
        before = item
    document.build(story)
    return stream.getvalue()


def _page_number(canvas: Any, document: Any) -> None:
    canvas.setFont(_FONT, _LETTER)
    canvas.drawCentredString(canvas._pagesize[0] / 2, 28, f"— {document.page} —")


def _flowables(item: Paragraph | PageNumber | Grid, width: float, height: float, ruled: bool) -> list[Any]:
    from reportlab.platypus import Paragraph as Flowing

    if isinstance(item, PageNumber):
        return []  # a page of a PDF has its own
    if isinstance(item, Paragraph):
        return [Flowing(_escaped(item.text), _style(16 if item.level else 11, bool(item.level), first=not item.level))]
    flowables: list[Any] = []
    if not item.follows:
        for pieces in item.lead:
            flowables.append(_lead(pieces, width, item.name))
    if item.head or item.body:
        flowables += _pages(item, width, height, ruled)
    return [*flowables, *(Flowing(_escaped(note), _style(_LETTER)) for note in item.notes)]


def _lead(pieces: tuple[str, ...], width: float, title: str) -> Any:
    from reportlab.platypus import Paragraph as Flowing
    from reportlab.platypus import Table

    if len(pieces) == 1:
        is_title = pieces[0] == title
        return Flowing(_escaped(pieces[0]), _style(16 if is_title else _LETTER, align=1 if is_title else 0))
    table = Table([list(pieces)], [width * 0.7, width * 0.3])
    table.setStyle([("FONT", (0, 0), (-1, -1), _FONT, _LETTER), ("ALIGN", (1, 0), (1, 0), "RIGHT")])
    return table


def _pages(grid: Grid, width: float, height: float, ruled: bool) -> Iterator[Any]:
    """One table that reportlab breaks by itself, or one a page where cells span the rows at the break."""
    from reportlab.platypus import PageBreak

    table = _table(grid, width, ruled)
    table.wrap(width, height)
    if not any(box.rowspan > 1 for row in grid.body for box in row):
        yield table
        return
    room = height - (0 if grid.follows else 80)
    if table._height <= room:
        yield table
        return
    for number in range(len(grid.body) - 1, 0, -1):
        first, rest = cut(grid.body, number)
        page = _table(replace(grid, body=first), width, ruled)
        if sum(table._rowHeights[: len(grid.head) + number]) <= room and page.wrap(width, height)[1] <= room:
            yield page
            yield PageBreak()
            yield from _pages(replace(grid, body=rest, follows=True), width, height, ruled)
            return
    raise ValueError(f"{grid.name}: a row is higher than a page")


def _table(grid: Grid, width: float, ruled: bool) -> Any:
    from reportlab.platypus import Table

    rows = [*grid.head, *grid.body]
    shares = grid.widths or (1.0,) * grid.width
    widths = [width * share / sum(shares) for share in shares]
    texts: list[list[Any]] = [["" for _ in range(grid.width)] for _ in rows]
    letter = 6.5 if grid.width > 12 else 8.0 if grid.width > 7 else _LETTER
    spans = any(box.rowspan > 1 for row in grid.body for box in row)
    gap = 2 if ruled else 5  # without lines only white space tells the columns apart
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if ruled or not spans else "TOP"),
        *((side, (0, 0), (-1, -1), gap) for side in ("LEFTPADDING", "RIGHTPADDING")),
        *((side, (0, 0), (-1, -1), gap) for side in ("TOPPADDING", "BOTTOMPADDING")),
    ]
    if ruled:
        style.append(("GRID", (0, 0), (-1, -1), 0.5, "black"))
    for number, row in enumerate(rows):
        for box in row:
            inside = sum(widths[box.column : box.column + box.colspan]) - 2 * gap
            texts[number][box.column] = _cell(box, inside, letter)
            if box.colspan > 1 or box.rowspan > 1:
                corner = (box.column + box.colspan - 1, number + box.rowspan - 1)
                style.append(("SPAN", (box.column, number), corner))
    table = Table(texts, widths, repeatRows=len(grid.head))
    table.setStyle(style)
    return table


def _cell(box: Box, width: float, letter: float) -> Any:
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.platypus import Paragraph as Flowing

    align = {"money": 2, "head": 1, "code": 1}.get(box.kind, 0)
    if box.kind in ("money", "code") and box.text:  # never broken: a number is set smaller where its column is narrow
        whole = stringWidth(box.text, _FONT, letter)
        letter = min(letter, letter * width / whole) if whole else letter
    indent = len(box.text) - len(box.text.lstrip("\u3000"))
    style = _style(letter, align=align, tight=True, indent=indent)
    return Flowing(_escaped(box.text.lstrip("\u3000")).replace("\n", "<br/>"), style)


def _style(
    size: float, bold: bool = False, *, align: int = 0, first: bool = False, tight: bool = False, indent: int = 0
) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    del bold
    return ParagraphStyle(
        "text",
        fontName=_FONT,
        fontSize=size,
        leading=size * 1.35,
        alignment=align,
        wordWrap="CJK",
        leftIndent=size * indent,
        firstLineIndent=size * 2 if first else 0,
        spaceAfter=0 if tight else size * 0.4,
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

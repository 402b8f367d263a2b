"""PDFs written for tests: a canvas with Chinese letters, grids ruled in the ways that office programs rule them, pages damaged by hand.

Heights count from the top of the page, as a Document's boxes do.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from mbkg.documents import Document, GridCell, parse_document

FONT = "STSong-Light"
WIDTH, HEIGHT = A4
SIZE = 9.0
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Sheet:
    """One PDF in the making."""

    def __init__(self, size: tuple[float, float] = A4, **options: Any) -> None:
        self._stream = io.BytesIO()
        self.size = size
        self.canvas = Canvas(self._stream, pagesize=size, **options)

    def write(self, x: float, top: float, text: str, size: float = SIZE, font: str = FONT) -> None:
        """Text whose letters begin at x and stand below `top`."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.size[1] - top - 0.88 * size, text)

    def write_right(self, x: float, top: float, text: str, size: float = SIZE, font: str = FONT) -> None:
        self.canvas.setFont(font, size)
        self.canvas.drawRightString(x, self.size[1] - top - 0.88 * size, text)

    def rule(self, x0: float, top: float, x1: float, bottom: float, width: float = 0.5) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.size[1] - top, x1, self.size[1] - bottom)

    def box(self, x0: float, top: float, x1: float, bottom: float, stroke: int = 1, fill: int = 0) -> None:
        self.canvas.rect(x0, self.size[1] - bottom, x1 - x0, bottom - top, stroke=stroke, fill=fill)

    def next_page(self) -> None:
        self.canvas.showPage()

    def data(self) -> bytes:
        self.canvas.save()
        return self._stream.getvalue()

    def read(self, name: str = "报告.pdf") -> Document:
        return parse_document(self.data(), name)


def table(
    sheet: Sheet, xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]], font: str = FONT
) -> None:
    """A plain ruled table: every rule from side to side, amounts to the right, other text to the left."""
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)
    for x in xs:
        sheet.rule(x, ys[0], x, ys[-1])
    fill_in(sheet, xs, ys, rows, font)


def fill_in(
    sheet: Sheet, xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]], font: str = FONT
) -> None:
    for top, row in zip(ys, rows, strict=False):
        for left, right, text in zip(xs, xs[1:], row, strict=False):
            if text[:1].isdigit() or text[:1] == "-":
                sheet.write_right(right - 2, top + 3, text, font=font)
            else:
                sheet.write(left + 2, top + 3, text, font=font)


def steps(start: float, *widths: float) -> list[float]:
    """The edges of columns or rows of these widths."""
    edges = [start]
    for width in widths:
        edges.append(edges[-1] + width)
    return edges


MARKS = ("lines", "thin rectangles", "cell rectangles", "double lines")


def rule_cells(
    sheet: Sheet,
    xs: Sequence[float],
    ys: Sequence[float],
    cells: Iterable[tuple[int, GridCell]],
    marks: str,
    *,
    sides: bool = True,
) -> None:
    """The rules around cells that may span, drawn as `marks` says; without `sides` the table is open to the left and right."""
    cells = list(cells)
    if marks == "cell rectangles":
        for row, cell in cells:
            sheet.box(xs[cell.column], ys[row], xs[cell.column + cell.colspan], ys[row + cell.rowspan])
        return
    flat: set[tuple[int, int]] = set()
    upright: set[tuple[int, int]] = set()
    for row, cell in cells:
        for column in range(cell.column, cell.column + cell.colspan):
            flat |= {(row, column), (row + cell.rowspan, column)}
        for at in range(row, row + cell.rowspan):
            upright |= {(at, cell.column), (at, cell.column + cell.colspan)}
    draw: Callable[[float, float, float, float], None]

    def draw(x0: float, top: float, x1: float, bottom: float) -> None:
        if marks == "lines":
            sheet.rule(x0, top, x1, bottom)
        elif marks == "thin rectangles":
            sheet.box(x0 - 0.25, top - 0.25, x1 + 0.25, bottom + 0.25, stroke=0, fill=1)
        else:
            off = (0.0, 0.8) if top == bottom else (0.8, 0.0)
            sheet.rule(x0, top, x1, bottom, 0.3)
            sheet.rule(x0 + off[0], top + off[1], x1 + off[0], bottom + off[1], 0.3)

    for row, column in flat:
        draw(xs[column], ys[row], xs[column + 1], ys[row])
    for row, column in upright:
        if sides or 0 < column < len(xs) - 1:
            draw(xs[column], ys[row], xs[column], ys[row + 1])


def picture(sheet: Sheet, x0: float, top: float, x1: float, bottom: float) -> None:
    from PIL import Image

    image = Image.effect_noise((120, 160), 60)
    sheet.canvas.drawImage(ImageReader(image), x0, sheet.size[1] - bottom, x1 - x0, bottom - top)


def grids_of(document: Document) -> list[list[list[tuple[str, int, int, int]]]]:
    """The cells of every grid, row by row: text, column, colspan, rowspan."""
    grids: dict[int, list[list[tuple[str, int, int, int]]]] = {}
    for line in document.lines:
        if line.is_grid and line.grid is not None:
            row = [(cell.text, cell.column, cell.colspan, cell.rowspan) for cell in line.cells]
            grids.setdefault(line.grid, []).append(row)
    return list(grids.values())


def printed(document: Document) -> str:
    return "\n".join(line.text for line in document.lines)

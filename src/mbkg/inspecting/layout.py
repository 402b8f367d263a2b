"""Places for a format that has none: a workbook's sheets, a Word file, a web page or a text set out as a plain grid to be drawn.

Every line gets a box, every cell of a grid its own, wide enough for its text up to a limit, beyond which it wraps. No word and no column
changes, so that what the readers make of the document stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from mbkg.cli_output import display_width
from mbkg.documents import Box, Document, GridCell, Line

_WIDE, _NARROW = 16.5, 9.5  # pixels of a Chinese character, and of any other
LINE = 22.0  # of one line of text
_MARGIN = 24.0
_PAD = 6.0
_GAP = 8.0  # between the pieces of a line
_WIDEST_CELL = 330.0
_WIDEST_TEXT = 1200.0


@dataclass(frozen=True, slots=True)
class Strip:
    """One sheet of a workbook, or a whole file without pages (`page` 0): its size in pixels, its texts with their boxes, where lines
    begin."""

    page: int
    width: float
    height: float
    pieces: tuple[tuple[Box, str], ...]
    tops: tuple[float, ...]


@dataclass
class _Setting:
    page: int
    top: float = _MARGIN
    right: float = 0.0
    pieces: list[tuple[Box, str]] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def text(self, line: Line) -> None:
        self.tops.append(self.top)
        box = None
        if line.text.strip():
            shown = wrapped(line.text.strip(), _WIDEST_TEXT)
            width = max(map(_long, shown.split("\n"))) + (2 * _PAD + _GAP) * len(line.text.split())
            box = (_MARGIN, self.top, _MARGIN + width, self.top + LINE * (shown.count("\n") + 1))
            self.pieces += [(box, shown)] if "\n" in shown else tokens_within(line.text, box)
            self.right = max(self.right, box[2])
        self.top += box[3] - box[1] + 5 if box else LINE / 2
        self.lines.append(replace(line, box=box))

    def grid(self, rows: Sequence[Line]) -> None:
        count = max(cell.column + cell.colspan for row in rows for cell in row.cells)
        wide = [2 * _WIDE] * count
        for row in rows:
            for cell in row.cells:
                if cell.colspan == 1:
                    wide[cell.column] = max(wide[cell.column], min(_WIDEST_CELL, _long(cell.text.strip())))
        edges = [_MARGIN]
        for each in wide:
            edges.append(edges[-1] + each + 2 * _PAD)
        shown = [[self._fitted(cell, edges) for cell in row.cells] for row in rows]
        tops = [self.top]
        for row, texts in zip(rows, shown, strict=True):
            own = [text.count("\n") + 1 for cell, text in zip(row.cells, texts, strict=True) if cell.rowspan == 1]
            tops.append(tops[-1] + LINE * max(own, default=1) + 2)
        for at, (row, texts) in enumerate(zip(rows, shown, strict=True)):
            cells = []
            for cell, text in zip(row.cells, texts, strict=True):
                stop = min(at + cell.rowspan, len(rows))
                box = (edges[cell.column], tops[at], edges[cell.column + cell.colspan], tops[stop])
                self.pieces.append((box, text))
                cells.append(replace(cell, box=box))
            self.tops.append(tops[at])
            self.lines.append(replace(row, cells=tuple(cells), box=(edges[0], tops[at], edges[-1], tops[at + 1])))
        self.right = max(self.right, edges[-1])
        self.top = tops[-1] + 4

    @staticmethod
    def _fitted(cell: GridCell, edges: Sequence[float]) -> str:
        room = edges[cell.column + cell.colspan] - edges[cell.column] - 2 * _PAD
        return wrapped(cell.text.strip(), max(room, _WIDE))


def laid_out(document: Document) -> tuple[Document, tuple[Strip, ...]]:
    """The document with a box for every line and cell, and what to draw them on."""
    strips, lines = [], []
    for page, own in groupby(document.lines, key=lambda line: (line.page or 0) if document.pages else 0):
        setting = _Setting(page)
        for grid, rows in groupby(own, key=lambda line: (line.is_grid, line.grid)):
            if grid[0]:
                setting.grid(list(rows))
            else:
                for line in rows:
                    setting.text(line)
        lines += setting.lines
        width = max(setting.right + _MARGIN, 700.0)
        strips.append(Strip(page, width, setting.top + _MARGIN, tuple(setting.pieces), tuple(setting.tops)))
    return replace(document, lines=tuple(lines)), tuple(strips)


def tokens_within(text: str, box: Box) -> list[tuple[Box, str]]:
    """The pieces of a line between white space, each with its place in the line's box."""
    found, left = [], box[0]
    for token in text.split():
        right = left + _long(token) + 2 * _PAD
        found.append(((left, box[1], right, box[3]), token))
        left = right + _GAP
    return found


def wrapped(text: str, width: float) -> str:
    """The text in lines of at most `width` pixels."""
    lines = [""]
    for char in " ".join(text.split()):
        if lines[-1] and _long(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return "\n".join(lines)


def _long(text: str) -> float:
    return sum(_WIDE if display_width(char) > 1 else _NARROW for char in text)

"""Lines and grids put together into a Document, the same way for every format.

A reader walks its file in reading order and says `text` for a paragraph or a line, `grid` for a table. What formats share is done here:
numbering; the title, unit and number of a table that stand in one cell over the whole width become lines of text; empty rows are dropped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from mbkg.documents.model import Box, Document, Format, GridCell, Line, Page, Word

_SPACE = " \u3000\xa0\t\r"
_BETWEEN_LATIN = re.compile(r"(?<=[A-Za-z])\n(?=[A-Za-z])")


def cell_text(text: str) -> str:
    """The text of a cell with its line breaks closed up: a wrapped Chinese name or amount has no space at the break.

    >>> cell_text("机关事业单位基本养\\n老保险缴费支出")
    '机关事业单位基本养老保险缴费支出'
    """
    return _BETWEEN_LATIN.sub(" ", text.strip()).replace("\r", "").replace("\n", "").strip(_SPACE)


class DocumentBuilder:
    """Collects lines in reading order; `build` gives the Document."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._grids = 0
        self._on_page: dict[int | None, int] = {}

    def text(
        self,
        text: str,
        *,
        page: int | None = None,
        row: int | None = None,
        words: Sequence[Word] = (),
        box: Box | None = None,
        confidence: float = 1.0,
    ) -> None:
        """Add one line of text; blank ones count as lines where `row` is not given."""
        self._add(Line(0, text, (), page, row, tuple(words), box, None, confidence))

    def grid(
        self,
        rows: Sequence[Sequence[GridCell]],
        *,
        page: int | None = None,
        row_numbers: Sequence[int] | None = None,
        confidence: float = 1.0,
        confidences: Sequence[float] | None = None,
    ) -> None:
        """Add one table, row by row; texts of cells may hold line breaks.

        Args:
            rows: the cells of each row from left to right, as `GridCell` says: a cell that spans rows in its first row only.
            row_numbers: what to call each row on its page or sheet; without it rows are counted on.
            confidences: the confidence of each row, where rows were not read alike.
        """
        width = max((cell.column + cell.colspan for row in rows for cell in row), default=0)
        grid = self._grids
        self._grids += 1
        for index, row in enumerate(rows):
            number = row_numbers[index] if row_numbers is not None else None
            sure = confidences[index] if confidences is not None else confidence
            filled = [cell for cell in row if cell.text.strip(_SPACE + "\n")]
            if not filled:
                self._skip(page)
                continue
            alone = filled[0]
            if len(filled) == 1 and width > 1 and alone.colspan >= width and "\n" in alone.text.strip():
                for piece in alone.text.strip().split("\n"):
                    if piece.strip(_SPACE):
                        self._add(Line(0, piece.strip(_SPACE), (), page, number, (), alone.box, None, sure))
                continue
            cells = tuple(replace(cell, text=cell_text(cell.text)) for cell in row)
            text = "\t".join(cell.text for cell in cells)
            self._add(Line(0, text, cells, page, number, (), _around(cells), grid, sure))

    def build(
        self,
        name: str,
        data: bytes,
        format: Format,
        *,
        pages: Sequence[Page] = (),
        notes: Sequence[str] = (),
        encoding: str = "",
    ) -> Document:
        """The document of what was added."""
        digest = hashlib.sha256(data).hexdigest()
        return Document(name, digest, encoding, tuple(self._lines), tuple(notes), format, tuple(pages))

    def _skip(self, page: int | None) -> None:
        self._on_page[page] = self._on_page.get(page, 0) + 1

    def _add(self, line: Line) -> None:
        count = self._on_page[line.page] = self._on_page.get(line.page, 0) + 1
        row = line.row if line.row is not None or line.page is None else count
        self._lines.append(replace(line, number=len(self._lines) + 1, row=row))


def _around(cells: Sequence[GridCell]) -> Box | None:
    boxes = [cell.box for cell in cells if cell.box]
    if not boxes:
        return None
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)

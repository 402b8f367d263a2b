"""A document as its reader hands it on: numbered lines, each a run of text or a row of a grid.

One model for every format. A flattened text has lines only. A table row of a Markdown/TSV, Word, Excel or HTML file or of a ruled PDF
page is a line with `cells`, each knowing its grid column and its spans. A page without rules gives lines with `words`, each piece with
its place, so that a later stage can still tell which numbers stand under each other. Later stages ask a line whether its columns are
printed (`cells`), can be had from the places of its pieces (`words`), or must be inferred.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["text", "pdf", "docx", "xlsx", "xls", "html", "image"]
Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in points from the page's upper left corner; pixels where the page is a picture file."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a grid row: its text without markup or line breaks, its first column (0-based), its spans, its box on the page.

    A cell that spans rows stands in its first row only; the rows below have no cell at its columns.
    """

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One piece of a line between wide gaps, where a page without rules printed it."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document, in reading order.

    `number` is 1-based and unique in the document. `page` is the page, or the sheet of a workbook; `row` the 1-based line or row on it,
    None where the file has no pages and `number` is what a person counts. `grid` tells which grid of the document a row belongs to, None
    for text. `confidence` is below 1 where the text was recognised from a picture.
    """

    number: int
    text: str
    cells: tuple[GridCell, ...] = ()
    page: int | None = None
    row: int | None = None
    words: tuple[Word, ...] = ()
    box: Box | None = None
    grid: int | None = None
    confidence: float = 1.0

    @property
    def is_grid(self) -> bool:
        return bool(self.cells)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or one sheet of a workbook: size in points, name where it has one; `picture` where it is only an image without text."""

    number: int
    width: float = 0.0
    height: float = 0.0
    name: str = ""
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its lines in order and what had to be said about reading it.

    `name` is the file's name without folder, `sha256` the digest of its bytes, `encoding` what the bytes were decoded as (blank where
    the format says it itself), `notes` plain Chinese sentences about what could not be read (a figure is never touched).
    """

    name: str
    sha256: str
    encoding: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    format: Format = "text"
    pages: tuple[Page, ...] = ()

    @property
    def stem(self) -> str:
        return self.name.rsplit(".", 1)[0] if "." in self.name else self.name

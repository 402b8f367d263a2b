"""A document as its reader hands it on: numbered lines, each a run of text or a row of a grid.

A flattened text has lines only. A Markdown/TSV, Word, Excel or ruled PDF table row is a line with `cells`, each knowing its
grid column and how far it spans; a page reader also fills `page` and `box`. Later stages ask a line whether its columns
are printed (`cells`) or must be inferred.
"""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a grid row: its text without markup, its first column (0-based), its spans, its place on the page in points."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document; `number` is 1-based in the file, `cells` is empty where no grid gave columns."""

    number: int
    text: str
    cells: tuple[GridCell, ...] = ()
    page: int | None = None

    @property
    def is_grid(self) -> bool:
        return bool(self.cells)


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its lines in order and what had to be said about reading it.

    `name` is the file's name without folder, `sha256` the digest of its bytes, `encoding` what the bytes were decoded as,
    `notes` plain Chinese sentences about repairs of the *encoding* only (a figure is never touched).
    """

    name: str
    sha256: str
    encoding: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        return self.name.rsplit(".", 1)[0] if "." in self.name else self.name

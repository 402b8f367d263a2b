"""A printed report without a format: paragraphs and tables in order, every cell with its true span.

Writers turn it into files; `perturb` changes how it is printed and never what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["head", "code", "name", "money", "text"]


@dataclass(frozen=True, slots=True)
class Box:
    """One printed cell. `text` may hold line breaks; `kind` says how a writer sets it (money to the right, heads bold)."""

    text: str
    column: int
    colspan: int = 1
    rowspan: int = 1
    kind: Kind = "text"


Row = tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of prose; `level` 1 to 4 for a heading, 0 for text."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: what is printed above it, its head rows, its rows, the notes below.

    A line of `lead` holds its pieces from left to right (the body on the left, the unit on the right). `widths` are the relative widths
    of the columns. `follows` marks a page of the same table that repeats nothing.
    """

    name: str
    lead: tuple[tuple[str, ...], ...]
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    follows: bool = False
    new_page: bool = True

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max((box.column + box.colspan for row in (*self.head, *self.body) for box in row), default=0)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """A page number, printed as text between pages."""

    text: str


Item = Paragraph | Grid | PageNumber


@dataclass(frozen=True, slots=True)
class Printed:
    """One report as printed; `name` is the stem of the files written from it."""

    name: str
    items: tuple[Item, ...] = field(default=())

    def with_items(self, items: list[Item]) -> Printed:
        return replace(self, items=tuple(items))


def lone(text: str, width: int, kind: Kind = "text") -> Row:
    """A row of one cell over the whole width."""
    return (Box(text, 0, colspan=width, kind=kind),)


def cut(body: tuple[Row, ...], at: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Rows before and from a place; a cell that spans the cut goes on below it as a blank one, as a page break prints it."""
    upper: list[Row] = []
    carried: list[Box] = []
    for number, row in enumerate(body[:at]):
        boxes = []
        for box in row:
            over = number + box.rowspan - at
            if over > 0:
                carried.append(replace(box, text="", rowspan=over))
                box = replace(box, rowspan=box.rowspan - over)
            boxes.append(box)
        upper.append(tuple(boxes))
    lower = list(body[at:])
    if lower and carried:
        lower[0] = tuple(sorted((*lower[0], *carried), key=lambda box: box.column))
    return tuple(upper), tuple(lower)


def spanning(body: tuple[Row, ...], at: int) -> bool:
    """Whether a cell spans the place before row `at`."""
    return any(number + box.rowspan > at for number, row in enumerate(body[:at]) for box in row)

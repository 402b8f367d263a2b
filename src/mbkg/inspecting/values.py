"""What an inspection of one file holds: its reports, its pages, and on each page what was recognised and what was left.

Nothing here is read again or judged: it is what the readers saw on their way, put where a person looks for it. Places are in words,
as a person counts them (第12页第8行).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mbkg.documents import Box, Format
from mbkg.inspecting.layout import Strip
from mbkg.reports import ReportKind, Scope

MarkKind = Literal["printed", "inferred", "ambiguous", "label", "unread", "head", "told"]
"""What became of a piece of a page: an amount whose column a grid printed, was inferred, or is open; a code or name; a number that
nobody understood; a heading; a line of prose whose figure was read."""

Settled = Literal["ruled", "shifted", "aligned", "flattened"]
"""How the columns of a page's numbers were had: from its grid, from a grid that does not stand under its head, from where
pieces stand on a page without rules, from identities alone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One box on a page (0 in a file without pages) and what became of the text in it.

    `tight` is set where the box lies close around the text and is no printed cell.
    """

    page: int
    box: Box
    kind: MarkKind
    text: str
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """An identity that does not hold at one place: what is printed there, what its parts add up to, and the parts."""

    place: str
    row: str
    column: str
    printed: str
    added: Decimal
    difference: Decimal
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation tried in a table: `held` of `tried` times, `rounded` of those only within the rounding of what is printed.

    `kind` is `row` for columns that add up in every row, `parent` for a row that is the sum of the rows under it, in one column.
    `open` counts the places where it could not be tried, because a number there is ambiguous or found no column, `lost` those where
    parts may stand on a page that is missing.
    """

    kind: Literal["row", "parent"]
    text: str
    tried: int
    held: int
    rounded: int
    open: int
    lost: int
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One leaf of a table's head: its path top first, what it holds, the grid columns it covers (1-based), its numbers by how
    they were placed."""

    name: str
    path: tuple[str, ...]
    role: str
    grid: tuple[int, ...]
    printed: int = 0
    inferred: int = 0
    ambiguous: int = 0


@dataclass(frozen=True, slots=True)
class AmbiguousCell:
    """A number that may stand in several columns, the likeliest first."""

    place: str
    row: str
    printed: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one page holds of a table; `page` is None in a file without pages."""

    page: int | None
    rows: int
    cells: int
    settled: Settled


@dataclass(frozen=True, slots=True)
class TableView:
    """One table, as it was understood; `family` is blank where its kind is unknown, `family_words` says what a known kind is about."""

    title: str
    number: str
    unit: str
    family: str
    family_words: str
    place: str
    page: int | None
    stretches: tuple[Stretch, ...]
    columns: tuple[ColumnView, ...]
    rows: int
    printed: int
    inferred: int
    ambiguous: int
    identities: tuple[Identity, ...]
    open_cells: tuple[AmbiguousCell, ...]
    declared_empty: str
    missing_pages: int
    unexplained: str
    notes: tuple[str, ...]

    @property
    def cells(self) -> int:
        return self.printed + self.inferred + self.ambiguous


@dataclass(frozen=True, slots=True)
class SheetView:
    """One performance sheet or list: its title, place, printed amounts, and its projects with their indicators."""

    title: str
    place: str
    cells: int
    projects: int
    indicators: int


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A line left over, and where the reader was when it met it; blank for a line without a number that nobody claimed."""

    place: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page or sheet, or the whole file where it has none (`number` None).

    `tables` begin here, `continued` began before and print rows here: (title, place of its beginning, rows, amounts). `leftovers` hold
    a number that was not understood; `unclaimed` hold none and belong to nothing; `doubtful` were recognised from a picture and are not
    to be relied on.
    """

    number: int | None
    name: str = ""
    picture: bool = False
    lines: int = 0
    tables: tuple[TableView, ...] = ()
    continued: tuple[tuple[str, str, int, int], ...] = ()
    sheets: tuple[SheetView, ...] = ()
    statements: int = 0
    leftovers: tuple[LeftLine, ...] = ()
    unclaimed: tuple[LeftLine, ...] = ()
    doubtful: tuple[LeftLine, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether nothing was recognised here and nothing left."""
        found = self.tables or self.continued or self.sheets or self.statements
        return not (found or self.leftovers or self.unclaimed or self.doubtful)


@dataclass(frozen=True, slots=True)
class ReportView:
    """Whose report a file (or a part of it) is: what it says of itself; `missing` names what is not known, `from_name` what only the
    file's name says."""

    unit: str
    year: int | None
    kind: ReportKind | None
    scope: Scope | None
    title: str
    begins: str
    missing: tuple[str, ...] = ()
    from_name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One file, seen through.

    `problem` is the sentence that says why the file gives no report, blank where it gives one. `marks` are what `--png` draws, on pages
    of `sizes` or, where the format has no places of its own, on `strips`.
    """

    file: str
    format: Format | None
    sha256: str
    size: int
    encoding: str = ""
    lines: int = 0
    notes: tuple[str, ...] = ()
    reports: tuple[ReportView, ...] = ()
    pages: tuple[PageView, ...] = ()
    problem: str = ""
    marks: tuple[Mark, ...] = ()
    sizes: tuple[tuple[float, float], ...] = ()
    strips: tuple[Strip, ...] = ()

    @property
    def tables(self) -> tuple[TableView, ...]:
        return tuple(table for page in self.pages for table in page.tables)

    @property
    def pictures(self) -> tuple[int, ...]:
        """The pages that are only pictures."""
        return tuple(page.number for page in self.pages if page.picture and page.number is not None)

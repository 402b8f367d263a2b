"""What the readers of the different layouts hand to one another: rows of pieces, sheets in the making, the reading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from mbkg.amounts import to_ascii_digits
from mbkg.documents import Line
from mbkg.labels import squeeze
from mbkg.reports import Leftover, Project, ProjectKind, Table

_PAGE = re.compile(r"^[-—－–·•\s]*(?:第)?\d{1,4}(?:页)?[-—－–·•\s]*$")
_FRAMED_PAGE = re.compile(r"^\s*(?:[-—－–]+\s*\d{1,4}\s*[-—－–]+|第\s*\d{1,4}\s*页(?:\s*共\s*\d+\s*页)?)\s*$")
_YEAR_LINE = re.compile(r"^[（(]?\d{4}年(?:度)?[）)]?$")


@dataclass(frozen=True, slots=True)
class SheetsReading:
    """Everything the performance sheets of one document say, the lines they take up, and Chinese sentences on what is not read."""

    projects: tuple[Project, ...]
    tables: tuple[Table, ...]
    claimed: frozenset[int]
    leftovers: tuple[Leftover, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One cell of a grid row or one space-separated run of a flattened line; `column` is -1 where no grid gave one."""

    text: str
    column: int = -1


@dataclass(frozen=True, slots=True)
class Row:
    """One line as the sheet readers see it."""

    number: int
    page: int | None
    text: str
    pieces: tuple[Piece, ...]
    grid: bool
    page_start: bool = False

    @property
    def blank(self) -> bool:
        return not self.pieces

    @property
    def joined(self) -> str:
        return squeeze("".join(piece.text for piece in self.pieces))

    @property
    def has_digit(self) -> bool:
        return any(ch.isdigit() for ch in to_ascii_digits(self.text))

    @property
    def page_number(self) -> bool:
        """Whether the line is a page number in dashes or words; a bare number may be one, and may not."""
        return _FRAMED_PAGE.match(self.text) is not None

    @property
    def bare_number(self) -> bool:
        return not self.grid and _PAGE.match(self.text.strip()) is not None

    @property
    def year_line(self) -> bool:
        return len(self.joined) <= 10 and _YEAR_LINE.match(to_ascii_digits(self.joined)) is not None


def row_of(line: Line, previous_page: int | None = None) -> Row:
    """One document line as a row of pieces; blank cells leave no piece."""
    starts = line.text[:1] in (" ", "\x0c") or (line.page is not None and line.page != previous_page)
    if line.is_grid:
        cells = tuple(Piece(squeeze(c.text), c.column) for c in line.cells if squeeze(c.text))
        return Row(line.number, line.page, line.text, cells, True, starts)
    text = re.sub(r"^[\s#>]+|\*\*", "", line.text)
    pieces = tuple(Piece(part) for part in re.split(r"[\s\u3000\xa0]+", text) if part)
    return Row(line.number, line.page, line.text, pieces, False, starts)


@dataclass(slots=True)
class FundCell:
    """One printed amount of a sheet's fund rows."""

    row: str  # total, fiscal, other, more, or blank
    row_label: str
    role: str  # amount, or a role of the fund columns
    column: str
    value: Decimal
    printed: str
    line: int
    unit: str
    grid: bool
    candidates: tuple[str, ...] = ()


@dataclass(slots=True)
class IndicatorRow:
    """One indicator as its row prints it, before values are taken apart."""

    level1: str
    level2: str
    name: str
    target: str
    line: int
    page: int | None = None
    weight: str = ""
    actual: str = ""
    completion: str = ""
    score: str = ""
    deviation: str = ""
    nature: str | None = None  # the wide table's 性质; then `target` is the value alone and `unit` its unit
    unit: str = ""


@dataclass(slots=True)
class Sheet:
    """One performance sheet in the making."""

    line: int
    page: int | None
    title: str = ""
    title_line: int = 0
    family: str = ""
    kind: ProjectKind = "project"
    fields: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    funds: list[FundCell] = field(default_factory=list)
    fund_labels: list[str] = field(default_factory=list)
    fund_columns: list[str] = field(default_factory=list)
    indicators: list[IndicatorRow] = field(default_factory=list)
    goal: list[str] = field(default_factory=list)
    score: Decimal | None = None
    budget: Decimal | None = None
    year: int | None = None
    is_total: bool = False  # the 合计 row of a wide table: cells, but no project
    groups: dict[tuple[str, str], str] = field(
        default_factory=dict
    )  # level1 and level2, or "", to the weight printed with it
    total_weight: str = ""
    total_score: str = ""
    total_line: int = 0
    unit_printed: str = ""  # the money unit in the words of its unit line
    half_read: bool = False  # whether a line of it holds a number that was not understood

    @property
    def key(self) -> str:
        """What tells it from every other sheet."""
        return f"{self.line} {self.name}"

    @property
    def name(self) -> str:
        return squeeze(self.fields.get("name", ""))

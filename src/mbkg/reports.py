"""One report, read: the values that every later stage speaks in.

A `Report` is what a reader promises about one published report: whose it is and for which year, its tables with every printed number
as a `Cell`, its projects with their indicators, the figures of its narrative, the unit's structure, its terms, and the lines
that held a number and were not understood. Nothing here is interpreted beyond the page; `facts` does that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

How = Literal["printed", "inferred", "ambiguous"]
ReportKind = Literal["budget", "final_account"]
Scope = Literal["department", "unit"]
ProjectKind = Literal["project", "special_fund", "transfer"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is printed: a 1-based line of the text file, a page where known."""

    line: int | None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed number of a table, exactly as printed (`mb:Cell`).

    `column` is the leaf heading, with `@group` where the leaf alone is ambiguous; `path` is the whole heading path, top first.
    `value` is in `unit`, the unit of the table. Where `how` is `ambiguous`, `candidates` lists the columns it may stand in
    and `column` is those joined with ` | `.
    """

    row_code: str
    row_label: str
    column: str
    value: Decimal
    unit: str
    printed: str
    how: How
    place: Place
    path: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    row: int = 0
    government_label: str = ""  # the 政府预算经济分类 name of a row that prints both classifications
    lane: str = ""  # 收入 or 支出 in a two-sided table
    category: str = ""  # 项目类别 of a project list's row


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report: its official title and number, its money unit, its cells in print order.

    `family` names the table's kind in `ontology/tables/`, blank if the kind is unknown. `declared_empty` holds the note by which the
    report says that the table has no data. `columns` are all its columns, also those left blank. `missing_pages` counts
    continuation headers under which no row followed. `rows` are all printed rows as (code, label), with or without numbers.
    """

    title: str
    number: str
    unit: str
    cells: tuple[Cell, ...]
    columns: tuple[str, ...]
    place: Place
    family: str = ""
    declared_empty: str = ""
    missing_pages: int = 0
    year: int | None = None
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line of a performance sheet: what is to be reached and, in a self-evaluation, what was.

    Values are as printed, in the printed unit; `*_raw` is the printed cell. `completion_rate` is a percentage as decimal text, or the
    printed words where it is not a number.
    """

    level1: str
    level2: str
    level3: str
    comparator: str
    target_value: Decimal | None
    target_unit: str
    target_raw: str
    place: Place
    weight: Decimal | None = None
    actual_value: Decimal | None = None
    actual_unit: str = ""
    actual_raw: str = ""
    completion_rate: str = ""
    score: Decimal | None = None
    deviation: str = ""  # 偏差原因分析及改进措施


@dataclass(frozen=True, slots=True)
class Project:
    """One project, special fund or transfer with everything the report says of it; money in 万元."""

    name: str
    place: Place
    kind: ProjectKind = "project"
    aliases: tuple[str, ...] = ()
    code: str = ""
    category: str = ""
    budget: Decimal | None = None
    initial_budget: Decimal | None = None
    full_year_budget: Decimal | None = None
    executed: Decimal | None = None
    execution_rate: Decimal | None = None
    fiscal_appropriation: Decimal | None = None
    other_funds: Decimal | None = None
    implementing_unit: str = ""
    department: str = ""
    score: Decimal | None = None
    grade: str = ""
    goal: str = ""
    sheet_name: str = ""  # the name its performance sheet prints, where it differs from the list's
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of the narrative: its subject, what was said of it, how it changed and why.

    `change` is signed and in `unit`; `change_pct` is signed, in percent; `against_year` the year compared with. A statement that only tells
    a change has `value` None. `context` is the section heading it stands under; `text` its sentence. `against` is the printed base
    of a change, a share or a completion rate (上年, 2024年预算, 年初预算数), `direction` the printed word of the change (增加, 持平).
    """

    subject: str
    measure: str
    year: int | None
    value: Decimal | None
    unit: str
    place: Place
    change: Decimal | None = None
    change_pct: Decimal | None = None
    against_year: int | None = None
    reason: str = ""
    context: str = ""
    text: str = ""
    against: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """What the report says of the body itself; every item with its line."""

    departments: tuple[tuple[str, int], ...] = ()  # 内设机构
    department_notes: tuple[tuple[str, str, int], ...] = ()  # (department, e.g. 挂政策法规科牌子, line)
    subordinates: tuple[tuple[str, int], ...] = ()  # 所属单位 / 预算单位
    superior: str = ""
    duties: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term the report defines (名词解释)."""

    name: str
    definition: str
    place: Place


@dataclass(frozen=True, slots=True)
class Leftover:
    """A line that held a number nobody understood, and where the reader was when it met it."""

    line: int
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """One published report, read whole. `name` is the file's stem; identity is (unit, year, kind, scope), never the file."""

    name: str
    file: str
    sha256: str
    unit: str
    year: int
    kind: ReportKind
    scope: Scope
    title: str
    tables: tuple[Table, ...]
    projects: tuple[Project, ...] = ()
    statements: tuple[Statement, ...] = ()
    structure: Structure = field(default_factory=Structure)
    terms: tuple[Term, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    notes: tuple[str, ...] = ()
    superior: str = ""

    @property
    def cells(self) -> tuple[tuple[Table, Cell], ...]:
        """Every printed number with its table, in print order."""
        return tuple((table, cell) for table in self.tables for cell in table.cells)

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
Axis = Literal["rows", "columns"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is printed, as a person counts it: a 1-based line of a text file, else page and row on it.

    `page` is the page, or the sheet of a workbook, whose name is `sheet`. `file` is given where it is not the report's own first file.
    `confidence` is below 1 where the line was recognised from a picture. While a document is being read, `line` is its `Line.number`;
    `mbkg.places` turns that into what a person counts.
    """

    line: int | None
    page: int | None = None
    file: str = ""
    sheet: str = ""
    confidence: float = 1.0

    def __str__(self) -> str:
        """The place in words: 第12页第8行, or 工作表“收支总表”第8行; blank where nothing is known."""
        return place_words(self.line, self.page, self.sheet)


def place_words(line: int | None, page: int | None, sheet: str = "") -> str:
    """A place in words, without its file.

    >>> place_words(8, 12)
    '第12页第8行'
    """
    where = f"工作表“{sheet}”" if sheet else f"第{page}页" if page else ""
    return where + (f"第{line}行" if line else "")


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed number of a table, exactly as printed (`mb:Cell`).

    `column` is the leaf heading, with `@group` where the leaf alone is ambiguous; `path` is the whole heading path, top first.
    `value` is in `unit`, the unit of the table. Where `how` is `ambiguous`, `candidates` lists the columns it may stand in
    and `column` is those joined with ` | `. `confidence` is below 1 where the figure was recognised from a picture. `also` are the places
    in the report's other files that print the same figure.
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
    confidence: float = 1.0
    also: tuple[Place, ...] = ()
    sheet: str = ""  # the key of the performance sheet whose fund row it is
    role: str = ""  # what it is there: row and column, total/executed, fiscal/amount, score/score


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table's layout says must add up (`mb:Sum`): its codes and list numbers, or the headings over its columns.

    `whole` and `parts` are positions in `Table.cells`. Along `rows` the parts are the rows right under the whole's row, in one column;
    along `columns` they are the columns that the whole's column totals, in one row. `adds` says by what the parts divide the whole:
    function, economic, project, unit, items, lane, measure or sheet (fund rows) along rows, balance for the two totals of a two-sided
    table; nature, fund, measure, carry or other along columns. `less` are parts taken off: what is left of 年初结转 + 本年收入 once
    本年支出 is spent. `hindrance` is blank where the sum can be tried: `missing-page` where rows may be lost, `ambiguous` where a part
    may be a number whose column is open, `parts-blank` where the parts print nothing, `structure` where the print leaves open which
    rows are parts. How far rounding alone may part the two is worked out when the graph is written.
    """

    axis: Axis
    adds: str
    whole: int
    parts: tuple[int, ...]
    hindrance: str = ""
    less: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A total that is printed blank while what it adds up prints figures (`mb:Gap`).

    `row` is a position in `Table.rows`; with `row_code`, `row_label` and `column` it tells where the total would stand. `parts` are
    positions in `Table.cells`.
    """

    row: int
    row_code: str
    row_label: str
    column: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableNote:
    """A note printed under a table: its words and the funds or fees that it names.

    `says_nothing` where it says that there is none of something, `says_empty` where that is the whole table.
    """

    text: str
    place: Place
    subjects: tuple[str, ...] = ()
    says_nothing: bool = False
    says_empty: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report: its official title and number, its money unit, its cells in print order.

    `family` names the table's kind in `ontology/tables/`, blank if the kind is unknown. `declared_empty` holds the note by which the
    report says that the table has no data. `columns` are all its columns, also those left blank. `missing_pages` counts
    continuation headers under which no row followed. `rows` are all printed rows as (code, label), with or without numbers. `sums` are
    the equations that its layout promises, `gaps` the totals left blank.
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
    sums: tuple[Sum, ...] = ()
    gaps: tuple[Gap, ...] = ()
    printed_notes: tuple[TableNote, ...] = ()


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
class SheetFigure:
    """A figure that a performance sheet prints outside its fund rows and indicators: the sum of its weights or scores, a group's weight.

    `role` is total-weight, total-score or group-weight; `level1` and `level2` name the group, `level2` blank for a whole level1.
    """

    role: str
    value: Decimal
    printed: str
    place: Place
    level1: str = ""
    level2: str = ""


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
    sheets: tuple[
        str, ...
    ] = ()  # the keys of its sheet and of its row in a list of evaluations, as its cells name them
    listed: bool = False  # whether a project list prints it; then `place` is its row there
    figures: tuple[SheetFigure, ...] = ()
    sheet_unit: str = ""  # the money unit as its sheet prints it, 万 for 万元
    sheet_grade: str = ""  # the grade on the sheet itself
    listed_grade: str = ""  # the grade in the list of evaluations
    grade_span: tuple[Decimal, Decimal] | None = (
        None  # from and below: the scores that the report itself gives its grade to
    )
    half_read: bool = False  # whether a line of its sheet holds a number that was not understood


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of the narrative: its subject, what was said of it, how it changed and why.

    `change` is signed and in `unit`; `change_pct` is signed, in percent; `against_year` the year compared with. A statement that only
    tells a change has `value` None. `context` is the section heading it stands under; `text` its sentence. `against` is the printed
    base of a change, a share or a completion rate (上年, 2024年预算, 年初预算数), `direction` the printed word of the change (增加,
    持平). Figures keep the decimal places they are printed with. `classes` are the 类 and 款 printed before an item, `whole` the
    subject that the text says it is a part of (其中). `undecided` is a choice of the template left in (增加（减少）), `unitless` a
    number printed without its unit.
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
    classes: tuple[str, ...] = ()
    whole: str = ""
    undecided: str = ""
    unitless: str = ""


@dataclass(frozen=True, slots=True)
class Structure:
    """What the report says of the body itself; every item with its line.

    Lines are numbers of the document's lines; `places` says where a person finds those that are counted otherwise.
    """

    departments: tuple[tuple[str, int], ...] = ()  # 内设机构
    department_notes: tuple[tuple[str, str, int], ...] = ()  # (department, e.g. 挂政策法规科牌子, line)
    subordinates: tuple[tuple[str, int], ...] = ()  # 所属单位 / 预算单位
    superior: str = ""
    duties: tuple[tuple[str, int], ...] = ()
    places: tuple[tuple[int, Place], ...] = ()


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
    page: int | None = None
    file: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a report and what was taken to it: how many tables and figures it prints, how many figures stand in its words.

    `agreeing` counts the figures that this file prints just as the report's standing tables do.
    """

    file: str
    sha256: str
    tables: int = 0
    cells: int = 0
    statements: int = 0
    agreeing: int = 0


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A table that the contents page lists, without list number and page number; `family` names its kind, blank if unknown."""

    title: str
    family: str
    place: Place


@dataclass(frozen=True, slots=True)
class FormMark:
    """Something that the form of a report prints and that is compared with what the report is.

    `kind` is placeholder, missing-amount, cut-unit, short-code, year (`year` is the year it names), body (`likeness` tells how its name
    is like the report's own body: same, region, joining, cut or other). `role` says where or how it is said, `text` is the sentence or
    heading around it.
    """

    kind: str
    printed: str
    place: Place
    role: str = ""
    text: str = ""
    year: int | None = None
    likeness: str = ""


@dataclass(frozen=True, slots=True)
class SubjectName:
    """A subject of a classification that the narrative names: `住房改革支出（款）`, or one of a list without a level.

    `above` are the names that stand right in front of it, top first, each with its level. `group` is the list that holds it, 0 for none.
    """

    name: str
    level: str
    place: Place
    above: tuple[tuple[str, str], ...] = ()
    group: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of a report says of itself.

    `titles` are all lines outside the contents page that read like titles of tables; `whole` is False where a part of the file could not be
    read, or its format may have lost one.
    """

    contents: tuple[ContentsEntry, ...] = ()
    marks: tuple[FormMark, ...] = ()
    subjects: tuple[SubjectName, ...] = ()
    titles: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One published report, read whole. `name` is the file's stem; identity is (unit, year, kind, scope), never the file.

    `file` is the file whose tables stand. `sources` lists all files of a report that was read from several, that one first.
    """

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
    sources: tuple[Source, ...] = ()
    form: Form = field(default_factory=Form)

    @property
    def cells(self) -> tuple[tuple[Table, Cell], ...]:
        """Every printed number with its table, in print order."""
        return tuple((table, cell) for table in self.tables for cell in table.cells)

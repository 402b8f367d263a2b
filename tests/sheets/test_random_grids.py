"""Sheets made at random and set as grids with any spans come back as they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.documents import Document, GridCell
from mbkg.documents.builder import DocumentBuilder
from mbkg.sheets import SheetsReading, read_sheets

LEVELS = [
    ("成本指标", "经济成本指标"),
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("效益指标", "社会效益指标"),
    ("效益指标", "本市特色指标"),
    ("满意度指标", "服务对象满意度指标"),
]
TARGETS = ["≥95%", "=100%", "≤30天", "≥12.5万人", "显著提升", "100%", "不超过3次", "大于等于5家"]
Cells = list[list[tuple[str, int]]]  # per row and column: text, and which cell it belongs to


@dataclass(frozen=True)
class Made:
    level: int
    name: str
    target: str


@dataclass
class Setting:
    """How the columns of levels are set: merged over their rows, once and then blank, or said in every row."""

    how: tuple[str, str]
    breaks: tuple[int, ...]  # indicator rows that begin a new page
    again: bool  # whether the headings are said again there
    blank: tuple[int, ...]  # where blank columns are put in
    side: bool


names = st.text("农村公路养护培训检测平台数据管理", min_size=3, max_size=12).map(lambda text: text + "数")
sheets = st.lists(
    st.builds(Made, st.integers(0, len(LEVELS) - 1), names, st.sampled_from(TARGETS)), min_size=1, max_size=10
).map(lambda rows: sorted(rows, key=lambda row: row.level))
hows = st.sampled_from(["merged", "blank", "repeated"])
settings_of = st.builds(
    Setting,
    st.tuples(hows, hows),
    st.lists(st.integers(1, 9), max_size=3, unique=True).map(lambda at: tuple(sorted(at))),
    st.booleans(),
    st.lists(st.integers(0, 5), max_size=2).map(tuple),
    st.booleans(),
)


class Page:
    """Rows of cells; each cell is known by a number, so that a span is a run of one number."""

    def __init__(self) -> None:
        self.count = 0
        self.rows: Cells = []

    def cell(self, text: str) -> tuple[str, int]:
        self.count += 1
        return text, self.count

    def add(self, *parts: tuple[str, int]) -> None:
        """A row of texts, each over so many columns."""
        self.rows.append([cell for text, wide in parts for cell in [self.cell(text)] * wide])

    def blanks(self, at: Sequence[int]) -> None:
        """Put in blank columns; a cell that spans the place grows over it."""
        for place in at:
            before = [row[: place + 1] for row in self.rows]
            for row, left in zip(self.rows, before, strict=True):
                spans = place + 1 < len(row) and row[place + 1][1] == left[-1][1]
                row.insert(place + 1, left[-1] if spans else self.cell(""))

    def grid(self) -> list[list[GridCell]]:
        where: dict[int, list[tuple[int, int]]] = {}
        texts: dict[int, str] = {}
        for y, row in enumerate(self.rows):
            for x, (text, cell) in enumerate(row):
                where.setdefault(cell, []).append((y, x))
                texts[cell] = text
        out: list[list[GridCell]] = [[] for _ in self.rows]
        for cell, spots in where.items():
            ys, xs = [y for y, _ in spots], [x for _, x in spots]
            out[min(ys)].append(GridCell(texts[cell], min(xs), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1))
        return [sorted(row, key=lambda c: c.column) for row in out]


def indicator_rows(page: Page, rows: Sequence[Made], how: Setting, *, first: bool) -> None:
    side = page.cell("绩效指标" if first else "")
    last: list[str] = ["", ""]
    cells = [page.cell(""), page.cell("")]
    for row in rows:
        line = [side] if how.side else []
        for at in (0, 1):
            text = LEVELS[row.level][at]
            fresh = text != last[at] or (at == 1 and LEVELS[row.level][0] != last[0])
            if fresh:
                cells[at] = page.cell(text)
            elif how.how[at] != "merged":
                cells[at] = page.cell(text if how.how[at] == "repeated" else "")
            line.append(cells[at])
        last = list(LEVELS[row.level])
        page.rows.append([*line, page.cell(row.name), page.cell(row.target)])


def document(rows: list[Made], how: Setting) -> Document:
    builder = DocumentBuilder()
    builder.text("项目支出绩效目标表", page=1)
    builder.text("（2025年度）", page=1)
    page = Page()
    wide = 4 + how.side
    page.add(("项目名称", 1), ("公路养护", wide - 1))
    page.add(("主管部门", 1), ("云溪县交通局", 1), ("实施单位", 1), ("云溪县公路站", wide - 3))
    page.add(("年度资金总额（万元）", 1), ("12.50", wide - 1))
    page.add(("年度绩效目标", 1), ("保障80公里通行。", wide - 1))
    heading = [("绩效指标", 1)] * how.side + [("一级指标", 1), ("二级指标", 1), ("三级指标", 1), ("指标值", 1)]
    page.add(*heading)
    starts = [0, *(at for at in how.breaks if at < len(rows)), len(rows)]
    for number, (start, end) in enumerate(pairwise(starts), start=1):
        if number > 1:
            page = Page()
            if how.again:
                page.add(*heading)
        indicator_rows(page, rows[start:end], how, first=number == 1)
        page.blanks([at for at in how.blank if at < len(page.rows[0])])
        builder.grid(page.grid(), page=number)
        builder.text(f"— {number} —", page=number)
    return builder.build("made.pdf", b"made", "pdf")


def wide_document(rows: list[Made], how: Setting) -> Document:
    """The same as a list of two projects, the second with the last row alone."""
    builder = DocumentBuilder()
    builder.text("部门预算项目支出绩效目标表", page=1)
    builder.text("单位：万元", page=1)
    page = Page()
    page.add(*((text, 1) for text in ("项目名称", "预算数", "一级指标", "二级指标", "三级指标", "指标值")))
    head = [page.cell("公路养护"), page.cell("12.50")]
    body = Page()
    body.count = page.count
    indicator_rows(body, rows, Setting(how.how, (), False, (), False), first=True)
    for at, line in enumerate(body.rows):
        if at and how.how[0] != "merged":
            body.count += 2
            again = how.how[0] == "repeated"
            head = [("公路养护" if again else "", body.count - 1), ("12.50" if again else "", body.count)]
        page.rows.append([*head, *line])
    page.count = body.count
    page.add(*((text, 1) for text in ("桥梁检测", "3.00", "产出指标", "数量指标", "检测桥梁数", "≥7座")))
    page.blanks([at for at in how.blank if at < len(page.rows[0])])
    builder.grid(page.grid(), page=1)
    return builder.build("made.xlsx", b"made", "xlsx")


def told(reading: SheetsReading, project: int = 0) -> list[tuple[str, str, str, str]]:
    return [(i.level1, i.level2, i.level3, i.target_raw) for i in reading.projects[project].indicators]


def wanted(rows: list[Made]) -> list[tuple[str, str, str, str]]:
    return [(*LEVELS[row.level], row.name, row.target) for row in rows]


@given(sheets, settings_of)
@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sheet_comes_back(rows: list[Made], how: Setting) -> None:
    """However levels are set, pages break and blank columns stand between, the same indicators come back, and the fund cell."""
    reading = read_sheets(document(rows, how))
    assert told(reading) == wanted(rows)
    assert [(p.name, str(p.budget), p.goal) for p in reading.projects] == [("公路养护", "12.50", "保障80公里通行。")]
    assert reading.leftovers == ()


@given(sheets, settings_of)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_list_comes_back(rows: list[Made], how: Setting) -> None:
    """A list gives the same projects whether its cells span rows, are said once, or in every row."""
    reading = read_sheets(wide_document(rows, how))
    assert [(p.name, str(p.budget)) for p in reading.projects] == [("公路养护", "12.50"), ("桥梁检测", "3.00")]
    assert told(reading) == wanted(rows)
    assert told(reading, 1) == [("产出指标", "数量指标", "检测桥梁数", "≥7座")]
    assert reading.leftovers == ()


@given(
    sheets,
    settings_of,
    st.integers(0, 30),
    st.integers(0, 6),
    st.sampled_from(["77.71", "≥77.71%", "77.71万元", "甲77.71乙", "合计77.71", "年度资金总额77.71"]),
    st.booleans(),
)
@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_is_never_silent(rows: list[Made], how: Setting, at: int, column: int, text: str, listed: bool) -> None:
    """A number that gets into any cell of a sheet is in what was read, or its row is left over."""
    made = wide_document(rows, how) if listed else document(rows, how)
    lines = [line for line in made.lines if line.cells]
    line = lines[at % len(lines)]
    cells = list(line.cells)
    hit = column % len(cells)
    cells[hit] = GridCell(text, cells[hit].column, cells[hit].colspan, cells[hit].rowspan)
    damaged = replace(line, cells=tuple(cells), text="\t".join(cell.text for cell in cells))
    reading = read_sheets(replace(made, lines=tuple(damaged if one is line else one for one in made.lines)))
    said = "77.71" in repr(reading.projects) + repr(reading.tables)
    left = damaged.number in {item.line for item in reading.leftovers}
    assert said or left or damaged.number not in reading.claimed

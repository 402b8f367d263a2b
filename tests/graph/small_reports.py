"""A tiny report format for tests of the graph: a JSON file says what a reader would have found.

`{"unit": …, "year": …, "scale": 2}` gives the same small report for any body, its amounts multiplied by `scale`. `picture` is the
confidence of figures recognised from a picture, `page` and `sheet` where its tables stand, `changed` prints other amounts in rows named by
code, `format` what the file was. `does` makes trouble: `die` ends the process, `hang` never ends, `stuck` does not heed an alarm, `memory`
has none left. Reader and interpreter are plain functions of a module, so that the processes of a build can run them.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from mbkg.coordinates import Coordinates
from mbkg.errors import NotAReport
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.graph.build import BuildResult, build
from mbkg.graph.export import sorted_nquads
from mbkg.graph.ingest import Pipeline
from mbkg.graph.store import open_graph, rows_of
from mbkg.reports import (
    Cell,
    Indicator,
    Leftover,
    Place,
    Project,
    Report,
    Statement,
    Structure,
    Table,
    Term,
)
from mbkg.sources import Part

ROWS = (
    ("", "合计", "300"),
    ("208", "社会保障和就业支出", "100"),
    ("20805", "行政事业单位养老支出", "100"),
    ("2080505", "机关事业单位基本养老保险缴费支出", "100"),
    ("210", "卫生健康支出", "200"),
    ("21015", "医疗保障管理事务", "200"),
    ("2101501", "行政运行", "150"),
    ("2101598", "某地自设科目", "50"),
)


def read_small(path: Path) -> tuple[Part, ...]:
    """The reports that a file of this format describes: one, or a list of them."""
    if path.suffix == ".md":
        raise NotAReport(path.name, "只有说明文字")
    told = json.loads(path.read_text(encoding="utf-8"))
    parts = []
    for each in told if isinstance(told, list) else [told]:
        time.sleep(float(each.pop("seconds", 0)))
        _make_trouble(each.pop("does", ""))
        form = each.pop("format", "text")
        parts.append(Part(small_report(path, **each), format=form))
    return tuple(parts)


def _make_trouble(does: str) -> None:
    if does == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if does == "memory":
        raise MemoryError
    if does == "stuck":
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while does in ("hang", "stuck"):
        time.sleep(0.05)


def small_report(
    path: Path,
    unit: str = "招远市医疗保障局",
    year: int = 2024,
    kind: str = "budget",
    scope: str = "department",
    scale: int = 1,
    picture: float = 1.0,
    page: int | None = None,
    sheet: str = "",
    changed: dict[str, str] | None = None,
    title: str = "",
    leave_out: int = 0,
) -> Report:
    others = changed or {}

    def amount(value: str) -> Decimal:
        return Decimal(value) * scale

    cells = tuple(
        Cell(
            code,
            label,
            "合计",
            amount(others.get(code, value)),
            "万元",
            f"{amount(others.get(code, value)):,.2f}",
            "inferred",
            Place(10 + at, page, "", sheet, picture),
            row=at + 1,
            confidence=picture,
        )
        for at, (code, label, value) in enumerate(ROWS)
    )[leave_out:]
    doubtful = replace(
        cells[0], column="基本支出 | 项目支出", how="ambiguous", candidates=("基本支出", "项目支出"), place=Place(30)
    )
    table = Table(
        title="支出总体情况表",
        number="公开表3",
        unit="万元",
        cells=(*cells, doubtful),
        columns=("合计", "基本支出", "项目支出"),
        place=Place(9),
        family="expenditure",
        rows=(*((code, label) for code, label, _ in ROWS), ("221", "住房保障支出")),
    )
    empty = Table(
        "政府性基金预算支出情况表", "公开表8", "万元", (), ("合计",), Place(40), declared_empty="本年没有安排。"
    )
    headcount = Indicator("产出指标", "数量指标", "离休人员保障人数", "=", Decimal(67), "人", "=67人", Place(62))
    standard = Indicator(
        "成本指标", "经济成本指标", "离休人员医疗费年补助标准", "≤", Decimal(5), "万元/人/年", "≤5万元/人/年", Place(61)
    )
    project = Project(
        name="离休人员医疗费",
        place=Place(60),
        code="63020025T000000000420",
        category="特定目标类",
        budget=amount("335"),
        implementing_unit=f"{unit}（本级）",
        department=unit,
        goal="保障离休干部67人的医疗待遇。",
        indicators=(standard, headcount),
    )
    statement = Statement(
        "公务接待费", "预算数", year, amount("1.26"), "万元", Place(70), change=amount("0.2"), change_pct=Decimal("18.87"),
        against_year=year - 1, reason="接待增加",
    )  # fmt: skip
    return Report(
        name=path.stem,
        file=path.name,
        sha256="",
        unit=unit,
        year=year,
        kind=kind,  # type: ignore[arg-type]
        scope=scope,  # type: ignore[arg-type]
        title=title or f"{year}年{unit}部门预算",
        tables=(table, empty),
        projects=(project,),
        statements=(statement,),
        structure=Structure(
            departments=(("办公室", 3), ("综合科", 4)),
            subordinates=(("招远市医疗保险事业中心", 5),),
            duties=(("拟订政策。", 2),),
        ),
        terms=(Term("基本支出", "保障机构运转的支出。", Place(80)),),
        leftovers=(Leftover(90, "附表 12.5", "表外"),),
        superior="烟台市医疗保障局",
    )


def interpret_small(report: Report) -> tuple[BudgetFact, ...]:
    """The expenditure by function, and the reception statement, as facts."""
    facts = [
        BudgetFact(
            Coordinates("支出", report.year, "预算", function=cell.row_code),
            cell.value,
            "万元",
            (Evidence("cell", at),),
            confidence=cell.confidence,
        )
        for at, (_, cell) in enumerate(report.cells)
        if cell.how != "ambiguous"
    ]
    statement = report.statements[0]
    said = Coordinates("公务接待费", report.year, "预算", fund="一般公共预算")
    assert statement.value is not None
    return (*facts, BudgetFact(said, statement.value, "万元", (Evidence("statement", 0),), (Evidence("cell", 0),)))


SMALL = Pipeline(read_small, interpret_small)


def write_small(folder: Path, name: str, **told: object) -> Path:
    """Write a file of this format."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path


class Workshop:
    """A folder of small reports and a graph built from them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reports = root / "reports"
        self.kg = str(root / "kg")
        self.pipeline = SMALL

    def write(self, name: str, **told: object) -> Path:
        return write_small(self.reports, name, **told)

    def build(self, *paths: Path, kg: str | None = None, fresh: bool = False) -> BuildResult:
        return build(paths or [self.reports], kg or self.kg, pipeline=self.pipeline, fresh=fresh)

    def quads(self, kg: str | None = None) -> list[bytes]:
        graph = open_graph(kg or self.kg)
        lines = sorted_nquads(graph)
        graph.close()
        return lines

    def ask(self, sparql: str) -> list[dict[str, str]]:
        graph = open_graph(self.kg)
        rows = list(rows_of(graph.query(sparql)))  # type: ignore[arg-type]
        graph.close()
        return rows

"""Performance sheets as grids, in the layouts that bureaus use: one sheet a project, self-evaluations, one wide list, a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from mbkg.documents import Document
from mbkg.reports import Cell, Indicator, Project, Report, Table

from .printed import Box, Grid, Kind, Row, lone

SHEETS = frozenset(
    {
        "performance-target",
        "special-fund",
        "self-evaluation",
        "transfer-evaluation",
        "wide-target",
        "evaluation-summary",
    }
)
_SIDE = "绩效指标"


def sheet_grids(report: Report, table: Table, document: Document) -> Iterator[Grid]:
    """The grid that prints one sheet with its project's fields, money and indicators."""
    if table.family == "evaluation-summary":
        yield _summary(table, document)
        return
    if table.family == "wide-target":
        yield _wide(report, table)
        return
    project = _project_of(report, table)
    make = {
        "performance-target": _target,
        "special-fund": _special_fund,
        "self-evaluation": _evaluation,
        "transfer-evaluation": _transfer,
    }[table.family]
    yield make(report, table, project)


def _project_of(report: Report, table: Table) -> Project:
    kind = {"special-fund": "special_fund", "transfer-evaluation": "transfer"}.get(table.family, "project")
    (label,) = {label for _, label in table.rows}
    found = [p for p in report.projects if p.kind == kind and (p.sheet_name or p.name) == label and p.indicators]
    assert len(found) == 1, (table.title, label, [p.name for p in report.projects])
    return found[0]


def _fund(table: Table, column: str) -> str:
    return next((cell.printed for cell in table.cells if cell.column == column), "")


def _field(label: str, text: str, last: int, kind: Kind = "text") -> Row:
    return (Box(label, 0, kind="head"), Box(text, 1, last, kind=kind))


# ---- target sheets: 绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值


def _target(report: Report, table: Table, project: Project) -> Grid:
    funds = [("年度预算资金总额：", "年度预算资金总额"), ("其中：财政拨款", "财政拨款"), ("其他资金", "其他资金")]
    rows: list[Row] = [
        _field("项目名称", project.sheet_name or project.name, 4),
        (
            Box("主管部门", 0, kind="head"),
            Box(project.department, 1, 2),
            Box("实施单位", 3, kind="head"),
            Box(project.implementing_unit, 4),
        ),
    ]
    for index, (label, column) in enumerate(funds):
        side = [Box(f"项目资金\n（{table.unit}）", 0, 1, len(funds), "head")] if index == 0 else []
        rows.append((*side, Box(label, 1, 2), Box(_fund(table, column), 3, 2, kind="money")))
    rows.append(_field("年度总体绩效目标", project.goal, 4))
    heads = ["一级指标", "二级指标", "三级指标", "指标值"]
    rows += _indicator_rows(project.indicators, heads, lambda i: [i.target_raw])
    return Grid(table.title, _lead(report, table), (), tuple(rows), (), (1.5, 1.7, 2.4, 4.6, 3.2))


def _special_fund(report: Report, table: Table, project: Project) -> Grid:
    rows: list[Row] = [
        _field("专项资金名称", project.sheet_name or project.name, 4),
        _field("主管部门", project.department, 4),
        _field(f"年度预算资金（{table.unit}）", _fund(table, "年度预算资金"), 4, "money"),
        _field("年度总体目标", project.goal, 4),
    ]
    heads = ["一级指标", "二级指标", "三级指标", "指标值"]
    rows += _indicator_rows(project.indicators, heads, lambda i: [i.target_raw])
    return Grid(table.title, _lead(report, table), (), tuple(rows), (), (1.5, 1.7, 2.4, 4.6, 3.2))


# ---- self-evaluations


def _evaluation(report: Report, table: Table, project: Project) -> Grid:
    rows: list[Row] = [
        (Box("项目名称", 0, 2, kind="head"), Box(project.sheet_name or project.name, 2, 7)),
        (
            Box("主管部门", 0, 2, kind="head"),
            Box(project.department, 2, 3),
            Box("项目实施单位", 5, kind="head"),
            Box(project.implementing_unit, 6, 3),
        ),
    ]
    heads = {"年初预算数": "年初预算数", "全年预算数": "全年预算数(A)", "全年执行数": "全年执行数(B)", "分值": "分值",
             "执行率": "执行率(B/A)", "得分": "得分"}  # fmt: skip
    funds = {
        "年度资金总额": "年度资金总额",
        "当年财政拨款": "其中：当年财政拨款",
        "上年结转资金": "上年结转资金",
        "其他资金": "其他资金",
    }
    first = [Box("项目预算执行情况(10分)", 0, 1, 5, "head"), Box("", 1, 2)]
    rows.append((*first, *(Box(text, 3 + at, kind="head") for at, text in enumerate(heads.values()))))
    for fund, label in funds.items():
        dash = ["-" if name in ("分值", "得分") else "" for name in heads]
        texts = [_fund(table, f"{name}@{fund}") or dash[at] for at, name in enumerate(heads)]
        rows.append((Box(label, 1, 2), *(Box(text, 3 + at, kind="money") for at, text in enumerate(texts))))
    rows += [
        (
            Box("年度总体目标", 0, 2, 2, "head"),
            Box("年初预期目标", 2, 3, kind="head"),
            Box("目标实际完成情况", 5, 4, kind="head"),
        ),
        (Box(project.goal, 2, 3), Box("完成年初目标。", 5, 4)),
    ]
    columns = [
        "一级指标",
        "二级指标",
        "三级指标(分值)",
        "年度指标值(A)",
        "实际完成值(B)",
        "完成率(B/A)",
        "得分",
        "偏差原因分析及改进措施",
    ]
    rows += _indicator_rows(
        project.indicators,
        columns,
        lambda i: [i.target_raw, i.actual_raw, _percent(i.completion_rate), _plain(i.score), i.deviation],
        lambda i: f"{i.level3}（{i.weight}分）" if i.weight is not None else i.level3,
    )
    rows.append((Box("总分", 0, 7, kind="head"), Box(_plain(project.score), 7), Box("", 8)))
    widths = (1.4, 1.4, 1.6, 3.4, 2.0, 2.0, 1.5, 1.2, 2.4)
    return Grid(table.title, _lead(report, table, unit=True), (), tuple(rows), (), widths)


def _transfer(report: Report, table: Table, project: Project) -> Grid:
    rows: list[Row] = [
        (Box("项目名称", 0, 2, kind="head"), Box(project.sheet_name or project.name, 2, 5)),
        (
            Box("地方主管部门", 0, 2, kind="head"),
            Box(project.department, 2, 2),
            Box("资金使用单位", 4, kind="head"),
            Box(project.implementing_unit, 5, 2),
        ),
        (
            Box(f"资金投入情况\n（{table.unit}）", 0, 1, 5, "head"),
            Box("", 1, 2),
            Box("全年预算数（A）", 3, 2, kind="head"),
            Box("全年执行数（B）", 5, kind="head"),
            Box("预算执行率（B/A）", 6, kind="head"),
        ),
    ]
    funds = {
        "年度资金总额": "年度资金总额：",
        "中央财政资金": "其中：中央财政资金",
        "地方资金": "地方资金",
        "其他资金": "其他资金",
    }
    for fund, label in funds.items():
        texts = [_fund(table, f"{name}@{fund}") for name in ("全年预算数", "全年执行数", "预算执行率")]
        boxes = (Box(texts[0], 3, 2, kind="money"), Box(texts[1], 5, kind="money"), Box(texts[2], 6, kind="money"))
        rows.append((Box(label, 1, 2), *boxes))
    rows += [
        (
            Box("总体目标完成情况", 0, 1, 2, "head"),
            Box("总体目标", 1, 3, kind="head"),
            Box("全年实际完成情况", 4, 3, kind="head"),
        ),
        (Box(project.goal, 1, 3), Box("完成年初目标。", 4, 3)),
    ]
    columns = ["一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施"]
    rows += _indicator_rows(project.indicators, columns, lambda i: [i.target_raw, i.actual_raw, i.deviation])
    return Grid(table.title, _lead(report, table), (), tuple(rows), (), (1.4, 1.4, 1.8, 4.0, 3.0, 3.0, 2.4))


def _indicator_rows(
    indicators: Sequence[Indicator],
    heads: Sequence[str],
    rest: Callable[[Indicator], list[str]],
    name: Callable[[Indicator], str] = lambda i: i.level3,
) -> Iterator[Row]:
    """The head and rows of the indicators: a side heading and both levels span the rows beneath them."""
    side = Box(_SIDE, 0, 1, 1 + len(indicators), "head")
    yield (side, *(Box(text, 1 + at, kind="head") for at, text in enumerate(heads)))
    for level1, group in groupby(indicators, key=lambda i: i.level1):
        members = list(group)
        for at1, (level2, under) in enumerate(
            [(key, list(items)) for key, items in groupby(members, key=lambda i: i.level2)]
        ):
            for at2, indicator in enumerate(under):
                boxes = []
                if at1 == 0 and at2 == 0:
                    boxes.append(Box(level1, 1, 1, len(members)))
                if at2 == 0:
                    boxes.append(Box(level2, 2, 1, len(under)))
                texts = [name(indicator), *rest(indicator)]
                yield (*boxes, *(Box(text, 3 + at) for at, text in enumerate(texts)))


# ---- lists


def _wide(report: Report, table: Table) -> Grid:
    heads = ["单位名称", "项目名称", "项目类别", f"预算数（{table.unit}）", "绩效目标", "一级指标", "二级指标", "三级指标",
             "绩效指标性质", "绩效指标值", "度量单位", "分值权重"]  # fmt: skip
    money: dict[int, Cell] = {cell.row: cell for cell in table.cells}
    body: list[Row] = []
    projects = [p for p in report.projects if p.indicators]
    codes = {label: code for other in report.tables for code, label in other.rows if code}
    of_unit = [(p, list(p.indicators)) for p in projects]
    for row, (_, label) in enumerate(table.rows, 1):
        printed = money[row].printed if row in money else ""
        if row == 1:
            texts = [label, "-", "-", printed, *[""] * 8]
            body.append(tuple(Box(text, at, kind="money" if at == 3 else "text") for at, text in enumerate(texts)))
            continue
        project, indicators = of_unit[row - 2]
        assert (project.sheet_name or project.name) == label, (label, project.name)
        whole = len(indicators)
        unit = project.implementing_unit
        first = [
            Box(f"{codes[unit]}-{unit}", 0, 1, sum(len(i) for _, i in of_unit)) if row == 2 else None,
            Box(f"{project.code}-{label}", 1, 1, whole),
            Box(project.category, 2, 1, whole),
            Box(printed, 3, 1, whole, "money"),
            Box(project.goal, 4, 1, whole),
        ]
        for number, indicator in enumerate(indicators):
            boxes = [box for box in first if box] if number == 0 else []
            above = indicators[number - 1] if number else None
            for column, levels in ((5, ("level1",)), (6, ("level1", "level2"))):
                key = tuple(getattr(indicator, level) for level in levels)
                if above is None or key != tuple(getattr(above, level) for level in levels):
                    same = [tuple(getattr(i, level) for level in levels) == key for i in indicators[number:]]
                    span = same.index(False) if False in same else len(same)
                    boxes.append(Box(key[-1], column, 1, span))
            texts = [indicator.level3, *_taken_apart(indicator), _plain(indicator.weight)]
            body.append((*boxes, *(Box(text, 7 + at) for at, text in enumerate(texts))))
    head = tuple(Box(text, at, kind="head") for at, text in enumerate(heads))
    widths = (1.4, 2.4, 1.3, 1.5, 3.6, 1.5, 1.5, 3.4, 1.2, 1.4, 1.1, 1.1)
    return Grid(table.title, ((table.title,),), (head,), tuple(body), (), widths)


def _taken_apart(indicator: Indicator) -> list[str]:
    """性质, 值 and 度量单位 as printed, from the target that joins them; a printed `0` stands for `=`."""
    raw = indicator.target_raw
    sign = "0" if indicator.comparator == "=" and raw.startswith("0") else indicator.comparator
    assert raw.startswith(sign), indicator
    assert raw.endswith(indicator.target_unit), indicator
    rest = raw[len(sign) :]
    return [sign, rest[: len(rest) - len(indicator.target_unit)], indicator.target_unit]


def _summary(table: Table, document: Document) -> Grid:
    """The list of self-evaluations, from its own lines: a heading between them spans the table."""
    at = {line.number: line for line in document.lines}
    last = max(cell.place.line or 0 for cell in table.cells)
    first = min(cell.place.line or 0 for cell in table.cells)
    rows = [at[number] for number in range(first - 2, last + 1) if at[number].is_grid or at[number].text.strip()]
    width = max(len(line.cells) for line in rows)
    printed: list[Row] = []
    for line in rows:
        if len(line.cells) < width:
            printed.append(lone(line.text.strip(), width))
        else:
            printed.append(tuple(Box(c.text, c.column, kind="money" if c.column == 3 else "text") for c in line.cells))
    head = (tuple(Box(box.text, box.column, kind="head") for box in printed[0]),)
    return Grid(table.title, ((table.title,),), head, tuple(printed[1:]), (), (1.0, 6.0, 4.0, 1.6, 1.8))


def _lead(report: Report, table: Table, unit: bool = False) -> tuple[tuple[str, ...], ...]:
    year = table.year or report.year
    title = table.title
    lines: list[tuple[str, ...]] = [(title,)]
    if str(year) not in title:
        lines.append((f"（{year}年度）",))
    if unit:
        lines.append(("", f"单位：{table.unit}"))
    return tuple(lines)


def _plain(number: object) -> str:
    return "" if number is None else str(number)


def _percent(rate: str) -> str:
    """A completion rate as printed: a number is a percentage, `0` stands alone, words are words."""
    return f"{rate}%" if rate.replace(".", "").isdigit() and rate != "0" else rate

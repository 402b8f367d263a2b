"""Random consistent tables printed as text flattened from PDF, and read back.

Blanks leave no trace, long names wrap before, behind or around their numbers, a page break repeats title and head in the middle. What was
printed comes back cell by cell: code, name, value, and the column, or a flag with the true column among the candidates.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.documents import parse_text
from mbkg.tables.meaning import Frame
from mbkg.tables.read import TablesReading, read_tables

CODES = Path(__file__).parents[2] / "ontology" / "codes" / "src"
FRAME = Frame("威海市医疗保障局", 2024, "budget")
Expected = tuple[str, str, str, Decimal]  # code, name, column, value


@dataclass(frozen=True)
class Layout:
    """A published table: its title, its head as flattened, its money columns by name, sums, and the columns nothing adds up to."""

    title: str
    number: str
    head: str
    columns: tuple[str, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]
    leaves: tuple[int, ...]


EXPENDITURE = Layout(
    "支出总体情况表",
    "公开表3",
    "科目编码\n科目名称 合计 基本支出 项目支出 结转下年\n类 款 项",
    ("合计", "基本支出", "项目支出", "结转下年"),
    ((0, (1, 2, 3)),),
    (1, 2, 3),
)
GENERAL = Layout(
    "一般公共预算支出情况表",
    "公开表5",
    "科目编码\n科目名称 合　计\n基本支出\n项目支出\n类 款 项 小　计 人员支出 日常公用支出",
    ("合计", "小计@基本支出", "人员支出", "日常公用支出", "项目支出"),
    ((0, (1, 4)), (1, (2, 3))),
    (2, 3, 4),
)
INCOME = Layout(
    "收入总体情况表",
    "公开表2",
    "科目编码\n\n科目名称 合计\n\n财政拨款收入\n\n财政专户管\n理资金收入\n\n事业收入\n（不含教育\n收费）\n\n"
    "事业单位经\n营收入\n\n其他收入\n\n"
    "上级补助收\n入\n\n附属单位上\n缴收入\n\n使用非财政\n拨款结余\n\n上年结转\n\n类 款 项 小计\n\n一般公共预\n算收入\n\n"
    "政府性基金\n预算收入\n\n国有资本经\n营预算收入",
    (
        "合计",
        "小计@财政拨款收入",
        "一般公共预算收入",
        "政府性基金预算收入",
        "国有资本经营预算收入",
        "财政专户管理资金收入",
        "事业收入（不含教育收费）",
        "事业单位经营收入",
        "其他收入",
        "上级补助收入",
        "附属单位上缴收入",
        "使用非财政拨款结余",
        "上年结转",
    ),
    ((0, (1, 5, 6, 7, 8, 9, 10, 11, 12)), (1, (2, 3, 4))),
    (2, 3, 6, 12),
)
ECONOMIC = Layout(
    "一般公共预算基本支出情况表",
    "公开表6",
    "科目编码\n部门预算支出经济分类科目名称\n科目编码\n政府预算支出经济分类科目名称\n基本支出预算\n类 款 类 款 小计 人员支出 日常公用支出",
    ("小计@基本支出预算", "人员支出", "日常公用支出"),
    ((0, (1, 2)),),
    (1, 2),
)
PROJECTS = Layout(
    "项目支出预算情况表",
    "公开表11",
    "项目名称 项目类别 合计\n\n财政拨款\n\n财政专户管\n理资金\n\n单位资金\n\n使用非财政\n拨款结余\n\n上年结转\n小计\n\n一般公共预\n算\n\n"
    "政府性基金\n预算\n\n国有资本经\n营预算",
    (
        "合计",
        "小计@财政拨款",
        "一般公共预算",
        "政府性基金预算",
        "国有资本经营预算",
        "财政专户管理资金",
        "单位资金",
        "使用非财政拨款结余",
        "上年结转",
    ),
    ((0, (1, 5, 6, 7, 8)), (1, (2, 3, 4))),
    (2, 3, 8),
)


def names_in(file: str) -> dict[str, str]:
    with (CODES / file).open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


FUNCTIONS = names_in("functional_codes.csv")
DEPARTMENT, GOVERNMENT = names_in("economic_codes_dept.csv"), names_in("economic_codes_gov.csv")
CROSSWALK = sorted(
    {
        (row["dept_code"], row["gov_code"])
        for row in csv.DictReader((CODES / "economic_crosswalk.csv").open(encoding="utf-8"))
        if row["dept_code"] in DEPARTMENT and row["gov_code"] in GOVERNMENT
    }
)
SECTIONS = sorted(code for code in FUNCTIONS if len(code) == 5 and code[:3] in FUNCTIONS)
ITEMS = {section: sorted(c for c in FUNCTIONS if len(c) == 7 and c.startswith(section)) for section in SECTIONS}
AMOUNTS = st.one_of(st.integers(1, 99), st.integers(100, 99_999), st.integers(100_000, 99_999_999))


def money(cents: int) -> str:
    return f"{cents / 100:,.2f}"


@dataclass
class Printed:
    """A row to print: its codes as text, its name, its amounts by column."""

    code: str
    name: str
    amounts: list[int]
    lead: str = ""
    government: tuple[str, str] | None = None


def add_up(amounts: list[int], layout: Layout) -> None:
    for total, parts in reversed(layout.sums):
        amounts[total] = sum(amounts[part] for part in parts)


@st.composite
def leaf_amounts(draw: st.DrawFn, layout: Layout) -> list[int]:
    amounts = [0] * len(layout.columns)
    for column in draw(st.lists(st.sampled_from(layout.leaves), min_size=1, max_size=2, unique=True)):
        amounts[column] = draw(AMOUNTS)
    add_up(amounts, layout)
    return amounts


def total_of(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


@st.composite
def function_rows(draw: st.DrawFn, layout: Layout) -> list[Printed]:
    """合计, then 类 with 款 and 项 in code order."""
    sections = sorted(
        draw(st.lists(st.sampled_from([s for s in SECTIONS if ITEMS[s]]), min_size=1, max_size=4, unique=True))
    )
    joined = draw(st.booleans())
    rows: list[Printed] = []
    for klass in sorted({section[:3] for section in sections}):
        tops: list[Printed] = []
        for section in (s for s in sections if s.startswith(klass)):
            items = sorted(draw(st.lists(st.sampled_from(ITEMS[section]), min_size=1, max_size=3, unique=True)))
            leaves = [
                Printed(item, FUNCTIONS[item], draw(leaf_amounts(layout)), item if joined else item[5:])
                for item in items
            ]
            sums = total_of([leaf.amounts for leaf in leaves])
            tops.extend([Printed(section, FUNCTIONS[section], sums, section if joined else section[3:]), *leaves])
        rows.append(Printed(klass, FUNCTIONS[klass], total_of([r.amounts for r in tops if len(r.code) == 5]), klass))
        rows.extend(tops)
    return [Printed("", "合计", total_of([r.amounts for r in rows if len(r.code) == 3])), *rows]


@st.composite
def economic_rows(draw: st.DrawFn) -> list[Printed]:
    """合计, then pairs of 部门 and 政府 economic codes under the pair of their classes."""
    pairs = draw(
        st.lists(
            st.sampled_from([p for p in CROSSWALK if len(p[0]) == len(p[1]) == 5]), min_size=1, max_size=8, unique=True
        )
    )
    rows: list[Printed] = []
    for department, government in sorted({(d[:3], g[:3]) for d, g in pairs}):
        leaves = []
        for d, g in sorted(p for p in pairs if p[0].startswith(department) and p[1].startswith(government)):
            amounts = [0, 0, 0]
            amounts[2 if department in ("302", "310") else 1] = draw(AMOUNTS)
            add_up(amounts, ECONOMIC)
            leaves.append(
                Printed(f"{d}|{g}", DEPARTMENT[d], amounts, f"{d[:3]} {d[3:]}", (f"{g[:3]} {g[3:]}", GOVERNMENT[g]))
            )
        rows.append(
            Printed(
                f"{department}|{government}",
                DEPARTMENT[department],
                total_of([leaf.amounts for leaf in leaves]),
                department,
                (government, GOVERNMENT[government]),
            )
        )
        rows.extend(leaves)
    return [Printed("", "合计", total_of([r.amounts for r in rows if "|" in r.code and len(r.code) == 7])), *rows]


@st.composite
def printed_text(draw: st.DrawFn, layout: Layout, rows: Sequence[Printed]) -> str:
    """The rows as lines, long names wrapped as a PDF wraps them, with a page break in the middle of some."""
    head = f" {layout.number}\n\n{layout.title}\n部门（单位）：威海市医疗保障局 单位：万元\n\n{layout.head}\n\n"
    body: list[str] = []
    for row in rows:
        numbers = " ".join(money(amount) for amount in row.amounts if amount)
        indent = "\u3000" * (0 if row.government else {5: 1, 7: 2}.get(len(row.code), 0))
        name = indent + row.name
        if row.government:
            body.append(f"{row.lead} {name} {row.government[0]} {row.government[1]} {numbers}")
        elif len(row.name) > 12 and (style := draw(st.sampled_from(["one", "before", "after"]))) != "one":
            cut = draw(st.integers(4, len(row.name) - 2)) + len(indent)
            if style == "before":
                body.extend([row.lead, "", name[:cut], name[cut:], "", numbers])
            else:
                body.extend([f"{row.lead} {name[:cut]} {numbers}", name[cut:]])
        else:
            body.append(f"{row.lead} {name} {numbers}".strip())
        if row is not rows[-1] and draw(st.integers(0, 5)) == 0:
            body.append(f"\n— {draw(st.integers(1, 40))} —\n\x0c{head}".rstrip("\n"))
        if draw(st.booleans()):
            body.append("")
    return head + "\n".join(body) + "\n"


def expected_cells(layout: Layout, rows: Sequence[Printed]) -> list[Expected]:
    return [
        (row.code, row.name, layout.columns[column], Decimal(amount) / 100)
        for row in rows
        for column, amount in enumerate(row.amounts)
        if amount
    ]


def check(text: str, expected: Sequence[Expected], note: str = "") -> TablesReading:
    """Every printed number is a cell, in print order, exact or flagged; nothing is left over and nothing else is read."""
    reading = read_tables(parse_text(text.encode(), "report.txt"), FRAME)
    assert reading.leftovers == ()
    cells = [cell for table in reading.tables for cell in table.cells]
    assert [(cell.row_code, cell.row_label, cell.value) for cell in cells] == [(c, n, v) for c, n, _, v in expected]
    for cell, (_, _, column, _) in zip(cells, expected, strict=True):
        if cell.how == "ambiguous":
            assert column in cell.candidates, (cell, column)
        else:
            assert cell.column == column, (cell, column)
    return reading


@pytest.mark.parametrize("layout", [EXPENDITURE, GENERAL, INCOME], ids=lambda layout: layout.title)
@settings(max_examples=25)
@given(data=st.data())
def test_function_tables(layout: Layout, data: st.DataObject) -> None:
    """类, 款, 项 in three columns or joined, names that wrap, pages that break anywhere."""
    rows = data.draw(function_rows(layout))
    text = data.draw(printed_text(layout, rows))
    check(text, expected_cells(layout, rows))


@settings(max_examples=40)
@given(data=st.data())
def test_economic_tables_with_two_classifications(data: st.DataObject) -> None:
    """A 部门 code and name, a 政府 code and name, two or three numbers."""
    rows = data.draw(economic_rows())
    check(data.draw(printed_text(ECONOMIC, rows)), expected_cells(ECONOMIC, rows))


PROJECT_NAMES = [
    "派遣人员工资",
    "经办服务运行、医保政策进万家",
    "居民医疗保险财政补助资金",
    "建国前老工人医疗费",
    "市直统管单位离休人员医疗费",
    "2025年城乡医疗救助补助资金",
    "新冠疫苗及接种费用财政补助",
    "实施公车统管费用",
]


@settings(max_examples=40)
@given(data=st.data())
def test_project_lists(data: st.DataObject) -> None:
    """Project, category, numbers; the total row has no name."""
    chosen = data.draw(st.lists(st.sampled_from(PROJECT_NAMES), min_size=1, max_size=6, unique=True))
    rows = [Printed("", name, data.draw(leaf_amounts(PROJECTS))) for name in chosen]
    kind = data.draw(st.sampled_from(["其他运转类", "特定目标类"]))
    top = Printed("", "", total_of([row.amounts for row in rows]))
    lines = ["  ".join(money(a) for a in top.amounts if a)]
    lines += [f"{row.name} {kind}  " + "  ".join(money(a) for a in row.amounts if a) for row in rows]
    text = (
        f" 公开表11\n\n项目支出预算情况表\n部门（单位）：威海市医疗保障局 单位：万元\n\n{PROJECTS.head}\n\n "
        + "\n\n".join(lines)
        + "\n"
    )
    check(text, expected_cells(PROJECTS, [top, *rows]))


SIDES = [
    ("一、财政拨款", "一、一般公共服务支出"),
    ("\u3000一般公共预算拨款收入", "二、外交支出"),
    ("\u3000政府性基金预算拨款收入", "三、公共安全支出"),
    ("二、财政专户管理资金收入", "七、社会保障和就业支出"),
    ("五、其他收入", "八、卫生健康支出"),
    ("", "十七、住房保障支出"),
    ("本 年 收 入 合 计", "本 年 支 出 合 计"),
    ("收 入 总 计", "支 出 总 计"),
]


@settings(max_examples=40)
@given(st.integers(1, 9_999_999), st.integers(0, 99_999), st.lists(st.integers(0, 99_999), min_size=2, max_size=2))
def test_two_sided_tables(general: int, other: int, spent: list[int]) -> None:
    """Income on the left, expenditure on the right, blanks on both: each number keeps its side."""
    whole = general + other
    left = [general, general, 0, 0, other, 0, whole, whole]
    right = [0, 0, 0, *(min(s, whole // 3) for s in spent)]
    right += [whole - sum(right), whole, whole]
    lines, expected = [], []
    for (income, expenditure), a, b in zip(SIDES, left, right, strict=True):
        pieces = []
        for label, amount, column in ((income, a, "预算数@收入"), (expenditure, b, "预算数@支出")):
            if label:
                pieces.append(label + (f" {money(amount)}" if amount else ""))
            if amount:
                expected.append(("", label.replace(" ", "").strip("\u3000"), column, Decimal(amount) / 100))
        lines.append(" ".join(pieces))
    text = " 公开表1\n\n 收支总体情况表\n部门（单位）：威海市医疗保障局 单位：万元\n\n收  入 支  出\n\n项目 预算数 项目 预算数\n\n"
    check(text + "\n\n".join(lines) + "\n", expected)

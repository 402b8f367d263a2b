"""Sheets made at random and printed in the layouts of reports come back as they were made."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mbkg.documents import parse_text
from mbkg.sheets import read_sheets
from mbkg.sheets.wrapped import width_of

LEVELS = [
    ("成本指标", "经济成本"),
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "社会效益指标"),
    ("效益指标", "可持续影响指标"),
    ("满意度指标", "服务对象满意度指标"),
]
COLUMN = 14  # characters that the name column of the printed sheet holds
WORDS = [
    "农村",
    "公路",
    "养护",
    "工程",
    "里程",
    "桥梁",
    "检测",
    "培训",
    "场次",
    "覆盖",
    "资金",
    "拨付",
    "设施",
    "运行",
    "群众",
    "环境",
    "卫生",
    "管理",
    "平台",
    "数据",
]
ENDINGS = ["率", "数量", "情况", "次数", "程度"]
TARGETS = ["≥95%", "=100%", "≤30天", "≥12.5万人", "显著提升", "健全", "≤5万元/年", "100%", "≥ 85%", "不超过3次"]


@dataclass(frozen=True)
class Made:
    level: int
    name: str
    target: str


names = st.builds(
    lambda parts, ending: "".join(parts) + ending,
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=14),
    st.sampled_from(ENDINGS),
)
sheets = st.lists(
    st.builds(Made, st.integers(0, len(LEVELS) - 1), names, st.sampled_from(TARGETS)), min_size=1, max_size=12
).map(lambda rows: sorted(rows, key=lambda row: row.level))

HEAD = "项目支出绩效目标表\n(2025年度)\n项目名称 {name}\n主管部门 云溪县交通局 实施单位 云溪县公路站\n"
HEAD += "项目资金\n（万元）\n年度预算资金总额： 12.50\n"


def wrapped(name: str) -> list[str]:
    """The name as a column of COLUMN characters prints it."""
    return [name[at : at + COLUMN] for at in range(0, len(name), COLUMN)]


def flattened(rows: list[Made]) -> str:
    text = HEAD.format(name="公路养护") + "总体目标 保障公路通行。\n一级指标 二级指标 三级指标 指标值\n"
    last = -1
    for row in rows:
        if row.level != last:
            text += f"绩效指标 {LEVELS[row.level][0]} {LEVELS[row.level][1]}\n\n"
            last = row.level
        *first, end = wrapped(row.name)
        text += "".join(f"{piece}\n" for piece in first)
        text += f"{end} {row.target}\n\n" if width_of(end) + width_of(row.target) < 20 else f"{end}\n\n{row.target}\n\n"
    return text


def tabbed(rows: list[Made]) -> str:
    text = (
        "项目支出绩效目标表 (2025年度)\n\n项目名称\t公路养护\t\t\t\n主管部门\t云溪县交通局\t\t实施单位\t云溪县公路站\n"
    )
    text += "项目资金 (万元)\t年度预算资金总额:\t12.50\t\t\n年度总体绩效 目标\t保障通行。\t\t\t\n\t一级指标\t二级指标\t三级指标\t指标值\n"
    last = -1
    for row in rows:
        one, two = LEVELS[row.level] if row.level != last else ("", "")
        last = row.level
        text += f"{'绩效指标' if one else ''}\t{one}\t{two}\t{row.name}\t{row.target}\n"
    return text


def evaluated(rows: list[Made], shift: list[int]) -> str:
    text = "# 项目支出绩效自评表\n\n( 2025年度 )\n\n单位：万元\n\n项目名称\t\t公路养护\t\t\t\t\t\t\n"
    text += "项目预算执行情况 (10分)\t\t年初预算数\t全年预算数(A)\t全年执行数(B)\t分值\t执行率(B/A)\t得分\t\n"
    text += "\t年度资金总额\t15\t12.5\t10\t10\t80%\t8\t\n"
    text += "年度绩效指标\t一级指标\t二级指标\t三级指标(分值)\t年度指标值(A)\t实际完成值(B)\t完成率(B/A)\t得分\t偏差原因分析及改进措施\n"
    last = -1
    for at, row in enumerate(rows):
        one, two = LEVELS[row.level] if row.level != last else ("", "")
        last = row.level
        cells = ["", f"{one}(20分)" if one else "", two, f"{row.name}(5分)", row.target, row.target, "100%", "5", ""]
        moved = shift[at % len(shift)]
        cells = ["", *cells[:-1]] if moved > 0 else [*cells[1:], ""] if moved < 0 else cells
        text += "\t".join(cells) + "\n"
    return text + "总分\t\t97.5\t\t\t\t\t\t\n"


def came_back(text: str) -> list[tuple[str, str, str, str]]:
    reading = read_sheets(parse_text(text.encode(), "random.txt"))
    assert not reading.leftovers
    (project,) = reading.projects
    return [(i.level1, i.level2, i.level3, i.target_raw) for i in project.indicators]


def wanted(rows: list[Made]) -> list[tuple[str, str, str, str]]:
    return [(*LEVELS[row.level], row.name, row.target.replace(" ", "")) for row in rows]


@given(sheets)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([Made(0, "农村公路养护工程里程桥梁检测率", "≥95%"), Made(0, "培训次数", "健全")])
def test_flattened_comes_back(rows: list[Made]) -> None:
    """A flattened sheet with wrapped names comes back whole."""
    assert came_back(flattened(rows)) == wanted(rows)


@given(sheets)
@settings(max_examples=50, deadline=None)
def test_flattened_loses_nothing(rows: list[Made]) -> None:
    """Every printed character of a flattened sheet is in an indicator, and every unmistakable target is one's target."""
    got = came_back(flattened(rows))
    assert sorted("".join(name + target for _, _, name, target in got)) == sorted(
        "".join(row.name + row.target.replace(" ", "") for row in rows)
    )
    clear = [row.target.replace(" ", "") for row in rows if row.target[0] in "≥≤="]
    assert [target for *_, target in got if target[:1] in ("≥", "≤", "=")] == clear


@given(sheets)
@settings(max_examples=100, deadline=None)
def test_tabbed_comes_back(rows: list[Made]) -> None:
    """A target sheet given as a grid comes back whole."""
    assert came_back(tabbed(rows)) == wanted(rows)


@given(sheets, st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_evaluated_comes_back(rows: list[Made], shift: list[int]) -> None:
    """A self-evaluation comes back whole, also where OCR moved rows a column to the left or right."""
    assert came_back(evaluated(rows, shift)) == wanted(rows)


@given(sheets, st.integers(0, 400), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_damage_never_raises(rows: list[Made], start: int, size: int) -> None:
    """A sheet with a piece cut out anywhere is still read, and what it says beyond the cut is no surprise to the reader."""
    for text in (flattened(rows), tabbed(rows), evaluated(rows, [0])):
        read_sheets(parse_text((text[:start] + text[start + size :]).encode(), "cut.txt"))

"""What a sheet's fund rows promise to add up, and the weights that its groups print, over layouts of several provinces."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mbkg.documents import parse_text
from mbkg.projectwords import ceilings, goal_amounts, name_amount, unit_costs
from mbkg.reports import Indicator, Place, Project, Table
from mbkg.sheets import read_sheets
from mbkg.sheets.grades import grade_bands

from .grid_pages import GRIDS, document_of

CASES = sorted(GRIDS.glob("*.html"))


def gaps_of(table: Table) -> list[Decimal]:
    """Whole minus parts of every sum of a table that nothing hinders."""
    return [
        table.cells[each.whole].value - sum((table.cells[part].value for part in each.parts), Decimal(0))
        for each in table.sums
        if not each.hindrance
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_invented_sheets_add_up(case: Path) -> None:
    """The invented sheets are sound, so every sum that their layout promises holds to the cent."""
    for table in read_sheets(document_of(case.read_text("utf-8"))).tables:
        assert [gap for gap in gaps_of(table) if abs(gap) > Decimal("0.01")] == [], table.title


def sheet(*funds: str) -> str:
    """A flattened target sheet with these fund rows."""
    head = ["项目支出绩效目标表", "（2025年度）", "单位：万元", "项目名称 云浦巡河经费"]
    body = ["主管部门 云浦市水利局 实施单位 云浦市河湖站", *funds, "年度总体目标 全年巡河2400次。"]
    return "\n".join([*head, *body, "一级指标 二级指标 三级指标 指标值", "产出指标 数量指标 巡河次数 ≥2400次"])


@pytest.mark.parametrize(
    ("funds", "parts", "hindrance"),
    [
        (("年度资金总额 52.30", "其中：财政拨款 45.00", "其他资金 7.30"), [["45.00", "7.30"]], [""]),
        (("年度资金总额 52.30", "其中：财政拨款 52.30", "其他资金"), [["52.30"]], [""]),
        (("年度资金总额 52.30", "其中：财政拨款", "其他资金 7.30"), [["7.30"]], ["part-blank"]),
        # levels of government part the public money once more; without a row of it they part the whole
        (("年度资金总额 52.30", "财政拨款 52.30", "中央补助 40.00", "省级资金 12.30"), [["52.30"]], [""]),
        (("年度资金总额 52.30", "中央补助 40.00", "省级资金 12.30"), [["40.00", "12.30"]], [""]),
        # carried-over money may be part of 财政拨款 or stand beside it
        (("年度资金总额 52.30", "财政拨款 52.30", "上年结转资金 7.30"), [["52.30", "7.30"]], ["structure"]),
        (("年度资金总额 52.30", "当年财政拨款 45.00", "上年结转资金 7.30"), [["45.00", "7.30"]], [""]),
        # what all its years cost is another figure than the year's
        (("项目资金总额 500.00", "年度资金总额 52.30", "财政拨款 52.30"), [["52.30"]], [""]),
        (("年度资金总额 52.30",), [], []),
    ],
)
def test_fund_sums(funds: tuple[str, ...], parts: list[list[str]], hindrance: list[str]) -> None:
    """The rows that part the whole amount, each once; a blank row of public money leaves it open."""
    table = read_sheets(parse_text(sheet(*funds).encode(), "sheet.txt")).tables[0]
    assert [[table.cells[part].printed for part in each.parts] for each in table.sums] == parts
    assert [each.hindrance for each in table.sums] == hindrance


def test_group_weights_and_totals_are_kept() -> None:
    """产出指标（50分） keeps its 50, and the total row what it prints."""
    case = GRIDS / "evaluation-ten-points.html"
    project = read_sheets(document_of(case.read_text("utf-8"))).projects[0]
    found = {(f.role, f.level1): f.printed for f in project.figures}
    assert found[("group-weight", "产出指标")] == "50"
    assert found[("total-score", "")] == "95.4"
    assert found[("total-weight", "")] == "100"


@pytest.mark.parametrize(
    ("name", "wan"),
    [
        ("巡河经费2024年16万", 16),
        ("巡河经费（160000元）", 16),
        ("2025年水质监测补助资金1,200.5万元", Decimal("1200.5")),
        ("DRG付费改革试点经费", None),
        ("扶持100人就业", None),
        ("困难户每人5万元", None),
        ("第2批巡河经费", None),
        ("医疗费50万元以上大额补助", None),
        ("2024年10万元以下小额采购", None),
        ("人均30元经费", None),
        ("一期20万元二期30万元", None),
        ("63020025R000000006965", None),
    ],
)
def test_name_amount(name: str, wan: Decimal | int | None) -> None:
    """Only an amount at the end of a name is its budget: years, counts, codes, standards and limits are none."""
    found = name_amount(name)
    assert (None if found is None else found.wan) == wan


def indicator(name: str, level: str, sign: str, value: str, unit: str) -> Indicator:
    raw = f"{sign}{value}{unit}"
    return Indicator("产出指标", level, name, sign, Decimal(value), unit, raw, Place(1))


@pytest.mark.parametrize(
    ("rows", "made"),
    [
        ((("补助标准", "经济成本", "=", "15", "元/人/年"), ("参保人数", "数量指标", "≥", "18", "万人")), ["270"]),
        ((("月人均成本", "经济成本", "≤", "6800", "元"), ("聘用人数", "数量指标", "≤", "12", "人")), ["97.92"]),
        (
            (
                ("疫苗", "经济成本", "≤", "25", "元/剂次"),
                ("接种", "经济成本", "≤", "5", "元/剂次"),
                ("接种数", "数量指标", "≥", "2", "万剂次"),
            ),
            ["60"],
        ),
        (
            (
                ("标准", "经济成本", "=", "15", "元/人"),
                ("甲", "数量指标", "=", "3", "人"),
                ("乙", "数量指标", "=", "4", "人"),
            ),
            [],
        ),
        ((("巡河里程", "数量指标", "≥", "18.5", "公里"),), []),
    ],
)
def test_unit_costs(rows: tuple[tuple[str, ...], ...], made: list[str]) -> None:
    """Unit cost times heads, only where it is plain which count belongs to which cost."""
    project = Project("云浦巡河经费", Place(1), indicators=tuple(indicator(*row) for row in rows))
    assert [each.wan for each in unit_costs(project)] == [Decimal(text) for text in made]


def test_ceilings_and_goal() -> None:
    """A whole cost stands for itself, parts are added up; a goal's amount finds the one indicator of the same words."""
    whole = Project("甲", Place(1), indicators=(indicator("总成本控制数", "经济成本", "≤", "52.3", "万元"),))
    parts = Project(
        "乙",
        Place(1),
        indicators=(
            indicator("办公费", "经济成本", "≤", "5", "万元"),
            indicator("巡河人员安全培训与装备宣传", "经济成本", "≤", "100000", "元"),
        ),
        goal="巡查船只维修资金不超过10万元，巡河人员培训宣传资金不超过15万元，合计不超过25万元。",
    )
    assert [(each.role, each.wan) for each in ceilings(whole)] == [("cost-whole", Decimal("52.3"))]
    assert [(each.role, each.wan) for each in ceilings(parts)] == [("cost-parts", Decimal(15))]
    assert [(each.wan, each.against, each.indicators) for each in goal_amounts(parts)] == [(15, 10, (1,))]


@pytest.mark.parametrize(
    ("line", "bands"),
    [
        (
            "90分以上为优，80-90分为良，60-80分为中，60分以下为差",
            {"优": (90, 101), "良": (80, 90), "中": (60, 80), "差": (0, 60)},
        ),
        ("评价结果分为优（85-100分）、良（75-85分）、差（75分以下）", {"优": (85, 101), "良": (75, 85), "差": (0, 75)}),
        ("7个项目自评等级为优，1个项目自评等级为良，平均95分", {}),
        ("优良率90%以上", {}),
    ],
)
def test_grade_bands(line: str, bands: dict[str, tuple[int, int]]) -> None:
    """The bands a report prints for its grades; a sentence on results states none."""
    assert grade_bands([line]) == bands

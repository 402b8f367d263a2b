"""Tables of many layouts add up as a careful reader would add them: nothing sound is called wrong, and one changed figure is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from account_pages import page, ran, wrong

LEADING = """
财政拨款收支预算总表
万元
!收入[c2]|支出[c4]
!项目|预算数|项目|合计|一般公共预算|政府性基金预算
一、本年收入|930.00|一、本年支出|930.00|900.00|30.00
（一）一般公共预算拨款|900.00|（一）社会保障和就业支出|80.00|80.00|
（二）政府性基金预算拨款|30.00|（二）卫生健康支出|850.00|820.00|30.00
二、上年结转|12.00|二、结转下年|12.00|12.00|
（一）一般公共预算拨款|12.00||||
（二）政府性基金预算拨款|||||
收入总计|942.00|支出总计|942.00|912.00|30.00
"""

SUBITEMS = """
部门收支总表
万元
!收入[c2]|支出[c2]
!项目|预算数|项目|预算数
一、一般公共预算拨款收入|700.00|一、社会保障和就业支出|90.00
其中：非税收入拨款|20.00|二、卫生健康支出|650.00
二、事业收入|40.00|三、住房保障支出|20.00
其中：教育收费|5.00||
本年收入合计|740.00|本年支出合计|760.00
上年结转结余|20.00|结转下年|
收入总计|760.00|支出总计|760.00
"""

THREE_SIDED = """
收支预算总表
万元
!收入[c2]|支出[c4]
!项目|金额|功能分类|金额|支出用途|金额
一、财政拨款|500.00|一、社会保障和就业支出|60.00|一、基本支出|300.00
1.一般公共预算|480.00|二、卫生健康支出|400.00|二、项目支出|150.00
2.政府性基金预算|20.00|三、住房保障支出|40.00|三、单位预留机动经费|50.00
当年收入小计|500.00|||当年支出小计|500.00
收入合计|500.00|||支出合计|500.00
"""

ONE_SIDED = """
部门收入总体情况表
万元
!项目|2025年预算
一、预算拨款|560.00
一般公共预算拨款|548.00
政府性基金预算拨款|12.00
二、财政专户拨款|0.00
三、其他资金|20.00
本年收入合计|580.00
上年结转|12.00
收入总计|592.00
"""

OFFICIAL_ROWS = """
一般公共预算“三公”经费、会议费和培训费支出表
万元
!项目|上年预算数|本年预算数|增减率
合计|21.00|20.00|-4.76%
一、“三公”经费小计|15.00|14.00|-6.67%
（一）因公出国（境）费|0.00|0.00|
（二）公务用车购置及运行费|12.00|11.00|-8.33%
其中：购置费|0.00|0.00|
运行费|12.00|11.00|-8.33%
（三）公务接待费|3.00|3.00|0.00%
二、会议费|2.00|2.00|0.00%
三、培训费|4.00|4.00|0.00%
"""

OFFICIAL_COLUMNS = """
一般公共预算“三公”经费支出表
万元
!“三公”经费合计[r2]|因公出国（境）费[r2]|公务用车购置及运行维护费[c3]|公务接待费[r2]|公务用车保有量（辆）[r2]|国内接待批次（个）[r2]
!小计|公务用车购置费|公务用车运行维护费
14.00|0.00|11.00|0.00|11.00|3.00|4|25
"""

PURCHASES = """
政府采购支出决算表
万元
!合计|政府采购货物|政府采购工程|政府采购服务|授予中小企业合同金额
210.00|10.00|0.00|200.00|190.00
"""

UNITS = """
部门支出总表
万元
!科目编码[c3]|单位代码[r2]|单位名称（科目）[r2]|合计[r2]|基本支出[r2]|项目支出[r2]
!类|款|项
||||合计|330.00|250.00|80.00
|||412001|清溪市医疗保障局机关|200.00|140.00|60.00
208|05|05|412001|机关事业单位基本养老保险缴费支出|30.00|30.00|
210|15|01|412001|行政运行|110.00|110.00|
210|15|02|412001|一般行政管理事务|60.00||60.00
|||412002|清溪市医疗保险中心|130.00|110.00|20.00
208|05|05|412002|机关事业单位基本养老保险缴费支出|20.00|20.00|
210|15|06|412002|医疗保障经办事务|110.00|90.00|20.00
"""

DETAILS = """
部门支出总表
万元
!科目编码|科目名称|合计|基本支出|项目支出
|合计|110.00|50.00|60.00
210|卫生健康支出|110.00|50.00|60.00
21015|医疗保障管理事务|110.00|50.00|60.00
2101501|行政运行|50.00|50.00|
2101501|行政运行|35.00|35.00|
2101501|行政运行|15.00|15.00|
2101505|医疗保障政策管理|60.00||60.00
2101505|医疗保障政策管理|60.00||60.00
"""

TOTALS_TWICE = """
部门支出预算表
万元
!科目编码|科目名称|合计|基本支出|项目支出
|合计|130.00|70.00|60.00
208|社会保障和就业支出|20.00|20.00|
210|卫生健康支出|110.00|50.00|60.00
|总计|130.00|70.00|60.00
"""

YEARS = """
一般公共预算支出表
万元
!科目编码[r2]|科目名称[r2]|上年执行数[r2]|本年预算数[c3]|本年预算数比上年执行数[c2]
!合计|基本支出|项目支出|增减额|增减%
208|社会保障和就业支出|19.00|20.00|20.00||1.00|5.26
210|卫生健康支出|100.00|110.00|50.00|60.00|10.00|10.00
|合计|119.00|130.00|70.00|60.00|11.00|9.24
"""

FUND_YEAR = """
政府性基金预算财政拨款收入支出决算表
万元
!科目编码[r2]|科目名称[r2]|年初结转和结余[r2]|本年收入[r2]|本年支出[c3]|年末结转和结余[r2]
!小计|基本支出|项目支出
|合计|5.00|80.00|82.00||82.00|3.00
229|其他支出|5.00|80.00|82.00||82.00|3.00
"""

HALVES = """
一般公共预算财政拨款基本支出决算表
万元
!人员经费[c3]|公用经费[c3]
!科目编码|科目名称|决算数|科目编码|科目名称|决算数
301|工资福利支出|300.00|302|商品和服务支出|60.00
30101|基本工资|180.00|30201|办公费|40.00
30102|津贴补贴|120.00|30217|公务接待费|20.00
303|对个人和家庭的补助|12.00|310|资本性支出|8.00
30302|退休费|12.00|31002|办公设备购置|8.00
人员经费合计[c2]|312.00|公用经费合计[c2]|68.00
"""

SOUND = {
    "本年收入 above its items": LEADING,
    "parts after 其中": SUBITEMS,
    "three sides and 预留机动经费": THREE_SIDED,
    "one side, items without numbers": ONE_SIDED,
    "“三公” by rows": OFFICIAL_ROWS,
    "“三公” by columns, counts beside": OFFICIAL_COLUMNS,
    "purchases with a memo": PURCHASES,
    "units and their codes": UNITS,
    "codes and their details": DETAILS,
    "two totals": TOTALS_TWICE,
    "years and rates": YEARS,
    "a fund's year": FUND_YEAR,
    "two halves": HALVES,
}

# layout, printed, changed to, the rules that see it
CHANGED = [
    ("本年收入 above its items", "（二）卫生健康支出|850.00", "（二）卫生健康支出|580.00", {"sum-sides", "sum-funds"}),
    ("本年收入 above its items", "收入总计|942.00", "收入总计|924.00", {"sum-sides", "income-expenditure"}),
    ("本年收入 above its items", "二、上年结转|12.00", "二、上年结转|21.00", {"sum-sides"}),
    ("parts after 其中", "二、卫生健康支出|650.00", "二、卫生健康支出|605.00", {"sum-sides"}),
    ("three sides and 预留机动经费", "三、单位预留机动经费|50.00", "三、单位预留机动经费|5.00", {"sum-sides"}),
    ("“三公” by rows", "\n运行费|12.00|11.00", "\n运行费|12.00|1.00", {"sum-measures"}),
    ("“三公” by rows", "三、培训费|4.00|4.00", "三、培训费|4.00|40.00", {"sum-measures"}),
    ("“三公” by columns, counts beside", "|11.00|3.00|4|25", "|11.00|30.00|4|25", {"sum-measures"}),
    ("purchases with a memo", "|200.00|190.00", "|20.00|190.00", {"sum-measures"}),
    ("units and their codes", "行政运行|110.00|110.00", "行政运行|101.00|101.00", {"sum-function"}),
    ("units and their codes", "医疗保险中心|130.00|110.00", "医疗保险中心|103.00|83.00", {"sum-units", "sum-function"}),
    ("codes and their details", "2101501|行政运行|15.00|15.00", "2101501|行政运行|51.00|51.00", {"sum-function"}),
    ("two totals", "|总计|130.00", "|总计|103.00", {"sum-function", "sum-nature", "same-in-tables"}),
    ("years and rates", "210|卫生健康支出|100.00", "210|卫生健康支出|10.00", {"sum-function"}),
    (
        "a fund's year",
        "229|其他支出|5.00|80.00|82.00||82.00|3.00",
        "229|其他支出|5.00|80.00|82.00||82.00|30.00",
        {"carry-over", "sum-function"},
    ),
    ("two halves", "人员经费合计[c2]|312.00", "人员经费合计[c2]|321.00", {"sum-economic"}),
]


def kind_of(text: str) -> str:
    return "决算" if "决算" in text else "预算"


@pytest.mark.parametrize("layout", SOUND)
def test_sound_tables_are_sound(layout: str, tmp_path: Path) -> None:
    """No layout is called wrong, and every one is tried."""
    text = SOUND[layout]
    whole = page(text, kind=kind_of(text))
    assert [check for check in wrong(tmp_path, whole) if check[1] != "not_evaluable"] == []
    assert ran(tmp_path, whole)


@pytest.mark.parametrize(("layout", "printed", "changed", "rules"), CHANGED)
def test_a_changed_figure_is_seen(layout: str, printed: str, changed: str, rules: set[str], tmp_path: Path) -> None:
    """One figure changed breaks the relations that it takes part in, and no others."""
    text = SOUND[layout]
    assert text.count(printed) == 1
    found = {
        rule
        for rule, outcome, *_ in wrong(tmp_path, page(text.replace(printed, changed), kind=kind_of(text)))
        if outcome == "violated"
    }
    assert found
    assert found <= rules


def test_what_the_print_leaves_open_is_not_judged(tmp_path: Path) -> None:
    """Rows without a number among numbered ones may or may not be all of the row above: a sum that fails there proves nothing."""
    text = ONE_SIDED.replace("一般公共预算拨款|548.00", "一般公共预算拨款|500.00")
    assert {check[1] for check in wrong(tmp_path, page(text))} == {"not_evaluable"}

"""Figures that hang together across tables: the rules see what contradicts, and leave alone what only looks alike."""

from __future__ import annotations

from pathlib import Path

from account_pages import checks, page, wrong

SUMMARY = """
部门收支总表
万元
!收入[c2]|支出[c2]
!项目|预算数|项目|预算数
一、一般公共预算拨款收入|760.00|一、社会保障和就业支出|90.00
||二、卫生健康支出|650.00
||三、住房保障支出|20.00
本年收入合计|760.00|本年支出合计|760.00
收入总计|760.00|支出总计|760.00
"""

GENERAL = """
一般公共预算支出表
万元
!科目编码|科目名称|合计|基本支出|项目支出
|合计|760.00|480.00|280.00
208|社会保障和就业支出|90.00|90.00|
20805|行政事业单位养老支出|90.00|90.00|
2080505|机关事业单位基本养老保险缴费支出|90.00|90.00|
210|卫生健康支出|650.00|370.00|280.00
21015|医疗保障管理事务|650.00|370.00|280.00
2101501|行政运行|370.00|370.00|
2101506|医疗保障经办事务|280.00||280.00
221|住房保障支出|20.00|20.00|
22102|住房改革支出|20.00|20.00|
2210201|住房公积金|20.00|20.00|
"""

BASIC = """
一般公共预算基本支出表
万元
!部门预算经济分类[c2]|政府预算经济分类[c2]|合计[r2]|人员经费[r2]|公用经费[r2]
!科目编码|科目名称|科目编码|科目名称
|合计|||480.00|420.00|60.00
301|工资福利支出|501|机关工资福利支出|420.00|420.00|
30101|基本工资|50101|工资奖金津补贴|420.00|420.00|
302|商品和服务支出|502|机关商品和服务支出|60.00||60.00
30201|办公费|50201|办公经费|56.00||56.00
30217|公务接待费|50206|公务接待费|1.50||1.50
30231|公务用车运行维护费|50208|公务用车运行维护费|2.50||2.50
"""

OFFICIAL = """
一般公共预算“三公”经费支出表
万元
!“三公”经费合计[r2]|因公出国（境）费[r2]|公务用车购置及运行维护费[c3]|公务接待费[r2]
!小计|公务用车购置费|公务用车运行维护费
6.00|0.00|4.00|0.00|4.00|2.00
"""

REPORT = (SUMMARY, GENERAL, BASIC, OFFICIAL)


def changed(printed: str, instead: str) -> str:
    """The report with one piece of it printed otherwise."""
    whole = page(*REPORT)
    cells = "".join(f"<td>{cell}</td>" for cell in printed.split("|"))
    others = "".join(f"<td>{cell}</td>" for cell in instead.split("|"))
    assert whole.count(cells) == 1, printed
    return whole.replace(cells, others)


def test_a_sound_report_is_sound(tmp_path: Path) -> None:
    """“三公” items may be more than basic expenditure has of them; that is no contradiction."""
    assert wrong(tmp_path, page(*REPORT)) == []
    tried = {rule for rule, *_ in checks(tmp_path, page(*REPORT))}
    assert {"item-within", "income-expenditure", "economic-pair", "same-in-tables", "table-scale"} <= tried


def test_an_item_is_no_less_than_basic_expenditure_has(tmp_path: Path) -> None:
    """公务接待费 of 1.00 in all cannot be when basic expenditure alone spends 1.50 on it."""
    found = wrong(
        tmp_path,
        page(
            SUMMARY, GENERAL, BASIC, OFFICIAL.replace("6.00|0.00|4.00|0.00|4.00|2.00", "5.00|0.00|4.00|0.00|4.00|1.00")
        ),
    )
    assert found == [("item-within", "violated", "1", "1.5")]


def test_an_item_under_two_government_classes_is_added_up(tmp_path: Path) -> None:
    """公务接待费 of agencies and of institutions stands in two rows: together they are 2.10, and 2.00 is too little."""
    basic = BASIC.replace(
        "30217|公务接待费|50206|公务接待费|1.50||1.50",
        "30217|公务接待费|50206|公务接待费|1.20||1.20\n30217|公务接待费|50502|商品和服务支出|0.90||0.90",
    ).replace("办公经费|56.00||56.00", "办公经费|55.40||55.40")
    assert wrong(tmp_path, page(SUMMARY, GENERAL, basic, OFFICIAL)) == [("item-within", "violated", "2", "2.1")]


def test_last_year_is_not_held_against_this_year(tmp_path: Path) -> None:
    """Last year's “三公” column says nothing of this year's basic expenditure."""
    official = """
    一般公共预算“三公”经费支出表
    万元
    !2024年预算数[c6]|2025年预算数[c6]
    !合计[r2]|因公出国（境）费[r2]|公务用车购置及运行维护费[c3]|公务接待费[r2]|合计[r2]|因公出国（境）费[r2]|公务用车购置及运行维护费[c3]|公务接待费[r2]
    !小计|公务用车购置费|公务用车运行维护费|小计|公务用车购置费|公务用车运行维护费
    1.00|0.00|0.50|0.00|0.50|0.50|6.00|0.00|4.00|0.00|4.00|2.00
    """
    assert wrong(tmp_path, page(SUMMARY, GENERAL, BASIC, official)) == []


def test_a_table_in_another_unit_is_one_finding(tmp_path: Path) -> None:
    """A table that says 元 and prints 万元 is wrong once, not in every figure."""
    found = wrong(tmp_path, page(SUMMARY, GENERAL.replace("万元", "元"), BASIC, OFFICIAL))
    assert [rule for rule, *_ in found] == ["table-scale"]


def test_a_table_truly_in_yuan_is_sound(tmp_path: Path) -> None:
    """万元 in one table and 元 in another are the same figures."""
    yuan = GENERAL.replace("万元", "元").replace(".00", "0000.00")
    assert wrong(tmp_path, page(SUMMARY, yuan, BASIC, OFFICIAL)) == []


def test_one_figure_ten_times_too_large_is_no_unit(tmp_path: Path) -> None:
    """A single figure with a zero too many is a figure, and the sums see it too."""
    found = wrong(tmp_path, changed("2210201|住房公积金|20.00|20.00", "2210201|住房公积金|200.00|20.00"))
    assert {rule for rule, *_ in found} == {"sum-function", "sum-nature"}


def test_a_blank_where_another_table_prints(tmp_path: Path) -> None:
    """项目支出 of 2101506 is blank here and 280.00 in the table of all funds: worth a warning, beside the row that does not add up."""
    everything = GENERAL.replace("一般公共预算支出表", "部门支出总表")
    general = GENERAL.replace("2101506|医疗保障经办事务|280.00||280.00", "2101506|医疗保障经办事务|280.00||")
    found = wrong(tmp_path, page(SUMMARY, everything, general, BASIC, OFFICIAL))
    assert {(rule, outcome) for rule, outcome, *_ in found} == {
        ("blank-beside-printed", "violated"),
        ("sum-blank", "not_evaluable"),
    }


def test_a_blank_total_is_told(tmp_path: Path) -> None:
    """A 合计 row printed without figures cannot be tried, and the report hears of it once."""
    found = wrong(tmp_path, page(SUMMARY, GENERAL.replace("|合计|760.00|480.00|280.00", "|合计|||"), OFFICIAL))
    assert [(rule, outcome) for rule, outcome, *_ in found] == [("total-blank", "not_evaluable")]


def test_a_row_printed_twice(tmp_path: Path) -> None:
    """One row of many that comes twice is told; whether it was counted twice the sums say."""
    twice = GENERAL.replace("221|住房保障支出", "2101506|医疗保障经办事务|280.00||280.00\n221|住房保障支出")
    found = {(rule, outcome) for rule, outcome, *_ in wrong(tmp_path, page(SUMMARY, twice, BASIC, OFFICIAL))}
    assert ("row-repeated", "violated") in found


def test_a_pair_of_codes_that_nobody_lists(tmp_path: Path) -> None:
    """公务接待费 beside 住房公积金 is odd; nothing is said of its amount."""
    found = wrong(tmp_path, changed("30217|公务接待费|50206|公务接待费|1.50", "30217|公务接待费|50103|住房公积金|1.50"))
    assert [(rule, outcome) for rule, outcome, *_ in found] == [("economic-pair", "violated")]


def test_money_carried_over_makes_two_scopes(tmp_path: Path) -> None:
    """The fiscal summary holds 12.00 of last year's money that the table of this year's appropriation leaves out: nothing is wrong."""
    fiscal = """
    财政拨款收支总表
    万元
    !收入[c2]|支出[c3]
    !项目|预算数|项目|合计|一般公共预算
    一、本年收入|760.00|一、本年支出|772.00|772.00
    （一）一般公共预算拨款|760.00|（一）社会保障和就业支出|90.00|90.00
    二、上年结转|12.00|（二）卫生健康支出|662.00|662.00
    （一）一般公共预算拨款|12.00|（三）住房保障支出|20.00|20.00
    ||二、结转下年||
    收入总计|772.00|支出总计|772.00|772.00
    """
    summary = (
        SUMMARY.replace("本年支出合计|760.00", "本年支出合计|772.00")
        .replace("收入总计|760.00|支出总计|760.00", "上年结转|12.00|结转下年|\n收入总计|772.00|支出总计|772.00")
        .replace("二、卫生健康支出|650.00", "二、卫生健康支出|662.00")
    )
    found = wrong(tmp_path, page(summary, fiscal, GENERAL, BASIC, OFFICIAL))
    assert {outcome for _, outcome, *_ in found} <= {"not_evaluable"}
    assert "two-scopes" in {rule for rule, *_ in found}


def test_a_slip_beside_carried_money_is_still_a_slip(tmp_path: Path) -> None:
    """Where only one class differs from the other table, and the totals agree, carried-over money explains nothing."""
    summary = SUMMARY.replace(
        "收入总计|760.00|支出总计|760.00", "上年结转|12.00|结转下年|12.00\n收入总计|772.00|支出总计|772.00"
    )
    everything = GENERAL.replace("一般公共预算支出表", "部门支出总表").replace(
        "210|卫生健康支出|650.00", "210|卫生健康支出|655.00"
    )
    found = wrong(tmp_path, page(summary, everything, OFFICIAL))
    assert ("same-in-tables", "violated") in {(rule, outcome) for rule, outcome, *_ in found}


def test_classes_of_both_classifications(tmp_path: Path) -> None:
    """工资福利支出 of institutions stands under 505: 420 is 300 and 120."""
    department = BASIC.replace(
        "!部门预算经济分类[c2]|政府预算经济分类[c2]|合计[r2]|人员经费[r2]|公用经费[r2]",
        "!科目编码|科目名称|合计|人员经费|公用经费",
    )
    department = "\n".join(
        "|".join((*line.split("|")[:2], *line.split("|")[4:])) if line.count("|") == 6 else line
        for line in department.splitlines()
        if line != "!科目编码|科目名称|科目编码|科目名称"
    )
    government = """
    一般公共预算基本支出表（政府预算经济分类）
    万元
    !科目编码|科目名称|合计
    |合计|480.00
    501|机关工资福利支出|300.00
    50101|工资奖金津补贴|300.00
    502|机关商品和服务支出|50.00
    50201|办公经费|50.00
    505|对事业单位经常性补助|130.00
    50501|工资福利支出|120.00
    50502|商品和服务支出|10.00
    """
    assert wrong(tmp_path, page(SUMMARY, GENERAL, department, government)) == []
    assert ("economic-classes", "holds", "420", "420") in checks(
        tmp_path, page(SUMMARY, GENERAL, department, government)
    )

"""Invented budgets as flattened text, in 山东's forms: rows whose blank cells left no trace, codes in pieces, a list of projects and their sheets."""

# ruff: noqa: E501 - rows of tables are kept on one line
from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal

from generated import (
    CLASSES,
    ECONOMIC,
    FUNCTIONS,
    PROJECTS,
    Print,
    Slip,
    added,
    cents,
    draw_economic,
    draw_functions,
    draw_projects,
    levels,
    people,
    percent,
    printed,
    slip,
    under,
)

SUFFIX = ".txt"
SLIPS = (
    slip(
        "a 类 of the income table",
        "2/210/合计",
        "sum-function sum-funds sum-columns same-in-tables text-as-tables",
        "-4.2",
    ),
    slip("项目支出 of a 项", "3/2101502/项目", "sum-function sum-nature same-in-tables", "1000"),
    slip("a side of the summary", "1/208", "sum-sides same-in-tables", "7"),
    slip("人员支出 of a 项", "5/2080501/人员", "sum-function sum-nature same-in-tables", "0.30"),
    slip("an economic item", "6/30102", "sum-economic sum-nature", "12"),
    slip("公务用车运行维护费", "7/运行", "sum-measures item-within text-as-tables", "0.70"),
    slip(
        "a project in the list",
        f"11/{PROJECTS[0]}",
        "sum-projects sum-funds sum-columns same-in-tables sheet-list projects-money",
        "55",
    ),
    slip("the budget of a sheet", f"sheet/{PROJECTS[1]}/总额", "sheet-list sheet-funds sum-items projects-money", "6"),
    slip("the change in the words", "text/change", "text-change text-rate", "-8"),
    slip("the money of the projects in the words", "text/projects", "projects-money text-as-tables text-parts", "100"),
    slip("the purchases in the words", "text/purchase", "text-parts", "0.5"),
)
_GOVERNMENT = {
    "301": ("501", "机关工资福利支出"), "30101": ("50101", "工资奖金津补贴"), "30102": ("50101", "工资奖金津补贴"), "30103": ("50101", "工资奖金津补贴"),
    "30108": ("50102", "社会保障缴费"), "30110": ("50102", "社会保障缴费"), "30113": ("50103", "住房公积金"),
    "302": ("502", "机关商品和服务支出"), "30201": ("50201", "办公经费"), "30211": ("50201", "办公经费"), "30217": ("50206", "公务接待费"),
    "30228": ("50201", "办公经费"), "30231": ("50208", "公务用车运行维护费"), "30239": ("50201", "办公经费"),
    "303": ("509", "对个人和家庭的补助"), "30302": ("50905", "离退休费"),
}  # fmt: skip
_SIDE = (
    "一般公共服务支出", "外交支出", "国防支出", "公共安全支出", "教育支出", "科学技术支出", "文化旅游体育与传媒支出", "社会保障和就业支出", "卫生健康支出",
    "节能环保支出", "城乡社区支出", "农林水支出", "交通运输支出", "住房保障支出", "其他支出",
)  # fmt: skip
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")


def write(
    seed: int,
    planted: Slip | None = None,
    body: str = "云岭市医疗保障局",
    year: int = 2025,
    earlier: Print | None = None,
) -> tuple[str, Print]:
    """The text of a budget, and what was planted in it; `earlier` is the budget of the year before."""
    choose, show = random.Random(seed), Print(planted)
    basic, project = draw_functions(choose)
    basic["2101501"] = cents(choose, 40_000, 90_000)
    every = added(basic, project)
    total, all_basic, all_project = under(every, ""), under(basic, ""), under(project, "")
    economic = draw_economic(choose, all_basic, "0.05")
    goods = {"2101501": under(economic, "302")}  # 公用经费 is spent under 行政运行
    staff = {leaf: amount - goods.get(leaf, Decimal(0)) for leaf, amount in basic.items()}
    projects = draw_projects(choose, all_project)
    official = {"接待": economic["30217"] + cents(choose, 0, 200), "运行": economic["30231"] + cents(choose, 0, 300)}
    before = earlier.true["1/收入总计"] if earlier else total - cents(choose, 1000, int(total * 20))
    codes = ("", *levels(FUNCTIONS, every))

    def put(key: str, value: Decimal) -> str:
        return printed(show.figure(key, value))

    lines = [
        f"{year}年",
        f"{body}部门预算",
        "",
        "第一部分 部门概况",
        "一、部门职责",
        "拟订全市医疗保障制度的规划和标准并组织实施。",
    ]
    lines += ["二、机构设置", "局机关内设办公室、待遇保障科、基金监管科。", "", f"第二部分 {year}年部门预算表", ""]

    def table(number: int, title: str, *rows: str) -> None:
        lines.extend([f"公开表{number}", title, f"部门（单位）：{body} 单位：万元", *rows, ""])

    def coded(code: str, *figures: str) -> str:
        own = code[-2:] if len(code) > 3 else code
        return " ".join(piece for piece in (own, FUNCTIONS.get(code, "合 计"), *figures) if piece)

    def side(put_class: Callable[[str], str]) -> list[str]:
        named = {FUNCTIONS[code]: code for code in CLASSES}
        return [
            f"{number}、{name} {put_class(named[name]) if name in named else ''}".strip()
            for number, name in zip(_NUMERALS, _SIDE, strict=True)
        ]

    def beside(income: list[str], expenditure: list[str]) -> list[str]:
        return [f"{income[at] if at < len(income) else ''} {right}".strip() for at, right in enumerate(expenditure)]

    ten = (
        "科目编码 科目名称 合计 财政拨款收入 财政专户管理资金收入 事业收入 其他收入 上年结转",
        "类 款 项 小计 一般公共预算收入 政府性基金预算收入 国有资本经营预算收入",
    )
    table(
        1, "收支总体情况表", "收 入 支 出", "项目 预算数 项目 预算数",
        *beside(
            [f"一、财政拨款 {put('1/拨款', total)}", f"一般公共预算拨款收入 {put('1/一般', total)}", "政府性基金预算拨款收入", "国有资本经营预算拨款收入", "二、财政专户管理资金收入", "三、事业收入", "四、其他收入"],
            side(lambda code: put(f"1/{code}", under(every, code))),
        ),
        f"本 年 收 入 合 计 {put('1/收入', total)} 本 年 支 出 合 计 {put('1/支出', total)}", "上年结转 结转下年",
        f"收 入 总 计 {put('1/收入总计', total)} 支 出 总 计 {put('1/支出总计', total)}",
    )  # fmt: skip
    table(
        2,
        "收入总体情况表",
        *ten,
        *(coded(code, *[put(f"2/{code}/{c}", under(every, code)) for c in ("合计", "小计", "一般")]) for code in codes),
    )
    table(3, "支出总体情况表", "科目编码 科目名称 合计 基本支出 项目支出 结转下年", "类 款 项", *(
        coded(code, put(f"3/{code}/合计", under(every, code)), put(f"3/{code}/基本", under(basic, code)), put(f"3/{code}/项目", under(project, code)))
        for code in codes
    ))  # fmt: skip
    table(
        4, "财政拨款收支总体情况表", "收 入 支 出", "项目 预算数 项目 预算数", "总计 一般公共预算 政府性基金预算 国有资本经营预算",
        *beside(
            [f"一、一般公共预算拨款收入 {put('4/一般', total)}", "二、政府性基金预算拨款收入", "三、国有资本经营预算拨款收入"],
            side(lambda code: f"{put(f'4/{code}/总计', under(every, code))} {put(f'4/{code}/一般', under(every, code))}"),
        ),
        f"本 年 收 入 合 计 {put('4/收入', total)} 本 年 支 出 合 计 {put('4/支出', total)} {put('4/支出/一般', total)}", "上年结转 结转下年",
        f"收 入 总 计 {put('4/收入总计', total)} 支 出 总 计 {put('4/支出总计', total)} {put('4/支出总计/一般', total)}",
    )  # fmt: skip
    five = ("科目编码 科目名称 合 计 基本支出 项目支出", "类 款 项 小 计 人员支出 日常公用支出")
    table(5, "一般公共预算支出情况表", *five, *(
        coded(code, put(f"5/{code}/合计", under(every, code)), put(f"5/{code}/小计", under(basic, code)), put(f"5/{code}/人员", under(staff, code)),
              put(f"5/{code}/公用", under(goods, code)), put(f"5/{code}/项目", under(project, code)))
        for code in codes
    ))  # fmt: skip
    rows = [f"合 计 {put('6/', all_basic)} {put('6//人员', people(economic))} {put('6//公用', under(economic, '302'))}"]
    for code in levels(ECONOMIC, economic):
        government, name = _GOVERNMENT[code]
        pieces = [f"{piece[:3]} {piece[3:]}".strip() for piece in (code, government)]
        amount = under(economic, code)
        rows.append(
            f"{pieces[0]} {ECONOMIC[code]} {pieces[1]} {name} {put(f'6/{code}', amount)} {put(f'6/{code}/人员或公用', amount)}"
        )
    table(
        6,
        "一般公共预算基本支出情况表",
        "科目编码 部门预算支出经济分类科目名称 科目编码 政府预算支出经济分类科目名称 合计 人员支出 日常公用支出",
        "类 款 类 款",
        *rows,
    )
    three = show.figure("7/合计", sum(official.values(), Decimal(0)))
    cars = put("7/公车", official["运行"])
    table(7, "一般公共预算“三公”经费支出情况表", "合计 因公出国（境）费 公务用车购置及运行费 公务接待费", "小计 公务用车购置费 公务用车运行维护费",
          f"{three:,.2f} 0.00 {cars} 0.00 {put('7/运行', official['运行'])} {put('7/接待', official['接待'])}")  # fmt: skip
    for number, fund in ((8, "政府性基金"), (9, "国有资本经营")):
        table(number, f"{fund}预算支出情况表", *five, f"（注：{year}年没有使用{fund}预算拨款安排的支出。）")
    table(
        11, "项目支出预算情况表", "项目名称 项目类别 合计 财政拨款 财政专户管理资金 单位资金", "小计 一般公共预算 政府性基金预算 国有资本经营预算",
        " ".join(["合 计", *[put(f"11/合计/{c}", all_project) for c in "abc"]]),
        *(" ".join([name, "特定目标类", put(f"11/{name}", amount), printed(amount), printed(amount)]) for name, amount in projects.items()),
    )  # fmt: skip

    say = show.figure
    change = abs(total - before)
    went, rate = ("增加", "增长") if total >= before else ("减少", "下降")
    bought = [cents(choose, 100, 5_000) for _ in range(3)]
    lines += [
        "第三部分 部门预算情况说明", "一、预算收支增减变化情况",
        f"{year}年收支预算总计{total}万元，较{year - 1}年预算{show.figure('text/before', before)}万元{went}{say('text/change', change)}万元，{rate}{percent(change, before)}%。"
        f"其中：基本支出{all_basic}万元，项目支出{all_project}万元。",
        "二、“三公”经费支出情况",
        f"{year}年“三公”经费预算{sum(official.values())}万元，其中：因公出国（境）费0.00万元；公务用车购置及运行维护费{official['运行']}万元；"
        f"公务接待费{official['接待']}万元。",
        "三、机关运行经费情况", f"{year}年机关运行经费财政拨款预算{under(economic, '302')}万元。",
        "四、政府采购情况",
        f"{year}年政府采购预算{sum(bought)}万元，其中：政府采购货物预算{say('text/purchase', bought[0])}万元、政府采购工程预算{bought[1]}万元、"
        f"政府采购服务预算{bought[2]}万元。",
        "五、绩效目标情况说明", "（一）预算绩效管理情况",
        f"{body}{year}年项目支出均设绩效目标，涉及预算项目支出{len(projects)}个，预算资金{say('text/projects', all_project)}万元。",
        "（二）项目绩效目标表",
    ]  # fmt: skip
    for name, amount in projects.items():
        lines += [
            "项目支出绩效目标表", f"({year}年度)", f"项目名称 {name}", f"主管部门 {body} 实施单位 {body}", "项目资金（万元）",
            f"年度预算资金总额： {put(f'sheet/{name}/总额', amount)}", f"其中：财政拨款 {put(f'sheet/{name}/财政', amount)}", "其他资金",
            f"年度总体绩效目标 保障{name}按时足额支付，提高保障水平。", "一级指标 二级指标 三级指标 指标值",
            f"绩效指标 成本指标 经济成本指标 {name}支出总额 ≤{amount}万元", "绩效指标 产出指标 数量指标 保障人数 ≥1200人", "绩效指标 产出指标 质量指标 资金使用合规率 =100%",
            "绩效指标 产出指标 时效指标 资金拨付及时率 =100%", "绩效指标 效益指标 社会效益指标 医疗保障水平 提高", "绩效指标 满意度指标 服务对象满意度指标 参保人员满意度 ≥90%", "",
        ]  # fmt: skip
    return "\n".join(lines), show

"""Invented budgets of a department with two subordinate units, in 元: money carried over, a government fund in use, other income, projects by unit."""

# ruff: noqa: E501 - rows of tables are kept on one line
from __future__ import annotations

import random
from decimal import Decimal

from generated import (
    ECONOMIC,
    FUNCTIONS,
    Print,
    Slip,
    Tree,
    added,
    cents,
    draw_economic,
    draw_functions,
    levels,
    markdown,
    people,
    percent,
    printed,
    slip,
    split,
    to_wan,
    under,
)

SUFFIX = ".md"
SLIPS = (
    slip("income of a unit", "2/1/一般", "sum-units sum-items sum-funds", "100"),
    slip("carried-over money in the summary", "1/结转", "sum-sides same-in-tables", "-5000"),
    slip("a 款 of all expenditure", "3/21011/合计", "sum-function sum-nature same-in-tables", "90"),
    slip("a class by fund", "4/229/基金", "sum-funds sum-sides same-in-tables", "1000"),
    slip("基本支出 of a 项", "5/2210201/基本", "sum-function sum-nature same-in-tables", "0.36"),
    slip("an economic item", "6/30239", "sum-economic sum-nature", "-27"),
    slip("last year's 公务接待费", "7/接待/上年", "sum-items sum-measures text-change text-rate", "300"),
    slip("the fund's 项", "8/2296013", "sum-function sum-nature same-in-tables", "2000"),
    slip("a project's money of the fund", "10/0/基金", "sum-projects sum-funds same-in-tables", "81"),
    slip("the fund in the words", "text/fund", "text-as-tables text-parts", "30000"),
    slip("the change of “三公” in the words", "text/three", "text-change text-rate", "5000"),
)
FUND = {"229": "其他支出", "22960": "彩票公益金安排的支出", "2296013": "用于城乡医疗救助的彩票公益金支出"}
NAMES = {**FUNCTIONS, **FUND}


def write(
    seed: int,
    planted: Slip | None = None,
    body: str = "云岭市医疗保障局",
    year: int = 2025,
    earlier: Print | None = None,
) -> tuple[str, Print]:
    """The text of a budget, and what was planted in it; `earlier` is the budget of the year before."""
    choose, show = random.Random(seed), Print(planted)
    basic, project = draw_functions(choose, 10_000)
    other, old_general, old_fund = (cents(choose, 10**6, 10**7) for _ in range(3))
    fund: Tree = {"2296013": old_fund + cents(choose, 10**8, 9 * 10**8)}
    general_project = added(project)
    project = added(project, {"2101502": other}, fund)
    every, general = added(basic, project), added(basic, general_project)
    classes = ("208", "210", "221", "229")
    total, of_general, of_fund = under(every, ""), under(general, ""), under(fund, "")
    economic = draw_economic(choose, under(basic, ""))
    units = (f"{body}本级", "云岭市医疗保障事业中心")

    def put(key: str, value: Decimal) -> str:
        return printed(show.figure(key, value))

    lines = [f"# {body}{year}年部门预算", "## 第一部分 部门概况", "拟订全市医疗保障制度的规划和标准并组织实施。"]
    lines += [
        f"纳入{year}年部门预算编制范围的预算单位共2个：{units[0]}、{units[1]}。",
        f"## 第二部分 {year}年部门预算表",
    ]

    def table(number: int, title: str, head: list[str], rows: list[list[str]], note: str = "") -> None:
        lines.extend([f"### 表{number} {title}", f"编制单位：{body}　　单位：元", markdown(head, rows), note])

    codes = list(levels(NAMES, every))
    table(1, "部门收支总表", ["收入", "预算数", "支出", "预算数"], [
        ["一、一般公共预算拨款收入", put("1/一般", of_general - old_general), "一、社会保障和就业支出", put("1/208", under(every, "208"))],
        ["二、政府性基金预算拨款收入", put("1/基金", of_fund - old_fund), "二、卫生健康支出", put("1/210", under(every, "210"))],
        ["三、国有资本经营预算拨款收入", "", "三、住房保障支出", put("1/221", under(every, "221"))],
        ["四、其他收入", put("1/其他", other), "四、其他支出", put("1/229", under(every, "229"))],
        ["本年收入合计", put("1/收入", total - old_general - old_fund), "本年支出合计", put("1/支出", total)],
        ["上年结转", put("1/结转", old_general + old_fund), "结转下年", ""],
        ["收入总计", put("1/收入总计", total), "支出总计", put("1/支出总计", total)],
    ])  # fmt: skip
    sources = {
        "结转": old_general + old_fund,
        "一般": of_general - old_general,
        "基金": of_fund - old_fund,
        "其他": other,
    }
    shared = {name: split(choose, amount, 2) for name, amount in sources.items()}
    table(2, "部门收入总表", ["单位名称", "合计", "上年结转", "一般公共预算", "政府性基金预算", "其他收入"], [
        ["合计", put("2/合计", total), *(put(f"2/合计/{name}", amount) for name, amount in sources.items())],
        *([unit, put(f"2/{at}", sum((parts[at] for parts in shared.values()), Decimal(0))), *(put(f"2/{at}/{name}", parts[at]) for name, parts in shared.items())]
          for at, unit in enumerate(units)),
    ])  # fmt: skip
    table(3, "部门支出总表", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [
        [code, NAMES.get(code, "合计"), put(f"3/{code}/合计", under(every, code)), put(f"3/{code}/基本", under(basic, code)), put(f"3/{code}/项目", under(project, code))]
        for code in ("", *codes)
    ])  # fmt: skip
    fiscal = added(general, fund)
    rows = []
    income = [
        ("一、本年收入", of_general + of_fund - old_general - old_fund),
        ("（一）一般公共预算拨款", of_general - old_general),
        ("（二）政府性基金预算拨款", of_fund - old_fund),
        ("（三）国有资本经营预算拨款", Decimal(0)),
    ]
    income += [
        ("二、上年结转", old_general + old_fund),
        ("（一）一般公共预算拨款", old_general),
        ("（二）政府性基金预算拨款", old_fund),
    ]
    spent = (
        [("一、本年支出", "")]
        + [(f"（{number}）{NAMES[code]}", code) for number, code in zip("一二三四", classes, strict=True)]
        + [("二、结转下年", "-")] * 2
    )
    for at, ((left, amount), (right, code)) in enumerate(zip(income, spent, strict=True)):
        figures = (
            ["", "", ""]
            if code == "-"
            else [
                put(f"4/{code}/{name}", under(tree, code))
                for name, tree in (("合计", fiscal), ("一般", general), ("基金", fund))
            ]
        )
        rows.append([left, put(f"4/{at}", amount), right if at < 6 else "", *figures])
    whole = of_general + of_fund
    rows.append(
        [
            "收入总计",
            put("4/收入总计", whole),
            "支出总计",
            put("4/支出总计", whole),
            put("4/支出总计/一般", of_general),
            put("4/支出总计/基金", of_fund),
        ]
    )
    table(4, "财政拨款收支总表", ["收入", "预算数", "支出", "合计", "一般公共预算", "政府性基金预算"], rows)
    table(5, "一般公共预算支出表", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [
        [code, NAMES.get(code, "合计"), put(f"5/{code}/合计", under(general, code)), put(f"5/{code}/基本", under(basic, code)), put(f"5/{code}/项目", under(general_project, code))]
        for code in ("", *levels(FUNCTIONS, general))
    ])  # fmt: skip
    rows = [
        [
            "",
            "合计",
            put("6/", under(basic, "")),
            put("6//人员", people(economic)),
            put("6//公用", under(economic, "302")),
        ]
    ]
    for code in levels(ECONOMIC, economic):
        amount = printed(under(economic, code))
        rows.append(
            [
                code,
                ECONOMIC[code],
                put(f"6/{code}", under(economic, code)),
                *(["", amount] if code.startswith("302") else [amount, ""]),
            ]
        )
    table(6, "一般公共预算基本支出表", ["经济分类科目编码", "经济分类科目名称", "合计", "人员经费", "公用经费"], rows)
    reception, cars = economic["30217"] + cents(choose, 0, 10**6), economic["30231"] + cents(choose, 0, 10**6)
    reception_before, cars_before = reception + cents(choose, 10**5, 10**6), cars + cents(choose, 10**5, 10**6)
    if earlier is not None:
        reception_before, cars_before = (earlier.true[f"7/{name}/本年"] for name in ("接待", "运行"))
    three, three_before = reception + cars, reception_before + cars_before
    went, rate = ("增加", "增长") if three >= three_before else ("减少", "下降")
    official = {
        "“三公”经费合计": ("合计", three_before, three), "一、因公出国（境）费": ("出国", Decimal(0), Decimal(0)), "二、公务用车购置及运行维护费": ("公车", cars_before, cars),
        "（一）公务用车购置费": ("购置", Decimal(0), Decimal(0)), "（二）公务用车运行维护费": ("运行", cars_before, cars), "三、公务接待费": ("接待", reception_before, reception),
    }  # fmt: skip
    table(7, "一般公共预算“三公”经费支出表", ["项目", f"{year - 1}年预算数", f"{year}年预算数"], [
        [name, *(printed(show.figure(f"7/{key}/{when}", amount), blank=False) for when, amount in (("上年", before), ("本年", now)))]
        for name, (key, before, now) in official.items()
    ])  # fmt: skip
    table(8, "政府性基金预算支出表", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], [
        [code, FUND.get(code, "合计"), put(f"8/{code}", of_fund), "", put(f"8/{code}/项目", of_fund)] for code in ("", *FUND)
    ])  # fmt: skip
    table(
        9,
        "国有资本经营预算支出表",
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        [],
        "注：本部门没有使用国有资本经营预算拨款安排的支出，本表为空。",
    )
    parts = split(choose, under(general_project, ""), 3)
    projects = [
        ("彩票公益金医疗救助项目", units[0], Decimal(0), of_fund, Decimal(0)),
        ("医保经办服务项目", units[1], parts[0], Decimal(0), other),
    ]
    projects += [
        ("城乡医疗救助补助", units[0], parts[1], Decimal(0), Decimal(0)),
        ("医保信息平台运维项目", units[1], parts[2], Decimal(0), Decimal(0)),
    ]
    sums = [sum((each[at] for each in projects), Decimal(0)) for at in (2, 3, 4)]  # type: ignore[misc]
    table(10, "项目支出表", ["项目名称", "项目单位", "合计", "一般公共预算", "政府性基金预算", "其他资金"], [
        ["合计", "", put("10/合计", sum(sums, Decimal(0))), *(printed(each) for each in sums)],
        *([name, unit, put(f"10/{at}/合计", a + b + c), put(f"10/{at}/一般", a), put(f"10/{at}/基金", b), printed(c)] for at, (name, unit, a, b, c) in enumerate(projects)),
    ])  # fmt: skip

    def say(key: str, yuan: Decimal) -> str:
        return str(to_wan(show.figure(key, yuan)))

    lines += [
        "## 第三部分 部门预算情况说明", "### 一、收支预算总体情况",
        f"{year}年收支总预算{to_wan(total)}万元。收入包括：一般公共预算拨款收入{to_wan(of_general - old_general)}万元、"
        f"政府性基金预算拨款收入{to_wan(of_fund - old_fund)}万元、其他收入{to_wan(other)}万元、上年结转{to_wan(old_general + old_fund)}万元。",
        "### 二、支出预算情况",
        f"{year}年支出预算{to_wan(total)}万元，其中：基本支出{to_wan(under(basic, ''))}万元，占{percent(under(basic, ''), total)}%；"
        f"项目支出{to_wan(under(project, ''))}万元，占{percent(under(project, ''), total)}%。",
        "### 三、政府性基金预算支出情况", f"{year}年政府性基金预算支出{say('text/fund', of_fund)}万元，全部为项目支出。",
        "### 四、“三公”经费预算情况",
        f"{year}年“三公”经费预算{to_wan(three)}万元，比{year - 1}年预算{went}{say('text/three', abs(three_before - three))}万元，"
        f"{rate}{percent(abs(three_before - three), three_before)}%。",
    ]  # fmt: skip
    return "\n\n".join(line for line in lines if line), show

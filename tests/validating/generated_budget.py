"""Invented budgets in Markdown, in 万元: ten tables of 湖南's kind, and words about them that say everything twice."""

# ruff: noqa: E501 - rows of tables are kept on one line
from __future__ import annotations

import random
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
    markdown,
    people,
    percent,
    printed,
    slip,
    under,
)

SUFFIX = ".md"
SLIPS = (
    slip("a 款 in a table of all money", "3/21011/合计", "sum-function sum-nature same-in-tables", "0.10"),
    slip("a 项 in a table of one fund", "5/2101501/基本", "sum-function sum-nature same-in-tables", "9"),
    slip("a grand total", "1/支出总计", "sum-sides income-expenditure same-in-tables text-as-tables", "-100"),
    slip("an economic item", "6/30211", "sum-economic sum-nature", "0.5"),
    slip("a project", f"10/{PROJECTS[1]}", "sum-projects sum-funds same-in-tables", "3"),
    slip("公务接待费 in a table of one row", "7/接待", "sum-measures item-within text-as-tables", "-1000"),
    slip("a change in the words", "text/change", "text-rate text-change", "5"),
    slip("a rate in the words", "text/rate", "text-rate", "0.3"),
    slip("基本支出 in the words", "text/basic", "text-as-tables text-parts", "0.09"),
    slip("公务接待费 in the words", "text/reception", "text-as-tables text-parts", "1.5"),
    slip("a class in the words", "text/208", "text-as-tables text-parts text-share", "-2"),
    slip("one cent of a 项", "2/2101101/合计", "sum-function sum-funds same-in-tables", "0.01", rounding=True),
    slip("万元 printed as 元", "2/210/一般", "sum-function sum-funds same-in-tables", times=10_000),
)


def write(
    seed: int,
    planted: Slip | None = None,
    body: str = "云岭市医疗保障局",
    year: int = 2026,
    scope: str = "部门",
    also: int | None = None,
) -> tuple[str, Print]:
    """The text of a budget, and what was planted in it; `also` is the seed of a subordinate unit whose money is added."""
    choose, show = random.Random(seed), Print(planted)
    basic, project = draw_functions(choose)
    economic = draw_economic(choose, under(basic, ""))
    if also is not None:
        unit = random.Random(also)
        theirs = draw_functions(unit)
        basic, project = added(basic, theirs[0]), added(project, theirs[1])
        economic = added(economic, draw_economic(unit, under(theirs[0], "")))
    every = added(basic, project)
    total, all_basic, all_project = under(every, ""), under(basic, ""), under(project, "")
    projects = draw_projects(choose, all_project)
    reception = economic["30217"] + cents(choose, 0, 200)
    cars = economic["30231"] + cents(choose, 0, 300)
    before = total - cents(choose, 1000, int(total * 20))
    official_before = reception + cars + cents(choose, 100, 500)

    def put(key: str, value: Decimal) -> str:
        return printed(show.figure(key, value))

    lines: list[str] = [f"# {body}{year}年{scope}预算公开说明", "## 第一部分 部门概况", "### 一、主要职责"]
    lines += [
        "拟订全市医疗保险、生育保险、医疗救助等制度的规划和标准并组织实施。",
        "### 二、机构设置",
        "局机关内设办公室、待遇保障科、基金监管科3个科室。",
    ]
    lines += ["## 第二部分 部门预算表"]

    def table(number: int, title: str, head: list[str], rows: list[list[str]], note: str = "") -> None:
        lines.extend([f"表{number}", f"### {title}", f"部门：{body}　　　单位：万元", markdown(head, rows), note])

    def by_function(number: int, whole: str) -> list[list[str]]:
        return [
            [
                code,
                FUNCTIONS.get(code, "合计"),
                put(f"{number}/{code}/{whole}", under(every, code)),
                put(f"{number}/{code}/基本", under(basic, code)),
                put(f"{number}/{code}/项目", under(project, code)),
            ]
            for code in ("", *levels(FUNCTIONS, every))
        ]

    of_class = {code: under(every, code) for code in CLASSES}
    table(1, "部门收支总表", ["收入项目", "预算数", "支出项目", "预算数"], [
        ["一、一般公共预算拨款收入", put("1/拨款", total), "一、社会保障和就业支出", put("1/208", of_class["208"])],
        ["二、政府性基金预算拨款收入", "", "二、卫生健康支出", put("1/210", of_class["210"])],
        ["三、国有资本经营预算拨款收入", "", "三、住房保障支出", put("1/221", of_class["221"])],
        ["本年收入合计", put("1/收入合计", total), "本年支出合计", put("1/支出合计", total)],
        ["上年结转", "", "结转下年", ""],
        ["收入总计", put("1/收入总计", total), "支出总计", put("1/支出总计", total)],
    ])  # fmt: skip
    table(2, "部门收入总表", ["科目编码", "科目名称", "合计", "上年结转", "一般公共预算", "政府性基金预算", "事业收入", "其他收入"], [
        [code, FUNCTIONS.get(code, "合计"), put(f"2/{code}/合计", under(every, code)), "", put(f"2/{code}/一般", under(every, code)), "", "", ""]
        for code in ("", *levels(FUNCTIONS, every))
    ])  # fmt: skip
    table(3, "部门支出总表", ["科目编码", "科目名称", "合计", "基本支出", "项目支出", "上缴上级支出", "对附属单位补助支出"], [
        [*row, "", ""] for row in by_function(3, "合计")
    ])  # fmt: skip
    table(4, "财政拨款收支总表", ["收入项目", "预算数", "支出项目", "合计", "一般公共预算", "政府性基金预算"], [
        ["一、本年收入", put("4/收入", total), "一、本年支出", put("4/支出", total), put("4/支出/一般", total), ""],
        ["（一）一般公共预算拨款", put("4/拨款", total), "（一）社会保障和就业支出", *[put(f"4/208/{c}", of_class["208"]) for c in "ab"], ""],
        ["（二）政府性基金预算拨款", "", "（二）卫生健康支出", *[put(f"4/210/{c}", of_class["210"]) for c in "ab"], ""],
        ["二、上年结转", "", "（三）住房保障支出", *[put(f"4/221/{c}", of_class["221"]) for c in "ab"], ""],
        ["", "", "二、结转下年", "", "", ""],
        ["收入总计", put("4/收入总计", total), "支出总计", put("4/支出总计", total), put("4/支出总计/一般", total), ""],
    ])  # fmt: skip
    table(5, "一般公共预算支出表", ["科目编码", "科目名称", "合计", "基本支出", "项目支出"], by_function(5, "合计"))
    goods, staff = under(economic, "302"), people(economic)
    rows = [["", "合计", put("6/", all_basic), put("6//人员", staff), put("6//公用", goods)]]
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
    heads = [
        "合计",
        "因公出国（境）费",
        "公务用车购置及运行费小计",
        "公务用车购置费",
        "公务用车运行维护费",
        "公务接待费",
    ]
    official = reception + cars
    table(
        7,
        "一般公共预算“三公”经费支出表",
        heads,
        [[put("7/合计", official), "0.00", put("7/公车", cars), "0.00", put("7/运行", cars), put("7/接待", reception)]],
    )
    blank = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
    for number, fund in ((8, "政府性基金"), (9, "国有资本经营")):
        table(number, f"{fund}预算支出表", blank, [], f"注：本部门没有使用{fund}预算拨款安排的支出，本表为空。")
    rows = [["合计", put("10/合计", all_project), printed(all_project), ""]]
    rows += [[name, put(f"10/{name}", amount), printed(amount), ""] for name, amount in projects.items()]
    table(10, "项目支出表", ["项目名称", "合计", "一般公共预算", "政府性基金预算"], rows)

    say = show.figure
    change, less = total - before, official_before - official
    shares = "；".join(
        f"{FUNCTIONS[code]}{say(f'text/{code}', of_class[code])}万元，占{percent(of_class[code], total)}%"
        for code in CLASSES
    )
    lines += [
        "## 第三部分 部门预算情况说明", "### 一、收支预算总体情况",
        f"{year}年收入预算{total}万元，其中：一般公共预算拨款{total}万元。"
        f"收入比上年增加{say('text/change', change)}万元，增长{say('text/rate', percent(change, before))}%，主要是医疗救助资金增加。",
        f"{year}年支出预算{total}万元，其中：基本支出{say('text/basic', all_basic)}万元，项目支出{all_project}万元。",
        "### 二、一般公共预算拨款支出情况", f"{year}年一般公共预算拨款支出{total}万元，其中：{shares}。",
        "### 三、“三公”经费预算情况",
        f"{year}年“三公”经费预算数为{official}万元，比上年减少{less}万元，下降{percent(less, official_before)}%。其中：因公出国（境）费0万元；"
        f"公务用车购置及运行维护费{cars}万元（公务用车购置费0万元，公务用车运行维护费{cars}万元）；公务接待费{say('text/reception', reception)}万元。",
        "### 四、机关运行经费", f"{year}年机关运行经费预算{goods}万元。",
    ]  # fmt: skip
    return "\n\n".join(line for line in lines if line).replace("部门", scope), show

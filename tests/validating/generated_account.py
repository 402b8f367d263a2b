"""Invented final accounts in HTML with spanned heads: 元 in the tables, 万元 in the words, money carried over and other income."""

# ruff: noqa: E501 - rows of tables are kept on one line
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from generated import (
    CLASSES,
    ECONOMIC,
    FUNCTIONS,
    Print,
    Slip,
    added,
    cents,
    draw_economic,
    draw_functions,
    levels,
    people,
    percent,
    printed,
    slip,
    to_wan,
    under,
)

SUFFIX = ".html"
SLIPS = (
    slip("a class of the summary", "1/208", "sum-sides same-in-tables", "90"),
    slip("a grand total", "1/支出总计", "sum-sides income-expenditure text-as-tables", "1000"),
    slip("money left at the year's end", "1/年末", "sum-sides", "-0.5"),
    slip("fiscal income of a 项", "2/2101101/财政", "sum-function sum-funds", "1"),
    slip("基本支出 of a 项", "3/2080505/基本", "sum-function sum-nature", "0.1"),
    slip("a class of fiscal expenditure", "4/210", "sum-sides sum-funds same-in-tables", "100000"),
    slip("项目支出 of a 项", "5/2101506/项目", "sum-function sum-measures sum-nature", "27"),
    slip("an economic item", "6/30103", "sum-economic", "9"),
    slip("人员经费合计", "6/人员", "sum-economic basic-parts text-as-tables", "900"),
    slip("“三公”决算", "7/决算", "sum-measures", "1"),
    slip("fiscal income in the words", "text/fiscal", "text-as-tables text-parts text-share", "10000"),
    slip("a share in the words", "text/share", "text-share text-shares", "1"),
    slip("expenditure in the words", "text/expenditure", "text-as-tables text-completion", "100"),
    slip("a rate of completion", "text/rate", "text-completion", "0.02"),
    slip("小于 for 大于", "text/direction", "text-direction", word="小于"),
)
Span = tuple[str, int, int]  # text, columns, rows


@dataclass(frozen=True)
class Year:
    """What one year comes to, in 元: by 项, by 款, and what was carried over."""

    basic: dict[str, Decimal]
    project: dict[str, Decimal]
    economic: dict[str, Decimal]
    start: Decimal
    end: Decimal
    other: Decimal
    initial: Decimal
    official: tuple[Decimal, Decimal, Decimal, Decimal]  # 接待 and 运行 as budgeted, and as spent


def draw(seed: int, budget: Print | None = None) -> Year:
    """A year as it came to be; `budget` is what had been planned for it, in 万元."""
    choose = random.Random(seed)
    basic, project = draw_functions(choose, 10_000)
    economic = draw_economic(choose, under(basic, ""), "0.11")
    start, end, other = (
        cents(choose, 10**6, 2 * 10**7),
        cents(choose, 10**6, 2 * 10**7),
        cents(choose, 10**5, 9 * 10**5),
    )
    initial = under(added(basic, project), "") - other - cents(choose, 10**6, 5 * 10**7)
    reception, cars = economic["30217"], economic["30231"]
    budgeted = reception + cents(choose, 10_000, 50_000), cars + cents(choose, 10_000, 90_000)
    if budget is not None:
        initial, *budgeted = (budget.true[key] * 10_000 for key in ("5//合计", "7/接待", "7/运行"))  # type: ignore[assignment]
    return Year(basic, project, economic, start, end, other, initial, (*budgeted, reception, cars))


def write(
    seed: int,
    planted: Slip | None = None,
    body: str = "云岭市医疗保障局",
    year: int = 2025,
    budget: Print | None = None,
) -> tuple[str, Print]:
    """The page of a final account, and what was planted in it; `budget` is the year's budget of `generated_budget`."""
    drawn, show = draw(seed, budget), Print(planted)
    basic, project, economic = drawn.basic, drawn.project, drawn.economic
    every = added(basic, project)
    spent, all_basic, all_project = under(every, ""), under(basic, ""), under(project, "")
    income = spent + drawn.end - drawn.start
    fiscal = income - drawn.other
    fiscal_project = added(project, {"2101502": -drawn.other})  # other income was spent on 2101502
    fiscal_every = added(basic, fiscal_project)
    fiscal_spent = spent - drawn.other
    parts = [
        f"<html><head><meta charset='utf-8'><title>{body}{year}年度部门决算</title></head><body><h1>{body}{year}年度部门决算</h1>"
    ]

    def put(key: str, value: Decimal) -> str:
        return printed(show.figure(key, value))

    def table(
        number: int, title: str, heads: Sequence[Sequence[Span]], rows: Sequence[Sequence[str]], note: str = ""
    ) -> None:
        parts.append(f"<p>公开{number:02d}表</p><h3>{title}</h3><p>部门：{body}　　　金额单位：元</p><table border=1>")
        parts.extend(
            f"<tr>{''.join(f'<td colspan={c} rowspan={r}>{text}</td>' for text, c, r in head)}</tr>" for head in heads
        )
        parts.extend(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
        parts.append(f"</table>{f'<p>{note}</p>' if note else ''}")

    def coded(code: str) -> list[str]:
        return [code, FUNCTIONS.get(code, "合计")]

    codes = ("", *levels(FUNCTIONS, every))
    names: Span = ("科目编码", 1, 1), ("科目名称", 1, 1)  # type: ignore[assignment]
    of_class = {code: under(every, code) for code in CLASSES}
    total, fiscal_total = income + drawn.start, fiscal + drawn.start
    table(1, "收入支出决算总表", [
        [("收入", 3, 1), ("支出", 3, 1)],
        [(text, 1, 1) for text in ("项目", "行次", "决算数") * 2],
        [(text, 1, 1) for text in ("栏次", "", "1", "栏次", "", "2")],
    ], [
        ["一、一般公共预算财政拨款收入", "1", put("1/财政", fiscal), "一、社会保障和就业支出", "8", put("1/208", of_class["208"])],
        ["二、政府性基金预算财政拨款收入", "2", "", "二、卫生健康支出", "9", put("1/210", of_class["210"])],
        ["三、其他收入", "3", put("1/其他", drawn.other), "三、住房保障支出", "10", put("1/221", of_class["221"])],
        ["本年收入合计", "4", put("1/收入", income), "本年支出合计", "11", put("1/支出", spent)],
        ["使用非财政拨款结余", "5", "", "结余分配", "12", ""],
        ["年初结转和结余", "6", put("1/年初", drawn.start), "年末结转和结余", "13", put("1/年末", drawn.end)],
        ["总计", "7", put("1/收入总计", total), "总计", "14", put("1/支出总计", total)],
    ])  # fmt: skip
    by_income = added(every, {"2101301": drawn.end - drawn.start})
    of_other = {"2101502": drawn.other}
    heads = ("本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
    table(2, "收入决算表", [[("项目", 2, 1), *((head, 1, 2) for head in heads)], names], [
        [*coded(code), put(f"2/{code}/合计", under(by_income, code)),
         put(f"2/{code}/财政", under(by_income, code) - under(of_other, code)), "", "", "", "", put(f"2/{code}/其他", under(of_other, code))]
        for code in codes
    ])  # fmt: skip
    heads = ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出", "")
    table(3, "支出决算表", [[("项目", 2, 1), *((head, 1, 2) for head in heads if head)], names], [
        [*coded(code), put(f"3/{code}/合计", under(every, code)), put(f"3/{code}/基本", under(basic, code)),
         put(f"3/{code}/项目", under(project, code)), "", "", ""]
        for code in codes
    ])  # fmt: skip
    of_fiscal = {code: under(fiscal_every, code) for code in CLASSES}
    table(4, "财政拨款收入支出决算总表", [
        [("收入", 2, 1), ("支出", 5, 1)],
        [(text, 1, 1) for text in ("项目", "金额", "项目", "合计", "一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")],
    ], [
        ["一、一般公共预算财政拨款", put("4/财政", fiscal), "一、社会保障和就业支出", put("4/208", of_fiscal["208"]), printed(of_fiscal["208"]), "", ""],
        ["二、政府性基金预算财政拨款", "", "二、卫生健康支出", put("4/210", of_fiscal["210"]), printed(of_fiscal["210"]), "", ""],
        ["三、国有资本经营预算财政拨款", "", "三、住房保障支出", put("4/221", of_fiscal["221"]), printed(of_fiscal["221"]), "", ""],
        ["本年收入合计", put("4/收入", fiscal), "本年支出合计", put("4/支出", fiscal_spent), printed(fiscal_spent), "", ""],
        ["年初财政拨款结转和结余", printed(drawn.start), "年末财政拨款结转和结余", printed(drawn.end), printed(drawn.end), "", ""],
        ["总计", put("4/收入总计", fiscal_total), "总计", put("4/支出总计", fiscal_total), printed(fiscal_total), "", ""],
    ])  # fmt: skip
    table(5, "一般公共预算财政拨款支出决算表", [[("项目", 2, 1), ("本年支出", 3, 1)], [*names, *((h, 1, 1) for h in ("小计", "基本支出", "项目支出"))]], [
        [*coded(code), put(f"5/{code}/小计", under(fiscal_every, code)), put(f"5/{code}/基本", under(basic, code)),
         put(f"5/{code}/项目", under(fiscal_project, code))]
        for code in codes
    ])  # fmt: skip

    def half(*classes: str) -> list[list[str]]:
        return [
            [c, ECONOMIC[c], put(f"6/{c}", under(economic, c))]
            for c in levels(ECONOMIC, economic)
            if c.startswith(classes)
        ]

    left, right, none = half("301", "303"), half("302"), ["", "", ""]
    longest = max(len(left), len(right))
    body_rows = [
        [*(left[i] if i < len(left) else none), *(right[i] if i < len(right) else none)] for i in range(longest)
    ]
    body_rows.append(
        ["", "人员经费合计", put("6/人员", people(economic)), "", "公用经费合计", put("6/公用", under(economic, "302"))]
    )
    table(
        6,
        "一般公共预算财政拨款基本支出决算表",
        [[("人员经费", 3, 1), ("公用经费", 3, 1)], [*names, ("决算数", 1, 1), *names, ("决算数", 1, 1)]],
        body_rows,
    )
    groups: list[Span] = [
        ("合计", 1, 2),
        ("因公出国（境）费", 1, 2),
        ("公务用车购置及运行维护费", 3, 1),
        ("公务接待费", 1, 2),
    ]
    kinds: list[Span] = [("小计", 1, 1), ("公务用车购置费", 1, 1), ("公务用车运行维护费", 1, 1)]
    wanted, running, eaten, driven = drawn.official
    table(7, "财政拨款“三公”经费支出决算表", [[("预算数", 6, 1), ("决算数", 6, 1)], groups * 2, kinds * 2], [[
        put("7/预算", wanted + running), "0.00", printed(running), "0.00", printed(running), printed(wanted),
        put("7/决算", eaten + driven), "0.00", printed(driven), "0.00", printed(driven), printed(eaten),
    ]])  # fmt: skip
    table(8, "政府性基金预算财政拨款收入支出决算表", [
        [("项目", 2, 1), ("年初结转和结余", 1, 2), ("本年收入", 1, 2), ("本年支出", 3, 1), ("年末结转和结余", 1, 2)],
        [*names, *((h, 1, 1) for h in ("小计", "基本支出", "项目支出"))],
    ], [], "注：本部门没有政府性基金预算财政拨款收入支出，本表无数据。")  # fmt: skip
    table(9, "国有资本经营预算财政拨款支出决算表", [[*names, *((h, 1, 1) for h in ("合计", "基本支出", "项目支出"))]], [],
          "注：本部门没有国有资本经营预算财政拨款支出，本表无数据。")  # fmt: skip

    def say(key: str, yuan: Decimal) -> str:
        return str(to_wan(show.figure(key, yuan)))

    rate = show.figure("text/rate", percent(fiscal_spent, drawn.initial))
    sections = (
        ("一、收入支出决算总体情况说明", f"{year}年度收、支总计均为{to_wan(total)}万元。"),
        ("二、收入决算情况说明",
         f"{year}年度收入合计{to_wan(income)}万元，其中：财政拨款收入{say('text/fiscal', fiscal)}万元，占{percent(fiscal, income)}%；"
         f"其他收入{to_wan(drawn.other)}万元，占{percent(drawn.other, income)}%。"),
        ("三、支出决算情况说明",
         f"{year}年度支出合计{to_wan(spent)}万元，其中：基本支出{to_wan(all_basic)}万元，占{percent(all_basic, spent)}%；"
         f"项目支出{to_wan(all_project)}万元，占{show.figure('text/share', percent(all_project, spent))}%。"),
        ("四、一般公共预算财政拨款支出决算情况说明",
         f"{year}年度一般公共预算财政拨款支出年初预算为{say('text/initial', drawn.initial)}万元，支出决算为{say('text/expenditure', fiscal_spent)}万元，"
         f"完成年初预算的{rate}%。决算数{show.word('text/direction', '大于' if fiscal_spent > drawn.initial else '小于')}年初预算数的主要原因是年中追加医疗救助资金。"),
        ("五、一般公共预算财政拨款基本支出决算情况说明",
         f"{year}年度一般公共预算财政拨款基本支出{to_wan(all_basic)}万元，其中：人员经费{to_wan(people(economic))}万元，"
         f"公用经费{to_wan(under(economic, '302'))}万元。"),
        ("六、“三公”经费支出决算情况说明",
         f"{year}年度“三公”经费支出预算为{to_wan(wanted + running)}万元，支出决算为{to_wan(eaten + driven)}万元，"
         f"完成预算的{percent(eaten + driven, wanted + running)}%。其中：公务接待费支出决算{to_wan(eaten)}万元，"
         f"公务用车购置及运行维护费支出决算{to_wan(driven)}万元。"),
    )  # fmt: skip
    parts.append(f"<h2>第三部分 {year}年度部门决算情况说明</h2>")
    parts.extend(f"<h3>{heading}</h3><p>{text}</p>" for heading, text in sections)
    return "\n".join([*parts, "</body></html>"]), show

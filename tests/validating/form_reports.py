"""An invented final account whose form is right, as lines, to be spoilt in one place by a test and printed as text or as a Word file.

Tables are lists of rows of cells; everything else is a line of text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox

from mbkg.facts import report_facts
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reading import read_report
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding

Row = list[str]
Item = str | list[Row]

BODY = "云岭市医疗保障局"
_FUNCTIONS = [
    ["208", "社会保障和就业支出", "30.00", "30.00", ""],
    ["20805", "行政事业单位养老支出", "30.00", "30.00", ""],
    ["2080505", "机关事业单位基本养老保险缴费支出", "20.00", "20.00", ""],
    ["2080506", "机关事业单位职业年金缴费支出", "10.00", "10.00", ""],
    ["210", "卫生健康支出", "170.00", "120.00", "50.00"],
    ["21015", "医疗保障管理事务", "170.00", "120.00", "50.00"],
    ["2101501", "行政运行", "120.00", "120.00", ""],
    ["2101502", "一般行政管理事务", "50.00", "", "50.00"],
]
_NAMES = [
    "收入支出决算总表", "收入决算表", "支出决算表", "财政拨款收入支出决算总表", "一般公共预算财政拨款支出决算表",
    "一般公共预算财政拨款基本支出决算表", "财政拨款“三公”经费支出决算表", "政府性基金预算财政拨款收入支出决算表",
    "国有资本经营预算财政拨款支出决算表",
]  # fmt: skip
_NUMERALS = "一二三四五六七八九"


def _table(name: str, rows: list[Row], *notes: str) -> list[Item]:
    return [name, f"部门：{BODY}", "单位：万元", rows, *notes]


def clean(year: int = 2024) -> list[Item]:
    """The report without a fault."""
    contents: list[Item] = [
        f"{BODY}",
        f"{year}年度部门决算",
        "目  录",
        "第一部分 部门概况",
        f"第二部分 {year}年度部门决算表",
    ]
    contents += [f"{number}、{name}" for number, name in zip(_NUMERALS, _NAMES, strict=True)]
    contents += [f"第三部分 {year}年度部门决算情况说明", "第四部分 名词解释"]
    head = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
    coded = [["", "合计", "200.00", "150.00", "50.00"], *_FUNCTIONS]
    income = [["科目编码", "科目名称", "本年收入合计", "财政拨款收入"], *([*row[:3], row[2]] for row in coded)]
    two_sided = [
        ["收入", "", "支出", ""],
        ["项目", "决算数", "项目", "决算数"],
        ["一、一般公共预算财政拨款收入", "200.00", "一、社会保障和就业支出", "30.00"],
        ["", "", "二、卫生健康支出", "170.00"],
        ["本年收入合计", "200.00", "本年支出合计", "200.00"],
    ]
    basic = [
        ["科目编码", "科目名称", "决算数"],
        ["", "合计", "150.00"],
        ["301", "工资福利支出", "140.00"], ["30101", "基本工资", "80.00"], ["30102", "津贴补贴", "30.00"],
        ["30108", "机关事业单位基本养老保险缴费", "20.00"], ["30109", "职业年金缴费", "10.00"],
        ["302", "商品和服务支出", "10.00"], ["30201", "办公费", "8.00"], ["30217", "公务接待费", "2.00"],
    ]  # fmt: skip
    three = [
        ["项目", "预算数", "决算数"],
        ["合计", "3.00", "2.00"],
        ["因公出国（境）费", "0.00", "0.00"],
        ["公务用车购置及运行维护费", "0.00", "0.00"],
        ["公务接待费", "3.00", "2.00"],
    ]
    blank = [["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"], ["", "合计", "", "", ""]]
    body: list[Item] = [
        "第一部分 部门概况",
        "一、主要职责",
        "贯彻医疗保障政策，管理医疗保障基金，组织实施医疗救助。",
        f"第二部分 {year}年度部门决算表",
    ]
    body += _table(_NAMES[0], two_sided) + _table(_NAMES[1], income)
    body += _table(_NAMES[2], [head, *coded]) + _table(_NAMES[3], two_sided)
    body += _table(_NAMES[4], [head, *coded]) + _table(_NAMES[5], basic)
    body += _table(_NAMES[6], three)
    body += _table(_NAMES[7], blank, "注：本部门没有政府性基金预算财政拨款收入和支出，故本表无数据。")
    body += _table(_NAMES[8], blank, "注：本部门没有国有资本经营预算财政拨款支出，故本表无数据。")
    body += [
        f"第三部分 {year}年度部门决算情况说明",
        "一、一般公共预算财政拨款支出决算情况说明",
        f"纳入{BODY}{year}年度部门决算编制范围的单位共1个。{year}年度一般公共预算财政拨款支出200.00万元。",
        "1.社会保障和就业支出（类）行政事业单位养老支出（款）机关事业单位基本养老保险缴费支出（项）20.00万元，主要用于缴纳养老保险。",
        "2.卫生健康支出（类）医疗保障管理事务（款）行政运行（项）120.00万元，主要用于单位运转。",
        "二、一般公共预算财政拨款基本支出决算情况说明",
        "基本支出150.00万元，其中：人员经费140.00万元，主要包括：基本工资80.00万元、津贴补贴30.00万元、机关事业单位基本养老保险缴费20.00万元、职业年金缴费10.00万元；公用经费10.00万元，主要包括：办公费8.00万元、公务接待费2.00万元。",
        "第四部分 名词解释",
        "财政拨款收入：指单位从本级财政部门取得的财政拨款。",
    ]
    return [*contents, *body]


def replaced(old: str, new: str, nth: int = -1) -> Callable[[Sequence[Item]], list[Item]]:
    """A spoiler: put `new` for `old` in the nth item that holds it (the last by default)."""

    def spoil(items: Sequence[Item]) -> list[Item]:
        at = [index for index, item in enumerate(items) if old in str(item)][nth]
        item = items[at]
        spoilt: Item = (
            item.replace(old, new)
            if isinstance(item, str)
            else [[cell.replace(old, new) for cell in row] for row in item]
        )
        return [*items[:at], spoilt, *items[at + 1 :]]

    return spoil


def figure_in(name: str, figure: str) -> Callable[[Sequence[Item]], list[Item]]:
    """A spoiler: print a figure in the last row of a table."""

    def spoil(items: Sequence[Item]) -> list[Item]:
        start = len(items) - 1 - list(reversed(items)).index(name)
        at = next(at for at in range(start, len(items)) if isinstance(items[at], list))
        rows = [list(row) for row in items[at]]
        rows[-1][2] = rows[-1][4] = figure
        return [*items[:at], rows, *items[at + 1 :]]

    return spoil


def without_table(name: str) -> Callable[[Sequence[Item]], list[Item]]:
    """A spoiler: take a table out of the body; the contents page keeps it."""

    def spoil(items: Sequence[Item]) -> list[Item]:
        start = len(items) - 1 - list(reversed(items)).index(name)
        stop = next(at for at in range(start, len(items)) if isinstance(items[at], list)) + 1
        return [*items[:start], *items[stop:]]

    return spoil


def as_text(items: Sequence[Item], path: Path) -> None:
    """Print a report as text, tables with tabs."""
    lines = ["\n".join("\t".join(row) for row in item) if isinstance(item, list) else item for item in items]
    path.write_text("\n\n".join(lines), encoding="utf-8")


def as_word(items: Sequence[Item], path: Path) -> None:
    """Print a report as a Word file, tables as tables."""
    from docx import Document

    document = Document()
    for item in items:
        if isinstance(item, str):
            document.add_paragraph(item)
            continue
        table = document.add_table(len(item), len(item[0]))
        for row, texts in zip(table.rows, item, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    document.save(str(path))


def findings(path: Path) -> list[Finding]:
    """What the rules on codes and on form find in a file."""
    rules = [rule for rule in load_rules() if rule.file in ("codes.ttl", "form.ttl")]
    vocabulary = load_vocabulary()
    store = ox.Store()
    store.extend(vocabulary.quads)
    for report in read_report(path):
        store.extend(report_to_quads(report, report_facts(report), vocabulary))
    return list(validate_store(store, rules).findings)

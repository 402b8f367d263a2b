"""The rules on codes and form, on an invented report: silent where its form is right, each planted fault found by its own rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from form_reports import Item, as_text, as_word, clean, figure_in, findings, replaced, without_table

THREE = "财政拨款“三公”经费支出决算表"
Spoil = Callable[[Sequence[Item]], list[Item]]
PRINTERS = {"txt": as_text, "docx": as_word}

FAULTS: list[tuple[str, str, Spoil]] = [  # rule, words its message must hold, what is put in
    ("note-fund", "国有资本经营预算", replaced("没有政府性基金预算财政拨款收入和支出", "没有国有资本经营预算财政拨款支出")),
    ("note-figures", "本表无数据", figure_in("政府性基金预算财政拨款收入支出决算表", "12.00")),
    ("code-name", "2080506", replaced("机关事业单位职业年金缴费支出", "机关事业单位基本养老保险缴费支出", 2)),
    ("code-name", "医疗保障事务管理", replaced("医疗保障管理事务", "医疗保障事务管理", 1)),
    ("code-listed", "2991501", replaced("2101501", "2991501", 0)),
    ("text-code-level", "行政事业单位养老支出", replaced("行政事业单位养老支出（款）", "行政事业单位养老支出（类）")),
    ("text-code-name", "医疗保障事务管理", replaced("医疗保障管理事务（款）", "医疗保障事务管理（款）")),
    ("text-code-name", "窗口服务保障", replaced("行政运行（项）", "窗口服务保障（项）")),
    ("text-list-twice", "津贴补贴", replaced("基本工资80.00万元、", "津贴补贴80.00万元、")),
    ("year-agrees", "2023年", replaced("2024年度部门决算情况说明", "2023年度部门决算情况说明")),
    ("year-agrees", "2023年", replaced("2024年度部门决算编制范围", "2023年度部门决算编制范围")),
    ("body-agrees", "云岑市医疗保障局", replaced("部门：云岭市医疗保障局", "部门：云岑市医疗保障局", 3)),
    ("title-kind", "支出预算表", replaced("支出决算表", "支出预算表", 6)),
    ("placeholder", "××", replaced("主要用于单位运转", "主要用于××项目")),
    ("placeholder", "（此处", replaced("主要用于单位运转", "主要用于（此处填写用途）")),
    ("missing-amount", "支出万元", replaced("财政拨款支出200.00万元", "财政拨款支出万元")),
    ("cut-unit", "200.00万", replaced("财政拨款支出200.00万元", "财政拨款支出200.00万")),
    ("empty-note", "政府性基金", replaced("注：本部门没有政府性基金预算财政拨款收入和支出，故本表无数据。", "")),
    ("required-table", "“三公”", lambda items: replaced(f"七、{THREE}", "七、其他")(without_table(THREE)(items))),
]  # fmt: skip


@pytest.mark.parametrize("form", PRINTERS)
def test_right_form_is_silent(form: str, tmp_path: Path) -> None:
    """A report whose form is right has no finding of any severity and nothing that could not be checked."""
    path = tmp_path / f"report.{form}"
    PRINTERS[form](clean(), path)
    assert [finding.message for finding in findings(path)] == []


@pytest.mark.parametrize("form", PRINTERS)
@pytest.mark.parametrize(
    ("rule", "words", "spoil"), FAULTS, ids=[f"{at}-{fault[0]}" for at, fault in enumerate(FAULTS)]
)
def test_planted_fault_is_found(rule: str, words: str, spoil: Spoil, form: str, tmp_path: Path) -> None:
    """A planted fault is found by its rule, and by no rule of violation severity that is not its own."""
    path = tmp_path / f"report.{form}"
    PRINTERS[form](spoil(clean()), path)
    found = [finding for finding in findings(path) if finding.outcome == "violated"]
    assert any(finding.rule == rule and words in finding.message for finding in found), [f.message for f in found]
    assert {finding.rule for finding in found if finding.severity == "violation"} <= {rule}


@pytest.mark.parametrize(("form", "rule"), [("docx", "contents-table"), ("txt", "contents-table-lost")])
def test_listed_table_is_missing(form: str, rule: str, tmp_path: Path) -> None:
    """A listed table that the body lacks is a contradiction where the whole body was read, a hint where a conversion may have lost it."""
    path = tmp_path / f"report.{form}"
    PRINTERS[form](without_table(THREE)(clean()), path)
    (found,) = [finding for finding in findings(path) if finding.outcome == "violated"]
    assert found.rule == rule
    assert THREE in found.message
    assert found.severity == ("violation" if form == "docx" else "warning")


def test_old_names_are_right_in_old_years(tmp_path: Path) -> None:
    """20805 was 行政事业单位离退休 up to 2019: right in that year's account, a note in a later one, never a contradiction."""
    for year, expected in ((2019, False), (2024, True)):
        items = clean(year)
        for _ in range(4):
            items = replaced("行政事业单位养老支出", "行政事业单位离退休", 0)(items)
        path = tmp_path / f"report{year}.txt"
        as_text(items, path)
        found = [finding for finding in findings(path) if "行政事业单位离退休" in finding.message]
        assert bool(found) == expected
        assert all(finding.severity == "info" for finding in found)


@pytest.mark.parametrize(
    "words",
    [
        "项目地块编号为X101和W060701，已完成验收。",
        "截至2023年12月31日，共有车辆2辆。",
        "二〇〇八年成立，建筑面积为3×5米。",
        "金额单位为万元，以万元为单位四舍五入。",
        "比2023年度部门决算增加10.00万元，增长5.26%。",
        "参保人数增加到147万，覆盖率达95%以上。",
        "三项占比分别为36.90、63.10%。",
        "与云岭市财政局、云岭市卫生健康局共同推进。",
    ],
)
def test_ordinary_words_are_no_fault(words: str, tmp_path: Path) -> None:
    """Block numbers, dates, years of comparison, counts of people and other bodies are left alone."""
    path = tmp_path / "report.txt"
    as_text(replaced("主要用于单位运转。", f"主要用于单位运转。{words}")(clean()), path)
    assert [finding.message for finding in findings(path)] == []


@pytest.mark.parametrize("form", PRINTERS)
@pytest.mark.parametrize(
    "spoil",
    [
        # The fund table's title is not called a table, so its note stands behind the table above.
        lambda items: replaced("政府性基金预算财政拨款收入支出决算表", "政府性基金预算财政拨款收入支出决算情况")(items),
        # The note of one fund is missing, and the other fund's stands between the two blank tables.
        lambda items: replaced("注：本部门没有国有资本经营预算财政拨款支出，故本表无数据。", "")(
            replaced("没有政府性基金预算财政拨款收入和支出", "没有国有资本经营预算财政拨款支出")(items)
        ),
        # A note on one item, under a table that prints others.
        lambda items: replaced("第三部分 2024年度部门决算情况说明", "注：本部门没有公务用车购置支出。", -1)(items),
        # An instruction of the form that was left standing.
        lambda items: replaced(
            "注：本部门没有国有资本经营预算财政拨款支出，故本表无数据。", "注：没有数据的表，以空表公开。"
        )(items),
    ],
)
def test_notes_that_prove_nothing(spoil: Spoil, form: str, tmp_path: Path) -> None:
    """A note that may be another table's, or speaks of one item or on a condition, contradicts nothing."""
    path = tmp_path / f"report.{form}"
    PRINTERS[form](spoil(clean()), path)
    found = [f for f in findings(path) if f.outcome == "violated" and f.severity == "violation"]
    assert [f.message for f in found if f.rule != "contents-table"] == []

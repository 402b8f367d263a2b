"""Heads of tables as PDF text and as grids: which columns they print, and which sums they promise."""

from __future__ import annotations

import pytest

from mbkg.documents import parse_text
from mbkg.tables.header import Header, header_of_grid, header_of_text
from mbkg.tables.lexicon import load_lexicon

LEXICON = load_lexicon()


def head(text: str, two_sided: bool = False, widest: int = 0) -> Header:
    return header_of_text(text.splitlines(), LEXICON, two_sided, widest)


@pytest.mark.parametrize(
    ("printed", "columns"),
    [
        # A group's columns are printed on the next line, below all headings of the first.
        ("科目编码\n科目名称 合  计\n基本支出\n项目支出\n类 款 项 小  计 人员支出 日常公用支出",
         ("合计", "小计@基本支出", "人员支出", "日常公用支出", "项目支出")),
        # Wrapped headings are one heading; the narrow ones wrap twice.
        ("部门（单\n位）代码\n部门（单位名称） 合计 上年结转\n一般公共\n预算拨款\n收入\n事业收入\n其他\n收入",
         ("合计", "上年结转", "一般公共预算拨款收入", "事业收入", "其他收入")),
        # Two years side by side repeat the same words, each year with its own columns.
        ("上年预算数 2025年预算数\n合计\n因公出国\n（境）费\n用\n公务用车购置及运行费\n公务接 待\n费\n"
         "合计\n因公出国\n（境）费\n用\n公务用车购置及运行费\n公务接 待\n费小计\n公务用车购\n置费\n公务用车运\n行费\n"
         "小计\n公务用车购\n置费\n公务用车运\n行费",
         ("合计@上年预算数", "因公出国（境）费用@上年预算数", "小计@上年预算数", "公务用车购置费@上年预算数", "公务用车运行费@上年预算数",
          "公务接待费@上年预算数", "合计@2025年预算数", "因公出国（境）费用@2025年预算数", "小计@2025年预算数",
          "公务用车购置费@2025年预算数", "公务用车运行费@2025年预算数", "公务接待费@2025年预算数")),
        # Every measure split into budget and final account, filled from left to right.
        ("合计\n因公出国（境）费\n公务用车购置及运行维护费\n公务接待费\n小计\n公务用车\n购置费\n公务用车\n运行维护费\n"
         "预算数 决算数 预算数 决算数 预算数 决算数 预算数 决算数 预算数 决算数 预算数 决算数",
         ("预算数@合计", "决算数@合计", "预算数@因公出国（境）费", "决算数@因公出国（境）费", "预算数@小计", "决算数@小计",
          "预算数@公务用车购置费", "决算数@公务用车购置费", "预算数@公务用车运行维护费", "决算数@公务用车运行维护费",
          "预算数@公务接待费", "决算数@公务接待费")),
        # 财政拨款 leads its columns with 小计: without one, what follows stands beside it.
        ("科目编码 科目名称 合计 财政拨款收入 政府性基金 事业收入 其他收入",
         ("合计", "财政拨款收入", "政府性基金", "事业收入", "其他收入")),
        # Interleaved pieces of two wrapped cells side by side.
        ("科目编码 科目名称 合计 事业单位经 附属单位上\n营收入 缴收入", ("合计", "事业单位经营收入", "附属单位上缴收入")),
        # Words that only span columns are no column.
        ("项目 支出预算\n功能分类科目编码\n功能分类科目名称 合计 基本支出 项目支出\n类 款 项", ("合计", "基本支出", "项目支出")),
    ],
)  # fmt: skip
def test_columns_of_flattened_heads(printed: str, columns: tuple[str, ...]) -> None:
    """The money columns of a head, left to right, under names that no other column of the table bears."""
    assert head(printed).names() == columns


@pytest.mark.parametrize(
    "printed",
    [
        "收  入 支  出\n项目 预算数 项目 预算数",
        "本年收入 本年支出\n项目 预算数 项目 预算数",
        "财政拨款收入 财政拨款支出\n项目 预算数 项目 合计 一般公共预算",
    ],
)
def test_a_two_sided_table_has_two_sides_whatever_they_are_called(printed: str) -> None:
    """收入 and 支出 stand over the two halves by those or other words."""
    assert head(printed, two_sided=True).lanes == ("收入", "支出")


def test_a_head_promises_its_row_sums() -> None:
    """合计 is the sum of the columns at its own level, a 小计 that of its group; a group counts by its 小计."""
    found = head("科目编码\n科目名称 合  计\n基本支出\n项目支出\n类 款 项 小  计 人员支出 日常公用支出")
    names = found.names()
    sums = {names[total]: tuple(names[part] for part in parts) for total, parts in found.sums}
    assert sums == {"合计": ("小计@基本支出", "项目支出"), "小计@基本支出": ("人员支出", "日常公用支出")}


def test_a_table_in_strips_has_the_columns_of_one_strip() -> None:
    """301… beside 302… under the same three headings is one table of three columns."""
    found = head("经济分类\n科目编码\n科目名称 决算数\n经济分类\n科目编码\n科目名称 决算数")
    assert (len(found.strips), found.names()) == (2, ("决算数",))


def test_unknown_words_are_columns_only_where_the_rows_need_them() -> None:
    """A stray word in a head adds no column; a heading nobody described yet does, once a row fills it."""
    printed = "科目编码 科目名称 合计 基本支出 项目支出 单位预留机动经费"
    assert head(printed, widest=3).names() == ("合计", "基本支出", "项目支出")
    assert head(printed, widest=4).names() == ("合计", "基本支出", "项目支出", "单位预留机动经费")


def test_a_grid_whose_sub_headings_slid_is_not_trusted() -> None:
    """OCR moved 小计 … under the wrong columns: the words still give the tree, the grid no longer gives the places."""
    printed = (
        "科目编码\t\t科目名称\t合计\t财政拨款\t\t\t\t单位资金\n"
        "类\t款\t\t\t\t小计\t一般公共预算\t政府性基金预算\t国有资本经营预算\n"
    )
    lines = parse_text(printed.encode(), "x.txt").lines[:2]
    found = header_of_grid(lines, LEXICON)
    assert found.names() == ("合计", "小计@财政拨款", "一般公共预算", "政府性基金预算", "国有资本经营预算", "单位资金")
    assert not found.trusted_grid


def test_a_grid_that_holds_together_is_trusted() -> None:
    """Leaves whose grid columns rise from left to right are where they are printed."""
    lines = parse_text(
        "科目编码\t\t\t科目名称\t合计\t基本支出\t项目支出\n类\t款\t项\t\t\t\t\n".encode(), "x.txt"
    ).lines[:2]
    found = header_of_grid(lines, LEXICON)
    assert found.trusted_grid
    assert [column.grid_column for column in found.money] == [4, 5, 6]

"""Contents pages in the shapes they come in, and the tables that entries stand for."""

from __future__ import annotations

import pytest

from mbkg.documents import Document, Line
from mbkg.form.contents import core, read_contents, titles_in

PAGES = {
    "dots and pages": [
        "目　录",
        "一、部门概况……………………1",
        "1. 2024年部门收支预算总表 ………………………3",
        "2．2024年部门收入预算总表......4",
        "第三部分 情况说明",
        "2024年部门收支预算总表",
        "单位：万元",
        "2024年部门支出预算总表",
    ],
    "plain": ["目录", "第二部分 2024年部门预算表", "一、部门收支预算总表", "二、部门收入预算总表", "第三部分 说明", "第一部分 概况"],
    "broken line": ["目录", "一、部门收支预算", "总表", "二、部门收入预算总表", "本部门负责全市医疗保障工作，承担医疗救助职责。"],
}  # fmt: skip


def document(lines: list[str]) -> Document:
    return Document("x.txt", "", "utf-8", tuple(Line(number, text) for number, text in enumerate(lines, start=1)))


@pytest.mark.parametrize("name", PAGES)
def test_entries(name: str) -> None:
    """Dots, page numbers, list numbers and broken lines aside, the two listed tables are read, and nothing behind the contents page."""
    found = read_contents(document(PAGES[name]))
    assert [core(entry.title) for entry in found.entries] == ["收支预算总表", "收入预算总表"]
    assert [entry.family for entry in found.entries] == ["summary", "income"]


def test_no_contents_page() -> None:
    """A report without a contents page lists nothing."""
    assert read_contents(document(["收支总表", "单位：万元"])).entries == []


def test_titles_leave_the_contents_page_out() -> None:
    """A title counts as printed only outside the contents page."""
    whole = document(PAGES["dots and pages"])
    assert titles_in(whole, read_contents(whole)) == ("2024年部门收支预算总表", "2024年部门支出预算总表")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2024年部门收支总表", "收支总表"),
        ("部门收入总表（公开表2）", "收入总表"),
        ("云岭市医疗保障局2025年度单位支出总表", "支出总表"),
    ],
)
def test_core(one: str, other: str) -> None:
    """Two prints of one title have one core."""
    assert core(one, "云岭市医疗保障局") == core(other)

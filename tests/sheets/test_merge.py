"""Projects of a list and of sheets are brought together one to one, never two different ones."""

from __future__ import annotations

import pytest

from mbkg.reports import Place, Project
from mbkg.sheets.assemble import SAME_NAME, likeness, merge_listed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("特殊群体医疗费（2024年）", "特殊群体医疗费2024"),  # brackets and 年 come and go
        ("职工免费查体（2024年）", "职工免费健康查体2024"),  # a word more
        ("基层工作站项目", "基层工作站经费"),  # 项目 and 经费 say nothing of which
        ("2024年能力提升补助资金", "2024年能力提升补助资金（上级）"),  # a note in brackets
    ],
)
def test_spellings_of_one_project(one: str, other: str) -> None:
    """A project that two places spell differently is recognised."""
    assert likeness(one, other) >= SAME_NAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("特殊群体医疗费（二）", "特殊群体医疗费（2024年）"),
        ("能力提升资金第一批", "能力提升资金第二批"),
        ("职工长期护理保险补助", "居民长期护理保险补助"),
        ("2024年造林补助", "2025年造林补助"),
    ],
)
def test_two_projects(one: str, other: str) -> None:
    """Names that differ in what tells projects apart are never taken for one."""
    assert likeness(one, other) < SAME_NAME


def test_what_is_left_over_stays() -> None:
    """A listed project without a sheet, and a sheet that the list leaves out, both stay projects."""
    here = Place(1)
    sheets = [Project("送戏下乡（二）", here), Project("送戏下乡2025", here)]
    listed = [Project("送戏下乡（2025年）", here, grade="优"), Project("非遗普查", here, grade="良")]
    merged = merge_listed(sheets, listed)
    assert [(p.name, p.grade, p.aliases) for p in merged] == [
        ("送戏下乡（二）", "", ()),
        ("送戏下乡2025", "优", ("送戏下乡（2025年）",)),
        ("非遗普查", "良", ()),
    ]

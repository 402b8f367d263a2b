"""Bodies, projects, indicators and codes said in other words than reports print; nothing near is taken for what it is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.ask import answer_question
from mbkg.ask.topics import LexicalLinker, Topic, alike, gaps
from mbkg.ask.words import words
from mbkg.graph.store import GraphStore

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["question"] for case in CASES])
def test_named_in_other_words(graph: GraphStore, case: dict[str, Any]) -> None:
    answer = answer_question(case["question"], graph)
    if case.get("refused"):
        assert answer.status != "answered", answer.text
        return
    assert answer.status == "answered", answer.text
    text = answer.text.replace(",", "")
    assert [said for said in case["says"] if said not in text] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("医保工作经费", "医疗保障工作经费"),
        ("奖励举报骗保经费", "欺诈骗取医疗保障基金行为举报奖励经费"),
        ("职工长护险补贴", "职工长期护理保险补助"),
        ("追缴违规医保基金", "追回违规医疗保险基金"),
        ("解放前的老工人看病", "建国前老工人医疗费"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert alike(one) == alike(other)


def test_a_word_compared_stands_for_itself() -> None:
    """What a word is told in is told in the same, so that a name and the words for it meet whichever is said."""
    for word, meant in words().same.items():
        assert alike(word) == alike(meant)


@pytest.mark.parametrize(
    ("said", "unit", "missed"),
    [
        ("准备帮", "人", []),
        ("人数", "人", []),
        ("人数", "万元", ["人数"]),
        ("成本", "天", ["成本"]),
        ("金额下限", "万元", []),
        ("张三", "元", ["张三"]),
        ("女", "人", ["女"]),
    ],
)
def test_what_is_missed(said: str, unit: str, missed: list[str]) -> None:
    """Words of doing are light beside any name, nouns of a kind of figure only beside one of that kind."""
    assert list(dict.fromkeys(gaps(said, set(), unit))) == missed


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(min_value=0, max_value=9),
    restricting=st.sampled_from(["女", "未成年", "上级", "新增", "流感", "张三", "剩余", "非", "不合格", "65岁"]),
)
def test_a_restricting_word_is_never_swallowed(at: int, restricting: str) -> None:
    """Put anywhere into a phrase that names an indicator, it stays unsaid."""
    name = "重特大疾病住院救助人数"
    topic = Topic("node", "indicator", name, "重特大疾病医疗补助", "body", 2024, (), "人")
    said = name[:at] + restricting + name[at:]
    assert [link for link in LexicalLinker().rank((said,), [topic]) if not link.unsaid] == []

"""Words that are passed over, and words that never are: the lexicon of `ontology/asking/void.toml` and what it does to answers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbkg.ask import answer_question, lexicon_of
from mbkg.ask.bareyears import with_years
from mbkg.ask.voidwords import cut, is_void, void_words
from mbkg.graph.store import GraphStore

CASES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "void-cases.toml").read_text(encoding="utf-8"))
SAME = [(case["plain"], said) for case in CASES["same"] for said in case["said"]]
PARTS = ("海东", "2025年", "三公经费", "是多少")
FILLERS = (
    "请问",
    "到底",
    "具体",
    "麻烦",
    "咱",
    "我想知道",
    "帮我查一下",
    "究竟",
    "劳驾",
    "其",
    "这块儿",
    "所列示的",
    "核定的",
    "呀",
)
NARROWING = (
    *("下半年", "一季度", "月均", "中央", "省级", "上级", "剩余", "新增", "追加", "调整后"),
    *("同类", "全国平均", "中位数", "人头", "约一半", "翻番"),
)


@pytest.mark.parametrize(("plain", "said"), SAME)
def test_void_words_change_no_figure(plain: str, said: str, graph: GraphStore) -> None:
    expected, answer = answer_question(plain, graph), answer_question(said, graph)
    assert expected.status == "answered", expected.text
    assert answer.status == "answered", answer.text
    assert [value.value for value in answer.values][:1] == [value.value for value in expected.values][:1]


@pytest.mark.parametrize("case", CASES["kept"], ids=lambda case: case["word"])
def test_a_restricting_word_is_refused_by_its_whole_name(case: dict[str, str], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status != "answered", answer.text
    assert f"“{case['word']}" in answer.text


@pytest.mark.parametrize(("said", "meant"), CASES["years"].items())
def test_two_digits_are_a_year_only_where_nothing_else_can_stand(said: str, meant: str, graph: GraphStore) -> None:
    assert with_years(said, lexicon_of(graph)) == meant


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(PARTS) - 1), filler=st.sampled_from(FILLERS))
def test_a_filler_between_any_two_words_leaves_the_answer(at: int, filler: str, graph: GraphStore) -> None:
    plain = answer_question("".join(PARTS), graph)
    answer = answer_question("".join((*PARTS[:at], filler, *PARTS[at:])), graph)
    assert answer.status == "answered", answer.text
    assert answer.values == plain.values


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(PARTS) - 1), word=st.sampled_from(NARROWING))
def test_a_restricting_word_anywhere_never_leaves_the_answer(at: int, word: str, graph: GraphStore) -> None:
    plain = answer_question("".join(PARTS), graph)
    answer = answer_question("".join((*PARTS[:at], word, *PARTS[at:])), graph)
    assert answer.status != "answered" or answer.values != plain.values, answer.text


def test_the_longest_word_wins_over_the_letters_it_is_made_of() -> None:
    """下 and 年 are void, 下半年 restricts; 收 and 回 would be void, 收回 restricts; 成 and 本 are void, 成本 says something."""
    for run, say in (("下半年", "restricting"), ("收回", "restricting"), ("成本", "kept"), ("报销", "kept")):
        assert [token.word.say for token in cut(run, 0, len(run), frozenset())] == [say]
    assert is_void("就其而言所列之金额几何")
    assert not is_void("占比")


def test_every_void_word_is_void_and_every_restricting_word_stays() -> None:
    """No word is undone by another class unless its class is bound to a neighbourhood."""
    for text, found in void_words().words.items():
        if any(word.bound for word in found) or any(pattern.search(text) for pattern, _ in void_words().patterns):
            continue
        tokens = cut(text, 0, len(text), frozenset())
        assert all(token.silent for token in tokens) == (found[0].say == "void"), text


def test_what_was_spent_is_told_from_what_was_planned() -> None:
    spent = void_words().spent
    assert all(spent.search(said) for said in ("花了多少", "实际支出", "掏了多少", "砸进去多少"))
    assert not any(spent.search(said) for said in ("安排多少", "打算花多少", "编列多少"))

"""No word that turns a question into another one is passed over: such a question is answered as asked, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mbkg.ask import answer_question
from mbkg.graph.store import GraphStore


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("海东2025年部门预算里哪个项目最花钱", "1215.34"),  # the whole budget is no project
        ("威海医保中心一年要花多少钱，其中项目占几成", "100"),  # a figure is no share of itself
        ("招远2024年支出比收入多多少", "4643.47"),  # neither side is the difference
        ("荣成执行率低于10%的项目预算合计多少", "20"),  # one of several is no sum
        ("招远2024年下半年支出多少", "4643.47"),
        ("烟台2025年不含项目的支出是多少", "5314.29"),
        ("威海2024年项目支出一半是多少", "16500"),
        ("海东2025年支出翻了几倍", "1215.34"),
        ("招远2024年新增的支出是多少", "4643.47"),
    ],
)
def test_a_word_that_changes_the_question_is_never_dropped(question: str, never: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status != "answered" or all(value.value != Decimal(never) for value in answer.values), answer.text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("招远2024年支出比收入多多少", "0"),
        ("烟台2025年三公经费比去年少多少", "1.35"),
        ("威海2024年项目支出是基本支出的几倍", "18.07"),
    ],
)
def test_what_is_heard_is_carried_out(question: str, value: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status == "answered", answer.text
    assert any(round(abs(given.value), 2) == Decimal(value) for given in answer.values), answer.text


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("招远2024年社会保障和就业支出里头，仅项目支出是多少", "106"),  # the code and the nature fix one figure
        ("招远卫生健康支出中的基本支出是多少", "636.38"),
        ("威海特定目标类项目中金额第二小的", "25"),  # counted from below
        ("威海金额第二大的项目", "335"),
    ],
)
def test_parts_and_places(question: str, value: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status == "answered", answer.text
    assert [answer.values[0].value] == [Decimal(value)], answer.text


def test_who_is_higher_and_by_how_much(graph: GraphStore) -> None:
    answer = answer_question("招远和烟台谁的办公费更多，多多少", graph)
    assert answer.entities == ("烟台市医疗保障局",)
    assert [value.value for value in answer.values] == [Decimal("30.75"), Decimal("29.91")]
    assert "两者相差29.91万元" in answer.text
    assert "年度不同" in answer.basis

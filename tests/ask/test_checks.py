"""What does not tie out: asked for outright, and said beside an answer that rests on a contradicted figure."""

from __future__ import annotations

import pytest

from mbkg.ask import answer_question
from mbkg.graph.store import GraphStore


@pytest.mark.parametrize(
    "question",
    ["海东2025年预算哪些数字对不上", "海东有没有核对不符的地方", "海东市医疗保障局哪些勾稽关系不平", "海东的表平不平"],
)
def test_what_does_not_tie_out_is_listed(question: str, graph: GraphStore) -> None:
    """伙食补助费 of 海东 repeats 绩效工资, so 301 is not the sum of its parts: counted, named with both figures and its place."""
    answer = answer_question(question, graph)
    assert answer.status == "answered"
    assert "海东市医疗保障局2025年预算：勾稽核对" in answer.text
    assert answer.values[0].value > 0
    assert len([row for row in answer.rows if row["程度"] == "violation"]) == answer.values[0].value
    assert any("399.28" in row["说明"] and "447.93" in row["说明"] for row in answer.rows)
    assert answer.evidence
    assert "招远" not in answer.text


def test_all_reports_at_once(graph: GraphStore) -> None:
    """Every report is told, those without a contradiction too, with how much could not be checked."""
    answer = answer_question("哪些勾稽关系不平", graph)
    for whose in ("海东", "烟台", "威海", "招远", "荣成"):
        assert whose in answer.text
    assert "不可核对" in answer.text
    assert {row["单位"] for row in answer.rows if row["程度"] == "violation"} >= {"海东市医疗保障局"}


def test_nothing_found_is_said_with_what_was_checked(graph: GraphStore) -> None:
    answer = answer_question("烟台有没有核对不符的地方", graph)
    assert answer.status == "answered"
    assert "未发现不符" in answer.text
    assert "项不可核对" in answer.text
    assert answer.values[0].value == 0


@pytest.mark.parametrize(
    "question",
    ["三公经费哪些数字对不上", "海东哪一类支出对不上最多", "海东哪个项目的错误最多", "海东2023年哪些数字对不上"],
)
def test_what_is_not_asked_of_whole_reports_is_refused(question: str, graph: GraphStore) -> None:
    """A narrower question is never answered with the whole."""
    assert answer_question(question, graph).status != "answered"


def test_an_answer_on_a_contradicted_figure_says_so(graph: GraphStore) -> None:
    """伙食补助费 is one of the parts that do not make up 301: one sentence, with both figures; the place of the total is listed as well."""
    answer = answer_question("海东伙食补助费是多少", graph)
    assert [str(value.value) for value in answer.values] == ["48.65"]
    said = [line for line in answer.text.splitlines() if line.startswith("注意：")]
    assert len(said) == 1
    assert "399.28" in said[0]
    assert "447.93" in said[0]
    assert {place.printed for place in answer.evidence} == {"48.65", "399.28"}


def test_a_second_print_is_said_once(graph: GraphStore) -> None:
    """Two prints of one figure are told by the figure's own places; the finding on them adds the other place and no second sentence."""
    answer = answer_question("海东2025年住房公积金预算", graph)
    assert sum(line.startswith("注意：") for line in answer.text.splitlines()) == 1
    assert {place.printed for place in answer.evidence} == {"32.44", "0.00"}


def test_rounding_is_no_contradiction(graph: GraphStore) -> None:
    """烟台's totals are a hundredth off their parts: nothing is said."""
    assert "注意" not in answer_question("烟台市医疗保障局2025年度支出总预算是多少", graph).text

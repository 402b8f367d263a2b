"""Questions made of questions: a verdict first and then its figure, the winner of an inner question, money over heads, parts of a code."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mbkg.ask import answer_question, read_plan
from mbkg.graph.store import GraphStore

CASES = tomllib.loads((Path(__file__).parent / "compound.toml").read_text(encoding="utf-8"))


def named(kind: str) -> list[Any]:
    return [pytest.param(case, id=case["question"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", named("yesno"))
def test_the_verdict_stands_first_and_its_figure_is_shown(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.yesno is case["verdict"]
    assert answer.to_json()["yesno"] is case["verdict"]
    assert case["says"] in answer.text
    assert answer.evidence
    assert str(read_plan(answer.plan)) == answer.plan


@pytest.mark.parametrize("case", named("figure"))
def test_the_outer_figure_is_the_value(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.values[0].value == Decimal(case["value"])
    assert str(read_plan(answer.plan)) == answer.plan


@pytest.mark.parametrize("case", named("names"))
def test_parts_and_negation(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert set(answer.entities) == set(case["names"])


@pytest.mark.parametrize(
    "question",
    [
        "三公经费超过5万吗",  # whose?
        "招远三公经费超过5人吗",  # another unit
        "荣成明年三公经费会不会超标",  # nothing printed says so
        "三公经费最高的单位的在编人数是多少",  # the outer question is in no report
        "烟台医疗保障工作经费的六项成本加总是多少",  # there are five
        "云泽和海东谁的三公经费更高",  # one of the two is not in the graph
        "海东有没有使用国有资本经营预算安排的离休费",
    ],
)
def test_what_the_parts_do_not_settle_is_refused(question: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status != "answered", answer.text
    assert answer.yesno is None
    assert not answer.values

"""What is said in other words is answered like what is said plainly; no wording opens a name, and none is put twice."""

from __future__ import annotations

import runpy
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbkg.ask import answer_question
from mbkg.ask.wording import reworded, wordings
from mbkg.graph.store import GraphStore

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))
ROOT = Path(__file__).parents[2]
SAME = [(entry["plain"], said) for entry in CASES["same"] for said in entry["said"]]


@pytest.mark.parametrize(("plain", "said"), SAME)
def test_other_words_are_answered_alike(plain: str, said: str, graph: GraphStore) -> None:
    """The same figures, names and lines, whatever unit the question asks them in."""
    asked, other = answer_question(plain, graph), answer_question(said, graph)
    assert asked.status == other.status == "answered", other.text
    assert _figures(asked.values) & _figures(other.values) or not asked.values, other.text
    assert set(asked.entities) == set(other.entities), other.text
    if asked.plan.startswith('{"ask":"reason"'):
        assert asked.text.splitlines()[1] == other.text.splitlines()[1]


def _figures(values: Any) -> set[tuple[Decimal, str]]:
    return {(value.value, value.unit) for value in values[:1]}


@pytest.mark.parametrize("case", CASES["never"], ids=lambda case: str(case["question"]))
def test_a_word_that_changes_the_question_keeps_its_meaning(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    given = {str(value.value) for value in answer.values}
    assert answer.status != "answered" or not given & set(case["figures"]), answer.text


@pytest.mark.parametrize("case", CASES["verdict"], ids=lambda case: str(case["question"]))
def test_a_verdict_follows_time(case: dict[str, Any], graph: GraphStore) -> None:
    assert answer_question(case["question"], graph).yesno is case["yes"]


def test_the_letters_are_those_of_the_rules() -> None:
    """The file that says which rules to look at is made anew with the rules (python ontology/make/wordings.py)."""
    made = runpy.run_path(str(ROOT / "ontology" / "make" / "wordings.py"))["lines"]
    asking = ROOT / "ontology" / "asking"
    expected = made((asking / "wordings.toml").read_bytes())
    assert (asking / "wordings.letters.txt").read_text(encoding="utf-8").splitlines() == expected
    assert len(wordings()) == len(expected) - 1


WORDS = sorted(
    {piece for plain, said in SAME for piece in (plain, said)}
    | {"较", "减", "占", "几成", "大头", "加一起", "比", "多少", "，", "2024年", "烟台", "三公"}
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map("".join))
def test_twice_is_once(text: str) -> None:
    once = reworded(text)
    assert reworded(once) == once


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["减负增效项目", "加一块儿工程", "占补平衡较真专项", "人员经费补助儿童项目"]),
    st.sampled_from([said for _, said in SAME]),
)
def test_names_are_closed(name: str, said: str) -> None:
    """The letters of a name come through as they are, wherever it stands."""
    assert name in reworded(f"{said}，{name}", ((len(said) + 1, len(said) + 1 + len(name)),))

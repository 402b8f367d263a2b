"""Questions that a report's own words answer, names said shorter than printed, and rows that are not there."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbkg.ask import answer_question, read_plan
from mbkg.ask.lexicon import Body, Lexicon, Report
from mbkg.ask.plan import Select
from mbkg.ask.purpose import says
from mbkg.ask.shortnames import shortened
from mbkg.graph.store import GraphStore

CASES = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


def named(kind: str, by: str = "question") -> list[Any]:
    return [pytest.param(case, id=case[by]) for case in CASES[kind]]


@pytest.mark.parametrize("case", named("names"))
def test_the_words_of_a_report_name_what_is_asked(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert set(answer.entities) == set(case["names"])
    assert answer.evidence
    assert str(read_plan(answer.plan)) == answer.plan


@pytest.mark.parametrize("case", named("figure"))
def test_the_figure_is_of_what_was_picked_or_added(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.values[0].value == Decimal(case["value"])
    assert len(answer.values) == 1


@pytest.mark.parametrize("case", named("yesno"))
def test_the_verdict_rests_on_what_is_printed(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert answer.yesno is case["verdict"], answer.text
    assert answer.evidence


@pytest.mark.parametrize("case", named("said"))
def test_the_answer_says_the_words(case: dict[str, Any], graph: GraphStore) -> None:
    answer = answer_question(case["question"], graph)
    assert answer.status == "answered", answer.text
    assert all(word in answer.text for word in case["words"])


@pytest.mark.parametrize("question", CASES["refused"]["questions"])
def test_what_no_word_of_a_report_settles_is_refused(question: str, graph: GraphStore) -> None:
    answer = answer_question(question, graph)
    assert answer.status != "answered", answer.text


@pytest.mark.parametrize("case", CASES["purpose"])
def test_a_sum_was_for_what_one_sentence_says_of_it(case: dict[str, Any]) -> None:
    asked = Select("statement", words=case["purpose"], subjects=tuple(case["what"]), units=tuple(case["sum"]))
    assert says(case["sentence"], asked) is case["says"]


def lexicon() -> Lexicon:
    """Five invented bodies, each with a report."""
    regions = {"region/1": {"江城市", "江城"}, "region/2": {"青山区"}}
    named_ = {
        "plan": ("江城市青山区规划和自然资源局", "region/2", {"region/1"}),
        "reform": ("江城市发展和改革委员会", "region/1", set()),
        "centre": ("江城市教育科学研究中心", "region/1", set()),
        "health": ("江城市卫生健康局", "region/1", set()),
        "health2": ("江城市青山区卫生健康局", "region/2", {"region/1"}),
    }
    bodies = {
        iri: Body(iri, name, region, around, {f"{iri}/1": Report(f"{iri}/1", 2024, "reportKind/budget", iri)})
        for iri, (name, region, around) in named_.items()
    }
    return Lexicon(
        senses={body.name: (body.iri,) for body in bodies.values()},
        labels={},
        spellings={},
        bodies=bodies,
        regions={"region/1": "江城市", "region/2": "青山区"},
        longest=20,
        region_names=regions,
        region_words=frozenset(name for names in regions.values() for name in names),
    )


LEXICON = lexicon()


def meant(said: str) -> list[str]:
    """The bodies that the whole of a name can be."""
    return next((list(bodies) for start, end, bodies in shortened(said, LEXICON) if (start, end) == (0, len(said))), [])


@pytest.mark.parametrize("case", named("short", "said"))
def test_a_shortened_name_is_the_body_whose_letters_it_keeps(case: dict[str, Any]) -> None:
    assert meant(case["said"]) == case["bodies"]


@given(kept=st.lists(st.integers(min_value=1, max_value=6), min_size=1, max_size=6, unique=True))
def test_every_shortening_that_keeps_its_beginning_and_kind_is_found(kept: list[int]) -> None:
    """规 with any later letters of 规划和自然资源 and 局 behind them, where two at least set the body apart."""
    letters = "规划和自然资源"
    said = letters[0] + "".join(letters[at] for at in sorted(kept))
    found = meant(said + "局")
    assert found == (["plan"] if sum(letter != "和" for letter in said) > 1 else [])


@given(
    kept=st.sets(st.integers(min_value=1, max_value=6), min_size=2),
    at=st.integers(min_value=1, max_value=4),
    other=st.sampled_from("水务交通财政医疗"),
)
def test_a_letter_that_the_name_does_not_have_makes_it_another_name(kept: set[int], at: int, other: str) -> None:
    letters = "规划和自然资源"
    said = letters[0] + "".join(letters[each] for each in sorted(kept))
    said = said[:at] + other + said[at:]
    assert meant(said + "局") == []

"""The same question from a journalist, an office and a hurried reader has one answer; words that narrow it are not swallowed on the way."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mbkg.ask import Answer, answer_question
from mbkg.graph.store import GraphStore

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("said-freely.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["same"], ids=lambda case: str(case["plain"]))
def test_said_freely(case: dict[str, Any], graph: GraphStore) -> None:
    """Every wording gives the figures of the plain question, or its first line where it gives none."""
    plain = answer_question(case["plain"], graph)
    assert plain.status == "answered", plain.text
    for said in case["said"]:
        other = answer_question(said, graph)
        assert other.status == "answered", f"{said}: {other.text}"
        assert _given(other) == _given(plain), said


def _given(answer: Answer) -> object:
    if answer.values:
        return sorted((abs(value.value), value.unit) for value in answer.values)
    return sorted(answer.entities) or answer.text.splitlines()[1]


@pytest.mark.parametrize("question", CASES["refused"]["questions"])
def test_not_swallowed(question: str, graph: GraphStore) -> None:
    """Half years, rests, exceptions, people and things of no report: refused, however the rest is said."""
    answer = answer_question(question, graph)
    assert answer.status != "answered", answer.text

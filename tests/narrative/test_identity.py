"""Whose report it is: from titles, labelled lines and headings, never from a guess."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mbkg.documents import parse_text
from mbkg.narrative import read_identities, split_reports

CASES = tomllib.loads((Path(__file__).parent / "cases" / "identity" / "identity.toml").read_text(encoding="utf-8"))[
    "case"
]
KEYS = ("unit", "year", "kind", "scope", "superior", "line")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_identity(case: dict[str, Any]) -> None:
    """Each opening names its reports; what it does not say is None."""
    found = read_identities(parse_text(case["text"].encode(), "case.txt"))
    assert len(found) == len(case["reports"])
    for identity, expected in zip(found, case["reports"], strict=True):
        for key in KEYS:
            if key in expected:
                assert (key, getattr(identity, key)) == (key, expected[key] or None)


def test_two_reports_are_parted() -> None:
    """Each report of a file gets its own lines under their own numbers."""
    case = next(case for case in CASES if len(case["reports"]) > 1)
    document = parse_text(case["text"].encode(), "case.txt")
    (_, first), (second, rest) = split_reports(document)
    assert len(first.lines) == len(rest.lines) == len(document.lines)
    assert not any(line.text for line in first.lines if line.number >= second.line)
    assert not any(line.text for line in rest.lines if line.number < second.line)

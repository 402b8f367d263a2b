"""The narrative rules on sentences of bureaus that do not exist (`narrative_sentences.toml`): what must be found, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from narrative_checks import checks_of, told

CASES = tomllib.loads((Path(__file__).parent / "narrative_sentences.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_says_what_an_auditor_would(case: dict[str, Any]) -> None:
    """Exactly the listed contradictions are found, the listed rules ran and held, the listed ones could not be tried."""
    checks = checks_of(case["text"], case["year"], case["kind"])
    assert sorted(told(check) for check in checks if check.outcome == "violated") == sorted(case.get("breaks", []))
    held = {check.rule.id for check in checks if check.outcome in ("holds", "rounding")}
    assert held >= set(case.get("holds", []))
    assert {check.rule.id for check in checks if check.outcome == "not_evaluable"} == set(case.get("open", []))

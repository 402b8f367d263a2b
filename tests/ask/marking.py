"""Is an answer right? A strict little cousin of the shared score.py: units are converted, names must be given and rivals not."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from mbkg.labels import fold

HERE = Path(__file__).parent
_UNITS = {
    "亿元": ("元", 10**8),
    "万元": ("元", 10**4),
    "元": ("元", 1),
    "万人": ("人", 10**4),
    "万剂次": ("剂次", 10**4),
}


def questions(name: str) -> list[dict[str, Any]]:
    """The questions of one file with their gold, in the form of the shared score.py."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line]


def base(value: Any, unit: str) -> tuple[Decimal, str]:
    """A value in its base unit: 万元/人/年 counts as 元."""
    plain, factor = _UNITS.get(unit.split("/")[0], (unit.split("/")[0], 1))
    return abs(Decimal(str(value)) * factor), plain


def is_right(question: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether the answer gives the gold of an answerable question."""
    kind, gold = question["answer_type"], question["gold"]
    if kind == "number":
        wanted = [base(one["value"], one["unit"]) for one in (gold, *question["accept"])]
        given = [base(one["value"], one["unit"]) for one in answer["values"][:5]]
        return any(
            unit == other and abs(a - b) <= max(b / 200, Decimal("0.005")) for a, unit in given for b, other in wanted
        )
    said = [fold(name) for name in answer["entities"]]
    if kind == "entity":
        names = [fold(name) for name in (*gold, *question["accept"])]
        rivals = [fold(name) for group in question.get("rivals", ()) for name in group]
        return any(name in one for name in names for one in said) and not any(
            rival in one for rival in rivals for one in said
        )
    if kind == "list":
        return {fold(name) for name in gold} == set(said)
    text = fold(answer["text"])
    return all(any(fold(word) in text for word in group.split("|")) for group in gold)

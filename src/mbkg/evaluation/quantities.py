"""Quantities of answers: a number with what it measures, found in text or given with a unit, and when two of them agree.

Money is compared in 元, people and things by the piece, a share in per cent. A figure agrees within half a per cent; people and things
below 10,000 only exactly; a percentage also within 0.05 points, which is rounding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mbkg.evaluation.words import marking_words, pattern, plain

Kind = Literal["money", "percent", "count", "open", "none", "score", "day", "minute", "label"]
_WITHIN = 0.005
_POINTS = 0.05
_EXACT_BELOW = 10_000
_TINY = 1e-9
# What a figure of each kind may be given as; kinds not named here are compared with anything.
_TAKES: dict[Kind, frozenset[Kind]] = {
    "money": frozenset({"money", "open"}),
    "percent": frozenset({"percent"}),
    "count": frozenset({"count", "none", "open"}),
    "none": frozenset({"count", "none", "open"}),
    "day": frozenset({"day", "none"}),
    "minute": frozenset({"minute", "none"}),
    "score": frozenset({"score", "none", "count"}),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the base unit of its kind, and where in the text it stands."""

    value: float
    kind: Kind
    at: int = 0


def unit_kind(unit: str) -> tuple[Kind, float]:
    """What a unit measures, and how many base units it is."""
    words = marking_words()
    name = re.sub(r"\s+", "", plain(unit or "").lower())
    for currency in words["units"]["currency"]:
        if name.startswith(currency) and name != currency:
            name = name[len(currency) :]
            break
    name = "" if name.startswith(("/", "每")) else re.split("[/每]", name)[0]
    simple = {"none": "none", "percent": "percent", "score": "score", "day": "day", "minute": "minute"}
    kind: Any
    for group, kind in simple.items():
        if name in words["units"][group]:
            return kind, 1.0
    if name in words["money"]:
        return "money", float(words["money"][name])
    if name in ("万", "亿"):
        return "open", float(words["scale"][name])
    if name in words["units"]["hour"]:
        return "minute", 60.0
    factor = 1.0
    if name[0] in words["scale"] and len(name) > 1:
        factor, name = float(words["scale"][name[0]]), name[1:]
        if name in words["money"]:
            return "money", factor * float(words["money"][name])
    return ("label", 1.0) if name in words["units"]["label"] else ("count", factor)


@cache
def _printed() -> tuple[re.Pattern[str], re.Pattern[str]]:
    units = marking_words()["units"]
    about = "|".join(units["about"])
    number = re.compile(
        r"(?P<sign>[-−]?)(?P<number>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
        rf"\s*(?:{about})?\s*(?P<unit>{'|'.join(map(re.escape, units['printed']))})?"
    )
    letters = "".join(marking_words()["digits"]) + "十百"
    return number, re.compile(rf"(?P<number>[{letters}]{{1,5}})\s*(?P<unit>{'|'.join(units['counted'])})")


def quantities(text: str) -> list[Quantity]:
    """Every number of a text with what it measures, those in Chinese letters last."""
    said = re.sub(r"百分之\s*(\d+(?:\.\d+)?)", r"\1%", plain(text).replace("％", "%"))
    units = marking_words()["units"]
    in_digits, in_letters = _printed()
    found: list[Quantity] = []
    for match in in_digits.finditer(said):
        before = said[match.start() - 1] if match.start() else ""
        if (before.isascii() and before.isalpha()) or (before and before in units["naming"]):
            continue
        value = float(match["number"].replace(",", "").replace("，", ""))
        if match["sign"] and not before.isdigit():
            value = -value
        kind, factor = unit_kind(match["unit"] or "")
        found.append(Quantity(value * factor, "label" if match["unit"] in units["passing"] else kind, match.start()))
    for match in in_letters.finditer(said):
        count = _count(match["number"])
        if count is not None:
            kind, factor = unit_kind(match["unit"])
            found.append(Quantity(count * factor, kind, match.start()))
    return found


def _count(letters: str) -> int | None:
    """A number below 1,000 in Chinese letters; None where the letters are none."""
    digits: Mapping[str, int] = marking_words()["digits"]
    if "百" in letters:
        head, _, tail = letters.partition("百")
        hundreds = digits.get(head, 1) if head else 1
        rest = _count(tail.lstrip("零")) if tail.strip("零") else 0
        return None if rest is None else hundreds * 100 + rest
    if "十" in letters:
        head, _, tail = letters.partition("十")
        if (head and head not in digits) or (tail and tail not in digits):
            return None
        return (digits[head] if head else 1) * 10 + (digits[tail] if tail else 0)
    return digits.get(letters) if len(letters) == 1 else None


def given(entry: Any) -> Quantity | None:
    """A `{"value", "unit"}` of an answer; None where the value is no number."""
    try:
        value = float(str(entry.get("value")).replace(",", ""))
    except (AttributeError, ValueError):
        return None
    kind, factor = unit_kind(entry.get("unit") or "")
    return Quantity(value * factor, kind)


def agrees(gold: Mapping[str, Any], found: Quantity) -> bool:
    """Whether a quantity is the gold figure; a sign is a matter of direction and not looked at."""
    kind, factor = unit_kind(gold.get("unit") or "")
    wanted, said = abs(float(gold["value"]) * factor), abs(found.value)
    if kind in _TAKES and found.kind not in _TAKES[kind]:
        return False
    apart = abs(said - wanted)
    if kind == "percent":
        return apart <= max(_WITHIN * wanted, _POINTS) + _TINY
    if kind in ("count", "none") and wanted.is_integer() and wanted < _EXACT_BELOW:
        return apart < _TINY
    return said == 0 if wanted == 0 else apart <= _WITHIN * wanted + _TINY


def row_text(row: Any) -> str:
    """A row of an answer's table as text."""
    if isinstance(row, Mapping):
        return " ".join(f"{name} {row_text(cell)}" for name, cell in row.items())
    return " ".join(map(row_text, row)) if isinstance(row, list | tuple) else str(row)


def row_quantities(row: Any) -> list[Quantity]:
    """The quantities of a row. A bare number takes its unit from the row's unit field, or from the name of its column."""
    found = quantities(row_text(row))
    if not isinstance(row, Mapping):
        return found
    unit = row.get("unit") or ""
    if not unit and pattern("unit_key").fullmatch(plain(row.get("单位") or "")):
        unit = row["单位"]  # elsewhere 单位 is the organisation
    for name, cell in row.items():
        if isinstance(cell, Mapping) and "value" in cell:
            found += row_quantities({"value": cell["value"], "unit": cell.get("unit", unit)})
        elif isinstance(cell, list | tuple):
            found += [one for entry in cell if isinstance(entry, Mapping) for one in row_quantities(entry)]
        elif isinstance(cell, str | int | float):
            headed = re.search(r"[（(]([^（）()]*)[）)]\s*$", plain(name))
            said = unit or (headed[1] if headed else "")
            number = given({"value": cell, "unit": said})
            if number is not None and said and (unit or number.kind in ("money", "percent", "count")):
                found.append(number)
    return found

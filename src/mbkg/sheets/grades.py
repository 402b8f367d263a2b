"""The scores that a report gives each grade to, where it prints them: 90分以上为优, 80（含）-90分为良.

A report that prints no bands leaves them to the regulation (`[grades]` in `ontology/sheets/words.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import to_ascii_digits
from mbkg.documents import Document
from mbkg.labels import squeeze
from mbkg.reports import Project
from mbkg.sheets.vocabulary import words

_TOP = Decimal(101)
_N = r"(\d{1,3}(?:\.\d+)?)分?(?:（含）|（不含）|\(含\)|\(不含\))?"
_SPAN = rf"{_N}(?:-|—|－|~|～|至){_N}"
_UP = rf"(?:{_N}(?:及|或)?以上|≥{_N}|不低于{_N})"
_DOWN = rf"(?:{_N}(?:及|或)?以下|<{_N}|低于{_N}|不足{_N})"


def with_grade_spans(projects: Sequence[Project], document: Document) -> list[Project]:
    """The projects, each with the scores of its grade where the document itself prints what they are."""
    if not any(project.grade for project in projects):
        return list(projects)
    bands = grade_bands(line.text for line in document.lines)
    return [replace(p, grade_span=bands[p.grade]) if p.grade in bands else p for p in projects]


def grade_bands(lines: Iterable[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """From and below for every grade, as one line of text states them; empty where none states at least two.

    >>> sorted(grade_bands(["90分以上为优，80-90分为良，60-80分为中，60分以下为差"]))
    ['中', '优', '差', '良']
    """
    grades = words().raw["summary"]["grades"]
    names = "|".join(sorted(map(re.escape, grades), key=len, reverse=True))
    for text in lines:
        plain = to_ascii_digits(squeeze(text))
        if "分" not in plain or sum(grade in plain for grade in grades) < 2:
            continue
        found = _before(plain, names) or _after(plain, names)
        if len(found) >= 2:
            return found
    return {}


def _before(text: str, names: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Bands whose scores stand before their grade: `80-90分为良`."""
    pattern = re.compile(
        rf"(?:(?P<span>{_SPAN})|(?P<up>{_UP})|(?P<down>{_DOWN}))分?的?(?:的?为|：|:|评为|定为)[“\"]?(?P<grade>{names})"
    )
    return {m["grade"]: _band(m) for m in pattern.finditer(text)}


def _after(text: str, names: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Bands whose scores stand behind their grade: `优（90-100分）`."""
    pattern = re.compile(
        rf"(?P<grade>{names})[”\"]?(?:[（(：:]|为)(?P<band>(?P<span>{_SPAN})|(?P<up>{_UP})|(?P<down>{_DOWN}))"
    )
    return {m["grade"]: _band(m) for m in pattern.finditer(text)}


def _band(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    printed = next(match[key] for key in ("span", "up", "down") if match[key])
    numbers = sorted(Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", printed))
    if match["span"]:
        return numbers[0], _TOP if numbers[-1] >= 100 else numbers[-1]
    return (numbers[0], _TOP) if match["up"] else (Decimal(0), numbers[0])

"""Targets and results of performance indicators, as printed and taken apart.

`≥147万人` is a comparator, a value and a unit; `处置率达100%` is prose that ends in a value; `显著` is neither. What the page
says stays in `raw`; a value is given only where the text leaves no doubt which number is the target.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from mbkg.amounts import read_number, to_ascii_digits
from mbkg.labels import squeeze
from mbkg.resources import resource_path

QUALITATIVE = "定性"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_YEAR = re.compile(r"^(19|20)\d{2}年")
_NO_UNIT = re.compile(r"[\d，。；、,;≥≤<>=~～—－前后底内外起至左右每达-]")
_CLOSERS = "。；;，,、"


@dataclass(frozen=True, slots=True)
class Target:
    """One target or result: `comparator` is ≥ ≤ > < = 定性 or blank, `value` in `unit`, `raw` the printed cell, squeezed."""

    comparator: str
    value: Decimal | None
    unit: str
    raw: str


@dataclass(frozen=True, slots=True)
class Comparators:
    """The words of `ontology/sheets/comparators.toml`, longest first, and the patterns made of them."""

    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    unit: re.Pattern[str]
    qualitative: frozenset[str]
    strong: re.Pattern[str]


@lru_cache(maxsize=1)
def comparators() -> Comparators:
    """The comparator words, read once."""
    data = tomllib.loads(resource_path("ontology", "sheets", "comparators.toml").read_text("utf-8"))
    before = sorted(((w, c["sign"]) for c in data["comparator"] for w in c["before"]), key=lambda p: -len(p[0]))
    after = sorted(((w, c["sign"]) for c in data["comparator"] for w in c["after"]), key=lambda p: -len(p[0]))
    scale = "|".join(sorted(map(re.escape, data["units"]["scale"]), key=len, reverse=True))
    base = "|".join(sorted(map(re.escape, data["units"]["base"]), key=len, reverse=True))
    one = f"(?:(?:{scale})?(?:{base})|(?:{scale}))"
    unit = rf"{one}(?:[（(][^（）()]{{1,6}}[）)])?(?:[/·／每]{one})*"
    signs = "|".join(re.escape(w) for w, s in before)
    ends = "|".join(re.escape(w) for w, s in after)
    strong = re.compile(rf"^(?:(?:{signs})\s*\S.*|{_NUMBER}\s*(?:{unit})?(?:{ends})?)$")
    return Comparators(tuple(before), tuple(after), re.compile(unit), frozenset(data["units"]["qualitative"]), strong)


@lru_cache(maxsize=50_000)
def looks_like_target(text: str) -> bool:
    """Whether a text can only be a target: it opens with a comparator, or is one number with a unit."""
    return comparators().strong.match(to_ascii_digits(text).strip().rstrip(_CLOSERS)) is not None


@lru_cache(maxsize=50_000)
def is_qualitative(text: str) -> bool:
    """Whether a text is one of the words by which qualitative targets are usually stated (显著, 健全, 有效提升)."""
    return squeeze(text) in comparators().qualitative


@lru_cache(maxsize=50_000)
def split_target(printed: str) -> Target:
    """Take a printed target apart.

    >>> t = split_target("≥147万人")
    >>> t.comparator, str(t.value), t.unit
    ('≥', '147', '万人')
    >>> split_target("处置率达100%").comparator, str(split_target("处置率达100%").value)
    ('', '100')
    """
    raw = squeeze(printed)
    text = to_ascii_digits(raw).rstrip(_CLOSERS)
    words = comparators()
    sign, rest = _leading_sign(text)
    if sign == QUALITATIVE:
        return Target(sign, None, "", raw)
    if sign:
        value, unit, tail = _number_and_unit(rest, any_unit=True)
        if value is None or tail:  # 不超过规定标准 is prose; ≥省级下达数 still says which way
            return Target("" if text[:1].isalpha() else sign, None, "", raw)
        return Target(sign, value, unit, raw)
    value, unit, tail = _number_and_unit(text, any_unit=False)
    if value is not None and not _YEAR.match(text):
        after = _sign_after(tail)
        if not tail or after:
            return Target(after, value, unit, raw)
    for word, found in words.before:  # prose with one comparator and number at its end
        before, mark, rest = text.rpartition(word)
        if mark and before and found != QUALITATIVE and re.match(_NUMBER, rest) and not _other_sign(before):
            value, unit, tail = _number_and_unit(rest, any_unit=False)
            after = _sign_after(tail)
            if value is not None and (not tail or after):
                return Target(found, value, unit, raw)
    ends = re.match(rf"^([^\d]+?)({_NUMBER})([^\d]*)$", text)
    if ends and not _other_sign(ends[1]):
        value, unit, tail = _number_and_unit(ends[2] + ends[3], any_unit=False)
        after = _sign_after(tail)
        if value is not None and unit and (not tail or after):
            return Target(after, value, unit, raw)
    return Target("", None, "", raw)


def join_target(nature: str, value: str, unit: str) -> Target:
    """The target that a wide table prints in three columns: 性质, 值, 度量单位. A nature `0` is the printed form of `=`."""
    raw = squeeze(nature + value + unit)
    sign, rest = _leading_sign(to_ascii_digits(squeeze(nature)))
    if to_ascii_digits(squeeze(nature)) == "0":
        sign = "="
    if sign == QUALITATIVE:
        return Target(sign, None, "", raw)
    number = read_number(squeeze(value)) if not rest or sign == "=" else None
    if number is None:
        whole = split_target(sign + value + unit)
        return Target(whole.comparator, whole.value, whole.unit, raw)
    printed_unit = squeeze(unit)
    return Target(sign, number, printed_unit or ("%" if value.strip().endswith(("%", "％")) else ""), raw)


def _leading_sign(text: str) -> tuple[str, str]:
    for word, sign in comparators().before:
        if text.startswith(word):
            return sign, text[len(word) :].lstrip()
    return "", text


def _sign_after(tail: str) -> str:
    tail = tail.strip()
    return next((sign for word, sign in comparators().after if tail == word), "") if tail else ""


def _other_sign(text: str) -> bool:
    return any(mark in text for mark in "≥≤＞＜><=＝≧≦")


def _number_and_unit(text: str, *, any_unit: bool) -> tuple[Decimal | None, str, str]:
    """The number a text begins with, its unit, and what follows; `any_unit` takes a whole short tail for the unit."""
    match = re.match(_NUMBER, text)
    if match is None:
        return None, "", text
    rest = text[match.end() :].strip()
    value = read_number(match.group())
    known = comparators().unit.match(rest)
    if known and known.end() == len(rest):
        return value, rest, ""
    if known and _sign_after(rest[known.end() :]):
        return value, known.group(), rest[known.end() :]
    if _sign_after(rest):
        return value, "", rest
    longest = 10 if any_unit else 3
    if rest and len(rest) <= longest and not _NO_UNIT.search(rest):
        return value, rest, ""
    return value, "", rest

"""What a figure of the narrative is about, in the same coordinates as the tables' figures.

Subjects are matched by the patterns of `ontology/tables/subjects.toml`; a functional or economic item by the name that the report's own
tables print for a code, and only where one code bears it. A statement whose coordinates are not certain has none: it stays evidence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mbkg.amounts import WAN_PER_UNIT, to_wan
from mbkg.coordinates import Coordinates
from mbkg.labels import fold, squeeze
from mbkg.reports import Statement
from mbkg.resources import resource_path
from mbkg.tables.meaning import Frame


@dataclass(frozen=True, slots=True)
class _Subject:
    pattern: re.Pattern[str]
    sets: Mapping[str, str]
    also: Mapping[str, str] | None
    unless: str


@dataclass(frozen=True, slots=True)
class _Words:
    phases: Mapping[str, str]
    funds: tuple[tuple[re.Pattern[str], str], ...]
    subjects: tuple[_Subject, ...]


@dataclass(frozen=True, slots=True)
class PrintedCodes:
    """The codes that a report's tables print, by folded name; a name borne by two codes points to neither."""

    function: Mapping[str, str]
    economic: Mapping[str, str]


NO_CODES = PrintedCodes({}, {})


def statement_coordinates(
    statement: Statement, frame: Frame, codes: PrintedCodes = NO_CODES
) -> tuple[Coordinates, ...]:
    """The coordinates a statement's figure has; two for 收支总预算, which states income and expenditure at once; none if unclear."""
    words = _words()
    phase = words.phases.get(statement.measure)
    if phase is None or statement.unit not in WAN_PER_UNIT or statement.year is None:
        return ()
    if frame.kind == "final_account" and phase == "预算":
        phase = "年初预算"
    subject = squeeze(statement.subject)
    base: dict[str, int | str] = {"year": statement.year, "phase": phase}
    for known in words.subjects:
        if known.pattern.match(subject) and not (known.unless and known.unless in statement.context):
            fund = _fund(subject, words) or (
                _fund(statement.context.split(" / ")[0], words) if "nature" in known.sets else ""
            )
            first = _sets(known.sets, subject, fund)
            found = [Coordinates(**base, **first)]  # type: ignore[arg-type]
            if known.also is not None:
                found.append(Coordinates(**base, **_sets(known.also, subject, fund)))  # type: ignore[arg-type]
            return tuple(found)
    return _coded(statement, base, codes)


def _sets(sets: Mapping[str, str], subject: str, fund: str) -> dict[str, str]:
    filled = {key: value.replace("{subject}", subject) for key, value in sets.items()}
    if fund and "fund" not in filled:
        filled["fund"] = fund
    return filled


def _fund(subject: str, words: _Words) -> str:
    return next((fund for pattern, fund in words.funds if pattern.search(subject)), "")


def _coded(statement: Statement, base: Mapping[str, int | str], codes: PrintedCodes) -> tuple[Coordinates, ...]:
    name = fold(statement.subject)
    sections = statement.context.split(" / ")
    in_basic = "基本支出" in sections[0]
    fund = _fund(sections[0], _words())
    if in_basic and name in codes.economic:
        sets = {"measure": "支出", "nature": "基本支出", "economic": codes.economic[name]}
    elif not in_basic and name in codes.function:
        sets = {"measure": "支出", "function": codes.function[name]}
    else:
        return ()
    if fund:
        sets["fund"] = fund
    return (Coordinates(**base, **sets),)  # type: ignore[arg-type]


def expectations(statements: Iterable[Statement], frame: Frame) -> dict[Coordinates, frozenset[Decimal]]:
    """What the narrative lets a table reader expect, in 万元: every stated amount, and last year's where a change is stated."""
    expected: dict[Coordinates, set[Decimal]] = {}
    for statement in statements:
        if statement.value is None:
            continue
        for at in statement_coordinates(statement, frame):
            value = to_wan(statement.value, statement.unit)
            expected.setdefault(at, set()).add(value)
            if statement.change is not None and statement.against_year is not None:
                before = Coordinates(
                    at.measure, statement.against_year, at.phase, at.fund, at.nature, at.function, at.economic
                )
                expected.setdefault(before, set()).add(value - to_wan(statement.change, statement.unit))
    return {at: frozenset(values) for at, values in expected.items()}


def printed_codes(rows: Sequence[tuple[str, str]]) -> PrintedCodes:
    """Names to codes from (code, label) rows of all tables; `30101|50501` counts by its department code."""
    function: dict[str, set[str]] = {}
    economic: dict[str, set[str]] = {}
    for code, label in rows:
        bare = code.split("|")[0]
        if not bare or not label:
            continue
        (function if bare.startswith("2") else economic).setdefault(fold(label), set()).add(bare)
    return PrintedCodes(_unique(function), _unique(economic))


def _unique(names: Mapping[str, set[str]]) -> dict[str, str]:
    """One code for a name: names of a 款 and its only 项 are the same words, and the figure stated is of the 项."""
    found = {}
    for name, codes in names.items():
        longest = max(codes, key=len)
        if all(longest.startswith(code) for code in codes):
            found[name] = longest
    return found


@cache
def _words() -> _Words:
    with resource_path("ontology", "tables", "subjects.toml").open("rb") as file:
        data = tomllib.load(file)
    return _Words(
        phases=data["phases"],
        funds=tuple((re.compile(entry["pattern"]), entry["fund"]) for entry in data["fund"]),
        subjects=tuple(
            _Subject(re.compile(entry["pattern"]), entry["sets"], entry.get("also"), entry.get("unless", ""))
            for entry in data["subject"]
        ),
    )

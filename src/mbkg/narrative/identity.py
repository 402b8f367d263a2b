"""Whose report it is, for which year, of which kind: read from what is printed, by weighing the evidence.

A labelled line over a table says more than a chapter heading, a heading more than a sentence; what is said nowhere stays None. When
a file holds two reports, each opens with its own first lines, and their evidence contradicts: then there are two identities.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, get_args

from mbkg.documents import Document
from mbkg.narrative.layout import line_kinds, plain
from mbkg.narrative.model import Identity
from mbkg.narrative.vocabulary import compiled, one_of, table
from mbkg.reports import ReportKind, Scope

_TITLE_LINES = 12  # a title stands among the first lines of its report
_TELLING = 4  # the least weight at which the word beside a year says what kind of report this is
_STRONG = 6  # evidence of this weight can contradict another report; weaker words may speak of other years and bodies
_KINDS: dict[str, ReportKind] = {"预算": "budget", "决算": "final_account"}


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One thing a line says: `what` is unit, year, kind, scope, superior or title."""

    what: str
    value: str
    weight: int
    line: int


@dataclass(frozen=True, slots=True)
class _Segment:
    """The lines from one place where a report could open to the next, and what they say."""

    lines: Sequence[tuple[int, str]]
    said: tuple[_Evidence, ...]

    @property
    def is_neutral(self) -> bool:
        return not any(item.weight >= _STRONG and item.what in ("unit", "year", "kind") for item in self.said)


def read_identities(document: Document, skip: frozenset[int] = frozenset()) -> tuple[Identity, ...]:
    """The identity of every report in the file, in print order; at least one, with None for what is not said.

    All lines speak, tables and sheets too, but not those in `skip`.
    """
    kinds = line_kinds(document, skip)
    texts = [
        (line.number, plain(line.text)) for line in document.lines if kinds[line.number] not in ("blank", "skipped")
    ]
    reports: list[list[_Segment]] = []
    for lines in _segments(texts):
        segment = _Segment(lines, tuple(evidence for number, text in lines for evidence in _evidence(number, text)))
        if not reports or _contradicts(_said(reports[-1]), segment.said):
            reports.append([*_belonging_to_next(reports[-1] if reports else []), segment])
        else:
            reports[-1].append(segment)
    return tuple(_decide(report) for report in reports)


def body_name(text: str) -> str | None:
    """The name of a public body that a captured phrase is, without （本级）; None where it is no such name."""
    name = re.sub(r"^(?:[“\"《]|关于|纳入|列入|根据)+|[”\"》]+$", "", _without_part(text))
    for words in table("identity")["own_office"]:
        name = name.removesuffix(words)
    name = re.sub(r"(?:部门|单位|系统|(?<=[局委心])部)$", "", name)
    if not 4 <= len(name) <= 30 or any(word in name for word in table("identity")["not_in_name"]):
        return None
    return name if _body().search(name) else None


def _without_part(text: str) -> str:
    """A heading without the part it opens: 第三部分 stands before a name and is never in it."""
    return re.sub(table("identity")["before_name"], "", text)


@cache
def _body() -> re.Pattern[str]:
    return re.compile(
        rf"^[\u4e00-\u9fff（）A-Za-z·、\d]+?{one_of(table('identity')['body_endings'])}(?:（[^（）]{{1,12}}）)?$"
    )


@cache
def _rows(key: str) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    return compiled(table("identity")[key])


@cache
def _openings() -> re.Pattern[str]:
    return re.compile("|".join(table("identity")["openings"]))


def _segments(texts: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    """The lines cut at every place where a report could open."""
    cuts = [index for index, (_, text) in enumerate(texts) if index and _openings().match(text)]
    for start, end in zip([0, *cuts], [*cuts, len(texts)], strict=True):
        yield texts[start:end]


def _evidence(number: int, text: str) -> Iterator[_Evidence]:
    for pattern, row in _rows("unit"):
        if (match := pattern.search(text)) and (name := body_name(match["name"])):
            yield _Evidence("unit", name, row["weight"], number)
            if (
                match["name"] != name
                and row["weight"] >= _STRONG
                and "本级" in match["name"] + text[match.end("name") :][:5]
            ):
                yield _Evidence("scope", "unit", row["weight"], number)
            break
    for pattern, row in _rows("year"):
        if match := pattern.search(text):
            printed = match["year"] or match["year2"] if "year2" in pattern.groupindex else match["year"]
            yield _Evidence("year", printed, row["weight"], number)
            if row["weight"] >= _TELLING:  # a sentence that names a year and a budget may speak of another report
                yield _Evidence("kind", row["kind"] or _KINDS[match["kind"]], row["weight"], number)
            if row["weight"] >= 20 and len(text) <= 50:
                yield _Evidence("title", _without_part(text), row["weight"], number)
            break
    for pattern, row in _rows("kind"):
        if pattern.search(text):
            yield _Evidence("kind", row["kind"], row["weight"], number)
            break
    for pattern, row in _rows("scope"):
        if row["on"] == "line" and pattern.search(text):
            yield _Evidence("scope", row["scope"], row["weight"], number)
            break
    for pattern, row in _rows("superior"):
        if (match := pattern.search(text)) and (name := body_name(match["name"])):
            yield _Evidence("superior", name, row["weight"], number)
            break


def _belonging_to_next(report: list[_Segment]) -> list[_Segment]:
    """Take off the segments at the end of a report that say nothing of whose they are: its successor opened there."""
    taken: list[_Segment] = []
    while len(report) > 1 and report[-1].is_neutral:
        taken.insert(0, report.pop())
    return taken


def _said(report: Sequence[_Segment]) -> list[_Evidence]:
    return [evidence for segment in report for evidence in segment.said]


def _contradicts(known: Sequence[_Evidence], new: Sequence[_Evidence]) -> bool:
    """Whether a later segment speaks for another unit, year or kind than all before it."""
    for what in ("unit", "year", "kind"):
        before, after = _winner(known, what, _STRONG), _winner(new, what, _STRONG)
        if before and after and before != after and not _says(known, what, after, _STRONG):
            return True
    return False


def _says(evidence: Sequence[_Evidence], what: str, value: str, least: int) -> bool:
    return any(item.what == what and item.value == value and item.weight >= least for item in evidence)


def _winner(evidence: Sequence[_Evidence], what: str, least: int = 1) -> str | None:
    """The value with most weight behind it; None where nothing is said or two values weigh the same."""
    weights: Counter[str] = Counter()
    for item in evidence:
        if item.what == what and item.weight >= least:
            weights[item.value] += item.weight
    ranked = weights.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _decide(report: Sequence[_Segment]) -> Identity:
    evidence = _said(report)
    unit, year = _winner(evidence, "unit"), _winner(evidence, "year")
    above = _winner([item for item in evidence if item.value != unit], "superior")
    kind = next((value for value in get_args(ReportKind) if value == _winner(evidence, "kind")), None)
    scope = next((value for value in get_args(Scope) if value == _winner(evidence, "scope")), None)
    lines = [line for segment in report for line in segment.lines]
    first = {number for number, _ in lines[:_TITLE_LINES]}
    titles = [item.value for item in evidence if item.what == "title" and item.line in first]
    named = [title for title in titles if unit and unit in title]
    title = next(iter(named or titles), None)
    if title and unit and unit not in title and (unit, title) in pairwise(text for _, text in lines):
        title = unit + title  # a title printed on two lines
    start = lines[0][0] if lines else 1
    return Identity(unit, int(year) if year else None, kind, scope, title, above if unit else None, start)

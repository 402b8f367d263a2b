"""Projects and indicators by their words: a phrase of the question against the names that reports print.

This is the lexical linker. Anything that ranks topics for a phrase fits the `Linker` protocol; an index of embeddings takes its place
beside it. A link holds only where the phrase is used up: a word of the question that the name does not carry is a reason to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from mbkg.ask.voidwords import is_void, restrictions
from mbkg.ask.words import words
from mbkg.labels import fold


@dataclass(frozen=True, slots=True)
class Topic:
    """Something with a name in a report: an indicator (with its project's title as context), or a project."""

    node: str
    kind: str
    name: str
    context: str
    body: str
    year: int
    other: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A topic with how much of the phrase it carries (0..1; in letters, `held`), how well it fits, and what it leaves unsaid."""

    topic: Topic
    covered: float
    fit: float
    unsaid: str
    held: int = 0


_SURE = 4  # letters of a name that a phrase must hold for its light words not to be counted
_LATIN = re.compile(r"[a-z0-9.]+")


class Linker(Protocol):
    """Ranks topics for a phrase given as segments; best first, ties in a fixed order."""

    def rank(self, segments: Sequence[str], topics: Iterable[Topic]) -> list[Link]: ...


class LexicalLinker:
    """Letters in pairs: a letter of the phrase is carried if one of its pairs stands in the name."""

    def rank(self, segments: Sequence[str], topics: Iterable[Topic]) -> list[Link]:
        phrase = tuple(part for segment in segments for part in alike(segment).split("的") if part)
        links = [link for topic in topics if (link := _link(phrase, topic)) is not None]
        return sorted(links, key=lambda link: (-link.fit, link.topic.year, link.topic.node))


def _link(phrase: tuple[str, ...], topic: Topic) -> Link | None:
    total = sum(map(len, phrase))
    if not total:
        return None
    best: Link | None = None
    context, unit = alike(topic.context), "万元" if topic.kind == "project" else topic.unit
    asked = {pair for segment in phrase for pair in _pairs(segment)}
    for name in (topic.name, *topic.other):
        own = alike(name)
        pairs = _pairs(own)
        if not (asked & pairs or asked & _pairs(context) or any(len(segment) == 1 for segment in phrase)):
            continue
        carried = together = 0
        unsaid: list[str] = []
        for segment in phrase:
            mine = _carried(segment, own)
            held = mine | _carried(segment, context)
            carried += len(mine)
            together += len(held)
            unsaid += [gap for gap in gaps(segment, held, unit) if not _told(gap, own, context)]
        told = len(pairs & asked) / max(len(pairs), 1)
        said = together + sum(map(len, unsaid)) if together >= _SURE else total
        share = 0.5 / total + 0.5 / max(said, 1)  # light words count half
        link = Link(
            topic,
            together / max(said, 1),
            share * carried + 0.5 * share * (together - carried) + 0.25 * told,
            "、".join(unsaid),
            together,
        )
        if best is None or link.fit > best.fit:
            best = link
    return best


@lru_cache(maxsize=20000)
def _pairs(text: str) -> frozenset[str]:
    """The letters of a text two by two."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _carried(segment: str, name: str) -> set[int]:
    """The letters of a segment that a name carries: in stretches of two and more, which stand in the name in the segment's order."""
    held: set[int] = set()
    if len(segment) == 1:
        return {0} if segment in name else held
    at, since = 0, 0
    while at < len(segment) - 1:
        size = 2
        place = found = name.find(segment[at : at + size], since)
        while found >= 0:
            place = found
            size += 1
            found = name.find(segment[at : at + size], since) if at + size <= len(segment) else -1
        size -= 1
        if size > 1:
            held |= set(range(at, at + size))
            since = place + size - 1
            at += size - 1
        else:
            at += 1
    for match in _LATIN.finditer(segment):
        if match.group() not in name:
            held -= set(range(match.start(), match.end()))
    return held


def carries(name: str, said: str) -> bool:
    """Whether a name holds everything that is said, in its order (政府性基金预算拨款收入: 政府性基金预算财政拨款收入)."""
    return len(_carried(said, name)) == len(said)


def gaps(segment: str, held: set[int], unit: str) -> list[str]:
    """The stretches that neither the name carries nor anyone would miss beside the name of a figure in that unit."""
    if _is_light(segment, unit):
        return []
    found: list[str] = []
    run = ""
    for at in range(len(segment) + 1):
        if at < len(segment) and at not in held:
            run += segment[at]
        elif run:
            if not is_passed_over(run) and not _is_light(run, unit):
                found.append(run)
            run = ""
    found += [
        segment[low:high]
        for low, high in restrictions(segment)
        if not held.issuperset(range(low, high)) and segment[low:high] not in _light(unit)
    ]
    return found


def _told(gap: str, *names: str) -> bool:
    """Whether a name carries the stretch, if in another order (DRG驻场审核人员: 审核DRG付费驻场人员数量)."""
    return len(gap) > 1 and any(gap in name for name in names)


@lru_cache(maxsize=20000)
def _is_light(run: str, unit: str) -> bool:
    """Whether a stretch is made of words that mean nothing beside the name of a figure in that unit."""
    return is_void(run, _light(unit))


@lru_cache(maxsize=200)
def _light(unit: str) -> frozenset[str]:
    own = (kind for kind, pattern in words().kinds if pattern.search(unit))
    return words().light.union(*own)


def unshared(one: str, other: str) -> list[str]:
    """The stretches of one name, in `alike` letters, that another does not carry."""
    own, held = alike(one), _carried(alike(one), alike(other))
    runs = "".join(" " if at in held else letter for at, letter in enumerate(own)).split()
    return [run for run in runs if len(run) > 1]


def is_passed_over(run: str) -> bool:
    """Whether a stretch says nothing: it is made of words that a question's reader passes over."""
    return is_void(run)


@lru_cache(maxsize=20000)
def alike(name: str) -> str:
    """A name folded, with words of one meaning made one word: 长护险 and 长期护理保险 are compared alike."""
    by_letter, meant = _same()
    return _told_alike(fold(name), by_letter, meant)


def _told_alike(text: str, by_letter: Mapping[str, Sequence[str]], meant: Mapping[str, str]) -> str:
    """The text with every known word, the longest first, in its one form."""
    out: list[str] = []
    at = 0
    while at < len(text):
        word = next((word for word in by_letter.get(text[at], ()) if text.startswith(word, at)), "")
        out.append(meant[word] if word else text[at])
        at += len(word) or 1
    return "".join(out)


@cache
def _same() -> tuple[dict[str, list[str]], dict[str, str]]:
    """The words that have others of their meaning by their first letters, the longest first, and the one form compared for each.

    That form is itself told in the forms of shorter words: in 骗取医疗保障基金 stands 医疗保险 like everywhere.
    """
    same = words().same
    by_letter: dict[str, list[str]] = {}
    for word in sorted(same, key=lambda word: (-len(word), word)):
        by_letter.setdefault(word[0], []).append(word)
    forms: dict[str, str] = {}
    for first in sorted({*same.values()}, key=lambda word: (len(word), word)):
        inside = {word: forms[same[word]] for word in _held(first, by_letter) if same[word] in forms}
        own = {
            letter: [word for word in by_letter[letter] if word in inside] for letter in {word[0] for word in inside}
        }
        forms[first] = _told_alike(first, own, inside)
    return by_letter, {word: forms[first] for word, first in same.items()}


def _held(text: str, by_letter: Mapping[str, Sequence[str]]) -> list[str]:
    """The known words that stand in a text, itself left out."""
    return [
        word
        for at, letter in enumerate(text)
        for word in by_letter.get(letter, ())
        if word != text and text.startswith(word, at)
    ]

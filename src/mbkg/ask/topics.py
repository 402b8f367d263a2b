"""Projects and indicators by their words: a phrase of the question against the names that reports print.

This is the lexical linker. Anything that ranks topics for a phrase fits the `Linker` protocol; an index of embeddings takes its place
beside it. A link holds only where the phrase is used up: a word of the question that the name does not carry is a reason to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

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
    """A topic with how much of the phrase it carries (0..1), how well it fits, and what it leaves unsaid."""

    topic: Topic
    covered: float
    fit: float
    unsaid: str


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
    for name in (topic.name, *topic.other):
        own, context = alike(name), alike(topic.context)
        carried = sum(len(_carried(segment, own)) for segment in phrase)
        together, unsaid = 0, []
        for segment in phrase:
            held = _carried(segment, own) | _carried(segment, context)
            together += len(held)
            unsaid += _gaps(segment, held)
        pairs = {own[at : at + 2] for at in range(len(own) - 1)}
        asked = {segment[at : at + 2] for segment in phrase for at in range(len(segment) - 1)}
        told = len(pairs & asked) / max(len(pairs), 1)
        link = Link(
            topic,
            together / total,
            carried / total + 0.5 * (together - carried) / total + 0.25 * told,
            "、".join(unsaid),
        )
        if best is None or link.fit > best.fit:
            best = link
    return best


def _carried(segment: str, name: str) -> set[int]:
    """The letters of a segment that a name carries: in stretches of two and more, which stand in the name in the segment's order."""
    held: set[int] = set()
    if len(segment) == 1:
        return {0} if segment in name else held
    at, since = 0, 0
    while at < len(segment) - 1:
        size = next(
            (size for size in range(len(segment) - at, 1, -1) if name.find(segment[at : at + size], since) >= 0), 0
        )
        if size:
            held |= set(range(at, at + size))
            since = name.find(segment[at : at + size], since) + size - 1
            at += size - 1
        else:
            at += 1
    for match in re.finditer(r"[a-z0-9.]+", segment):
        if match.group() not in name:
            held -= set(range(match.start(), match.end()))
    return held


def _gaps(segment: str, held: set[int]) -> list[str]:
    """The stretches of two letters and more, or of Latin letters, that the name does not carry."""
    gaps: list[str] = []
    run = ""
    for at in range(len(segment) + 1):
        if at < len(segment) and at not in held:
            run += segment[at]
        elif run:
            if not is_passed_over(run):
                gaps.append(run)
            run = ""
    return gaps


def unshared(one: str, other: str) -> list[str]:
    """The stretches of one name, in `alike` letters, that another does not carry."""
    own, held = alike(one), _carried(alike(one), alike(other))
    runs = "".join(" " if at in held else letter for at, letter in enumerate(own)).split()
    return [run for run in runs if len(run) > 1]


def is_passed_over(run: str) -> bool:
    """Whether a stretch says nothing: it is made of words that a question's reader passes over."""
    stop = words().stop
    reach = {0}
    for start in range(len(run)):
        if start in reach:
            reach |= {end for end in range(start + 1, len(run) + 1) if run[start:end] in stop}
    return len(run) in reach


@lru_cache(maxsize=20000)
def alike(name: str) -> str:
    """A name folded, with words of one meaning made one word: 长护险 and 长期护理保险 are compared alike."""
    folded = fold(name)
    out: list[str] = []
    at = 0
    same = words().same
    canonical = {target for _, target in same}
    while at < len(folded):
        keep = next((word for word in canonical if folded.startswith(word, at)), "")
        swap = next(((word, target) for word, target in same if folded.startswith(word, at)), None)
        if keep and (swap is None or len(keep) >= len(swap[0])):
            out.append(keep)
            at += len(keep)
        elif swap is not None:
            out.append(swap[1])
            at += len(swap[0])
        else:
            out.append(folded[at])
            at += 1
    return "".join(out)

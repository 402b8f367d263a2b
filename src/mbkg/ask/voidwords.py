"""The lexicon of words that a question's reader may pass over, and of words that restrict and are never passed over.

The words are those of `ontology/asking/void.toml`. A stretch that no concept explains is cut into them: fewest unknown letters, then fewest
words. So a void letter never splits a longer word that says something: 下半年 is no 下 with an unknown 半 behind it.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from mbkg.labels import fold
from mbkg.resources import resource_path

Say = Literal["void", "restricting", "kept", "unknown"]


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of the lexicon with its class; `sense` is what a void word means all the same, `why` what a refusal adds."""

    say: Say
    name: str
    sense: str = ""
    why: str = ""
    after: re.Pattern[str] | None = None
    before: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    needs: frozenset[str] = frozenset()

    @property
    def bound(self) -> bool:
        """Whether the word may stand in some neighbourhoods only; where it may, that is what it is."""
        return bool(self.needs or self.after or self.before)

    def fits(self, text: str, start: int, end: int, named: frozenset[str]) -> bool:
        """Whether the word may stand at `start:end` of a text in which the kinds and senses `named` are mentioned."""
        return (
            (not self.needs or bool(self.needs & named))
            and (self.after is None or self.after.search(text[:start]) is not None)
            and (self.before is None or self.before.match(text[end:]) is not None)
            and (self.unless is None or self.unless.search(text) is None)
        )


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the lexicon at `start:end`, or the letters between two of them, which are unknown."""

    start: int
    end: int
    text: str
    word: Word

    @property
    def silent(self) -> bool:
        return self.word.say == "void"


UNKNOWN = Word("unknown", "")
_LIGHT = Word("void", "light")
_COMPARING = frozenset({"operator/share", "operator/change", "asks/comparing"})


@dataclass(frozen=True, slots=True)
class VoidWords:
    """The lexicon: folded words to their classes, and the patterns in order."""

    words: Mapping[str, tuple[Word, ...]]
    patterns: tuple[tuple[re.Pattern[str], Word], ...]
    longest: int
    spent: re.Pattern[str]
    phrases: re.Pattern[str]


@cache
def void_words() -> VoidWords:
    """The lexicon as `void.toml` holds it."""
    with resource_path("ontology", "asking", "void.toml").open("rb") as file:
        data = tomllib.load(file)
    entries: dict[str, list[Word]] = defaultdict(list)
    patterns: list[tuple[re.Pattern[str], Word]] = []
    says: tuple[Say, ...] = ("restricting", "void", "kept")
    for say in says:
        for group in data[say]:
            word = _word(say, group)
            for text in group.get("words", "").split():
                entries[fold(text)].append(word)
            patterns += [
                (re.compile(pattern), word) for pattern in (*group.get("patterns", ()), *group.get("phrases", ()))
            ]
    spent = sorted(data["spent"]["words"].split(), key=lambda word: (-len(word), word))
    return VoidWords(
        words={text: tuple(sorted(found, key=lambda word: not word.bound)) for text, found in entries.items()},
        patterns=tuple(patterns),
        longest=max(map(len, entries)),
        spent=re.compile("|".join(map(re.escape, spent))),
        phrases=re.compile(
            "|".join(group_pattern for group in data["void"] for group_pattern in group.get("phrases", ()))
        ),
    )


def _word(say: Say, group: Mapping[str, Any]) -> Word:
    def bound(name: str, form: str = "{}") -> re.Pattern[str] | None:
        return re.compile(form.format(group[name])) if name in group else None

    return Word(
        say,
        group["name"],
        group.get("sense", ""),
        group.get("why", ""),
        bound("after", "(?:{})$"),
        bound("before"),
        bound("unless"),
        frozenset(group.get("with", ())),
    )


def cut(
    text: str,
    start: int,
    end: int,
    named: frozenset[str],
    opened: int | None = None,
    light: frozenset[str] = frozenset(),
) -> list[Token]:
    """The words of the stretch `start:end`, fewest unknown letters first, then fewest words, then most that restrict.

    From `opened` on, before `start`, a restricting word may begin; words of `light` are void here whatever they are elsewhere.
    """
    known = void_words()
    ending: dict[int, list[tuple[int, Word]]] = defaultdict(list)
    first = start if opened is None else opened
    for low in range(first, end):
        for high in range(max(low, start) + 1, min(end, low + known.longest) + 1):
            if low >= start and text[low:high] in light:
                ending[high].append((low, _LIGHT))
                continue
            for word in known.words.get(text[low:high], ()):
                if (low >= start or word.say == "restricting") and word.fits(text, low, high, named):
                    ending[high].append((low, word))
                    break
    patterned: set[tuple[int, int]] = set()
    for pattern, word in known.patterns:
        for match in pattern.finditer(text):
            low, high = match.span()
            inside = low >= start or (word.say == "restricting" and low >= first)
            if inside and start < high <= end and word.fits(text, low, high, named):
                ending[high].append((low, word))
                patterned.add((low, high))
    for high, found in ending.items():
        sure = {
            low
            for low, word in found
            if word.say == "void" and (word.bound or word is _LIGHT or (low, high) in patterned)
        }
        ending[high] = [(low, word) for low, word in found if low not in sure or word.say == "void"]
    best: dict[int, tuple[int, int, int, tuple[Token, ...]]] = {start: (0, 0, 0, ())}
    for high in range(start + 1, end + 1):
        unknown, count, firm, chosen = best[high - 1]
        reached = (unknown + 1, count, firm, _with_unknown(chosen, text, high))
        for low, word in ending.get(high, ()):
            unknown, count, firm, chosen = best[max(low, start)]
            size = 0 if word.say == "void" else high - low
            score = (unknown, count + 1, firm - size)
            if score < reached[:3]:
                reached = (*score, (*chosen, Token(low, high, text[low:high], word)))
        best[high] = reached
    return list(best[end][3])


def _with_unknown(chosen: tuple[Token, ...], text: str, high: int) -> tuple[Token, ...]:
    if chosen and chosen[-1].word is UNKNOWN:
        return (*chosen[:-1], Token(chosen[-1].start, high, text[chosen[-1].start : high], UNKNOWN))
    return (*chosen, Token(high - 1, high, text[high - 1 : high], UNKNOWN))


@lru_cache(maxsize=20000)
def is_void(run: str, light: frozenset[str] = frozenset()) -> bool:
    """Whether a stretch by itself is made of void words, and of those among `light`; what compares is no void part of a name (药占比)."""
    tokens = cut(run, 0, len(run), frozenset(), light=light)
    return all(token.silent and token.word.sense not in _COMPARING for token in tokens)


@lru_cache(maxsize=2000)
def restrictions(run: str) -> tuple[tuple[int, int], ...]:
    """Where words that restrict stand in a stretch."""
    return tuple(
        (token.start, token.end) for token in cut(run, 0, len(run), frozenset()) if token.word.say == "restricting"
    )


@lru_cache(maxsize=2000)
def without_lead(run: str) -> str:
    """A stretch without the void words that it begins with; itself where nothing is left."""
    tokens = cut(run, 0, len(run), frozenset())
    return "".join(token.text for token in tokens[next((at for at, t in enumerate(tokens) if not t.silent), 0) :])


def set_phrases(text: str) -> Iterator[tuple[int, int]]:
    """Where set phrases stand that hold letters of other words: 挨个数一数 counts nothing."""
    for match in void_words().phrases.finditer(text):
        yield match.span()

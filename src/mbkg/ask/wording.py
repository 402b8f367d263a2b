"""Other ways to say what the grammar says in one way: 较 for 比, A减B for A比B多多少, 摞一起 for 合计.

The rules are patterns in `ontology/asking/wordings.toml`, each with what it stands for. They are tried in order until none changes the
question, so a question put twice through them is the question put through once. The names of projects and codes are closed to the rules:
none reads a word of its own into a name, and none takes a letter out of one.

A rule is compiled when a text first holds the letters it needs (`wordings.letters.txt`, written by `ontology/make/wordings.py`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from mbkg.resources import resource_path

_CLOSED = 0xE000  # private letters: the first stands for the first name, and so on
_MOST_NAMES = 256
_NAME = f"[\\u{_CLOSED:04x}-\\u{_CLOSED + _MOST_NAMES:04x}]"  # any of them in a pattern
_MOST_TIMES = 4  # what one rule puts in may be what another reads
_MACRO = re.compile("<([A-Z]+)>")


@dataclass(frozen=True, slots=True)
class Wording:
    """One rule: what is said, what it stands for, what keeps it from being meant so, and the sets of letters it needs one of each of."""

    said: str
    means: str
    unless: str
    letters: tuple[frozenset[str], ...]

    def put(self, text: str) -> str:
        """The text with this wording put in the words of the grammar."""
        if self.unless and _compiled(self.unless).search(text):
            return text
        return _compiled(self.said).sub(self.means, text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def wordings() -> tuple[Wording, ...]:
    """The rules in their order."""
    with resource_path("ontology", "asking", "wordings.toml").open("rb") as file:
        source = file.read()
    data = tomllib.loads(source.decode())
    with resource_path("ontology", "asking", "wordings.letters.txt").open(encoding="utf-8") as file:
        version, *lines = file.read().splitlines()
    if version != hashlib.sha1(source).hexdigest():
        lines = []  # letters of other rules; every rule is then tried
    rules = [entry for group in data["group"] for entry in group["rules"]]
    needed = [tuple(map(frozenset, line.split())) if line != "-" else () for line in lines] or [()] * len(rules)
    return tuple(
        Wording(said, entry[1], unless, letters)
        for entry, (said, unless), letters in zip(rules, patterns(data), needed, strict=True)
    )


def patterns(data: dict[str, Any]) -> list[tuple[str, str]]:
    """What every rule of a rule file is said by and kept back by, macros put in; blank where nothing keeps it back."""
    macros = _macros(data)
    rules = [entry for group in data["group"] for entry in group["rules"]]
    return [(_filled(entry[0], macros), _filled(entry[2], macros) if len(entry) > 2 else "") for entry in rules]


def _macros(data: dict[str, Any]) -> dict[str, str]:
    macros: dict[str, str] = {"NAME": _NAME}
    for name, pattern in data["macros"].items():
        macros[name] = f"(?:{_filled(pattern, macros)})"
    return macros


def _filled(pattern: str, macros: dict[str, str]) -> str:
    return _MACRO.sub(lambda match: macros[match[1]], pattern)


def _near(text: str) -> Iterator[Wording]:
    """The rules that may have something to say about a text."""
    held = set(text)
    for rule in wordings():
        for needed in rule.letters:
            if needed.isdisjoint(held):
                break
        else:
            yield rule


@lru_cache(maxsize=2000)
def is_worded(text: str) -> bool:
    """Whether any rule has something to say about the text, or may have once its names are known."""
    return any(_NAME in rule.said or _compiled(rule.said).search(text) for rule in _near(text))


@lru_cache(maxsize=2000)
def reworded(text: str, names: tuple[tuple[int, int], ...] = ()) -> str:
    """The text with every wording put in the words of the grammar; `names` are the stretches closed to the rules, in order, apart."""
    held: list[str] = []
    parts: list[str] = []
    at = 0
    for start, end in names[:_MOST_NAMES]:
        parts += [text[at:start], chr(_CLOSED + len(held))]
        held.append(text[start:end])
        at = end
    plain = "".join([*parts, text[at:]])
    for _ in range(_MOST_TIMES):
        before, letters = plain, set(plain)
        for rule in wordings():
            for needed in rule.letters:
                if needed.isdisjoint(letters):
                    break
            else:
                put = rule.put(plain)
                if put != plain:
                    plain, letters = put, set(put)
        if plain == before:
            break
    return "".join(held[place] if 0 <= (place := ord(letter) - _CLOSED) < len(held) else letter for letter in plain)

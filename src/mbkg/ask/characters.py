"""Characters for characters: simplified for traditional, and which letters sound or look alike.

The tables are in `ontology/asking/characters.toml`, read when a question first needs them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mbkg.resources import resource_path


@dataclass(frozen=True, slots=True)
class Characters:
    """`simplified` by ordinal, as `str.translate` takes it; `sounds` and `looks` name the group of a letter."""

    simplified: Mapping[int, str]
    sounds: Mapping[str, str]
    looks: Mapping[str, frozenset[str]]


@cache
def characters() -> Characters:
    with resource_path("ontology", "asking", "characters.toml").open("rb") as file:
        data = tomllib.load(file)
    pairs = "".join(data["simplified"].split())
    looks: dict[str, frozenset[str]] = {}
    for group in data["looks"]["groups"]:
        for letter in group:
            looks[letter] = looks.get(letter, frozenset()) | frozenset(group)
    return Characters(
        simplified={ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)},
        sounds={letter: _plain(name, data["near"]) for name, letters in data["sounds"].items() for letter in letters},
        looks=looks,
    )


def simplify(text: str) -> str:
    """The text in simplified characters, letter for letter; a text that GB 2312 can write is left as it is."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return text.translate(characters().simplified)
    return text


def sound(letter: str) -> str:
    """How a letter is read, as far as speakers tell readings apart; the letter itself where the tables do not know it."""
    return characters().sounds.get(letter, letter)


def look_alike(one: str, other: str) -> bool:
    """Whether two letters are easily taken for one another by their looks."""
    return other in characters().looks.get(one, ())


def _plain(reading: str, near: Mapping[str, str]) -> str:
    for spelt, plain in near.items():
        if reading.startswith(spelt):
            reading = plain + reading[len(spelt) :]
        elif reading.endswith(spelt):
            reading = reading[: -len(spelt)] + plain
    return reading

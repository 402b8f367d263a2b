"""The knowledge of asking that is no concept's label, read once from `ontology/asking/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from mbkg.labels import fold
from mbkg.resources import resource_path


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words by what they do in a question."""

    stop: frozenset[str]
    superlative: re.Pattern[str]
    conjunctions: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    body_forms: tuple[tuple[str, tuple[str, ...]], ...]
    body_leads: tuple[str, ...]
    body_tails: tuple[str, ...]
    years: Mapping[str, int]
    change_words: tuple[str, ...]
    rate_words: tuple[str, ...]
    same: tuple[tuple[str, str], ...]
    aliases: Mapping[str, str]
    outside: tuple[str, ...]
    structure: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, tuple[str, ...]]
    units: tuple[tuple[tuple[str, ...], frozenset[str]], ...]
    check_things: tuple[str, ...]
    fixed: frozenset[str]
    opposites: tuple[str, ...]
    restricting: frozenset[str]


@cache
def words() -> Words:
    data = _read("words.toml")
    same = [(fold(word), fold(entry["words"][0])) for entry in data["same"] for word in entry["words"][1:]]
    return Words(
        stop=frozenset(fold(word) for word in data["stop"]),
        superlative=re.compile(data["superlative"]),
        conjunctions=tuple(data["conjunctions"]),
        asks={name: tuple(fold(word) for word in entries) for name, entries in data["asks"].items()},
        body_forms=tuple((entry["name"], tuple(entry["short"])) for entry in data["body"]),
        body_leads=tuple(data["body_name"]["leads"]),
        body_tails=tuple(data["body_name"]["tails"]),
        years=data["years"],
        change_words=tuple(fold(word) for word in data["changes"]["words"]),
        rate_words=tuple(fold(word) for word in data["changes"]["rate"]),
        same=tuple(sorted(same, key=lambda pair: (-len(pair[0]), pair[0]))),
        aliases=data["aliases"],
        outside=tuple(fold(word) for word in data["outside"]["words"]),
        structure={name: tuple(fold(word) for word in entries) for name, entries in data["structure"].items()},
        units=tuple((tuple(map(fold, entry["signs"])), frozenset(entry["units"])) for entry in data["unit"]),
        codes={name: tuple(fold(word) for word in entries) for name, entries in data["codes"].items()},
        check_things=tuple(fold(word) for word in data["checks"]["things"]),
        fixed=frozenset(data["spelling"]["fixed"]),
        opposites=tuple(data["spelling"]["opposites"]),
        restricting=frozenset(data["meaning"]["restricting"]),
    )


@cache
def measures() -> dict[str, Any]:
    """How measures of speech become coordinates: `ontology/asking/measures.toml` as it stands."""
    return _read("measures.toml")


@cache
def query_text(name: str) -> str:
    """The text of a query fragment `ontology/asking/queries/{name}.rq`."""
    return resource_path("ontology", "asking", "queries", f"{name}.rq").read_text(encoding="utf-8")


def _read(name: str) -> dict[str, Any]:
    with resource_path("ontology", "asking", name).open("rb") as file:
        return tomllib.load(file)

"""The knowledge of asking that is no concept's label, read once from `ontology/asking/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mbkg.labels import fold
from mbkg.resources import resource_path


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words by what they do in a question."""

    superlative: re.Pattern[str]
    conjunctions: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    body_forms: tuple[tuple[str, tuple[str, ...]], ...]
    body_alone: frozenset[str]
    body_leads: tuple[str, ...]
    body_tails: tuple[str, ...]
    body_kinds: Mapping[str, tuple[str, ...]]
    body_plain: frozenset[str]
    years: Mapping[str, int]
    change_words: tuple[str, ...]
    rate_words: tuple[str, ...]
    same: Mapping[str, str]
    light: frozenset[str]
    speech: Mapping[str, tuple[str, ...]]
    structure_light: frozenset[str]
    sameness: re.Pattern[str]
    behind_kind: re.Pattern[str]
    of_place: re.Pattern[str]
    kinds: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
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
    data, names = _read("words.toml"), _read("names.toml")
    same = {fold(word): fold(entry["words"][0]) for entry in (*names["same"], *data["same"]) for word in entry["words"]}
    return Words(
        superlative=re.compile(data["superlative"]),
        conjunctions=tuple(data["conjunctions"]),
        asks={name: tuple(fold(word) for word in entries) for name, entries in data["asks"].items()},
        body_forms=tuple((entry["name"], tuple(entry["short"])) for entry in data["body"]),
        body_alone=frozenset(entry["name"] for entry in data["body"] if entry.get("alone")),
        body_leads=tuple(data["body_name"]["leads"]),
        body_tails=tuple(data["body_name"]["tails"]),
        body_kinds={kind: tuple(said) for kind, said in data["body_name"]["kinds"].items()},
        body_plain=frozenset(data["body_name"]["plain"]),
        years=data["years"],
        change_words=tuple(fold(word) for word in data["changes"]["words"]),
        rate_words=tuple(fold(word) for word in data["changes"]["rate"]),
        same=same,
        light=frozenset(map(fold, names["light"]["words"])),
        speech={concept: tuple(map(fold, said)) for concept, said in names["speech"].items()},
        structure_light=frozenset(map(fold, names["structure"]["light"])),
        sameness=re.compile(names["checks"]["same"]),
        behind_kind=re.compile(f"(?:{names['asked']['behind']})+$"),
        of_place=re.compile(f"(?:{names['place']['between']})*"),
        kinds=tuple((frozenset(map(fold, entry["words"])), re.compile(entry["unit"])) for entry in names["kind"]),
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


def government_codes(kind: str) -> tuple[str, ...]:
    """The government codes that only bodies of one kind spend under: 501 to 503 for 机关, 505 and 506 for 事业单位."""
    return tuple(measures()["governments"].get(kind, ()))


def kind_of_codes(codes: Sequence[str]) -> str:
    """The kind of body that spends under all of these government codes; blank where no one kind does."""
    known = measures()["governments"]
    return next((kind for kind in known if codes and {*codes} == {*known[kind]}), "")

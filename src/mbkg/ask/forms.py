"""The forms of questions (`ontology/asking/forms.toml`): signs of a yes/no question, of a question inside another, of a divisor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mbkg.resources import resource_path

_SIGNS = {"inferior": "<", "notBelow": ">", "atMost": "<=", "atLeast": ">=", "above": ">", "below": "<", "same": "="}


@dataclass(frozen=True, slots=True)
class Forms:
    """Compiled patterns over a question as written."""

    never: re.Pattern[str]
    future: re.Pattern[str]
    rhetorical: re.Pattern[str]
    about: re.Pattern[str]
    lead: re.Pattern[str]
    inside: re.Pattern[str]
    exists: re.Pattern[str]
    tail: re.Pattern[str]
    particle: re.Pattern[str]
    weak: re.Pattern[str]
    idle: re.Pattern[str]
    met: re.Pattern[str]
    equal: re.Pattern[str]
    exact: re.Pattern[str]
    adds: re.Pattern[str]
    denied: re.Pattern[str]
    copula: re.Pattern[str]
    claims: re.Pattern[str]
    side: re.Pattern[str]
    whole: re.Pattern[str]
    every: re.Pattern[str]
    none: re.Pattern[str]
    more: str
    less: str
    topic: re.Pattern[str]
    beside: re.Pattern[str]
    verbs: re.Pattern[str]
    means: re.Pattern[str]
    things: re.Pattern[str]
    some: re.Pattern[str]
    head: re.Pattern[str]
    skip: re.Pattern[str]
    no_outer: re.Pattern[str]
    first: re.Pattern[str]
    named: re.Pattern[str]
    joint: re.Pattern[str]
    by: re.Pattern[str]
    each: re.Pattern[str]
    per: re.Pattern[str]
    per_measures: dict[str, dict[str, str]]


@cache
def _file() -> dict[str, Any]:
    with resource_path("ontology", "asking", "forms.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def forms() -> Forms:
    """The forms, read once."""
    data = _file()
    verdict, nested, divided = data["verdict"], data["nested"], data["divided"]
    leaning, having = verdict["leaning"], verdict["having"]
    return Forms(
        never=re.compile(verdict["never"]),
        future=re.compile(verdict["future"]),
        rhetorical=re.compile(verdict["rhetorical"]),
        about=re.compile(verdict["about"]),
        lead=re.compile(f"^(?:{_any(verdict['lead'])})[，,:：、\\s]*"),
        inside=re.compile(_any(verdict["inside"])),
        exists=re.compile(_any(verdict["exists"])),
        tail=re.compile(f"[，,。;；\\s]*(?:{_any(verdict['tail'])})$"),
        particle=re.compile(f"(?:{_any(verdict['particle'])})$"),
        weak=re.compile(f"(?:{_any(verdict['weak'])})$"),
        idle=re.compile(f"(?:{verdict['idle']})$"),
        met=re.compile(f"(?:{verdict['met']})(?:了)?$"),
        equal=re.compile(
            f"(?:能|都|可以|可|是|完全|全)*(?P<no>并?不(?:太|大|怎么|完全|是)?|没有?|未)?(?:能|都|是|完全)*(?:{verdict['equal']})(?:的|了)?$"
        ),
        exact=re.compile(verdict["exact"]),
        adds=re.compile(verdict["adds"]),
        denied=re.compile(f"{verdict['denied']}$"),
        copula=re.compile(f"(?:{verdict['copula']})$"),
        claims=re.compile(f"(?:{verdict['claims']})*"),
        side=re.compile(f"^(?:{verdict['side']})"),
        whole=re.compile(f"(?:{verdict['whole']})$"),
        every=re.compile(verdict["every"]),
        none=re.compile(verdict["none"]),
        more=leaning["more"],
        less=leaning["less"],
        topic=re.compile(leaning["topic"]),
        beside=re.compile(leaning["beside"]),
        verbs=re.compile(f"(?:{having['verbs']})(?:了|过|有|到)?"),
        means=re.compile(having["means"]),
        things=re.compile(f"{having['things']}$"),
        some=re.compile(having["some"]),
        head=re.compile(nested["head"]),
        skip=re.compile(nested["skip"]),
        no_outer=re.compile(nested["never"]),
        first=re.compile(nested["first"]),
        named=re.compile(nested["named"]),
        joint=re.compile(nested["joint"]),
        by=re.compile(divided["by"]),
        each=re.compile(divided["each"]),
        per=re.compile(data["per"]["unit"]),
        per_measures=data["per"]["measures"],
    )


def _any(patterns: Sequence[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@cache
def sides() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each way to say that one side is more, less or the same as another, whole from the first letter to the last, with its sign."""
    leaning = _file()["verdict"]["leaning"]
    found = []
    for name, sign in _SIGNS.items():
        for pattern in leaning[name]:
            filled = pattern
            for part in ("degree", "more", "less"):
                filled = filled.replace(f"<{part}>", leaning[part])
            found.append((sign, re.compile(f"^(?P<a>.*?){filled}{leaning['behind']}$")))
    return tuple(found)

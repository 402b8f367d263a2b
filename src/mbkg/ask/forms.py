"""The forms of questions (`ontology/asking/forms.toml`): signs of a yes/no question, of a question inside another, of a divisor."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from mbkg.resources import resource_path


@dataclass(frozen=True, slots=True)
class Forms:
    """Compiled patterns over a question as written."""

    never: re.Pattern[str]
    inside: re.Pattern[str]
    exists: re.Pattern[str]
    tail: re.Pattern[str]
    weak: re.Pattern[str]
    met: re.Pattern[str]
    equal: re.Pattern[str]
    adds: re.Pattern[str]
    more: str
    less: str
    head: re.Pattern[str]
    skip: re.Pattern[str]
    no_outer: re.Pattern[str]
    by: re.Pattern[str]
    each: re.Pattern[str]
    per: re.Pattern[str]
    per_measures: dict[str, dict[str, str]]


@cache
def forms() -> Forms:
    """The forms, read once."""
    with resource_path("ontology", "asking", "forms.toml").open("rb") as file:
        data = tomllib.load(file)
    verdict, nested, divided = data["verdict"], data["nested"], data["divided"]
    return Forms(
        never=re.compile(verdict["never"]),
        inside=re.compile("|".join(verdict["inside"])),
        exists=re.compile("|".join(verdict["exists"])),
        tail=re.compile(f"[，,\\s]*(?:{'|'.join(verdict['tail'])})$"),
        weak=re.compile(f"(?:{'|'.join(verdict['weak'])})$"),
        met=re.compile(f"(?:{verdict['met']})(?:了)?$"),
        equal=re.compile(f"(?:不)?(?:{verdict['equal']})(?:的|了)?$"),
        adds=re.compile(verdict["adds"]),
        more=verdict["leaning"]["more"],
        less=verdict["leaning"]["less"],
        head=re.compile(nested["head"]),
        skip=re.compile(nested["skip"]),
        no_outer=re.compile(nested["never"]),
        by=re.compile(divided["by"]),
        each=re.compile(divided["each"]),
        per=re.compile(data["per"]["unit"]),
        per_measures=data["per"]["measures"],
    )

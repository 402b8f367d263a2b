"""Whether an answer counts what the question counts: 几辆 asks for vehicles, 几批次 for occasions, never for money."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from mbkg.ask.answer import Value
from mbkg.resources import resource_path


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that questions count, how they ask for it, and the units that can answer."""

    what: str
    signs: re.Pattern[str]
    units: frozenset[str]


@cache
def asked_units() -> tuple[Asked, ...]:
    """The entries of `ontology/asking/units.toml`, in their order."""
    data = tomllib.loads(resource_path("ontology", "asking", "units.toml").read_text(encoding="utf-8"))
    return tuple(Asked(entry["what"], re.compile(entry["signs"]), frozenset(entry["units"])) for entry in data["asked"])


def misfit(question: str, values: Sequence[Value]) -> str:
    """Why values do not answer what the question counts, as a sentence; blank where one of them does, or nothing certain is counted.

    A value per head (元/人/年) counts what stands before the first stroke. A question that counts two things is answered by either.
    """
    wanted = [asked for asked in asked_units() if asked.signs.search(question)]
    given = [value.unit.partition("/")[0] for value in values]
    if not wanted or not given or any(unit in asked.units for asked in wanted for unit in given):
        return ""
    what = "、".join(asked.what for asked in wanted)
    return f"问的是{what}，找到的数以{'、'.join(dict.fromkeys(unit or '个' for unit in given))}计，因此不作回答。"

"""The forms of questions that a report's own words answer: `ontology/asking/texts.toml`, each compiled when a sign of it is first met."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from mbkg.resources import resource_path


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resource_path("ontology", "asking", "texts.toml").read_text(encoding="utf-8"))


def is_signed(name: str, text: str) -> bool:
    """Whether one of the signs of a form stands in a text."""
    return any(sign in text for sign in _data()[name]["signs"])


@cache
def form(name: str, part: str = "form") -> re.Pattern[str]:
    """One regular expression of a form."""
    return re.compile(_data()[name][part])


@cache
def entry(name: str) -> dict[str, Any]:
    """A form as it stands in the file."""
    held: dict[str, Any] = _data()[name]
    return held

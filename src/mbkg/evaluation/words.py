"""The words of marking, read once from `ontology/evaluation/marking.toml`, and the patterns made of them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from typing import Any

from mbkg.resources import resource_path

_MARKS = re.compile(r"[\s\u3000,，。.、；;：:！!？?（）()\[\]【】<>《》〈〉“”\"'‘’`·~～—_\-–－/|*#{}「」『』]+")


@cache
def marking_words() -> dict[str, Any]:
    """The file as it stands."""
    with resource_path("ontology", "evaluation", "marking.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the file by its name; a list of patterns is one that finds any of them."""
    written = marking_words()["patterns"][name]
    if isinstance(written, list):
        return re.compile("|".join(f"(?:{entry})" for entry in written), re.IGNORECASE)
    return re.compile(written)


def plain(text: object) -> str:
    """The text in NFKC."""
    return unicodedata.normalize("NFKC", str(text))


def folded(text: object) -> str:
    """The text for comparing names: NFKC, no space, no marks, lower case."""
    return _MARKS.sub("", plain(text)).lower()


def without_sources(text: str) -> str:
    """The text up to where it names its sources: they name units and tables that are not the answer."""
    found = pattern("source").search(text)
    return text[: found.start()] if found and found.start() >= 6 else text

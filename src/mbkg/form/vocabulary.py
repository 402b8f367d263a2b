"""The words that tell the form of a report, from `ontology/form/words.toml`; read once a process."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any

from mbkg.resources import resource_path


@cache
def words() -> dict[str, Any]:
    """The whole file as a plain dictionary."""
    return tomllib.loads(resource_path("ontology", "form", "words.toml").read_text(encoding="utf-8"))


@cache
def pattern(section: str, key: str) -> re.Pattern[str]:
    """One pattern of the file, compiled."""
    return re.compile(words()[section][key])


@cache
def rows(section: str) -> Sequence[tuple[re.Pattern[str], dict[str, Any]]]:
    """The entries of an array of tables, each with its `pattern` compiled."""
    return tuple((re.compile(row["pattern"]), row) for row in words()[section])


@cache
def funds_in(text: str) -> tuple[str, ...]:
    """The funds and fees that a title or a note names, in the file's order."""
    return tuple(row["id"] for found, row in rows("fund") if found.search(text))


def kind_word(title: str) -> str:
    """Which kind of report the title of a table speaks of: budget, final_account, or blank where it says neither or both."""
    rest = pattern("kind", "not_a_kind").sub("", title)
    said = [kind for kind in ("budget", "final_account") if words()["kind"][kind] in rest]
    return said[0] if len(said) == 1 else ""

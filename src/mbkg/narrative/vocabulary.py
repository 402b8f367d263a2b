"""The words the narrative reader knows, from `ontology/narrative/*.toml`.

A file is read once per process. Patterns are regular expressions; word lists become one alternation, longest word first, so that
基本持平 is found before 持平.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from mbkg.resources import resource_path


@cache
def table(name: str) -> dict[str, Any]:
    """One vocabulary file as a plain dictionary: `table("layout")` is `ontology/narrative/layout.toml`."""
    return tomllib.loads(resource_path("ontology", "narrative", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def any_of(name: str, key: str) -> re.Pattern[str]:
    """The patterns listed under a key as one pattern for the whole line (use with `fullmatch`)."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in table(name)[key]))


def one_of(words: Iterable[str]) -> str:
    """Plain words as an alternation, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word))) + ")"


def compiled(rows: Sequence[dict[str, Any]]) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    """Each row of an array of tables with its `pattern` compiled."""
    return tuple((re.compile(row["pattern"]), row) for row in rows)

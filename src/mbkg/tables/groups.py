"""What adds up in a table, as values and words: groups of rows, and the knowledge of `ontology/tables/sums.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from mbkg.labels import squeeze
from mbkg.resources import resource_path

Values = Sequence[Mapping[int, Decimal]]  # of each row: its certain figures by money column

_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"^\d+[、.．](?!\d)"),
    re.compile(r"^(?:[（(]\d+[）)]|[①-⑳])"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that add up to a row of the same table: positions in the draft's rows.

    `columns` limits it to some money columns; empty for all of them. `sure` is False where the print leaves open what belongs to the whole.
    """

    whole: int
    parts: tuple[int, ...]
    adds: str
    sure: bool = True
    columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class SumWords:
    """The words of `ontology/tables/sums.toml`."""

    compositions: Mapping[str, tuple[str, ...]]
    exclusive: frozenset[str]  # wholes of which nothing but the listed parts is ever a part
    never_column: re.Pattern[str]
    never_row: re.Pattern[str]
    memo: re.Pattern[str]
    fiscal_whole: str
    fiscal_parts: tuple[str, ...]
    carried: Mapping[str, tuple[str, ...]]
    carry_over: Mapping[str, str]
    halves: Mapping[str, tuple[str, ...]]

    def is_exclusive(self, measures: Iterable[str]) -> bool:
        """Whether these measures are parts of one whole beside which nothing else is added up."""
        wholes = [whole for whole in self.exclusive if {*measures} & {*self.compositions[whole]}]
        return bool(wholes)

    @property
    def composed(self) -> frozenset[str]:
        """Every measure that makes up another or is made up of others."""
        return frozenset(self.compositions).union(*self.compositions.values())


@cache
def sum_words() -> SumWords:
    with resource_path("ontology", "tables", "sums.toml").open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    return SumWords(
        compositions={entry["whole"]: tuple(entry["parts"]) for entry in data["composition"]},
        exclusive=frozenset(entry["whole"] for entry in data["composition"] if entry.get("exclusive")),
        never_column=re.compile(data["never"]["column"]),
        never_row=re.compile(data["never"]["row"]),
        memo=re.compile(data["memo"]["pattern"]),
        fiscal_whole=data["fiscal"]["whole"],
        fiscal_parts=tuple(data["fiscal"]["parts"]),
        carried={key: tuple(values) for key, values in data["carried"].items()},
        carry_over=data["carry-over"],
        halves={label: tuple(codes) for label, codes in data["halves"]["labels"].items()},
    )


def list_level(label: str) -> int | None:
    """How deep the list number of a label is, 一、 being 0; None without one."""
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(label)), None)


def without_memo(label: str) -> tuple[str, bool]:
    """A squeezed label without its 其中, and whether it had one."""
    text = squeeze(label)
    found = sum_words().memo.match(text)
    return (text[found.end() :].lstrip("：:"), True) if found else (text, False)


# ---- two-sided tables


def rows_of_measure(measure: str, at: Mapping[str, int]) -> list[int]:
    """Where a measure is printed, or the places of its parts if it has none of its own."""
    if measure in at:
        return [at[measure]]
    return [i for part in sum_words().compositions.get(measure, ()) for i in rows_of_measure(part, at)]

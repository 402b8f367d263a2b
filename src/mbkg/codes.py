"""Codes of the classifications (政府收支分类科目) that budget tables print.

A code is more than a string: `2101505` knows its 款, 21015, and its 类, 210. Names come from the code lists in `ontology/codes/src/`; they
serve reading (which name a code should carry), never as a reason to change what is printed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mbkg.labels import fold
from mbkg.resources import resource_path

_ALSO = re.compile(r"also printed as: ([^;]+)")


def parent_code(code: str) -> str:
    """The code one level up: `2101505` → `21015` → `210` → ``; `30101` → `301`."""
    return code[:-2] if len(code) > 3 else ""


def level_of(code: str) -> str:
    """类, 款 or 项 by the code's length; blank for anything else."""
    return {3: "类", 5: "款", 7: "项"}.get(len(code), "")


@dataclass(frozen=True)
class CodeList:
    """Codes of one classification with the names they carry: the official one first, then printed variants."""

    names: Mapping[str, tuple[str, ...]]

    def known(self, code: str) -> tuple[str, ...]:
        """The names a code may carry; empty for a code not in the list."""
        return self.names.get(code, ())

    def name_fits(self, code: str, label: str) -> bool:
        """Whether a printed label is one of the code's names, spelling folded."""
        return fold(label) in {fold(name) for name in self.known(code)}

    def ending(self, last: str) -> tuple[str, ...]:
        """The codes whose last level is this, e.g. `01`."""
        return tuple(code for code in self.names if len(code) > 3 and code.endswith(last))

    def code_of_class(self, label: str) -> str:
        """The 类 a name stands for (`卫生健康支出` → `210`), blank if no class is called that."""
        folded = fold(label)
        return next((code for code, names in self.names.items() if len(code) == 3 and folded in map(fold, names)), "")


@cache
def code_list(which: str) -> CodeList:
    """The list `function`, `economic` or `government`."""
    file = {"function": "functional_codes", "economic": "economic_codes_dept", "government": "economic_codes_gov"}[
        which
    ]
    names: dict[str, tuple[str, ...]] = {}
    with resource_path("ontology", "codes", "src", f"{file}.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            also = _ALSO.search(row["note"] or "")
            variants = [part.strip() for part in re.split(r"[,、/]", also[1])] if also else []
            names[row["code"]] = (row["name"], *(variant for variant in variants if variant))
    return CodeList(names)

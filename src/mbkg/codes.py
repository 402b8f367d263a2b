"""Codes of the classifications (政府收支分类科目) that budget tables print.

Names come from the code lists in `ontology/codes/src/`. They serve reading (which name a code may carry), and are never a
reason to change what is printed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from mbkg.labels import fold
from mbkg.resources import resource_path

_ALSO = re.compile(r"also printed as: ([^;]+)")


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
        return self._classes.get(fold(label), "")

    @cached_property
    def _classes(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for code, names in self.names.items():
            if len(code) == 3:
                for name in names:
                    found.setdefault(fold(name), code)
        return found


_LISTS = {
    "function": ("functional_codes", "functional"),
    "economic": ("economic_codes_dept", "economic-department"),
    "government": ("economic_codes_gov", "economic-government"),
}


@cache
def code_list(which: str) -> CodeList:
    """The list `function`, `economic` or `government`, without what `amendments.csv` drops from it."""
    file, scheme = _LISTS[which]
    dropped = {(row["code"], row["value"]) for row in _rows("amendments") if row["list"] == scheme}
    names: dict[str, tuple[str, ...]] = {}
    for row in _rows(file):
        code = row["code"]
        also = _ALSO.search(row["note"] or "")
        variants = [part.strip() for part in re.split(r"[,、/]", also[1])] if also else []
        if (code, "") not in dropped:
            names[code] = (row["name"], *(name for name in variants if name and (code, name) not in dropped))
    return CodeList(names)


def _rows(name: str) -> list[dict[str, str]]:
    with resource_path("ontology", "codes", "src", f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))

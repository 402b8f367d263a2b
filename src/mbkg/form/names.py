"""How a printed code and its printed name fit the code lists of a year.

The lists are what was seen in print, and memory: a name or code that is not in them proves nothing by itself. A name fits as

- `official`: the code's name in that year, layout aside
- `variant`: another spelling known for it; `dated`: its name in other years
- `marks`: the right characters with brackets elsewhere; `short`: its name cut at an end; `lossy`: a character or more left out inside
- `slip`: the right characters in another order, or one character wrong
- `other`: the name of another code of the same list
- `unknown`: nothing of these
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from mbkg.codes import code_list
from mbkg.labels import fold, squeeze, strip_ordinal
from mbkg.resources import resource_path

Fit = Literal["official", "variant", "dated", "marks", "short", "lossy", "slip", "other", "unknown"]
Listed = Literal["yes", "other-years", "no"]
LEVELS = {3: "类", 5: "款", 7: "项"}
KINDS = ("function", "economic-department", "economic-government")

_FILES = {"function": "function", "economic-department": "economic", "economic-government": "government"}
_SCHEMES = {
    "function": "functional",
    "economic-department": "economic-department",
    "economic-government": "economic-government",
}
_OTHER = "其他"  # a name without it is another name
_ENDINGS = ("支出", "费", "费用", "经费", "事务", "用")
_SHORT = 4  # a name cut to fewer characters may be anything
_GENERIC = 5  # names up to this length differ by one character and are two names


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a code and the years in which it is the official one; a spelling that never was has `official` False."""

    text: str
    official: bool = True
    since: int = 0
    until: int = 9999

    def holds(self, year: int) -> bool:
        return self.official and self.since <= year <= self.until


@dataclass
class YearlyList:
    """One classification: the names of every code and the years in which the code was in use."""

    names: dict[str, list[Name]] = field(default_factory=dict)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)

    def listed(self, code: str, year: int) -> Listed:
        """Whether the list of a year holds a code."""
        if code not in self.names:
            return "no"
        since, until = self.spans.get(code, (0, 9999))
        return "yes" if since <= year <= until else "other-years"

    def official(self, code: str, year: int) -> str:
        """The code's name in a year, blank if it has none."""
        found = self.names.get(code, [])
        return next((name.text for name in found if name.holds(year)), found[0].text if found else "")

    def fit(self, code: str, printed: str, year: int) -> tuple[Fit, tuple[str, ...]]:
        """How a printed name fits a code; for `other`, the codes whose name it is."""
        label = strip_ordinal(squeeze(printed))
        own = self.names.get(code, [])
        if not own or not label:
            return "unknown", ()
        folded = fold(label)
        exact = [name for name in own if fold(name.text) == folded]
        if any(name.holds(year) for name in exact):
            same = {_plain(name.text) for name in exact if name.holds(year)}
            return ("official" if _plain(label) in same else "marks"), ()
        official = fold(self.official(code, year))
        if _is_transposed(folded, official):
            return "slip", ()
        if not exact and _ends_apart(folded, official):
            return "short", ()
        others = self.codes_named(label, year)
        if others and all(name.official for name in exact):  # also where the name has moved to another code since
            return "other", others
        if any(name.official for name in exact):
            return "dated", ()
        if exact and not _is_lossy(folded, official):
            return "variant", ()
        return _loosely(folded, [fold(name.text) for name in own if name.official]), ()

    def find(self, printed: str, codes: Collection[str], year: int) -> tuple[str, Fit] | None:
        """The code of these that a printed name stands for, and how it fits: by a name it is known by, else by one cut at an end."""
        folded = fold(strip_ordinal(squeeze(printed)))
        exact = [(code, self.fit(code, printed, year)[0]) for code in self._by_name().get(folded, ()) if code in codes]
        order: tuple[Fit, ...] = ("official", "marks", "variant", "dated", "lossy", "slip")
        for fit in order:
            for code, each in exact:
                if each == fit:
                    return code, fit
        if len(folded) < _SHORT:
            return None
        for name, found in self._by_name().items():
            if len(name) >= _SHORT and (name.startswith(folded) or name.endswith(folded) or folded.startswith(name)):
                for code in found:
                    if code in codes and _loosely(folded, [fold(self.official(code, year))]) == "short":
                        return code, "short"
        return None

    def codes_named(self, label: str, year: int) -> tuple[str, ...]:
        """The codes that carry a name officially in a year, in order."""
        found = self._by_name().get(fold(label), ())
        return tuple(
            code for code in found if any(n.holds(year) and fold(n.text) == fold(label) for n in self.names[code])
        )

    def _by_name(self) -> Mapping[str, Sequence[str]]:
        if not self._index:
            for code in sorted(self.names):
                for name in self.names[code]:
                    codes = self._index.setdefault(fold(name.text), [])
                    if code not in codes:
                        codes.append(code)
        return self._index

    _index: dict[str, list[str]] = field(default_factory=dict, repr=False)


def are_alike(one: str, other: str) -> bool:
    """Whether two printed names may be one name: cut, a character left out or wrong, in another order."""
    first, second = fold(one), fold(other)
    if first == second or first in second or second in first or _is_transposed(first, second):
        return True
    return _loosely(first, [second]) != "unknown"


def _plain(text: str) -> str:
    """A name with its brackets, all of one width, and nothing else but letters."""
    return re.sub(r"[\s“”\"'、，,]", "", squeeze(text).replace("（", "(").replace("）", ")"))


def _ends_apart(one: str, other: str) -> bool:
    """Whether two folded names differ only by a word that names commonly end with: 卫生健康, 卫生健康支出."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 1 and longer.startswith(shorter) and longer[len(shorter) :] in _ENDINGS


def _loosely(printed: str, names: Sequence[str]) -> Fit:
    """How a folded name is like the official ones, where it is none of them."""
    found: list[Fit] = []
    for name in names:
        shorter, longer = sorted((printed, name), key=len)
        cut = longer.startswith(shorter) or (longer.endswith(shorter) and not longer.startswith(_OTHER))
        if len(shorter) >= _SHORT and cut:
            found.append("short")
        elif _is_lossy(printed, name) or _is_lossy(name, printed):
            found.append("lossy")
        elif len(name) > _GENERIC and _one_wrong(printed, name):
            found.append("slip")
    order: tuple[Fit, ...] = ("short", "lossy", "slip")
    return next((fit for fit in order if fit in found), "unknown")


def _is_transposed(one: str, other: str) -> bool:
    return one != other and len(one) > 3 and sorted(one) == sorted(other)


def _is_lossy(shorter: str, longer: str) -> bool:
    """Whether the one is the other with characters left out inside, its ends kept or cut."""
    if len(shorter) < _SHORT or not 0 < len(longer) - len(shorter) <= max(2, len(longer) // 4):
        return False
    if longer.startswith(shorter) or longer.endswith(shorter):
        return False
    rest: Iterator[str] = iter(longer)
    return all(ch in rest for ch in shorter)


def _one_wrong(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


@cache
def yearly_list(kind: str) -> YearlyList:
    """The list of one classification (`function`, `economic-department`, `economic-government`), with its history."""
    known = code_list(_FILES[kind])
    found = YearlyList(
        {code: [Name(names[0]), *(Name(each, False) for each in names[1:])] for code, names in known.names.items()}
    )
    for row in _rows("history"):
        if row["list"] == _SCHEMES[kind]:
            _add_history(found, row)
    for row in _rows("labels"):
        if row["list"] == _SCHEMES[kind] and row["code"] in found.names:
            found.names[row["code"]].append(Name(row["label"], False))
    return found


def _add_history(found: YearlyList, row: dict[str, str]) -> None:
    code = row["code"]
    since, until = int(row["valid_from"] or 0), int(row["valid_to"] or 9999)
    names = found.names.setdefault(code, [])
    if row["note"] == "name":
        for at, name in enumerate(names):
            if name.official and name.since == 0 and name.until == 9999:
                names[at] = Name(name.text, True, until + 1)
                break
        names.append(Name(row["name"], True, 0, until))
    elif row["note"] == "retired":
        if names:  # the code means something else now
            names[0] = Name(names[0].text, True, until + 1)
        else:
            found.spans[code] = (0, until)
        names.append(Name(row["name"], True, since, until))
    else:
        lives = found.spans.get(code, (0, 9999))
        # A code that came in anew after it had been retired is of both spans; a year between them is rare enough to pass.
        again = any(name.until < since for name in names if name.official)
        found.spans[code] = (0, 9999) if again else (max(since, lives[0]), min(until, lives[1]))


def _rows(name: str) -> list[dict[str, str]]:
    with resource_path("ontology", "codes", "src", f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))

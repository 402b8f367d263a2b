"""Figures of one report that an accounting rule binds though they stand in different tables; `ontology/tables/accounts.toml` says which.

A comparison names places and says nothing of whether they agree: that is for the shapes. Both sides speak of one year, one phase
and one source of funds, or of sources that make no difference in the report.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from mbkg.coordinates import Coordinates
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.facts.report import comparable, scopes_apart
from mbkg.reports import Report
from mbkg.resources import resource_path
from mbkg.tables.meaning import Background


@dataclass(frozen=True, slots=True)
class Comparison:
    """A place that a rule of this `kind` holds against others, added up."""

    kind: str
    left: Evidence
    rights: tuple[Evidence, ...]


def comparisons_of(report: Report, facts: Sequence[BudgetFact], background: Background) -> list[Comparison]:
    """Every comparison that a report's figures allow, in the order of the knowledge file."""
    scopes = [Comparison("two-scopes", narrow, (wide,)) for narrow, wide in scopes_apart(report)]
    return [*dict.fromkeys(_Ledger(report, facts, background).comparisons()), *scopes]


class _Ledger:
    """The facts of one report, found by what makes a difference in it."""

    def __init__(self, report: Report, facts: Sequence[BudgetFact], background: Background) -> None:
        self.background = background
        self.table_of = [number for number, table in enumerate(report.tables) for _ in table.cells]
        self.facts: dict[Coordinates, BudgetFact] = {}
        for fact in facts:
            self.facts.setdefault(comparable(fact.coordinates, background), fact)

    def comparisons(self) -> Iterator[Comparison]:
        knowledge = _knowledge()
        for entry in knowledge["within"]:
            for at, fact in self._of_measure(entry["measure"]):
                rights = self._economic(at, entry["economic"], ("基本支出", "公用经费", "人员经费"))
                yield from self._comparison(entry["kind"], fact, rights)
        for entry in knowledge["covered"]:
            for at, fact in self._of_measure(entry["measure"]):
                for fund in dict.fromkeys((at.fund, "一般公共预算", "财政拨款", "")):
                    public = self._get(replace(at, measure="支出", nature=entry["nature"], fund=fund))
                    if public is not None:
                        yield from self._comparison(entry["kind"], fact, [public])
                        break
        for entry in knowledge["nature"]:
            for at, fact in list(self.facts.items()):
                if at.measure != "支出" or at.nature != entry["whole"] or at.function or at.economic or at.project:
                    continue
                parts = [self._get(replace(at, nature=nature)) for nature in entry["parts"]]
                if all(part is not None for part in parts) and not self._one_table([fact, *parts]):
                    yield from self._comparison(entry["kind"], fact, [part for part in parts if part is not None])
        for entry in knowledge["class"]:
            yield from self._classes(entry)

    def _of_measure(self, measure: str) -> list[tuple[Coordinates, BudgetFact]]:
        return [
            (at, fact)
            for at, fact in self.facts.items()
            if at.measure == measure and not (at.nature or at.economic or at.function or at.project)
        ]

    def _get(self, at: Coordinates) -> BudgetFact | None:
        return self.facts.get(comparable(at, self.background))

    def _economic(self, at: Coordinates, codes: Iterable[str], natures: Iterable[str]) -> list[BudgetFact]:
        """What is spent under some economic classes of the same year, phase and fund, as a whole or by the government class beside it."""
        fund = comparable(replace(at, measure="支出"), self.background).fund
        for nature in natures:
            found = []
            for code in codes:
                whole = self._get(replace(at, measure="支出", nature=nature, economic=code))
                if whole is not None:
                    found.append(whole)
                    continue
                found += [
                    fact
                    for key, fact in self.facts.items()
                    if key.economic == code
                    and key.government
                    and (key.measure, key.year, key.phase, key.fund, key.nature)
                    == ("支出", at.year, at.phase, fund, nature)
                ]
            if found:
                return found
        return []

    def _classes(self, entry: Mapping[str, Any]) -> Iterator[Comparison]:
        bases = {
            replace(at, economic="")
            for at in self.facts
            if at.economic == entry["department"] and not at.government and at.measure == "支出" and not at.function
        }
        for base in sorted(bases):
            mine = self.facts.get(replace(base, economic=entry["department"]))
            theirs = [self.facts.get(replace(base, economic=code)) for code in entry["government"]]
            undivided = [code for code in entry["undivided"] if replace(base, economic=code) in self.facts]
            divided = [
                code
                for code in entry["government"]
                if code[:3] in undivided and replace(base, economic=code) in self.facts
            ]
            if mine is not None and (divided or not undivided):
                yield from self._comparison(entry["kind"], mine, [fact for fact in theirs if fact is not None])

    def _one_table(self, facts: Sequence[BudgetFact | None]) -> bool:
        """Whether one table prints them all: then its own sums tell."""
        tables = [
            {self.table_of[e.index] for e in (*fact.derived_from, *fact.contradicted_by) if e.kind == "cell"}
            for fact in facts
            if fact is not None
        ]
        return bool(set.intersection(*tables))

    def _comparison(self, kind: str, left: BudgetFact, rights: Sequence[BudgetFact]) -> Iterator[Comparison]:
        mine = _place(left)
        theirs = tuple(place for fact in rights if (place := _place(fact)) is not None)
        if mine is not None and theirs and len(theirs) == len(rights):
            yield Comparison(kind, mine, theirs)


def _place(fact: BudgetFact) -> Evidence | None:
    """The cell that prints a fact, or the statement where no cell does."""
    return min(
        (e for e in fact.derived_from if e.kind in ("cell", "statement")),
        key=lambda e: (e.kind, fact.derived_from.index(e)),
        default=None,
    )


@cache
def _knowledge() -> Mapping[str, Any]:
    with resource_path("ontology", "tables", "accounts.toml").open("rb") as file:
        return tomllib.load(file)

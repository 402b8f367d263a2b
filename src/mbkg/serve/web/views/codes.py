"""What a unit spends, by one of the classifications: a table of codes on one basis, as the report prints them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mbkg.labels import strip_ordinal
from mbkg.serve.web.views.facts import Fact

_NATURES = ("total", "basic", "personnel", "publicOperating", "project", "business", "remittance", "subsidy")
_FUNDS = ("all", "generalPublicBudget", "fiscalAppropriation")
_DEEP = 5
"""How many digits a code has that is no 类."""


@dataclass(slots=True)
class CodeRow:
    """One code with its figures by nature; `depth` is 1 for a 类."""

    code: str
    government: str
    name: str
    depth: int
    figures: dict[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class CodeTable:
    """Rows on one basis. `lead` is the nature that bars and shares go by, `whole` its printed total, `largest` the longest bar.

    `kinds` says of each nature whether its column leaves carried-over money out (本年), since a report may print the total one way only.
    """

    fund: str
    kinds: dict[str, str]
    natures: list[str]
    lead: str
    rows: list[CodeRow]
    whole: Fact | None
    largest: Decimal
    zero_rows: int
    paired: bool


def code_table(facts: Sequence[Fact], datasets: Sequence[str]) -> CodeTable | None:
    """The most detailed table that a report's own figures make on one basis; all funds are preferred to some.

    Rows that print nothing but zeros are counted instead of shown.
    """
    own = [fact for fact in facts if _own(fact)]
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in own:
        if fact.dataset in datasets and fact.code:
            groups[fact.dataset, fact.fund].append(fact)
    if not groups:
        return None
    (dataset, fund), chosen = max(groups.items(), key=lambda group: _worth(group[0][1], group[1]))
    kinds = {nature: _fullest(chosen, nature) for nature in dict.fromkeys(fact.nature for fact in chosen)}
    made: dict[tuple[str, str], CodeRow] = {}
    for fact in chosen:
        if fact.kind == kinds[fact.nature]:
            row = made.setdefault(
                (fact.code, fact.government),
                CodeRow(fact.code, fact.government, strip_ordinal(fact.name), _depth(fact.code)),
            )
            row.figures[fact.nature] = fact
    shown = [row for row in made.values() if any(fact.value for fact in row.figures.values())]
    natures = [name for name in _NATURES if any(name in row.figures and row.figures[name].value for row in shown)]
    if not natures:
        return None
    lead = natures[0]
    totals = [
        fact
        for fact in own
        if fact.dataset == "total" and (fact.fund, fact.nature, fact.kind) == (fund, lead, kinds[lead])
    ]
    return CodeTable(
        fund=fund,
        kinds=kinds,
        natures=natures,
        lead=lead,
        rows=sorted(shown, key=lambda row: (row.code, row.government)),
        whole=totals[0] if totals else None,
        largest=max((abs(row.figures[lead].value) for row in shown if lead in row.figures), default=Decimal(0)),
        zero_rows=len(made) - len(shown),
        paired=dataset == "economicPair",
    )


def _own(fact: Fact) -> bool:
    return fact.measure == "expenditure" and fact.phase == fact.report.main_phase and fact.year == fact.report.year


def _fullest(facts: Sequence[Fact], nature: str) -> str:
    """The kind of total under which a nature's figures go deepest; with carried-over money where both go as deep."""
    codes: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.nature == nature and len(fact.code) >= _DEEP:
            codes[fact.kind].add(fact.code)
        elif fact.nature == nature:
            codes[fact.kind] |= set()
    return min(codes, key=lambda kind: (-len(codes[kind]), kind))


def _worth(fund: str, facts: Sequence[Fact]) -> tuple[int, int, int]:
    deep = len({fact.code for fact in facts if fact.value and len(fact.code) >= _DEEP})
    rank = _FUNDS.index(fund) if fund in _FUNDS else len(_FUNDS)
    return int(deep > 0), -rank, deep


def _depth(code: str) -> int:
    return max(1, (len(code) - 1) // 2)

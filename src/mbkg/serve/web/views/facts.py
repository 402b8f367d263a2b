"""The figures of reports as pages use them: a value with its unit, its coordinates, and the address of its original."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode

from mbkg.graph.iris import BASE
from mbkg.serve.jobs import Graph
from mbkg.serve.web.figures import read
from mbkg.serve.web.reading import labels, local, rows
from mbkg.serve.web.views.holdings import ReportInfo, by_iri

_MEASURES = Path(__file__).parent.parent / "measures.toml"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure. Names of coordinates are the last parts of their IRIs; `value` is in `unit`, 万元 wherever it is money."""

    report: ReportInfo
    dataset: str
    measure: str
    phase: str
    fund: str
    nature: str
    kind: str
    year: int
    code: str
    name: str
    government: str
    project: str
    level: str
    value: Decimal
    unit: str
    source: str
    table: str
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by its coordinates, as `measures.toml` lists them."""

    id: str
    label: str
    measure: str
    fund: str
    nature: str
    kind: str = ""
    lead: bool = False
    group: str = ""


@cache
def measures() -> tuple[Measure, ...]:
    """The measures in the order of the file."""
    with _MEASURES.open("rb") as file:
        return tuple(Measure(**entry) for entry in tomllib.load(file)["measure"])


def facts_of(graph: Graph, chosen: Sequence[ReportInfo], *datasets: str) -> list[Fact]:
    """The figures of some reports, of all data sets or of those named (total, function, economicPair …)."""
    if not chosen:
        return []
    known = by_iri(graph)
    named = labels(graph)
    found = []
    wanted = [NamedNode(f"{BASE}dataset/{name}") for name in datasets]
    for row in rows(graph, "facts", report=[report.node for report in chosen], dataset=wanted):
        wan = read(row["amount"])
        value = wan if wan is not None else read(row["count"])
        if value is None:
            continue
        report = known[row["report"]]
        found.append(
            Fact(
                report=report,
                dataset=local(row["dataset"]),
                measure=local(row["measure"]),
                phase=local(row["phase"]),
                fund=local(row["fund"]),
                nature=local(row["nature"]),
                kind=row["kind"],
                year=int(row["year"]),
                code=row["code"],
                name=row["rowLabel"] or row["codeName"] or row["projectName"],
                government=row["government"],
                project=row["project"],
                level=row["level"],
                value=value,
                unit="万元" if wan is not None else named.get(row["unit"], ""),
                source=report.source(row, printed=row["printed"] or str(read(row["count"]) or value)),
                table=row["table"],
                contradicted=row["contradicted"] == "true",
            )
        )
    return found


def totals(facts: Iterable[Fact]) -> dict[tuple[str, str], Fact]:
    """For each report and measure of the list its figure of the report's own year and phase, on exactly the listed basis."""
    by_key: dict[tuple[str, str, str, str], list[Measure]] = defaultdict(list)
    for entry in measures():
        by_key[entry.measure, entry.fund, entry.nature, entry.kind].append(entry)
    found: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.dataset == "total" and fact.phase == fact.report.main_phase and fact.year == fact.report.year:
            for entry in by_key.get((fact.measure, fact.fund, fact.nature, fact.kind), ()):
                found.setdefault((fact.report.iri, entry.id), fact)
    return found


def basis_words(graph: Graph, fund: str, nature: str, kind: str = "") -> str:
    """The basis of a figure in words: 一般公共预算·基本支出."""
    named = labels(graph)
    parts = [named.get(f"https://w3id.org/mbkg/fund/{fund}", fund)]
    if nature != "total":
        parts.append(named.get(f"https://w3id.org/mbkg/nature/{nature}", nature))
    if kind:
        parts.append(f"{kind}（不含结转）")
    return "·".join(parts)

"""The bodies that publish, and the page of each: what it spends, on what, with what targets, and what does not tie out."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pyoxigraph import NamedNode

from mbkg.serve.jobs import Graph
from mbkg.serve.web.figures import read
from mbkg.serve.web.reading import Row, labels, rows
from mbkg.serve.web.views import NotHere, Page, Query, one
from mbkg.serve.web.views.codes import code_table
from mbkg.serve.web.views.facts import Fact, basis_words, facts_of, measures, totals
from mbkg.serve.web.views.findings import brief, tallies
from mbkg.serve.web.views.holdings import ReportInfo, of_body, reports

_INSIDE = ("generalPublicBudget", "governmentFund", "stateCapital")
"""Funds that 财政拨款 consists of."""
_SHOWN_FINDINGS = 8


def units(graph: Graph, query: Query) -> Page:
    """Every body with its reports and what each totals."""
    held = reports(graph)
    figures = totals(facts_of(graph, held, "total"))
    bodies: dict[str, list[ReportInfo]] = defaultdict(list)
    for report in held:
        bodies[report.body].append(report)
    counted = tallies(graph)
    return Page(
        "units.html",
        {
            "bodies": list(bodies.values()),
            "figures": figures,
            "counted": counted,
        },
    )


def unit(graph: Graph, query: Query) -> Page:
    """One body through one of its reports: the one asked for, else the newest."""
    own = of_body(graph, one(query, "id"))
    if not own:
        raise NotHere("图中没有这家单位的报告。")
    wanted = one(query, "report")
    chosen = next((report for report in own if report.id == wanted), None)
    if wanted and chosen is None:
        raise NotHere(f"{own[0].unit}没有名为“{wanted}”的报告。")
    report = chosen or own[0]
    facts = facts_of(graph, [report])
    found = totals(facts)
    said = rows(graph, "changes", report=[report.node])
    named = labels(graph)
    around = defaultdict(list)
    for row in rows(graph, "body", body=[NamedNode(report.body)]):
        around[row["what"]].append(row)
    return Page(
        "unit.html",
        {
            "report": report,
            "own": own,
            "lead": [
                (entry, found[report.iri, entry.id])
                for entry in measures()
                if entry.lead and (report.iri, entry.id) in found
            ],
            "function": code_table(facts, ("function",)),
            "economic": code_table(facts, ("economicPair", "economic")),
            "income": _income(facts, report),
            "three": _three(facts),
            "projects": _projects(graph, report),
            "changes": [_change(row, report, named) for row in said],
            "findings": brief(graph, report, _SHOWN_FINDINGS),
            "counted": tallies(graph).get(report.iri),
            "around": around,
            "basis": lambda fund, nature, kind="": basis_words(graph, fund, nature, kind),
            "nature_name": lambda nature: named.get(f"https://w3id.org/mbkg/nature/{nature}", nature),
            "fund_name": lambda fund: named.get(f"https://w3id.org/mbkg/fund/{fund}", fund),
            "published": {entry.body_id for entry in reports(graph)},
        },
    )


def _income(facts: list[Fact], report: ReportInfo) -> dict[str, Any] | None:
    """Where the money comes from: the printed total, and each source that is not zero, parts of 财政拨款 set in."""
    own: dict[str, Fact] = {}
    for fact in facts:
        if (
            fact.dataset == "total"
            and fact.measure == "income"
            and fact.nature == "total"
            and fact.phase == report.main_phase
            and fact.year == report.year
            and (fact.fund not in own or not fact.kind)
        ):
            own[fact.fund] = fact
    whole = own.pop("all", None)
    if not own:
        return None
    fiscal = [fund for fund in ("fiscalAppropriation", *_INSIDE) if fund in own]
    order = fiscal + sorted(fund for fund in own if fund not in fiscal)
    return {
        "whole": whole,
        "rows": [(own[fund], fund in _INSIDE and "fiscalAppropriation" in own) for fund in order if own[fund].value],
        "zeros": [own[fund] for fund in order if not own[fund].value],
    }


def _three(facts: list[Fact]) -> dict[str, Any] | None:
    """三公: one row a measure, one column for each year and phase that the report prints."""
    listed = [entry for entry in measures() if entry.group]
    wanted = {(entry.measure, entry.fund) for entry in listed}
    cells: dict[tuple[str, int, str], Fact] = {}
    for fact in facts:
        if fact.dataset == "total" and (fact.measure, fact.fund) in wanted:
            cells[fact.measure, fact.year, fact.phase] = fact
    if not cells:
        return None
    columns = sorted({(year, phase) for _, year, phase in cells}, key=lambda key: (-key[0], key[1]))
    largest = max((abs(fact.value) for fact in cells.values()), default=None)
    return {"entries": listed, "columns": columns, "cells": cells, "largest": largest}


def _projects(graph: Graph, report: ReportInfo) -> dict[str, Any]:
    """The report's projects, the costliest first, each with its indicators; special funds and transfers apart."""
    targets: dict[str, list[Row]] = defaultdict(list)
    for row in rows(graph, "indicators", report=[report.node]):
        row["source"] = report.source(row, printed=row["target"])
        row["actual_source"] = report.source(row, printed=row["actual"]) if row["actual"] else ""
        targets[row["project"]].append(row)
    plain: list[Row] = []
    others: list[Row] = []
    seen: set[str] = set()
    for row in rows(graph, "projects", report=[report.node]):
        if row["project"] in seen:
            continue
        seen.add(row["project"])
        row["source"] = report.source(row, printed=row["name"])
        (others if "true" in (row["special"], row["transfer"]) else plain).append(row)
    money = [name for name in ("budget", "initial", "fullYear", "executed") if any(row[name] for row in plain)]
    first = money[0] if money else "budget"
    for group in (plain, others):
        group.sort(key=lambda row: -(read(row[first]) or read(row["fullYear"]) or 0))
    known = [amount for row in plain if (amount := read(row[first])) is not None]
    return {
        "plain": plain,
        "others": others,
        "targets": targets,
        "money": money,
        "first": first,
        "largest": max(known, default=None),
    }


def _change(row: Row, report: ReportInfo, named: dict[str, str]) -> dict[str, Any]:
    unit = named.get(row["unit"], "")
    against = row["against"] or (f"{row['againstYear']}年" if row["againstYear"] else "")
    return {
        **row,
        "unit": unit,
        "against": against,
        "source": report.source(row, printed=row["value"] or row["change"].lstrip("-")),
    }

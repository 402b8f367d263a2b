"""A report of performance sheets alone, validated by the rules on projects; what is found comes back as rule and figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from mbkg.documents import Document
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.places import located
from mbkg.projects import merge_projects
from mbkg.reports import Report, Statement
from mbkg.sheets import read_sheets
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding, Rule


@dataclass(frozen=True)
class Found:
    """One finding, as a test compares it."""

    rule: str
    left: Decimal | None
    right: Decimal | None


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(r for r in load_rules() if r.file == "performance.ttl" or r.id == "sum-projects")


def report_of(document: Document, statements: tuple[Statement, ...] = ()) -> Report:
    """The sheets of a document as a report of an invented bureau."""
    read = read_sheets(document, "万元")
    report = Report(
        "sheets",
        document.name,
        "0" * 64,
        "云浦市水利局",
        2024,
        "final_account",
        "unit",
        "",
        read.tables,
        merge_projects((), read.projects),
        statements,
    )
    return located(report, document)


def findings_of(document: Document, statements: tuple[Statement, ...] = ()) -> list[Finding]:
    """Every finding on the sheets of a document."""
    store = ox.Store()
    vocabulary = load_vocabulary()
    store.extend(report_to_quads(report_of(document, statements), [], vocabulary))
    return list(validate_store(store, rules()).findings)


def violated(document: Document, severity: str = "", statements: tuple[Statement, ...] = ()) -> list[Found]:
    """The violated findings of a severity, or of any."""
    return [
        Found(f.rule, f.left, f.right)
        for f in findings_of(document, statements)
        if f.outcome == "violated" and severity in ("", f.severity)
    ]

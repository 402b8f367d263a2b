"""Prose of an invented report, read, put into a graph and tried by the rules of `shapes/narrative.ttl` (and of form, of sentences)."""

from __future__ import annotations

from functools import cache
from typing import Any

from pyoxigraph import Store

from mbkg.amounts import canonical
from mbkg.documents import parse_text
from mbkg.facts.report import report_facts
from mbkg.graph.iris import report_iri
from mbkg.graph.triples import key_of, report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.narrative.discourse import Reader
from mbkg.narrative.drafts import Defaults
from mbkg.narrative.layout import prose_lines
from mbkg.narrative.paragraphs import paragraphs
from mbkg.reports import Report
from mbkg.resources import resource_path
from mbkg.validate.catalogue import read_rules
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.operands import Evidence
from mbkg.validate.values import Rule

BODY = "临海市静河区医疗保障局"
FORM_RULES = frozenset({"cut-unit"})  # rules of form that speak of single sentences too


@cache
def narrative_rules() -> tuple[Rule, ...]:
    shapes = resource_path("shapes")
    rules = read_rules([shapes / "prefixes.ttl", shapes / "narrative.ttl", shapes / "form.ttl"])
    return tuple(rule for rule in rules if rule.file == "narrative.ttl" or rule.id in FORM_RULES)


def checks_of(text: str, year: int, kind: Any) -> list[Check]:
    """Every check of the narrative rules on a report that has this prose and nothing else."""
    store, report = graph_of(text, year, kind)
    return list(run_rules(narrative_rules(), store, report))


def sides_of(text: str, year: int, kind: Any) -> list[tuple[Check, set[int | None]]]:
    """The violated checks, notes left out, each with the lines of the figures that it compares."""
    store, report = graph_of(text, year, kind)
    evidence = Evidence(store)
    checks = run_rules(narrative_rules(), store, report)
    violated = [check for check in checks if check.outcome == "violated" and check.rule.severity != "info"]
    return [(check, {operand.line for operand in evidence.operands(check)}) for check in violated]


def graph_of(text: str, year: int, kind: Any) -> tuple[Store, str]:
    """A report that has this prose and nothing else, in a store, with its IRI."""
    reader = Reader(Defaults(year, kind))
    reader.read(paragraphs(prose_lines(parse_text(text.encode(), "case.txt"))))
    report = Report("case", "case.txt", "0" * 64, BODY, year, kind, "unit", BODY, (), statements=reader.statements())
    store = Store()
    store.extend(report_to_quads(report, report_facts(report), load_vocabulary()))
    return store, report_iri(key_of(report, load_vocabulary())).value


def told(check: Check) -> str:
    """A violated check in short: its rule and both figures."""
    figures = [canonical(check.numbers[side]) for side in ("left", "right") if side in check.numbers]
    return " ".join([check.rule.id, *figures])

"""Questions that the graph at hand answers: made from what it holds, shown only once answered."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mbkg.labels import fold
from mbkg.serve.jobs import Graph
from mbkg.serve.web.reading import rows
from mbkg.serve.web.views.facts import Fact, facts_of
from mbkg.serve.web.views.holdings import ReportInfo, reports

_PATTERNS = Path(__file__).parent / "questions.toml"
_TRIES = 4
"""How many fillings of a pattern are tried before it is given up."""
_NEAREST = 3
_NEAR_TRIES = 8
_REPORTS = 60
"""Of how many reports questions are made; a graph of thousands needs no more to show what can be asked."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A question with places to fill, what fills them, and how many are shown."""

    over: str
    question: str
    most: int = 1


@cache
def patterns() -> tuple[Pattern, ...]:
    with _PATTERNS.open("rb") as file:
        return tuple(Pattern(**entry) for entry in tomllib.load(file)["pattern"])


def examples(graph: Graph) -> list[str]:
    """Questions in the order of the patterns, each answered by this graph; worked out once for a generation."""
    kept: list[str] | None = graph.kept.get("web.examples")
    if kept is None:
        kept = graph.kept["web.examples"] = list(_answered_examples(graph))
    return kept


def nearest(graph: Graph, question: str) -> list[str]:
    """The questions most like one that was not answered, each answered by this graph."""
    sought = _pairs(question)
    candidates = dict.fromkeys(itertools.chain.from_iterable(_filled(graph, pattern) for pattern in patterns()))
    ranked = sorted(candidates, key=lambda candidate: (-_alike(sought, _pairs(candidate)), candidate))
    found = []
    for candidate in ranked[:_NEAR_TRIES]:
        if candidate != question and _answers(graph, candidate):
            found.append(candidate)
        if len(found) == _NEAREST:
            break
    return found


def _answered_examples(graph: Graph) -> Iterator[str]:
    for turn, pattern in enumerate(patterns()):
        fillings = list(dict.fromkeys(_filled(graph, pattern)))
        at = turn % len(fillings) if fillings else 0  # let different bodies have their turn
        shown = 0
        for question in (fillings[at:] + fillings[:at])[:_TRIES]:
            if shown < pattern.most and _answers(graph, question):
                shown += 1
                yield question


def _answers(graph: Graph, question: str) -> bool:
    from mbkg.ask.llm import answer_question

    kept: dict[str, bool] = graph.kept.setdefault("web.answers", {})
    if question not in kept:
        answer = answer_question(question, graph.store)
        kept[question] = answer.status == "answered" and bool(answer.evidence)
    return kept[question]


def _filled(graph: Graph, pattern: Pattern) -> Iterator[str]:
    kept: dict[str, list[str]] = graph.kept.setdefault("web.filled", {})
    if pattern.question not in kept:
        kept[pattern.question] = list(_fill(graph, pattern))
    return iter(kept[pattern.question])


def _fill(graph: Graph, pattern: Pattern) -> Iterator[str]:
    held = reports(graph)[:_REPORTS]
    match pattern.over:
        case "graph":
            if held:
                yield pattern.question
        case "report":
            for report in held:
                yield pattern.question.format(**_slots(report))
        case "population":
            for row in rows(graph, "populations"):
                yield pattern.question.format(population=row["label"])
        case "project" | "code":
            for fact in _named(graph, held, pattern.over):
                filled = {pattern.over: fact.name}
                yield pattern.question.format(**_slots(fact.report), **filled)


def _named(graph: Graph, held: list[ReportInfo], over: str) -> Iterator[Fact]:
    """For each report its largest project, or its largest functional item."""
    kept: list[Fact] | None = graph.kept.get("web.facts")
    if kept is None:
        kept = graph.kept["web.facts"] = facts_of(graph, held)
    best: dict[str, Fact] = {}
    for fact in kept:
        if fact.phase != fact.report.main_phase or fact.measure != "expenditure" or not fact.name:
            continue
        if over == "project" and fact.dataset != "project":
            continue
        if over == "code" and (fact.dataset != "function" or fact.nature != "total" or fact.level != "项"):
            continue
        if fact.report.iri not in best or fact.value > best[fact.report.iri].value:
            best[fact.report.iri] = fact
    return iter(best.values())


def _slots(report: ReportInfo) -> dict[str, str]:
    return {"unit": report.unit, "year": str(report.year), "phase": report.phase}


def _pairs(question: str) -> frozenset[str]:
    text = fold(question)
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _alike(sought: frozenset[str], candidate: frozenset[str]) -> float:
    together = len(sought | candidate)
    return len(sought & candidate) / together if together else 0.0

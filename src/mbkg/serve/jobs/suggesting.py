"""Questions offered while someone types: units, years, measures, codes and projects of the graph, put together only where a figure is.

What was typed is split into a unit (or the beginning of one), a year, and the rest, which names a topic. The words of the questions are
`ontology/serving/suggest.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from mbkg.ask.compile import short
from mbkg.ask.lexicon import Lexicon
from mbkg.graph.store import GraphStore, rows_of
from mbkg.labels import fold
from mbkg.resources import resource_path

_YEAR = re.compile(r"20\d{2}|(?<!\d)\d{2}(?=年)")
_NO_FIT = 9
_PROJECTS = (
    "SELECT DISTINCT ?body ?year ?title WHERE "
    "{ ?p a mb:Project ; mb:body ?body ; mb:year ?year ; dcterms:title ?title ; mb:budgetWan ?amount }"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to ask for under a name and other spellings (folded), with whose and when it is told and in which phase."""

    kind: str
    name: str
    spellings: tuple[str, ...]
    told: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Completions:
    """The topics, and the bodies with their folded names and by them."""

    topics: tuple[Topic, ...]
    names: dict[str, str]
    bodies: tuple[tuple[str, tuple[str, ...]], ...]
    years: dict[str, tuple[int, ...]]


def read_completions(store: GraphStore, lexicon: Lexicon) -> Completions:
    """Everything that can be offered, read once for each graph."""
    told: dict[tuple[str, str], dict[tuple[str, int, str], None]] = {}
    spellings: dict[str, set[str]] = {}
    query = resource_path("ontology", "serving", "topics.rq").read_text(encoding="utf-8")
    for row in sorted(rows_of(store.query(query)), key=lambda row: sorted(row.items())):
        phase = short(row["phase"])
        if phase in _words()["phases"]:
            kind, name, concept = _named(row, lexicon)
            spellings.setdefault(name, {fold(name)}).update(map(fold, lexicon.spellings.get(concept, ())))
            told.setdefault((kind, name), {})[row["body"], int(row["year"]), phase] = None
    for row in sorted(rows_of(store.query(_PROJECTS)), key=lambda row: sorted(row.items())):
        told.setdefault(("project", row["title"]), {})[row["body"], int(row["year"]), ""] = None
    first = {name: at for at, name in enumerate(_words()["first"])}
    order = {"measure": 0, "project": 1, "code": 2}
    topics = [
        Topic(kind, name, tuple(sorted(spellings.get(name, {fold(name)}))), tuple(whose))
        for (kind, name), whose in told.items()
        if fold(name)
    ]
    names = {body.iri: body.name for body in lexicon.reporting}
    forms: dict[str, set[str]] = {}
    for word, senses in lexicon.senses.items():
        for sense in senses:
            for iri in (
                (sense,) if sense in names else lexicon.bodies_within(sense) if sense.startswith("region/") else ()
            ):
                forms.setdefault(word, set()).add(iri)
    return Completions(
        tuple(
            sorted(
                topics, key=lambda t: (first.get(t.name, len(first)), order[t.kind], -len(t.told), len(t.name), t.name)
            )
        ),
        names,
        tuple(sorted((word, tuple(sorted(iris))) for word, iris in forms.items())),
        {body.iri: body.years for body in lexicon.reporting},
    )


def suggestions(text: str, limit: int, held: Completions) -> list[dict[str, str]]:
    """At most `limit` questions for what was typed, the likeliest first."""
    typed = fold(text)
    years = tuple(int(year) % 100 + 2000 for year in _YEAR.findall(text))
    rest = _YEAR.sub("", typed)
    bodies, rest = _bodies(rest, held)
    for filler in sorted(map(fold, _words()["fillers"]), key=len, reverse=True):
        rest = rest.replace(filler, "")
    found: dict[str, str] = {}
    for question, kind in _questions(rest, bodies, years, held, wide="哪" in typed):
        found.setdefault(question, kind)
        if len(found) == limit:
            break
    return [{"question": question, "kind": kind} for question, kind in found.items()]


def _questions(
    rest: str, bodies: frozenset[str], years: tuple[int, ...], held: Completions, *, wide: bool
) -> Iterator[tuple[str, str]]:
    words = _words()
    topics = _ranked(rest, held.topics)
    if wide:
        for topic in topics:
            if len({body for body, _, _ in topic.told}) > 1:
                for form in words["several"].get(topic.kind, ()):
                    yield form.format(topic=topic.name), topic.kind
    if bodies and not rest:
        for body in sorted(bodies):
            for year in sorted(held.years[body], reverse=True):
                if not years or year in years:
                    for form in words["questions"]["unit"][:1]:
                        yield form.format(body=held.names[body], year=year), "unit"
    turn: set[str] = set()
    later: list[tuple[str, str]] = []
    for topic in topics:
        for body, year, phase in sorted(topic.told, key=lambda told: (-told[1], told[0], told[2])):
            if (bodies and body not in bodies) or (years and year not in years):
                continue
            form = words["questions"][topic.kind][0]
            question = form.format(
                body=held.names[body], year=year, topic=topic.name, phase=words["phases"].get(phase, "")
            )
            if topic.name in turn and not rest:  # first one of each topic, then the others
                later.append((question, topic.kind))
            else:
                yield question, topic.kind
            turn.add(topic.name)
    yield from later
    if bodies:
        for body in sorted(bodies):
            for year in held.years[body]:
                for form in words["questions"]["unit"][1:]:
                    yield form.format(body=held.names[body], year=year), "unit"


def _bodies(typed: str, held: Completions) -> tuple[frozenset[str], str]:
    """The bodies that a typed text names or begins to name, and the text without that."""
    best: tuple[str, ...] = ()
    at = size = 0
    for word, iris in held.bodies:
        if len(word) > size and (start := typed.find(word)) >= 0:
            best, at, size = iris, start, len(word)
    if size:
        return frozenset(best), typed[:at] + typed[at + size :]
    begun = {iri for word, iris in held.bodies if typed and word.startswith(typed) for iri in iris}
    if begun:
        return frozenset(begun), ""
    return frozenset(), typed


def _ranked(rest: str, topics: Iterable[Topic]) -> list[Topic]:
    """The topics whose name the rest begins, is part of, or is spelt out in, in this order; all of them where nothing is left to match."""
    if not rest:
        return list(topics)
    ranked = [(_fit(rest, topic), topic) for topic in topics]
    return [topic for fit, topic in sorted(ranked, key=lambda entry: entry[0]) if fit < _NO_FIT]


def _fit(rest: str, topic: Topic) -> int:
    """How a topic's spellings go with what was typed: 0 best, `_NO_FIT` not at all."""
    fits = [_NO_FIT]
    for name in topic.spellings:
        if name.startswith(rest):
            fits.append(0)
        elif rest in name:
            fits.append(1)
        elif len(name) > 1 and name in rest:
            fits.append(2 if len(name) > 2 else 4)
        elif len(rest) > 1 and _in_order(rest, name):
            fits.append(3)
    return min(fits)


def _in_order(letters: str, name: str) -> bool:
    at = 0
    for letter in letters:
        at = name.find(letter, at) + 1
        if not at:
            return False
    return True


def _named(row: dict[str, str], lexicon: Lexicon) -> tuple[str, str, str]:
    """The kind and the name of what a figure is of, and the concept behind it."""
    measure, nature = short(row["measure"]), short(row["nature"])
    if row["code"]:
        return "code", lexicon.label(short(row["code"])), short(row["code"])
    if nature != "nature/total":
        return "measure", lexicon.label(nature), nature
    return "measure", _words()["wholes"].get(measure) or lexicon.label(measure), measure


@cache
def _words() -> dict[str, Any]:
    with resource_path("ontology", "serving", "suggest.toml").open("rb") as file:
        return tomllib.load(file)

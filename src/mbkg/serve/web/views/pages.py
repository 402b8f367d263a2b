"""The pages that need little: the first one, the editor, and what this is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mbkg.graph.iris import PREFIXES
from mbkg.serve.jobs import Graph
from mbkg.serve.web.examples import examples
from mbkg.serve.web.prefixes import portable
from mbkg.serve.web.reading import local, rows
from mbkg.serve.web.rendering import link
from mbkg.serve.web.views import Page, Query, one
from mbkg.serve.web.views.findings import tallies
from mbkg.serve.web.views.holdings import by_iri, reports

_SAMPLES = Path(__file__).parent.parent / "samples"
_LONGEST_QUERY = 50_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A query that the editor offers: what it answers, and itself."""

    name: str
    text: str
    href: str


@cache
def samples() -> tuple[Sample, ...]:
    """The shipped queries in the order of their files; the first remark of each is its name."""
    found = []
    for path in sorted(_SAMPLES.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        query = portable(text)
        found.append(Sample(text.split("\n", 1)[0].lstrip("# "), query, link("/editor", query=query)))
    return tuple(found)


def home(graph: Graph, query: Query) -> Page:
    """The question box with questions that this graph answers, and what the graph holds in a line."""
    held = reports(graph)
    counted = tallies(graph).values()
    return Page(
        "home.html",
        {
            "examples": examples(graph),
            "held": held,
            "violated": sum(tally.violated for tally in counted),
            "run": sum(tally.run for tally in counted),
        },
    )


def editor(graph: Graph, query: Query) -> Page:
    """The SPARQL editor, with the query of the address or the first sample."""
    given = one(query, "query")[:_LONGEST_QUERY]
    offered = samples()
    return Page(
        "editor.html",
        {
            "query": given or (offered[0].text if offered else ""),
            "samples": offered,
            "prefixes": sorted(PREFIXES.items()),
        },
    )


def about(graph: Graph, query: Query) -> Page:
    """What is in the graph, how it was read, how answers come about and what they cannot do."""
    counts = {local(row["kind"]): int(row["count"]) for row in rows(graph, "kinds")}
    read = {row["report"]: row for row in rows(graph, "readings")}
    return Page(
        "about.html",
        {
            "counts": counts,
            "held": reports(graph),
            "read": read,
            "tallies": tallies(graph),
            "known": by_iri(graph),
            "generation": graph.generation,
        },
    )

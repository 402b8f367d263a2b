"""Queries for words: the reason a report gives, the text of a term, what a passage says."""

from __future__ import annotations

from collections.abc import Iterator

from mbkg.ask.plan import Plan
from mbkg.ask.reply import Reply
from mbkg.serve.lean.figures import Figures
from mbkg.serve.lean.write import select, values

_WORDS = {
    "reason": ("mb:reason", "mb:deviationReason"),
    "definition": ("mb:text", "skos:definition", "mb:goal"),
    "structure": ("mb:text", "mb:note", "mb:heading"),
}
_ANY = (
    "mb:targetRaw",
    "mb:actualRaw",
    "mb:text",
    "mb:reason",
    "mb:goal",
    "dcterms:title",
    "mb:level3",
    "mb:selfGradePrinted",
)


def text_queries(plan: Plan, reply: Reply, figures: Figures) -> Iterator[str]:
    """Queries that may yield the words of an answer, from the nodes it rests on."""
    nodes = list(dict.fromkeys(node for record in reply.records for node in record.nodes))
    if not nodes:
        return
    for name in (*_WORDS.get(plan.ask, ()), *_ANY):
        if len(nodes) == 1 and (told := figures.pairs(nodes[0])):
            body = " ; ".join(f"{predicate} {value}" for predicate, value in told)
            yield select("DISTINCT ?text", [f"?node {body} ;", f"  {name} ?text ."])
        yield select("DISTINCT ?text", [values("node", nodes), f"?node {name} ?text ."])

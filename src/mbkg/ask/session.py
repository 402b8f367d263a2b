"""One question being answered: the store, what is known of its words, and every query that was run for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mbkg.ask.answer import Reason, Status
from mbkg.ask.compile import Term, compiled, short
from mbkg.ask.lexicon import Lexicon
from mbkg.ask.topics import Linker
from mbkg.graph.store import GraphStore, rows_of

Row = dict[str, str]


@dataclass(slots=True)
class Session:
    """The store and the lexicon, with the queries run so far in order."""

    store: GraphStore
    lexicon: Lexicon
    linker: Linker
    queries: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    spent: bool = False

    def rows(self, name: str, given: Mapping[str, Sequence[Term]], *, quiet: bool = False, **parts: str) -> list[Row]:
        """The rows of a fragment, in a fixed order. `quiet` queries find words or places and are no part of the answer's SPARQL."""
        sparql = compiled(name, given, **parts)
        if not quiet:
            self.queries.append(sparql)
        return sorted(rows_of(self.store.query(sparql)), key=lambda row: sorted(row.items()))

    def unit(self, iri: str) -> str:
        """The label of a unit of measurement; blank for none."""
        return self.lexicon.labels.get(short(iri), "") if iri else ""

    def note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)


class Refused(Exception):
    """No answer, and why: what is missing, and what the graph does hold."""

    def __init__(self, status: Status, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.status: Status = status
        self.reason: Reason = reason
        self.text = text


def holdings(lexicon: Lexicon) -> str:
    """What the graph holds, in a clause: bodies with their years."""
    entries = []
    for body in lexicon.reporting:
        kinds = sorted({(report.year, lexicon.label(report.kind)) for report in body.reports.values()})
        entries.append(f"{body.name}（{'、'.join(f'{year}年{kind}' for year, kind in kinds)}）")
    return "、".join(entries)

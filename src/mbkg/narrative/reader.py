"""A document's prose becomes a `Narrative`.

Runs before the tables are read: it decides by itself which lines are prose, so that the table reader can use whose report it is and what
the prose says of the totals.
"""

from __future__ import annotations

from collections.abc import Sequence

from mbkg.documents import Document, Line
from mbkg.narrative.discourse import Reader
from mbkg.narrative.drafts import Defaults
from mbkg.narrative.identity import read_identities
from mbkg.narrative.layout import line_kinds
from mbkg.narrative.model import Identity, Narrative
from mbkg.narrative.paragraphs import Paragraph, paragraphs
from mbkg.narrative.structure import read_structure
from mbkg.narrative.terms import read_terms
from mbkg.reports import Leftover, Statement

_CLAIMED = ("prose", "caption", "page", "contents")


def read_narrative(document: Document, skip: frozenset[int] = frozenset()) -> Narrative:
    """Read the prose of a document.

    Args:
        skip: lines that other readers own (tables, performance sheets); with none given, tables and sheets are refused by their look.
    Returns:
        What the prose says. With several reports in the file each figure is read with the year of its own report, and structure and
        terms are those of all; `split_reports` parts the file.
    """
    kinds = line_kinds(document, skip)
    identities = read_identities(document)  # a performance sheet, skipped here, may name the superior body
    prose = [line for line in document.lines if kinds[line.number] == "prose"]
    joined: list[Paragraph] = []
    statements: list[Statement] = []
    leftovers: list[Leftover] = []
    for identity, lines in _by_report(prose, identities):
        part = paragraphs(lines)
        reader = Reader(Defaults(identity.year, identity.kind, identity.unit or ""))
        reader.read(part)
        joined += part
        statements += reader.statements()
        leftovers += reader.leftovers
    return Narrative(
        identity=identities[0],
        identities=identities,
        statements=tuple(statements),
        structure=read_structure(document, joined, identities[0].superior),
        terms=read_terms(joined),
        claimed=frozenset(number for number, kind in kinds.items() if kind in _CLAIMED),
        refused=frozenset(number for number, kind in kinds.items() if kind in ("table", "sheet")),
        leftovers=tuple(leftovers),
    )


def split_reports(document: Document, skip: frozenset[int] = frozenset()) -> tuple[tuple[Identity, Document], ...]:
    """Each report of the file with a document of its own: the other reports' lines emptied, line numbers kept."""
    identities = read_identities(document, skip)
    if len(identities) == 1:
        return ((identities[0], document),)
    parts = []
    for identity, lines in _by_report(document.lines, identities):
        keep = {line.number for line in lines}
        emptied = tuple(
            line if line.number in keep else Line(line.number, "", (), line.page) for line in document.lines
        )
        parts.append((identity, Document(document.name, document.sha256, document.encoding, emptied, document.notes)))
    return tuple(parts)


def _by_report(lines: Sequence[Line], identities: Sequence[Identity]) -> list[tuple[Identity, list[Line]]]:
    ends = [identity.line for identity in identities[1:]] + [10**9]
    starts = [0] + [identity.line for identity in identities[1:]]
    return [
        (identity, [line for line in lines if start <= line.number < end])
        for identity, start, end in zip(identities, starts, ends, strict=True)
    ]

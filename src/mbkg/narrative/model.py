"""What the narrative of a report says, as values: whose report it is, its figures, its structure, its terms.

`Narrative` is what `read_narrative` promises. Nothing in it is guessed: an identity not printed is None, a figure whose subject is
unclear is a leftover with its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mbkg.reports import Leftover, ReportKind, Scope, Statement, Structure, Term


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is, of which year and kind; every part None where the report does not say.

    `unit` is the printed name without （本级）, which shows in `scope`. `superior` is the body above, never the body itself.
    `line` is where this report begins in the file.
    """

    unit: str | None = None
    year: int | None = None
    kind: ReportKind | None = None
    scope: Scope | None = None
    title: str | None = None
    superior: str | None = None
    line: int = 1

    @property
    def missing(self) -> tuple[str, ...]:
        """The Chinese names of what the report does not say and a graph needs."""
        named = {"单位名称": self.unit, "年度": self.year, "预算或决算": self.kind}
        return tuple(name for name, value in named.items() if value is None)


@dataclass(frozen=True, slots=True)
class Narrative:
    """The prose of one file, read.

    `identities` has one entry per report in the file, in print order; `identity` is the first. `claimed` are the lines read as prose
    (headings, sentences, captions, page numbers among them), `refused` the lines left to the readers of tables and sheets.
    """

    identity: Identity
    identities: tuple[Identity, ...]
    statements: tuple[Statement, ...] = ()
    structure: Structure = field(default_factory=Structure)
    terms: tuple[Term, ...] = ()
    claimed: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    leftovers: tuple[Leftover, ...] = ()

"""A document read by every reader at once, with all they saw on the way: the same steps as `mbkg.reading`, nothing thrown away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, Line
from mbkg.facts.statements import expectations
from mbkg.naming import identity_in_name
from mbkg.narrative import Identity, Narrative, read_narrative, split_reports
from mbkg.reports import Leftover
from mbkg.sheets import SheetsReading, read_sheets
from mbkg.tables.find import find_blocks, is_page_number, tokens_of
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.meaning import Frame
from mbkg.tables.read import TablesReading, read_tables


@dataclass(frozen=True, slots=True)
class Reread:
    """One report of a document: whose it is, what only the file's name says of that, and what each reader made of its lines."""

    identity: Identity
    from_name: tuple[str, ...]
    document: Document
    sheets: SheetsReading
    narrative: Narrative
    tables: TablesReading

    @property
    def has_figures(self) -> bool:
        """Whether a table, a performance sheet or a sentence holds a figure."""
        if any(table.cells for table in (*self.tables.tables, *self.sheets.tables)):
            return True
        if any(statement.value is not None for statement in self.narrative.statements):
            return True
        return any(
            each.target_value is not None or each.actual_value is not None
            for project in self.sheets.projects
            for each in project.indicators
        )

    @property
    def claimed(self) -> frozenset[int]:
        return self.tables.claimed | self.sheets.claimed | self.narrative.claimed

    def leftovers(self) -> list[Leftover]:
        """Lines with a number that was not understood, in print order."""
        found = {*self.tables.leftovers, *self.sheets.leftovers}
        found |= {item for item in self.narrative.leftovers if item.line not in self.tables.claimed}
        found |= {Leftover(line.number, line.text.strip(), "未归入任何表、绩效表或说明") for line in self._stray(True)}
        return sorted(found, key=lambda item: item.line)

    def unclaimed(self) -> list[Line]:
        """Lines without an amount that belong to no table, sheet or paragraph."""
        return list(self._stray(False))

    def _stray(self, amounts: bool) -> Iterator[Line]:
        claimed = self.claimed
        for line in self.document.lines:
            if line.number in claimed or not line.text.strip() or is_page_number(line):
                continue
            if any(looks_like_money(token) for token in tokens_of(line)) == amounts:
                yield line


def reread(document: Document) -> tuple[Reread, ...]:
    """Every report in a document; the whole document as one where none of its parts has a table."""
    split = [
        (identity, replace(part, format=document.format, pages=document.pages))
        for identity, part in split_reports(document)
    ]
    found = [(identity, part) for identity, part in split if _has_tables(part)] or split
    if len(found) == 1:  # what stands before or behind the one report with tables is its own prose
        found = [(found[0][0], document)]
    return tuple(_read(*_named(identity, document, len(found) == 1), part) for identity, part in found)


def _named(identity: Identity, document: Document, alone: bool) -> tuple[Identity, tuple[str, ...]]:
    """The identity with what it leaves out taken from the file's name, where that names body and year and says nothing else."""
    if not identity.missing or not alone:
        return identity, ()
    named = identity_in_name(document.name)
    differ = any(
        own is not None and other is not None and own != other
        for own, other in ((identity.unit, named.unit), (identity.year, named.year), (identity.kind, named.kind))
    )
    if named.unit is None or named.year is None or differ:
        return identity, ()
    filled = replace(
        identity,
        unit=identity.unit or named.unit,
        year=identity.year or named.year,
        kind=identity.kind or named.kind,
        scope=identity.scope or named.scope,
    )
    return filled, tuple(name for name in identity.missing if name not in filled.missing)


def _has_tables(document: Document) -> bool:
    if any(block.body or block.notes for block in find_blocks(document, load_lexicon())):
        return True
    return bool(read_sheets(document).projects)


def _read(identity: Identity, from_name: Sequence[str], document: Document) -> Reread:
    units = {block.unit for block in find_blocks(document, load_lexicon())} - {""}
    sheets = read_sheets(document, shared_unit=units.pop() if len(units) == 1 else "")
    narrative = read_narrative(document, skip=sheets.claimed)
    frame = Frame(identity.unit or "", identity.year or 0, identity.kind or "budget")
    names = [project.name for project in sheets.projects]
    tables = read_tables(document, frame, sheets.claimed, names, expectations(narrative.statements, frame))
    return Reread(identity, tuple(from_name), document, sheets, narrative, tables)

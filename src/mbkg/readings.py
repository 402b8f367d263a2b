"""One report of a document read by every reader at once, with all they saw on the way.

`reading` makes a `Report` of it, `inspecting` shows it. Sheets claim their lines first, then the prose says whose report it is and what it
states, and the tables are read last because what the prose states helps to place their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, Line
from mbkg.facts.statements import expectations
from mbkg.naming import identity_in_name
from mbkg.narrative import Identity, Narrative, read_narrative, split_reports
from mbkg.reports import Leftover, Statement
from mbkg.sheets import SheetsReading, read_sheets
from mbkg.tables.find import find_blocks, is_page_number, tokens_of
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.meaning import Frame
from mbkg.tables.read import TablesReading, read_tables


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose report it is, whether its scope is said, and what had to be taken from the file's name."""

    identity: Identity
    scope_said: bool
    from_name: tuple[str, ...] = ()

    @staticmethod
    def of(identity: Identity, document: Document, *, alone: bool) -> Whose:
        """The identity that the document prints; what it leaves out from the file's name, where that names body and year."""
        said = identity.scope is not None
        if not identity.missing or not alone:
            return Whose(identity, said)
        named = identity_in_name(document.name)
        differ = any(
            own is not None and other is not None and own != other
            for own, other in ((identity.unit, named.unit), (identity.year, named.year), (identity.kind, named.kind))
        )
        if named.unit is None or named.year is None or differ:
            return Whose(identity, said)
        filled = replace(
            identity,
            unit=identity.unit or named.unit,
            year=identity.year or named.year,
            kind=identity.kind or named.kind,
            scope=identity.scope or named.scope,
        )
        taken = tuple(name for name in identity.missing if name not in filled.missing)
        return Whose(filled, filled.scope is not None, taken)

    @property
    def note(self) -> str:
        return f"报告内没有写明{'、'.join(self.from_name)}，取自文件名。" if self.from_name else ""


@dataclass(frozen=True, slots=True)
class Readings:
    """What each reader made of one report's lines; places are numbers of its lines."""

    whose: Whose
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
        """Lines with a number that was not understood, in print order; a number that nobody claims is one too."""
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


def split_by_report(document: Document) -> tuple[list[tuple[Identity, Document]], bool]:
    """The reports with tables that a document holds, each with its lines; every part of it, and False, where none has a table."""
    split = [
        (identity, replace(part, format=document.format, pages=document.pages))
        for identity, part in split_reports(document)
    ]
    found = [(identity, part) for identity, part in split if _has_tables(part)]
    if len(found) == 1:  # what stands before or behind the one report with tables is its own prose
        return [(found[0][0], document)], True
    return found or split, bool(found)


def _has_tables(document: Document) -> bool:
    """Whether a budget or final-account table, or a performance sheet, was recognised."""
    if any(block.body or block.notes for block in find_blocks(document, load_lexicon())):
        return True
    return bool(read_sheets(document).projects)


def read_all(whose: Whose, document: Document, stated: tuple[Statement, ...] = ()) -> Readings:
    """Let every reader read one report.

    Args:
        stated: what the report's narrative in another file states.
    """
    identity = whose.identity
    units = {block.unit for block in find_blocks(document, load_lexicon())} - {""}
    sheets = read_sheets(document, shared_unit=units.pop() if len(units) == 1 else "")
    narrative = read_narrative(document, skip=sheets.claimed)
    frame = Frame(identity.unit or "", identity.year or 0, identity.kind or "budget")
    names = [project.name for project in sheets.projects]
    expected = expectations((*narrative.statements, *stated), frame)
    tables = read_tables(document, frame, sheets.claimed, names, expected)
    return Readings(whose, document, sheets, narrative, tables)

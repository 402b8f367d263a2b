"""A file to the reports it holds: documents, sheets, narrative and tables put together, every number accounted for.

Sheets claim their lines first, then the prose says whose report it is and what it states, and the tables are read last
because what the prose states helps to place their numbers. A line with an amount that none of them understood becomes a
leftover; nothing is dropped in silence. A file may hold only the tables of a report, or only its words: then it gives a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, read_document
from mbkg.errors import BlankForm, NotAReport, UnknownIdentity
from mbkg.facts.statements import expectations
from mbkg.merging import NO_SUMMARY
from mbkg.naming import identity_in_name
from mbkg.narrative import Identity, read_narrative, split_reports
from mbkg.places import located
from mbkg.projects import listed_projects, merge_projects
from mbkg.reports import Leftover, Report, Statement, Table
from mbkg.sheets import read_sheets
from mbkg.sources import Part
from mbkg.tables.find import find_blocks, is_page_number, tokens_of
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.meaning import Frame
from mbkg.tables.read import read_tables

_FEW = 2  # a file of tables may state a figure or two in a remark; it is no narrative for that

__all__ = ["read_again", "read_document", "read_parts", "read_report"]


def read_report(path: Path) -> tuple[Report, ...]:
    """Every report in a file, in print order.

    Raises:
        UnreadableFile: no text could be had from it.
        NotAReport: no budget or final-account table and no performance sheet was recognised.
        BlankForm: there are tables, and none holds a figure.
        UnknownIdentity: the report does not say whose it is or of which year.
    """
    parts = read_parts(path)
    for part in parts:
        if part.missing:
            raise UnknownIdentity(path.name, "、".join(part.missing))
    reports = tuple(part.report for part in parts if part.has_tables)
    if not reports:
        raise NotAReport(path.name, "全文没有一张可识别的预算、决算或绩效表")
    return reports


def read_parts(path: Path) -> tuple[Part, ...]:
    """What a file gives to reports: whole ones, the tables of one (whose it is may be unsaid), or the words of one.

    Raises:
        UnreadableFile, NotAReport, BlankForm: as `read_report`.
        UnknownIdentity: one of several reports in the file does not say whose it is.
    """
    document = read_document(path)
    split = [
        (identity, replace(part, format=document.format, pages=document.pages))
        for identity, part in split_reports(document)
    ]
    found = [(identity, part) for identity, part in split if _has_tables(part)]
    if not found:
        return _narratives(document, split)
    if len(found) == 1:  # what stands before or behind the one report with tables is its own prose
        found = [(found[0][0], document)]
    whose = [_Whose.of(identity, document, alone=len(found) == 1) for identity, _ in found]
    if len(whose) > 1:
        for each in whose:
            if each.identity.missing:
                raise UnknownIdentity(document.name, "、".join(each.identity.missing))
    parts = [_part(each, part) for each, (_, part) in zip(whose, found, strict=True)]
    filled = tuple(part for part in parts if not _is_blank(part))
    if not filled:
        raise BlankForm(document.name)
    return filled


def read_again(part: Part, known: Report) -> Part:
    """A file's tables read once more as part of a report whose identity and narrative are known from another file."""
    if part.document is None:
        return part
    whose = _Whose(Identity(known.unit, known.year, known.kind, known.scope, part.report.title or known.title), True)
    report = _read_one(whose, part.document, known.statements)
    return replace(part, report=located(report, part.document), missing=(), scope_said=True)


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose report it is, whether its scope is said, and what had to be taken from the file's name."""

    identity: Identity
    scope_said: bool
    note: str = ""

    @staticmethod
    def of(identity: Identity, document: Document, *, alone: bool) -> _Whose:
        """The identity that the document prints; what it leaves out from the file's name, where that names body and year."""
        said = identity.scope is not None
        if not identity.missing or not alone:
            return _Whose(identity, said)
        named = identity_in_name(document.name)
        agree = all(
            own is None or own == other
            for own, other in ((identity.unit, named.unit), (identity.year, named.year))
            if other is not None
        ) and (identity.kind is None or named.kind in (None, identity.kind))
        if named.unit is None or named.year is None or not agree:
            return _Whose(identity, said)
        filled = replace(
            identity,
            unit=identity.unit or named.unit,
            year=identity.year or named.year,
            kind=identity.kind or named.kind,
            scope=identity.scope or named.scope,
        )
        taken = [name for name in identity.missing if name not in filled.missing]
        note = f"报告内没有写明{'、'.join(taken)}，取自文件名。" if taken else ""
        return _Whose(filled, filled.scope is not None, note)


def _narratives(document: Document, split: Sequence[tuple[Identity, Document]]) -> tuple[Part, ...]:
    """The words of reports whose tables stand elsewhere.

    Raises:
        NotAReport: nothing here says whose report it is and states a figure.
    """
    if _is_blank_form(document):
        raise BlankForm(document.name)
    parts = []
    for identity, words in split:
        whose = _Whose.of(identity, document, alone=len(split) == 1)
        if whose.identity.missing:
            continue
        report = _read_one(whose, words)
        if any(statement.value is not None for statement in report.statements):
            parts.append(Part(located(report, document), "narrative", (), whose.scope_said, document.format))
    if not parts:
        raise NotAReport(document.name, "全文没有一张可识别的预算、决算或绩效表")
    return tuple(parts)


def _part(whose: _Whose, document: Document) -> Part:
    report = located(_read_one(whose, document), document)
    told = sum(statement.value is not None for statement in report.statements)
    words = told > _FEW or report.structure.departments or report.structure.duties
    if words:
        return Part(report, "whole", whose.identity.missing, whose.scope_said, document.format)
    return Part(report, "tables", whose.identity.missing, whose.scope_said, document.format, document)


def _is_blank(part: Part) -> bool:
    """Whether a form was left unfilled: no figure in a table, a sheet or a sentence. Tables that are all said to be empty are no form."""
    report = part.report
    if report.cells or any(statement.value is not None for statement in report.statements):
        return False
    for project in report.projects:
        amounts = (project.budget, project.initial_budget, project.full_year_budget, project.executed)
        if any(amount is not None for amount in amounts):
            return False
        if any(each.target_value is not None or each.actual_value is not None for each in project.indicators):
            return False
    return bool(part.missing) or not report.tables or not all(table.declared_empty for table in report.tables)


def _is_blank_form(document: Document) -> bool:
    """Whether a file holds heads of tables and not one amount."""
    blocks = [block for block in find_blocks(document, load_lexicon()) if block.unit]
    return len(blocks) > 1 and not any(looks_like_money(token) for line in document.lines for token in tokens_of(line))


def _has_tables(document: Document) -> bool:
    lexicon = load_lexicon()
    if any(block.body or block.notes for block in find_blocks(document, lexicon)):
        return True
    return bool(read_sheets(document).projects)


def _read_one(whose: _Whose, document: Document, stated: tuple[Statement, ...] = ()) -> Report:
    """One report as this document prints it, places as numbers of its lines.

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
    all_tables = tuple(sorted((*tables.tables, *sheets.tables), key=lambda table: table.place.line or 0))
    leftovers = [*tables.leftovers, *sheets.leftovers]
    leftovers += [item for item in narrative.leftovers if item.line not in tables.claimed]
    leftovers += _unclaimed(document, (tables.claimed, sheets.claimed, narrative.claimed))
    return Report(
        name=document.stem,
        file=document.name,
        sha256=document.sha256,
        unit=identity.unit or "",
        year=identity.year or 0,
        kind=identity.kind or "budget",
        scope=identity.scope or "unit",
        title=identity.title or "",
        tables=all_tables,
        projects=merge_projects(listed_projects(all_tables), sheets.projects),
        statements=tuple(s for s in narrative.statements if s.place.line not in tables.claimed),
        structure=narrative.structure,
        terms=narrative.terms,
        leftovers=tuple(sorted(set(leftovers), key=lambda item: item.line)),
        notes=(*filter(None, (whose.note,)), *document.notes, *_missing_parts(all_tables), *tables.notes),
        superior=identity.superior or narrative.structure.superior,
    )


def _unclaimed(document: Document, claimed: Iterable[frozenset[int]]) -> list[Leftover]:
    """Lines that hold an amount and belong to no table, sheet or paragraph."""
    known = frozenset().union(*claimed)
    return [
        Leftover(line.number, line.text.strip(), "未归入任何表、绩效表或说明")
        for line in document.lines
        if line.number not in known and not is_page_number(line) and any(looks_like_money(t) for t in tokens_of(line))
    ]


def _missing_parts(tables: tuple[Table, ...]) -> list[str]:
    return [NO_SUMMARY] if tables and not any(table.family == "summary" for table in tables) else []

"""A file to the reports it holds: what its sheets, narrative and tables say put together, every number accounted for.

A line with an amount that no reader understood becomes a leftover; nothing is dropped in silence. A file may hold only the
tables of a report, or only its words: then it gives a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, read_document
from mbkg.errors import BlankForm, NotAReport, UnknownIdentity
from mbkg.form import read_form, with_notes
from mbkg.merging import NO_SUMMARY
from mbkg.narrative import Identity
from mbkg.places import located
from mbkg.projects import listed_projects, merge_projects
from mbkg.readings import Whose, read_all, split_by_report
from mbkg.reports import Report, Statement, Table
from mbkg.sources import Part
from mbkg.tables.find import find_blocks, tokens_of
from mbkg.tables.lexicon import load_lexicon

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
    found, with_tables = split_by_report(document)
    if not with_tables:
        return _narratives(document, found)
    whose = [Whose.of(identity, document, alone=len(found) == 1) for identity, _ in found]
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
    whose = Whose(Identity(known.unit, known.year, known.kind, known.scope, part.report.title or known.title), True)
    report = _read_one(whose, part.document, known.statements)
    return replace(part, report=located(report, part.document), missing=(), scope_said=True)


def _narratives(document: Document, split: Sequence[tuple[Identity, Document]]) -> tuple[Part, ...]:
    """The words of reports whose tables stand elsewhere.

    Raises:
        NotAReport: nothing here says whose report it is and states a figure.
    """
    if _is_blank_form(document):
        raise BlankForm(document.name)
    parts = []
    for identity, words in split:
        whose = Whose.of(identity, document, alone=len(split) == 1)
        if whose.identity.missing:
            continue
        report = _read_one(whose, words)
        if any(statement.value is not None for statement in report.statements):
            parts.append(Part(located(report, document), "narrative", (), whose.scope_said, document.format))
    if not parts:
        raise NotAReport(document.name, "全文没有一张可识别的预算、决算或绩效表")
    return tuple(parts)


def _part(whose: Whose, document: Document) -> Part:
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


def _read_one(whose: Whose, document: Document, stated: tuple[Statement, ...] = ()) -> Report:
    """One report as this document prints it, places as numbers of its lines.

    Args:
        stated: what the report's narrative in another file states.
    """
    read = read_all(whose, document, stated)
    identity = whose.identity
    tables = (*with_notes(read.tables, document), *read.sheets.tables)
    all_tables = tuple(sorted(tables, key=lambda table: table.place.line or 0))
    notes = (whose.note, *document.notes, *_missing_parts(all_tables), *read.tables.notes, *read.sheets.notes)
    structure = read.narrative.structure
    bodies = (*(name for name, _ in structure.subordinates), structure.superior, identity.superior or "")
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
        projects=merge_projects(listed_projects(all_tables), read.sheets.projects),
        statements=tuple(s for s in read.narrative.statements if s.place.line not in read.tables.claimed),
        structure=read.narrative.structure,
        terms=read.narrative.terms,
        leftovers=tuple(read.leftovers()),
        notes=tuple(note for note in notes if note),
        superior=identity.superior or read.narrative.structure.superior,
        form=read_form(document, identity.unit or "", read, bodies),
    )


def _missing_parts(tables: tuple[Table, ...]) -> list[str]:
    return [NO_SUMMARY] if tables and not any(table.family == "summary" for table in tables) else []

"""A file to the reports it holds: documents, sheets, narrative and tables put together, every number accounted for.

Sheets claim their lines first, then the prose says whose report it is and what it states, and the tables are read last
because what the prose states helps to place their numbers. A line with an amount that none of them understood becomes a
leftover; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, read_text
from mbkg.errors import NotAReport, UnknownIdentity, UnreadableFile
from mbkg.facts.statements import expectations
from mbkg.narrative import Identity, read_narrative, split_reports
from mbkg.projects import listed_projects, merge_projects
from mbkg.reports import Leftover, Report
from mbkg.sheets import read_sheets
from mbkg.tables.find import find_blocks, is_page_number, tokens_of
from mbkg.tables.lexicon import load_lexicon
from mbkg.tables.meaning import Frame
from mbkg.tables.read import TablesReading, read_tables

LATER_SUFFIXES = (".pdf", ".docx", ".doc", ".xlsx", ".xls", ".html", ".htm", ".wps", ".ofd", ".jpg", ".jpeg", ".png")


def read_document(path: Path) -> Document:
    """The document in a file, by its format.

    Raises:
        UnreadableFile: a format this version does not read, or bytes that are no text.
    """
    suffix = path.suffix.lower()
    if suffix in LATER_SUFFIXES:
        raise UnreadableFile(path.name, f"这一版还不能读取 {suffix} 文件", "请先另存为文本（.txt）或 Markdown 再试。")
    return read_text(path)


def read_report(path: Path) -> tuple[Report, ...]:
    """Every report in a file, in print order.

    Raises:
        UnreadableFile: no text could be had from it.
        NotAReport: no budget or final-account table and no performance sheet was recognised.
        UnknownIdentity: the report does not say whose it is or of which year.
    """
    document = read_document(path)
    parts = [(identity, part) for identity, part in split_reports(document) if _has_tables(part)]
    if not parts:
        raise NotAReport(document.name, "全文没有一张可识别的预算、决算或绩效表")
    if len(parts) == 1:  # what stands before or behind the one report with tables is its own prose
        return (_read_one(parts[0][0], document),)
    return tuple(_read_one(identity, part) for identity, part in parts)


def _has_tables(document: Document) -> bool:
    lexicon = load_lexicon()
    if any(block.body or block.notes for block in find_blocks(document, lexicon)):
        return True
    return bool(read_sheets(document).projects)


def _read_one(identity: Identity, document: Document) -> Report:
    if identity.unit is None or identity.year is None or identity.kind is None:
        raise UnknownIdentity(document.name, "、".join(identity.missing))
    units = {block.unit for block in find_blocks(document, load_lexicon())} - {""}
    sheets = read_sheets(document, shared_unit=units.pop() if len(units) == 1 else "")
    narrative = read_narrative(document, skip=sheets.claimed)
    frame = Frame(identity.unit, identity.year, identity.kind)
    names = [project.name for project in sheets.projects]
    tables = read_tables(document, frame, sheets.claimed, names, expectations(narrative.statements, frame))
    all_tables = tuple(sorted((*tables.tables, *sheets.tables), key=lambda table: table.place.line or 0))
    leftovers = [*tables.leftovers, *sheets.leftovers]
    leftovers += [item for item in narrative.leftovers if item.line not in tables.claimed]
    leftovers += _unclaimed(document, (tables.claimed, sheets.claimed, narrative.claimed))
    return Report(
        name=document.stem,
        file=document.name,
        sha256=document.sha256,
        unit=identity.unit,
        year=identity.year,
        kind=identity.kind,
        scope=identity.scope or "unit",
        title=identity.title or "",
        tables=all_tables,
        projects=merge_projects(listed_projects(all_tables), sheets.projects),
        statements=tuple(s for s in narrative.statements if s.place.line not in tables.claimed),
        structure=narrative.structure,
        terms=narrative.terms,
        leftovers=tuple(sorted(set(leftovers), key=lambda item: item.line)),
        notes=(*document.notes, *_missing_parts(tables), *tables.notes),
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


def _missing_parts(tables: TablesReading) -> list[str]:
    families = {table.family for table in tables.tables}
    return [] if "summary" in families else ["没有找到收支总表。"]

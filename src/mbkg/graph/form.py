"""What the form of a report says, as triples: contents entries with the tables they stand for, notes under tables, marks.

Nothing is judged: an entry without a table says so by having none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mbkg.form.contents import core
from mbkg.form.vocabulary import funds_in, kind_word, pattern
from mbkg.graph.iris import BASE, DCTERMS, MB, RDF
from mbkg.graph.writer import ReportWriter, boolean, integer, text
from mbkg.reports import Cell, ContentsEntry, FormMark, Report, Table, TableNote
from mbkg.tables.lexicon import load_lexicon

_KIND = {"budget": NamedNode(f"{BASE}reportKind/budget"), "final_account": NamedNode(f"{BASE}reportKind/finalAccount")}
_ALIKE = 0.6  # of the pairs of neighbouring characters: titles that have so many in common may be one table's
_FEW = 3


def table_iri(number: int, writer: ReportWriter) -> NamedNode:
    """The node of a report's table by its 1-based place among them."""
    return NamedNode(f"{writer.graph.value}/table/{number:02d}")


def write_form(report: Report, cells: Sequence[NamedNode], writer: ReportWriter) -> None:
    """State all that the form of a report says.

    Args:
        cells: the nodes of the report's cells, in print order.
    """
    start = 0
    for number, table in enumerate(report.tables, start=1):
        own = cells[start : start + len(table.cells)]
        start += len(table.cells)
        _write_table_words(table_iri(number, writer), table, own, report, writer)
    _write_families(report, writer)
    lost = any(table.missing_pages for table in report.tables)
    writer.say(writer.graph, MB.lostPage, boolean(True) if lost else None)
    _write_unread_titles(report, writer)
    _write_contents(report, writer)
    for number, mark in enumerate(report.form.marks, start=1):
        _write_mark(NamedNode(f"{writer.graph.value}/mark/{number:03d}"), mark, writer)


def _write_table_words(
    node: NamedNode, table: Table, cells: Sequence[NamedNode], report: Report, writer: ReportWriter
) -> None:
    if _is_account_table(table):
        kind = kind_word(table.title)
        writer.say(node, MB.titleKind, _KIND[kind] if kind else None)
        writer.say(writer.graph, MB.accountTable, node)
        writer.say(node, MB.figures, integer(len(table.cells)))
        unread = any(leftover.where == table.title for leftover in report.leftovers)
        writer.say(node, MB.unreadNumbers, boolean(True) if unread else None)
        bare = {
            each.row: cell
            for cell, each in zip(reversed(cells), reversed(table.cells), strict=True)
            if not each.row_label and not each.row_code
        }
        for _, cell in sorted(bare.items()):
            writer.say(node, MB.unlabelledCell, cell)
    for subject in funds_in(table.title):
        writer.say_text(node, MB.titleSubject, subject)
    figures = [(cell, each) for cell, each in zip(cells, table.cells, strict=True) if each.value]
    for number, note in enumerate(table.printed_notes, start=1):
        iri = NamedNode(f"{node.value}/note/{number:02d}")
        _write_note(iri, node, note, writer)
        beside = [cell for cell, each in figures if _is_of_now(each, report) and _is_of_note(each, note)]
        if note.says_empty and beside:
            writer.say(iri, MB.besideFigure, beside[0])


def _is_of_note(cell: Cell, note: TableNote) -> bool:
    """Whether a note that only says that there is no “三公”经费 speaks of this figure: a table may print other fees beside."""
    if pattern("note", "whole").search(note.text) or "“三公”经费" not in note.subjects:
        return True
    return bool(pattern("note", "official_three").search("".join(cell.path) + cell.column + cell.row_label))


def _is_of_now(cell: Cell, report: Report) -> bool:
    """Whether a cell's column speaks of this year and of what the report is about, not of last year or of the budget behind an account."""
    path = "".join(cell.path) or cell.column
    years = set(re.findall(r"20\d\d", path))
    if (years and str(report.year) not in years) or pattern("note", "other_columns").search(path + cell.row_label):
        return False
    return report.kind == "budget" or not pattern("note", "other_columns_final_account").search(_without_funds(path))


def _without_funds(path: str) -> str:
    return pattern("kind", "not_a_kind").sub("", path)


def _write_families(report: Report, writer: ReportWriter) -> None:
    """Which kinds of tables the report prints, how many tables of accounts, and how many of those may be of any kind."""
    accounts = [table for table in report.tables if _is_account_table(table)]
    for name in sorted({table.family for table in report.tables} - {""}):
        writer.say(writer.graph, MB.printsFamily, text(name))
    writer.say(writer.graph, MB.accountTables, integer(len(accounts)))
    writer.say(writer.graph, MB.unknownTables, integer(sum(_may_be_any(table) for table in accounts)))


def _may_be_any(table: Table) -> bool:
    """Whether a table of no known kind may be one of the required ones under a name of its own."""
    return not table.family and bool(pattern("contents", "money_table").search(table.title))


def _write_unread_titles(report: Report, writer: ReportWriter) -> None:
    """Kinds of tables whose title stands in the body though no table of the kind was read."""
    read = {table.family for table in report.tables}
    families = {family.id for title in report.form.titles if (family := load_lexicon().family(title)) is not None}
    for name in sorted(families - read):
        writer.say_text(writer.graph, MB.unreadTableFamily, name)


def _write_note(node: NamedNode, table: NamedNode, note: TableNote, writer: ReportWriter) -> None:
    writer.say(node, RDF.type, MB.TableNote)
    writer.say(table, MB.tableNote, node)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.table, table)
    writer.say_text(node, MB.text, note.text)
    writer.say(node, MB.saysNothing, boolean(note.says_nothing))
    writer.say(node, MB.saysEmpty, boolean(note.says_empty))
    for subject in note.subjects:
        writer.say_text(node, MB.noteSubject, subject)
    writer.say_place(node, note.place)


def _write_mark(node: NamedNode, mark: FormMark, writer: ReportWriter) -> None:
    writer.say(node, RDF.type, MB.FormMark)
    writer.say(writer.graph, MB.formMark, node)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.markKind, text(mark.kind))
    writer.say_text(node, MB.printed, mark.printed)
    writer.say_text(node, MB.saidAs, mark.role)
    writer.say_text(node, MB.text, mark.text)
    writer.say(node, MB.year, None if mark.year is None else integer(mark.year))
    writer.say_text(node, MB.likeness, mark.likeness)
    writer.say_place(node, mark.place)


# ---- contents


@dataclass(frozen=True, slots=True)
class Match:
    """What stands for an entry in the body: a table by its index, if any, whether its title is the same; whether the title is printed."""

    entry: ContentsEntry
    table: int | None
    same_title: bool
    in_body: bool


def _write_contents(report: Report, writer: ReportWriter) -> None:
    matches = match_contents(report)
    found = sum(match.in_body for match in matches)
    listed = {match.table for match in matches}
    spare = any(at not in listed for at, table in enumerate(report.tables) if _is_account_table(table))
    _write_families(report, writer)
    lost = any("未归入" in leftover.where for leftover in report.leftovers)
    whole = report.form.whole and found >= _FEW and 2 * found > len(matches) and not spare and not lost
    for number, match in enumerate(matches, start=1):
        node = NamedNode(f"{writer.graph.value}/contents/{number:02d}")
        writer.say(node, RDF.type, MB.ContentsEntry)
        writer.say(writer.graph, MB.contentsEntry, node)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, DCTERMS.title, text(match.entry.title))
        writer.say_text(node, MB.tableFamily, match.entry.family)
        writer.say(node, MB.inBody, boolean(match.in_body))
        if not match.in_body:
            writer.say_text(writer.graph, MB.absentFamily, match.entry.family)
        writer.say(node, MB.bodyWhole, boolean(whole and bool(match.entry.family)))
        if match.table is not None:
            writer.say(node, MB.listedTable, table_iri(match.table + 1, writer))
            writer.say(node, MB.sameTitle, boolean(match.same_title))
        writer.say_place(node, match.entry.place)


_SHEETS = (
    "performance",
    "performance-target",
    "wide-target",
    "special-fund",
    "self-evaluation",
    "transfer-evaluation",
    "evaluation-summary",
)


def _is_account_table(table: Table) -> bool:
    """Whether a table is one of the accounts and no performance sheet."""
    return table.family not in _SHEETS


def match_contents(report: Report) -> tuple[Match, ...]:
    """Which table of the body each entry of the contents page stands for: by title, then by kind, then by likeness of the titles."""
    unit, entries = report.unit, report.form.contents
    cores = [core(table.title, unit) for table in report.tables]
    titles = {core(title, unit): title for title in report.form.titles}
    tables: dict[int, int] = {}
    for at, entry in enumerate(entries):
        key = core(entry.title, unit)
        free = [index for index, title in enumerate(cores) if title == key and index not in tables.values()]
        if free:
            tables[at] = free[0]
    exact = set(tables)
    for at, index in _by_likeness(report, entries, cores, tables):
        tables[at] = index
    used = {cores[index] for index in tables.values()} | {core(entry.title, unit) for entry in entries}
    matches = []
    for at, entry in enumerate(entries):
        key = core(entry.title, unit)
        printed = at in tables or key in titles
        if not printed:
            printed = any(_likeness(key, title) >= _ALIKE for title in titles if title not in used)
        if not printed and report.projects and "绩效" in entry.title:
            printed = True
        matches.append(Match(entry, tables.get(at), at in exact, printed))
    return tuple(matches)


def _by_likeness(
    report: Report, entries: Sequence[ContentsEntry], cores: Sequence[str], taken: dict[int, int]
) -> Iterator[tuple[int, int]]:
    used = set(taken.values())
    for at, entry in enumerate(entries):
        if at in taken:
            continue
        key = core(entry.title, report.unit)
        free = [index for index in range(len(cores)) if index not in used]
        kin = [index for index in free if entry.family and report.tables[index].family == entry.family]
        like = [
            index
            for index in free
            if _likeness(key, cores[index]) >= _ALIKE and not _other_kind(entry, report.tables[index])
        ]
        for index in [*kin, *like][:1]:
            used.add(index)
            yield at, index


def _other_kind(entry: ContentsEntry, table: Table) -> bool:
    """Whether an entry and a table are known to be tables of two kinds, however alike their titles."""
    return bool(entry.family) and bool(table.family) and entry.family != table.family


def _likeness(one: str, other: str) -> float:
    """How many pairs of neighbouring characters two folded titles share (Dice)."""
    pairs, others = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other))
    return 2 * len(pairs & others) / (len(pairs) + len(others)) if pairs and others else 0.0

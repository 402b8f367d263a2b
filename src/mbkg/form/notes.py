"""The notes under tables: what they say, of which fund, and whether they say that the table holds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mbkg.amounts import looks_like_money
from mbkg.documents import Document, Line
from mbkg.form.vocabulary import funds_in, pattern
from mbkg.labels import squeeze
from mbkg.reports import Place, Table, TableNote
from mbkg.tables.find import tokens_of
from mbkg.tables.read import TablesReading
from mbkg.tables.settle import Draft

_BELOW = 4  # lines below a table in which a note without the word 注 may stand
_LONGEST = 160


def with_notes(reading: TablesReading, document: Document) -> tuple[Table, ...]:
    """The tables with the notes that are printed under them."""
    lines = [line for line in document.lines if line.text.strip()]
    at = {line.number: index for index, line in enumerate(lines)}
    claimed = {number for draft in reading.drafts for page in draft.pages for number in page.lines}
    return tuple(
        replace(table, printed_notes=tuple(_notes(table, draft, lines, at, claimed)))
        for table, draft in zip(reading.tables, reading.drafts, strict=True)
    )


def _notes(table: Table, draft: Draft, lines: Sequence[Line], at: dict[int, int], claimed: set[int]) -> list[TableNote]:
    own = sorted(at[number] for page in draft.pages for number in page.lines if number in at)
    if not own:
        return []
    found = []
    numbers = {lines[index].number for index in own}
    figures = {cell.place.line for cell in table.cells}
    last = max((index for index in own if lines[index].number in figures), default=-1)
    for index in own:
        if pattern("note", "begins").match(_text(lines[index])) and not _elsewhere(lines[last + 1 : index], last):
            found.append(_note(table, *_joined(lines, index, numbers)))
    for line in lines[own[-1] + 1 : own[-1] + 1 + _BELOW]:
        text = _text(line)
        if pattern("note", "other_head").search(text) and not pattern("note", "begins").match(text):
            break
        if line.number in claimed or line.is_grid or len(text) > _LONGEST:
            break
        if any(looks_like_money(token) for token in tokens_of(line)):
            break
        if pattern("note", "begins").match(text) or pattern("note", "whole").search(text):
            found.append(_note(table, text, line))
    return found


def _elsewhere(between: Sequence[Line], last: int) -> bool:
    """Whether another table opens between the last figure of this one and a note: then the note is not this table's."""
    return last >= 0 and any(
        pattern("note", "other_head").search(_text(line)) and not pattern("note", "begins").match(_text(line))
        for line in between
    )


def _joined(lines: Sequence[Line], start: int, own: set[int]) -> tuple[str, Line]:
    """A note with the lines that it goes on in."""
    text = _text(lines[start])
    for line in lines[start + 1 :]:
        if text.endswith(("。", "）")) or line.number not in own or line.is_grid or len(text) > _LONGEST:
            break
        text += _text(line)
    return text, lines[start]


def _text(line: Line) -> str:
    return squeeze("".join(cell.text for cell in line.cells) if line.is_grid else line.text)


def _note(table: Table, text: str, line: Line) -> TableNote:
    nothing = bool(pattern("note", "nothing").search(text)) and not pattern("note", "conditional").search(text)
    empty = says_empty(text, funds_in(table.title))
    return TableNote(text, Place(line.number, line.page), funds_in(text), nothing or empty, empty)


def says_empty(text: str, of_table: Sequence[str]) -> bool:
    """Whether a note says that the whole table holds nothing: in so many words, or that there is nothing of its subject.

    A note that names another subject than the table's title says nothing of the table.

    Args:
        of_table: the funds or fees that the table's title names.
    """
    if pattern("note", "conditional").search(text):
        return False
    subjects = set(funds_in(text))
    if pattern("note", "whole").search(text):
        return not subjects or bool(subjects & set(of_table))
    if pattern("note", "item").search(text) or pattern("note", "only_income").search(text):
        return False
    nothing = pattern("note", "nothing").search(text)
    return bool(nothing and pattern("note", "covers").search(text) and subjects & set(of_table))

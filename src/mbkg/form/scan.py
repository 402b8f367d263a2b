"""One report's form read in one pass over its lines and paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from mbkg.documents import Document, Line
from mbkg.form.bodies import body_marks
from mbkg.form.contents import read_contents, titles_in
from mbkg.form.marks import amount_marks, code_marks, placeholder_marks, year_marks
from mbkg.form.subjects import subject_names
from mbkg.narrative.layout import line_kinds
from mbkg.narrative.paragraphs import Paragraph, paragraphs
from mbkg.readings import Readings
from mbkg.reports import Form, FormMark

_LOSSLESS = ("pdf", "docx")
_LEAST = 12  # characters on a page that is more than a page number


def read_form(document: Document, unit: str, read: Readings, known_bodies: Collection[str] = ()) -> Form:
    """What the form of a report says of itself.

    Args:
        unit: the name of the report's body.
        read: what the other readers made of its lines; those of performance sheets are theirs.
        known_bodies: other bodies that the report speaks for: its subordinates and its superior.
    """
    contents = read_contents(document)
    skip = read.sheets.claimed
    kinds = line_kinds(document, skip)
    outside = [line for line in document.lines if line.number not in contents.lines]
    prose = [line for line in outside if kinds[line.number] == "prose"]
    joined = paragraphs(prose)
    headings = _headings(outside, joined, skip)
    marks = [
        *placeholder_marks(joined, [*headings, *_table_words(outside, kinds)], plain_text=document.format == "text"),
        *amount_marks(joined),
        *year_marks(joined, headings),
        *body_marks(unit, joined, headings, known_bodies),
        *code_marks(read.tables.drafts),
    ]
    return Form(
        contents=tuple(contents.entries),
        marks=tuple(_once(marks)),
        subjects=tuple(subject_names(joined)),
        titles=titles_in(document, contents),
        whole=_is_whole(document),
    )


def _is_whole(document: Document) -> bool:
    """Whether nothing of the file can have been lost in reading it: a page with hardly a word on it may be a picture."""
    printed = Counter[int]()
    for line in document.lines:
        printed[line.page or 0] += len(line.text.strip())
    bare = any(page.picture or printed[page.number] < _LEAST for page in document.pages)
    return document.format in _LOSSLESS and not document.notes and not bare


def _headings(lines: Sequence[Line], joined: Sequence[Paragraph], skip: frozenset[int]) -> list[Line]:
    """Lines that stand alone: titles, headings, labels over tables; not the lines of running paragraphs."""
    running = {number for each in joined if not each.is_heading and len(set(each.lines)) > 1 for number in each.lines}
    return [
        line
        for line in lines
        if line.number not in running
        and line.number not in skip
        and line.text.strip()
        and len(line.text) < 300
        and sum(bool(cell.text.strip()) for cell in line.cells) < 2
    ]


def _table_words(lines: Sequence[Line], kinds: Mapping[int, str]) -> list[Line]:
    """Rows of tables: a placeholder may be left in one."""
    return [line for line in lines if line.is_grid and kinds[line.number] == "table" and len(line.text) < 600]


def _once(marks: Sequence[FormMark]) -> Iterator[FormMark]:
    """Each mark once: a heading may be a paragraph too."""
    seen = set()
    for mark in sorted(marks, key=lambda each: (each.place.line or 0, each.kind)):
        at = mark.place.line if mark.likeness != "same" else None  # a label over every table says it once
        key = (
            mark.kind,
            mark.printed,
            at,
            mark.text if mark.kind == "placeholder" else mark.role if at is None else "",
        )
        if key not in seen:
            seen.add(key)
            yield mark

"""What became of every piece of a page that has a place: the boxes that `--png` draws.

Numbers are matched to the rows they were read into by their line and their text, in print order; nothing is looked for anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mbkg.amounts import is_number, to_ascii_digits
from mbkg.documents import Box, GridCell, Line, Word
from mbkg.inspecting.layout import LINE, tokens_within
from mbkg.inspecting.places import Places
from mbkg.inspecting.values import Mark, MarkKind
from mbkg.readings import Readings
from mbkg.tables.find import Block, tokens_of
from mbkg.tables.header import Header
from mbkg.tables.settle import Draft

Read = dict[int, list[tuple[str, MarkKind]]]
"""By line: the numbers read from it, in print order, and how each was placed."""


def marks_of(part: Readings, places: Places) -> tuple[Mark, ...]:
    """Every box of a report and what became of it."""
    found: list[Mark] = []
    for draft in part.tables.drafts:
        found += _table_marks(draft, places)
    drawn = part.tables.claimed
    amounts: Read = {}
    for table in part.sheets.tables:
        for cell in table.cells:
            amounts.setdefault(cell.place.line or 0, []).append((cell.printed, cell.how))
    for number in sorted(part.sheets.claimed - drawn):
        line = places.line(number)
        if line is not None:
            found += _row_marks(line, amounts.get(number, []), None)
    told = {statement.place.line for statement in part.narrative.statements if statement.value is not None}
    for number in sorted(each for each in told - drawn - part.sheets.claimed if each is not None):
        found += _whole(places.line(number), "told")
    unread = [mark for mark in found if mark.kind == "unread"]
    for item in part.leftovers():
        found += (
            mark for mark in _whole(places.line(item.line), "unread") if not any(_inside(each, mark) for each in unread)
        )
    return tuple(dict.fromkeys(found))


def _table_marks(draft: Draft, places: Places) -> Iterator[Mark]:
    read = _read_of(draft)
    for page, header in zip(draft.pages, draft.headers, strict=True):
        rows = {line.number for line in (*page.head, *page.body)}
        for line in page.head:
            yield from _pieces(line, "head")
        for number in sorted(page.lines - rows):
            yield from _whole(places.line(number), "head" if number == page.place.number else "label")
        for line in page.body:
            for mark in _row_marks(line, read.get(line.number, []), _roles(page, header)):
                yield replace(mark, tight=True) if page.aligned else mark


def _read_of(draft: Draft) -> Read:
    read: Read = {}
    for index, row in enumerate(draft.rows):
        if index not in draft.placed:
            continue
        placed, how = draft.placed[index]
        for number, options in zip(row.numbers, placed.candidates, strict=True):
            kind: MarkKind = "ambiguous" if len(options) > 1 else ("inferred" if how == "ambiguous" else how)
            read.setdefault(number.line, []).append((number.text, kind))
    return read


def _roles(page: Block, header: Header) -> dict[int, str] | None:
    """What each grid column holds, where the grid can be trusted; strips repeat the first one's columns."""
    if not page.is_grid or not header.trusted_grid:
        return None
    roles = {place: column.role for column in header.columns for place in column.grid_columns}
    starts = [start for start in header.strips if start is not None]
    for start in starts[1:]:
        roles |= {place - starts[0] + start: role for place, role in list(roles.items()) if place < starts[1]}
    return roles


def _row_marks(line: Line, read: Sequence[tuple[str, MarkKind]], roles: dict[int, str] | None) -> Iterator[Mark]:
    """The pieces of one row: its amounts as they were placed, its codes and names, its numbers nobody understood.

    Args:
        roles: what each grid column holds; None where that is not known: then only what looks like an amount can be left over.
    """
    left = list(read)
    page = line.page or 0
    if line.cells:
        for cell in line.cells:
            if cell.box is not None and cell.text.strip():
                yield Mark(page, cell.box, _taken(cell.text.strip(), left) or _other(cell, roles), cell.text)
        return
    words = line.words
    if not words and line.box is not None and line.box[3] - line.box[1] < 2 * LINE:
        words = tuple(Word(text, box) for box, text in tokens_within(line.text, line.box))
    for word in words:
        tokens = [token for token in tokens_of(Line(0, word.text)) if is_number(token)]
        kinds = [_taken(token, left) or ("label" if _plain(token) else "unread") for token in tokens]
        yield Mark(page, word.box, _worst(kinds), word.text, tight=True)
    if not words:
        yield from _whole(line, "unread" if not left and not read and _has_amount(line) else "label")


def _taken(text: str, left: list[tuple[str, MarkKind]]) -> MarkKind | None:
    """How the number was placed, if a row holds it; that entry is then used up."""
    for index, (printed, kind) in enumerate(left):
        if printed == text:
            del left[index]
            return kind
    return None


def _other(cell: GridCell, roles: dict[int, str] | None) -> MarkKind:
    text = to_ascii_digits(cell.text.strip())
    if not is_number(text):
        return "label"
    if roles is not None and roles.get(cell.column, "money") == "money":
        return "unread"
    return "label" if _plain(text) or roles is not None else "unread"


def _plain(text: str) -> bool:
    """Whether a number may be a code, a counter or a year."""
    return to_ascii_digits(text).isdigit()


def _has_amount(line: Line) -> bool:
    return any(is_number(token) and not _plain(token) for token in tokens_of(line))


def _worst(kinds: Sequence[MarkKind]) -> MarkKind:
    order: tuple[MarkKind, ...] = ("unread", "ambiguous", "inferred", "printed")
    return next((kind for kind in order if kind in kinds), "label")


def _pieces(line: Line, kind: MarkKind) -> Iterator[Mark]:
    boxes: list[tuple[Box, str]] = [(cell.box, cell.text) for cell in line.cells if cell.box and cell.text.strip()]
    words = [(word.box, word.text) for word in line.words]
    if not boxes and not words:
        yield from _whole(line, kind)
    else:
        yield from (Mark(line.page or 0, box, kind, text, not boxes) for box, text in boxes or words)


def _inside(inner: Mark, outer: Mark) -> bool:
    x, y = (inner.box[0] + inner.box[2]) / 2, (inner.box[1] + inner.box[3]) / 2
    box = outer.box
    return inner.page == outer.page and box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _whole(line: Line | None, kind: MarkKind) -> Iterator[Mark]:
    if line is None:
        return
    cells = [cell.box for cell in line.cells if cell.box and cell.text.strip()]
    boxes = cells or [word.box for word in line.words] or ([line.box] if line.box is not None else [])
    if boxes:
        around = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        yield Mark(line.page or 0, around, kind, line.text, not cells)

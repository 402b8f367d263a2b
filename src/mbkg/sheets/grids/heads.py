"""Column headings of grids: which rows are headings, what each column of theirs is, and what stands under it.

Headings may take several rows (`年度指标值` over `符号`, `指标值`, `单位`): the lowest says what a column is. What a heading means can
depend on where it stands: `单位` left of the indicators is who, right of them a unit of measure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mbkg.sheets.grids.matrix import GridRow, Slot
from mbkg.sheets.vocabulary import heading_key, words

LEVELS = frozenset({"level1", "level2", "level3"})
VALUES = frozenset({"target", "value", "actual", "nature", "unit", "weight", "score", "completion"})
_TAIL = re.compile(r"[（(][^（）()]*[）)]$")
_AMONG = re.compile(r"^(?:其中[：:]?|\d[.、．])")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:度)?")
DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One heading: its role, its printed words, its columns; `group` is the fund row it names, for fund columns of a list."""

    role: str
    label: str
    start: int
    end: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The headings over some rows, left to right, and how many rows they take; `others` are columns that no rule reads."""

    columns: tuple[Column, ...]
    rows: int
    others: tuple[Column, ...] = ()
    layout: tuple[Column, ...] = ()  # every column, blank ones included

    def roles(self) -> set[str]:
        return {column.role for column in self.columns}

    def has(self, role: str) -> bool:
        return any(column.role == role for column in self.columns)

    @property
    def understood(self) -> bool:
        """Whether no unknown heading holds a number other than a year."""
        return not any(any(ch.isdigit() for ch in _YEAR.sub("", column.label)) for column in self.others)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A heading without 其中, closing brackets and formula marks."""
    key = heading_key(_AMONG.sub("", text))
    return _TAIL.sub("", key) or key


@lru_cache(maxsize=20_000)
def role_of(text: str) -> str:
    """The role of a heading over indicators or a list, blank where it is none."""
    lookup = words().columns
    return lookup.get(heading_key(text), "") or lookup.get(plain(text), "")


@lru_cache(maxsize=20_000)
def fund_role(text: str) -> str:
    """The role of a fund row's label: total, fiscal, other, more, or blank."""
    lookup = words().fund_rows
    return lookup.get(heading_key(_AMONG.sub("", text)), "") or lookup.get(plain(text), "")


@lru_cache(maxsize=20_000)
def label_role(text: str) -> str:
    """The role of a label of a sheet's head, blank where it is none."""
    lookup = words().labels
    return lookup.get(heading_key(text), "") or lookup.get(plain(text), "")


@lru_cache(maxsize=20_000)
def is_heading(text: str) -> bool:
    """Whether a cell is one of the words that head rows or columns, rather than what stands beside or under them."""
    vocabulary = words()
    keys = (heading_key(text), plain(text))
    known = (vocabulary.labels, vocabulary.columns, vocabulary.summary, vocabulary.fund_rows, vocabulary.fund_columns)
    return any(key in lookup for key in keys for lookup in known) or any(
        key in vocabulary.side
        or key in vocabulary.goal_labels
        or key in vocabulary.fund_heads
        or key in vocabulary.totals
        for key in keys
    )


def header_at(rows: Sequence[GridRow], index: int) -> Header | None:
    """The column headings that begin in a row, all their rows taken together; None where it holds none."""
    first = rows[index]
    if not _all_headings(first):
        return None
    block = [first]
    for row in rows[index + 1 : index + DEEPEST]:
        deeper = row.grid == first.grid and any(_under_wider(slot, block[-1]) for slot in row.filled)
        if not deeper or not _all_headings(row, least=1):
            break
        block.append(row)
    slots = [slot for slot in block[-1].slots if slot.text]
    bottom: list[Slot] = []
    for slot in slots:
        bottom.append(slot)
    for row in reversed(block[:-1]):  # what the lower rows leave blank is said above
        bottom += [
            slot for slot in row.slots if slot.text and not any(b.overlap(slot.column, slot.end) for b in bottom)
        ]
    columns = _columns(sorted(bottom, key=lambda slot: slot.column))
    blank = [Column("", "", s.column, s.end) for s in block[-1].slots if not s.text]
    blank = [c for c in blank if not any(s.overlap(c.start, c.end) for s in bottom)]
    layout = tuple(sorted((*columns, *blank), key=lambda c: c.start))
    return Header(tuple(c for c in columns if c.role), len(block), tuple(c for c in columns if not c.role), layout)


def _all_headings(row: GridRow, least: int = 2) -> bool:
    filled = row.filled
    known = sum(is_heading(slot.text) for slot in filled)
    return known >= least and known >= 0.6 * len(filled) and not any(_numeric(slot.text) for slot in filled)


def _numeric(text: str) -> bool:
    return bool(re.fullmatch(r"[-\d.,，%％]+", text))


def _under_wider(slot: Slot, above: GridRow) -> bool:
    return any(
        other.overlap(slot.column, slot.end) and other.end - other.column > slot.end - slot.column
        for other in above.slots
        if other.text and other.own
    )


def _columns(slots: Sequence[Slot]) -> list[Column]:
    found = [Column(role_of(slot.text), heading_key(slot.text), slot.column, slot.end) for slot in slots]
    names = [c.end for c in found if c.role == "level3"]
    out: list[Column] = []
    for column in found:
        if names and column.start >= names[0] and column.role == "unit_name":
            column = replace(column, role="unit")
        if names and column.start >= names[0] and column.role == "goal":
            column = replace(column, role="target")
        if not column.role and column.label in words().totals and not names:
            column = replace(column, role="budget")
        if not column.role and words().fund_columns.get(column.label):
            column = replace(column, role="money", group=words().fund_columns[column.label])
        if not column.role and fund_role(column.label):
            column = replace(column, role="money", label=plain(column.label), group=fund_role(column.label))
        out.append(column)
    return out


def is_indicator_header(header: Header | None) -> bool:
    """Whether headings are those of indicator rows, under a sheet's head or in a list."""
    if header is None:
        return False
    found = header.roles()
    return len(found & {"level1", "level2", "level3", "target", "value"}) >= 2 and bool(found & LEVELS)


@dataclass(frozen=True, slots=True)
class Placed:
    """The cells of a row under its headings: text by role, the slots behind it, and cells that stand under no heading."""

    texts: dict[str, str]
    slots: dict[str, Slot]
    spare: tuple[Slot, ...]


def place(row: GridRow, columns: Sequence[Column]) -> Placed:
    """Put the cells of a row under the headings, each under the one it shares most columns with."""
    texts: dict[str, str] = {}
    slots: dict[str, Slot] = {}
    spare: list[Slot] = []
    for slot in row.slots:
        if not slot.text:
            continue
        shared = [(slot.overlap(c.start, c.end), -at) for at, c in enumerate(columns)]
        most, at = max(shared, default=(0, 0))
        if not most:
            spare.append(slot)
            continue
        role = columns[-at].role
        texts[role] = texts.get(role, "") + slot.text
        slots.setdefault(role, slot)
    return Placed(texts, slots, tuple(spare))


def by_order(row: GridRow, layout: Sequence[Column]) -> dict[int, tuple[int, int]] | None:
    """Where the headings would stand in a grid that goes on without them on another page: its cells are counted as they were.

    Args:
        layout: every column of the headings, side headings and blank ones included.
    Returns:
        For the first column of each heading the columns of its cell here; None where the count does not fit.
    """
    sides = next((at for at, column in enumerate(layout) if column.role in LEVELS), 0)
    named = [column for column in layout if column.label]
    for counted in (layout, named, layout[sides:], [c for c in named if c.start >= layout[sides].start]):
        if counted and len(counted) == len(row.slots):
            return {c.start: (slot.column, slot.end) for c, slot in zip(counted, row.slots, strict=True)}
    return None


def moved(columns: Sequence[Column], places: dict[int, tuple[int, int]]) -> tuple[Column, ...]:
    """The headings at the columns that `by_order` found for them."""
    return tuple(
        replace(column, start=places[column.start][0], end=places[column.start][1])
        for column in columns
        if column.start in places
    )

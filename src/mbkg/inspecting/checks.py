"""The equations a table's head and codes promise, tried on the numbers where they were placed.

A total column is the sum of its parts in every row; a row is, in every column, the sum of the rows under it. Only numbers whose column is
certain take part. An equation holds if the sums agree within what printing rounds away: half of the last printed place for every number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from mbkg.amounts import printed_places, read_number
from mbkg.inspecting.places import Places
from mbkg.inspecting.values import Failure, Identity
from mbkg.tables.settle import Draft
from mbkg.tables.sums import cut_off_rows

Figures = Mapping[int, tuple[Decimal, str]]
"""Of one row: the value and the printed text in each money column (index into `Header.money`) whose number is certain."""


def identities_of(draft: Draft, places: Places) -> tuple[Identity, ...]:
    """Every equation tried in a table, with the places where it fails."""
    trial = _Trial(draft, places)
    return (*trial.rows(), *trial.parents())


class _Trial:
    def __init__(self, draft: Draft, places: Places) -> None:
        self.draft = draft
        self.places = places
        self.names = draft.header.names()
        self.half = _half_place(draft)
        self.cut_off = cut_off_rows(draft)
        self.figures: list[Figures] = []
        self.open: list[frozenset[int]] = []  # columns of a row in which an uncertain number may stand
        at = {id(column): index for index, column in enumerate(draft.header.money)}
        for index, row in enumerate(draft.rows):
            columns = [at[id(column)] for column in draft.columns_of(row)]
            known: dict[int, tuple[Decimal, str]] = {}
            doubtful: set[int] = set()
            if row.numbers and index not in draft.placed:
                doubtful.update(columns)
            elif index in draft.placed:
                placed = draft.placed[index][0]
                for number, column, options in zip(row.numbers, placed.columns, placed.candidates, strict=True):
                    value = read_number(number.text)
                    if len(options) > 1 or value is None:
                        doubtful.update(columns[option] for option in options)
                    else:
                        known[columns[column]] = (value, number.text)
            self.figures.append(known)
            self.open.append(frozenset(doubtful))

    def rows(self) -> list[Identity]:
        """The sums across columns that the head promises."""
        found = []
        for total, parts in self.draft.header.sums:
            count = _Count()
            for index, figures in enumerate(self.figures):
                addends = [(self.names[part], figures[part]) for part in parts if part in figures]
                if self.open[index] & {total, *parts}:
                    count.open += 1
                elif total in figures and addends:
                    self._try(count, index, total, figures[total], addends)
            text = f"{self.names[total]} = {' + '.join(self.names[part] for part in parts)}"
            found.append(count.identity("row", text))
        return found

    def parents(self) -> list[Identity]:
        """In every column, each row as the sum of the rows right under it."""
        children: dict[int, list[int]] = {}
        for index, parent in enumerate(self.draft.parents):
            if parent is not None:
                children.setdefault(parent, []).append(index)
        found = []
        for column, name in enumerate(self.names):
            count = _Count(of_rows=True)
            for parent, own in children.items():
                if any(column in self.open[index] for index in (parent, *own)):
                    count.open += 1
                    continue
                addends = [(self._row_name(i), self.figures[i][column]) for i in own if column in self.figures[i]]
                if column in self.figures[parent] and addends:
                    self._try(count, parent, column, self.figures[parent][column], addends)
            if count.tried or count.open or count.lost:
                found.append(count.identity("parent", name))
        return found

    def _try(
        self,
        count: _Count,
        row: int,
        column: int,
        total: tuple[Decimal, str],
        addends: Sequence[tuple[str, tuple[Decimal, str]]],
    ) -> None:
        added = sum((value for _, (value, _) in addends), Decimal(0))
        difference = total[0] - added
        if row in self.cut_off and count.of_rows and abs(difference) > self.half * (len(addends) + 1):
            count.lost += 1
            return
        count.tried += 1
        if abs(difference) <= self.half * (len(addends) + 1):
            count.held += 1
            count.rounded += difference != 0
            return
        parts = tuple((name, printed) for name, (_, printed) in addends)
        place = self.places.words(self.draft.rows[row].line)
        count.failures.append(
            Failure(place, self._row_name(row), self.names[column], total[1], added, difference, parts)
        )

    def _row_name(self, index: int) -> str:
        return row_name(self.draft, index)


class _Count:
    """How often one equation was tried and held; `of_rows` where it adds up rows, some of which may be lost."""

    def __init__(self, of_rows: bool = False) -> None:
        self.of_rows = of_rows
        self.tried = self.held = self.rounded = self.open = self.lost = 0
        self.failures: list[Failure] = []

    def identity(self, kind: Literal["row", "parent"], text: str) -> Identity:
        return Identity(kind, text, self.tried, self.held, self.rounded, self.open, self.lost, tuple(self.failures))


def row_name(draft: Draft, index: int) -> str:
    """A row as a person names it: its code and label."""
    code, label = draft.codes[index].code, draft.rows[index].label
    return " ".join(piece for piece in (code, label) if piece) or "（无名行）"


def _half_place(draft: Draft) -> Decimal:
    """Half of the last place this table prints."""
    printed = [printed_places(number.text) for row in draft.rows for number in row.numbers]
    return Decimal(5).scaleb(-max(printed, default=2) - 1)

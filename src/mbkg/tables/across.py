"""Which columns of a table add up to which column, in every row.

The head says most of it: a total beside its parts. Three things need the words: measures have parts of their own wherever they stand, a
column under 其中 is part of a figure and need not be all of it, and a table that follows a fund through the year ends with what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mbkg.tables.groups import rows_of_measure, sum_words
from mbkg.tables.header import Column, Header
from mbkg.tables.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Columns:
    """Money columns that add up to one of them; `less` are taken off. `adds` is blank where the parts' headings tell it."""

    whole: int
    parts: tuple[int, ...]
    less: tuple[int, ...] = ()
    adds: str = ""
    sure: bool = True


def columns_of(header: Header, values: Sequence[Mapping[int, Decimal]], lexicon: Lexicon) -> list[Columns]:
    """Every group of columns that adds up, in the order the head gives them."""
    words = sum_words()
    money = header.money
    memo = {i for i, column in enumerate(money) if any(words.memo.match(text) for text in column.path)}
    never = {i for i, column in enumerate(money) if any(words.never_column.search(text) for text in column.path)}
    measures = {i: m for i, column in enumerate(money) if (m := _measure(column)) in words.composed}
    by_measure = _measure_columns(header, measures, memo | never, values) if len(measures) > 1 else []
    found = []
    for whole, parts in header.sums:
        if whole in never or (by_measure and {whole, *parts} & {*measures}):
            continue
        own = tuple(part for part in parts if part not in memo and part not in never)
        if own and whole not in memo:  # one part alone may be all that a cut-off table shows
            found.append(Columns(whole, own, sure=len(own) > 1))
    return [*found, *by_measure, *_carry_over(money)]


def _measure(column: Column) -> str:
    """What the lowest heading that names a measure says; blank under headings that name none."""
    return next((m for segment in reversed(column.segments) if (m := segment.heading.sets.get("measure"))), "")


def _time(column: Column) -> tuple[str, ...]:
    """The printed headings that tell a column's year or phase."""
    return tuple(
        s.text for s in column.segments if s.year is not None or "phase" in s.heading.sets or "year" in s.heading.sets
    )


def _measure_columns(
    header: Header, measures: Mapping[int, str], never: set[int], values: Sequence[Mapping[int, Decimal]]
) -> list[Columns]:
    """Measures and what makes them up, for each year or phase apart; a 合计 of no measure of its own adds up what stands highest."""
    words = sum_words()
    money = header.money
    found: list[Columns] = []
    for time in dict.fromkeys(_time(money[i]) for i in measures):
        own = [i for i in range(len(money)) if _time(money[i]) == time and i not in never]
        at: dict[str, int] = {}
        repeated = False
        for index in own:
            measure = measures.get(index, "")
            if not measure:
                continue
            if measure in at:
                ours, theirs = money[index].heading.total, money[at[measure]].heading.total
                repeated = repeated or ours == theirs
                if theirs or not ours:
                    continue
            at[measure] = index
        held: set[int] = set()
        for measure, whole in at.items():
            parts = tuple(i for part in words.compositions.get(measure, ()) for i in rows_of_measure(part, at))
            held.update(parts)
            if parts:
                found.append(Columns(whole, parts, adds="measure", sure=not repeated))
        totals = [i for i in own if money[i].heading.total and i not in at.values() and not _measure(money[i])]
        if len(totals) != 1:
            continue
        tops = tuple(i for i in at.values() if i not in held)
        others = tuple(
            i
            for i in own
            if i not in measures and i not in totals and money[i].heading.additive and not _is_text(money[i])
        )
        if words.is_exclusive(at):
            others = ()
        found.append(_total_of(totals[0], tops, others, money, values))
    return found


def _total_of(
    total: int,
    tops: tuple[int, ...],
    others: tuple[int, ...],
    money: Sequence[Column],
    values: Sequence[Mapping[int, Decimal]],
) -> Columns:
    """A total of measures with other columns beside them: 会议费 may be part of it or stand outside; if only one way ties, that is it."""
    if not others:
        return Columns(total, tops, adds="measure")
    known = all(column.heading.known for column in (money[i] for i in others))

    def ties(parts: tuple[int, ...]) -> bool:
        rows = [row for row in values if total in row]
        return bool(rows) and all(sum(row.get(i, Decimal(0)) for i in parts) == row[total] for row in rows)

    if ties(tops) and not ties((*tops, *others)):
        return Columns(total, tops, adds="measure")
    return Columns(total, (*tops, *others), adds="measure", sure=known and ties((*tops, *others)))


def _is_text(column: Column) -> bool:
    return column.heading.role != "money"


def _carry_over(money: Sequence[Column]) -> list[Columns]:
    """What is left at the end of the year, in a table whose columns are what was there, what came in, what went out and what is left."""
    words = sum_words().carry_over
    groups: dict[str, list[int]] = {}
    tops: dict[str, set[str]] = {}
    for index, column in enumerate(money):
        key = next(
            (
                key
                for key, measure in words.items()
                if any(s.heading.sets.get("measure") == measure for s in column.segments)
            ),
            "",
        )
        groups.setdefault(key, []).append(index)
        tops.setdefault(key, set()).add(column.path[0])
    if set(groups) != set(words) or any(len(names) > 1 for names in tops.values()):
        return []
    chosen = {}
    for key, own in groups.items():
        totals = [i for i in own if money[i].heading.total] if len(own) > 1 else own
        if len(totals) != 1:
            return []
        chosen[key] = totals[0]
    return [Columns(chosen["end"], (chosen["start"], chosen["income"]), (chosen["expenditure"],), "carry")]

"""Runs of figures each with its share of one whole (基本支出157.38万元，占65.94%；…), and the whole they divide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from mbkg.amounts import printed_places
from mbkg.narrative.phrases import same_subject
from mbkg.narrative.quantities import DERIVED, alike, chapter, half_place, halves
from mbkg.narrative.sums import TextSum
from mbkg.narrative.vocabulary import table
from mbkg.reports import Statement


def shared(statements: Sequence[Statement]) -> Iterator[TextSum]:
    """Runs of figures each with its share: where the shares make 100 %, the list is said to be complete."""
    for run in runs(statements):
        values, rates = [value for value, _ in run], [rate for _, rate in run]
        whole = whole_of_run(statements, run)
        if whole is None or len(run) < 2:
            continue
        yield TextSum("shares", whole, tuple(rates), partial=True)
        total = sum((statements[rate].value or Decimal(0) for rate in rates), Decimal(0))
        room = sum((half_place(printed_places(str(statements[rate].value))) for rate in rates), Decimal(0))
        if abs(total - 100) <= room:
            yield TextSum("parts", whole, tuple(values))


def runs(statements: Sequence[Statement]) -> Iterator[list[tuple[int, int]]]:
    run: list[tuple[int, int]] = []
    at = 0
    while at < len(statements):
        value, rate = statements[at], statements[at + 1] if at + 1 < len(statements) else None
        pair = rate is not None and rate.measure == "占比" and rate.subject == value.subject and value.value is not None
        if run and (not pair or not _same_list(statements, run[-1], at)):
            yield run
            run = []
        if pair and value.measure not in DERIVED:
            run.append((at, at + 1))
            at += 1
        at += 1
    if run:
        yield run


def _same_list(statements: Sequence[Statement], last: tuple[int, int], at: int) -> bool:
    before, now = statements[last[0]], statements[at]
    rates = statements[last[1]], statements[at + 1]
    return (
        last[1] + 1 == at
        and alike(before, now)
        and chapter(before) == chapter(now)
        and before.whole == now.whole
        and rates[0].against == rates[1].against
        and before.subject != now.subject
    )


def whole_of_run(statements: Sequence[Statement], run: Sequence[tuple[int, int]]) -> int | None:
    """The figure that a run of shares divides: the one the text names, else the one of the chapter that the run adds up to."""
    first, rate = statements[run[0][0]], statements[run[0][1]]
    name = rate.against or first.whole
    if name:
        found = _named(statements, run[0][0], name, first)
        if found is not None or rate.against:
            return found
    if len(run) < 2:
        return None
    total = sum((statements[value].value or Decimal(0) for value, _ in run), Decimal(0))
    sizes = halves(statements)
    room = sum((sizes[value] for value, _ in run), Decimal(0))
    for at in range(run[0][0] - 1, -1, -1):
        each = statements[at]
        if chapter(each) != chapter(first):
            break
        if each.value and alike(first, each) and each.measure not in DERIVED:
            if abs(each.value - total) > room + sizes[at]:
                continue
            return at
    return None


def _named(statements: Sequence[Statement], at: int, name: str, like: Statement) -> int | None:
    """The figure of this name: the nearest before a statement in its chapter, else the only one of the report; exact names first."""
    fits = [
        position
        for position, each in enumerate(statements)
        if position != at and each.value is not None and alike(like, each) and each.measure not in DERIVED
    ]
    exact = [position for position in fits if same_subject(statements[position].subject, name)]
    if exact:
        return _nearest(statements, at, exact)
    folded = _folded_whole(name)
    same = [position for position in fits if _folded_whole(statements[position].subject) == folded]
    if not folded or len({statements[position].value for position in same}) != 1:
        return None
    total = re.compile(table("parts")["whole_total"])
    for position in fits:  # 支出总计 beside 支出合计: nobody knows which of them 总支出 is
        subject = statements[position].subject
        other = total.search(subject) and _folded_whole(total.sub("", subject)) == folded
        if other and statements[position].value != statements[same[0]].value:
            return None
    return _nearest(statements, at, same)


def _nearest(statements: Sequence[Statement], at: int, fits: Sequence[int]) -> int | None:
    own = chapter(statements[at])
    before = [position for position in fits if position < at and chapter(statements[position]) == own]
    if before:
        return before[-1]
    elsewhere = [position for position in fits if chapter(statements[position]) != own] or fits
    return elsewhere[0] if len({statements[position].value for position in elsewhere}) == 1 else None


def _folded_whole(name: str) -> str:
    return re.sub(table("parts")["whole_fold"], "", re.sub(r"[“”\"]", "", name))

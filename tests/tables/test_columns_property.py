"""The column solver against tables whose truth is known.

What it promises: a number is certain and right, or it is flagged with its true column among the candidates. Without errors on the page
that holds always. With errors a wrong column can tie out better than the true one; then, and only then, nobody could have known,
and `column_problems.broken` counts the identities to prove it.
"""

from __future__ import annotations

import time
from random import Random

import pytest
from column_problems import (
    Drawn,
    all_placements,
    broken,
    drawn_tables,
    is_indistinguishable,
    ways,
    wrong,
)
from hypothesis import assume, event, example, given, settings

from mbkg.tables.columns import MARGIN, Problem, place

WIDE = [
    (0, (1, 5, 6, 7, 8, 9, 10, 11, 12)),
    (1, (2, 3, 4)),
]  # 收入总体情况表: 合计, 财政拨款 with its 小计 and three parts, eight more


@settings(max_examples=120)
@given(drawn_tables())
def test_without_errors_no_number_is_certain_and_wrong(drawn: Drawn) -> None:
    """Sparse columns, rounding, lost pages, clues from elsewhere: the true column is always among the candidates."""
    assert broken(drawn.problem, drawn.truth) == 0
    assert wrong(place(drawn.problem), drawn.truth) == []


@settings(max_examples=120)
@given(drawn_tables(errors=(1, 3)))
@example(  # 合计 100.10 printed as 700.10: the child's own row still says where it stands
    Drawn(Problem(3, [[70010, 10010], [10010, 10010]], [(0, (1, 2))], [None, 0]), ((0, 2), (0, 2)), 1)
)
def test_with_errors_a_wrong_column_contradicts_fewer_identities(drawn: Drawn) -> None:
    """A number placed wrongly with certainty needs a whole placement that breaks at least MARGIN fewer identities than the truth."""
    missed = wrong(place(drawn.problem), drawn.truth)
    if missed:
        event("certain and wrong, and nobody could have known")
        assert is_indistinguishable(drawn), missed


@settings(max_examples=150)
@given(drawn_tables(most_groups=3, most_children=2, levels=2))
def test_a_column_that_all_consistent_placements_share_is_certain(drawn: Drawn) -> None:
    """All placements are tried: what breaks nothing is a candidate, what breaks an identity is none, one possibility is certain."""
    problem = drawn.problem
    assume(ways(problem) <= 2500)
    counted = [(broken(problem, placements), placements) for placements in all_placements(problem)]
    for row, found in enumerate(place(problem)):
        assert found is not None
        for i, options in enumerate(found.candidates):
            consistent = {placements[row][i] for count, placements in counted if count == 0}
            plausible = {placements[row][i] for count, placements in counted if count < MARGIN}
            assert consistent <= set(options) <= plausible


@settings(max_examples=60)
@given(drawn_tables(errors=(0, 3)))
def test_numbers_keep_their_order_and_are_never_changed(drawn: Drawn) -> None:
    """Every number gets one column, columns rise in print order, and the problem's figures are the same afterwards."""
    before = [tuple(numbers) for numbers in drawn.problem.rows]
    placed = place(drawn.problem)
    assert [tuple(numbers) for numbers in drawn.problem.rows] == before
    for numbers, found in zip(before, placed, strict=True):
        assert found is not None
        assert len(found.columns) == len(found.candidates) == len(numbers)
        assert list(found.columns) == sorted(set(found.columns))
        for column, options in zip(found.columns, found.candidates, strict=True):
            assert options[0] == column
            assert len(set(options)) == len(options)
            assert all(0 <= option < drawn.problem.width for option in options)


def test_a_row_that_no_identity_speaks_of_keeps_all_its_candidates() -> None:
    """Three numbers under thirteen columns without one sum: 286 ways, and none may be dropped because it comes late."""
    (found,) = place(Problem(13, [[1, 2, 3]], [], [None]))
    assert found is not None
    assert [set(options) for options in found.candidates] == [set(range(11)), set(range(1, 12)), set(range(2, 13))]


def test_more_numbers_than_columns_is_said() -> None:
    """A row that cannot stand under its head is None, and does not shake its neighbours."""
    rows = [[100, 100], [1, 2, 3, 4], [60, 60]]
    top, unplaced, last = place(Problem(3, rows, [(0, (1, 2))], [None, 0, 0]))
    assert unplaced is None
    assert top is not None
    assert last is not None
    assert last.columns[0] == 0


@pytest.mark.parametrize("errors", [0, 2])
def test_sixty_rows_under_thirteen_columns_take_about_a_second(errors: int) -> None:
    """The widest table of a budget, three figures a row, nothing known from elsewhere."""
    drawn = wide_table(Random(7), rows=60, errors=errors)
    started = time.process_time()
    placed = place(drawn.problem)
    assert time.process_time() - started < 5  # 0.3 s and 1.5 s on the machine it was written on, two cores shared
    if not errors:
        assert wrong(placed, drawn.truth) == []


def wide_table(random: Random, rows: int, errors: int) -> Drawn:
    """A function table of 类, 款 and 项 with one kind of money in most rows and carried-over money in some."""
    parents: list[int | None] = [None]
    while len(parents) < rows:
        parents.append(0)
        top = len(parents) - 1
        for _ in range(random.randint(1, 4)):
            parents.append(top)
            middle = len(parents) - 1
            parents.extend([middle] * random.randint(1, 5))
    table = [[0] * 13 for _ in parents]
    inner = set(parents)
    for row in reversed(range(len(parents))):
        if row not in inner:
            table[row][random.choices([2, 3, 12], [10, 2, 1])[0]] = random.randint(100, 500_000)
            if random.random() < 0.15:
                table[row][12] = random.randint(100, 9999)
        for total, parts in reversed(WIDE):
            table[row][total] = sum(table[row][part] for part in parts)
        parent = parents[row]
        if parent is not None:
            table[parent] = [above + own for above, own in zip(table[parent], table[row], strict=True)]
    for _ in range(errors):
        row = random.randrange(len(table))
        column = random.choice([c for c, amount in enumerate(table[row]) if amount])
        table[row][column] += random.choice([9, 90, 900])
    truth = tuple(tuple(c for c, amount in enumerate(row) if amount) for row in table)
    return Drawn(Problem(13, [[amount for amount in row if amount] for row in table], WIDE, parents), truth, errors)

"""Every clue of a small table is used: take one away, and a number that was certain is ambiguous.

The table is 支出总体情况表 with 合计 = 基本支出 + 项目支出 + 结转下年, one 类 with two 款, one of them with two 项. Blanks are gone:

    合计            900  500  400
    208             900  500  400
      20805         700  300  400
        2080501     300  300
        2080505     400  400
      20827         200  200
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from mbkg.tables.columns import Problem, place

TOTAL, BASIC, PROJECT, NEXT_YEAR = range(4)
SUM = (TOTAL, (BASIC, PROJECT, NEXT_YEAR))
TABLE = Problem(
    width=4,
    rows=[[900, 500, 400], [900, 500, 400], [700, 300, 400], [300, 300], [400, 400], [200, 200]],
    sums=[SUM],
    parents=[None, 0, 1, 2, 2, 1],
    empty=frozenset({NEXT_YEAR}),
)
TRUTH = [(0, 1, 2), (0, 1, 2), (0, 1, 2), (0, 1), (0, 2), (0, 1)]


def certain(problem: Problem) -> list[tuple[int, ...] | None]:
    """The columns of each row that is certain, None for a row that is not."""
    return [found.columns if found and found.certain else None for found in place(problem)]


def test_with_all_clues_every_number_is_certain() -> None:
    """Row sum, code tree and a column known to be empty leave one placement."""
    assert certain(TABLE) == TRUTH


def test_a_column_known_to_be_empty_is_used() -> None:
    """Were 结转下年 not known to hold nothing, it would explain 400 (or 500) as well."""
    assert certain(replace(TABLE, empty=frozenset()))[0] is None


def test_a_zero_that_another_table_prints_is_used() -> None:
    """Another place says that 结转下年 is 0.00: as good as an empty column, from one row."""
    told = {(0, NEXT_YEAR): frozenset({0})}
    assert certain(replace(TABLE, empty=frozenset(), known=told)) == TRUTH


def test_a_figure_that_another_table_prints_is_used() -> None:
    """Another table prints 基本支出 500 and 项目支出 400: this row prints both, so they stand there."""
    told = {(0, BASIC): frozenset({500}), (0, PROJECT): frozenset({400})}
    assert certain(replace(TABLE, empty=frozenset(), known=told)) == TRUTH


@pytest.mark.parametrize("row", [3, 4, 5])
def test_a_parent_is_used(row: int) -> None:
    """A row of two equal numbers, cut off from the code above it, may be 基本支出 or 项目支出."""
    parents = list(TABLE.parents)
    above, parents[row] = parents[row], None
    # Its sisters no longer add up either: that sum is left out, so that only the clue for this row is missing.
    found = certain(replace(TABLE, parents=parents, open_rows=frozenset({above} - {None})))
    assert found[row] is None


@pytest.mark.parametrize("row", [1, 2])
def test_a_sum_down_the_codes_is_used(row: int) -> None:
    """A row whose children may be on a lost page says nothing of them."""
    found = certain(replace(TABLE, open_rows=frozenset({row})))
    beneath = [child for child, parent in enumerate(TABLE.parents) if parent == row and len(TABLE.rows[child]) == 2]
    assert [found[child] for child in beneath] == [None] * len(beneath)


def test_the_row_sum_is_used() -> None:
    """Without 合计 = 基本 + 项目 + 结转, the first of two equal numbers may be a part as well as the total."""
    alone = replace(TABLE, rows=[[300, 300]], parents=[None])
    with_sum, without = place(alone)[0], place(replace(alone, sums=[]))[0]
    assert with_sum is not None
    assert without is not None
    assert with_sum.candidates[0] == (TOTAL,)
    assert set(without.candidates[0]) == {TOTAL, BASIC}


def test_a_row_that_a_grid_printed_is_used() -> None:
    """The total row's columns from a grid settle the flattened rows beneath it."""
    unknown = replace(TABLE, empty=frozenset())
    assert certain(replace(unknown, fixed={0: (TOTAL, BASIC, PROJECT)})) == TRUTH


def test_a_leaning_is_used() -> None:
    """The economic class says 人员 or 公用: one number beside its total goes where its class belongs."""
    alone = Problem(3, [[80, 80]], [(0, (1, 2))], [None])
    assert certain(alone) == [None]
    assert certain(replace(alone, leaning={(0, 1): 1.0})) == [(0, 2)]


@pytest.mark.parametrize(
    ("row", "number", "printed"),
    [
        (0, 0, 950),  # the table's total contradicts its parts and its 类
        (1, 0, 901),  # one unit off, as rounding prints it
        (2, 2, 410),  # 项目支出 of a 款 is not the sum of its 项
        (3, 0, 360),  # a 项 whose total is not its only part
        (5, 1, 290),
    ],
)
def test_a_wrong_figure_stays_as_printed_and_where_it_is_printed(row: int, number: int, printed: int) -> None:
    """A contradiction on the page stays: its figure keeps its value, and its true column among the candidates."""
    rows = [list(numbers) for numbers in TABLE.rows]
    rows[row][number] = printed
    problem = replace(TABLE, rows=rows)
    placed = place(problem)
    assert problem.rows[row][number] == printed
    for at, (found, truth) in enumerate(zip(placed, TRUTH, strict=True)):
        assert found is not None
        assert all(column in options for column, options in zip(truth, found.candidates, strict=True)), at

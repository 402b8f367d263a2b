"""Random consistent tables for the column solver, and an oracle that shares no code with it.

A drawn table is a tree of codes (类, 款, 项, perhaps under a 合计 row) whose leaf rows hold amounts in some leaf columns; every other
figure is a sum. It is then spoilt as print spoils it: rounded cell by cell, a digit changed, a page lost, blanks dropped.

The oracle is `broken`: how many printed identities a way of placing the numbers contradicts. No method that sees only the page can
prefer the truth to a placement that contradicts fewer of them, so a number placed wrongly is a defect of the solver unless a
whole placement is shown that agrees with it and breaks at least MARGIN fewer identities than the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from math import comb, prod

from hypothesis import strategies as st

from mbkg.tables.columns import MARGIN, Placed, Problem, place

Cell = int | None  # None is a blank
Assignment = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Drawn:
    """A problem, where its numbers truly stand, and how many cells were spoilt."""

    problem: Problem
    truth: Assignment
    planted: int = 0

    def __repr__(self) -> str:  # a counterexample reads as code
        p = self.problem
        extra = "".join(
            f", {name}={value!r}" for name in ("open_rows", "known", "empty", "fixed") if (value := getattr(p, name))
        )
        return (
            f"Drawn(Problem({p.width}, {[list(r) for r in p.rows]}, {list(p.sums)}, {list(p.parents)}{extra}), "
            f"truth={self.truth}, planted={self.planted})"
        )


# ---- drawing


@st.composite
def column_sets(draw: st.DrawFn, most_groups: int = 4) -> tuple[int, list[tuple[int, tuple[int, ...]]], list[int]]:
    """合计 and its parts, one of which may be a group with its own 小计: width, sums, the columns that are nobody's total."""
    sizes = draw(st.lists(st.sampled_from([1, 1, 1, 2, 3]), min_size=1, max_size=most_groups))
    sums: list[tuple[int, tuple[int, ...]]] = []
    leaves: list[int] = []
    tops: list[int] = []
    column = 1
    for size in sizes:
        tops.append(column)
        if size == 1:
            leaves.append(column)
            column += 1
        else:
            parts = tuple(range(column + 1, column + 1 + size))
            sums.append((column, parts))
            leaves.extend(parts)
            column += 1 + size
    sums.insert(0, (0, tuple(tops)))
    return column, sums, leaves


@st.composite
def trees(draw: st.DrawFn, most_children: int = 3, levels: int = 3) -> list[int | None]:
    """Parents of rows in print order: a forest, or one 合计 row above it."""
    parents: list[int | None] = []

    def grow(parent: int | None, level: int) -> None:
        for _ in range(draw(st.integers(1, most_children))):
            row = len(parents)
            parents.append(parent)
            if level > 1 and draw(st.booleans()):
                grow(row, level - 1)

    top: int | None = None
    if draw(st.booleans()):
        parents.append(None)
        top = 0
    grow(top, draw(st.integers(1, levels)))
    return parents


AMOUNTS = st.one_of(
    st.integers(1, 9_999_999),
    st.integers(100, 9_999),
    st.integers(1, 12),
    st.sampled_from([100, 1000, 10_000]),  # round sums repeat in real budgets
)


@st.composite
def drawn_tables(
    draw: st.DrawFn,
    *,
    errors: tuple[int, int] = (0, 0),
    clues: bool = True,
    most_groups: int = 4,
    most_children: int = 3,
    levels: int = 3,
    rounding: bool = True,
) -> Drawn:
    width, sums, leaves = draw(column_sets(most_groups))
    parents = draw(trees(most_children, levels))
    in_use = draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=3, unique=True))
    scale = 10 if rounding and draw(st.booleans()) else 1  # tenths of the printed unit, rounded cell by cell
    inner = {parent for parent in parents if parent is not None}
    table: list[list[Cell]] = [[None] * width for _ in parents]
    for row in range(len(parents)):
        if row in inner:
            continue
        for column in draw(st.lists(st.sampled_from(in_use), min_size=1, max_size=len(in_use), unique=True)):
            table[row][column] = draw(AMOUNTS) * scale + (draw(st.integers(0, 9)) if scale > 1 else 0)
    for row in reversed(range(len(parents))):
        fill_totals(table[row], sums)
        parent = parents[row]
        if parent is not None:
            for column, amount in enumerate(table[row]):
                if amount is not None and column in leaves:
                    table[parent][column] = (table[parent][column] or 0) + amount
    table = [
        [None if cell is None else -(-cell // scale) if cell % scale * 2 >= scale else cell // scale for cell in row]
        if scale > 1
        else row
        for row in table
    ]
    exact = [list(row) for row in table]
    planted = draw(st.integers(*errors))
    printed = [(r, c) for r, row in enumerate(table) for c, cell in enumerate(row) if cell is not None]
    planted = min(planted, len(printed))
    spots = draw(st.lists(st.sampled_from(printed), min_size=planted, max_size=planted, unique=True))
    for r, c in spots:
        table[r][c] = draw(one_digit_changed(table[r][c] or 0))
    problem, truth = flatten(table, width, sums, parents)
    if clues:
        problem = draw(with_clues(problem, exact))
    return Drawn(problem, truth, planted)


def fill_totals(row: list[Cell], sums: Sequence[tuple[int, Sequence[int]]]) -> None:
    """Every total with a printed part is printed."""
    for total, parts in reversed(sums):
        amounts = [row[part] for part in parts if row[part] is not None]
        if amounts:
            row[total] = sum(amount or 0 for amount in amounts)


@st.composite
def one_digit_changed(draw: st.DrawFn, amount: int) -> int:
    digits = list(str(amount))
    at = draw(st.integers(0, len(digits) - 1))
    options = [d for d in "0123456789" if d != digits[at] and (at > 0 or d != "0")]
    digits[at] = draw(st.sampled_from(options))
    return int("".join(digits))


def flatten(
    table: Sequence[Sequence[Cell]],
    width: int,
    sums: Sequence[tuple[int, Sequence[int]]],
    parents: Sequence[int | None],
) -> tuple[Problem, Assignment]:
    """Drop the blanks; the truth is where the rest stood."""
    rows = [[cell for cell in row if cell is not None] for row in table]
    truth = tuple(tuple(c for c, cell in enumerate(row) if cell is not None) for row in table)
    return Problem(width, rows, sums, parents), truth


@st.composite
def with_clues(draw: st.DrawFn, problem: Problem, exact: Sequence[Sequence[Cell]]) -> Problem:
    """What a reader may know besides: figures other tables print, columns known to be empty, a lost last page."""
    width, rows = problem.width, len(problem.rows)
    cells = [(r, c) for r in range(rows) for c in range(width) if exact[r][c] is not None]
    known = {}
    for r, c in draw(st.lists(st.sampled_from(cells), max_size=3, unique=True)):
        also = draw(st.sets(st.integers(1, 9999), max_size=1))  # another place may print something else
        known[r, c] = frozenset({exact[r][c] or 0, *also})
    blank = [c for c in range(width) if all(row[c] is None for row in exact)]
    empty = frozenset(draw(st.sets(st.sampled_from(blank), max_size=2))) if blank else frozenset()
    open_rows: frozenset[int] = frozenset()
    if draw(st.integers(0, 3)) == 0:  # rows may be missing under any row on the path to the last
        step: int | None = rows - 1
        path = set()
        while step is not None:
            path.add(step)
            step = problem.parents[step]
        open_rows = frozenset(path)
    return replace(problem, known=known, empty=empty, open_rows=open_rows)


# ---- the oracle


def broken(problem: Problem, placements: Assignment) -> float:
    """How many identities the page would contradict if its numbers stood there.

    A sum in a row, a parent in a column, a figure printed elsewhere, a column said to be empty: one each. Figures without
    their total count one; a figure known from elsewhere but left blank here counts one half.
    """
    vectors = []
    count = 0.0
    for row, placement in enumerate(placements):
        vector: list[Cell] = [None] * problem.width
        for number, column in zip(problem.rows[row], placement, strict=True):
            vector[column] = number
        vectors.append(vector)
        for total, parts in problem.sums:
            addends = [cell for part in parts if (cell := vector[part]) is not None]
            stated = vector[total]
            count += bool(addends) if stated is None else 2 * abs(stated - sum(addends)) > len(addends) + 1
        for column in range(problem.width):
            cell, known = vector[column], problem.known.get((row, column))
            if known is not None:
                count += cell not in known if cell is not None else 0.5 * (0 not in known)
            count += bool(cell) and column in problem.empty
    for parent in range(len(problem.rows)):
        children = [row for row, above in enumerate(problem.parents) if above == parent]
        if children and parent not in problem.open_rows:
            for column in range(problem.width):
                gap = (vectors[parent][column] or 0) - sum(vectors[child][column] or 0 for child in children)
                count += 2 * abs(gap) > len(children) + 1
    return count


def ways(problem: Problem) -> int:
    """How many placements the whole table has."""
    return prod(comb(problem.width, len(numbers)) for numbers in problem.rows)


def all_placements(problem: Problem) -> Iterator[Assignment]:
    yield from product(*(tuple(combinations(range(problem.width), len(numbers))) for numbers in problem.rows))


def wrong(placed: Sequence[Placed | None], truth: Assignment) -> list[tuple[int, int]]:
    """(row, number) of every number whose true column is not among its candidates."""
    return [
        (row, i)
        for row, (found, columns) in enumerate(zip(placed, truth, strict=True))
        for i, column in enumerate(columns)
        if found is None or column not in found.candidates[i]
    ]


def joint(problem: Problem) -> Assignment:
    """One whole placement that the solver holds to be best: its rows pinned one after another."""
    pinned = problem
    for row in range(len(problem.rows)):
        found = place(pinned)[row]
        assert found is not None
        pinned = replace(pinned, fixed={**pinned.fixed, row: found.columns})
    return tuple(pinned.fixed[row] for row in range(len(problem.rows)))


def is_indistinguishable(drawn: Drawn) -> bool:
    """Whether the solver's own reading contradicts at least MARGIN fewer identities than the truth does: nobody could have known."""
    return broken(drawn.problem, joint(drawn.problem)) + MARGIN <= broken(drawn.problem, drawn.truth)

"""Which column each number of a flattened row stands in.

A row of k numbers under n columns can stand in C(n, k) ways. What leaves, nearly always, one of them are identities: a total is the sum
of its parts within the row, a parent the sum of its children in every column, and a figure that another table or the narrative prints is
the same figure. They are counted, not enforced: a report that contradicts itself keeps its contradiction, and the
placement that breaks fewest identities wins. Where another placement is less than one identity worse, the number's column is ambiguous
and every column it may stand in is given.

Everything is integers here: amounts in the smallest printed unit, so that sums are exact and n addends rounded to that unit may be off by
(n + 1) / 2 (interval arithmetic on what was printed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import inf
from operator import itemgetter

Placement = tuple[int, ...]  # the column of each number, rising
Vector = tuple[int, ...]  # an amount for every column, 0 where blank

MARGIN = 0.9  # a rival placement must be at least this much worse, in broken identities
_MISSING_TOTAL = 1.5  # figures without their total: bureaus leave parts blank, not totals
_ABSENT = 0.5  # a column left blank though the figure is known from elsewhere
_KEEP = 3.0  # placements this much worse than a row's best are not looked at
_MOST_PLACEMENTS = 40
_MOST_SUMS = 200


@dataclass(frozen=True)
class Problem:
    """The numbers of one table page set, and what is known about where they may stand.

    `rows` are amounts in print order; `sums` (total, parts) column identities; `parents` the index of the row one level up, or None;
    `open_rows` rows some of whose children may be on a lost page. `known` maps (row, column) to the amounts other places print
    for that figure; `empty` are columns known to hold nothing. `fixed` gives rows whose placement a grid printed.
    """

    width: int
    rows: Sequence[Sequence[int]]
    sums: Sequence[tuple[int, Sequence[int]]]
    parents: Sequence[int | None]
    open_rows: frozenset[int] = frozenset()
    known: Mapping[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    empty: frozenset[int] = frozenset()
    leaning: Mapping[tuple[int, int], float] = field(default_factory=dict)
    fixed: Mapping[int, Placement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the numbers of one row stand; `candidates[i]` lists every column number i may stand in, best first."""

    columns: Placement
    candidates: tuple[tuple[int, ...], ...]

    @property
    def certain(self) -> bool:
        return all(len(options) == 1 for options in self.candidates)


def place(problem: Problem) -> list[Placed | None]:
    """The column of every number of every row; None for a row with more numbers than there are columns."""
    return _Search(problem).solve()


class _Search:
    """Exact search over the tree of codes: the best subtree for every amount vector of its top row, the sums of children
    merged one child at a time. Placements that give the same vector (a printed 0.00 moved) differ by their own cost only."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.children: list[list[int]] = [[] for _ in problem.rows]
        self.roots: list[int] = []
        for row, parent in enumerate(problem.parents):
            (self.children[parent] if parent is not None else self.roots).append(row)
        self.options = [self._options(row) for row in range(len(problem.rows))]
        self.vectors: list[dict[Vector, float]] = []
        for options in self.options:
            cheapest: dict[Vector, float] = {}
            for _, vector, cost in options:
                cheapest.setdefault(vector, cost)  # options come cheapest first
            self.vectors.append(cheapest)
        self.memo: dict[int, dict[Vector, float]] = {}
        self.gave_up: set[int] = set()  # rows with too many sums to try them all: their sums prove nothing

    # -- one row

    def _options(self, row: int) -> list[tuple[Placement, Vector, float]]:
        problem = self.problem
        numbers = problem.rows[row]
        if row in problem.fixed:
            placement = problem.fixed[row]
            return [(placement, self._vector(numbers, placement), 0.0)]
        if len(numbers) > problem.width:
            return []
        usable = [column for column in range(problem.width) if column not in problem.empty]
        found: list[tuple[Placement, Vector, float]] = []
        if len(usable) >= len(numbers):
            found = self._rank(row, combinations(usable, len(numbers)))
        if not found or found[0][2] >= 1:
            found = self._rank(row, combinations(range(problem.width), len(numbers)))
        return found

    def _rank(self, row: int, placements: Iterable[Placement]) -> list[tuple[Placement, Vector, float]]:
        numbers = self.problem.rows[row]
        scored = []
        best = inf
        for placement in placements:
            vector = self._vector(numbers, placement)
            cost = self._row_cost(row, placement, vector)
            if cost <= best + _KEEP:
                best = min(best, cost)
                scored.append((placement, vector, cost))
        scored = [entry for entry in scored if entry[2] <= best + _KEEP]
        scored.sort(key=lambda entry: (entry[2], entry[0]))
        return scored[:_MOST_PLACEMENTS]

    def _vector(self, numbers: Sequence[int], placement: Placement) -> Vector:
        vector = [0] * self.problem.width
        for number, column in zip(numbers, placement, strict=True):
            vector[column] = number
        return tuple(vector)

    def _row_cost(self, row: int, placement: Placement, vector: Vector) -> float:
        cost = 0.0
        filled = set(placement)
        numbers = self.problem.rows[row]
        for total, parts in self.problem.sums:
            addends = [part for part in parts if part in filled]
            if total not in filled:
                if addends:
                    cost += _MISSING_TOTAL + (any(vector[part] for part in addends))
                continue
            if 2 * abs(vector[total] - sum(vector[part] for part in parts)) > len(addends) + 1:
                cost += 1
        for column in range(self.problem.width):
            known = self.problem.known.get((row, column))
            if column in filled:
                if vector[column]:
                    cost += self.problem.leaning.get((row, column), 0)
                    cost += 1 + (known is None) if column in self.problem.empty else 0
                if known is not None and vector[column] not in known:
                    cost += 1
            elif known is not None and 0 not in known:
                # The very figure stands in this row and is put elsewhere; or it is not in this row at all.
                cost += 1 if any(number in known for number in numbers) else _ABSENT
        return cost

    # -- the tree

    def _gaps(self, row: int, vector: Vector, total: Vector) -> int:
        """How many columns of a row differ from the sum of its children."""
        if row in self.problem.open_rows:
            return 0
        allowed = len(self.children[row]) + 1
        return sum(2 * abs(a - b) > allowed for a, b in zip(vector, total, strict=True))

    def _subtree(self, row: int, forced: Mapping[int, Vector], above: frozenset[int]) -> dict[Vector, float]:
        """The least cost of a row's subtree for each of its vectors; `above` are the rows whose subtree holds a forced one."""
        if row not in above and row in self.memo:
            return self.memo[row]
        costs = self.vectors[row]
        if row in forced:
            costs = {forced[row]: costs[forced[row]]}
        children = [child for child in self.children[row] if self.options[child]]
        if children:
            sums = self._merge(children, forced, above)
            costs = {
                vector: cost + min(spent + self._gaps(row, vector, total) for total, spent in sums.items())
                for vector, cost in costs.items()
            }
        if row not in above:
            self.memo[row] = costs
        return costs

    def _merge(
        self, children: Sequence[int], forced: Mapping[int, Vector], above: frozenset[int]
    ) -> dict[Vector, float]:
        sums: dict[Vector, float] = {(0,) * self.problem.width: 0.0}
        for child in sorted(children, key=lambda child: len(self.vectors[child])):
            choices = self._subtree(child, forced, above)
            merged: dict[Vector, float] = {}
            for total, spent in sums.items():
                for vector, cost in choices.items():
                    key = tuple(map(int.__add__, total, vector))
                    if spent + cost < merged.get(key, inf):
                        merged[key] = spent + cost
            worst = min(merged.values()) + _KEEP
            sums = {total: cost for total, cost in merged.items() if cost <= worst}
            if len(sums) > _MOST_SUMS:
                self.gave_up.update(children)
                sums = dict(sorted(sums.items(), key=itemgetter(1))[:_MOST_SUMS])
        return sums

    def _cost(self, forced: Mapping[int, Vector]) -> float:
        above: set[int] = set()
        for row in forced:
            step: int | None = row
            while step is not None:
                above.add(step)
                step = self.problem.parents[step]
        return sum(min(self._subtree(root, forced, frozenset(above)).values(), default=0) for root in self.roots)

    def solve(self) -> list[Placed | None]:
        base = self._cost({})
        placed: list[Placed | None] = []
        for row, options in enumerate(self.options):
            if not options:
                placed.append(None)
                continue
            vectors = self.vectors[row]
            least = {vector: self._cost({row: vector}) if len(vectors) > 1 else base for vector in vectors}
            costs = [least[vector] + own - vectors[vector] for _, vector, own in options]
            order = sorted(range(len(options)), key=lambda index: (costs[index], options[index][2], options[index][0]))
            near = [options[index][0] for index in order if costs[index] < costs[order[0]] + MARGIN]
            if row in self.gave_up or self.gave_up.intersection(self.children[row]):
                near += [placement for placement, _, own in options if own < options[0][2] + MARGIN]
            best = near[0]
            candidates = tuple(tuple(dict.fromkeys(placement[i] for placement in near)) for i in range(len(best)))
            placed.append(Placed(best, candidates))
        return placed


def place_grid_columns(problem: Problem, grid_columns: Sequence[Sequence[int]]) -> list[dict[int, int]]:
    """Where the columns of a shifted grid belong: one money column for each grid column, the same in every row.

    Args:
        grid_columns: for every row of the problem, the grid column of each number.
    Returns:
        grid column to money column, for every mapping within the margin of the best, best first; none if there are too many
        columns.
    """
    present = sorted({column for row in grid_columns for column in row})
    if not present or len(present) > problem.width:
        return []
    search = _Search(replace(problem, rows=[()] * len(problem.rows)))  # for the tree; placements are tried here
    search.problem = problem
    ranked = []
    for choice in combinations(range(problem.width), len(present)):
        mapping = dict(zip(present, choice, strict=True))
        cost = 0.0
        sums = [[0] * problem.width for _ in problem.rows]
        vectors = []
        for row, columns in enumerate(grid_columns):
            placement = tuple(mapping[column] for column in columns)
            vector = search._vector(problem.rows[row], placement)
            vectors.append(vector)
            cost += search._row_cost(row, placement, vector) if columns else 0
            parent = problem.parents[row]
            if parent is not None:
                sums[parent] = [a + b for a, b in zip(sums[parent], vector, strict=True)]
        cost += sum(
            search._gaps(row, vectors[row], tuple(sums[row])) for row in range(len(vectors)) if search.children[row]
        )
        ranked.append((cost, choice))
    ranked.sort()
    near = [choice for cost, choice in ranked if cost < ranked[0][0] + MARGIN]
    return [dict(zip(present, choice, strict=True)) for choice in near]


def placed_by(mappings: Sequence[Mapping[int, int]], columns: Sequence[int]) -> Placed:
    """The placement of one row under one or more possible mappings of its grid columns."""
    candidates = tuple(tuple(dict.fromkeys(mapping[column] for mapping in mappings)) for column in columns)
    return Placed(tuple(options[0] for options in candidates), candidates)

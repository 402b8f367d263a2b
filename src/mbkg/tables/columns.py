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
from math import ceil, inf
from operator import sub

Placement = tuple[int, ...]  # the column of each number, rising
Vector = tuple[int, ...]  # an amount for every column, 0 where blank

MARGIN = 0.9  # a rival placement must be at least this much worse, in broken identities
_MISSING_TOTAL = 1.5  # figures without their total: bureaus leave parts blank, not totals
_ABSENT = 0.5  # a column left blank though the figure is known from elsewhere
_HAIR = 1e-6
_MOST_WORK = 200_000  # partial sums tried under one row before its sums are left out


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


@dataclass(frozen=True, slots=True)
class _Option:
    """One way a row's numbers can stand, and the identities it breaks within the row."""

    placement: Placement
    vector: Vector
    cost: float


_Ranges = dict[int, list[int]]
_Spans = tuple[list[int], dict[int, list[tuple[Vector, float]]], dict[int, float], _Ranges, _Ranges]
Layer = dict[Vector, float]  # what is left of the parent after some children -> the least that was spent on them


class _TooWide(Exception):
    """Too many placements are alike for the sums under `row` to be searched."""

    def __init__(self, row: int) -> None:
        self.row = row


class _Search:
    """Exact search over the tree of codes, by bounds that only rise.

    A pass looks for placements of the whole table within a budget of broken identities, from the leaf rows up; what the rest of the table
    must cost at least (`low`) tells how much a subtree may spend. The budget rises until a placement is found, and once more by
    MARGIN so that every rival is seen. Under one placement of a parent, its children are taken one by one; a partial sum
    that can no longer reach the parent's figure in some column has broken that identity already.

    Where too much is alike to be searched, the sums under that parent are left out, and every placement that its row allows stays a
    candidate: an identity not used can make a number ambiguous, and never makes a report without errors come out wrong.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.children: list[list[int]] = [[] for _ in problem.rows]
        self.roots: list[int] = []
        for row, parent in enumerate(problem.parents):
            (self.children[parent] if parent is not None else self.roots).append(row)
        self.order = self._children_first()
        self.known: list[dict[int, frozenset[int]]] = [{} for _ in problem.rows]
        for (row, column), amounts in problem.known.items():
            if row < len(self.known) and column < problem.width:
                self.known[row][column] = amounts
        self.leaning: list[dict[int, float]] = [{} for _ in problem.rows]
        for (row, column), cost in problem.leaning.items():
            self.leaning[row][column] = cost
        self.wary = [problem.empty.union(leaning) for leaning in self.leaning]  # columns where a figure costs
        self.ranked: dict[object, list[_Option]] = {}
        self.every = [self._options(row) for row in range(len(problem.rows))]
        self.floor = [options[0].cost if options else 0.0 for options in self.every]
        self.vectors: list[dict[Vector, float]] = []
        for options in self.every:
            cheapest: dict[Vector, float] = {}
            for option in options:  # cheapest first
                cheapest.setdefault(option.vector, option.cost)
            self.vectors.append(cheapest)
        unplaced = {problem.parents[row] for row, options in enumerate(self.every) if not options}
        self.loose: set[int] = set()  # rows whose sums were left out: they are certain by their own row only
        self.open = set(problem.open_rows) | {row for row in unplaced if row is not None}

    def _children_first(self) -> list[int]:
        order: list[int] = []
        stack = list(self.roots)
        while stack:
            row = stack.pop()
            order.append(row)
            stack.extend(self.children[row])
        return order[::-1]

    # -- one row

    def _options(self, row: int) -> list[_Option]:
        problem = self.problem
        numbers = tuple(problem.rows[row])
        if row in problem.fixed:
            placement = tuple(problem.fixed[row])
            return [_Option(placement, self._vector(numbers, placement), 0.0)]
        if len(numbers) > problem.width:
            return []
        key = (numbers, tuple(sorted(self.known[row].items())), tuple(sorted(self.leaning[row].items())))
        if key not in self.ranked:
            usable = [column for column in range(problem.width) if column not in problem.empty]
            found = self._rank(row, combinations(usable, len(numbers)))
            if not found or found[0].cost >= 1:
                found = self._rank(row, combinations(range(problem.width), len(numbers)))
            self.ranked[key] = found
        return self.ranked[key]

    def _rank(self, row: int, placements: Iterable[Placement]) -> list[_Option]:
        numbers = self.problem.rows[row]
        scored = []
        for placement in placements:
            vector = self._vector(numbers, placement)
            scored.append(_Option(placement, vector, self._row_cost(row, placement, vector)))
        scored.sort(key=lambda option: (option.cost, option.placement))
        return scored

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
            addends = [vector[part] for part in parts if part in filled]
            if total not in filled:
                if addends:
                    cost += _MISSING_TOTAL + any(addends)
            elif 2 * abs(vector[total] - sum(addends)) > len(addends) + 1:
                cost += 1
        known = self.known[row]
        for column, amounts in known.items():
            if column not in filled:
                if 0 not in amounts:
                    # The very figure stands in this row and is put elsewhere; or it is not in this row at all.
                    cost += 1 if any(number in amounts for number in numbers) else _ABSENT
            elif vector[column] not in amounts:
                cost += 1
        for column in self.wary[row] & filled:
            if vector[column]:
                cost += self.leaning[row].get(column, 0)
                cost += 1 + (column not in known) if column in self.problem.empty else 0
        return cost

    # -- the tree

    def solve(self) -> list[Placed | None]:
        while True:
            try:
                self.work: dict[int, int] = {}
                self.spans: dict[int, _Spans] = {}
                return self._placed(*self._search())
            except _TooWide as wide:
                self.open.add(wide.row)
                self.loose.update((wide.row, *self.children[wide.row]))

    def _search(self) -> tuple[list[dict[Vector, float]], float]:
        """The least whole cost, and for every row the least whole cost with each of its vectors that comes within MARGIN of it."""
        self.low = list(self.floor)
        for row in self.order:
            self.low[row] += sum(self.low[child] for child in self.children[row])
        budget = sum(self.low[root] for root in self.roots) + MARGIN
        while True:
            inside = self._inside(budget)
            if all(inside[root] for root in self.roots):
                best = sum(min(inside[root].values()) for root in self.roots)
                if best + MARGIN <= budget + _HAIR:
                    return self._whole(inside, best), best
                budget = best + MARGIN
            else:
                budget = max(budget + 0.5, sum(self.low[root] for root in self.roots) + MARGIN)

    def _inside(self, budget: float) -> list[dict[Vector, float]]:
        """For every row, the least cost of its subtree for each option that a whole placement within the budget may use.

        Rows that cannot be placed stand as one option without cost.
        """
        bounds = self._bounds(budget)
        self.spans = {}
        inside: list[dict[Vector, float]] = [{} for _ in self.problem.rows]
        for row in self.order:
            if not self.every[row]:
                self.low[row] = max(self.low[row], sum(self.low[child] for child in self.children[row]))
                inside[row] = {(): sum(min(inside[child].values(), default=inf) for child in self.children[row])}
                continue
            children = self.children[row]
            if all(inside[child] for child in children):
                below = sum(self.low[child] for child in children)
                for vector, cost in self.vectors[row].items():
                    if cost + below > bounds[row] + _HAIR:
                        break  # the rest costs more
                    spent = self._below(row, vector, bounds[row] - cost, inside)
                    if spent is not None:
                        inside[row][vector] = cost + spent
            least = self.floor[row] + sum(self.low[child] for child in children)
            self.low[row] = max(self.low[row], least, min(inside[row].values(), default=ceil(2 * bounds[row]) / 2))
        return inside

    def _bounds(self, budget: float) -> list[float]:
        """What each subtree may cost: the budget less what all other rows must cost."""
        bounds = [0.0] * len(self.problem.rows)
        whole = sum(self.low[root] for root in self.roots)
        for root in self.roots:
            bounds[root] = budget - (whole - self.low[root])
        for row in reversed(self.order):
            below = sum(self.low[child] for child in self.children[row])
            for child in self.children[row]:
                bounds[child] = bounds[row] - self.floor[row] - (below - self.low[child])
        return bounds

    def _gaps(self, row: int, vector: Vector, total: Vector) -> int:
        """How many columns of a row differ from the sum of its children."""
        if row in self.open:
            return 0
        allowed = len(self.children[row]) + 1
        return sum(2 * abs(a - b) > allowed for a, b in zip(vector, total, strict=True))

    def _below(self, row: int, vector: Vector, budget: float, inside: Sequence[dict[Vector, float]]) -> float | None:
        """The least that the rows beneath cost, with the gaps they leave under this option; None if over the budget."""
        children = self.children[row]
        if not children:
            return 0.0
        if row in self.open:
            spent = sum(min(inside[child].values()) for child in children)
            return spent if spent <= budget + _HAIR else None
        layers = self._layers(row, vector, budget, inside)
        return min(layers[-1][2].values()) if layers else None

    def _layers(
        self, row: int, vector: Vector, budget: float, inside: Sequence[dict[Vector, float]]
    ) -> list[tuple[int, list[tuple[Vector, float]], Layer]]:
        """Partial sums of the children under one option, child by child: (child, its options, what each sum leaves of the parent).

        The first entry is the parent alone, the last holds the sums of all, their gaps counted. Empty if nothing is within the budget.
        """
        columns = range(self.problem.width)
        allowed = (len(self.children[row]) + 1) // 2  # so many smallest units may a sum of rounded addends be off
        ordered, choices, least, lows, highs = self._spans(row, inside)
        choices = dict(choices)
        low = [sum(lows[child][c] for child in ordered) - allowed for c in columns]
        high = [sum(highs[child][c] for child in ordered) + allowed for c in columns]
        rest = sum(least.values())
        budget += _HAIR
        if rest + _missed(vector, low, high) > budget:
            return []
        self._work(row, sum(map(len, choices.values())) // 4)
        for child in ordered:  # an option that leaves too much out of reach alone need not be tried on every sum
            others = rest - least[child]
            lower, higher = list(map(sub, low, lows[child])), list(map(sub, high, highs[child]))
            blank = list(map(_outside, lower, vector, higher))
            room = budget - others - sum(blank)
            choices[child] = [
                (own, cost)
                for own, cost in choices[child]
                if cost + sum(_outside(lower[c], vector[c] - own[c], higher[c]) - blank[c] for c in columns if own[c])
                <= room
            ]
            if not choices[child]:
                return []
        layer: Layer = {vector: 0.0}
        layers: list[tuple[int, list[tuple[Vector, float]], Layer]] = [(-1, [], layer)]
        for child in ordered:
            self._work(row, len(layer) * len(choices[child]))
            rest -= least[child]
            low, high = list(map(sub, low, lows[child])), list(map(sub, high, highs[child]))
            following: Layer = {}
            for left, spent in layer.items():
                for own, cost in choices[child]:
                    paid = spent + cost
                    if paid + rest > budget:
                        continue
                    remains = tuple(map(sub, left, own))
                    if paid < following.get(remains, inf) and paid + rest + _missed(remains, low, high) <= budget:
                        following[remains] = paid
            if not following:
                return []
            layer = following
            layers.append((child, choices[child], layer))
        layers.append((-1, [], {left: spent + _missed(left, low, high) for left, spent in layer.items()}))
        return layers

    def _spans(self, row: int, inside: Sequence[dict[Vector, float]]) -> _Spans:
        """The children of a row, few options first: their options, least costs, and the range of amounts in every column."""
        children = sorted(self.children[row], key=lambda child: len(inside[child]))
        if row not in self.spans:
            columns = {child: list(zip(*inside[child], strict=True)) for child in children}
            self.spans[row] = (
                children,
                {child: list(inside[child].items()) for child in children},
                {child: min(inside[child].values()) for child in children},
                {child: list(map(min, columns[child])) for child in children},
                {child: list(map(max, columns[child])) for child in children},
            )
        return self.spans[row]

    def _work(self, row: int, steps: int) -> None:
        self.work[row] = self.work.get(row, 0) + steps
        if self.work[row] > _MOST_WORK:
            raise _TooWide(row)

    def _whole(self, inside: Sequence[dict[Vector, float]], best: float) -> list[dict[Vector, float]]:
        """From the top down, the least whole cost with each option of each row, where it comes within MARGIN of the best."""
        whole: list[dict[Vector, float]] = [{} for _ in self.problem.rows]
        for root in self.roots:
            others = best - min(inside[root].values())
            whole[root] = {vector: others + cost for vector, cost in inside[root].items()}
        for row in reversed(self.order):
            children = self.children[row]
            if row in self.open or not self.every[row]:
                least = min(whole[row].values(), default=inf)
                for child in children:
                    others = least - min(inside[child].values())
                    whole[child] = {vector: others + cost for vector, cost in inside[child].items()}
                continue
            if not children:
                continue
            for vector, least in whole[row].items():
                above = least - inside[row][vector] + self.vectors[row][vector]
                layers = self._layers(row, vector, best + MARGIN - above, inside)
                if not layers:
                    continue
                ends = layers.pop()[2]
                onward = {left: cost - layers[-1][2][left] for left, cost in ends.items()}  # what is still to be paid
                while len(layers) > 1:
                    child, choices, _ = layers.pop()
                    before = layers[-1][2]
                    earlier: Layer = {}
                    for left, spent in before.items():
                        for own, cost in choices:
                            ahead = onward.get(tuple(map(sub, left, own)))
                            if ahead is None:
                                continue
                            ahead += cost
                            if ahead < earlier.get(left, inf):
                                earlier[left] = ahead
                            if above + spent + ahead < whole[child].get(own, inf):
                                whole[child][own] = above + spent + ahead
                    onward = earlier
        return whole

    def _placed(self, whole: Sequence[dict[Vector, float]], best: float) -> list[Placed | None]:
        placed: list[Placed | None] = []
        for row, (options, vectors, costs) in enumerate(zip(self.every, self.vectors, whole, strict=True)):
            if not options:
                placed.append(None)
                continue
            near = []
            for option in options:
                cost = costs.get(option.vector, inf) + option.cost - vectors[option.vector]
                if cost < best + MARGIN or (row in self.loose and option.cost < self.floor[row] + MARGIN):
                    near.append((cost, option.cost, option.placement))
            near.sort()
            candidates = tuple(
                tuple(dict.fromkeys(spots)) for spots in zip(*(spot for _, _, spot in near), strict=True)
            )
            placed.append(Placed(near[0][2], candidates))
        return placed


def _missed(left: Sequence[int], low: Sequence[int], high: Sequence[int]) -> int:
    """In how many columns what is left lies outside what the rows still to come can add."""
    return sum(map(_outside, low, left, high))


def _outside(low: int, amount: int, high: int) -> bool:
    return not low <= amount <= high


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

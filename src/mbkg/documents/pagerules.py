"""What a page draws to rules, and rules to cells.

Bureaus' programs draw a table's rules as lines, as rectangles too thin to see, or as one rectangle for every cell; all become `Rule`s,
those nearly in one place become one, and where they cross and are joined they make cells. A page may draw a chart or a map of a hundred
thousand strokes: the work is bounded, and such a page is read without rules.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mbkg.documents.model import Box

SNAP = 3.0  # points: rules nearer than this are one
_WIDEST = 4.0  # points that rules drawn as one may lie apart together
_THIN = 3.0  # points: a rectangle at most this thick is a rule
_SHORTEST = 3.0
MOST_RULES = 40_000  # strokes of one page that can be rules
_MOST_STEPS = 3_000_000


Point = tuple[float, float]


class TooManyRules(Exception):
    """A page draws more strokes than any table does."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One horizontal or vertical rule: `at` is its y or x, from `start` to `stop` along the other axis, in points."""

    upright: bool
    at: float
    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One rectangle: whether its border is drawn, whether it is filled, whether with white."""

    box: Box
    stroke: bool
    fill: bool
    white: bool


def rules_of(
    strokes: Iterable[tuple[Point, Point]], rects: Iterable[Rectangle], curves: Iterable[Sequence[Point]]
) -> list[Rule]:
    """The rules that straight strokes, rectangles and the straight stretches of other paths make, those in one place joined.

    Raises:
        TooManyRules: there are more than a table can have.
    """
    drawn: list[Rule] = []
    for a, b in strokes:
        drawn += _stroke(a, b)
    for rect in rects:
        drawn += _of_rectangle(rect)
    for points in curves:
        for a, b in pairwise(points):
            drawn += _stroke(a, b)
    if len(drawn) > MOST_RULES:
        raise TooManyRules
    return [rule for rule in _merged(drawn) if rule.stop - rule.start > _SHORTEST]


def _stroke(a: Point, b: Point) -> Iterator[Rule]:
    """A straight stroke as a rule; none where it runs aslant, as in a chart or a letter."""
    width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
    if height <= 0.5 and width > height:
        yield Rule(False, (a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0]))
    elif width <= 0.5 and height > width:
        yield Rule(True, (a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1]))


def _of_rectangle(rect: Rectangle) -> Iterator[Rule]:
    x0, top, x1, bottom = rect.box
    width, height = x1 - x0, bottom - top
    if min(width, height) <= _THIN:
        if height <= _THIN:
            yield Rule(False, (top + bottom) / 2, x0, x1)
        if width <= _THIN:
            yield Rule(True, (x0 + x1) / 2, top, bottom)
    elif rect.stroke or not rect.white:  # not a white background
        yield Rule(False, top, x0, x1)
        yield Rule(False, bottom, x0, x1)
        yield Rule(True, x0, top, bottom)
        yield Rule(True, x1, top, bottom)


def is_white(color: Any) -> bool:
    """Whether a colour, in grey, RGB or CMYK, is white; an unknown one is not."""
    if color is None:
        return False
    values = color if isinstance(color, (tuple, list)) else (color,)
    if len(values) == 4:
        return all(isinstance(v, (int, float)) and v == 0 for v in values)
    return all(isinstance(v, (int, float)) and v >= 0.99 for v in values) and len(values) > 0


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules of nearly one place moved to their mean, and joined where they touch."""
    merged: list[Rule] = []
    for upright in (False, True):
        for group in _groups(sorted((r for r in rules if r.upright == upright), key=lambda rule: rule.at)):
            at = sum(rule.at for rule in group) / len(group)
            start, stop = None, 0.0
            for rule in sorted(group, key=lambda rule: rule.start):
                if start is None:
                    start, stop = rule.start, rule.stop
                elif rule.start <= stop + SNAP:
                    stop = max(stop, rule.stop)
                else:
                    merged.append(Rule(upright, at, start, stop))
                    start, stop = rule.start, rule.stop
            if start is not None:
                merged.append(Rule(upright, at, start, stop))
    return merged


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in rules:
        if groups and rule.at - groups[-1][-1].at <= SNAP and rule.at - groups[-1][0].at <= _WIDEST:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return groups


def with_open_sides(rules: Sequence[Rule]) -> list[Rule]:
    """The rules with an upright one where three or more flat ones begin or end and none is drawn: the open sides of a table."""
    flat = [rule for rule in rules if not rule.upright]
    upright = [rule for rule in rules if rule.upright]
    added = []
    for begins in (True, False):
        groups: dict[int, list[Rule]] = defaultdict(list)
        for rule in flat:
            groups[round((rule.start if begins else rule.stop) / SNAP)].append(rule)
        for group in groups.values():
            x = group[0].start if begins else group[0].stop
            top, bottom = min(rule.at for rule in group), max(rule.at for rule in group)
            beside = [rule for rule in upright if rule.start < bottom and rule.stop > top]
            if len(group) < 3 or any(abs(rule.at - x) <= 2 * SNAP for rule in beside):
                continue
            if any(group[0].start < rule.at < group[0].stop for rule in beside):
                added.append(Rule(True, x, top, bottom))
    return [*rules, *added]


# ---- crossings to cells


@dataclass(slots=True)
class _Crossings:
    """Where rules cross: for every point the rules through it, and the points of each row and column in order."""

    flat: dict[Point, set[int]]
    upright: dict[Point, set[int]]
    beneath: dict[float, list[float]]
    beside: dict[float, list[float]]


def cells_of(rules: Sequence[Rule]) -> list[Box]:
    """The smallest rectangles that rules enclose.

    Raises:
        TooManyRules: rules cross so often that this would take too long.
    """
    crossings = _crossings(rules)
    cells: list[Box] = []
    steps = 0
    for point in sorted(crossings.upright):
        x, y = point
        column, row = crossings.beneath[x], crossings.beside[y]
        below = [
            (x, at)
            for at in column[bisect_left(column, y) + 1 :]
            if crossings.upright[point] & crossings.upright[x, at]
        ]
        right = [(at, y) for at in row[bisect_left(row, x) + 1 :] if crossings.flat[point] & crossings.flat[at, y]]
        for (_, bottom), (x1, _) in ((b, r) for b in below for r in right):
            steps += 1
            corner = x1, bottom
            if (
                corner in crossings.flat
                and crossings.upright[corner] & crossings.upright[x1, y]
                and crossings.flat[corner] & crossings.flat[x, bottom]
            ):
                cells.append((x, y, x1, bottom))
                break
        if (steps := steps + len(below) + len(right)) > _MOST_STEPS:
            raise TooManyRules
    return cells


def _crossings(rules: Sequence[Rule]) -> _Crossings:
    flat = sorted((rule.at, number) for number, rule in enumerate(rules) if not rule.upright)
    heights = [at for at, _ in flat]
    found = _Crossings(defaultdict(set), defaultdict(set), {}, {})
    beneath: dict[float, set[float]] = defaultdict(set)
    beside: dict[float, set[float]] = defaultdict(set)
    steps = 0
    for number, rule in enumerate(rules):
        if not rule.upright:
            continue
        for at, other in flat[bisect_left(heights, rule.start - SNAP) :]:
            if at > rule.stop + SNAP:
                break
            steps += 1
            if rules[other].start - SNAP <= rule.at <= rules[other].stop + SNAP:
                point = rule.at, at
                found.upright[point].add(number)
                found.flat[point].add(other)
                beneath[rule.at].add(at)
                beside[at].add(rule.at)
        if steps > _MOST_STEPS:
            raise TooManyRules
    found.beneath = {x: sorted(ys) for x, ys in beneath.items()}
    found.beside = {y: sorted(xs) for y, xs in beside.items()}
    return found


def tables_of(cells: Sequence[Box]) -> list[list[Box]]:
    """Cells that touch at a corner as one table; a cell alone is none. Tables from top to bottom."""
    leader = list(range(len(cells)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    at_corner: dict[Point, int] = {}
    for number, (x0, top, x1, bottom) in enumerate(cells):
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom)):
            leader[lead(number)] = lead(at_corner.setdefault(corner, number))
    tables: dict[int, list[Box]] = defaultdict(list)
    for number, cell in enumerate(cells):
        tables[lead(number)].append(cell)
    parts = [part for table in tables.values() if len(table) > 1 for part in _parted(table)]
    return sorted(parts, key=lambda table: min((cell[1], cell[0]) for cell in table))


def _parted(table: Sequence[Box]) -> list[list[Box]]:
    """A table, or the tables it consists of that were set one right under the other.

    They are parted at a rule over the whole width beneath which the outline steps in or out and the columns are others; or above and
    beneath which three rows have three columns or more and not one edge in common. A form, whose rows differ one by one, stays whole.
    """
    ys = sorted({y for cell in table for y in (cell[1], cell[3])})
    row_at = {y: number for number, y in enumerate(ys)}
    edges: list[set[float]] = [set() for _ in ys[1:]]
    crossed: set[int] = set()
    for x0, top, x1, bottom in table:
        for row in range(row_at[top], row_at[bottom]):
            edges[row] |= {x0, x1}
        crossed |= set(range(row_at[top] + 1, row_at[bottom]))
    cuts = [row for row in range(1, len(edges)) if row not in crossed and _is_seam(edges[:row], edges[row:])]
    stops = [ys[0] - 1, *(ys[row] for row in cuts), ys[-1]]
    return [[cell for cell in table if a <= cell[1] < b] for a, b in pairwise(stops)]


def _is_seam(above: Sequence[set[float]], below: Sequence[set[float]]) -> bool:
    """Whether one table ends and another begins between two rows, given the upright edges of the rows above and below."""
    sides = [(min(row), max(row)) for row in (above[-1], below[0])]
    near_above, near_below = above[-3:], below[:3]
    common = {x for row in near_above for x in _inner(row)} & {x for row in near_below for x in _inner(row)}
    if any(abs(a - b) > 2 * SNAP for a, b in zip(*sides, strict=True)):
        return 2 * len(common) < min(len(_inner(above[-1])), len(_inner(below[0])))
    inner = [len(_inner(row)) for row in (*near_above, *near_below)]
    return len(inner) == 6 and min(inner) >= 2 and not common


def _inner(edges: set[float]) -> set[float]:
    return edges - {min(edges), max(edges)}

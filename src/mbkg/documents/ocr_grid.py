"""Ruled tables in a picture: from dark runs to rules, from rules to cells with their spans.

A rule is a dark run longer than any stroke of a character. Rules that touch make one table. Between two neighbouring cells where the
rule is missing there is one merged cell. A table whose outer sides are open gets them from the ends of its rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from mbkg.documents.raster import FAINT, Pixels

Segment = tuple[float, float, float]
"""Where a rule lies across its direction, where it starts and ends along it; in pixels."""


@dataclass(frozen=True, slots=True)
class PictureCell:
    """One cell: its place in the grid, its spans, and its inside in pixels between the middles of its rules."""

    row: int
    column: int
    rowspan: int
    colspan: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PictureGrid:
    """One ruled table of a picture; `cells` row by row, from left to right."""

    cells: tuple[PictureCell, ...]
    rows: int
    columns: int
    x0: float
    top: float
    x1: float
    bottom: float


def rule_masks(grey: Pixels, glyph: float) -> tuple[Pixels, Pixels]:
    """Where level and where upright rules run (uint8, 0 or 1), for print `glyph` pixels high."""
    dark = (grey < 255 - FAINT).astype(np.float32)
    return _runs(dark, 2.2 * glyph, 0.8, level=True), _runs(dark, 1.4 * glyph, 0.86, level=False)


def _runs(dark: Pixels, length: float, share: float, *, level: bool) -> Pixels:
    """Pixels around which at least `share` of `length` pixels in the given direction are dark, out to the ends of the run."""
    size = max(9, round(length))
    lost = round((share - 0.5) * size)
    window = (size, 1) if level else (1, size)
    # A rule that is not quite level steps from one pixel row to the next: take the row above or below as well.
    thick = cv2.dilate(dark, np.ones((2, 1) if level else (1, 2), np.uint8))
    covered: Pixels = np.asarray(cv2.blur(thick, window, borderType=cv2.BORDER_CONSTANT) >= share).astype(np.uint8)
    grow = np.ones((1, 2 * lost + 1) if level else (2 * lost + 1, 1), np.uint8)
    return np.asarray(cv2.dilate(covered, grow) & thick.astype(np.uint8))


def find_grids(grey: Pixels, level: Pixels, upright: Pixels, glyph: float) -> list[PictureGrid]:
    """The ruled tables with at least two columns, from above to below; `level` and `upright` are the rule masks of `grey`."""
    both = cv2.dilate((level | upright).astype(np.uint8), np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both, connectivity=8)
    grids = []
    for label in range(1, count):
        x, y, width, height = (int(stats[label, k]) for k in range(4))
        if width < 6 * glyph or height < 1.5 * glyph:
            continue
        here = labels[y : y + height, x : x + width] == label
        across = _segments(level[y : y + height, x : x + width] * here, x, y, glyph, level=True)
        down = _segments(upright[y : y + height, x : x + width] * here, x, y, glyph, level=False)
        grid = _grid(grey, across, down, glyph)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.top, grid.x0))


def _segments(mask: Pixels, x: int, y: int, glyph: float, *, level: bool) -> list[Segment]:
    # Gaps shorter than half a character are dirt on the page rather than the end of a rule.
    gap = max(3, round(0.5 * glyph))
    closed = cv2.morphologyEx(
        mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, gap) if level else (gap, 1), np.uint8)
    )
    count, _, stats, centres = cv2.connectedComponentsWithStats(np.ascontiguousarray(closed), connectivity=8)
    found: list[Segment] = []
    for label in range(1, count):
        left, top, width, height = (int(stats[label, k]) for k in range(4))
        long, thick = (width, height) if level else (height, width)
        if long < 1.1 * glyph or thick > max(8.0, 0.6 * glyph, 0.02 * long):
            continue
        if level:
            found.append((y + float(centres[label][1]), x + left, x + left + width))
        else:
            found.append((x + float(centres[label][0]), y + top, y + top + height))
    return found


def _grid(grey: Pixels, across: Sequence[Segment], down: Sequence[Segment], glyph: float) -> PictureGrid | None:
    near = max(4.0, 0.5 * glyph)
    width = max((s[2] for s in across), default=0.0) - min((s[1] for s in across), default=0.0)
    across = [s for s in across if s[2] - s[1] > max(5 * glyph, 0.3 * width) or list(_joined(grey.T, s, down, glyph))]
    down = [part for s in down for part in _joined(grey, s, across, glyph)]
    if len(across) < 2 or not down:
        return None
    levels, uprights = _cluster(across, 0.5 * near), _cluster(down, 0.5 * near)
    ys, xs = [place for place, _ in levels], [place for place, _ in uprights]
    starts, ends = min(s[1] for s in across), max(s[2] for s in across)
    if starts < xs[0] - 1.2 * glyph:
        xs.insert(0, starts)
        uprights.insert(0, (starts, [(starts, ys[0], ys[-1])]))
    if ends > xs[-1] + 1.2 * glyph:
        xs.append(ends)
        uprights.append((ends, [(ends, ys[0], ys[-1])]))
    if len(xs) < 3:
        return None
    cells = _cells(xs, ys, [s for _, s in uprights], [s for _, s in levels])
    return PictureGrid(tuple(cells), len(ys) - 1, len(xs) - 1, xs[0], ys[0], xs[-1], ys[-1])


def _joined(grey: Pixels, segment: Segment, others: Sequence[Segment], glyph: float) -> Iterator[Segment]:
    """The parts of a rule that lead from one crossing rule to the next, as a border does and a stroke of a character does not.

    What tells them apart are the ends: a border is dark right up to the rule it meets. Where most parts of a long rule are borders,
    the others are borders with dirt on them.

    Args:
        grey: the page, turned so that the segment is upright.
        others: the rules of the other direction.
    """
    place, start, end = segment
    near = max(4.0, 0.5 * glyph)
    crossed = sorted(s[0] for s in others if s[1] - near <= place <= s[2] + near and start - near <= s[0] <= end + near)
    crossed = [at for i, at in enumerate(crossed) if i == 0 or at - crossed[i - 1] > 0.5 * near]
    if len(crossed) < 2:
        return
    x = round(place)
    first = round(crossed[0])
    dark = 255 - grey[first : round(crossed[-1]) + 1, max(0, x - 2) : x + 3].astype(np.float32).min(axis=1)
    even = np.convolve(dark, np.ones(3) / 3, mode="same")
    enough = 0.5 * float(np.median(dark))
    zone = round(0.4 * glyph)
    spans = []
    for above, below in pairwise(crossed):
        part = even[round(above) - first + 1 : round(below) - first]
        ends = np.concatenate((part[:zone], part[-zone:]))
        spans.append(
            (above, below, bool(part.size) and bool(ends.min() >= enough) and bool((part >= enough).mean() > 0.75))
        )
    good = sum(span[2] for span in spans)
    for above, below, border in spans:
        if border or (good >= 3 and good >= 0.6 * len(spans)):
            yield place, above, below


def _cluster(segments: Sequence[Segment], near: float) -> list[tuple[float, list[Segment]]]:
    """Segments that lie on one line together, with the place of that line."""
    groups: list[list[Segment]] = []
    for segment in sorted(segments):
        if groups and segment[0] - _place(groups[-1]) <= near:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [(_place(group), group) for group in groups]


def _place(group: Sequence[Segment]) -> float:
    return sum(s[0] * (s[2] - s[1]) for s in group) / sum(s[2] - s[1] for s in group)


def _covered(segments: Sequence[Segment], start: float, end: float) -> bool:
    """Whether rules lie along more than half of the way from start to end."""
    return sum(max(0.0, min(s[2], end) - max(s[1], start)) for s in segments) > 0.5 * (end - start)


def _cells(
    xs: Sequence[float], ys: Sequence[float], uprights: Sequence[list[Segment]], levels: Sequence[list[Segment]]
) -> list[PictureCell]:
    rows, columns = len(ys) - 1, len(xs) - 1
    right = [
        [j + 1 == columns or _covered(uprights[j + 1], ys[i], ys[i + 1]) for j in range(columns)] for i in range(rows)
    ]
    below = [[i + 1 == rows or _covered(levels[i + 1], xs[j], xs[j + 1]) for j in range(columns)] for i in range(rows)]
    taken = [[False] * columns for _ in range(rows)]
    cells = []
    for i in range(rows):
        for j in range(columns):
            if taken[i][j]:
                continue
            wide = 1
            while not right[i][j + wide - 1] and not taken[i][j + wide]:
                wide += 1
            high = 1
            while not any(below[i + high - 1][j : j + wide]) and not any(taken[i + high][j : j + wide]):
                if any(right[i + high][j : j + wide - 1]) or not right[i + high][j + wide - 1]:
                    break
                high += 1
            for row in taken[i : i + high]:
                row[j : j + wide] = [True] * wide
            cells.append(PictureCell(i, j, high, wide, xs[j], ys[i], xs[j + wide], ys[i + high]))
    return cells

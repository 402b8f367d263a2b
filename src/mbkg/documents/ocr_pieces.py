"""Pieces of text on a page: each lies in one cell of a grid or in none.

The recogniser finds stretches of text without knowing of rules. A stretch that crosses a rule is cut there, so that no number is
glued to its neighbour's. What it overlooked in a cell (a lone 0 or a dash) is found by its ink.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mbkg.documents.ocr_engine import Rect
from mbkg.documents.ocr_grid import PictureCell, PictureGrid
from mbkg.documents.raster import Pixels


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a piece of text stands, and its cell as (number of the grid, number of the cell), None outside of grids."""

    rect: Rect
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A level page: its print with the rules of its grids painted white, where ink is, and how high a character is."""

    print: Pixels
    ink: Pixels
    glyph: float
    grids: tuple[PictureGrid, ...]

    @property
    def margin(self) -> float:
        """How far inside its rules a cell begins, in pixels."""
        return max(2.0, 0.08 * self.glyph)

    def inside(self, cell: PictureCell) -> Rect:
        edge = self.margin
        return cell.x0 + edge, cell.top + edge, cell.x1 - edge, cell.bottom - edge

    def tight(self, rect: Rect) -> Rect | None:
        """The same stretch drawn close around its ink; None where it has none."""
        x0, top, x1, bottom = whole(rect)
        part = self.ink[top:bottom, x0:x1]
        across, down = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
        if not across.size:
            return None
        return float(x0 + across[0]), float(top + down[0]), float(x0 + across[-1] + 1), float(top + down[-1] + 1)


def whole(rect: Rect) -> tuple[int, int, int, int]:
    """The rectangle in whole pixels, at least one each way, never left of or above the page."""
    x0, top = max(0, int(rect[0])), max(0, int(rect[1]))
    return x0, top, max(x0 + 1, round(rect[2])), max(top + 1, round(rect[3]))


def spots_of(page: Page, found: Sequence[Rect]) -> list[Spot]:
    """The stretches the recogniser found, cut at the rules, and what it overlooked inside cells."""
    spots: list[Spot] = []
    for rect in found:
        number = _grid_at(page, rect)
        if number is None:
            if page.tight(rect):
                spots.append(Spot(rect))
            continue
        spots += _cut(page, rect, number, found)
    return spots + list(_overlooked(page, spots))


def _grid_at(page: Page, rect: Rect) -> int | None:
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    for number, grid in enumerate(page.grids):
        if grid.top <= y <= grid.bottom and (grid.x0 <= x <= grid.x1 or (rect[0] < grid.x1 and rect[2] > grid.x0)):
            return number
    return None


def _cut(page: Page, rect: Rect, number: int, found: Sequence[Rect]) -> Iterator[Spot]:
    """The parts of a stretch, one for each cell in which it has ink of its own."""
    middle = (rect[1] + rect[3]) / 2
    grid = page.grids[number]
    tall = rect[3] - rect[1] > 2.2 * page.glyph
    parts = []
    for index, cell in enumerate(grid.cells):
        part = _both(rect, page.inside(cell))
        if part is None or part[2] - part[0] < 2:
            continue
        here = cell.top <= middle < cell.bottom
        if not here and not (tall and part[3] - part[1] >= 0.9 * page.glyph):
            continue
        # Ink is looked for in the middle of the stretch only: above and below may stand the next lines.
        edge = 0.0 if tall else 0.15 * (rect[3] - rect[1])
        core = _both(part, (rect[0], rect[1] + edge, rect[2], rect[3] - edge))
        tight = core and page.tight(core)
        if tight is None:
            continue
        sliver = part[2] - part[0] < 0.3 * (rect[2] - rect[0])
        if sliver and any(other is not rect and _share(tight, other) > 0.6 for other in found):
            continue
        parts.append((part, Spot(part, (number, index))))
    if parts:
        yield from (spot for _, spot in parts)
    elif page.tight(rect) and not (grid.x0 <= rect[0] and rect[2] <= grid.x1):
        yield Spot(rect)


def _overlooked(page: Page, spots: Sequence[Spot]) -> Iterator[Spot]:
    """Ink in cells that lies in no stretch found: dashes and single digits, line by line."""
    left = page.ink.copy()
    for spot in spots:
        x0, top, x1, bottom = whole(spot.rect)
        left[top:bottom, x0:x1] = False
    least = 0.35 * page.glyph
    for number, grid in enumerate(page.grids):
        for index, cell in enumerate(grid.cells):
            inside = page.inside(cell)
            x0, top, x1, bottom = whole(inside)
            part = left[top:bottom, x0:x1]
            if not part.any():
                continue
            count, _, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8), connectivity=8)
            rects = []
            for label in range(1, count):
                x, y, width, height = (int(stats[label, k]) for k in range(4))
                if max(width, height) >= least and width < 3 * page.glyph + height:
                    rects.append((float(x0 + x), float(top + y), float(x0 + x + width), float(top + y + height)))
            for line in _in_lines(rects):
                pad = 0.3 * page.glyph
                wide = (line[0] - pad, line[1] - pad, line[2] + pad, line[3] + pad)
                shown = _both(wide, inside)
                if shown is not None:
                    yield Spot(shown, (number, index))


def _in_lines(rects: Sequence[Rect]) -> list[Rect]:
    lines: list[Rect] = []
    for rect in sorted(rects, key=lambda r: r[1] + r[3]):
        if lines and rect[1] < lines[-1][3]:
            last = lines[-1]
            lines[-1] = (min(last[0], rect[0]), min(last[1], rect[1]), max(last[2], rect[2]), max(last[3], rect[3]))
        else:
            lines.append(rect)
    return lines


def _both(a: Rect, b: Rect) -> Rect | None:
    x0, top, x1, bottom = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, top, x1, bottom) if x1 > x0 and bottom > top else None


def _share(a: Rect, b: Rect) -> float:
    """How much of `a` lies in `b`, 0 to 1."""
    both = _both(a, b)
    return (both[2] - both[0]) * (both[3] - both[1]) / ((a[2] - a[0]) * (a[3] - a[1])) if both else 0.0

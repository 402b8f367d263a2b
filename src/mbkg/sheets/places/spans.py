"""Which rows a cell reaches over that is printed once for several: set at their top or in their middle, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mbkg.sheets.places.pieces import Stack

Setting = Literal["top", "middle"]


@dataclass(frozen=True, slots=True)
class Extent:
    """A row's uppermost and lowest print."""

    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def settings_shown(rows: Sequence[Sequence[Stack]], height: float) -> set[Setting]:
    """How rows whose cells take unlike numbers of lines are set: all begin at one height, or all have one middle."""
    shown: set[Setting] = set()
    for row in rows:
        if len({stack.lines for stack in row}) < 2:
            continue
        tops, middles = [s.top for s in row], [s.middle for s in row]
        top, middle = max(tops) - min(tops) < 0.3 * height, max(middles) - min(middles) < 0.3 * height
        if top != middle:
            shown.add("top" if top else "middle")
    return shown


def begun_at_top(cells: Sequence[Stack], rows: Sequence[Extent], height: float) -> list[int] | None:
    """For every cell the row it begins in, set at its top; None where one begins between rows."""
    out: list[int] = []
    for cell in cells:
        near = min(range(len(rows)), key=lambda n: abs(rows[n].top - cell.top))
        if abs(rows[near].top - cell.top) > 0.4 * height or (out and near <= out[-1]):
            return None
        out.append(near)
    return out


def begun_at_middle(cells: Sequence[Stack], rows: Sequence[Extent], height: float) -> list[int] | None:
    """For every cell the first of the rows in whose middle it stands, the cells together covering all rows; None where they do not."""
    tops, bottoms = _edges(cells, rows, height)
    start = 0
    out: list[int] = []
    for cell in cells:
        if start >= len(rows):
            return None
        ends = range(start + 1, len(rows) + 1)
        off = sorted((abs((tops[start] + bottoms[end - 1]) / 2 - cell.middle), end) for end in ends)
        if off[0][0] > 0.55 * height or (len(off) > 1 and off[1][0] < 1.5 * off[0][0]):
            return None
        out.append(start)
        start = off[0][1]
    return out if start == len(rows) else None


def _edges(cells: Sequence[Stack], rows: Sequence[Extent], height: float) -> tuple[list[float], list[float]]:
    """Where rows begin and end: half way between their print, higher cells beside them counted; what parts groups of rows is no row's."""
    grown = []
    for row in rows:
        top, bottom = row.top, row.bottom
        for cell in cells:
            if abs(cell.middle - row.middle) < 0.3 * height:
                top, bottom = min(top, cell.top), max(bottom, cell.bottom)
        grown.append(Extent(top, bottom))
    halves = [(b.top - a.bottom) / 2 for a, b in pairwise(grown)]
    least = min(halves, default=0.0)
    pads = [least, *(half if half < 2 * least + 1 else least for half in halves), least]
    tops = [row.top - pad for row, pad in zip(grown, pads, strict=False)]
    return tops, [row.bottom + pad for row, pad in zip(grown, pads[1:], strict=True)]

"""Rules on a page to grids, and text into their cells.

Lines and thin rectangles that cross make cells; cells that touch make a table. A cell's place in the grid is geometry alone:
its edges among all edges of the table, so that merged cells keep their spans. Three things that pages really do are undone
here: a table without outer rules is closed where its horizontal rules end; several rows set in one ruled row are parted where
their amounts stand; text that runs over the rule of its cell stays whole if the neighbour is empty, and is parted if each side
has its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mbkg.documents.model import Box, GridCell
from mbkg.documents.pagerules import SNAP, Rule, TooManyRules, cells_of, tables_of, with_open_sides
from mbkg.documents.pagetext import Run, lines_of

_MOST_SPOTS = 100_000
_AMOUNT = re.compile(r"^[-－]?\d[\d,，]*(?:\.\d+)?$")
_AMOUNT_BEGINS = re.compile(r"^[-－]?[\d.,，]")


Spot = tuple[int, int]
"""Row and column of a grid, counted from 0."""


@dataclass
class PageGrid:
    """One table of a page: the x of its column edges, the y of its row edges, its cells by row and column.

    `owners` gives for every row and column the cell that covers it.
    """

    xs: list[float]
    ys: list[float]
    cells: dict[Spot, Box]
    spans: dict[Spot, tuple[int, int]]
    owners: dict[Spot, Spot]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def columns(self) -> int:
        return len(self.xs) - 1

    def at(self, x: float, y: float) -> Spot:
        """The cell at a place on the page; the nearest one for a place outside."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        column = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owners[row, column]


def find_grids(rules: Sequence[Rule]) -> list[PageGrid]:
    """The tables of two columns or more that rules make, from top to bottom.

    Raises:
        TooManyRules: they cross more often than in any table.
    """
    if len(rules) < 4:
        return []
    grids = [_grid(table) for table in tables_of(cells_of(with_open_sides(rules)))]
    return [grid for grid in grids if grid.columns > 1]


def _grid(table: Sequence[Box]) -> PageGrid:
    xs = _edges([x for cell in table for x in (cell[0], cell[2])])
    ys = _edges([y for cell in table for y in (cell[1], cell[3])])
    if len(xs) * len(ys) > _MOST_SPOTS:
        raise TooManyRules
    cells: dict[Spot, Box] = {}
    spans: dict[Spot, tuple[int, int]] = {}
    owners: dict[Spot, Spot] = {}
    for x0, top, x1, bottom in sorted(table, key=lambda cell: (cell[3] - cell[1]) * (cell[2] - cell[0])):
        row, column = _nearest(ys, top), _nearest(xs, x0)
        size = (max(_nearest(ys, bottom) - row, 1), max(_nearest(xs, x1) - column, 1))
        area = [(row + r, column + c) for r in range(size[0]) for c in range(size[1])]
        if any(spot in owners for spot in area):
            continue  # a frame around cells that are there already
        owners |= dict.fromkeys(area, (row, column))
        cells[row, column] = (x0, top, x1, bottom)
        spans[row, column] = size
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (x0, x1) in enumerate(pairwise(xs)):
            if (row, column) not in owners:
                owners[row, column] = (row, column)
                cells[row, column] = (x0, top, x1, bottom)
                spans[row, column] = (1, 1)
    return PageGrid(xs, ys, cells, spans, owners)


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > 1.5:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))


# ---- text into cells


def fill(grid: PageGrid, runs: Sequence[Run]) -> list[list[GridCell]]:
    """The rows of a grid with the text of the runs inside it; lines within a cell are parted by line breaks."""
    held: dict[Spot, list[Run]] = defaultdict(list)
    crossing: list[tuple[Run, list[tuple[Spot, int, int]]]] = []
    for run in runs:
        parts = _parts(grid, run)
        if len(parts) == 1:
            held[parts[0][0]].append(run)
        else:
            crossing.append((run, parts))
    for run, parts in crossing:
        home = _home(run, parts, held)
        if home is not None:
            held[home].append(run)
        else:
            for place, start, end in parts:
                held[place].append(run.part(start, end))
    rows: list[list[GridCell]] = []
    for row in range(len(grid.ys) - 1):
        places = sorted(place for place in grid.cells if place[0] == row)
        rows.extend(_row(grid, places, held))
    return rows


def _parts(grid: PageGrid, run: Run) -> list[tuple[Spot, int, int]]:
    """Which cells the characters of a run stand in: (cell, first character, one behind the last) from left to right."""
    parts: list[tuple[Spot, int, int]] = []
    for index, (x0, x1) in enumerate(run.places):
        place = grid.at((x0 + x1) / 2, run.middle)
        if parts and parts[-1][0] == place:
            parts[-1] = (place, parts[-1][1], index + 1)
        else:
            parts.append((place, index, index + 1))
    return parts


def _home(
    run: Run,
    parts: Sequence[tuple[Spot, int, int]],
    held: dict[Spot, list[Run]],
) -> Spot | None:
    """The cell a run over a rule belongs to whole; None where each side has its own text (`24,458.43二、财政专户管理资金`)."""
    pieces = [run.text[start:end] for _, start, end in parts]
    if any(_AMOUNT.match(a) and not _AMOUNT_BEGINS.match(b) for a, b in pairwise(pieces)):
        return None
    if any(not _AMOUNT.match(a) and _AMOUNT.match(b) and "." in b for a, b in pairwise(pieces)):
        return None

    def busy(place: Spot) -> bool:
        return any(other.box[1] < run.box[3] and run.box[1] < other.box[3] for other in held[place])

    if _AMOUNT.match(run.text):  # amounts stand at the right of their cell
        return parts[-1][0]
    if not any(busy(place) for place, _, _ in parts[1:]):
        return parts[0][0]
    return None


def _row(grid: PageGrid, places: Sequence[Spot], held: dict[Spot, list[Run]]) -> Iterable[list[GridCell]]:
    """The cells of one ruled row; as several rows where several amounts stand in one cell beneath each other."""
    lines = {place: lines_of(held[place]) for place in places}
    bands = _bands(grid, places, lines)
    for index in range(len(bands) - 1 if bands else 1):
        cells = []
        for place in places:
            own = lines[place]
            box = grid.cells[place]
            rowspan, colspan = grid.spans[place]
            if bands:
                own = [line for line in own if bands[index] <= _middle(line) < bands[index + 1]]
                box = (box[0], max(box[1], bands[index]), box[2], min(box[3], bands[index + 1]))
            text = "\n".join(_joined(line) for line in own)
            cells.append(GridCell(text, place[1], colspan, rowspan, box))
        yield cells


def _bands(grid: PageGrid, places: Sequence[Spot], lines: dict[Spot, list[list[Run]]]) -> list[float]:
    """The heights that part several rows in one ruled row; empty for one row."""
    stacked = [lines[place] for place in places if _is_stack(lines[place], grid.cells[place])]
    if not stacked:
        return []
    tallest = max(stacked, key=len)
    middles = [_middle(line) for line in tallest]
    top = min(grid.cells[place][1] for place in places)
    bottom = max(grid.cells[place][3] for place in places)
    return [top, *((a + b) / 2 for a, b in pairwise(middles)), bottom]


def _is_stack(lines: Sequence[Sequence[Run]], box: Box) -> bool:
    """Whether a cell's lines are amounts of their own rather than one amount wrapped."""
    texts = [_joined(line) for line in lines]
    if len(texts) < 2 or not all(_AMOUNT.match(text) for text in texts):
        return False
    decimals = {len(text.partition(".")[2]) for text in texts}
    if len(decimals) == 1 and decimals != {0}:
        return True
    widest = max(line[-1].box[2] - line[0].box[0] for line in lines[:-1])
    return decimals == {0} and widest < 0.8 * (box[2] - box[0])


def _middle(line: Sequence[Run]) -> float:
    return sum(run.middle for run in line) / len(line)


def _joined(line: Sequence[Run]) -> str:
    text = line[0].text
    for before, run in pairwise(line):
        text += (" " if run.box[0] - before.box[2] > 0.35 * run.size else "") + run.text
    return text


# ---- one grid over several pages


def shared_columns(grids: Sequence[PageGrid]) -> list[float]:
    """The column edges that the pages of one table have together."""
    longest = max(grids, key=lambda grid: len(grid.xs)).xs
    extra = [x for grid in grids for x in grid.xs if min(abs(x - y) for y in longest) > 2 * SNAP]
    return _edges([*longest, *extra])


def onto_columns(
    rows: Sequence[Sequence[GridCell]], own: Sequence[float], shared: Sequence[float]
) -> list[list[GridCell]]:
    """The rows of one page with columns counted by the shared edges."""
    at = [_nearest(shared, x) for x in own]
    moved = []
    for row in rows:
        cells = []
        for cell in row:
            start = at[cell.column]
            end = at[cell.column + cell.colspan]
            cells.append(GridCell(cell.text, start, max(end - start, 1), cell.rowspan, cell.box))
        moved.append(cells)
    return moved

"""Rules on a page to grids, and text into their cells.

Lines and thin rectangles that cross make cells; cells that touch make a table. A cell's place in the grid is geometry alone:
its edges among all edges of the table, so that merged cells keep their spans. Three things that pages really do are undone
here: a table without outer rules is closed where its horizontal rules end; several rows set in one ruled row are parted where
their amounts stand; text that runs over the rule of its cell stays whole if the neighbour is empty, and is parted if each side
has its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mbkg.documents.model import Box, GridCell
from mbkg.documents.pagetext import Run, lines_of

_SNAP = 3.0  # points: rules nearer than this are one
_THIN = 3.0  # points: a filled rectangle at most this thick is a rule
_AMOUNT = re.compile(r"^[-－]?\d[\d,，]*(?:\.\d+)?$")
_AMOUNT_BEGINS = re.compile(r"^[-－]?[\d.,，]")


@dataclass
class PageGrid:
    """One table of a page: the x of its column edges, the y of its row edges, its cells as (row, column, rowspan, colspan) boxes."""

    xs: list[float]
    ys: list[float]
    cells: dict[tuple[int, int], Box]
    spans: dict[tuple[int, int], tuple[int, int]]

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def columns(self) -> int:
        return len(self.xs) - 1


def find_grids(page: Any) -> list[PageGrid]:
    """The ruled tables of a pdfplumber page with two columns or more, from top to bottom."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    edges = [edge for edge in page.edges if _is_rule(edge)]
    if len(edges) < 4:
        return []
    edges = merge_edges(edges, _SNAP, _SNAP, _SNAP, _SNAP)
    edges = [edge for edge in edges if (edge["x1"] - edge["x0"]) + (edge["bottom"] - edge["top"]) > 3]
    edges += _missing_sides(edges)
    tables = cells_to_tables(intersections_to_cells(edges_to_intersections(edges, _SNAP, _SNAP)))
    grids = [_grid(table) for table in tables]
    return sorted((grid for grid in grids if grid.columns > 1), key=lambda grid: grid.ys[0])


def _is_rule(edge: dict[str, Any]) -> bool:
    """Whether an edge can be a rule: not the border of a white background."""
    if edge["object_type"] != "rect_edge" or edge.get("stroke"):
        return True
    return _is_thin(edge) or not _is_white(edge.get("non_stroking_color"))


def _is_thin(edge: dict[str, Any]) -> bool:
    points = edge.get("pts") or ()
    if not points:
        return False
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    return bool(min(width, height) <= _THIN)


def _is_white(color: Any) -> bool:
    if color is None:
        return False
    values = color if isinstance(color, (tuple, list)) else (color,)
    if len(values) == 4:  # CMYK
        return all(isinstance(v, (int, float)) and v == 0 for v in values)
    return all(isinstance(v, (int, float)) and v >= 0.99 for v in values) and len(values) > 0


def _missing_sides(edges: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Vertical rules where three or more horizontal ones begin or end and none is drawn: the open sides of a table."""
    horizontal = [edge for edge in edges if edge["orientation"] == "h"]
    vertical = [edge for edge in edges if edge["orientation"] == "v"]
    added = []
    for key in ("x0", "x1"):
        groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for edge in horizontal:
            groups[round(edge[key] / _SNAP)].append(edge)
        for group in groups.values():
            if len(group) < 3:
                continue
            x = group[0][key]
            top, bottom = min(e["top"] for e in group), max(e["top"] for e in group)
            if any(
                abs(edge["x0"] - x) <= 2 * _SNAP and edge["top"] < bottom and edge["bottom"] > top for edge in vertical
            ):
                continue
            inside = [
                edge
                for edge in vertical
                if edge["top"] < bottom and edge["bottom"] > top and group[0]["x0"] < edge["x0"] < group[0]["x1"]
            ]
            if inside:
                added.append(
                    {"x0": x, "x1": x, "top": top, "bottom": bottom, "orientation": "v", "object_type": "line"}
                )
    return added


def _grid(table: Sequence[Box]) -> PageGrid:
    xs = _edges([x for cell in table for x in (cell[0], cell[2])])
    ys = _edges([y for cell in table for y in (cell[1], cell[3])])
    cells: dict[tuple[int, int], Box] = {}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for x0, top, x1, bottom in sorted(table, key=lambda cell: (cell[3] - cell[1]) * (cell[2] - cell[0])):
        row, column = _nearest(ys, top), _nearest(xs, x0)
        size = (max(_nearest(ys, bottom) - row, 1), max(_nearest(xs, x1) - column, 1))
        area = {(row + r, column + c) for r in range(size[0]) for c in range(size[1])}
        if area & taken:
            continue  # a frame around cells that are there already
        taken |= area
        cells[row, column] = (x0, top, x1, bottom)
        spans[row, column] = size
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (x0, x1) in enumerate(pairwise(xs)):
            if (row, column) not in taken:
                cells[row, column] = (x0, top, x1, bottom)
                spans[row, column] = (1, 1)
    return PageGrid(xs, ys, cells, spans)


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
    held: dict[tuple[int, int], list[Run]] = defaultdict(list)
    crossing: list[tuple[Run, list[tuple[tuple[int, int], int, int]]]] = []
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


def _parts(grid: PageGrid, run: Run) -> list[tuple[tuple[int, int], int, int]]:
    """Which cells the characters of a run stand in: (cell, first character, one behind the last) from left to right."""
    parts: list[tuple[tuple[int, int], int, int]] = []
    for index, (x0, x1) in enumerate(run.places):
        place = _cell_at(grid, (x0 + x1) / 2, run.middle)
        if parts and parts[-1][0] == place:
            parts[-1] = (place, parts[-1][1], index + 1)
        else:
            parts.append((place, index, index + 1))
    return parts


def _cell_at(grid: PageGrid, x: float, y: float) -> tuple[int, int]:
    for place, (x0, top, x1, bottom) in grid.cells.items():
        if x0 <= x < x1 and top <= y < bottom:
            return place
    return min(grid.cells, key=lambda place: _distance(grid.cells[place], x, y))


def _distance(box: Box, x: float, y: float) -> float:
    return max(box[0] - x, 0, x - box[2]) + max(box[1] - y, 0, y - box[3])


def _home(
    run: Run,
    parts: Sequence[tuple[tuple[int, int], int, int]],
    held: dict[tuple[int, int], list[Run]],
) -> tuple[int, int] | None:
    """The cell a run over a rule belongs to whole; None where each side has its own text (`24,458.43二、财政专户管理资金`)."""
    pieces = [run.text[start:end] for _, start, end in parts]
    if any(_AMOUNT.match(a) and not _AMOUNT_BEGINS.match(b) for a, b in pairwise(pieces)):
        return None
    if any(not _AMOUNT.match(a) and _AMOUNT.match(b) and "." in b for a, b in pairwise(pieces)):
        return None

    def busy(place: tuple[int, int]) -> bool:
        return any(other.box[1] < run.box[3] and run.box[1] < other.box[3] for other in held[place])

    if _AMOUNT.match(run.text):  # amounts stand at the right of their cell
        return parts[-1][0]
    if not any(busy(place) for place, _, _ in parts[1:]):
        return parts[0][0]
    return None


def _row(
    grid: PageGrid, places: Sequence[tuple[int, int]], held: dict[tuple[int, int], list[Run]]
) -> Iterable[list[GridCell]]:
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


def _bands(
    grid: PageGrid, places: Sequence[tuple[int, int]], lines: dict[tuple[int, int], list[list[Run]]]
) -> list[float]:
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
    extra = [x for grid in grids for x in grid.xs if min(abs(x - y) for y in longest) > 2 * _SNAP]
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

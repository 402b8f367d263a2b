"""One page of a PDF to its parts: ruled tables with their rows, and the lines of text outside them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from mbkg.documents.model import Box, GridCell
from mbkg.documents.pagechars import seen_chars, shown_page
from mbkg.documents.pagegrid import PageGrid, fill, find_grids
from mbkg.documents.pagerules import TooManyRules, rules_of
from mbkg.documents.pagetext import Run, lines_of, runs_of

_UNDECODED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")
_OUTLINES = 100  # curves on a page without a character: its letters are drawn as pictures


@dataclass
class PageParts:
    """One page: its ruled tables with their rows, its lines outside them; how its text could be had.

    `picture`: an image without text; `undecoded`: letters nobody can tell the characters of; `over_picture`: text upon an image of it;
    `overdrawn`: more strokes than a table can have, so that no rules were read; `damaged`: nothing
    could be read at all.
    """

    number: int
    width: float
    height: float
    grids: list[tuple[PageGrid, list[list[GridCell]]]] = field(default_factory=list)
    lines: list[list[Run]] = field(default_factory=list)
    left: float = 0.0
    size: float = 10.0
    picture: bool = False
    undecoded: bool = False
    over_picture: bool = False
    overdrawn: bool = False
    damaged: bool = False


def read_page(page: Any, number: int) -> PageParts:
    """The parts of a pdfplumber page, with coordinates from the upper left corner of what is shown.

    Raises:
        TooManyCharacters: and whatever pdfplumber raises for a damaged page.
    """
    shown = shown_page(page)
    parts = PageParts(number, shown.width, shown.height)
    chars = seen_chars(shown)
    letters = [char.text for char in chars if char.text.strip()]
    printed = "".join(letters)
    pictured = sum(_area(image) for image in shown.images)
    covered = pictured >= 0.5 * parts.width * parts.height
    if len(printed) < 8 and (covered or (pictured and not printed)):
        parts.picture = True
        return parts
    if len(_UNDECODED.findall(printed)) * 5 > len(letters) or (not printed and len(shown.curves) > _OUTLINES):
        parts.undecoded = True
        return parts
    parts.over_picture = covered
    runs = runs_of(chars)
    if not runs:
        return parts
    parts.left = min(run.box[0] for run in runs)
    parts.size = Counter(round(run.size, 1) for run in runs for _ in run.text).most_common(1)[0][0]
    grids: list[PageGrid] = []
    parts.overdrawn = shown.overdrawn
    try:
        if not shown.overdrawn:
            grids = find_grids(rules_of(shown.strokes, shown.rects, shown.curves))
    except TooManyRules:
        parts.overdrawn = True
    for grid in grids:
        x0, top, x1, bottom = grid.box
        inside = [run for run in runs if top <= run.middle <= bottom and run.box[2] > x0 and run.box[0] < x1]
        if not inside:
            continue
        taken = set(map(id, inside))
        runs = [run for run in runs if id(run) not in taken]
        parts.grids.append((grid, fill(grid, inside)))
    parts.lines = lines_of(runs)
    return parts


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])

"""Tables that go on over several pages: one set of columns for all their pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mbkg.documents.pagegrid import PageGrid, onto_columns, shared_columns
from mbkg.documents.pageparts import PageParts
from mbkg.labels import squeeze

TITLE = re.compile(r"表(?:（[^）]*）|\([^)]*\))?$")


def unite_columns(pages: Sequence[PageParts]) -> None:
    """Count the columns of a table that goes on over pages by the edges all its pages have."""
    runs: list[list[tuple[PageParts, int]]] = []
    for page in pages:
        for index, (grid, _) in enumerate(page.grids):
            goes_on = bool(runs) and index == 0 and _goes_on(runs[-1], page, grid)
            if goes_on:
                runs[-1].append((page, index))
            else:
                runs.append([(page, index)])
    for run in runs:
        grids = [page.grids[index][0] for page, index in run]
        if len(grids) == 1 or all(_same_edges(grids[0], grid) for grid in grids):
            continue
        shared = shared_columns(grids)
        for (page, index), grid in zip(run, grids, strict=True):
            page.grids[index] = (grid, onto_columns(page.grids[index][1], grid.xs, shared))


def _goes_on(run: Sequence[tuple[PageParts, int]], page: PageParts, grid: PageGrid) -> bool:
    """Whether the first grid of a page continues the last of the page before: same sides, and no new title above it."""
    last_page, last_index = run[-1]
    if last_page.number + 1 != page.number or last_index != len(last_page.grids) - 1:
        return False
    before = last_page.grids[last_index][0]
    same = abs(before.xs[0] - grid.xs[0]) < 8 and abs(before.xs[-1] - grid.xs[-1]) < 8
    above = [line for line in page.lines if line[0].middle < grid.ys[0]]
    own = [line for line in last_page.lines if line[0].middle < before.ys[0]]
    titles = [squeeze("".join(run.text for run in line)) for line in above]
    known = {squeeze("".join(run.text for run in line)) for line in own}
    return same and not any(TITLE.search(title) and title not in known for title in titles)


def _same_edges(a: PageGrid, b: PageGrid) -> bool:
    return len(a.xs) == len(b.xs) and all(abs(x - y) < 8 for x, y in zip(a.xs, b.xs, strict=True))

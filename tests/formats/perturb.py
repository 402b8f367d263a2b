"""Other ways to print the same report, chosen by a seed: what it says stays, figure by figure.

Names break over lines, a page repeats the title and head in the middle of a table or a last row stands alone on the next page without
them, page numbers stand between, columns without a figure are left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .printed import Box, Grid, Item, PageNumber, Printed, Row, cut, spanning

_BETWEEN_NAMES = re.compile(r"(?<=[\u4e00-\u9fff）])(?=[\u4e00-\u9fff（])")
_LONG = 6  # a shorter name fits its cell


def perturb(report: Printed, seed: int) -> Printed:
    """The report printed otherwise; the same seed gives the same print."""
    chance = random.Random(f"{report.name} {seed}")
    items: list[Item] = []
    page = 1
    for item in report.items:
        if not isinstance(item, Grid):
            items.append(item)
            continue
        if chance.random() < 0.5:
            item = without_blank_columns(item)
        if chance.random() < 0.7:
            item = with_line_breaks(item, chance)
        for part in _pages(item, chance):
            if part is not item or chance.random() < 0.3:
                items.append(PageNumber(f"— {page} —"))
            page += 1
            items.append(part)
    return report.with_items(items)


def with_line_breaks(grid: Grid, chance: random.Random) -> Grid:
    """Break long names and headings, each at one or two places between two Chinese characters."""
    return replace(grid, head=_broken(grid.head, chance), body=_broken(grid.body, chance))


def _broken(rows: Sequence[Row], chance: random.Random) -> tuple[Row, ...]:
    return tuple(tuple(_broken_box(box, chance) for box in row) for row in rows)


def _broken_box(box: Box, chance: random.Random) -> Box:
    places = [match.start() for match in _BETWEEN_NAMES.finditer(box.text)]
    if box.kind in ("money", "code") or len(box.text.strip()) < _LONG or not places or chance.random() < 0.5:
        return box
    text = box.text
    for place in sorted(chance.sample(places, min(len(places), chance.choice((1, 1, 2)))), reverse=True):
        text = f"{text[:place]}\n{text[place:]}"
    return replace(box, text=text)


def without_blank_columns(grid: Grid) -> Grid:
    """Leave out the columns of money in which nothing is printed; a table that prints no figure keeps all.

    A heading that stands more than once (公务接待费 of both years) is left out everywhere or nowhere.
    """
    money = {box.column for row in grid.body for box in row if box.kind == "money" and box.colspan == 1}
    filled = {box.column for row in grid.body for box in row if box.text.strip() and box.column in money}
    if not grid.head or not filled:
        return grid
    leaf = {
        column: box.text for row in grid.head for box in row for column in range(box.column, box.column + box.colspan)
    }
    for row in grid.head:
        leaf |= {box.column: box.text for box in row if box.colspan == 1 and not box.text.isdigit() and box.text}
    kept = {leaf[column] for column in filled}
    dropped = sorted(column for column in money - filled if leaf[column] not in kept)
    if not dropped:
        return grid
    widths = tuple(width for column, width in enumerate(grid.widths) if column not in dropped)
    return replace(grid, head=_squeezed(grid.head, dropped), body=_squeezed(grid.body, dropped), widths=widths)


def _squeezed(rows: Sequence[Row], dropped: Sequence[int]) -> tuple[Row, ...]:
    result = []
    for row in rows:
        boxes = []
        for box in row:
            lost = sum(box.column <= column < box.column + box.colspan for column in dropped)
            if lost < box.colspan:
                column = box.column - sum(column < box.column for column in dropped)
                boxes.append(replace(box, column=column, colspan=box.colspan - lost))
        result.append(tuple(boxes))
    return tuple(result)


def _pages(grid: Grid, chance: random.Random) -> Iterator[Grid]:
    """The table whole, with its head repeated in the middle, or with its last row alone on the next page."""
    how = chance.choice(("whole", "repeated", "alone"))
    size = len(grid.body)
    if how == "repeated":
        places = [at for at in range(3, size - 2) if not spanning(grid.body, at)]
        if grid.head and places:
            first, rest = cut(grid.body, chance.choice(places))
            yield replace(grid, body=first, notes=())
            yield replace(grid, body=rest, new_page=False)
            return
    if how == "alone" and grid.head and size > 3 and not spanning(grid.body, size - 1):
        first, rest = cut(grid.body, size - 1)
        yield replace(grid, body=first, notes=())
        yield replace(grid, head=(), body=rest, follows=True)
        return
    yield grid

"""What the pieces of a page read, how sure that is, and where the pieces stand together in cells and lines.

Every piece that holds a digit is read twice from two different crops: the recogniser's own stretch, and a crop twice as large
drawn around the ink. Where the two differ, the first reading stays as it is and is marked doubtful; so is a number with a letter
or a point too many. Nothing is ever repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from mbkg.amounts import is_number
from mbkg.documents.ocr_engine import Rect, find_text, read_crops
from mbkg.documents.ocr_grid import PictureGrid, find_grids, rule_masks
from mbkg.documents.ocr_pieces import Page, Spot, spots_of, whole
from mbkg.documents.raster import Pixels, glyph_height, ink_without, tilt, turn

BEST = 0.95  # times the recogniser's score: what was recognised is never certain
DOUBTFUL = 0.5  # of a text that two looks read differently
_DROPPED = 0.3  # below this score a text without digits is dirt, not print
_LEVEL = 0.05  # degrees
BOX_TO_GLYPH = 0.75  # the recogniser draws its stretches a third higher than the print in them
_NUMBER_LIKE = re.compile(r"^[\dOoIlSBZ|.,:;'·\-−–()%\s]+$")
_AFTER_COMMA = re.compile(r"(?<=\d[,，])\s+(?=\d{3})")
_FIGURES = re.compile(r"[\d.,\-%()]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text with its place in pixels of the level page and the confidence in its reading."""

    text: str
    rect: Rect
    confidence: float
    cell: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, recognised: its grids, its pieces, and how it had to be turned (quarter turns against the clock, then degrees)."""

    grids: tuple[PictureGrid, ...]
    pieces: tuple[Piece, ...]
    glyph: float
    size: tuple[int, int]
    quarters: int = 0
    degrees: float = 0.0


def read_page(grey: Pixels) -> PageReading:
    """Recognise one page, turned upright and level first.

    Args:
        grey: the page as `raster.grey_page` gives it.
    """
    degrees = tilt(grey)
    level = turn(grey, degrees) if abs(degrees) > _LEVEL else grey
    found = find_text(level)
    quarters = _quarters(level, found)
    if quarters:
        # Turned from the picture as it came, so that nothing is resampled twice.
        upright = np.ascontiguousarray(np.rot90(grey, quarters))
        degrees = tilt(upright)
        level = turn(upright, degrees) if abs(degrees) > _LEVEL else upright
        found = find_text(level)
    page = _page(level, found)
    pieces = list(_read(page, spots_of(page, found)))
    height, width = level.shape
    return PageReading(page.grids, tuple(pieces), page.glyph, (width, height), quarters, degrees)


def _page(level: Pixels, found: Sequence[Rect]) -> Page:
    heights = [rect[3] - rect[1] for rect in found if rect[2] - rect[0] > 1.2 * (rect[3] - rect[1])]
    glyph = max(8.0, BOX_TO_GLYPH * float(np.median(heights))) if heights else glyph_height(level)
    across, down = rule_masks(level, glyph)
    grids = tuple(find_grids(level, across, down, glyph))
    rules = np.zeros(level.shape, np.uint8)
    near = round(max(3.0, 0.15 * glyph))
    for grid in grids:
        top, bottom = max(0, int(grid.top) - near), int(grid.bottom) + near + 1
        left, right = max(0, int(grid.x0) - near), int(grid.x1) + near + 1
        for y in {round(edge) for cell in grid.cells for edge in (cell.top, cell.bottom)}:
            band = slice(max(0, y - near), y + near + 1), slice(left, right)
            rules[band] |= across[band]
        for x in {round(edge) for cell in grid.cells for edge in (cell.x0, cell.x1)}:
            band = slice(top, bottom), slice(max(0, x - near), x + near + 1)
            rules[band] |= down[band]
    rules = np.asarray(cv2.dilate(rules, np.ones((3, 3), np.uint8)))
    shown = level.copy()
    shown[rules > 0] = 255
    return Page(shown, ink_without(level, rules, glyph), glyph, grids)


def _quarters(level: Pixels, found: Sequence[Rect]) -> int:
    """How many quarter turns against the clock bring the page upright."""
    lying = sum(r[3] - r[1] for r in found if r[3] - r[1] > 1.8 * (r[2] - r[0]))
    standing = sum(r[2] - r[0] for r in found if r[2] - r[0] > 1.8 * (r[3] - r[1]))
    on_side = lying > 2 * standing
    long = sorted(found, key=lambda r: (r[2] - r[0]) - (r[3] - r[1]), reverse=not on_side)[:5]
    if not long:
        return 0
    crops = [_crop(level, rect) for rect in long]
    first, second = (1, 3) if on_side else (0, 2)
    if on_side:
        crops = [np.rot90(crop) for crop in crops]
    scores = _mean_score(crops)
    if scores >= 0.85:
        return first
    return second if _mean_score([np.rot90(crop, 2) for crop in crops]) > scores + 0.1 else first


def _mean_score(crops: Sequence[Pixels]) -> float:
    return float(np.mean([score if text.strip() else 0.0 for text, score in read_crops(list(crops))]))


def _read(page: Page, spots: Sequence[Spot]) -> Iterator[Piece]:
    """The pieces that these places read."""
    crops: list[Pixels] = []
    parts: list[list[int]] = []
    for spot in spots:
        stacked = list(_stacked(page, spot))
        parts.append(list(range(len(crops), len(crops) + len(stacked))))
        crops += stacked
    read = read_crops(crops)
    pieces = []
    for spot, numbers in zip(spots, parts, strict=True):
        text = _closed("".join(read[n][0] for n in numbers).strip())
        score = min(read[n][1] for n in numbers)
        if text and (score >= _DROPPED or any(ch.isdigit() for ch in text)):
            rect = page.tight(spot.rect) or spot.rect
            pieces.append(Piece(text, rect, min(BEST * score, BEST), spot.cell))
    yield from _looked_at_twice(page, pieces)


def _stacked(page: Page, spot: Spot) -> Iterator[Pixels]:
    """The crop of a piece; one for each character where characters stand above each other."""
    x0, top, x1, bottom = spot.rect
    tight = page.tight(spot.rect)
    if tight is not None and bottom - top > 1.8 * (x1 - x0) and tight[3] - tight[1] > 1.8 * page.glyph:
        rows = page.ink[int(tight[1]) : int(tight[3]), int(x0) : round(x1)].any(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.astype(np.int8), [0]))))
        runs = _characters(
            [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)], tight[2] - tight[0]
        )
        pad = 0.15 * page.glyph
        for start, end in runs:
            yield _crop(page.print, (x0, tight[1] + start - pad, x1, tight[1] + end + pad))
        return
    yield _crop(page.print, spot.rect)


def _characters(runs: Sequence[tuple[int, int]], width: float) -> list[tuple[int, int]]:
    """Runs of inked rows as characters about as high as wide: 二 and 三 have gaps inside."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and end - joined[-1][0] <= 1.15 * width:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _crop(grey: Pixels, rect: Rect) -> Pixels:
    x0, top, x1, bottom = whole(rect)
    return grey[top:bottom, x0:x1]


def _looked_at_twice(page: Page, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, those with digits read a second time; doubtful ones are marked."""
    alone: dict[tuple[int, int] | None, int] = {}
    for piece in pieces:
        alone[piece.cell] = alone.get(piece.cell, 0) + 1
    again = [piece for piece in pieces if any(ch.isdigit() for ch in piece.text)]
    crops = [_second_crop(page, piece, piece.cell is not None and alone[piece.cell] == 1) for piece in again]
    second = {id(piece): text for piece, (text, _) in zip(again, read_crops(crops), strict=True)}
    for piece in pieces:
        text = second.get(id(piece))
        if text is not None and (_figures(text) != _figures(piece.text) or _unclean(piece.text)):
            yield replace(piece, confidence=min(piece.confidence, DOUBTFUL))
        else:
            yield piece


def _second_crop(page: Page, piece: Piece, alone: bool) -> Pixels:
    """A crop around the ink of the piece (of its whole cell, if it stands there alone), twice as large, on white."""
    rect = piece.rect
    if alone and piece.cell is not None:
        cell = page.grids[piece.cell[0]].cells[piece.cell[1]]
        seen = page.tight(page.inside(cell))
        if seen is not None and seen[3] - seen[1] < 2 * page.glyph:
            rect = seen
    pad = max(2, round(0.25 * page.glyph))
    framed = cv2.copyMakeBorder(_crop(page.print, rect), pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(cv2.resize(framed, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))


def _figures(text: str) -> list[str]:
    """All that counts in a number, in order; full-width forms count as plain ones."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    if _NUMBER_LIKE.match(plain):
        return [plain]
    return [run for run in _FIGURES.findall(plain) if any(ch.isdigit() for ch in run)]


def _closed(text: str) -> str:
    """A number without white space behind its commas, where the recogniser takes a wide comma for a comma and a space.

    >>> _closed("1,333, 000"), _closed("12 345"), _closed("1. 50")
    ('1,333,000', '12 345', '1. 50')
    """
    closed = _AFTER_COMMA.sub("", text)
    return closed if closed != text and is_number(closed) else text


def _unclean(text: str) -> bool:
    """Whether a text is a number gone wrong in recognition: `1,234.5O`, `12.34.56`, `1,23`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    marked = any(ch in plain for ch in ".,OoIlSBZ|'·:;")
    return marked and bool(_NUMBER_LIKE.match(plain)) and not is_number(plain)

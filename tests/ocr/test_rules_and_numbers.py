"""Rules become cells, and a number gone wrong in recognition is doubted rather than repaired; no recogniser is needed here."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="mbkg[ocr] is not installed: no rules can be found in pictures")

import numpy as np
from PIL import Image, ImageDraw

from mbkg.documents.ocr_grid import PictureGrid, find_grids, rule_masks
from mbkg.documents.ocr_reading import _closed, _figures, _unclean
from mbkg.documents.raster import grey_page, tilt

GLYPH = 24.0


def grids(*strokes: tuple[int, int, int, int], gaps: tuple[tuple[int, int, int, int], ...] = ()) -> list[PictureGrid]:
    page = Image.new("L", (900, 600), 255)
    draw = ImageDraw.Draw(page)
    for stroke in strokes:
        draw.line(stroke, 0, 2)
    for gap in gaps:
        draw.rectangle(gap, 255)
    grey = np.asarray(page)
    return find_grids(grey, *rule_masks(grey, GLYPH), GLYPH)


def spans(grid: PictureGrid) -> list[tuple[int, int, int, int]]:
    return [(cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells]


LEVELS = tuple((100, y, 700, y) for y in (100, 150, 200))
SIDES = tuple((x, 100, x, 200) for x in (100, 300, 700))


def test_missing_rules_are_merged_cells() -> None:
    """Where a rule is missing between two cells there is one cell with a span."""
    (grid,) = grids(*LEVELS, *SIDES, (500, 150, 500, 200))
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1)]
    (grid,) = grids((100, 100, 700, 100), (300, 150, 700, 150), (100, 200, 700, 200), *SIDES)
    assert spans(grid) == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]


def test_a_break_in_a_rule_is_dirt() -> None:
    """A rule broken for a third of a character still parts two cells."""
    taller = [(x0, y0, x1, 300 if y1 > y0 else y1) for x0, y0, x1, y1 in SIDES]
    (grid,) = grids(*LEVELS, (100, 300, 700, 300), *taller, gaps=((296, 240, 304, 247), (400, 146, 407, 154)))
    assert spans(grid) == [(i, j, 1, 1) for i in range(3) for j in range(2)]


def test_open_sides() -> None:
    """A table without outer uprights has them where its level rules end."""
    (grid,) = grids(*LEVELS, (300, 100, 300, 200))
    assert spans(grid) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]
    assert grid.x0 == pytest.approx(100, abs=3)
    assert grid.x1 == pytest.approx(700, abs=3)


def test_what_is_no_table() -> None:
    """A frame around a page, an underline, a stroke that ends in the open."""
    assert grids((50, 50, 850, 50), (50, 550, 850, 550), (50, 50, 50, 550), (850, 50, 850, 550)) == []
    assert grids((100, 100, 700, 100)) == []
    (grid,) = grids(*LEVELS, *SIDES, (500, 106, 500, 142))
    assert (grid.rows, grid.columns) == (2, 2)


def test_two_tables_apart() -> None:
    """Rules that do not touch make tables of their own, from above to below."""
    below = [(x0, y0 + 250, x1, y1 + 250) for x0, y0, x1, y1 in (*LEVELS, *SIDES)]
    first, second = grids(*below, *LEVELS, *SIDES)
    assert first.bottom < second.top


@pytest.mark.parametrize("degrees", [-2.5, -0.4, 0.0, 1.0, 3.0])
def test_tilt(degrees: float) -> None:
    """A tilt of up to three degrees is measured to a twentieth of a degree."""
    page = Image.new("L", (1200, 900), 255)
    draw = ImageDraw.Draw(page)
    for y in range(150, 800, 40):
        draw.line((150, y, 1050, y), 0, 2)
    turned = page.rotate(degrees, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert tilt(np.asarray(turned)) == pytest.approx(-degrees, abs=0.05)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "F"])
def test_any_mode_becomes_grey(mode: str) -> None:
    """Print is dark and paper is white, whatever the picture's mode."""
    page = Image.new("L", (1700, 1700), 255)
    ImageDraw.Draw(page).rectangle((600, 600, 640, 900), 0)
    sixteen = Image.fromarray(np.asarray(page).astype(np.uint16) * 257)
    picture = sixteen if mode == "I;16" else page.convert(mode)
    grey, factor = grey_page(picture)
    assert factor == 1.0
    assert grey[700, 620] < 60
    assert grey[100, 100] > 240


@pytest.mark.parametrize(
    ("text", "unclean"),
    [
        ("1,234.50", False),
        ("2101501", False),
        ("-86.00", False),
        ("76.27%", False),
        ("(12.00)", False),
        ("公开01表", False),
        ("1,234.5O", True),  # a letter
        ("12.34.56", True),  # two points
        ("1,23", True),  # grouped as no number is
        ("l2.00", True),
        ("1,,633,000", True),
        ("446. 11", True),
    ],
)
def test_unclean_numbers(text: str, unclean: bool) -> None:
    """A number with a letter, a point or a comma too many is doubted."""
    assert _unclean(text) is unclean


def test_only_white_space_behind_a_comma_is_closed() -> None:
    """A wide comma is no comma and space; all else stays as read."""
    assert _closed("1,333, 000") == "1,333,000"
    for text in ("12 345", "1. 50", "1, 5", "1,234, 50", "12 ,345"):
        assert _closed(text) == text


def test_figures_are_compared_not_words() -> None:
    """Two looks agree where they read the same figures in the same order."""
    assert _figures("增加12．50万元（3%）") == _figures("增力12.50万元(3%)")
    assert _figures("12.50") != _figures("1250")
    assert _figures("2024年5月") != _figures("2024年6月")

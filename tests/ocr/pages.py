"""Pages drawn as pictures: a table of a report with its rules, titles and merged headings, and what befalls a page on its way here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from mbkg.documents import GridCell
from mbkg.documents.ocr import ocr_available

GOLD = Path(__file__).parents[1] / "gold"
_FONTS = (
    "**/wqy*.tt[cf]",
    "**/*CJK*.[ot]t[cf]",
    "**/*[Ss]ong*.tt[cf]",
    "**/simsun*.tt[cf]",
    "**/msyh*.tt[cf]",
    "**/PingFang*.ttc",
)
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
WIDTHS = (150, 480, 190, 190, 190, 190)
LEFT, TOP, ROW = 70, 170, 44


def chinese_font() -> str | None:
    """A font of this machine that has Chinese characters."""
    return next((str(font) for folder in _FOLDERS for glob in _FONTS for font in sorted(Path(folder).glob(glob))), None)


needs_recogniser = pytest.mark.skipif(
    not ocr_available(), reason="mbkg[ocr] is not installed: nothing recognises pictures here"
)
needs_font = pytest.mark.skipif(chinese_font() is None, reason="no Chinese font on this machine: no page can be drawn")


def spending_rows(stem: str, title: str, most: int) -> list[list[str]]:
    """The first rows of a table as printed: code, name, and a token or a blank for each column."""
    lines = (GOLD / stem / "cells.txt").read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("##") and f"｜ {title} ｜" in line)
    rows = []
    for line in lines[start + 2 :]:
        parts = [part.strip() for part in line.split("｜")]
        if len(parts) < 4:
            break
        rows.append(parts[:2] + parts[3:])
    return rows[:most]


def table_cells(rows: Sequence[Sequence[str]]) -> list[list[GridCell]]:
    """A grid with a heading over two levels above the rows."""
    head = [
        [GridCell("项目", 0, 2), GridCell("本年支出", 2, 3), GridCell("结转下年", 5, 1, 2)],
        [GridCell(text, i) for i, text in enumerate(("科目编码", "科目名称", "合计", "基本支出", "项目支出"))],
    ]
    return head + [[GridCell(text, column) for column, text in enumerate(row)] for row in rows]


def draw_page(grid: Sequence[Sequence[GridCell]]) -> Image.Image:
    """The grid under its title and unit, as a page of 150 dpi: names left, everything with a digit right, headings centred."""
    font = chinese_font()
    assert font
    body, large = ImageFont.truetype(font, 22), ImageFont.truetype(font, 34)
    edges = [LEFT + sum(WIDTHS[:i]) for i in range(len(WIDTHS) + 1)]
    page = Image.new("L", (edges[-1] + LEFT, TOP + ROW * len(grid) + 120), 255)
    draw = ImageDraw.Draw(page)
    draw.text((page.width / 2, 70), "支出总体情况表", 0, large, anchor="mm")
    draw.text((edges[-1], 140), "单位：万元", 0, body, anchor="rm")
    for number, row in enumerate(grid):
        for cell in row:
            x0, x1 = edges[cell.column], edges[cell.column + cell.colspan]
            y0, y1 = TOP + ROW * number, TOP + ROW * (number + cell.rowspan)
            draw.rectangle((x0, y0, x1, y1), outline=0, width=2)
            middle = (y0 + y1) / 2
            if number < 2:
                draw.text(((x0 + x1) / 2, middle), cell.text, 0, body, anchor="mm")
            elif any(ch.isdigit() for ch in cell.text):
                draw.text((x1 - 10, middle), cell.text, 0, body, anchor="rm")
            else:
                draw.text((x0 + 10, middle), cell.text, 0, body, anchor="lm")
    return page


def png(*pages: Image.Image) -> bytes:
    """One page as PNG, several as TIFF."""
    stream = io.BytesIO()
    if len(pages) == 1:
        pages[0].save(stream, "PNG")
    else:
        pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    return stream.getvalue()


def as_it_is(page: Image.Image) -> Image.Image:
    return page


def one_degree_off(page: Image.Image) -> Image.Image:
    return page.rotate(1, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def on_its_side(page: Image.Image) -> Image.Image:
    return page.rotate(90, expand=True)


def noisy(page: Image.Image) -> Image.Image:
    noise = np.random.default_rng(7).normal(0, 22, (page.height, page.width))
    return Image.fromarray((np.asarray(page, dtype=float) + noise).clip(0, 255).astype(np.uint8))


def faint(page: Image.Image) -> Image.Image:
    """Grey on grey under uneven light."""
    light = np.linspace(0.7, 1.0, page.width)[None, :]
    return Image.fromarray(((175 + np.asarray(page, dtype=float) * 55 / 255) * light).astype(np.uint8))

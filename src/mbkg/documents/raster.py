"""A picture of a page made ready for reading: grey, evenly lit, level; and where its ink is.

Everything here works on grey arrays of shape (height, width), 0 black to 255 white. Nothing is recognised yet and nothing is
repaired: background is evened out and the page is turned, so that rules are level and faint print is as dark as strong print.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[Any]

LONGEST_SIDE = 4200  # larger pictures are reduced to this many pixels: A3 at 250 dpi
SHORT_SIDE = 1100  # smaller pictures are doubled: an A4 page below about 130 dpi
FAINT = 45  # how much darker than paper a pixel of a rule is, of 255
DARK = 90  # the same for a pixel of print
_WIDEST_TILT = 3.5  # degrees


def grey_page(image: Image.Image) -> tuple[Pixels, float]:
    """The picture in grey at a size fit for reading, and by how much it was enlarged (below 1: reduced)."""
    flat = _flat(ImageOps.exif_transpose(image))
    longest = max(flat.size)
    factor = 1.0
    if longest > LONGEST_SIDE:
        factor = LONGEST_SIDE / longest
    elif max(flat.size) < SHORT_SIDE * 1.42:
        factor = 2.0
    if factor != 1.0:
        size = (max(1, round(flat.width * factor)), max(1, round(flat.height * factor)))
        flat = flat.resize(size, Image.Resampling.LANCZOS if factor < 1 else Image.Resampling.BICUBIC)
    return even_light(np.asarray(flat, dtype=np.uint8)), factor


def _flat(image: Image.Image) -> Image.Image:
    """Eight-bit grey on white paper, whatever the picture's mode is."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float32)
        top = float(values.max()) if values.size else 0.0
        return Image.fromarray((values * (255.0 / top if top > 255 else 1.0)).clip(0, 255).astype(np.uint8))
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("L")
    return image.convert("L")


def even_light(grey: Pixels) -> Pixels:
    """The page on white paper: shadows and tints divided away, faint print stretched to black."""
    height, width = grey.shape
    step = max(1, max(height, width) // 600)
    small = cv2.resize(grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    paper = np.maximum(paper, 60)
    even = cv2.divide(grey, paper, scale=255)
    darkest = float(np.percentile(even, 0.5))
    if not 8 < darkest < 225:
        return np.asarray(even)
    stretched = (even.astype(np.float32) - darkest) * (255.0 / (255.0 - darkest))
    return np.asarray(stretched.clip(0, 255), dtype=np.uint8)


def tilt(grey: Pixels) -> float:
    """By how many degrees the print runs down to the right; 0.0 where no direction stands out.

    The page is turned in small steps; where it is level, rows (or, on a page lying on its side, columns) of ink and of paper
    alternate most sharply.
    """
    factor = min(1.0, 1000 / max(grey.shape))
    small = cv2.resize(255 - grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    small = np.where(small > FAINT, small, 0).astype(np.float32)
    if not small.any():
        return 0.0
    flat = _sharpness(small, 0.0)
    best, best_sharp = 0.0, flat
    for step, reach in ((0.5, _WIDEST_TILT), (0.1, 0.4), (0.03, 0.09)):
        around = best
        for angle in np.arange(around - reach, around + reach + step / 2, step):
            sharp = _sharpness(small, float(angle))
            if sharp > best_sharp:
                best, best_sharp = float(angle), sharp
    return best if best_sharp > 1.01 * flat else 0.0


def _sharpness(dark: Pixels, degrees: float) -> float:
    turned = dark if degrees == 0 else turn(dark, degrees, paper=0)
    return max(float(np.square(np.diff(turned.sum(axis=axis))).sum()) for axis in (0, 1))


def turn(grey: Pixels, degrees: float, paper: int = 255) -> Pixels:
    """The page turned against the clock around its middle, same size; what comes in from outside is paper."""
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(
            grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
        )
    )


def ink_without(grey: Pixels, rules: Pixels, glyph: float) -> Pixels:
    """Where print is (bool), leaving out rules and specks smaller than the dot of a number."""
    ink = (grey < 255 - DARK).astype(np.uint8)
    ink[rules > 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    large = stats[:, cv2.CC_STAT_AREA] >= max(2.0, 0.004 * glyph * glyph)
    large[0] = False
    return np.asarray(large[labels]) if count > 1 else np.zeros(grey.shape, dtype=bool)


def glyph_height(grey: Pixels) -> float:
    """How many pixels the height of a usual character has; 20.0 where there is no print to measure."""
    ink = (grey < 255 - DARK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    usual = heights[(heights >= 6) & (heights <= 120) & (widths >= 2) & (widths <= 4 * heights)]
    return float(np.percentile(usual, 75)) if usual.size >= 5 else 20.0

"""A PDF page to the characters and strokes that a person sees on it.

Coordinates count from the upper left corner of what is shown: the crop box, turned as the page says, and turned once more where the page
is set sideways. What nobody sees is left out: characters beside the page, white ones on white, the second of two printed one over the
other to look bold, and a watermark set aslant. A page of more strokes than a table can have keeps its text only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mbkg.documents.model import Box
from mbkg.documents.pagerules import Point, Rectangle, is_white
from mbkg.documents.pagetext import Char

MOST_STROKES = 60_000
MOST_CHARACTERS = 60_000
_ASLANT = 0.05  # of the slope of a baseline: more is no line of a table


class TooManyCharacters(Exception):
    """A page holds more characters than anybody could print on it."""


@dataclass(slots=True)
class ShownPage:
    """What is drawn on one page, as plain values: letters, straight strokes, rectangles, other paths, images; sizes in points.

    `overdrawn`: it draws more strokes than a table can have, and not all of them are here; `turned`: by how many
    degrees clockwise it was turned to be read, beyond what the page says itself.
    """

    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    strokes: list[tuple[Point, Point]] = field(default_factory=list)
    rects: list[Rectangle] = field(default_factory=list)
    curves: list[list[Point]] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    overdrawn: bool = False
    turned: int = 0


def shown_page(page: Any) -> ShownPage:
    """What is drawn on a pdfplumber page, with coordinates counted from what is shown.

    Raises:
        TooManyCharacters: and what pdfminer raises for a damaged page.
    """
    _onto_crop_box(page)
    shown = _lay_out(page)
    if turn := _sideways(shown.chars):
        _turn(page, turn)
        shown = _lay_out(page)
        shown.turned = turn
    return shown


def _onto_crop_box(page: Any) -> None:
    media = page.page_obj.mediabox
    crop = page.page_obj.cropbox or media
    x0, x1 = sorted((crop[0], crop[2]))
    y0, y1 = sorted((crop[1], crop[3]))
    left, right = sorted((media[0], media[2]))
    low, high = sorted((media[1], media[3]))
    box = (max(x0, left), max(y0, low), min(x1, right), min(y1, high))
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        box = (left, low, right, high)  # a crop box beside the page crops nothing
    page.page_obj.mediabox = box
    size = (box[2] - box[0], box[3] - box[1])
    width, height = size if page.rotation % 180 == 0 else size[::-1]
    page.mediabox = page.bbox = page.cropbox = (0, 0, width, height)


def _turn(page: Any, turn: int) -> None:
    page.rotation = page.page_obj.rotate = (page.rotation + turn) % 360
    width, height = (page.width, page.height) if turn == 180 else (page.height, page.width)
    page.mediabox = page.bbox = page.cropbox = (0, 0, width, height)


def _sideways(chars: Sequence[Char]) -> int:
    """By how many degrees clockwise a page must be turned to be read, if nearly all of it runs up, down or backward."""
    ways = Counter(char.way for char in chars)
    way, count = ways.most_common(1)[0] if ways else ("along", 0)
    if count * 10 < 9 * len(chars) or len(chars) < 20:
        return 0
    return {"up": 90, "back": 180, "down": 270}.get(way, 0)


def _way(char: Any) -> str:
    """Where the line a character stands on runs to: along, up, down, back or aslant."""
    sign = -1 if char.adv < 0 else 1  # a negative size turns the letters back
    a, b = sign * char.matrix[0], sign * char.matrix[1]
    if abs(b) <= _ASLANT * abs(a):
        return "along" if a > 0 else "back"
    if abs(a) <= _ASLANT * abs(b):
        return "up" if b > 0 else "down"
    return "aslant"


def _lay_out(page: Any) -> ShownPage:
    """What pdfminer finds on the page, within bounds."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfinterp import PDFPageInterpreter

    class Bounded(PDFPageAggregator):
        strokes = 0
        characters = 0

        def paint_path(self, *args: Any, **kwargs: Any) -> None:
            self.strokes += 1
            if self.strokes <= MOST_STROKES:
                super().paint_path(*args, **kwargs)

        def render_char(self, *args: Any, **kwargs: Any) -> float:
            self.characters += 1
            if self.characters > MOST_CHARACTERS:
                raise TooManyCharacters
            return float(super().render_char(*args, **kwargs))

    device = Bounded(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    shown = ShownPage(float(page.width), float(page.height), overdrawn=device.strokes > MOST_STROKES)
    _collect(device.get_result(), shown)
    return shown


def _collect(container: Any, shown: ShownPage) -> None:
    """Take what pdfminer laid out, figures within figures too, with y counted from the top."""
    from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTLine, LTRect

    height = shown.height
    for item in container:
        if isinstance(item, LTChar):
            box = (item.x0, height - item.y1, item.x1, height - item.y0)
            shown.chars.append(Char(item.get_text(), box, item.size, _way(item), is_white(item.graphicstate.ncolor)))
        elif isinstance(item, LTRect):
            box = (item.x0, height - item.y1, item.x1, height - item.y0)
            shown.rects.append(Rectangle(box, bool(item.stroke), bool(item.fill), is_white(item.non_stroking_color)))
        elif isinstance(item, LTLine):
            (x0, y0), (x1, y1) = item.pts[0], item.pts[-1]
            shown.strokes.append(((x0, height - y0), (x1, height - y1)))
        elif isinstance(item, LTCurve):
            shown.curves.append([(x, height - y) for x, y in item.pts])
        elif isinstance(item, LTImage):
            shown.images.append((item.x0, height - item.y1, item.x1, height - item.y0))
        elif isinstance(item, LTContainer):
            _collect(item, shown)


def seen_chars(page: ShownPage) -> list[Char]:
    """The characters a person reads on a page in the order the page sets them, white space among them."""
    fills = [rect.box for rect in page.rects if rect.fill and not rect.white]
    chars = (char for char in _once(page.chars) if 0 <= char.x <= page.width and 0 <= char.y <= page.height)
    return [char for char in chars if char.way == "along" and _has_ink(char, fills)]


def _once(chars: Iterable[Char]) -> list[Char]:
    """The characters without those printed again nearly at the same place."""
    kept: list[Char] = []
    near: dict[tuple[str, int, int], list[Char]] = defaultdict(list)
    for char in chars:
        left, top, right, _ = char.box
        apart = min(max(1.0, 0.08 * char.size), 0.5 * max(right - left, 1.0))
        column, row = int(left // 2), int(top // 2)
        again = any(
            abs(other.box[0] - left) <= apart and abs(other.box[1] - top) <= apart
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for other in near.get((char.text, x, y), ())
        )
        if not again:
            near[char.text, column, row].append(char)
            kept.append(char)
    return kept


def _has_ink(char: Char, fills: Sequence[Box]) -> bool:
    """Whether a character is not white, or stands on a coloured ground."""
    if not char.white or not char.text.strip():
        return True
    return any(x0 <= char.x <= x1 and top <= char.y <= bottom for x0, top, x1, bottom in fills)

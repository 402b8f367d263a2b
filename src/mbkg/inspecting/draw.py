"""A page drawn with the boxes of its cells, coloured by what became of them: one PNG a page.

The page itself is made pale, so that the colours stand out; under it stands the legend. Places of boxes are those of the document:
points of a PDF page, pixels of a picture. What has no places of its own is drawn as `layout` set it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from mbkg.inspecting.layout import Strip
from mbkg.inspecting.values import Inspection, Mark, MarkKind

if TYPE_CHECKING:
    from PIL import Image, ImageFont

Rgb = tuple[int, int, int]
POINTS_TO_PIXELS = 130 / 72
LONGEST_SIDE = 2200  # of a drawn picture file, in pixels
PAGE_HEIGHT = 1700.0  # of a file without pages, cut into pages to be drawn
MOST_HEIGHT = 30_000.0  # of one drawn sheet; what stands below is not drawn
COLOURS: dict[MarkKind, Rgb] = {
    "printed": (0, 150, 60),
    "inferred": (20, 90, 230),
    "ambiguous": (245, 130, 0),
    "unread": (225, 0, 0),
    "head": (150, 110, 215),
    "label": (140, 140, 140),
    "told": (0, 150, 170),
}
_FILL: dict[MarkKind, float] = {
    "printed": 0.16, "inferred": 0.16, "ambiguous": 0.30, "unread": 0.18, "head": 0.18, "label": 0.08, "told": 0.10,
}  # fmt: skip
_WORDS: dict[MarkKind, tuple[str, str]] = {
    "printed": ("数字，列印出", "amount, column printed"),
    "inferred": ("数字，列推断", "amount, column inferred"),
    "ambiguous": ("数字，列存疑", "amount, column in doubt"),
    "unread": ("数字，没有读懂", "number not understood"),
    "head": ("表题、表头", "title, head"),
    "label": ("编码、名称", "code, name"),
    "told": ("文字中的数字", "figure in prose"),
}
_FONTS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "C:/Windows/Fonts", "/System/Library/Fonts", "/Library/Fonts",
)  # fmt: skip
_CHINESE = re.compile(
    r"noto.*(?:cjk|sc)|sourcehan|wqy|msyh|simhei|simsun|deng|pingfang|hiragino.*gb|stheiti|uming|ukai|droidsansfallback",
    re.IGNORECASE,
)
_TURNED = re.compile(r"第\s*(\d+)\s*页的图片转了\s*(\d+)\s*度")


def draw_pages(found: Inspection, path: Path, folder: Path, only: int | None = None) -> list[Path] | str:
    """Write `<stem>-p07.png` for every page, or for one.

    Returns:
        the files written, or the sentence that says why nothing can be drawn.

    Raises:
        OSError: the folder cannot be written to.
    """
    if found.format is None:
        return f"{found.file}：没有读成，画不了。"
    if not found.strips and found.format not in ("pdf", "image"):
        return f"{found.file}：里面没有可画的内容。"
    folder.mkdir(parents=True, exist_ok=True)
    width = max(2, len(str(len(found.sizes))))
    written = []
    if found.strips:
        drawn = _strip_pages(found, only)
    else:
        drawn = (
            (number, image, found.sizes[number - 1], [mark for mark in found.marks if mark.page == number])
            for number, image in _page_images(found, path, only)
        )
    for number, image, size, marks in drawn:
        target = folder / f"{path.stem}-p{number:0{width}d}.png"
        draw_page(image, size, marks, f"{found.file}  p.{number}").save(target)
        written.append(target)
    return written


def draw_page(image: Image.Image, size: tuple[float, float], marks: list[Mark], caption: str) -> Image.Image:
    """The page pale, with its boxes, and the legend under it.

    Args:
        size: width and height of the page in the units of the boxes.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw

    page = Pillow.blend(image.convert("RGB"), Pillow.new("RGB", image.size, "white"), 0.3)
    across = page.width / size[0] if size[0] else 1.0
    down = page.height / size[1] if size[1] else 1.0
    pen = ImageDraw.Draw(page, "RGBA")
    order: list[MarkKind] = ["told", "head", "label", "printed", "inferred", "ambiguous", "unread"]
    for mark in sorted(marks, key=lambda each: order.index(each.kind)):
        x0, top, x1, bottom = mark.box
        pad = 4.0 if mark.tight else 0.0  # a frame close around digits would cover them
        left, upper = x0 * across - pad, top * down - pad / 2
        box = (left, upper, max(left + 2, x1 * across + pad), max(upper + 2, bottom * down + pad / 2))
        colour = COLOURS[mark.kind]
        strong = mark.kind in ("ambiguous", "unread")
        thick = 3 if strong else (2 if mark.kind in ("printed", "inferred") else 1)
        pen.rectangle(box, fill=(*colour, round(255 * _FILL[mark.kind])), outline=(*colour, 255), width=thick)
    return _with_legend(page, {mark.kind for mark in marks}, caption)


def _with_legend(page: Image.Image, seen: set[MarkKind], caption: str) -> Image.Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw

    font, chinese = _font()
    entries = [(kind, _WORDS[kind][0 if chinese else 1]) for kind in COLOURS if kind in seen]
    if not entries:
        caption += "  没有画出的格子" if chinese else "  nothing recognised here"
    rows: list[list[tuple[MarkKind, str]]] = [[]]
    left = 12.0
    for kind, words in entries:
        wide = 34 + font.getlength(words) + 22
        if left + wide > page.width and rows[-1]:
            rows.append([])
            left = 12.0
        rows[-1].append((kind, words))
        left += wide
    high = 30 * len(rows) + 38
    whole = Pillow.new("RGB", (page.width, page.height + high), "white")
    whole.paste(page, (0, 0))
    pen = ImageDraw.Draw(whole, "RGBA")
    pen.line((0, page.height, page.width, page.height), fill=(120, 120, 120, 255), width=2)
    for at, row in enumerate(rows):
        left, top = 12.0, page.height + 12 + 30 * at
        for kind, words in row:
            colour = COLOURS[kind]
            pen.rectangle(
                (left, top, left + 26, top + 18),
                fill=(*colour, round(255 * _FILL[kind])),
                outline=(*colour, 255),
                width=2,
            )
            pen.text((left + 34, top + 9), words, fill=(30, 30, 30, 255), font=font, anchor="lm")
            left += 34 + font.getlength(words) + 22
    shown = caption if chinese else caption.encode("ascii", "replace").decode()
    pen.text((12, page.height + high - 16), shown, fill=(90, 90, 90, 255), font=font, anchor="lm")
    return whole


@cache
def _font() -> tuple[ImageFont.FreeTypeFont, bool]:
    """A font for the legend, and whether it has Chinese characters."""
    from PIL import ImageFont

    for place in _FONTS:
        folder = Path(place).expanduser()
        files = sorted(folder.rglob("*")) if folder.is_dir() else []
        for file in files:
            if file.suffix.lower() in (".ttf", ".ttc", ".otf") and _CHINESE.search(file.name):
                try:
                    return ImageFont.truetype(str(file), 16), True
                except OSError:
                    continue
    font = ImageFont.load_default(16)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font, False


# ---- the pages


def _page_images(found: Inspection, path: Path, only: int | None) -> Iterator[tuple[int, Image.Image]]:
    numbers = [n for n in range(1, len(found.sizes) + 1) if only in (None, n)]
    yield from _pdf_pages(found, path, numbers) if found.format == "pdf" else _pictures(found, path, numbers)


def _strip_pages(
    found: Inspection, only: int | None
) -> Iterator[tuple[int, Image.Image, tuple[float, float], list[Mark]]]:
    """Sheets as they are set out, one page each; a file without pages cut into pages between its lines."""
    for strip in found.strips:
        if strip.page and only not in (None, strip.page):
            continue
        cuts = [0.0]
        if not strip.page:
            for before, top in pairwise(strip.tops):
                if top - cuts[-1] > PAGE_HEIGHT:
                    cuts.append(before - 4)
        ends = [*cuts[1:], min(strip.height, cuts[-1] + MOST_HEIGHT)]
        for at, (start, end) in enumerate(zip(cuts, ends, strict=True), start=1):
            marks = [
                replace(mark, box=(mark.box[0], mark.box[1] - start, mark.box[2], mark.box[3] - start))
                for mark in found.marks
                if mark.page == strip.page and start <= mark.box[1] < end
            ]
            yield strip.page or at, _strip_image(strip, start, end), (strip.width, end - start), marks


def _strip_image(strip: Strip, start: float, end: float) -> Image.Image:
    from PIL import Image as Pillow
    from PIL import ImageDraw

    font, chinese = _font()
    image = Pillow.new("RGB", (round(strip.width), round(end - start)), "white")
    pen = ImageDraw.Draw(image)
    for (x0, top, x1, bottom), text in strip.pieces:
        if not start <= top < end:
            continue
        pen.rectangle((x0, top - start, x1, bottom - start), outline=(215, 215, 215))
        shown = text if chinese else text.encode("ascii", "replace").decode()
        pen.multiline_text((x0 + 5, top - start + 3), shown, fill=(0, 0, 0), font=font, spacing=4)
    return image


def _pdf_pages(found: Inspection, path: Path, numbers: list[int]) -> Iterator[tuple[int, Image.Image]]:
    """Every page as PDFium renders it, turned where it was turned for reading; a damaged one as a blank."""
    import pypdfium2
    from PIL import Image as Pillow

    data = path.read_bytes()
    document = pypdfium2.PdfDocument(data)
    try:
        for number in numbers:
            if number > len(document):
                return
            try:
                page = document[number - 1]
                wide, read_wide = page.get_width() > page.get_height(), found.sizes[number - 1]
                turn = _turned(data, number) if wide != (read_wide[0] > read_wide[1]) and all(read_wide) else 0
                image = page.render(scale=POINTS_TO_PIXELS, rotation=turn).to_pil()
                page.close()
            except pypdfium2.PdfiumError:
                image = Pillow.new("RGB", (800, 600), "white")
            yield number, image
    finally:
        document.close()


def _turned(data: bytes, number: int) -> int:
    """By how many degrees clockwise the reader turned a page that is set sideways."""
    import io

    import pdfplumber

    from mbkg.documents.pagechars import shown_page

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return shown_page(pdf.pages[number - 1]).turned


def _pictures(found: Inspection, path: Path, numbers: list[int]) -> Iterator[tuple[int, Image.Image]]:
    """The pictures of a file, turned as they were turned for reading."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    quarters = {int(hit[1]): int(hit[2]) for note in found.notes for hit in _TURNED.finditer(note)}
    with Pillow.open(path) as picture:
        for number in numbers:
            picture.seek(number - 1)
            image = ImageOps.exif_transpose(picture).convert("RGB").rotate(quarters.get(number, 0), expand=True)
            if max(image.size) > LONGEST_SIDE:
                image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            yield number, image

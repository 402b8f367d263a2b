"""Scans and pictures to a Document, with the optional extra `mbkg[ocr]`.

Text is recognised with rapidocr on this machine; nothing is looked up on a network. Everything read here is marked with a confidence
below 1, and a figure that two looks read differently with 0.5 or less. Places are those of the upright, level page.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.model import Document, Page
from mbkg.errors import UnreadableFile

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 100_000_000  # of one page
MOST_PAGES = 300
MOST_SECONDS = 1800.0  # for all pages of one picture file
DOUBTED = 0.5
"""Lines of this confidence or less hold something two looks read differently, or that reads like a number and is none."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What came of one page: its size in the caller's units, how it was turned, how long it took, what was found.

    `quarters` are quarter turns against the clock, `degrees` the tilt taken out after that; `doubtful` counts the lines of confidence
    `DOUBTED` or less.
    """

    page: int
    width: float
    height: float
    lines: int
    doubtful: int
    quarters: int
    degrees: float
    seconds: float


def ocr_available() -> bool:
    """Whether the extra is installed; nothing is loaded yet."""
    return all(find_spec(module) is not None for module in ("rapidocr", "onnxruntime", "cv2", "PIL"))


def read_image(data: bytes, name: str) -> Document:
    """The document in a picture file: PNG, JPEG, BMP, WebP, GIF, or TIFF with all its pages.

    Raises:
        UnreadableFile: the extra is missing or broken, the picture is damaged or too large; the message says which.
    """
    if not ocr_available():
        raise UnreadableFile(name, "是图片，需要文字识别", "请安装 mbkg[ocr] 后再试。")
    builder = DocumentBuilder()
    reports: list[PageReport] = []
    notes: list[str] = []
    until = time.monotonic() + MOST_SECONDS
    for number, image in _pages(data, name, notes):
        if time.monotonic() > until:
            notes.append(f"识别超过 {MOST_SECONDS / 60:.0f} 分钟，从第 {number} 页起未读。")
            break
        reports.append(add_picture_page(builder, image, number, 1.0, name=name))
    pages = [Page(report.page, report.width, report.height, "", True) for report in reports]
    return builder.build(name, data, "image", pages=pages, notes=[*_notes(reports), *notes])


def add_picture_page(
    builder: DocumentBuilder, image: Image.Image, page: int, scale: float, *, name: str = ""
) -> PageReport:
    """Recognise one page and add its lines and grids.

    Args:
        image: the page in any mode of Pillow.
        scale: points per pixel of `image`; 1.0 leaves the places in pixels.
        name: the file's name for messages.

    Raises:
        UnreadableFile: the extra is missing or broken, or the page has more than `MOST_PIXELS`.
    """
    label = name or f"第 {page} 页"
    if not ocr_available():
        raise UnreadableFile(label, "是图片，需要文字识别", "请安装 mbkg[ocr] 后再试。")
    _check_pixels(image, label)
    start = time.monotonic()
    from mbkg.documents.ocr_engine import RecogniserBroken

    try:
        from mbkg.documents.ocr_lines import add_reading
        from mbkg.documents.ocr_reading import read_page
        from mbkg.documents.raster import grey_page

        grey, factor = grey_page(image)
        reading = read_page(grey)
    except (RecogniserBroken, ImportError) as error:
        why = str(error) if isinstance(error, RecogniserBroken) else "文字识别组件装载失败"
        raise UnreadableFile(label, f"是图片，{why}", "请重新安装 mbkg[ocr] 后再试。") from error
    confidences = add_reading(builder, reading, page, scale / factor)
    width, height = (side * scale / factor for side in reading.size)
    doubtful = sum(confidence <= DOUBTED for confidence in confidences)
    seconds = time.monotonic() - start
    return PageReport(page, width, height, len(confidences), doubtful, reading.quarters, reading.degrees, seconds)


# ---- the file


def _pages(data: bytes, name: str, notes: list[str]) -> Iterator[tuple[int, Image.Image]]:
    from PIL import Image

    damaged = UnreadableFile(name, "不是可以打开的图片，或图片已损坏", "请重新下载或重新扫描后再试。")
    if not data:
        raise UnreadableFile(name, "文件是空的", "请确认下载完整。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
        count = int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    except Image.DecompressionBombError:
        raise _too_large(name) from None
    except Exception:  # Pillow's plug-ins raise nearly anything on damaged files
        raise damaged from None
    for index in range(min(count, MOST_PAGES)):
        try:
            if index:
                picture.seek(index)
            _check_pixels(picture, name)
            picture.load()
        except UnreadableFile:
            if not index:
                raise
            notes.append(f"第 {index + 1} 页图片太大，未读。")
            continue
        except Exception:
            if not index:
                raise damaged from None
            notes.append(f"第 {index + 1} 页已损坏，从这页起未读。")
            return
        yield index + 1, picture
    if count > MOST_PAGES:
        notes.append(f"共 {count} 页，只读前 {MOST_PAGES} 页。")


def _check_pixels(image: Image.Image, name: str) -> None:
    """Refuse before anything is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(name)


def _too_large(name: str) -> UnreadableFile:
    return UnreadableFile(name, f"图片超过 {MOST_PIXELS // 1_000_000} 百万像素", "请以 200 至 300 dpi 重新扫描后再试。")


def _notes(reports: Sequence[PageReport]) -> Iterator[str]:
    lines, doubtful = (sum(getattr(report, what) for report in reports) for what in ("lines", "doubtful"))
    if lines:
        yield "本文件是图片，文字和数字由文字识别得出，请与原件核对。"
    if doubtful:
        yield f"{lines} 行中有 {doubtful} 行的数字两次识别不一致或不像数字，把握度低，未作改动。"
    for report in reports:
        if not report.lines:
            yield f"第 {report.page} 页没有识别出文字。"
        if report.quarters:
            yield f"第 {report.page} 页的图片转了 {90 * report.quarters} 度，已转正后读取。"

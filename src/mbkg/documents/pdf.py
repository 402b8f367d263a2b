"""A PDF to a Document: its ruled tables as grids, the rest of each page as lines with the places of their pieces.

Text comes from pdfplumber's characters; what belongs together is decided here from places alone (`pagetext`, `pagegrid`). A
table that goes on over pages keeps one set of columns. A page that is only a picture, or whose font cannot be decoded, is
handed to the optional text recognition and is named in the notes where that is not installed.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.model import Document, GridCell, Page, Word
from mbkg.documents.pagegrid import PageGrid, fill, find_grids, onto_columns, shared_columns
from mbkg.documents.pagetext import Run, line_text, lines_of, pieces_of, runs_of
from mbkg.errors import UnreadableFile
from mbkg.labels import squeeze

MOST_PAGES = 3000
MOST_SECONDS = 600.0
_TITLE = re.compile(r"表(?:（[^）]*）|\([^)]*\))?$")
_FOOT = re.compile(r"^[\s—–\-－_·~]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[，,/]?\s*共?\s*\d+\s*页?)?[\s—–\-－_·~]*$")
_UNDECODED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")


@dataclass
class _PageText:
    """One page: its ruled tables with their rows, its lines outside them, both with their heights."""

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


def read_pdf(data: bytes, name: str) -> Document:
    """The document in a PDF file.

    Raises:
        UnreadableFile: encrypted, damaged beyond repair, without pages or with too many, or only pictures and no text recognition here.
    """
    builder = DocumentBuilder()
    notes: list[str] = []
    with _opened(data, name, notes) as pdf:
        count = len(pdf.pages)
        if count == 0:
            raise UnreadableFile(name, "PDF 里没有页面", "请重新下载。")
        if count > MOST_PAGES:
            raise UnreadableFile(name, f"PDF 有 {count} 页，超过上限 {MOST_PAGES} 页", "请拆分后再试。")
        pages = [_number_dropped(page) for page in _read_pages(pdf, name, notes)]
    _drop_running_heads(pages)
    _unite_columns(pages)
    pictures = [page.number for page in pages if page.picture or page.undecoded]
    images = _PagePictures(data) if pictures else None
    recognised: list[int] = []
    missed: list[int] = []
    for page in pages:
        if images is not None and (page.picture or page.undecoded):
            (recognised if images.recognise(builder, page.number) else missed).append(page.number)
        else:
            _say(builder, page)
    if images is not None:
        images.close()
    if missed and len(missed) == len(pages):
        raise UnreadableFile(name, "每一页都只是图片，没有文字", "请安装 mbkg[ocr] 后再试，或换用有文字的版本。")
    notes += _picture_notes(recognised, missed, [p.number for p in pages if p.over_picture])
    infos = [Page(page.number, page.width, page.height, "", page.picture) for page in pages]
    return builder.build(name, data, "pdf", pages=infos, notes=notes)


def _opened(data: bytes, name: str, notes: list[str]) -> Any:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        if len(pdf.pages):
            return pdf
    except Exception as error:
        if isinstance(error, PDFPasswordIncorrect) or isinstance(
            error.__cause__ or (error.args or [None])[0], PDFPasswordIncorrect
        ):
            raise UnreadableFile(name, "PDF 已加密，需要密码", "请先去除密码再试。") from None
        pdf = None
    repaired = _repaired(data)
    if repaired is None and pdf is None:
        raise UnreadableFile(name, "PDF 文件已损坏", "请重新下载。")
    if repaired is None:
        return pdf
    try:
        pdf = pdfplumber.open(io.BytesIO(repaired))
        len(pdf.pages)
    except Exception:
        raise UnreadableFile(name, "PDF 文件已损坏", "请重新下载。") from None
    notes.append("PDF 的索引已损坏，按重建的索引读取；请与原件核对页数。")
    return pdf


def _repaired(data: bytes) -> bytes | None:
    """The file written anew by PDFium, which rebuilds a broken index; None where it finds no page either."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) == 0:
            return None
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()
    except Exception:
        return None


def _read_pages(pdf: Any, name: str, notes: list[str]) -> Iterator[_PageText]:
    until = time.monotonic() + MOST_SECONDS
    for number, page in enumerate(pdf.pages, 1):
        if time.monotonic() > until:
            raise UnreadableFile(name, f"读到第 {number} 页时已超过 {MOST_SECONDS:.0f} 秒", "请拆分后再试。")
        try:
            yield _read_page(page, number)
        except UnreadableFile:
            raise
        except Exception as error:  # one damaged page does not take the others with it
            notes.append(f"第 {number} 页已损坏，未能读取（{type(error).__name__}）。")
            yield _PageText(number, 0.0, 0.0)
        finally:
            page.close()


def _read_page(page: Any, number: int) -> _PageText:
    text = _PageText(number, float(page.width), float(page.height))
    chars = [char for char in page.dedupe_chars().chars if char["text"].strip()]
    pictured = sum(_area(image) for image in page.images)
    covered = pictured >= 0.5 * text.width * text.height
    upright = [char for char in chars if char["upright"]]
    chars = upright if len(upright) * 2 >= len(chars) else chars  # what stands aslant is a watermark
    printed = "".join(char["text"] for char in chars)
    if len(printed) < 8 and (covered or (pictured and not printed)):
        text.picture = True
        return text
    if len(_UNDECODED.findall(printed)) * 5 > len(chars):
        text.undecoded = True
        return text
    text.over_picture = covered
    runs = runs_of(_visible(page.dedupe_chars().chars, page, chars))
    if not runs:
        return text
    text.left = min(run.box[0] for run in runs)
    text.size = Counter(round(run.size, 1) for run in runs for _ in run.text).most_common(1)[0][0]
    for grid in find_grids(page):
        x0, top, x1, bottom = grid.box
        inside = [run for run in runs if top <= run.middle <= bottom and run.box[2] > x0 and run.box[0] < x1]
        if not inside:
            continue
        taken = set(map(id, inside))
        runs = [run for run in runs if id(run) not in taken]
        text.grids.append((grid, fill(grid, inside)))
    text.lines = lines_of(runs)
    return text


def _visible(
    all_chars: Sequence[dict[str, Any]], page: Any, kept: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """The characters on the page itself, spaces among them, without those left out."""
    keep = set(map(id, kept))
    for char in all_chars:
        if id(char) in keep or not char["text"].strip():
            middle_x, middle_y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
            if 0 <= middle_x <= page.width and 0 <= middle_y <= page.height:
                yield char


def _area(image: dict[str, Any]) -> float:
    return float(abs(image["x1"] - image["x0"]) * abs(image["bottom"] - image["top"]))


# ---- what a page prints around its content


def _number_dropped(page: _PageText) -> _PageText:
    """The page without its printed number, at its head or foot."""
    margin = 0.1 * page.height
    page.lines = [
        line
        for line in page.lines
        if not (
            (line[0].middle < margin or line[0].middle > page.height - margin)
            and _FOOT.match(" ".join(run.text for run in line))
            and not any("." in run.text for run in line)
        )
    ]
    return page


def _drop_running_heads(pages: Sequence[_PageText]) -> None:
    """Take the head or foot that most pages print alike off every page but the first that prints it."""
    if len(pages) < 4:
        return
    for first in (True, False):
        seen: Counter[str] = Counter()
        for page in pages:
            if line := _outermost(page, first):
                seen[squeeze("".join(run.text for run in line))] += 1
        for text, times in seen.items():
            if times < max(4, 0.5 * len(pages)) or _TITLE.search(text) or "单位：" in text:
                continue
            before = False
            for page in pages:
                line = _outermost(page, first)
                if line and squeeze("".join(run.text for run in line)) == text:
                    if before:
                        page.lines.remove(line)
                    before = True


def _outermost(page: _PageText, first: bool) -> list[Run] | None:
    """The topmost or lowest line of a page, if it stands in its margin and outside every table."""
    if not page.lines:
        return None
    line = page.lines[0 if first else -1]
    edge = 0.12 * page.height
    near = line[0].middle < edge if first else line[0].middle > page.height - edge
    beyond = all(line[0].middle < g.ys[0] if first else line[0].middle > g.ys[-1] for g, _ in page.grids)
    return line if near and beyond else None


# ---- tables over several pages


def _unite_columns(pages: Sequence[_PageText]) -> None:
    """Count the columns of a table that goes on over pages by the edges all its pages have."""
    runs: list[list[tuple[_PageText, int]]] = []
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


def _goes_on(run: Sequence[tuple[_PageText, int]], page: _PageText, grid: PageGrid) -> bool:
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
    return same and not any(_TITLE.search(title) and title not in known for title in titles)


def _same_edges(a: PageGrid, b: PageGrid) -> bool:
    return len(a.xs) == len(b.xs) and all(abs(x - y) < 8 for x, y in zip(a.xs, b.xs, strict=True))


# ---- to lines


def _say(builder: DocumentBuilder, page: _PageText) -> None:
    parts: list[tuple[float, Any]] = [(grid.ys[0], rows) for grid, rows in page.grids]
    parts += [(line[0].middle, pieces_of(line)) for line in page.lines]
    confidence = 0.8 if page.over_picture else 1.0
    for _, part in sorted(parts, key=lambda item: item[0]):
        if isinstance(part, tuple):
            _say_line(builder, page, part, confidence)
        else:
            builder.grid(part, page=page.number, confidence=confidence)


def _say_line(builder: DocumentBuilder, page: _PageText, words: tuple[Word, ...], confidence: float) -> None:
    boxes = [word.box for word in words]
    box = (boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
    text = line_text(words, page.left, page.size)
    builder.text(text, page=page.number, words=words, box=box, confidence=confidence)


# ---- pictures


class _PagePictures:
    """Pages drawn as pictures and handed to the text recognition, if it is installed."""

    def __init__(self, data: bytes, dpi: int = 200) -> None:
        self.data = data
        self.scale = 72 / dpi
        self.document: Any = None

    def recognise(self, builder: DocumentBuilder, number: int) -> bool:
        """Add the page's lines; False where no text recognition is installed or the page cannot be drawn."""
        from mbkg.documents import ocr

        if not ocr.ocr_available():
            return False
        import pypdfium2

        try:
            if self.document is None:
                self.document = pypdfium2.PdfDocument(self.data)
            image = self.document[number - 1].render(scale=1 / self.scale).to_pil()
        except Exception:
            return False
        ocr.add_picture_page(builder, image, number, self.scale)
        return True

    def close(self) -> None:
        if self.document is not None:
            self.document.close()


def _picture_notes(recognised: Sequence[int], missed: Sequence[int], over: Sequence[int]) -> Iterator[str]:
    if recognised:
        yield f"第 {ranges(recognised)} 页只是图片，数字由文字识别得出，请与原件核对。"
    if missed:
        yield f"第 {ranges(missed)} 页只是图片，未读取；安装 mbkg[ocr] 后可以识别。"
    if over:
        yield f"第 {ranges(over)} 页的文字附在扫描图片上，可能是识别所得，请与原件核对。"


def ranges(numbers: Sequence[int]) -> str:
    """Page numbers in short.

    >>> ranges([1, 2, 3, 7])
    '1—3、7'
    """
    parts = []
    for _, group in groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _, number in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}")
    return "、".join(parts)

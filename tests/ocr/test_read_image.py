"""Pictures of tables come back with every amount in its cell, marked as recognised; without the extra they say so."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from mbkg.documents import Document, GridCell, ocr
from mbkg.documents.builder import DocumentBuilder
from mbkg.errors import UnreadableFile
from ocr.pages import (
    as_it_is,
    chinese_font,
    draw_page,
    faint,
    needs_font,
    needs_recogniser,
    noisy,
    on_its_side,
    one_degree_off,
    png,
    spending_rows,
    table_cells,
)

ROWS = spending_rows("yantai-2025-budget", "支出总体情况表", 9)
PRINTED = table_cells(ROWS)


def placed(cells: list[GridCell]) -> list[tuple[str, int, int, int]]:
    return [(cell.text, cell.column, cell.colspan, cell.rowspan) for cell in cells]


def grid_rows(document: Document) -> list[list[GridCell]]:
    return [list(line.cells) for line in document.lines if line.cells]


@needs_font
@needs_recogniser
@pytest.mark.parametrize("treat", [as_it_is, one_degree_off, on_its_side, noisy, faint])
def test_every_amount_in_its_cell(treat: Callable[[Image.Image], Image.Image], monkeypatch: pytest.MonkeyPatch) -> None:
    """However the page was scanned, its cells are those printed, spans included, and the network is left alone."""

    def refuse(*_: object) -> None:
        raise AssertionError("text recognition went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document = ocr.read_image(png(treat(draw_page(PRINTED))), "scan.png")
    rows = grid_rows(document)
    amounts = [[cell for cell in placed(row) if any(ch.isdigit() for ch in cell[0])] for row in rows]
    assert amounts == [[cell for cell in placed(row) if any(ch.isdigit() for ch in cell[0])] for row in PRINTED]
    assert [placed(row) for row in rows[:2]] == [placed(row) for row in PRINTED[:2]]
    assert {cell.grid for cell in document.lines if cell.cells} == {0}
    assert all(0 < line.confidence < 1 for line in document.lines)
    texts = [line.text.strip() for line in document.lines if not line.cells]
    assert texts == ["支出总体情况表", "单位：万元"]
    assert document.format == "image"
    assert document.pages[0].picture
    assert "识别" in document.notes[0]


@needs_font
@needs_recogniser
def test_two_looks_that_differ_are_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second look reads another figure, the first stands as it is and its row alone is doubtful."""
    from mbkg.documents import ocr_reading

    looks = iter(range(10**6))
    read = ocr_reading.read_crops

    def second_differs(crops: list[object]) -> list[tuple[str, float]]:
        found = read(crops)  # type: ignore[arg-type]
        if next(looks) < 2:  # which way up, and the first look
            return found
        return [("69.30" if text == "69.80" else text, score) for text, score in found]

    monkeypatch.setattr(ocr_reading, "read_crops", second_differs)
    document = ocr.read_image(png(draw_page(PRINTED[:6])), "scan.png")
    doubtful = [line for line in document.lines if line.confidence <= ocr.DOUBTED]
    assert [line.cells[0].text for line in doubtful] == [row[0] for row in ROWS[:4] if "69.80" in row]
    assert all("69.80" in line.text and "69.30" not in line.text for line in doubtful)
    assert any(f"有 {len(doubtful)} 行" in note for note in document.notes)


@needs_font
@needs_recogniser
def test_text_without_rules_keeps_its_places() -> None:
    """Lines outside of tables have their pieces with boxes, so that columns can still be told."""
    font = ImageFont.truetype(str(chinese_font()), 24)
    page = Image.new("L", (1240, 500), 255)
    draw = ImageDraw.Draw(page)
    for row, (name, amount) in enumerate((("公务接待费", "1.25"), ("公务用车运行维护费", "30.50"))):
        draw.text((100, 100 + 60 * row), name, 0, font)
        draw.text((900, 100 + 60 * row), amount, 0, font, anchor="ra")
    document = ocr.read_image(png(page, page), "two.tif")
    assert [page.number for page in document.pages] == [1, 2]
    for number in (1, 2):
        words = [[word.text for word in line.words] for line in document.lines if line.page == number]
        assert words == [["公务接待费", "1.25"], ["公务用车运行维护费", "30.50"]]
    rights = [line.words[1].box[2] for line in document.lines]
    assert all(abs(right - 900) < 6 for right in rights)


@needs_font
@needs_recogniser
def test_places_in_points() -> None:
    """A page of a PDF gives its places in points."""
    builder = DocumentBuilder()
    report = ocr.add_picture_page(builder, draw_page(PRINTED[:4]), 3, 0.48)
    line = next(line for line in builder.build("a.pdf", b"", "pdf").lines if line.cells)
    assert line.page == 3
    assert line.cells[0].box is not None
    assert line.cells[0].box[0] == pytest.approx(70 * 0.48, abs=1.5)
    assert line.cells[0].box[1] == pytest.approx(170 * 0.48, abs=1.5)
    assert report.width == pytest.approx(1530 * 0.48, abs=1)
    assert report.lines == 6
    assert report.seconds > 0


@needs_recogniser
def test_a_picture_without_text() -> None:
    """A blank page and a photograph give no lines and a plain statement."""
    blank = Image.new("RGB", (600, 400), "white")
    slope = Image.linear_gradient("L").resize((600, 400))
    for picture in (blank, slope):
        document = ocr.read_image(png(picture), "photo.png")
        assert document.lines == ()
        assert document.notes == ("第 1 页没有识别出文字。",)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what the file is and what to install."""
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    with pytest.raises(UnreadableFile) as refused:
        ocr.read_image(b"anything", "scan.png")
    assert str(refused.value) == "scan.png：无法读取，是图片，需要文字识别。请安装 mbkg[ocr] 后再试。"


@needs_recogniser
def test_a_broken_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its models is an error to report, never a download."""
    from mbkg.documents import ocr_engine

    ocr_engine._recogniser.cache_clear()
    monkeypatch.setattr(ocr_engine.Path, "glob", lambda *_: iter(()))
    with pytest.raises(UnreadableFile) as refused:
        ocr.read_image(png(Image.new("L", (300, 300), 255)), "scan.png")
    assert "文字识别组件不完整" in str(refused.value)
    assert "请重新安装 mbkg[ocr]" in str(refused.value)


@needs_recogniser
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "文件是空的"),
        (b"\x89PNG\r\n\x1a\nnothing more", "不是可以打开的图片"),
        (png(Image.effect_noise((400, 400), 60))[:3000], "图片已损坏"),
        (b"BM" + b"\x00" * 200, "不是可以打开的图片"),
    ],
)
def test_damaged_pictures(data: bytes, why: str) -> None:
    """A damaged picture is refused in one sentence."""
    with pytest.raises(UnreadableFile, match=why):
        ocr.read_image(data, "scan.png")


@needs_recogniser
def test_huge_pictures_are_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that would decode to more than a hundred million pixels is refused before it is decoded."""
    bomb = png(Image.new("1", (20_000, 6_000), 1))
    assert len(bomb) < 200_000
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    with pytest.raises(UnreadableFile, match="超过 100 百万像素"):
        ocr.read_image(bomb, "bomb.png")

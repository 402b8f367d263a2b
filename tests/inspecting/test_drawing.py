"""The drawn page: every cell's box in the colour of what became of it, at its place; and the command that draws it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from mbkg.cli import app
from mbkg.inspecting import draw, inspect_file
from mbkg.inspecting.draw import COLOURS, draw_pages
from mbkg.inspecting.values import Mark, MarkKind

from .pages import HEIGHT, ROWS, WIDTH, box_of, changed, flat_text, ruled_pdf, workbook


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["inspect", *arguments])


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Image.Image:
    """Page 2 of the report, drawn by the command."""
    folder = tmp_path_factory.mktemp("png")
    report = folder / "河湾.pdf"
    report.write_bytes(ruled_pdf())
    result = run(str(report), "--png", str(folder / "out"))
    assert result.exit_code == 0
    assert sorted(each.name for each in (folder / "out").iterdir()) == ["河湾-p01.png", "河湾-p02.png"]
    return Image.open(folder / "out" / "河湾-p02.png").convert("RGB")


def kind_at(image: Image.Image, row: int, column: int, cropped: float = 0.0) -> str:
    """Which kind's frame stands at the upper edge of a cell, by the pixels around the edge of its box."""
    across = image.width / (WIDTH - 2 * cropped)
    x0, top, x1, _ = (edge - cropped for edge in box_of(row, column))
    y = round(top * across + 0.5)
    pixels = [
        image.getpixel((x, y + dy)) for x in range(round(x0 * across) + 6, round(x1 * across) - 6) for dy in (-1, 0, 1)
    ]
    counts = {kind: pixels.count(colour) for kind, colour in COLOURS.items()}
    return max(counts, key=lambda kind: counts[kind]) if any(counts.values()) else ""


def test_amounts_are_green_codes_and_names_grey_and_heads_violet(drawn: Image.Image) -> None:
    for row in range(1, len(ROWS) + 1):
        assert [kind_at(drawn, row, column) for column in (2, 3, 4)] == ["printed"] * 3
    assert kind_at(drawn, 5, 1) == "label"
    assert kind_at(drawn, 0, 2) == "head"


def test_the_legend_stands_under_the_page(drawn: Image.Image) -> None:
    page_height = round(HEIGHT * drawn.width / WIDTH)
    assert drawn.height > page_height
    legend = drawn.crop((0, page_height + 4, drawn.width, drawn.height))
    colours = {colour for _, colour in legend.getcolors(maxcolors=1 << 20) or ()}
    assert {COLOURS["printed"], COLOURS["head"], COLOURS["label"]} <= colours
    assert COLOURS["unread"] not in colours


@pytest.mark.parametrize("kind", list(COLOURS))
def test_every_kind_has_its_frame_inside_the_box(kind: MarkKind) -> None:
    page = Image.new("RGB", (400, 300), "white")
    image = draw.draw_page(page, (200.0, 150.0), [Mark(1, (50.0, 40.0, 100.0, 60.0), kind, "1.00")], "p")
    assert image.getpixel((150, 80)) == COLOURS[kind]  # twice as many pixels as points
    assert image.getpixel((150, 100)) not in ((255, 255, 255), COLOURS[kind])  # tinted within
    assert image.getpixel((150, 60)) == (255, 255, 255)
    assert image.getpixel((300, 100)) == (255, 255, 255)


def test_without_a_chinese_font_the_legend_is_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw, "_FONTS", ())
    draw._font.cache_clear()
    try:
        assert draw._font()[1] is False
        page = Image.new("RGB", (400, 300), "white")
        image = draw.draw_page(page, (400, 300), [Mark(1, (5, 5, 50, 20), "printed", "1")], "河湾 p.1")
        assert image.height > 300
    finally:
        draw._font.cache_clear()


@pytest.mark.parametrize("change", ["cropped", "sideways"])
def test_boxes_stand_right_on_a_page_cropped_or_set_sideways(tmp_path: Path, change: str) -> None:
    """The page is drawn as it was read: what its crop box shows, turned upright."""
    import pypdfium2

    document = pypdfium2.PdfDocument(ruled_pdf())
    if change == "cropped":
        document[1].set_cropbox(20, 20, WIDTH - 20, HEIGHT - 20)
    else:
        document[1].set_rotation(90)
    report = tmp_path / "a.pdf"
    document.save(report)
    drawn = draw_pages(inspect_file(report), report, tmp_path, only=2)
    assert isinstance(drawn, list)
    image = Image.open(drawn[0]).convert("RGB")
    cropped = 20.0 if change == "cropped" else 0.0
    assert [kind_at(image, 3, column, cropped) for column in (1, 2, 3, 4)] == ["label", *["printed"] * 3]


@pytest.mark.parametrize(("name", "kind"), [("河湾.txt", "inferred"), ("河湾.xlsx", "printed")])
def test_a_format_without_places_is_set_out_to_be_drawn(tmp_path: Path, name: str, kind: MarkKind) -> None:
    """Every amount has its own box, and what is read stays the same as when nothing is drawn."""
    report = tmp_path / name
    report.write_bytes(flat_text().encode() if name.endswith("txt") else workbook())
    drawn, plain = inspect_file(report, drawn=True), inspect_file(report)
    assert (drawn.pages, drawn.reports) == (plain.pages, plain.reports)
    assert plain.strips == ()
    boxes = [mark.box for mark in drawn.marks if mark.kind == kind]
    assert len(boxes) == len(set(boxes)) == sum(getattr(table, kind) for table in drawn.tables)
    result = run(str(report), "--png", str(tmp_path / "out"))
    assert result.exit_code == 0
    image = Image.open(tmp_path / "out" / "河湾-p01.png").convert("RGB")
    x0, top, x1, bottom = boxes[0]
    pad = 4 if name.endswith("txt") else 0
    assert image.getpixel((round((x0 + x1) / 2), round(top - pad / 2))) == COLOURS[kind]
    assert image.getpixel((round(x0 - pad), round((top + bottom) / 2))) == COLOURS[kind]


def test_exit_codes(tmp_path: Path) -> None:
    """2 where there is nothing to keep, with what was seen all the same."""
    (tmp_path / "坏.pdf").write_bytes(b"")
    broken = run(str(tmp_path / "坏.pdf"))
    assert broken.exit_code == 2
    assert "无法读取" in broken.stdout
    (tmp_path / "样表.pdf").write_bytes(ruled_pdf([(c, n, "", "", "") for c, n, *_ in ROWS]))
    (tmp_path / "好.pdf").write_bytes(ruled_pdf(changed(8, 4, "510.00")))
    assert run(str(tmp_path / "好.pdf"), "--page", "2").exit_code == 0
    assert run(str(tmp_path / "好.pdf"), "--page", "9").exit_code != 0

"""A PDF that cannot be read is refused in one sentence; one that can be read in part says which part."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from mbkg.documents import ocr, parse_document
from mbkg.errors import UnreadableFile

from .pdf_pages import Sheet, grids_of, picture, printed, steps, table

XS = steps(60, 120, 90, 90)
YS = steps(100, 18, 18, 18)
ROWS = [["项目", "预算数", "决算数"], ["行政运行", "1,234.50", "1,200.00"], ["合计", "1,234.50", "1,200.00"]]
SOON = 60.0


def report(pages: int = 1, **options) -> bytes:
    sheet = Sheet(**options)
    for number in range(pages):
        if number:
            sheet.next_page()
        sheet.write(200, 60, "收支总表")
        table(sheet, XS, YS, ROWS)
    return sheet.data()


def refusal(data: bytes, name: str = "报告.pdf") -> str:
    with pytest.raises(UnreadableFile) as error:
        parse_document(data, name)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("strength", [40, 128])
def test_password(strength):
    """A file that opens only with a password says so; one that merely forbids copying is read."""
    digits = Sheet(encrypt=StandardEncryption("", "owner", canCopy=0, canPrint=0, strength=strength))
    table(digits, XS, YS, [["A", "B", "C"], ["1", "1,234.50", "1,200.00"]], font="Helvetica")
    locked = report(encrypt=StandardEncryption("secret", "owner", strength=strength))
    assert "需要密码" in refusal(locked)
    assert grids_of(digits.read())[0][1][1][0] == "1,234.50"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7\n", "已损坏"),
        (b"%PDF-1.7\n%%EOF", "已损坏"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF", "已损坏"),
        (b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", "404 Not Found"),
    ],
)
def test_not_a_pdf(data, why):
    assert why in refusal(data)


def test_picture_renamed(monkeypatch):
    """A picture with the suffix of a PDF is a picture."""
    import io

    from PIL import Image

    monkeypatch.setattr(ocr, "ocr_available", lambda: False)
    stream = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(stream, "PNG")
    assert "图片" in refusal(stream.getvalue())


def test_broken_index():
    """A wrong cross-reference table is built anew, or the file is read without it; the figures are the same."""
    data = report(2)
    start = data.rindex(b"startxref")
    for broken in (data[:start] + b"startxref\n9\n%%EOF", data.replace(b"xref\n0", b"xrex\n0"), data[: start - 200]):
        document = parse_document(broken, "报告.pdf")
        assert len(grids_of(document)) == 2
        assert "1,234.50" in printed(document)


def test_truncated_anywhere():
    """Whatever is left of a file either gives cells that are whole or is refused in one sentence, soon."""
    data = report(3)
    dice = random.Random(7)
    whole = {text for grid in grids_of(parse_document(data, "a.pdf")) for row in grid for text, *_ in row}
    for _ in range(40):
        part = data[: dice.randrange(5, len(data))]
        start = time.monotonic()
        try:
            document = parse_document(part, "a.pdf")
        except UnreadableFile:
            continue
        else:
            assert {text for grid in grids_of(document) for row in grid for text, *_ in row} <= whole
        assert time.monotonic() - start < SOON


def test_flipped_bytes():
    """Bytes changed at random never raise anything but a refusal."""
    data = report(2)
    dice = random.Random(11)
    for _ in range(40):
        broken = bytearray(data)
        for _ in range(dice.randrange(1, 60)):
            broken[dice.randrange(8, len(broken))] = dice.randrange(256)
        with suppress(UnreadableFile):
            parse_document(bytes(broken), "a.pdf")


def test_one_page_damaged():
    """One page that cannot be interpreted is named; the others are read."""
    data = report(3)
    sheet = parse_document(data, "a.pdf")
    assert not sheet.notes
    # The content stream of the second page is not what its filter says.
    places = [
        place
        for place in range(len(data))
        if data.startswith(b"stream\r\n", place) or data.startswith(b"stream\n", place)
    ]
    places = [place for place in places if data[place - 3 : place] != b"end"]
    for place in places:
        broken = data[: place + 10] + b"\xff" * 12 + data[place + 22 :]
        try:
            document = parse_document(broken, "a.pdf")
        except UnreadableFile:
            continue
        assert len(document.pages) == 3


def test_picture_pages(monkeypatch):
    """Without text recognition a page that is only a picture is named, and a file of nothing else refused."""
    monkeypatch.setattr(ocr, "ocr_available", lambda: False)
    sheet = Sheet()
    sheet.write(200, 60, "收支总表")
    table(sheet, XS, YS, ROWS)
    sheet.next_page()
    picture(sheet, 0, 0, *sheet.size)
    document = parse_document(sheet.data(), "扫描.pdf")
    assert [page.picture for page in document.pages] == [False, True]
    assert document.notes == ("第 2 页只是图片，未读取；请安装 mbkg[ocr] 后再试。",)
    alone = Sheet()
    picture(alone, 0, 0, *alone.size)
    why = refusal(alone.data())
    assert "只是图片" in why
    assert "mbkg[ocr]" in why


def test_text_upon_a_picture():
    """Text over a scan is somebody's recognition: read, but with less confidence and a note."""
    sheet = Sheet()
    picture(sheet, 0, 0, *sheet.size)
    table(sheet, XS, YS, ROWS)
    document = sheet.read()
    assert {line.confidence for line in document.lines} == {0.8}
    assert any("扫描图片" in note for note in document.notes)


@pytest.mark.parametrize("kind", ["lines", "curves", "hatching"])
def test_page_of_strokes(kind):
    """A page with fifty thousand strokes costs seconds, is named if its rules were not read, and the next page is read as ever."""
    sheet = Sheet()
    dice = random.Random(3)
    path = sheet.canvas.beginPath()
    for number in range(50_000):
        x, y = dice.uniform(20, 560), dice.uniform(20, 800)
        if kind == "lines":
            sheet.canvas.line(x, y, x + 2, y)
        elif kind == "curves":
            sheet.canvas.bezier(x, y, x + 1, y + 2, x + 3, y, x + 4, y + 1)
        elif number % 2:
            path.moveTo(20, y), path.lineTo(560, y)
        else:
            path.moveTo(x, 20), path.lineTo(x, 800)
    if kind == "hatching":
        sheet.canvas.drawPath(path)
    sheet.write(100, 60, "附图")
    sheet.next_page()
    table(sheet, XS, YS, ROWS)
    data = sheet.data()
    start = time.monotonic()
    document = parse_document(data, "图.pdf")
    assert time.monotonic() - start < SOON
    assert "附图" in printed(document)
    assert {line.page for line in document.lines if line.is_grid and "1,234.50" in line.text} == {2}
    assert any("第 1 页的线条过多" in note for note in document.notes) == (kind != "curves")


LONG = """
import resource, sys, time
from mbkg.documents import read_document
from pathlib import Path
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.monotonic()
document = read_document(Path(sys.argv[1]))
seconds = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(document.pages), sum(line.is_grid for line in document.lines), seconds, (peak - before) // 1024)
"""


@pytest.mark.thorough
def test_five_hundred_pages(tmp_path):
    """A report of 500 pages of tables is read within bounds: pages are let go as they are read."""
    sheet = Sheet()
    xs, ys = steps(50, 140, 70, 70, 70, 70), steps(80, *[16] * 40)
    for number in range(500):
        if number:
            sheet.next_page()
        rows = [["科目名称", "合计", "基本支出", "项目支出", "结转"]]
        rows += [[f"科目{row}", f"{number * row:,}.00", f"{number * row:,}.00", "0.00", ""] for row in range(1, 40)]
        table(sheet, xs, ys, rows)
    path = tmp_path / "long.pdf"
    path.write_bytes(sheet.data())
    result = subprocess.run([sys.executable, "-c", LONG, str(path)], capture_output=True, text=True, check=True)
    pages, rows, seconds, grown = (float(part) for part in result.stdout.split())
    assert (pages, rows) == (500, 20_000)
    assert seconds < 300
    assert grown < 400  # MiB
    print(f"500 pages: {seconds:.1f} s, {grown:.0f} MiB")

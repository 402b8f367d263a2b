"""Small reports made for these tests: a PDF with a ruled table whose cells stand at known places, the same rows as text, a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595.0, 842.0
EDGES = (40, 110, 270, 360, 450, 540)
TOP, ROW = 140.0, 22.0
BODY = "河湾市医疗保障局"
HEAD = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")
ROWS = (
    ("", "合计", "1,300.00", "800.00", "500.00"),
    ("208", "社会保障和就业支出", "300.00", "300.00", "0.00"),
    ("20805", "行政事业单位养老支出", "300.00", "300.00", "0.00"),
    ("2080505", "机关事业单位基本养老保险缴费支出", "200.00", "200.00", "0.00"),
    ("2080506", "机关事业单位职业年金缴费支出", "100.00", "100.00", "0.00"),
    ("210", "卫生健康支出", "1,000.00", "500.00", "500.00"),
    ("21015", "医疗保障管理事务", "1,000.00", "500.00", "500.00"),
    ("2101501", "行政运行", "500.00", "500.00", "0.00"),
    ("2101506", "医疗保障经办事务", "500.00", "0.00", "500.00"),
)


def changed(row: int, column: int, text: str) -> list[tuple[str, ...]]:
    """The rows with one cell printed otherwise."""
    rows = [list(each) for each in ROWS]
    rows[row][column] = text
    return [tuple(each) for each in rows]


def box_of(row: int, column: int) -> tuple[float, float, float, float]:
    """Where a cell of the table stands on page 2, in points; row 0 is the head."""
    top = TOP + ROW * row
    return EDGES[column], top, EDGES[column + 1], top + ROW


def ruled_pdf(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """Page 1 says whose report it is, page 2 holds 支出总表."""
    if "STSong-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(WIDTH, HEIGHT))
    _text(canvas, 150, 200, f"{BODY}2024年部门预算", 20)
    _text(canvas, 90, 260, f"一、{BODY}2024年收入预算1300.00万元，支出预算1300.00万元。", 11)
    canvas.showPage()
    _text(canvas, 240, 80, "支出总表", 16)
    _text(canvas, 40, 120, f"部门：{BODY}", 9)
    _text(canvas, 480, 120, "单位：万元", 9)
    for at, row in enumerate([HEAD, *rows]):
        for column, text in enumerate(row):
            x0, top, x1, bottom = box_of(at, column)
            canvas.rect(x0, HEIGHT - bottom, x1 - x0, bottom - top)
            _text(canvas, x0 + 4, bottom - 7, text, 8)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _text(canvas: Canvas, x: float, baseline: float, text: str, size: float) -> None:
    canvas.setFont("STSong-Light", size)
    canvas.drawString(x, HEIGHT - baseline, text)


def flat_text(rows: Sequence[Sequence[str]] = ROWS) -> str:
    """The same report as flattened text: blank and zero cells leave no trace."""
    lines = [f"{BODY}2024年部门预算", "", "支出总表", "单位：万元", " ".join(HEAD)]
    for code, label, *numbers in rows:
        lines.append(" ".join([code, label, *(each for each in numbers if each not in ("0.00", ""))]).strip())
    return "\n".join(lines) + "\n"


def workbook(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "支出总表"
    sheet.append([f"{BODY}2024年部门预算"])
    sheet.append(["支出总表"])
    sheet.append(["单位：万元"])
    for row in [HEAD, *rows]:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()

"""A printed report as Markdown: pipe tables, in which a span leaves blank cells behind."""

from __future__ import annotations

from .printed import Box, Grid, PageNumber, Paragraph, Printed, Row


def write_markdown(report: Printed) -> bytes:
    """UTF-8 Markdown; a line break within a cell is `<br>`."""
    lines: list[str] = []
    for item in report.items:
        if isinstance(item, Paragraph):
            lines += [f"{'#' * item.level} {item.text}" if item.level else item.text, ""]
        elif isinstance(item, PageNumber):
            lines += [item.text, ""]
        else:
            lines += _grid(item)
    return "\n".join(lines).encode("utf-8")


def _grid(grid: Grid) -> list[str]:
    lines = []
    if not grid.follows:
        for pieces in grid.lead:
            text = "　".join(piece for piece in pieces if piece)
            lines += [f"## {text}" if text == grid.name else text, ""]
    rows = [*grid.head, *grid.body]
    for number, row in enumerate(rows):
        lines.append(_row(row, grid.width))
        if number == 0:
            lines.append("|" + " --- |" * grid.width)
    return [*lines, "", *(text for note in grid.notes for text in (note, ""))]


def _row(row: Row, width: int) -> str:
    texts = [""] * width
    for box in row:
        texts[box.column] = _text(box)
    return "| " + " | ".join(texts) + " |"


def _text(box: Box) -> str:
    return box.text.replace("|", "\\|").replace("\n", "<br>")

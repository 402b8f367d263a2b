"""A recognised page to lines and grid rows, each with the confidence of its least certain piece."""

from __future__ import annotations

from collections.abc import Sequence

from mbkg.amounts import is_number
from mbkg.documents.builder import DocumentBuilder
from mbkg.documents.model import Box, GridCell
from mbkg.documents.ocr_engine import Rect
from mbkg.documents.ocr_reading import BEST, DOUBTFUL, PageReading, Piece
from mbkg.documents.pagetext import Run, line_text, lines_of, pieces_of


def add_reading(builder: DocumentBuilder, reading: PageReading, page: int, scale: float) -> list[float]:
    """Add everything on the page from above to below, places times `scale`.

    Returns:
        The confidence of each line that was added.
    """
    sure: dict[Run, float] = {}
    for piece in reading.pieces:
        if piece.cell is None:
            run = _run(piece, reading, scale)
            sure[run] = min(piece.confidence, sure.get(run, 1.0))
    left = min((run.box[0] for run in sure), default=0.0)
    parts: list[tuple[float, list[Run] | int]] = [(line[0].middle, line) for line in lines_of(sure)]
    parts += [(grid.top * scale, number) for number, grid in enumerate(reading.grids)]
    confidences: list[float] = []
    for _, part in sorted(parts, key=lambda item: item[0]):
        if isinstance(part, int):
            confidences += _add_grid(builder, reading, part, page, scale)
            continue
        words = pieces_of(part)
        boxes = [word.box for word in words]
        box = (boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
        confidence = min(sure[run] for run in part)
        text = line_text(words, left, reading.glyph * scale)
        builder.text(text, page=page, words=words, box=box, confidence=confidence)
        confidences.append(confidence)
    return confidences


def _add_grid(builder: DocumentBuilder, reading: PageReading, number: int, page: int, scale: float) -> list[float]:
    grid = reading.grids[number]
    inside: dict[int, list[Piece]] = {}
    for piece in reading.pieces:
        if piece.cell is not None and piece.cell[0] == number:
            inside.setdefault(piece.cell[1], []).append(piece)
    rows: list[list[GridCell]] = [[] for _ in range(grid.rows)]
    sure = [BEST] * grid.rows  # a row is as sure as its least certain cell
    for index, cell in enumerate(grid.cells):
        text, confidence = _cell_text(inside.get(index, []), reading, scale)
        box = _box((cell.x0, cell.top, cell.x1, cell.bottom), scale)
        sure[cell.row] = min(sure[cell.row], confidence)
        rows[cell.row].append(GridCell(text, cell.column, cell.colspan, cell.rowspan, box))
    builder.grid(rows, page=page, confidences=sure)
    return [confidence for confidence, row in zip(sure, rows, strict=True) if any(cell.text for cell in row)]


def _cell_text(pieces: Sequence[Piece], reading: PageReading, scale: float) -> tuple[str, float]:
    """The text of a cell, a line of print to a line, and the confidence in it.

    A number put together from several pieces was not read as one, so it is doubtful.
    """
    confidence = min((piece.confidence for piece in pieces), default=BEST)
    lines = []
    for line in lines_of(_run(piece, reading, scale) for piece in pieces):
        lines.append(" ".join(word.text for word in pieces_of(line)))
        if len(line) > 1 and is_number(lines[-1].replace(" ", "")):
            confidence = min(confidence, DOUBTFUL)
    if len(lines) > 1 and is_number("".join(lines)):
        confidence = min(confidence, DOUBTFUL)
    return "\n".join(lines), confidence


def _run(piece: Piece, reading: PageReading, scale: float) -> Run:
    return Run(piece.text, _box(piece.rect, scale), reading.glyph * scale)


def _box(rect: Rect, scale: float) -> Box:
    return rect[0] * scale, rect[1] * scale, rect[2] * scale, rect[3] * scale

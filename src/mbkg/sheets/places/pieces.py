"""Pieces of text with their places on a page, stacked to cells and gathered to rows by how near they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from mbkg.documents import Box, Line
from mbkg.labels import squeeze

TIGHT = 0.5  # of the character height: pieces above each other nearer than this are one cell
JOINED = 0.6  # of the character height: pieces beside each other nearer than this are one piece


@dataclass(frozen=True, slots=True)
class Piece:
    """One run of text and the number of the line it stands in."""

    text: str
    box: Box
    line: int

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


@dataclass(frozen=True, slots=True)
class Stack:
    """Pieces above each other that make one cell, from top to bottom."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return squeeze("".join(piece.text for piece in self.pieces))

    @property
    def left(self) -> float:
        return min(piece.box[0] for piece in self.pieces)

    @property
    def right(self) -> float:
        return max(piece.box[2] for piece in self.pieces)

    @property
    def top(self) -> float:
        return min(piece.box[1] for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return max(piece.box[3] for piece in self.pieces)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def lines(self) -> int:
        """How many lines of print it takes."""
        tops: list[float] = []
        for piece in sorted(self.pieces, key=lambda piece: piece.middle):
            if not tops or piece.middle - tops[-1] > 0.5 * piece.height:
                tops.append(piece.middle)
        return len(tops)


def pieces_of(line: Line) -> list[Piece]:
    """The pieces of a line, those that all but touch joined."""
    out: list[Piece] = []
    for word in sorted(line.words, key=lambda word: word.box[0]):
        if not word.text.strip():
            continue
        if out and word.box[0] - out[-1].box[2] < JOINED * (word.box[3] - word.box[1]):
            before = out[-1]
            box = (
                before.box[0],
                min(before.box[1], word.box[1]),
                max(before.box[2], word.box[2]),
                max(before.box[3], word.box[3]),
            )
            out[-1] = Piece(before.text + word.text, box, line.number)
        else:
            out.append(Piece(word.text, word.box, line.number))
    return out


def letter_height(pieces: Iterable[Piece]) -> float:
    """The usual height of the pieces; 1 where there are none."""
    heights = [piece.height for piece in pieces]
    return median(heights) if heights else 1.0


def clusters(pieces: Sequence[Piece], height: float) -> list[list[Piece]]:
    """Pieces gathered to rows: those that overlap or nearly touch from top to bottom."""
    out: list[list[Piece]] = []
    bottom = 0.0
    for piece in sorted(pieces, key=lambda piece: (piece.box[1], piece.box[0])):
        if out and piece.box[1] - bottom < TIGHT * height:
            out[-1].append(piece)
            bottom = max(bottom, piece.box[3])
        else:
            out.append([piece])
            bottom = piece.box[3]
    return out


def stacked(pieces: Sequence[Piece]) -> list[Stack]:
    """The cells of one row, left to right: pieces that stand above each other."""
    groups: list[list[Piece]] = []
    right = 0.0
    for piece in sorted(pieces, key=lambda piece: piece.box[0]):
        if groups and piece.box[0] < right - 0.5:
            groups[-1].append(piece)
            right = max(right, piece.box[2])
        else:
            groups.append([piece])
            right = piece.box[2]
    return [stack_of(group) for group in groups]


def stack_of(pieces: Sequence[Piece]) -> Stack:
    """Pieces of one cell in reading order: line by line, from left to right."""
    out: list[Piece] = []
    for line in _print_lines(pieces):
        out += sorted(line, key=lambda piece: piece.box[0])
    return Stack(tuple(out))


def _print_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if lines and piece.middle - lines[-1][0].middle < 0.5 * piece.height:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return lines


def cells_down(pieces: Sequence[Piece], height: float) -> list[Stack]:
    """The cells of one column, from top to bottom; what stands in brackets (`（万元）`, `（10分）`) goes on with the cell above it."""
    out: list[list[Piece]] = []
    for group in clusters(pieces, height):
        near = out and min(p.box[1] for p in group) - max(p.box[3] for p in out[-1]) < height
        if near and group[0].text[:1] in "（(":
            out[-1] += group
        else:
            out.append(group)
    return [stack_of(group) for group in out]

"""Characters on a page to runs, lines and pieces.

A PDF gives characters with places and nothing else. A run is a stretch of characters that were set one right after the other;
lines are runs of about the same height. How far apart two lines stand is taken from the characters themselves, because digits
are often set in another font with a shifted baseline, and a fixed tolerance scrambles such rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mbkg.documents.model import Box, Word

_JOINED = 0.35  # of the character size: a wider gap ends a run
_SAME_LINE = 0.45  # of the smaller height: how far apart the middles of one line's runs may lie
_MOST_INDENT = 60


@dataclass(slots=True)
class Char:
    """One character: its box in points, its size, the way its line runs (along, up, down, back, aslant), whether it is white."""

    text: str
    box: Box
    size: float
    way: str = "along"
    white: bool = False

    @property
    def x(self) -> float:
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        return (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text set without a gap: its characters with their horizontal places, and its box in points."""

    text: str
    box: Box
    size: float
    places: tuple[tuple[float, float], ...] = field(repr=False, default=())

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    def part(self, start: int, end: int) -> Run:
        """The characters from `start` to before `end` as a run of their own."""
        places = self.places[start:end]
        box = (places[0][0], self.box[1], places[-1][1], self.box[3])
        return Run(self.text[start:end], box, self.size, places)


def runs_of(chars: Iterable[Char]) -> list[Run]:
    """Characters in the order in which the page sets them, as runs; white space ends a run and is dropped."""
    runs: list[Run] = []
    current: list[Char] = []

    def close() -> None:
        if current:
            runs.append(_run(current))
            current.clear()

    for char in chars:
        if not char.text.strip(" \t\r\n\u3000\xa0\x00"):
            close()
            continue
        if current and not _follows(current[-1], char):
            close()
        current.append(char)
    close()
    return runs


def _follows(before: Char, char: Char) -> bool:
    size = max(before.size, char.size, 1.0)
    gap = char.box[0] - before.box[2]
    return -0.6 * size < gap < _JOINED * size and abs(char.y - before.y) < 0.5 * size


def _run(chars: Sequence[Char]) -> Run:
    texts: list[str] = []
    places: list[tuple[float, float]] = []
    for char in chars:
        for letter in char.text:  # a ligature is one character with several letters
            texts.append(letter)
            places.append((char.box[0], char.box[2]))
    boxes = [char.box for char in chars]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return Run("".join(texts), box, max(char.size for char in chars), tuple(places))


def lines_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs grouped into lines from top to bottom, each from left to right."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.middle, run.box[0])):
        line = next((line for line in reversed(lines[-3:]) if _on_line(run, line)), None)
        if line is None:
            lines.append([run])
        else:
            line.append(run)
    return [sorted(line, key=lambda run: run.box[0]) for line in lines]


def _on_line(run: Run, line: Sequence[Run]) -> bool:
    """Whether a run stands on a line: its middle is near that of the line's runs nearest to it in height."""
    near = min(line, key=lambda other: abs(other.middle - run.middle))
    height = min(run.box[3] - run.box[1], near.box[3] - near.box[1])
    first = min(other.middle for other in line)
    return abs(near.middle - run.middle) <= _SAME_LINE * height and run.middle - first <= 0.8 * max(height, 1.0)


def pieces_of(line: Sequence[Run]) -> tuple[Word, ...]:
    """The pieces of a line, left to right: its runs, for where a run ends a cell may end."""
    return tuple(Word(run.text, run.box) for run in line)


def line_text(pieces: Sequence[Word], left: float, size: float) -> str:
    """The pieces as text, gaps and indent told by spaces of half a character."""
    half = max(size, 1.0) / 2
    text = " " * min(max(round((pieces[0].box[0] - left) / half), 0), _MOST_INDENT)
    end = pieces[0].box[0]
    for index, piece in enumerate(pieces):
        if index:
            text += " " * max(1, min(round((piece.box[0] - end) / half), _MOST_INDENT))
        text += piece.text
        end = piece.box[2]
    return text

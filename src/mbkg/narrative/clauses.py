"""Sentences cut into clauses, and clauses into figure phrases, every piece with its place in the paragraph.

A bracket that states figures is a clause of its own, read after the one it interrupts; any other bracket belongs to its noun
(因公出国（境）费). A 、 separates clauses only where each side states a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mbkg.narrative.figures import Figure, figures

_HIDDEN = "\x00"  # stands for a bracket that is read on its own
_BREAKS = "，；：,;:"
_OPEN, _CLOSE = "（“‘《〈【〔", "）”’》〉】〕"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One figure and the words on both sides of it, up to the neighbouring figures of the clause.

    Words between an amount and the next figure speak of the next (100万元占总额的5%), so an amount has a tail only at the end.
    """

    lead: str
    figure: Figure
    tail: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence: its words, where they begin in the paragraph, its figures, the mark after it, its brackets."""

    text: str
    start: int
    phrases: tuple[Phrase, ...]
    mark: str
    brackets: tuple[Clause, ...] = ()

    @property
    def words(self) -> str:
        """The text without the brackets that are read on their own."""
        return self.text.replace(_HIDDEN, "")

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """From one full stop to the next: its text, where it begins in the paragraph, its clauses."""

    text: str
    start: int
    clauses: tuple[Clause, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def sentences(text: str, offset: int = 0) -> tuple[Sentence, ...]:
    """The sentences of a paragraph; `offset` is where `text` begins in it."""
    result = []
    start = 0
    for end in [*_ends(text), len(text)]:
        piece = text[start:end]
        if piece.strip("。！？ "):
            result.append(Sentence(piece, offset + start, tuple(_clauses(piece, offset + start))))
        start = end
    return tuple(result)


def _ends(text: str) -> Iterator[int]:
    depth, unclosed = 0, _unclosed(text)
    for index, ch in enumerate(text):
        depth += (ch in "（《" and index not in unclosed) - (ch in "）》" and depth > 0)
        if ch in "。！？" and depth == 0:
            yield index + 1
            depth = 0


def _unclosed(text: str) -> frozenset[int]:
    """Where a bracket or quotation opens that nothing closes: it holds nothing together."""
    opened: list[int] = []
    for index, ch in enumerate(text):
        if ch in _OPEN:
            opened.append(index)
        elif ch in _CLOSE:
            partner = next((at for at in reversed(opened) if text[at] == _OPEN[_CLOSE.index(ch)]), None)
            opened = [at for at in opened if partner is None or at != partner]
    return frozenset(opened)


def _clauses(text: str, offset: int) -> Iterator[Clause]:
    masked, brackets = _mask(text, offset)
    all_figures = figures(masked)
    for start, end, mark in _cuts(masked, all_figures):
        piece = masked[start:end]
        inside = [figure for figure in all_figures if start <= figure.start and figure.end <= end]
        within = tuple(clause for at, clause in brackets if start <= at < end)
        if piece.strip(_HIDDEN + "。、 "):
            yield Clause(piece, offset + start, tuple(_phrases(piece, start, offset, inside)), mark, within)


def _mask(text: str, offset: int) -> tuple[str, list[tuple[int, Clause]]]:
    """The text with every bracket that states a figure hidden, and those brackets as clauses."""
    children: list[tuple[int, Clause]] = []
    masked = text
    for match in re.finditer(r"（[^（）]*(?:（[^（）]*）[^（）]*)*）", text):
        inner = match.group()[1:-1]
        if any(figure.unit for figure in figures(inner)) and not re.match(r"(?:基数|上年|不可比|\d+[类款项]$)", inner):
            children += [(match.start(), clause) for clause in _clauses(inner, offset + match.start() + 1)]
            masked = masked[: match.start()] + _HIDDEN * len(match.group()) + masked[match.end() :]
    return masked, children


def _cuts(text: str, found: Sequence[Figure]) -> Iterator[tuple[int, int, str]]:
    """The start, end and closing mark of every clause."""
    start, depth, unclosed = 0, 0, _unclosed(text)
    for index, ch in enumerate(text):
        if ch in _OPEN and index not in unclosed:
            depth += 1
        elif ch in _CLOSE and depth:
            depth -= 1
        elif depth == 0 and (_breaks(text, start, index, found) or (ch == "（" and index in unclosed)):
            yield start, index, ch
            start = index + 1
    yield start, len(text.rstrip("。！？")), text[-1:]


def _breaks(text: str, start: int, index: int, found: Sequence[Figure]) -> bool:
    """Whether a clause ends at this mark: never inside a number, at a 、 only between two figures."""
    if any(figure.start <= index < figure.end for figure in found):
        return False
    return text[index] in _BREAKS or (text[index] == "、" and _divides(text, start, index, found))


def _divides(text: str, start: int, index: int, found: Sequence[Figure]) -> bool:
    """Whether a 、 has a figure on both sides before the next break."""
    after = re.search(rf"[{_BREAKS}。]", text[index + 1 :])
    end = index + 1 + after.start() if after else len(text)
    before = any(start <= figure.start < index for figure in found)
    return before and any(index < figure.start < end for figure in found)


def _phrases(piece: str, start: int, offset: int, inside: Sequence[Figure]) -> Iterator[Phrase]:
    last = 0
    for index, figure in enumerate(inside):
        at, end = figure.start - start, figure.end - start
        stop = inside[index + 1].start - start if index + 1 < len(inside) else len(piece)
        lead = piece[last:at].replace(_HIDDEN, "")
        moved = replace(
            figure, start=offset + figure.start, end=offset + figure.end, number_at=offset + figure.number_at
        )
        tail = "" if not figure.is_count and index + 1 < len(inside) else piece[end:stop].replace(_HIDDEN, "")
        yield Phrase(lead, moved, tail)
        last = end

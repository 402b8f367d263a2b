"""A figure found in the line that prints it, so that it can be marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; `marked` where it is the figure that is looked for."""

    text: str
    marked: bool = False


def marked(line: str, printed: str, nth: int = 0) -> list[Piece]:
    """The line in pieces, the `nth` print of a figure marked (from 0), or every one where there are not so many.

    A figure is found only as a whole: 8.30 is not found within 88.30.

    >>> [piece.text for piece in marked("05 88.30 8.30", "8.30") if piece.marked]
    ['8.30']
    """
    spots = spots_of(line, printed)
    if 0 <= nth < len(spots):
        spots = spots[nth : nth + 1]
    pieces, at = [], 0
    for start, end in spots:
        pieces += [Piece(line[at:start]), Piece(line[start:end], True)]
        at = end
    return [piece for piece in (*pieces, Piece(line[at:])) if piece.text]


def marked_over_break(above: str, below: str, printed: str) -> tuple[list[Piece], list[Piece]] | None:
    """Two lines in pieces where a narrow column broke a figure between them; None where it did not.

    >>> [[piece.text for piece in line if piece.marked] for line in marked_over_break("506.2", "0", "506.20")]
    [['506.2'], ['0']]
    """
    first, second = above.rstrip(), below.lstrip()
    indent = below[: len(below) - len(second)]
    for start, end in spots_of(first + second, printed):
        if start < len(first) < end:
            cut = end - len(first)
            upper = [Piece(first[:start]), Piece(first[start:], True)]
            lower = [Piece(indent), Piece(second[:cut], True), Piece(second[cut:])]
            return [piece for piece in upper if piece.text], [piece for piece in lower if piece.text]
    return None


def spots_of(line: str, printed: str) -> list[tuple[int, int]]:
    """Where a line prints a text. A number is also found with its thousands separated, its last noughts dropped, or set full-width."""
    if not printed or not line:
        return []
    for form in _forms(printed):
        guard = r"[0-9.,]" if form[:1].isdigit() or form[:1] in "-−－" else r"(?!)"
        tail = r"(?![0-9]|[.,][0-9])" if form[-1:].isdigit() else ""
        pattern = f"(?<!{guard}){re.escape(form)}{tail}" if guard != r"(?!)" else f"{re.escape(form)}{tail}"
        found = [match.span() for match in re.finditer(pattern, line)]
        if found:
            return found
    return []


def _forms(printed: str) -> Sequence[str]:
    forms = [printed]
    number = re.fullmatch(r"([-−]?)(\d+)(\.\d+)?", printed.replace(",", ""))
    if number:
        sign, digits, places = number[1], number[2], number[3] or ""
        for each in (places, f"{places or '.'}0", f"{places or '.'}00"):
            forms += [f"{sign}{digits}{each}", f"{sign}{int(digits):,}{each}"]
    elif (figure := re.match(r"-?\d[\d,]*(?:\.\d+)?", printed)) and figure[0] != printed:
        forms += [figure[0], *_forms(figure[0])]
    return list(dict.fromkeys(forms))

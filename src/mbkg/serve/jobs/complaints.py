"""What the parser says of a query it refuses, with the place marked in the query."""

from __future__ import annotations

import re

_PLACE = re.compile(r"error at (\d+):(\d+)")
_LETTERS = re.compile(r"\[(?:'(?:\\'|[^'])*'|[^\]'])*\]")
_LONGEST = 600
_WIDTH = 100


def complaint(query: str, message: str) -> str:
    """The parser's message without its lists of letters; below it the line where it stopped, and a mark under the place."""
    told = _LETTERS.sub("", " ".join(message.split()))
    told = re.sub(r"(?:, )+(?=,|$)|(?<=of )(?:, )+", "", re.sub(r"\s+", " ", told)).strip(" ,")[:_LONGEST]
    found = _PLACE.search(message)
    if not found:
        return told
    lines = re.split(r"\r\n|\n|\r", query)
    row, column = int(found[1]), int(found[2])
    if not 0 < row <= len(lines):
        return told
    start = max(0, column - 1 - _WIDTH // 2)
    shown = lines[row - 1][start : start + _WIDTH]
    before = shown[: column - 1 - start]
    gap = "".join("　" if ord(letter) > 0x2E7F else "\t" if letter == "\t" else " " for letter in before)
    return f"第 {row} 行第 {column} 列，{told}\n{shown}\n{gap}^"

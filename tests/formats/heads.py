"""The head of a table from its layout: a tree of headings becomes rows of cells with spans, its leaves become columns."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .printed import Box, Row

_KINDS = {
    "#": "code",
    "=": "name",
    "$": "money",
    "~": "government-code",
    "^": "government-name",
    "*": "line",
    "%": "category",
}


@dataclass(slots=True)
class Heading:
    """One heading and what stands under it; a leaf has a `role`."""

    text: str
    role: str = ""
    below: list[Heading] = field(default_factory=list)

    @property
    def leaves(self) -> list[Heading]:
        return [self] if not self.below else [leaf for heading in self.below for leaf in heading.leaves]

    @property
    def depth(self) -> int:
        return 1 + max((heading.depth for heading in self.below), default=0)


@dataclass(frozen=True, slots=True)
class Layout:
    """The head of one table: rows of cells and, per column, (role, heading, half of the table: 0 left, 1 right)."""

    rows: tuple[Row, ...]
    columns: tuple[tuple[str, str, int], ...]

    @property
    def halves(self) -> int:
        return 1 + max(half for _, _, half in self.columns)


@cache
def layouts() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8"))


def layout_of(report: str, key: str) -> Any:
    """What the layouts say of a report under a key (a family of tables, `lead`, …), followed through `like`."""
    table = layouts()[report]
    return table[key] if key in table or "like" not in table else layout_of(table["like"], key)


def head(text: str, **values: object) -> Layout:
    """The head of a table from its notation; `values` fill `{year}` and the like."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    halves = [_parse(half) for half in text.split(" | ")]
    trees = [tree for half in halves for tree in half]
    depth = max(tree.depth for tree in trees)
    rows: list[list[Box]] = [[] for _ in range(depth)]
    columns: list[tuple[str, str, int]] = []
    for which, half in enumerate(halves):
        for tree in half:
            _place(tree, len(columns), 0, depth, rows)
            columns += [(leaf.role, leaf.text, which) for leaf in tree.leaves]
    return Layout(tuple(tuple(sorted(row, key=lambda box: box.column)) for row in rows), tuple(columns))


def _place(tree: Heading, column: int, level: int, depth: int, rows: list[list[Box]]) -> None:
    if not tree.below:
        rows[level].append(Box(tree.text, column, 1, depth - level, "head"))
        return
    rows[level].append(Box(tree.text, column, len(tree.leaves), 1, "head"))
    for heading in tree.below:
        _place(heading, column, level + 1, depth, rows)
        column += len(heading.leaves)


def _parse(text: str) -> list[Heading]:
    """Headings of one level: `A(=b;$c);$d`."""
    headings: list[Heading] = []
    depth = 0
    piece = ""
    for char in text + ";":
        if char == ";" and depth == 0:
            headings.append(_heading(piece))
            piece = ""
            continue
        depth += {"(": 1, ")": -1}.get(char, 0)
        piece += char
    return headings


def _heading(piece: str) -> Heading:
    piece = piece.strip()
    if piece.endswith(")"):
        name, _, inside = piece[:-1].partition("(")
        return Heading(name.strip(), "", _parse(inside))
    return Heading(piece[1:], _KINDS[piece[0]])

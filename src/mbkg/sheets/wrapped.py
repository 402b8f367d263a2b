"""Names and targets that a flattened page wrapped over several lines, put together again.

Each cell of the printed sheet was as wide as its column, so a piece that fills the column goes on in the next line and a shorter one
is the end of its cell. Lines are divided into indicators by the cheapest division: a comparator or a number with its unit opens a
target, a full piece wants a continuation, an indicator wants a name and a target. The two column widths are not printed; they are
the ones under which the whole document costs least. Every line ends up in exactly one indicator.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mbkg.indicators import is_qualitative, looks_like_target, split_target
from mbkg.labels import squeeze
from mbkg.sheets.vocabulary import words

LONGEST = 7  # lines of one indicator
SHORTEST_NAME = 4.0
MOST_TRIED = 16
ENOUGH_LINES = 240
NARROWEST = 7.0  # no name column is narrower
_SPLIT_HERE = re.compile(r"[≥≤＞＜≧≦=＝]\s*\d")
_MARKS = "，。、；：,;:"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a block: its number, page, and text with single spaces."""

    number: int
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Division:
    """One indicator's name and target with the line its target (else its name) stands on."""

    name: str
    target: str
    line: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Widths:
    """The widths of the name and target columns in Chinese characters; infinite where nothing was seen to wrap."""

    name: float
    target: float


@dataclass(frozen=True, slots=True)
class _Split:
    left: str
    right: str
    cost: float


@lru_cache(maxsize=50_000)
def width_of(text: str) -> float:
    """How wide a text prints, in Chinese characters; ASCII takes half of one."""
    return sum(0.5 if ch.isascii() else 1.0 for ch in text)


def column_widths(blocks: Sequence[Sequence[TextLine]]) -> Widths:
    """The name and target column widths under which dividing all blocks costs least."""
    unclear = _enough([block for block in blocks if any(_sure_split(line.text) is None for line in block)])
    sure = [split.left for block in blocks for line in block if (split := _sure_split(line.text))]
    floor = max((width_of(left) for left in sure), default=0.0)
    plain = [width_of(line.text) for block in unclear for line in block if " " not in line.text]
    lefts = [width_of(left) for left in sure]
    best = Widths(float("inf"), float("inf"))
    best_cost = _total(unclear, best)
    for name in _likely([w for w in [*plain, *lefts] if w >= max(NARROWEST, floor - 0.5)]):
        cost = _total(unclear, Widths(name, best.target))
        if cost < best_cost - 0.01:
            best, best_cost = Widths(name, best.target), cost
    rights = [width_of(line.text.rpartition(" ")[2]) for block in unclear for line in block if " " in line.text]
    for target in _likely([w for w in [*plain, *rights] if w >= NARROWEST + 1]):
        cost = _total(unclear, Widths(best.name, target))
        if cost < best_cost - 0.01:
            best, best_cost = Widths(best.name, target), cost
    return best


def _likely(widths: Sequence[float]) -> list[float]:
    """The widths worth trying, widest first: those that recur, then the widest."""
    counted = Counter(widths)
    return sorted(sorted(counted, key=lambda w: (-counted[w], -w))[:MOST_TRIED], reverse=True)


def _enough(blocks: Sequence[Sequence[TextLine]]) -> list[Sequence[TextLine]]:
    """As many blocks as show the widths; a document repeats its form, and trying widths on all of a long one takes long."""
    chosen: list[Sequence[TextLine]] = []
    for block in blocks:
        if sum(map(len, chosen)) < ENOUGH_LINES:
            chosen.append(block[:ENOUGH_LINES])
    return chosen


def divide(block: Sequence[TextLine], widths: Widths) -> list[Division]:
    """The indicators of one block of lines, in print order."""
    _, ends = _cheapest(tuple(line.text for line in block), widths)
    divisions = []
    start = 0
    for end in ends:
        lines = block[start:end]
        names, targets, target_at = _best_roles(tuple(line.text for line in lines), widths)[1]
        at = lines[target_at if target_at >= 0 else 0]
        divisions.append(Division(squeeze("".join(names)), squeeze("".join(targets)), at.number, at.page))
        start = end
    return divisions


def _total(blocks: Sequence[Sequence[TextLine]], widths: Widths) -> float:
    return sum(_cheapest(tuple(line.text for line in block), widths)[0] for block in blocks)


def _cheapest(lines: tuple[str, ...], widths: Widths) -> tuple[float, list[int]]:
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    for end in range(1, len(lines) + 1):
        options = []
        targets = 0
        for start in range(end - 1, max(0, end - LONGEST) - 1, -1):
            targets += looks_like_target(lines[start]) or _sure_split(lines[start]) is not None
            if targets > 1:
                break  # two targets are two indicators
            cost = best[start][0] + _best_roles(lines[start:end], widths)[0]
            options.append((cost, -start, start))
        cost, _, start = min(options)
        best.append((cost, [*best[start][1], end]))
    return best[-1]


_Roles = tuple[tuple[str, ...], tuple[str, ...], int]


@lru_cache(maxsize=20_000)
def _best_roles(lines: tuple[str, ...], widths: Widths) -> tuple[float, _Roles]:
    """The cheapest reading of some lines as one indicator: names first, target, then at most two pieces of the name."""
    size = len(lines)
    best: tuple[float, _Roles] = (1e9, ((), lines, 0))
    for tail in range(min(2, size - 1) + 1):
        for names in range(size - tail + 1):
            middle = size - tail - names
            splits = _splits(lines[names]) if middle >= 1 else ()
            options: list[_Split | None] = [None, *splits]
            for split in options:
                if split is not None:
                    left: tuple[str, ...] = (*lines[:names], split.left)
                    right: tuple[str, ...] = (split.right, *lines[names + 1 : size - tail])
                else:
                    left, right = lines[:names], lines[names : size - tail]
                if tail and not (left and right):
                    continue
                after = lines[size - tail :] if tail else ()
                cost = _cost((*left, *after), right, widths, split)
                cost += 0.0 if not tail else 0.8 if widths.name < float("inf") else 4.0
                if cost < best[0]:
                    best = (cost, ((*left, *after), right, names if right else -1))
    return best


def _cost(names: tuple[str, ...], targets: tuple[str, ...], widths: Widths, split: _Split | None) -> float:
    cost = (split.cost if split else 0.0) + 0.15 * max(0, len(targets) - 1)
    whole = "".join(names)
    if not whole:
        cost += 8.0
    elif width_of(whole) < SHORTEST_NAME:
        cost += 0.8
    elif whole.endswith(words().name_endings):
        cost -= 0.4
    if whole and (
        whole[0] in _MARKS + "）)" or whole.count("（") + whole.count("(") != whole.count("）") + whole.count(")")
    ):
        cost += 1.5
    for index, piece in enumerate(names):
        if split is None or piece != split.left:
            cost += _whole_line_cost(piece, as_name=True)
        cost += _continuation(piece, widths.name, last=index == len(names) - 1, gap=3.0)
    if not targets:
        return cost + 5.0
    first = targets[0]
    if not (looks_like_target(first) or is_qualitative(first)):
        cost += 0.8
    elif len(targets) > 1:
        cost += 0.3 if split_target(first).value is None and not is_qualitative(first) else 4.0
    for index, piece in enumerate(targets):
        if split is None or piece != split.right:
            cost += _whole_line_cost(piece, as_name=False)
        if index and looks_like_target(piece):
            cost += 3.0
        cost += _continuation(piece, widths.target, last=index == len(targets) - 1, gap=2.5)
    return cost


def _continuation(piece: str, column: float, *, last: bool, gap: float) -> float:
    width = width_of(piece)
    over = min(4.0, 2 * (width - column)) if width > column + 0.6 else 0.0
    full = column - 1.0 <= width <= column + 0.6
    if last:
        return over + (0.6 if full and piece[-1:] != "。" else 0.0)
    if column == float("inf"):
        return gap * 0.6
    return over + (0.0 if full else gap) + (0.3 if piece[-1:] == "。" else 0.0)


@lru_cache(maxsize=50_000)
def _whole_line_cost(text: str, *, as_name: bool) -> float:
    cost = 6.0 if as_name and looks_like_target(text) else 0.0
    split = _sure_split(text)
    if split is not None:
        return cost + 5.0
    gaps = [m.start() for m in re.finditer(" ", text)]
    if looks_like_target(text):
        return cost
    return cost + (0.7 if any(text[at - 1] not in _MARKS for at in gaps) else 0.0)


@lru_cache(maxsize=4000)
def _splits(text: str) -> tuple[_Split, ...]:
    found: list[_Split] = []
    if looks_like_target(text):
        return ()
    for match in re.finditer(" ", text):
        left, right = text[: match.start()].rstrip(), text[match.end() :].lstrip()
        if not left or not right or left[-1] in _MARKS or looks_like_target(left):
            continue
        sure = looks_like_target(right) or is_qualitative(right)
        spread = 0.3 * (right.count(" ") + left.count(" ")) if not sure else 0.0
        found.append(_Split(left, right, 0.0 if sure else 0.5 + spread))
    if " " not in text:
        mark = _SPLIT_HERE.search(text)
        if mark and mark.start() > 1:
            found.append(_Split(text[: mark.start()], text[mark.start() :], 0.3))
    return tuple(found)


@lru_cache(maxsize=4000)
def _sure_split(text: str) -> _Split | None:
    """The division of a line into name and an unmistakable target, where it has one."""
    for split in _splits(text):
        if split.cost == 0.0:
            return split
    return None

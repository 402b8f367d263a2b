"""One indicator row under known headings: which cell is the name, the target, the result, the rate, the score.

OCR moves cells left and right, and a flattened row has no columns at all, so cells are given to headings by what they look like, in
order, with the printed column as one more hint; side headings and levels are recognised by their words and taken off first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mbkg.amounts import NOT_STATED, is_number, to_ascii_digits
from mbkg.indicators import comparators, is_qualitative, looks_like_target
from mbkg.labels import squeeze
from mbkg.sheets.levels import is_level, is_level1, is_level2, level_prefix
from mbkg.sheets.model import IndicatorRow, Piece, Row
from mbkg.sheets.vocabulary import heading_key, weight_of, without_weight, words

_SKIP = {
    "level3": 6.0,
    "target": 3.0,
    "value": 2.0,
    "actual": 1.2,
    "completion": 0.8,
    "score": 0.8,
    "weight": 0.8,
    "nature": 1.0,
    "unit": 0.3,
}
_MORE = {"level3": 0.3, "deviation": 0.1, "target": 1.0, "actual": 1.0}
_TEXT_ROLES = ("goal", "name", "unit_name", "category", "code", "budget", "level1", "level2", "ignored", "direction")


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading over indicator rows: its role and, in a grid, its column."""

    role: str
    column: int


@dataclass(frozen=True, slots=True)
class LevelCells:
    """The level cells of a row, which level's column each stands in (0: unknown), and what is left of the row."""

    levels: tuple[str, ...]
    nearest: tuple[int, ...]
    rest: tuple[Piece, ...]


def headings_of(row: Row) -> list[Heading]:
    """The indicator headings a row names, in order."""
    lookup = words().columns
    return [Heading(role, p.column) for p in row.pieces if (role := lookup.get(heading_key(p.text)))]


def take_levels(pieces: Sequence[Piece], headings: Sequence[Heading], *, level2: str = "") -> LevelCells:
    """Take side headings and levels off the front of a row.

    Args:
        level2: the level in force; a row that would lose its name to it keeps it (`服务对象满意度 | ≥90%`).
    """
    vocabulary = words()
    rest = [p for p in pieces if heading_key(p.text) not in vocabulary.directions or "指标" not in p.text]
    while rest and heading_key(rest[0].text) in vocabulary.side and not is_level(rest[0].text):
        rest.pop(0)
    levels: list[str] = []
    nearest: list[int] = []
    while rest and len(levels) < 2:
        count = level_prefix([p.text for p in rest], longest=1 if rest[0].column >= 0 else 3)
        if not count:
            count = 1 if _stands_as_level(rest, headings) else 0
        if not count or (levels and is_level1(levels[0]) and is_level1(rest[0].text) and not is_level2(rest[0].text)):
            break
        if _needs_name(rest[count:]) and (levels or level2):
            break  # the cell before a target is the name, whatever it says
        levels.append(squeeze("".join(p.text for p in rest[:count])))
        moved = _moved(rest[count:], headings)
        nearest.append(
            _nearest_level(Piece(rest[0].text, rest[0].column - moved if rest[0].column >= 0 else -1), headings)
        )
        rest = rest[count:]
    return LevelCells(tuple(levels), tuple(nearest), tuple(rest))


def _moved(rest: Sequence[Piece], headings: Sequence[Heading]) -> int:
    """How many columns OCR moved the row: by its name, where that stands beside the name's heading."""
    at = next((h.column for h in headings if h.role == "level3"), -1)
    moved = rest[0].column - at if rest and rest[0].column >= 0 and at >= 0 else 0
    return moved if abs(moved) == 1 else 0


def _needs_name(rest: Sequence[Piece]) -> bool:
    return bool(rest) and (looks_like_target(rest[0].text) or is_qualitative(rest[0].text))


def _stands_as_level(rest: Sequence[Piece], headings: Sequence[Heading]) -> bool:
    """Whether a cell the taxonomy does not know stands under a level heading and reads as a level."""
    if rest[0].column < 0 or len(rest) < 3:
        return False
    at = _nearest_level(rest[0], headings)
    return at > 0 and without_weight(rest[0].text).endswith("指标")


def _nearest_level(piece: Piece, headings: Sequence[Heading]) -> int:
    if piece.column < 0:
        return 0
    ranks = {"level1": 1, "level2": 2}
    near = [(abs(h.column - piece.column), ranks[h.role]) for h in headings if h.role in ranks and h.column >= 0]
    near.sort()
    return near[0][1] if near and near[0][0] == 0 else 0


def read_cells(pieces: Sequence[Piece], headings: Sequence[Heading]) -> tuple[dict[str, str], float]:
    """Give the cells of a row, levels taken off, to the roles of the headings.

    Returns:
        Printed text by role, and the cost of the assignment (about 0 where all cells look as they should).
    """
    roles = tuple(h for h in headings if h.role not in _TEXT_ROLES) or (Heading("level3", -1), Heading("target", -1))
    if not any(h.role == "level3" for h in roles):
        roles = (Heading("level3", -1), *roles)
    cells = _merged_signs(pieces, any(h.role == "nature" for h in roles))
    cost, given = _assign(tuple(cells), roles, 0, 0, 0)
    out: dict[str, str] = {}
    for piece, heading in zip(cells, given, strict=True):
        out[heading] = out.get(heading, "") + piece.text
    return out, cost


def indicator_row(values: dict[str, str], row: Row, level1: str, level2: str) -> IndicatorRow:
    """The indicator that assigned cells make."""
    name = values.get("level3", "")
    weight = values.get("weight", "") or weight_of(name)
    target = values.get("target", "")
    nature = None
    if "nature" in values or (not target and "value" in values):
        nature, target = values.get("nature", ""), values.get("value", "") or target
    return IndicatorRow(
        level1,
        level2,
        without_weight(name),
        target,
        row.number,
        row.page,
        weight=weight,
        actual=values.get("actual", ""),
        completion=values.get("completion", ""),
        score=values.get("score", ""),
        deviation=values.get("deviation", ""),
        nature=nature,
        unit=values.get("unit", ""),
    )


def _merged_signs(pieces: Sequence[Piece], has_nature: bool) -> list[Piece]:
    """A comparator that stands alone belongs to the number behind it, unless the sheet has a column for it."""
    if has_nature:
        return list(pieces)
    signs = {word for word, _ in comparators().before}
    out: list[Piece] = []
    for piece in pieces:
        if out and squeeze(out[-1].text) in signs:
            out[-1] = Piece(out[-1].text + piece.text, out[-1].column)
        else:
            out.append(piece)
    return out


@lru_cache(maxsize=20_000)
def _assign(
    cells: tuple[Piece, ...], roles: tuple[Heading, ...], at: int, role: int, shift: int
) -> tuple[float, tuple[str, ...]]:
    if at == len(cells):
        return sum(_SKIP.get(h.role, 0.0) for h in roles[role:]), ()
    if role == len(roles):
        return 4.0 * (len(cells) - at), ("extra",) * (len(cells) - at)
    heading = roles[role]
    skipped, given = _assign(cells, roles, at, role + 1, shift)
    best = (skipped + _SKIP.get(heading.role, 0.0), given)
    cost = 0.0
    longest = 5 if cells[at].column < 0 and heading.role in _MORE else 1
    for count in range(1, min(longest, len(cells) - at) + 1):
        cost += _unlike(cells[at + count - 1].text, heading.role) + (_MORE[heading.role] if count > 1 else 0.0)
        moved = shift
        if cells[at].column >= 0 and heading.column >= 0:
            moved = cells[at].column - heading.column
            place = 0.25 * abs(moved - shift)
        else:
            place = 0.0
        rest, given = _assign(cells, roles, at + count, role + 1, moved)
        if cost + place + rest < best[0]:
            best = (cost + place + rest, (heading.role,) * count + given)
    return best


def _unlike(text: str, role: str) -> float:
    """How unlike a cell is to what stands under a heading; 0 where it looks right."""
    plain = to_ascii_digits(squeeze(text))
    number = is_number(plain)
    percent = plain.endswith("%")
    blank = plain in NOT_STATED
    if role in ("score", "weight"):
        return 0.0 if number and not percent else 0.5 if blank or number else 4.0
    if role == "completion":
        return 0.0 if number and percent else 0.6 if number or blank else 1.0
    if role == "level3":
        return 5.0 if looks_like_target(plain) else 0.0
    if role in ("target", "actual"):
        signed = plain[:1] in "≥≤<>=＞＜" and role == "actual"
        base = (
            0.6
            if number and not percent
            else 0.0
            if looks_like_target(plain)
            else 0.2
            if is_qualitative(plain)
            else 0.5
        )
        base = 0.8 if plain == "无" else base
        return base + (1.5 if signed else 0.0)
    if role == "nature":
        return 0.0 if plain in {w for w, _ in comparators().before} else 0.5 if plain == "0" else 4.0
    if role == "value":
        return 0.0 if number else 0.3 if is_qualitative(plain) else 0.6
    if role == "unit":
        return 4.0 if number else 0.0
    return 3.0 if number else 0.0  # deviation and other remarks

"""The headings of a sheet printed without rules, and which of them each piece below stands under."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mbkg.amounts import is_number
from mbkg.labels import squeeze
from mbkg.sheets.funds import money_unit_of
from mbkg.sheets.grids.heads import fund_role, is_heading, role_of
from mbkg.sheets.levels import is_level
from mbkg.sheets.places.pieces import TIGHT, Piece, Stack, stack_of
from mbkg.sheets.vocabulary import heading_key, words

_BRACKETED = re.compile(r"[（(][^（）()]*[）)]?")
_SHORT = 12  # characters of one line of a heading
_NEXT = 2.5  # of the character height: how far below each other two rows of headings stand


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its whole words, its role (blank where unknown), where it stands."""

    text: str
    role: str
    left: float
    right: float

    @property
    def start(self) -> int:
        """Its first column in the grid: grids of places count their columns in points."""
        return int(self.left)

    @property
    def width(self) -> int:
        return max(1, int(self.right) - int(self.left))


@dataclass(frozen=True, slots=True)
class Head:
    """The headings over some rows from left to right and the pieces they are made of."""

    columns: tuple[Heading, ...]
    pieces: tuple[Piece, ...]

    @property
    def lines(self) -> set[int]:
        return {piece.line for piece in self.pieces}

    @property
    def bottom(self) -> float:
        return max(piece.box[3] for piece in self.pieces)

    @property
    def top(self) -> float:
        return min(piece.box[1] for piece in self.pieces)

    def has(self, *roles: str) -> bool:
        return all(any(column.role == role for column in self.columns) for role in roles)


def known(text: str) -> bool:
    """Whether words head a column of a sheet or a list."""
    return bool(role_of(text)) or is_heading(text) or heading_key(text) in words().summary


def head_at(lines: Sequence[Sequence[Piece]], index: int, height: float) -> Head | None:
    """The headings whose main line is at an index; lines above and below it that only complete them belong to them."""
    main = [piece for piece in lines[index] if piece.text.strip()]
    if len(main) < 2 or sum(known(squeeze(piece.text)) for piece in main) < 2 or any(map(_figure, main)):
        return None
    taken = list(main)
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(lines) and _completes(lines[at], taken, height, step):
            taken += lines[at]
            at += step
    columns = _columns(taken)
    return Head(tuple(columns), tuple(taken)) if columns else None


def _figure(piece: Piece) -> bool:
    return is_number(piece.text)


def _told(piece: Piece) -> bool:
    """Whether a piece says a number, formula marks and weights in brackets aside."""
    return any(letter.isdigit() for letter in _BRACKETED.sub("", piece.text))


def _completes(line: Sequence[Piece], taken: Sequence[Piece], height: float, step: int) -> bool:
    """Whether a line goes on with headings: words of wrapped ones that touch them, or a row of headings below wider ones."""
    top, bottom = min(p.box[1] for p in taken), max(p.box[3] for p in taken)
    if not line:
        return False
    gap = min(p.box[1] for p in line) - bottom if step > 0 else top - max(p.box[3] for p in line)
    if any(_told(p) or len(p.text) > _SHORT or is_level(squeeze(p.text)) for p in line):
        return False
    if gap < TIGHT * height:
        return True
    deeper = len(line) > 1 and all(known(squeeze(p.text)) for p in line)
    return step > 0 and deeper and gap < _NEXT * height


def _columns(pieces: Sequence[Piece]) -> list[Heading]:
    """The lowest headings; one that stands over several of them is said before their words where they need it."""
    groups: list[list[Piece]] = []
    over: list[tuple[Piece, list[list[Piece]]]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.middle, piece.box[0])):
        under = [group for group in groups if _overlap(piece, group) > 0.5]
        if len(under) > 1:
            over.append((piece, under))
        elif under:
            under[0].append(piece)
        else:
            groups.append([piece])
    out = []
    for group in groups:
        stack = stack_of(group)
        above = "".join(piece.text for piece, under in over if any(each is group for each in under))
        text = next(
            (t for t in (stack.text, squeeze(above) + stack.text, stack.pieces[-1].text) if known(t)), stack.text
        )
        unit = money_unit_of(above)
        if unit and not money_unit_of(text):  # said over several columns, and true for each
            text += f"（{unit}）"
        out.append(Heading(text, role_of(text) or words().summary.get(heading_key(text), ""), stack.left, stack.right))
    return _by_place(sorted(out, key=lambda heading: heading.left))


def _by_place(columns: Sequence[Heading]) -> list[Heading]:
    """Headings whose meaning depends on what stands left of them: behind the indicators a 单位 measures, and a goal is a target."""
    names = [column.right for column in columns if column.role == "level3"]
    behind = {"unit_name": "unit", "goal": "target"}
    if names:
        return [replace(c, role=behind[c.role]) if c.left >= names[0] and c.role in behind else c for c in columns]
    totals = words().totals
    return [
        replace(c, role="budget" if heading_key(c.text) in totals else "money")
        if not c.role and (heading_key(c.text) in totals or fund_role(c.text))
        else c
        for c in columns
    ]


def _overlap(piece: Piece, group: Sequence[Piece]) -> float:
    return min(piece.box[2], max(p.box[2] for p in group)) - max(piece.box[0], min(p.box[0] for p in group))


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the page in which pieces stand above each other."""

    left: float
    right: float


def bands_of(pieces: Sequence[Piece]) -> list[Band]:
    """Where pieces stand above each other, left to right."""
    out: list[Band] = []
    for piece in sorted(pieces, key=lambda piece: piece.box[0]):
        left, right = piece.box[0] + 0.5, piece.box[2] - 0.5
        if out and left < out[-1].right:
            out[-1] = Band(out[-1].left, max(out[-1].right, right))
        else:
            out.append(Band(left, right))
    return out


def match(bands: Sequence[Band], columns: Sequence[Heading | Stack]) -> list[int] | None:
    """For every band the number of its column, rising from left to right; None where that is in doubt.

    As many bands as columns match in order. Otherwise a band stands under the one heading it overlaps; one that overlaps none stands under
    the heading that is clearly the nearest, left or right of it, within those its neighbours leave.
    """
    if not bands:
        return []
    if len(bands) == len(columns) and all(_near(b, columns, n) for n, b in enumerate(bands)):
        return list(range(len(columns)))
    found: list[int | None] = []
    for band in bands:
        under = [n for n, c in enumerate(columns) if min(band.right, c.right) - max(band.left, c.left) > 0]
        if len(under) > 1:
            return None
        found.append(under[0] if under else None)
    for at, band in enumerate(bands):
        if found[at] is not None:
            continue
        low = max((n for n in found[:at] if n is not None), default=-1)
        high = min((n for n in found[at + 1 :] if n is not None), default=len(columns))
        gaps = sorted((_gap(band, columns[n]), n) for n in range(max(low, 0), min(high, len(columns) - 1) + 1))
        free = [(gap, n) for gap, n in gaps if n not in found]
        if len(free) == 1 and free[0][0] <= 2 * gaps[0][0]:
            found[at] = free[0][1]
        elif len(gaps) > 1 and gaps[0][0] > 0.5 * gaps[1][0]:
            return None
        else:
            found[at] = gaps[0][1]
    out = [n for n in found if n is not None]
    return out if out == sorted(out) else None


def _near(band: Band, columns: Sequence[Heading | Stack], number: int) -> bool:
    """Whether a band stands under no other heading alone than its own."""
    own = _gap(band, columns[number])
    return own <= 0 or all(_gap(band, other) > 0 for n, other in enumerate(columns) if n != number)


def _gap(band: Band, column: Heading | Stack) -> float:
    return max(band.left - column.right, column.left - band.right)

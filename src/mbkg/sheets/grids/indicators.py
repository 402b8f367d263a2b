"""Indicator rows under their headings, levels carried down through spans and blanks.

A level printed in the row, or reaching into it from above, is the row's. Where the cell is blank, the level above goes on, as long
as the level beneath may stand under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mbkg.amounts import read_number
from mbkg.sheets.aligned import indicator_row
from mbkg.sheets.grids.blank import is_placeholder
from mbkg.sheets.grids.heads import Column, Header, Placed, by_order, moved, place
from mbkg.sheets.grids.matrix import GridRow, Slot
from mbkg.sheets.levels import LevelState, is_level1, is_level2
from mbkg.sheets.model import IndicatorRow, Row
from mbkg.sheets.vocabulary import heading_key, without_weight, words

_DATA = ("level3", "target", "value", "actual", "score", "completion", "nature", "unit", "deviation", "weight")
_TELLING = ("level3", "target", "value", "actual", "score", "completion")


@dataclass(slots=True)
class IndicatorColumns:
    """The headings over a run of indicator rows and the levels in force; `read` gives the row's indicator."""

    columns: tuple[Column, ...]
    layout: tuple[Column, ...] = ()  # all columns of the headings, side headings and blank ones included
    elsewhere: tuple[Column, ...] = ()  # the same headings once more, for a longer period
    levels: LevelState = field(default_factory=LevelState)

    def move(self, row: GridRow) -> bool:
        """Move the headings to the columns of a grid that goes on without them; whether its cells are counted as they are."""
        places = by_order(row, self.layout)
        if places is None:
            return False
        self.columns, self.elsewhere = moved(self.columns, places), moved(self.elsewhere, places)
        self.layout = moved(self.layout, places)
        return True

    def take(self, row: GridRow) -> tuple[IndicatorRow | None, bool]:
        """The indicator a row prints, None for none; and whether every number of the row was understood."""
        placed = place(row, (*self.columns, *self.elsewhere))
        self._take_levels(row, placed)
        values = {
            role: text
            for role, text in placed.texts.items()
            if role in _DATA and not (role != "deviation" and role != "nature" and is_placeholder(text))
        }
        understood = not any(_digit(slot) for slot in placed.spare if slot.own)
        understood &= not any(_digit(placed.slots[role]) for role in placed.texts if role.startswith("elsewhere"))
        understood &= not any(_digit(slot) for role, slot in placed.slots.items() if role == "ignored" and _money(slot))
        if any(_number(placed.texts.get(role, "")) for role in ("level1", "level2")):
            return None, False
        own = any(slot.own for role, slot in placed.slots.items() if role in _TELLING)
        if not own or not any(role in values for role in ("level3", "target", "value", "actual")):
            rest = [slot for role, slot in placed.slots.items() if role in _DATA and role != "weight" and slot.own]
            return None, understood and not any(_digit(s) and not is_placeholder(s.text) for s in rest)
        understood &= all(read_number(values[r]) is not None for r in ("score", "weight") if _digits(values.get(r, "")))
        line = Row(row.number, row.page, row.text, (), True)
        found = indicator_row(values, line, self.levels.level1, self.levels.level2)
        return found, understood

    def _take_levels(self, row: GridRow, placed: Placed) -> None:
        one, two = _level(placed, "level1"), _level(placed, "level2")
        slot = placed.slots.get("level1")
        if one and not two and slot is not None and self._covers_both(slot) and is_level2(one) and not is_level1(one):
            one, two = "", one
        if one:
            if without_weight(one) != self.levels.level1:
                self.levels.level1, self.levels.level2 = without_weight(one), ""
            self.levels.level2 = without_weight(two) or self.levels.level2
        elif two and is_level2(two):
            self.levels.take([two], [2])
        elif two:
            self.levels.level2 = without_weight(two)
        self.levels.weigh([cell for cell in (one, two) if cell])

    def coded(self, row: GridRow) -> bool:
        """Whether a row prints codes and amounts where levels and names would stand: it is of another table."""
        placed = place(row, self.columns)
        first = placed.slots.get("level1")
        number = first is not None and first.own and read_number(first.text) is not None
        return number and sum(read_number(slot.text) is not None for slot in row.filled) >= 2

    def _covers_both(self, slot: Slot) -> bool:
        return any(c.role == "level2" and slot.overlap(c.start, c.end) for c in self.columns)

    def total(self, row: GridRow) -> tuple[bool, str]:
        """Whether a row is the total of scores, and the score it prints."""
        filled = row.filled
        label, _, glued = (filled[0].text if filled else "").replace(":", "：").partition("：")
        if heading_key(label) not in words().totals:
            return False, ""
        numbers = [slot for slot in filled[1:] if read_number(slot.text) is not None]
        under_score = [s for c in self.columns if c.role == "score" for s in numbers if s.overlap(c.start, c.end)]
        if under_score:
            return not glued or glued == under_score[-1].text, under_score[-1].text
        if glued:
            return read_number(glued) is not None and not numbers, glued
        weights = [s for c in self.columns if c.role == "weight" for s in numbers if s.overlap(c.start, c.end)]
        left = [s for s in numbers if s not in weights]
        return len(left) <= 1, left[-1].text if len(left) == 1 else ""

    def total_weight(self, row: GridRow, score: str) -> str:
        """The sum of weights that a total row prints under the weights, blank where it prints none beside its score."""
        under = [
            s.text for c in self.columns if c.role == "weight" for s in row.filled[1:] if s.overlap(c.start, c.end)
        ]
        numbers = [slot for slot in row.filled[1:] if read_number(slot.text) is not None]
        return under[0] if len(under) == 1 and len(numbers) == 2 and read_number(under[0]) is not None else ""


def _level(placed: Placed, role: str) -> str:
    text = placed.texts.get(role, "")
    return "" if is_placeholder(text) or read_number(text) is not None else text


def _digit(slot: Slot) -> bool:
    return _digits(slot.text)


def _digits(text: str) -> bool:
    return any(ch.isdigit() for ch in text)


def _number(text: str) -> bool:
    return bool(text) and read_number(text) is not None


def _money(slot: Slot) -> bool:
    return "." in slot.text and read_number(slot.text) is not None


def indicator_columns(header: Header, yearly: tuple[int, int] | None = None) -> IndicatorColumns:
    """The headings over the indicators of one sheet.

    Where they stand twice side by side, for a longer period and for the year, the year's are kept.

    Args:
        yearly: the columns under which the sheet prints the year's goal.
    """
    border = min((c.start for c in header.columns if c.role in ("level1", "level2", "level3")), default=0)
    columns = [
        c for c in header.columns if c.start >= border and c.role not in ("name", "unit_name", "money", "budget")
    ]
    lanes = _lanes(columns)
    if len(lanes) < 2:
        return IndicatorColumns(tuple(columns), header.layout)
    kept = lanes[-1]
    if yearly is not None:
        kept = max(lanes, key=lambda lane: sum(min(c.end, yearly[1]) - max(c.start, yearly[0]) for c in lane))
    shared = tuple(c for c in columns if not any(c in lane for lane in lanes))
    elsewhere = tuple(replace(c, role="elsewhere-" + c.role) for lane in lanes if lane is not kept for c in lane)
    return IndicatorColumns((*shared, *kept), header.layout, elsewhere)


def _lanes(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """The runs of headings that repeat one another; none where no name and target heading stands twice."""
    roles = [c.role for c in columns]
    if roles.count("level3") < 2 or max(roles.count("target"), roles.count("value")) < 2:
        return []
    opens = "level2" if roles.count("level2") == roles.count("level3") else "level3"
    starts = [at for at, role in enumerate(roles) if role == opens]
    ends = [*starts[1:], len(columns)]
    return [tuple(columns[a:b]) for a, b in zip(starts, ends, strict=True)]

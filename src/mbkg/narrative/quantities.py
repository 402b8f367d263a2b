"""What a statement's figure is, taken by itself: how exactly it is printed, which way its words point, where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from mbkg.amounts import WAN_PER_UNIT, printed_places
from mbkg.narrative.vocabulary import table
from mbkg.reports import Statement

Direction = Literal["", "up", "down", "level", "about"]

DERIVED = (
    "占比",
    "完成率",
    "无",
    "比率",
    "得分",
    "自评得分",
    "评价得分",
)  # said of another figure, or of nothing that adds up
_MANY = 10  # figures at the finest place that must lack a final zero before the report is said to drop them


def halves(statements: Sequence[Statement]) -> tuple[Decimal, ...]:
    """How far the true figure may lie from each printed value, in its unit; 0 where there is none or where things are counted.

    A report that never prints a final zero drops it: there 2.5 beside 3.22 is 2.50. A printed 0 is nothing at all.
    """
    exact = table("parts")["exact_units"]
    places = [printed_places(str(s.value)) if s.value is not None else 0 for s in statements]
    finest: dict[str, int] = {}
    for statement, own in zip(statements, places, strict=True):
        if statement.value is not None:
            finest[statement.unit] = max(own, finest.get(statement.unit, 0))
    dropping = {unit for unit, most in finest.items() if most and _drops_zeros(statements, places, unit, most)}
    found = []
    for statement, own in zip(statements, places, strict=True):
        most = finest.get(statement.unit, 0)
        if statement.value is None or (statement.unit in exact and own == 0):
            found.append(Decimal(0))
        elif statement.unit not in WAN_PER_UNIT:
            found.append(half_place(own))
        else:
            at_finest = statement.value == 0 or (own == most - 1 and statement.unit in dropping and own > 0)
            found.append(half_place(most if at_finest else own))
    return tuple(found)


def half_place(places: int) -> Decimal:
    """Half of the last of so many decimal places."""
    return Decimal(5).scaleb(-places - 1)


def _drops_zeros(statements: Sequence[Statement], places: Sequence[int], unit: str, most: int) -> bool:
    longest = [
        str(s.value)
        for s, own in zip(statements, places, strict=True)
        if s.unit == unit and s.value is not None and own == most
    ]
    return len(longest) >= _MANY and not any(text.endswith("0") for text in longest)


def direction_of(statement: Statement) -> Direction:
    """Which way the printed word of change points; `about` where it says nearly level, blank where there is none or no choice was made."""
    if not statement.direction or statement.undecided:
        return ""
    words = table("sentences")
    if statement.direction in (*words["up"], *words["more"]):
        return "up"
    if statement.direction in (*words["down"], *words["less"]):
        return "down"
    return "about" if re.search(table("parts")["about"], statement.direction) else "level"


def has_change(statement: Statement) -> bool:
    """Whether an amount of change is printed; 持平 prints none."""
    return statement.change is not None and direction_of(statement) not in ("level", "about")


def reason_direction(statement: Statement) -> Direction:
    """Which way the reason says that the very item went; blank where it speaks of anything else or of several things."""
    known = table("parts")["reason"]
    for way in ("up", "down"):
        match = re.match(known[way], statement.reason)
        if match and (not match["item"] or match["item"].endswith(statement.subject)):
            return "up" if way == "up" else "down"
    return ""


def may_be_negative(statement: Statement) -> bool:
    return bool(re.search(table("parts")["may_be_negative"], statement.subject))


def chapter(statement: Statement) -> tuple[str, ...]:
    """The first heading over a statement."""
    path = statement.context.split(" / ") if statement.context else []
    own = len(statement.classes) + bool(statement.whole)
    return tuple(path[: len(path) - own][:1])


def alike(one: Statement, other: Statement) -> bool:
    """Whether two figures may stand in one sum: same unit, year and measure."""
    free, same = table("parts")["any_measure"], table("parts")["same_measures"]
    measures = one.measure == other.measure or one.measure in free or other.measure in free
    measures = measures or (one.measure in same and other.measure in same)
    return one.unit == other.unit and one.year == other.year and measures

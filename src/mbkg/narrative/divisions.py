"""Wholes that are always divided in the same parts (基本支出 in 人员经费 and 公用经费), and lists under one sentence's whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from mbkg.amounts import WAN_PER_UNIT
from mbkg.narrative.phrases import same_subject
from mbkg.narrative.quantities import DERIVED, alike, chapter, direction_of, has_change
from mbkg.narrative.sums import TextSum
from mbkg.narrative.vocabulary import table
from mbkg.reports import Statement

_AHEAD = 60  # statements within which the parts of a whole are looked for


def divisions(statements: Sequence[Statement], other_natures: bool = False) -> Iterator[TextSum]:
    """Every whole of a known division with all its parts; `other_natures` as `text_sums` has it."""
    for at, whole in enumerate(statements):
        for division in _known_divisions():
            if not division["whole"].search(whole.subject) or whole.measure in DERIVED:
                continue
            if division["unit"] != (whole.unit if whole.unit not in WAN_PER_UNIT else ""):
                continue
            if whole.value is not None and (parts := _parts(statements, at, division, changes=False)):
                few = len(parts) == len(division["parts"])
                lacking = bool(division["also"]) and few and not division["unit"]
                partial = lacking and (other_natures or _shares_lack(statements, parts))
                yield TextSum("parts", at, parts, partial=partial)
                if partial:
                    continue
            if has_change(whole) and (parts := _parts(statements, at, division, changes=True)):
                yield TextSum("changes", at, parts)


def _shares_lack(statements: Sequence[Statement], parts: Sequence[int]) -> bool:
    """Whether every part is printed with its share, and the shares leave room for another part."""
    shares = [
        statements[part + 1] for part in parts if part + 1 < len(statements) and statements[part + 1].measure == "占比"
    ]
    total = sum((share.value for share in shares if share.value is not None), Decimal(0))
    return len(shares) == len(parts) and total < 99


def _parts(statements: Sequence[Statement], at: int, division: dict[str, Any], *, changes: bool) -> tuple[int, ...]:
    """The positions of all parts of a division, in print order; empty where one is missing or where they may be another figure's."""
    whole = statements[at]
    needed: dict[int, int] = {}
    also: dict[str, int] = {}
    for position in range(at + 1, min(at + _AHEAD, len(statements))):
        each = statements[position]
        if chapter(each) != chapter(whole) or each.measure in DERIVED:
            if chapter(each) != chapter(whole):
                break
            continue
        if not _told(each, changes=changes) or not alike(whole, each):
            if _level(each) and changes and alike(whole, each) and (rank := _rank(each, division)) is not None:
                needed.setdefault(rank, -1 if direction_of(each) == "level" else -2)
            continue
        rank = _rank(each, division)
        if rank is not None:
            needed.setdefault(rank, position)
        elif any(pattern.search(each.subject) for pattern in division["also"]):
            also.setdefault(each.subject, position)
        elif division["whole"].search(each.subject):
            break
        elif (
            len(needed) < len(division["parts"])
            and division["barrier"] is not None
            and division["barrier"].search(each.subject)
            and (changes or each.value != whole.value)
        ):
            return ()
    if len(needed) < len(division["parts"]) or -2 in needed.values():
        return ()
    found = sorted(position for position in (*needed.values(), *also.values()) if position >= 0)
    if changes and len({statements[p].against_year for p in (at, *found)}) > 1:
        return ()
    if changes and also and any(not has_change(statements[p]) for p in also.values()):
        return ()
    return tuple(found) if _whole_agrees(whole, [statements[p] for p in found]) else ()


def _whole_agrees(whole: Statement, parts: Sequence[Statement]) -> bool:
    """Whether nothing printed says that one of the parts belongs to another whole: two parts of one list, or no list at all."""
    named = {part.whole for part in parts if part.whole}
    return len(named) <= 1 or any(same_subject(name, whole.subject) for name in named)


def _rank(each: Statement, division: dict[str, Any]) -> int | None:
    return next((rank for rank, pattern in enumerate(division["parts"]) if pattern.search(each.subject)), None)


@cache
def _known_divisions() -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "whole": re.compile(row["whole"]),
            "parts": [re.compile(pattern) for pattern in row["parts"]],
            "also": [re.compile(pattern) for pattern in row.get("also", [])],
            "unit": row.get("unit", ""),
            "barrier": re.compile(row["barrier"]) if "barrier" in row else None,
        }
        for row in table("parts")["division"]
    )


def lists(statements: Sequence[Statement]) -> Iterator[TextSum]:
    """Items of the economic classification listed under 人员经费 and the like: they may be fewer than all, never more."""
    known = table("parts")
    for at, whole in enumerate(statements):
        if whole.value is None or not re.search(known["lists"], whole.subject):
            continue
        parts = []
        for position in range(at + 1, len(statements)):
            each = statements[position]
            if each.text != whole.text or each.whole != whole.subject or not alike(whole, each) or each.value is None:
                break
            parts.append(position)
        names = [statements[part].subject for part in parts]
        levels = any(re.search(known["list_levels"], name) for name in names)
        if len(parts) >= 2 and not levels and len(set(names)) == len(names):
            yield TextSum("list", at, tuple(parts), partial=True)


def within(statements: Sequence[Statement]) -> Iterator[TextSum]:
    """A figure that its own sentence calls a part of another, printed right before the list."""
    for at, each in enumerate(statements):
        if not each.whole or each.value is None or each.measure in DERIVED or not each.value:
            continue
        for position in range(at - 1, -1, -1):
            before = statements[position]
            if before.text != each.text:
                break
            if before.value is not None and before.subject == each.whole and before.measure not in DERIVED:
                if alike(before, each) and not before.whole:
                    yield TextSum("within", position, (at,), partial=True)
                break


def _told(each: Statement, *, changes: bool) -> bool:
    return has_change(each) if changes else each.value is not None


def _level(each: Statement) -> bool:
    return direction_of(each) in ("level", "about")


def other_natures() -> list[str]:
    """Patterns of what spends money besides 基本支出 and 项目支出, where a body has it."""
    return [pattern for row in table("parts")["division"] if "barrier" in row for pattern in row.get("also", [])]

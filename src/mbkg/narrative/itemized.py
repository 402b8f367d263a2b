"""Chapters that list the functional items (项) of a figure one by one, and the figures they are items of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT
from mbkg.narrative.quantities import DERIVED, alike, chapter, direction_of, halves, has_change
from mbkg.narrative.sums import TextSum
from mbkg.narrative.vocabulary import table
from mbkg.reports import Statement


def items(statements: Sequence[Statement], item_codes: int) -> Iterator[TextSum]:
    """The functional items that a chapter lists one by one, with the figure they are items of, and by 类."""
    found: list[TextSum] = []
    for group in _item_groups(statements):
        for nth in range(2):
            positions = [positions[nth] for positions in group if len(positions) > nth]
            if len(positions) < 2 or len(positions) < len(group):
                continue
            whole = _whole_of_items(statements, positions[0])
            if whole is not None:
                found.append(
                    TextSum("items", whole, tuple(positions), partial=not item_codes or len(positions) < item_codes)
                )
            found += _classes(statements, positions)
    tied = {_first_items(statements, each.parts) for each in found if each.adds == "items" and _ties(statements, each)}
    for each in found:
        complete = not each.partial or _first_items(statements, each.parts) in tied
        yield TextSum(each.adds, each.whole, each.parts, partial=not complete and each.adds == "items")
        changed = all(has_change(statements[p]) or direction_of(statements[p]) == "level" for p in each.parts)
        if each.adds == "items" and complete and changed and has_change(statements[each.whole]):
            moved = tuple(p for p in each.parts if has_change(statements[p]))
            if moved and len({statements[p].against_year for p in (each.whole, *moved)}) == 1:
                yield TextSum("item-changes", each.whole, moved)


def _ties(statements: Sequence[Statement], each: TextSum) -> bool:
    sizes = halves(statements)
    whole = statements[each.whole].value or Decimal(0)
    total = sum((statements[part].value or Decimal(0) for part in each.parts), Decimal(0))
    return abs(whole - total) <= sizes[each.whole] + sum((sizes[part] for part in each.parts), Decimal(0))


def _first_items(statements: Sequence[Statement], parts: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"{' '.join(statements[part].classes)} {statements[part].subject}" for part in parts)


def _item_groups(statements: Sequence[Statement]) -> Iterator[list[list[int]]]:
    """For every measure and year of a chapter its items, each with the positions at which it prints that measure."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], list[int]]] = {}
    for at, each in enumerate(statements):
        if each.classes and each.value is not None and each.unit in WAN_PER_UNIT and each.measure not in DERIVED:
            key = (chapter(each), each.measure, each.year, each.unit, each.whole if not each.whole else "")
            groups.setdefault(key, {}).setdefault((each.classes, each.subject), []).append(at)
    for items in groups.values():
        yield list(items.values())


def _whole_of_items(statements: Sequence[Statement], first: int) -> int | None:
    item = statements[first]
    pattern = re.compile(table("parts")["items_of"])
    for at in range(first - 1, -1, -1):
        each = statements[at]
        if chapter(each) != chapter(item):
            break
        if not each.classes and each.value is not None and alike(item, each) and pattern.search(each.subject):
            return at
    return None


def _classes(statements: Sequence[Statement], positions: Sequence[int]) -> Iterator[TextSum]:
    """The items of a 类 and the figure that the same chapter prints for it."""
    by_class: dict[str, list[int]] = {}
    for position in positions:
        if len(statements[position].classes) >= 2:
            by_class.setdefault(statements[position].classes[0], []).append(position)
    for name, parts in by_class.items():
        first = statements[parts[0]]
        for at in range(parts[0] - 1, -1, -1):
            each = statements[at]
            if chapter(each) != chapter(first):
                break
            if not each.classes and each.value is not None and alike(first, each) and _same_class(each.subject, name):
                yield TextSum("class", at, tuple(parts))
                break


def _same_class(one: str, other: str) -> bool:
    return one.removesuffix("支出") == other.removesuffix("支出")

"""Which figures of the prose are parts of which: every sum that its words promise.

Nothing is judged here. Statements come in print order and are named by their positions. Only what the words make certain is said: a list
that does not claim to be complete is `partial`.
"""

from __future__ import annotations

from collections.abc import Sequence

from mbkg.narrative.divisions import divisions, lists, within
from mbkg.narrative.itemized import items
from mbkg.narrative.shares import shared
from mbkg.narrative.sums import TextSum
from mbkg.reports import Statement


def text_sums(statements: Sequence[Statement], item_codes: int = 0, other_natures: bool = False) -> tuple[TextSum, ...]:
    """Every sum that the prose promises.

    Args:
        item_codes: how many functional items (项) the report's tables print; a list of as many items is complete.
        other_natures: whether they print money that is neither 基本支出 nor 项目支出.
    """
    found = [
        *divisions(statements, other_natures),
        *shared(statements),
        *items(statements, item_codes),
        *lists(statements),
    ]
    wholes = {(each.whole, part) for each in found for part in each.parts}
    found += [s for s in within(statements) if (s.whole, s.parts[0]) not in wholes]
    unique = {(each.adds, each.whole, frozenset(each.parts)): each for each in reversed(found)}
    return tuple(unique[key] for key in sorted(unique, key=lambda k: (k[1], k[0], sorted(k[2]))))

"""The value that says which figures of the prose one figure should be the sum of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Adds = Literal["parts", "items", "class", "list", "within", "shares", "changes", "item-changes"]


@dataclass(frozen=True, slots=True)
class TextSum:
    """Figures of the prose of which one should be the sum of others.

    `parts` are figures or, where `adds` is a kind of changes, changes; of `shares` they are rates that should make 100 %. `partial` where
    the list need not be complete, so that the whole may be greater.
    """

    adds: Adds
    whole: int
    parts: tuple[int, ...]
    partial: bool = False

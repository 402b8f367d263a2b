"""Which cells are levels (一级指标, 二级指标), and which level1 a level2 stands under.

OCR moves level cells to other columns and other rows, so a cell is known by its words, not by its place; the standard taxonomy in
`ontology/sheets/levels.toml` says what lies under what. A level1 the sheet prints is kept as printed; one it does not print
before its level2 is named as the taxonomy names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mbkg.resources import resource_path
from mbkg.sheets.vocabulary import weight_of, without_weight


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Printed form of a level1 to its name; printed form of a level2 to the level1 names it may stand under, usual first."""

    level1: dict[str, str]
    parents: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def taxonomy() -> Taxonomy:
    """The taxonomy, read once."""
    data = tomllib.loads(resource_path("ontology", "sheets", "levels.toml").read_text("utf-8"))
    level1: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = {}
    for first in data["level1"]:
        for form in (first["name"], *first["also"]):
            level1[form] = first["name"]
        for second in first["level2"]:
            for form in (second["name"], *second["also"]):
                parents[form] = (*parents.get(form, ()), first["name"])
    for form, above in parents.items():  # 满意度 stands under 满意度指标 first, wherever else it may stand
        parents[form] = tuple(sorted(above, key=lambda name: name[:3] not in form))
    return Taxonomy(level1, parents)


def is_level1(text: str) -> bool:
    """Whether a cell is a 一级指标, its weight aside."""
    return without_weight(text) in taxonomy().level1


def is_level2(text: str) -> bool:
    """Whether a cell is a 二级指标, its weight aside."""
    return without_weight(text) in taxonomy().parents


def is_level(text: str) -> bool:
    """Whether a cell is a level of either kind."""
    return is_level1(text) or is_level2(text)


def level_prefix(pieces: Sequence[str], *, longest: int = 4) -> int:
    """How many of the first pieces make up one wrapped level name (`满意度指`, `标`); 0 where they do not.

    A name that is whole (`服务对象满意度`) and goes on (`指标`) takes both pieces.
    """
    known = taxonomy()
    best = 0
    joined = ""
    for count, piece in enumerate(pieces[:longest], start=1):
        joined += without_weight(piece)
        if joined in known.level1 or joined in known.parents:
            best = count
    return best


@dataclass(slots=True)
class LevelState:
    """The levels in force while the rows of a sheet are read, and the weights that levels printed (`产出指标（50分）`).

    `weights` is by level1 and level2, level2 blank for a whole level1.
    """

    level1: str = ""
    level2: str = ""
    weights: dict[tuple[str, str], str] = field(default_factory=dict)

    def reset(self) -> None:
        self.level1 = self.level2 = ""

    def take(self, cells: Sequence[str], nearest: Sequence[int] = ()) -> None:
        """Move on to the levels that a row prints (one or two cells, weights allowed).

        Args:
            cells: the row's level cells in print order.
            nearest: for each cell 1 or 2 where a grid shows which level's column it stands in, 0 where nothing shows it.
        """
        names = [without_weight(cell) for cell in cells]
        if len(names) >= 2:
            self.level1, self.level2 = names[0], names[1]
            if not is_level1(names[0]) and is_level1(names[1]):
                self.level1, self.level2 = names[1], names[0]
        elif names:
            self._take_one(names[0], nearest[0] if nearest else 0)
        self.weigh(cells)

    def weigh(self, cells: Sequence[str]) -> None:
        """Note the weights that level cells print, for the levels now in force."""
        for cell in cells:
            weight, name = weight_of(cell), without_weight(cell)
            if weight and name == self.level2:
                self.weights.setdefault((self.level1, self.level2), weight)
            elif weight and name == self.level1:
                self.weights.setdefault((self.level1, ""), weight)

    def _take_one(self, name: str, nearest: int) -> None:
        known = taxonomy()
        first, second = name in known.level1, name in known.parents
        if first and second:
            above = known.level1.get(self.level1, self.level1)
            under = above in known.parents[name] and above != known.level1[name]
            first = nearest == 1 if nearest else not under
            second = not first
        if second and not first:
            parents = known.parents[name]
            if known.level1.get(self.level1) not in parents:
                self.level1 = parents[0]
            self.level2 = name
        elif first or nearest == 1:
            self.level1, self.level2 = name, ""
        else:
            self.level2 = name

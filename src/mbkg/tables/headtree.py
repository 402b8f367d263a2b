"""The tree of a table's headings: which may stand under which, and what the tree promises to add up.

Words decide (`children` in `ontology/tables/headings.toml`), in the order in which headings are printed; where a grid
gave places, a heading never stands under one to its right or beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from mbkg.tables.lexicon import Heading, Segment

_YEARS = ("年度组", "决算年度组", "上年组", "上年决算组")


@dataclass(eq=False)
class Node:
    """A heading in the tree of a table's head; `grid_column` where a grid printed it."""

    segment: Segment
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    grid_column: int | None = None
    grid_row: int | None = None
    grid_stop: int | None = None

    @property
    def heading(self) -> Heading:
        return self.segment.heading

    def path(self) -> tuple[Node, ...]:
        return (*(self.parent.path() if self.parent else ()), self)


def parent_for(node: Node, groups: Sequence[Node], following: Sequence[Node], before: Node | None) -> Node | None:
    """The group that may hold the heading and does not hold it yet: the one just filled if it can, else the leftmost.

    Groups are filled left to right, as their headings are printed row by row: a second 合计 opens the next year's columns
    before it goes to a group within the first year, which holds one already. A 小计 opens the group that can hold what is printed
    behind it; where fewer copies of a heading are printed than years wait for it, the later years split.
    """
    waiting = [group for group in groups if _may_hold(group, node)]
    name = node.heading.name
    fresh = [group for group in waiting if not any(_holds(above, name) for above in group.path()[:-1])] or waiting
    if before in fresh and not node.heading.total:
        return before
    years = [group for group in fresh if group.heading.name in _YEARS]
    copies = 1 + sum(other.heading.name == name for other in following)
    if len(years) == len(fresh) > copies:
        return fresh[len(fresh) - copies]
    if node.heading.total and fresh:
        run = [
            other.heading
            for other in takewhile(lambda other: not other.heading.total, following)
            if other.heading.known
        ]
        held = {id(group): sum(heading.name in group.heading.children for heading in run) for group in fresh}
        best = max(fresh, key=lambda group: (held[id(group)], -fresh.index(group)))
        amounts = [heading for heading in run if heading.role == "money"]
        return best if held[id(best)] or not amounts or best.heading.role == "lane" else None
    return next(iter(fresh), None)


def _may_hold(group: Node, node: Node) -> bool:
    name = node.heading.name
    if name not in group.heading.children or group is node:
        return False
    if group.grid_row is not None and node.grid_row is not None and group.grid_row >= node.grid_row:
        return False  # a group of the same row cannot hold it
    if any(above.heading.flat for above in group.path()[:-1]):
        return False
    if group.grid_column is not None and node.grid_column is not None and node.grid_column < group.grid_column:
        return False
    if group.heading.led_by_total and not node.heading.total and not any(c.heading.total for c in group.children):
        return False
    return not _holds(group, name) and not _offered_below(group, name)


def _holds(group: Node, name: str) -> bool:
    return any(child.heading.name == name for child in group.children)


def _offered_below(group: Node, name: str) -> bool:
    """Whether a group within this group still waits for the heading: the inner one is meant."""
    return any(
        (name in child.heading.children and not _holds(child, name)) or _offered_below(child, name)
        for child in group.children
    )


def groups_of(node: Node) -> list[Node]:
    """A node and the nodes under it that may hold more headings, left to right."""
    inner = [group for child in node.children for group in groups_of(child)]
    return [node, *inner] if node.heading.children else inner


def leaves_of(node: Node) -> list[Node]:
    if not node.children:
        return [node]
    return [leaf for child in node.children for leaf in leaves_of(child)]


def sums_of(tops: Sequence[Node], money: Sequence[Node]) -> list[tuple[int, tuple[int, ...]]]:
    """The row identities a head promises: in every group with a total, the total is the sum of its sisters."""
    index = {id(leaf): number for number, leaf in enumerate(money)}
    found: list[tuple[int, tuple[int, ...]]] = []

    def amount_columns(node: Node) -> list[int]:
        """The columns that together make the amount of a node: its own, its 小计, or its parts."""
        if not node.children:
            return [index[id(node)]] if id(node) in index else []
        total = next((child for child in node.children if child.heading.total and not child.children), None)
        if total is not None:
            return [index[id(total)]]
        return [column for child in node.children if child.heading.additive for column in amount_columns(child)]

    def phase_columns(node: Node, phase: str) -> list[int]:
        """The columns of one phase (预算数, 决算数) that make the amount of a node which splits by phase below it."""
        if any(child.heading.name == phase for child in node.children):
            return [index[id(child)] for child in node.children if child.heading.name == phase and id(child) in index]
        total = next((child for child in node.children if child.heading.total), None)
        inner = [total] if total is not None else node.children
        return [column for child in inner for column in phase_columns(child, phase)]

    def visit(siblings: Sequence[Node]) -> None:
        for total in (node for node in siblings if node.heading.total and node.children):
            for child in total.children:
                parts = [c for node in siblings if node is not total for c in phase_columns(node, child.heading.name)]
                if id(child) in index and parts:
                    found.append((index[id(child)], tuple(parts)))
        totals = [node for node in siblings if node.heading.total and not node.children and id(node) in index]
        # A group that is named a total (“三公”经费 beside 会议费) is a part where another column adds it up.
        sisters = [n for n in siblings if n.heading.additive and _is_part(n, totals)]
        columns = [column for node in sisters for column in amount_columns(node)]
        if len(totals) == 1 and columns:
            found.append((index[id(totals[0])], tuple(columns)))
        for node in siblings:
            visit(node.children)

    visit(tops)
    return found


def _is_part(node: Node, totals: Sequence[Node]) -> bool:
    """Whether a column, or group of columns, is added up by the total among its sisters."""
    return not node.heading.total or (
        bool(totals) and bool(node.children) and "phase" not in node.children[0].heading.sets
    )

"""The front of a sheet printed without rules: labels on the left, what stands beside them, fund rows and goal under their headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mbkg.amounts import NOT_STATED, is_number
from mbkg.labels import squeeze
from mbkg.sheets.funds import money_unit_of
from mbkg.sheets.grids.heads import fund_role, label_role, plain
from mbkg.sheets.places.columns import bands_of, match
from mbkg.sheets.places.pieces import Piece, Stack, cells_down, clusters, stacked
from mbkg.sheets.vocabulary import heading_key, words


@dataclass(frozen=True, slots=True)
class FrontCell:
    """One cell and the stretch of the page, in points, that it takes in the grid."""

    cell: Stack
    left: int
    right: int


@dataclass(slots=True)
class FrontRow:
    """One row of the front: its cells from left to right."""

    cells: list[FrontCell] = field(default_factory=list)

    @property
    def lines(self) -> set[int]:
        return {piece.line for each in self.cells for piece in each.cell.pieces}


def front_rows(pieces: Sequence[Piece], name: Stack, height: float) -> list[FrontRow] | None:
    """The rows of a front from its name label on; None where pieces cannot be told apart without doubt."""
    beside = [p.box[0] for p in pieces if p.box[0] > name.right and abs(p.middle - name.middle) < height]
    border = min(beside, default=name.right + 4 * height)
    left = _label_column([p for p in pieces if p.box[0] < name.right and p.box[2] < border])
    labels = cells_down(left, height)
    rows = clusters([p for p in pieces if p not in left], height)
    stacks = [stacked(row) for row in rows]
    if any(_glued(cell) for row in stacks for cell in row):
        return None
    goal = next((n for n, row in enumerate(stacks) if len(_goal_heads(row)) > 1), None)
    funds = next((n for n, row in enumerate(stacks) if len(_fund_heads(row)) > 1), None)
    given = _labelled(labels, stacks, goal, funds)
    if given is None:
        return None
    found = _read(stacks, given)
    if found is not None:
        _align(found, height)
    return found


def _align(rows: Sequence[FrontRow], height: float) -> None:
    """Let cells that begin, or have their middle, at one place begin in one column: print is not exact to the point."""
    seen: list[tuple[float, float, int]] = []
    for row in rows:
        for n, each in enumerate(row.cells):
            middle = (each.cell.left + each.cell.right) / 2
            at = next(
                (c for left, mid, c in seen if min(abs(left - each.cell.left), abs(mid - middle)) < 0.3 * height), None
            )
            if at is None:
                seen.append((each.cell.left, middle, each.left))
            elif each.left == int(each.cell.left) and at < each.right:
                row.cells[n] = FrontCell(each.cell, at, each.right)


def _label_column(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of the leftmost column; whole labels, which may be set over two columns, are among them wherever they stand."""
    whole = [p for p in pieces if _is_label(squeeze(p.text))]
    bands = bands_of([p for p in pieces if p not in whole])
    return [p for p in pieces if p in whole or p.box[0] < bands[0].right]


def _is_label(text: str) -> bool:
    """Whether a piece is a whole label of the head or the goal, with or without its value behind a colon."""
    label = text.replace(":", "：").partition("：")[0]
    return bool(label_role(label)) or plain(label) in words().goal_labels


def _glued(cell: Stack) -> bool:
    """Whether a cell holds several labels or figures that stand above each other: rows that lie too close to be told apart."""
    texts = [squeeze(piece.text) for piece in cell.pieces]
    told = sum(bool(label_role(t) or fund_role(t)) or (is_number(t) and "." in t) for t in texts)
    return len(texts) > 1 and told > 1


def _goal_heads(row: Sequence[Stack]) -> list[Stack]:
    lookup = {*words().goal_columns, *words().raw["goal"]["secondary"]}
    return [s for s in row if heading_key(s.text) in lookup or plain(s.text) in lookup]


def _labelled(
    labels: Sequence[Stack], rows: Sequence[Sequence[Stack]], goal: int | None, funds: int | None
) -> list[tuple[Stack | None, int | None]] | None:
    """The labels with the numbers of the rows that they begin in, in print order; rows without one as well."""
    given: dict[int, Stack] = {}
    alone: list[Stack] = []
    for label in labels:
        beside = [n for n, row in enumerate(rows) if _top(row) < label.bottom - 1 and _bottom(row) > label.top + 1]
        goals = words().goal_labels
        if goal is not None and goal not in given and (heading_key(label.text) in goals or plain(label.text) in goals):
            beside = [goal]
        elif funds is not None and funds not in given and _says_money(label):
            beside = [funds]
        if not beside:
            above = [n for n, row in enumerate(rows) if _bottom(row) <= label.top + 1]
            below = [n for n, row in enumerate(rows) if _top(row) >= label.bottom - 1]
            if above and above[-1] not in given and fund_role(rows[above[-1]][0].text):
                beside = above[-1:]
            elif below and below[0] not in given and fund_role(rows[below[0]][0].text):
                beside = below[:1]
        if not beside:
            alone.append(label)
        elif beside[0] in given:
            return None
        else:
            given[beside[0]] = label
    out: list[tuple[float, Stack | None, int | None]] = [(label.top, label, None) for label in alone]
    out += [(_top(row), given.get(n), n) for n, row in enumerate(rows)]
    return [(label, number) for _, label, number in sorted(out, key=lambda each: each[0])]


def _says_money(label: Stack) -> bool:
    heads = words().fund_heads
    return heading_key(label.text) in heads or plain(label.text) in heads or bool(money_unit_of(label.text))


def _top(row: Sequence[Stack]) -> float:
    return min(stack.top for stack in row)


def _bottom(row: Sequence[Stack]) -> float:
    return max(stack.bottom for stack in row)


def _read(rows: Sequence[Sequence[Stack]], given: Sequence[tuple[Stack | None, int | None]]) -> list[FrontRow] | None:
    out: list[FrontRow] = []
    at = 0
    while at < len(given):
        label, number = given[at]
        at += 1
        row = FrontRow([_whole(label)] if label is not None else [])
        out.append(row)
        if number is None:
            continue
        stacks = rows[number]
        row.cells += [_whole(stack) for stack in stacks]
        funds = _fund_heads(stacks)
        goals = _goal_heads(stacks)
        if len(funds) > 1:
            taken = _under_funds(rows, given[at:], funds)
        elif len(goals) > 1:
            taken = _under_goals(rows, given[at : at + 1], goals)
        else:
            continue
        if taken is None:
            return None
        out += taken
        at += len(taken)
    return out


def _whole(cell: Stack) -> FrontCell:
    return FrontCell(cell, int(cell.left), max(int(cell.left) + 1, int(cell.right)))


def _under(cell: Stack, heading: Stack) -> FrontCell:
    return FrontCell(cell, int(heading.left), max(int(heading.left) + 1, int(heading.right)))


def _fund_heads(row: Sequence[Stack]) -> list[Stack]:
    lookup = words().fund_columns
    found = [s for s in row if lookup.get(heading_key(s.text)) or lookup.get(plain(s.text))]
    roles = {lookup.get(heading_key(s.text)) or lookup.get(plain(s.text)) for s in found}
    return found if len(roles) > 1 and roles & {"initial", "full_year", "executed"} else []


def _under_funds(
    rows: Sequence[Sequence[Stack]], given: Sequence[tuple[Stack | None, int | None]], heads: Sequence[Stack]
) -> list[FrontRow] | None:
    """The fund rows under their headings: figures matched to them from left to right."""
    taken: list[tuple[Stack | None, list[Stack]]] = []
    for label, number in given:
        stacks = list(rows[number]) if number is not None else []
        if number is None or _goal_heads(stacks) or (label is not None and _is_goal(label)):
            break
        if not any(_figure(stack) for stack in stacks) and not any(fund_role(stack.text) for stack in stacks):
            break
        taken.append((label, stacks))
    figures = [stack for _, stacks in taken for stack in stacks if _figure(stack)]
    bands = bands_of([piece for stack in figures for piece in stack.pieces])
    at = match(bands, heads)
    if at is None or len(set(at)) < len(at):
        return None
    out = []
    for label, stacks in taken:
        row = FrontRow([_whole(label)] if label is not None else [])
        for stack in stacks:
            if not _figure(stack):
                row.cells.append(_whole(stack))
                continue
            band = next(n for n, b in enumerate(bands) if b.left < stack.right and b.right > stack.left)
            row.cells.append(_under(stack, heads[at[band]]))
        out.append(row)
    return out


def _figure(cell: Stack) -> bool:
    return len(cell.pieces) == 1 and (is_number(cell.text) or cell.text in NOT_STATED)


def _is_goal(label: Stack) -> bool:
    return heading_key(label.text) in words().goal_labels or plain(label.text) in words().goal_labels


def _under_goals(
    rows: Sequence[Sequence[Stack]], given: Sequence[tuple[Stack | None, int | None]], heads: Sequence[Stack]
) -> list[FrontRow] | None:
    """The texts of a goal under their headings."""
    if not given or given[0][1] is None:
        return []
    label, number = given[0]
    texts = list(rows[number]) if number is not None else []
    at = match(bands_of([piece for stack in texts for piece in stack.pieces]), heads)
    if at is None or len(at) != len(texts) or len(set(at)) < len(at):
        return None
    row = FrontRow([_whole(label)] if label is not None else [])
    row.cells += [_under(text, heads[n]) for text, n in zip(texts, at, strict=True)]
    return [row]

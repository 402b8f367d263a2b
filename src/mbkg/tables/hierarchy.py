"""Which row stands under which: printed code pieces joined to whole codes, and every row's parent.

Three printed columns 类, 款, 项 leave `208`, `05`, `01` in flattened text, where nothing but indent and name says whether
`99` is a 款 or a 项.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mbkg.codes import CodeList
from mbkg.labels import strip_ordinal
from mbkg.tables.header import Header
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.rows import Row


@dataclass(frozen=True, slots=True)
class Coded:
    """The whole code of a row, the government code beside it, and whether its level was certain."""

    code: str
    government: str = ""
    certain: bool = True


def join_codes(rows: Sequence[Row], header: Header, names: CodeList) -> list[Coded]:
    """The whole code of every row, in print order; the printed pieces as they are where the whole cannot be told."""
    joiner = _Joiner(rows, header, names)
    return [joiner.join(row) for row in rows]


class _Joiner:
    """Walks down a table and remembers the 类 and the 款 it stands under."""

    def __init__(self, rows: Sequence[Row], header: Header, names: CodeList) -> None:
        self.levels = header.code_levels
        self.names = names
        codes = [column.grid_column for column in header.code_columns][: len(self.levels)]
        self.grid = codes if header.trusted_grid else []
        indents = [row.indent for row in rows if row.codes and len(row.codes[0]) <= 2 and row.label]
        self.deep, self.shallow = (max(indents), min(indents)) if indents else (0, 0)
        self.klass = ""
        self.section: str | None = ""  # None where the row above left the level open

    def join(self, row: Row) -> Coded:
        government = "".join(row.government_codes)
        pieces = [piece if len(piece) > 1 else piece.zfill(2) for piece in row.codes]
        if not pieces:
            return Coded("", government)
        if len(pieces[0]) >= 3:
            code, certain = "".join(pieces), True
            self.klass = code[:3]
        else:
            code, certain = self._deeper(row, pieces)
            if self._named_elsewhere(row, code):
                self.klass = ""  # what follows stands under a code that was not printed here
                certain = False
            if not certain:
                self.section = None
                return Coded("".join(pieces), government, certain=False)
        self.section = code[:5] if len(code) >= 5 else ""
        return Coded(code, government)

    def _deeper(self, row: Row, pieces: Sequence[str]) -> tuple[str, bool]:
        """The code of a row that prints only its last level or two, and whether anything tells its level."""
        if len(pieces) >= 2:
            return self.klass + "".join(pieces), bool(self.klass)
        piece = pieces[0]
        if self.grid and row.code_columns and row.code_columns[0] in self.grid:
            above = (self.klass if self.grid.index(row.code_columns[0]) <= 1 else self.section) or ""
            return above + piece, bool(above)
        if len(self.levels) == 2 or self.section == "":
            return self.klass + piece, bool(self.klass)
        as_section = self.klass + piece
        if self.section is None:
            return as_section, bool(self.klass) and self._evidence(row, as_section) == 3
        as_item = self.section + piece
        score = self._evidence(row, as_item) - self._evidence(row, as_section)
        if row.indent and self.deep > self.shallow:
            score += 2 if row.indent >= self.deep else -2
        if row.code_columns:
            score += row.code_columns[0] >= 2
        return (as_item if score >= 0 else as_section), score != 0

    def _evidence(self, row: Row, code: str) -> int:
        if self.names.name_fits(code, strip_ordinal(row.label)):
            return 3
        return 1 if self.names.known(code) else 0

    def _named_elsewhere(self, row: Row, code: str) -> bool:
        """Whether the row's name is that of other codes with the same last level, and the code it would get is in no list."""
        if self.names.known(code) or not row.label:
            return False
        return any(self.names.name_fits(other, strip_ordinal(row.label)) for other in self.names.ending(code[-2:]))


def parents_of(rows: Sequence[Row], codes: Sequence[Coded], lexicon: Lexicon) -> list[int | None]:
    """The index of the row each row is part of; the total row stands above all; None for the total itself.

    A code printed again directly below itself is a detail of it. Lane rows hang under 本年合计, that under 总计, each on its own side.
    """
    if any(row.lane for row in rows):
        return _lane_parents(rows, lexicon)
    total = next((i for i, row in enumerate(rows) if not codes[i].code and _is_total(row, lexicon)), None)
    parents: list[int | None] = []
    for index, (row, coded) in enumerate(zip(rows, codes, strict=True)):
        if index == total:
            parents.append(None)
            continue
        if not coded.code:
            parents.append(_named_parent(rows, codes, index, total, lexicon) if row.label else None)
            continue
        parents.append(_parent(index, coded, codes, total))
    return parents


def _named_parent(
    rows: Sequence[Row], codes: Sequence[Coded], index: int, total: int | None, lexicon: Lexicon
) -> int | None:
    """What a row without a code is part of: the row above whose name stands further left, or the 小计 that opens its group.

    In all other tables that is the total.
    """
    own = rows[index]
    for above in range(index - 1, -1, -1):
        other = rows[above]
        if not other.label or codes[above].code or above == total:
            continue
        if other.label_column < own.label_column or (_is_subtotal(other, lexicon) and not _is_subtotal(own, lexicon)):
            return above
    return total


def _is_subtotal(row: Row, lexicon: Lexicon) -> bool:
    found = lexicon.heading(row.label)
    return found is not None and found.heading.total and not lexicon.is_total(row.label)


def _parent(index: int, coded: Coded, codes: Sequence[Coded], total: int | None) -> int | None:
    best: int | None = None
    for above in range(index - 1, -1, -1):
        other = codes[above]
        if not other.code:
            continue
        if other.code == coded.code and other.government == coded.government:
            first = above
            while first and codes[first - 1].code == coded.code and codes[first - 1].government == coded.government:
                first -= 1
            if first == above or all(codes[i].code == coded.code for i in range(first, index)):
                return first
        if len(other.code) < len(coded.code) and coded.code.startswith(other.code):
            if coded.government and other.government and not coded.government.startswith(other.government[:3]):
                continue
            if best is None or len(other.code) > len(codes[best].code):
                best = above
            if len(other.code) == len(coded.code) - 2:
                break
    return best if best is not None else total


def _is_total(row: Row, lexicon: Lexicon) -> bool:
    return (not row.label and bool(row.numbers)) or lexicon.is_total(row.label)


def _lane_parents(rows: Sequence[Row], lexicon: Lexicon) -> list[int | None]:
    """Rows of a two-sided table: items under 本年合计, which stands under 总计 with what is carried over."""
    parents: list[int | None] = [None] * len(rows)
    for lane in ("收入", "支出"):
        own = [index for index, row in enumerate(rows) if row.lane == lane]
        sums = [i for i in own if (known := lexicon.lane_row(rows[i].label)) is not None and known.sum]
        first = 0
        for total in sums:
            for index in own:
                if first <= index < total and parents[index] is None and index not in sums:
                    parents[index] = total
            first = total + 1
        for lower, upper in itertools.pairwise(sums):
            parents[lower] = upper
        _nest(rows, own, sums, parents)
        for index in own:  # 一般公共预算 … under 财政拨款, where that row stands right above
            known = lexicon.lane_row(rows[index].label)
            if known is None or known.sets.get("fund") not in ("一般公共预算", "政府性基金预算", "国有资本经营预算"):
                continue
            above = [
                i
                for i in own
                if i < index and (k := lexicon.lane_row(rows[i].label)) and k.sets.get("fund") == "财政拨款"
            ]
            if above:
                parents[index] = above[-1]
    return parents


_LEVELS = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[（(][一二三四五六七八九十]+[）)]"),
    re.compile(r"^\d+[、.．]"),
    re.compile(r"^[（(]\d+[）)]|^其中"),
)


def _nest(rows: Sequence[Row], own: Sequence[int], sums: Sequence[int], parents: list[int | None]) -> None:
    """Hang `1、工资福利支出` under `一、基本支出`: a deeper list number is part of the row above it, if that prints a figure."""
    for position, index in enumerate(own):
        level = _list_level(rows[index].label)
        if not level or index in sums:
            continue
        for above in reversed(own[:position]):
            upper = _list_level(rows[above].label)
            if above in sums or upper is None:
                break
            if upper < level:
                if rows[above].numbers:
                    parents[index] = above
                break


def _list_level(label: str) -> int | None:
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(label)), None)

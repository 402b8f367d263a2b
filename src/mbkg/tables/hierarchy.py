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
    """The whole code of every row, in print order."""
    levels = header.code_levels
    grid = [c.grid_column for c in header.columns if c.role == "code"][: len(levels)] if header.trusted_grid else []
    joined: list[Coded] = []
    klass = section = ""
    for position, row in enumerate(rows):
        pieces = row.codes
        own_government = "".join(row.government_codes)
        if not pieces:
            joined.append(Coded("", own_government))
            continue
        if len(pieces[0]) >= 5 or (len(pieces[0]) == 3 and len(pieces) == 1 and not _is_continuation(row, grid)):
            code = pieces[0]
            klass, section = code[:3], code[:5] if len(code) >= 5 else ""
            joined.append(Coded(code, own_government))
        elif len(pieces[0]) == 3:
            code = "".join(pieces)
            klass, section = code[:3], code[:5]
            joined.append(Coded(code, own_government))
        else:
            code, certain = _deeper(row, pieces, klass, section, levels, grid, names, rows, position)
            if len(code) >= 5:
                section = code[:5]
            joined.append(Coded(code, own_government, certain))
    return joined


def _is_continuation(row: Row, grid: Sequence[int | None]) -> bool:
    return bool(grid) and bool(row.code_columns) and row.code_columns[0] != grid[0] and len(row.codes[0]) == 2


def _deeper(
    row: Row,
    pieces: Sequence[str],
    klass: str,
    section: str,
    levels: Sequence[str],
    grid: Sequence[int | None],
    names: CodeList,
    rows: Sequence[Row],
    position: int,
) -> tuple[str, bool]:
    """The code of a row that prints only its last level or two."""
    if len(pieces) >= 2:
        return klass + "".join(pieces), bool(klass)
    piece = pieces[0]
    if grid and row.code_columns and row.code_columns[0] in grid:
        depth = grid.index(row.code_columns[0])
        return (klass + piece, True) if depth <= 1 else (section + piece, bool(section))
    if len(levels) == 2 or not section:
        return klass + piece, bool(klass)
    as_section, as_item = klass + piece, section + piece
    score = _evidence(row, as_item, names) - _evidence(row, as_section, names)
    deep, shallow = _indents(rows)
    if row.indent and deep > shallow:
        score += 2 if row.indent >= deep else -2
    if row.code_columns:
        score += 1 if row.code_columns[0] >= 2 else 0
    return (as_item if score >= 0 else as_section), score != 0


def _evidence(row: Row, code: str, names: CodeList) -> int:
    if names.name_fits(code, strip_ordinal(row.label)):
        return 3
    return 1 if names.known(code) else 0


def _indents(rows: Sequence[Row]) -> tuple[int, int]:
    """The widest and the narrowest indent among rows that print a two-digit code."""
    indents = [row.indent for row in rows if row.codes and len(row.codes[0]) == 2 and row.label]
    return (max(indents), min(indents)) if indents else (0, 0)


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
            parents.append(total if row.label and total is not None else None)
            continue
        parents.append(_parent(index, coded, codes, total))
    return parents


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

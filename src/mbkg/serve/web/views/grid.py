"""The rows of an answer as a table for people: figures with their units, bars where the figures are of one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mbkg.serve.web.figures import grouped, read, signed

_VALUE, _UNIT, _SHOWN, _COMPARATOR = "数值", "计量单位", "显示", "比较符"
_PLAIN = frozenset({"年度", "名次", "年份"})
_SIGNED = frozenset({"增减额", "增减幅度", "差额"})
_SHORT = 5
_SHARED = ("单位", "年度", "阶段")
SIGNS = frozenset("≤≥<>＜＞")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it shows, whether that is a figure or a word or two, how long its bar is."""

    text: str
    number: bool = False
    short: bool = False
    bar: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `largest` is what bars are measured by, `share` a part of a whole where the rows are that.

    `common` is what all rows share (whose, which year, which phase) and no column repeats.
    """

    columns: list[str]
    rows: list[list[Cell]]
    numeric: list[bool]
    largest: Decimal | None
    share: tuple[str, Decimal, str, Decimal] | None = None
    common: str = ""


def grid_of(rows: Sequence[dict[str, Any]], share: bool = False) -> Grid | None:
    """The table of an answer's rows; None where there are none."""
    if not rows:
        return None
    names = list(dict.fromkeys(name for row in rows for name in row))
    if all(row.get("名称") == row.get("单位") for row in rows) and "名称" in names:
        names = [name for name in names if name != "单位"]
    units = {str(row.get(_UNIT) or "") for row in rows if read(row.get(_VALUE)) is not None}
    one_unit = units.pop() if len(units) == 1 else ""
    hidden = {_SHOWN, _COMPARATOR} if _VALUE in names else {_COMPARATOR}
    if _VALUE in names:
        hidden.add(_UNIT)
    kept = [name for name in names if name not in hidden and any(row.get(name) not in (None, "") for row in rows)]
    shared = [
        name for name in _SHARED if name in kept and len(rows) > 1 and len({str(row.get(name)) for row in rows}) == 1
    ]
    kept = [name for name in kept if name not in shared]
    values = [read(row.get(_VALUE)) for row in rows]
    barred = bool(one_unit) and len(rows) > 1 and all(value is None or value >= 0 for value in values)
    largest = max((value for value in values if value is not None), default=None) if barred else None
    made = [[_cell(name, row, one_unit, barred) for name in kept] for row in rows]
    return Grid(
        columns=[f"{name}（{one_unit}）" if name == _VALUE and one_unit else name for name in kept],
        rows=made,
        numeric=[any(line[at].number for line in made) for at in range(len(kept))],
        largest=largest,
        share=_share(rows, one_unit) if share else None,
        common="　".join(f"{rows[0][name]}年" if name == "年度" else str(rows[0][name]) for name in shared),
    )


def _cell(name: str, row: dict[str, Any], one_unit: str, barred: bool) -> Cell:
    value = row.get(name)
    if name == _VALUE:
        number = read(value)
        if number is None:
            return Cell(str(row.get(_SHOWN) or value or ""))
        sign = str(row.get(_COMPARATOR) or "")
        unit = "" if one_unit else str(row.get(_UNIT) or "")
        return Cell(f"{sign if sign in SIGNS else ''}{grouped(value)}{unit}", True, bar=number if barred else None)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if name in _PLAIN:
            return Cell(str(value), name == "名次", True)
        return Cell(signed(value) if name in _SIGNED else grouped(value), True)
    text = "" if value is None else str(value)
    return Cell(text, short=len(text) <= _SHORT)


def _share(rows: Sequence[dict[str, Any]], unit: str) -> tuple[str, Decimal, str, Decimal] | None:
    """Part and whole with their names, where the first row is no more than the second and both are of one unit."""
    if len(rows) != 2 or not unit:
        return None
    part, whole = (read(row.get(_VALUE)) for row in rows)
    if part is None or whole is None or not 0 <= part <= whole or not whole:
        return None
    first, second = (str(row.get("项目") or row.get("名称") or "") for row in rows)
    return first, part, second, whole

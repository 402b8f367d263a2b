"""The head of a sheet: name, bureau, unit, and its fund rows.

A fund row of a target sheet is a label and one amount. One of an evaluation has an amount, a weight, a rate and a score, under
column headings; which columns the numbers of a flattened row stand in follows from what they look like and from rate = executed ÷ budget.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from mbkg.amounts import NOT_STATED, is_number, read_number
from mbkg.labels import squeeze
from mbkg.sheets.model import FundCell, Piece, Row, Sheet
from mbkg.sheets.vocabulary import heading_key, words

_UNIT_NOTE = re.compile(r"(?:[（(](?:金额)?(?:单位[：:])?|单位[：:])(亿元|万元|千元|元|万)[）)]?$")
_UNIT_INSIDE = re.compile(r"[（(](?:单位[：:])?(亿元|万元|千元|元|万)[）)]")
_UNIT_LINE = re.compile(r"^[（(]?(?:金额)?单位[：:](亿元|万元|千元|元|万)[）)]?$")
_AMONG = re.compile(r"^其中[：:]?")
_CONTINUED = ("name", "department", "implementing_unit")
AMOUNT = "amount"
UNITS = {"weight": "分", "score": "分", "rate": "%"}


@dataclass(frozen=True, slots=True)
class FundColumn:
    """One heading over fund rows."""

    role: str
    label: str
    column: int


@dataclass(slots=True)
class HeadState:
    """Where the reader of a sheet's head is: the label that waits for its value, the fund columns seen."""

    pending: str = ""
    pending_fund: tuple[str, str] | None = None
    last_field: str = ""
    in_funds: bool = False
    columns: list[FundColumn] = field(default_factory=list)


def money_unit_of(text: str) -> str:
    """The money unit a note or heading states (`单位：万元`, `（元）`), or an empty string."""
    match = _UNIT_NOTE.search(squeeze(text)) or _UNIT_INSIDE.search(squeeze(text))
    return "" if match is None else "万元" if match[1] == "万" else match[1]


def unit_line(text: str) -> str:
    """The unit of a line that says nothing else (`单位：万`), as it is printed; blank for any other line."""
    match = _UNIT_LINE.match(squeeze(text))
    return match[1] if match else ""


def take_head_row(sheet: Sheet, row: Row, state: HeadState) -> bool:
    """Read one row of a sheet's head into the sheet.

    Returns:
        Whether every number of the row was understood.
    """
    columns = fund_header(row)
    if columns:
        state.columns, state.in_funds = columns, True
        state.pending, state.pending_fund = "", None
        sheet.fund_columns = [column.label for column in columns]
        sheet.unit = _header_unit(row) or sheet.unit
        return True
    pieces = _unglued(row)
    start = next((i for i, p in enumerate(pieces) if _fund_role(p.text)), None)
    if state.columns and start is not None:
        return _take_evaluation_row(sheet, row, pieces[start], pieces[start + 1 :], state)
    understood = True
    for piece in pieces:
        understood &= _take_piece(sheet, row, piece, state)
    return understood


def fund_header(row: Row) -> list[FundColumn]:
    """The fund columns a row names, if it is their heading."""
    lookup = words().fund_columns
    found = [FundColumn(role, _label(p.text), p.column) for p in row.pieces if (role := lookup.get(_label(p.text)))]
    roles = {column.role for column in found}
    return found if len(roles) >= 2 and roles & {"initial", "full_year", "executed"} else []


def is_fund_row(row: Row) -> bool:
    """Whether a row begins with a fund label or the heading of the fund part."""
    return any(_fund_role(p.text) or heading_key(p.text) in words().fund_heads for p in row.pieces[:2])


def _label(text: str) -> str:
    return heading_key(_AMONG.sub("", squeeze(text)))


def _fund_role(text: str) -> str:
    return words().fund_rows.get(_label(text), "")


def _header_unit(row: Row) -> str:
    return next((unit for piece in row.pieces if (unit := money_unit_of(piece.text))), "")


def _unglued(row: Row) -> list[Piece]:
    """The row's pieces with `label：value` taken apart and a label that a space broke put together."""
    vocabulary = words()
    out: list[Piece] = []
    for piece in row.pieces:
        text = squeeze(piece.text)
        if _AMONG.fullmatch(text):
            continue
        inner = _AMONG.sub("", text)
        head, mark, rest = inner.replace(":", "：").partition("：")
        known = heading_key(head) in vocabulary.labels or heading_key(head) in vocabulary.fund_rows
        if mark and rest and known:
            out += [Piece(head, piece.column), Piece(rest, piece.column)]
        elif not row.grid and out and _is_label(out[-1].text + inner) and not _is_label(inner):
            out[-1] = Piece(out[-1].text + inner, piece.column)
        else:
            out.append(Piece(inner, piece.column))
    return out


def _is_label(text: str) -> bool:
    key = heading_key(text)
    return key in words().labels or key in words().fund_rows or key in words().fund_heads


def _take_piece(sheet: Sheet, row: Row, piece: Piece, state: HeadState) -> bool:
    vocabulary = words()
    text = squeeze(piece.text)
    key = heading_key(text)
    unit = money_unit_of(text)
    if unit:
        sheet.unit = unit
    if key in vocabulary.fund_heads and not (state.in_funds and key in vocabulary.fund_rows):
        state.in_funds, state.pending, state.last_field = True, "", ""
        return True
    if role := _fund_role(text):
        state.in_funds, state.pending_fund, state.pending, state.last_field = True, (role, _label(text)), "", ""
        if _label(text) not in sheet.fund_labels:
            sheet.fund_labels.append(_label(text))
        return True
    if label := vocabulary.labels.get(key):
        state.pending = state.last_field = label
        state.pending_fund = None
        if label == "name" and key in vocabulary.special_names:
            sheet.kind = "special_fund"
        return True
    if is_number(text) or text in NOT_STATED:
        return _take_amount(sheet, row, text, state)
    if unit and len(text) <= 8:
        return True
    if state.pending:
        before = sheet.fields.get(state.pending, "")
        sheet.fields[state.pending] = before + text
        return True
    if state.in_funds:
        state.pending_fund = ("", _label(text))
        return not any(ch.isdigit() for ch in text)
    if state.last_field in _CONTINUED and not row.grid:
        sheet.fields[state.last_field] = sheet.fields.get(state.last_field, "") + text
        return True
    return not any(ch.isdigit() for ch in text)


def _take_amount(sheet: Sheet, row: Row, text: str, state: HeadState) -> bool:
    if state.pending_fund is not None:
        role, label = state.pending_fund
        value = read_number(text)
        state.pending_fund = None
        if value is not None:
            sheet.funds.append(FundCell(role, label, AMOUNT, label, value, text, row.number, sheet.unit, row.grid))
        return True
    if state.pending and not state.in_funds:
        sheet.fields[state.pending] = sheet.fields.get(state.pending, "") + text
        return True
    return text in NOT_STATED


def _take_evaluation_row(sheet: Sheet, row: Row, label: Piece, values: Sequence[Piece], state: HeadState) -> bool:
    role, name = _fund_role(label.text), _label(label.text)
    if name not in sheet.fund_labels:
        sheet.fund_labels.append(name)
    numbers = [p for p in values if is_number(p.text) or p.text in NOT_STATED]
    understood = len(numbers) == len(values)
    for piece, columns in zip(numbers, place_values(numbers, state.columns), strict=True):
        value = read_number(piece.text)
        if value is None or not columns:
            understood &= value is None
            continue
        headings = tuple(f"{c.label}@{name}" for c in columns)
        first = columns[0]
        unit = UNITS.get(first.role, sheet.unit)
        sheet.funds.append(
            FundCell(
                role,
                name,
                first.role,
                " | ".join(headings),
                value,
                piece.text,
                row.number,
                unit,
                row.grid,
                headings if len(headings) > 1 else (),
            )
        )
    return understood


def place_values(values: Sequence[Piece], columns: Sequence[FundColumn]) -> list[tuple[FundColumn, ...]]:
    """The column of each value; several where the row leaves it open, none where no column is left for it."""
    if len(values) == len(columns):
        return [(column,) for column in columns]
    if values and values[0].column >= 0:
        for shift in (0, 1, -1, 2, -2):
            at = {column.column: column for column in columns}
            found = [at.get(value.column + shift) for value in values]
            if all(c is not None and _fits(v.text, c.role) for v, c in zip(values, found, strict=True)):
                return [(column,) for column in found if column is not None]
    if len(values) > len(columns):
        return [(column,) for column in columns] + [()] * (len(values) - len(columns))
    ranked = sorted(
        ((_placement_cost(values, chosen), chosen) for chosen in combinations(columns, len(values))),
        key=lambda pair: pair[0],
    )
    ties = [chosen for cost, chosen in ranked if cost <= ranked[0][0] + 0.05]
    placed = []
    for index in range(len(values)):
        options = dict.fromkeys(chosen[index] for chosen in ties)
        placed.append(tuple(options))
    return placed


def _fits(text: str, role: str) -> bool:
    return text in NOT_STATED or (not text.endswith(("%", "％")) or role == "rate")


def _placement_cost(values: Sequence[Piece], columns: Sequence[FundColumn]) -> float:
    cost = 0.0
    seen: dict[str, Decimal] = {}
    for value, column in zip(values, columns, strict=True):
        number = read_number(value.text)
        percent = value.text.endswith(("%", "％"))
        if number is None:
            cost += 0.0 if column.role in ("weight", "score", "rate") else 2.0
            continue
        seen[column.role] = number
        if column.role == "rate":
            cost += 0.0 if percent else 1.5
        elif percent:
            cost += 5.0
    full, done, rate = seen.get("full_year"), seen.get("executed"), seen.get("rate")
    if full and done is not None and rate is not None:
        cost += -2.0 if abs(done / full * 100 - rate) <= Decimal("0.6") else 2.0
    if full is not None and done is not None and done > full:
        cost += 1.0
    weight, score = seen.get("weight"), seen.get("score")
    if weight is not None and (weight > 100 or (score is not None and score > weight)):
        cost += 1.5
    return cost

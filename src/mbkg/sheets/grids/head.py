"""The head of a sheet in a grid: who and what it is for, and its fund rows, by where the cells stand.

A label's value is the cell beside it; a blank one is blank, never the next label's. Fund rows stand under fund columns
(年初预算数, 全年执行数 …), or are labels with an amount beside or below them; several periods may stand side by side (中期 | 年度).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mbkg.amounts import NOT_STATED, read_number, to_ascii_digits
from mbkg.sheets.funds import AMOUNT, UNITS, money_unit_of
from mbkg.sheets.grids.blank import is_placeholder
from mbkg.sheets.grids.heads import fund_role, label_role, plain
from mbkg.sheets.grids.matrix import GridRow, Slot
from mbkg.sheets.model import FundCell, Sheet
from mbkg.sheets.vocabulary import heading_key, words

_WITH_UNIT = re.compile(r"^([-\d.,，]+)(亿元|万元|千元|元)$")
_AMONG = re.compile(r"^其中[：:]?")


@dataclass(frozen=True, slots=True)
class FundColumn:
    """One heading over fund rows: role, printed words, columns."""

    role: str
    label: str
    start: int
    end: int


@dataclass(slots=True)
class HeadReader:
    """Reads the rows of a head into its sheet, one by one."""

    sheet: Sheet
    columns: list[FundColumn] = field(default_factory=list)
    below: list[tuple[str, str, Slot]] = field(default_factory=list)  # fund labels whose amounts stand in the next row
    lanes: dict[int, str] = field(default_factory=dict)  # column of a fund label to the longer period that it is of
    in_funds: bool = False

    def take(self, row: GridRow) -> bool:
        """Read one row; whether every number of it was understood."""
        found = fund_columns(row)
        if found:
            self.columns, self.in_funds = found, True
            self.sheet.fund_columns = [column.label for column in found]
            self._units(row)
            return True
        slots = list(row.printed)
        if self.columns:
            label = next((s for s in slots if s.text and fund_role(s.text)), None) or self._strange_label(slots)
            if label is not None:
                return self._take_under_columns(row, label)
        if self.below and (taken := self._take_below(row, slots)) is not None:
            return taken
        return self._take_beside(row, slots)

    def _units(self, row: GridRow) -> None:
        for slot in row.slots:
            if unit := money_unit_of(slot.text):
                self.sheet.unit = unit

    # Fund rows under columns

    def _strange_label(self, slots: Sequence[Slot]) -> Slot | None:
        """The label of a fund row that no word list knows: text left of the columns with numbers under them."""
        first = min(column.start for column in self.columns)
        left = [s for s in slots if s.text and s.end <= first and not label_role(s.text)]
        numbers = [s for s in slots if s.column >= first and read_number(s.text) is not None]
        return left[-1] if left and numbers and len(numbers) >= 2 else None

    def _take_under_columns(self, row: GridRow, label: Slot) -> bool:
        name, role = _label(label.text), fund_role(label.text)
        if name not in self.sheet.fund_labels:
            self.sheet.fund_labels.append(name)
        if unit := money_unit_of(label.text):
            self.sheet.unit = unit
        understood = True
        taken: list[FundCell] = []
        for slot in row.filled:
            if slot.column < label.end:
                continue
            column = max(self.columns, key=lambda c: slot.overlap(c.start, c.end))
            if not slot.overlap(column.start, column.end):
                understood &= not _has_digit(slot.text)
                continue
            value, unit = _amount(slot.text)
            if value is None:
                understood &= slot.text in NOT_STATED or not _has_digit(slot.text)
                continue
            heading = f"{column.label}@{name}"
            given = UNITS.get(column.role, "") or unit or self.sheet.unit
            printed = _printed(slot.text)
            taken.append(FundCell(role, name, column.role, heading, value, printed, row.number, given, True))
        fine = [cell for cell in taken if not _is_fraction(cell, taken)]
        self.sheet.funds += fine
        return understood and len(fine) == len(taken)

    # Labels with amounts below or beside them

    def _take_below(self, row: GridRow, slots: Sequence[Slot]) -> bool | None:
        cells = []
        for role, label, over in self.below:
            for slot in slots:
                if slot.text and slot.overlap(over.column, over.end):
                    value, unit = _amount(slot.text)
                    if value is None and slot.text not in NOT_STATED:
                        return None
                    if value is not None:
                        cells.append(self._cell(role, label, value, slot, row, unit))
        self.below = []
        numbers = sum(_amount(slot.text)[0] is not None for slot in slots)
        self.sheet.funds += cells
        return len(cells) == numbers

    def _take_beside(self, row: GridRow, slots: Sequence[Slot]) -> bool:
        vocabulary = words()
        understood = True
        self.below = []
        labels: list[tuple[str, str, Slot]] = []
        at = 0
        while at < len(slots):
            slot, at = slots[at], at + 1
            text = _AMONG.sub("", slot.text)
            if not text:
                continue
            head, mark, rest = text.replace(":", "：").partition("：")
            values = list(slots[at:])
            if mark and rest and (label_role(head) or fund_role(head)):
                text, values = head, [Slot(rest, slot.column, slot.end), *values]
                at -= 1
            if unit := money_unit_of(text):
                self.sheet.unit = unit
            beside = values[0] if values else None
            amount = _amount(beside.text)[0] if beside else None
            skipped = 0
            if amount is None and fund_role(text) and (blanks := _blanks_before_amount(values)):
                beside, skipped = values[blanks], blanks
                amount = _amount(beside.text)[0]
            several = amount is not None and _amounts_ahead(values) > 1
            role = fund_role(text)
            head_only = heading_key(text) in vocabulary.fund_heads or plain(text) in vocabulary.fund_heads
            next_label = beside is not None and amount is None and bool(fund_role(_AMONG.sub("", beside.text)))
            if head_only and not (role and (amount is not None or next_label)):
                self.in_funds = True
            elif field_role := label_role(text):
                used, fine = self._take_field(field_role, text, values)
                at += used
                understood &= fine
            elif role or (amount is not None and (self.in_funds or money_unit_of(text)) and not _has_digit(text)):
                self.in_funds = True
                label = self._laned(text, slot)
                if label not in self.sheet.fund_labels:
                    self.sheet.fund_labels.append(label)
                if "@" in label:
                    role = "more"
                if beside is None or next_label:
                    labels.append((role, label, slot))
                elif several:
                    at += 1 + skipped
                    understood = False  # which of the figures the label means is not printed
                else:
                    at += 1 + skipped
                    value, unit = _amount(beside.text)
                    if value is not None:
                        self.sheet.funds.append(self._cell(role, label, value, beside, row, unit))
                    else:
                        understood &= not _has_digit(beside.text) or is_placeholder(beside.text)
            elif not (unit and len(text) <= 10):
                understood &= not _has_digit(text) or is_placeholder(text)
        self.below = labels if len(labels) > 1 else []
        return understood

    def _laned(self, text: str, slot: Slot) -> str:
        """The label, with the longer period behind it where its column is that period's."""
        label = _label(text)
        if any(word in label for word in words().raw["grid"]["longer_periods"]):
            self.lanes[slot.column] = label
            return label
        if fund_role(text) == "total":
            self.lanes.pop(slot.column, None)
        return f"{label}@{self.lanes[slot.column]}" if slot.column in self.lanes else label

    def _take_field(self, role: str, text: str, values: Sequence[Slot]) -> tuple[int, bool]:
        """Give a field the cells beside its label; how many were its, and whether that was understood."""
        used = 0
        parts: list[str] = []
        for slot in values:
            if slot.text and (_leads(slot.text) or (used and fund_role(slot.text))):
                break
            used += 1
            parts.append(slot.text)
        if role == "name" and heading_key(text) in words().special_names:
            self.sheet.kind = "special_fund"
        value = "".join(parts)
        amounts = [part for part in (value, *parts) if _amount(part)[0] is not None and (part == value or "." in part)]
        if amounts and role not in ("code", "other"):
            return used, False  # a number is nobody's name
        if not is_placeholder(value):
            self.sheet.fields[role] = self.sheet.fields.get(role, "") + value
        return used, True

    def _cell(self, role: str, label: str, value: Decimal, slot: Slot, row: GridRow, unit: str) -> FundCell:
        printed = _printed(slot.text)
        return FundCell(role, label, AMOUNT, label, value, printed, row.number, unit or self.sheet.unit, True)


def fund_columns(row: GridRow) -> list[FundColumn]:
    """The fund columns a row names, if it is their heading."""
    lookup = words().fund_columns
    found = [
        FundColumn(role, label, slot.column, slot.end)
        for slot in row.filled
        for label in (heading_key(slot.text), plain(slot.text))
        if (role := lookup.get(label))
    ]
    unique = list({(c.start, c.end): c for c in reversed(found)}.values())[::-1]
    roles = {column.role for column in unique}
    return unique if len(roles) >= 2 and roles & {"initial", "full_year", "executed"} else []


def _blanks_before_amount(values: Sequence[Slot]) -> int:
    """How many blank cells stand before an amount, where nothing else does."""
    at = next((i for i, slot in enumerate(values) if slot.text), 0)
    return at if at and _amount(values[at].text)[0] is not None and "%" not in values[at].text else 0


def _amounts_ahead(values: Sequence[Slot]) -> int:
    """How many numbers follow a label before the next text."""
    count = 0
    for slot in values:
        if slot.text and _amount(slot.text)[0] is None and slot.text not in NOT_STATED:
            break
        count += _amount(slot.text)[0] is not None
    return count


def _leads(text: str) -> bool:
    """Whether a cell is a label, alone or with its value behind a colon, rather than the value of the one before."""
    head, mark, _ = text.replace(":", "：").partition("：")
    return bool(label_role(head)) if mark else bool(label_role(text))


def _label(text: str) -> str:
    return heading_key(_AMONG.sub("", text))


def _amount(text: str) -> tuple[Decimal | None, str]:
    """A number, with the money unit that the cell itself prints behind it."""
    match = _WITH_UNIT.match(to_ascii_digits(text))
    return (read_number(match[1]), match[2]) if match else (read_number(text), "")


def _printed(text: str) -> str:
    match = _WITH_UNIT.match(to_ascii_digits(text))
    return text[: len(match[1])] if match else text


def _has_digit(text: str) -> bool:
    return any(ch.isdigit() for ch in to_ascii_digits(text))


def _is_fraction(cell: FundCell, row: Sequence[FundCell]) -> bool:
    """Whether a rate is printed as a fraction (0.96 for 96 %) and its amounts show it: such a cell would be misread."""
    if cell.role != "rate" or cell.printed.endswith(("%", "％")):
        return False
    amounts = {other.role: other.value for other in row}
    full, done = amounts.get("full_year") or amounts.get("initial"), amounts.get("executed")
    if not full or done is None:
        return False
    share = done / full
    return abs(cell.value - share) < Decimal("0.006") and abs(cell.value - share * 100) > Decimal("0.6")

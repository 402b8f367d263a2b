"""Lists in grids: a row per indicator or project (wide target lists), or per evaluated project (summaries).

Cells that span rows, blank cells and repeated values all say the same: the project above goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mbkg.amounts import read_number
from mbkg.sheets.funds import AMOUNT, UNITS, money_unit_of
from mbkg.sheets.grids.blank import is_placeholder
from mbkg.sheets.grids.heads import Column, Header, Placed, by_order, header_at, moved, place, plain
from mbkg.sheets.grids.indicators import IndicatorColumns
from mbkg.sheets.grids.matrix import GridRow, is_layout, opens_other_table
from mbkg.sheets.levels import is_level
from mbkg.sheets.model import FundCell, Sheet
from mbkg.sheets.vocabulary import heading_key, words
from mbkg.sheets.wide import PROJECT_CODE

_WHO = ("unit_name", "name", "code", "category", "budget", "goal", "money", "ignored")
_UNIT_CODE = re.compile(r"^\d{3,9}[-—－_]?")


@dataclass(slots=True)
class ListReading:
    """The sheets of one list, how many rows it takes, and the lines of them that were understood."""

    sheets: list[Sheet] = field(default_factory=list)
    used: int = 0
    accounted: set[int] = field(default_factory=set)


def summary_header(header: Header | None) -> Header | None:
    """The same headings as a summary of evaluations understands them (`自评等级`, `评价项目`)."""
    if header is None:
        return None
    lookup = words().summary
    columns: list[Column] = []
    others: list[Column] = []
    for column in (*header.columns, *header.others):
        role = lookup.get(column.label) or lookup.get(plain(column.label)) or column.role
        known = role in ("name", "score", "grade", "unit", "order", "money", "ignored")
        (columns if known else others).append(replace(column, role=role))
    return Header(tuple(columns), header.rows, tuple(others), header.layout)


def list_rows(
    rows: Sequence[GridRow], header: Header, title: Sheet, titles: Mapping[int, str], *, summary: bool = False
) -> list[tuple[int, GridRow, Header, bool]]:
    """The rows under a list's headings, over its pages: each with its index and headings, and whether it is a heading itself.

    Args:
        titles: the titles of the document by line; another title, or another money unit, ends the list.
    """
    out: list[tuple[int, GridRow, Header, bool]] = []
    grid, until = rows[0].grid, header.rows
    current = header
    for index, row in enumerate(rows):
        other_title = titles.get(row.number, title.title) != title.title
        unit = money_unit_of(row.joined) if row.grid is None or len(row.filled) == 1 else ""
        foreign = row.number not in titles and opens_other_table(row)
        if other_title or foreign or (title.unit and unit and unit != title.unit):
            break
        if row.grid is None:
            if not is_layout(row.text) and row.number not in titles:
                break
            continue
        again = header_at(rows, index) if index >= until else None
        again = summary_header(again) if summary else again
        if again is not None and again.roles() >= header.roles() - {"money", "ignored"}:
            current, until = again, index + again.rows
        elif row.grid != grid:
            places = by_order(row, header.layout)
            if places is None or not _looks_alike(row, moved(header.columns, places)):
                break
            current = Header(moved(header.columns, places), 0, moved(header.others, places))
        grid = row.grid
        out.append((index, row, current, index < until or row.number in titles))
    return out


def _looks_alike(row: GridRow, columns: Sequence[Column]) -> bool:
    """Whether the cells of a row can stand under headings that its own page does not print."""
    numeric = ("budget", "money", "score", "weight")
    for column, slot in ((c, s) for c in columns for s in row.slots if s.overlap(c.start, c.end)):
        number = read_number(slot.text) is not None
        if column.role in numeric and not number and not is_placeholder(slot.text):
            return False
        if column.role in ("name", "unit", "unit_name", "level1", "level2", "level3", "grade") and number:
            return False
        if (
            column.role in ("level1", "level2")
            and slot.text
            and not (is_level(slot.text) or slot.text.endswith("指标"))
        ):
            return False
    return True


def _between(rows: Sequence[GridRow]) -> set[int]:
    """The lines of text among the rows of a list: what pages print around it."""
    return {row.number for row in rows if row.grid is None}


def read_wide_list(rows: Sequence[GridRow], header: Header, title: Sheet, titles: Mapping[int, str]) -> ListReading:
    """Read a list of projects with their targets; `title` is the sheet every project copies."""
    reading = ListReading()
    sheet: Sheet | None = None
    who: dict[str, str] = {}
    levels: IndicatorColumns | None = None
    unit = next((u for c in (*header.columns, *header.others) if (u := money_unit_of(c.label))), "")
    for slot in (slot for row in rows[: header.rows] for slot in row.slots):
        unit = unit or money_unit_of(slot.text)
    title.unit = unit or title.unit
    for index, row, columns, heading in list_rows(rows, header, title, titles):
        reading.used = index + 1
        if heading or not row.filled:
            if columns.understood or not row.has_digit:
                reading.accounted.add(row.number)
            continue
        placed = place(row, columns.columns)
        if (total := _total(row, placed, title, columns)) is not None:
            reading.sheets.append(total)
            reading.accounted.add(row.number)
            continue
        printed = _who(placed)
        fine = True
        right = tuple(c for c in columns.columns if c.role not in _WHO)
        if printed.get("name") and (sheet is None or _another(printed, who)):
            who = printed
            sheet = _project(title, row, printed)
            fine = _add_figures(sheet, row, columns)
            reading.sheets.append(sheet)
            levels = IndicatorColumns(right)
        elif not printed.get("name") and placed.texts.get("unit_name") and not _tells(placed):
            reading.sheets += _subtotal(title, row, placed, columns)
            reading.accounted.add(row.number)
            continue
        elif sheet is not None:
            fine = _says_again(row, columns, printed, who, sheet)
        if sheet is None or levels is None:
            if not row.has_digit or is_placeholder("".join(s.text for s in row.filled)):
                reading.accounted.add(row.number)
            continue
        levels.columns = right
        found, understood = levels.take(_right_of(row, right))
        sheet.groups = levels.levels.weights
        if found is not None:
            sheet.indicators.append(found)
        strange = [s for s in placed.spare if s.own and any(ch.isdigit() for ch in s.text)]
        if understood and not strange and fine:
            reading.accounted.add(row.number)
    reading.accounted |= _between(rows[: reading.used])
    return reading


def _says_again(row: GridRow, header: Header, printed: dict[str, str], who: dict[str, str], sheet: Sheet) -> bool:
    """Whether what a further row of a project prints of it is what its first row printed."""
    said = {cell.printed for cell in sheet.funds}
    for column in header.columns:
        for slot in row.filled:
            number = slot.overlap(column.start, column.end) and any(ch.isdigit() for ch in slot.text)
            if number and column.role in ("budget", "money") and slot.text not in said:
                return False
            told = column.role in ("name", "code", "unit_name", "category", "goal")
            if number and told and printed.get(column.role, "") != who.get(column.role, ""):
                return False
    return True


def _right_of(row: GridRow, columns: Sequence[Column]) -> GridRow:
    slots = tuple(s for s in row.slots if any(s.overlap(c.start, c.end) for c in columns))
    return GridRow(row.number, row.page, row.text, row.grid, slots)


def _who(placed: Placed) -> dict[str, str]:
    fields = {role: placed.texts[role] for role in _WHO if not is_placeholder(placed.texts.get(role, ""))}
    if code := PROJECT_CODE.match(fields.get("name", "")):
        fields["code"] = code[1]
        if code[2]:
            fields["name"] = code[2]
    return fields


def _another(printed: dict[str, str], before: dict[str, str]) -> bool:
    """Whether a row's project is another than the one above: what both print of it differs."""
    keys = ("name", "code", "unit_name", "budget")
    return any(key in printed and key in before and printed[key] != before[key] for key in keys)


def _tells(placed: Placed) -> bool:
    return any(role in placed.texts for role in ("level3", "target", "value", "level1", "goal"))


def _project(title: Sheet, row: GridRow, printed: dict[str, str]) -> Sheet:
    unit = _UNIT_CODE.sub("", printed.get("unit_name", "")) or title.fields.get("implementing_unit", "")
    title.fields["implementing_unit"] = unit
    sheet = _copy(title, row, {key: printed[key] for key in ("name", "code", "category") if key in printed})
    sheet.fields["implementing_unit"] = unit
    sheet.goal = [printed["goal"]] if "goal" in printed else []
    return sheet


def _copy(title: Sheet, row: GridRow, fields: dict[str, str]) -> Sheet:
    copy = Sheet(row.number, row.page, title.title, title.title_line, title.family, title.kind, fields, title.unit)
    copy.year = title.year
    copy.fund_labels = [words().raw["wide"]["column"]]
    return copy


def _total(row: GridRow, placed: Placed, title: Sheet, header: Header) -> Sheet | None:
    first = row.filled[0]
    label = first.text.rstrip("-—")
    if label not in words().raw["wide"]["total"] or _tells(placed):
        return None
    sheet = _copy(title, row, {"name": label})
    sheet.is_total = True
    _add_figures(sheet, row, header)
    return sheet


def _subtotal(title: Sheet, row: GridRow, placed: Placed, header: Header) -> list[Sheet]:
    """The row of a unit over its projects: its cells, and no project."""
    sheet = _copy(title, row, {"name": _UNIT_CODE.sub("", placed.texts["unit_name"])})
    sheet.is_total = True
    _add_figures(sheet, row, header)
    return [sheet] if sheet.funds else []


def read_summary_list(rows: Sequence[GridRow], header: Header, title: Sheet, titles: Mapping[int, str]) -> ListReading:
    """Read a list of self-evaluations: one sheet per project with its score (a fund cell in 分) and grade."""
    reading = ListReading()
    vocabulary = words().raw["summary"]
    transfer = False
    for index, row, columns, heading in list_rows(rows, header, title, titles, summary=True):
        reading.used = index + 1
        if heading or not row.filled:
            if columns.understood or not row.has_digit:
                reading.accounted.add(row.number)
            continue
        if len(row.filled) == 1 and not any(s.text for s in row.slots if not s.own):
            transfer = any(word in row.filled[0].text for word in vocabulary["transfer_group"])
            reading.accounted.add(row.number)
            continue
        placed = place(row, columns.columns)
        name = placed.texts.get("name", "")
        if is_placeholder(name) or heading_key(row.filled[0].text) in words().totals:
            if not row.has_digit or is_placeholder(name):
                reading.accounted.add(row.number)
            continue
        sheet = _copy(title, row, {"name": name, "grade": placed.texts.get("grade", "")})
        sheet.family, sheet.kind = "evaluation-summary", "transfer" if transfer else "project"
        sheet.fund_labels = [vocabulary["column"]]
        sheet.fields["implementing_unit"] = placed.texts.get("unit", "")
        understood = _add_figures(sheet, row, columns)
        reading.sheets.append(sheet)
        strange = any(s.own and any(ch.isdigit() for ch in s.text) for s in placed.spare)
        if understood and not strange:
            reading.accounted.add(row.number)
    reading.accounted |= _between(rows[: reading.used])
    return reading


def _add_figures(sheet: Sheet, row: GridRow, header: Header) -> bool:
    """Give a project the figures of its row; whether all were understood."""
    understood = True
    for column in header.columns:
        slots = [s for s in row.slots if s.text and s.overlap(column.start, column.end)]
        if (
            column.role not in ("score", "money", "budget")
            or not slots
            or (column.role == "score" and _levelled(header))
        ):
            continue
        value = read_number(slots[0].text)
        if value is None:
            understood &= is_placeholder(slots[0].text)
            continue
        group, role, label = _figure(column)
        unit = UNITS.get(role, "" if role == "score" else sheet.unit)
        if label not in sheet.fund_labels:
            sheet.fund_labels.append(label)
        sheet.funds.append(FundCell(group, label, role, label, value, slots[0].text, row.number, unit, True))
        if role == "score":
            sheet.score = value
    return understood


def _levelled(header: Header) -> bool:
    return header.has("level3")


def _figure(column: Column) -> tuple[str, str, str]:
    """The fund row, role and printed column of a figure in a list."""
    if column.role == "budget":
        return "total", AMOUNT, words().raw["wide"]["column"]
    if column.role == "score":
        return "score", "score", words().raw["summary"]["column"]
    evaluated = column.group in ("initial", "full_year", "executed", "rate", "weight", "score")
    return ("total", column.group, column.label) if evaluated else (column.group, AMOUNT, column.label)

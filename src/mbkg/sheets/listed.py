"""Sheets that are one grid with a row per project or indicator: the wide target table and the summary of self-evaluations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from mbkg.amounts import is_number, read_number
from mbkg.labels import squeeze
from mbkg.sheets.aligned import Heading, headings_of, indicator_row, read_cells, take_levels
from mbkg.sheets.funds import AMOUNT, money_unit_of
from mbkg.sheets.levels import LevelState, is_level
from mbkg.sheets.model import FundCell, Piece, Row, Sheet
from mbkg.sheets.vocabulary import bare, heading_key, words
from mbkg.sheets.wide import PROJECT_CODE, WideReading

_LEFT = ("unit_name", "name", "code", "category", "budget", "goal", "ignored")


def read_wide_grid(rows: Sequence[Row], start: int, limit: int, title: Sheet) -> WideReading:
    """Read a wide target table given as a grid; a blank cell repeats the one above it."""
    reading = WideReading()
    headings = headings_of(rows[start])
    title.unit = next((u for p in rows[start].pieces if (u := money_unit_of(p.text))), "") or title.unit
    left = {h.column: h.role for h in headings if h.role in _LEFT}
    right = [h for h in headings if h.role not in _LEFT]
    border = min((h.column for h in right), default=0)
    levels = LevelState()
    sheet: Sheet | None = None
    for index in range(start, limit):
        row = rows[index]
        if row.blank or row.page_number:
            continue
        if index > start and not row.grid:
            break
        reading.used.add(index)
        if index == start or headings_of(row) == headings:
            reading.accounted.add(row.number)
            continue
        if total := _total(row, title):
            reading.sheets.append(total)
            reading.accounted.add(row.number)
            continue
        split = next((i for i, p in enumerate(row.pieces) if p.column >= border or is_level(p.text)), len(row.pieces))
        fields = _left_fields(row.pieces[:split], left)
        if fields.get("name"):
            sheet = _project(title, row, fields)
            levels.reset()
            reading.sheets.append(sheet)
        if sheet is not None and _take_indicator(sheet, row, row.pieces[split:], right, levels):
            reading.accounted.add(row.number)
    return reading


def _take_indicator(
    sheet: Sheet, row: Row, pieces: Sequence[Piece], columns: Sequence[Heading], levels: LevelState
) -> bool:
    taken = take_levels(pieces, columns, level2=levels.level2)
    levels.take(taken.levels, taken.nearest)
    rest = [p for p in taken.rest if p.text not in words().directions]
    if not rest:
        return True
    values, _ = read_cells(rest, columns)
    sheet.indicators.append(indicator_row(values, row, levels.level1, levels.level2))
    return "extra" not in values


def _left_fields(pieces: Sequence[Piece], left: dict[int, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for piece in pieces:
        role = left.get(piece.column, "")
        code = PROJECT_CODE.match(piece.text)
        if code:
            fields["code"] = code[1]
            if code[2]:
                fields["name"] = code[2]
        elif re.sub(r"^\d{1,2}[-—－]", "", piece.text) in words().raw["wide"]["categories"]:
            fields["category"] = piece.text
        elif (
            role != "budget"
            and is_number(piece.text)
            and "budget" in left.values()
            and "budget" not in fields
            and "." in piece.text
        ):
            fields["budget"] = piece.text
        elif role and role not in fields:
            fields[role] = piece.text
    return fields


def _project(title: Sheet, row: Row, fields: dict[str, str]) -> Sheet:
    unit = re.sub(r"^\d{3,9}[-—－_]?", "", fields.get("unit_name", "")) or title.fields.get("implementing_unit", "")
    title.fields["implementing_unit"] = unit
    title.fields["category"] = fields.get("category", "") or title.fields.get("category", "")
    kept = {key: squeeze(fields[key]) for key in ("name", "code") if key in fields} | {
        "category": title.fields["category"]
    }
    sheet = _from_title(title, row, {**kept, "implementing_unit": unit})
    sheet.goal = [fields["goal"]] if fields.get("goal") else []
    _add(sheet, fields.get("budget", ""), row)
    return sheet


def _total(row: Row, title: Sheet) -> Sheet | None:
    label = squeeze(row.pieces[0].text).rstrip("-—")
    if label not in words().raw["wide"]["total"]:
        return None
    numbers = [p.text for p in row.pieces[1:] if is_number(p.text)]
    sheet = _from_title(title, row, {"name": label})
    sheet.is_total = True
    _add(sheet, numbers[0] if numbers else "", row)
    return sheet


def _from_title(title: Sheet, row: Row, fields: dict[str, str]) -> Sheet:
    return Sheet(
        row.number,
        row.page,
        title.title,
        title.title_line,
        "wide-target",
        unit=title.unit,
        year=title.year,
        fields=fields,
        fund_labels=[words().raw["wide"]["column"]],
    )


def _add(sheet: Sheet, printed: str, row: Row) -> None:
    value = read_number(printed)
    if value is not None:
        column = words().raw["wide"]["column"]
        sheet.funds.append(FundCell("total", column, AMOUNT, column, value, printed, row.number, sheet.unit, row.grid))


def read_summary(rows: Sequence[Row], start: int, limit: int, title: Sheet) -> WideReading:
    """Read a list of self-evaluations: one sheet per listed project with its score (a fund cell in 分) and grade."""
    reading = WideReading(used={start}, accounted={rows[start].number})
    vocabulary = words()
    columns = {p.column: role for p in rows[start].pieces if (role := vocabulary.summary.get(heading_key(p.text)))}
    order = [role for p in rows[start].pieces if (role := vocabulary.summary.get(heading_key(p.text)))]
    transfer = False
    for index in range(start + 1, limit):
        row = rows[index]
        if row.blank or row.page_number:
            continue
        text = bare(row.text)
        if row.grid != rows[start].grid or text.startswith("#") or vocabulary.ends_always.search(text):
            break
        if len(row.pieces) == 1:
            if not row.grid and (len(text) > 30 or vocabulary.ends_rows.search(text)):
                break
            transfer = any(word in text for word in vocabulary.raw["summary"]["transfer_group"])
            reading.used.add(index)
            reading.accounted.add(row.number)
            continue
        fields = _listed_fields(row, columns, order)
        reading.used.add(index)
        if not fields.get("name"):
            continue
        sheet = _from_title(title, row, {key: squeeze(v) for key, v in fields.items() if key in ("name", "grade")})
        sheet.family, sheet.kind = "evaluation-summary", "transfer" if transfer else "project"
        sheet.fund_labels = [vocabulary.raw["summary"]["column"]]
        sheet.fields["implementing_unit"] = squeeze(fields.get("unit", ""))
        sheet.score = _score(sheet, fields.get("score", ""), row)
        reading.sheets.append(sheet)
        reading.accounted.add(row.number)
    return reading


def _score(sheet: Sheet, printed: str, row: Row) -> Decimal | None:
    value = read_number(printed)
    if value is not None:
        column = words().raw["summary"]["column"]
        sheet.funds.append(FundCell("score", column, "score", column, value, printed, row.number, "分", row.grid))
    return value


def _listed_fields(row: Row, columns: dict[int, str], order: Sequence[str]) -> dict[str, str]:
    """The fields of one row: by column where the grid's columns fit, else by content from both ends."""
    if row.grid:
        fields = {role: p.text for p in row.pieces if (role := columns.get(p.column))}
        if is_number(fields.get("score", "0")) and fields.get("name"):
            return fields
    pieces = list(row.pieces)
    fields = {}
    if order[:1] == ["order"] and is_number(pieces[0].text):
        pieces = pieces[1:]
    numbers = [i for i, p in enumerate(pieces) if is_number(p.text)]
    if "score" in order and numbers:
        at = numbers[-1]
        fields["score"] = pieces[at].text
        fields["grade"] = "".join(p.text for p in pieces[at + 1 :])
        pieces = pieces[:at]
    elif "grade" in order and pieces:
        fields["grade"] = pieces.pop().text
    if "unit" in order and len(pieces) > 1:
        unit_first = order.index("unit") < order.index("name")
        fields["unit"] = pieces.pop(0 if unit_first else -1).text
    fields["name"] = "".join(p.text for p in pieces)
    return fields

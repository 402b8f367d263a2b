"""The budget and final-account tables of a report as grids: every printed figure in its true column, blanks left blank."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mbkg.reports import Cell, Report, Table

from .heads import Layout, head, layout_of
from .printed import Box, Grid, Kind, Row

_NUMERALS = "一二三四五六七八九十"
_LEFT = re.compile(r"(?:收入|拨款|上年结转|非财政拨款结余|收入(?:合|总)计)$")
_RIGHT = re.compile(r"(?:支出|结转下年|结余分配|支出(?:合|总)计)$")
_KIND: dict[str, Kind] = {"money": "money", "code": "code", "government-code": "code", "line": "code"}
_WIDTHS = {
    "money": 2.0,
    "code": 1.1,
    "government-code": 1.1,
    "line": 0.8,
    "category": 2.0,
    "name": 4.2,
    "government-name": 3.6,
}


def table_grids(report: Report, table: Table, *, repeat_codes: bool = False) -> Iterator[Grid]:
    """The grid of one table, and one without rows for every continuation page that the report lost."""
    layout = head(layout_of(report.name, table.family), year=report.year, last=report.year - 1)
    lead = lead_of(report, table)
    rows = _two_sided(table, layout) if layout.halves == 2 else _coded(table, layout, repeat_codes)
    marks = _column_numbers(report, layout, table)
    widths = tuple(_WIDTHS[role] if len(text) > 1 else 0.8 for role, text, _ in layout.columns)
    yield Grid(table.title, lead, (*layout.rows, *marks), tuple(rows), table.notes, widths)
    for _ in range(table.missing_pages):
        yield Grid(table.title, lead, (), (), new_page=False)


def lead_of(report: Report, table: Table) -> tuple[tuple[str, ...], ...]:
    """What is printed above a table: number, title, whose it is, its unit."""
    lines = [
        line.format(number=table.number, title=table.title, body=report.unit, unit=table.unit)
        for line in layout_of(report.name, "lead")
    ]
    return tuple(tuple(line.split("\t")) for line in lines if line.strip())


def money_columns(table: Table, layout: Layout) -> dict[str, int]:
    """The grid column of each of the table's columns; the layout prints exactly those, in their order."""
    money = [index for index, (role, _, _) in enumerate(layout.columns) if role == "money"]
    names = [layout.columns[index][1] for index in money]
    leaves = [column.split("@")[0] for column in table.columns]
    assert names == leaves, f"{table.title}: the layout prints {names}, the table was read with {leaves}"
    return dict(zip(table.columns, money, strict=True))


def _coded(table: Table, layout: Layout, repeat_codes: bool) -> Iterator[Row]:
    columns = money_columns(table, layout)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        cells[cell.row].append(cell)
    at = {
        role: [i for i, (r, _, _) in enumerate(layout.columns) if r == role]
        for role in {r for r, _, _ in layout.columns}
    }
    for number, (code, label) in enumerate(table.rows):
        here = cells.get(number, [])
        whole = here[0].row_code if here else code
        department, _, government = whole.partition("|")
        texts = dict.fromkeys(range(len(layout.columns)), "")
        _put_code(texts, at.get("code", []), department, repeat=repeat_codes or "government-code" in at)
        _put_code(texts, at.get("government-code", []), government, repeat=True)
        for column in at.get("name", []):
            texts[column] = _indent(department, label)
        for column in at.get("government-name", []):
            texts[column] = here[0].government_label if here else ""
        for column in at.get("category", []):
            texts[column] = here[0].category if here else ""
        for cell in here:
            texts[columns[cell.column]] = cell.printed
        yield _boxes(texts, layout)


def _put_code(texts: dict[int, str], columns: Sequence[int], code: str, *, repeat: bool) -> None:
    """Write a code into its columns: whole into one, or its last piece into the column of its level, parents blank or repeated."""
    if not columns or not code:
        return
    if len(columns) == 1:
        texts[columns[0]] = code
        return
    pieces = [code[:3], *(code[at : at + 2] for at in range(3, len(code), 2))]
    for level, piece in enumerate(pieces):
        if repeat or level == len(pieces) - 1:
            texts[columns[level]] = piece


def _indent(code: str, label: str) -> str:
    return "\u3000" * (max(0, (len(code) - 3) // 2) if code[:1] in "235" else 0) + label


def _two_sided(table: Table, layout: Layout) -> Iterator[Row]:
    columns = money_columns(table, layout)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        cells[cell.row].append(cell)
    pairs = _pairs([(label, cells.get(index, [])) for index, (_, label) in enumerate(table.rows)])
    names = [index for index, (role, _, _) in enumerate(layout.columns) if role == "name"]
    lines = [index for index, (role, _, _) in enumerate(layout.columns) if role == "line"]
    for count, pair in enumerate(pairs):
        texts = dict.fromkeys(range(len(layout.columns)), "")
        for half, entry in enumerate(pair):
            if lines:
                texts[lines[half]] = str(1 + count + half * len(pairs))
            if entry:
                texts[names[half]] = entry[0]
                for cell in entry[1]:
                    texts[columns[cell.column]] = cell.printed
        yield _boxes(texts, layout)


Entry = tuple[str, list[Cell]]


def _pairs(entries: Sequence[Entry]) -> list[list[Entry | None]]:
    """Entries in print order, two to a row: a right one stands beside the left one before it."""
    pairs: list[list[Entry | None]] = []
    last = ["", ""]
    before = 1
    for label, cells in entries:
        half = _half(label, cells, last, before)
        if half == 0 or not pairs or pairs[-1][1] is not None:
            pairs.append([None, None])
        pairs[-1][half] = (label, cells)
        last[half] = label
        before = half
    return pairs


def _half(label: str, cells: Sequence[Cell], last: Sequence[str], before: int) -> int:
    if cells:
        assert cells[0].lane in ("收入", "支出"), cells[0]
        return 0 if cells[0].lane == "收入" else 1
    if label and (number := _ordinal(label)):
        followed = [which for which in (0, 1) if _ordinal(last[which]) == number - 1]
        if len(followed) == 1 and not _RIGHT.search(label) and not _LEFT.search(label):
            return followed[0]
    if _RIGHT.search(label):
        return 1
    return 0 if _LEFT.search(label) else 1 - before


def _ordinal(label: str) -> int:
    digits = re.match(r"[（(]?([一二三四五六七八九十]+)", label)
    if not digits:
        return 0
    tens, has_ten, ones = digits[1].rpartition("十")
    value = _NUMERALS.find(ones) + 1 if ones else 0
    return value + ((_NUMERALS.find(tens) + 1) * 10 if tens else 10) if has_ten else value


def _boxes(texts: dict[int, str], layout: Layout) -> Row:
    return tuple(
        Box(texts[column], column, kind=_KIND.get(role, "name")) for column, (role, _, _) in enumerate(layout.columns)
    )


def _column_numbers(report: Report, layout: Layout, table: Table) -> list[Row]:
    """The row that numbers the columns (栏次), where the report prints one."""
    try:
        word = layout_of(report.name, "column_numbers")
    except KeyError:
        return []
    texts = {}
    count = 0
    for column, (role, _, _) in enumerate(layout.columns):
        if role == "money":
            count += 1
        texts[column] = str(count) if role == "money" else ""
    names = [column for column, (role, _, _) in enumerate(layout.columns) if role in ("code", "name")]
    if layout.halves == 2:
        texts |= dict.fromkeys(names, word)
    elif names:
        boxes = [Box(word, names[0], len(names), kind="head")]
        return [tuple(boxes + [Box(texts[c], c, kind="head") for c in sorted(texts) if c not in names])]
    return [tuple(Box(text, column, kind="head") for column, text in sorted(texts.items()))]

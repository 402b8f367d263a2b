"""Performance sheets in true grids (ruled PDF, Word, Excel, HTML), read by where their cells stand.

Where a sheet begins is seen from its headings: a name label with its value beside it, the columns of a list, a label that only a
whole department's sheet prints. What is a template's stand-in is no project; what a whole department shall reach is none either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mbkg.documents import Document
from mbkg.reports import Leftover
from mbkg.sheets.funds import money_unit_of
from mbkg.sheets.grids.blank import is_placeholder
from mbkg.sheets.grids.heads import Header, fund_role, header_at, is_heading, is_indicator_header, label_role, plain
from mbkg.sheets.grids.lists import list_rows, read_summary_list, read_wide_list, summary_header
from mbkg.sheets.grids.matrix import PROSE, GridRow, grid_rows, is_layout
from mbkg.sheets.grids.sheet import GridSheetReader
from mbkg.sheets.levels import is_level1, is_level2
from mbkg.sheets.model import Sheet
from mbkg.sheets.scan import Title, family_of, find_titles, rows_of
from mbkg.sheets.vocabulary import heading_key, words

Kind = Literal["sheet", "wide", "summary", "overall"]
ABOVE = 12  # rows in which a sheet's title, year and unit stand above it
AHEAD = 40


@dataclass(slots=True)
class GridsReading:
    """The sheets in grids, the lines they take up, and what of them was not understood or is not read at all."""

    sheets: list[Sheet] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)
    leftovers: list[Leftover] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Start:
    index: int
    kind: Kind
    top: int  # the first row above it that is its own: title, year, unit
    title: Title | None = None
    unit: str = ""
    header: Header | None = None
    joined: bool = False  # nothing but layout stands between it and the sheet before


def has_grids(document: Document) -> bool:
    """Whether a document's rows are true grids; rows of Markdown and TSV only have what tabs kept."""
    return document.format != "text" and any(line.grid is not None for line in document.lines)


def read_grids(document: Document) -> GridsReading:
    """Every performance sheet that stands in the document's grids."""
    rows = grid_rows(document)
    titles = find_titles(rows_of(document))
    starts = _starts(rows, titles)
    reading = GridsReading()
    lines = {rows[t.index].number: t.text for t in titles}
    title, unit, reached = None, "", -1
    for which, start in enumerate(starts):
        limit = starts[which + 1].top if which + 1 < len(starts) else len(rows)
        if not (start.joined and which and reached >= start.top):
            title, unit = None, ""
        title, unit = start.title or title, start.unit or (unit if start.title is None else "")
        blank = _titled(rows[start.index], start, title, unit, rows)
        taken, accounted, sheets = _read(start, rows[start.index : limit], blank, lines)
        reached = start.index + taken
        span = [*range(start.top, start.index), *range(start.index, reached)]
        reading.claimed.update(rows[i].number for i in span)
        accounted.update(rows[i].number for i in range(start.top, start.index))
        where = "绩效表"
        if start.kind == "overall":
            where = words().raw["grid"]["overall_where"]
            reading.notes.append(words().raw["grid"]["overall_note"].format(title=_overall_name(blank)))
        reading.sheets += sheets
        reading.leftovers += [
            Leftover(rows[i].number, rows[i].text.strip(), where)
            for i in span
            if rows[i].number not in accounted and rows[i].has_digit
        ]
    return reading


def _overall_name(sheet: Sheet) -> str:
    return sheet.title or words().raw["grid"]["overall_name"]


def _read(
    start: _Start, rows: Sequence[GridRow], blank: Sheet, titles: Mapping[int, str]
) -> tuple[int, set[int], list[Sheet]]:
    """How many rows a sheet or list takes, the lines that were understood, its sheets."""
    if start.kind == "wide" and start.header is not None:
        listed = read_wide_list(rows, start.header, blank, titles)
        return listed.used, listed.accounted, [s for s in listed.sheets if not s.is_total or s.funds]
    if start.kind == "summary" and start.header is not None:
        listed = read_summary_list(rows, start.header, blank, titles)
        return listed.used, listed.accounted, listed.sheets
    reader = GridSheetReader(blank, frozenset(titles))
    taken = reader.read(rows)
    if start.kind == "overall":
        return taken, set(), []
    if not blank.family or (not blank.title and blank.fund_columns):
        blank.family = "self-evaluation" if blank.fund_columns else "performance-target"
    if not is_placeholder(blank.name):
        return taken, reader.accounted, [blank]
    told = any(cell.role not in ("weight", "score") for cell in blank.funds) or any(
        row.target or row.actual for row in blank.indicators
    )
    return taken, set() if told else reader.accounted, []


def _titled(row: GridRow, start: _Start, title: Title | None, unit: str, rows: Sequence[GridRow]) -> Sheet:
    """An empty sheet with what stands above it: title, family, year, money unit."""
    sheet = Sheet(row.number, row.page, unit=unit)
    if title is not None:
        sheet.title, sheet.title_line, sheet.year = title.text.lstrip("#"), rows[title.index].number, title.year
    else:
        sheet.title_line = row.number
    sheet.family = family_of(sheet.title)
    if start.kind == "summary":
        sheet.family = "evaluation-summary"
    elif start.kind == "wide":
        sheet.family = "wide-target"
    elif sheet.family == "evaluation-summary":
        sheet.family = "self-evaluation"
    if sheet.family == "transfer-evaluation":
        sheet.kind = "transfer"
    return sheet


# Where sheets begin


def _starts(rows: Sequence[GridRow], titles: Sequence[Title]) -> list[_Start]:
    found: list[_Start] = []
    by_index = {title.index: title for title in titles}
    lines = {rows[title.index].number: title.text for title in titles}
    floor, until = -1, -1
    for index, row in enumerate(rows):
        if row.grid is None or not row.filled or index < until:
            continue
        top, title, unit, joined = _above(rows, index, floor, by_index)
        kind, header = _kind(rows, index, title, found[-1] if found else None)
        if kind is None:
            continue
        found.append(_Start(index, kind, top, title, unit, header, joined))
        floor = index
        until = _covered_until(rows, found[-1], lines)
    return found


def _kind(
    rows: Sequence[GridRow], index: int, title: Title | None, before: _Start | None
) -> tuple[Kind | None, Header | None]:
    row = rows[index]
    overall = words().raw["grid"]["overall_titles"]
    named = _name_row(row)
    whole = title is not None and any(word in title.text for word in overall)
    if whole and not (named and title is not None and words().raw["grid"]["project_title"] in title.text):
        return "overall", None
    in_overall = before is not None and before.kind == "overall"
    task = in_overall and title is None and before is not None and row.grid == rows[before.index].grid
    if named and not task:
        return ("sheet", None) if _evidence(rows, index) >= (1 if title else 2) else (None, None)
    header = header_at(rows, index)
    if header is not None and header.has("name"):
        roles = header.roles()
        if is_indicator_header(header) and "level3" in roles:
            return "wide", header
        if title is not None and {"goal", "budget"} <= roles and not roles & {"level1", "level2"}:
            return "wide", header
    listed = summary_header(header)
    if listed is not None and listed.has("name") and not (header and header.has("level1")):
        roles = listed.roles()
        told = title is not None and any(w in title.text for w in words().raw["grid"]["summary_titles"])
        if roles & {"score", "grade"} and (told or len(roles) >= 3):
            return "summary", listed
    keys = {plain(slot.text) for slot in row.filled[:2]}
    if keys & set(words().raw["grid"]["overall_labels"]) and not in_overall and not _inside(rows, index, before):
        return "overall", None
    return None, None


def _covered_until(rows: Sequence[GridRow], start: _Start, titles: Mapping[int, str]) -> int:
    """The row behind the last that a list takes, headings repeated on its next pages included."""
    if start.header is None:
        return start.index + 1
    blank = Sheet(rows[start.index].number, None, start.title.text if start.title else "", unit=start.unit)
    taken = list_rows(rows[start.index :], start.header, blank, titles, summary=start.kind == "summary")
    return start.index + (taken[-1][0] + 1 if taken else 1)


def _inside(rows: Sequence[GridRow], index: int, before: _Start | None) -> bool:
    """Whether a row stands in the grid of a sheet that has begun."""
    return before is not None and before.kind != "overall" and rows[before.index].grid == rows[index].grid


def _name_row(row: GridRow) -> bool:
    """Whether a row is led by a name label with a value, or nothing, beside it: `项目名称 | 老年食堂`."""
    slots = row.printed
    for at, slot in enumerate(slots[:3]):
        if label_role(slot.text) == "name":
            beside = slots[at + 1] if at + 1 < len(slots) else None
            if any(s.text and not is_heading(s.text) for s in slots[:at]):
                return False
            return beside is None or not is_heading(beside.text)
        head, mark, _ = slot.text.replace(":", "：").partition("：")
        if mark and label_role(head) == "name":
            return True
    return False


def _evidence(rows: Sequence[GridRow], index: int) -> int:
    """How many kinds of sheet words follow a name label before the next one: department, funds, goal, indicators."""
    vocabulary = words()
    seen: set[str] = set()
    grids = [at for at in range(index, min(len(rows), index + 2 * AHEAD)) if rows[at].grid is not None][:AHEAD]
    for at in grids:
        row = rows[at]
        if at > index and _name_row(row):
            break
        for slot in row.filled:
            if label_role(slot.text) not in ("", "name"):
                seen.add("department")
            if fund_role(slot.text) or plain(slot.text) in vocabulary.fund_heads:
                seen.add("funds")
            if heading_key(slot.text) in vocabulary.goal_labels:
                seen.add("goal")
        levels = [s.text for s in row.filled if heading_key(s.text) not in vocabulary.side][:2]
        if is_indicator_header(header_at(rows, at)) or (
            len(levels) == 2 and is_level1(levels[0]) and is_level2(levels[1])
        ):
            seen.add("indicators")
    return len(seen)


def _above(
    rows: Sequence[GridRow], index: int, floor: int, titles: dict[int, Title]
) -> tuple[int, Title | None, str, bool]:
    """What stands above a row and is of its sheet: the topmost row, title, money unit; and whether only layout lies between."""
    top = index
    found: list[Title] = []
    unit = ""
    count = 0
    for at in range(index - 1, floor, -1):
        row = rows[at]
        if row.grid is None and not row.joined:
            continue
        if count == ABOVE or not _is_layout(row):
            return top, _best(found), unit, False
        count += 1
        if at in titles:
            found.append(titles[at])
            top = at
        unit = unit or money_unit_of(row.joined)
        if money_unit_of(row.joined) and len(row.joined) <= 30:
            top = at
    return top, _best(found), unit, True


def _is_layout(row: GridRow) -> bool:
    if row.grid is None:
        return is_layout(row.text)
    filled = row.filled
    if len(filled) > 3 or any(not s.own and s.text for s in row.slots):
        return False
    return (
        all(len(s.text) <= PROSE for s in filled)
        and not any(label_role(s.text) or fund_role(s.text) or is_level1(s.text) for s in filled)
        and (len(filled) == 1 or all(_note(s.text) for s in filled))
    )


def _note(text: str) -> bool:
    """Whether a cell above a sheet is a year, a unit or who filled the form in."""
    return bool(money_unit_of(text)) or text[:1] in "（(" or "：" in text or text.endswith(("年", "年度"))


def _best(titles: Sequence[Title]) -> Title | None:
    """The last dated title, else the last unnumbered one, else the last."""
    ranked = sorted(titles, key=lambda t: (t.dated, not t.numbered, t.index))
    return ranked[-1] if ranked else None

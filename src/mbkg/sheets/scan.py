"""Where performance sheets begin and what their titles are.

A sheet begins where a name label (项目名称, 专项资金名称) stands before a name and other words of a sheet follow; a list of
evaluations and a wide table begin at their column headings. Titles stand before a sheet, or, in some flattened PDFs, behind its body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mbkg.amounts import to_ascii_digits
from mbkg.documents import Document
from mbkg.labels import ordinal_of
from mbkg.sheets.levels import is_level1, is_level2
from mbkg.sheets.model import Row, row_of
from mbkg.sheets.vocabulary import Words, bare, heading_key, words

StartKind = Literal["sheet", "wide", "wide-grid", "summary"]
_DATED = re.compile(r"[（(](\d{4})年(?:度)?[）)]$")
_YEAR = re.compile(r"(\d{4})年")
_TITLE_ENDS = re.compile(r"表(?:（(?:续|续表|[一二三四五六七八九十]|\d{1,2})）)?$")


@dataclass(frozen=True, slots=True)
class Title:
    """One printed title: the index of its row, its text without a trailing year, its year, whether it is numbered (（二）…)."""

    index: int
    text: str
    dated: bool
    numbered: bool
    year: int | None


@dataclass(frozen=True, slots=True)
class Start:
    """The first row of a sheet's body."""

    index: int
    kind: StartKind


def rows_of(document: Document) -> list[Row]:
    """All lines of a document as rows."""
    rows: list[Row] = []
    for line in document.lines:
        rows.append(row_of(line, rows[-1].page if rows else None))
    return rows


def find_titles(rows: Sequence[Row]) -> list[Title]:
    """Every line that reads as the title of a performance sheet, whether or not a sheet follows."""
    vocabulary = words()
    found = []
    for index, row in enumerate(rows):
        if len(row.pieces) == 0 or len(row.text) > 90 or (row.grid and len(row.pieces) > 1):
            continue
        text = bare(row.text)
        if not 4 <= len(text) <= 45 or "。" in text:
            continue
        dated = _DATED.search(text)
        plain = text[: dated.start()] if dated else text
        if not _TITLE_ENDS.search(plain) or not any(word in plain for word in vocabulary.raw["titles"]["hold"]):
            continue
        following = next((r for r in rows[index + 1 : index + 8] if not r.blank), None)
        below = _YEAR.search(to_ascii_digits(following.joined)) if following and following.year_line else None
        inside = _YEAR.search(plain)
        year = dated or below or inside
        found.append(
            Title(index, plain, bool(dated or below or inside), bool(ordinal_of(plain)), int(year[1]) if year else None)
        )
    return found


def roles_in(row: Row, lookup: dict[str, str]) -> set[str]:
    """The roles of all pieces of a row that a lookup knows."""
    return {role for piece in row.pieces if (role := lookup.get(heading_key(piece.text)))}


def name_label(row: Row) -> bool:
    """Whether a row is led by a name label: `项目名称 …`, `项目名称：…`."""
    vocabulary = words()
    for piece in row.pieces[:2]:
        if vocabulary.labels.get(heading_key(piece.text)) == "name":
            rest = row.pieces[row.pieces.index(piece) + 1 :]
            return not rest or not _is_heading(rest[0].text)
        head, mark, _ = piece.text.replace(":", "：").partition("：")
        if mark and vocabulary.labels.get(heading_key(head)) == "name":
            return True
    return False


def _is_heading(text: str) -> bool:
    """Whether a cell beside a name label shows that this is the heading of a list rather than the head of a sheet."""
    vocabulary = words()
    key = heading_key(text)
    known = (vocabulary.labels, vocabulary.columns, vocabulary.summary, vocabulary.fund_rows, vocabulary.fund_columns)
    return any(key in lookup for lookup in known) or key in vocabulary.totals


def is_indicator_header(row: Row) -> bool:
    """Whether a row holds the headings of indicator rows."""
    roles = roles_in(row, words().columns)
    return len(roles & {"level1", "level2", "level3", "target", "value"}) >= 2


def find_starts(rows: Sequence[Row], titles: Sequence[Title]) -> list[Start]:
    """The first body row of every sheet, in order."""
    vocabulary = words()
    titled = {title.index for title in titles}
    starts: list[Start] = []
    for index, row in enumerate(rows):
        if row.blank:
            continue
        if name_label(row):
            near_title = any(0 < index - at <= 12 for at in titled)
            if _evidence(rows, index, vocabulary) >= (1 if near_title else 2):
                starts.append(Start(index, "sheet"))
            continue
        roles = roles_in(row, vocabulary.columns)
        if row.grid and "name" in roles and {"level1", "level3"} <= roles:
            starts.append(Start(index, "wide-grid"))
            continue
        listed = roles_in(row, vocabulary.summary)
        if {"name"} <= listed and listed & {"score", "grade"} and "level1" not in roles and len(listed) >= 3:
            starts.append(Start(index, "summary"))
        elif index in titled and not row.grid and _wide_header(rows, index):
            starts.append(Start(index, "wide"))
    return starts


def _evidence(rows: Sequence[Row], index: int, vocabulary: Words) -> int:
    """How many kinds of sheet words follow a name label before the next one: department, funds, goal, indicators."""
    seen: set[str] = set()
    count = 0
    for row in rows[index : index + 90]:
        if row.blank:
            continue
        count += 1
        if count > 40 or (count > 1 and name_label(row)):
            break
        for piece in row.pieces:
            key = heading_key(piece.text)
            if vocabulary.labels.get(key, "name") != "name":
                seen.add("department")
            if key in vocabulary.fund_heads or key in vocabulary.fund_rows:
                seen.add("funds")
            if key in vocabulary.goal_labels:
                seen.add("goal")
        levels = [p.text for p in row.pieces if heading_key(p.text) not in vocabulary.side][:2]
        if is_indicator_header(row) or (len(levels) == 2 and is_level1(levels[0]) and is_level2(levels[1])):
            seen.add("indicators")
    return len(seen)


def _wide_header(rows: Sequence[Row], index: int) -> bool:
    """Whether a wrapped wide header follows a title: level headings and 性质 before any row of a sheet."""
    text = ""
    count = 0
    for row in rows[index + 1 : index + 140]:
        if row.blank:
            continue
        count += 1
        if count > 60 or name_label(row) or row.grid:
            return False
        text += row.joined
        if all(word in text for word in ("一级指标", "二级指标", "三级指标")):
            more = "".join(r.joined for r in rows[index + 1 : index + 140] if not r.blank)[: len(text) + 60]
            return "性质" in more and ("度量" in more or "权重" in more)
    return False


def title_for(starts: Sequence[Start], which: int, titles: Sequence[Title], rows: Sequence[Row]) -> Title | None:
    """The title of one sheet: the nearest dated one before it, or behind it where the document prints titles behind bodies."""
    start = starts[which]
    if start.kind == "wide":
        return next((t for t in titles if t.index == start.index), None)
    before_from = starts[which - 1].index if which else -1
    before = [t for t in titles if before_from < t.index < start.index and _only_layout(rows, t.index, start.index)]
    limit = starts[which + 1].index if which + 1 < len(starts) else len(rows)
    after = [t for t in titles if start.index < t.index < limit]
    if _trailing(starts, which, titles, rows):
        return _best(after[::-1]) or _best(before)
    return _best(before) or _best(after[::-1])


def _trailing(starts: Sequence[Start], which: int, titles: Sequence[Title], rows: Sequence[Row]) -> bool:
    """Whether the run of sheets that this one belongs to prints its titles behind the bodies: its first has none before it."""
    first = which
    while first and starts[first - 1].kind == "sheet" and starts[first].index - starts[first - 1].index < 400:
        first -= 1
    lead = starts[first].index
    floor = starts[first - 1].index if first else -1
    return not any(floor < t.index < lead and _only_layout(rows, t.index, lead) for t in titles)


def _only_layout(rows: Sequence[Row], start: int, end: int) -> bool:
    """Whether only titles, years, units, page numbers and short notes lie between two rows."""
    between = [row for row in rows[start + 1 : end] if not row.blank]
    return len(between) <= 8 and all(len(row.joined) <= 45 and not row.grid for row in between)


def _best(titles: Sequence[Title]) -> Title | None:
    """The last dated title, else the last unnumbered one, else the last."""
    ranked = sorted(titles, key=lambda t: (t.dated, not t.numbered, t.index))
    return ranked[-1] if ranked else None


def family_of(title: str) -> str:
    """The family a title names."""
    data = words().raw["titles"]
    for entry in data["families"]:
        if any(w in title for w in entry["title"]) and (not entry["also"] or any(w in title for w in entry["also"])):
            return str(entry["family"])
    return str(data["default_family"])

"""Placeholders nobody filled in, amounts left out of a sentence and units broken off, and years that a report calls its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mbkg.documents import Line
from mbkg.form.vocabulary import pattern, rows
from mbkg.labels import strip_ordinal
from mbkg.narrative.layout import plain
from mbkg.narrative.paragraphs import Paragraph
from mbkg.reports import FormMark, Place
from mbkg.tables.settle import Draft

_AROUND = 24  # characters shown on either side


def placeholder_marks(joined: Sequence[Paragraph], lines: Sequence[Line], *, plain_text: bool) -> Iterator[FormMark]:
    """What was left where something was to be filled in.

    Args:
        plain_text: whether the format uses stars as marks of its own.
    """
    texts = [(each.text, each.lines) for each in joined]
    read = {number for each in joined for number in each.lines}
    texts += [
        (text, (line.number,) * len(text)) for line in lines if line.number not in read for text in (_line(line),)
    ]
    for text, numbers in texts:
        taken: set[int] = set()
        for found_by, row in rows("placeholder"):
            if plain_text and not row.get("text", True):
                continue
            for found in found_by.finditer(text):
                if taken.isdisjoint(range(*found.span())):
                    taken.update(range(*found.span()))
                    yield FormMark(
                        "placeholder", found.group(), Place(numbers[found.start()]), row["name"], around(text, found)
                    )


def _line(line: Line) -> str:
    return plain(" ".join(cell.text for cell in line.cells) if line.is_grid else line.text)


def amount_marks(joined: Sequence[Paragraph]) -> Iterator[FormMark]:
    """Amounts missing before their unit, and units broken off behind an amount, in sentences that speak of money."""
    for each in joined:
        text = each.text
        if each.section in ("terms", "duties") or pattern("amount", "not_about").search(text):
            continue
        for found in pattern("amount", "missing").finditer(text):
            unit = re.match("万元|亿元", text[found.end() :])
            yield _mark("missing-amount", found.group() + (unit.group() if unit else ""), each, found, "缺金额")
        for found in pattern("amount", "cut_unit").finditer(text):
            yield _mark("cut-unit", found["figure"], each, found, "单位不全")


def _mark(kind: str, printed: str, each: Paragraph, found: re.Match[str], role: str) -> FormMark:
    return FormMark(kind, printed, Place(each.lines[found.end() - 1]), role, around(each.text, found))


def around(text: str, found: re.Match[str]) -> str:
    """The words around a find, within its sentence."""
    start = max(text.rfind(stop, 0, found.start()) for stop in "。；") + 1
    ends = [at for stop in "。；" if (at := text.find(stop, found.end())) >= 0]
    return text[max(start, found.start() - _AROUND) : min([*ends, found.end() + _AROUND])]


def year_marks(joined: Sequence[Paragraph], headings: Sequence[Line]) -> Iterator[FormMark]:
    """Years that a heading or the words on the report's scope call the year of this budget or final account."""
    for found_by, row in rows("year"):
        if row.get("heading"):
            for line in headings:
                yield from _years(found_by, row, strip_ordinal(plain(line.text)), (line.number,))
        else:
            for each in joined:
                yield from _years(found_by, row, each.text, each.lines)


def _years(found_by: re.Pattern[str], row: dict[str, Any], text: str, lines: Sequence[int]) -> Iterator[FormMark]:
    if row.get("heading"):
        years = set(re.findall(r"20\d\d", text))
        if len(text) > 60 or len(years) > 1 or pattern("year_free", "pattern").search(text):
            return
    for found in found_by.finditer(text):
        at = found.start("year")
        number = lines[at] if len(lines) > at else lines[0]
        said = text if row.get("heading") else found.group()
        yield FormMark("year", found["year"], Place(number), row["role"], said, year=int(found["year"]))


def code_marks(drafts: Sequence[Draft]) -> Iterator[FormMark]:
    """Pieces of codes that lost their leading zero, in tables whose other codes keep it."""
    for draft in drafts:
        pieces = [piece for row in draft.rows for piece in row.codes[1:]]
        if not any(len(piece) == 2 and piece.startswith("0") for piece in pieces):
            continue
        for row in draft.rows:
            if any(len(piece) == 1 and piece.isdigit() for piece in row.codes[1:]):
                printed = " ".join(row.codes)
                yield FormMark("short-code", printed, Place(row.line), draft.block.title, row.label)

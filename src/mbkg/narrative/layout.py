"""Which lines of a document are prose.

A flattened report runs contents, tables, performance sheets and prose together without a mark. Each line gets one `LineKind` by
walking down the document: a table begins with its number, its unit line or a grid, and lasts until a chapter or a sentence; a sheet
lasts until a chapter. Only lines of kind `prose` are ever read by the narrative reader; what is refused here is left to other readers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

from mbkg.amounts import is_number, to_ascii_digits
from mbkg.documents import Document, Line
from mbkg.labels import ordinal_of, squeeze, strip_ordinal
from mbkg.narrative.vocabulary import any_of, table

LineKind = Literal["blank", "page", "contents", "table", "sheet", "caption", "prose", "skipped"]

_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+(?=\S)|>\s+)|\*\*|__")
_UNIT_FIGURE = re.compile(r"\d[\d,.]*(?:万元|元|亿元|%|辆|个|人|台)")
_LOOK_AHEAD = 8  # non-blank lines between the title of a table and its money unit
_PIECE_LENGTH = 12  # a piece of a sheet is a narrow cell


def plain(text: str) -> str:
    """The line without Markdown marks and layout space, half-width marks made Chinese, digits made ASCII."""
    return squeeze(to_ascii_digits(_MARKDOWN.sub("", text)).replace("(", "（").replace(")", "）"))


def line_kinds(document: Document, skip: frozenset[int] = frozenset()) -> dict[int, LineKind]:
    """The kind of every line, by line number; lines in `skip` belong to other readers and are not looked at."""
    return _Walk(document.lines, skip).kinds()


def prose_lines(document: Document, skip: frozenset[int] = frozenset()) -> tuple[Line, ...]:
    """The lines that are prose, in order: what is left of a document without its tables, sheets and contents."""
    kinds = line_kinds(document, skip)
    return tuple(line for line in document.lines if kinds[line.number] == "prose")


def table_free(document: Document) -> Document:
    """The document with every table, sheet and contents line emptied, numbers kept: what the narrative reader reads."""
    keep = {line.number for line in prose_lines(document)}
    lines = tuple(line if line.number in keep else Line(line.number, "", (), line.page) for line in document.lines)
    return Document(document.name, document.sha256, document.encoding, lines, document.notes)


def is_sentence(text: str) -> bool:
    """Whether a squeezed line reads like running prose rather than a row, a label or a title."""
    if len(text) < 8 or _is_note(text):
        return False
    commas = text.count("，") + text.count("；")
    chinese = sum("\u4e00" <= ch <= "\u9fff" for ch in text)
    if "。" in text:
        return chinese >= 6
    return chinese >= 12 and commas >= 1 and (commas >= 2 or bool(_UNIT_FIGURE.search(text)) or len(text) >= 30)


def is_part(text: str) -> bool:
    """Whether a squeezed line opens a part: 第三部分 …"""
    return bool(_part().match(text)) and len(text) <= 40 and "。" not in text


def is_chapter(text: str) -> bool:
    """Whether a squeezed line is a numbered heading that ends the way chapters of a report do."""
    return (
        bool(ordinal_of(text)) and len(text) <= 60 and bool(_chapter().search(text)) and not _UNIT_FIGURE.search(text)
    )


def is_numeric_row(text: str) -> bool:
    """Whether a line is mostly numbers: a table row without a label, or the labels of a chart."""
    tokens = re.sub(r"(?<=20\d\d)\s+(?=年)", "", to_ascii_digits(text)).split()  # a year is no number of a row
    numbers = sum(is_number(token) for token in tokens)
    if not tokens or numbers == 0 or re.search(r"[。，；]", text):
        return False
    return numbers == len(tokens) or (numbers >= 2 and numbers * 2 >= len(tokens))


@cache
def _part() -> re.Pattern[str]:
    return re.compile(table("layout")["part"])


@cache
def _chapter() -> re.Pattern[str]:
    return re.compile(table("layout")["chapter_end"] + r"(?:（.{1,12}）)?[：:。]?$")


def _is_note(text: str) -> bool:
    return bool(any_of("layout", "table_note").fullmatch(text))


class _Walk:
    """One pass down the lines, remembering what the reader is inside of."""

    def __init__(self, lines: Sequence[Line], skip: frozenset[int]) -> None:
        self.lines = lines
        self.skip = skip
        self.texts = [plain(line.text) for line in lines]
        self.inside: Literal["prose", "contents", "table", "sheet"] = "prose"
        self.rows_seen = False  # a sheet is only believed once one of its rows was met
        self.entries: set[str] = set()  # contents seen so far
        self.in_note = False
        self.in_pieces = False

    def kinds(self) -> dict[int, LineKind]:
        result: dict[int, LineKind] = {}
        for index, line in enumerate(self.lines):
            result[line.number] = self._kind(index)
        return result

    def _kind(self, index: int) -> LineKind:
        line, text = self.lines[index], self.texts[index]
        if line.number in self.skip:
            return "skipped"
        if not text:
            return "blank"
        if any_of("layout", "page_mark").fullmatch(squeeze(line.text)):
            return "page"
        if self.inside == "prose" and any_of("layout", "page_number").fullmatch(text):
            return "page"
        self._turn(index)
        if self.inside == "prose":
            return self._prose_kind(index)
        return self.inside

    def _turn(self, index: int) -> None:
        """Enter or leave a contents page, a table, a sheet."""
        line, text = self.lines[index], self.texts[index]
        if any_of("layout", "contents").fullmatch(text):
            self.inside, self.entries = "contents", set()
        elif self._leaves(index):
            self.inside, self.in_note = "prose", False
        elif self.inside == "contents":
            self.entries.add(text)
            self.entries.add(strip_ordinal(text))
            return
        if self.inside in ("prose", "table") and self._opens_sheet(text) and not self._in_sentence(index):
            self.inside, self.rows_seen = "sheet", False
        if self.inside == "prose" and self._opens_table(index):
            self.inside, self.in_note = "table", False
        if self.inside == "sheet" and (line.is_grid or any_of("layout", "sheet_row").fullmatch(text)):
            self.rows_seen = True

    def _leaves(self, index: int) -> bool:
        line, text = self.lines[index], self.texts[index]
        if self.inside == "contents":
            again = text in self.entries or (
                is_part(text) and any(entry.startswith(text[:4]) for entry in self.entries)
            )
            return again or is_sentence(text) or self._opens_table(index)
        if self.inside == "prose" or line.is_grid:
            return False
        if is_part(text) or (is_chapter(text) and not any_of("layout", "sheet_title").fullmatch(text)):
            return True
        if self.inside == "sheet" and self.rows_seen:
            return line.text.lstrip().startswith("#") and not text.endswith("表")
        return self._sentence_after_table(text)

    def _sentence_after_table(self, text: str) -> bool:
        if _is_note(text):
            self.in_note = not text.rstrip("）").endswith("。")
            return False
        if self.in_note:
            self.in_note = not text.rstrip("）").endswith("。") and not is_sentence(text)
            return False
        return is_sentence(text)

    def _opens_table(self, index: int) -> bool:
        line, text = self.lines[index], self.texts[index]
        if line.is_grid:
            filled = [cell for cell in line.cells if cell.text]
            return len(filled) > 1 or not is_sentence(text)
        if any_of("layout", "table_number").fullmatch(text) or any_of("layout", "money_unit").fullmatch(text):
            return True
        return bool(any_of("layout", "table_title").fullmatch(text)) and self._unit_follows(index)

    def _unit_follows(self, index: int) -> bool:
        seen = 0
        for text in self.texts[index + 1 : index + 4 * _LOOK_AHEAD]:
            if not text:
                continue
            if any_of("layout", "money_unit").fullmatch(text):
                return True
            seen += 1
            if seen == _LOOK_AHEAD or is_sentence(text):
                return False
        return False

    def _in_sentence(self, index: int) -> bool:
        """Whether the line above stops in the middle of a sentence, so that this one only goes on with it."""
        above = next((text for text in reversed(self.texts[:index]) if text), "")
        if self.inside != "prose" or not above:
            return False
        return (
            above[-1] in "，、"
            or above.rfind("“") > above.rfind("”")
            or (is_sentence(above) and above[-1] not in "。：；")
        )

    def _opens_sheet(self, text: str) -> bool:
        title = any_of("layout", "sheet_title").fullmatch(text) and not is_sentence(text) and "详见" not in text
        row = any_of("layout", "sheet_row").fullmatch(text) and not is_sentence(text) and "年度" not in text[:8]
        return bool(title or row)

    def _prose_kind(self, index: int) -> LineKind:
        line, text = self.lines[index], self.texts[index]
        if any_of("layout", "caption").fullmatch(text) and "。" not in text:
            return "caption"
        narrow = len(text) <= _PIECE_LENGTH and not re.search(r"[。，；：]", text) and not is_part(text)
        piece = narrow and bool(any_of("layout", "sheet_piece").fullmatch(text))
        self.in_pieces = piece or (self.in_pieces and narrow)
        if self.in_pieces:
            return "sheet"
        return "table" if is_numeric_row(line.text) and not self._goes_on(index) else "prose"

    def _goes_on(self, index: int) -> bool:
        """Whether a line full of numbers stands inside a sentence: begun above, and with units behind its numbers."""
        above = next((text for text in reversed(self.texts[:index]) if text), "")
        below = next((text for text in self.texts[index + 1 :] if text), "")
        if not above or above[-1] in "。：" or is_numeric_row(above):
            return False
        return bool(_UNIT_FIGURE.search(self.texts[index]) or re.match(table("layout")["unit_begins"], below))

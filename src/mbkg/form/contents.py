"""The contents page (目录): the tables it lists, and every line outside it that reads like the title of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mbkg.amounts import looks_like_money, to_ascii_digits
from mbkg.documents import Document, Line
from mbkg.form.vocabulary import pattern
from mbkg.labels import fold, squeeze
from mbkg.narrative.layout import is_sentence, plain
from mbkg.reports import ContentsEntry, Place
from mbkg.tables.find import tokens_of
from mbkg.tables.lexicon import load_lexicon

_LONGEST = 60  # characters of a title
_NO_TITLE = re.compile(r"[\d：。，；]")  # what no first half of a broken title holds
_LEADERS = re.compile(r"[\s\u3000]{3,}\d{1,3}$")


@dataclass
class Contents:
    """A contents page as read: its entries and the numbers of its lines."""

    entries: list[ContentsEntry] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)


def read_contents(document: Document) -> Contents:
    """The tables that the contents page lists; nothing where there is none."""
    found = Contents()
    lines = [line for line in document.lines if line.text.strip()]
    for index, line in enumerate(lines):
        if pattern("contents", "opens").match(_text(line)):
            _read_page(lines[index:], found)
            break
    return found


def titles_in(document: Document, contents: Contents) -> tuple[str, ...]:
    """Lines outside the contents page that read like the title of a table, also one that is broken over two lines; sheet names too."""
    texts = [
        (_entry(text), text) for line in document.lines if line.number not in contents.lines for text in _single(line)
    ]
    found: dict[str, None] = {}
    for at, (text, _) in enumerate(texts):
        if _is_title(text):
            found[text] = None
        joined = text + texts[at + 1][0] if at + 1 < len(texts) and not _NO_TITLE.search(text) else ""
        if joined and not _is_title(text) and len(texts[at + 1][0]) <= 12 and _is_title(joined):
            found[joined] = None
    for page in document.pages:
        if page.name:
            found[squeeze(page.name)] = None
    return tuple(found)


def _single(line: Line) -> Iterator[str]:
    """The text of a line that holds one piece; a table row holds several and is no title."""
    texts = [cell.text for cell in line.cells if cell.text.strip()] if line.is_grid else [line.text]
    if len(texts) == 1 and len(texts[0]) < 4 * _LONGEST:
        text = plain(texts[0])
        if text and len(text) <= _LONGEST:
            yield text


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST and bool(pattern("contents", "table").search(text)) and not re.search("[，。；]", text)


def _read_page(lines: Sequence[Line], found: Contents) -> None:
    """Take entries until the page ends: at a sentence, an amount, a unit line, or what was listed before."""
    found.lines.add(lines[0].number)
    seen: set[str] = set()
    held, held_line = "", lines[0]
    for line in lines[1:]:
        text = _text(line)
        entry = _entry(text)
        key = fold(entry)
        if not key or text.isdigit():
            found.lines.add(line.number)
            continue
        if _ends(line, text) or key in seen:
            break
        numbered = pattern("contents", "part").match(text) or pattern("contents", "number").match(text)
        has_tail = entry != pattern("contents", "number").sub("", text, count=1)
        if held and not numbered and not pattern("contents", "whole").search(held):
            held += entry
            found.lines.add(line.number)
            if not has_tail and not pattern("contents", "whole").search(held):
                continue
        else:
            _take(held, held_line, found)
            held, held_line = entry, line
            found.lines.add(line.number)
        seen.add(key)
        seen.add(fold(held))
    _take(held, held_line, found)


def _take(entry: str, line: Line, found: Contents) -> None:
    if not entry or not _is_title(entry) or pattern("contents", "part").match(entry):
        return
    if pattern("contents", "all_tables").match(entry):
        return
    family = load_lexicon().family(entry)
    found.entries.append(ContentsEntry(entry, family.id if family else "", Place(line.number, line.page)))


def _ends(line: Line, text: str) -> bool:
    if is_sentence(text) or pattern("contents", "ends_at").search(text):
        return True
    if any(looks_like_money(token) for token in tokens_of(line)):
        return True
    return sum(bool(cell.text.strip()) for cell in line.cells) > 4


def _text(line: Line) -> str:
    """The entry that a line prints: of a grid row its cells together, without the page number at its end."""
    text = "".join(cell.text for cell in line.cells) if line.is_grid else _LEADERS.sub("", line.text.rstrip())
    return plain(text)


def _entry(text: str) -> str:
    """An entry without its list number, its dots and its page."""
    text = to_ascii_digits(text)
    bare = pattern("contents", "tail").sub("", text)
    return pattern("contents", "number").sub("", bare, count=1)


def core(title: str, unit: str = "") -> str:
    """A title for comparing: without year, level words, the body's name, what stands in brackets at its end, and layout."""
    text = squeeze(title)
    if unit:
        text = text.replace(unit, "")
    for _ in range(2):
        text = pattern("contents", "lead").sub("", text)
    text = re.sub(r"（[^（）]{1,14}）$", "", text)
    return fold(text)

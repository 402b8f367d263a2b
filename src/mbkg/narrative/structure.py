"""What a report says of the body itself: its offices with their notes, the bodies under it, its duties.

Offices and bodies are read where a sentence announces a list: in the sentence itself, in the numbered lines that follow, or in a small
table. Only names that end like an office or a body are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from mbkg.documents import Document
from mbkg.narrative.clauses import sentences
from mbkg.narrative.identity import body_name
from mbkg.narrative.layout import is_part, plain
from mbkg.narrative.paragraphs import Paragraph, level_of, strip_number
from mbkg.narrative.vocabulary import any_of, one_of, table
from mbkg.reports import Structure

_ROWS = 40  # lines after the announcement in which a small table of bodies can stand
_TITLE = 16
_NOTE = re.compile(r"（([^（）]{2,20})）")


def read_structure(document: Document, paragraphs: Sequence[Paragraph], superior: str | None) -> Structure:
    """The structure of the body, from the chapters that speak of it."""
    offices: dict[str, tuple[str, int]] = {}
    bodies: dict[str, int] = {}
    for index, paragraph in enumerate(paragraphs):
        if paragraph.section not in ("structure", "duties") and not _speaks_of_offices(paragraph.text):
            continue
        for name, note, line in _offices(paragraph, paragraphs[index + 1 :]):
            offices.setdefault(name, (note, line))
        if paragraph.section == "structure":
            for name, line in _bodies(document, paragraph, paragraphs[index + 1 :]):
                bodies.setdefault(name, line)
    return Structure(
        departments=tuple((name, line) for name, (_, line) in offices.items()),
        department_notes=tuple((name, note, line) for name, (note, line) in offices.items() if note),
        subordinates=tuple(bodies.items()),
        superior=superior or "",
        duties=tuple(_duties(paragraphs)),
    )


def _speaks_of_offices(text: str) -> bool:
    return "内设" in text and bool(_office_list().search(text))


def _offices(paragraph: Paragraph, following: Sequence[Paragraph]) -> Iterator[tuple[str, str, int]]:
    """Offices listed in this paragraph, or in the numbered lines it announces."""
    text = paragraph.text
    for match in _office_list().finditer(text):
        stop = text.find("。", match.end())
        end = stop if stop >= 0 else len(text)
        for start, item in _items(text, match.end(), end):
            if office := _office(item):
                yield *office, paragraph.lines[min(start, len(paragraph.lines) - 1)]
        if not text[match.end() : end].strip("：，、"):
            yield from _numbered_offices(following, paragraph.path)


def _numbered_offices(following: Sequence[Paragraph], path: tuple[str, ...]) -> Iterator[tuple[str, str, int]]:
    for paragraph in following:
        if paragraph.level is None or paragraph.level < 2 or paragraph.path[:1] != path[:1]:
            return
        head = re.split(r"[。：，；]", paragraph.body)[0]
        if office := _office(head):
            yield *office, paragraph.lines[0]


def _office(item: str) -> tuple[str, str] | None:
    """An office and its note (挂政策法规科牌子), None where the words are no office."""
    note = "；".join(_NOTE.findall(item))
    name = re.sub(r"^(?:和|及|以及|另设|即)", "", _NOTE.sub("", item)).strip("“”。；、，等")
    words = table("structure")
    named = 2 <= len(name) <= 24 and name.endswith(tuple(words["office_endings"]))
    return (name, note) if named and not any(word in name for word in words["not_an_office"]) else None


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The members of a printed list, each with its place; brackets stay whole, 和 divides only two names."""
    depth, begin = 0, start
    endings = one_of(table("structure")["office_endings"])
    for at in range(start, end + 1):
        ch = text[at] if at < end else "、"
        depth += (ch == "（") - (ch == "）" and depth > 0)
        if at == end or (ch in "、，；" and depth == 0):
            item = text[begin:at]
            if match := re.fullmatch(
                rf"(.{{2,14}}?{endings}(?:（[^）]*）)?)(?:和|及|以及)(.{{2,14}}{endings}(?:（[^）]*）)?)", item
            ):
                yield begin, match[1]
                yield begin + match.start(2), match[2]
            elif item:
                yield begin, item
            begin = at + 1


def _bodies(document: Document, paragraph: Paragraph, following: Sequence[Paragraph]) -> Iterator[tuple[str, int]]:
    for sentence in sentences(paragraph.body, len(paragraph.text) - len(paragraph.body)):
        match = _body_list().search(sentence.text)
        if match is None or any(word in sentence.text for word in table("structure")["bodies_none"]):
            continue
        colon = re.search(r"(?:包括|分别为|分别是|具体为|具体包括|如下|：)+", sentence.text[match.start() :])
        begin = sentence.start + match.start() + colon.end() if colon else sentence.end
        found = False
        for start, item in _items(paragraph.text, begin, sentence.end):
            if name := _listed_body(item):
                found = True
                yield name, paragraph.lines[start + item.find(name)]
        if not found and colon:
            yield from _bodies_below(document, paragraph.lines[0])


def _listed_body(item: str) -> str | None:
    """A listed name as printed, without 预算 behind it; None where the words are no public body."""
    name = re.sub(
        rf"(?:{one_of(table('structure')['body_tails'])})+$", "", item.strip("：。；、，“” ").lstrip("0123456789.、．")
    )
    name = re.sub(r"^(?:序号)?(?:单位名称)?\d{0,2}", "", name)
    return name if body_name(name) else None


def _bodies_below(document: Document, line: int) -> Iterator[tuple[str, int]]:
    """Bodies in the lines under an announcement: numbered, one a line, or rows of a small table."""
    for below in document.lines[line : line + _ROWS]:
        text = plain(below.text)
        if is_part(text) or any_of("layout", "table_number").fullmatch(text) or level_of(text) == 1:
            return
        cells = [plain(cell.text) for cell in below.cells] or [strip_number(text)]
        for cell in cells:
            if not re.search(r"[，；。：]", cell) and (name := _listed_body(cell)):
                yield name, below.number


def _duties(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, int]]:
    """Each duty up to its first full stop; a numbered line that a page break cut is put together again."""
    chapter = [
        paragraph
        for paragraph in paragraphs
        if paragraph.section == "duties" and paragraph.body and paragraph.level != 1 and paragraph.level != 0
    ]
    numbered = any(paragraph.level is not None for paragraph in chapter)
    held: tuple[str, int] | None = None
    for paragraph in chapter:
        if numbered and paragraph.level is None:
            if held and held[0][-1] not in "。；":
                held = (held[0] + paragraph.text, held[1])
            continue
        if held:
            yield _short(held[0]), held[1]
        held = (paragraph.body, paragraph.lines[0])
    if held:
        yield _short(held[0]), held[1]


def _short(text: str) -> str:
    """The duty itself: one sentence, or two where the first is only its title (职能转变。)."""
    pieces = [piece for piece in text.split("。") if piece]
    return "。".join(pieces[: 2 if pieces and len(pieces[0]) <= _TITLE else 1]).strip("；")


@cache
def _office_list() -> re.Pattern[str]:
    return re.compile("|".join(table("structure")["offices"]))


@cache
def _body_list() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in table("structure")["bodies"]))

"""Where the tables of a document are: title, number, stated unit, head, body, note.

A table is recognised by its printed title (`…表`) and what stands under it, never by its number, which differs by province. A title
printed again opens a continuation of the same table; a continuation without rows is a page that was lost.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mbkg.amounts import is_number, looks_like_money, to_ascii_digits
from mbkg.documents import Document, Line
from mbkg.labels import fold, ordinal_of, squeeze
from mbkg.tables.lexicon import UNIT_IN_HEADING, Family, Lexicon

_TITLE = re.compile(
    r"^[^，。；：？！]{2,40}表(?:[—－–-]+[^，。；：？！（）()]{2,14})?(?:（[^（）]{1,14}）|\([^()]{1,14}\)|续表)?$"
)
_BARE_TITLE = re.compile(r"^[^，。；：？！\d]{4,30}(?:预算|决算|情况|经费|明细|支出|收入|总体情况)$")
_TITLE_LEAD = re.compile(
    r"^(?:[#*>\-\s]+|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|附?表?\d{1,2}[.、]|附件\d*[.：:]?)"
)
_TITLE_TAIL = re.compile(r"(?:（续(?:表)?\d*）|\(续\)|续表|（\d{4}年?度?）)$")
_NUMBER = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,4}(?:公开|附|预算|决算))?(?:表\d{1,2}(?:-\d{1,2})?|\d{1,2}表|表[一二三四五六七八九十]{1,3})$"
)
_NUMBERED = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,4}(?:公开|附|预算|决算))?(?:表\d{1,2}(?:-\d{1,2})?|\d{1,2}表)(?=[\u4e00-\u9fff“2])"
)
_UNIT = re.compile(r"(?:金额|货币|计量|数量)?单位[:：](?:人民币)?(亿元|千万元|百万元|万元|千元|元)")
_ORGANISATION = re.compile(r"^(?:编制|填报|公开|预算)?(?:部门|单位)(?:（单位）|（部门）|名称)?[:：]")
_PART = re.compile(
    r"^(?:第[一二三四五六七八九十]+(?:部分|章|节)|目录$|附件\d*$|.{0,30}(?:情况说明|情况的说明|名词解释|事项说明)$)"
)
_INNER_COMMA = re.compile(r"(?<=[\d０-９])[，,](?=[\d０-９]{3})")
_NOTE = re.compile(r"^[（(]?(?:注|备注|说明)[:：\d]?")
_PAGE_NUMBER = re.compile(r"^[\s—–\-－_·]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:\s*[，,/]?\s*共\s*\d+\s*页)?[\s—–\-－_·]*$")
_COUNTER_WORDS = frozenset({"栏次", "栏目", "列次"})
_CODE = re.compile(r"^\d{3}(?:\d{2}){0,3}$")


@dataclass(frozen=True)
class Block:
    """One printed table, or one page of it: its lines sorted into head, body and notes."""

    title: str
    number: str
    unit: str
    place: Line
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    notes: tuple[str, ...]
    family: Family | None
    lines: frozenset[int] = field(default_factory=frozenset)
    aligned: bool = False  # its rows were made a grid by where their pieces stand, not by rules

    @property
    def is_grid(self) -> bool:
        """Whether columns were printed: most of the body (of the head, if there is no body) are grid rows."""
        rows = self.body or self.head
        return sum(line.is_grid for line in rows) * 2 > len(rows)


def title_of(line: Line) -> str:
    """The squeezed table title a line prints, without list number, or an empty string."""
    if line.is_grid:
        texts = [cell.text for cell in line.cells if cell.text]
        if len(texts) != 1:
            return ""
        text = squeeze(texts[0])
    else:
        if len(line.text) > 120:
            return ""
        text = squeeze(line.text)
    text = _TITLE_LEAD.sub("", text).strip("*#")
    if not _TITLE.match(text) or _NUMBER.match(text):
        return ""
    return _TITLE_TAIL.sub("", _NUMBERED.sub("", text))


def _number_in_title(line: Line) -> str:
    """The table number printed in front of the title on its own line (`附表1 单位收支总表`), or an empty string."""
    found = _NUMBERED.match(_TITLE_LEAD.sub("", squeeze(line.text)))
    return found.group() if found else ""


def is_page_number(line: Line) -> bool:
    """Whether the line is a printed page number: `— 7 —`, `- 27 -`, `第 3 页`; a bare number only with its dashes or words."""
    text = line.text.strip()
    return not line.is_grid and bool(_PAGE_NUMBER.match(text)) and not text.isdigit()


def find_blocks(document: Document, lexicon: Lexicon, skip: frozenset[int] = frozenset()) -> list[Block]:
    """Every table of the document in print order, one block for each printed title."""
    lines = [
        line for line in document.lines if line.number not in skip and line.text.strip() and not is_page_number(line)
    ]
    titles = [index for index, line in enumerate(lines) if title_of(line) or _heads_a_grid(lines, index, lexicon)]
    blocks: list[Block] = []
    for position, index in enumerate(titles):
        stop = titles[position + 1] if position + 1 < len(titles) else len(lines)
        region = list(_until_another_grid(_until_prose(lines[index + 1 : stop]), lexicon))
        block = _block(lines[index], lines[max(0, index - 3) : index], region, lexicon)
        if block is not None:
            blocks.append(block)
    return blocks


def _until_prose(lines: Sequence[Line]) -> Iterator[Line]:
    for line in lines:
        if not line.is_grid:
            text = squeeze(line.text).lstrip("#*")
            if _PART.match(text):
                return
            if _is_prose(text) and not _NOTE.match(text) and not _UNIT.search(text):
                return
        yield line


def _until_another_grid(lines: Iterable[Line], lexicon: Lexicon) -> Iterator[Line]:
    """The lines before a grid with a head of its own, which is another table whose title nobody recognised."""
    held: list[Line] = []  # a grid's rows of one cell, before it is known whose they are
    heads: dict[int, Line] = {}
    for line in lines:
        if line.is_grid and line.grid is not None and line.grid not in heads and line.confidence == 1:
            if len(_filled(line)) < 2 or _UNIT.search(squeeze(line.text)):
                held.append(line)
                continue
            if heads and _is_other_head(line, next(iter(heads.values())), lexicon):
                return
            heads[line.grid] = line
        yield from held
        held.clear()
        yield line
    yield from held


def _filled(line: Line) -> list[str]:
    return [squeeze(cell.text) for cell in line.cells if cell.text]


def _is_other_head(line: Line, first: Line, lexicon: Lexicon) -> bool:
    """Whether the first row of a grid is a head, and not that of the grid before it."""
    words = _filled(line)
    if any(is_number(word) for word in words):
        return False
    known = [word for word in words if lexicon.heading_of_cell(word) is not None]
    same = {fold(word) for word in words if not lexicon.is_total(word)} & {fold(word) for word in _filled(first)}
    return len(known) * 2 >= len(words) and not same


def _heads_a_grid(lines: Sequence[Line], index: int, lexicon: Lexicon) -> bool:
    """Whether a line that is called no 表 stands as a title over a grid: a known kind of table, its unit, then the head of a new grid."""
    line = lines[index]
    name = _bare_title(line)
    if len(_filled(line)) > 1 or not _BARE_TITLE.match(name) or lexicon.family(name) is None:
        return False
    for above in reversed(lines[max(0, index - 5) : index]):
        if title_of(above):
            return False  # a heading over the columns of the table so called
        if len(_filled(above)) > 1:
            break
    for below in lines[index + 1 : index + 5]:
        text = squeeze(below.text)
        if _UNIT.search(text) or _NUMBER.match(text) or _ORGANISATION.match(text):
            continue
        if not below.is_grid or below.grid is None or any(is_number(word) for word in _filled(below)):
            return False
        return all(other.grid != below.grid or len(_filled(other)) < 2 for other in lines[:index])
    return False


def _bare_title(line: Line) -> str:
    return _TITLE_TAIL.sub("", _NUMBERED.sub("", _TITLE_LEAD.sub("", squeeze(line.text)).strip("*#")))


def _is_prose(text: str) -> bool:
    text = _INNER_COMMA.sub("", text)
    marks = sum(text.count(mark) for mark in "，。；")
    return (marks >= 1 and len(text) >= 16) or text.endswith("。")


def _block(title: Line, before: Sequence[Line], region: Sequence[Line], lexicon: Lexicon) -> Block | None:
    number, unit, unit_above = _number_in_title(title), "", ""
    claimed = {title.number}
    if not any(title_of(line) for line in before):  # else they are the head of that title's own page
        for line in reversed(before):
            text = squeeze(line.text)
            above = _UNIT.search(text)
            if _NUMBER.match(text):
                number = number or text
            elif above:
                unit_above = above[1]
            else:
                break
            claimed.add(line.number)
    elif before and _NUMBER.match(squeeze(before[-1].text)):
        number = number or squeeze(before[-1].text)
        claimed.add(before[-1].number)
    rest: list[Line] = []
    notes: list[str] = []
    in_note = False
    for line in region:
        text = squeeze(line.text)
        if _NOTE.match(text):
            notes.append(text)
            in_note = not text.endswith(("。", "）"))
        elif _NUMBER.match(text):
            # A number behind rows belongs to the next table's title; one in front belongs here.
            if not any(looks_like_money(token) for item in rest for token in tokens_of(item)):
                number = number or text
        elif found := _UNIT.search(text):
            unit = unit or found[1]
        elif _ORGANISATION.match(text) and sum(bool(cell.text) for cell in line.cells) < 2:
            pass
        elif in_note and not line.is_grid and not any(looks_like_money(token) for token in tokens_of(line)):
            notes[-1] += text
            in_note = not text.endswith(("。", "）"))
        else:
            rest.append(line)
            continue
        claimed.add(line.number)
    rest = _without_tail(rest)
    head, body = split_head(rest, lexicon)
    unit = unit or unit_above or _unit_of_headings(head)
    name = title_of(title) or _bare_title(title)
    family = lexicon.family(name)
    if not unit and not head:
        return None
    if family is None and not unit:
        return None
    if family is not None and family.axis == "sheet":
        return None
    claimed |= {line.number for line in head} | {line.number for line in body}
    return Block(name, number, unit, title, tuple(head), tuple(body), tuple(notes), family, frozenset(claimed))


def _without_tail(lines: list[Line]) -> list[Line]:
    """The lines without words below the last row of a ruled table: what is printed there is no row of it."""
    last = max((at for at, line in enumerate(lines) if line.is_grid and line.grid is not None), default=-1)
    tail = lines[last + 1 :]
    if last < 0 or any(looks_like_money(token) for line in tail for token in tokens_of(line)):
        return lines
    return lines[: last + 1]


def _unit_of_headings(head: Sequence[Line]) -> str:
    """The money unit that headings state (`决算数（万元）`), where all that state one agree."""
    texts = [squeeze(text) for line in head for text in tokens_of(line)]
    units = {found[1] for text in texts if (found := UNIT_IN_HEADING.search(text))}
    return units.pop() if len(units) == 1 else ""


def split_head(lines: Sequence[Line], lexicon: Lexicon) -> tuple[list[Line], list[Line]]:
    """Where the head ends and the rows begin: at the first amount, code, list number or total row."""
    rows = [line for line in lines if not _is_counter_row(line)]
    start = next((index for index, line in enumerate(rows) if _begins_body(line, lexicon)), len(rows))
    # A total row without figures looks like one more heading; its word standing a second time gives it away.
    if start > 0 and lexicon.is_total(squeeze(rows[start - 1].text)):
        before = [fold(token) for line in rows[: start - 1] for token in line.text.split()]
        if fold(rows[start - 1].text) in before:
            start -= 1
    return [_without_counters(line) for line in rows[:start]], rows[start:]


def _without_counters(line: Line) -> Line:
    """A head row without the numbers of its columns: `类 款 项 栏次 1 2 3`."""
    counters = [cell.text for cell in line.cells if cell.text.isdigit()]
    counts = any(fold(cell.text) in _COUNTER_WORDS for cell in line.cells) or len(counters) > 2
    if not counts or [int(text) for text in counters] != list(range(1, len(counters) + 1)):
        return line
    kept = tuple(cell for cell in line.cells if not cell.text.isdigit() and fold(cell.text) not in _COUNTER_WORDS)
    return replace(line, cells=kept, text="\t".join(cell.text for cell in kept)) if kept else line


def _begins_body(line: Line, lexicon: Lexicon) -> bool:
    pieces = [cell.text for cell in line.cells if cell.text] if line.is_grid else line.text.split()
    if not pieces:
        return False
    if any(looks_like_money(piece) for piece in tokens_of(line)):
        return True
    first = to_ascii_digits(pieces[0])
    if _CODE.match(first) and not first.startswith("20" + first[2:4] + "年"):
        return True
    if first.isdigit() and len(first) <= 2 and len(pieces) > 1 and not pieces[1][0].isdigit():
        return lexicon.heading(squeeze(pieces[1])) is None
    if not line.is_grid and len(pieces) == 1 and first.isdigit() and len(first) == 2:
        return True  # the last level of a code, its name wrapped onto the next line
    label = squeeze(pieces[0])
    if ordinal_of(label) and lexicon.heading(label) is None:
        return True
    return line.is_grid and lexicon.is_total(label) and lexicon.heading(label) is not None and len(pieces) == 1


def _is_counter_row(line: Line) -> bool:
    """Whether the row only numbers the columns: `栏次 1 2 3`, `1 2 3 4 5`."""
    pieces = [cell.text for cell in line.cells if cell.text] if line.is_grid else line.text.split()
    counters = [piece for piece in pieces if piece.isdigit()]
    words = [piece for piece in pieces if not piece.isdigit()]
    if any(fold(word) not in {*_COUNTER_WORDS, "行次"} for word in words):
        return False
    numbers = [int(piece) for piece in counters]
    rising = all(a < b for a, b in itertools.pairwise(numbers))
    return (bool(words) and rising) or (len(numbers) >= 3 and numbers[0] == 1 and rising)


_GLUED = re.compile(r"(?<=\.\d\d)(?=[\u4e00-\u9fff])")


def tokens_of(line: Line) -> list[str]:
    """The line's pieces between white space, glued amounts (`24,458.43二、…`) taken apart; of a grid row, its cells."""
    if line.is_grid:
        return [cell.text for cell in line.cells if cell.text]
    return _GLUED.sub(" ", line.text).split()


def merge_pages(blocks: Iterable[Block]) -> list[tuple[Block, ...]]:
    """Blocks grouped into tables: a block whose title (and number, if both print one) repeats the previous goes on from it.

    On such a page what stands behind the repeated head is body, though it be the rest of a name without a number.
    """
    tables: list[list[Block]] = []
    for block in blocks:
        if tables:
            pages = tables[-1]
            number = next((page.number for page in pages if page.number), "")
            same = fold(pages[0].title) == fold(block.title) and (not number or block.number in ("", number))
            unit = pages[-1].unit
            if same and (unit == block.unit or not block.unit or not unit):
                pages.append(_after_repeated_head(replace(block, unit=block.unit or unit), pages[0]))
                continue
        tables.append([block])
    return [tuple(pages) for pages in tables]


def _after_repeated_head(page: Block, first: Block) -> Block:
    """The page with its head cut to the lines that repeat the first page's; the rest goes to its body."""
    whole = squeeze("".join(line.text for line in first.head))
    seen = ""
    for index, line in enumerate(page.head):
        if whole and seen == whole:
            return replace(page, head=page.head[:index], body=(*page.head[index:], *page.body))
        seen += squeeze(line.text)
    return page

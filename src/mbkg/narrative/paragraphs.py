"""Broken lines become paragraphs again, every character remembering its line.

Text flattened from a page breaks lines anywhere, with blank lines and page numbers in between, and a heading looks like a short
sentence. A line is joined to the next unless it ends a sentence, is a finished heading, or the next one opens something of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from mbkg.amounts import to_ascii_digits
from mbkg.documents import Line
from mbkg.narrative.layout import is_part, is_sentence
from mbkg.narrative.vocabulary import compiled, table

SectionKind = Literal["explanation", "duties", "tasks", "structure", "terms"]

_NEIGHBOURS = 8  # lines on either side that show how wide the page is
_NEARLY_FULL = 0.8  # of the widest line, half-width characters counting half
_NEARLY_EQUAL = 0.95  # of the longest line, in characters: some exports break by count
_NARROWEST = 10  # a narrower line is a label
_LONG = 30  # an unfinished line this long is a sentence, not a heading
_MARKS = str.maketrans("(),;:", "（），；：")
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+(?=\S)|>\s+)")
_STOP = "。！？!?"
_FIGURE = re.compile(r"\d[\d,.]*(?:万元|元|亿元|%|辆|台)")
_HEADING_WORD = re.compile(r"(?:说明|情况|解释|概况|职责|职能|设置|构成|表)$")
_LEAD_WORD = re.compile(
    r"(?:说明|情况|结果|分工|转变)$"
)  # 「（二）自评结果。…」: a heading that shares the line with its text
_OPENING = re.compile(r"^(?:其中[：:]?$|图[\d一二三四五六]{1,3}[-：:\d]|注[：:])")
_OPENING_YEAR = re.compile(r"^20\d\d年度?[^，。]{0,12}(?:收入|支出|部门|单位|财政)")
_NUMBERED = 3
_NEVER_FIRST = re.compile(r"^(?:[，。；：、）”》%]|（(?:类|款|项|境)）)")  # no line of its own begins like this
_BEGUN = re.compile(r"^(?:其?主要原因|主要用于|与|同比|比|较|完成年初)")  # a clause begins like this, never a label
_BARE_BRACKET = re.compile(r"（[^（）\d]{1,12}）")
_LEVELS = (
    re.compile(r"^第[一二三四五六七八九十]+(?:部分|章|篇)"),
    re.compile(r"^[一二三四五六七八九十]{1,4}[、.．，]"),
    re.compile(r"^[（(][一二三四五六七八九十]{1,4}[）)]"),
    re.compile(r"^\d{1,2}[、.．](?!\d)"),
    re.compile(r"^(?:[（(]\d{1,2}[）)]|[①-⑳])"),
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of joined lines: `text` without layout space, `lines[i]` the line of `text[i]`.

    `level` is 0 for a part, 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, None where no list number is printed. `section` is what the
    chapter it stands in is about, `path` the headings of chapter and section above it (not the part).
    """

    text: str
    lines: tuple[int, ...]
    level: int | None
    is_heading: bool
    section: SectionKind
    path: tuple[str, ...]

    @property
    def body(self) -> str:
        """The text without its list number."""
        return self.text[len(self.text) - len(strip_number(self.text)) :]


def strip_number(text: str) -> str:
    """The text without the list number it begins with."""
    for pattern in _LEVELS[1:]:
        if match := pattern.match(text):
            return text[match.end() :].lstrip()
    return text


def level_of(text: str) -> int | None:
    """How deep the list number of a text is: 0 for 第一部分, 1 for 一、 and so on."""
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(text)), None)


def paragraphs(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """The prose lines joined, with the headings each paragraph stands under."""
    runs: list[list[tuple[str, int]]] = []
    texts = [(normal(line.text), line.number) for line in lines]
    texts = [(text, number) for text, number in texts if text]
    fills = _fills([text for text, _ in texts])
    for index, (text, number) in enumerate(texts):
        if runs and _joins(runs[-1], text, is_full=fills[index - 1]):
            runs[-1].append((text, number))
        else:
            runs.append([(text, number)])
    return tuple(_with_headings(runs))


def normal(text: str) -> str:
    """One line for reading: no Markdown, no layout space (two numbers stay apart), digits ASCII, marks Chinese."""
    tight = re.sub(r"[\s\u3000\xa0]+", " ", to_ascii_digits(_MARKDOWN.sub("", text).replace("**", ""))).strip()
    tight = re.sub(r"(?<=[\d.%]) (?=[\d.])", "\x1f", tight).replace(" ", "").replace("\x1f", " ")
    tight = re.sub(r"(?<=[^\d]),|,(?=[^\d])", "，", tight)
    return re.sub(r"[();:]", lambda mark: mark.group().translate(_MARKS), tight)


def _commas(text: str) -> str:
    """Commas made Chinese, those that group digits made ASCII: only whole numbers can tell, so lines are joined first."""
    text = re.sub(r"(?<=\d),(?!\d{3}(?!\d))|(?<!\d),|,(?!\d)", "，", text)
    grouped = re.compile(r"(?<![\d.])\d{1,3}(?:，\d{3})+(?!\d)(?=(?:\.\d+)?(?:万|亿)?元)")
    return grouped.sub(lambda number: number.group().replace("，", ","), text)


def _fills(texts: Sequence[str]) -> list[bool]:
    """Whether each line fills its page, as wide or as long as the lines above it or below it: only such a line goes on unsaid."""
    result = []
    for index, text in enumerate(texts):
        sides = texts[max(0, index - _NEIGHBOURS) : index], texts[index + 1 : index + 1 + _NEIGHBOURS]
        result.append(
            _width(text) >= _NARROWEST
            and any(
                _width(text) >= _NEARLY_FULL * max(map(_width, side))
                or len(text) >= _NEARLY_EQUAL * max(map(len, side))
                for side in sides
                if side
            )
        )
    return result


def _width(text: str) -> float:
    return sum(0.5 if ch.isascii() else 1.0 for ch in text)


def _joins(run: Sequence[tuple[str, int]], following: str, *, is_full: bool) -> bool:
    """Whether the next line goes on where this run stops."""
    last = run[-1][0]
    whole = "".join(text for text, _ in run)
    if last[-1] in _STOP or is_part(whole) or is_part(following):
        return False
    if _NEVER_FIRST.match(following) or (not strip_number(whole) and level_of(following) is None):
        return True
    if following.startswith("（") and level_of(following) is None and not _is_heading(whole):
        return True
    if _BARE_BRACKET.fullmatch(last) and len(run) > 1 and level_of(following) is None:
        return True  # a bracket that the page set on a line of its own, in the middle of a name
    lately = "".join(text for text, _ in run[-2:])
    if _is_open(lately, "“", "”") or _is_open(lately, "（", "）"):
        return True
    if level := level_of(following):
        return (
            level == _NUMBERED and bool(re.search(r"[\d.,]$", last)) and not _is_heading(whole)
        )  # a number cut in two
    if _OPENING.match(following):
        return _unfinished(last)
    if _OPENING_YEAR.match(following):
        return _unfinished(last) or (is_full and not _is_heading(whole))
    if _is_heading(whole):
        return is_full and (not _HEADING_WORD.search(whole) or following.startswith(("说明", "的", "情况")))
    return is_full or _unfinished(last) or last[-1] in "；：" or _sentence_begun(whole)


def _is_open(text: str, opening: str, closing: str) -> bool:
    """Whether a line stops inside a bracket or quotation that it opened."""
    return text.rfind(opening) > text.rfind(closing)


def _unfinished(last: str) -> bool:
    """Whether a line stops where no sentence does: after a comma, inside a number, after a word that wants another."""
    return bool(re.search(r"(?:[，、\d.,]|截至|占|为|是|和|及|与|在|于|的|由于|因)$", last))


def _sentence_begun(text: str) -> bool:
    return (
        is_sentence(text)
        or bool(_BEGUN.match(text))
        or "，" in text
        or bool(_FIGURE.search(text))
        or _width(text) >= _LONG
    )


def _is_heading(text: str) -> bool:
    return (
        level_of(text) is not None
        and not re.search(r"[，；：。]", text)
        and not _FIGURE.search(text)
        and len(text) <= 60
    )


def _with_headings(runs: Sequence[Sequence[tuple[str, int]]]) -> list[Paragraph]:
    result: list[Paragraph] = []
    path: dict[int, str] = {}
    after_part = False
    for run in runs:
        text = _commas("".join(piece for piece, _ in run))
        lines = tuple(number for piece, number in run for _ in piece)
        level = level_of(text)
        title = strip_number(text).rstrip("。：")
        bare = level is None and not re.search(r"[，；：。]", text) and not _FIGURE.search(text) and len(text) <= 40
        heading = (
            _is_heading(text)
            or (level in (1, 2) and _short_lead(title))
            or (bare and (after_part or bool(_HEADING_WORD.search(text))))
        )
        lead = re.split(r"[。：]", title)[0]
        leads = level in (1, 2) and len(lead) < len(title) and _short_lead(lead) and bool(_LEAD_WORD.search(lead))
        if leads and level is not None:
            path = {depth: name for depth, name in path.items() if depth < level} | {level: lead}
        elif heading and level is not None:
            path = {depth: name for depth, name in path.items() if depth < level} | {level: title}
        elif heading and level is None and not after_part and _opens_chapter(text):
            path = {0: title}
        elif heading and after_part:
            path[0] = path.get(0, "") + title
        after_part = level == 0 or (after_part and heading and level is None)
        names = tuple(path[depth] for depth in sorted(path) if depth <= 2)
        chapters = tuple(path[depth] for depth in (1, 2) if depth in path)
        result.append(Paragraph(text, lines, level, heading, _section(names), chapters))
    return result


def _opens_chapter(text: str) -> bool:
    """Whether a heading without a number opens a chapter of its own: 名词解释, 某局主要职能, 2024年部门预算编制说明."""
    return any(pattern.fullmatch(text) for pattern, _ in _chapter_rows())


@cache
def _chapter_rows() -> tuple[tuple[re.Pattern[str], dict[str, object]], ...]:
    return compiled(table("sections")["chapter"])


def _short_lead(title: str) -> bool:
    return len(title) <= 30 and not re.search(r"[，；：。]", title) and not _FIGURE.search(title)


@cache
def _section_rows() -> tuple[tuple[re.Pattern[str], SectionKind], ...]:
    return tuple((pattern, row["kind"]) for pattern, row in compiled(table("sections")["section"]))


def _section(path: Sequence[str]) -> SectionKind:
    """What a chapter is about: the deepest heading that says so decides, except that terms hold all below them."""
    found: list[SectionKind] = []
    for heading in path:
        found += [kind for pattern, kind in _section_rows() if pattern.search(heading)][:1]
    if "terms" in found:
        return "terms"
    if not found or not _section_rows():
        return "explanation"
    last_named = max(index for index, heading in enumerate(path) if any(p.search(heading) for p, _ in _section_rows()))
    return found[-1] if last_named == len(path) - 1 or found[-1] != "structure" or len(path) <= 2 else "explanation"

"""Years said with two digits and no 年: 24收支预算, 24比23多多少, 烟台 25 三公.

Two digits may as well be a code, an amount or a count. So they are a year only where a year can stand and nothing else can: before the
name of a figure or behind the name of a body, in a pair of two years, or set against another year of the question. A year that lies far
from what the reports hold is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mbkg.ask.lexicon import Lexicon, kind_of

_TWO = re.compile(
    r"(?<![\d.,a-zA-Z第前后约近超过满达到共为是等top%×÷+＋])(?:[fF][yY]\s?|['‘’])?(\d{2})(?![\d.,a-zA-Z%])"
)
_COUNTING = re.compile(
    r"\s*(?:个|家|名|人(?!员|均)|位|次|天|日|月|年|辆|台|批|户|类|款|条|笔|岁|点|级|倍|成(?!本)|分(?!配)|号|元|块|万|亿|千|百"
    r"|项(?!目)|项目(?!支出|预算|类|经费|资金|决算)|小时|公里|剂|例|种|样|只|件|套|所|层|支(?!出)|平方|周|期|股|张|页|县|区|市(?!本)|省)"
)
_PAIR = re.compile(
    r"(?<![\d.,a-zA-Z第])(\d{2})\s*(?:年)?\s*(?:比|较|和|与|跟|及|同|对比|对|相比|vs|VS|、|/|-|—|~|～|到|至|减|减去)\s*(\d{2})(?![\d.,a-zA-Z%万亿元个家人次块号日月]|项(?!目支出|目预算|目类))"
)
_SET_AGAINST = re.compile(r"(?:比|较|跟|和|与|同|对比|相比|于|从|由|到|至|减)$")
_BEHIND = re.compile(
    r"\s*(?:多|少|高|低|大|小|涨|降|增|减|跌|缩|升|掉|上|下|相比|对比|比|来|的|是|没|有|呢|吗|，|,|。|？|\?|$)"
)
_GRAMMAR = re.compile(
    r"最[多少大小高低]|最大头|哪|谁(?!家的)|各|一共|总共|合计|比上年|同比|收支|财政|平均|有没有|是不是|是否|花了|用了|安排|预算|决算|基本(?!公)|人员|公用|发工资|收入|支出|花|养"
)  # what follows a year and no count
_NAMED = frozenset(
    {"measure", "nature", "code", "phase", "fund", "project", "body", "region", "population", "indicatorKind"}
)
_STATED = re.compile(r"20\d\d|\d\d年|去年|上年|上一年|前一年|今年|本年")
_MARKS = "的，,、。？?！!；;:：在就论按请问查下看"
_SPACE = " \t\u3000，,、:："


def with_years(text: str, lexicon: Lexicon) -> str:
    """The text with 年 behind every two digits that can only be a year."""
    if not _TWO.search(text) and not _PAIR.search(text):
        return text
    reported = {year for body in lexicon.reporting for year in body.years}
    plausible = {(year + by) % 100 for year in reported for by in (-2, -1, 0, 1)}
    ends = set(_paired(text, plausible))
    stated = bool(_STATED.search(text))
    for match in _TWO.finditer(text):
        if int(match[1]) in plausible and not _COUNTING.match(text, match.end()) and _stands(text, match, lexicon):
            ends.add(match.end())
    for match in _TWO.finditer(text):
        against = _SET_AGAINST.search(text[: match.start()]) and _BEHIND.match(text, match.end())
        if against and (stated or ends - {match.end()}) and int(match[1]) in plausible:
            ends.add(match.end())
    for end in sorted(ends, reverse=True):
        text = f"{text[:end]}年{text[end:]}"
    return text


def _paired(text: str, plausible: set[int]) -> Iterator[int]:
    """The ends of two years that stand together."""
    for match in _PAIR.finditer(text):
        one, other = int(match[1]), int(match[2])
        if one != other and {one, other} <= plausible:
            yield from (match.end(group) for group in (1, 2) if text[match.end(group) : match.end(group) + 1] != "年")


def _stands(text: str, match: re.Match[str], lexicon: Lexicon) -> bool:
    """Whether a year can stand where the digits do: before the name of a figure, or alone behind a name."""
    start, end = match.span()
    behind, before = text[end:].lstrip(_SPACE), text[:start].rstrip(_SPACE)
    follows = not before or before[-1] in _MARKS or _ends(before, lexicon)
    if follows and (_begins(behind, lexicon) or (before and _GRAMMAR.match(behind))):
        return True
    return follows and start > 0 and text[start - 1] in _SPACE and (end == len(text) or text[end] in _SPACE)


def _begins(text: str, lexicon: Lexicon) -> bool:
    """Whether a text begins with the name of a figure, a body or a phase."""
    return any(
        (senses := lexicon.senses.get(text[:size].lower())) is not None and kind_of(senses[0]) in _NAMED
        for size in range(2, min(len(text), 16) + 1)
    )


def _ends(text: str, lexicon: Lexicon) -> bool:
    """Whether a text ends with the name of a body, a place or a figure, behind which a year can stand."""
    return any(
        (senses := lexicon.senses.get(text[-size:].lower())) is not None and kind_of(senses[0]) in _NAMED
        for size in range(2, min(len(text), 20) + 1)
    )

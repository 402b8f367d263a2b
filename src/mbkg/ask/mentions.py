"""A question taken apart: which stretch of it names what.

All matching is on the folded question (no spaces, no punctuation, full width made half); every folded letter remembers where it stood.
The matches that cover most win, no letter is used twice, and what stays over is kept: a word that nobody understood must not be dropped
in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from mbkg.ask.bareyears import with_years
from mbkg.ask.characters import simplify
from mbkg.ask.lexicon import Lexicon, kind_of
from mbkg.ask.rephrase import rephrased
from mbkg.ask.shortnames import shortened
from mbkg.ask.voidwords import set_phrases
from mbkg.ask.wording import is_worded, reworded
from mbkg.ask.words import words
from mbkg.labels import fold

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CN = "零〇一二两三四五六七八九十百千"
_CN_DIGIT = "〇零一二三四五六七八九"
_YEAR = re.compile(
    rf"(?<!\d)(2[0oO]\d{{2}})(?:\s*年度?|财年)?(?![\d.%])|(?<![\d.])(\d{{2}})\s*年(?:度)?(?!\d(?!公|\d\d))"
    rf"|([二三][〇零Oo0][{_CN_DIGIT}]{{2}})(?:\s*年度?)?|(?<![{_CN_DIGIT}十近这那第前后])(二[{_CN_DIGIT}])\s*年(?:度)?"
    r"|(?<![\d.])(\d{2})(?=(?:[、和与跟及到至~-]|对比|比|vs)\d{2}年)"
)
_UNITS = (
    "亿元|百万元|千万元|百万|千万|万元|万块钱?|万人|[wW](?![a-zA-Z])|万|亿|千元|千块钱?|元|块钱"
    "|块|%|个百分点|百分点|分(?![之比](?![间内中]))|人|名|家|次|天"
)
_NUMBER = rf"\d[\d,]*(?:\.\d+)?|[{_CN}]+(?:点[{_CN_DIGIT}]+)?"
_AMOUNT = re.compile(rf"(?<![\d.])({_NUMBER})\s*({_UNITS})")
# 超过8个: things counted, where a limit stands before the number.
_THINGS = re.compile(
    rf"(?:(?<=超过)|(?<=不低于)|(?<=低于)|(?<=不超过)|(?<=等于))({_NUMBER})\s*([个项])(?!百分|点|月|小时|工作日)"
)
# 三万五, 1亿2: the last digit counts tenths of the unit said before it.
_TENTHS = re.compile(
    rf"(?<![\d.])(\d+|[{_CN}]+)(万|亿)([1-9一二三四五六七八九])(?:千(?:万)?)?(?:元|块钱?)?"
    r"(?=[以及的吗吧呢么没不了到至~～、，,。？?!！往朝之)）-]|左右|上下|$|\s)"
)
_TENTH_PARTS = re.compile(rf"(?<![完{_CN}\d])([一二三四五六七八九])成([一二三四五六七八九半])?(?![本员立果绩效功就])")
_CODE = re.compile(r"(?<![\d.])([2-5]\d{2}(?:\d{2}){0,2})(?![\d.])(?!年|元|万|亿|w|个|人|块|%)")
_NTH = re.compile(
    r"(?:(倒数)?第([一二三四五六七八九十\d]+)(?:大|高|多|名|位|少|低|小|贵)?)|(?:前([一二两三四五六七八九十\d]+)(?:名|位|大|个|家|项)?)|(?<=[高大多低少小]的)([一二两三四五六七八九十\d]+)(?:个|家|项|名)"
)
_BARE = re.compile(r"(?:是|为|等于)(\d+(?:\.\d+)?)(?![\d.,年]|\s*(?:万|元|亿|%|个|家|人))")
_ZERO = re.compile(r"(?:(?<=超过)|(?<=不低于)|(?<=低于)|(?<=不超过))0(?![\d.,]|\s*[万元亿%个家人分])")
_GRADE = re.compile(
    r"(?:等级|评级|结果|评|为|是)(?:为|是|成|上了?|到了?|得)?([优良中差])(?=[秀好等的，。？?、]|$|项目)"
)
_PERCENT = re.compile(rf"百分之([\d.]+|[{_CN}]+(?:点[{_CN_DIGIT}]+)?)(?![多少几])")
_SCALE = {
    "亿元": ("万元", 10000),
    "亿": ("万元", 10000),
    "千万元": ("万元", 1000),
    "千万": ("万元", 1000),
    "百万元": ("万元", 100),
    "百万": ("万元", 100),
    "千元": ("元", 1000),
    "千块": ("元", 1000),
    "千块钱": ("元", 1000),
}
_WAN = frozenset({"万元", "万", "万块", "万块钱", "w", "W"})
_YUAN = frozenset({"元", "块", "块钱"})


_ASKING = frozenset({"ask", "codeword"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch `start:end` of the folded question and what it names.

    `kind` is a group of concepts (measure, phase, code …), or body, region, year, relative, amount, code, nth, top, ask, unknown.
    """

    start: int
    end: int
    words: str
    kind: str
    senses: tuple[str, ...] = ()
    number: Decimal | None = None
    unit: str = ""

    def __str__(self) -> str:
        meant = "、".join(self.senses) or (f"{self.number}{self.unit}" if self.number is not None else "")
        return f"{self.words}〔{self.kind}{'：' if meant else ''}{meant}〕"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its mentions in order; `folded[i]` came from letter `places[i]` of `text`.

    `corrections` are the words that were read for others: what was typed, and what it was taken for.
    """

    text: str
    folded: str
    places: tuple[int, ...]
    mentions: tuple[Mention, ...]
    corrections: tuple[tuple[str, str], ...] = ()

    def of(self, *kinds: str) -> tuple[Mention, ...]:
        return tuple(mention for mention in self.mentions if mention.kind in kinds)

    def between(self, start: int, end: int) -> str:
        """The raw text between two folded positions, punctuation included."""
        left = self.places[start - 1] + 1 if start else 0
        right = self.places[end] if end < len(self.places) else len(self.text)
        return self.text[left:right]


def read_question(text: str, lexicon: Lexicon) -> Question:
    """The question with everything in it that a lexicon or a number pattern knows."""
    plain = rephrased(with_years(simplify(unicodedata.normalize("NFKC", text)), lexicon))
    folded, places = _folded(plain)
    if is_worded(plain):
        plain = reworded(plain, tuple(_names(folded, places, lexicon)))
        folded, places = _folded(plain)
    found = [*_labels(folded, lexicon), *_asks(folded), *_numbers(plain, places), *_changes(folded)]
    found += [
        Mention(start, end, folded[start:end], "body", bodies) for start, end, bodies in shortened(folded, lexicon)
    ]
    found += [Mention(start, end, folded[start:end], "void") for start, end in set_phrases(folded)]
    chosen = [mention for mention in _best_cover(found, len(folded)) if mention.kind != "void"]
    return Question(plain, folded, tuple(places), tuple(chosen))


def _folded(plain: str) -> tuple[str, list[int]]:
    """The letters that can be part of a word, and where each stood."""
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(plain):
        kept = fold(letter) if _says(letter) else ""
        letters += kept
        places += [at] * len(kept)
    return "".join(letters), places


_LONG_NAMES = {"project": 4, "department": 4, "code": 6}


def _names(folded: str, places: list[int], lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where names of projects and codes stand in the text, the longest first taken; short codes are words like others."""
    found = [
        mention
        for mention in _labels(folded, lexicon)
        if mention.end - mention.start >= _LONG_NAMES.get(mention.kind, len(folded) + 1)
    ]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted((places[mention.start], places[mention.end - 1] + 1) for mention in kept)


def _says(letter: str) -> bool:
    """Whether a letter can be part of a word: punctuation, symbols and control marks cannot, signs of comparison and % can."""
    return letter in "%‰≥≤<>=" or unicodedata.category(letter)[0] in "LN"


def _best_cover(found: Iterable[Mention], length: int) -> list[Mention]:
    """The mentions that cover most of the question without overlap, long ones before short: 减少＋多少, not 少多少 with a 减 left over."""
    rank = {"ask": 2, "structure": 0, "codeword": 3}
    ending: dict[int, list[Mention]] = defaultdict(list)
    for mention in sorted(found, key=lambda m: (m.start, m.end, rank.get(m.kind, 1), m.kind, m.senses)):
        ending[mention.end].append(mention)
    best: list[tuple[int, int, int, tuple[Mention, ...]]] = [(0, 0, 0, ())]
    for end in range(1, length + 1):
        score = best[end - 1]
        for mention in ending.get(end, ()):
            size = mention.end - mention.start
            covered, squares, named, chosen = best[mention.start]
            reached = (covered + size, squares + size * size, named + (mention.kind not in _ASKING))
            if reached > score[:3] or (reached == score[:3] and _is_named_first((*chosen, mention), score[3])):
                score = (*reached, (*chosen, mention))
        best.append(score)
    return list(best[length][3])


def _is_named_first(one: tuple[Mention, ...], other: tuple[Mention, ...]) -> bool:
    """Of two ways to cover the same letters, whether the first gives them to a source of money: 事业收入＋预算, not 事业＋收入预算."""
    a, b = (
        next((m for m in cover if m.kind == "fund" and m not in rest), None)
        for cover, rest in ((one, other), (other, one))
    )
    return a is not None and b is None


def _labels(folded: str, lexicon: Lexicon) -> Iterator[Mention]:
    for start in range(len(folded)):
        for end in range(min(len(folded), start + lexicon.longest), start + 1, -1):
            senses = lexicon.senses.get(folded[start:end])
            if senses:
                yield Mention(start, end, folded[start:end], kind_of(senses[0]), senses)


def _asks(folded: str) -> Iterator[Mention]:
    for group, table in (("ask", words().asks), ("structure", words().structure), ("codeword", words().codes)):
        for kind, phrases in table.items():
            for phrase in phrases:
                for start in _finds(folded, phrase):
                    yield Mention(start, start + len(phrase), phrase, group, (kind,))


def _changes(folded: str) -> Iterator[Mention]:
    for phrase in words().change_words:
        for start in _finds(folded, phrase):
            yield Mention(start, start + len(phrase), phrase, "operator", ("operator/change",))
    for phrase, offset in words().years.items():
        for start in _finds(folded, phrase):
            yield Mention(start, start + len(phrase), phrase, "relative", number=Decimal(offset))


def _finds(text: str, phrase: str) -> Iterator[int]:
    at = text.find(phrase)
    while at >= 0:
        yield at
        at = text.find(phrase, at + 1)


def _numbers(plain: str, places: list[int]) -> Iterator[Mention]:
    """Years, amounts, codes and ranks, found in the text with its points and commas, placed in the folded text."""

    def mention(match: re.Match[str], kind: str, number: Decimal, unit: str = "", group: int = 0) -> Mention | None:
        low, high = match.span(group)
        inside = [at for at, place in enumerate(places) if low <= place < high]
        return Mention(inside[0], inside[-1] + 1, match.group(group), kind, (), number, unit) if inside else None

    found: list[Mention | None] = []
    for match in _YEAR.finditer(plain):
        digits = "".join(str(_DIGITS.get(letter, letter)) for letter in next(filter(None, match.groups())))
        digits = digits.replace("o", "0").replace("O", "0")
        found.append(mention(match, "year", Decimal(digits if len(digits) == 4 else f"20{digits}")))
    for match in _AMOUNT.finditer(plain):
        number = read_count(match[1])
        if number is not None and match[0] != "一人":  # 一人一年补几元 asks for each
            unit, factor = _SCALE.get(match[2], (match[2], 1))
            unit = "万元" if unit in _WAN else "元" if unit in _YUAN else unit
            found.append(mention(match, "amount", number * factor, unit))
    for match in _THINGS.finditer(plain):
        number = read_count(match[1])
        if number is not None:
            found.append(mention(match, "amount", number, match[2]))
    for match in _TENTHS.finditer(plain):
        whole, tenths = read_count(match[1]), read_count(match[3])
        if whole is not None and tenths is not None:
            factor = 1 if match[2] == "万" else 10000
            found.append(mention(match, "amount", (whole + tenths / 10) * factor, "万元"))
    for match in _TENTH_PARTS.finditer(plain):
        parts = _DIGITS[match[1]] * 10 + (5 if match[2] == "半" else _DIGITS.get(match[2] or "", 0))
        found.append(mention(match, "amount", Decimal(parts), "%"))
    for match in _PERCENT.finditer(plain):
        number = read_count(match[1])
        if number is not None:
            found.append(mention(match, "amount", number, "%"))
    for match in _GRADE.finditer(plain):
        if (graded := mention(match, "grade", Decimal(0), match[1], 1)) is not None:
            found.append(graded)
    for match in _ZERO.finditer(plain):
        found.append(mention(match, "amount", Decimal(0)))
    for match in _BARE.finditer(plain):
        found.append(mention(match, "amount", Decimal(match[1])))
    for match in _CODE.finditer(plain):
        found.append(mention(match, "codenumber", Decimal(match[1])))
    for match in _NTH.finditer(plain):
        number = read_count(match[2] or match[3] or match[4])
        if number is not None:
            found.append(mention(match, "nth" if match[2] else "top", -number if match[1] else number))
    yield from (entry for entry in found if entry is not None)


def read_count(printed: str) -> Decimal | None:
    """A number in digits or in Chinese (`五百`, `十二点五`, `一五〇`); None where the letters are no one number (`两三`)."""
    plain = printed.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    whole, point, tail = plain.partition("点")
    if not whole or any(letter not in _CN for letter in whole) or (point and not tail):
        return None
    if any(letter not in _CN_DIGIT for letter in tail):
        return None
    rest = Decimal(f"0.{''.join(str(_DIGITS[letter]) for letter in tail)}") if tail else Decimal(0)
    scales = {"十": 10, "百": 100, "千": 1000}
    if not any(letter in scales for letter in whole):
        named = all(letter in _CN_DIGIT for letter in whole)
        one = len(whole) == 1 or (named and (len(whole) > 2 or set(whole) & set("〇零")))
        return Decimal("".join(str(_DIGITS[letter]) for letter in whole)) + rest if one else None
    total, digit, last = 0, None, 0
    for letter in whole:
        if letter in scales:
            total += (1 if digit is None or digit == 0 else digit) * scales[letter]
            digit, last = None, scales[letter]
        elif digit:
            return None
        else:
            digit = _DIGITS[letter]
            last = 1 if digit == 0 else last
    if digit and last > 10:
        digit = digit * last // 10  # 两千五 is 2500, 两千〇五 is 2005
    return Decimal(total + (digit or 0)) + rest


def runs(question: Question, taken: Iterable[Mention]) -> list[tuple[int, int]]:
    """The stretches of the question that no mention among `taken` covers, cut where the raw text has a mark between letters."""
    used = {at for mention in taken for at in range(mention.start, mention.end)}
    spans: list[tuple[int, int]] = []
    for at in range(len(question.folded)):
        joined = bool(spans) and spans[-1][1] == at and question.places[at] - question.places[at - 1] <= 1
        if at in used:
            continue
        if joined:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans

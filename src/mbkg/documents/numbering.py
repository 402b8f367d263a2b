"""The numbers that Word prints in front of paragraphs without storing them as text: 一、 （一） 1. of an automatic list.

A heading's number tells its rank, and a 序号 column is often numbered this way. Bullets are no numbers and are left out.
Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
}
_ROMAN_WORTH = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
_ROMAN_LETTERS = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list numbers: its format, its text with %1…%9, where it starts, whether all levels print as 1, 2, 3."""

    format: str
    text: str
    start: int
    legal: bool
    style: str


class Numbering:
    """Counts a document's numbered paragraphs in print order.

    Args:
        numbering, styles: the roots of those two parts, None where the file has none.
    """

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, int]]] = {}
        self._styles: dict[str, tuple[str | None, int | None, str | None]] = {}
        self._default_style = ""
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if styles is not None:
            self._read_styles(styles)
        if numbering is not None:
            self._read_lists(numbering)

    def label(self, properties: Any) -> str:
        """The number in front of the next paragraph, by its `w:pPr` (or None); blank where it has none."""
        number, level, style = _numbered(properties)
        own = level is not None
        styled = style or self._default_style
        for _ in range(20):  # styles are based on each other, in a damaged file in circles
            if number is not None or styled not in self._styles:
                break
            number, inherited, base = self._styles[styled]
            if number is not None and not own:
                level = self._level_of(number, styled, inherited)
            styled = base or ""
        if number is None or number not in self._lists:
            return ""
        return self._next(number, level or 0)

    def _next(self, number: str, level: int) -> str:
        abstract, starts = self._lists[number]
        levels = self._levels.get(abstract, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if level in starts and (number, level) not in self._begun:
            counts[level] = starts[level]
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        self._begun.add((number, level))
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if levels[level].format in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda match: self._shown(levels, counts, int(match[1]) - 1, level), levels[level].text)

    @staticmethod
    def _shown(levels: Mapping[int, Level], counts: Mapping[int, int], wanted: int, level: int) -> str:
        if wanted not in levels:
            return ""
        count = counts.get(wanted, levels[wanted].start)
        return str(count) if levels[level].legal else in_format(count, levels[wanted].format)

    def _level_of(self, number: str, style: str, inherited: int | None) -> int:
        levels = self._levels.get(self._lists.get(number, ("", {}))[0], {})
        return next((index for index, level in levels.items() if level.style == style), inherited or 0)

    def _read_styles(self, root: Any) -> None:
        for style in root.iterchildren("{*}style"):
            if value(style, "type") != "paragraph":
                continue
            number, level, _ = _numbered(style.find("{*}pPr"))
            based = style.find("{*}basedOn")
            key = value(style, "styleId")
            self._styles[key] = number, level, value(based) if based is not None else None
            if value(style, "default") in ("1", "true"):
                self._default_style = key

    def _read_lists(self, root: Any) -> None:
        linked: dict[str, str] = {}
        links: dict[str, str] = {}
        for abstract in root.iterchildren("{*}abstractNum"):
            key = value(abstract, "abstractNumId")
            self._levels[key] = {
                _whole(value(level, "ilvl")): _level(level) for level in abstract.iterchildren("{*}lvl")
            }
            if (link := abstract.find("{*}styleLink")) is not None:
                linked[value(link)] = key
            if (link := abstract.find("{*}numStyleLink")) is not None:
                links[key] = value(link)
        for key, style in links.items():
            self._levels[key] = self._levels[key] or self._levels.get(linked.get(style, ""), {})
        for number in root.iterchildren("{*}num"):
            lead = number.find("{*}abstractNumId")
            starts = {}
            abstract = value(lead) if lead is not None else ""
            for override in number.iterchildren("{*}lvlOverride"):
                index = _whole(value(override, "ilvl"))
                if (start := override.find("{*}startOverride")) is not None:
                    starts[index] = _whole(value(start), 1)
                if (level := override.find("{*}lvl")) is not None:
                    own = f"{abstract}/{value(number, 'numId')}"
                    self._levels.setdefault(own, dict(self._levels.get(abstract, {})))[index] = _level(level)
                    abstract = own
            self._lists[value(number, "numId")] = abstract, starts


def in_format(number: int, format: str) -> str:
    """One number in one of Word's number formats; plain digits where the format is not known here.

    >>> in_format(21, "chineseCounting"), in_format(3, "upperLetter"), in_format(4, "decimalEnclosedCircle")
    ('二十一', 'C', '④')
    """
    if format in _CHINESE:
        return _chinese(number)
    if format == "chineseLegalSimplified" and number < 10:
        return _LEGAL[number]
    if format == "ideographDigital":
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if format == "ideographTraditional" and 1 <= number <= 10:
        return _STEMS[number - 1]
    if format in ("upperLetter", "lowerLetter") and number >= 1:
        letters = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if format == "upperLetter" else letters
    if format in ("upperRoman", "lowerRoman") and 1 <= number < 4000:
        return _roman(number).upper() if format == "upperRoman" else _roman(number)
    if format.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if format == "decimalEnclosedFullstop":
        return f"{number}."
    if format == "decimalEnclosedParen":
        return f"（{number}）"
    return f"{number:02d}" if format == "decimalZero" else str(number)


def value(element: Any, name: str = "val") -> str:
    """An attribute by its local name: the namespace differs between the two kinds of docx."""
    return next((str(v) for key, v in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _chinese(number: int) -> str:
    if not 0 < number < 1000:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _roman(number: int) -> str:
    text = ""
    for worth, letters in zip(_ROMAN_WORTH, _ROMAN_LETTERS, strict=True):
        while number >= worth:
            text, number = text + letters, number - worth
    return text


def _level(level: Any) -> Level:
    def of(name: str, default: str) -> str:
        child = level.find(f"{{*}}{name}")
        return value(child) if child is not None else default

    legal = level.find("{*}isLgl") is not None
    return Level(of("numFmt", "decimal"), of("lvlText", ""), _whole(of("start", "0")), legal, of("pStyle", ""))


def _numbered(properties: Any) -> tuple[str | None, int | None, str | None]:
    """List, level and style of a paragraph by its properties, None for what they do not say."""
    if properties is None:
        return None, None, None
    style = properties.find("{*}pStyle")
    number = properties.find("{*}numPr/{*}numId")
    level = properties.find("{*}numPr/{*}ilvl")
    return (
        value(number) if number is not None else None,
        _whole(value(level)) if level is not None else None,
        value(style) if style is not None else None,
    )


def _whole(text: str, default: int = 0) -> int:
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else default

"""Amounts in the words of a question: one number with its unit, also where several numbers make it (一亿两千万, 两万三千五百元)."""

from __future__ import annotations

import re
from decimal import Decimal

from mbkg.amounts import canonical

_CN = "零〇一二两三四五六七八九十百千"
_DIGIT = "零〇一二三四五六七八九"
_SCALES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "w": 10**4, "W": 10**4, "千": 1000, "百": 100, "": 1}
BARE = rf"(?<![\d.年{_CN}])(?:\d[\d,]*(?:\.\d+)?|[{_CN}]+(?:点[{_DIGIT}]+)?)"
_MONEY = "(?:亿|千万|百万|万|[wW](?![a-zA-Z]))(?:元|块钱|块|圆)?|千?(?:元|块钱|块|圆)"
UNIT = f"(?:{_MONEY}|个百分点|百分点|%|分(?![之比](?![间内中]))|人次|批次|人|名|家|个|项|次|天|辆|倍)"
AMOUNT = rf"(?:{BARE}{UNIT}|(?<![一完])[一二三四五六七八九]成[一二三四五六七八九半]?(?![本员立果绩效功就]))"
_WHOLE = re.compile(rf"({BARE})({UNIT})")
_PERCENT = re.compile(rf"百分之(\d+(?:\.\d+)?|[{_CN}]+(?:点[{_DIGIT}]+)?)(?![多少几])")
_FORMAL = re.compile(
    "[零壹贰叁肆伍陆柒捌玖拾佰仟]*[壹贰叁肆伍陆柒捌玖拾佰仟]+[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*(?=[万亿元圆块%])[万亿]*"
)
_PLAIN = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_SEVERAL = re.compile(
    rf"{BARE}个?亿[零又]?(?:\d[\d,.]*|[{_CN}]+)(?:千万|百万|万)(?:元|块钱?|圆)?(?![\d{_CN}])"
    rf"|(?:{BARE}个?亿[零又]?)?{BARE}万[零又]?(?:\d{{1,4}}(?:\.\d+)?|[{_CN}]+)(?:千|百)?(?:元|块钱?|圆)(?![\d{_CN}])"
    rf"|{BARE}万[零又]?(?:\d|[一二两三四五六七八九])[千百](?![\d{_CN}万])"
)
_TENTHS = re.compile(
    rf"(?<![\d.{_CN}])(\d+|[{_CN}]+)(万|亿)([1-9一二三四五六七八九])(?:千(?:万)?)?(?:元|块钱?)?"
    r"(?=[以及的吗吧呢么没不了到至~～、，,。？?!！往朝之)）-]|左右|上下|$|\s)(?!之一)"
)
_TENTH_PARTS = re.compile(rf"(?<![完{_CN}\d])([一二三四五六七八九])成([一二三四五六七八九半])?(?![本员立果绩效功就交])")
_PART = re.compile(rf"(\d[\d,]*(?:\.\d+)?|[{_CN}]+(?:点[{_DIGIT}]+)?)个?(亿|千万|百万|万|千|百|)")


def _count(printed: str) -> Decimal | None:
    from mbkg.ask.mentions import read_count

    return read_count(printed)


def plain_amounts(text: str) -> str:
    """The text with every amount as one number and its unit."""
    text = _FORMAL.sub(lambda m: m.group().translate(_PLAIN), text)
    text = re.sub(r"(?:人民币|[¥￥])\s*(?=\d|[一二两三四五六七八九十百千]+[万亿元])", "", text)
    text = re.sub(rf"({BARE})个亿", r"\1亿", text)
    text = re.sub("半个亿", "0.5亿", text)
    text = re.sub(
        r"(?<![\d.a-zA-Z])(\d+(?:\.\d+)?)[kK](?![a-zA-Z\d])(?:元|块钱?)?",
        lambda m: f"{canonical(Decimal(m[1]) * 1000)}元",
        text,
    )
    text = re.sub(r"(?<=\d)(?:RMB|rmb|CNY|cny)", "元", text)
    text = _PERCENT.sub(_percent, text)
    text = _TENTH_PARTS.sub(_tenth_parts, text)
    return _TENTHS.sub(_tenths, _SEVERAL.sub(_several, text))


def _tenths(match: re.Match[str]) -> str:
    """三万五 is 3.5万: the last digit counts tenths of the unit before it."""
    whole, tenths = _count(match[1]), _count(match[3])
    if whole is None or tenths is None:
        return match.group()
    return f"{canonical(whole + tenths / 10)}{match[2]}元"


def _tenth_parts(match: re.Match[str]) -> str:
    """八成五 is 85%."""
    ones = "5" if match[2] == "半" else str(_count(match[2]) or 0) if match[2] else "0"
    return f"{_count(match[1])}{ones}%"


def digits(said: str) -> str:
    """An amount with its number in digits: 四百万 is 400万, so that no later reading takes its letters for words."""
    match = _WHOLE.fullmatch(said)
    number = _count(match[1]) if match is not None else None
    return said if match is None or number is None else f"{canonical(number)}{match[2]}"


def _percent(match: re.Match[str]) -> str:
    number = _count(match[1])
    return match.group() if number is None else f"{canonical(number)}%"


def _several(match: re.Match[str]) -> str:
    """Several numbers of falling scale as one amount in 万元."""
    said = re.sub("元|块钱?|圆|又", "", match.group())
    total, last = Decimal(0), Decimal(10**12)
    for part in _PART.finditer(said):
        number = _count(part[1])
        if number is None or number * _SCALES[part[2]] >= last:
            return match.group()
        last = Decimal(_SCALES[part[2]])
        total += number * last
    return f"{canonical(total / 10000)}万元"


def read_amount(said: str) -> tuple[Decimal, str] | None:
    """An amount as a number and its kind: 元 for money, else the unit as said; None where it is no amount with a unit."""
    match = _WHOLE.fullmatch(said)
    if match is None:
        return None
    number, unit = _count(match[1]), match[2]
    if number is None:
        return None
    scale = re.match("亿|千万|百万|万|千|[wW]", unit)
    money = bool(scale) or bool(re.search("元|块|圆", unit))
    return (number * _SCALES[scale.group() if scale else ""], "元") if money else (number, unit)


def alike(one: str, other: str) -> bool:
    """Whether two amounts are the same."""
    read = read_amount(one)
    return read is not None and read == read_amount(other)

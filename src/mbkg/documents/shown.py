"""A number of a workbook as the page shows it: its stored value through the number format of its cell.

A workbook stores 88.30000000000001 and shows 88.30; what is shown is what was published. Two things differ from the screen on purpose: a
negative number always gets its minus (formats say it by colour or brackets), and a number in scientific notation is written out.
Source: ECMA-376 part 1, 18.8.30 and 18.8.31 (number formats; the built-in ones of zh-cn).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

BUILTIN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '#,##0;-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '#,##0.00;-#,##0.00;"-"',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "0.0E+0", 49: "@",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<date>AM/PM|A/P|上午/下午|[yY]+|[mM]+|[dD]+|[hH]+|[sS]+|aaaa?)|(?P<exponent>[eE][+-])|(?P<place>[0#?])|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)$")
_NOISE = Decimal("0.000001")
Token = tuple[str, str]


def show_number(value: float, code: str, *, date1904: bool = False) -> str:
    """The text a cell shows for a stored number; blank where its format hides it.

    >>> show_number(88.30000000000001, "General"), show_number(-1234.5, "#,##0.00_);[Red](#,##0.00)"), show_number(0.7627, "0.00%")
    ('88.3', '-1,234.50', '76.27%')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    section, own_sign = _section(value, code or "General")
    kinds = {kind for kind, _ in section}
    if "date" in kinds and "place" not in kinds:
        return _date(value, section, date1904)
    number = Decimal(format(abs(value), ".15g"))
    if "exponent" in kinds or ("other", "/") in section:
        text = show_general(number)
    elif "general" in kinds or ("other", "@") in section:
        literal = {"general": show_general(number), "other": show_general(number)}
        text = "".join(literal[kind] if kind == "general" or word == "@" else word for kind, word in section)
    else:
        text = _placed(number, [t for t in section if not (own_sign and t[0] != "place" and t[1] in "-()−（）")])
    text = text.strip()
    return f"-{text}" if value < 0 and re.search(r"[1-9]", text) and not text.startswith("-") else text


def show_general(number: Decimal) -> str:
    """A number without a format: as short as the screen shows it where that drops only float noise, else all its 15 digits."""
    whole = len(str(int(number)))
    short = number.quantize(Decimal(1).scaleb(-max(0, 10 - whole)), ROUND_HALF_UP) if whole <= 15 else number
    text = format(short if abs(short - number) < _NOISE else number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        word = match.group(kind) if kind else ""
        if kind == "other" and word == ";":
            sections.append([])
        elif kind == "bracket":
            if word.startswith("$"):
                sections[-1].append(("quoted", word[1:].split("-")[0]))
            elif _CONDITION.match(word):
                sections[-1].append(("condition", word))
            elif re.fullmatch("[hH]+|[mM]+|[sS]+", word):
                sections[-1].append(("date", f"[{word[0].lower()}]"))
        elif kind:
            sections[-1].append(("quoted" if kind == "escaped" else kind, word))
    return tuple(tuple(section) for section in sections)


def _section(value: float, code: str) -> tuple[list[Token], bool]:
    """The part of the format that this value is shown by, and whether that part says the minus itself."""
    sections = _sections(code)
    numeric = sections[:3]
    conditions = [_condition(section) for section in numeric]
    if any(conditions):
        for section, condition in zip(numeric, conditions, strict=True):
            if condition is None or _holds(value, *condition):
                return [token for token in section if token[0] != "condition"], value < 0
        return [("general", "General")], False
    if value < 0 and len(numeric) > 1:
        return list(numeric[1]), True
    return list(numeric[2] if value == 0 and len(numeric) > 2 else numeric[0]), False


def _condition(section: tuple[Token, ...]) -> tuple[str, float] | None:
    match = next((_CONDITION.match(word) for kind, word in section if kind == "condition"), None)
    return (match[1], float(match[2])) if match else None


def _holds(value: float, operator: str, bound: float) -> bool:
    return {
        "<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound, "=": value == bound, "<>": value != bound,
    }[operator]  # fmt: skip


def _placed(number: Decimal, tokens: list[Token]) -> str:
    """The digits of a number in the places of a format, with its thousands separators, scale and literals."""
    places = [at for at, (kind, _) in enumerate(tokens) if kind == "place"]
    if not places:
        return "".join(word for _, word in tokens)
    point = next((at for at, token in enumerate(tokens) if token == ("other", ".")), len(tokens))
    whole = [at for at in places if at < point]
    decimals = [at for at in places if at > point]
    scale = sum(_commas_after(tokens, at) for at in {places[-1], *whole[-1:]})
    grouped = any(tokens[at] == ("other", ",") for at in range(whole[0], whole[-1])) if whole else False
    number = number * 100 ** tokens.count(("other", "%")) / 1000**scale
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    digits, _, fraction = format(number, "f").partition(".")
    least = sum(tokens[at][1] == "0" for at in whole)
    digits = digits.lstrip("0").rjust(least, "0") if digits.strip("0") else "0" * least
    texts = {at: word for at, (kind, word) in enumerate(tokens) if kind != "place" and (kind, word) != ("other", ",")}
    for at, group in zip(whole, _shared_out(digits, whole, grouped), strict=True):
        texts[at] = group
    for back, at in enumerate(reversed(decimals)):
        digit = fraction[len(decimals) - 1 - back]
        dropped = tokens[at][1] != "0" and not fraction[len(decimals) - 1 - back :].strip("0")
        texts[at] = "" if dropped else digit
    if point in texts and not any(texts[at] for at in decimals):
        texts[point] = ""
    return "".join(texts[at] for at in sorted(texts))


def _commas_after(tokens: list[Token], place: int) -> int:
    """How many commas follow a place: each divides what is shown by a thousand."""
    end = place + 1
    while end < len(tokens) and tokens[end] == ("other", ","):
        end += 1
    return end - place - 1


def _shared_out(digits: str, whole: list[int], grouped: bool) -> list[str]:
    """The digits of the whole part for each of its places, the first taking all that are left over."""
    marked = [f",{d}" if grouped and at and (len(digits) - at) % 3 == 0 else d for at, d in enumerate(digits)]
    marked = [""] * (len(whole) - len(marked)) + marked
    spare = len(marked) - len(whole)
    return ["".join(marked[: spare + 1]), *marked[spare + 1 :]] if whole else []


def _date(value: float, section: list[Token], date1904: bool) -> str:
    """A date serial by a date format; month or minute is told by what stands beside it."""
    if not 0 <= value < 2_958_466:
        return show_general(Decimal(format(value, ".15g")))
    base = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30 if value >= 60 else 31)
    moment = base + timedelta(seconds=round(value * 86_400))
    dates = [word.lower() for kind, word in section if kind == "date"]
    half = any("/" in word for word in dates)
    hour = (moment.hour % 12 or 12) if half else moment.hour
    result, at = "", -1
    for kind, word in section:
        if kind != "date":
            result += word
            continue
        at += 1
        minutes = "h" in "".join(dates[max(0, at - 1) : at]) or "s" in "".join(dates[at + 1 : at + 2])
        match word.lower():
            case "yy" | "y":
                result += f"{moment:%y}"
            case year if year.startswith("y"):
                result += f"{moment:%Y}"
            case "m" | "mm" as month:
                result += f"{moment.minute if minutes else moment.month:0{len(month)}d}"
            case "d" | "dd" as day:
                result += f"{moment.day:0{len(day)}d}"
            case "h" | "hh" as hours:
                result += f"{hour:0{len(hours)}d}"
            case "s" | "ss" as seconds:
                result += f"{moment.second:0{len(seconds)}d}"
            case "[h]":
                result += str(int(value * 24))
            case "am/pm" | "a/p" | "上午/下午":
                result += "下午" if moment.hour >= 12 else "上午"
            case "mmm" | "mmmm" | "mmmmm":
                result += f"{moment.month}月"
            case "aaa" | "aaaa" | "ddd" | "dddd":
                result += "星期" + "一二三四五六日"[moment.weekday()]
    return result.strip()

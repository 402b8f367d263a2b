"""Money and other numbers as Chinese budget reports print them.

Reports print 亿元 in prose, 万元 in most tables, 元 in departmental accounts. A printed token keeps its text; its value is an
exact Decimal; `to_wan` is the only place where one money unit becomes another. A dash is "not stated", a printed 0.00 is a figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

WAN_PER_UNIT: dict[str, Decimal] = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "百万元": Decimal(100),
    "千万元": Decimal(1000),
    "亿元": Decimal(10_000),
}

NOT_STATED = frozenset({"", "-", "--", "—", "——", "－", "–", "/", "…", "……"})

_TO_ASCII = str.maketrans("０１２３４５６７８９．，－＋（）％−﹣", "0123456789.,-+()%--")
_GROUPED = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
_PLAIN = r"\d+(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(rf"^(?P<open>\()?(?P<sign>[-+])?(?P<digits>{_GROUPED}|{_PLAIN})(?(open)\))(?P<percent>%)?$")


def to_ascii_digits(text: str) -> str:
    """The same text with full-width digits, signs and brackets as ASCII; nothing else changes."""
    return text.translate(_TO_ASCII)


def read_number(printed: str) -> Decimal | None:
    """The exact value of one printed number, in the unit it is printed in.

    A number in brackets is negative (an accountant's minus); a percentage keeps its printed magnitude (`76.27%` is 76.27).

    Returns:
        None where the text is no number: a dash, a blank, a label, digits grouped in a way no number is (`1,23`).
    """
    match = _NUMBER.match(to_ascii_digits(printed).strip())
    if match is None:
        return None
    value = Decimal(match["digits"].replace(",", ""))
    return -value if match["open"] or match["sign"] == "-" else value


def is_number(printed: str) -> bool:
    """Whether the text is one printed number and nothing else."""
    return read_number(printed) is not None


def looks_like_money(printed: str) -> bool:
    """Whether a printed number has the shape of an amount: decimals or thousands separators.

    Column numbers (`7`), years (`2024`), codes (`2101501`) and list markers are numbers too, and do not.
    """
    plain = to_ascii_digits(printed).strip()
    return is_number(plain) and ("." in plain or "," in plain) and not plain.endswith("%")


def to_wan(value: Decimal, unit: str) -> Decimal:
    """An amount in 万元, exactly.

    Raises:
        KeyError: the unit is not a money unit.
    """
    return value * WAN_PER_UNIT[unit]


def canonical(value: Decimal) -> str:
    """The one decimal form used everywhere: no exponent, no trailing zeros, `0` for every zero (`30.5`, not `30.50`)."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def printed_places(printed: str) -> int:
    """How many decimal places a number was printed with; its rounding interval is ± half of the last place."""
    plain = to_ascii_digits(printed).strip().rstrip("%)")
    return len(plain.partition(".")[2])


def half_places(printed: Sequence[str]) -> tuple[Decimal, ...]:
    """How far the true figure may lie from each printed one of a table: half of the last place it is printed to.

    A table that prints `94.5` and `94` beside `94.55` drops trailing zeros: where most of its numbers reach its finest place, that
    place holds for all of them. Else every number stands for itself.

    >>> [str(half) for half in half_places(["94.55", "12.31", "94"])]
    ['0.005', '0.005', '0.005']
    """
    places = [printed_places(text) for text in printed]
    finest = max(places, default=0)
    all_alike = 2 * sum(own == finest for own in places) >= len(places)
    return tuple(Decimal(5).scaleb(-(finest if all_alike else own) - 1) for own in places)

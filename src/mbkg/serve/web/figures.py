"""Figures as a page shows them: digits in groups of three, the value never altered, a long quotient cut and marked as such."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

_MOST_PLACES = 4
_CUT_TO = Decimal("0.01")


def read(value: Any) -> Decimal | None:
    """The number in a text or a JSON number; None where there is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def grouped(value: Any) -> str:
    """A number for people. A quotient with more places than reports print is cut to two and marked 约.

    >>> grouped("17412.97")
    '17,412.97'
    >>> grouped("6.6666666667")
    '约6.67'
    """
    number = read(value)
    if number is None:
        return "" if value is None else str(value)
    places = -int(number.as_tuple().exponent)
    if places > _MOST_PLACES:
        cut = number.quantize(_CUT_TO, ROUND_HALF_EVEN)
        return f"约{_signed(cut)}" if cut != number else _signed(cut)
    return _signed(number)


def signed(value: Any) -> str:
    """A change: its sign always shown."""
    number = read(value)
    if number is None:
        return ""
    return f"+{grouped(value)}" if number > 0 else grouped(value)


def percent(part: Any, whole: Any) -> str:
    """A share to one place; blank where there is no whole to be a part of.

    >>> percent(Decimal("1"), Decimal("3"))
    '33.3%'
    """
    part, whole = read(part), read(whole)
    if part is None or whole is None or whole <= 0:
        return ""
    return f"{(part * 100 / whole).quantize(Decimal('0.1'), ROUND_HALF_EVEN)}%"


def width(part: Any, whole: Any) -> str:
    """How long a bar is, 0 to 100, as SVG wants it."""
    part, whole = read(part), read(whole)
    if part is None or whole is None or whole <= 0:
        return "0"
    return str(min(Decimal(100), abs(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def _signed(number: Decimal) -> str:
    return f"{number:,f}".replace("-", "−")

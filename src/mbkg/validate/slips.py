"""How one printed figure may have become another: the slips of people who type and copy figures."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from mbkg.amounts import printed_places

Slip = Literal["sign", "scale", "transposed", "digit", "dropped", "added", "cut-off", ""]
_TELLING = 3  # digits that a figure must have for one of them to say anything
_POWERS = (4, 3, 2, 1, -1, -2, -3, -4)


def slip_between(printed: str, value: Decimal, meant: Decimal) -> Slip:
    """The slip by which `meant` came to be printed so; blank where none is known.

    >>> slip_between("18.54", Decimal("18.54"), Decimal("19.54"))
    'digit'
    """
    if value == meant:
        return ""
    if value == -meant:
        return "sign"
    if scale_between(value, meant):
        return "scale"
    places = printed_places(printed)
    if places < -int(meant.as_tuple().exponent) and _at(meant, places, ROUND_HALF_UP) != value:
        return "cut-off" if _at(meant, places, ROUND_DOWN) == value else ""
    if value * meant <= 0:
        return ""
    places = max(places, -int(value.as_tuple().exponent), -int(meant.as_tuple().exponent))
    return _by_digits(_digits(value, places), _digits(meant, places))


def scale_between(value: Decimal, meant: Decimal) -> int:
    """The power of ten by which the printed figure is too large (positive) or too small; 0 if it is something else."""
    return next((power for power in _POWERS if value and value == meant.scaleb(power)), 0)


def _at(value: Decimal, places: int, rounding: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding)


def _digits(value: Decimal, places: int) -> str:
    return str(abs(int(value.scaleb(places))))


def _by_digits(shown: str, meant: str) -> Slip:
    if max(len(shown), len(meant)) < _TELLING:
        return ""
    if len(shown) == len(meant):
        unlike = [at for at, (one, other) in enumerate(zip(shown, meant, strict=True)) if one != other]
        if len(unlike) == 1:
            return "digit"
        swapped = len(unlike) == 2 and unlike[1] == unlike[0] + 1
        return (
            "transposed"
            if swapped and shown[unlike[0]] == meant[unlike[1]] and shown[unlike[1]] == meant[unlike[0]]
            else ""
        )
    longer, shorter = sorted((shown, meant), key=len, reverse=True)
    if len(longer) - len(shorter) != 1 or len(shorter) < 2:
        return ""
    if any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))):
        return "dropped" if shorter == shown else "added"
    return ""

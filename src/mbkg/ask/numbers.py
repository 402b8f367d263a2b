"""Numbers for people to read; every computation before them is exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from mbkg.amounts import canonical


def rounded(value: Decimal, places: int = 2) -> str:
    """A number for people: at most `places` decimals, no trailing zeros."""
    step = Decimal(1).scaleb(-places)
    return (
        canonical(value.quantize(step, ROUND_HALF_UP))
        if value != value.quantize(step, ROUND_HALF_UP)
        else canonical(value)
    )

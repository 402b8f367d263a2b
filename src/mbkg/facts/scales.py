"""Whole tables whose figures are all the same power of ten away from the same figures elsewhere: a wrong unit, most likely."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT, to_wan
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.reports import Report

_FACTORS = tuple(Decimal(10) ** power for power in (-8, -4, -3, -2, -1, 0, 1, 2, 3, 4, 8))
_ENOUGH = 3  # different figures that must speak with one voice
_TELLING = 3  # digits that a figure needs for its factor to be told from rounding


def table_scales(report: Report, facts: Sequence[BudgetFact]) -> dict[int, Decimal]:
    """How many times the same figures of other places the figures of a table are, by the table's number; 1 for a table that agrees.

    Only tables are named that share several different figures with other places, and whose every shared figure says the same. Of two tables
    that are a factor apart and share nothing with a third place, the later one is named.
    """
    cells = report.cells
    table_of = [number for number, table in enumerate(report.tables) for _ in table.cells]

    def amount(place: Evidence) -> Decimal | None:
        if place.kind == "cell":
            cell = cells[place.index][1]
            return to_wan(cell.value, cell.unit) if cell.unit in WAN_PER_UNIT else None
        statement = report.statements[place.index]
        value = statement.value
        return to_wan(value, statement.unit) if value is not None and statement.unit in WAN_PER_UNIT else None

    said: dict[int, dict[Decimal, set[tuple[Decimal, int]]]] = {}
    for fact in facts:
        places = [e for e in (*fact.derived_from, *fact.contradicted_by) if e.kind in ("cell", "statement")]
        for place in places:
            mine = amount(place)
            if place.kind != "cell" or not mine:
                continue
            number = table_of[place.index]
            for other in places:
                theirs = amount(other)
                where = table_of[other.index] if other.kind == "cell" else -1
                factor = _factor(mine, theirs) if theirs and where != number else None
                if factor is not None:
                    said.setdefault(number, {}).setdefault(factor, set()).add((abs(mine), where))
    scales: dict[int, Decimal] = {}
    for number in sorted(said):
        (factor, shared), *others = said[number].items()
        if others or not factor or len({value for value, _ in shared}) < _ENOUGH:
            continue
        only = {where for _, where in shared}
        mutual = len(only) == 1 and min(only) > number and len(said.get(min(only), {})) == 1
        if factor != 1 and mutual:
            continue  # the later table is named
        scales[number] = factor
    return scales


def _digits(amount: Decimal) -> int:
    """How many digits of an amount are no zeros at its ends."""
    return len(amount.normalize().as_tuple().digits)


def _factor(mine: Decimal, theirs: Decimal) -> Decimal | None:
    """The power of ten between two amounts, 0 for none; None where too few digits are printed to tell it from rounding."""
    exact = next((factor for factor in _FACTORS if mine == theirs * factor), None)
    if exact is not None:
        return exact
    if min(_digits(mine), _digits(theirs)) < _TELLING:
        return None
    return next((factor for factor in _FACTORS if abs(mine / theirs / factor - 1) < Decimal("0.006")), Decimal(0))

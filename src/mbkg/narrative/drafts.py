"""Statements while they are being read: a figure first, then what later clauses say of it.

A draft becomes a `Statement` once its chapter is read. `Defaults` are what holds where a sentence does not say: the year and kind of the
report, the name of the body.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT, to_wan
from mbkg.narrative.figures import Figure
from mbkg.narrative.vocabulary import table
from mbkg.reports import Place, ReportKind, Statement


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a sentence means when it does not say: `None` where the report does not say either."""

    year: int | None
    kind: ReportKind | None
    body: str = ""


@dataclass(slots=True)
class Draft:
    """One statement in the making."""

    subject: str
    measure: str
    year: int | None
    unit: str
    line: int
    value: Decimal | None = None
    change: Decimal | None = None
    change_pct: Decimal | None = None
    against: str = ""
    against_year: int | None = None
    direction: str = ""
    reason: list[str] = field(default_factory=list)
    path: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    text: str = ""
    classes: tuple[str, ...] = ()
    whole: str = ""
    undecided: str = ""
    unitless: str = ""

    @property
    def is_money(self) -> bool:
        return self.unit in WAN_PER_UNIT

    @property
    def has_change(self) -> bool:
        return self.change is not None or self.change_pct is not None or bool(self.direction)

    def take_change(self, figure: Figure, sign: int) -> bool:
        """Add a signed change, an amount or a percentage; False where the draft already has that one or the unit does not fit."""
        value = figure.value * sign
        if figure.is_percent:
            if self.change_pct is not None:
                return False
            self.change_pct = value
            return True
        unit = "%" if figure.is_points else figure.unit
        amount = _in_unit(value, unit, self.unit)
        if self.change is not None or amount is None:
            return False
        self.change = amount
        return True

    def finish(self) -> Statement:
        """The statement as every later stage sees it."""
        reason = "".join(self.reason).strip("，、；。：")
        return Statement(
            self.subject,
            self.measure,
            self.year,
            self.value,
            self.unit,
            Place(self.line),
            change=self.change,
            change_pct=self.change_pct,
            against_year=self.against_year,
            reason=reason,
            context=" / ".join(self.context),
            text=self.text,
            against=self.against,
            direction=self.direction,
            classes=self.classes,
            whole=self.whole,
            undecided=self.undecided,
            unitless=self.unitless,
        )


def measure_of(subject: str, measure: str, figure: Figure, kind: ReportKind | None) -> str:
    """The measure of a figure: the printed one, else by its unit, its subject's ending, the kind of the report."""
    known = table("measures")
    if measure and (measure != "得分" or figure.unit == "分"):
        return measure
    if figure.unit in known["by_unit"]:
        return str(known["by_unit"][figure.unit])
    if figure.is_percent:
        return str(known["default"]["percent"])
    if not figure.is_money:
        return str(known["default"]["count"])
    for ending, name in known["by_ending"].items():
        if subject.endswith(ending):
            return str(name)
    return str(known["default"][kind or "budget"])


def measure_of_base(against: str, measure: str) -> str:
    """The measure of a base of comparison: 决算, 年初预算 or 预算 where it is named so, else that of the figure compared."""
    if "决算" in against:
        return "决算数"
    if "年初预算" in against:
        return "年初预算数"
    return "预算数" if "预算" in against else measure


def year_of_base(against: str, year: int | None) -> int | None:
    """The year a base of comparison lies in: printed, else the year before; a budget of the same year is in that year."""
    digits = against[:4]
    if digits.isdigit():
        return int(digits)
    if year is None or not against:
        return None
    words = table("sentences")["last_year"]
    return year - 1 if any(word in against for word in words) else year


def _in_unit(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """An amount in the unit of its statement; None where the units are of different kinds."""
    if unit == wanted:
        return value
    if unit in WAN_PER_UNIT and wanted in WAN_PER_UNIT:
        return to_wan(value, unit) / WAN_PER_UNIT[wanted]
    return None

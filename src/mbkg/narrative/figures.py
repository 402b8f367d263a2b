"""The figures of a sentence: every number that a unit follows, with its place.

A year, a document number, an ordinal or a threshold inside a name (单价50万元以上设备) is not a figure. In a list where one item lost its
unit (`养老保险缴费 39.08，`), a number with decimals takes the unit of the figure before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mbkg.amounts import read_number
from mbkg.narrative.vocabulary import one_of, table

_NUMBER = r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?|-?\.\d+"
_BARE = re.compile(r"(?<=[\u4e00-\u9fff）])(?P<number>\d[\d,]*\.\d+)(?=[，、；。]|$)")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its unit: `text[start:end]` prints it; `number_at` is where its digits begin.

    `bare` where no unit is printed behind it.
    """

    value: Decimal
    unit: str
    start: int
    end: int
    number_at: int
    bare: bool = False

    @property
    def is_money(self) -> bool:
        return self.unit in table("figures")["money"]

    @property
    def is_count(self) -> bool:
        return not (self.is_money or self.is_percent or self.is_points)

    @property
    def is_points(self) -> bool:
        """Whether it counts percentage points: the change of a percentage, in percent."""
        return self.unit in table("figures")["points"]

    @property
    def is_percent(self) -> bool:
        return self.unit in table("figures")["percent"]


def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of a normalised text, in order."""
    found = [figure for match in _figure().finditer(text) if (figure := _read(text, match))]
    money = [figure for figure in found if figure.is_money]
    for match in _BARE.finditer(text):
        before = [figure for figure in money if figure.end <= match.start()]
        if _changed().search(text[: match.start()]):
            value = read_number(match["number"])  # 增长8.71，: a lost 万元 or a lost %, nobody knows
            if value is not None:
                found.append(Figure(value, "", match.start(), match.end(), match.start(), bare=True))
        elif before and not any(figure.start <= match.start() < figure.end for figure in found):
            value = read_number(match["number"])
            if value is not None:
                found.append(Figure(value, before[-1].unit, match.start(), match.end(), match.start(), bare=True))
    return tuple(sorted(found, key=lambda figure: figure.start))


def holds_figure(text: str) -> bool:
    """Whether a text states a figure at all."""
    return bool(figures(text))


@cache
def _figure() -> re.Pattern[str]:
    known = table("figures")
    plain = [
        unit
        for unit in [*known["money"], *known["percent"], *known["points"], *known["count"]]
        if unit not in known["not_after"]
    ]
    careful = [f"{unit}(?!{after})" for unit, after in known["not_after"].items()]
    counts = one_of([unit for unit in known["count"] if unit not in known["not_after"]])
    units = "|".join(re.escape(unit) for unit in sorted(plain, key=len, reverse=True))
    large = rf"(?:万|亿)(?:{counts}|{'|'.join(careful)})"
    return re.compile(
        rf"[“\"]?(?<![\d.A-Za-z])(?P<number>{_NUMBER})[”\"]?(?P<unit>{units}|{large}|{'|'.join(careful)})(?P<per>(?:/[人年月次家户天]){{0,2}})"
    )


@cache
def _changed() -> re.Pattern[str]:
    words = table("sentences")
    return re.compile(rf"{one_of([*words['up'], *words['down']])}(?:了|约)?$")


@cache
def _threshold() -> re.Pattern[str]:
    return re.compile(table("figures")["threshold"])


def _read(text: str, match: re.Match[str]) -> Figure | None:
    before = text[max(0, match.start() - 3) : match.start()]
    if any(before.endswith(mark) for mark in table("figures")["not_before"]) or _threshold().match(text, match.end()):
        return None
    value = read_number(match["number"])
    if value is None:
        return None
    return Figure(value, match["unit"] + match["per"], match.start(), match.end(), match.start("number"))

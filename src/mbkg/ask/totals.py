"""The two totals of a budget or an account: 总计 holds what is carried over from one year to the next, 本年合计 leaves it out.

A question that names one gets that row. One that says 收入 or 支出 alone gets the 总计 and is told the other where the two differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from mbkg.ask.compile import short
from mbkg.ask.mentions import Mention
from mbkg.ask.plan import Select
from mbkg.ask.session import Row
from mbkg.ask.words import measures

THIS_YEAR, GRAND = "本年", "总计"


def total_of(mention: Mention, sense: str) -> str:
    """Which total a word names: 本年收入合计 the one, 收入总计 the other; blank for 收入 alone."""
    if sense not in ("measure/income", "measure/expenditure"):
        return GRAND if measures()["facts"].get(sense, {}).get("total") else ""
    said = measures()["totals"]
    if mention.words.startswith(tuple(said["begins"])) or mention.words.endswith(tuple(said["ends"])):
        return THIS_YEAR
    return ""


def of_total(rows: list[Row], select: Select) -> list[Row]:
    """The rows of the total that a selection names, for each body and fund that prints one of them as such.

    A report that prints no 本年 row of its own and carries nothing over has one total only.
    """
    if not select.total:
        return rows
    kept: list[Row] = []
    for group in _alike(rows):
        own = [row for row in group if row["kind"] == THIS_YEAR]
        others = [row for row in group if row["kind"] != THIS_YEAR]
        kept += (own if select.total == THIS_YEAR else others) or (others if select.total == THIS_YEAR else own)
    return kept


def other_total(row: Row, rows: Sequence[Row]) -> Row | None:
    """The 本年 row beside a 总计 row that prints another figure; None where the two agree."""
    if row["kind"] == THIS_YEAR:
        return None
    for other in rows:
        if other["kind"] == THIS_YEAR and _coordinates(other) == _coordinates(row):
            return other if other["amount"] != row["amount"] else None
    return None


def named_total(what: str, kind: str) -> str:
    """The name of a total by its kind: 收入总计 is 本年收入合计 without what is carried over."""
    return {"收入总计": "本年收入合计", "支出总计": "本年支出合计"}.get(what, what) if kind == THIS_YEAR else what


def on_one_side(part: Select, whole: Select) -> Select:
    """A source of money as a part of income, where the whole is an income: 政府性基金拨款占本年收入."""
    if whole.measures == ("measure/income",) and part.funds and part.natures == ("nature/total",):
        return replace(part, measures=whole.measures, total=part.total or whole.total)
    return part


def _alike(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[_coordinates(row)].append(row)
    return [groups[key] for key in sorted(groups)]


def _coordinates(row: Row) -> tuple[str, ...]:
    names = ("body", "year", "phase", "measure", "fund", "nature", "function", "economic", "government")
    return tuple(short(row[name]) for name in names)

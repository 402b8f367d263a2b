"""What the words of a project and its sheet say of its money: a name with an amount, unit costs, cost ceilings, a goal with amounts.

Only what leaves no doubt is given; the words that tell are in `ontology/sheets/words.toml`. Amounts are in 万元, each with half of the
last place it is printed to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT, read_number, to_ascii_digits
from mbkg.labels import fold, squeeze
from mbkg.reports import Indicator, Project
from mbkg.sheets.vocabulary import words

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NAME_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})(?P<unit>亿元|万元|千元|万|元)(?:$|(?=[）)]$)|(?=(?:项目|专项)?(?:经费|资金|补助|补贴|项目)?[）)]?$))"
)
_GOAL_AMOUNT = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>亿元|万元|元)(?![/·每人])")
_MONEY = {"元": "元", "万": "万元", "万元": "万元", "亿元": "亿元", "千元": "千元"}
_SHORTEST = 6  # characters of a phrase that can only mean one indicator
_POINTS = re.compile(r"[，。；;！？、：:\n]|,(?!\d{3})")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount that words and indicators make, in 万元; `indicators` are positions in the project's own.

    `role` is name, unit-cost, cost-whole, cost-parts or goal. `against` is the other amount, where the words give both.
    """

    role: str
    wan: Decimal
    half: Decimal
    printed: str
    indicators: tuple[int, ...] = ()
    against: Decimal | None = None
    against_half: Decimal = Decimal(0)


def name_amount(name: str) -> Figure | None:
    """The one amount that a project's name ends in; none where it may be a standard, a threshold or a count.

    >>> [int(f.wan) if (f := name_amount(n)) else None for n in ("培训2024年16万", "查体（160000元）", "每人5万元", "一期100人")]
    [16, 16, None, None]
    """
    text = to_ascii_digits(squeeze(name))
    money = re.findall(rf"(?:{_NUMBER})(?:亿元|万元|千元|万|元)", text)
    match = _NAME_AMOUNT.search(text)
    if match is None or len(money) != 1:
        return None
    before = text[: match.start()]
    if before.endswith(tuple(words().raw["name_amounts"]["not_before"])) or before[-1:].isdigit():
        return None
    return Figure("name", *_wan(match["number"], _MONEY[match["unit"]]), match.group())


def _wan(printed: str, unit: str) -> tuple[Decimal, Decimal]:
    """An amount and half of its last place, in 万元; an amount printed in whole 元 is exact to the 元."""
    number = read_number(printed) or Decimal(0)
    places = len(printed.partition(".")[2])
    return number * WAN_PER_UNIT[unit], Decimal(5).scaleb(-places - 1) * WAN_PER_UNIT[unit]


def _half(value: Decimal) -> Decimal:
    """Half of the last place of a value as it was read; a limit in whole numbers is exact."""
    if value == int(value):
        return Decimal(0)
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)


def same_name(one: str, other: str) -> bool:
    """Whether two names differ by no more than marks, the word 年 behind a year, and remarks in brackets.

    >>> same_name("职工查体（2024年）", "职工查体2024"), same_name("能力提升资金（上级）", "能力提升资金"), same_name("查体", "免费查体")
    (True, True, False)
    """
    return _core(one) == _core(other)


def _core(name: str) -> str:
    text = re.sub(r"（[^（）\d一二三四五六七八九十]*）", "", squeeze(name))
    return fold(re.sub(r"(\d{4})年度?", r"\1", to_ascii_digits(text)))


def ceilings(project: Project) -> tuple[Figure, ...]:
    """What the cost indicators allow: the whole project's cost, where one says so; else, where there are several, their sum."""
    own = words().raw["costs"]
    found = []
    for at, each in enumerate(project.indicators):
        unit = _MONEY.get(re.sub(r"[/／每]年度?$", "", each.target_unit), "")
        costs = each.level1 in own["levels"] or each.level2 in own["levels"]
        if costs and unit and each.target_value is not None and not _per_head(each):
            scale = WAN_PER_UNIT[unit]
            found.append((at, each, each.target_value * scale, _half(each.target_value) * scale))
    whole = [item for item in found if any(word in item[1].level3 for word in own["whole"])]
    if len(whole) == 1:
        at, each, wan, half = whole[0]
        return (Figure("cost-whole", wan, half, each.target_raw, (at,)),)
    if whole or len(found) < 2 or any(each.comparator not in ("≤", "<", "=") for _, each, _, _ in found):
        return ()
    total, half = sum((f[2] for f in found), Decimal(0)), sum((f[3] for f in found), Decimal(0))
    printed = "＋".join(each.target_raw for _, each, _, _ in found)
    return (Figure("cost-parts", total, half, printed, tuple(at for at, *_ in found)),)


def _per_head(indicator: Indicator) -> bool:
    return any(word in indicator.level3 for word in words().raw["costs"]["per_head"]) or "标准" in indicator.level3


def unit_costs(project: Project) -> tuple[Figure, ...]:
    """Σ unit cost × heads, where each cost of a unit has its count, or all have one; a month counts twelve times."""
    found = []
    for head in words().raw["costs"]["heads"]:
        costs = [
            (n, price) for n, each in enumerate(project.indicators) if (price := _cost_per(each, head)) is not None
        ]
        counts = [(n, many) for n, each in enumerate(project.indicators) if (many := _count_of(each, head)) is not None]
        if not costs or not counts or (len(counts) > 1 and len(counts) != len(costs)):
            continue
        paired = counts if len(counts) > 1 else counts * len(costs)
        wan = half = Decimal(0)
        for (_, cost), (_, (count, count_half)) in zip(costs, paired, strict=True):
            wan += cost * count
            half += cost * count_half
        printed = "＋".join(
            f"{project.indicators[a].target_raw}×{project.indicators[b].target_raw}"
            for (a, _), (b, _) in zip(costs, paired, strict=True)
        )
        indexes = tuple(dict.fromkeys(at for at, _ in (*costs, *counts)))
        found.append(Figure("unit-cost", wan, half, printed, indexes))
    return tuple(found)


def _cost_per(indicator: Indicator, head: str) -> Decimal | None:
    """What one head costs a year in 万元; None where the indicator is no such cost."""
    if indicator.target_value is None or "元" not in indicator.target_unit:
        return None
    money, _, per = indicator.target_unit.replace("／", "/").replace("每", "/").partition("/")
    pieces = per.split("/") if per else []
    own = head in pieces or (not per and head == "人" and _per_head(indicator))
    if not own or money not in WAN_PER_UNIT or not {*pieces} <= {head, "年", "月"}:
        return None
    months = 12 if "月" in pieces or (not pieces and "月" in indicator.level3) else 1
    scale = WAN_PER_UNIT[money] * months
    return indicator.target_value * scale


def _count_of(indicator: Indicator, head: str) -> tuple[Decimal, Decimal] | None:
    """How many heads, and half of the last place where it is printed in 万 or 亿."""
    if indicator.target_value is None or indicator.level2 not in ("数量指标", "产出数量", "产出数量指标"):
        return None
    scale = {head: 1, f"万{head}": 10_000, f"亿{head}": 100_000_000}.get(indicator.target_unit)
    if scale is None:
        return None
    half = _half(indicator.target_value) * scale
    return indicator.target_value * scale, half


def goal_amounts(project: Project) -> tuple[Figure, ...]:
    """Amounts that the goal's text gives to what one indicator, and no other, sets an amount for."""
    phrases = _phrases(project.goal)
    found = []
    for at, each in enumerate(project.indicators):
        unit = _MONEY.get(each.target_unit, "")
        if not unit or each.target_value is None or _per_head(each):
            continue
        said = [p for p in phrases if _names(p[0], each.level3)]
        others = [i for i in project.indicators if i is not each and any(_names(p[0], i.level3) for p in said)]
        if len(said) != 1 or others:
            continue
        _, wan, half, printed = said[0]
        own = WAN_PER_UNIT[unit]
        found.append(Figure("goal", wan, half, printed, (at,), each.target_value * own, _half(each.target_value) * own))
    return tuple(found)


def _phrases(goal: str) -> list[tuple[str, Decimal, Decimal, str]]:
    """Every phrase of the goal with one amount: its words before the amount, the amount in 万元, half its last place, as printed."""
    found = []
    for piece in _POINTS.split(to_ascii_digits(squeeze(goal))):
        amounts = list(_GOAL_AMOUNT.finditer(piece))
        if len(amounts) == 1:
            match = amounts[0]
            wan, half = _wan(match["number"], match["unit"])
            found.append((_noun(piece[: match.start()]), wan, half, match.group()))
    return found


def _noun(text: str) -> str:
    """The words of a phrase without what only leads to its amount, and without a generic ending."""
    before = None
    while before != text:
        before = text
        for word in (*words().raw["costs"]["limits"], *words().raw["names"]["generic"]):
            text = text.removesuffix(word)
    return fold(text)


def _names(phrase: str, indicator: str) -> bool:
    """Whether every character of a phrase stands in an indicator's name, in order: an indicator says it at greater length."""
    if len(phrase) < _SHORTEST:
        return False
    rest = iter(fold(indicator))
    return all(ch in rest for ch in phrase)

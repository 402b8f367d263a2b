"""What the generators of invented reports share: figures that tie out, and one slip planted in what is printed of them.

A report is drawn from a seed: 基本支出 and 项目支出 of every 项, cut into economic items and projects. Everything printed is
added up from that, so a report without a slip contradicts itself nowhere. A slip changes one printed figure and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

FUNCTIONS = {
    "208": "社会保障和就业支出",
    "20805": "行政事业单位养老支出",
    "2080501": "行政单位离退休",
    "2080505": "机关事业单位基本养老保险缴费支出",
    "2080506": "机关事业单位职业年金缴费支出",
    "210": "卫生健康支出",
    "21011": "行政事业单位医疗",
    "2101101": "行政单位医疗",
    "2101103": "公务员医疗补助",
    "21013": "医疗救助",
    "2101301": "城乡医疗救助",
    "21015": "医疗保障管理事务",
    "2101501": "行政运行",
    "2101502": "一般行政管理事务",
    "2101505": "医疗保障政策管理",
    "2101506": "医疗保障经办事务",
    "221": "住房保障支出",
    "22102": "住房改革支出",
    "2210201": "住房公积金",
}
OF_PROJECTS = ("2101301", "2101502", "2101505", "2101506")
CLASSES = ("208", "210", "221")
ECONOMIC = {
    "301": "工资福利支出",
    "30101": "基本工资",
    "30102": "津贴补贴",
    "30103": "奖金",
    "30108": "机关事业单位基本养老保险缴费",
    "30110": "职工基本医疗保险缴费",
    "30113": "住房公积金",
    "302": "商品和服务支出",
    "30201": "办公费",
    "30211": "差旅费",
    "30217": "公务接待费",
    "30228": "工会经费",
    "30231": "公务用车运行维护费",
    "30239": "其他交通费用",
    "303": "对个人和家庭的补助",
    "30302": "退休费",
}
PROJECTS = (
    "医疗救助资金",
    "医保基金监管专项经费",
    "医保信息系统运行维护费",
    "参保扩面宣传经费",
    "离休干部医疗费",
    "医保经办大厅运行经费",
)
_LEAF = {"2": 7, "3": 5}  # digits of the lowest level of either classification


@dataclass(frozen=True)
class Slip:
    """One printed figure that is off: the figure printed under `key` times `times` plus `by`, or another `word` there.

    `rules` are those that may find it; `rounding` says that the change is so small that rounding may explain it.
    """

    kind: str
    key: str
    rules: frozenset[str]
    by: Decimal = Decimal(0)
    times: int = 1
    word: str = ""
    rounding: bool = False


def slip(
    kind: str, key: str, rules: str, by: str = "0", times: int = 1, word: str = "", rounding: bool = False
) -> Slip:
    return Slip(kind, key, frozenset(rules.split()), Decimal(by), times, word, rounding)


@dataclass
class Print:
    """What is printed under a key; `planted` is the figure that the slip left there, `true` what stands under every key without it."""

    slip: Slip | None = None
    planted: list[Decimal] = field(default_factory=list)
    true: dict[str, Decimal] = field(default_factory=dict)

    def figure(self, key: str, value: Decimal) -> Decimal:
        self.true[key] = value
        if self.slip is None or self.slip.key != key or self.slip.word:
            return value
        changed = value * self.slip.times + self.slip.by
        self.planted.append(changed)
        return changed

    def word(self, key: str, text: str) -> str:
        if self.slip is None or self.slip.key != key or not self.slip.word:
            return text
        return self.slip.word


Tree = Mapping[str, Decimal]  # leaf code -> amount


def leaves(codes: Mapping[str, str]) -> list[str]:
    return [code for code in codes if len(code) == _LEAF[code[0]]]


def under(tree: Tree, code: str) -> Decimal:
    """What stands under a code; under a blank one, everything."""
    return sum((amount for leaf, amount in tree.items() if leaf.startswith(code)), Decimal(0))


def levels(codes: Mapping[str, str], *trees: Tree) -> Iterator[str]:
    """The codes of every level in print order under which any of the trees holds something."""
    return (code for code in codes if any(leaf.startswith(code) for tree in trees for leaf in tree))


def cents(choose: random.Random, low: int, high: int) -> Decimal:
    return Decimal(choose.randint(low, high)) / 100


def split(choose: random.Random, total: Decimal, parts: int) -> list[Decimal]:
    """An amount cut into positive parts."""
    whole = int(total * 100)
    cuts = sorted(choose.sample(range(1, whole), parts - 1))
    return [Decimal(end - start) / 100 for start, end in zip([0, *cuts], [*cuts, whole], strict=True)]


def added(*trees: Tree) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for tree in trees:
        for leaf, amount in tree.items():
            found[leaf] = found.get(leaf, Decimal(0)) + amount
    return found


def draw_functions(choose: random.Random, scale: int = 1) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """基本支出 and 项目支出 by 项; `scale` 10000 for 元."""
    every = leaves(FUNCTIONS)
    basic = {leaf: cents(choose, 500 * scale, 60_000 * scale) for leaf in every if leaf not in OF_PROJECTS}
    project = {leaf: cents(choose, 10_000 * scale, 900_000 * scale) for leaf in every if leaf in OF_PROJECTS}
    return basic, project


def draw_economic(choose: random.Random, basic: Decimal, share: str = "0.12") -> dict[str, Decimal]:
    """基本支出 by 款: the share of 商品和服务支出, the rest for people."""
    goods = (basic * Decimal(share)).quantize(Decimal("0.01"))
    of_goods = [code for code in leaves(ECONOMIC) if code.startswith("302")]
    of_people = [code for code in leaves(ECONOMIC) if not code.startswith("302")]
    drawn = dict(zip(of_people, split(choose, basic - goods, len(of_people)), strict=True))
    drawn |= dict(zip(of_goods, split(choose, goods, len(of_goods)), strict=True))
    return {code: drawn[code] for code in leaves(ECONOMIC)}


def draw_projects(choose: random.Random, total: Decimal) -> dict[str, Decimal]:
    names = PROJECTS[: choose.randint(3, len(PROJECTS))]
    return dict(zip(names, split(choose, total, len(names)), strict=True))


def people(economic: Tree) -> Decimal:
    """人员经费."""
    return under(economic, "301") + under(economic, "303")


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def to_wan(yuan: Decimal) -> Decimal:
    return (yuan / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)


def printed(value: Decimal, *, blank: bool = True, commas: bool = True) -> str:
    """An amount with two places; nothing is printed blank where `blank`."""
    if blank and not value:
        return ""
    return f"{value:,.2f}" if commas else f"{value:.2f}"


def markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

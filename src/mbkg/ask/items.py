"""What a question asks the amount of, from its concepts: measures, natures of expenditure, codes and funds, each clause one item.

Within a clause coordinates combine (一般公共预算 + 基本支出 + 办公费); a joining word, 占 or 比 starts another item.
A word that says nothing alone (支出, 预算总额) stands for a whole budget only where its clause holds nothing finer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Select
from mbkg.ask.session import Session
from mbkg.ask.slots import Slots, item_measures
from mbkg.ask.totals import total_of
from mbkg.ask.words import government_codes, measures, words

EXPENDITURE = "measure/expenditure"
_PROCUREMENT = {
    word + tail: f"measure/procurement{kind}"
    for word, kind in (("服务", "Services"), ("货物", "Goods"), ("工程", "Works"))
    for tail in ("", "类")
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing whose figure is asked, with its stretch of the question; `open` where a concept alone cannot settle it."""

    select: Select
    start: int
    end: int
    weak: bool = False
    open: bool = False


def read_items(question: Question, slots: Slots, session: Session) -> list[Item]:
    """The items of a question in order."""
    pieces = [
        (mention, item)
        for mention in question.of("measure", "nature", "code", "codenumber", "fund")
        if (item := _item(mention, slots, session)) is not None
    ]
    clauses: list[list[Item]] = []
    last: Mention | None = None
    for mention, item in pieces:
        apart = last is None or any(
            sign in question.between(last.end, mention.start) for sign in (*words().conjunctions, "占")
        )
        if apart:
            clauses.append([item])
        else:
            clauses[-1].append(item)
        last = mention
    items = [item for clause in clauses for item in _combined(clause, session)]
    strong = [item for item in items if not item.weak]
    together = slots.operators & {"sum", "difference", "times"}
    if strong and "占" not in question.folded and not (together and len(items) > len(strong)):
        items = strong
    elif not strong:
        kinds = {(item.select.measures, item.select.total): item for item in reversed(items)}
        apart = len(kinds) > 1 and (bool(together) or len(clauses) > 1)  # 支出比收入多多少, 收入和支出各多少
        items = [*reversed(kinds.values())] if apart else items[:1] if len(kinds) <= 1 else items[-1:]
    return [one for item in items for one in _of_kind(item, slots)]


def _item(mention: Mention, slots: Slots, session: Session) -> Item | None:
    sense = mention.senses[0] if mention.senses else ""
    made = _measure(mention, sense, slots) if mention.kind == "measure" else None
    if mention.kind == "nature":
        made = Item(
            _carried(mention, session) or Select("fact", measures=(EXPENDITURE,), natures=(sense,)),
            mention.start,
            mention.end,
            weak=sense == "nature/total",
        )
    elif mention.kind == "fund":
        income = "收入" in mention.words or (
            sense.rpartition("/")[2]
            in {
                "operationalIncome",
                "businessIncome",
                "otherIncome",
                "superiorSubsidy",
                "carriedOver",
            }
            and "支出" not in mention.words
        )
        fact = Select(
            "fact", measures=("measure/income" if income else EXPENDITURE,), natures=("nature/total",), funds=(sense,)
        )
        made = Item(_carried(mention, session) or fact, mention.start, mention.end)
    elif mention.kind in ("code", "codenumber"):
        made = Item(_codes(mention, slots), mention.start, mention.end)
    return made


def _carried(mention: Mention, session: Session) -> Select | None:
    """年初 and 年末结转和结余 of final accounts, which reports print as rows of their own name."""
    when = "年初" if "年初" in mention.words else "年末" if "年末" in mention.words else ""
    name = f"{when}结转和结余"
    if "结转和结余" not in mention.words or not any(name == label for label in session.lexicon.labels.values()):
        return None
    return Select("fact", natures=("nature/total",), subjects=(name,))


def _measure(mention: Mention, sense: str, slots: Slots) -> Item | None:
    known = measures()
    if slots.vehicles and sense == "measure/officialVehicles":
        sense = "measure/vehicleCount"
    kinds = [entry for entry in slots.left if entry[2] in _PROCUREMENT]
    if sense == "measure/procurement" and len(kinds) == 1:
        sense = _PROCUREMENT[kinds[0][2]]
        slots.left.remove(kinds[0])
    if sense == "measure/perCapitaCost":
        return Item(
            Select("percapita", populations=slots.populations), mention.start, mention.end, open=not slots.populations
        )
    if sense in known["projects"] and sense != "measure/projectBudget":
        return Item(Select("project"), mention.start, mention.end, open=True)
    if sense in ("measure/projectBudget", "measure/projectCount"):
        return None
    if sense in known["indicators"]:
        return Item(Select("indicator"), mention.start, mention.end, open=True)
    if sense in known["counts"]["measures"]:
        return Item(Select("statement", measures=(sense,)), mention.start, mention.end)
    mapped = known["facts"].get(sense)
    total = total_of(mention, sense)
    if mapped:
        whole = Select(
            "fact",
            measures=tuple(mapped["measures"]),
            natures=tuple(mapped.get("natures", ("nature/total",))),
            total=total,
        )
        return Item(whole, mention.start, mention.end, weak=sense in item_measures())
    return Item(
        Select("fact", measures=(sense,), natures=("nature/total",), total=total),
        mention.start,
        mention.end,
        weak=sense in item_measures(),
    )


def _codes(mention: Mention, slots: Slots) -> Select:
    if mention.kind == "codenumber":
        digits = str(mention.number)
        group = {"2": "function", "5": "economic-government"}.get(digits[0], "economic-department")
        names: tuple[str, ...] = (f"code/{group}/{digits}",)
    else:
        names = mention.senses
    wanted = [kind for kind in ("function", "economic") if kind in slots.codewords]

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(
            name
            for name in names
            if name.split("/")[1] in kinds and (not wanted or any(kind.startswith(wanted[0]) for kind in kinds))
        )

    functions, economics = of("function"), of("economic-department")
    governments = () if functions or economics else of("economic-government")
    return Select("fact", measures=(EXPENDITURE,), functions=functions, economics=economics, governments=governments)


def _combined(clause: Iterable[Item], session: Session) -> list[Item]:
    items: list[Item] = []
    for item in clause:
        if items and (joined := _joined(items[-1], item)) is not None:
            items[-1] = joined
        else:
            items.append(item)
    strong = [item for item in items if not item.weak]
    return strong or items


def _joined(one: Item, other: Item) -> Item | None:
    """Both as one item where they fix different coordinates; None where they say two things."""
    a, b = one.select, other.select
    if {a.of, b.of} == {"statement", "fact"}:  # 公务接待 + 批次: what is counted names the rest
        return one if a.of == "statement" else other
    if "fact" not in (a.of, b.of) or a.of != b.of:
        return None
    if one.weak or other.weak:
        weak, strong = (a, b) if one.weak else (b, a)
        measure = (
            weak.measures
            if strong.measures == (EXPENDITURE,) and weak.measures == ("measure/income",)
            else strong.measures
        )
        both = replace(strong, measures=measure, total=strong.total or weak.total)
        return replace(one, select=both, end=other.end, weak=one.weak and other.weak)
    if _coded(a) and _coded(b):  # 301工资福利支出: the number and the name of one code
        shared: dict[str, Any] = {
            name: tuple(code for code in getattr(a, name) if code in getattr(b, name))
            for name in ("functions", "economics", "governments")
        }
        if any(shared.values()):
            return Item(replace(a, **shared), one.start, other.end)
    if (_finer(a.natures) and _finer(b.natures)) or (_coded(a) and _coded(b)) or (a.funds and b.funds):
        return None
    special = [select.measures for select in (a, b) if select.measures not in ((EXPENDITURE,), ("measure/income",))]
    if len(special) == 2 or (("measure/threePublic",) in special and (_coded(a) or _coded(b))):
        return None  # 三公经费里会议费: no table divides the 三公经费 by codes
    select = replace(
        a,
        measures=special[0]
        if special
        else (("measure/income",) if ("measure/income",) in (a.measures, b.measures) else (EXPENDITURE,)),
        natures=a.natures
        if _finer(a.natures)
        else b.natures
        if _finer(b.natures)
        else ()
        if _coded(a) or _coded(b)
        else a.natures,
        funds=a.funds or b.funds,
        functions=a.functions or b.functions,
        economics=a.economics or b.economics,
        governments=a.governments or b.governments,
        total=a.total or b.total,
    )
    return Item(select, one.start, other.end, weak=False)


def _finer(natures: tuple[str, ...]) -> bool:
    return bool(natures) and natures != ("nature/total",)


def _coded(select: Select) -> bool:
    return bool(select.functions or select.economics or select.governments)


def _of_kind(item: Item, slots: Slots) -> list[Item]:
    """机关 or 事业 beside an economic code picks the government codes of that kind of body; both, said apart, are two things."""
    kinds = [kind for kind in slots.governments if government_codes(kind)]
    if not item.select.economics or not kinds:
        return [item]
    own = [replace(item.select, functions=(), governments=government_codes(kind)) for kind in kinds]
    if len(kinds) == 1 or slots.operators & {"sum", "average"}:
        return [
            replace(item, select=replace(own[0], governments=tuple(code for one in own for code in one.governments)))
        ]
    return [replace(item, select=one) for one in own]

"""Which figures a question asks for: one selection for each thing that it names several of."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from mbkg.ask.items import EXPENDITURE, Item, read_items
from mbkg.ask.linking import Linked, is_summed_up, phrases, resolve
from mbkg.ask.mentions import Question
from mbkg.ask.parthood import within
from mbkg.ask.parts import breakdown, listed_parts, paired
from mbkg.ask.perhaps import not_understood
from mbkg.ask.plan import Condition, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import CHANGE, SUPERLATIVE, WHICH_BODY, Slots, item_measures
from mbkg.ask.totals import on_one_side
from mbkg.ask.words import measures

_WITHIN = ("里", "中", "内")
_OF_MONEY = re.compile("[钱元万]|预算|支出|金额|资金|经费")
_DOES = re.compile(
    "由(?:谁|哪[家个]?(?:单位|部门)?)(?:来|负责)?(?:实施|承担|负责|执行|做)|实施单位|谁(?:来|负责)?(?:实施|承担)"
)


def selects_of(question: Question, slots: Slots, session: Session) -> tuple[tuple[Select, ...], bool]:
    """The figures asked for, one selection for each thing the question names several of; and whether one is several projects."""
    base = Select("fact", bodies=slots.bodies, years=slots.years, phases=slots.phases, conditions=slots.conditions)
    if slots.projects:
        return _of_projects(question, slots, session, base), len(slots.projects) > 1
    items = within(read_items(question, slots, session), question, slots, session)
    _said_twice(question, slots, session, items)
    if (parts := breakdown(question, slots, items, base)) is not None:
        return (parts,), False
    if not slots.conditions and (one := _two_sides(question, slots, session, base)):
        return one, False
    percapita = [item for item in items if item.select.of == "percapita" and item.select.populations]
    if percapita and "month" not in slots.over:
        named = question.of("code", "nature", "fund")  # 残疾军人医疗费的人均标准: a word of the figure's own name
        spans = sorted([*((start, end) for start, end, _ in slots.left), *((m.start, m.end) for m in named)])
        said = "、".join(question.folded[start:end] for start, end in spans)
        return _vary([merged(base, replace(percapita[0].select, words=said))], slots, question), False
    if "month" in slots.over and (monthly := _monthly(question, slots, session, base)) is not None:
        return (monthly,), False
    settled = not slots.left and not slots.populations and not question.of("project")
    broken = bool(slots.over & {"function", "economic"}) and all(item.weak for item in items)
    broken = broken or _of_each_project(items, question, slots)
    if _DOES.search(question.folded):
        slots.left = [
            entry for entry in slots.left if entry[2].strip("由来") not in ("实施", "承担", "实施单位", "负责实施")
        ]
        slots.over |= {"project"}
    if items and settled and not broken and not any(item.open for item in items):
        if (own := paired(items, question, slots, base)) is not None:
            return own, False
        if (listed := listed_parts(items, question, slots)) is not None:
            return tuple(merged(base, select) for select in listed), False
        _refuse_nested_parts(items, question)
        chosen = [merged(base, item.select) for item in _part_first(_on_projects(items, question, slots), question)]
        if "占" in question.folded and len(chosen) == 1:
            chosen.append(merged(base, Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))))
        if "占" in question.folded:
            chosen = [*(on_one_side(part, chosen[-1]) for part in chosen[:-1]), chosen[-1]]
        return _vary(chosen, slots, question), False
    if (
        settled
        and (not items or broken or all(item.open for item in items))
        and (whole := _whole(question, slots, base))
    ):
        return _vary(whole, slots, question), False
    return _linked(question, slots, session, base, items)


def _said_twice(question: Question, slots: Slots, session: Session, items: list[Item]) -> None:
    """给退休人员的退休费: the people whom the name of a code says are said twice, and restrict nothing."""
    names = {mention.words for mention in question.of("code")}
    if len(items) != 1 or not names or "measure/perCapitaCost" in {s for m in question.of("measure") for s in m.senses}:
        return
    people = question.of("population")
    held = [mention for mention in people if any(name.startswith(mention.words.rstrip("人员")) for name in names)]
    if people and len(held) == len(people):
        slots.populations = ()


_MANY = frozenset({"list", "count", "group", "which", "average"}) | SUPERLATIVE


def _of_each_project(items: list[Item], question: Question, slots: Slots) -> bool:
    """Whether 支出 is that of single projects: 各项目支出分别多少, 花钱最多的项目."""
    if "project" not in slots.over or not items or not all(item.weak and item.select.of == "fact" for item in items):
        return False
    spent = all(item.select.measures == (EXPENDITURE,) and not item.select.funds for item in items)
    many = bool(slots.operators & _MANY or slots.conditions or slots.top or slots.nth)
    return spent and many and "占" not in question.folded


def _on_projects(items: list[Item], question: Question, slots: Slots) -> list[Item]:
    """项目的支出, 花在项目上的钱: what is spent on projects as a whole, not the whole expenditure."""
    bare = any(mention.words == "项目" for mention in question.of("ask"))
    if not bare or slots.operators & _MANY or slots.conditions or slots.top or slots.nth or "占" in question.folded:
        return items
    spent = Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))
    return [
        replace(item, select=replace(spent, natures=("nature/project",)))
        if item.weak and replace(item.select, total="") == spent
        else item
        for item in items
    ]


def _monthly(question: Question, slots: Slots, session: Session, base: Select) -> Select | None:
    """An indicator for each month (月均邮电费), which no table of a year prints."""
    found = phrases(question, slots, split=False)
    linked = resolve(question, slots, session, found[0]) if found else None
    return _named(linked, base, question, slots) if linked is not None and linked.kind == "indicator" else None


def _of_projects(question: Question, slots: Slots, session: Session, base: Select) -> tuple[Select, ...]:
    """What is asked of projects that another part of the question picks: an attribute, a standard per head, an indicator."""
    asked = [sense for mention in question.of("measure") for sense in mention.senses]
    attribute = next(
        (measures()["projects"][name]["attribute"] for name in asked if name in measures()["projects"]), ""
    )
    about = replace(base, projects=slots.projects, words=question.text)
    if "measure/perCapitaCost" in asked and not attribute:
        return (replace(about, of="percapita", words=""),)
    found = [] if attribute else phrases(question, slots, split=False)
    if not attribute and found and (linked := resolve(question, slots, session, found[0])) is not None:
        return (_named(linked, base, question, slots),)
    if found and slots.left:
        raise not_understood(question, slots, session)
    if attribute or slots.phases or set(asked) & item_measures():
        return (replace(about, of="project", attribute=attribute or "budget"),)
    raise not_understood(question, slots, session)


def _two_sides(question: Question, slots: Slots, session: Session, base: Select) -> tuple[Select, ...]:
    """The two sides of a difference that concepts alone do not tell apart: two groups' standards, or a target and what was achieved."""
    if "difference" not in slots.operators and not re.search("比.+[多少高低大小贵]", question.folded):
        return ()
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    if "measure/perCapitaCost" in asked and len(slots.populations) == 2:
        return tuple(replace(base, of="percapita", populations=(group,)) for group in slots.populations)
    if {"measure/indicatorTarget", "measure/indicatorActual"} <= asked:
        found = phrases(question, slots, split=False)
        linked = resolve(question, slots, session, found[0]) if found else None
        if linked is not None and linked.kind == "indicator" and len(linked.nodes) == 1:
            named = _named(linked, base, question, slots)
            return (replace(named, attribute="target"), replace(named, attribute="actual"))
    return ()


def _refuse_nested_parts(items: list[Item], question: Question) -> None:
    """三公经费中公车占总支出: of three and more, those before 占 must stand side by side to be taken together.

    Raises:
        Refused: one of them is in another.
    """
    at = question.folded.find("占")
    before = [item for item in items if item.end <= at]
    for one, other in pairwise(before if len(items) > 2 else ()):
        between = question.between(one.end, other.start)
        if re.search("里|中|内|的", between) or len(items) - len(before) != 1:
            raise Refused("ambiguous", "ambiguous", "请说明是哪一项占哪一项，例如“公务接待费占三公经费的比例”。")


def _part_first(items: list[Item], question: Question) -> list[Item]:
    """The items of a share, the part before its whole: 三公经费里公车占多少 names the whole first.

    Raises:
        Refused: both stand before 占 and nothing says which is the whole.
    """
    at = question.folded.find("占")
    if len(items) == 2 and 0 <= at < items[0].start:
        return items[::-1]
    if len(items) != 2 or at < items[1].end:
        return items
    between = question.between(items[0].end, items[1].start)
    if any(sign in between for sign in _WITHIN):
        return items[::-1]
    raise Refused("ambiguous", "ambiguous", "请说明是哪一项占哪一项，例如“公务接待费占三公经费的比例”。")


def _whole(question: Question, slots: Slots, base: Select) -> list[Select]:
    """A question without an item of its own: about projects in general, a breakdown, or a whole budget."""
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    attribute = next(
        (measures()["projects"][name]["attribute"] for name in sorted(asked & set(measures()["projects"]))), ""
    )
    if (
        not attribute.replace("budget", "")
        and "measure/indicatorScore" in asked
        and ("project" in slots.over or slots.categories)
    ):
        attribute = "selfScore"
    which = "body" in slots.over or any(mention.words in WHICH_BODY for mention in question.of("operator"))
    if slots.over & {"function", "economic"}:
        return [
            replace(base, measures=(EXPENDITURE,), breakdown="economic" if "economic" in slots.over else "function")
        ]
    if "project" in slots.over and any(sign in question.folded for sign in ("执行", "花")) and "undone" in slots.over:
        return [replace(base, of="project", attribute="executed", conditions=(Condition("=", Decimal(0), "万元"),))]
    many = "count" in slots.operators or not _OF_MONEY.search(question.folded)
    if which and "project" in slots.over and slots.operators & SUPERLATIVE and not attribute.replace("budget", ""):
        slots.over |= {"body"}
        slots.over -= {"project"}
        numbered = many and any(word in question.folded for word in ("多", "少"))
        if not numbered and not slots.categories:
            return [replace(base, measures=(EXPENDITURE,), natures=("nature/project",))]
        return [replace(base, of="project", attribute="number" if numbered else "budget", categories=slots.categories)]
    each = which and bool(re.search("各有?(?:多少|几)个?项目|各有?(?:多少|几)个|分别有?(?:多少|几)个", question.folded))
    if each and "project" in slots.over and not attribute.replace("budget", "") and not slots.conditions:
        slots.over -= {"project"}
        return [replace(base, of="project", attribute="number", categories=slots.categories)]
    units = {limit.unit for limit in slots.conditions}
    if "project" in slots.over and units == {"分"} and not attribute.replace("budget", ""):
        attribute = "selfScore"
    several = attribute == "budget" and (
        slots.operators & {"group", "list"} or re.search("各个?项目|每个项目|所有项目|全部项目", question.folded)
    )
    if several:
        slots.over |= {"project"}
    if asked & set(measures()["indicators"]) and not attribute:
        return []
    if attribute == "executionRate" and "sum" in slots.operators and not slots.conditions:
        about = replace(base, of="project", categories=slots.categories, phases=())
        return [replace(about, attribute="executed"), replace(about, attribute="fullYearBudget")]
    if "project" in slots.over or slots.categories or slots.grades:
        attribute = attribute or ("selfGrade" if slots.grades else "budget")
        return [
            replace(
                base,
                of="project",
                attribute=attribute,
                categories=slots.categories,
                grades=slots.grades,
                excluded=slots.excluded,
            )
        ]
    if which and attribute == "budget" and "project" not in slots.over and slots.operators & SUPERLATIVE:
        slots.over |= {"body"}
        return [replace(base, measures=(EXPENDITURE,), natures=("nature/project",))]
    if attribute and (slots.operators & SUPERLATIVE or slots.top or slots.nth):
        return [replace(base, of="project", attribute=attribute)]
    if attribute == "executed" and slots.bodies and "project" not in slots.over:
        return [replace(base, measures=(EXPENDITURE,), natures=("nature/total",), phases=("phase/finalAccount",))]
    if attribute not in ("", "budget"):
        raise Refused("ambiguous", "ambiguous", "请说明是哪个项目：自评得分、执行率、执行数按项目公布。")
    if asked & set(measures()["indicators"]):
        return []
    if slots.phases or asked & item_measures():
        ours = [mention for mention in question.of("measure") if "measure/projectBudget" in mention.senses]
        nature = "nature/project" if any("项目" in mention.words for mention in ours) else "nature/total"
        return [replace(base, measures=(EXPENDITURE,), natures=(nature,))]
    return []


def _linked(
    question: Question, slots: Slots, session: Session, base: Select, items: list[Item]
) -> tuple[tuple[Select, ...], bool]:
    """Projects or indicators for the words that concepts leave over; a share's whole may still be a concept."""
    cut = question.folded.find("占")
    if cut > 0:
        part = phrases(question, slots, split=False, within=(0, cut))
        parts = [resolve(question, slots, session, phrase) for phrase in part]
        whole = [item.select for item in items if item.start >= cut] or [
            Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))
        ]
        left = any(start > cut for start, _, _ in slots.left)
        if parts and parts[0] is not None and not left:
            return (_named(parts[0], base, question, slots), merged(base, whole[0])), False
        raise not_understood(question, slots, session)
    parts_ = phrases(question, slots, split=True)
    if len(parts_) > 1 and slots.operators & {"sum", "difference"}:
        sides = [resolve(question, slots, session, phrase) for phrase in parts_]
        known = [side for side in sides if side is not None]
        if len(sides) > 2 and is_summed_up(
            parts_[-1], known
        ):  # 离休干部、老工人看病，这两笔医疗费: the last words name both again
            again = "".join(parts_[-1])
            sides = [replace(side, phrase=side.phrase + again) if side is not None else None for side in sides[:-1]]
            known = [side for side in sides if side is not None]
        if (
            len(known) == len(sides)
            and len({side.kind for side in known}) == 1
            and len({side.nodes for side in known}) == len(sides)
        ):
            return tuple(_named(side, base, question, slots) for side in known), False
    whole_phrase = phrases(question, slots, split=False)
    linked = resolve(question, slots, session, whole_phrase[0]) if whole_phrase else None
    if linked is not None:
        select = _named(linked, base, question, slots)
        return _vary([select], slots, question), len(linked.nodes) > 1
    if len(parts_) > 1:
        found = [resolve(question, slots, session, phrase) for phrase in parts_]
        if all(entry is not None for entry in found):
            return tuple(_named(entry, base, question, slots) for entry in found if entry is not None), False
    raise not_understood(question, slots, session)


def _named(linked: Linked, base: Select, question: Question, slots: Slots) -> Select:
    asked = [sense for mention in question.of("measure") for sense in mention.senses]
    if linked.kind == "project" and "measure/perCapitaCost" in asked and not slots.money:
        return replace(base, of="percapita", projects=linked.nodes, conditions=())
    if linked.kind == "project":
        attribute = next(
            (measures()["projects"][name]["attribute"] for name in asked if name in measures()["projects"]), "budget"
        )
        if "measure/indicatorScore" in asked and attribute == "budget":
            if "sum" in slots.operators:  # 各项得分相加: the points of its indicators
                scored = replace(base, of="indicator", projects=linked.nodes, attribute="score", words=linked.phrase)
                return replace(scored, phases=(), conditions=())
            attribute = "selfScore"
        if _DOES.search(question.folded):
            attribute = "implementing"
        if "superior" in slots.structure:
            attribute = "department"
        return replace(
            base, of="project", projects=linked.nodes, attribute=attribute, words=linked.phrase, conditions=()
        )
    side = next(
        (
            measures()["indicators"][name]
            for name in asked
            if measures()["indicators"].get(name) not in (None, "target")
        ),
        "target",
    )
    if (side == "target" and set(slots.phases) & {"phase/finalAccount", "phase/executed"}) or "实际" in question.folded:
        side = "actual"
    return replace(
        base, of="indicator", indicators=linked.nodes, attribute=side, words=linked.phrase, phases=(), conditions=()
    )


def merged(base: Select, item: Select) -> Select:
    """What `item` names, of the bodies, years, phases and under the conditions of `base`."""
    return replace(item, bodies=base.bodies, years=base.years, phases=base.phases, conditions=base.conditions)


def _crossed(select: Select, slots: Slots, question: Question) -> list[Select]:
    """烟台2024年比海东2025年: two bodies of two years set against each other, each with its own year.

    Raises:
        Refused: it is not said which year goes with which body.
    """
    against = slots.operators & ({"difference", "times", "versus"} | CHANGE)
    if len(select.bodies) != 2 or len(select.years) != 2 or not against:
        return []
    named = question.of("body", "region", "year", "relative")
    kinds = ["year" if mention.kind in ("year", "relative") else "body" for mention in named]
    if kinds not in (["body", "year"] * 2, ["year", "body"] * 2):
        raise Refused("ambiguous", "ambiguous", "两家单位、两个年度，请说明哪家配哪一年。")
    pairs = zip(select.bodies, select.years, strict=True)
    return [replace(select, bodies=(body,), years=(year,)) for body, year in pairs]


def _vary(selects: list[Select], slots: Slots, question: Question) -> tuple[Select, ...]:
    """One selection for each body, year or phase where the question names several and compares, adds or lists them."""
    if slots.operators & SUPERLATIVE or slots.nth or slots.top or len(selects) > 1:
        return tuple(selects)
    varied: list[Select] = []
    for select in selects:
        if crossed := _crossed(select, slots, question):
            varied += crossed
        elif len(select.bodies) > 1 and not slots.conditions:
            varied += [replace(select, bodies=(body,)) for body in select.bodies]
        elif len(select.years) > 1:
            varied += [replace(select, years=(year,)) for year in select.years]
        elif len(select.phases) > 1:
            varied += [replace(select, phases=(phase,)) for phase in select.phases]
        else:
            varied.append(select)
    return tuple(varied)

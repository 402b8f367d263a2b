"""Which figures a question asks for: one selection for each thing that it names several of."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.items import EXPENDITURE, Item, read_items
from mbkg.ask.linking import Linked, phrases, resolve
from mbkg.ask.mentions import Question
from mbkg.ask.parts import breakdown, paired
from mbkg.ask.perhaps import not_understood
from mbkg.ask.plan import Condition, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import SUPERLATIVE, WHICH_BODY, Slots, item_measures
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
        return _of_projects(question, slots, session, base), False
    items = read_items(question, slots, session)
    if (parts := breakdown(question, slots, items, base)) is not None:
        return (parts,), False
    if not slots.conditions and (one := _two_sides(question, slots, session, base)):
        return one, False
    percapita = [item for item in items if item.select.of == "percapita" and item.select.populations]
    if percapita and "month" not in slots.over:
        said = "、".join(text for _, _, text in slots.left)
        return _vary([merged(base, replace(percapita[0].select, words=said))], slots, question), False
    settled = not slots.left and not slots.populations and not question.of("project")
    broken = bool(slots.over & {"function", "economic"}) and all(item.weak for item in items)
    if _DOES.search(question.folded):
        slots.left = [
            entry for entry in slots.left if entry[2].strip("由来") not in ("实施", "承担", "实施单位", "负责实施")
        ]
        slots.over |= {"project"}
    if items and settled and not broken and not any(item.open for item in items):
        if (own := paired(items, question, slots, base)) is not None:
            return own, False
        chosen = [merged(base, item.select) for item in _part_first(items, question)]
        if "占" in question.folded and len(chosen) == 1:
            chosen.append(merged(base, Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))))
        return _vary(chosen, slots, question), False
    if (
        settled
        and (not items or broken or all(item.open for item in items))
        and (whole := _whole(question, slots, base))
    ):
        return _vary(whole, slots, question), False
    return _linked(question, slots, session, base, items)


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
    if "difference" not in slots.operators:
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
    if attribute and slots.operators & SUPERLATIVE:
        return [replace(base, of="project", attribute=attribute)]
    if attribute == "executed" and slots.bodies and "project" not in slots.over:
        return [replace(base, measures=(EXPENDITURE,), natures=("nature/total",), phases=("phase/finalAccount",))]
    if attribute not in ("", "budget"):
        raise Refused("ambiguous", "ambiguous", "请说明是哪个项目：自评得分、执行率、执行数按项目公布。")
    if asked & set(measures()["indicators"]):
        return []
    if slots.phases or asked & item_measures():
        return [replace(base, measures=(EXPENDITURE,), natures=("nature/total",))]
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
        if _DOES.search(question.folded):
            attribute = "implementing"
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


def _vary(selects: list[Select], slots: Slots, question: Question) -> tuple[Select, ...]:
    """One selection for each body, year or phase where the question names several and compares, adds or lists them."""
    if slots.operators & SUPERLATIVE or slots.nth or slots.top or len(selects) > 1:
        return tuple(selects)
    varied: list[Select] = []
    for select in selects:
        if len(select.bodies) > 1 and not slots.conditions:
            varied += [replace(select, bodies=(body,)) for body in select.bodies]
        elif len(select.years) > 1:
            varied += [replace(select, years=(year,)) for year in select.years]
        elif len(select.phases) > 1:
            varied += [replace(select, phases=(phase,)) for phase in select.phases]
        else:
            varied.append(select)
    return tuple(varied)

"""From mentions to a plan: what is asked, of which figures, and what is done with them.

Every mention must find its place in the plan and every word left over must be carried by a name that the plan holds; otherwise the question
is refused with the word that was not understood. Nothing here knows a question: the parts combine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn

from mbkg.ask.fetching import fetch
from mbkg.ask.items import EXPENDITURE, Item, read_items
from mbkg.ask.lexicon import kind_of
from mbkg.ask.linking import Linked, phrases, resolve, topics, unexplained
from mbkg.ask.mentions import Question
from mbkg.ask.parts import breakdown, paired
from mbkg.ask.plan import Ask, Condition, Operation, Plan, Select
from mbkg.ask.session import Refused, Session, holdings
from mbkg.ask.slots import CHANGE, SUPERLATIVE, WHICH_BODY, Given, Slots, item_measures, read_slots, unknown_place
from mbkg.ask.special import checking, definition, reporting, structure
from mbkg.ask.words import measures, words

_UNHEARD = frozenset(f"operator/{name}" for name in ("except", "between", "before", "after", "check", "trend"))
_WITHIN = ("里", "中", "内")
_OF_MONEY = re.compile("[钱元万]|预算|支出|金额|资金|经费")
_SPENT = re.compile("花了|花掉|花得|用掉|实际")


def understand(question: Question, session: Session, given: Given | None = None) -> Plan:
    """The plan of a question that is no question about another; `given` is what other parts of the question settle.

    Raises:
        Refused: something in the question is not understood, or is not in the graph.
    """
    slots = read_slots(question, session, given)
    if slots.each:
        kept = tuple(mention for mention in question.mentions if mention.words != slots.each)
        question = replace(question, mentions=kept)
    session.spent = bool(_SPENT.search(question.folded))
    special = (
        structure(question, slots, session)
        or definition(question, slots, session)
        or checking(question, slots, session)
        or reporting(question, slots)
    )
    if special is not None:
        return special
    selects, joined = _selects(question, slots, session)
    if slots.exists == "some" and selects[0].of == "project" and selects[0].projects and "project" in slots.over:
        session.note("按项目名称查找，名称里没有这些字的项目不计")
        return Plan("count" if "count" in slots.operators else "list", selects, group="body", unit=slots.unit)
    ask = _ask(question, slots, selects)
    years = sorted({year for select in selects for year in select.years})
    if len(selects) == 2 and len(years) == 2 and slots.operators & CHANGE and "占" not in question.folded:
        later = next(select for select in selects if select.years == (years[1],))
        if (
            (ask == "ratio" or slots.unit == "%")
            and years[1] - years[0] == 1
            and replace(later, years=())
            == replace(next(select for select in selects if select.years == (years[0],)), years=())
        ):
            ask, selects = "change", (later,)
    _refuse_nested(question, slots, selects, ask)
    if unheard := [
        mention.words
        for mention in question.of("operator")
        if _UNHEARD - {f"operator/{name}" for name in slots.heard} & {*mention.senses}
    ]:
        _refuse_unheard(unheard)
    plan = _plan(question, slots, ask, selects, joined, session)
    if plan.ask == "reason" and slots.loose and not plan.about:
        plan = replace(plan, about="、".join(slots.loose))  # 下降18.41%的原因: the change that was meant
    _complete(plan, question, slots, session)
    _whose(plan, slots, session)
    return replace(plan, unit=slots.unit, counted=slots.counted if plan.operation in ("sum", "average") else 0)


def _whose(plan: Plan, slots: Slots, session: Session) -> None:
    """Whose figure is meant must be said where several bodies have one and none is named.

    Raises:
        Refused: the figure of which body is not said.
    """
    open_ = plan.ask in ("amount", "ratio", "change", "reason") and plan.operation not in ("sum", "average")
    if (
        not open_
        or slots.bodies
        or slots.over & {"body"}
        or "group" in slots.operators
        or len(session.lexicon.reporting) < 2
    ):
        return
    if any(select.of not in ("fact", "statement") or select.bodies for select in plan.selects):
        return
    held = dict.fromkeys(record.body for select in plan.selects for record in fetch(select, session))
    if len(held) > 1:
        names = "、".join(session.lexicon.label(body) for body in held)
        raise Refused(
            "ambiguous",
            "ambiguous",
            f"没有说是哪家单位，各家的数不同；公布了这一项的有{names}，请说明是哪一家，或者问“各单位分别是多少”。",
        )


def _refuse_unheard(said: Sequence[str]) -> NoReturn:
    what = "、".join(f"“{word}”" for word in said)
    raise Refused("out_of_scope", "not_in_schema", f"没有听懂{what}限定的是什么，因此不作回答。")


def _complete(plan: Plan, question: Question, slots: Slots, session: Session) -> None:
    """Every constraint that the question states is in the plan; one that is not is a reason to refuse, never to answer without it."""
    held = {
        name: {value for select in plan.selects for value in getattr(select, name)}
        for name in ("bodies", "years", "funds", "populations", "categories", "grades", "excluded")
    }
    if any(select.subjects for select in plan.selects):  # 年初结转和结余 is a row of its own name
        held["funds"] |= {"fund/carriedOver"}
    said: dict[str, tuple[str | int, ...]] = {name: getattr(slots, name) for name in held}
    linked = any(select.words for select in plan.selects)
    for name, wanted in said.items():
        lost = [value for value in wanted if value not in held[name]]
        if name == "years" and plan.ask == "change" and held[name] and lost == [min(map(int, held[name])) - 1]:
            continue
        if lost and not (linked and name in ("funds", "populations")):
            what = "、".join(session.lexicon.label(str(value)) for value in lost)
            raise Refused("out_of_scope", "not_in_schema", f"问题里的“{what}”与所问的数字配不上，因此不作回答。")
    if ("average" in slots.operators and plan.operation != "average") or (
        "times" in slots.operators and plan.operation != "times"
    ):
        raise Refused("out_of_scope", "not_in_schema", "没有听懂要对哪些数求平均或倍数。")
    if slots.loose and not linked and plan.ask != "reason":
        _refuse_unheard(slots.loose)
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    per_head = {"measure/perCapitaCost"} <= asked and not slots.money
    if (
        per_head
        and plan.ask != "definition"
        and not any(select.of in ("percapita", "indicator") for select in plan.selects)
    ):
        raise Refused("out_of_scope", "not_in_schema", "问的是人均数，报告里找到的只是总额，因此不作回答。")
    counted = "count" in slots.operators and plan.ask == "amount" and not plan.operation
    if counted and any(select.of in ("project", "percapita") for select in plan.selects):
        raise Refused("out_of_scope", "not_in_schema", "问的是个数，找到的只是金额，因此不作回答。")
    monthly = all(select.of == "indicator" for select in plan.selects)
    if "month" in slots.over and not monthly:
        raise Refused("no_data", "no_value", "报告按年公布，没有找到按月的这一数字。")
    never = plan.ask == "reason" or any(select.attribute == "executed" and select.conditions for select in plan.selects)
    if "undone" in slots.over and not never:
        why = "“没有做”一类的条件不能判断；可以问哪些项目执行数为0，或某个项目为什么没有执行。"
        raise Refused("out_of_scope", "not_in_schema", why)
    filtered = plan.ask in ("list", "count", "entity") and any(select.conditions for select in plan.selects)
    if slots.exists and not filtered:
        raise Refused("out_of_scope", "not_in_schema", "报告没有逐家说明有没有这一项，不能据此列出单位。")
    if slots.conditions and not filtered and plan.ask not in ("reason", "change"):
        why = "暂不能判断数值条件是否成立；可以问数值是多少，或列出符合条件的项目、单位。"
        raise Refused("out_of_scope", "not_in_schema", why)


def _plan(
    question: Question, slots: Slots, ask: Ask, selects: tuple[Select, ...], joined: bool, session: Session
) -> Plan:
    operators = slots.operators
    rate = ask == "change" and any(word in question.folded for word in words().rate_words)
    order = "min" if operators & {"min", "bottom", "ascending"} or slots.nth < 0 or "倒数" in question.folded else "max"
    group = _group(question, slots, selects)
    if ask == "entity":
        selects, group = _something_to_rank(selects, group, slots, session)
        nth = abs(slots.nth) or 1
        take = slots.top or (
            0
            if operators & {"rank", "descending", "ascending"} and not operators & {"max", "min"} and not slots.nth
            else 1
        )
        return Plan("entity", selects, group=group, order=order, nth=nth, take=take)
    operation = _operation(question, slots, ask, selects, joined)
    if operation == "share" and len(selects) == 1 and selects[0].of in ("fact", "project"):
        selects = (*selects, _merge(selects[0], Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))))
    if ask == "amount" and operation == "difference" and "which" in operators | slots.over:
        return Plan("entity", selects, group=group, order=order, nth=1, take=1)
    if ask in ("list", "count"):
        return Plan(ask, selects, group=group or "project")
    return Plan(ask, selects, operation=operation, group=group if operation == "average" else "", rate=rate)


def _something_to_rank(
    selects: tuple[Select, ...], group: str, slots: Slots, session: Session
) -> tuple[tuple[Select, ...], str]:
    """What a superlative runs over. One unit has no rank among units: its projects are ranked, or its years, or the question is refused."""
    if group != "body" or len(selects) != 1 or len(selects[0].bodies) != 1:
        return selects, group
    select = selects[0]
    if "year" in slots.over or len(select.years) > 1:
        reports = session.lexicon.bodies[select.bodies[0]].years
        years = select.years or tuple(sorted({year - back for year in reports for back in (0, 1)}))
        return (replace(select, years=years),), "year"
    if select.of == "fact" and select.natures == ("nature/project",) and not (select.functions or select.economics):
        kept = Select("project", bodies=select.bodies, years=select.years, phases=select.phases)
        return (replace(kept, attribute="budget", conditions=select.conditions),), "project"
    whose = session.lexicon.label(select.bodies[0])
    why = f"问题只涉及{whose}一家，没有可以分出高低的对象。可以问它的哪个项目、哪一类支出最高，或者不限单位再问。"
    raise Refused("ambiguous", "ambiguous", why)


def _refuse_nested(question: Question, slots: Slots, selects: tuple[Select, ...], ask: Ask) -> None:
    """A question inside a question (三公经费最高的那家单位，机关运行经费是多少) must not be answered as a ranking of both."""
    named = [
        mention
        for mention in question.of("measure", "nature", "code", "codenumber")
        if not set(mention.senses) & item_measures()
    ]
    if ask != "entity" or len(selects) < 2 or len(named) < 2:
        return
    between = question.between(named[0].end, named[-1].start)
    if not any(sign in between for sign in words().conjunctions if sign not in "，,；"):
        raise Refused("ambiguous", "not_in_schema", "这是两步的问题：请先问哪个单位最高或最低，再按单位名称问另一项。")


def _ask(question: Question, slots: Slots, selects: tuple[Select, ...]) -> Ask:
    operators = slots.operators
    if "why" in operators:
        return "reason"
    if _as_limit(question, slots, selects):
        return "amount"
    if operators & SUPERLATIVE or slots.nth or slots.top:
        return "entity"
    two = len(selects) > 1
    if operators & CHANGE and not two:
        return "change"
    if two and {select.attribute for select in selects} == {"executed", "fullYearBudget"} and "sum" in operators:
        return "ratio"
    if operators & {"share", "times"} or (question.folded.count("占") and two):
        return "ratio"
    if two and "body" in slots.over and not operators & {"sum", "difference"}:
        return "entity"
    if two and any(sign in question.folded for sign in ("谁", "哪个", "哪家", "哪一家", "哪一个")):
        return "entity"
    if selects[0].of == "project" and not selects[0].projects and not operators & {"average", "sum"}:
        return "count" if "count" in operators else "list"
    if selects[0].of == "project" and not selects[0].projects and "count" in operators:
        return "count"
    if selects[0].breakdown and not two:
        return "count" if "count" in operators else "list"
    single = not two and not operators & {"average", "sum", "times"}
    if "body" in slots.over and single and selects[0].of in ("fact", "percapita", "statement"):
        return "count" if "count" in operators else "list"
    return "amount"


def _as_limit(question: Question, slots: Slots, selects: tuple[Select, ...]) -> bool:
    """Whether 最多 or 最少 asks for a limit (人均最多给多少), not for the first of several."""
    said = {
        mention.words for mention in question.of("operator") if {"operator/max", "operator/min"} & {*mention.senses}
    }
    one = len(selects) == 1 and len(selects[0].bodies) == 1 and selects[0].of in ("percapita", "indicator")
    asked = bool(said) and said <= {"最多", "最少", "最高", "最低"} and "amount" in slots.operators
    return one and asked and not slots.over & {"body", "project", "function", "economic", "year"} and not slots.top


def _operation(question: Question, slots: Slots, ask: Ask, selects: tuple[Select, ...], joined: bool) -> Operation:
    operators = slots.operators
    if ask == "ratio":
        return "times" if "times" in operators else "share"
    if "average" in operators and ask == "amount":
        return "average"
    if len(selects) > 1 and operators & ({"difference"} | CHANGE):
        return "difference"
    if (
        len(selects) == 2
        and ask == "amount"
        and re.search("比.+[多少高低大小]", question.folded)
        and "比例" not in question.folded
    ):
        return "difference"
    units = bool(re.search("家(?:预算|报告|公布的?)?单位", question.folded)) or any(
        mention.words in ("家单位", "个单位", "各单位", "单位里") for mention in question.of("ask")
    )
    each = ("group" in operators or units) and not any(
        word in question.folded for word in ("分别", "各是", "各多少", "各有")
    )
    if "sum" in operators and each and ask == "amount" and selects[0].of in ("fact", "statement"):
        return "sum"
    if (len(selects) > 1 or joined or (selects[0].of == "project" and not selects[0].projects)) and "sum" in operators:
        return "sum"
    return ""


def _group(question: Question, slots: Slots, selects: tuple[Select, ...]) -> str:
    over = slots.over
    first = selects[0]
    if first.of == "project" and not first.projects:
        return "body" if "body" in over and "project" not in over else "project"
    if first.breakdown:
        return first.breakdown
    if first.of == "indicator" and "body" not in over:
        return "indicator"
    if first.of == "project" and "body" not in over and len({select.projects for select in selects}) == 1:
        return "project"
    if len(selects) > 1 and len({select.bodies for select in selects}) == 1:
        return "item"
    return "body"


def _selects(question: Question, slots: Slots, session: Session) -> tuple[tuple[Select, ...], bool]:
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
        return _vary([_merge(base, replace(percapita[0].select, words=said))], slots, question), False
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
        chosen = [_merge(base, item.select) for item in _part_first(items, question)]
        if "占" in question.folded and len(chosen) == 1:
            chosen.append(_merge(base, Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))))
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
        raise _not_understood(question, slots, session)
    if attribute or slots.phases or set(asked) & item_measures():
        return (replace(about, of="project", attribute=attribute or "budget"),)
    raise _not_understood(question, slots, session)


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
            return (_named(parts[0], base, question, slots), _merge(base, whole[0])), False
        raise _not_understood(question, slots, session)
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
    raise _not_understood(question, slots, session)


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


def _merge(base: Select, item: Select) -> Select:
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


def _not_understood(question: Question, slots: Slots, session: Session) -> Refused:
    place = unknown_place(slots, session)
    if place:
        return Refused(
            "no_data", "not_in_schema", f"图中没有{place}的预算或决算报告。图中有：{holdings(session.lexicon)}。"
        )
    whose = "、".join(session.lexicon.label(body) for body in slots.bodies) or "图中各单位"
    if slots.left:
        what = unexplained(slots)
    else:
        what = "、".join(f"“{mention.words}”" for mention in question.of("population", "measure", "code", "project"))
    if not what:
        return Refused(
            "out_of_scope",
            "not_in_schema",
            f"没有听懂要问哪一项数字。可以问预算、决算、三公经费、项目、绩效指标等。图中有：{holdings(session.lexicon)}。",
        )
    return Refused(
        "no_data",
        "not_in_schema",
        f"{whose}的报告里没有找到与{what}对应的科目、项目或指标，因此不作回答。"
        f"{_perhaps(question, slots, session)}图中有：{holdings(session.lexicon)}。",
    )


_DOES = re.compile(
    "由(?:谁|哪[家个]?(?:单位|部门)?)(?:来|负责)?(?:实施|承担|负责|执行|做)|实施单位|谁(?:来|负责)?(?:实施|承担)"
)


def _perhaps(question: Question, slots: Slots, session: Session) -> str:
    """What the words not understood may have meant: a place one letter away, or the nearest project."""
    places = {
        word: session.lexicon.label(sense) if sense.startswith("http") else session.lexicon.regions.get(sense, word)
        for word, senses in session.lexicon.senses.items()
        for sense in senses
        if 1 < len(word) < 5 and kind_of(sense) in ("body", "region")
    }
    for _, _, said in slots.left:
        for word in sorted(places, key=lambda word: (-len(word), word)):
            start = said[: len(word)]
            if len(start) == len(word) and sum(a != b for a, b in zip(start, word, strict=True)) == 1:
                return f"“{start}”是不是“{word}”？"
    segments = next(iter(phrases(question, slots, split=False)), ())
    short = 0 < sum(map(len, segments)) <= 90
    near = session.linker.rank(segments, topics(slots, session, "project")) if short else []
    if near and near[0].covered >= 0.34 and len(near[0].topic.name) > 2:
        return f"最接近的项目是{session.lexicon.label(near[0].topic.body)}的“{near[0].topic.name}”。"
    return ""

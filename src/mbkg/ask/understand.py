"""From mentions to a plan: what is asked, of which figures, and what is done with them.

Every mention must find its place in the plan and every word left over must be carried by a name that the plan holds; otherwise the question
is refused with the word that was not understood. Nothing here knows a question: the parts combine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from mbkg.ask.fetching import fetch
from mbkg.ask.heard import unheard
from mbkg.ask.items import EXPENDITURE
from mbkg.ask.ledger import unnamed
from mbkg.ask.mentions import Question
from mbkg.ask.movement import movement_of
from mbkg.ask.plan import Ask, Operation, Plan, Select
from mbkg.ask.selects import merged, selects_of
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import CHANGE, SUPERLATIVE, Given, Slots, item_measures, read_slots
from mbkg.ask.special import checking, definition, reporting, structure
from mbkg.ask.voidwords import void_words
from mbkg.ask.words import words

_RATE_OF = re.compile("比.+[多少高低大小贵](?:出|了)?(?:百分之|几个百分点|多少个百分点|几成)")
_RATE = re.compile("百分之[几多]|百分比|几个百分点|多少个百分点|百分点|几成|几个点")
_FROM_BELOW = re.compile(r"倒数|第[一二三四五六七八九十\d]+(?:[少低小]|便宜)")
_UNHEARD = frozenset(f"operator/{name}" for name in ("except", "between", "before", "after", "check", "trend"))


def understand(question: Question, session: Session, given: Given | None = None) -> Plan:
    """The plan of a question that is no question about another; `given` is what other parts of the question settle.

    Raises:
        Refused: something in the question is not understood, or is not in the graph.
    """
    slots = read_slots(question, session, given)
    if slots.each:
        kept = tuple(mention for mention in question.mentions if mention.words != slots.each)
        question = replace(question, mentions=kept)
    session.spent = bool(void_words().spent.search(question.folded))
    special = (
        structure(question, slots, session)
        or definition(question, slots, session)
        or checking(question, slots, session)
        or reporting(question, slots)
    )
    if special is not None:
        return special
    selects, joined = selects_of(question, slots, session)
    if slots.exists == "some" and selects[0].of == "project" and selects[0].projects and "project" in slots.over:
        session.note("按项目名称查找，名称里没有这些字的项目不计")
        return Plan("count" if "count" in slots.operators else "list", selects, group="body", unit=slots.unit)
    ask = _ask(question, slots, selects)
    years = sorted({year for select in selects for year in select.years})
    if len(selects) == 2 and len(years) == 2 and slots.operators & CHANGE and "占" not in question.folded:
        later = next(select for select in selects if select.years == (years[1],))
        if (
            (ask == "ratio" or slots.unit == "%" or "changeRate" in slots.operators)
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
    if missed := unheard(plan, question, slots):
        _refuse_unheard(missed)
    if lost_names := unnamed(plan, question, slots):
        _refuse_unheard(lost_names)
    _refuse_dropped(plan, question)
    if ("average" in slots.operators and plan.operation != "average") or (
        "times" in slots.operators and plan.operation != "times"
    ):
        raise Refused("out_of_scope", "not_in_schema", "没有听懂要对哪些数求平均或倍数。")
    bare = [
        m.words for m in question.of("measure") if m.words == "绩效"
    ]  # 发绩效: no figure of a table is of 绩效 alone
    if bare and plan.ask != "definition" and all(s.of == "fact" and not s.words for s in plan.selects):
        _refuse_unheard(bare)
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
    named = plan.ask in ("reason", "change") and all(limit.operator == "=" for limit in slots.conditions)
    if slots.conditions and not filtered and not named and plan.ask != "reason":
        why = "暂不能判断数值条件是否成立；可以问数值是多少，或列出符合条件的项目、单位。"
        raise Refused("out_of_scope", "not_in_schema", why)


def _refuse_dropped(plan: Plan, question: Question) -> None:
    """Refuse to answer less than was asked: a superlative unranked, a thing asked for and not given, a figure set against itself."""
    superlative = words().superlative.search(question.folded)
    if superlative and plan.ask in ("amount", "ratio", "change", "list", "count"):
        _refuse_unheard([question.folded[superlative.start() : superlative.end() + 2]])
    which = [mention.words for mention in question.of("ask") if mention.words.startswith("哪")]
    if which and plan.ask in ("amount", "ratio", "change"):
        _refuse_unheard(which)
    if plan.operation in ("share", "difference", "times") and len(plan.selects) == 2 and len({*plan.selects}) == 1:
        raise Refused("ambiguous", "not_in_schema", "没有听懂要拿哪两个数相比；请把两个数都说出来。")


def _plan(
    question: Question, slots: Slots, ask: Ask, selects: tuple[Select, ...], joined: bool, session: Session
) -> Plan:
    operators = slots.operators
    rate = ask == "change" and any(word in question.folded for word in words().rate_words)
    last = slots.nth < 0 or _FROM_BELOW.search(question.folded)
    order = "min" if operators & {"min", "bottom", "ascending"} or last else "max"
    group = _group(question, slots, selects)
    if ask == "entity":
        selects, group = _something_to_rank(selects, group, slots, session)
        nth = abs(slots.nth) or 1
        take = slots.top or (
            0
            if operators & {"rank", "descending", "ascending"} and not operators & {"max", "min"} and not slots.nth
            else 1
        )
        about, rate = movement_of(question) or ("", False)
        if about and (group not in ("body", "function", "economic") or any(select.of != "fact" for select in selects)):
            raise Refused(
                "out_of_scope", "not_in_schema", "只有单位或科目的数字有比上年的增减可以排名，项目和指标没有。"
            )
        gap: Operation = "difference" if "difference" in operators and not about else ""
        return Plan(
            "entity", selects, operation=gap, group=group, order=order, nth=nth, take=take, about=about, rate=rate
        )
    operation = _operation(question, slots, ask, selects, joined)
    if operation == "share" and len(selects) == 1 and selects[0].of in ("fact", "project"):
        selects = (*selects, merged(selects[0], Select("fact", measures=(EXPENDITURE,), natures=("nature/total",))))
    if ask == "amount" and operation == "difference" and "which" in operators | slots.over:
        return Plan("entity", selects, group=group, order=order, nth=1, take=1)
    if ask in ("list", "count"):
        return Plan(ask, selects, group=group or "project")
    if operation == "sum":
        selects = tuple(dict.fromkeys(selects))  # 501工资奖金津补贴, number and name, are one thing
    if operation == "difference" and ("changeRate" in operators or _RATE.search(question.folded)):
        rate = True
    each = operation == "share" and "group" in operators and len(selects) > 2
    group = group if operation == "average" else "item" if each else ""
    return Plan(ask, selects, operation=operation, group=group, rate=rate)


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
    if two and "占" not in question.folded and _RATE_OF.search(question.folded):
        return "amount"  # 比海东高百分之几: a difference in per cent
    if operators & {"share", "times"} or (question.folded.count("占") and two):
        return "ratio"
    asked_which = any(sign in question.folded for sign in ("谁", "哪", "孰"))
    if two and "body" in slots.over and not operators & {"sum", "difference", "group"} and asked_which:
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
    several = len(selects) > 1 or joined or (selects[0].of == "project" and len(selects[0].projects) != 1)
    several = several or (
        selects[0].of == "indicator" and selects[0].attribute == "score" and not selects[0].indicators
    )
    if several and "sum" in operators:
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

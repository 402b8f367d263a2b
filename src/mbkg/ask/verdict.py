"""Yes or no: a figure held against a limit, two figures against each other, and the figures first said, then judged.

The verdict stands first in the answer; what it rests on follows with its places. Where the figures do not settle it, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.absent import absent, under_the_other_code
from mbkg.ask.answer import Value
from mbkg.ask.evidence import place_rows, places_of
from mbkg.ask.fetching import fetch
from mbkg.ask.nothing import nothing
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.purpose import said_purpose
from mbkg.ask.records import Record, holds
from mbkg.ask.reply import Reply
from mbkg.ask.say import figure
from mbkg.ask.session import Refused, Session

Responder = Callable[[Plan, Session], Reply]
_WORDS = {">": "超过", ">=": "达到", "<": "低于", "<=": "不超过", "=": "等于", "!=": "不等于"}
_NOT = {">": "没有超过", ">=": "没有达到", "<": "不低于", "<=": "超过了", "=": "不等于", "!=": "等于"}
_MONEY = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(10**8)}
_CHANGES = {">": "增加", "<": "减少", "=": "持平", "<=": "持平或减少", ">=": "持平或增加"}


def verdict(plan: Plan, session: Session, respond: Responder) -> Reply:
    """The reply to a yes/no question; `respond` answers the question whose figure is tested.

    Raises:
        Refused: the figure is not there, or several figures say different things.
    """
    if plan.about == "met":
        return _met(plan, session)
    if plan.about == "printed":
        return _printed(plan, session)
    if plan.about == "purpose":
        return said_purpose(plan, session)
    if plan.inner is None or (plan.test is None and plan.about != "first"):
        raise Refused("out_of_scope", "not_in_schema", "没有听懂要判断什么。")
    try:
        reply = respond(plan.inner, session)
    except Refused:
        if plan.about != "exists" or (none := _no_row(plan, session)) is None:
            raise
        return none
    said = {
        "bound": _bound, "compare": _compared, "change": _changed, "exists": _exists, "equal": _equal, "first": _first,
    }[plan.about](plan, reply, session, respond)  # fmt: skip
    reply.lines = [said, *reply.lines]
    if plan.about in ("exists", "first"):
        reply.entities = []
    return reply


def _no_row(plan: Plan, session: Session) -> Reply | None:
    """None of it, where the body's table has the other rows of its level and not this one; None where nothing is known."""
    inner = plan.inner
    if inner is None or inner.ask != "amount" or len(inner.selects) != 1 or len(inner.selects[0].bodies) != 1:
        return None
    select = inner.selects[0]
    rows = absent(select, select.bodies, session)
    if not rows or under_the_other_code(select, select.bodies, session):
        return None
    reply = Reply(confidence=0.8)
    denied = plan.test is not None and plan.test.operator == "="
    reply.yesno = denied
    whose = session.lexicon.label(select.bodies[0])
    reply.say(f"{'是的，没有' if denied else '没有'}：{whose}{rows[0].year}年的报告没有列{rows[0].what}。")
    reply.rest_on(*rows)
    return reply


def _limit(test: Condition) -> str:
    return f"{canonical(test.value)}{test.unit}"


def _in(value: Value, unit: str) -> Decimal | None:
    """The value in another unit; None where the two cannot be compared. A limit without a unit is in the value's own."""
    own, per = value.unit.partition("/")[0], value.unit.partition("/")[2]
    if unit in ("", value.unit):
        return value.value
    if own in _MONEY and unit in _MONEY:
        return value.value * _MONEY[own] / _MONEY[unit]
    if {own, unit} == {"万人", "人"} and not per:
        return value.value * (Decimal(10000) if own == "万人" else Decimal("0.0001"))
    return value.value if unit == "个" and own in ("家", "项", "个") else None


def _bound(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    test = plan.test
    assert test is not None
    limits = [test, *(limit for select in plan.selects for limit in select.conditions)]
    numbers = [number for value in reply.values if (number := _in(value, test.unit)) is not None]
    if not numbers or len({limit.unit for limit in limits}) > 1:
        raise Refused("ambiguous", "ambiguous", f"“{_limit(test)}”与找到的数单位不同，不能判断。{reply.lines[0]}")
    moved = plan.inner is not None and plan.inner.ask == "change"
    verdicts = {all(_holds(number, limit.operator, limit.value) for limit in limits) for number in numbers}
    if len(verdicts) > 1:
        lines = "".join(line.strip() for line in reply.lines[:4])
        raise Refused("ambiguous", "ambiguous", f"所问有几个数，有的符合、有的不符合，请说明是哪一个：{lines}")
    reply.yesno = verdicts.pop()
    if moved and plan.inner is not None and plan.inner.about and reply.gap is not None:
        reply.yesno = reply.yesno and holds(reply.gap, plan.inner.about, Decimal(0))
    comparators = {record.comparator for record in reply.records} & {"≤", "≥", "<", ">"}
    if comparators:
        reply.base(f"报告印的是界限（{'、'.join(sorted(comparators))}），按界限判断")
    if len(limits) > 1:
        both = "、".join(f"{_WORDS[limit.operator]}{_limit(limit)}" for limit in limits)
        return f"{'是，' if reply.yesno else '不是，不同时满足'}{both}。"
    word = _WORDS[test.operator] if reply.yesno else _NOT[test.operator]
    return f"{'是' if reply.yesno else '不是'}，{word}{_limit(test)}。"


def _holds(number: Decimal, operator: str, limit: Decimal) -> bool:
    return number != limit if operator == "!=" else holds(number, operator, limit)


def _compared(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    test = plan.test
    assert test is not None
    if reply.gap is None:
        raise Refused("ambiguous", "ambiguous", "没有听懂比较的是哪两个数。")
    reply.yesno = holds(reply.gap, test.operator, Decimal(0))
    how = "两者相等" if not reply.gap else f"前者{'高' if reply.gap > 0 else '低'}"
    return f"{'是' if reply.yesno else '不是'}，{how}。"


def _changed(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    test = plan.test
    assert test is not None
    if reply.gap is None:
        raise Refused("ambiguous", "ambiguous", "所问的增减不止一项，请说明是哪一项。")
    reply.yesno = holds(reply.gap, test.operator, Decimal(0))
    moved = "增加" if reply.gap > 0 else "减少" if reply.gap < 0 else "持平"
    return f"{'是' if reply.yesno else '不是'}，{'' if reply.yesno else '没有' + _CHANGES[test.operator] + '，而是'}{moved}。"


def _exists(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    assert plan.inner is not None
    denied = plan.test is not None and plan.test.operator == "="
    if plan.inner.ask in ("list", "count", "entity"):
        found, why = bool(reply.winners), ""
    else:
        records = [record for record in reply.records if record.value is not None]
        found = any(record.value for record in records)
        why = "，报告印的是0" if records else "，报告说明无此项"
        narrow = any(select.funds and (select.economics or select.functions) for select in plan.inner.selects)
        if narrow and not records:
            raise Refused("no_data", "no_value", "报告只说明这一资金来源没有安排支出，没有单独说明这一科目。")
    reply.yesno = found != denied
    if denied:
        return "不对，有。" if found else f"是的，没有{why}。"
    return "有。" if found else f"没有{why}。"


def _equal(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    test = plan.test
    assert test is not None
    if not reply.values:
        raise Refused("no_data", "no_value", "没有可以比较的数。")
    left, parts = reply.values[0], len(reply.records)
    if plan.against is None:
        right, number = Value(test.value, test.unit), _in(left, test.unit)
        word = _limit(test)
    else:
        other = respond(plan.against, session)
        if len({(value.value, value.unit) for value in other.values}) != 1:
            raise Refused("ambiguous", "ambiguous", "对照的一方不是一个数，请说明是哪一个。")
        right = other.values[0]
        number = _in(left, right.unit)
        for line in other.lines:
            reply.say(line)
        reply.rest_on(*other.records)
        reply.rows += other.rows
        word = f"{canonical(right.value)}{right.unit}"
    if number is None or len({(value.value, value.unit) for value in reply.values}) != 1:
        raise Refused("ambiguous", "ambiguous", "所比的两方不是同一单位的两个数，不能判断。")
    gap = number - right.value
    denied = test.operator == "!="
    reply.yesno = (not gap) != denied
    if not gap:
        return f"一致，都是{word}。"
    if (
        test.operator != "=="
        and plan.inner is not None
        and plan.inner.operation == "sum"
        and abs(gap) <= Decimal("0.005") * parts
    ):
        reply.yesno = not denied
        return f"一致，{canonical(number)}{right.unit}对{word}，相差{canonical(abs(gap))}{right.unit}，在四舍五入的尾差以内。"
    return f"不一致，{canonical(number)}{right.unit}对{word}，相差{canonical(abs(gap))}{right.unit}。"


def _first(plan: Plan, reply: Reply, session: Session, respond: Responder) -> str:
    """Whether the one named is the first of the ranking."""
    asked = plan.selects[0]
    won = {record.body for record in reply.winners} | {record.project for record in reply.winners}
    is_it, denied = bool(won & {*asked.bodies, *asked.projects}), plan.test is not None
    reply.yesno = is_it != denied
    who = "、".join(dict.fromkeys(reply.entities))
    if denied:
        return f"是的，不是它，是{who}。" if reply.yesno else "不对，正是它。"
    return "是的。" if is_it else f"不是，是{who}。"


def _met(plan: Plan, session: Session) -> Reply:
    """Whether what was achieved keeps to its target, indicator by indicator."""
    reply = Reply()
    kept: list[bool] = []
    for select in plan.selects:
        targets = {record.nodes: record for record in fetch(replace(select, attribute="target"), session)}
        actuals = fetch(replace(select, attribute="actual"), session)
        for actual in actuals:
            target = targets.get(actual.nodes)
            if target is None or target.value is None or actual.value is None or target.unit != actual.unit:
                continue
            sign = {"≥": ">=", "≤": "<=", "": ">="}.get(target.comparator, target.comparator)
            kept.append(holds(actual.value, sign, target.value))
            reply.say(
                f"　{figure(target, session.lexicon)}；实际{canonical(actual.value)}{actual.unit}，{'达标' if kept[-1] else '未达标'}。"
            )
            reply.rest_on(target, actual)
            reply.give(actual.value, actual.unit)
            if not target.comparator:
                reply.base("指标没有印比较符，按不低于目标判断")
    if not kept:
        raise nothing(plan.selects[0], session)
    reply.yesno = all(kept)
    told = "达标" if all(kept) else "没有达标" if not any(kept) else f"{len(kept)}项中{sum(kept)}项达标"
    reply.lines = [f"{'是' if reply.yesno else '不是'}，{told}。", *reply.lines]
    return reply


def _printed(plan: Plan, session: Session) -> Reply:
    """Whether every place that prints a figure prints the same."""
    reply = Reply()
    records: list[Record] = [record for select in plan.selects for record in fetch(select, session)]
    if not records:
        raise nothing(plan.selects[0], session)
    _, conflicts = places_of(records, session)
    for record in records:
        reply.say(f"　{figure(record, session.lexicon)}。")
        reply.rest_on(record)
        if record.value is not None:
            reply.give(record.value, record.unit)
    if not conflicts and all(_printings(record, session) < 2 for record in records):
        raise Refused("no_data", "no_value", "这个数在报告里只印了一处，没有可以对照的。")
    reply.yesno = not conflicts
    reply.lines = ["一致，各处印的数相同。" if reply.yesno else f"不一致，{conflicts[0]}。", *reply.lines]
    return reply


def _printings(record: Record, session: Session) -> int:
    rows = place_rows(record.nodes, session)
    return len({row["place"] for row in rows})

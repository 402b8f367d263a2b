"""Money for one of something: an amount over a number that the question states, or over what prose or an indicator counts."""

from __future__ import annotations

from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.fetching import fetch
from mbkg.ask.nothing import nothing
from mbkg.ask.numbers import rounded
from mbkg.ask.plan import Plan
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.say import figure
from mbkg.ask.session import Refused, Session

_FEW = 1000  # yuan; what is less is said in 元, what is more in 万元 too


def per_head(plan: Plan, session: Session) -> Reply:
    """The quotient with numerator and denominator shown, in 元 and in 万元.

    Raises:
        Refused: either side is missing, or is not one figure.
    """
    top = [record for record in fetch(plan.selects[0], session) if record.value is not None and record.unit == "万元"]
    if not top:
        raise nothing(plan.selects[0], session)
    reply = Reply()
    for record in top:
        for heads, unit, printed in _heads(plan, record, session):
            if not heads:
                raise Refused("no_data", "no_value", "除数为0，不能计算。")
            money = record.value or Decimal(0)
            wan, yuan = money / heads, money * 10000 / heads
            in_yuan = plan.unit == "元" or (plan.unit != "万元" and yuan < _FEW)
            shown = f"{rounded(yuan)}元" if in_yuan else f"{rounded(wan, 4)}万元"
            sum_ = f"{canonical(money)}万元÷{canonical(heads)}{unit}"
            reply.say(f"{figure(record, session.lexicon)}，除以{canonical(heads)}{unit}，每{unit}{shown}（{sum_}）。")
            reply.give(Decimal(rounded(yuan, 4)), "元") if in_yuan else reply.give(Decimal(rounded(wan, 6)), "万元")
            reply.rest_on(record, *printed)
            reply.rows.append({"单位": session.lexicon.label(record.body), "年度": record.year, "项目": record.entity or record.what,
                               "金额（万元）": money, "除数": heads, "除数单位": unit, "显示": f"{shown}/{unit}"})  # fmt: skip
    if plan.test is not None:
        reply.base(f"{canonical(plan.test.value)}{plan.test.unit}是问题给的数，不是报告印出的")
    if len(top) > 1:
        reply.base("问题未指明预算阶段，各阶段分别列出，口径不同")
        reply.confidence = 0.7
    return reply


def _heads(plan: Plan, record: Record, session: Session) -> list[tuple[Decimal, str, tuple[Record, ...]]]:
    """What to divide by: the number stated, or what is counted for the same body and year."""
    if plan.test is not None:
        return [(plan.test.value, plan.test.unit, ())]
    counts = [
        other
        for other in fetch(plan.selects[1], session)
        if other.body == record.body and other.year == record.year and other.value is not None
    ]
    numbers = {(other.value or Decimal(0)) * (10000 if other.unit.startswith("万") else 1) for other in counts}
    if not counts:
        raise nothing(plan.selects[1], session)
    if len(numbers) > 1:
        said = "；".join(figure(other, session.lexicon) for other in counts)
        raise Refused("ambiguous", "ambiguous", f"用来做除数的有几个数，请指明：{said}。")
    return [(numbers.pop(), counts[0].unit.removeprefix("万"), (counts[0],))]


def product(plan: Plan, session: Session) -> Reply:
    """A headcount times a standard, in 万元 or in 元, with both figures shown.

    Raises:
        Refused: either is not one figure.
    """
    sides = [[record for record in fetch(select, session) if record.value is not None] for select in plan.selects]
    for select, records in zip(plan.selects, sides, strict=True):
        if not records:
            raise nothing(select, session)
    heads, standard = sides[0][0], sides[1][0]
    people = (heads.value or Decimal(0)) * (10000 if heads.unit.startswith("万") else 1)
    yuan = people * (standard.value or Decimal(0)) * (10000 if standard.unit.startswith("万") else 1)
    in_yuan = plan.unit == "元" or (plan.unit != "万元" and yuan < _FEW)
    shown = f"{canonical(yuan)}元" if in_yuan else f"{canonical(yuan / 10000)}万元"
    reply = Reply()
    sum_ = f"{canonical(people)}人×{canonical(standard.value or Decimal(0))}{standard.unit}"
    reply.say(f"{sum_}＝{shown}。")
    reply.say(f"　{figure(heads, session.lexicon)}")
    reply.say(f"　{figure(standard, session.lexicon)}")
    reply.give(yuan, "元") if in_yuan else reply.give(yuan / 10000, "万元")
    reply.rest_on(heads, standard)
    reply.base("由印出的人数和标准相乘得出，不是报告印出的数")
    if any(record.comparator in ("≤", "≥", "<", ">") for record in (heads, standard)):
        reply.base("指标值是上限或下限，所得只是按限值计算的数")
        reply.confidence = 0.7
    reply.rows.append({"单位": session.lexicon.label(heads.body), "年度": heads.year, "显示": f"{sum_}＝{shown}"})
    return reply

"""Money over heads: an amount over a number that the question states, or over what prose or an indicator counts."""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.ask.attempts import ENDS, attempt, read
from mbkg.ask.forms import forms
from mbkg.ask.mentions import Question, read_count
from mbkg.ask.plan import Condition, Plan, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given
from mbkg.ask.understand import understand as plainly


def divided(question: Question, session: Session, given: Given) -> Plan | None:
    """An amount over a number that the question states, or over what is counted: 按3400人算人均多少, 平均每批次花多少元."""
    form, text = forms(), question.text.strip(ENDS)
    stated = form.by.search(text)
    if stated is not None:
        heads = read_count(stated["number"])
        rest = form.each.sub("", text[: stated.start()] + "，" + text[stated.end() :])
        if heads is None or re.search("每人|人均", rest):
            return None
        plan = plainly(read(rest, session), session, replace(given, money=True))
        if (
            plan.ask != "amount"
            or plan.operation
            or len(plan.selects) != 1
            or plan.selects[0].of not in ("fact", "project")
        ):
            raise Refused("ambiguous", "ambiguous", "请说明要拿哪一笔钱来除。")
        number = heads * (10000 if stated["wan"] else 1)
        return Plan(
            "ratio", plan.selects, operation="per", unit=_unit(text), test=Condition("=", number, stated["unit"])
        )
    per = form.per.search(text)
    if per is None:
        return None
    return _counted(text, per, session, given)


def _unit(text: str) -> str:
    return "万元" if re.search("多少万|几万", text) else "元" if re.search("多少元|几元|多少块|几块", text) else ""


def _counted(text: str, per: re.Match[str], session: Session, given: Given) -> Plan | None:
    """Money over what prose or a project's indicator counts in that unit; None where neither does."""
    rest = text[: per.start()] + text[per.end() :]
    rest = re.sub("(?:要|得|能)?(?:花掉|花了|花费|花)", "", rest)
    plan = attempt(rest if re.search("多少|几", rest) else f"{rest}多少", session, replace(given, money=True))
    if plan is None or plan.ask != "amount" or len(plan.selects) != 1:
        return None
    select = plan.selects[0]
    if select.of == "fact":
        measure = next(
            (
                counts[per["unit"]]
                for name, counts in forms().per_measures.items()
                if name in select.measures and per["unit"] in counts
            ),
            "",
        )
        if not measure:
            return None
        other = Select("statement", bodies=select.bodies, years=select.years, measures=(measure,))
    elif select.of == "project":
        other = Select(
            "indicator",
            bodies=select.bodies,
            years=select.years,
            projects=select.projects,
            units=(per["unit"], "万" + per["unit"]),
            attribute="target",
        )
    else:
        return None
    return Plan("ratio", (select, other), operation="per", unit=_unit(text))

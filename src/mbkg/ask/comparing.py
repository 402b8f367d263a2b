"""One figure against another: 招远的机关运行经费没有烟台多, 决算超出预算, 比2024年少; with what turns a limit or a comparison round."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.attempts import attempt, read
from mbkg.ask.forms import forms, sides
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.session import Session
from mbkg.ask.slots import Given, limit_by, read_bodies

OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!="}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "="}
_NAMING = ("measure", "nature", "code", "codenumber", "fund", "project", "body", "region", "population", "year")


def without_denial(before: str) -> tuple[str, bool]:
    """What stands before a limit or a comparison, without 并非 and the like at its end, and whether that was there."""
    match = forms().denied.search(before)
    return (before[: match.start()], True) if match is not None else (before, False)


def against(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """One figure against another: 招远的机关运行经费没有烟台多, 决算超出预算, 比2024年少."""
    limited = any(limit_by(mention, taken) for mention in taken.of("amount"))
    if limited or taken.of("amount"):
        return None
    form = forms()
    topic = form.topic.match(text)
    lead = topic["topic"] if topic is not None else ""
    said = text[topic.end() :] if topic is not None else text
    if (beside := form.beside.match(said)) is not None and read(beside["b"], session).of(
        "body", "region", "year", "relative"
    ):
        said = f"{_turned_round(beside['a'], beside['b'], beside['c'])}"
    for sign, pattern in sides():
        match = pattern.match(said)
        if match is None or not _is_side(match["b"], session):
            continue
        plan = _compared(f"{lead}{'，' if lead else ''}{match['a'].rstrip('的，,')}", match["b"], sign, session, given)
        if plan is not None:
            return plan
    return None


def _turned_round(before: str, other: str, rest: str) -> str:
    """与2024年相比，烟台三公经费减少 as 烟台三公经费比2024年减少."""
    form = forms()
    end = re.search(f"(?P<w>(?:有所|更|还)?(?:{form.more}|{form.less})(?:了|些|一些)?|持平|一样[多高]?)$", rest)
    return f"{before}{rest[: end.start()]}比{other}{end.group()}" if end is not None else f"{before}{rest}"


def _is_side(other: str, session: Session) -> bool:
    """Whether a stretch names something that a figure can be set against: a body, a year, a phase, a measure, a project."""
    return bool(read(other, session).of(*_NAMING, "relative", "phase")) or bool(
        re.search("上年|去年|前一年|预算|决算", other)
    )


def _compared(one: str, other: str, sign: str, session: Session, given: Given) -> Plan | None:
    """The plan that tests `one sign other`, both sides in one question for their difference."""
    one, denied = without_denial(re.sub("(?:要|都|还|也|会|是|的)$", "", one))
    if denied:
        sign = OPPOSITE[sign]
    plan = attempt(f"{one}比{other}多多少", session, given)
    if plan is None or sign == "!=":
        return None
    own, theirs = (read(side, session) for side in (one, other))
    if plan.ask == "change":
        if _years(own) and _years(theirs) and max(_years(own)) < max(_years(theirs)):
            sign = _TURNED[sign]
        return Plan("verdict", inner=plan, test=Condition(sign, Decimal(0), ""), about="change")
    if plan.operation != "difference" or len(plan.selects) != 2:
        return None
    if len({*read_bodies(own, session)}) > 1 or len({*read_bodies(theirs, session)}) > 1:
        return None
    if _exchanged(plan, own, theirs, session):
        plan = replace(plan, selects=plan.selects[::-1])
    return Plan("verdict", inner=plan, test=Condition(sign, Decimal(0), ""), about="compare")


def _years(question: Question) -> set[int]:
    return {int(mention.number or 0) for mention in question.of("year")}


def _exchanged(plan: Plan, own: Question, theirs: Question, session: Session) -> bool:
    """Whether the plan's first selection is the side that the statement names second."""
    first, second = plan.selects
    years, bodies = _years(theirs), {*read_bodies(theirs, session)}
    if first.years != second.years and years:
        return bool({*first.years} & years) and not {*second.years} & years
    if first.bodies != second.bodies and bodies:
        return bool({*first.bodies} & bodies) and not {*second.bodies} & bodies
    return False

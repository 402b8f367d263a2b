"""Two conditions on two different figures: 得分低于95分且执行率高于1%的项目 are those of one list that are in the other too."""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.ask.attempts import ENDS, attempt, read
from mbkg.ask.forms import forms
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Plan
from mbkg.ask.session import Session
from mbkg.ask.slots import Given, apart


def joint(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a question with a condition on each of two figures; None for any other."""
    second = apart(question)
    if second is None:
        return None
    text = question.text.strip(ENDS)
    noun = "项目" if any("project" in mention.senses for mention in question.of("ask")) else "单位"
    for cut in _cuts(question, second):
        left, right = text[: cut.start()], text[cut.end() :]
        first = _listed(left, noun, session, given)
        if first is None or first.inner is not None:
            continue
        about = replace(
            given, bodies=first.selects[0].bodies or given.bodies, years=first.selects[0].years or given.years
        )
        other = read(right, session)
        plan = (joint(other, session, about) if apart(other) else None) or _listed(right, noun, session, about)
        if plan is not None and plan.group == first.group and plan.inner is None:
            return replace(plan, inner=replace(first, ask="list"))
    return None


def _cuts(question: Question, second: Mention) -> list[re.Match[str]]:
    """Where the two conditions may part, the nearest to the second one's figure first."""
    end = question.places[second.start]
    return [cut for cut in reversed([*forms().joint.finditer(question.text)]) if cut.end() <= end]


def _listed(text: str, noun: str, session: Session, given: Given) -> Plan | None:
    """The list that one condition picks."""
    for wording in (f"{text}的{noun}有哪些", text):
        plan = attempt(wording, session, given)
        if plan is not None and plan.ask in ("list", "count") and any(select.conditions for select in plan.selects):
            return plan
    return None

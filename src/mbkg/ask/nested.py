"""A question inside a question: the inner one is answered, and its winners are whom or what the outer one is about."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from mbkg.ask.answering import respond
from mbkg.ask.attempts import ENDS, attempt, read, span
from mbkg.ask.forms import forms
from mbkg.ask.joint import joint
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, leftovers, limit_by
from mbkg.ask.understand import understand as plainly

_PICKS = frozenset({"max", "min", "nth", "top", "bottom"})
_LIMITS = frozenset({"greater", "atLeast", "less", "atMost", "equal"})
_AMOUNTS = {"budget": "预算", "executed": "执行数", "initialBudget": "年初预算", "fullYearBudget": "全年预算"}
_COUNTED = re.compile("[几少](?:个|项|家)|个数|数量|项数")


def nested(question: Question, session: Session, given: Given) -> Plan | None:
    """机关运行经费 of 三公经费最高的那家单位: the inner question is answered, its winners are whom the outer one is about.

    Raises:
        Refused: the inner question picks nothing, or the parts do not fit together.
    """
    form, text = forms(), question.text.strip(ENDS)
    first = form.first.match(text)
    if first is not None and re.search("再|然后|接着|之后|随后|最后|而后|进而|继而", text[first.end() :]):
        text = text[first.end() :]
        question = read(text, session)
    if (named := form.named.match(text)) is not None:
        inner = attempt(named["inner"], session, given)
        if inner is not None and inner.ask in ("entity", "list"):
            noun = "项目" if inner.group == "project" else "单位"
            return _outer(inner, noun, named["inner"], form.skip.sub("", named["outer"]), session)
    if _set_apart(question):
        raise Refused("ambiguous", "not_in_schema", "要比的两个都须先排出名次，请分两步问。")
    for mention in question.mentions:
        picks = mention.kind in ("nth", "top") or (
            mention.kind == "operator" and {sense.rpartition("/")[2] for sense in mention.senses} & (_PICKS | _LIMITS)
        )
        leans = mention.kind == "amount" and limit_by(mention, question)
        if not picks and not leans:
            continue
        _, at = span(question, mention.start, mention.end)
        plan = _inside(text, at, session, given)
        if plan is not None:
            return plan
    for match in re.finditer("(?:更|较|比较|最)(?:高|多|大|贵|低|少|小|便宜)(?=的)", text):
        plan = _inside(text, match.end(), session, given)
        if plan is not None:
            return plan
    return None


def _set_apart(question: Question) -> bool:
    """Whether one place of a ranking is set against another: 最高的比第二多多少."""
    places = [
        mention
        for mention in question.of("operator", "nth")
        if mention.kind == "nth" or {sense.rpartition("/")[2] for sense in mention.senses} & {"max", "min"}
    ]
    return any("比" in question.between(one.end, other.start) for one, other in pairwise(places))


def _inside(text: str, at: int, session: Session, given: Given) -> Plan | None:
    """The plan where what is picked ends at `at` and another question follows; None where none does."""
    form = forms()
    head = form.head.match(text, at)
    if head is None or not head.group():
        return None
    outer = form.skip.sub("", text[head.end() :])
    if not outer or form.no_outer.search(outer):
        return None
    noun = head["noun"] or ("项目" if re.search("项目|执行率|自评|得分", text[:at]) else "单位")
    asked = read(outer, session)
    named = {
        sense
        for mention in asked.of("measure", "nature", "code", "codenumber", "fund", "phase")
        for sense in mention.senses
    }
    adds = any({"operator/sum", "operator/average"} & {*mention.senses} for mention in asked.of("operator"))
    if not named and not leftovers(asked) and not (adds and noun == "项目" and not _COUNTED.search(outer)):
        return None
    first = read(
        re.sub("(?:更|较|比较)(?=[高大多贵低少小便])", "最", f"{text[:at]}") + f"的{head['kind'] or ''}{noun}是哪个",
        session,
    )
    inner = joint(first, session, given) or plainly(first, session, given)
    if inner.ask not in ("entity", "list"):
        return None
    if not named and adds and inner.selects[0].attribute in _AMOUNTS:
        mean = any("operator/average" in mention.senses for mention in asked.of("operator"))
        outer = f"{_AMOUNTS[inner.selects[0].attribute]}{'平均' if mean else '合计'}是多少"
    return _outer(inner, noun, text[:at], outer, session)


def _outer(inner: Plan, noun: str, said: str, outer: str, session: Session) -> Plan:
    """The plan of the outer question about what the inner one picks."""
    first = respond(inner, session)
    winners = first.winners
    if inner.ask == "entity" and inner.group == "body" and len(first.rows) < 2:
        raise Refused("no_data", "no_value", f"{first.lines[0]}前一问分不出高低，后一问无从回答。")
    if not winners:
        raise Refused("no_data", "no_value", f"没有{said}的{noun}，后一问无从回答。")
    bodies = tuple(dict.fromkeys(record.body for record in winners))
    projects = tuple(dict.fromkeys(record.project for record in winners if record.project))
    years = inner.selects[0].years if inner.selects else ()
    about = Given(bodies=bodies, years=years, projects=projects)
    if (share := re.match("(?:预算|金额|数额|资金|规模)?数?(?=占)", outer)) is not None:
        return _share_of(inner, outer[share.end() :], about, session)
    plan = plainly(read(outer, session), session, about)
    if plan.operation == "share":
        raise Refused("ambiguous", "ambiguous", "请说明是哪一项占哪一项；问项目的执行进度请用“执行率”。")
    if plan.inner is not None or (plan.ask in ("entity", "list") and not projects):
        raise Refused("ambiguous", "not_in_schema", "问题层层相套，没有听懂；请分成两步问。")
    return replace(plan, inner=inner)


def _share_of(inner: Plan, outer: str, about: Given, session: Session) -> Plan:
    """The share that the picked project has of something: 占它项目支出的百分之几."""
    said = re.split("的?(?:百分|比例|比重|多少|几成)", outer)[0]
    said = re.sub("^占(?:它|其|该单位|本单位|全部|整个)?的?", "", said)
    whole = plainly(read(f"{said}是多少", session), session, Given(bodies=about.bodies, years=about.years))
    if not about.projects or len(whole.selects) != 1 or len(about.projects) != 1:
        raise Refused("ambiguous", "ambiguous", "请说明是哪一项占哪一项。")
    part = replace(
        inner.selects[0], of="project", projects=about.projects, bodies=about.bodies, conditions=(), words="所选项目"
    )
    return Plan("ratio", (part, whole.selects[0]), operation="share", inner=inner)

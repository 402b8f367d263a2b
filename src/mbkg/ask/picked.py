"""Projects picked by what a report says of them: the value of one of their indicators, or that they were evaluated more closely."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.answering import respond
from mbkg.ask.attempts import ENDS, read, span
from mbkg.ask.fetching import fetch
from mbkg.ask.forms import forms
from mbkg.ask.fromtexts import being_evaluated
from mbkg.ask.linking import link, topics
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.pairs import paired_list
from mbkg.ask.plan import Condition, Plan, Select
from mbkg.ask.records import Record, meets
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, leftovers, limit_by, read_slots
from mbkg.ask.textforms import form, is_signed
from mbkg.ask.understand import understand as plainly

_OWN = ("measure", "nature", "code", "codenumber", "fund", "project")
_HEAD = re.compile("的?(?:那|这|该)?(?:一)?(?:几)?(?:个|些)?的?项目")


def picked(question: Question, session: Session, given: Given) -> Plan | None:
    """发放人数为48人的那个项目预算多少: the plan of a question about the project that a text picks; None for any other.

    Raises:
        Refused: what picks is understood and picks none, or the question about it is not understood.
    """
    text = question.text.strip(ENDS)
    for head in _HEAD.finditer(text):
        before, behind = text[: head.start()], text[head.end() :]
        inner = _inner(before, session, given)
        if inner is None:
            continue
        if form("byIndicator", "which").match(behind):
            return _listed(inner)
        outer = forms().skip.sub("", behind)
        if not outer or re.match("(?:哪|什么|啥|有几|有多少个|的?数量|的?个数)", outer):
            return None
        return _outer(inner, before, outer, session)
    return None


def _inner(before: str, session: Session, given: Given) -> Plan | None:
    if is_signed("evaluated", before) and form("evaluated").search(before):
        return being_evaluated(before, session, given)
    if is_signed("pairs", before) and (plan := paired_list(f"{before}的项目有哪些", session, given)) is not None:
        return plan
    return _by_indicator(before, session, given)


def _by_indicator(before: str, session: Session, given: Given) -> Plan | None:
    """The indicators of a stated value that a text ends with (发放人数为48人); None where it ends with none."""
    said = read(before, session)
    amounts = said.of("amount")
    if (
        len(amounts) != 1
        or amounts[0].number is None
        or amounts[0].unit in ("万元", "元", "亿元", "分", "家", "个", "项")
    ):
        return None
    amount = amounts[0]
    low, high = span(said, amount.start, amount.end)
    operator = limit_by(amount, said) or "="
    tail = said.text[high:].strip(ENDS)
    if (tail and not re.fullmatch("(?:及?以[上下内]|的|整|左右)*", tail)) or "左右" in tail:
        return None
    lead = said.text[:low]
    for mention in said.of("operator"):
        if mention.end <= amount.start and operator != "=":
            start, end = span(said, mention.start, mention.end)
            lead = lead[:start] + lead[end:]
    if re.search("没|不|未|非|除", lead):
        return None
    actual = bool(re.search(form("byIndicator", "actual").pattern, lead))
    lead = form("byIndicator", "before").sub("", lead)
    lead = re.sub(f"(?:{form('byIndicator', 'actual').pattern})+$", "", lead)
    named = read(lead, session)
    slots = read_slots(named, session, given)
    phrase = _phrase(named)
    own = {sense for mention in named.of("measure") for sense in mention.senses}
    if own & {"measure/executionRate", "measure/selfScore", "measure/projectBudget", "measure/executedAmount"}:
        return None
    candidates = topics(slots, session, "indicator")
    if phrase:
        linked = link((phrase,), "indicator", candidates, session, least=0.25, every=True)
        nodes = linked.nodes if linked is not None else ()
    else:
        nodes = tuple(topic.node for topic in candidates)
    if not nodes:
        return None
    select = Select(
        "indicator",
        words=phrase,
        bodies=slots.bodies,
        years=slots.years,
        indicators=nodes,
        attribute="actual" if actual else "",
    )
    limit = Condition(operator, amount.number or Decimal(0), amount.unit)
    kept = [record for record in fetch(select, session) if _is(record, limit)]
    if not kept:
        known = "、".join(dict.fromkeys(f"{record.what}{record.text}" for record in fetch(select, session)[:4]))
        raise Refused(
            "no_data",
            "no_value",
            f"没有“{phrase or '指标'}”为{amount.words}的项目。" + (f"印出的有：{known}。" if phrase else ""),
        )
    return Plan("amount", (replace(select, indicators=tuple(node for record in kept for node in record.nodes)),))


def _is(record: Record, limit: Condition) -> bool:
    return meets(record, (limit,)) or (
        {record.unit, limit.unit} <= {"人", "名", "位"} and meets(replace(record, unit=limit.unit), (limit,))
    )


def _phrase(question: Question) -> str:
    """What a text says beside whose and when it is."""
    apart: tuple[Mention, ...] = question.of("body", "region", "year", "relative", "phase", "ask")
    used = {at for mention in apart for at in range(mention.start, mention.end)}
    rest = "".join(" " if at in used else letter for at, letter in enumerate(question.folded))
    return re.sub("^(?:的|在|里|中|有|把|是)+|(?:的|在|是)+$", "", "".join(rest.split()))


def _winners(inner: Plan, session: Session) -> list[Record]:
    """The records of the projects picked.

    Raises:
        Refused: what picks names a project that the graph does not hold by that name.
    """
    reply = respond(inner, session)
    if inner.ask == "structure" and reply.entities and not reply.winners:
        names = "、".join(reply.entities)
        raise Refused("no_data", "no_value", f"报告写的是“{names}”，图中没有这一名称的项目。{reply.lines[0]}")
    return reply.winners if inner.ask != "amount" else reply.records


def _listed(inner: Plan) -> Plan:
    """The projects themselves, where the question asks which they are."""
    if inner.ask != "amount":
        return inner
    return Plan("structure", inner.selects, about="picked")


def _outer(inner: Plan, said: str, outer: str, session: Session) -> Plan | None:
    winners = [record for record in _winners(inner, session) if record.project]
    projects = tuple(dict.fromkeys(record.project for record in winners))
    if not projects:
        raise Refused("no_data", "no_value", f"没有找到{said}的项目，后一问无从回答。")
    if len(projects) > 1 and not re.search("各|分别|都|合计|一共|总共|共计|总额", outer):
        names = "、".join(dict.fromkeys(record.extra.get("title") or record.entity for record in winners))
        raise Refused("ambiguous", "ambiguous", f"{said}的项目不止一个：{names}，请说明是哪一个。")
    bodies = tuple(dict.fromkeys(record.body for record in winners))
    about = Given(bodies=bodies, years=inner.selects[0].years, projects=projects)
    asked = read(outer, session)
    if not asked.of(*_OWN, "phase") and not leftovers(asked):
        return None
    plan = plainly(asked, session, about)
    if plan.inner is not None or plan.ask in ("entity", "list"):
        raise Refused("ambiguous", "not_in_schema", "问题层层相套，没有听懂；请分成两步问。")
    return replace(plan, inner=inner)

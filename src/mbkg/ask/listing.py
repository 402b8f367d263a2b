"""Lists and counts: everything that meets the conditions, beside it who has none of it and who does not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.absent import absent, under_the_other_code
from mbkg.ask.fetching import fetch
from mbkg.ask.nothing import nothing
from mbkg.ask.plan import Plan, Select
from mbkg.ask.ranking import counts_of
from mbkg.ask.records import Record, comparable, meets
from mbkg.ask.reply import Reply
from mbkg.ask.say import figure, shown
from mbkg.ask.session import Refused, Session
from mbkg.ask.telling import explained, none_declared, row_of, unlike


def listing(plan: Plan, session: Session, among: set[str] | None = None) -> Reply:
    """Everything that meets the conditions, listed or counted, with how many were looked at; with `among` only those."""
    select = plan.selects[0]
    records = fetch(select, session)
    if records and not any(comparable(record, select.conditions) for record in records):
        said = "、".join(f"{limit.operator}{canonical(limit.value)}{limit.unit}" for limit in select.conditions)
        raise Refused("ambiguous", "ambiguous", f"条件“{said}”的单位与{records[0].unit}不能比较，请说明比较哪个数。")
    if select.attribute == "number":
        records = counts_of(records)
    if among is not None:
        records = [record for record in records if (record.project or record.body) in among]
    if plan.group == "body" and (select.of != "project" or select.attribute == "number"):
        return _bodies_listed(plan, records, session)
    if not records:
        raise nothing(select, session)
    silent = without_amount(select, records, session)
    if silent and not select.conditions:
        records, silent = [*records, *silent], []
    kept = [record for record in records if meets(record, select.conditions)]
    reply = Reply()
    if silent:
        reply.base(f"{'、'.join(record.entity for record in silent)}没有印出这一数字，未参加比较")
    bodies = plan.group == "body"
    names = list(dict.fromkeys(session.lexicon.label(record.body) if bodies else record.entity for record in kept))
    noun = "个单位" if bodies else "个科目" if select.breakdown else "个项目"
    if plan.ask == "count":
        reply.give(Decimal(len(names)), "个")
    reply.entities = names if plan.ask == "list" else []
    reply.winners = kept
    of = "、".join(dict.fromkeys(f"{session.lexicon.label(record.body)}{record.year}年" for record in records))
    mixed = len({(record.body, record.year) for record in records}) > 1
    total = len({record.project or record.entity or record.body for record in records})
    limits = f"，符合条件的有{len(names)}{noun}" if select.conditions else ""
    reply.say(f"{of}共{total}{noun}{limits}{'：' if names else '。'}")
    for record in sorted(kept, key=lambda record: (record.body, -(record.value or Decimal(0)), record.entity)):
        label = record.extra.get("label", "")
        whose = f"{session.lexicon.label(record.body)}{record.year}年　" if mixed else ""
        reply.say(f"　{whose}{record.entity or session.lexicon.label(record.body)}　{label}{shown(record)}")
        reply.rows.append(row_of(record, session))
        reply.rest_on(record)
    if not kept:
        reply.rest_on(*records)
        reply.confidence = 0.8
    missing = [record for record in kept if record.phase in ("phase/fullYearBudget", "phase/initialBudget")]
    unlike(kept, reply, session)
    if missing and not select.phases:
        reply.base(f"决算报告的项目按{session.lexicon.label(missing[0].phase)}数")
    return reply


def without_amount(select: Select, records: Sequence[Record], session: Session) -> list[Record]:
    """The projects whose figure is not printed; a list or a count of projects must not lose them."""
    if select.of != "project" or select.projects:
        return []
    held, bodies = {record.project for record in records}, {record.body for record in records}
    return [
        replace(record, text="未印出金额", what=record.entity, extra={})
        for record in fetch(replace(select, attribute="number"), session)
        if record.project not in held and record.body in bodies
    ]


def _bodies_listed(plan: Plan, records: list[Record], session: Session) -> Reply:
    """The units with a figure, or those whose figure meets the conditions; beside them who has none of it and who does not say.

    A stated 0 and a declared 无 are none; a unit that says nothing is in neither list.
    """
    select, lexicon = plan.selects[0], session.lexicon
    if select.of == "percapita":
        records = [record for record in records if record.match == "exact"]
    asked = select.bodies or tuple(body.iri for body in lexicon.reporting)
    silent = [body for body in asked if body not in {record.body for record in records}]
    nothing_asked = any(limit.operator == "=" and not limit.value for limit in select.conditions)
    declared: list[Record] = []
    if select.of == "fact":
        for body in silent:
            own = replace(select, bodies=(body,), years=select.years or lexicon.bodies[body].years)
            none = none_declared(own, session, wider=nothing_asked)
            declared += [record for record in none if record.year in own.years][:1]
    if nothing_asked:
        records += under_the_other_code(
            select, [each for each in silent if each not in {d.body for d in declared}], session
        )
        silent = [body for body in silent if body not in {record.body for record in records}]
        declared += absent(select, [body for body in silent if body not in {each.body for each in declared}], session)
    if not records and not declared:
        raise nothing(select, session)
    kept = [record for record in records if meets(record, select.conditions)]
    if nothing_asked:
        kept += declared
    if nothing_asked and not kept and len(records) + len(declared) < len(asked):
        known = "；".join(figure(record, lexicon) for record in (*records, *declared))
        raise Refused("no_data", "no_value", f"其余单位的报告没有说明有没有这一项，不能断定。已知：{known}。")
    reply = Reply()
    names = list(dict.fromkeys(lexicon.label(record.body) for record in kept))
    if plan.ask == "count":
        reply.give(Decimal(len(names)), "个")
    else:
        reply.entities = names
    reply.winners = kept
    told = {record.body for record in (*records, *declared)}
    limits = f"，其中符合条件的{len(names)}家" if select.conditions else ""
    reply.say(f"{len(asked)}家单位中{len(told)}家公布了这一数据{limits}{'：' if kept else '。'}")
    for record in kept:
        reply.say(f"　{figure(record, lexicon, plan.unit)}{explained(record)}")
        reply.rows.append(row_of(record, session))
    others = [record for record in (*records, *declared) if record not in kept]
    if others and select.conditions:
        reply.say(f"　不符合的：{'；'.join(figure(record, lexicon) for record in others)}。")
    elif others:
        reply.say(f"　{'；'.join(figure(record, lexicon) for record in others)}。")
    missing = [lexicon.label(body) for body in asked if body not in told]
    if missing:
        reply.say(f"　没有公布这一数据的：{'、'.join(missing)}。")
    reply.rest_on(*(kept or (*records, *declared)))
    if not kept or missing:
        reply.confidence = 0.8
    unlike(kept, reply, session)
    return reply

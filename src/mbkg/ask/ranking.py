"""Superlatives and rankings, with coverage: who discloses the figure, who does not, and who ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.fetching import fetch
from mbkg.ask.movement import MOVED, moved
from mbkg.ask.nothing import nothing
from mbkg.ask.percapita import in_yuan, representatives
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record, comparable, meets
from mbkg.ask.reply import Reply
from mbkg.ask.say import amount, figure, shown
from mbkg.ask.session import Refused, Session
from mbkg.ask.statements import declared_none

_ORDER_WORD = {"max": "最高", "min": "最低"}


def rank(plan: Plan, session: Session) -> Reply:
    """The place asked for in an order, ties kept, with the whole ranking and its coverage.

    Raises:
        Refused: nothing can be ranked.
    """
    records = _candidates(plan, session)
    if records and not any(comparable(record, plan.selects[0].conditions) for record in records):
        raise Refused("ambiguous", "ambiguous", f"条件的单位与{records[0].unit}不能比较，请说明比较哪个数。")
    records = [record for record in records if meets(record, plan.selects[0].conditions)]
    exact = [record for record in records if record.match == "exact"]
    apart = [record for record in records if record.match != "exact"]
    ranked = sorted(
        (record for record in exact if record.value is not None),
        key=lambda record: ((-1 if plan.order == "max" else 1) * _size(record), _name(record, plan, session)),
    )
    if not ranked:
        raise nothing(plan.selects[0], session)
    places = sorted({_size(record) for record in ranked}, reverse=plan.order == "max")
    if plan.nth > len(places):
        raise Refused("no_data", "no_value", f"只有{len(places)}个不同的数，没有第{plan.nth}。")
    reply = Reply()
    if plan.take > 1:  # the first so many, and whoever ties with the last of them
        wanted = {_size(record) for record in ranked[plan.nth - 1 : plan.nth - 1 + plan.take]}
    else:
        wanted = set(places[plan.nth - 1 : plan.nth - 1 + (plan.take or len(places))])
    winners = [record for record in ranked if _size(record) in wanted]
    reply.entities = list(dict.fromkeys(_name(record, plan, session) for record in winners))
    reply.winners = winners
    for record in winners:
        reply.give(record.value or Decimal(0), record.unit)
    alone = len(ranked) == 1 and plan.nth == 1
    named = {body for select in plan.selects for body in select.bodies}
    if plan.group == "body" and len(named) > 1 and (missing := named - {record.body for record in ranked}):
        who = "、".join(session.lexicon.label(body) for body in sorted(missing))
        told = "；".join(figure(record, session.lexicon) for record in ranked)
        raise Refused("no_data", "no_value", f"{who}没有公布这一数据，不能比出高低。已知：{told}。")
    if alone and plan.group == "body" and plan.selects[0].of == "indicator":
        only = figure(ranked[0], session.lexicon)
        raise Refused("no_data", "no_value", f"只有一家单位的指标用这个名称，无从比较：{only}。")
    if plan.group == "body" and plan.selects[0].of == "indicator":
        reply.base("按指标名称查找，名称不同的指标未计入")
    if alone and plan.group in ("year", "item"):
        raise Refused("no_data", "no_value", f"只有一个数，无从比较：{figure(ranked[0], session.lexicon)}。")
    _headline(plan, winners, alone, reply, session)
    if plan.operation == "difference" and len(ranked) == 2 and ranked[0].unit == ranked[1].unit:  # 谁更多，多多少
        gap = abs((ranked[0].value or Decimal(0)) - (ranked[1].value or Decimal(0)))
        reply.say(f"两者相差{amount(gap, ranked[0].unit, plan.unit)}。")
        reply.give(gap, ranked[0].unit)
    _table(plan, ranked, reply, session)
    reply.rest_on(*winners, *ranked, *apart)
    _coverage(plan, ranked, apart, reply, session)
    _unlike(plan, ranked, reply, session)
    return reply


def _candidates(plan: Plan, session: Session) -> list[Record]:
    found: list[Record] = []
    if plan.about in MOVED:
        return moved(plan, session)
    for select in plan.selects:
        records = fetch(select, session)
        if select.breakdown and plan.order == "min":
            records = _spent_on(records, session)
        if select.of == "percapita":
            records = [*representatives(records)]
        elif plan.group == "body" and select.of == "project":
            records = counts_of(records) if select.attribute == "number" else _sums(records)
        found += records
    if plan.group == "body" and len(plan.selects) == 1:
        found = _one_each(found)
    return found


def _spent_on(records: list[Record], session: Session) -> list[Record]:
    """The codes that money was spent under: one printed as 0 is not the least of them."""
    none = [record.entity for record in records if record.value == 0]
    if none and len(none) < len(records):
        session.note(f"印作0的科目不参加排名：{'、'.join(dict.fromkeys(none))}")
        return [record for record in records if record.value != 0]
    return records


def _sums(records: list[Record]) -> list[Record]:
    """A body's projects as one figure."""
    bodies: dict[tuple[str, int, str], list[Record]] = {}
    for record in records:
        bodies.setdefault((record.body, record.year, record.phase), []).append(record)
    return [
        replace(own[0], what="项目合计", value=sum((record.value or Decimal(0) for record in own), Decimal(0)), entity="",
                nodes=tuple(node for record in own for node in record.nodes))
        for own in bodies.values()
    ]  # fmt: skip


def counts_of(records: list[Record]) -> list[Record]:
    """How many projects a body has."""
    return [
        replace(record, what="项目数", value=Decimal(len(record.nodes)), unit="个", phase="", columns=(), project="")
        for record in _sums(records)
    ]


def _one_each(records: list[Record]) -> list[Record]:
    """One record for each body and year; a body that reports several phases keeps its first."""
    kept: dict[tuple[str, int], Record] = {}
    for record in records:
        kept.setdefault((record.body, record.year), record)
    return list(kept.values())


def _size(record: Record) -> Decimal:
    return in_yuan(record) if record.rule else (record.value or Decimal(0))


def _name(record: Record, plan: Plan, session: Session) -> str:
    if plan.group == "body":
        return session.lexicon.label(record.body)
    if plan.group == "item":
        return record.what
    if plan.group == "year":
        return f"{record.year}年"
    return record.entity or record.what


def _headline(plan: Plan, winners: Sequence[Record], alone: bool, reply: Reply, session: Session) -> None:
    word = _ORDER_WORD[plan.order] if plan.nth == 1 else f"第{plan.nth}{_ORDER_WORD[plan.order][1]}"
    names = "、".join(reply.entities)
    ties = "（并列）" if len(winners) > 1 and plan.take == 1 else ""
    first = winners[0]
    if alone:
        reply.confidence = 0.5
        reply.say(f"只有{names}公布了这一数据，无从比较：{figure(first, session.lexicon)}{_derived(first)}。")
        return
    several = len({_size(record) for record in winners}) > 1
    if several and plan.take:
        first_ones = "、".join(_placed(record, plan, session) for record in winners)
        reply.say(f"{'从高到低' if plan.order == 'max' else '从低到高'}前{len(winners)}个：{first_ones}。")
        return
    if plan.group in ("body", "year"):
        told = (
            f"，{first.year}年{first.what}{'' if first.rule else _phase(first, session)}{shown(first)}{_derived(first)}"
        )
        reply.say(
            f"{word}的是{names}{ties}{told}。"
            if plan.take
            else f"从{'高到低' if plan.order == 'max' else '低到高'}：{names}。"
        )
    else:
        whose = "、".join(dict.fromkeys(f"{session.lexicon.label(record.body)}{record.year}年" for record in winners))
        label = first.extra.get("label") or (
            f"比上年{first.what[-1]}" if "gap" in first.extra else _phase(first, session)
        )
        reply.say(
            f"{whose}{word}的是{names}{ties}，{label}{shown(first)}。"
            if plan.take
            else f"从{'高到低' if plan.order == 'max' else '低到高'}：{names}。"
        )


def _placed(record: Record, plan: Plan, session: Session) -> str:
    whose = "" if plan.group == "body" else session.lexicon.label(record.body)
    return f"{_name(record, plan, session)}（{whose}{record.year}年）{shown(record)}"


def _phase(record: Record, session: Session) -> str:
    return f"（{session.lexicon.label(record.phase)}）" if record.phase else ""


def _derived(record: Record) -> str:
    return f"（{record.text}）" if record.rule else ""


def _table(plan: Plan, ranked: Sequence[Record], reply: Reply, session: Session) -> None:
    several = len({record.body for record in ranked}) > 1
    for at, record in enumerate(ranked):
        place = 1 + sum(_better(other, record, plan) for other in ranked)
        name = _name(record, plan, session)
        what = _derived(record) or f"　{record.what}{_phase(record, session)}"
        whose = session.lexicon.label(record.body) if several and plan.group != "body" else ""
        year = "" if plan.group == "year" else f"{record.year}年　"
        reply.say(f"　{place}. {name}　{whose}{year}{shown(record)}{what}")
        reply.rows.append(
            {
                "名次": place,
                "名称": name,
                "单位": session.lexicon.label(record.body),
                "年度": record.year,
                "数值": record.value,
                "计量单位": record.unit,
                "比较符": record.comparator,
                "阶段": session.lexicon.label(record.phase) if record.phase else "",
            }
        )
        if at >= 19:
            break


def _better(other: Record, record: Record, plan: Plan) -> bool:
    return _size(other) > _size(record) if plan.order == "max" else _size(other) < _size(record)


def _coverage(plan: Plan, ranked: Sequence[Record], apart: Sequence[Record], reply: Reply, session: Session) -> None:
    if plan.group != "body":
        return
    lexicon = session.lexicon
    named = tuple(dict.fromkeys(body for select in plan.selects for body in select.bodies))
    asked = named or tuple(body.iri for body in lexicon.reporting)
    told = {record.body for record in ranked}
    missing = [lexicon.label(body) for body in asked if body not in told]
    line = f"覆盖：{len(asked)}家单位中{len(told)}家公布了这一数据"
    reply.say(line + (f"；未公布或不可比的有{'、'.join(missing)}。" if missing else "。"))
    for body in asked:
        if body not in told and plan.selects[0].of == "fact":
            years = plan.selects[0].years or lexicon.bodies[body].years
            for row in declared_none(replace(plan.selects[0], bodies=(body,), years=years), session):
                reply.say(f"　{lexicon.label(body)}的报告说明：{row['subject']}{row['year']}年无。")
    for record in apart:
        groups = "、".join(lexicon.label(population) for population in plan.selects[0].populations)
        wide = "更宽" if record.match == "broader" else "更窄"
        whose = f"{lexicon.label(record.body)}只公布了“{record.entity}”（口径比“{groups}”{wide}）"
        reply.say(f"　另列：{whose}人均{shown(record)}{_derived(record)}，不参加排名。")
        for other in _spent(plan.selects[0], record, session):
            reply.say(f"　　其{_phase(other, session).strip('（）')}数为{shown(other)}（{other.text}）。")
            reply.rest_on(other)


def _spent(select: Select, record: Record, session: Session) -> list[Record]:
    """What the same indicator achieved, where a final account tells."""
    return [
        other
        for other in fetch(replace(select, bodies=(record.body,)), session)
        if other.nodes == record.nodes and other.phase == "phase/executed" and other != record
    ]


def _unlike(plan: Plan, ranked: Sequence[Record], reply: Reply, session: Session) -> None:
    lexicon = session.lexicon
    years, phases = {record.year for record in ranked}, {record.phase for record in ranked if record.phase}
    if len(years) > 1 and plan.group != "year":
        reply.base(f"年度不同：{'、'.join(f'{year}年' for year in sorted(years))}")
    if len(phases) > 1:
        reply.base(f"口径不同：{'、'.join(lexicon.label(phase) for phase in sorted(phases))}并列比较，仅供参考")
    if len({record.rule for record in ranked if record.rule}) > 1:
        reply.base("印出的标准（≤为上限，=为定额）与预算÷人数的推算并列")
    if len({figure(record, lexicon) for record in ranked}) < len(ranked):
        reply.base("部分记录相同")

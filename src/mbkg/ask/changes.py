"""Change against the year before, the year before's figure, and the reasons that reports give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.compile import Term, short
from mbkg.ask.fetching import fetch
from mbkg.ask.nothing import nothing
from mbkg.ask.numbers import rounded
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.say import amount, in_phase
from mbkg.ask.session import Refused, Row, Session
from mbkg.ask.statements import names_of, statements
from mbkg.labels import fold

_YUAN = {"万元": Decimal(1), "元": Decimal("0.0001"), "亿元": Decimal(10000)}


def change(plan: Plan, session: Session) -> Reply:
    """How a figure differs from the year before: as a sentence of the report states it, else from both years' figures.

    Raises:
        Refused: neither is there.
    """
    reply = Reply()
    for select in plan.selects:
        for body in select.bodies or tuple(body.iri for body in session.lexicon.reporting):
            own = replace(select, bodies=(body,))
            if select.of == "fact":
                _change_of(own, plan, reply, session)
    if not reply.lines:
        records = [record for select in plan.selects for record in fetch(select, session)]
        if not records:
            raise nothing(plan.selects[0], session)
        raise Refused("no_data", "no_value", f"报告没有说明{records[0].what}比上年的增减，也没有公布上年数。")
    return reply


def _change_of(select: Select, plan: Plan, reply: Reply, session: Session) -> None:
    records = fetch(select, session)
    stated = [
        row
        for row in statements(select, session, [node for record in records for node in record.nodes])
        if row["change"] and row["againstYear"] and (not row["year"] or int(row["againstYear"]) < int(row["year"]))
    ]
    now = records[0] if records else None
    if stated:
        named = names_of(select, session)
        row = min(
            stated,
            key=lambda row: (
                fold(row["subject"]) not in named,
                not row["changePct"],
                not row["value"],
                int(row["line"] or 0),
            ),
        )
        _stated(row, now, plan, reply, session)
    elif now is not None and now.value is not None:
        before = [
            record for record in fetch(replace(select, years=(now.year - 1,)), session) if record.value is not None
        ]
        if before:
            _between(now, before[0], plan, reply, session)


def _stated(row: Row, now: Record | None, plan: Plan, reply: Reply, session: Session) -> None:
    scale = _YUAN.get(session.unit(row["unit"]), Decimal(1))
    gap = Decimal(row["change"]) * scale
    reply.gap = gap if not reply.lines else None
    year = int(row["year"] or row["reportYear"])
    value = (
        Decimal(row["value"]) * scale if row["value"] else (now.value if now is not None and now.year == year else None)
    )
    percent, reckoned = (Decimal(row["changePct"]), False) if row["changePct"] else (None, False)
    if value is not None and value - gap < 0:
        reply.base(f"报告所述增减额{canonical(abs(gap))}万元大于本年数，推得上年为负，此处可能有误，不推算幅度")
    elif percent is None and value is not None and value - gap:
        percent, reckoned = gap / (value - gap) * 100, True
    word = "增加" if gap > 0 else "减少" if gap < 0 else "持平，增减"
    rate = (
        f"，{'增长' if gap > 0 else '下降'}{rounded(abs(percent))}%{'（按增减额和上年数推算）' if reckoned else ''}"
        if percent
        else ""
    )
    total = f"为{amount(value, '万元')}，" if value is not None else ""
    moved = f"比{row['againstYear']}年{word}{amount(abs(gap), '万元', plan.unit)}{rate}"
    what = in_phase(row["subject"], short(row["phase"]) if row["phase"] else "", session.lexicon)
    reply.say(f"{session.lexicon.label(row['body'])}{year}年{what}{total}{moved}。")
    if row["reason"]:
        reply.say(f"　报告说明的原因：{row['reason']}。")
    figures = [(abs(gap), "万元"), *([(abs(Decimal(rounded(percent, 4))), "%")] if percent is not None else [])]
    for number, unit in reversed(figures) if plan.rate and percent is not None else figures:
        reply.give(number, unit)
    if plan.rate and percent is None:
        raise Refused("no_data", "no_value", f"报告只说{word}{rounded(abs(gap))}万元，没有上年数，算不出幅度。")
    record = _statement_record(row, gap)
    reply.rows.append(
        {
            "单位": session.lexicon.label(row["body"]),
            "年度": year,
            "项目": row["subject"],
            "增减额": gap,
            "计量单位": "万元",
        }
    )
    reply.rest_on(record)
    if now is not None:
        reply.rest_on(now)


def _statement_record(row: Row, value: Decimal) -> Record:
    return Record(
        body=row["body"],
        year=int(row["year"] or row["reportYear"]),
        phase=short(row["phase"]),
        what=row["subject"],
        value=value,
        unit="万元",
        nodes=(row["statement"],),
        report=row["report"],
    )


def _between(now: Record, before: Record, plan: Plan, reply: Reply, session: Session) -> None:
    left, right = now.value or Decimal(0), before.value or Decimal(0)
    gap = left - right
    reply.gap = gap if not reply.lines else None
    word = "增加" if gap > 0 else "减少" if gap < 0 else "持平，增减"
    rate = f"，{'增长' if gap > 0 else '下降'}{rounded(abs(gap / right * 100))}%" if right and gap else ""
    what = in_phase(now.what, now.phase, session.lexicon)
    whose = f"{session.lexicon.label(now.body)}{now.year}年{what}{rounded(left)}{now.unit}"
    then = f"{before.year}年{in_phase('', before.phase, session.lexicon)}{rounded(right)}{before.unit}"
    moved = f"{then}，{word}{amount(abs(gap), now.unit, plan.unit)}{rate}"
    reply.say(f"{whose}，{moved}（按两年公布数计算）。")
    figures = [(abs(gap), now.unit), *([(abs(Decimal(rounded(gap / right * 100, 4))), "%")] if right else [])]
    for number, unit in reversed(figures) if plan.rate else figures:
        reply.give(number, unit)
    reply.rest_on(now, before)
    if now.phase != before.phase:
        reply.base("两年口径不同")


def previous(select: Select, session: Session) -> list[Record]:
    """The figure of a year no report prints, reckoned from the year after and the change it states; nothing where either is missing."""
    found: list[Record] = []
    for year in select.years:
        later = replace(select, years=(year + 1,))
        for now in fetch(later, session):
            if now.value is None or now.unit != "万元":
                continue
            rows = [
                row
                for row in statements(replace(later, bodies=(now.body,)), session, now.nodes)
                if row["change"] and row["againstYear"] == str(year)
            ]
            same = [
                row
                for row in rows
                if not row["value"]
                or Decimal(row["value"]) * _YUAN.get(session.unit(row["unit"]), Decimal(1)) == now.value
            ]
            if not same:
                continue
            row = min(same, key=lambda row: (not row["value"], int(row["line"] or 0)))
            gap = Decimal(row["change"]) * _YUAN.get(session.unit(row["unit"]), Decimal(1))
            step = f"{'－增加' if gap >= 0 else '＋减少'}额{canonical(abs(gap))}万元"
            found.append(
                replace(
                    now,
                    year=year,
                    value=now.value - gap,
                    nodes=(*now.nodes, row["statement"]),
                    rule="previous-year",
                    text=f"{year + 1}年{canonical(now.value)}万元{step}",
                    notes=("该年数没有直接印出，由次年数和报告所述增减额推算",),
                )
            )
    return found


def _is_meant(row: Row, said: str) -> bool:
    """Whether a stated change is the one a question names (下降18.41%, 减少1.3万元); any is, if it names none."""
    numbers = {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", said)}
    stated = {abs(Decimal(row[key])) for key in ("change", "changePct") if row[key]}
    return not numbers or any(
        number <= figure < number + _last_place(number) for number in numbers for figure in stated
    )


def _last_place(number: Decimal) -> Decimal:
    """One in the last place said: 4万多 is 4 and less than 5, 18.41% is that alone."""
    exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)


def reason(plan: Plan, session: Session) -> Reply:
    """The reason that a report gives, in its words.

    Raises:
        Refused: the report gives none.
    """
    if any(select.of in ("project", "indicator") for select in plan.selects):
        return _why_projects(plan, session)
    reply = Reply()
    for select in plan.selects:
        records = fetch(select, session) if select.of == "fact" else []
        bodies = select.bodies or tuple(body.iri for body in session.lexicon.reporting)
        for body in bodies:
            own = replace(select, bodies=(body,))
            nodes = [node for record in records if record.body == body for node in record.nodes]
            rows = [row for row in statements(own, session, nodes) if row["reason"] and _is_meant(row, plan.about)]
            for row in sorted(rows, key=lambda row: int(row["line"] or 0)):
                year = row["year"] or row["reportYear"]
                moved = f"{row['direction']}" if row["direction"] else ""
                gap = (
                    f"{canonical(abs(Decimal(row['change'])))}{session.unit(row['unit'])}"
                    if row["change"] and Decimal(row["change"])
                    else ""
                )
                line = f"{session.lexicon.label(body)}{year}年{row['subject']}{moved}{gap}，报告说明的原因是：{row['reason']}。"
                if line not in reply.lines:
                    reply.say(line)
                reply.rest_on(_statement_record(row, Decimal(row["value"] or 0)))
    wider = _wider(plan, session) if not reply.lines else None
    if wider is not None:
        reply = reason(wider, session)
        names = "、".join(session.lexicon.label(measure) for select in wider.selects for measure in select.measures)
        reply.base(f"报告没有单独说明这一项，这是对上一级“{names}”的说明")
        reply.confidence = 0.6
        return reply
    if not reply.lines:
        whose = "、".join(session.lexicon.label(body) for select in plan.selects for body in select.bodies) or "各单位"
        raise Refused("no_data", "no_value", f"{whose}的报告没有说明这一增减的原因。")
    return reply


def _why_projects(plan: Plan, session: Session) -> Reply:
    """What self-assessments print as the reason beside a project's indicators, and what prose says of the project."""
    reply = Reply()
    for select in plan.selects:
        given: dict[str, Sequence[Term]] = {
            "project": select.projects,
            "body": select.bodies,
            "year": select.years,
            "indicator": select.indicators,
        }
        if not select.projects and not select.indicators:
            continue
        for row in sorted(session.rows("project-reasons", given), key=lambda row: int(row["line"] or 0)):
            whose = f"{session.lexicon.label(row['body'])}{row['year']}年“{row['title']}”项目"
            reply.say(f"{whose}的自评表在指标“{row['name']}”的偏差原因一栏写明：{row['reason']}。")
            label = "偏差原因分析及改进措施"
            reply.rest_on(
                Record(
                    body=row["body"],
                    year=int(row["year"]),
                    phase="",
                    what=row["name"],
                    value=None,
                    unit="",
                    nodes=(row["indicator"],),
                    text=row["reason"],
                    extra={"label": label},
                )
            )
            reply.rows.append(
                {
                    "单位": session.lexicon.label(row["body"]),
                    "年度": int(row["year"]),
                    "项目": row["title"],
                    "原因": row["reason"],
                }
            )
    if not reply.lines:
        words = "、".join(dict.fromkeys(select.words for select in plan.selects if select.words))
        names = "、".join(dict.fromkeys(record.entity for select in plan.selects for record in fetch(select, session)))
        about = f"（{names}）" if names else ""
        raise Refused("no_data", "no_value", f"报告没有逐项说明“{words}”{about}的原因。")
    return reply


def _wider(plan: Plan, session: Session) -> Plan | None:
    """The same question about the measures above; None at the top of the hierarchy."""
    selects = []
    for select in plan.selects:
        above = session.rows("broader", {"measure": select.measures}) if select.of == "fact" else []
        if above:
            selects.append(replace(select, measures=tuple(dict.fromkeys(short(row["above"]) for row in above))))
    return replace(plan, selects=tuple(selects)) if selects and len(selects) == len(plan.selects) else None

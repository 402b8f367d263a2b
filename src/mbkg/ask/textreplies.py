"""Replies from a report's own words: its code, the department for a duty, the projects evaluated, and all that is printed for a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.evidence import place_rows
from mbkg.ask.fetching import fetch
from mbkg.ask.nothing import nothing
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record, facts
from mbkg.ask.reply import Reply
from mbkg.ask.say import figure
from mbkg.ask.session import Refused, Row, Session
from mbkg.ask.topics import alike
from mbkg.labels import fold

_NEAR = 0.75  # how much of a duty a department's name must hold
_APART = 0.5  # and no other name more than this


def unit_codes(plan: Plan, session: Session) -> Reply:
    """The code printed beside a body's name; that of the 本级 where the unit's own is asked and the report prints both.

    Raises:
        Refused: no table of the report prints one.
    """
    select = plan.selects[0]
    rows = session.rows("unit-codes", {"body": select.bodies, "year": select.years})
    whose = "、".join(session.lexicon.label(body) for body in select.bodies)
    if not rows:
        raise Refused("no_data", "no_value", f"{whose}的报告里没有印出单位（部门）代码。")
    own = [row for row in rows if fold(row["label"]) != fold(session.lexicon.label(row["body"]))]
    whole = [row for row in rows if row not in own]
    chosen = (own or whole) if select.words else (whole or own)
    reply = Reply()
    for row in rows:
        reply.rows.append({"单位": session.lexicon.label(row["body"]), "名称": row["label"], "代码": row["code"]})
    for row in chosen:
        reply.entities.append(row["code"])
        reply.say(f"{row['label']}的代码是{row['code']}。")
        reply.rest_on(_record(row, row["first"], row["label"], ""))
    others = {row["code"]: row["label"] for row in rows if row["code"] not in reply.entities}
    for code, label in others.items():
        reply.base(f"报告另印有{label}的代码{code}")
    reply.entities = list(dict.fromkeys(reply.entities))
    return reply


def department(plan: Plan, session: Session) -> Reply:
    """The one department whose name holds the duty asked; reports list departments without their duties.

    Raises:
        Refused: no name holds it, or several do.
    """
    select = plan.selects[0]
    rows = [row for row in session.rows("passages", {"body": select.bodies}) if row["heading"] == "内设机构"]
    whose = "、".join(session.lexicon.label(body) for body in select.bodies)
    if not rows:
        raise Refused("no_data", "no_value", f"{whose}的报告里没有列出内设机构。")
    names = list(dict.fromkeys(row["text"] for row in rows))
    duty = alike(select.words)
    held = {name: common(duty, alike(re.sub("(?:科|处|室)$", "", name))) / max(1, len(duty)) for name in names}
    best = [name for name in names if held[name] >= _NEAR and held[name] == max(held.values())]
    rivals = [name for name in names if name not in best and held[name] > _APART]
    if len(best) != 1 or rivals:
        raise Refused(
            "no_data",
            "no_value",
            f"{whose}的报告只列出内设机构的名称，没有写明哪一个负责“{select.words}”：{'、'.join(names)}。",
        )
    row = next(row for row in rows if row["text"] == best[0])
    reply = Reply(confidence=0.7)
    reply.entities = [best[0]]
    reply.say(f"{whose}的内设机构中，名称与“{select.words}”相符的是{best[0]}。")
    reply.base("报告只列出内设机构的名称，没有逐个写明职责，按名称判断")
    reply.rest_on(_record(row, row["passage"], row["text"], row["text"]))
    reply.rows.append({"单位": whose, "名称": row["text"]})
    return reply


def evaluated(plan: Plan, session: Session) -> Reply:
    """The projects that a report says were, or are to be, evaluated more closely, with its sentence; `winners` are the projects.

    Raises:
        Refused: no report says so of any.
    """
    select = plan.selects[0]
    rows = session.rows("evaluated", {"body": select.bodies, "year": select.years})
    every = Select("project", bodies=select.bodies, years=select.years)
    projects = fetch(replace(every, attribute="budget"), session)
    priced = {record.project for record in projects}
    projects += [
        record for record in fetch(replace(every, attribute="number"), session) if record.project not in priced
    ]
    reply = Reply()
    for text in dict.fromkeys(row["text"] for row in rows):
        row = next(row for row in rows if row["text"] == text)
        own = [record for record in projects if record.body == row["body"] and is_named(record.entity, text)]
        own = [record for record in own if not any(_inside(record.entity, other.entity) for other in own)]
        printed = re.search('对[“"]?([^“”"，。]{2,40}?)[”"]?等?\\d*个?项目', text)
        names = [record.entity for record in own] or ([printed[1]] if printed else [])
        if not names:
            continue
        reply.entities += [name for name in names if name not in reply.entities]
        reply.winners += [record for record in own if record not in reply.winners]
        reply.say(f"{session.lexicon.label(row['body'])}{row['year']}年的报告写明：{text}")
        reply.rest_on(_record(row, row["statement"], "重点绩效评价", text))
        reply.rows += [
            {"单位": session.lexicon.label(row["body"]), "年度": int(row["year"]), "项目": name} for name in names
        ]
    if not reply.entities:
        whose = "、".join(session.lexicon.label(body) for body in select.bodies) or "图中各单位"
        raise Refused("no_data", "no_value", f"{whose}的报告里没有写明对哪个项目开展重点绩效评价。")
    return reply


def picked(plan: Plan, session: Session) -> Reply:
    """The projects of the indicators selected, each with the indicator that picked it; `winners` are the indicators."""
    reply = Reply()
    for record in (record for select in plan.selects for record in fetch(select, session)):
        name = record.extra.get("title", "")
        reply.entities += [name] if name not in reply.entities else []
        reply.winners.append(record)
        reply.say(figure(record, session.lexicon) + "。")
        reply.rest_on(record)
    return reply


def _inside(name: str, other: str) -> bool:
    return name != other and alike(name) in alike(other)


def is_named(title: str, text: str) -> bool:
    """Whether a sentence names a project: its title, with or without the year or number behind it, stands in it."""
    core = re.sub(r"[\d.年度万元]+$", "", fold(title))
    return len(core) > 3 and core in fold(text)


def prints(plan: Plan, session: Session) -> Reply:
    """Every figure that the report prints for what is asked, each number once with its places.

    Raises:
        Refused: the report has no such figure, or prints it once.
    """
    reply = Reply()
    records = [record for select in plan.selects for record in _with_twins(select, session)]
    if not records:
        raise nothing(plan.selects[0], session)
    places: dict[Decimal, list[str]] = {}
    for record in records:
        for row in place_rows(record.nodes, session):
            if (number := _number(row, session)) is None:
                continue
            where = "，".join(
                filter(None, (row["table"] or "文字说明", row["rowLabel"] or row["subject"], row["column"]))
            )
            said = f"{where}（{row['file']}{'第' + row['line'] + '行' if row['line'] else ''}）"
            places.setdefault(number, [])
            if said not in places[number]:
                places[number].append(said)
        reply.rest_on(record)
    for record in records:
        if record.value is not None and record.value not in places:
            places[record.value] = [figure(record, session.lexicon)]
    whose = session.lexicon.label(records[0].body)
    what = "、".join(dict.fromkeys(record.what for record in records))
    reply.say(f"{whose}{records[0].year}年{what}在报告中印有{len(places)}个不同的数：")
    for number in sorted(places, key=lambda number: (-len(places[number]), number)):
        reply.say(f"　{canonical(number)}{records[0].unit}：{'；'.join(places[number][:6])}。")
        reply.entities.append(canonical(number))
        reply.rows.append({"数值": number, "计量单位": records[0].unit, "处数": len(places[number])})
    return reply


def _with_twins(select: Select, session: Session) -> list[Record]:
    """The records of a selection, and those of the code that the other classification holds under the same words."""
    records = fetch(select, session)
    held = {*select.functions, *select.economics}
    for record in list(records):
        others = [code for code in session.lexicon.twins.get(record.extra.get("code", ""), ()) if code not in held]
        if not others:
            continue
        own = replace(
            select,
            bodies=(record.body,),
            functions=tuple(code for code in others if "/function/" in code),
            economics=tuple(code for code in others if "/economic-department/" in code),
            governments=(),
        )
        records += [twin for twin in facts(own, session) if (twin.year, twin.phase) == (record.year, record.phase)]
    return records


def _number(row: Row, session: Session) -> Decimal | None:
    """The number of a place, 元 as 万元; None where it prints none."""
    printed = (row["printed"] or row["value"]).replace(",", "").replace("，", "")
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", printed):
        return None
    return Decimal(printed) / (10000 if session.unit(row["money"]) == "元" else 1)


def common(one: str, other: str) -> int:
    """How many letters of one word stand in another in the same order."""
    best: Sequence[int] = [0] * (len(other) + 1)
    for letter in one:
        row = [0]
        for at, own in enumerate(other):
            row.append(best[at] + 1 if letter == own else max(best[at + 1], row[at]))
        best = row
    return best[-1]


def _record(row: Row, node: str, what: str, text: str) -> Record:
    return Record(
        body=row["body"],
        year=int(row.get("year") or 0),
        phase="",
        what=what,
        value=None,
        unit="",
        nodes=(node,),
        text=text,
    )

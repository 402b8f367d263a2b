"""What bodies consist of, whom they answer to, and what codes and terms mean."""

from __future__ import annotations

import re
from decimal import Decimal

from mbkg.ask.compile import short
from mbkg.ask.plan import Plan
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Row, Session, holdings
from mbkg.ask.topics import carries
from mbkg.labels import fold

_SHORT = 5  # letters of a term that may be said with some left out
_FROM_TEXTS = frozenset({"unitCode", "department", "evaluated", "picked"})
_HEADINGS = {"departments": "内设机构", "subordinates": "所属单位", "duties": "主要职责", "signs": "内设机构"}


def structure(plan: Plan, session: Session) -> Reply:
    """Departments, bodies beneath and above, duties, and the second names on a department's door.

    Raises:
        Refused: the report does not tell.
    """
    bodies = plan.selects[0].bodies
    if plan.about == "superior":
        return _superior(bodies, session)
    if plan.about in _FROM_TEXTS:
        from mbkg.ask import textreplies

        return {
            "unitCode": textreplies.unit_codes,
            "department": textreplies.department,
            "evaluated": textreplies.evaluated,
            "picked": textreplies.picked,
        }[plan.about](plan, session)
    heading = _HEADINGS[plan.about]
    rows = [row for row in session.rows("passages", {"body": bodies}) if row["heading"] == heading]
    said = plan.selects[0].words
    if said:
        rows = [
            row
            for row in rows
            if all(
                fold(row["text"]) in fold(word) or fold(word) in fold(row["text"] + row["note"])
                for word in said.split("、")
            )
        ]
    if plan.about == "signs":
        rows = [row for row in rows if row["note"]]
    rows = list(
        {row["passage"]: row for row in sorted(rows, key=lambda row: (int(row["line"] or 0), row["passage"]))}.values()
    )
    rows = list({fold(row["text"]): row for row in reversed(rows)}.values())[::-1]  # 本级 and （本级） are one
    whose = "、".join(session.lexicon.label(body) for body in bodies)
    if not rows:
        about = f"“{said}”" if said else heading
        raise Refused("no_data", "no_value", f"{whose}的报告里没有找到{about}。")
    reply = Reply()
    if plan.about == "signs":
        reply.entities = [_sign(row["note"]) for row in rows]
        reply.say("；".join(f"{row['text']}{row['note']}" for row in rows) + "。")
    else:
        reply.entities = [row["text"] for row in rows]
        if plan.about != "duties":
            reply.give(Decimal(len(rows)), "个")
        count = "" if plan.about == "duties" else f"（{len(rows)}个）"
        reply.say(f"{whose}的{heading}{count}：{'、'.join(_with_note(row) for row in rows)}。")
    reply.rest_on(*(_record(row) for row in rows))
    reply.rows = [
        {"单位": session.lexicon.label(row["body"]), "类别": heading, "名称": row["text"], "说明": row["note"]}
        for row in rows
    ]
    return reply


def bodies(plan: Plan, session: Session) -> Reply:
    """The units with reports of the years, kinds and regions asked, each with its reports.

    Raises:
        Refused: there is none.
    """
    select, lexicon = plan.selects[0], session.lexicon
    kinds = {f"reportKind/{phase.rpartition('/')[2]}" for phase in select.phases}
    reply = Reply()
    for body in lexicon.reporting:
        held = [
            report
            for report in sorted(body.reports.values(), key=lambda each: (each.year, each.kind, each.iri))
            if (not select.years or report.year in select.years) and (not kinds or report.kind in kinds)
        ]
        if not held or (select.bodies and body.iri not in select.bodies):
            continue
        names = "、".join(f"{report.year}年{lexicon.label(report.kind)}" for report in held)
        reply.entities.append(body.name)
        reply.say(f"　{body.name}：{names}。")
        reply.rows.append({"单位": body.name, "报告": names})
    if not reply.entities:
        raise Refused("no_data", "out_of_period", f"图中没有这样的报告。图中有：{holdings(lexicon)}。")
    reply.lines = [f"有报告的单位{len(reply.entities)}家：", *reply.lines]
    if plan.operation == "sum":
        reply.give(Decimal(len(reply.entities)), "个")
        reply.entities = []
    return reply


def _with_note(row: Row) -> str:
    return f"{row['text']}（{row['note']}）" if row["note"] else row["text"]


def _sign(note: str) -> str:
    return note.removeprefix("加").removeprefix("挂").removesuffix("牌子").removesuffix("的")


def _record(row: Row) -> Record:
    return Record(
        body=row["body"],
        year=0,
        phase="",
        what=row["text"],
        value=None,
        unit="",
        nodes=(row["passage"],),
        text=row["text"],
    )


def _superior(bodies: tuple[str, ...], session: Session) -> Reply:
    rows = session.rows("superiors", {"body": bodies})
    if not rows:
        whose = "、".join(session.lexicon.label(body) for body in bodies)
        raise Refused("no_data", "no_value", f"{whose}的报告没有写明上级单位或主管部门。")
    reply = Reply()
    for row in rows:
        reply.entities.append(row["name"])
        reply.say(f"{session.lexicon.label(row['body'])}的主管部门（上级单位）是{row['name']}。")
        if row["sheet"]:
            sheet = Record(
                body=row["body"],
                year=0,
                phase="",
                what="主管部门",
                value=None,
                unit="",
                nodes=(row["sheet"],),
                text=row["name"],
                extra={"label": "主管部门"},
            )
            reply.rest_on(sheet)
        reply.rows.append({"单位": session.lexicon.label(row["body"]), "主管部门": row["name"]})
    return reply


def definition(plan: Plan, session: Session) -> Reply:
    """A code's name, a name's code, or what a report's glossary says of a term.

    Raises:
        Refused: no list and no glossary of the graph has it.
    """
    select = plan.selects[0]
    if plan.about == "parts":
        return _parts(select.measures, session)
    if plan.about == "term":
        return _term(select.words, select.bodies, session)
    if plan.about == "name":
        codes = tuple(
            f"code/{kind}/{number}"
            for number in select.words.split("、")
            for kind in ("function", "economic-department", "economic-government")
        )
    else:
        codes = select.functions
    rows = session.rows("codes", {"code": codes})
    printed = [row for row in rows if int(row["cells"])]
    rows = printed or rows
    if not rows:
        raise Refused("no_data", "not_in_schema", f"科目清单和各报告里都没有“{select.words}”。")
    reply = Reply()
    for row in rows:
        level = row["level"] + "级" if row["level"] else ""
        scheme = {
            "function": "支出功能分类",
            "economic-department": "部门预算支出经济分类",
            "economic-government": "政府预算支出经济分类",
        }[short(row["code"]).split("/")[1]]
        above = f"，上级科目是{row['above'].rsplit('/', 1)[-1]} {row['aboveName']}" if row["above"] else ""
        seen = f"，图中{row['cells']}个单元格印有它" if int(row["cells"]) else "，图中的报告没有用到它"
        reply.say(f"{scheme}{level}科目{row['notation']}：{row['name']}{above}{seen}。")
        reply.entities.append(row["notation"] if plan.about == "number" else row["name"])
        if row["first"]:
            reply.rest_on(
                Record(body="", year=0, phase="", what=row["name"], value=None, unit="", nodes=(row["first"],))
            )
        reply.rows.append({"科目": row["notation"], "名称": row["name"], "级次": row["level"]})
    return reply


def _parts(measures: tuple[str, ...], session: Session) -> Reply:
    """What a measure is made of, by the vocabulary."""
    rows = session.rows("broader", {"above": measures})
    parts = list(dict.fromkeys(session.lexicon.label(short(row["measure"])) for row in rows))
    name = "、".join(session.lexicon.label(measure) for measure in measures)
    if not parts:
        raise Refused("no_data", "no_value", f"词表里没有列出“{name}”由哪些项目组成。")
    reply = Reply()
    reply.entities = parts
    reply.say(f"{name}由{'、'.join(parts)}{len(parts)}项组成。")
    reply.base("按财政公开的统一口径（本体词表）")
    return reply


def _last(term: str) -> str:
    """The last part of a term: 行政运行 of 卫生健康支出（类）医疗保障管理事务（款）行政运行（项）."""
    parts = [part for part in re.split("[(（][类款项][)）]", term) if part.strip()]
    return parts[-1] if parts else term


def _term(words: str, bodies: tuple[str, ...], session: Session) -> Reply:
    rows = session.rows("terms", {"body": bodies})
    said = fold(words)
    exact = [row for row in rows if said in (fold(row["term"]), fold(_last(row["term"])))]
    near = exact or [row for row in rows if said in fold(_last(row["term"]))]
    if not near and (below := [_last(row["term"]) for row in rows if said in fold(row["term"])]):
        why = f"各报告的名词解释没有单独解释“{words}”，解释了它下面的{'、'.join(dict.fromkeys(below))}。"
        raise Refused("no_data", "no_value", why)
    near = near or [row for row in rows if len(said) > _SHORT and carries(fold(row["term"]), said)]
    if not near:
        raise Refused("no_data", "no_value", f"各报告的名词解释里没有“{words}”。")
    reply = Reply()
    for row in {row["node"]: row for row in near}.values():
        reply.say(f"{row['term']}（{row['unit']}）：{row['text']}")
        reply.rest_on(
            Record(
                body=row["body"],
                year=0,
                phase="",
                what=row["term"],
                value=None,
                unit="",
                nodes=(row["node"],),
                text=row["text"],
            )
        )
        reply.rows.append({"名词": row["term"], "单位": row["unit"], "解释": row["text"]})
    return reply

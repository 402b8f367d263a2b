"""What the accounting rules found: asked for outright, or said beside an answer that rests on a figure they contradict.

Only broken relations are spoken of. Rounding is no contradiction, and what could not be checked is counted when checks are asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mbkg.ask.lexicon import Body, Report
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Row, Session, holdings

_LISTED = 8  # findings named in an answer; the rest are counted
_SAID = 3  # findings said beside an answer about something else
_MANY = 12  # parts of a sum beyond which its being broken says nothing of one of them
_FEW = 2  # figures that can be shown as what contradicts another; more are the parts of a sum
_RANK = {"violation": 0, "warning": 1, "info": 2}
_KINDS = {"phase/budget": "reportKind/budget", "phase/finalAccount": "reportKind/finalAccount"}


@dataclass(frozen=True, slots=True)
class Broken:
    """One violated check: its sentence, the printed figures judged and those they are judged by."""

    finding: str
    report: str
    name: str
    severity: str
    message: str
    row: Row
    lefts: tuple[str, ...]
    rights: tuple[str, ...]

    @property
    def order(self) -> tuple[int, int, str, str]:
        return _RANK.get(self.severity, 9), len(self.lefts) + len(self.rights) > _FEW, self.message, self.finding


def checks(plan: Plan, session: Session) -> Reply:
    """How the reports of a selection tie out: checks counted, what is broken listed.

    Raises:
        Refused: no such report, or the graph holds no checks of it.
    """
    chosen = _reports(plan, session)
    given = {"report": tuple(report.iri for _, report in chosen)}
    counted = session.rows("checks", given)
    if not counted:
        raise Refused("no_data", "no_value", "图中没有这些报告的勾稽核对结果，请重新运行 mbkg build。")
    broken = _broken(session.rows("findings", given, about="", own=""))
    if plan.about == "scope":
        return _scoped(plan.selects[0], broken, chosen, session)
    reply = Reply()
    total = 0
    for body, report in chosen:
        own = [each for each in broken if each.report == report.iri]
        total += sum(each.severity == "violation" for each in own)
        name = f"{body.name}{report.year}年{session.lexicon.label(report.kind).removesuffix('报告')}"
        reply.say(f"{name}：{_counts([row for row in counted if row['report'] == report.iri])}")
        shown = [each for each in own if each.severity != "info"]
        for number, each in enumerate(shown[:_LISTED], start=1):
            reply.say(f"　{number}. {_sentence(each)}")
        if len(shown) > _LISTED:
            reply.say(f"　另有{len(shown) - _LISTED}项，用 mbkg validate 看全部。")
        for each in own:
            reply.rows.append(_row(each, body, report))
        for each in shown[:_LISTED]:
            reply.rest_on(_record(each, body, report))
    reply.give(Decimal(total), "项")
    reply.entities = list(dict.fromkeys(each.name for each in broken if each.severity == "violation"))
    reply.base("“未发现不符”只就所核对的各项而言，没有核对的不算相符")
    return reply


def _scoped(select: Select, broken: Sequence[Broken], chosen: list[tuple[Body, Report]], session: Session) -> Reply:
    """The broken relations of the tables, the project and the numbers that a question names: nothing broken there is no agreement.

    Raises:
        Refused: no check of them is broken, so nothing can be said.
    """
    numbers = [number.replace(",", "") for number in select.words.split("、") if number]
    found: list[tuple[Broken, Body, Report]] = []
    for body, report in chosen:
        for each in broken:
            said = each.message.replace(",", "")
            if (
                each.report == report.iri
                and all(re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", said) for number in numbers)
                and all(table in said for table in select.subjects)
                and (
                    not select.projects or any(node.startswith(select.projects) for node in (*each.lefts, *each.rights))
                )
            ):
                found.append((each, body, report))
    if not found:
        what = "、".join(filter(None, (*select.subjects, *numbers)))
        raise Refused("no_data", "no_value", f"没有找到与“{what}”有关的不符之处，也没有专门核对它，因此不能判断。")
    reply = Reply()
    reply.yesno = False
    reply.say(f"不一致，所问之处核对不符{len(found)}项：")
    for number, (each, body, report) in enumerate(found[:_LISTED], start=1):
        reply.say(f"　{number}. {_sentence(each)}")
        reply.rest_on(_record(each, body, report))
        reply.rows.append(_row(each, body, report))
    return reply


def contradictions(records: Sequence[Record], session: Session) -> tuple[list[str], list[str]]:
    """Sentences on the broken relations behind the figures of an answer, and the nodes of what contradicts them.

    A place that prints another figure for the same thing is said elsewhere (`evidence.places_of`): its node is given, the words are not.
    """
    nodes = tuple(dict.fromkeys(node for record in records if record.value is not None for node in record.nodes))
    if not nodes:
        return [], []
    rows = session.rows("findings", {"node": nodes}, quiet=True, about=_ABOUT, own=_OWN)
    said: dict[str, None] = {}
    others: dict[str, None] = {}
    more = 0
    for node in nodes:
        mine = [row for row in rows if row["node"] == node and row["severity"] != "info"]
        own = {row["operand"] for row in mine if row["own"] == "true"}
        told = {row["operand"] for row in mine if row["against"] == "true"}
        found = [each for each in _broken(mine) if len(each.lefts) + len(each.rights) <= _MANY]
        for each in found:
            against = each.lefts if own & {*each.rights} else each.rights
            if len(against) <= _FEW:
                others.update(dict.fromkeys(against))
        new = [each for each in found if not (told and {*each.lefts, *each.rights} <= own | told)]
        if new:
            sentence = f"{_sentence(new[0])}"
            if sentence not in said and len(said) >= _SAID:
                more += 1
            else:
                said[sentence] = None
    lines = [f"所据数字有一项勾稽不符：{sentence}" for sentence in said]
    if more:
        lines.append(f"另有{more}个数字所在的勾稽关系不符，用 mbkg validate 查看")
    return lines, [node for node in others if node not in nodes]


_ABOUT = "{ ?finding mb:concerns ?node } UNION { ?finding mb:operand ?node }"
_OWN = """BIND (?operand = ?node || EXISTS { ?node prov:wasDerivedFrom ?operand } AS ?own)
  BIND (EXISTS { ?node mb:contradictedBy ?operand } AS ?against)"""


def _broken(rows: Iterable[Row]) -> list[Broken]:
    """The rows of each violated check as one, the gravest first."""
    by_finding: dict[str, list[Row]] = {}
    for row in rows:
        by_finding.setdefault(row["finding"], []).append(row)
    found = []
    for finding, own in by_finding.items():
        sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
        for row in own:
            sides[row["isLeft"] != "true"][row["operand"]] = None
        first = own[0]
        lefts, rights = (tuple(sorted(side)) for side in sides)
        found.append(
            Broken(finding, first["report"], first["name"], first["severity"], first["message"], first, lefts, rights)
        )
    return sorted(found, key=lambda each: each.order)


def _reports(plan: Plan, session: Session) -> list[tuple[Body, Report]]:
    select = plan.selects[0]
    kinds = {_KINDS[phase] for phase in select.phases if phase in _KINDS}
    chosen = [
        (body, report)
        for body in session.lexicon.reporting
        if not select.bodies or body.iri in select.bodies
        for report in sorted(body.reports.values(), key=lambda report: (report.year, report.kind, report.iri))
        if (not select.years or report.year in select.years) and (not kinds or report.kind in kinds)
    ]
    if not chosen:
        raise Refused("no_data", "out_of_period", f"图中没有这样的报告。图中有：{holdings(session.lexicon)}。")
    return chosen


def _counts(rows: Iterable[Row]) -> str:
    """勾稽核对 350 项，不符 17 项，不可核对 2 项。"""
    total: Counter[str] = Counter()
    for row in rows:
        for name in ("holds", "rounding", "notEvaluable"):
            total[name] += int(row[name])
        total[row["severity"]] += int(row["violated"])
    parts = [f"勾稽核对{sum(total.values())}项", f"不符{total['violation']}项" if total["violation"] else "未发现不符"]
    for name, word in (("warning", "提醒"), ("info", "说明"), ("rounding", "尾差")):
        if total[name]:
            parts.append(f"{word}{total[name]}项")
    return f"{'，'.join(parts)}；{total['notEvaluable']}项不可核对。"


def _sentence(broken: Broken) -> str:
    doubt = "（疑为识读有误，请核对原件）" if broken.row["suspect"] == "true" else ""
    return f"{broken.message.rstrip('。')}（{broken.name}）{doubt}"


def _row(broken: Broken, body: Body, report: Report) -> dict[str, object]:
    numbers = {
        title: Decimal(broken.row[name])
        for title, name in (("本处", "left"), ("对照", "right"), ("相差", "difference"))
        if broken.row[name]
    }
    return {
        "单位": body.name,
        "年度": report.year,
        "报告": report.name,
        "规则": broken.name,
        "程度": broken.severity,
        **numbers,
        "计量单位": broken.row["unit"],
        "说明": broken.message,
    }


def _record(broken: Broken, body: Body, report: Report) -> Record:
    return Record(
        body=body.iri,
        year=report.year,
        phase="",
        what=broken.name,
        value=None,
        unit=broken.row["unit"],
        nodes=(*broken.lefts[:2], *broken.rights[:2]),
        text=broken.message,
        report=report.iri,
    )

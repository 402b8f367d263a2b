"""Projects by how two of their own amounts stand to each other: 全年预算数低于年初预算数的项目, 预算被调减的项目."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from mbkg.amounts import canonical
from mbkg.ask.attempts import ENDS, attempt
from mbkg.ask.fetching import fetch
from mbkg.ask.mentions import Question
from mbkg.ask.nothing import nothing
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.records import Record, holds
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given
from mbkg.ask.textforms import entry, is_signed
from mbkg.ask.words import measures

_INVERSE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_SAID = {"<": "低于", ">": "高于", "<=": "不高于", ">=": "不低于", "=": "等于", "!=": "不等于"}


def pairs(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a question for the projects whose amounts stand so; None for any other."""
    text = question.text.strip(ENDS)
    if "项目" not in text or not is_signed("pairs", text):
        return None
    if not re.search("哪|几个|多少个|列出|名单|有没有|是否有|有无", text):
        return None
    plan = paired_list(text, session, given)
    if plan is None or not re.search("有没有|是否有|有无", text):
        return plan
    return Plan("verdict", inner=plan, test=Condition(">", Decimal(0), ""), about="exists")


def paired_list(text: str, session: Session, given: Given) -> Plan | None:
    """The plan for the projects that a text with such conditions picks; None where it has none, or another word is not understood.

    Raises:
        Refused: the conditions said contradict each other.
    """
    said, moved = _forms()
    conditions: dict[tuple[str, str, str], None] = {}
    rest = text
    for match in reversed([*said.finditer(text)]):
        conditions.setdefault(_compared(match))
        rest = rest[: match.start()] + rest[match.end() :]
    for match in reversed([*moved.finditer(rest)]):
        first, sign, second = _verbs()[match["verb"]]
        denied = match["no"] or match["no2"]
        conditions.setdefault((first, _INVERSE[sign] if denied else sign, second))
        rest = rest[: match.start()] + rest[match.end() :]
    if not conditions:
        return None
    canonical_ = {_ordered(condition) for condition in conditions}
    if len(canonical_) > 1:
        raise Refused(
            "out_of_scope", "not_in_schema", "问题给项目的几个金额各设了条件，没有听懂怎样合在一起；请分开问。"
        )
    rest = re.sub("(?:被|遭|有过|的)+(?=项目|$)", "", rest)
    rest = re.sub("(?<=项目)(?:的|其|里|中|是|，)+(?=哪|有)", "", rest)
    rest = re.sub(
        "(?:有没有|是否有|有无)(?=项目|[^项]*项目$)", "", re.sub("(?<=项目)(?:有没有|是否有|有无)$", "", rest)
    )
    plan = attempt(rest, session, given) or attempt(f"{rest}有哪些", session, given)
    if plan is None or plan.ask not in ("list", "count") or len(plan.selects) != 1 or plan.group != "project":
        return None
    if plan.selects[0].of != "project" or plan.selects[0].conditions or plan.selects[0].projects:
        return None
    first, sign, second = canonical_.pop()
    return replace(plan, about=f"{first}{sign}{second}")


def _ordered(condition: tuple[str, str, str]) -> tuple[str, str, str]:
    """The condition with its amounts in one order, so that two ways of saying it are one."""
    first, sign, second = condition
    order = [*entry("pairs")["attributes"]]
    return condition if order.index(first) > order.index(second) else (second, _TURNED[sign], first)


def _compared(match: re.Match[str]) -> tuple[str, str, str]:
    attributes = {word: name for name, said in entry("pairs")["attributes"].items() for word in said}
    signs = {word: sign for sign, said in entry("pairs")["how"].items() for word in said}
    other = match["b"] or match["b2"] or match["b3"]
    return attributes[match["a"]], signs[match["sign"] or match["leaning"] or match["same"]], attributes[other]


@cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = entry("pairs")
    names = sorted({word for said in known["attributes"].values() for word in said}, key=len, reverse=True)
    verbs = sorted(_verbs(), key=len, reverse=True)
    return (
        re.compile(known["said"].replace("{ATTR}", "|".join(names))),
        re.compile(known["moved"].replace("{VERBS}", "|".join(verbs))),
    )


@cache
def _verbs() -> dict[str, tuple[str, str, str]]:
    return {word: tuple(each["condition"]) for each in entry("pairs")["verbs"] for word in each["words"]}


def listing_pairs(plan: Plan, session: Session) -> Reply:
    """The projects whose two amounts stand as the plan says, listed or counted with both amounts.

    Raises:
        Refused: no project of the reports asked has both amounts.
    """
    parted = re.fullmatch("([A-Za-z]+)([<>=!]+)([A-Za-z]+)", plan.about)
    if parted is None:
        raise Refused("out_of_scope", "not_in_schema", f"没有听懂条件“{plan.about}”。")
    select = plan.selects[0]
    sides = [
        {record.project: record for record in fetch(replace(select, attribute=name, phases=()), session)}
        for name in (parted[1], parted[3])
    ]
    both = [(sides[0][project], sides[1][project]) for project in sides[0] if project in sides[1]]
    if not both:
        raise nothing(select, session)
    labels = [measures()["attributes"][name]["label"] for name in (parted[1], parted[3])]
    kept = [pair for pair in both if _stands(pair[0], parted[2], pair[1])]
    reply = Reply()
    names = [first.entity for first, _ in kept]
    if plan.ask == "count":
        reply.give(Decimal(len(names)), "个")
    else:
        reply.entities = names
    of = "、".join(dict.fromkeys(f"{session.lexicon.label(first.body)}{first.year}年" for first, _ in both))
    what = f"{labels[0]}{_SAID[parted[2]]}{labels[1]}"
    reply.say(f"{of}两个数都印出的项目{len(both)}个，{what}的有{len(names)}个{'：' if names else '。'}")
    for first, second in kept:
        pair = (
            f"{label}{canonical(record.value or Decimal(0))}万元"
            for label, record in zip(labels, (first, second), strict=True)
        )
        reply.say(f"　{first.entity}　{'，'.join(pair)}")
        reply.rows.append(
            {
                "单位": session.lexicon.label(first.body),
                "年度": first.year,
                "项目": first.entity,
                labels[0]: first.value,
                labels[1]: second.value,
                "计量单位": first.unit,
            }
        )
    reply.winners = [first for first, _ in kept]
    for first, second in kept or both:
        reply.rest_on(first, second)
    lacking = len(sides[0].keys() ^ sides[1].keys())
    if lacking:
        reply.base(f"另有{lacking}个项目没有同时印出这两个数，未参加比较")
    return reply


def _stands(first: Record, sign: str, second: Record) -> bool:
    if first.value is None or second.value is None:
        return False
    return first.value != second.value if sign == "!=" else holds(first.value, sign, second.value)

"""The parts of a figure added up as they are printed: 工资福利支出各款相加 is no 工资福利支出, and need not be as much."""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.ask.attempts import ENDS, attempt, read
from mbkg.ask.compile import short
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given
from mbkg.ask.textforms import form, is_signed

_LEVELS = {"function": {3: "款", 5: "项"}, "economic": {3: "款"}}
_STRONG = re.compile("相加|之和|加起来|累加|求和|加总|加一起|加在一起|的和")
_CODES = {"function": "functions", "economic": "economics"}


def parts_sum(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a question for the sum of a code's parts; None for any other.

    Raises:
        Refused: parts are to be added, and it is not clear of what.
    """
    text = question.text.strip(ENDS)
    if not is_signed("partsSum", text):
        return None
    found = form("partsSum").search(text)
    if found is None or not found.start() or not form("partsSum", "plain").fullmatch(text[found.end() :].strip(ENDS)):
        return None
    if read(text[: found.start()], session).of("project", "top", "nth"):
        return None
    plan = added_parts(text[: found.start()], found["level"] or "", session, given)
    named = read(text[: found.start()], session)
    strong = found["level"] == "款" or (_STRONG.search(found.group()) and named.of("measure", "nature", "fund"))
    if plan is None and (strong or named.of("code", "codenumber")):
        raise Refused("out_of_scope", "not_in_schema", "没有听懂要把哪一个科目下面的哪一级数字相加。")
    return plan


def side_parts(side: str, session: Session, given: Given) -> Plan | None:
    """The plan of one side of an equality that adds up parts; None where it adds none."""
    found = form("partsSum").search(side) if is_signed("partsSum", side) else None
    if found is None or not found.start() or not form("partsSum", "plain").fullmatch(side[found.end() :].strip(ENDS)):
        return None
    return added_parts(side[: found.start()], found["level"] or "", session, given)


def adds_parts(text: str) -> bool:
    """Whether a text says that parts are added up."""
    found = form("partsSum").search(text) if is_signed("partsSum", text) else None
    return found is not None and bool(found.start())


def added_parts(whole: str, level: str, session: Session, given: Given) -> Plan | None:
    """The plan for the sum of the rows one level (or the level said) below the code that `whole` names; None for none."""
    plan = attempt(f"{whole.strip('的')}是多少", session, given)
    if plan is None or plan.ask != "amount" or plan.operation or len(plan.selects) != 1:
        return None
    select = plan.selects[0]
    if select.of == "fact" and not (select.functions or select.economics or select.governments or select.subjects):
        parts = tuple(
            dict.fromkeys(short(row["measure"]) for row in session.rows("broader", {"above": select.measures}))
        )
        each = tuple(replace(select, measures=(part,)) for part in parts)
        return Plan("amount", each, operation="sum", about="parts") if len(each) > 1 and level in ("", "项") else None
    kinds = [kind for kind, slot in _CODES.items() if getattr(select, slot)]
    if select.of != "fact" or len(kinds) != 1 or select.governments:
        return None
    codes: tuple[str, ...] = getattr(select, _CODES[kinds[0]])
    below = {_LEVELS[kinds[0]].get(len(code.rsplit("/", 1)[-1]), "") for code in codes}
    if len(codes) != 1 or not (next_ := below.pop()):
        return None
    if level in ("款", "项") and kinds[0] == "function" and not (next_ == "项" and level == "款"):
        next_ = level
    return Plan("amount", (_parts_of(select, kinds[0], next_),), operation="sum", about="parts")


def _parts_of(select: Select, kind: str, level: str) -> Select:
    natures = select.natures or ("nature/total",)
    return replace(select, breakdown=kind, level=level, natures=natures)

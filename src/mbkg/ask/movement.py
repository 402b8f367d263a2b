"""Rankings by change: whose figure, or which code's, rose or fell most against the year before.

Each candidate's change is what its report states, or else the difference of both years' printed figures; one of which neither is known
is named and takes no part. A fall is ranked among falls, a rise among rises.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.changes import change
from mbkg.ask.fetching import fetch
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.session import Refused, Session
from mbkg.ask.words import words

_LIGHT = 3  # letters between 增幅 and 最大
_CHANGING = frozenset(f"operator/{name}" for name in ("change", "changeRate", "increase", "decrease"))
_ORDERING = frozenset(f"operator/{name}" for name in ("max", "min", "rank", "descending", "ascending"))
MOVED = ("up", "down", "moved")


def movement_of(question: Question) -> tuple[str, bool] | None:
    """Which way the figures ranked moved (up, down, moved) and whether in per cent; None where no change is ranked.

    Raises:
        Refused: a change is said and a superlative, and it is not said that the change is what is ranked.
    """
    changing = [m for m in question.of("operator") if _CHANGING & {*m.senses}]
    ordering = [m for m in question.of("operator") if _ORDERING & {*m.senses}]
    if not changing:
        return None
    near = [one for one in changing if any(_gap(one, other) <= _LIGHT for other in ordering)]
    if not near:
        said = "、".join(f"“{mention.words}”" for mention in changing)
        raise Refused("out_of_scope", "not_in_schema", f"没有听懂{said}限定的是什么，因此不作回答。")
    said = "".join(mention.words for mention in changing)
    rate = any(word in said for word in words().rate_words)
    down, up = bool(re.search("降|减|少|缩|跌|砍", said)), bool(re.search("增|涨|升|多|长", said))
    return ("moved" if down == up else "down" if down else "up"), rate


def _gap(one: Mention, other: Mention) -> int:
    return other.start - one.end if other.start >= one.end else one.start - other.end


def moved(plan: Plan, session: Session) -> list[Record]:
    """One record for each candidate with the size of its change, of the direction asked.

    Raises:
        Refused: no change is known of any.
    """
    kept: list[Record] = []
    silent: list[str] = []
    for record, own in _candidates(plan, session):
        found = _moved(record, own, plan, session)
        if found is None:
            silent.append(record.entity or session.lexicon.label(record.body))
        else:
            kept.append(found)
    way = {"up": "增加", "down": "减少", "moved": "变动"}[plan.about]
    if not kept:
        raise Refused("no_data", "no_value", "报告没有说明这些数字比上年的增减，也没有公布上年数，不能排出增减的高低。")
    wanted = [(one, gap) for one, gap in _with_sign(kept) if plan.about == "moved" or (gap > 0) == (plan.about == "up")]
    wanted = [(one, gap) for one, gap in wanted if gap]
    if not wanted:
        raise Refused("no_data", "no_value", f"比上年没有{way}的。")
    if silent:
        session.note(f"没有说明增减、也没有公布上年数的不参加排名：{'、'.join(dict.fromkeys(silent))}")
    if len(wanted) < len(kept):
        session.note(f"只在比上年{way}的{len(wanted)}个里排名")
    return [one for one, _ in wanted]


def _with_sign(records: Sequence[Record]) -> list[tuple[Record, Decimal]]:
    return [(record, Decimal(record.extra["gap"])) for record in records]


def _candidates(plan: Plan, session: Session) -> list[tuple[Record, Select]]:
    """The figures that may have moved, each with the selection of itself alone."""
    found: list[tuple[Record, Select]] = []
    for select in plan.selects:
        for record in fetch(select, session):
            own = replace(select, bodies=(record.body,), years=(record.year,))
            code = record.extra.get("code", "")
            if select.breakdown:
                by_function = "/function/" in code
                functions, economics = ((code,), ()) if by_function else ((), (code,))
                own = replace(own, breakdown="", level="", conditions=(), functions=functions, economics=economics)
            if all(record.body != other.body or record.entity != other.entity for other, _ in found):
                found.append((record, own))
    return found


def _moved(record: Record, own: Select, plan: Plan, session: Session) -> Record | None:
    try:
        reply = change(Plan("change", (own,), rate=plan.rate), session)
    except Refused:
        return None
    if reply.gap is None or not reply.values:
        return None
    value, nodes = reply.values[0], tuple(dict.fromkeys(node for one in reply.records for node in one.nodes))
    if (value.unit == "%") != plan.rate:
        return None
    return replace(
        record,
        value=value.value,
        unit=value.unit,
        nodes=nodes or record.nodes,
        phase="",
        what=f"{record.what}比上年{'增' if reply.gap > 0 else '减'}",
        extra={**record.extra, "gap": str(reply.gap)},
        notes=(),
    )

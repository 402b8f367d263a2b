"""Who has no row for a code: a unit whose table prints the other codes of the same level, and not this one.

Only such a table is a statement. Where a report has no table that could hold the row, nothing is known of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mbkg.ask.plan import Select
from mbkg.ask.records import Record, facts
from mbkg.ask.session import Session

_LEVELS = {"function": {3: "类", 5: "款", 7: "项"}, "economic": {3: "类", 5: "款"}}
_CODES = {"function": "functions", "economic": "economics"}
_ENOUGH = 3  # rows of one level that make a table of that level


def absent(select: Select, bodies: Sequence[str], session: Session) -> list[Record]:
    """One record without a number for each of the bodies whose tables have rows of the code's level and none of the code."""
    if not _is_coded(select):
        return []
    whole = _with_twins(select, session)
    found: list[Record] = []
    for body in bodies:
        own = _of(whole, body, session)
        checked = [record for kind in _CODES if (record := _without(own, kind, session)) is not None]
        if checked and not facts(own, session):
            found.append(checked[0])
    return found


def under_the_other_code(select: Select, bodies: Sequence[str], session: Session) -> list[Record]:
    """What bodies print for the same words under the other classification (职业年金 as 2080506, not as 30109): they have it."""
    if not _is_coded(select):
        return []
    whole = _with_twins(select, session)
    return [record for body in bodies for record in facts(_of(whole, body, session), session)[:1]]


def _is_coded(select: Select) -> bool:
    return (
        select.of == "fact"
        and bool(select.functions or select.economics)
        and not (select.governments or select.breakdown)
    )


def _of(select: Select, body: str, session: Session) -> Select:
    years = select.years or session.lexicon.bodies[body].years[-1:]
    return replace(select, bodies=(body,), years=years, conditions=())


def _with_twins(select: Select, session: Session) -> Select:
    twins = [twin for code in (*select.functions, *select.economics) for twin in session.lexicon.twins.get(code, ())]
    return replace(
        select,
        functions=tuple(dict.fromkeys((*select.functions, *(code for code in twins if "/function/" in code)))),
        economics=tuple(
            dict.fromkeys((*select.economics, *(code for code in twins if "/economic-department/" in code)))
        ),
    )


def _without(select: Select, kind: str, session: Session) -> Record | None:
    codes: tuple[str, ...] = getattr(select, _CODES[kind])
    levels = {_LEVELS[kind].get(len(code.rsplit("/", 1)[-1]), "") for code in codes}
    if len(levels) != 1 or not (level := levels.pop()):
        return None
    rows = facts(
        replace(
            select, functions=(), economics=(), breakdown=kind, level=level, natures=select.natures or ("nature/total",)
        ),
        session,
    )
    if len(rows) < _ENOUGH or any(record.extra.get("code") in codes for record in rows):
        return None
    basic = kind == "economic" and "nature/basic" not in select.natures
    only = "（表中只列基本支出，项目支出里有没有，报告没有说明）" if basic else ""
    name = "、".join(dict.fromkeys(session.lexicon.label(code) for code in codes))
    return Record(
        body=rows[0].body,
        year=rows[0].year,
        phase="",
        what=name,
        value=None,
        unit="",
        nodes=rows[0].nodes,
        text="没有列",
        report=rows[0].report,
        notes=(
            f"报告的{'功能' if kind == 'function' else '经济'}分类表列有{len(rows)}个{level}级科目，没有{name}这一行{only}",
        ),
    )

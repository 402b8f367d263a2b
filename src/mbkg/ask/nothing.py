"""Why there is no figure to answer with, and what there is instead."""

from __future__ import annotations

from dataclasses import replace

from mbkg.ask.fetching import fetch
from mbkg.ask.plan import Select
from mbkg.ask.say import selected
from mbkg.ask.session import Refused, Session


def nothing(select: Select, session: Session) -> Refused:
    """Why there is no figure: what was looked for, and for which years and phases the graph has one."""
    lexicon = session.lexicon
    whose = "、".join(lexicon.label(body) for body in select.bodies) or "图中各单位"
    looked = selected(replace(select, bodies=()), lexicon)
    wider = fetch(replace(select, years=(), phases=()), session) if select.years or select.phases else []
    if not wider and select.of == "fact" and select.years:
        wider = fetch(
            replace(select, years=tuple(sorted(set(select.years) | {year + 1 for year in select.years})), phases=()),
            session,
        )
    has = list(
        dict.fromkeys(f"{record.year}年{lexicon.label(record.phase) if record.phase else '数'}" for record in wider)
    )
    rest = f"图中有的是{'、'.join(has)}。" if has else "报告没有公布这一项。"
    if select.of == "percapita":
        others = fetch(replace(select, bodies=(), years=(), words=""), session)
        names = dict.fromkeys(lexicon.label(record.body) for record in others if record.match == "exact")
        rest = f"公布了这类人群人均数的有{'、'.join(names)}。" if names else rest
    return Refused("no_data", "out_of_period" if has else "no_value", f"{whose}没有“{looked}”的数据。{rest}")

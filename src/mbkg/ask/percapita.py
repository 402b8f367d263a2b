"""Amounts per person of a population, as reports print them and as the rules derive them.

The group asked for, wider groups that hold it, and parts of it are told apart by the populations' hierarchy; only the
exact group is ranked.
A ceiling (≤) is what may be spent, a fixed standard (=) what is paid, a budget over a headcount what is planned: each keeps its sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.compile import Term, short, values
from mbkg.ask.plan import Select
from mbkg.ask.records import Record
from mbkg.ask.session import Row, Session
from mbkg.ask.topics import alike, gaps
from mbkg.ask.words import measures

_ORDER = {"exact": 0, "narrower": 1, "broader": 2}
_PLANNED = frozenset({"phase/budget", "phase/initialBudget", "phase/fullYearBudget"})


def percapita(select: Select, session: Session) -> list[Record]:
    """All records per person for the populations asked, their groups included; `match` says how the group fits."""
    given: dict[str, Sequence[Term]] = {"body": select.bodies, "year": select.years}
    groups = select.populations
    if select.projects:
        given["project"] = select.projects
        groups = groups or tuple(sorted(name for name in session.lexicon.labels if name.startswith("population/")))
    rows = session.rows("percapita", given, asked=values("asked", groups))
    best: dict[str, Row] = {}
    for row in rows:
        old = best.get(row["fact"])
        if old is None or _ORDER[row["match"]] < _ORDER[old["match"]]:
            best[row["fact"]] = row
    others: dict[str, set[str]] = {}
    for row in rows:
        if row["other"]:
            others.setdefault(row["fact"], set()).add(session.lexicon.label(short(row["other"])))
    records = [_record(row, sorted(others.get(fact, ())), session) for fact, row in sorted(best.items())]
    records = [record for record in records if _says(select.words, record)]
    return [record for record in records if not select.phases or _phase_fits(record, select)]


def _phase_fits(record: Record, select: Select) -> bool:
    planned = record.phase in _PLANNED
    asked_actual = bool(set(select.phases) & {"phase/finalAccount", "phase/executed"})
    return planned != asked_actual


def _says(words: str, record: Record) -> bool:
    """Whether every word left over in the question stands in the record's own names."""
    names = alike(record.extra["title"] + record.extra["name"] + record.entity)
    for word in filter(None, words.split("、")):
        plain = alike(word)
        held = {at for at in range(len(plain) - 1) if plain[at : at + 2] in names}
        covered = held | {at + 1 for at in held}
        if gaps(plain, covered, record.unit):
            return False
    return True


def _record(row: Row, others: list[str], session: Session) -> Record:
    value, unit = Decimal(row["value"]), session.unit(row["unit"])
    if abs(value) >= 10000 and unit.startswith("元"):
        value, unit = value / 10000, "万" + unit
    groups = session.lexicon.label(short(row["population"]))
    derived = row["rule"] == "per-capita-cost"
    notes: list[str] = []
    if derived:
        comparator = {"≥": "≤", "≤": "≥"}.get(row["headcountComparator"], "")
        phase = session.lexicon.label(short(row["phase"]))
        amount = canonical(Decimal(row["numerator"]))
        heads = canonical(Decimal(row["denominator"]))
        text = f"{row['title']}{phase}{amount}万元÷{heads}人（指标“{row['headcountName']}”{row['headcountRaw']}）"
        if row["overlap"] == "overlapping" and others:
            notes.append(f"项目名称还含{'、'.join(others)}，分母只是所列人数")
        elif row["overlap"] == "inherited":
            notes.append("人数指标未写明人群，按项目的人群理解")
        if row["headcountComparator"] in ("≥", "≤"):
            notes.append(f"人数为{row['headcountComparator']}，所以是{'上限' if comparator == '≤' else '下限'}估计")
    else:
        comparator = row["comparator"] if short(row["phase"]) != "phase/executed" else ""
        printed = row["actualRaw"] if short(row["phase"]) == "phase/executed" else row["raw"]
        text = f"指标“{row['name']}”{'实际完成' if short(row['phase']) == 'phase/executed' else '印出'}{printed}"
        if comparator == "≤":
            notes.append("“≤”是上限，不是实际支出")
    nodes = (row["project"], row["headcount"]) if derived else (row["indicator"],)
    return Record(
        body=row["body"],
        year=int(row["year"]),
        phase=short(row["phase"]),
        what=f"{groups}人均费用",
        value=value,
        unit=unit,
        nodes=nodes,
        entity=groups,
        text=text,
        comparator=comparator,
        project=row["project"],
        columns=_money_columns(),
        notes=tuple(notes),
        rule=row["rule"],
        match=row["match"],
        report=row["report"],
        extra={"title": row["title"], "name": row["name"] or row["headcountName"], "amount": row["numerator"]},
    )


def _money_columns() -> tuple[str, ...]:
    """The columns that print a project's money, in whichever phase."""
    known = measures()["attributes"]
    amounts = ("budget", "initialBudget", "fullYearBudget", "executed")
    return tuple(dict.fromkeys(column for name in amounts for column in known[name]["columns"]))


def representatives(records: list[Record]) -> list[Record]:
    """One record for each body, of the exact group if it has one: planned before spent, then the largest, whichever end of a
    ranking is asked for: what was carried over for the same people is not a body's cost.

    A printed standard and a derived figure of the same value are one; the printed one stands.
    """
    chosen: list[Record] = []
    for body in sorted({record.body for record in records}):
        own = [record for record in records if record.body == body]
        rank = min(_ORDER[record.match] for record in own)
        own = [record for record in own if _ORDER[record.match] == rank]
        planned = [record for record in own if record.phase in _PLANNED] or own
        yearly = [record for record in planned if record.unit.endswith("年")] or planned
        chosen.append(
            min(yearly, key=lambda record: (-in_yuan(record), record.rule != "per-capita-standard", record.nodes))
        )
    return chosen


def in_yuan(record: Record) -> Decimal:
    """The amount in 元, for comparing."""
    value = record.value or Decimal(0)
    return value * 10000 if record.unit.startswith("万") else value

"""Figures fetched for a selection: each a record that says whose, when, in which phase, of what, how much, and from which nodes.

What a question leaves open is settled here, once and in one order: the widest fund and nature that the report gives, the report's own year,
the report's own phase. What is settled so is said in the answer's basis. Phases that a question's word may mean are kept apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mbkg.ask.compile import Term, short
from mbkg.ask.numbers import rounded
from mbkg.ask.plan import Condition, Select
from mbkg.ask.session import Row, Session
from mbkg.ask.totals import THIS_YEAR, named_total, of_total, other_total
from mbkg.ask.words import kind_of_codes, measures

_FUND_DEPTH = {"fund/all": 0, "fund/fiscalAppropriation": 1, "fund/generalPublicBudget": 2}
_NATURE_DEPTH = {"nature/total": 0, "nature/basic": 1, "nature/project": 1}
_MAIN_PHASE = {
    "reportKind/finalAccount": ("phase/finalAccount", "phase/executed"),
    "reportKind/budget": ("phase/budget",),
}
_COMPARE = {">": Decimal.__gt__, ">=": Decimal.__ge__, "<": Decimal.__lt__, "<=": Decimal.__le__, "=": Decimal.__eq__}
ATTRIBUTE_PHASES = {
    "budget": "phase/budget",
    "initialBudget": "phase/initialBudget",
    "fullYearBudget": "phase/fullYearBudget",
    "executed": "phase/executed",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One figure: `entity` is the name a ranking would give, `nodes` what its places are looked up by."""

    body: str
    year: int
    phase: str
    what: str
    value: Decimal | None
    unit: str
    nodes: tuple[str, ...]
    entity: str = ""
    text: str = ""
    comparator: str = ""
    project: str = ""
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rule: str = ""
    match: str = "exact"
    category: str = ""
    report: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def meets(record: Record, conditions: Iterable[Condition]) -> bool:
    """Whether a record's figure keeps every limit, money compared in one unit."""
    return all(_meets(record, limit.operator, limit.value, limit.unit) for limit in conditions)


def comparable(record: Record, conditions: Iterable[Condition]) -> bool:
    """Whether every limit is in a unit that the record's figure has, or in none."""
    money = ("元", "万元")
    return all(
        not limit.unit or limit.unit == record.unit or (limit.unit in money and record.unit.split("/")[0] in money)
        for limit in conditions
    )


def holds(number: Decimal, operator: str, limit: Decimal) -> bool:
    """Whether `number operator limit` is true; the operator is one of > >= < <= =."""
    return bool(_COMPARE[operator](number, limit))


def _meets(record: Record, operator: str, value: Decimal, unit: str) -> bool:
    if record.value is None:
        return False
    own = record.value
    if unit in ("元", "万元") and record.unit.split("/")[0] in ("元", "万元"):
        own = own * (10000 if record.unit.startswith("万元") else 1)
        value = value * (10000 if unit == "万元" else 1)
    elif unit and unit != record.unit:
        return False
    return bool(_COMPARE[operator](own, value))


# ── facts ──────────────────────────────────────────────────────────────────────────────────────────────────


def facts(select: Select, session: Session) -> list[Record]:
    """Figures of budgets and accounts. A code that two classifications hold is read in each; readings that agree are one."""
    if select.breakdown:
        return _facts(select, session)
    readings: list[Select] = []
    if select.functions:
        readings.append(replace(select, economics=(), governments=()))
    if select.economics:
        readings.append(replace(select, functions=()))
    if select.governments and not select.economics and not select.functions:
        readings.append(select)
    found: list[Record] = []
    for reading in readings or [select]:
        for record in _facts(reading, session):
            same = [
                old
                for old in found
                if (old.body, old.year, old.phase, old.value) == (record.body, record.year, record.phase, record.value)
            ]
            if not same:
                found.append(record)
    told = {(record.body, record.year) for record in found}
    for reading, note in elsewhere(select, session):
        for record in _facts(reading, session):
            if (record.body, record.year) not in told:
                found.append(replace(record, notes=tuple(filter(None, (note, *record.notes)))))
    return found


def elsewhere(select: Select, session: Session) -> list[tuple[Select, str]]:
    """Where else a report may print what is asked, each with what the answer must say of it.

    A code may stand under a heading of its own name (会议费 beside the 三公经费), a part of the 三公经费 under its code alone.
    """
    if select.natures not in ((), ("nature/total",)) or select.breakdown or select.functions or select.governments:
        return []
    code = measures()["same_code"].get(select.measures[0], "") if len(select.measures) == 1 else ""
    if code and len(select.bodies) == 1:
        note = "报告没有印“三公”经费里的这一项，给出的是基本支出中的同名经济科目，项目支出里列支的不在内"
        return [
            (replace(select, measures=("measure/expenditure",), economics=(code,), natures=("nature/basic",)), note)
        ]
    names = tuple(session.lexicon.labels.get(code, "") for code in select.economics)
    own = [
        name
        for name, label in session.lexicon.labels.items()
        if label in names and name.startswith("http") and "/concept/measure/" in name
    ]
    return [(replace(select, measures=tuple(own), economics=(), natures=("nature/total",)), "")] if own else []


def _facts(select: Select, session: Session) -> list[Record]:
    given: dict[str, Sequence[Term]] = {
        "measure": _as_printed(select, session),
        "body": select.bodies,
        "year": select.years,
        "phase": _phases(select.phases),
        "fund": select.funds,
    }
    dataset, more = ["dataset/total"], ""
    if select.breakdown:
        level = select.level or "类"
        dataset = (
            ["dataset/function"] if select.breakdown == "function" else ["dataset/economic", "dataset/economicPair"]
        )
        more = f'?fact mb:rowKind "{level}" .'
    elif select.functions:
        given["function"], dataset, more = select.functions, ["dataset/function"], "?fact mb:functionCode ?function ."
    elif select.economics:
        given["economic"], dataset, more = (
            select.economics,
            ["dataset/economic", "dataset/economicPair"],
            "?fact mb:economicCode ?economic .",
        )
    elif select.governments:
        given["government"], dataset, more = (
            select.governments,
            ["dataset/economicPair"],
            "?fact mb:governmentEconomicCode ?government .",
        )
    given["dataset"] = dataset
    if select.natures and select.natures != ("nature/total",):
        given["nature"] = select.natures
    rows = _distinct(session.rows("facts", given, more=more))
    if select.breakdown and (above := [code.rsplit("/", 1)[-1] for code in (*select.functions, *select.economics)]):
        rows = [row for row in rows if row[select.breakdown].rsplit("/", 1)[-1].startswith(tuple(above))]
    if select.governments and select.economics:
        rows = [row for row in rows if row["government"].rsplit("/", 1)[-1].startswith(select.governments)]
    rows = _right_year(_right_phase(rows, select), select)
    if (
        select.measures
        and rows
        and "nature/total" in select.natures
        and not (select.functions or select.economics or select.governments or select.breakdown)
    ):
        rows = [row for row in rows if short(row["nature"]) == "nature/total"]
    rows = of_total(rows, select)
    if select.governments and not select.economics:
        return [_fact_record(group, select, session) for group in _widest(rows, divided="economic")]
    found = [(group, _fact_record(group, select, session)) for group in _widest(rows, divided="government")]
    return [_beside(record, group[0], rows, select, session) for group, record in found]


def _beside(record: Record, row: Row, rows: Sequence[Row], select: Select, session: Session) -> Record:
    """A 总计 of which the question did not say that it is meant, with the 本年 figure told beside it where the two differ."""
    if select.total == THIS_YEAR and record.what in ("收入总计", "支出总计"):
        return replace(record, notes=(*record.notes, "报告没有另印本年合计，给出的是总计"))
    other = None if select.total else other_total(row, rows)
    if other is None:
        return record
    this_year = _fact_record([other], select, session)
    note = f"问题未说是哪一种合计：给出的是{record.what}，含结转结余；{this_year.what}为{other['amount']}万元"
    return replace(
        record,
        nodes=(*record.nodes, *this_year.nodes),
        notes=(*record.notes, note),
        extra={**record.extra, "thisYear": other["amount"]},
    )


def _as_printed(select: Select, session: Session) -> tuple[str, ...]:
    """The measures of a selection, and beside them those that a report names itself in the same words (年末结转和结余)."""
    own = [
        name
        for name in session.lexicon.labels
        if name.startswith("http") and "/concept/measure/" in name and session.lexicon.labels[name] in select.subjects
    ]
    return tuple(own) or select.measures


def _distinct(rows: Iterable[Row]) -> list[Row]:
    kept: dict[str, Row] = {}
    for row in rows:
        if row["amount"] or row["count"]:
            kept.setdefault(row["fact"], row)
    return list(kept.values())


def _phases(asked: Sequence[str]) -> tuple[str, ...]:
    known = measures()["phases"]
    return tuple(dict.fromkeys(phase for name in asked for phase in known.get(name, [name])))


def _right_year(rows: list[Row], select: Select) -> list[Row]:
    """Where no year is asked, the report's own, not the column for the year before."""
    return rows if select.years else [row for row in rows if row["year"] == row["reportYear"]]


def _right_phase(rows: list[Row], select: Select) -> list[Row]:
    """Where no phase is asked, the report's own; a budget asked of a final account is every budget it looks back on."""
    kept: list[Row] = []
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["body"], row["year"], row["measure"], row["function"], row["economic"]].append(row)
    for group in groups.values():
        held = {short(row["phase"]) for row in group}
        if not select.phases:
            wanted = {
                next(
                    (phase for phase in _MAIN_PHASE.get(short(group[0]["reportKind"]), ()) if phase in held), min(held)
                )
            }
        else:
            wanted = set()
            for asked in select.phases:
                order = [phase for phase in _phases((asked,)) if phase in held]
                exact = asked in held or asked != "phase/budget"
                wanted |= set(order[:1] if exact else order)
        kept += [row for row in group if short(row["phase"]) in wanted]
    return kept


def _widest(rows: list[Row], divided: str) -> list[list[Row]]:
    """For each figure the rows of its widest fund and nature; several rows where only the other economic code divides it."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        code = row["government" if divided == "economic" else "economic"]
        groups[row["body"], row["year"], row["phase"], row["measure"], row["function"], code].append(row)
    chosen: list[list[Row]] = []
    for key in sorted(groups):
        group = groups[key]

        def width(row: Row) -> tuple[int, int, str, str, str]:
            fund, nature = short(row["fund"]), short(row["nature"])
            return (_FUND_DEPTH.get(fund, 3), _NATURE_DEPTH.get(nature, 2), fund, nature, row["kind"])

        best = min(map(width, group))
        same = [row for row in group if width(row) == best]
        chosen.append(sorted(same, key=lambda row: row[divided]))
    return chosen


def _says_income(source: str, fund: str) -> bool:
    return source.endswith("收入") or fund in ("fund/carriedOver", "fund/nonFiscalSurplus")


def _fact_record(rows: list[Row], select: Select, session: Session) -> Record:
    first, lexicon = rows[0], session.lexicon
    money = bool(first["amount"])
    total = sum((Decimal(row["amount"] or row["count"]) for row in rows), Decimal(0))
    measure, nature, fund = short(first["measure"]), short(first["nature"]), short(first["fund"])
    by_government = bool(select.governments) and not select.economics
    code = short(first["function"] or first["government" if by_government else "economic"])
    parts = []
    if select.funds and fund != "fund/all":
        parts.append(lexicon.label(fund))
    if kind := kind_of_codes(select.governments):
        parts.append(lexicon.label(kind))
    if code:
        parts.append(f"{lexicon.label(code)}（{code.rsplit('/', 1)[-1]}）")
    elif select.breakdown:
        parts.append(lexicon.label(code))
    if nature != "nature/total" and (select.natures or not code):
        parts.append(lexicon.label(nature))
    if not parts or measure not in ("measure/expenditure",):
        parts.append(
            {"measure/expenditure": "支出总计", "measure/income": "收入总计"}.get(measure, lexicon.label(measure))
            if not parts
            else lexicon.label(measure)
        )
    if len(parts) > 1 and parts[-1] == lexicon.label("measure/income") and _says_income(parts[-2], fund):
        parts.pop()  # 事业收入, 上年结转: the source says it
    parts = [named_total(part, first["kind"]) for part in parts]
    notes = []
    if len(rows) > 1:
        divided = "economic" if by_government else "government"
        pieces = "＋".join(
            f"{lexicon.label(short(row[divided]))}（{row[divided].rsplit('/', 1)[-1]}）{row['amount']}" for row in rows
        )
        scheme = "部门" if divided == "economic" else "政府"
        notes.append(f"按{scheme}预算经济分类分列，合计＝{pieces}")
    if not select.funds and fund != "fund/all":
        notes.append(f"{lexicon.label(fund)}口径")
    if not select.natures and nature != "nature/total" and code:
        notes.append(f"{lexicon.label(nature)}中列支")
    return Record(
        body=first["body"],
        year=int(first["year"]),
        phase=short(first["phase"]),
        what="".join(dict.fromkeys(parts)),
        value=total,
        unit="万元" if money else session.unit(first["unit"]),
        nodes=tuple(row["fact"] for row in rows),
        entity=lexicon.label(code) if code else "",
        notes=tuple(notes),
        report=first["report"],
        extra={"measure": measure, "nature": nature, "code": code, "reportKind": short(first["reportKind"])},
    )


# ── projects ───────────────────────────────────────────────────────────────────────────────────────────────


def projects(select: Select, session: Session) -> list[Record]:
    """One figure of each project. An amount of a final account's project has several phases: the asked one, else all apart."""
    rows = session.rows(
        "projects", {"body": select.bodies, "year": select.years, "project": select.projects, "category": ()}
    )
    merged: dict[str, Row] = {}
    for row in rows:
        if select.grades and row["selfGrade"] not in select.grades:
            continue
        if set(select.excluded) & {_category(row), row["selfGrade"]}:
            continue
        if select.categories and _category(row) not in select.categories:
            continue
        if row["special"] != "true" and (
            row["transfer"] != "true" or select.projects or "projectCategory/transfer" in select.categories
        ):
            merged.setdefault(row["project"], row)
    records: list[Record] = []
    for row in merged.values():
        for attribute in _attributes(row, select):
            records.append(_project_record(row, attribute, session))
    return sorted(records, key=lambda record: (record.body, record.project, record.phase))


def _category(row: Row) -> str:
    """A project's printed category; where a self-assessment prints none, whether it is the body's own or a transfer."""
    if row["category"] or not row["fullYearBudget"]:
        return short(row["category"]) if row["category"] else ""
    return "projectCategory/transfer" if row["transfer"] == "true" else "projectCategory/ownLevel"


def _attributes(row: Row, select: Select) -> list[str]:
    asked = select.attribute or "budget"
    if asked == "number":
        return ["number"]
    if asked != "budget":
        return [asked] if row[asked] or (asked == "executionRate" and _rate(row) is not None) else []
    held = [name for name in ATTRIBUTE_PHASES if row[name]]
    if select.phases:
        allowed = _phases(select.phases)
        by_phase = {"phase/finalAccount": "phase/executed"}
        order = [name for phase in allowed for name in held if ATTRIBUTE_PHASES[name] == by_phase.get(phase, phase)]
        return list(dict.fromkeys(order)) if "phase/budget" in select.phases else order[:1]
    if select.projects:
        return held
    return [name for name in ("budget", "fullYearBudget", "initialBudget") if row[name]][:1]


def _rate(row: Row) -> Decimal | None:
    """The execution rate where both its figures are there."""
    if not row["executed"] or not row["fullYearBudget"] or not Decimal(row["fullYearBudget"]):
        return None
    return Decimal(row["executed"]) / Decimal(row["fullYearBudget"]) * 100


def _project_record(row: Row, attribute: str, session: Session) -> Record:
    known = measures()["attributes"][attribute]
    printed = row.get(attribute, "")
    rate = _rate(row) if attribute == "executionRate" and not printed else None
    if rate is not None:
        printed = rounded(rate, 4)
    number = Decimal(printed) if known["unit"] and printed else None
    return Record(
        body=row["body"],
        year=int(row["year"]),
        phase=ATTRIBUTE_PHASES.get(attribute, ""),
        what=f"{row['title']}{known['label']}" if attribute != "budget" else f"{row['title']}预算",
        value=number,
        unit=known["unit"],
        nodes=(row["project"],),
        entity=row["title"],
        text=f"{row['executed']}÷{row['fullYearBudget']}万元" if rate is not None else "" if known["unit"] else printed,
        project=row["project"],
        columns=tuple(known["columns"]),
        category=session.lexicon.label(short(row["category"])) if row["category"] else "",
        report=row["report"],
        rule="execution-rate" if rate is not None else "",
        notes=("报告没有印出执行率，由执行数÷全年预算数推算",) if rate is not None else (),
        extra={"label": known["label"], **({"amount": row["executed"]} if rate is not None else {})},
    )


# ── indicators ─────────────────────────────────────────────────────────────────────────────────────────────

_SIDES = {
    "target": ("target", "targetUnit", "targetRaw", "指标值"),
    "actual": ("actual", "actualUnit", "actualRaw", "实际完成值"),
    "weight": ("weight", "", "weight", "分值"),
    "score": ("score", "", "score", "得分"),
    "completion": ("completion", "", "completion", "完成率"),
}


def indicators(select: Select, session: Session) -> list[Record]:
    """One side of each indicator: its target as printed, what was achieved, its points."""
    rows = session.rows(
        "indicators",
        {"body": select.bodies, "year": select.years, "indicator": select.indicators, "project": select.projects},
    )
    number, unit, raw, label = _SIDES[select.attribute or "target"]
    records = []
    for row in {row["indicator"]: row for row in rows if row["special"] != "true" or select.indicators}.values():
        if not (row[number] or row[raw]) or (select.units and row[unit] not in select.units):
            continue
        records.append(
            Record(
                body=row["body"],
                year=int(row["year"]),
                phase="phase/executed" if number == "actual" else "",
                what=f"“{row['title']}”项目的“{row['name']}”{label}",
                value=Decimal(row[number]) if row[number] else None,
                unit=row[unit] if unit else {"weight": "分", "score": "分", "completion": "%"}[number],
                nodes=(row["indicator"],),
                entity=row["name"],
                text=row[raw],
                comparator=row["comparator"] if number == "target" else "",
                project=row["project"],
                report=row["report"],
                extra={"title": row["title"]},
            )
        )
    return sorted(records, key=lambda record: (record.body, record.nodes))

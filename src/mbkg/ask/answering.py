"""From a plan to a reply: fetch the records, do with them what the plan says, and say it with its basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.answer import Value
from mbkg.ask.changes import change, previous, reason
from mbkg.ask.checking import checks
from mbkg.ask.fetching import fetch
from mbkg.ask.listing import listing, without_amount
from mbkg.ask.nothing import nothing
from mbkg.ask.numbers import rounded
from mbkg.ask.percapita import representatives
from mbkg.ask.perhead import per_head, product
from mbkg.ask.plan import Plan, Select
from mbkg.ask.ranking import rank
from mbkg.ask.records import Record, facts
from mbkg.ask.reply import Reply
from mbkg.ask.say import amount, figure, shown
from mbkg.ask.session import Refused, Session
from mbkg.ask.structure import bodies, definition, structure
from mbkg.ask.telling import explained, none_declared, row_of, unlike
from mbkg.ask.verdict import verdict

_SHOWN = 5


def respond(plan: Plan, session: Session) -> Reply:
    """The reply to a plan.

    Raises:
        Refused: the graph holds no figure for it, or several that the question does not tell apart.
    """
    if plan.inner is not None and plan.ask != "verdict":
        return _after(plan, plan.inner, session)
    match plan.ask:
        case "verdict":
            return verdict(plan, session, respond)
        case "body":
            return bodies(plan, session)
        case "entity":
            return rank(plan, session)
        case "change":
            return change(plan, session)
        case "reason":
            return reason(plan, session)
        case "structure":
            return structure(plan, session)
        case "check":
            return checks(plan, session)
        case "definition":
            return definition(plan, session)
        case "list" if plan.about == "prints":
            from mbkg.ask.textreplies import prints

            return prints(plan, session)
        case "list" | "count" if plan.about:
            from mbkg.ask.pairs import listing_pairs

            return listing_pairs(plan, session)
        case "list" | "count":
            return listing(plan, session)
        case "ratio":
            worked = {"per": per_head, "product": product}.get(plan.operation, ratio)
            return worked(plan, session)
        case _:
            return amounts(plan, session)


def _after(plan: Plan, inner: Plan, session: Session) -> Reply:
    """The reply about what an inner question picks; the inner answer is said first, with its places, and gives no figure."""
    first = respond(inner, session)
    if plan.ask in ("list", "count"):  # what both lists hold
        reply = listing(
            replace(plan, inner=None), session, among={record.project or record.body for record in first.winners}
        )
    else:
        reply = respond(replace(plan, inner=None), session)
    reply.lines = [f"先看：{first.lines[0]}", *reply.lines]
    reply.rest_on(*first.winners[:_SHOWN])
    for note in first.basis:
        reply.base(note)
    reply.confidence = min(reply.confidence, first.confidence)
    return reply


def amounts(plan: Plan, session: Session) -> Reply:
    """Figures, each said with whose, when and in which phase; their sum, difference or average where that is asked."""
    found = [_found(select, session) for select in plan.selects]
    reply = Reply()
    stages = _stages([record for records in found for record in records])
    count = max(map(len, stages.values()), default=0) or sum(map(len, found))
    if plan.counted and plan.operation in ("sum", "average") and count != plan.counted:
        if plan.selects[0].of in ("project", "indicator"):
            names = "、".join(dict.fromkeys(record.entity for records in found for record in records))
            raise Refused(
                "ambiguous", "ambiguous", f"问题说{plan.counted}项，找到的是{count}项（{names}），请逐项指明。"
            )
        reply.base(f"问题说{plan.counted}项，找到的是{count}项")
        reply.confidence = 0.6
    if plan.operation in ("sum", "average", "difference"):
        return _reckoned(plan, found, reply, session)
    for records in found:
        for record in records:
            reply.say(figure(record, session.lexicon, plan.unit) + explained(record) + "。")
            if record.value is not None:
                reply.give(record.value, record.unit)
                if "thisYear" in record.extra:  # two totals and no word which: both
                    reply.give(Decimal(record.extra["thisYear"]), record.unit)
            else:
                reply.entities.append(record.text)
            reply.rows.append(row_of(record, session))
            reply.rest_on(record)
    if len(plan.selects) > 1 and len({record.body for records in found for record in records}) > 1:
        reply.rows = _pivoted(found, session)
    _readings(found, reply, session)
    for select, records in zip(plan.selects, found, strict=True):
        _other_reading(select, records, reply, session)
    if len({record.body for records in found for record in records}) > 1:
        unlike([record for records in found for record in records], reply, session)
    return reply


def _pivoted(found: Sequence[Sequence[Record]], session: Session) -> list[dict[str, object]]:
    """One row for each body with a column for each thing asked, figures with their units."""
    rows: dict[str, dict[str, object]] = {}
    for records in found:
        for record in records:
            row = rows.setdefault(record.body, {"单位": session.lexicon.label(record.body)})
            column = f"{record.year}年{record.what}{session.lexicon.label(record.phase) if record.phase else ''}"
            row[column] = shown(record)
    return list(rows.values())


def _other_reading(select: Select, records: Sequence[Record], reply: Reply, session: Session) -> None:
    """Where the other classification holds the same words with another figure, say which one was given and what the other is."""
    held = {*select.functions, *select.economics}
    for record in records if len(records) < 6 else ():
        others = [code for code in session.lexicon.twins.get(record.extra.get("code", ""), ()) if code not in held]
        own = replace(
            select,
            bodies=(record.body,),
            functions=tuple(code for code in others if "/function/" in code),
            economics=tuple(code for code in others if "/economic-department/" in code),
            governments=(),
        )
        for other in facts(own, session) if others else ():
            if (other.year, other.phase) == (record.year, record.phase) and other.value != record.value:
                reply.base(f"给出的是{record.what}；{figure(other, session.lexicon)}，科目不同，未计入")
                reply.confidence = 0.7


def _readings(found: Sequence[Sequence[Record]], reply: Reply, session: Session) -> None:
    """Where one thing asked has several readings, say so."""
    for records in found:
        bodies = {record.body for record in records}
        apart = len({(record.body, record.phase) for record in records}) > len(bodies)
        if len(records) > len(bodies) or len(bodies) > 1:
            reply.confidence = 0.7
            if len(bodies) > 1:
                reply.base("问题未指明单位，各单位分别列出")
            if len(records) == len(bodies):
                continue
            if apart:
                reply.base("问题未指明预算阶段，各阶段分别列出，口径不同")
            else:
                reply.base("问题所指不止一项，逐项列出")
        if any(record.match == "broader" for record in records):
            reply.confidence = 0.5


def _found(select: Select, session: Session) -> list[Record]:
    """The records of a selection, or what can be reckoned for the year before.

    Raises:
        Refused: there is none; the text says what was looked for and which years and phases there are.
    """
    records = fetch(select, session)
    if select.of == "percapita":
        return _per_person(select, records, session)
    if not records and select.years and select.of == "fact":
        records = previous(select, session)
    if not records and select.of == "fact":
        records = none_declared(select, session)
    if not records:
        raise nothing(select, session)
    return records


def _per_person(select: Select, records: list[Record], session: Session) -> list[Record]:
    if not records:
        raise nothing(select, session)
    chosen: list[Record] = []
    for body in dict.fromkeys(record.body for record in records):
        own = [record for record in records if record.body == body]
        first = representatives(own)[0]
        alike = [record for record in own if record.match == first.match]
        if any(record.rule == "per-capita-standard" for record in alike):
            alike = [record for record in alike if record.rule == "per-capita-standard"]
            first = representatives(alike)[0]
        kept = {(record.value, record.unit, record.text): record for record in [first, *alike]}
        chosen += kept.values()
        if first.match != "exact":
            asked = "、".join(session.lexicon.label(population) for population in select.populations)
            wide = "更宽" if first.match == "broader" else "更窄"
            session.note(
                f"{session.lexicon.label(body)}没有“{asked}”单独的人均数，给出的是{wide}的“{first.entity}”口径，不等于所问人群。"
            )
    return chosen


def _reckoned(plan: Plan, found: list[list[Record]], reply: Reply, session: Session) -> Reply:
    if plan.operation == "difference":
        if len(found) != 2:
            raise Refused("ambiguous", "ambiguous", "求差额时请只说两项。")
        sides = [_one(records, session) for records in found]
        first, second = sides[0], sides[1]
        unit, left, right = _same_unit(first, second)
        gap = reply.gap = left - right
        word = "多" if gap > 0 else "少" if gap < 0 else "相等，差"
        earlier = first.body == second.body and first.year < second.year
        reply.give(abs(gap), unit)

        def name(record: Record) -> str:
            return _distinct(record, second if record is first else first, session)

        if earlier:
            up = "增加" if gap < 0 else "减少" if gap > 0 else "持平，差"
            reply.say(f"{name(second)}比{name(first)}{up}{amount(abs(gap), unit, plan.unit)}。")
        elif first.body == second.body and first.year > second.year:
            up = "增加" if gap > 0 else "减少" if gap < 0 else "持平，差"
            reply.say(f"{name(first)}比{name(second)}{up}{amount(abs(gap), unit, plan.unit)}。")
        elif not gap:
            reply.say(f"{name(first)}与{name(second)}相等，相差0{unit}。")
        else:
            reply.say(f"{name(first)}比{name(second)}{word}{amount(abs(gap), unit, plan.unit)}。")
        if plan.rate:
            _in_percent(sides, reply, session)
        used = sides
    else:
        used = [record for records in found for record in records]
        if len({record.phase for record in used}) > 1 and len(plan.selects) == 1 and not plan.selects[0].phases:
            used = _one_phase(used)
        numbers = [record for record in used if record.value is not None]
        if not numbers:
            raise Refused("no_data", "no_value", "所选各项没有可以相加的数字。")
        if len(stages := _stages(numbers)) > 1:
            return _by_stage(plan, stages, reply, session)
        unit = numbers[0].unit
        if any(record.unit != unit for record in numbers):
            raise Refused("ambiguous", "ambiguous", "所选各项的单位不同，不能相加。")
        total = sum((record.value or Decimal(0) for record in numbers), Decimal(0))
        if plan.operation == "average" and len(numbers) == 1 and plan.selects[0].of == "fact":
            why = f"能平均的只有一个数：{figure(numbers[0], session.lexicon, plan.unit)}，没有听懂要对哪些数求平均。"
            raise Refused("ambiguous", "ambiguous", why)
        if plan.operation == "average":
            mean = total / len(numbers)
            reply.give(Decimal(rounded(mean, 6)), unit)
            reply.say(f"{len(numbers)}项合计{amount(total, unit)}，平均每项{amount(mean, unit, plan.unit)}。")
        else:
            reply.give(total, unit)
            reply.say(f"{len(numbers)}项合计{amount(total, unit, plan.unit)}。")
        used = numbers
    for record in used:
        reply.say(f"　{figure(record, session.lexicon)}{explained(record)}")
        reply.rows.append(row_of(record, session))
        reply.rest_on(record)
    for select in plan.selects if plan.operation != "difference" else ():
        if silent := without_amount(select, used, session):
            reply.base(f"{'、'.join(record.entity for record in silent)}没有印出这一数字，未计入")
            reply.confidence = 0.7
    if not any(select.bodies for select in plan.selects):
        told = {record.body for record in used}
        missing = [body.name for body in session.lexicon.reporting if body.iri not in told]
        reply.base(f"覆盖{len(told)}家单位" + (f"，未公布的有{'、'.join(missing)}" if missing else ""))
    unlike(used, reply, session)
    return reply


def _in_percent(sides: Sequence[Record], reply: Reply, session: Session) -> None:
    """The difference also in per cent of the side it is set against: the earlier year, else the one said last."""
    unit, left, right = _same_unit(sides[0], sides[1])
    if sides[0].body == sides[1].body and sides[0].year < sides[1].year:
        left, right = right, left
    if unit == "%" or not left - right:
        return  # percentage points, or nothing
    if not right:
        raise Refused("no_data", "no_value", "作为比较基数的一方为0，算不出幅度。")
    percent = abs((left - right) / right * 100)
    reply.values.insert(0, Value(Decimal(rounded(percent, 4)), "%"))
    reply.say(f"幅度为{rounded(percent)}%（{rounded(abs(left - right))}÷{rounded(right)}{unit}）。")


def _distinct(record: Record, other: Record, session: Session) -> str:
    """What tells one side of a comparison from the other: the body, the year, the phase, or what is counted."""
    if record.body != other.body:
        return session.lexicon.label(record.body)
    if record.year != other.year:
        return f"{record.year}年"
    if record.what == other.what and record.phase != other.phase:
        return session.lexicon.label(record.phase)
    return record.what


def _stages(records: Sequence[Record]) -> dict[str, list[Record]]:
    """The records of each phase, where one project is told in several phases: its 年初 and its 全年预算 are never added."""
    told = [(record.body, record.year, record.project) for record in records if record.project]
    several = len(told) == len(records) and len({*told}) < len(told)
    phases = dict.fromkeys(record.phase for record in records) if several else ()
    return {phase: [record for record in records if record.phase == phase] for phase in phases}


def _by_stage(plan: Plan, stages: dict[str, list[Record]], reply: Reply, session: Session) -> Reply:
    """The sum or average of each phase apart."""
    for phase, records in stages.items():
        own = _reckoned(plan, [records], Reply(), session)
        reply.lines += [f"{session.lexicon.label(phase)}：{own.lines[0]}", *own.lines[1:]]
        reply.values += own.values
        reply.rows += own.rows
        reply.rest_on(*records)
    reply.base("问题未指明预算阶段，各阶段分别列出，口径不同")
    reply.confidence = 0.7
    return reply


def _one_phase(records: list[Record]) -> list[Record]:
    """The records of one phase for each body: budgets before accounts, where the question leaves the phase open."""
    order = ["phase/budget", "phase/fullYearBudget", "phase/initialBudget", "phase/finalAccount", "phase/executed", ""]
    kept: list[Record] = []
    for body in dict.fromkeys(record.body for record in records):
        own = [record for record in records if record.body == body]
        first = min((record.phase for record in own), key=lambda phase: order.index(phase) if phase in order else 99)
        kept += [record for record in own if record.phase == first]
    return kept


def _one(records: list[Record], session: Session) -> Record:
    kept = records if len({record.phase for record in records}) == 1 else _one_phase(records)
    if len({(record.value, record.unit) for record in kept}) > 1:
        names = "；".join(figure(record, session.lexicon) for record in kept)
        raise Refused("ambiguous", "ambiguous", f"比较的一方有多个数，请指明：{names}。")
    if kept[0].value is None:
        raise Refused("no_data", "no_value", f"{kept[0].what}不是数字，不能比较。")
    return kept[0]


def _same_unit(first: Record, second: Record) -> tuple[str, Decimal, Decimal]:
    if first.unit == second.unit:
        return first.unit, first.value or Decimal(0), second.value or Decimal(0)
    if {first.unit, second.unit} <= {"万元/人/年", "元/人/年"}:

        def yuan(record: Record) -> Decimal:
            return (record.value or Decimal(0)) * (10000 if record.unit.startswith("万") else 1)

        return "元/人/年", yuan(first), yuan(second)
    raise Refused("ambiguous", "ambiguous", f"{first.unit}与{second.unit}不能直接比较。")


def ratio(plan: Plan, session: Session) -> Reply:
    """A part over its whole in per cent, or how many times; both figures shown."""
    if len(plan.selects) != 2 and not (plan.operation == "share" and len(plan.selects) > 2):
        raise Refused("ambiguous", "ambiguous", "请说明是哪一项占（或对比）哪一项。")
    if len(plan.selects) > 2 and plan.group == "item":
        return _each_share(plan, session)
    found = [_found(select, session) for select in plan.selects]
    parts = [_one(records, session) for records in found[:-1]] if len(found) > 2 else []
    if parts:
        found = [[_together(parts)], found[-1]]
    summed = all(select.of == "project" and not select.projects for select in plan.selects)
    part, whole = (_added(records) if summed else _one(records, session) for records in found)
    if part.body != whole.body and plan.operation == "share":
        raise Refused("ambiguous", "ambiguous", "占比的分子和分母须是同一单位。")
    unit, top, bottom = _same_unit(part, whole)
    if not bottom:
        raise Refused("no_data", "no_value", "分母为0，不能计算。")
    reply = Reply()
    if plan.operation == "times":
        reply.give(Decimal(rounded(top / bottom, 4)), "倍")
        sides = _distinct(part, whole, session), _distinct(whole, part, session)
        reply.say(f"{sides[0]}是{sides[1]}的{rounded(top / bottom)}倍（{rounded(top)}÷{rounded(bottom)}{unit}）。")
    else:
        share = top / bottom * 100
        if share > 100:
            both = f"{figure(part, session.lexicon)}，{figure(whole, session.lexicon)}"
            raise Refused("ambiguous", "ambiguous", f"部分大于整体，占比没有意义，请说明哪一项占哪一项：{both}。")
        reply.give(Decimal(rounded(share, 4)), "%")
        whose = f"{session.lexicon.label(part.body)}{part.year}年{part.what}"
        reply.say(f"{whose}占{whole.what}的{rounded(share)}%（{rounded(top)}÷{rounded(bottom)}{unit}）。")
    for record in (*(parts or (part,)), whole):
        reply.say(f"　{figure(record, session.lexicon)}")
        reply.rows.append(row_of(record, session))
        reply.rest_on(record)
    unlike((part, whole), reply, session)
    return reply


def _each_share(plan: Plan, session: Session) -> Reply:
    """奖金、绩效工资分别占工资福利支出: the share of each part alone."""
    reply = Reply()
    for select in plan.selects[:-1]:
        own = ratio(replace(plan, selects=(select, plan.selects[-1]), group=""), session)
        reply.lines += own.lines
        reply.values += own.values
        reply.rows.append({**own.rows[0], "占比（%）": own.values[0].value})
        reply.rest_on(*own.records)
        for note in own.basis:
            reply.base(note)
    return reply


def _together(parts: Sequence[Record]) -> Record:
    """Several parts of one whole as one figure with all their places.

    Raises:
        Refused: they are not of one body, year, phase and unit, or one holds another.
    """
    if len({(record.body, record.year, record.phase, record.unit) for record in parts}) != 1:
        raise Refused("ambiguous", "ambiguous", "所列各项不是同一单位、同一年度、同一口径的数，不能合起来算占比。")
    codes = [record.extra.get("code", "").rsplit("/", 1)[-1] for record in parts]
    if any(one and other.startswith(one) for at, one in enumerate(codes) for other in codes[:at] + codes[at + 1 :]):
        raise Refused("ambiguous", "ambiguous", "所列各项互相包含，不能合起来算占比。")
    total = sum((record.value or Decimal(0) for record in parts), Decimal(0))
    what = "、".join(record.what for record in parts)
    nodes = tuple(node for record in parts for node in record.nodes)
    return replace(parts[0], value=total, nodes=nodes, what=f"{what}合计")


def _added(records: list[Record]) -> Record:
    """The projects of one body as one figure with all their places.

    Raises:
        Refused: they are of several bodies or years.
    """
    if len({(record.body, record.year, record.unit) for record in records}) != 1:
        raise Refused("ambiguous", "ambiguous", "项目分属几家单位或几个年度，请指明一家单位。")
    total = sum((record.value or Decimal(0) for record in records), Decimal(0))
    nodes = tuple(node for record in records for node in record.nodes)
    label = records[0].extra.get("label", "预算")
    return replace(
        records[0],
        value=total,
        nodes=nodes,
        what=f"{len(records)}个项目{label}合计",
        entity="",
        project="",
        text="",
        rule="",
    )

"""Chinese for figures, and the line that says how a question was understood."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.ask.lexicon import Lexicon
from mbkg.ask.numbers import rounded
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.words import kind_of_codes, measures

_OPERATIONS = {
    "sum": "求合计",
    "average": "求平均",
    "difference": "求差额",
    "share": "求占比",
    "times": "求倍数",
    "per": "求每份多少",
    "product": "求乘积",
}
_VERDICTS = {
    "bound": "是否",
    "compare": "高低",
    "change": "增减",
    "exists": "有没有",
    "equal": "是否相等",
    "first": "是不是它",
}
_ORDERS = {"max": "最高", "min": "最低"}
_ASKS = {
    "list": "列出",
    "count": "计数",
    "change": "与上年比较",
    "reason": "查原因",
    "definition": "查名称与定义",
    "structure": "查机构",
    "check": "查勾稽核对结果",
    "verdict": "判断是否成立",
    "body": "列出有报告的单位",
}
_MOVED = {"up": "比上年的增加", "down": "比上年的减少", "moved": "比上年的变动"}
_GROUPS = {
    "body": "单位",
    "project": "项目",
    "function": "功能分类科目",
    "economic": "经济分类科目",
    "item": "各项",
    "indicator": "指标",
    "year": "年度",
}


def amount(value: Decimal, unit: str, asked: str = "") -> str:
    """A figure with its unit, and in the unit asked for besides."""
    shown = f"{rounded(value)}{unit}"
    if asked == "元" and unit == "万元":
        return f"{shown}（{canonical(value * 10000)}元）"
    if asked == "亿元" and unit == "万元":
        return f"{shown}（{rounded(value / 10000, 6)}亿元）"
    return shown


def in_phase(what: str, phase: str, lexicon: Lexicon) -> str:
    """What is measured together with its phase (公务接待费预算数), said once where its name says it already (收入预算)."""
    name = lexicon.label(phase) if phase else ""
    if phase == "phase/budget" and what.endswith("预算"):
        return what
    return f"{what}{name}数" if name in ("预算", "决算", "年初预算", "全年预算") else f"{what}{name}"


def figure(record: Record, lexicon: Lexicon, asked: str = "") -> str:
    """One record's figure as a clause: whose, when, of what, which phase, how much."""
    label = record.extra.get("label", "")
    told = (label and record.what.endswith(label)) or record.what.endswith("值")
    phase = record.phase if record.rule in ("", "previous-year") and not told else ""
    what = in_phase(record.what, phase, lexicon)
    return f"{lexicon.label(record.body)}{record.year}年{what}为{shown(record, asked)}"


def shown(record: Record, asked: str = "") -> str:
    """A record's figure alone, with its comparator; the print itself where it is no number."""
    if record.value is None:
        return f"“{record.text}”"
    return (
        f"{record.comparator if record.comparator not in ('', '=') else ''}{amount(record.value, record.unit, asked)}"
    )


def understood(plan: Plan, lexicon: Lexicon) -> str:
    """How the question was taken, in one line."""
    if plan.ask == "verdict" and plan.inner is not None:
        inside = [
            understood(part, lexicon).removeprefix("理解：").rstrip("。") for part in (plan.inner, plan.against) if part
        ]
        limit = (
            f"{plan.test.operator}{canonical(plan.test.value)}{plan.test.unit}"
            if plan.about == "bound" and plan.test
            else ""
        )
        return f"理解：{'；再'.join(inside)}，判断{_VERDICTS.get(plan.about, '是否成立')}{limit}。"
    if plan.inner is not None:
        first = understood(plan.inner, lexicon).removeprefix("理解：").rstrip("。")
        return f"理解：先{first}；再{understood(replace(plan, inner=None), lexicon).removeprefix('理解：')}"
    parts = [selected(select, lexicon, plan.ask) for select in plan.selects]
    what = "；".join(dict.fromkeys(parts))
    if plan.ask == "entity":
        what += _MOVED.get(plan.about, "")
        place = f"第{plan.nth}" if plan.nth > 1 else ""
        does = (
            f"在各{_GROUPS.get(plan.group, '单位')}中排名"
            if not plan.take
            else f"在各{_GROUPS.get(plan.group, '单位')}中取{place}{_ORDERS[plan.order]}"
        )
    else:
        does = _OPERATIONS.get(plan.operation) or _ASKS.get(plan.ask, "取数")
    return f"理解：按{what}，{does}。"


def selected(select: Select, lexicon: Lexicon, plan_ask: str = "") -> str:
    parts = []
    if select.bodies:
        parts.append("、".join(lexicon.label(body) for body in select.bodies))
    if select.years:
        parts.append("、".join(f"{year}年" for year in select.years))
    parts += [lexicon.label(concept) for concept in (*select.phases, *select.funds, *select.populations)]
    if select.of == "percapita":
        parts.append("人均费用")
    elif select.of == "project":
        label = measures()["attributes"].get(select.attribute, {}).get("label", "")
        parts.append(f"项目“{select.words}”{label}" if select.projects else f"各项目{label}")
        if plan_ask == "reason" and select.projects:
            parts[-1] = f"项目“{select.words}”"
    elif select.of == "indicator":
        parts.append(
            f"绩效指标“{select.words}”" if select.words else f"以{select.units[0] if select.units else ''}计的指标"
        )
    else:
        finer = [nature for nature in select.natures if nature != "nature/total"]
        kind = kind_of_codes(select.governments)
        spent = (kind,) if kind else select.governments[:1]
        codes = dict.fromkeys(lexicon.label(code) for code in (*select.functions, *select.economics, *spent))
        parts += [lexicon.label(nature) for nature in finer] + list(codes)
        if not finer and not codes:
            form = {"本年": "本年{}", "总计": "{}总计"}.get(select.total, "{}")
            parts += [form.format(lexicon.label(measure)) for measure in select.measures]
        if select.breakdown:
            parts.append(f"按{'功能' if select.breakdown == 'function' else '经济'}分类（{select.level or '类'}）")
        parts += [f"《{name}》" if name.endswith("表") else name for name in select.subjects]
        if select.words:
            parts.append(f"“{select.words}”")
    parts += [f"不是{lexicon.label(name)}" for name in select.excluded]
    parts += [f"{limit.operator}{canonical(limit.value)}{limit.unit}" for limit in select.conditions]
    return "·".join(dict.fromkeys(filter(None, parts))) or "全部报告"

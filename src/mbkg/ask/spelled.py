"""Arithmetic that a question spells out: an amount divided by a headcount, a headcount times a standard.

Both sides must be figures that the reports print, of one project, one figure each; otherwise the question is refused or left to the others.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mbkg.ask.attempts import ENDS, attempt
from mbkg.ask.fetching import fetch
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given

_ASKED = "(?:多少|几)(?P<unit>万元|万|元|块钱?|钱)?(?:钱)?"
_QUOTIENT = re.compile(
    "(?P<amount>[^，,。]{2,60}?)(?:除以|÷)(?P<heads>[^，,。？?]{2,20}?)(?:[，,]|等于|得到?|折合|合|算出来?|结果)*(?:人均|平均)?"
    f"(?:每人|每个人|一个人|每位)?(?:是|为|有|合|要|花)?{_ASKED}$"
)
_STANDARD = "(?:人均|每人)?(?:财政)?(?:补助|补贴|费用|成本|标准|金额|筹集)+"
_PRODUCT = re.compile(
    "(?P<project>[^，,。]{2,40}?)[，,]?(?:若|如果|要是)?(?:按照?|用|拿|以|根据)(?P<heads>(?:实际|目标)?(?:的)?[^，,。和与乘×]{0,8}?人数)"
    f"(?:和|与|及|乘以?|×|跟|、)(?P<standard>(?:实际|目标)?(?:的)?{_STANDARD})(?:来)?(?:相乘|计算|测算|推算|算|乘)*(?:一下|下来|起来)?[，,]?"
    f"(?:总共|一共|共|全年|理论上)?(?:应该?|应当|该|要|需要?|得)*(?:是|花费?|支出|付|安排|支付)*(?:掉|去)?{_ASKED}$"
)
_UNITS = ("人", "万人")
_PLAIN = re.compile("实际|目标|计划|印出|的|完成|财政|人均|每人")


def spelled(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a quotient or a product of printed figures; None where the question spells out neither.

    Raises:
        Refused: a side has no figure, or several.
    """
    text = question.text.strip(ENDS)
    quotient, product = _QUOTIENT.match(text), _PRODUCT.match(text)
    if quotient is not None:
        plan = attempt(f"{quotient['amount']}是多少", session, replace(given, money=True))
        top = plan.selects[0] if plan is not None and plan.ask == "amount" and len(plan.selects) == 1 else None
        if top is None or top.of != "project" or len(top.projects) != 1:
            return None
        heads = _named(top, quotient["heads"], ("人数", "人次", "数量"), session)
        return Plan("ratio", (top, heads), operation="per", unit=_unit(quotient["unit"]))
    if product is None:
        return None
    plan = attempt(f"{product['project']}预算是多少", session, replace(given, money=True))
    top = plan.selects[0] if plan is not None and plan.ask == "amount" and len(plan.selects) == 1 else None
    if top is None or top.of != "project" or len(top.projects) != 1:
        return None
    heads = _named(top, product["heads"], ("人数", "数量"), session)
    standard = _named(top, product["standard"], ("标准", "成本", "费用", "补助", "补贴", "金额"), session, money=True)
    return Plan("ratio", (heads, standard), operation="product", unit=_unit(product["unit"]))


def _unit(said: str | None) -> str:
    return "" if said in (None, "钱") else "万元" if said.startswith("万") else "元"


def _named(project: Select, said: str, kinds: tuple[str, ...], session: Session, *, money: bool = False) -> Select:
    """The one indicator of a project that words name, on the side they say: 实际 is what was achieved, else the target.

    Raises:
        Refused: there is none, or there are several.
    """
    side = "actual" if "实际" in said else "target"
    every = Select("indicator", bodies=project.bodies, years=project.years, projects=project.projects, attribute=side)
    name = _PLAIN.sub("", said)
    fitting = [record for record in fetch(every, session) if _counts(record, money)]
    exact = [record for record in fitting if name and name in record.entity]
    left = exact or ([] if name.rstrip("".join(kinds)) else fitting)
    if len({record.nodes for record in left}) != 1:
        told = "、".join(f"“{record.entity}”" for record in left or fitting)
        why = (
            f"项目的绩效指标里与“{said}”对应的有几项（{told}），请逐项指明。"
            if left
            else f"项目的绩效指标里没有与“{said}”对应的数。"
        )
        raise Refused("ambiguous", "ambiguous", why) if left else Refused("no_data", "no_value", why)
    return replace(every, indicators=left[0].nodes, words=said)


def _counts(record: Record, money: bool) -> bool:
    """Whether an indicator counts people, or money for each of them."""
    if record.value is None:
        return False
    unit, _, per = record.unit.partition("/")
    return unit in ("元", "万元") and "人" in per if money else record.unit in _UNITS

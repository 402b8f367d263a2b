"""Whether two sides are equal: 人员支出加日常公用支出等于基本支出, 收入总计和支出总计一致, the same figure in all its places."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.attempts import ENDS, attempt, read, span
from mbkg.ask.divided import divided
from mbkg.ask.forms import forms
from mbkg.ask.mentions import Question
from mbkg.ask.partsum import adds_parts, side_parts
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.session import Session
from mbkg.ask.slots import Given, read_bodies
from mbkg.ask.understand import understand as plainly


def _valued(question: Question, session: Session, given: Given) -> Plan:
    return divided(question, session, given) or plainly(question, session, given)


def equality(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """Whether two sides are equal: 人员支出加日常公用支出等于基本支出, 收入总计和支出总计一致."""
    form = forms()
    if (plan := _between_years(text, session, given)) is not None:
        return plan
    sides: list[tuple[str, str]] = []
    denied = False
    whole = re.search("(?:是否|是不是)?(?:等于|＝|=)", text)
    same = form.equal.search(text)
    if whole is not None:
        denied = bool(form.denied.search(text[: whole.start()]))
        sides.append((form.denied.sub("", text[: whole.start()]), text[whole.end() :]))
    elif same is not None:
        body, denied = text[: same.start()], same["no"] is not None
        cuts = [
            match
            for match in re.finditer("[，,]?(?:和|跟|与|同|比)|[，,]", body)
            if match.start() and match.end() < len(body)
        ]
        sides += [(body[: cut.start()], body[cut.end() :]) for cut in reversed(cuts)]
    else:
        return None
    sign = "==" if form.exact.search(text) else "="
    bodies = read_bodies(taken, session)
    years = tuple(int(mention.number or 0) for mention in taken.of("year"))
    one = Given(bodies=bodies or given.bodies, years=years or given.years)
    for left, right in sides:
        plan = _sides(left, right, session, one)
        if plan is not None:
            return replace(plan, test=replace(plan.test, operator="!=" if denied else sign)) if plan.test else plan
    places = re.search("各处|几处|几张表|各表|各张表", text) or ("表" in text and re.search("文字|说明|正文", text))
    if not places or denied:
        return None
    subject = re.split("[，,]|各处|几处|几张表|各表|各张表|在?表[里中]", text)[0]
    items = attempt(f"{subject}是多少", session, given)
    if (
        items is None
        or items.ask != "amount"
        or items.operation
        or any(select.of != "fact" for select in items.selects)
    ):
        return None
    return Plan("verdict", items.selects, about="printed")


_YEARS = re.compile(
    "^(?P<what>.+?)(?:和|跟|与|同)(?P<year>去年|上年度?|上一年度?|前一年度?|20\\d\\d年度?)(?:同期|那年|那会儿?|时)?(?:的)?(?:预算|决算)?(?:数|额|金额)?"
    "(?:相比|比|比起来)?(?:是|还|都|也|还是)*(?P<no>不)?(?:一样多?|相同|一致|一个样|一个数|同一个数|同样多?|相等|没变|没变化|没有变化)(?:的)?$"
)


def _between_years(text: str, session: Session, given: Given) -> Plan | None:
    """Whether a figure is the same as in another year: 2025年公务接待费和2024年一样."""
    found = _YEARS.search(text.strip(ENDS))
    if found is None:
        return None
    own = read(found["what"], session)
    years = own.of("year", "relative")
    if len(years) > 1 or own.of("amount"):
        return None
    left = right = found["what"].rstrip("的")
    for mention in years:
        low, high = span(own, mention.start, mention.end)
        right = own.text[:low] + found["year"] + own.text[high:]
    if not years:
        bodies = own.of("body", "region")
        at = span(own, bodies[-1].start, bodies[-1].end)[1] if bodies else 0
        right = own.text[:at] + found["year"] + own.text[at:]
    plans = [attempt(f"{side}是多少", session, given, _valued) for side in (left, right)]
    if any(plan is None or plan.ask != "amount" or _open(plan) for plan in plans):
        return None
    test = Condition("!=" if found["no"] else "=", Decimal(0), "")
    return Plan("verdict", inner=plans[0], against=plans[1], test=test, about="equal")


def _sides(left: str, right: str, session: Session, given: Given) -> Plan | None:
    form = forms()
    plans: list[Plan] = []
    stated: list[Condition] = []
    for side in (left, right):
        own = read(side, session)
        amounts = [mention for mention in own.of("amount") if mention.unit in ("万元", "元", "亿元", "%", "分")]
        if len(amounts) == 1:
            stated.append(Condition("=", amounts[0].number or Decimal(0), amounts[0].unit))
            low, high = span(own, amounts[0].start, amounts[0].end)
            side = own.text[:low] + own.text[high:]
        if re.fullmatch(r"\d[\d,]*(?:\.\d+)?", bare := side.strip(ENDS)):
            stated.append(Condition("=", Decimal(bare.replace(",", "")), ""))
            continue
        if (parts := side_parts(side.strip(ENDS), session, given)) is not None:
            plans.append(parts)
            continue
        if adds_parts(side):
            return None
        side = form.side.sub("", form.whole.sub("合计", side.strip(ENDS)))
        plan = attempt(f"{side}{'合计' if form.adds.search(side) else ''}是多少", session, given, _valued)
        if plan is not None and plan.ask in ("amount", "ratio") and not _open(plan):
            plans.append(plan)
        elif len(amounts) != 1 or not _bare(side, session):
            return None
    if len(plans) == 2:
        return Plan("verdict", inner=plans[0], against=plans[1], test=Condition("=", Decimal(0), ""), about="equal")
    if len(plans) == 1 and len(stated) == 1:
        return Plan("verdict", inner=plans[0], test=stated[0], about="equal")
    return None


def _bare(side: str, session: Session) -> bool:
    """Whether what stands beside a stated amount says only who states it: no figure of its own that would be lost."""
    taken = read(side, session)
    named = {at for mention in taken.of("body", "region", "year", "phase") for at in range(mention.start, mention.end)}
    rest = "".join(letter for at, letter in enumerate(taken.folded) if at not in named)
    return bool(forms().claims.fullmatch(rest))


def _open(plan: Plan) -> bool:
    """Whether the plan may give several figures where one is meant."""
    return not plan.operation and len(plan.selects) > 1

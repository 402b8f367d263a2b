"""Questions made of questions: yes or no about a figure, an outer question about what an inner one picks, an amount over stated heads.

Each is taken apart in the text as written, its parts are understood as questions of their own, and the parts become one plan. A sign of
such a question whose parts are not understood is a reason to refuse: it is never answered as if the sign were not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.answering import respond
from mbkg.ask.forms import forms
from mbkg.ask.mentions import Mention, Question, read_count, read_question
from mbkg.ask.plan import Condition, Plan, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, leftovers, limit_by, read_bodies
from mbkg.ask.understand import understand as plainly

_LIMITS = {"greater": ">", "atLeast": ">=", "less": "<", "atMost": "<=", "equal": "="}
_OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!="}
_CHANGES = {"increase": ">", "decrease": "<", "unchanged": "="}
_PICKS = frozenset({"max", "min", "nth", "top", "bottom"})
_ENDS = "？?。！!~ 　"


def understand(question: Question, session: Session, given: Given | None = None) -> Plan:
    """The plan of a question, whatever it is made of.

    Raises:
        Refused: something in the question is not understood, or is not in the graph.
    """
    for reading in (_verdict, _nested, _divided):
        plan = reading(question, session, given or Given())
        if plan is not None:
            return plan
    return plainly(question, session, given)


def _read(text: str, session: Session) -> Question:
    return read_question(text, session.lexicon)


def _span(question: Question, start: int, end: int) -> tuple[int, int]:
    """Where a folded stretch stands in the text."""
    return question.places[start], question.places[end - 1] + 1


# ── yes or no ──────────────────────────────────────────────────────────────────────────────────────────────


def _statement(text: str) -> tuple[str, bool, bool] | None:
    """What a yes/no question states, whether it asks for existence (有没有), and whether it is surely one; None for any other."""
    said = text.strip(_ENDS)
    form = forms()
    if form.never.search(said):
        return None
    tail = form.tail.search(said)
    exists = bool(form.exists.search(said))
    sure = bool(tail is not None or exists or form.inside.search(said))
    weak = form.weak.search(said)
    if not sure and weak is None:
        return None
    plain = said[: tail.start()] if tail is not None else said[: weak.start()] if weak is not None else said
    plain = form.exists.sub("有", form.inside.sub("", plain))
    plain = re.sub("超(?![过出市])", "超过", plain)
    return plain.strip(_ENDS + "，,"), exists, sure


def _verdict(question: Question, session: Session, given: Given) -> Plan | None:
    stated = _statement(question.text)
    if stated is None or not stated[0]:
        return None
    text, exists, sure = _numbers_spelled(stated[0]), stated[1], stated[2]
    read = _read(text, session)
    if (met := forms().met.search(text)) is not None:
        return _met(text[: met.start()], session, given)
    for reading in (_equality, _within, _against, _moved, _foremost):
        plan = reading(text, read, session, given)
        if plan is not None:
            return plan
    checking = any("operator/check" in mention.senses for mention in question.of("operator"))
    if checking or not sure:
        return None
    plan = _existence(text, session, given, exists)
    if plan is None and question.of("body", "region", "measure", "nature", "code", "fund", "project"):
        raise Refused(
            "out_of_scope", "not_in_schema", "没有听懂要判断什么；可以问是否超过某个数、是否比另一家或上年高。"
        )
    return plan


_TENTHS = re.compile("([一二三四五六七八九])成(?!本|果|立|效|功|员|交|绩)(半)?")


def _numbers_spelled(text: str) -> str:
    """八成 as 80%, 一半 as 50%, 过半 as 超过50%."""
    text = _TENTHS.sub(lambda m: f"{int(read_count(m[1]) or 0) * 10 + (5 if m[2] else 0)}%", text)
    text = re.sub("(?:超过|过|超)(?:一)?半", "超过50%", text)
    text = re.sub("一半", "50%", text)
    return re.sub("([二三四五六七八九十])分之([一二三四五六七八九])", _fraction, text)


def _fraction(match: re.Match[str]) -> str:
    whole, part = read_count(match[1]), read_count(match[2])
    return f"{(part or 0) * 100 / (whole or 1):.4f}%"


def _attempt(text: str, session: Session, given: Given, reader: Callable[..., Plan] | None = None) -> Plan | None:
    """The plan of a part; None where the part is no question of its own."""
    notes = list(session.notes)
    try:
        return (reader or _valued)(_read(text, session), session, given)
    except Refused as refused:
        session.notes[:] = notes
        if refused.reason == "out_of_period":
            raise
        return None


def _valued(question: Question, session: Session, given: Given) -> Plan:
    return _divided(question, session, given) or plainly(question, session, given)


def _within(text: str, read: Question, session: Session, given: Given) -> Plan | None:
    """A figure against a stated limit: 公务接待费超过2万元."""
    amounts = [
        mention
        for mention in read.of("amount")
        if mention.number is not None and mention.unit not in ("家", "天", "次")
    ]
    counted = any(limit_by(mention, read) for mention in read.of("amount"))
    amounts = [mention for mention in amounts if limit_by(mention, read) or not counted]
    if len(amounts) != 1 or (amounts[0].unit in ("人", "名") and not limit_by(amounts[0], read)):
        return None
    amount = amounts[0]
    operator = limit_by(amount, read) or "="
    start, end = amount.start, amount.end
    for mention in read.of("operator"):
        if {sense.rpartition("/")[2] for sense in mention.senses} & set(_LIMITS) and (
            abs(amount.start - mention.end) <= 2 or abs(mention.start - amount.end) <= 1
        ):
            start, end = min(start, mention.start), max(end, mention.end)
    left, right = _span(read, start, end)
    before, after = text[:left], text[right:]
    if re.search("(?:没有|没|未|不|并未)$", before) and operator != "=":
        operator = _OPPOSITE[operator]
        before = re.sub("(?:并?没有|没|并?未|不)$", "", before)
    before = re.sub("(?:了|都|已经|已|会|能|是|为|有)$", "", before)
    if "项目" in after or "单位" in after:  # 有没有超过100万的项目
        inner = _attempt(f"{text}有哪些", session, given, plainly)
        return Plan("verdict", inner=inner, test=Condition(">", Decimal(0), ""), about="exists") if inner else None
    asking = "有几个" if amount.unit in ("个", "项") else "是多少"
    inner = _attempt(f"{before}{after}{asking}", session, given)
    if inner is None or inner.ask not in ("amount", "ratio", "change", "count"):
        return None
    limit = amount.number if amount.number is not None else Decimal(0)
    if inner.ask == "change":
        moved = {sense.rpartition("/")[2] for mention in read.of("operator") for sense in mention.senses}
        inner = replace(inner, about=next((_CHANGES[name] for name in _CHANGES if name in moved), ""))
    return Plan("verdict", inner=inner, test=Condition(operator, limit, amount.unit), about="bound")


def _against(text: str, read: Question, session: Session, given: Given) -> Plan | None:
    """One figure against another: 招远的机关运行经费低于烟台, 决算超出预算, 比2024年少."""
    form = forms()
    leaning = re.search(
        f"^(?P<a>.*?)比(?P<b>.+?)(?:更|还|要|都|来得)?(?P<w>{form.more}|{form.less})(?:了|一些|一点|些|点|出)*$", text
    )
    if leaning is not None:
        more = bool(re.fullmatch(form.more, leaning["w"]))
        sign, question = (">" if more else "<"), f"{leaning['a']}比{leaning['b']}{'多多少' if more else '少多少'}"
    else:
        limits = [
            (mention, _LIMITS[name])
            for mention in read.of("operator")
            for sense in mention.senses
            if (name := sense.rpartition("/")[2]) in _LIMITS
        ]
        if len(limits) != 1 or read.of("amount"):
            return None
        mention, sign = limits[0]
        left, right = _span(read, mention.start, mention.end)
        before = text[:left]
        if re.search("(?:没有|没|未|不)$", before):
            sign, before = _OPPOSITE[sign], re.sub("(?:没有|没|未|不)$", "", before)
        question = f"{before}比{text[right:].removesuffix('了')}多多少"
    if sign not in (">", ">=", "<", "<=", "="):
        return None
    plan = _attempt(question, session, given, plainly)
    if plan is None:
        return None
    if plan.ask == "change":
        return Plan("verdict", inner=plan, test=Condition(sign, Decimal(0), ""), about="change")
    if plan.operation != "difference" or len(plan.selects) != 2:
        return None
    return Plan("verdict", inner=plan, test=Condition(sign, Decimal(0), ""), about="compare")


def _moved(text: str, read: Question, session: Session, given: Given) -> Plan | None:
    """Whether a figure rose or fell: 三公经费下降了吗."""
    moved = [
        name
        for mention in read.of("operator")
        for sense in mention.senses
        if (name := sense.rpartition("/")[2]) in _CHANGES
    ]
    if len(set(moved)) != 1:
        return None
    plan = _attempt(f"{text}多少", session, given, plainly) or _attempt(f"{text}，变化多少", session, given, plainly)
    if plan is None or plan.ask != "change":
        return None
    return Plan("verdict", inner=plan, test=Condition(_CHANGES[moved[0]], Decimal(0), ""), about="change")


def _foremost(text: str, read: Question, session: Session, given: Given) -> Plan | None:
    """Whether the one named is the highest or lowest: 烟台的三公经费最高吗."""
    if not any({sense.rpartition("/")[2] for sense in mention.senses} & _PICKS for mention in read.of("operator")):
        return None
    named: list[Mention] = [*read.of("project")] or [*read.of("body", "region")]
    if len(named) != 1:
        return None
    left, right = _span(read, named[0].start, named[0].end)
    noun = "项目" if read.of("project") else "单位"
    rest = re.sub("(?:是|为)|的?(?:单位|项目|一家|那家|一个)$|^的|，", "", text[:left] + text[right:])
    plan = _attempt(f"{rest}的{noun}是哪个", session, given, plainly)
    if plan is None or plan.ask != "entity":
        return None
    about = (
        Select("fact", projects=named[0].senses)
        if read.of("project")
        else Select("fact", bodies=read_bodies(read, session))
    )
    return Plan("verdict", (about,), inner=plan, about="first")


def _existence(text: str, session: Session, given: Given, exists: bool) -> Plan | None:
    """Whether there is any of it: 有没有使用政府性基金预算安排的支出, 烟台有公车吗."""
    bare = re.sub("有(?=使用|安排|用|发生|列|编)|(?:使用|动用|发生|编列|列支|单独)", "", text)
    if not exists and "有" not in text and "安排" not in text:
        return None
    bare = bare.replace("有", "", 1) if "有" in bare else bare
    vehicles = re.search("公车|公务用车|公务车", bare) and not re.search("费|钱|经费|支出|购置|运行", bare)
    plan = _attempt(f"{bare}{'有几辆' if vehicles else '是多少'}", session, given, plainly)
    if plan is None or plan.ask not in ("amount",):
        return None
    return Plan("verdict", inner=plan, test=Condition(">", Decimal(0), ""), about="exists")


def _met(text: str, session: Session, given: Given) -> Plan | None:
    plan = _attempt(f"{text}实际完成多少", session, given, plainly) or _attempt(
        f"{text}是多少", session, given, plainly
    )
    if plan is None or not plan.selects or any(select.of != "indicator" for select in plan.selects):
        raise Refused("ambiguous", "ambiguous", "请说明是哪个项目的哪个绩效指标是否达标。")
    return Plan("verdict", plan.selects, about="met")


def _equality(text: str, read: Question, session: Session, given: Given) -> Plan | None:
    """Whether two sides are equal: 人员支出加日常公用支出等于基本支出, 收入总计和支出总计一致."""
    form = forms()
    sides: list[tuple[str, str]] = []
    whole = re.search("(?:是否|是不是)?(?:等于|＝|=)", text)
    same = form.equal.search(text)
    if whole is not None:
        sides.append((text[: whole.start()], text[whole.end() :]))
    elif same is not None:
        body = text[: same.start()]
        cuts = [
            match for match in re.finditer("，?(?:和|跟|与|同)|，", body) if match.start() and match.end() < len(body)
        ]
        sides += [(body[: cut.start()], body[cut.end() :]) for cut in reversed(cuts)]
    else:
        return None
    bodies = read_bodies(read, session)
    years = tuple(int(mention.number or 0) for mention in read.of("year"))
    one = Given(bodies=bodies or given.bodies, years=years or given.years)
    for left, right in sides:
        plan = _sides(left, right, session, one)
        if plan is not None:
            return plan
    places = re.search("各处|几处|几张表|各表|各张表", text) or ("表" in text and re.search("文字|说明|正文", text))
    if not places:
        return None
    subject = re.split("[，,]|各处|几处|几张表|各表|各张表|在?表[里中]", text)[0]
    items = _attempt(f"{subject}是多少", session, given, plainly)
    if (
        items is None
        or items.ask != "amount"
        or items.operation
        or any(select.of != "fact" for select in items.selects)
    ):
        return None
    return Plan("verdict", items.selects, about="printed")


def _sides(left: str, right: str, session: Session, given: Given) -> Plan | None:
    plans: list[Plan] = []
    stated: list[Condition] = []
    for side in (left, right):
        read = _read(side, session)
        amounts = [mention for mention in read.of("amount") if mention.unit in ("万元", "元", "亿元", "%", "分")]
        if len(amounts) == 1:
            stated.append(Condition("=", amounts[0].number or Decimal(0), amounts[0].unit))
            low, high = _span(read, amounts[0].start, amounts[0].end)
            side = side[:low] + side[high:]
        plan = _attempt(f"{side}{'合计' if forms().adds.search(side) else ''}是多少", session, given)
        if plan is not None and plan.ask in ("amount", "ratio") and not _open(plan):
            plans.append(plan)
        elif len(amounts) != 1:
            return None
    if len(plans) == 2:
        return Plan("verdict", inner=plans[0], against=plans[1], test=Condition("=", Decimal(0), ""), about="equal")
    if len(plans) == 1 and len(stated) == 1:
        return Plan("verdict", inner=plans[0], test=stated[0], about="equal")
    return None


def _open(plan: Plan) -> bool:
    """Whether the plan may give several figures where one is meant."""
    return not plan.operation and len(plan.selects) > 1


# ── a question inside a question ───────────────────────────────────────────────────────────────────────────


def _nested(question: Question, session: Session, given: Given) -> Plan | None:
    """机关运行经费 of 三公经费最高的那家单位: the inner question is answered, its winners are whom the outer one is about."""
    form, text = forms(), question.text.strip(_ENDS)
    for mention in question.mentions:
        picks = mention.kind in ("nth", "top") or (
            mention.kind == "operator"
            and {sense.rpartition("/")[2] for sense in mention.senses} & (_PICKS | set(_LIMITS))
        )
        leans = mention.kind == "amount" and limit_by(mention, question)
        if not picks and not leans:
            continue
        _, at = _span(question, mention.start, mention.end)
        plan = _inside(text, at, session, given)
        if plan is not None:
            return plan
    for match in re.finditer(f"(?:更|较|比较|最)(?:{form.more}|{form.less}|低)(?=的)", text):
        plan = _inside(text, match.end(), session, given)
        if plan is not None:
            return plan
    return None


def _inside(text: str, at: int, session: Session, given: Given) -> Plan | None:
    form = forms()
    head = form.head.match(text, at)
    if head is None or not head.group():
        return None
    outer = form.skip.sub("", text[head.end() :])
    if not outer or form.no_outer.search(outer):
        return None
    read = _read(outer, session)
    named = {
        sense
        for mention in read.of("measure", "nature", "code", "codenumber", "fund", "phase")
        for sense in mention.senses
    }
    if not named and not leftovers(read):
        return None
    noun = head["noun"] or ("项目" if re.search("项目|执行率|自评|得分", text[:at]) else "单位")
    first = _read(re.sub("(?:更|较|比较)(?=[高大多贵低少小便])", "最", f"{text[:at]}") + f"的{noun}是哪个", session)
    inner = plainly(first, session, given)
    if inner.ask not in ("entity", "list"):
        return None
    winners = respond(inner, session).winners
    if not winners:
        raise Refused("no_data", "no_value", f"没有{text[:at]}的{noun}，后一问无从回答。")
    bodies = tuple(dict.fromkeys(record.body for record in winners))
    projects = tuple(dict.fromkeys(record.project for record in winners if record.project))
    years = inner.selects[0].years if inner.selects else ()
    about = Given(bodies=bodies, years=years, projects=projects)
    if outer.startswith("占"):
        return _share_of(inner, outer, about, session)
    plan = plainly(read, session, about)
    if plan.inner is not None or (plan.ask in ("entity", "list") and not projects):
        raise Refused("ambiguous", "not_in_schema", "问题层层相套，没有听懂；请分成两步问。")
    return replace(plan, inner=inner)


def _share_of(inner: Plan, outer: str, about: Given, session: Session) -> Plan:
    """The share that the picked project has of something: 占它项目支出的百分之几."""
    said = re.split("的?(?:百分|比例|比重|多少|几成)", outer)[0]
    said = re.sub("^占(?:它|其|该单位|本单位|全部|整个)?的?", "", said)
    whole = plainly(_read(f"{said}是多少", session), session, Given(bodies=about.bodies, years=about.years))
    if not about.projects or len(whole.selects) != 1 or len(about.projects) != 1:
        raise Refused("ambiguous", "ambiguous", "请说明是哪一项占哪一项。")
    part = replace(
        inner.selects[0], of="project", projects=about.projects, bodies=about.bodies, conditions=(), words="所选项目"
    )
    return Plan("ratio", (part, whole.selects[0]), operation="share", inner=inner)


# ── money over heads ───────────────────────────────────────────────────────────────────────────────────────


def _divided(question: Question, session: Session, given: Given) -> Plan | None:
    """An amount over a number that the question states, or over what is counted: 按3400人算人均多少, 平均每批次花多少元."""
    form, text = forms(), question.text.strip(_ENDS)
    stated = form.by.search(text)
    if stated is not None:
        heads = read_count(stated["number"])
        rest = form.each.sub("", text[: stated.start()] + "，" + text[stated.end() :])
        if heads is None or re.search("每人|人均", rest):
            return None
        plan = plainly(_read(rest, session), session, replace(given, money=True))
        if (
            plan.ask != "amount"
            or plan.operation
            or len(plan.selects) != 1
            or plan.selects[0].of not in ("fact", "project")
        ):
            raise Refused("ambiguous", "ambiguous", "请说明要拿哪一笔钱来除。")
        number = heads * (10000 if stated["wan"] else 1)
        return Plan(
            "ratio", plan.selects, operation="per", unit=_unit(text), test=Condition("=", number, stated["unit"])
        )
    per = form.per.search(text)
    if per is None:
        return None
    return _counted(text, per, session, given)


def _unit(text: str) -> str:
    return "万元" if re.search("多少万|几万", text) else "元" if re.search("多少元|几元|多少块|几块", text) else ""


def _counted(text: str, per: re.Match[str], session: Session, given: Given) -> Plan | None:
    """Money over what prose or a project's indicator counts in that unit; None where neither does."""
    rest = text[: per.start()] + text[per.end() :]
    rest = re.sub("(?:要|得|能)?(?:花掉|花了|花费|花)", "", rest)
    plan = _attempt(rest if re.search("多少|几", rest) else f"{rest}多少", session, replace(given, money=True), plainly)
    if plan is None or plan.ask != "amount" or len(plan.selects) != 1:
        return None
    select = plan.selects[0]
    if select.of == "fact":
        measure = next(
            (
                counts[per["unit"]]
                for name, counts in forms().per_measures.items()
                if name in select.measures and per["unit"] in counts
            ),
            "",
        )
        if not measure:
            return None
        other = Select("statement", bodies=select.bodies, years=select.years, measures=(measure,))
    elif select.of == "project":
        other = Select(
            "indicator",
            bodies=select.bodies,
            years=select.years,
            projects=select.projects,
            units=(per["unit"], "万" + per["unit"]),
            attribute="target",
        )
    else:
        return None
    return Plan("ratio", (select, other), operation="per", unit=_unit(text))

"""Yes or no: what a question states, and how it is tested: against a limit, another figure, a ranking, the year before, or for being there.

The statement is what is left when the signs of asking are taken off. Every reading rewrites it as a question for a figure, which must be
understood as a whole; where none is, a question that surely asked for yes or no is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from mbkg.ask.attempts import ENDS, attempt, read, span
from mbkg.ask.comparing import OPPOSITE, against, without_denial
from mbkg.ask.divided import divided
from mbkg.ask.equality import equality
from mbkg.ask.forms import forms
from mbkg.ask.mentions import Mention, Question, read_count
from mbkg.ask.nested import nested
from mbkg.ask.partsum import adds_parts
from mbkg.ask.plan import Condition, Plan, Select
from mbkg.ask.purpose import purpose
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, limit_by, limits_of, read_bodies
from mbkg.ask.understand import understand as plainly

_LIMITS = {"greater": ">", "atLeast": ">=", "less": "<", "atMost": "<=", "equal": "="}
_CHANGES = {"increase": ">", "decrease": "<", "unchanged": "="}
_PICKS = frozenset({"max", "min", "nth", "top", "bottom"})
_SAID = {"超过": "不超过", "不低于": "低于", "低于": "不低于", "不超过": "超过"}
_NAMING = ("measure", "nature", "code", "codenumber", "fund", "project", "body", "region", "population", "year")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated; `exists` where 有没有 asked for it, `sure` where nothing but yes or no can be the answer."""

    text: str
    exists: bool
    sure: bool


def stated(text: str) -> Statement | None:
    """The statement that a yes/no question holds; None for any other question."""
    form, said = forms(), text.strip(ENDS)
    if form.never.search(said):
        return None
    plain, tagged = said, False
    while (tag := form.tail.search(plain)) is not None and tag.start():
        plain, tagged = plain[: tag.start()].strip(ENDS), True
    particle = None if tagged else form.particle.search(plain)
    weak = None if tagged or particle else form.weak.search(plain)
    for sign in (particle, weak):
        plain = plain[: sign.start()] if sign is not None else plain
    exists = bool(form.exists.search(plain))
    inside = bool(form.inside.search(plain))
    lead = form.lead.match(plain)
    rhetorical = bool(form.rhetorical.search(plain))
    denied = weak is not None and bool(re.search("没|未|不|无", plain))
    sure = tagged or particle is not None or exists or inside or rhetorical or denied
    if not sure and weak is None:
        return None
    plain = form.lead.sub("", plain, count=1) if lead is not None and lead.end() < len(plain) else plain
    plain = form.inside.sub("", form.exists.sub("有", plain))
    if rhetorical or (particle is not None and particle.group() in ("吗", "么", "嘛")):
        plain = re.sub("不是(?!说)", "是", plain, count=1)  # 不是最高的吗 expects yes
    plain = re.sub("超(?![过出市])", "超过", plain).strip(ENDS)
    return Statement(plain, exists, sure) if plain else None


def verdict(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a yes/no question; None for any other.

    Raises:
        Refused: yes or no is asked, and what is stated is not understood.
    """
    statement = stated(question.text)
    if statement is None:
        return None
    if forms().future.search(question.text):
        raise Refused("out_of_scope", "out_of_scope", "报告只印出已定的预算和已成的决算，不能判断将来会不会怎样。")
    text = _numbers_spelled(statement.text)
    taken = read(text, session)
    text = taken.text
    if (met := forms().met.search(text)) is not None:
        return _met(text[: met.start()], session, given)
    for reading in (equality, _every, _within, against, _moved, _foremost):
        plan = reading(text, taken, session, given)
        if plan is None and reading is equality and adds_parts(text):
            raise Refused("out_of_scope", "not_in_schema", "没有听懂要把哪些数相加再来比较。")
        if plan is not None:
            return plan
    if statement.sure and (plan := purpose(text, taken, session, given)) is not None:
        return plan
    checking = any("operator/check" in mention.senses for mention in question.of("operator"))
    if checking or not statement.sure:
        return None
    plan = _existence(text, taken, session, given, statement.exists)
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


def _valued(question: Question, session: Session, given: Given) -> Plan:
    return nested(question, session, given) or divided(question, session, given) or plainly(question, session, given)


def _within(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """A figure against a stated limit: 公务接待费超过2万元, 在2万元到6万元之间."""
    amounts = [mention for mention in taken.of("amount") if mention.number is not None]
    limited = [mention for mention in amounts if limit_by(mention, taken)]
    plain = [mention for mention in amounts if mention.unit not in ("家", "天", "次", "人", "名")]
    between = limits_of(taken)
    if len(between) == 2 and len(amounts) == 2 and not limited:
        start, end = amounts[0].start, amounts[1].end
        conditions: tuple[Condition, ...] = between
    elif len(limited) == 2 and len(amounts) == 2:
        start, end = limited[0].start, limited[1].end
        conditions = tuple(Condition(limit_by(m, taken), m.number or Decimal(0), m.unit) for m in limited)
    elif len(chosen := limited or plain) == 1:
        start, end = chosen[0].start, chosen[0].end
        operator = limit_by(chosen[0], taken) or "="
        if not limited and (len(amounts) > 1 or not _equated(chosen[0], text, taken)):
            return None
        conditions = (Condition(operator, chosen[0].number or Decimal(0), chosen[0].unit),)
    else:
        return None
    start, end = _with_its_words(start, end, taken)
    left, right = span(taken, start, end)
    before, denied = without_denial(re.sub("(?:在|了|都|已经|已)$", "", text[:left]))
    after = re.sub("^(?:之间|当中|的)+", "", text[right:])
    if denied and len(conditions) > 1:
        return None
    if denied:
        conditions = (replace(conditions[0], operator=OPPOSITE[conditions[0].operator]),)
    before = re.sub("(?:，|,|了|都|已经|已|会|能|是|为|有|就|还|才|竟|连|也|仅仅?|只有?)+$", "", before)
    there = re.search("有(?:一?个|任何|些)?(?=(?:项目|单位|科目)$)", before) or re.search(
        "(?<=项目|单位|科目)(?:里面?|当中|之中|中|内)?有$", text[:left]
    )
    if there is not None:  # 有项目超过100万, 项目里有超过100万的
        text = f"{text[: there.start()]}{text[there.end() :].rstrip('的')}"
        inner = attempt(f"{text}的有哪些", session, given) if not denied else None
        return Plan("verdict", inner=inner, test=Condition(">", Decimal(0), ""), about="exists") if inner else None
    if re.search("项目|单位|局|科目", after):  # 有没有超过100万的项目
        if denied and conditions[0].operator in ("<=", ">="):
            text = before + text[left:]  # 没有超过100万的项目
        inner = attempt(f"{re.sub('有(?=超过|低于|不)', '', text)}有哪些", session, given)
        return (
            Plan("verdict", inner=inner, test=Condition("=" if denied else ">", Decimal(0), ""), about="exists")
            if inner
            else None
        )
    near = text[max(0, left - 4) : right + 3]
    if conditions[0].operator in ("=", "!=") and forms().about.search(near):
        raise Refused("ambiguous", "ambiguous", f"“{text[left:right]}”前后的约数没有明确的界限，不能判断是否。")
    if conditions[0].unit in ("个", "项", "家"):
        asking, before = "有几个", re.sub("(?<=项目|单位)(?:个?数|数量|总数|数目)$", "", before)
    else:
        asking = "是多少"
    inner = attempt(f"{before}{after}{asking}", session, given, _valued)
    if inner is None or inner.ask not in ("amount", "ratio", "change", "count"):
        return None
    if inner.ask == "change":
        moved = {sense.rpartition("/")[2] for mention in taken.of("operator") for sense in mention.senses}
        inner = replace(inner, about=next((_CHANGES[name] for name in _CHANGES if name in moved), ""))
    more = (Select("fact", conditions=conditions[1:]),) if len(conditions) > 1 else ()
    return Plan("verdict", more, inner=inner, test=conditions[0], about="bound")


def _equated(amount: Mention, text: str, taken: Question) -> bool:
    """Whether an amount without a limit is what something is said to be: 是5.76万元, or the last word."""
    left, right = span(taken, amount.start, amount.end)
    return bool(forms().copula.search(text[:left])) or not text[right:].strip(ENDS + "的整了")


def _with_its_words(start: int, end: int, taken: Question) -> tuple[int, int]:
    """An amount's stretch with the words of its limit round it."""
    words = {*_LIMITS, "between"}
    for mention in taken.of("operator"):
        if {sense.rpartition("/")[2] for sense in mention.senses} & words and (
            0 <= start - mention.end <= 2 or 0 <= mention.start - end <= 1
        ):
            start, end = min(start, mention.start), max(end, mention.end)
    return start, end


def _every(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """What is said of all projects holds where none breaks it: 所有项目都超过5万元, 没有一个项目超过500万元."""
    match = forms().every.search(text)
    limit = re.search("|".join(sorted(_SAID, key=len, reverse=True)), text)
    none = forms().none.search(text)
    if limit is None or (match is None and none is None):
        return None
    if match is not None:
        turned = text[: limit.start()] + _SAID[limit.group()] + text[limit.end() :]
        turned = re.sub("所有|全部|每一?[个项]|任何|一切|任一|都|均|全都|一律|无一例外", "", turned)
    else:
        assert none is not None
        turned = text[: none.start()] + text[none.end() :]
    inner = attempt(f"{turned}的项目有哪些", session, given)
    if inner is None or inner.ask != "list" or not any(select.conditions for select in inner.selects):
        return None
    return Plan("verdict", inner=inner, test=Condition("=", Decimal(0), ""), about="exists")


def _moved(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """Whether a figure rose or fell: 三公经费下降了, 没有增加."""
    found = [
        (mention, name)
        for mention in taken.of("operator")
        for sense in mention.senses
        if (name := sense.rpartition("/")[2]) in _CHANGES
    ]
    if len({name for _, name in found}) != 1:
        return None
    left, _ = span(taken, found[0][0].start, found[0][0].end)
    before, denied = without_denial(text[:left])
    said = before + text[left:]
    plan = attempt(f"{said}多少", session, given) or attempt(f"{said}，变化多少", session, given)
    if plan is None or plan.ask != "change":
        return None
    sign = _CHANGES[found[0][1]]
    if denied and sign == "=":
        return None
    return Plan(
        "verdict", inner=plan, test=Condition(OPPOSITE[sign] if denied else sign, Decimal(0), ""), about="change"
    )


def _foremost(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """Whether the one named is the highest or lowest: 烟台的三公经费最高, 招远不是最少的."""
    if not any(
        mention.kind in ("nth", "top") or {sense.rpartition("/")[2] for sense in mention.senses} & _PICKS
        for mention in taken.of("operator", "nth", "top")
    ):
        return None
    for noun, kinds in (("项目", ("project",)), ("单位", ("body", "region"))):
        named: list[Mention] = [*taken.of(*kinds)]
        if len(named) != 1:
            continue
        left, right = span(taken, named[0].start, named[0].end)
        head, denied = without_denial(text[:left])
        if not denied and (match := re.match("(?:的[^最第]*)?(?:并不是|并非|不是|不算|没有?)", text[right:])):
            denied, right = True, right + match.end()
        rest = re.sub('(?:是|为|就)+|的?(?:单位|项目|一家|那家|一个)$|^的|[，,]|[“”"]', "", head + text[right:])
        plan = attempt(f"{rest.rstrip('的')}的{noun}是哪个", session, given)
        if plan is None or plan.ask != "entity":
            continue
        about = (
            Select("fact", projects=named[0].senses)
            if noun == "项目"
            else Select("fact", bodies=read_bodies(taken, session))
        )
        test = Condition("!=", Decimal(0), "") if denied else None
        return Plan("verdict", (about,), inner=plan, test=test, about="first")
    return None


def _existence(text: str, taken: Question, session: Session, given: Given, exists: bool) -> Plan | None:
    """Whether there is any of it: 有使用政府性基金预算安排的支出, 烟台有公车, 没有安排出国费."""
    form = forms()
    bare, having = _bare(text, taken)
    if not exists and not having and "有" not in text:
        return None
    denied = bool(re.search("没有?|未|无|不", _uncovered(text, taken)))
    bare = re.sub("(?:并未|没有?|未|无|连|都|也|压根|根本)", "", bare) if denied else bare
    vehicles = re.search("公车|公务用车|公务车", bare) and not re.search("费|钱|经费|支出|购置|运行", bare)
    plan = None
    for wording in dict.fromkeys(
        (bare, form.things.sub("", bare), re.sub(f"^{form.things.pattern[:-1]}[，,]?是?", "", bare))
    ):
        wording = form.things.sub("", wording) if wording != bare else wording
        plan = attempt(f"{wording}{'有几辆' if vehicles else '是多少'}", session, given)
        if plan is not None and plan.ask == "amount":
            break
    if plan is None or plan.ask != "amount":
        return None
    return Plan("verdict", inner=plan, test=Condition("=" if denied else ">", Decimal(0), ""), about="exists")


def _uncovered(text: str, taken: Question) -> str:
    """The text with blanks for what names something."""
    held = {
        at
        for mention in taken.of(*_NAMING)
        if mention.words[0] not in "有没无"
        for at in range(*span(taken, mention.start, mention.end))
    }
    return "".join("　" if at in held else letter for at, letter in enumerate(text))


def _bare(text: str, taken: Question) -> tuple[str, bool]:
    """The text without its words of having and spending, unless they are part of a name; and whether there were any."""
    form, free = forms(), _uncovered(text, taken)
    drop: set[int] = set()
    having = False
    for pattern in (form.verbs, form.means, form.some, re.compile("有")):
        for match in pattern.finditer(free):
            if not drop & {*range(*match.span())}:
                drop |= {*range(*match.span())}
                having = having or pattern is form.verbs
    return "".join(letter for at, letter in enumerate(text) if at not in drop), having


def _met(text: str, session: Session, given: Given) -> Plan | None:
    plan = attempt(f"{text}实际完成多少", session, given) or attempt(f"{text}是多少", session, given)
    if plan is None or not plan.selects or any(select.of != "indicator" for select in plan.selects):
        raise Refused("ambiguous", "ambiguous", "请说明是哪个项目的哪个绩效指标是否达标。")
    return Plan("verdict", plan.selects, about="met")

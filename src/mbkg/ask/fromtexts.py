"""Questions that the words of a report answer: what a heading reflects, the body's code, who does what, what was evaluated.

Each is known by its form and holds only where every other word of the question is the name of what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from mbkg.ask.attempts import ENDS, attempt, read, span
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, leftovers, read_slots
from mbkg.ask.textforms import form, is_signed

_OF_REPORTS = frozenset({"body", "region", "year", "relative", "phase", "ask", "scope", "bodyKind"})
_HEADINGS = ("code", "codenumber", "measure", "nature", "fund")
_SAYS = frozenset({"operator/amount", "operator/define", "operator/which", "operator/choosing", "operator/list"})


def from_texts(question: Question, session: Session, given: Given) -> Plan | None:
    """The plan of a question that words answer; None for any other.

    Raises:
        Refused: it is such a question, and a word beside its form is not understood.
    """
    for reading in (reflected, unit_code, department, evaluated, prints):
        plan = reading(question, session, given)
        if plan is not None:
            return plan
    return None


def reflected(question: Question, session: Session, given: Given) -> Plan | None:
    """海东报告里医疗保障经办事务这个科目反映哪些支出: what the glossary of the report says of a heading."""
    text = question.text.strip(ENDS)
    if not is_signed("reflects", text):
        return None
    found = next(
        (match for part in ("form", "heading", "noun") if (match := form("reflects", part).search(text))), None
    )
    if found is None:
        return _in_glossary(text, session, given)
    rest = read(form("reflects", "where").sub("", text[: found.start()] + text[found.end() :]), session)
    named = rest.of(*_HEADINGS)
    if not named or _others(rest, _HEADINGS) or leftovers(rest):
        return None
    slots = read_slots(rest, session, given)
    return Plan("definition", (Select("fact", words=named[-1].words, bodies=slots.bodies),), about="term")


def _in_glossary(text: str, session: Session, given: Given) -> Plan | None:
    """名词解释里上年结转和结余是指什么: the word asked for, where the glossary is named and nothing else is said."""
    where = form("reflects", "where").search(text)
    if where is None:
        return None
    lead = read(text[: where.start()], session)
    asked = form("reflects", "asked").search(text[where.end() :])
    if asked is None or asked.start() or _others(lead, ()) or leftovers(lead):
        return None
    slots = read_slots(lead, session, given)
    return Plan("definition", (Select("fact", words=asked["term"], bodies=slots.bodies),), about="term")


def unit_code(question: Question, session: Session, given: Given) -> Plan | None:
    """云泽市医疗保障局的部门代码: the code that a report's tables print beside the body's own name."""
    if not is_signed("unitCode", question.text):
        return None
    found = form("unitCode").search(question.text)
    if found is None:
        return None
    rest = read(question.text[: found.start()] + "，" + question.text[found.end() :], session)
    if _others(rest, ()) or leftovers(rest) or not rest.of("body", "region"):
        return None
    slots = read_slots(rest, session, given)
    own = any(re.search("本级|机关", mention.words) for mention in rest.of("scope", "body")) or "单位" in found.group()
    words = "本级" if own else ""
    return Plan(
        "structure", (Select("statement", bodies=slots.bodies, years=slots.years, words=words),), about="unitCode"
    )


def department(question: Question, session: Session, given: Given) -> Plan | None:
    """负责药品价格监测的是哪个科室: the department whose name says the duty."""
    text = question.text.strip(ENDS)
    if not is_signed("department", text):
        return None
    who, whose = form("department", "who").search(text), form("department", "whose").search(text)
    asked = who or whose
    does = form("department", "does").search(text)
    if asked is None or does is None:
        return None
    body = question.of("body", "region")
    cut = [asked.span(), *(span(question, mention.start, mention.end) for mention in body)]
    kept = "".join(" " if any(low <= at < high for low, high in cut) else letter for at, letter in enumerate(text))
    kept = form("department", "does").sub(" ", kept, count=1)
    pieces = [form("department", "behind").sub("", piece) for piece in kept.split()]
    pieces = [form("department", "passed").sub("", piece, count=1) for piece in pieces]
    taken = read("，".join(pieces), session)
    if re.search("项目|没|不|非", taken.folded):
        return None
    duty = re.sub("(?:工作|事务|业务|事项|方面|的|里|中|这块|那块|是|在|主要)+$", "", "".join(taken.folded.split()))
    duty = re.sub("^(?:是|在|里|中|的|关于|有关)+", "", duty)
    if len(duty) < 2:
        return None
    slots = read_slots(read("".join(mention.words for mention in body), session), session, given)
    if not slots.bodies:
        return None
    return Plan("structure", (Select("statement", words=duty, bodies=slots.bodies),), about="department")


def evaluated(question: Question, session: Session, given: Given) -> Plan | None:
    """荣成对哪个项目做了重点绩效评价: the projects that the report says so of."""
    text = question.text.strip(ENDS)
    if not is_signed("evaluated", text) or not re.search("哪|什么|啥", text) or "项目" not in text:
        return None
    return being_evaluated(text, session, given)


def being_evaluated(text: str, session: Session, given: Given) -> Plan | None:
    """The plan for the projects of which a text says that they were evaluated more closely; None where it says anything else."""
    found = form("evaluated").search(text)
    if found is None or form("evaluated", "negated").search(text):
        return None
    bare = text[: found.start()] + "，" + text[found.end() :]
    bare = re.sub(
        "(?:哪|什么|啥)(?:一|几)?(?:个|些|项)?项目|项目(?:是|有|叫)*(?:哪|什么|啥)(?:一|几)?(?:个|些)?|项目", "，", bare
    )
    rest = read(bare, session)
    left = [re.sub(f"{form('evaluated', 'does').pattern}", "", said) for _, _, said in leftovers(rest)]
    if _others(rest, ()) or any(left):
        return None
    slots = read_slots(rest, session, given)
    about = Select("statement", bodies=slots.bodies or given.bodies, years=slots.years, words=found.group())
    return Plan("structure", (about,), about="evaluated")


def prints(question: Question, session: Session, given: Given) -> Plan | None:
    """海东职业年金缴费出现了哪几个不同的数: all that the report prints for one figure."""
    text = question.text.strip(ENDS)
    if not is_signed("prints", text):
        return None
    found = form("prints").search(text)
    if found is None or text[found.end() :].strip(ENDS + "的呢啊"):
        return None
    subject = re.sub("(?:的|这个数|这个数字|这项|这一项|一共|总共|前后|先后|都|在|，)+$", "", text[: found.start()])
    plan = attempt(f"{subject}是多少", session, given)
    if plan is None or plan.ask != "amount" or plan.operation or any(select.of != "fact" for select in plan.selects):
        raise Refused("out_of_scope", "not_in_schema", "没有听懂要列出哪一项数字的各处印数。")
    return replace(plan, ask="list", about="prints")


def _others(question: Question, kinds: Iterable[str]) -> bool:
    """Whether a question mentions anything but bodies, years and the kinds given."""
    allowed = {*_OF_REPORTS, *kinds}
    return any(
        mention.kind not in allowed and not (mention.kind == "operator" and {*mention.senses} & _SAYS)
        for mention in question.mentions
    )

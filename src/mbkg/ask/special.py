"""Questions that ask for no figure of a table: what a body is made of, what a code or a term means, who reports, what ties out."""

from __future__ import annotations

import re

from mbkg.ask.linking import topics
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import CHANGE, SUPERLATIVE, WHICH_BODY, Slots, read_slots
from mbkg.ask.topics import alike
from mbkg.ask.voidwords import is_void, without_lead
from mbkg.ask.words import measures, words


def reporting(question: Question, slots: Slots) -> Plan | None:
    """Which units have reports: 哪些单位的报告年度是2025年, 烟台市范围内有报告的单位."""
    asked = "body" in slots.over or any(mention.words in WHICH_BODY for mention in question.of("operator"))
    if not asked or "报告" not in question.folded or slots.left or slots.conditions:
        return None
    if question.of("measure", "nature", "code", "codenumber", "fund", "project", "population", "amount"):
        return None
    about = Select("statement", bodies=slots.bodies, years=slots.years, phases=slots.phases)
    return Plan("body", (about,), operation="sum" if "count" in slots.operators else "")


def structure(question: Question, slots: Slots, session: Session) -> Plan | None:
    """What a body is made of and whom it answers to. A project's own 主管部门 is asked with the project's name and is not meant here."""
    if not slots.structure or not slots.bodies or question.of("project", "amount"):
        return None
    if slots.operators & {"max", "min", "nth", "top", "bottom"}:
        return None  # 钱最少的科室: nothing is published of parts that could be ranked
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    if asked & (set(measures()["indicators"]) | set(measures()["projects"])) or slots.conditions:
        return None
    heading = "signs" if "signs" in slots.structure else slots.structure[0]
    light = words().structure_light
    said = "、".join(text for _, _, text in slots.left if not is_void(text, light))
    if said and all(mention.words == "机构" for mention in question.of("structure")):
        return None  # 监测医药价格的机构数量: no part of the body
    if heading == "superior" and (said or slots.categories):
        return None  # the 主管部门 of something else, as of a project
    return Plan("structure", (Select("statement", words=said, bodies=slots.bodies),), about=heading, operation="")


_PARTS = re.compile(
    "(?:指的?是?|包括|包含|含|由|分为|分成|有|都是|是)哪[几两三四五]?(?:项|部分|些部分|些项|块|类)|由哪些?.*(?:组成|构成)|(?:包括|包含)(?:哪些|什么)"
)


def definition(question: Question, slots: Slots, session: Session) -> Plan | None:
    """A code's name, a name's code, or a term of the reports' glossaries."""
    if "why" in slots.operators or ("目录" in question.folded and "正文" in question.folded):
        return None
    named_ = question.of("measure")
    if len(named_) == 1 and _PARTS.search(question.folded) and not slots.years and not slots.operators & SUPERLATIVE:
        about = Select("fact", measures=named_[0].senses, words=named_[0].words)
        return Plan("definition", (about,), about="parts")
    codes = tuple(sense for mention in question.of("code") for sense in mention.senses)
    free = not slots.bodies and not slots.years and not slots.left
    bare = free and not slots.operators & ({"amount", "sum", "share"} | SUPERLATIVE)
    if (
        slots.numbers
        and not slots.conditions
        and (
            slots.codewords & {"name"} or "define" in slots.operators or (slots.codewords and not slots.bodies) or bare
        )
    ):
        return Plan("definition", (Select("fact", words="、".join(slots.numbers), bodies=slots.bodies),), about="name")
    if codes and "number" in slots.codewords and not slots.left:
        kinds = [kind for kind in ("function", "economic") if kind in slots.codewords]
        kept = tuple(code for code in codes if not kinds or code.split("/")[1].startswith(kinds[0]))
        return Plan(
            "definition",
            (Select("fact", functions=kept, bodies=slots.bodies, words=question.of("code")[0].words),),
            about="number",
        )
    if (
        ("define" in slots.operators or "name" in slots.codewords)
        and not slots.years
        and not question.of("project", "top", "nth")
        and not slots.operators & SUPERLATIVE
        and "project" not in slots.over
    ):
        named = next(
            (
                mention
                for mention in question.mentions
                if mention.kind in ("fund", "nature", "measure", "code", "population", "phase")
            ),
            None,
        )
        said = slots.left[0][2] if slots.left else named.words if named else ""
        if said:
            return Plan("definition", (Select("fact", words=said, bodies=slots.bodies),), about="term")
    return None


_ABOUT_REPORTS = frozenset({"operator", "ask", "body", "region", "year", "relative", "phase", "bodyKind"})


_TABLE = re.compile(
    "(?:^|[和跟与同、，,的里中把拿比]|公开)((?:(?![和跟与同的里])[\u4e00-\u9fff“”]){2,24}?表)(?![格示现明达决彰扬态])"
)


def tables_tied(question: Question, session: Session) -> Plan | None:
    """Whether two tables that a question names print the same: a question for the checks, not for two figures."""
    if not words().sameness.search(question.folded) or question.folded.count("表") < 2:
        return None
    plan = _scope(question, read_slots(question, session), session)
    return plan if plan is not None and len(plan.selects[0].subjects) > 1 else None


_NUMBER = re.compile("(?<![\\d.])\\d[\\d,]*(?:\\.\\d+)?(?!年|\\d)")


def _scope(question: Question, slots: Slots, session: Session) -> Plan | None:
    """What part of a report a question about checks names: tables, a project, stated numbers, the contents page."""
    text = question.text
    for mention in question.of("body", "region", "year"):
        text = text.replace(mention.words, "", 1)
    tables = tuple(dict.fromkeys(without_lead(match[1].strip("“”")) for match in _TABLE.finditer(text)))
    tables = tuple(table for table in tables if table not in words().check_things and len(table) > 2)
    if "目录" in text:
        tables = (*(table for table in tables if "目录" not in table and "张表" not in table), "目录")
    projects = tuple(sense for mention in question.of("project") for sense in mention.senses)
    counted = {str(slots.counted)}
    numbers = [
        number
        for number in _NUMBER.findall(text.replace("".join(m.words for m in question.of("project")), ""))
        if number not in counted
    ]
    if not projects and numbers:
        named = [
            topic
            for _, _, said in slots.left
            if len(said) > 1
            for topic in topics(slots, session, "project")
            if alike(said) in alike(topic.name)
        ]
        nodes = tuple(dict.fromkeys(topic.node for topic in named))
        projects = nodes if len(nodes) == 1 else ()
    if not tables and not (projects and numbers):
        return None
    if not slots.bodies:
        raise Refused("ambiguous", "ambiguous", "请说明是哪家单位的报告。")
    about = Select(
        "statement",
        bodies=slots.bodies,
        years=slots.years,
        phases=slots.phases,
        projects=projects,
        subjects=tables,
        words="、".join(numbers),
    )
    return Plan("check", (about,), about="scope")


def checking(question: Question, slots: Slots, session: Session) -> Plan | None:
    """Whether the figures of whole reports tie out. With anything else named it is another question, and not heard here."""
    if "目录" in question.folded and "正文" in question.folded:
        return _scope(question, slots, session)
    if (
        "check" not in slots.operators
        or slots.operators & (SUPERLATIVE | CHANGE)
        or slots.over & {"function", "economic"}
    ):
        return None
    if (scope := _scope(question, slots, session)) is not None:
        return scope
    things = re.compile(f"(?:{'|'.join(map(re.escape, words().check_things))})+")
    others = [m for m in question.mentions if m.kind not in _ABOUT_REPORTS and m.words not in words().check_things]
    left = [said for _, _, said in slots.left if not things.fullmatch(said)]
    if others or left:
        return None
    about = Select("statement", bodies=slots.bodies, years=slots.years, phases=slots.phases)
    return Plan("check", (about,), about="findings")

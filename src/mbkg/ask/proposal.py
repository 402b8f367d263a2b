"""A plan that somebody else proposes, held against the graph and against the question before anything is run.

Three things must be true of it. It holds only names that the graph holds, in the slots where they belong. Every constraint that the
question states (whose, when, which phase, which money, amounts, ranks, what is done) is in it, and it adds none. Every word that the parser
did not understand is tied to something in the plan that nothing else of the question stands for; the answer shows how each was taken.
Anything else is a reason to refuse, with the reason told.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Any

from mbkg.ask.linking import topics
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.plan import Plan, Select, read_plan
from mbkg.ask.session import Session
from mbkg.ask.slots import Slots
from mbkg.ask.topics import alike
from mbkg.ask.words import measures
from mbkg.labels import fold
from mbkg.resources import resource_path

_LISTS = ("bodies", "years", "projects", "indicators")
_OF_PLAN = frozenset({"ask", "selects", "operation", "group", "order", "nth", "take", "rate", "unit"})
_BOUND = frozenset(
    {"measure", "nature", "code", "codenumber", "fund", "population", "project", "projectCategory", "grade"}
)


# What a plan says where nothing is said; no word can be tied to these.
_DEFAULTS = frozenset({"nature/total", "measure/expenditure", "budget", "target"})


class Rejected(Exception):
    """A proposal that must not be run; the message is a Chinese clause that says why."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with what each word not understood is said to mean in it."""

    plan: Plan
    words: dict[str, str]


@cache
def model_words() -> dict[str, Any]:
    """`ontology/asking/model.toml` as it stands."""
    with resource_path("ontology", "asking", "model.toml").open("rb") as file:
        return tomllib.load(file)


def read_proposal(text: str) -> Proposal:
    """The proposal in a completion: one JSON object, bare or fenced.

    Raises:
        Rejected: there is none, or it is no plan.
    """
    body = text.strip()
    if body.startswith("```"):
        body = body.split("\n", 1)[-1].rsplit("```", 1)[0]
    try:
        data = json.loads(body)
        if not isinstance(data, dict) or "plan" not in data:
            raise Rejected("没有给出计划")
        if data["plan"] is None:
            raise Rejected("大模型也没有找到对应的数字")
        plan = read_plan(json.dumps(data["plan"]))
        words = data.get("words") or {}
    except (ValueError, TypeError, ArithmeticError, KeyError, AttributeError, RecursionError) as error:
        raise Rejected("给出的不是一个计划") from error
    if not isinstance(words, dict) or not all(isinstance(part, str) for pair in words.items() for part in pair):
        raise Rejected("给出的不是一个计划")
    return Proposal(plan, words)


def check_proposal(proposal: Proposal, question: Question, slots: Slots, session: Session) -> Plan:
    """The plan, if it may be run.

    Raises:
        Rejected: it holds what the graph does not, or does not hold what the question states.
    """
    plan = proposal.plan
    _check_form(plan)
    for select in plan.selects:
        _check_names(select, slots, session)
    _check_stated(plan, slots, session)
    _check_doing(plan, question, slots)
    _check_bound(plan, question, _titles(plan, slots, session))
    _check_words(proposal, question, slots)
    return plan


def _check_form(plan: Plan) -> None:
    """Only known fields, of the right type, with allowed values."""
    rules = model_words()
    for field in fields(plan):
        value = getattr(plan, field.name)
        if field.name not in _OF_PLAN and value:
            raise Rejected(f"计划用了不许用的“{field.name}”")
        allowed = rules["plan"].get(field.name)
        if allowed is not None and value not in allowed:
            raise Rejected(f"计划的“{field.name}”取值不对")
    if not all(type(number) is int and 0 <= number <= 1000 for number in (plan.nth, plan.take)):
        raise Rejected("计划的名次不对")
    if type(plan.rate) is not bool or not isinstance(plan.unit, str):
        raise Rejected("计划的字段不对")
    if not 1 <= len(plan.selects) <= 2 or (len(plan.selects) == 2) != (
        plan.operation in ("difference", "share", "times")
    ):
        raise Rejected("计划选取的项数不对")
    if plan.ask == "entity" and not (plan.order and plan.group and plan.nth >= 1):
        raise Rejected("排名的计划没有说按什么排")
    if plan.ask in ("list", "count") and not plan.group:
        raise Rejected("列举的计划没有说列什么")
    for select in plan.selects:
        _check_select(select)


def _check_select(select: Select) -> None:
    rules = model_words()
    if select.of not in rules["select"]["of"]:
        raise Rejected("计划选取的种类不对")
    if select.attribute not in (*rules["attributes"][select.of], ""):
        raise Rejected(f"{select.of}没有“{select.attribute}”")
    known = {"of", "attribute", "conditions", "words", "grades", *_LISTS, *rules["names"]}
    for field in fields(select):
        value = getattr(select, field.name)
        if field.name not in known and value:
            raise Rejected(f"计划用了不许用的“{field.name}”")
        if field.name in ("of", "attribute", "words") or field.name not in known:
            continue
        if not isinstance(value, tuple):
            raise Rejected(f"计划的“{field.name}”不是数组")
        kind: type = int if field.name == "years" else str
        if field.name != "conditions" and not all(type(entry) is kind for entry in value):
            raise Rejected(f"计划的“{field.name}”里有不该有的值")
    if not (select.measures or select.natures or select.functions or select.economics) and select.of == "fact":
        raise Rejected("计划没有说取哪一项")
    if select.of == "percapita" and not select.populations:
        raise Rejected("计划没有说是哪类人员")
    if select.of == "indicator" and not select.indicators:
        raise Rejected("计划没有说是哪个指标")


def _check_names(select: Select, slots: Slots, session: Session) -> None:
    """Every name is one that the graph holds, in a slot where it belongs."""
    lexicon = session.lexicon
    unknown: list[str] = [
        body for body in select.bodies if body not in lexicon.bodies or not lexicon.bodies[body].reports
    ]
    for slot, start in model_words()["names"].items():
        unknown += [name for name in getattr(select, slot) if not name.startswith(start) or name not in lexicon.labels]
    for slot, kind in (("projects", "project"), ("indicators", "indicator")):
        if wanted := getattr(select, slot):
            held = {topic.node for topic in topics(slots, session, kind)}
            unknown += [name for name in wanted if name not in held]
    if unknown:
        raise Rejected("计划里有图中没有的名称")
    if select.words:
        raise Rejected("计划不能自带文字")


def _check_stated(plan: Plan, slots: Slots, session: Session) -> None:
    """What the question states is what the plan holds, slot by slot: nothing dropped, nothing added."""
    lexicon = session.lexicon
    for slot in ("bodies", "years", "phases", "funds", "populations", "categories", "grades"):
        stated = set(getattr(slots, slot))
        held: set[Any] = {value for select in plan.selects for value in getattr(select, slot)}
        if missing := stated - held:
            raise Rejected(f"计划丢掉了“{'、'.join(sorted(lexicon.label(str(value)) for value in missing))}”")
        if held - stated and slot in ("bodies", "years", "phases"):
            raise Rejected(f"计划加上了问题没有说的“{'、'.join(sorted(lexicon.label(str(v)) for v in held - stated))}”")
        if (
            stated
            and slot in ("bodies", "years", "phases")
            and not all(getattr(select, slot) for select in plan.selects)
        ):
            raise Rejected("计划的一部分没有限定单位、年度或口径")
    limits = [limit for select in plan.selects for limit in select.conditions]
    if {(limit.operator, limit.value, limit.unit) for limit in limits} != {
        (limit.operator, limit.value, limit.unit) for limit in slots.conditions
    }:
        raise Rejected("计划的数值条件与问题不同")
    if limits and plan.ask not in ("list", "count", "entity"):
        raise Rejected("计划没有用上数值条件")
    if slots.loose:
        raise Rejected(f"“{'、'.join(slots.loose)}”在计划里没有着落")
    if (plan.unit or slots.unit) and plan.unit != slots.unit:
        raise Rejected("计划的单位与问题不同")
    ranks = (abs(slots.nth) or (1 if plan.ask == "entity" else 0), slots.top)
    if plan.nth != ranks[0] or (slots.top and plan.take != slots.top):
        raise Rejected("计划的名次与问题不同")


def _check_doing(plan: Plan, question: Question, slots: Slots) -> None:
    """Every operator of the question is in the plan, and the plan does nothing that was not asked."""
    rules = model_words()["doing"]
    held = {f"{name}={getattr(plan, name)}" for name in ("ask", "operation", "order")}
    for mention in question.of("operator"):
        names = [sense.rpartition("/")[2] for sense in mention.senses]
        if not any(name in rules and (not rules[name] or held & set(rules[name])) for name in names):
            raise Rejected(f"“{mention.words}”在计划里没有着落")
    licensed = {setting for name in slots.operators for setting in rules.get(name, ())}
    ranked = {"ask=entity", "order=max", "order=min"} if slots.nth or slots.top else set()
    plain = {"ask=amount", "operation=", "order=", *ranked}
    if {"body", "project"} & slots.over or "which" in slots.operators:
        plain |= {"ask=list", "ask=entity"}
    if "count" in slots.operators:
        plain |= {"ask=count"}
    if licensed & {"operation=share", "operation=times"}:
        plain |= {"ask=ratio"}
    if licensed & {"order=max", "order=min"}:
        plain |= {"ask=entity"}
    if extra := sorted(held - licensed - plain):
        raise Rejected(f"计划做了问题没有问的事（{'、'.join(extra)}）")
    if (
        slots.over & {"month", "undone", "function", "economic", "year"}
        or slots.exists
        or slots.structure
        or slots.codewords
    ):
        raise Rejected("这类问题不能由大模型提出计划")


def _titles(plan: Plan, slots: Slots, session: Session) -> list[str]:
    """The names of the plan's projects and indicators, those of the indicators with their project's."""
    chosen = {node for select in plan.selects for node in (*select.projects, *select.indicators)}
    held = [topic for kind in ("project", "indicator") for topic in topics(slots, session, kind)] if chosen else []
    return [alike(topic.name + topic.context) for topic in held if topic.node in chosen]


def _check_bound(plan: Plan, question: Question, titles: list[str]) -> None:
    """Every measure, code, population … that the parser did recognise is in the plan, in its coordinates or in a name."""
    names = {name for select in plan.selects for name in _values(select)}
    generic = set(measures()["generic"]["measures"])
    for mention in question.mentions:
        if mention.kind not in _BOUND or any(alike(mention.words) in title for title in titles):
            continue
        if not any(_carried(mention, sense, plan, names, generic) for sense in _senses(mention)):
            raise Rejected(f"“{mention.words}”在计划里没有着落")


def _senses(mention: Mention) -> tuple[str, ...]:
    return mention.senses or (str(mention.number) if mention.number else mention.unit,)


def _carried(mention: Mention, sense: str, plan: Plan, names: set[str], generic: set[str]) -> bool:
    known = measures()
    if mention.kind == "codenumber":
        return any(name.rsplit("/", 1)[-1] == sense for name in names)
    if sense in generic or sense in names:
        return True
    if sense == "measure/perCapitaCost":
        return any(select.of == "percapita" for select in plan.selects)
    if sense in known["facts"]:
        return set(known["facts"][sense]["measures"]) <= names
    if sense in known["projects"]:
        return any(select.attribute == known["projects"][sense]["attribute"] for select in plan.selects)
    if sense in known["indicators"]:
        return any(select.attribute == known["indicators"][sense] for select in plan.selects)
    return False


def _check_words(proposal: Proposal, question: Question, slots: Slots) -> None:
    """Every word not understood is tied to a value of the plan that is no default and that no other word stands for."""
    understood = {sense for mention in question.mentions for sense in _senses(mention)}
    values = {name for select in proposal.plan.selects for name in _values(select)} - understood - _DEFAULTS
    for _, _, said in slots.left:
        tied = tied_to(said, proposal.words)
        if not tied or not set(tied) <= values:
            raise Rejected(f"“{said}”在计划里没有着落")


def tied_to(said: str, words: Mapping[str, str]) -> list[str]:
    """What a proposal says that a word not understood means."""
    folded = {fold(word): value for word, value in words.items() if fold(word)}
    return [value for word, value in folded.items() if said in word or word in said]


def _values(select: Select) -> Iterable[str]:
    for field in fields(select):
        value = getattr(select, field.name)
        if field.name in ("of", "words", "bodies", "years", "phases", "conditions"):
            continue
        yield from value if isinstance(value, tuple) else [value] if value else []


def number_of(value: Decimal) -> str:
    """A stated number as the model is to write it."""
    return format(value.normalize(), "f")

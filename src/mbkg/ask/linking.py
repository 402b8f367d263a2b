"""From the words that no concept explains to the projects and indicators that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mbkg.ask.mentions import Mention, Question, content
from mbkg.ask.session import Session
from mbkg.ask.slots import Slots
from mbkg.ask.topics import Link, Topic, alike
from mbkg.ask.words import measures, words

# Mentions that may be part of the name of a project or an indicator; the others ask, place or date it.
_NAMING = frozenset(
    {"population", "code", "measure", "nature", "indicatorKind", "bodyKind", "fund", "codeword", "structure"}
)
_ATTRIBUTES = frozenset(
    {
        "measure/indicatorTarget",
        "measure/indicatorActual",
        "measure/indicatorWeight",
        "measure/indicatorScore",
        "measure/completionRate",
        "measure/projectBudget",
        "measure/expenditure",
        "measure/income",
        "measure/budgetTotal",
        "measure/performance",
        "measure/perCapitaCost",
        "measure/unitCost",
        "measure/projectCount",
        "measure/expenditureTotal",
    }
)
_NEAR = 0.1
_LONGEST_NAME = 90
_PER_HEAD = re.compile("人均|标准|每人|成本|补助|补贴|人")
_OF_MONEY = re.compile("多少钱|多少万|多少元|几块钱|几万")


@dataclass(frozen=True, slots=True)
class Linked:
    """Projects or indicators that one phrase names, best first, and the phrase."""

    kind: str
    phrase: str
    links: tuple[Link, ...]
    exact: bool = False

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(link.topic.node for link in self.links)


def phrases(
    question: Question, slots: Slots, *, split: bool, within: tuple[int, int] | None = None
) -> list[tuple[str, ...]]:
    """The stretches of the question that may name a project or an indicator, as one phrase or cut at every joining word."""
    low, high = within or (0, len(question.folded))
    pieces: list[tuple[int, int]] = []
    naming = [(m.start, m.end) for m in question.mentions if _names(m)]
    for start, end in sorted([*naming, *((start, end) for start, end, _ in slots.left)]):
        if start < low or end > high:
            continue
        if pieces and pieces[-1][1] == start:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    groups: list[list[str]] = [[]]
    last = low
    for start, end in pieces:
        if split and groups[-1] and any(sign in question.between(last, start) for sign in words().conjunctions):
            groups.append([])
        groups[-1].append(question.folded[start:end])
        last = end
    return [tuple(group) for group in groups if group]


def _names(mention: Mention) -> bool:
    if mention.kind == "project":
        return True
    return (
        mention.kind in _NAMING
        and not set(mention.senses) & _ATTRIBUTES
        and not set(mention.senses) & set(measures()["projects"])
    )


_NAMED = {
    "project": 'BIND (?project AS ?node) BIND (?title AS ?name) BIND ("" AS ?context) OPTIONAL { ?project skos:altLabel ?other }',
    "indicator": "?node mb:project ?project ; mb:level3 ?name . BIND (?title AS ?context) OPTIONAL { ?node mb:targetUnit ?unit }",
}


def topics(slots: Slots, session: Session, kind: str) -> list[Topic]:
    """The projects or indicators of the bodies and years in question."""
    merged: dict[str, Topic] = {}
    for row in session.rows("topics", {"body": slots.bodies, "year": slots.years}, quiet=True, named=_NAMED[kind]):
        old = merged.get(row["node"])
        other = (*(old.other if old else ()), *filter(None, (row["other"],)))
        if slots.projects and not row["node"].startswith(tuple(f"{project}/" for project in slots.projects)):
            continue
        merged[row["node"]] = Topic(
            row["node"], kind, row["name"], row["context"], row["body"], int(row["year"]), other, row["unit"]
        )
    return list(merged.values())


def link(
    phrase: Sequence[str],
    kind: str,
    candidates: Iterable[Topic],
    session: Session,
    *,
    least: float = 0.5,
    every: bool = False,
) -> Linked | None:
    """The topics whose names carry the whole phrase, those nearly as good as the best included; None where a word stays unsaid.

    A name that is the phrase, letter for letter, stands alone; `every` keeps all that carry it, for rankings.
    """
    if not 1 < sum(len(alike(part)) for part in phrase) <= _LONGEST_NAME:
        return None  # one letter names nothing, and no name is as long as that
    ranked = [found for found in session.linker.rank(phrase, candidates) if not found.unsaid and found.covered >= 0.6]
    if kind == "indicator":
        ranked = [found for found in ranked if found.fit > least]
    if not ranked:
        return None
    said = alike("".join(phrase))
    exact = [found for found in ranked if said in (alike(found.topic.name), *map(alike, found.topic.other))]
    near = (ranked if every else exact) or [found for found in ranked if found.fit >= ranked[0].fit - _NEAR]
    return Linked(kind, "".join(phrase), tuple(near), bool(exact))


def wants_indicator(question: Question) -> bool:
    """Whether the question's words go with an indicator: a target, a rate, a headcount, a standard."""
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    signs = (
        "指标",
        "目标",
        "满意",
        "率",
        "人数",
        "多少人",
        "几人",
        "多少家",
        "多少次",
        "多少天",
        "几天",
        "几次",
        "几家",
        "多少剂",
        "标准",
        "成本",
        "时限",
        "时效",
        "分钟",
        "覆盖",
        "数量",
        "次数",
        "剂次",
        "多少名",
        "多少户",
        "不超过",
        "不低于",
        "要达到",
    )
    return bool(asked & set(measures()["indicators"])) or any(sign in question.folded for sign in signs)


def wants_project(question: Question, slots: Slots) -> bool:
    """Whether the question's words go with a project's money or state."""
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    signs = ("多少钱", "万元", "安排", "预算", "项目", "执行", "资金", "花了", "几万", "多少万")
    return (
        bool(asked & set(measures()["projects"]))
        or "project" in slots.over
        or any(sign in question.folded for sign in signs)
    )


def resolve(question: Question, slots: Slots, session: Session, phrase: Sequence[str]) -> Linked | None:
    """What one phrase names: projects or indicators, by what the question asks of them."""
    indicator, project = wants_indicator(question), wants_project(question, slots)
    units = next((units for signs, units in words().units if any(sign in question.folded for sign in signs)), None)
    asked = {sense for mention in question.of("measure") for sense in mention.senses}
    attribute = {sense for mention in question.of("measure") for sense in mention.senses} & set(measures()["projects"])
    order = (
        ("project", "indicator")
        if (project and not indicator) or attribute or "why" in slots.operators
        else ("indicator", "project")
    )
    found: list[Linked] = []
    for kind in order:
        candidates = topics(slots, session, kind)
        if kind == "indicator" and "month" in slots.over:
            candidates = [topic for topic in candidates if "月" in topic.name]
        if kind == "indicator" and "measure/perCapitaCost" in asked:
            candidates = [topic for topic in candidates if "元" in topic.unit and "人" in topic.unit]
        elif kind == "indicator" and "钱" in question.folded and not _PER_HEAD.search(question.folded):
            candidates = [topic for topic in candidates if "/人" not in topic.unit and "人" not in topic.unit]
        if kind == "indicator" and _OF_MONEY.search(question.folded):
            candidates = [topic for topic in candidates if "元" in topic.unit]
        if kind == "indicator" and units is not None:
            candidates = [topic for topic in candidates if topic.unit in units]
        least = 0.25 if "month" in slots.over or slots.counted else 0.5
        linked = link(
            phrase,
            kind,
            candidates,
            session,
            least=least,
            every=bool(slots.operators & {"max", "min", "rank"}) or (kind == "indicator" and bool(slots.counted)),
        )
        if linked is not None:
            found.append(linked)
    if not found:
        return None
    if len(found) == 2 and found[0].exact != found[1].exact:
        return next(entry for entry in found if entry.exact)
    if len(found) == 2 and not indicator and not project:
        return next(entry for entry in found if entry.kind == "project")
    return found[0]


def unexplained(slots: Slots) -> str:
    """The words that stayed without meaning, for a refusal."""
    return "、".join(f"“{content(text) or text}”" for _, _, text in slots.left)

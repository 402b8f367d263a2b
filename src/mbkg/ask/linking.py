"""From the words that no concept explains to the projects and indicators that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from mbkg.ask.lexicon import Lexicon
from mbkg.ask.mentions import Mention, Question, read_count
from mbkg.ask.session import Session
from mbkg.ask.slots import COUNTED, Slots
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
_OF_MONEY = re.compile("多少钱|(?:多少|几)万(?!人|名|份|册|剂|户|家|次|辆|张|条|平)|多少元|几块钱")


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
    counts = [match.span() for match in COUNTED.finditer(question.folded) if slots.counted == read_count(match[1])]
    for start, end in sorted([*naming, *((start, end) for start, end, _ in slots.left)]):
        if start < low or end > high:
            continue
        apart = split and any(sign in question.between(start, start) for sign in words().conjunctions)
        if pieces and pieces[-1][1] == start and not apart:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    groups: list[list[str]] = [[]]
    last = low
    for start, end in pieces:
        if split and groups[-1] and any(sign in question.between(last, start) for sign in words().conjunctions):
            groups.append([])
        groups[-1] += [part for part in _without(counts, start, end, question.folded) if not _idle(part, slots)]
        last = end
    return [tuple(group) for group in groups if group]


def _without(counts: Sequence[tuple[int, int]], start: int, end: int, folded: str) -> Iterator[str]:
    """A stretch cut where it only says how many things there are (5个成本上限)."""
    for low, high in counts:
        if start <= low and high < end:
            yield folded[start:low]
            start = high + 1
    yield folded[start:end]


_NAUGHT = re.compile("(?:就|都)?(?:为|是|成|等于)?(?:0|零)(?:元|万元)?")


def _idle(part: str, slots: Slots) -> bool:
    """Whether a stretch names nothing: it is blank, or says of a project that is asked about why that it was not carried out."""
    return not part or ("why" in slots.operators and bool(_NAUGHT.fullmatch(part)))


def _names(mention: Mention) -> bool:
    if mention.kind == "project":
        return True
    if "superior" in mention.senses:
        return False
    return (
        mention.kind in _NAMING
        and not set(mention.senses) & _ATTRIBUTES
        and not set(mention.senses) & set(measures()["projects"])
    )


_NAMED = {
    "project": 'BIND (?project AS ?node) BIND (?title AS ?name) BIND ("" AS ?context) OPTIONAL { ?project skos:altLabel ?other }',
    "indicator": "?node mb:project ?project ; mb:level3 ?name . BIND (?title AS ?context) OPTIONAL { ?node mb:targetUnit ?unit }",
}


_TOPICS: WeakKeyDictionary[Lexicon, dict[str, tuple[Topic, ...]]] = WeakKeyDictionary()


def topics(slots: Slots, session: Session, kind: str) -> list[Topic]:
    """The projects or indicators of the bodies and years in question."""
    return [
        topic
        for topic in _every(session, kind)
        if (not slots.bodies or topic.body in slots.bodies)
        and (not slots.years or topic.year in slots.years)
        and (not slots.projects or topic.node.startswith(tuple(f"{project}/" for project in slots.projects)))
    ]


def _every(session: Session, kind: str) -> tuple[Topic, ...]:
    """All projects or indicators of the graph, read once like its words."""
    known = _TOPICS.setdefault(session.lexicon, {})
    if kind not in known:
        merged: dict[str, Topic] = {}
        for row in session.rows("topics", {"body": (), "year": ()}, quiet=True, named=_NAMED[kind]):
            old = merged.get(row["node"])
            other = (*(old.other if old else ()), *filter(None, (row["other"],)))
            merged[row["node"]] = Topic(
                row["node"], kind, row["name"], row["context"], row["body"], int(row["year"]), other, row["unit"]
            )
        known[kind] = tuple(merged.values())
    return known[kind]


def link(
    phrase: Sequence[str],
    kind: str,
    candidates: Sequence[Topic],
    session: Session,
    *,
    least: float = 0.5,
    every: bool = False,
    rivals: Sequence[Topic] | None = None,
) -> Linked | None:
    """The topics whose names carry the whole phrase, those nearly as good as the best included; None where a word stays unsaid.

    The candidates are ranked among their `rivals`, which may be in other units: what is nearer to one of those is no candidate's.

    A name that is the phrase, letter for letter, stands alone; `every` keeps all that carry it, for rankings.
    """
    if not 1 < sum(len(alike(part)) for part in phrase) <= _LONGEST_NAME:
        return None  # one letter names nothing, and no name is as long as that
    own = {topic.node for topic in candidates}
    ranked = [
        found
        for found in session.linker.rank(phrase, candidates if rivals is None else rivals)
        if not found.unsaid and found.covered >= 0.6 and found.topic.node in own
    ]
    if kind == "indicator":
        ranked = [found for found in ranked if found.fit > least]
    if not ranked:
        return None
    if every:
        most = max(found.held for found in ranked)
        ranked = [found for found in ranked if found.held == most]
    said = alike("".join(phrase))
    exact = [found for found in ranked if said in (alike(found.topic.name), *map(alike, found.topic.other))]
    near = (ranked if every else exact) or [found for found in ranked if found.fit >= ranked[0].fit - _NEAR]
    return Linked(kind, "".join(phrase), tuple(near), bool(exact))


def is_summed_up(phrase: Sequence[str], sides: Sequence[Linked]) -> bool:
    """Whether a phrase only says again what the names of several have in common."""
    said = alike("".join(phrase))
    named = {found.topic.name for side in sides for found in side.links}
    return len(named) > 1 and all(said in alike(name) for name in named)


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


def _of_kind(candidates: list[Topic], question: Question) -> list[Topic]:
    """The topics whose figures are of the kind that the question's last noun asks for: 金额 is no number of days, 人数 no money."""
    said = words().behind_kind.sub("", question.folded)
    for kind, pattern in words().kinds:
        noun = max((word for word in kind if said.endswith(word)), key=len, default="")
        if len(noun) > 1 or noun == "费":
            long = [word for word in kind if len(word) > 1]
            return [
                topic
                for topic in candidates
                if (pattern.search(unit) if (unit := _unit(topic)) else any(word in alike(topic.name) for word in long))
            ]
    return candidates


def _unit(topic: Topic) -> str:
    return "万元" if topic.kind == "project" else topic.unit


_MANY = re.compile("(?:多少|几)(?:个|名|位)?$")


def _counts_people(question: Question) -> bool:
    """Whether the question asks how many of a population there are (补助多少职工)."""
    return any(_MANY.search(question.folded[: mention.start]) for mention in question.of("population"))


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
        candidates = rivals = topics(slots, session, kind)
        if kind == "indicator" and "month" in slots.over:
            candidates = [topic for topic in candidates if "月" in topic.name]
        if kind == "indicator" and "measure/perCapitaCost" in asked:
            candidates = [topic for topic in candidates if "元" in topic.unit and "人" in topic.unit + topic.name]
        elif kind == "indicator" and "钱" in question.folded and not _PER_HEAD.search(question.folded):
            candidates = [topic for topic in candidates if "/人" not in topic.unit and "人" not in topic.unit]
        if kind == "indicator" and _OF_MONEY.search(question.folded):
            candidates = [topic for topic in candidates if "元" in topic.unit]
        candidates = _of_kind(candidates, question)
        if kind == "indicator" and _counts_people(question):
            candidates = [topic for topic in candidates if "元" not in topic.unit and "%" not in topic.unit]
        if kind == "indicator" and "measure/unitCost" in asked:
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
            rivals=rivals,
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

"""Projects and indicators by what a phrase means, where its words do not find them: 打疫苗的钱 is 新冠疫苗及接种费用财政补助.

A wrong link is worse than none. Letters and meaning are weighed together: a name must be near enough, clearly better than the next, and
whatever the phrase adds to the words it shares with the name must by itself be near the name: 派遣工的薪水 is 派遣人员工资, 派遣人员张三的
工资 is not. The bounds are calibrated on the paraphrases and on the phrases that nothing answers, in `tests/index`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary

from mbkg.ask.topics import LexicalLinker, Link, Topic, alike, unshared
from mbkg.ask.words import words
from mbkg.graph.store import GraphStore, is_url
from mbkg.index import EncoderMissing, VectorIndex, open_index
from mbkg.labels import fold

NEAR = 0.5  # how near the name must be to the phrase
APART = 0.12  # how much better than the next name
LETTERS = 0.5  # what the fit of the letters counts beside the nearness of meaning
ENOUGH = 1.15  # nearness of the whole and of what the phrase adds, together
_NOTHING_ADDED = 0.6  # what the latter counts at most, and where nothing is added
_SHORTEST = 3
_FIGURES = re.compile(r"[a-z0-9.]+")
_EDITION = re.compile(r"[\d.年万一二三四]+")  # what tells 职工免费查体（二） from 职工免费查体（2024年）


class MeaningLinker:
    """Ranks topics by letters and meaning; `used` holds what was linked, each phrase with the names it was taken for."""

    def __init__(self, index: VectorIndex) -> None:
        self._index = index
        self._lexical = LexicalLinker()
        self.used: dict[str, dict[str, tuple[str, ...]]] = {}

    def rank(self, segments: Sequence[str], topics: Iterable[Topic]) -> list[Link]:
        """The topics that the phrase means, in each body those of the nearest name; none where that is not clear."""
        phrase = "".join(segments)
        topics = list(topics)
        if len(phrase) < _SHORTEST or not topics:
            return []
        near = dict(
            self._index.nearest(phrase, sorted({name for topic in topics for name in (topic.name, *topic.other)}))
        )
        letters = {link.topic.node: link for link in self._lexical.rank(segments, topics)}
        links: list[Link] = []
        for body in sorted({topic.body for topic in topics}):
            links += self._meant(segments, [topic for topic in topics if topic.body == body], near, letters)
        best = max((link.fit for link in links), default=0)
        links = [link for link in links if link.fit >= best - 0.1]
        for link in links:
            nodes = self.used.setdefault(phrase, {})
            nodes[link.topic.name] = (*nodes.get(link.topic.name, ()), link.topic.node)
        return sorted(links, key=lambda link: (-link.fit, link.topic.year, link.topic.node))

    def taken(self, nodes: set[str]) -> list[tuple[str, tuple[str, ...]]]:
        """The phrases whose links are among the nodes of a plan, each with the names it was taken for."""
        found = {
            phrase: tuple(sorted(name for name, own in names.items() if nodes & {*own}))
            for phrase, names in self.used.items()
        }
        return sorted((phrase, names) for phrase, names in found.items() if names)

    def _meant(
        self, segments: Sequence[str], topics: list[Topic], near: dict[str, float], letters: dict[str, Link]
    ) -> list[Link]:
        """The topics of one body under its best name."""
        nearness = {topic.node: max(near.get(name, -1.0) for name in (topic.name, *topic.other)) for topic in topics}
        scored = {
            node: value + LETTERS * min(letters[node].fit, 1.25) if node in letters else value
            for node, value in nearness.items()
        }
        first = max(topics, key=lambda topic: (scored[topic.node], topic.node))
        others = [scored[topic.node] for topic in topics if _core(topic.name) != _core(first.name)]
        if nearness[first.node] < NEAR or scored[first.node] - max(others, default=-1.0) < APART:
            return []
        if nearness[first.node] + self._added(segments, first, letters.get(first.node)) < ENOUGH:
            return []
        return [
            Link(topic, 1.0, round(0.6 + 0.3 * nearness[topic.node], 4), "")
            for topic in topics
            if _core(topic.name) == _core(first.name) and nearness[topic.node] >= NEAR
        ]

    def _added(self, segments: Sequence[str], topic: Topic, link: Link | None) -> float:
        """How near the name, or what the phrase leaves of it, is to what the phrase adds; −1 where figures differ or a word restricts."""
        name = alike(topic.name) + alike(topic.context)
        if any(figure not in name for segment in segments for figure in _FIGURES.findall(fold(segment))):
            return -1.0
        unsaid: Sequence[str] = link.unsaid.split("、") if link is not None else segments
        added = [gap for gap in unsaid if gap]
        if any(len(gap) == 1 or any(letter in words().restricting for letter in gap) for gap in added):
            return -1.0  # one letter turns a meaning like 女 in 女职工, and is too little to be compared
        if not added:
            return _NOTHING_ADDED
        instead = unshared(topic.name, "".join(segments)) or [topic.name]
        nearest = [max(self._index.nearness(gap, instead)) for gap in added]
        return min([_NOTHING_ADDED, *nearest])


_INDEXES: WeakKeyDictionary[GraphStore, VectorIndex] = WeakKeyDictionary()


def meaning_linker(store: GraphStore) -> MeaningLinker | None:
    """A linker over the index of a graph; None where the graph has none, or its model cannot be loaded here."""
    index = _INDEXES.get(store)
    if index is None:
        index = None if is_url(store.where) else open_index(store.where)
        if index is None:
            return None
        try:
            index.encode(["预算"])
        except EncoderMissing:
            return None
        _INDEXES[store] = index
    return MeaningLinker(index)


def _core(name: str) -> str:
    return _EDITION.sub("", fold(name))

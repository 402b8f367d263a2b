"""How often a paraphrase finds the name it means: by letters, by meaning, and by both joined by rank.

    python benchmarks/retrieval.py [KG]        a graph built with `mbkg build`; default: the shipped reports, built in a temporary folder

For every phrase of `tests/index/paraphrases.txt` the names of its kind are ranked. Then the links that `mbkg ask` would make, on those
phrases and on `tests/index/nothing.txt`, which nothing answers: right, wrong, none. Odd lines calibrated the bounds, even lines did not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mbkg.ask import lexicon_of
from mbkg.ask.linking import topics
from mbkg.ask.meaning import MeaningLinker
from mbkg.ask.session import Session
from mbkg.ask.slots import Slots
from mbkg.ask.topics import LexicalLinker, Topic
from mbkg.graph.build import build
from mbkg.graph.store import GraphStore, open_graph
from mbkg.index import VectorIndex, fused, open_index, refresh_index

DATA = Path(__file__).parent.parent / "tests" / "index"
KINDS = ("project", "indicator", "concept")
Ranking = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """What may be said, and the names (or concepts) that it means."""

    said: str
    kind: str
    meant: frozenset[str]


def paraphrases() -> list[Paraphrase]:
    split = [line.split(" | ") for line in _lines("paraphrases.txt")]
    return [Paraphrase(said, kind, frozenset(meant.split(" ; "))) for said, kind, meant in split]


def nothing() -> list[str]:
    return _lines("nothing.txt")


def _lines(name: str) -> list[str]:
    return [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


class Names:
    """The names of a graph, by kind, and the ways to rank them for a phrase."""

    def __init__(self, graph: GraphStore, index: VectorIndex) -> None:
        lexicon = lexicon_of(graph)
        session = Session(graph, lexicon, LexicalLinker())
        self.index = index
        self.topics = {kind: topics(Slots(), session, kind) for kind in ("project", "indicator")}
        self.concepts = {
            text: concept
            for concept, texts in sorted(lexicon.spellings.items())
            if concept.startswith(("measure/", "nature/", "code/"))
            for text in texts
        }
        self.topics["concept"] = [Topic(text, "concept", text, "", "", 0) for text in sorted(self.concepts)]

    def by_letters(self, kind: str) -> Ranking:
        return lambda said: self._named(
            kind, [link.topic.name for link in LexicalLinker().rank((said,), self.topics[kind]) if link.fit > 0]
        )

    def by_meaning(self, kind: str) -> Ranking:
        names = sorted({topic.name for topic in self.topics[kind]})
        return lambda said: self._named(kind, [name for name, _ in self.index.nearest(said, names)])

    def by_both(self, kind: str) -> Ranking:
        one, other = self.by_letters(kind), self.by_meaning(kind)
        return lambda said: fused(other(said), one(said))

    def linked(self, said: str, kind: str) -> set[str]:
        """The names that asking would take the phrase for, by meaning alone."""
        return {link.topic.name for link in MeaningLinker(self.index).rank((said,), self.topics[kind])}

    def _named(self, kind: str, names: list[str]) -> list[str]:
        return list(dict.fromkeys(self.concepts[name] for name in names) if kind == "concept" else dict.fromkeys(names))


def hits(names: Names, ranking: str) -> dict[str, tuple[int, int, int, int]]:
    """By kind: how many phrases there are, and how many find a right name first, among three, among five."""
    found = {}
    for kind in KINDS:
        rank: Ranking = getattr(names, ranking)(kind)
        own = [phrase for phrase in paraphrases() if phrase.kind == kind]
        places = [next((at for at, name in enumerate(rank(p.said)[:5]) if name in p.meant), 5) for p in own]
        found[kind] = (
            len(own),
            sum(at < 1 for at in places),
            sum(at < 3 for at in places),
            sum(at < 5 for at in places),
        )
    return found


def links(names: Names, half: int | None = None) -> tuple[int, int, int]:
    """Right links, wrong links to paraphrases, and false links to phrases that nothing answers; `half` 1 takes odd lines, 0 even ones."""
    right = wrong = false = 0
    for at, phrase in enumerate(paraphrases(), start=1):
        if phrase.kind == "concept" or half not in (None, at % 2):
            continue
        found = names.linked(phrase.said, phrase.kind)
        right += bool(found) and found <= phrase.meant
        wrong += bool(found - phrase.meant)
    for at, said in enumerate(nothing(), start=1):
        if half in (None, at % 2):
            false += any(names.linked(said, kind) for kind in ("project", "indicator"))
    return right, wrong, false


def main(where: str) -> None:
    begun = time.perf_counter()
    encoded = refresh_index(where)
    print(f"编码 {encoded} 条，{time.perf_counter() - begun:.1f} 秒")
    graph, index = open_graph(where), open_index(where)
    if index is None:
        sys.exit("没有索引")
    names = Names(graph, index)
    print(f"{'':12}{'n':>5}{'@1':>7}{'@3':>7}{'@5':>7}")
    for label, ranking in (("letters", "by_letters"), ("meaning", "by_meaning"), ("both", "by_both")):
        found = hits(names, ranking)
        for kind, (count, *at) in {**found, "all": tuple(map(sum, zip(*found.values(), strict=True)))}.items():
            print(f"{label:8}{kind:10}{count:>5}" + "".join(f"{hit / count:>7.2f}" for hit in at))
    for label, half in (("calibrated on (odd)", 1), ("held back (even)", 0)):
        print("links, {}: right {}, wrong {}, false {}".format(label, *links(names, half)))
    begun = time.perf_counter()
    for phrase in paraphrases()[:50]:
        names.linked(phrase.said, "indicator")
    print(f"一次按意思查找 {(time.perf_counter() - begun) * 20:.1f} 毫秒")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with TemporaryDirectory() as folder:
            build(kg=folder)
            main(folder)

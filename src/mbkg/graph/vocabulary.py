"""The vocabularies of `ontology/` as the graph builder asks them: which concept does this printed label name?

All labels are SKOS labels (pref, alt, hidden); a concept's group is its IRI without the last step, so measures, funds, phases and
codes never answer for one another. What is not found is not guessed: the caller gives it a concept of its own, marked unlisted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from mbkg.graph.iris import BASE, MB, OWL_DEPRECATED, SKOS, VOCABULARY_GRAPH
from mbkg.labels import fold, strip_ordinal
from mbkg.resources import resource_path

_REGION_LEVELS = ("", "省级", "地级", "县级")
_LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


class Vocabulary:
    """Concepts by group and folded label, with their broader concepts and codes."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.quads: tuple[Quad, ...] = tuple(quads)
        self.triples = frozenset(quad.triple for quad in self.quads)
        self._by_label: dict[tuple[str, str], NamedNode] = {}
        self._labels: dict[NamedNode, set[str]] = {}
        self._preferred: dict[NamedNode, str] = {}
        self._broader: dict[NamedNode, set[NamedNode]] = {}
        self._notations: dict[NamedNode, str] = {}
        self._levels: dict[NamedNode, str] = {}
        self._bases: dict[NamedNode, tuple[NamedNode, Decimal]] = {}
        self._deprecated: set[NamedNode] = set()
        self._groups: dict[str, list[NamedNode]] = {}
        self._region_names: dict[str, list[NamedNode]] | None = None
        self._mentions: dict[str, dict[str, NamedNode]] = {}
        self._index()

    def _index(self) -> None:
        labels: tuple[list[tuple[NamedNode, Literal]], ...] = ([], [], [])
        base_units: dict[NamedNode, NamedNode] = {}
        factors: dict[NamedNode, Decimal] = {}
        ranks = {predicate: rank for rank, predicate in enumerate(_LABELS)}
        for quad in self.quads:
            subject, value = quad.subject, quad.object
            if not isinstance(subject, NamedNode):
                continue
            rank = ranks.get(quad.predicate)
            if rank is not None and isinstance(value, Literal):
                if value.language != "en" and not subject.value.endswith("/scheme"):
                    labels[rank].append((subject, value))
            elif quad.predicate == SKOS.broader and isinstance(value, NamedNode):
                self._broader.setdefault(subject, set()).add(value)
            elif quad.predicate == SKOS.notation:
                self._notations[subject] = value.value if isinstance(value, Literal) else ""
            elif quad.predicate == MB.level and isinstance(value, Literal):
                self._levels[subject] = value.value
            elif quad.predicate == MB.baseUnit and isinstance(value, NamedNode):
                base_units[subject] = value
            elif quad.predicate == MB.factor and isinstance(value, Literal):
                factors[subject] = Decimal(value.value)
            elif quad.predicate == OWL_DEPRECATED:
                self._deprecated.add(subject)
        self._bases = {unit: (base, factors.get(unit, Decimal(1))) for unit, base in base_units.items()}
        for rank, labelled in enumerate(labels):
            for subject, label in sorted(labelled, key=lambda pair: (pair[0].value, pair[1].value)):
                folded = fold(label.value)
                if rank == 0:
                    self._preferred.setdefault(subject, label.value)
                self._labels.setdefault(subject, set()).add(folded)
                self._by_label.setdefault((group_of(subject), folded), subject)
        for concept in sorted(self._labels, key=lambda c: c.value):
            self._groups.setdefault(group_of(concept), []).append(concept)

    def concept(self, group: str, label: str) -> NamedNode | None:
        """The concept of a group that a printed label names, with or without its list number."""
        found = self._by_label.get((group, fold(label)))
        return found or self._by_label.get((group, fold(strip_ordinal(label))))

    def code(self, kind: str, code: str) -> NamedNode | None:
        """The concept of a classification code, or None where the list does not hold it."""
        concept = NamedNode(f"{BASE}code/{kind}/{code}")
        return concept if concept in self._labels else None

    def label(self, concept: NamedNode) -> str:
        """The preferred label of a concept; blank for one that is none of ours."""
        return self._preferred.get(concept, "")

    def unit(self, printed: str) -> tuple[NamedNode, Decimal] | None:
        """The base unit of a printed unit and how many of it make one; None for a unit no list holds."""
        concept = self.concept("uom", printed) if printed else None
        return self._bases.get(concept) if concept is not None else None

    def alternatives(self, concept: NamedNode) -> tuple[str, ...]:
        """The other names (skos:altLabel) of a concept as written, sorted."""
        return tuple(
            sorted(
                quad.object.value
                for quad in self.quads
                if quad.subject == concept and quad.predicate == SKOS.altLabel and isinstance(quad.object, Literal)
            )
        )

    def has_label(self, concept: NamedNode, printed: str) -> bool:
        """Whether a concept already carries this label, layout and list number aside."""
        return not {fold(printed), fold(strip_ordinal(printed))}.isdisjoint(self._labels.get(concept, ()))

    def notation(self, concept: NamedNode) -> str:
        return self._notations.get(concept, concept.value.rsplit("/", 1)[-1])

    def group(self, name: str) -> tuple[NamedNode, ...]:
        """All concepts of one group, in IRI order."""
        return tuple(self._groups.get(name, ()))

    def ancestors(self, concept: NamedNode) -> frozenset[NamedNode]:
        """Everything broader than a concept, at any distance."""
        found: set[NamedNode] = set()
        todo = [concept]
        while todo:
            for parent in self._broader.get(todo.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return frozenset(found)

    def mentions(self, group: str, text: str) -> tuple[NamedNode, ...]:
        """The concepts of a group that a text names: longest label first, no character used twice, in IRI order."""
        names = self._names(group)
        longest = max((len(name) for name in names), default=0)
        words = fold(text)
        found: set[NamedNode] = set()
        spans: list[tuple[int, int, NamedNode]] = []
        for start in range(len(words)):
            for end in range(min(len(words), start + longest), start, -1):
                concept = names.get(words[start:end])
                if concept is not None:
                    spans.append((start, end, concept))
                    break
        used: set[int] = set()
        for start, end, concept in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
            if used.isdisjoint(range(start, end)):
                used.update(range(start, end))
                found.add(concept)
        return tuple(sorted(found, key=lambda c: c.value))

    def _names(self, group: str) -> dict[str, NamedNode]:
        if group not in self._mentions:
            self._mentions[group] = {
                label: concept for (kind, label), concept in self._by_label.items() if kind == group
            }
        return self._mentions[group]

    def region_of(self, name: str) -> NamedNode | None:
        """The region whose name, or short name, a body's name begins with: `烟台市牟平区…` is 牟平区, `招远市…` is 招远.

        A county beats a prefecture of the same name; where two regions of one level share the name, there is no answer.
        """
        if self._region_names is None:
            self._region_names = {}
            for place in self.group("region"):
                for label in self._labels[place]:
                    self._region_names.setdefault(label, []).append(place)
        words = fold(name)
        found: NamedNode | None = None
        region, at = self._region_at(self._region_names, words, 0, None)
        while region is not None:
            found = region
            region, at = self._region_at(self._region_names, words, at, region)
        return found

    def _region_at(
        self, names: dict[str, list[NamedNode]], words: str, start: int, within: NamedNode | None
    ) -> tuple[NamedNode | None, int]:
        for end in range(min(len(words), start + 16), start + 1, -1):
            named = names.get(words[start:end], ())
            matches = [region for region in named if within is None or within in self.ancestors(region)]
            if matches:
                ranks = {region: self._region_rank(region) for region in matches}
                best = [region for region in matches if ranks[region] == max(ranks.values())]
                return (best[0], end) if len(best) == 1 else (None, start)
        return None, start

    def _region_rank(self, region: NamedNode) -> tuple[bool, int]:
        level = self._levels.get(region, "")
        return region not in self._deprecated, _REGION_LEVELS.index(level) if level in _REGION_LEVELS else 0


def group_of(concept: NamedNode) -> str:
    """The group a concept of ours belongs to: `measure`, `region`, `code/function`; blank for any other IRI."""
    if not concept.value.startswith(BASE):
        return ""
    return concept.value[len(BASE) :].rpartition("/")[0]


def ontology_files() -> tuple[Path, ...]:
    """All Turtle files of `ontology/` and its folders, in name order."""
    return tuple(sorted(resource_path("ontology").rglob("*.ttl")))


def read_turtle(paths: Iterable[Path]) -> tuple[Quad, ...]:
    """All triples of some Turtle files in the vocabulary graph, each once; they hold no blank nodes, whose names change by run.

    Raises:
        ValueError: a file holds a blank node; the message names it.
    """
    quads: dict[Quad, None] = {}
    for path in paths:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise ValueError(f"{path.name}：本体文件不能含空白节点（{quad}）")
            quads[Quad(quad.subject, quad.predicate, quad.object, VOCABULARY_GRAPH)] = None
    return tuple(quads)


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The vocabularies that ship with mbkg, read once a process."""
    return Vocabulary(read_turtle(ontology_files()))


def knowledge_digest() -> str:
    """What reading depends on besides the file: the SHA-256 of all code and all knowledge kept as files.

    A report is read again only when its bytes or this changed, so no cache outlives the reader that filled it.
    """
    total = hashlib.sha256()
    roots = [resource_path("ontology"), Path(__file__).resolve().parent.parent]
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".ttl", ".toml", ".rq", ".csv"} and path.is_file():
                total.update(path.relative_to(root).as_posix().encode())
                total.update(path.read_bytes())
    return total.hexdigest()[:16]

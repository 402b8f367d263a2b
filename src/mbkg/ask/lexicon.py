"""The words the graph knows: every SKOS label, the names of bodies and regions, the titles of projects.

A lexicon maps a folded word to its senses. It is read from the store once; a synonym is a line of Turtle. What people call a body is
made of its region's names and the short forms in `ontology/asking/words.toml`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import QuerySolutions

from mbkg.ask.compile import compiled, short
from mbkg.ask.words import words
from mbkg.graph.store import GraphStore, rows_of
from mbkg.labels import fold

# One-letter labels (元, 差, 中) and these groups say too little by themselves to be taken from a question.
_SILENT = frozenset({"uom", "reportKind", "grade", "bodyName", "dataset"})
_KINDS = (
    "body",
    "region",
    "project",
    "operator",
    "measure",
    "phase",
    "nature",
    "fund",
    "code",
    "population",
    "projectCategory",
)
RANKS = "省市县区州盟旗"
_SHORTEST_ALONE = 4  # letters of a body's name without its place: 中心 alone may be any
_ALLOWED_SCOPES = frozenset({"本级", "单位本级", "汇总", "部门汇总", "部门口径", "单位口径", "机关本级", "含下属单位"})


@dataclass(frozen=True, slots=True)
class Report:
    """One published report of a body."""

    iri: str
    year: int
    kind: str
    name: str


@dataclass(slots=True)
class Body:
    """A body with its region, the regions around it, and its reports."""

    iri: str
    name: str
    region: str = ""
    around: set[str] = field(default_factory=set)
    reports: dict[str, Report] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({report.year for report in self.reports.values()}))


@dataclass(slots=True, eq=False, weakref_slot=True)
class Lexicon:
    """Folded words to senses; concepts to labels; bodies with their reports."""

    senses: dict[str, tuple[str, ...]]
    labels: dict[str, str]
    spellings: dict[str, tuple[str, ...]]
    bodies: dict[str, Body]
    regions: dict[str, str]
    longest: int
    twins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    placeless: frozenset[str] = frozenset()
    region_names: Mapping[str, set[str]] = field(default_factory=dict)
    region_words: frozenset[str] = frozenset()

    def label(self, concept: str) -> str:
        """What to call a concept or body in a sentence."""
        if concept in self.bodies:
            return self.bodies[concept].name
        return self.labels.get(concept, concept.rsplit("/", 1)[-1])

    @property
    def reporting(self) -> tuple[Body, ...]:
        """The bodies with reports in the graph, by name."""
        return tuple(sorted((body for body in self.bodies.values() if body.reports), key=lambda body: body.name))

    def bodies_within(self, region: str) -> tuple[str, ...]:
        """The bodies with reports that lie in a region, at any depth."""
        return tuple(body.iri for body in self.reporting if body.region == region or region in body.around)


def read_lexicon(store: GraphStore) -> Lexicon:
    """Everything a question's words are looked up in."""
    by_word: dict[str, dict[str, None]] = defaultdict(dict)
    labels: dict[str, str] = {}
    spellings: dict[str, dict[str, None]] = defaultdict(dict)
    for rank, iri, label in sorted(_labels(store)):
        concept = short(iri)
        if rank == "0":
            labels.setdefault(concept, label)
        spellings[concept].setdefault(label)
        if _speaks(concept, label):
            by_word[fold(label)].setdefault(concept)
    cores = _cores(labels)
    for word, concepts in _twins(cores, labels).items():
        by_word[fold(word)].update(dict.fromkeys(concepts))
    for concept, said in words().speech.items():
        for word in said if concept in labels else ():
            by_word[word].setdefault(concept)
    for alias, name in words().aliases.items():
        for concept in list(by_word.get(fold(name), ())):
            by_word[fold(alias)].setdefault(concept)
    bodies, regions = _read_bodies(store)
    named = _body_words(bodies.values(), regions)
    placeless = {
        word: iris for word, iris in _placeless(bodies.values(), regions).items() if word not in {**named, **by_word}
    }
    for word, iris in {**named, **placeless}.items():
        by_word[word] = dict.fromkeys(iris)
    senses = {word: _first_kind(tuple(concepts)) for word, concepts in by_word.items() if len(word) > 1}
    return Lexicon(
        senses=senses,
        labels=labels,
        spellings={concept: tuple(names) for concept, names in spellings.items()},
        bodies=bodies,
        regions={region: min(names, key=lambda name: (-len(name), name)) for region, names in regions.items()},
        longest=max(map(len, senses), default=0),
        twins={concept: tuple(sorted(concepts)) for concepts in cores.values() for concept in concepts},
        placeless=frozenset(placeless),
        region_names=regions,
        region_words=frozenset(fold(name) for names in regions.values() for name in names),
    )


_OWN = "机关事业单位"
_ENDS = ("缴费支出", "缴费", "支出")


def _cores(labels: Mapping[str, str]) -> dict[str, list[str]]:
    """What the functional and the economic classification both hold, by the words their labels share: 职业年金 is 2080506 and 30109."""
    cores: dict[str, list[str]] = defaultdict(list)
    for concept, label in labels.items():
        if concept.startswith(("code/function/", "code/economic-department/")):
            plain = label.removeprefix(_OWN)
            end = next((end for end in _ENDS if plain.endswith(end)), "")
            cores[plain.removesuffix(end)].append(concept)
    return {core: own for core, own in cores.items() if len({concept.split("/")[1] for concept in own}) == 2}


def _twins(cores: Mapping[str, list[str]], labels: Mapping[str, str]) -> dict[str, list[str]]:
    """The short words for codes of both classifications. Only a code's own full name says which of the two is meant."""
    full = set(labels.values())
    found: dict[str, list[str]] = {}
    for core, concepts in cores.items():
        own = [labels[concept] for concept in concepts]
        if any(name.startswith(_OWN) for name in own):
            for word in {core, *(core + end for end in _ENDS[:2]), *(name.removeprefix(_OWN) for name in own)} - full:
                found[word] = sorted(concepts)
    return found


def _labels(store: GraphStore) -> Iterator[tuple[str, str, str]]:
    """Rank, concept and text of every label; there are thousands, so each is read once and not by name."""
    found = store.query(compiled("labels", {}))
    if isinstance(found, QuerySolutions):
        for solution in found:
            yield solution[1].value, solution[0].value, solution[2].value


def kind_of(concept: str) -> str:
    """The kind of thing a concept or node is: its group, code for every classification, or what part of a report it is."""
    if concept.startswith("http"):
        return next((kind for kind in ("project", "department", "concept") if f"/{kind}/" in concept), "body")
    return "code" if concept.startswith("code/") else concept.rpartition("/")[0]


def _first_kind(concepts: tuple[str, ...]) -> tuple[str, ...]:
    """A word's senses of one kind: what people ask for by that word before what a code list happens to call so."""
    if len(concepts) == 1:
        return concepts
    kinds = [kind_of(concept) for concept in concepts]
    first = min(kinds, key=lambda kind: (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind))
    return tuple(concept for concept, kind in zip(concepts, kinds, strict=True) if kind == first)


def _speaks(concept: str, label: str) -> bool:
    group = concept.rpartition("/")[0]
    if concept.startswith("http"):
        return kind_of(concept) in ("project", "department") and len(fold(label)) > 1
    if group in _SILENT or concept.endswith("/scheme") or "/scheme/" in concept:
        return False
    if group == "scope":
        return label in _ALLOWED_SCOPES
    return len(label) > 1


def _read_bodies(store: GraphStore) -> tuple[dict[str, Body], dict[str, set[str]]]:
    bodies: dict[str, Body] = {}
    regions: dict[str, set[str]] = defaultdict(set)
    for row in sorted(rows_of(store.query(compiled("bodies", {}))), key=lambda row: sorted(row.items())):
        body = bodies.setdefault(row["body"], Body(row["body"], row["name"]))
        body.region = short(row["region"])
        if row["region"]:
            regions[short(row["region"])].update(filter(None, (row["regionName"], row["regionOther"])))
        if row["around"]:
            body.around.add(short(row["around"]))
            regions[short(row["around"])].update(filter(None, (row["aroundName"], row["aroundOther"])))
        if row["report"]:
            body.reports[row["report"]] = Report(row["report"], int(row["year"]), short(row["kind"]), row["file"])
    return bodies, regions


def _place_of(name: str) -> set[str]:
    """The place a body's name begins with, in full and without 市, 县, 区 …, where the region list does not know it."""
    kinds = [full_name for full_name, _ in words().body_forms if name.endswith(full_name)]
    place = name[: len(name) - len(max(kinds, key=len))] if kinds else ""
    bare = place[:-1] if place[-1:] in tuple(RANKS) else place
    return {form for form in (place, bare) if len(form) >= 2}


def own_places(body: Body, regions: Mapping[str, set[str]]) -> tuple[set[str], set[str]]:
    """The names of a body's own place and those of the places around it. A name may say its place as no list does: 榕江市 for 榕江县."""
    around = set().union(*(regions.get(region, set()) for region in body.around))
    return regions.get(body.region, set()) | (_place_of(body.name) - around), around


def after_places(name: str, places: set[str]) -> str:
    """A body's name without the places it begins with: of 云州省青岩市规划和自然资源局 what follows 青岩市."""
    rest = name
    while start := max(
        (place for place in places if rest.startswith(place) and len(place) < len(rest)), key=len, default=""
    ):
        rest = rest[len(start) :]
    return rest


def without_rank(rest: str) -> set[str]:
    """The rest of a body's name also without the words people leave out: 人民政府 before 平川街道, 办事处 behind it."""
    forms = {rest}
    forms |= {form.removeprefix(word) for form in forms for word in words().body_leads}
    forms |= {form.removesuffix(word) for form in forms for word in words().body_tails if form.endswith(word)}
    return forms


def _placeless(bodies: Iterable[Body], regions: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """What reporting bodies are called without their place (医保事业中心), where such a name can stand alone; all bodies that share it."""
    alone: dict[str, list[str]] = defaultdict(list)
    ranked: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        if not body.reports:
            continue
        own, around = own_places(body, regions)
        rest = after_places(body.name, own | around)
        ranks = {place[-1] for place in own if place[-1] in RANKS}
        for full_name, shorts in words().body_forms:
            if rest == full_name:
                for form in {full_name, *shorts}:
                    if len(form) >= _SHORTEST_ALONE and full_name in words().body_alone:
                        alone[fold(form)].append(body.iri)
                    for rank in ranks if len(form) > 1 else ():
                        ranked[fold(rank + form)].add(body.iri)
    for word, iris in ranked.items():
        if len(iris) == 1:  # 省人大, 市医保局 where the graph holds one
            alone[word] += iris
    return {word: sorted(set(iris)) for word, iris in alone.items()}


def _body_words(bodies: Iterable[Body], regions: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """What people call bodies and regions. A region's name alone means its reporting bodies, and those around it if it has none."""
    named: dict[str, list[str]] = defaultdict(list)
    listed = set().union(*regions.values())
    for body in bodies:
        own, around = own_places(body, regions)
        rest = after_places(body.name, own | around)
        forms = {body.name}
        if rest not in dict(words().body_forms):
            plain = {form for form in without_rank(rest) if len(form) >= 4}
            forms |= plain | {place + form for place in own for form in plain}
        for full_name, shorts in words().body_forms:
            if rest == full_name:
                forms |= {place + form for place in own for form in shorts}
        forms |= own - listed  # a place of no list is known by the body's name alone
        for form in forms:
            named[fold(form)].append(body.iri)
    for region, names in regions.items():
        for name in names:
            named[fold(name)].append(region)
    return {word: sorted(set(iris)) for word, iris in named.items()}

"""The vocabulary of printed tables, read from `ontology/tables/`: headings, table families, rows of two-sided tables.

Everything a table reader knows about words is here as values; a new province's words are lines in those files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from mbkg.labels import fold, squeeze, strip_ordinal
from mbkg.resources import resource_path

Sets = Mapping[str, str]
UNIT_IN_HEADING = re.compile(r"（(?:单位：)?(亿元|百万元|万元|千元|元)）$")
_YEAR = re.compile(r"(20\d\d)年度?")
_TOTAL_TAIL = re.compile(r"(?P<group>.{3,})(?P<total>小计|合计)")


@dataclass(frozen=True, slots=True)
class Heading:
    """One official column heading: its role, what may stand under it, the coordinates a figure under it gets."""

    name: str
    role: str = "money"
    children: frozenset[str] = frozenset()
    total: bool = False
    additive: bool = True
    led_by_total: bool = False
    flat: bool = False
    known: bool = True
    sets: Sets = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of squeezed header text that is one heading; `year` where the heading names one."""

    text: str
    heading: Heading
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of published table: told by its title, with the axis of its rows and the coordinates all its figures share."""

    id: str
    title: re.Pattern[str]
    axis: str
    sets: Sets = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One known row of a two-sided table; `lane` is 收入, 支出 or blank where the label stands on both."""

    lane: str
    sets: Sets
    sum: bool = False


@dataclass(frozen=True)
class Lexicon:
    """All words; build it once with `load_lexicon()`."""

    headings: Mapping[str, Heading]
    patterns: tuple[tuple[re.Pattern[str], Heading], ...]
    families: tuple[Family, ...]
    rows: Mapping[str, LaneRow]
    income_side: re.Pattern[str]
    expenditure_side: re.Pattern[str]
    totals: frozenset[str]
    empty_note: re.Pattern[str]
    category: re.Pattern[str]
    class_natures: Mapping[str, str]
    longest: int

    @cached_property
    def items(self) -> frozenset[str]:
        """The measures of the “三公” kind."""
        families = [family for family in self.families if family.parts]
        own = {family.sets.get("measure", "") for family in families}
        return frozenset(own).union(*(family.parts | family.within | family.beside for family in families))

    def family(self, title: str) -> Family | None:
        """The family a squeezed title names, or None for a kind of table nobody described yet."""
        return next((family for family in self.families if family.title.search(title)), None)

    def heading(self, label: str) -> Segment | None:
        """The heading one printed label is, or None; spelling is compared folded."""
        found = self._of_whole(squeeze(label))
        return None if found is not None and "lane" in found.heading.sets else found

    def _of_whole(self, text: str) -> Segment | None:
        return self._match(text, 0, len(text)) or _without_unit(text, self)

    def heading_of_cell(self, label: str) -> Segment | None:
        """The heading of one whole cell, which may be a year alone; in flattened text a year may begin any heading."""
        text = squeeze(label)
        year = _YEAR.fullmatch(text)
        found = self._of_whole(text) or _without_total(text, self)
        return found or (Segment(text, Heading(text), int(year[1])) if year else None)

    def _match(self, text: str, start: int, stop: int) -> Segment | None:
        piece = text[start:stop]
        heading = self.headings.get(fold(piece))
        if heading is not None:
            return Segment(piece, heading)
        for pattern, heading in self.patterns:
            match = pattern.fullmatch(piece)
            if match:
                year = match.groupdict().get("year")
                return Segment(piece, heading, int(year) if year else None)
        return None

    def segment(self, tokens: Sequence[str], apart: frozenset[int] = frozenset()) -> list[Segment]:
        """Cut the pieces of a printed head into headings.

        The pieces are read as one text, because a wrapped heading is several of them. As few characters as possible are left
        unknown, headings end where pieces end if they can, and there are as few of them as can be.

        Args:
            apart: pieces (by index) that no heading may join with the piece before: two headings side by side on a line.
        Returns:
            the headings in order; a run of whole pieces that no heading explains is a heading of an unknown name.
        """
        text = "".join(tokens)
        size = len(text)
        edges = {0}
        walls = set()
        for index, token in enumerate(tokens):
            if index in apart:
                walls.add(max(edges))
            edges.add(max(edges) + len(token))
        # cost from a position to the end: unknown characters, heading ends inside a piece, number of headings
        best = [(0, 0, 0)] * (size + 1)
        step: list[tuple[int, Segment | None]] = [(size, None)] * (size + 1)
        for start in range(size - 1, -1, -1):
            unknown, torn, count = best[start + 1]
            best[start], step[start] = (unknown + 1, torn, count), (start + 1, None)
            for stop in range(start + 1, min(size, start + self.longest) + 1):
                segment = self._match(text, start, stop)
                if stop - 1 in walls and stop - 1 > start:
                    break
                if segment is None or not _balanced(segment.text) or "lane" in segment.heading.sets:
                    continue  # in flattened text `支出项目` may be the side and the first of its columns
                unknown, torn, count = best[stop]
                cost = (unknown, torn + (stop not in edges), count + 1)
                if cost < best[start]:
                    best[start], step[start] = cost, (stop, segment)
        found: list[Segment] = []
        position = 0
        strange = ""
        while position < size:
            following, segment = step[position]
            if segment is None:
                strange += text[position]
            if strange and (segment is not None or following == size):
                if fold(strange):
                    found.append(Segment(strange, Heading(strange, known=False)))
                strange = ""
            if segment is not None:
                found.append(segment)
            position = following
        return found

    def measure_of_row(self, label: str) -> str:
        """The measure that a row's label names (`3、公务用车费`, `其中：（1）购置费`), or an empty string."""
        bare = strip_ordinal(squeeze(label).removeprefix("其中：").removeprefix("其中"))
        found = self.heading(strip_ordinal(bare))
        return found.heading.sets.get("measure", "") if found is not None else ""

    def lane_row(self, label: str) -> LaneRow | None:
        """What a row of a two-sided table means, by its label; None for a functional class or an unknown label."""
        return self.rows.get(fold(strip_ordinal(label.removeprefix("其中：").removeprefix("其中"))))

    def side(self, label: str) -> str:
        """收入 or 支出 for a row label of a two-sided table, blank where its words do not say."""
        known = self.lane_row(label)
        if known is not None:
            return known.lane
        text = squeeze(strip_ordinal(label))
        if self.expenditure_side.search(text):
            return "支出"
        return "收入" if self.income_side.search(text) else ""

    def is_total(self, label: str) -> bool:
        """Whether a row label is the table's total."""
        return fold(label) in self.totals


def _without_unit(text: str, lexicon: Lexicon) -> Segment | None:
    """The heading without the unit printed behind it: `决算数（万元）`."""
    found = UNIT_IN_HEADING.search(text)
    known = lexicon.heading(text[: found.start()]) if found and found.start() else None
    return Segment(text, known.heading, known.year) if known is not None else None


def _without_total(text: str, lexicon: Lexicon) -> Segment | None:
    """The heading of a group that its total column repeats: `公务用车购置及运行费小计`."""
    found = _TOTAL_TAIL.fullmatch(text)
    group = lexicon.heading(found["group"]) if found else None
    if found is None or group is None or found["total"] not in group.heading.children:
        return None
    return Segment(text, group.heading, group.year)


def _balanced(text: str) -> bool:
    depth = 0
    for ch in text:
        depth += (ch in "（(") - (ch in "）)")
        if depth < 0:
            return False
    return depth == 0


@cache
def load_lexicon() -> Lexicon:
    """Read `ontology/tables/*.toml` once."""
    data = {name: _load(name) for name in ("headings", "families", "rows", "natures")}
    headings: dict[str, Heading] = {}
    for entry in data["headings"]["heading"]:
        heading = _heading(entry)
        for label in (entry["name"], *entry.get("labels", ())):
            headings.setdefault(fold(label), heading)
    patterns = tuple((re.compile(entry["printed"]), _heading(entry)) for entry in data["headings"]["pattern"])
    families = tuple(
        Family(
            entry["id"],
            re.compile(entry["title"]),
            entry["axis"],
            entry.get("sets", {}),
            frozenset(entry.get("parts", ())),
            frozenset(entry.get("within", ())),
            frozenset(entry.get("beside", ())),
        )
        for entry in data["families"]["family"]
    )
    rows: dict[str, LaneRow] = {}
    for entry in data["rows"]["row"]:
        for label in entry["labels"]:
            rows.setdefault(fold(label), LaneRow(entry["lane"], entry["sets"], entry.get("sum", False)))
    extra = data["rows"]
    return Lexicon(
        headings=headings,
        patterns=patterns,
        families=families,
        rows=rows,
        income_side=re.compile(extra["sides"]["income"]),
        expenditure_side=re.compile(extra["sides"]["expenditure"]),
        totals=frozenset(fold(label) for label in extra["totals"]["labels"]),
        empty_note=re.compile(extra["empty"]["pattern"]),
        category=re.compile(extra["categories"]["pattern"]),
        class_natures={code: entry["nature"] for entry in data["natures"]["class"] for code in entry["codes"]},
        longest=max(len(label) for label in headings) + 8,
    )


def _heading(entry: Mapping[str, Any]) -> Heading:
    return Heading(
        name=entry["name"],
        role=entry.get("role", "money"),
        children=frozenset(entry.get("children", ())),
        total=entry.get("total", False),
        additive=entry.get("additive", True),
        led_by_total=entry.get("led_by_total", False),
        flat=entry.get("flat", False),
        sets=entry.get("sets", {}),
    )


def _load(name: str) -> dict[str, Any]:
    with resource_path("ontology", "tables", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)

"""Which parts of which files make one report.

Whole reports and halves of one identity belong together. A half that leaves something of its identity unsaid finds its other half by what
it does say, and where that is not enough by its totals: tables and words that state at least two equal amounts for the same things, and
fewer different ones, are one report. Files in one folder come first. Where two could be meant, none is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import PurePath
from typing import cast

from mbkg.amounts import WAN_PER_UNIT, canonical
from mbkg.coordinates import Coordinates
from mbkg.graph.cache import JoinedReading, ReadingCache
from mbkg.graph.ingest import PartInfo, Pipeline, ReportReading, ingest_report
from mbkg.graph.iris import digest
from mbkg.graph.manifest import Chosen, SourceFile
from mbkg.reports import Report, Scope
from mbkg.sources import Part

ENOUGH = 2  # equal amounts that show two halves to be of one report


@dataclass(frozen=True, slots=True)
class Item:
    """One part of one file."""

    file: SourceFile
    index: int
    info: PartInfo

    @property
    def folder(self) -> str:
        return str(PurePath(self.file.path).parent)

    @property
    def name(self) -> str:
        return f"{self.file.entry}.{self.index}"


@dataclass(frozen=True, slots=True)
class Joining:
    """The reports of a graph, in key order, each with the reading that stands; by path, the reports that a file went into (`keys`), and why
    a part of it went into none (`unplaced`)."""

    chosen: tuple[tuple[Chosen, ReportReading], ...]
    keys: dict[str, tuple[str, ...]]
    unplaced: dict[str, str]


def join_files(files: Sequence[SourceFile], cache: ReadingCache, pipeline: Pipeline) -> Joining:
    """Put the parts of all files together, in the order the files were given."""
    readings = [cache.get(file.entry) for file in files]
    items = [
        Item(file, index, info)
        for file, reading in zip(files, readings, strict=True)
        for index, info in enumerate(reading.parts if reading else ())
    ]
    matcher = _Matcher(items, cache, pipeline)
    matcher.match()
    groups: dict[str, list[Item]] = {}
    unplaced = {item.file.path: problem for item, problem in matcher.refused}
    for item in items:
        if item in matcher.keys:
            groups.setdefault(matcher.keys[item], []).append(item)
    chosen = []
    keys: dict[str, list[str]] = {}
    for key, members in sorted(groups.items()):
        if not any(item.info.role != "narrative" for item in members):
            unplaced.update({item.file.path: item.info.problem for item in members})
            continue
        chosen.append(_stand(key, members, matcher, cache, pipeline))
        for item in members:
            keys.setdefault(item.file.path, []).append(key)
    cache.used |= matcher.used | {choice.entry for choice, _ in chosen}
    placed = {path: tuple(found) for path, found in keys.items()}
    return Joining(tuple(chosen), placed, unplaced)


def _stand(
    key: str, members: Sequence[Item], matcher: _Matcher, cache: ReadingCache, pipeline: Pipeline
) -> tuple[Chosen, ReportReading]:
    """The reading that stands for one report."""
    last = members[-1]
    alone = [_own_reading(item, cache) for item in members]
    if not matcher.moved.intersection(members) and None not in alone:
        readings = cast(list[ReportReading], alone)
        if len({reading.content for reading in readings}) == 1:
            others = {item.file.name for item in members} - {last.file.name}
            return Chosen(key, last.file.entry, last.info.at, last.file.name, tuple(sorted(others))), readings[-1]
    entry = "j" + digest(
        cache.knowledge, key, *(f"{item.name}{matcher.grounds.get(item, '')}" for item in members), length=31
    )
    joined = cache.get_joined(entry)
    if joined is None:
        joined = _put_together(key, members, matcher, cache, pipeline)
        cache.put_joined(entry, joined)
    return Chosen(key, entry, 0, joined.reading.file, joined.other_files, joined.superseded), joined.reading


def _own_reading(item: Item, cache: ReadingCache) -> ReportReading | None:
    reading = cache.get(item.file.entry)
    return reading.reports[item.info.at] if reading and item.info.at >= 0 else None


def _put_together(
    key: str, members: Sequence[Item], matcher: _Matcher, cache: ReadingCache, pipeline: Pipeline
) -> JoinedReading:
    from mbkg.merging import merge

    parts = [_part(item, cache) for item in members]
    words = [part for part in parts if part.role == "narrative"]
    scope = cast(Scope, key.rpartition("-")[2])
    notes = [ground for item in members if (ground := matcher.grounds.get(item))]
    if words:
        best = max(words, key=lambda part: (part.mark, len(part.report.statements), part.report.file))
        known = replace(best.report, scope=scope)
        parts = [_read_as(part, known) for part in parts]
    parts = [replace(part, report=replace(part.report, scope=scope)) for part in parts]
    merged = merge(parts)
    report = replace(merged.report, notes=(*notes, *merged.report.notes))
    reading, quads = ingest_report(report, pipeline)
    return JoinedReading(reading, merged.other_files, merged.superseded, quads)


def _part(item: Item, cache: ReadingCache) -> Part:
    return cache.parts(item.file.entry)[item.index]


def _read_as(part: Part, known: Report) -> Part:
    if part.document is None:
        return part
    from mbkg.reading import read_again

    return read_again(part, known)


# ---- matching


class _Matcher:
    """Gives every part the key of its report, as far as that can be known."""

    def __init__(self, items: Sequence[Item], cache: ReadingCache, pipeline: Pipeline) -> None:
        self.items = items
        self.cache = cache
        self.pipeline = pipeline
        self.keys: dict[Item, str] = {}
        self.grounds: dict[Item, str] = {}  # the note by which a half was joined on its amounts
        self.moved: set[Item] = set()
        self.refused: list[tuple[Item, str]] = []
        self.used: set[str] = set()

    def match(self) -> None:
        halves = [item for item in self.items if item.info.role != "whole"]
        for item in self.items:
            info = item.info
            if info.base and (info.scope_said or info.role == "whole"):
                self.keys[item] = f"{info.base}-{info.scope}"
        for role in ("tables", "narrative"):
            for item in halves:
                if item.info.base and item.info.role == role and item not in self.keys:
                    self._find_scope(item)
        for item in halves:
            if not item.info.base:
                self._find_words(item)
        self._join_scopes()

    def _find_scope(self, item: Item) -> None:
        """A half that does not say whether it speaks for the department or one unit takes the scope of its other half."""
        info = item.info
        same = [other for other in self.keys if other.info.base == info.base and other.info.role != info.role]
        keys = {self.keys[other] for other in same}
        if len(keys) < 2:
            key = keys.pop() if keys else f"{info.base}-{info.scope}"
            if key != f"{info.base}-{info.scope}":
                self.moved.add(item)
            self.keys[item] = key
            return
        self._by_amounts(
            item, same, f"{item.file.name}：没有写明是部门还是单位，而两种报告都有，无法确定属于哪一份，未入图。"
        )

    def _find_words(self, item: Item) -> None:
        """Tables that do not say whose they are go with the one narrative that states their totals."""
        info = item.info
        candidates = [
            other
            for other in self.keys
            if other.info.role == "narrative"
            and info.body in ("", other.info.body)
            and info.year in (0, other.info.year)
            and info.kind in ("", other.info.kind)
        ]
        self._by_amounts(item, candidates, info.problem)

    def _join_scopes(self) -> None:
        """Words and tables of one body and year that were given different scopes, and have no other half, by their amounts.

        A report that states less than half as much in words as the other file counts as tables.
        """
        with_tables = {key for item, key in self.keys.items() if item.info.role != "narrative"}
        for words in [
            item for item in self.keys if item.info.role == "narrative" and self.keys[item] not in with_tables
        ]:
            told = {key for item, key in self.keys.items() if item.info.role == "narrative"}
            lonely = [
                item
                for item in self.keys
                if item.info.role != "narrative"
                and item.info.base == words.info.base
                and item.info.stated * 2 < words.info.stated
                and self.keys[item] not in told
            ]
            if lonely:
                self._by_amounts(words, lonely, words.info.problem)

    def _by_amounts(self, item: Item, candidates: Sequence[Item], problem: str) -> None:
        for among in (
            [other for other in candidates if other.folder == item.folder],
            [other for other in candidates if other.folder != item.folder],
        ):
            found = {other: amounts for other in among if len(amounts := self._equal_amounts(item, other)) >= ENOUGH}
            if len({self.keys[other] for other in found}) == 1:
                other, amounts = next(iter(found.items()))
                self.keys[item] = self.keys[other]
                self.grounds[item] = _ground(item, other, amounts)
                self.moved.add(item)
                return
            if found:
                break
        self.keys.pop(item, None)
        self.refused.append((item, problem))

    def _equal_amounts(self, one: Item, other: Item) -> list[str]:
        """The amounts, in 万元, that tables and words state for the same things; none where as many differ."""
        tables, words = (other, one) if one.info.role == "narrative" else (one, other)
        if tables.info.role == "narrative" or words.info.role != "narrative":
            return []
        entry = "g" + digest(self.cache.knowledge, tables.name, words.name, length=31)
        self.used.add(entry)
        known: list[str] | None = self.cache.get_note(entry)
        if known is None:
            known = equal_amounts(_part(tables, self.cache), _part(words, self.cache), self.pipeline)
            self.cache.put_note(entry, known)
        return known


def equal_amounts(tables: Part, words: Part, pipeline: Pipeline) -> list[str]:
    """The totals that a file of tables prints and a narrative states alike, in 万元; none where at least as many differ.

    The tables are read for the narrative's year, without being told what it states.
    """
    printed = {
        abs(cell.value * WAN_PER_UNIT[cell.unit]) for _, cell in tables.report.cells if cell.unit in WAN_PER_UNIT
    }
    stated = {
        abs(each.value * WAN_PER_UNIT[each.unit])
        for each in words.report.statements
        if each.value is not None and each.unit in WAN_PER_UNIT
    }
    if len((printed & stated) - {0}) < ENOUGH:
        return []
    known = replace(words.report, statements=())
    found = _totals(replace(_read_as(tables, known).report, statements=()), pipeline)
    said = _totals(words.report, pipeline)
    both = said.keys() & found.keys()
    alike = {said[at] for at in both if said[at] == found[at] and said[at] != 0}
    differing = sum(said[at] != found[at] for at in both)
    return sorted(map(canonical, alike)) if len(alike) > differing else []


def _totals(report: Report, pipeline: Pipeline) -> dict[Coordinates, Decimal]:
    """The figures of no code and no project, in 万元 to two places."""
    return {
        fact.coordinates: round(fact.value, 2)
        for fact in pipeline.interpret(replace(report, projects=()))
        if fact.unit == "万元" and not fact.contradicted_by and _is_total(fact.coordinates)
    }


def _is_total(at: Coordinates) -> bool:
    return not (at.function or at.economic or at.government or at.project)


def _ground(item: Item, other: Item, amounts: Sequence[str]) -> str:
    shown = "、".join(amounts[:3]) + (" 等" if len(amounts) > 3 else "")
    return f"{item.file.name} 与 {other.file.name} 合为一份报告，依据是 {len(amounts)} 个总数相同（{shown}，万元）。"

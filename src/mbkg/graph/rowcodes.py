"""Codes and names as tables and prose print them, and how they fit the code lists of the report's year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import NamedNode

from mbkg.form.names import KINDS, LEVELS, are_alike, yearly_list
from mbkg.graph.form import table_iri
from mbkg.graph.iris import MB, RDF
from mbkg.graph.writer import ReportWriter, boolean, text
from mbkg.labels import fold, squeeze, strip_ordinal
from mbkg.narrative.identity import body_name
from mbkg.reports import Place, Report, SubjectName, Table

_PATTERN_KINDS = {"2": "function", "3": "economic-department", "5": "economic-government"}
_NO_SUBJECTS = (
    "performance",
    "performance-target",
    "wide-target",
    "special-fund",
    "self-evaluation",
    "transfer-evaluation",
    "evaluation-summary",
)
_UNNESTED = (
    "project-expenditure",
    "general-project-expenditure",
    "appropriation-project-expenditure",
    "procurement",
    "one-class",
)

_GOOD = ("official", "short", "variant")


@dataclass
class Printed:
    """One code printed with one name: the tables that print it so, those of them that lack its parent, and its first place."""

    code: str
    name: str
    kind: str
    place: Place
    tables: list[int] = field(default_factory=list)
    orphan_in: list[int] = field(default_factory=list)


def kind_of(code: str) -> str:
    """The classification of a code by its first digit and its length; blank for none."""
    return (
        _PATTERN_KINDS.get(code[:1], "")
        if code.isdigit() and len(code) in LEVELS and (code[0] == "2" or len(code) < 7)
        else ""
    )


def printed_codes(report: Report) -> tuple[Printed, ...]:
    """Every code of a report's tables with every name it is printed with, in print order."""
    found: dict[tuple[str, str], Printed] = {}
    for number, table in enumerate(report.tables, start=1):
        if table.family in _NO_SUBJECTS:
            continue
        rows = [
            each for each in _rows(table) if kind_of(each[0]) and not _is_body(kind_of(each[0]), *each[:2], report.year)
        ]
        orphans = set() if table.family in _UNNESTED or table.missing_pages else _orphans({code for code, _, _ in rows})
        for code, name, place in rows:
            label = strip_ordinal(squeeze(name))
            each = found.setdefault((code, fold(label)), Printed(code, label, kind_of(code), place))
            if number not in each.tables:
                each.tables.append(number)
                if code in orphans:
                    each.orphan_in.append(number)
    return tuple(found.values())


def _orphans(codes: set[str]) -> set[str]:
    """The codes of a table that stand without their parent, where most codes of their level stand under theirs."""
    found: set[str] = set()
    for length in (5, 7):
        below = {code for code in codes if len(code) == length}
        bare = {code for code in below if code[:-2] not in codes}
        if 2 * len(bare) < len(below):
            found |= bare
    return found


def _rows(table: Table) -> Iterator[tuple[str, str, Place]]:
    """Code, name and place of every printed row, of both classifications where it prints two."""
    seen = set()
    for cell in table.cells:
        labels = (cell.row_label, cell.government_label)
        for code, label in zip(cell.row_code.split("|"), labels, strict=False):
            seen.add((code, label))
            if cell.confidence >= 1:
                yield code, label, cell.place
    for code, label in table.rows:
        if (code, label) not in seen:
            yield code, label, table.place


def _is_body(kind: str, code: str, label: str, year: int) -> bool:
    """Whether a row is a body's, whose budget code looks like a code of the list."""
    return yearly_list(kind).fit(code, label, year)[0] == "unknown" and body_name(squeeze(label)) is not None


def write_row_codes(report: Report, writer: ReportWriter) -> None:
    """State every printed code with its name, and every name of a subject in prose."""
    printed = printed_codes(report)
    for number, each in enumerate(printed, start=1):
        _write_printed(_node(number, writer), each, report.year, writer)
    _write_pairs(report, printed, writer)
    _write_levels(report, printed, writer)
    names = {fold(each.name) for each in printed if each.name}
    _write_subjects(report, names, writer)


def _write_printed(node: NamedNode, each: Printed, year: int, writer: ReportWriter) -> None:
    known = yearly_list(each.kind)
    fit, others = known.fit(each.code, each.name, year)
    writer.say(node, RDF.type, MB.PrintedCode)
    writer.say(writer.graph, MB.printedCode, node)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.rowCode, text(each.code))
    writer.say_text(node, MB.rowLabel, each.name)
    writer.say(node, MB.called, text(f"{each.code}“{each.name}”"))
    listed = known.listed(each.code, year)
    # A class that the list does not hold is odd; below it the list is known to have gaps.
    whole = listed != "no" or known.listed(each.code[:3], year) != "no"
    writer.say(node, MB.listed, text(listed if whole else "no-class"))
    if each.name:
        writer.say(node, MB.nameFit, text(fit))
    writer.say_text(node, MB.listName, known.official(each.code, year))
    writer.say_text(node, MB.nameOf, others[0] if others else "")
    for number in each.tables:
        writer.say(node, MB.table if number == each.tables[0] else MB.alsoIn, table_iri(number, writer))
        if number in each.orphan_in:
            writer.say(table_iri(number, writer), MB.orphan, node)
    writer.say_place(node, each.place)


def _node(number: int, writer: ReportWriter) -> NamedNode:
    return NamedNode(f"{writer.graph.value}/printed-code/{number:03d}")


def _write_pairs(report: Report, printed: tuple[Printed, ...], writer: ReportWriter) -> None:
    """Two names of one code, and one name of two codes that lie side by side in one table."""
    codes: dict[str, list[int]] = {}
    beside: dict[tuple[str, str, int], list[int]] = {}
    for number, each in enumerate(printed, start=1):
        if each.name:
            codes.setdefault(each.code, []).append(number)
            for table in each.tables:
                beside.setdefault((each.code[:-2], fold(each.name), table), []).append(number)
    for numbers in codes.values():
        for number in numbers[1:]:
            first = printed[numbers[0] - 1]
            alike = are_alike(first.name, printed[number - 1].name)
            writer.say(_node(number, writer), MB.alikeName if alike else MB.unlikeName, _node(numbers[0], writer))
    for numbers in beside.values():
        for number in numbers[1:]:
            if printed[number - 1].code != printed[numbers[0] - 1].code:
                writer.say(_node(number, writer), MB.sameNameAs, _node(numbers[0], writer))


def _write_levels(report: Report, printed: tuple[Printed, ...], writer: ReportWriter) -> None:
    """Which levels of codes each table prints."""
    for number in range(1, len(report.tables) + 1):
        for level in {LEVELS[len(each.code)] for each in printed if number in each.tables}:
            writer.say(table_iri(number, writer), MB.printsLevel, text(level))


def _write_subjects(report: Report, names: set[str], writer: ReportWriter) -> None:
    """Every name of a subject in prose; one that fits its list only where it stands first."""
    seen: set[tuple[str, str, str]] = set()
    lists: dict[tuple[int, str], NamedNode] = {}
    begun: set[int] = set()
    counts = Counter((subject.group, fold(subject.name)) for subject in report.form.subjects if subject.group)
    for number, subject in enumerate(report.form.subjects, start=1):
        kind, code, fit = subject_fit(subject, report.year)
        node = NamedNode(f"{writer.graph.value}/subject-name/{number:03d}")
        before = lists.get((subject.group, fold(subject.name))) if subject.group else None
        first = bool(subject.group) and subject.group not in begun
        key = (subject.name, subject.level, code)
        again = counts[subject.group, fold(subject.name)] > 1
        if fit in _GOOD and key in seen and not again and not first:
            continue
        seen.add(key)
        begun.add(subject.group)
        lists.setdefault((subject.group, fold(subject.name)), node)
        _write_subject(node, subject, (kind, code, fit), report.year, writer)
        writer.say(node, MB.inTables, boolean(_in_tables(subject.name, names)))
        writer.say(node, MB.firstOfList, boolean(True) if first else None)
        writer.say(node, MB.namedBefore, before)


def _write_subject(
    node: NamedNode, subject: SubjectName, meant: tuple[str, str, str], year: int, writer: ReportWriter
) -> None:
    kind, code, fit = meant
    writer.say(node, RDF.type, MB.SubjectName)
    writer.say(writer.graph, MB.subjectName, node)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.rowLabel, text(subject.name))
    writer.say_text(node, MB.namedLevel, subject.level)
    writer.say_text(node, MB.text, subject.text)
    writer.say(node, MB.nameFit, text("official" if fit == "short" else fit))
    if code:
        name = yearly_list(kind).official(code, year)
        writer.say(node, MB.rowCode, text(code))
        writer.say(node, MB.listName, text(name))
        writer.say(node, MB.called, text(f"{code}“{name}”"))
        writer.say(node, MB.codeLevel, text(LEVELS[len(code)]))
    if subject.level == "项":
        writer.say(node, MB.underClass, boolean(any(level == "款" for _, level in subject.above)))
    if subject.group:
        writer.say(node, MB.listNumber, text(str(subject.group)))
    writer.say_place(node, subject.place)


def _in_tables(name: str, names: set[str]) -> bool:
    """Whether a table prints this name, or one that it is cut from."""
    folded = fold(name)
    return any(
        folded == other or (len(folded) > 3 and (folded in other or (len(other) > 3 and other in folded)))
        for other in names
    )


def subject_fit(subject: SubjectName, year: int) -> tuple[str, str, str]:
    """The classification and code that a name in prose stands for, and how it fits: as in `names`, besides `level`.

    `level` says that the name is a subject's, but of another level than it is called.
    """
    return _subject_fit(subject.name, subject.level, subject.above[-1] if subject.above else ("", ""), year)


@lru_cache(maxsize=4096)
def _subject_fit(name: str, level: str, above: tuple[str, str], year: int) -> tuple[str, str, str]:
    elsewhere: tuple[str, str, str] | None = None
    for kind in KINDS:
        known = yearly_list(kind)
        pool = _of_level(kind, level)
        parents = _parents(*above, kind, year)
        found = known.find(name, [code for code in pool if code[:-2] in parents], year) or known.find(name, pool, year)
        if found and found[1] == "short":
            better = [code for code in known.codes_named(name, year) if code not in pool]
            if better and not known.official(found[0], year).startswith(name):
                return kind, better[0], "level"
        if found:
            return kind, *found
        if level and elsewhere is None:
            other = known.find(name, [code for code in known.names if code not in pool], year)
            elsewhere = (kind, other[0], "level") if other and other[1] != "short" else None
    if elsewhere:
        return elsewhere
    for kind in KINDS:
        parents = _parents(*above, kind, year)
        for code in [code for code in _of_level(kind, level) if code[:-2] in parents]:
            fit, _ = yearly_list(kind).fit(code, name, year)
            if fit in ("slip", "lossy"):
                return kind, code, fit
    return "function", "", "unknown"


@lru_cache(maxsize=64)
def _of_level(kind: str, level: str) -> tuple[str, ...]:
    return tuple(code for code in yearly_list(kind).names if not level or LEVELS.get(len(code)) == level)


@lru_cache(maxsize=1024)
def _parents(name: str, level: str, kind: str, year: int) -> frozenset[str]:
    """The codes that the name in front may stand for, whatever level it is called."""
    if not name:
        return frozenset()
    known = yearly_list(kind)
    found = known.find(name, _of_level(kind, level), year) or known.find(name, tuple(known.names), year)
    if found:
        return frozenset({found[0]})
    return frozenset(code for code in _of_level(kind, level) if known.fit(code, name, year)[0] in ("slip", "lossy"))

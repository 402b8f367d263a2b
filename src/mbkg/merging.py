"""Parts of one report put together: tables from the file that prints them best, words from the file that tells most.

Every figure that two files print differently is said with both places. A part that prints other figures is another version; the one that
says it is newer stands, else the one given later. Nothing is mixed cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mbkg.labels import fold
from mbkg.projects import merge_projects
from mbkg.reports import Form, FormMark, Place, Project, Report, Source, Statement
from mbkg.sources import Comparison, Difference, Part, compare, in_file, paired, quality

NO_SUMMARY = "没有找到收支总表。"
SHOWN = 20  # differences told one by one; the rest is counted
_SLIPS = 20  # up to one figure in so many may differ between two formats of one report


@dataclass(frozen=True, slots=True)
class Merged:
    """The report that stands, the other files it was read from, and the files whose version it replaces."""

    report: Report
    other_files: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()


def merge(parts: Sequence[Part]) -> Merged:
    """The one report of parts that all belong to it, in the order they were given.

    Every part with tables but those of other versions counts; the order tells only which of several unmarked versions stands.
    """
    bearing = [part for part in parts if part.has_tables]
    if not bearing:
        raise ValueError("a report needs tables")
    newest = max(range(len(bearing)), key=lambda at: (bearing[at].mark, at))
    base = bearing[newest]
    notes: list[str] = []
    sources, replaced = [base], []
    for part in bearing:
        if part is base:
            continue
        found = compare(base.report, part.report)
        if not found.differing or _slips(found, base, part):
            sources.append(part)
        else:
            replaced.append(part)
            notes += _replaced_notes(base, part, found)
    main = _best(sources)
    sources = [main, *sorted((part for part in sources if part is not main), key=quality, reverse=True)]
    report, more = _with_tables(main, sources[1:])
    notes += more
    narratives = [part for part in parts if not part.has_tables]
    report, more = _with_narrative(report, main, [*sources, *narratives])
    notes += more
    if any(table.family == "summary" for table in report.tables):
        report = replace(report, notes=tuple(note for note in report.notes if not note.endswith(NO_SUMMARY)))
    used = {part.report.file: part for part in (*sources, *narratives)}
    others = tuple(sorted(set(used) - {main.report.file}))
    standing = report.sources
    report = replace(report, notes=(*dict.fromkeys((*notes, *report.notes)),), sources=standing if others else ())
    gone = tuple(sorted({part.report.file for part in replaced} - {main.report.file, *others}))
    return Merged(report, others, gone)


def _best(sources: Sequence[Part]) -> Part:
    """The file whose tables stand: the best print among those that print at least half of what the fullest prints."""
    fullest = max(sources, key=lambda part: (len(part.report.cells), *quality(part)))
    half = len(fullest.report.cells) / 2
    like = [
        part for part in sources if part is fullest or compare(fullest.report, part.report).compared >= max(half, 1)
    ]
    return max(like, key=quality)


def _slips(found: Comparison, one: Part, other: Part) -> bool:
    """Whether what differs looks like slips of reading between two formats of one report rather than another version."""
    unmarked = not one.mark and not other.mark
    return unmarked and one.format != other.format and len(found.differing) * _SLIPS <= found.compared


def _with_tables(main: Part, others: Sequence[Part]) -> tuple[Report, list[str]]:
    """The main file's report with the tables and projects that only other files print, and what the files agree and differ on."""
    report, notes = main.report, []
    sources = [_source(main)]
    also: dict[int, list[Place]] = {}
    for part in others:
        theirs = in_file(part.report)
        found = compare(main.report, theirs)
        for index, cell in found.alike:
            also.setdefault(index, []).append(cell.place)
        sources.append(replace(_source(part), agreeing=len(found.alike)))
        notes += _agreement_notes(main, part, found)
        report, added = _tables_added(report, theirs)
        notes += added
        report = replace(
            report,
            projects=_projects_together(report.projects, theirs.projects),
            leftovers=(*report.leftovers, *theirs.leftovers),
            superior=report.superior or theirs.superior,
            title=report.title or theirs.title,
            notes=(*report.notes, *(f"{part.report.file}：{note}" for note in theirs.notes)),
        )
    return replace(_printed_also(report, also), sources=tuple(sources)), notes


def _source(part: Part) -> Source:
    report = part.report
    figures = sum(statement.value is not None for statement in report.statements)
    return Source(report.file, report.sha256, len(report.tables), len(report.cells), figures)


def _tables_added(report: Report, theirs: Report) -> tuple[Report, list[str]]:
    pairs = paired(report.tables, theirs.tables)
    tables = list(report.tables)
    filled = []
    for at, there in pairs.items():
        if not tables[at].cells and not tables[at].declared_empty and theirs.tables[there].cells:
            tables[at] = theirs.tables[there]
            filled.append(tables[at].title)
    new = [table for at, table in enumerate(theirs.tables) if at not in pairs.values()]
    filled += [table.title for table in new]
    notes = [f"{'、'.join(filled)}取自 {theirs.file}。"] if filled else []
    return replace(report, tables=(*tables, *new)), notes


def _printed_also(report: Report, also: dict[int, list[Place]]) -> Report:
    """The report with the second places at its cells; tables added from other files stand behind the main file's."""
    if not also:
        return report
    tables, index = [], 0
    for table in report.tables:
        cells = []
        for cell in table.cells:
            own = cell.place.file == "" and index in also
            cells.append(replace(cell, also=tuple(also[index])) if own else cell)
            index += cell.place.file == ""
        tables.append(replace(table, cells=tuple(cells)))
    return replace(report, tables=tuple(tables))


def _projects_together(ours: Sequence[Project], theirs: Sequence[Project]) -> tuple[Project, ...]:
    """Our projects, those without indicators with their partner's sheet; then the projects that only they print."""
    names = {fold(name) for project in ours for name in (project.name, project.sheet_name, *project.aliases) if name}
    new, sheets = [], []
    for project in theirs:
        known = {fold(name) for name in (project.name, project.sheet_name, *project.aliases) if name} & names
        if not known:
            new.append(project)
        elif project.indicators and not any(
            own.indicators and known & {fold(own.name), fold(own.sheet_name)} for own in ours
        ):
            sheets.append(project)
    merged = merge_projects(ours, sheets) if sheets else tuple(ours)
    return (*merged, *new)


# ---- words


def _with_narrative(report: Report, main: Part, parts: Sequence[Part]) -> tuple[Report, list[str]]:
    """The report with the words of the file that tells most, and how other files' figures in words differ from those."""
    telling = [part for part in parts if _figures(part.report.statements)]
    notes: list[str] = []
    sources = list(report.sources)
    if telling:
        best = max(
            range(len(telling)), key=lambda at: (telling[at].mark, len(_figures(telling[at].report.statements)), at)
        )
        teller = telling[best]
        words = teller.report if teller is main else in_file(teller.report)
        report = replace(report, statements=words.statements)
        for part in telling:
            if part is not teller:
                notes += _statement_notes(teller, part)
                report = replace(report, statements=(*report.statements, *_told_besides(teller, part, main)))
        if teller is not main:
            notes.append(f"表取自 {main.report.file}，文字说明取自 {teller.report.file}，合为一份报告。")
    else:
        teller = main
    ordered = [teller, *(part for part in parts if part is not teller)]
    for part in ordered:
        theirs = part.report if part is main else in_file(part.report)
        structure = theirs.structure
        if not (report.structure.departments or report.structure.duties or report.structure.subordinates):
            report = replace(report, structure=structure)
        if part is teller and (structure.departments or structure.duties or structure.subordinates):
            report = replace(report, structure=structure)
        if theirs.terms and (part is teller or not report.terms):
            report = replace(report, terms=theirs.terms)
        if part.has_tables:
            continue
        report = replace(
            report,
            superior=report.superior or theirs.superior,
            leftovers=(*report.leftovers, *theirs.leftovers),
            notes=(*report.notes, *(f"{theirs.file}：{note}" for note in theirs.notes)),
        )
        sources.append(_source(part))
    form = _forms_together([part.report if part is main else in_file(part.report) for part in ordered])
    return replace(report, title=teller.report.title or report.title, sources=tuple(sources), form=form), notes


def _forms_together(reports: Sequence[Report]) -> Form:
    """What the forms of several files say: the words of the file that tells most, and what another file alone has.

    The first contents page stands; a title counts wherever it is printed. Two files of one report print the same names: those of the first
    stand, and of the others only what no earlier file says.
    """
    forms = [report.form for report in reports]
    told = next((form for form in forms if form.subjects), Form())
    marks: dict[tuple[str, str, str], FormMark] = {}
    for form in forms:
        own: dict[tuple[str, str, str], list[FormMark]] = {}
        for mark in form.marks:
            own.setdefault((mark.kind, mark.printed, mark.text), []).append(mark)
        for key, found in own.items():
            if key not in marks:
                marks.update({(*key[:2], f"{key[2]}#{at}"): mark for at, mark in enumerate(found, start=1)})
                marks[key] = found[0]
    standing = tuple(mark for (_, _, text), mark in marks.items() if "#" in text)
    return Form(
        contents=next((form.contents for form in forms if form.contents), ()),
        marks=standing,
        subjects=told.subjects,
        titles=tuple(dict.fromkeys(title for form in forms for title in form.titles)),
        whole=all(form.whole for form in forms),
    )


_StatementKey = tuple[str, str, int | None, str, str]


def _figures(statements: Iterable[Statement]) -> dict[_StatementKey, Statement]:
    return {_key(each): each for each in statements if each.value is not None}


def _key(each: Statement) -> _StatementKey:
    return fold(each.subject), each.measure, each.year, fold(each.context), each.unit


def _told_besides(teller: Part, part: Part, main: Part) -> list[Statement]:
    """What a file states that the telling one does not, unless it is only another copy of its words."""
    ours, theirs = _figures(teller.report.statements), _figures(part.report.statements)
    if 2 * len(ours.keys() & theirs.keys()) >= len(theirs):
        return []
    own = part.report if part is main else in_file(part.report)
    return [each for each in own.statements if _key(each) not in ours]


def _statement_notes(teller: Part, part: Part) -> list[str]:
    ours, theirs = _figures(teller.report.statements), _figures(part.report.statements)
    differing = [
        f"{ours[key].subject}：{_printed(teller, ours[key].place)}为{ours[key].value}{ours[key].unit}，"
        f"{_printed(part, theirs[key].place)}为{theirs[key].value}{theirs[key].unit}"
        for key in ours
        if key in theirs and ours[key].value != theirs[key].value
    ]
    if not differing:
        return []
    head = f"{teller.report.file} 与 {part.report.file} 的文字说明有 {len(differing)} 处数字不同，以前者为准："
    return [head + _listed(differing)]


# ---- notes


def _agreement_notes(main: Part, part: Part, found: Comparison) -> list[str]:
    """What two files of one report print alike and what not, in sentences."""
    if not found.compared:
        return []
    ours, theirs = main.report.file, part.report.file
    alone = "".join(
        f"；另有 {count} 个数字只有 {file} 在该处印出"
        for count, file in ((found.only_one, ours), (found.only_other, theirs))
        if count
    )
    notes = [f"{ours} 与 {theirs} 是同一报告的两个来源，以前者的表为准；{len(found.alike)} 个数字两处相同{alone}。"]
    if found.differing:
        told = [_difference(each, main, part) for each in found.differing]
        notes.append(f"{ours} 与 {theirs} 有 {len(told)} 个数字不同，以前者为准：{_listed(told)}")
    return notes


def _replaced_notes(base: Part, part: Part, found: Comparison) -> list[str]:
    why = "标明是更正或更新的版本" if base.mark > part.mark else "后给出（同一文件夹内按文件名先后）"
    told = [_difference(each, base, part) for each in found.differing]
    head = f"{base.report.file} {why}，代替同一报告的另一版本 {part.report.file}，两者有 {len(told)} 个数字不同："
    return [head + _listed(told)]


def _difference(each: Difference, one: Part, other: Part) -> str:
    where = "，".join(piece for piece in (each.table, each.row, each.column) if piece)
    first, second = _printed(one, each.one.place), _printed(other, each.other.place)
    return f"{where}：{first}印{each.one.printed}，{second}印{each.other.printed}"


def _printed(part: Part, place: Place) -> str:
    return f"{place.file or part.report.file} {place}"


def _listed(told: Sequence[str]) -> str:
    rest = f"；另有 {len(told) - SHOWN} 处" if len(told) > SHOWN else ""
    return "；".join(told[:SHOWN]) + rest + "。"

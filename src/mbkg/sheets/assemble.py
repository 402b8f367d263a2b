"""Sheets as read become projects and tables: money in 万元, targets taken apart, evaluations listed elsewhere brought together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher

from mbkg.amounts import WAN_PER_UNIT, canonical, read_number, to_ascii_digits, to_wan
from mbkg.indicators import Target, join_target, split_target
from mbkg.labels import fold, squeeze
from mbkg.reports import Cell, How, Indicator, Place, Project, SheetFigure, Table
from mbkg.sheets.funds import AMOUNT
from mbkg.sheets.model import FundCell, IndicatorRow, Sheet
from mbkg.sheets.sums import second_total, sums_of_sheets
from mbkg.sheets.vocabulary import words

SAME_NAME = 0.6  # the least likeness at which a listed name and a sheet's name may be one project's
_DEPARTMENT_CODE = re.compile(r"^[\[【（(]?\d{2,}[\]】）)]?[_\-－—:：]?")


def project_of(sheet: Sheet) -> Project:
    """The project that one sheet describes; what the sheet does not print stays None or blank."""
    amounts: dict[tuple[str, str], Decimal] = {}
    for cell in sheet.funds:
        figure = _figure(cell)
        if not cell.candidates and figure is not None and not second_total(sheet, cell):
            amounts.setdefault((cell.row, cell.role), figure)
    evaluated = sheet.family in ("self-evaluation", "transfer-evaluation")
    return Project(
        name=sheet.name,
        place=Place(sheet.line, sheet.page),
        kind=sheet.kind,
        code=sheet.fields.get("code", ""),
        category=squeeze(sheet.fields.get("category", "")),
        budget=None if evaluated else amounts.get(("total", AMOUNT)),
        initial_budget=amounts.get(("total", "initial")),
        full_year_budget=amounts.get(("total", "full_year")),
        executed=amounts.get(("total", "executed")),
        execution_rate=amounts.get(("total", "rate")),
        fiscal_appropriation=amounts.get(("fiscal", AMOUNT)),
        other_funds=amounts.get(("other", AMOUNT)),
        implementing_unit=_DEPARTMENT_CODE.sub("", squeeze(sheet.fields.get("implementing_unit", ""))),
        department=_DEPARTMENT_CODE.sub("", squeeze(sheet.fields.get("department", ""))),
        score=sheet.score,
        grade=sheet.fields.get("grade", ""),
        goal=squeeze("".join(sheet.goal)),
        indicators=tuple(indicator_of(row) for row in sheet.indicators),
        sheets=(sheet.key,),
        figures=_figures(sheet),
        sheet_unit=sheet.unit_printed,
        sheet_grade="" if sheet.family == "evaluation-summary" else sheet.fields.get("grade", ""),
        listed_grade=sheet.fields.get("grade", "") if sheet.family == "evaluation-summary" else "",
        half_read=sheet.half_read,
    )


def _figures(sheet: Sheet) -> tuple[SheetFigure, ...]:
    """The sums and group weights that a sheet prints; a group's weight stands with the group's first indicator."""
    found = []
    for (level1, level2), printed in sheet.groups.items():
        first = next((r for r in sheet.indicators if r.level1 == level1 and (not level2 or r.level2 == level2)), None)
        value = read_number(printed)
        if first is not None and value is not None:
            place = Place(first.line, first.page)
            found.append(SheetFigure("group-weight", value, printed, place, level1, level2))
    for role, printed in (("total-weight", sheet.total_weight), ("total-score", sheet.total_score)):
        value = read_number(printed)
        if value is not None:
            found.append(SheetFigure(role, value, printed, Place(sheet.total_line, sheet.page)))
    return tuple(found)


def _figure(cell: FundCell) -> Decimal | None:
    """Money in 万元, rates and scores as they are; None for an amount whose unit nobody states."""
    if cell.unit in WAN_PER_UNIT:
        return to_wan(cell.value, cell.unit)
    return cell.value if cell.unit else None


def indicator_of(row: IndicatorRow) -> Indicator:
    """One indicator with its target and result taken apart."""
    target = split_target(row.target) if row.nature is None else join_target(row.nature, row.target, row.unit)
    if row.nature is None and row.unit and target.value is not None and not target.unit:
        target = Target(target.comparator, target.value, squeeze(row.unit), target.raw + squeeze(row.unit))
    actual = split_target(row.actual) if row.actual else Target("", None, "", "")
    completion = to_ascii_digits(squeeze(row.completion))
    rate = read_number(completion) if completion.endswith("%") else None
    return Indicator(
        row.level1,
        row.level2,
        squeeze(row.name),
        target.comparator,
        target.value,
        target.unit,
        target.raw,
        Place(row.line, row.page),
        weight=read_number(row.weight),
        actual_value=actual.value,
        actual_unit=actual.unit,
        actual_raw=actual.raw,
        completion_rate=canonical(rate) if rate is not None else squeeze(row.completion),
        score=read_number(row.score),
        deviation=squeeze(row.deviation),
    )


def tables_of(sheets: Sequence[Sheet]) -> list[Table]:
    """One table per sheet; the sheets of a wide table or a summary, which share their title's line, are one."""
    groups: dict[tuple[str, int], list[Sheet]] = {}
    for sheet in sheets:
        shared = sheet.family in ("wide-target", "evaluation-summary")
        groups.setdefault((sheet.family, sheet.title_line if shared else sheet.line), []).append(sheet)
    return [_table(group) for group in groups.values()]


def _table(sheets: Sequence[Sheet]) -> Table:
    first = sheets[0]
    cells = []
    rows: list[tuple[str, str]] = []
    for number, sheet in enumerate(sheets, start=1):
        rows.append(("", sheet.name))
        cells += [_cell(sheet, cell, number) for cell in sheet.funds]
    columns = dict.fromkeys(column for sheet in sheets for column in _columns(sheet))
    unit = "分" if first.family == "evaluation-summary" else _money_unit(first)
    place = Place(first.title_line or first.line, first.page)
    return Table(
        first.title,
        "",
        unit,
        tuple(cells),
        tuple(columns),
        place,
        first.family,
        year=first.year,
        rows=tuple(rows),
        sums=sums_of_sheets(sheets),
    )


def _columns(sheet: Sheet) -> list[str]:
    if not sheet.fund_columns:
        return sheet.fund_labels
    return [f"{column}@{label}" for label in sheet.fund_labels for column in sheet.fund_columns]


def _money_unit(sheet: Sheet) -> str:
    """The money unit a sheet states, blank if it states none: a figure without its unit is evidence, and no amount."""
    return sheet.unit


def _cell(sheet: Sheet, cell: FundCell, row: int) -> Cell:
    how: How = "ambiguous" if cell.candidates else "printed" if cell.grid else "inferred"
    leaf, _, group = cell.column.partition("@")
    return Cell(
        "",
        sheet.name,
        cell.column,
        cell.value,
        cell.unit or _money_unit(sheet),
        cell.printed,
        how,
        Place(cell.line, sheet.page),
        path=(group, leaf) if group and not cell.candidates else (leaf,),
        candidates=cell.candidates,
        row=row,
        sheet="" if sheet.is_total else sheet.key,
        role=_role(sheet, cell),
    )


def _role(sheet: Sheet, cell: FundCell) -> str:
    """What a fund cell is among its sheet's; blank where its column is open."""
    row = (
        "listed"
        if sheet.family == "evaluation-summary"
        else "more"
        if second_total(sheet, cell)
        else cell.row or "more"
    )
    return "" if cell.candidates else f"{row}/{cell.role}"


def join_continued(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Give the rows of a sheet that repeats the head of the one before it, without money or goal, to that one."""
    out: list[Sheet] = []
    for sheet in sheets:
        before = out[-1] if out else None
        continued = before is not None and sheet.name and sheet.name == before.name and sheet.family == before.family
        if (
            before is not None
            and continued
            and not sheet.funds
            and not "".join(sheet.goal)
            and sheet.family != "evaluation-summary"
        ):
            before.indicators += sheet.indicators
            before.score = before.score if before.score is not None else sheet.score
            if sheet.total_score and not before.total_score:
                before.total_score, before.total_line = sheet.total_score, sheet.total_line
                before.total_weight = sheet.total_weight
            before.groups = {**sheet.groups, **before.groups}
            before.half_read |= sheet.half_read
        else:
            out.append(sheet)
    return out


def set_units(sheet: Sheet) -> None:
    """Give amounts read before the sheet stated its unit, or in a sheet that never does, the sheet's unit."""
    for cell in sheet.funds:
        if not cell.unit:
            cell.unit = _money_unit(sheet)


def merge_listed(projects: Sequence[Project], listed: Sequence[Project]) -> list[Project]:
    """Bring the projects of a summary list and those of the sheets together, one to one, by the likeness of their names.

    A sheet's project takes the listed grade and score, and the list's spelling as an alias. What is left over on either side stays
    a project of its own.
    """
    pairs = sorted(
        (
            (likeness(a.name, b.name) + _same_score(a, b), i, j)
            for i, a in enumerate(projects)
            for j, b in enumerate(listed)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    sheet_to_list: dict[int, int] = {}
    taken: set[int] = set()
    for value, i, j in pairs:
        if value >= SAME_NAME and i not in sheet_to_list and j not in taken and _kinds_agree(projects[i], listed[j]):
            sheet_to_list[i] = j
            taken.add(j)
    merged = []
    for i, project in enumerate(projects):
        if i not in sheet_to_list:
            merged.append(project)
            continue
        entry = listed[sheet_to_list[i]]
        merged.append(
            replace(
                project,
                grade=project.grade or entry.grade,
                aliases=(*project.aliases, entry.name) if entry.name != project.name else project.aliases,
                score=project.score if project.score is not None else entry.score,
                implementing_unit=project.implementing_unit or entry.implementing_unit,
                sheets=(*project.sheets, *entry.sheets),
                listed_grade=entry.listed_grade,
            )
        )
    return merged + [entry for j, entry in enumerate(listed) if j not in taken]


def _kinds_agree(project: Project, entry: Project) -> bool:
    return (project.kind == "transfer") == (entry.kind == "transfer")


def _same_score(project: Project, entry: Project) -> float:
    return 0.15 if project.score is not None and project.score == entry.score else 0.0


def likeness(one: str, other: str) -> float:
    """How alike two project names are, 0 to 1.

    Names whose numbers or ordinals differ (（二） against 2024年, 第一批 against 第二批) are two projects' names, and so, nearly always,
    are names of which one says another word in the same place (职工 against 居民); a word more or less is a spelling.

    >>> likeness("职工免费查体（2024年）", "职工免费健康查体2024") > SAME_NAME > likeness("职工护理保险", "居民护理保险")
    True
    """
    ours, theirs = _marks(one), _marks(other)
    if ours and theirs and not ours & theirs:
        return 0.0
    a, b = fold(one), fold(other)
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    generic = words().raw["names"]["generic"]
    swapped = [
        (a[i:j], b[k:m])
        for tag, i, j, k, m in matcher.get_opcodes()
        if tag == "replace" and not (a[i:j] in generic and b[k:m] in generic)
    ]
    return min(0.99, matcher.ratio() - 0.3 * len(swapped))


def _marks(name: str) -> set[str]:
    """The numbers and ordinals that tell one project from its neighbour."""
    text = to_ascii_digits(squeeze(name))
    return set(re.findall(r"\d+(?:\.\d+)?", text)) | set(re.findall(r"[（第]([一二三四五六七八九十]+)[）批期次]", text))

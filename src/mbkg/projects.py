"""Projects as a report knows them: the list's row and the performance sheet of one project made one.

Lists and sheets spell names differently (`DRG试点工作经费项目` and `DRG试点经费项目`). They are paired one to one, by equal name
first, then by likeness together with an equal budget; what finds no partner stays a project of its own. No name or figure
is changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT, to_wan
from mbkg.labels import fold
from mbkg.reports import Project, Table
from mbkg.sheets.assemble import SAME_NAME, likeness


def listed_projects(tables: Sequence[Table]) -> tuple[Project, ...]:
    """The rows of the report's project lists, budget in 万元 from the total column; their totals are no projects."""
    found: list[Project] = []
    for table in tables:
        if table.family not in ("project-expenditure", "general-project-expenditure") or table.unit not in WAN_PER_UNIT:
            continue
        seen: set[int] = set()
        for cell in table.cells:
            named = cell.row_label and fold(cell.row_label) not in ("合计", "总计")
            if cell.row in seen or not named or cell.how == "ambiguous" or not cell.path:
                continue
            seen.add(cell.row)
            whole = cell.path[-1] in ("合计", "总计") and len(cell.path) == 1
            budget = to_wan(cell.value, table.unit) if whole else None
            found.append(Project(cell.row_label, cell.place, budget=budget, category=cell.category, listed=True))
    return tuple(found)


def merge_projects(listed: Sequence[Project], sheets: Sequence[Project]) -> tuple[Project, ...]:
    """Listed projects, each with its sheet where there is one, in list order; then the sheets that stand alone."""
    pairs = _pairs(listed, sheets)
    merged = []
    for index, project in enumerate(listed):
        partner = pairs.get(index)
        merged.append(_merge(project, sheets[partner]) if partner is not None else project)
    used = set(pairs.values())
    return (*merged, *(sheet for index, sheet in enumerate(sheets) if index not in used))


def _pairs(listed: Sequence[Project], sheets: Sequence[Project]) -> dict[int, int]:
    ranked = []
    for i, project in enumerate(listed):
        for j, sheet in enumerate(sheets):
            if sheet.kind != "project":
                continue
            alike = _likeness(project, sheet)
            if alike:
                ranked.append((-alike, i, j))
    pairs: dict[int, int] = {}
    for _, i, j in sorted(ranked):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _likeness(project: Project, sheet: Project) -> float:
    names = (sheet.name, *sheet.aliases)
    if fold(project.name) in {fold(name) for name in names}:
        return 2.0
    alike = max(likeness(project.name, name) for name in names)
    same = project.budget is not None and project.budget == sheet.budget
    return alike if same and alike >= SAME_NAME else 0.0


def _merge(project: Project, sheet: Project) -> Project:
    own = fold(project.name)
    aliases = tuple(dict.fromkeys(name for name in (sheet.name, *sheet.aliases) if fold(name) != own))
    return replace(
        sheet,
        name=project.name,
        sheet_name=sheet.name if fold(sheet.name) != own else "",
        aliases=aliases,
        place=project.place,
        listed=project.listed,
        category=project.category or sheet.category,
        budget=_first(project.budget, sheet.budget),
    )


def _first(*amounts: Decimal | None) -> Decimal | None:
    return next((amount for amount in amounts if amount is not None), None)

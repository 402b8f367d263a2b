"""What the figures of performance sheets are and how they hang together, for the rules in `shapes/performance.ttl`.

Every fund cell is linked to its project with what it is there (`mb:sheetRole`: total/executed, fiscal/amount, list/amount …). Weights,
scores and totals, which are no cells, become `mb:SheetFigure`s; figures of the narrative that name a project are linked to it. Nothing
is judged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.amounts import WAN_PER_UNIT, half_places
from mbkg.graph.iris import MB, RDF
from mbkg.graph.stated_projects import Funds, write_stated_projects
from mbkg.graph.writer import ReportWriter, boolean, text
from mbkg.labels import fold, squeeze
from mbkg.projectwords import Figure, ceilings, goal_amounts, name_amount, same_name, unit_costs
from mbkg.reports import Cell, Indicator, Place, Project, Report, SheetFigure
from mbkg.sheets.assemble import SAME_NAME, likeness
from mbkg.sheets.vocabulary import words

LISTS = {"project-expenditure": "list/amount", "general-project-expenditure": "general-list/amount"}
_LIST = "project-expenditure"
_MAIN = ("total/amount", "total/initial", "total/full_year")
_AMOUNTS = ("amount", "initial", "full_year", "executed")
_COLUMNS = {
    "rate": MB.rateCell,
    "executed": MB.executedCell,
    "full_year": MB.fullYearCell,
    "weight": MB.weightCell,
    "score": MB.scoreCell,
}
_TOTALS = (("合计",), ("总计",))


def write_sheet_evidence(
    report: Report,
    cells: Sequence[NamedNode],
    statements: Sequence[NamedNode],
    projects: Sequence[NamedNode],
    writer: ReportWriter,
) -> None:
    """State what every figure of the report's projects is.

    Args:
        cells, statements, projects: the nodes of the report's cells, statements and projects, in their order.
    """
    tables, funds = _link_cells(report, cells, projects, writer)
    apart = _counted_apart(report.projects, projects, funds)
    for project, node in zip(report.projects, projects, strict=True):
        table = tables.get(node)
        _write_project(project, node, table, writer)
        if project.sheets:
            total = _Figures(project, node, table, writer).write(_execution(funds.get(node, {})), apart)
            if total is not None:
                funds[node]["total-score"] = total
            _write_products(project, node, table, writer)
    _link_scores(projects, funds, writer)
    _link_goals(report.projects, projects, writer)
    write_stated_projects(report, statements, projects, funds, writer)


def _link_cells(
    report: Report, cells: Sequence[NamedNode], projects: Sequence[NamedNode], writer: ReportWriter
) -> tuple[dict[NamedNode, NamedNode], Funds]:
    """Link fund cells and project-list rows to their projects.

    Returns:
        The table of each project's sheet; and by project its fund cells by role, with their values.
    """
    of_sheet = {key: node for project, node in zip(report.projects, projects, strict=True) for key in project.sheets}
    owners = _list_owners(report.projects, projects)
    tables: dict[NamedNode, NamedNode] = {}
    funds: Funds = defaultdict(dict)
    nodes = iter(cells)
    for number, table in enumerate(report.tables, start=1):
        rows: dict[tuple[str, str, int | None], int] = {}
        for cell, node in zip(table.cells, nodes, strict=False):
            owner = of_sheet.get(cell.sheet) if cell.sheet and cell.role else None
            if owner is not None:
                row = rows.setdefault((cell.sheet, _fund_row(cell), cell.place.line), len(rows) + 1)
                _link_fund(node, cell, owner, NamedNode(f"{writer.graph.value}/table/{number:02d}/funds/{row}"), writer)
                if table.family != "evaluation-summary":
                    tables.setdefault(owner, NamedNode(f"{writer.graph.value}/table/{number:02d}"))
                funds[owner].setdefault(cell.role, (node, cell.value))
            elif table.family in LISTS and cell.path in _TOTALS and cell.how != "ambiguous":
                owner = owners.get(fold(cell.row_label))
                if owner is not None:
                    writer.say(node, MB.ofProject, owner)
                    writer.say(node, MB.sheetRole, text(LISTS[table.family]))
                    if table.family == _LIST:
                        writer.say(node, MB.mainAmount, boolean(True))
                        writer.say(owner, MB.budgetCell, node)
    _link_repeats(report, cells, funds, of_sheet, writer)
    return tables, funds


def _execution(funds: Mapping[str, tuple[NamedNode, Decimal]]) -> dict[str, tuple[NamedNode, Decimal]]:
    """The weight and the score of a project's whole amount."""
    return {role: funds[f"total/{role}"] for role in ("weight", "score") if f"total/{role}" in funds}


def _link_scores(projects: Sequence[NamedNode], funds: Funds, writer: ReportWriter) -> None:
    """Link the scores of a list of evaluations to the totals of the sheets, those of the money to their weights."""
    for node in projects:
        own = funds.get(node, {})
        if "listed/score" in own and "total-score" in own:
            writer.say(own["listed/score"][0], MB.repeats, own["total-score"][0])
        for row in ("total", "fiscal", "other"):
            if f"{row}/score" in own and f"{row}/weight" in own:
                writer.say(own[f"{row}/score"][0], MB.outOf, own[f"{row}/weight"][0])


def _list_owners(projects: Sequence[Project], nodes: Sequence[NamedNode]) -> dict[str, NamedNode]:
    """The project that list rows of one name are of: the one that has a sheet, else the first."""
    found: dict[str, NamedNode] = {}
    for sheeted in (False, True):
        for project, node in reversed(list(zip(projects, nodes, strict=True))):
            if project.listed and bool(project.sheets) == sheeted:
                found[fold(project.name)] = node
    return found


def _fund_row(cell: Cell) -> str:
    return cell.column.partition("@")[2] or cell.column


def _link_fund(node: NamedNode, cell: Cell, project: NamedNode, row: NamedNode, writer: ReportWriter) -> None:
    """Say what a fund cell is; the cells of one printed row are found from each other through its row."""
    writer.say(node, MB.ofProject, project)
    writer.say(node, MB.sheetRole, text(cell.role))
    writer.say(node, MB.mainAmount, boolean(True) if cell.role in _MAIN else None)
    if cell.role in _MAIN:
        writer.say(project, MB.budgetCell, node)
    column = _COLUMNS.get(cell.role.partition("/")[2])
    if column is not None and not cell.role.startswith("listed/"):
        writer.say(row, MB.report, writer.graph)
        writer.say(row, column, node)
    if cell.role.endswith(("/score", "/weight")):
        half = half_places([cell.printed])[0]
        writer.say_decimal(node, MB.pointsHalf, Decimal(0) if cell.value == int(cell.value) else half)


def _link_repeats(
    report: Report, cells: Sequence[NamedNode], funds: Funds, owners: Mapping[str, NamedNode], writer: ReportWriter
) -> None:
    """Link the amounts of a list of evaluations to those of the sheet; one that only says 金额 to all of them."""
    nodes = iter(cells)
    for table in report.tables:
        for cell, node in zip(table.cells, nodes, strict=False):
            owner = owners.get(cell.sheet) if cell.role.startswith("listed/") and cell.unit in WAN_PER_UNIT else None
            for role, (other, _) in funds.get(owner, {}).items() if owner is not None else ():
                row, _, column = role.partition("/")
                said = cell.role.partition("/")[2]
                if row == "total" and column in _AMOUNTS and said in ("amount", column):
                    writer.say(node, MB.repeats, other)


def _write_project(project: Project, node: NamedNode, table: NamedNode | None, writer: ReportWriter) -> None:
    writer.say(node, MB.sheetTable, table)
    for name in dict.fromkeys((project.sheet_name, *project.aliases)):
        if name and not same_name(name, project.name):
            writer.say(node, MB.nameElsewhere, text(name))
    writer.say_text(node, MB.sheetUnitPrinted, project.sheet_unit)
    writer.say_text(node, MB.sheetGrade, project.sheet_grade)
    writer.say_text(node, MB.listedGrade, project.listed_grade)
    writer.say(node, MB.halfRead, boolean(True) if project.half_read else None)
    if project.grade:
        own = project.grade_span
        bands = words().raw["grades"].get(squeeze(project.grade))
        span = own or ((Decimal(bands[0]), Decimal(bands[1])) if bands else None)
        if span is not None:
            writer.say_decimal(node, MB.gradeFrom, span[0])
            writer.say_decimal(node, MB.gradeBelow, span[1])
            writer.say(node, MB.gradeSource, text("report" if own else "regulation"))
    amount = name_amount(project.name)
    if amount is not None:
        writer.say_decimal(node, MB.nameAmountWan, amount.wan)
        writer.say_decimal(node, MB.nameHalfWan, amount.half)
        writer.say_text(node, MB.nameAmountPrinted, amount.printed)


class _Figures:
    """The weights and scores of one sheet as nodes, and which of them its totals add up."""

    def __init__(self, project: Project, node: NamedNode, table: NamedNode | None, writer: ReportWriter) -> None:
        self.project, self.node, self.table, self.writer = project, node, table, writer
        self.names = words().raw["figure_names"]

    def write(
        self, execution: Mapping[str, tuple[NamedNode, Decimal]], custom: bool | None
    ) -> tuple[NamedNode, Decimal] | None:
        """State every figure; returns the total score and its value where the sheet prints one.

        Args:
            execution: the cells of the whole amount's weight and score, by role, with their values.
            custom: whether the report's sheets count these points beside those of the indicators; None where they do not tell.
        """
        own = {role: self._indicators(role) for role in ("weight", "score")}
        for at, score in own["score"].items():
            self.writer.say(score, MB.outOf, own["weight"].get(at))
        apart = custom if custom is not None else _points(self.project) != 100
        added = {
            role: [*own[role].values(), *([execution[role][0]] if role in execution and apart else [])] for role in own
        }
        total = None
        for number, group in enumerate(self.project.figures, start=1):
            label = group.level2 or group.level1
            node = self._figure(f"{group.role}-{number}", group.role, group.value, label, group.place)
            total = (node, group.value) if group.role == "total-score" else total
            if group.role == "group-weight":
                self._parts(node, self._group(own["weight"], group), self._open("weight", group))
            else:
                role = group.role.removeprefix("total-")
                late = role == "score" and apart and "weight" in execution and "score" not in execution
                self._parts(node, added[role], "part-blank" if late else self._open(role))
        if own["weight"]:
            node = self._figure("weights", "weights", None, "", self.project.indicators[0].place)
            self._parts(node, added["weight"], self._open("weight"), MB.member)
            self.writer.say(node, MB.withExecution, boolean(apart and "weight" in execution))
            self.writer.say(node, MB.sheetKind, text(_kind(self.project)))
        return total

    def _indicators(self, role: str) -> dict[int, NamedNode]:
        """One figure for every indicator that prints a weight, or a score, by the indicator's position."""
        found = {}
        for at, indicator in enumerate(self.project.indicators):
            value = getattr(indicator, role)
            if value is not None:
                node = self._figure(f"{at + 1:02d}-{role}", role, value, indicator.level3, indicator.place)
                self.writer.say(node, MB.ofIndicator, NamedNode(f"{self.node.value}/indicator/{at + 1:02d}"))
                found[at] = node
        return found

    def _group(self, weights: Mapping[int, NamedNode], group: SheetFigure) -> list[NamedNode]:
        return [node for at, node in weights.items() if _within(self.project.indicators[at], group)]

    def _open(self, role: str, group: SheetFigure | None = None) -> str:
        """Why a sum of weights or scores proves nothing: a line of the sheet was not read, or an indicator prints none."""
        if self.project.half_read:
            return "unread-line"
        own = [each for each in self.project.indicators if group is None or _within(each, group)]
        return "part-blank" if any(getattr(each, role) is None for each in own) else ""

    def _parts(self, node: NamedNode, parts: Iterable[NamedNode], hindrance: str, link: NamedNode = MB.part) -> None:
        for part in parts:
            self.writer.say(node, link, part)
        self.writer.say_text(node, MB.hindrance, hindrance)

    def _figure(self, key: str, role: str, value: Decimal | None, label: str, place: Place) -> NamedNode:
        writer = self.writer
        node = NamedNode(f"{self.node.value}/figure/{key}")
        name = self.project.sheet_name or self.project.name
        writer.say(node, RDF.type, MB.SheetFigure)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.table, self.table)
        writer.say(node, MB.ofProject, self.node)
        writer.say(node, MB.sheetRole, text(role))
        writer.say(node, MB.rowLabel, text(f"{name}：{label}" if label else name))
        writer.say_text(node, MB.column, self.names[role])
        writer.say(node, MB.unit, writer.concept("uom", "分"))
        if value is not None:
            half = half_places([str(value)])[0]
            writer.say_decimal(node, MB.value, value)
            writer.say(node, MB.printed, text(str(value)))
            writer.say_decimal(node, MB.halfPlace, half)
            writer.say_decimal(node, MB.pointsHalf, Decimal(0) if value == int(value) else half)
        writer.say_place(node, place)
        return node


def _points(project: Project) -> Decimal:
    """The weights of a sheet's indicators together, one printed twice counted once."""
    own = {(i.level1, i.level2, i.level3, i.target_raw): i.weight for i in project.indicators if i.weight is not None}
    return sum(own.values(), Decimal(0))


def _counted_apart(projects: Sequence[Project], nodes: Sequence[NamedNode], funds: Funds) -> bool | None:
    """Whether the sheets of a report count the points of the money beside the indicators' (10 + 90) or among them; None if they differ."""
    kept = []
    for project, node in zip(projects, nodes, strict=True):
        weight = _execution(funds.get(node, {})).get("weight")
        points = _points(project)
        if weight is not None and points in (100, 100 - weight[1]):
            kept.append(points != 100)
    return kept.count(True) > kept.count(False) if kept and kept.count(True) != kept.count(False) else None


def _within(indicator: Indicator, group: SheetFigure) -> bool:
    return indicator.level1 == group.level1 and group.level2 in ("", indicator.level2)


def _kind(project: Project) -> str:
    """evaluation where the sheet says what was reached, else target."""
    told = any(each.score is not None or each.actual_raw for each in project.indicators)
    return "evaluation" if told or project.executed is not None or project.full_year_budget is not None else "target"


def _write_products(project: Project, node: NamedNode, table: NamedNode | None, writer: ReportWriter) -> None:
    """What the sheet's own indicators make of its money: unit cost times heads, cost ceilings, amounts its goal states again."""
    found = (*unit_costs(project), *ceilings(project), *goal_amounts(project))
    for number, each in enumerate(found, start=1):
        _write_product(NamedNode(f"{node.value}/made/{number}"), each, node, table, writer)


def _write_product(
    found: NamedNode, each: Figure, project: NamedNode, table: NamedNode | None, writer: ReportWriter
) -> None:
    writer.say(found, RDF.type, MB.SheetProduct)
    writer.say(found, MB.report, writer.graph)
    writer.say(found, MB.table, table)
    writer.say(found, MB.ofProject, project)
    writer.say(found, MB.sheetRole, text(each.role))
    writer.say_decimal(found, MB.amountWan, each.wan)
    writer.say_decimal(found, MB.halfWan, each.half)
    writer.say_text(found, MB.printed, each.printed)
    for index in each.indicators:
        writer.say(found, MB.member, NamedNode(f"{project.value}/indicator/{index + 1:02d}"))
    if each.against is not None:
        writer.say_decimal(found, MB.againstWan, each.against)
        writer.say_decimal(found, MB.againstHalf, each.against_half)


def _link_goals(projects: Sequence[Project], nodes: Sequence[NamedNode], writer: ReportWriter) -> None:
    """Link projects that state one goal in the same words though their names are not alike."""
    by_goal: dict[str, list[int]] = defaultdict(list)
    for at, project in enumerate(projects):
        goal = "".join(ch for ch in fold(project.goal) if ch.isalnum())
        if len(goal) >= 15:
            by_goal[goal].append(at)
    for same in by_goal.values():
        for first, second in _pairs(same):
            if likeness(_bare(projects[first].name), _bare(projects[second].name)) < SAME_NAME:
                writer.say(nodes[second], MB.goalAsIn, nodes[first])


def _bare(name: str) -> str:
    """A name without years, numbers and brackets, by which parts of one project differ."""
    plain = fold(re.sub(r"（[^（）]*）", "", squeeze(name)))
    return "".join(ch for ch in plain if not ch.isdigit())


def _pairs(indexes: Sequence[int]) -> Iterable[tuple[int, int]]:
    return ((indexes[0], other) for other in indexes[1:])

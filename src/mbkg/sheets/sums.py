"""What the fund rows of a sheet promise to add up: the whole amount of its 其中 rows, a list's total of its projects.

Which rows part an amount by where it comes from, and which part the public money once more by level of government, is told in
`ontology/sheets/words.toml`. Whether the figures keep the promise is for the rules in `shapes/`.
"""

from __future__ import annotations

from collections.abc import Sequence

from mbkg.reports import Sum
from mbkg.sheets.model import FundCell, Sheet
from mbkg.sheets.vocabulary import words

ADDS = "sheet"
MONEY = ("amount", "initial", "full_year", "executed")


def sums_of_sheets(sheets: Sequence[Sheet]) -> tuple[Sum, ...]:
    """Every sum of one table of sheets; positions count the fund cells of its sheets in print order."""
    found: list[Sum] = []
    starts: list[int] = []
    at = 0
    for sheet in sheets:
        starts.append(at)
        found += _fund_sums(sheet, at)
        at += len(sheet.funds)
    return (*found, *_list_sums(sheets, starts))


def _fund_sums(sheet: Sheet, start: int) -> list[Sum]:
    found = []
    for lane in dict.fromkeys(_lane(cell) for cell in sheet.funds):
        for role in MONEY:
            cells = [
                (start + at, c)
                for at, c in enumerate(sheet.funds)
                if c.role == role and _lane(c) == lane and not c.candidates
            ]
            wholes = [at for at, c in cells if _is_whole(c, lane) and not second_total(sheet, c)]
            whole = wholes[0] if len(wholes) == 1 else None
            if whole is not None:
                found += _sum(sheet, whole, [(at, c) for at, c in cells if at != whole], lane, role)
    return found


def _sum(sheet: Sheet, whole: int, others: Sequence[tuple[int, FundCell]], lane: str, role: str) -> list[Sum]:
    """The sum of one column of a sheet's fund rows; none where no part is printed."""
    rows = words().raw["fund_parts"]
    labels = [label for label in _labels(sheet, lane) if label not in rows["wholes"]]
    public = [label for label in labels if label in rows["public"]]
    nested = rows["levels"] + rows["budgets"] if public else []
    direct = [label for label in labels if label not in nested]
    parts = tuple(at for at, c in others if _row(c) in direct)
    if not parts:
        return []
    known = {*rows["public"], *rows["levels"], *rows["budgets"], *rows["others"]}
    strange = any(label not in known for label in direct)
    blank = any(not any(_row(c) == label for _, c in others) for label in direct if label in public)
    doubtful = any(c.candidates for c in sheet.funds) or sheet.half_read or len(public) > 1
    carried = any("结转" in label for label in direct) and not any(label[:2] in ("当年", "本年") for label in public)
    hindrance = (
        "ambiguous"
        if doubtful
        else "structure"
        if carried and public
        else "part-unknown"
        if strange
        else "part-blank"
        if blank
        else ""
    )
    return [Sum("rows", ADDS, whole, parts, hindrance)]


def second_total(sheet: Sheet, cell: FundCell) -> bool:
    """Whether a total stands beside the year's own: a sheet may print what a project costs over all its years, too."""
    same = [c for c in sheet.funds if c.row == "total" and c.role == cell.role and not c.candidates]
    yearly = [c for c in same if "年" in c.row_label]
    return cell.row == "total" and len(same) > 1 and (len(yearly) != 1 or cell is not yearly[0])


def _labels(sheet: Sheet, lane: str) -> list[str]:
    printed = dict.fromkeys((*sheet.fund_labels, *(cell.row_label for cell in sheet.funds)))
    marked = [label.partition("@") for label in printed]
    return [label for label, _, of in marked if of == lane and label != lane]


def _row(cell: FundCell) -> str:
    return cell.row_label.partition("@")[0]


def _lane(cell: FundCell) -> str:
    """The longer period an amount of a target sheet is of; blank for the year."""
    label, _, of = cell.row_label.partition("@")
    return of or (label if cell.row == "more" and label in words().raw["fund_parts"]["wholes"] else "")


def _is_whole(cell: FundCell, lane: str) -> bool:
    return _row(cell) == lane if lane else cell.row == "total"


def _list_sums(sheets: Sequence[Sheet], starts: Sequence[int]) -> list[Sum]:
    """The total of a list of projects; none where it prints several rows called a total, as pages with totals of their own do."""
    totals = [at for at, sheet in enumerate(sheets) if sheet.is_total and sheet.name in words().raw["wide"]["total"]]
    projects = [at for at, sheet in enumerate(sheets) if not sheet.is_total]
    if len(totals) != 1 or not projects:
        return []
    found = []
    for at, whole in enumerate(sheets[totals[0]].funds):
        parts = []
        for project in projects:
            same = [
                n
                for n, c in enumerate(sheets[project].funds)
                if (c.row, c.role, c.column) == (whole.row, whole.role, whole.column)
            ]
            parts += [starts[project] + n for n in same[:1]]
        if whole.role in MONEY and parts:
            blank = whole.row == "total" and len(parts) < len(projects)
            found.append(Sum("rows", "project", starts[totals[0]] + at, tuple(parts), "part-blank" if blank else ""))
    return found

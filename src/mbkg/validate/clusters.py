"""Findings that belong together: rounding by table, and bursts that point to a misreading.

Rounding is told once a table: how many relations, and the largest difference. Where much of what was tried in a table fails, and no few
figures explain it, the reader of the table is suspected before the report is: its findings become one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mbkg.validate.causes import equation_of, row_of, words
from mbkg.validate.equations import Web
from mbkg.validate.messages import place_of, spoken
from mbkg.validate.repairs import Repair
from mbkg.validate.values import Finding, Operand

# A table is suspected where this many relations fail, this many figures would have to change, and the failing are this share of all tried
# there. One slip in a leaf breaks its row, its parents, and every place that prints them: only the figures to change tell a burst from it.
BURST_BROKEN = 5
BURST = ((4, Decimal("0.3")), (8, Decimal("0.15")))  # figures to change, share of relations that fail
# Or where in so many rows the figure that other tables print stands beside, above or below its place, for most that differ from them:
# a slip displaces one figure, two exchanged rows displace two, a misreading all that follow.
DISPLACED_ROWS = 3

_MANY = 10  # so many exact relations make a single rounding difference remarkable
_FEW_SHARE = 10  # and that many times as many as there are differences


@dataclass(frozen=True, slots=True)
class _Burst:
    """A table whose figures fail together: its node, what was tried, what failed, and how many figures would have to change."""

    table: str
    tried: int
    broken: frozenset[int]
    figures: int


def cluster(findings: Sequence[Finding], web: Web, repairs: Sequence[Repair]) -> tuple[Finding, ...]:
    """Findings with what only shows when they are seen together, in the order they came in."""
    indices = {id(finding): equation_of(finding, web) for finding in findings if finding.outcome != "not_evaluable"}
    found = _bursts_as_one(findings, indices, web, repairs)
    return _rounding_as_one(found, indices, web)


# ---- bursts


def _bursts_as_one(
    findings: Sequence[Finding], indices: Mapping[int, int | None], web: Web, repairs: Sequence[Repair]
) -> list[Finding]:
    at = {
        index: finding
        for finding in findings
        if finding.outcome == "violated" and (index := indices[id(finding)]) is not None
    }
    left = list(findings)
    gone: set[int] = set()
    while burst := _worst_burst(web, repairs, frozenset(at) - gone):
        absorbed = {id(at[index]) for index in burst.broken}
        worst = max((at[index] for index in sorted(burst.broken)), key=lambda f: abs(f.difference or Decimal(0)))
        first = next(place for place, finding in enumerate(left) if id(finding) in absorbed)
        left[first:] = [
            _suspect(worst, burst, web),
            *(finding for finding in left[first:] if id(finding) not in absorbed),
        ]
        gone |= burst.broken
    return left


def _worst_burst(web: Web, repairs: Sequence[Repair], broken: frozenset[int]) -> _Burst | None:
    """The table with the greatest share of failing relations of its own, if it is a burst."""
    tried: dict[str, set[int]] = {}
    inside: dict[str, set[int]] = {}
    for index, equation in enumerate(web.equations):
        tables = [web.tables.get(node, "") for node in equation.terms]
        if "" in tables:
            continue
        for table in set(tables):
            tried.setdefault(table, set()).add(index)
            if len(set(tables)) == 1:
                inside.setdefault(table, set()).add(index)
    bursts = []
    for table, all_tried in sorted(tried.items()):
        failed = frozenset(all_tried & broken)
        if len(failed) < BURST_BROKEN:
            continue
        share = Decimal(len(failed)) / len(all_tried)
        figures = figures_to_change(table, failed, web, repairs)
        many = any(figures >= few and share >= least for few, least in BURST)
        if many or _displaced(table, failed, web):
            own = inside.get(table, set())
            within = Decimal(len(own & broken)) / len(own) if own else Decimal(0)
            bursts.append((within, share, _Burst(table, len(all_tried), failed, figures)))
    return max(bursts, key=lambda burst: burst[:2])[2] if bursts else None


def _displaced(table: str, failed: frozenset[int], web: Web) -> bool:
    """Whether what other tables print instead of this one's figures mostly stands beside, above or below, where it is wrong too."""
    rows = list(dict.fromkeys(row_of(cell) for cell in web.cells if web.tables.get(cell.node) == table))
    at = {row: number for number, row in enumerate(rows)}
    wanted: dict[str, set[Decimal]] = {}
    for index in failed:
        equation = web.equations[index]
        mine = [node for node in equation.terms if web.tables.get(node) == table]
        if len(mine) == 1 and len(equation.terms) == 2:
            wanted.setdefault(mine[0], set()).add(equation.demands(mine[0], web.values))
    figures = [web.figures[node] for node in wanted]

    def stands_near(figure: Operand) -> bool:
        return any(
            other.value in wanted[figure.node]
            for other in figures
            if other.value and abs(at[row_of(other)] - at[row_of(figure)]) <= 1
            if (row_of(other) == row_of(figure)) != (other.column == figure.column)
        )

    displaced = [figure for figure in figures if stands_near(figure)]
    due = [figure for figure in figures if any(wanted[figure.node])]
    return len({row_of(figure) for figure in displaced}) >= DISPLACED_ROWS and 2 * len(displaced) >= len(due)


def figures_to_change(table: str, failed: frozenset[int], web: Web, repairs: Sequence[Repair]) -> int:
    """How many figures would at least have to be printed otherwise: the slips that repairs explain, then what hits all that is left."""
    count, left = 0, set(failed)
    for repair in repairs:
        if repair.mends & left:
            count += 1
            left -= repair.mends
    while left:
        nodes = sorted({node for index in left for node in web.equations[index].terms if web.tables.get(node) == table})
        if not nodes:
            break
        hit = max(nodes, key=lambda node: len(left & {*web.of_node[node]}))
        left -= {*web.of_node[hit]}
        count += 1
    return count


def _suspect(worst: Finding, burst: _Burst, web: Web) -> Finding:
    say = words()["cluster"]
    message = say["suspect"].format(
        table=_title(burst.table, web),
        tried=burst.tried,
        broken=len(burst.broken),
        cells=burst.figures,
        message=worst.message,
    )
    return replace(worst, severity="warning", message=message, cause=say["suspect-cause"], suspect=True)


def _title(table: str, web: Web) -> str:
    return next((cell.table for cell in web.cells if web.tables.get(cell.node) == table), "")


# ---- rounding


def _rounding_as_one(findings: Sequence[Finding], indices: Mapping[int, int | None], web: Web) -> tuple[Finding, ...]:
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.outcome == "rounding" and finding.operands:
            groups.setdefault(_kind_of_rounding(finding, indices, web), []).append(finding)
    told = []
    for finding in findings:
        rounded = finding.outcome == "rounding" and finding.operands
        table, kind = _kind_of_rounding(finding, indices, web) if rounded else ("", "")
        group = groups.get((table, kind), [])
        if not table:
            told.append(finding)
        elif finding is group[0]:
            told.append(_one_rounding(group, table, web))
    return tuple(told)


def _kind_of_rounding(finding: Finding, indices: Mapping[int, int | None], web: Web) -> tuple[str, str]:
    """The table of a finding, and its rule where that is no plain equation: only like is told together."""
    index = indices.get(id(finding))
    table = web.tables.get(finding.operands[0].node, "")
    return table, finding.rule if index is None or web.equations[index].relation != "=" else ""


def _one_rounding(group: Sequence[Finding], table: str, web: Web) -> Finding:
    """The rounding of one table as one finding: that of the largest difference, with the figures of all."""
    largest = max(group, key=lambda finding: abs(finding.difference or Decimal(0)))
    cause = _alone(table, web)
    if len(group) == 1:
        return replace(largest, cause=cause)
    operands: dict[str, Operand] = {}
    for finding in (largest, *group):
        for operand in finding.operands:
            operands.setdefault(operand.node, operand)
    message = words()["cluster"]["rounding"].format(
        table=_title(table, web),
        count=len(group),
        difference=spoken(str(abs(largest.difference or Decimal(0)))) + largest.unit,
        place=place_of(largest.operands[0]),
    )
    return replace(largest, message=message, operands=tuple(operands.values()), cause=cause)


def _alone(table: str, web: Web) -> str:
    """Why a rounding difference is remarkable: nearly everything else about its table is exact."""
    say = words()["cluster"]
    of_table = {index for node, own in web.tables.items() if own == table for index in web.of_node.get(node, ())}
    off = [web.equations[index] for index in sorted(of_table) if web.equations[index].outcome == "rounding"]
    exact = sum(web.equations[index].outcome == "holds" and web.equations[index].relation == "=" for index in of_table)
    common = set(off[0].terms).intersection(*(equation.terms for equation in off[1:])) if off else set()
    if exact < _MANY or exact < _FEW_SHARE * len(off) or not common:
        return ""
    if len(off) > 1 and len(common) == 1:
        return str(say["only-rounding-common"]).format(count=exact, place=place_of(web.figures[common.pop()])) + "。"
    return str(say["only-rounding"]).format(count=exact) + "。"

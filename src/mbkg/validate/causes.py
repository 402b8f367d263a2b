"""The likely cause of a broken relation, where the figures themselves show one.

First by repair: a figure which, printed otherwise, would mend this relation and others and break none (`repairs`). Else by what
the difference is equal to: one of the parts, money carried over, a figure that another place prints. What the figures do not show is
not said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from mbkg.resources import resource_path
from mbkg.validate.equations import Web
from mbkg.validate.messages import place_of, spoken
from mbkg.validate.repairs import Repair, printed_at, repairs_of
from mbkg.validate.slips import scale_between, slip_between
from mbkg.validate.values import Finding, Operand

_DISTINCT = 4  # digits that make it no accident that two figures are equal


def explain(findings: Sequence[Finding], web: Web) -> tuple[tuple[Finding, ...], tuple[Repair, ...]]:
    """The findings with their likely causes, unchanged where none can be shown, and the repairs that the causes speak of."""
    at = {id(finding): equation_of(finding, web) for finding in findings if finding.outcome == "violated"}
    broken = [index for index in at.values() if index is not None]
    repairs = repairs_of(web, broken)
    told = []
    for finding in findings:
        if id(finding) in at:
            index = at[id(finding)]
            repair = next((each for each in repairs if index in each.mends), None)
            finding = replace(finding, cause=_cause(finding, index, repair, web))
        told.append(finding)
    return tuple(told), repairs


def equation_of(finding: Finding, web: Web) -> int | None:
    """The equation that a finding is about."""
    return web.of_check(finding.rule, finding.value, (operand.node for operand in finding.operands))


def _cause(finding: Finding, index: int | None, repair: Repair | None, web: Web) -> str:
    said = ""
    if repair is not None and index is not None and not repair.rivals:
        said = _by_repair(finding, repair, web)
    said = said or next(_by_difference(finding, index, web), "")
    pieces = [said] if said else []
    if any(operand.confidence < 1 for operand in finding.operands):
        pieces.append(words()["cause"]["picture"])
    return "；".join(pieces) + "。" if pieces else ""


# ---- by repair


def _by_repair(finding: Finding, repair: Repair, web: Web) -> str:
    say = words()["cause"]
    node = _lead(repair, web)
    figure, meant = web.figures[node], repair.changes[node]
    count, more = len(repair.mends), len(repair.changes) - 1
    template = str(say["group"] if more else say["several"] if count > 1 else say["one"])
    step = spoken(str(abs(meant - web.values[node]))) + figure.unit
    said = template.format(
        place=place_of(figure), printed=figure.printed, meant=spoken(str(meant)), count=count, more=more, step=step
    )
    traits = list(_traits(finding, node, meant, repair, web))
    if count == 1 and not traits:
        return ""
    if repair.only and not more:
        traits.append(say["only"])
    also = str(say["also"]).format(count=count - 1) + "：" if count > 1 else ""
    return also + said + (f"（{'；'.join(traits)}）" if traits else "")


def _lead(repair: Repair, web: Web) -> str:
    """The figure that a repair of several is told by: the lowest row, where the slip most likely was made."""

    def depth(node: str) -> tuple[int, Decimal, str]:
        figure = web.figures[node]
        return -len(figure.row_code), abs(web.values[node]), node

    return min(repair.changes, key=depth)


def _traits(finding: Finding, node: str, meant: Decimal, repair: Repair, web: Web) -> Iterator[str]:
    """What else speaks for a figure having been misprinted."""
    say = words()["trait"]
    figure, value = web.figures[node], web.values[node]
    other = _elsewhere(finding, node, meant, repair, web)
    if other:
        key = "elsewhere-too" if other in repair.before else "elsewhere"
        printed = web.figures[other].printed or spoken(str(web.values[other]))
        yield say[key].format(place=place_of(web.figures[other]), printed=printed, meant=spoken(str(meant)))
    slip = slip_words(figure.printed, value, meant)
    if slip:
        yield slip
    last = _last_year(figure, web)
    near = _neighbour(figure, web) if value else None
    if last is not None:
        yield say["last-year"].format(place=place_of(last))
    elif near is not None and not slip:
        yield say["neighbour"].format(place=place_of(near))


def slip_words(printed: str, value: Decimal, meant: Decimal) -> str:
    """The slip between two figures in words; blank where none is known."""
    say = words()["trait"]
    slip = slip_between(printed, value, meant)
    if slip != "scale":
        return str(say[slip]) if slip else ""
    power = abs(scale_between(value, meant))
    return str(say["scale-10000"] if power == 4 else say["scale"].format(times=10**power))


def _elsewhere(finding: Finding, node: str, meant: Decimal, repair: Repair, web: Web) -> str:
    """A place that prints what the figure would have to be, other than those the finding names already."""
    named = {operand.node for operand in finding.operands}
    values = {**web.values, **repair.before}
    others = (printed_at(web, index, node, meant, values) for index in sorted(repair.mends))
    known = named - repair.before.keys() if node in named else frozenset()
    return next((other for other in others if other and other not in known), "")


def _neighbour(figure: Operand, web: Web) -> Operand | None:
    """The cell right beside, above or below in its table that prints the same amount."""
    table = web.tables.get(figure.node)
    cells = [cell for cell in web.cells if web.tables.get(cell.node) == table] if figure.kind == "cell" else []
    for line in ([c for c in cells if c.column == figure.column], [c for c in cells if row_of(c) == row_of(figure)]):
        at = next((i for i, cell in enumerate(line) if cell.node == figure.node), None)
        if at is not None:
            near = [line[i] for i in (at - 1, at + 1) if 0 <= i < len(line)]
            found = next((cell for cell in near if cell.value == figure.value and row_of(cell) != row_of(figure)), None)
            if found is not None:
                return found
    return None


def row_of(cell: Operand) -> tuple[str, str, int | None, int | None]:
    """What tells the printed row of a cell from the others of its table."""
    return cell.row_code, cell.row_label, cell.page, cell.line


def _last_year(figure: Operand, web: Web) -> Operand | None:
    """The cell under a heading of last year that prints this figure's amount for the same item."""
    item = figure.row_label or figure.column.partition("@")[0]
    if not item or not figure.value:
        return None
    for cell in web.cells:
        about = (cell.row_label, *cell.column.split("@"))
        if (
            cell.node != figure.node
            and cell.value == figure.value
            and item in about
            and _is_last_year(cell.column, figure.column)
        ):
            return cell
    return None


def _is_last_year(heading: str, own: str) -> bool:
    """Whether a heading speaks of last year and the figure's own does not."""
    return any(word in heading and word not in own for word in words()["labels"]["last-year"])


# ---- by what the difference is equal to


def _by_difference(finding: Finding, index: int | None, web: Web) -> Iterator[str]:
    if finding.difference is None:
        return
    lefts = [operand for operand in finding.operands if operand.role == "left"]
    rights = [operand for operand in finding.operands if operand.role == "right"]
    if index is not None and len(lefts) == 1:
        yield from _one_part(finding, rights, web)
        yield from _blank_here(finding, lefts[0], web)
        yield from _sum_of_something_else(finding, lefts[0], rights, web)
        if len(rights) == 1:
            yield from _part_of_the_other(finding, index, web)
    if finding.left is not None and finding.right is not None and len(lefts) == 1:
        printed = lefts[0].printed if lefts[0].value == finding.left else spoken(str(finding.left)).replace(",", "")
        trait = slip_words(printed, finding.left, finding.right)
        if len(rights) > 1 or finding.right not in (operand.value for operand in finding.operands):
            trait = (
                trait if trait == words()["trait"]["cut-off"] else ""
            )  # digits of a computed figure are nobody's slip
        if trait == words()["trait"]["cut-off"]:
            yield trait
        elif trait:
            yield words()["trait"]["between"].format(trait=trait)


def _one_part(finding: Finding, parts: Sequence[Operand], web: Web) -> Iterator[str]:
    """The difference is one part exactly: counted twice, or not counted."""
    say, step = words()["cause"], finding.difference or Decimal(0)
    if len(parts) < 2:
        return
    equal = [part for part in parts if part.value is not None and part.unit == finding.unit and part.value == abs(step)]
    carried = [
        part for part in equal if any(word in part.row_label + part.column for word in words()["labels"]["carried"])
    ]
    told = spoken(str(abs(step))) + finding.unit
    if step < 0 and carried:
        yield say["carried-over"].format(place=place_of(carried[0]))
    elif step < 0 and len(equal) == 2:
        yield say["repeated-alike"].format(step=told, place=place_of(equal[0]), other=place_of(equal[1]))
    elif len(equal) == 1:
        yield say["repeated" if step < 0 else "twice"].format(step=told, place=place_of(equal[0]))


def _blank_here(finding: Finding, whole: Operand, web: Web) -> Iterator[str]:
    """Another table prints the difference where this one leaves a cell blank: in the same row, or in a row beneath."""
    key = whole.row_code or whole.row_label
    table = web.tables.get(whole.node)
    if not key or table is None or finding.difference is None:
        return
    own = [cell for cell in web.cells if web.tables.get(cell.node) == table]
    printed = {(cell.row_code or cell.row_label, cell.column) for cell in own}
    rows, columns = {row for row, _ in printed}, {column for _, column in printed}
    for cell in web.cells:
        row = cell.row_code or cell.row_label
        beside = row == key and cell.column in columns
        beneath = (
            cell.column == whole.column and row in rows and bool(whole.row_code) and row.startswith(whole.row_code)
        )
        elsewhere = web.tables.get(cell.node) not in (table, None) and cell.unit == finding.unit
        if not elsewhere or not (beside or beneath) or (row, cell.column) in printed or cell.value is None:
            continue
        if abs(cell.value - finding.difference) <= (finding.tolerance or 0):
            step = spoken(str(finding.difference)) + finding.unit
            yield str(words()["cause"]["blank"]).format(step=step, place=place_of(cell))
            return


def _sum_of_something_else(finding: Finding, whole: Operand, parts: Sequence[Operand], web: Web) -> Iterator[str]:
    """The parts add up exactly to another printed figure: they may be that figure's parts, as of another phase or another year."""
    total = finding.right
    if total is None or len(parts) < 2 or len(total.normalize().as_tuple().digits) < _DISTINCT:
        return
    taken = {operand.node for operand in finding.operands}
    alike = [
        figure
        for node, figure in sorted(web.figures.items())
        if node not in taken and figure.value == total and figure.unit == finding.unit
    ]
    alike.sort(key=lambda figure: (figure.row_label != whole.row_label, figure.kind != whole.kind))
    if alike:
        yield words()["cause"]["sum-elsewhere"].format(
            total=spoken(str(total)) + finding.unit, place=place_of(alike[0])
        )


def _part_of_the_other(finding: Finding, index: int, web: Web) -> Iterator[str]:
    """Two places differ by one part of the larger one's own sum."""
    step = abs(finding.difference or Decimal(0))
    equation = web.equations[index]
    larger = max(equation.terms, key=lambda node: (web.values[node] * abs(equation.terms[node]), node))
    for other in web.of_node.get(larger, ()):
        total = web.equations[other]
        parts = [node for node in total.terms if node != larger and total.terms[node] * total.terms[larger] < 0]
        if len(parts) < 2 or len(parts) != len(total.terms) - 1 or total.broken(web.values):
            continue
        equal = [node for node in parts if web.values[node] * abs(total.terms[node]) == step]
        if len(equal) == 1:
            told = spoken(str(step)) + finding.unit
            place, whole = place_of(web.figures[equal[0]]), place_of(web.figures[larger])
            yield words()["cause"]["missing-part"].format(step=told, place=place, other=whole)
            return


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """The words of causes and clusters."""
    with resource_path("ontology", "validating", "causes.toml").open("rb") as file:
        return tomllib.load(file)

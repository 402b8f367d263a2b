"""The figures of a report's prose as evidence: each statement as printed, and what hangs together among them.

A statement says its figure, its change and its rate with the room that rounding leaves each of them. `mb:Sum` with the axis `text` says
which figures the words make parts of which, `mb:baseFigure` what a figure is compared with or measured by. The shapes judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.amounts import WAN_PER_UNIT, printed_places, to_wan
from mbkg.coordinates import Coordinates
from mbkg.facts.model import BudgetFact
from mbkg.facts.statements import printed_codes, statement_coordinates
from mbkg.graph.iris import MB, RDF
from mbkg.graph.knowledge import Evidences
from mbkg.graph.relations import write_wan
from mbkg.graph.writer import ReportWriter, boolean, integer, text
from mbkg.labels import strip_ordinal
from mbkg.narrative.bases import base_phase, bases, compared, project_money, rated
from mbkg.narrative.divisions import other_natures
from mbkg.narrative.quantities import (
    DERIVED,
    direction_of,
    half_place,
    halves,
    has_change,
    may_be_negative,
    reason_direction,
)
from mbkg.narrative.relations import text_sums
from mbkg.narrative.vocabulary import table
from mbkg.reports import Report, Statement
from mbkg.tables.meaning import Frame

_ITEM_TABLES = ("general-expenditure", "appropriation-expenditure", "expenditure")
_ITEM_CODE = 7  # digits of a 项


def write_statements(report: Report, writer: ReportWriter) -> list[NamedNode]:
    """State every figure of the prose; returns their nodes in print order."""
    sizes = halves(report.statements)
    return [
        _write_statement(number, statement, half, writer)
        for number, (statement, half) in enumerate(zip(report.statements, sizes, strict=True), start=1)
    ]


def _write_statement(number: int, statement: Statement, half: Decimal, writer: ReportWriter) -> NamedNode:
    node = NamedNode(f"{writer.graph.value}/statement/{number:04d}")
    writer.say(node, RDF.type, MB.Statement)
    writer.say(node, MB.report, writer.graph)
    writer.say(node, MB.subject, text(statement.subject))
    writer.say(node, MB.measure, writer.vocabulary.concept("measure", statement.subject))
    writer.say_text(node, MB.figureKind, statement.measure)
    writer.say(node, MB.phase, writer.vocabulary.concept("phase", statement.measure))
    writer.say(node, MB.year, None if statement.year is None else integer(statement.year))
    writer.say_decimal(node, MB.value, statement.value)
    if statement.value is not None:
        writer.say_decimal(node, MB.halfPlace, half)
        write_wan(node, statement.value, half, statement.unit, writer)
    writer.say(node, MB.unit, writer.concept("uom", statement.unit) if statement.unit else None)
    writer.say_decimal(node, MB.change, statement.change)
    writer.say_decimal(node, MB.changePct, statement.change_pct)
    writer.say(node, MB.againstYear, None if statement.against_year is None else integer(statement.against_year))
    writer.say_text(node, MB.against, statement.against)
    writer.say_text(node, MB.direction, statement.direction)
    writer.say_text(node, MB.reason, statement.reason)
    writer.say_text(node, MB.heading, statement.context)
    writer.say_text(node, MB.text, statement.text)
    _write_comparison(node, statement, writer)
    writer.say_place(node, statement.place)
    return node


def _write_comparison(node: NamedNode, statement: Statement, writer: ReportWriter) -> None:
    """How a change is printed: its rounding room, which way its words point, and what was left undone."""
    if has_change(statement) and statement.change is not None:
        half = half_place(printed_places(str(statement.change)))
        writer.say_decimal(node, MB.changeHalf, half)
        if statement.unit in WAN_PER_UNIT:
            writer.say_decimal(node, MB.changeWan, to_wan(statement.change, statement.unit))
            writer.say_decimal(node, MB.changeHalfWan, to_wan(half, statement.unit))
    if statement.change_pct is not None:
        writer.say_decimal(node, MB.changePctHalf, half_place(printed_places(str(statement.change_pct))))
    writer.say_text(node, MB.directionKind, direction_of(statement))
    writer.say_text(node, MB.reasonKind, reason_direction(statement))
    writer.say_text(node, MB.undecided, statement.undecided)
    writer.say_text(node, MB.unitless, statement.unitless)
    writer.say(node, MB.mayBeNegative, boolean(True) if may_be_negative(statement) else None)


def write_text_relations(
    report: Report, facts: Sequence[BudgetFact], evidences: Evidences, writer: ReportWriter
) -> None:
    """State which figures of the prose are parts of which, what each is compared with, and what each rate is a rate of."""
    statements, nodes = report.statements, evidences["statement"]
    _write_sums(report, nodes, writer)
    found, changed = bases(statements), compared(statements)
    printed = _table_bases(report, facts, changed)
    for at, figure in changed.items():
        writer.say(nodes[at], MB.comparedFigure, nodes[figure])
        if at in found:
            writer.say(nodes[at], MB.baseFigure, nodes[found[at]])
        elif at in printed:
            writer.say(nodes[at], MB.baseFigure, evidences["cell"][printed[at]])
    for at, cell in _figures_in_tables(report, facts, changed).items():
        writer.say(nodes[at], MB.comparedFigure, evidences["cell"][cell])
    for at, (value, whole) in rated(statements).items():
        writer.say(nodes[at], MB.ratedFigure, nodes[value])
        writer.say(nodes[at], MB.baseFigure, None if whole is None else nodes[whole])
    for money, count in project_money(statements).items():
        writer.say(nodes[money], MB.projectCount, nodes[count])
        for project, node in zip(report.projects, evidences["project"], strict=True):
            writer.say(nodes[money], MB.listedProject, node if project.kind == "project" else None)


def _write_sums(report: Report, nodes: Sequence[NamedNode], writer: ReportWriter) -> None:
    sizes = halves(report.statements)
    for number, each in enumerate(text_sums(report.statements, _item_codes(report), _other_natures(report)), start=1):
        node = NamedNode(f"{writer.graph.value}/text-sum/{number:03d}")
        writer.say(node, RDF.type, MB.Sum)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.axis, text("text"))
        writer.say(node, MB.adds, text(each.adds))
        writer.say(node, MB.whole, nodes[each.whole])
        for part in each.parts:
            writer.say(node, MB.part, nodes[part])
        in_sum = each.parts if each.adds == "shares" else (each.whole, *each.parts)
        if each.adds in ("changes", "item-changes"):
            rooms = [half_place(printed_places(str(report.statements[at].change))) for at in in_sum]
        else:
            rooms = [sizes[at] for at in in_sum]
        writer.say_decimal(node, MB.tolerance, sum(rooms, Decimal(0)))
        writer.say_text(node, MB.hindrance, "partial" if each.partial else "")


def _item_codes(report: Report) -> int:
    """How many functional items the table that the prose follows prints; 0 where no such table is whole."""
    counts = [
        len({code for code, _ in table.rows if len(code) == _ITEM_CODE and code.startswith("2")})
        for table in report.tables
        if table.family in _ITEM_TABLES and not table.missing_pages
    ]
    return min((count for count in counts if count), default=0)


def _other_natures(report: Report) -> bool:
    """Whether a table prints money of a nature that is neither 基本支出 nor 项目支出."""
    pattern = re.compile("|".join(other_natures()))
    return any(
        cell.value
        and (pattern.search(strip_ordinal(cell.row_label)) or any(pattern.search(text) for text in cell.path))
        for _, cell in report.cells
    )


def _table_bases(report: Report, facts: Sequence[BudgetFact], changed: Mapping[int, int]) -> dict[int, int]:
    """For statements whose base no sentence prints, the cell of a table that does: last year's column, or the initial budget's."""
    at_coordinates = {fact.coordinates: fact for fact in facts}
    telling: dict[int, list[int]] = {}
    for at, figure in changed.items():
        telling.setdefault(figure, []).append(at)
    found: dict[int, set[int]] = {}
    for fact in facts:
        for evidence in (*fact.derived_from, *fact.contradicted_by):
            for at in telling.get(evidence.index, ()) if evidence.kind == "statement" else ():
                wanted = _base_of(report.statements[at], fact.coordinates)
                base = at_coordinates.get(wanted) if wanted is not None else None
                if base is not None and not base.contradicted_by and base.derived_from[0].kind == "cell":
                    found.setdefault(at, set()).add(base.derived_from[0].index)
    cells = [cell for _, cell in report.cells]
    certain = {}
    for at, positions in found.items():
        if len({to_wan(cells[position].value, cells[position].unit) for position in positions}) == 1:
            certain[at] = min(positions)
    return certain


def _figures_in_tables(report: Report, facts: Sequence[BudgetFact], changed: Mapping[int, int]) -> dict[int, int]:
    """For statements that only tell a change, and whose figure no sentence before prints, the cell of a table that prints it."""
    frame = Frame(report.unit, report.year, report.kind)
    codes = printed_codes([row for table in report.tables for row in table.rows])
    at_coordinates = {fact.coordinates: fact for fact in facts}
    found = {}
    for at, statement in enumerate(report.statements):
        if at in changed or statement.value is not None or statement.measure in DERIVED or not has_change(statement):
            continue
        named = statement_coordinates(statement, frame, codes) or _named_in_full(statement, frame)
        told = [at_coordinates.get(where) for where in named]
        sure = [fact for fact in told if fact is not None and not fact.contradicted_by]
        cells = [fact.derived_from[0].index for fact in sure if fact.derived_from[0].kind == "cell"]
        if cells and len(sure) == len(told) and len({fact.value for fact in sure}) == 1:
            found[at] = min(cells)
    return found


def _named_in_full(statement: Statement, frame: Frame) -> tuple[Coordinates, ...]:
    """Where the figure of a name that was cut short stands: 收入比上年增加 speaks of 收入预算.

    That is its total, with and without what was carried over.

    Only in a chapter on income and expenditure as a whole; under any other heading the same words speak of a part.
    """
    sections = statement.context.split(" / ")
    if not re.search(table("parts")["whole_chapter"], sections[0]):
        return ()
    full = replace(statement, subject=statement.subject + statement.measure.removesuffix("数"))
    found = statement_coordinates(full, frame)
    return (*found, *(replace(where, total="本年") for where in found))


def _base_of(statement: Statement, coordinates: Coordinates) -> Coordinates | None:
    """The coordinates of what a statement's figure is compared with; None where it is compared with nothing else."""
    if statement.against_year is None or not statement.against:
        return None
    phase = base_phase(statement.against, coordinates.phase)
    base = replace(coordinates, year=statement.against_year, phase=phase)
    return base if base != coordinates else None

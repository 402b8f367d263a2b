"""What must tie out, as the graph states it for the rules in `shapes/`: sums of a table's layout, and places that print one figure.

Nothing is judged here. A `mb:Sum` says that a layout makes one cell the total of others; a `mb:SameFigure` that several places print
the same figure about the world. Which of them tie out is for the shapes to say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from pyoxigraph import NamedNode

from mbkg.amounts import WAN_PER_UNIT, half_places, to_wan
from mbkg.facts.model import BudgetFact, Evidence
from mbkg.graph.iris import MB, RDF
from mbkg.graph.writer import ReportWriter, text
from mbkg.reports import Cell, Table


def write_wan(node: NamedNode, value: Decimal, half: Decimal, unit: str, writer: ReportWriter) -> None:
    """State a printed amount and half of its last place in 万元, to be compared with places in other units; nothing if it is no money."""
    if unit in WAN_PER_UNIT:
        writer.say_decimal(node, MB.amountWan, to_wan(value, unit))
        writer.say_decimal(node, MB.halfWan, to_wan(half, unit))


def cell_halves(cells: Sequence[Cell]) -> tuple[Decimal, ...]:
    """Half of the last printed place of every cell of a table, in print order.

    Amounts of money are printed to one place in a table (`half_places`); a rate or a score beside them stands for itself.
    """
    money = [at for at, cell in enumerate(cells) if cell.unit in WAN_PER_UNIT or not cell.unit]
    own = dict(zip(money, half_places([cells[at].printed for at in money]), strict=True))
    return tuple(own[at] if at in own else half_places([cell.printed])[0] for at, cell in enumerate(cells))


def write_sums(
    table_iri: NamedNode, table: Table, cells: Sequence[NamedNode], halves: Sequence[Decimal], writer: ReportWriter
) -> None:
    """State what a table's layout makes add up.

    Args:
        cells: the nodes of its cells, in print order.
        halves: half of the last printed place of each, in the table's unit. Their sum is what rounding alone explains (`mb:tolerance`).
    """
    for number, each in enumerate(table.sums, start=1):
        node = NamedNode(f"{table_iri.value}/sum/{number:03d}")
        writer.say(node, RDF.type, MB.Sum)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.table, table_iri)
        writer.say(node, MB.axis, text(each.axis))
        writer.say(node, MB.adds, text(each.adds))
        writer.say(node, MB.whole, cells[each.whole])
        for part in each.parts:
            writer.say(node, MB.part, cells[part])
        for part in each.less:
            writer.say(node, MB.less, cells[part])
        taking_part = (*each.parts, *each.less)
        writer.say_decimal(node, MB.tolerance, sum((halves[part] for part in taking_part), halves[each.whole]))
        writer.say_text(node, MB.hindrance, each.hindrance)


def write_same_figures(
    facts: Sequence[BudgetFact],
    cells: Sequence[NamedNode],
    statements: Sequence[NamedNode],
    writer: ReportWriter,
    apart: Collection[int] = frozenset(),
) -> None:
    """State which places print the same figure: one node for every group of cells and statements that are evidence of one fact.

    `mb:best` is the place whose amount the fact takes, `mb:member` are the others. `apart` are cells (by index) of tables that are
    wholly in another unit than they say: `mb:scale` of the table tells, and its cells are left out here.
    """
    nodes = {"cell": cells, "statement": statements}
    seen: set[frozenset[Evidence]] = set()
    for fact in facts:
        agreeing, others = (
            [e for e in side if e.kind in nodes and not (e.kind == "cell" and e.index in apart)]
            for side in (fact.derived_from, fact.contradicted_by)
        )
        agreeing = agreeing or others[:1]
        group = frozenset((*agreeing, *others))
        if len(group) < 2 or not agreeing or group in seen:
            continue
        seen.add(group)
        best = min(agreeing, key=lambda evidence: (evidence.kind, evidence.index))
        node = NamedNode(f"{writer.graph.value}/figure/{len(seen):04d}")
        writer.say(node, RDF.type, MB.SameFigure)
        writer.say(node, MB.report, writer.graph)
        writer.say(node, MB.best, nodes[best.kind][best.index])
        for evidence in sorted(group - {best}, key=lambda e: (e.kind, e.index)):
            writer.say(node, MB.member, nodes[evidence.kind][evidence.index])

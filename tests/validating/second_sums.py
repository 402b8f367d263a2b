"""The sums of a report, computed a second time from nothing but its printed cells.

Written without the rules and without what the reader states about a table's layout (`mb:Sum`, `mb:SameFigure`): only each cell's table, row code, label, column,
line, value and printed text, from plain SPARQL on the store. Parents come from codes (208 ⊃ 20805 ⊃ 2080501), totals from labels and headings.
A cell of a total is *judged* where all that belongs to it is plain from that; what is not plain is left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

CELLS = """
PREFIX mb: <https://w3id.org/mbkg/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?cell ?table ?title ?line ?code ?label ?column ?value ?printed ?how WHERE {
  GRAPH ?report { ?cell a mb:Cell ; mb:table ?table ; mb:line ?line ; mb:column ?column ; mb:value ?value ; mb:printed ?printed ; mb:how ?how .
    OPTIONAL { ?cell mb:rowCode ?code } OPTIONAL { ?cell mb:rowLabel ?label } OPTIONAL { ?table dcterms:title ?title } }
}"""
NATURE = ({"基本支出", "项目支出"}, {"合计", "本年支出合计", "总计", "小计", "支出合计"})
FUNDS = (
    {"一般公共预算", "政府性基金预算", "国有资本经营预算"},
    {"合计", "总计", "小计"},
)


@dataclass(frozen=True)
class Cell:
    """One printed number, `half` half of its last printed place."""

    node: str
    table: str
    line: int
    code: str
    label: str
    column: str
    value: Decimal
    half: Decimal


@dataclass(frozen=True)
class Judged:
    """One total against its parts: `whole` and `parts` are nodes of cells."""

    kind: str
    whole: str
    parts: frozenset[str]
    outcome: str


def cells_of(store: ox.Store, report: str) -> list[Cell]:
    """The certain cells of one report, in print order."""
    found = []
    for row in store.query(CELLS, substitutions={ox.Variable("report"): ox.NamedNode(report)}):
        if row["how"].value == "ambiguous":
            continue
        text = {name: row[name].value if row[name] is not None else "" for name in ("code", "label", "column", "printed")}
        code = text["code"].partition("|")[0]
        half = half_place(text["printed"])
        found.append(
            Cell(row["cell"].value, row["table"].value, int(row["line"].value), code, text["label"], text["column"], Decimal(row["value"].value), half)
        )
    return sorted(found, key=lambda cell: (cell.table, cell.line, cell.node))


def half_place(printed: str) -> Decimal:
    """Half of the last place that a printed number shows."""
    digits = re.sub(r"[^\d.]", "", printed)
    return Decimal(5).scaleb(-len(digits.partition(".")[2]) - 1)


def judge(kind: str, whole: Cell, parts: Sequence[Cell]) -> Judged:
    apart = abs(whole.value - sum((part.value for part in parts), Decimal(0)))
    allowed = whole.half + sum((part.half for part in parts), Decimal(0))
    outcome = "holds" if not apart else "rounding" if apart <= allowed else "violated"
    return Judged(kind, whole.node, frozenset(part.node for part in parts), outcome)


def by_code(cells: Sequence[Cell]) -> Iterator[Judged]:
    """A code against the codes one level beneath it, column by column: 类 3 digits, 款 5, 项 7; economic codes 3 and 5."""
    columns: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if re.fullmatch(r"\d{3}(\d{2}){0,2}", cell.code):
            columns[cell.table, cell.column].append(cell)
    for column in columns.values():
        if len({cell.code for cell in column}) < len(column):
            continue  # a code on two rows of a table: which is the parent of what is not plain
        for whole in column:
            parts = [cell for cell in column if len(cell.code) == len(whole.code) + 2 and cell.code.startswith(whole.code)]
            if parts:
                yield judge("function" if whole.code.startswith("2") else "economic", whole, parts)


def across(cells: Sequence[Cell], kind: str, parts: set[str], totals: set[str]) -> Iterator[Judged]:
    """A row's total column against its columns of one division, where all of these and one total are printed in it."""
    rows: dict[tuple[str, int, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.table, cell.line, cell.label].append(cell)
    for row in rows.values():
        wholes = [cell for cell in row if leaf(cell.column) in totals]
        chosen = [cell for cell in row if leaf(cell.column) in parts]
        names = {leaf(cell.column) for cell in chosen}
        if len(wholes) == 1 and len(chosen) == len(names) == len(parts) and len(row) == len(parts) + 1:
            yield judge(kind, wholes[0], chosen)


def leaf(column: str) -> str:
    return column.partition("@")[0]


def second(store: ox.Store, report: str) -> dict[tuple[str, str], list[Judged]]:
    """Every judged total by kind and whole."""
    cells = cells_of(store, report)
    found: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for judged in (*by_code(cells), *across(cells, "nature", *NATURE), *across(cells, "fund", *FUNDS)):
        found[judged.kind, judged.whole].append(judged)
    return found

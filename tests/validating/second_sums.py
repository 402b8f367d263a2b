"""The sums of a report, computed a second time from nothing but its printed cells.

Written without the rules and without what the reader states about a table's layout (`mb:Sum`): only each cell's table, row code,
label, column, line, value and printed text, from plain SPARQL on the store. Parents come from codes (208 ⊃ 20805 ⊃ 2080501), totals
from labels and headings.
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
  { ?cell a mb:Cell ; mb:table ?table ; mb:line ?line ; mb:column ?column ; mb:value ?value ; mb:printed ?printed ; mb:how ?how .
    OPTIONAL { ?cell mb:rowCode ?code } OPTIONAL { ?cell mb:rowLabel ?label } OPTIONAL { ?table dcterms:title ?title } }
}"""
TOTAL = r"(合计|总计|本年支出合计|本年收入合计|小计@本年支出)"
BASIC = r"(小计@)?基本支出(预算)?"
GRANTS = r"小计@财政拨款(收入)?"
# What a heading says of a column: a total, and all the columns that it may be the sum of. A blank column prints nothing.
HEADINGS: tuple[tuple[str, str, str], ...] = (
    ("nature", TOTAL, rf"{BASIC}|项目支出|上缴上级支出|经营支出|对附属单位补助支出"),
    ("nature", rf"{BASIC}|{TOTAL}", r"人员(支出|经费)|(日常)?公用(支出|经费)"),
    (
        "fund",
        TOTAL,
        rf"{GRANTS}|财政拨款收入|财政专户管理资金(收入)?|上级补助收入|事业收入|(事业单位)?经营收入|附属单位上缴收入|其他收入|上年结转"
        r"|(一般公共预算|政府性基金预算|国有资本经营预算)(财政)?(拨款)?(收入)?",
    ),
    ("fund", GRANTS, r"(一般公共预算|政府性基金预算|国有资本经营预算)(财政)?(拨款)?(收入)?"),
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
    for row in store.query(CELLS, default_graph=ox.NamedNode(report)):
        if row["how"].value == "ambiguous":
            continue
        text = {
            name: row[name].value if row[name] is not None else "" for name in ("code", "label", "column", "printed")
        }
        code = text["code"].partition("|")[0]
        half = half_place(text["printed"])
        found.append(
            Cell(
                row["cell"].value,
                row["table"].value,
                int(row["line"].value),
                code,
                text["label"],
                text["column"],
                Decimal(row["value"].value),
                half,
            )
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
    """Down the codes, column by column: 类 3 digits, 款 5, 项 7; economic codes 3 and 5. A row 合计 is the sum of the 类."""
    columns: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        columns[cell.table, cell.column].append(cell)
    for column in columns.values():
        coded = [cell for cell in column if re.fullmatch(r"\d{3}(\d{2}){0,2}", cell.code)]
        if len({cell.code for cell in coded}) < len(coded):
            continue  # a code on two rows of a table: which is the parent of what is not plain
        for whole in coded:
            parts = [
                cell for cell in coded if len(cell.code) == len(whole.code) + 2 and cell.code.startswith(whole.code)
            ]
            if parts:
                yield judge("rows", whole, parts)
        totals = [cell for cell in column if not cell.code and cell.label in ("合计", "总计")]
        if len(totals) == 1 and coded and len(coded) + 1 == len(column):
            yield judge("rows", totals[0], [cell for cell in coded if len(cell.code) == 3])


def across(cells: Sequence[Cell]) -> Iterator[Judged]:
    """A row's total against its parts, by what the headings of its columns say."""
    rows: dict[tuple[str, int, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.table, cell.line, cell.label].append(cell)
    for row in rows.values():
        for _, total, parts in HEADINGS:
            wholes = [cell for cell in row if re.fullmatch(total, cell.column)]
            chosen = [cell for cell in row if re.fullmatch(parts, cell.column)]
            nearer = [cell for cell in wholes if cell.column not in ("合计", "总计")] if len(wholes) > 1 else wholes
            if len(nearer) != 1 or not chosen or nearer[0] in chosen:
                continue
            if any(re.fullmatch(GRANTS, cell.column) for cell in chosen):
                chosen = [cell for cell in chosen if not re.fullmatch(HEADINGS[3][2], cell.column)]
            yield judge("columns", nearer[0], chosen)


def second(store: ox.Store, report: str) -> dict[tuple[str, str], list[Judged]]:
    """Every judged total by direction (`rows` or `columns`) and whole."""
    cells = cells_of(store, report)
    found: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for judged in (*by_code(cells), *across(cells)):
        found[judged.kind, judged.whole].append(judged)
    return found


SAME = """
PREFIX mb: <https://w3id.org/mbkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?cell ?value ?printed ?unit WHERE {
  ?cell a mb:Cell ; mb:value ?value ; mb:printed ?printed ; mb:unit/(skos:prefLabel|skos:altLabel) ?unit .
}"""
WAN = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}


def money_of(store: ox.Store, graphs: Sequence[ox.NamedNode]) -> dict[str, tuple[Decimal, Decimal]]:
    """Every cell that prints money: its amount and half of its last place in 万元, from printed text and unit alone."""
    found = {}
    for row in store.query(SAME, default_graph=list(graphs)):
        if row["unit"].value in WAN:
            factor = WAN[row["unit"].value]
            found[row["cell"].value] = (Decimal(row["value"].value) * factor, half_place(row["printed"].value) * factor)
    return found

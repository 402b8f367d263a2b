"""Printed amounts changed one at a time, and what the rules then find: the harness of the mutation test.

Two ways of changing a report. *In print*: the token on its line of a text file, and then the whole pipeline reads it anew. *In memory*:
the cell or statement that the reader gave, before facts and graph; quicker, and blind to what reading does with a wrong figure.
Everything is seeded.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pyoxigraph import Store

from mbkg.amounts import printed_places, read_number
from mbkg.facts import report_facts
from mbkg.graph.iris import report_iri
from mbkg.graph.triples import key_of, report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.projects import listed_projects
from mbkg.reading import read_report
from mbkg.reports import Cell, Report, Statement, Table
from mbkg.validate.catalogue import load_rules
from mbkg.validate.engine import run_rules
from mbkg.validate.operands import Evidence
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding, Operand

KINDS = ("last-digit", "transposed", "dropped", "sign", "ten-thousand", "neighbour")
SHEETS = frozenset({"performance-target", "self-evaluation", "transfer-evaluation", "wide-target", "special-fund"})
SMALL = 9  # units of the last place: what a sum of some eighteen figures, rounded one by one, may be off
What = Literal["cell", "value", "change", "change_pct"]
Key = tuple[str, frozenset[str]]


# ---- one printed amount, changed


def slip(printed: str, kind: str, choose: random.Random, neighbour: str = "") -> str | None:
    """The amount as a slip of that kind prints it; None where the slip would print the same value."""
    changed = _SLIPS[kind](printed, choose) if kind != "neighbour" else neighbour
    if not changed or read_number(changed) is None or read_number(changed) == read_number(printed):
        return None
    return changed


def _last_digit(printed: str, choose: random.Random) -> str:
    at = max((i for i, sign in enumerate(printed) if sign.isdigit()), default=None)
    if at is None:
        return ""
    digit = str((int(printed[at]) + choose.randint(1, 9)) % 10)
    return printed[:at] + digit + printed[at + 1 :]


def _transposed(printed: str, choose: random.Random) -> str:
    digits = [i for i, sign in enumerate(printed) if sign.isdigit()]
    pairs = [(i, j) for i, j in pairwise(digits) if printed[i] != printed[j]]
    if not pairs:
        return ""
    i, j = choose.choice(pairs)
    return printed[:i] + printed[j] + printed[i + 1 : j] + printed[i] + printed[j + 1 :]


def _dropped(printed: str, choose: random.Random) -> str:
    digits = [i for i, sign in enumerate(printed) if sign.isdigit()]
    if len(digits) < 2:
        return ""
    at = choose.choice(digits)
    left = printed[:at] + printed[at + 1 :]
    whole, point, rest = left.partition(".")
    if not whole.strip("-,") or (point and not rest):
        return ""
    return _grouped(whole.replace(",", ""), "," in printed) + point + rest


def _sign(printed: str, choose: random.Random) -> str:
    return printed[1:] if printed.startswith("-") else f"-{printed}"


def _ten_thousand(printed: str, choose: random.Random) -> str:
    value = read_number(printed)
    if value is None:
        return ""
    text = f"{value * 10_000:.{printed_places(printed)}f}"
    whole, point, rest = text.partition(".")
    return _grouped(whole, "," in printed) + point + rest


def _grouped(whole: str, commas: bool) -> str:
    return f"{int(whole):,}" if commas and whole.strip("-") else whole


_SLIPS = {
    "last-digit": _last_digit,
    "transposed": _transposed,
    "dropped": _dropped,
    "sign": _sign,
    "ten-thousand": _ten_thousand,
}


# ---- a report and its amounts


@dataclass(frozen=True)
class Spot:
    """One printed amount: a cell, or the value, the change or the rate of a statement, by its index in the report."""

    what: What
    index: int
    printed: str
    line: int | None
    where: str  # table and column, or what the narrative speaks of

    @property
    def kind(self) -> str:
        return "cell" if self.what == "cell" else "statement"


@dataclass
class Judged:
    """What the rules say of one report: its findings but for `not_evaluable`; by node, what the identities that were tried compared.

    An identity is a check that holds two figures to be equal: a bound (≤) or a logical rule cannot tell a slip and covers nothing here.
    """

    iri: str
    findings: tuple[Finding, ...]
    touched: Mapping[str, frozenset[Decimal]] = field(repr=False, default_factory=dict)

    @cached_property
    def keys(self) -> frozenset[tuple[Key, Decimal | None, str]]:
        return frozenset((key_of_finding(f), f.difference, f.outcome) for f in self.findings)

    def node(self, spot: Spot) -> str:
        width = 5 if spot.what == "cell" else 4
        return f"{self.iri}/{spot.kind}/{spot.index + 1:0{width}d}"

    def covers(self, spot: Spot) -> bool:
        """Whether the amount takes part in an identity that was tried. A statement's change is told from its value by what was compared."""
        node = self.node(spot)
        if node not in self.touched:
            return False
        value = read_number(spot.printed)
        return spot.what in ("cell", "value") or (value is not None and abs(value) in self.touched[node])


def key_of_finding(finding: Finding) -> Key:
    """What tells a finding from others of its report: its rule and its figures; nodes of sums may be numbered anew."""
    return finding.rule, frozenset(operand.node for operand in finding.operands)


def judge(report: Report, touched: bool = False) -> Judged:
    """Facts, graph and rules for one report in memory.

    Args:
        touched: also tell which nodes the checks touch; takes as long again.
    """
    vocabulary = load_vocabulary()
    store = _vocabulary_store()
    graph = report_iri(key_of(report, vocabulary))
    store.remove_graph(graph)
    store.extend(report_to_quads(report, report_facts(report), vocabulary))
    validation = validate_store(store, load_rules(), [graph.value], coverage=False)
    found = tuple(finding for finding in validation.findings if finding.outcome != "not_evaluable")
    judged = Judged(graph.value, found, _touched(store, graph.value) if touched else {})
    store.remove_graph(graph)
    return judged


@cache
def _vocabulary_store() -> Store:
    """The vocabulary, beside which every report stands alone for as long as it is judged."""
    store = Store()
    store.extend(load_vocabulary().quads)
    return store


def _touched(store: Store, iri: str) -> dict[str, frozenset[Decimal]]:
    evidence = Evidence(store)
    found: dict[str, set[Decimal]] = {}
    for check in run_rules(load_rules(), store, iri):
        if (
            check.outcome == "not_evaluable"
            or check.rule.relation != "="
            or not {"left", "right"} <= check.numbers.keys()
        ):
            continue
        texts = [text for name, text in check.texts.items() if name not in ("difference", "tolerance")]
        numbers = {abs(n) for n in map(read_number, texts) if n is not None}
        for side in evidence.sides(check):
            for node in side:
                found.setdefault(node, set()).update(numbers)
    return {node: frozenset(numbers) for node, numbers in found.items()}


def spots_of(report: Report) -> Iterator[Spot]:
    """Every printed amount of a report's tables and narrative."""
    for index, (table, cell) in enumerate(report.cells):
        yield Spot("cell", index, cell.printed, cell.place.line, f"{table.title} | {cell.column}")
    for index, statement in enumerate(report.statements):
        for what in ("value", "change", "change_pct"):
            value = getattr(statement, what)
            if value is not None and not (what == "value" and statement.unit not in ("元", "万元", "亿元", "%")):
                yield Spot(what, index, str(value), statement.place.line, f"narrative | {what}")


def neighbours(report: Report, index: int) -> list[str]:
    """What stands beside and below or above a cell in its table, as printed."""
    before = 0
    for table in report.tables:
        if index < before + len(table.cells):
            return _beside(table, index - before)
        before += len(table.cells)
    raise IndexError(index)


def _beside(table: Table, at: int) -> list[str]:
    own = table.cells[at]
    row = [i for i, cell in enumerate(table.cells) if cell.row == own.row and cell.lane == own.lane]
    column = [i for i, cell in enumerate(table.cells) if cell.column == own.column]
    near = [
        line[line.index(at) + step]
        for line in (row, column)
        for step in (-1, 1)
        if 0 <= line.index(at) + step < len(line)
    ]
    return [table.cells[i].printed for i in near if table.cells[i].value != own.value]


# ---- changed in memory


def in_memory(report: Report, spot: Spot, printed: str) -> Report:
    """The report as it would have been read with that amount printed otherwise."""
    value = read_number(printed)
    assert value is not None
    if spot.what != "cell":
        statements = list(report.statements)
        statements[spot.index] = _restated(statements[spot.index], spot.what, value)
        return replace(report, statements=tuple(statements))
    tables, before = list(report.tables), 0
    for number, table in enumerate(tables):
        if spot.index < before + len(table.cells):
            cells = list(table.cells)
            cells[spot.index - before] = _reprinted(cells[spot.index - before], printed, value)
            tables[number] = replace(table, cells=tuple(cells))
            break
        before += len(table.cells)
    listed = listed_projects(tables)
    projects = tuple(
        replace(project, budget=listed[at].budget) if at < len(listed) and listed[at].budget is not None else project
        for at, project in enumerate(report.projects)
    )
    return replace(report, tables=tuple(tables), projects=projects)


def _reprinted(cell: Cell, printed: str, value: Decimal) -> Cell:
    return replace(cell, printed=printed, value=value)


def _restated(statement: Statement, what: str, value: Decimal) -> Statement:
    if what == "value":
        return replace(statement, value=value)
    return replace(statement, change=value) if what == "change" else replace(statement, change_pct=value)


# ---- changed in print


def in_print(lines: Sequence[str], spot: Spot, printed: str, nth: int = 0) -> list[str] | None:
    """The lines of a text file with that amount printed otherwise; None where its line does not show it."""
    if spot.line is None:
        return None
    at = spot.line - 1
    token = re.compile(rf"(?<![\d.,-]){re.escape(spot.printed)}(?![\d,]|\.\d)")
    found = list(token.finditer(lines[at]))
    if len(found) <= nth:
        return None
    match = found[nth]
    changed = list(lines)
    changed[at] = lines[at][: match.start()] + printed + lines[at][match.end() :]
    return changed


def nth_on_line(report: Report, spot: Spot) -> int:
    """Which of the equal tokens of its line a cell is, counted from the left."""
    if spot.what != "cell":
        return 0
    alike = [i for i, (_, c) in enumerate(report.cells) if c.place.line == spot.line and c.printed == spot.printed]
    return alike.index(spot.index)


def reread(lines: Sequence[str], name: str, folder: Path) -> Report:
    """The one report in those lines."""
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    (report,) = read_report(path)
    return report


# ---- what came of it


@dataclass(frozen=True)
class Outcome:
    """What became of one changed amount.

    `violated` and `rounding`: the findings that name it, new or with new figures. `unrelated`: new violated findings none of whose
    figures is the changed one. `moved`: in print only, cells that stand elsewhere now.
    """

    spot: Spot
    kind: str
    printed: str
    covered: bool
    violated: tuple[Finding, ...]
    rounding: tuple[Finding, ...]
    unrelated: tuple[Finding, ...]
    moved: int = 0

    @property
    def is_small(self) -> bool:
        """Whether rounding alone could explain the change: a few units of the last printed place."""
        was, is_ = read_number(self.spot.printed), read_number(self.printed)
        places = max(printed_places(self.spot.printed), printed_places(self.printed))
        return was is not None and is_ is not None and abs(was - is_) <= Decimal(SMALL).scaleb(-places)

    @property
    def verdict(self) -> str:
        return (
            "violated"
            if self.violated
            else "rounding"
            if self.rounding
            else "unrelated"
            if self.unrelated
            else "missed"
        )

    def __str__(self) -> str:
        return (
            f"{self.spot.where} l.{self.spot.line}: {self.spot.printed} → {self.printed} ({self.kind}): {self.verdict}"
        )


def compare(before: Judged, after: Judged, spot: Spot, kind: str, printed: str, moved: int = 0) -> Outcome:
    """What the rules say after the change that they did not say before."""
    node, value = after.node(spot), read_number(printed)
    new = [f for f in after.findings if (key_of_finding(f), f.difference, f.outcome) not in before.keys]
    known = {_judged(f) for f in before.findings if f.outcome == "violated"}
    named = [f for f in new if any(_is(operand, node, spot, value) for operand in f.operands)]
    others = [f for f in new if f.outcome == "violated" and f not in named and _judged(f) not in known]
    return Outcome(
        spot,
        kind,
        printed,
        before.covers(spot),
        tuple(f for f in named if f.outcome == "violated"),
        tuple(f for f in named if f.outcome == "rounding"),
        tuple(others),
        moved,
    )


def _judged(finding: Finding) -> Key:
    """What a finding judges: its rule and the places on its left; what they are compared with may change with the majority."""
    lefts = [operand for operand in finding.operands if operand.role == "left"]
    return finding.rule, frozenset(f"{o.table} {o.line} {o.row_code} {o.row_label} {o.column}" for o in lefts)


def _is(operand: Operand, node: str, spot: Spot, value: Decimal | None) -> bool:
    """Whether an operand is the changed amount: its node, or another node that stands for the same print (a project for its row)."""
    return operand.node == node or (
        operand.kind in ("project", "indicator", "statement") and operand.line == spot.line and operand.value == value
    )


def draw(report: Report, choose: random.Random, sheets: bool = False) -> Iterator[tuple[Spot, str, str]]:
    """Endless random slips: (amount, kind, how it is printed now).

    Args:
        sheets: also change the fund rows of performance sheets, which only reading anew carries to the projects.
    """
    tables = [table for table, _ in report.cells]
    spots = [
        spot for spot in spots_of(report) if spot.what != "cell" or sheets or tables[spot.index].family not in SHEETS
    ]
    while spots:
        spot = choose.choice(spots)
        kind = choose.choice(KINDS)
        beside = neighbours(report, spot.index) if spot.what == "cell" else []
        printed = slip(spot.printed, kind, choose, choose.choice(beside) if beside else "")
        if printed is not None:
            yield spot, kind, printed

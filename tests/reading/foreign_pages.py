"""Invented reports kept as web pages, and what a person reads in them: both as values.

A page `foreign_formats/<stem>.html` is turned into a `Printed` report, which the writers of `tests/formats` print in every format; rows of
`th` are the head. `<stem>.gold` beside it says whose report it is, which facts an auditor states from it, which nobody may state, and
what stands in some of its cells:

    支出@预算 fund=一般公共预算 function=208 = 186.3      a fact in 万元; year and phase after @, the year the report's own unless given
    公务接待费@* fund=* = 3                               `*` is anything; several phases may be listed with commas
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from formats.printed import Box, Grid, Item, Kind, Paragraph, Printed, Row
from mbkg.amounts import is_number
from mbkg.coordinates import Coordinates
from mbkg.facts import BudgetFact

PAGES = Path(__file__).parent / "foreign_formats"
_KEYS = tuple(field.name for field in fields(Coordinates) if field.name not in ("measure", "year", "phase"))


# ---- pages


def printed_page(stem: str) -> Printed:
    """The report of that name as a printed document; what stands right above a table is its lead."""
    body = BeautifulSoup((PAGES / f"{stem}.html").read_text("utf-8"), "html5lib").body
    assert body is not None
    items: list[Item] = []
    lead: list[tuple[str, ...]] = []
    name = ""
    for element in body.find_all(["h1", "h2", "p", "table"]):
        if element.name == "h1":
            items.append(Paragraph(element.get_text().strip(), 1))
        elif element.name == "table":
            items.append(_grid(element, name, tuple(lead)))
            lead, name = [], ""
        elif element.get_text().startswith("注"):
            last = items[-1]
            assert isinstance(last, Grid)
            items[-1] = Grid(last.name, last.lead, last.head, last.body, (element.get_text().strip(),), last.widths)
        else:
            pieces = tuple(text.strip() for text in element.find_all(string=True) if text.strip())
            lead.append(pieces)
            name = pieces[0] if element.name == "h2" else name
    return Printed(stem, tuple(items))


def _grid(table: Tag, name: str, lead: tuple[tuple[str, ...], ...]) -> Grid:
    head: list[Row] = []
    body: list[Row] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(table.find_all("tr")):
        boxes: list[Box] = []
        column = 0
        is_head = bool(row.find("th")) or (not row.find("td") and not body)
        for cell in row.find_all(["th", "td"]):
            while (number, column) in taken:
                column += 1
            wide, high = int(str(cell.get("colspan", 1))), int(str(cell.get("rowspan", 1)))
            taken |= {(number + down, column + right) for down in range(high) for right in range(wide)}
            text = cell.get_text().strip("\n ")
            boxes.append(Box(text, column, wide, high, _kind(text, is_head)))
            column += wide
        (head if is_head else body).append(tuple(boxes))
    longest = [1.0] * max(box.column + box.colspan for row in (*head, *body) for box in row)
    for row in body:
        for box in row:
            if box.colspan == 1:
                longest[box.column] = max(longest[box.column], min(len(box.text), 14) / 4)
    return Grid(name, lead, tuple(head), tuple(body), (), tuple(longest))


def _kind(text: str, is_head: bool) -> Kind:
    if is_head:
        return "head"
    if is_number(text):
        return "money" if "." in text or "," in text else "code"
    return "name"


# ---- gold


@dataclass(frozen=True, slots=True)
class Said:
    """One line of gold: a fact that must, or must not, be among the facts. A key absent is blank, `*` is anything."""

    text: str
    measure: str
    year: int | None
    phases: frozenset[str]
    keys: tuple[tuple[str, str], ...]
    value: Decimal

    def matches(self, fact: BudgetFact, *, loose_total: bool) -> bool:
        """Whether the fact has these coordinates; `loose_total` where 本年 or not makes no difference."""
        at = fact.coordinates
        if self.measure not in ("*", at.measure) or self.year not in (None, at.year):
            return False
        if self.phases and at.phase not in self.phases:
            return False
        if self.measure == "*":
            return True
        wanted = dict(self.keys)
        for key in _KEYS:
            if key == "government" or (key == "total" and loose_total and "total" not in wanted):
                continue
            if wanted.get(key, "") not in ("*", getattr(at, key)):
                return False
        return True

    def holds(self, fact: BudgetFact) -> bool:
        return self.matches(fact, loose_total=True) and fact.value == self.value


@dataclass(frozen=True, slots=True)
class GoldPage:
    """What a person reads in one report: (unit, year, kind, scope), facts, what is no fact, (table, unit, code, label, column, printed)."""

    body: tuple[str, int, str, str]
    facts: tuple[Said, ...]
    never: tuple[Said, ...]
    cells: tuple[tuple[str, str, str, str, str, str], ...]


def gold_page(stem: str) -> GoldPage:
    lines = (PAGES / f"{stem}.gold").read_text("utf-8").splitlines()
    _, unit, year, kind, scope = lines[0].split()
    sections: dict[str, list[str]] = {"facts": [], "never": [], "cells": []}
    section = ""
    for line in lines[1:]:
        if line.startswith("# "):
            section = line[2:] if line[2:] in sections else section
        elif line.strip():
            sections[section].append(line)
    table: tuple[str, ...] = ()
    cells = []
    for line in sections["cells"]:
        if line.startswith("## "):
            table = tuple(piece.strip() for piece in line[3:].split("｜"))
        else:
            code, label, column, printed = (piece.strip() for piece in line.split("｜"))
            cells.append((table[0], table[1], code, label, column, printed))
    return GoldPage(
        (unit, int(year), kind, scope),
        tuple(_said(line, int(year)) for line in sections["facts"]),
        tuple(_said(line, int(year)) for line in sections["never"]),
        tuple(cells),
    )


def _said(line: str, year: int) -> Said:
    what, _, value = line.rpartition(" = ")
    first, *keys = what.split()
    measure, _, when = first.partition("@")
    found = re.match(r"(20\d\d)?(.*)", when)
    assert found is not None
    own = None if when == "*" else int(found[1] or year)
    phases = frozenset() if found[2] in ("", "*") else frozenset(found[2].split(","))
    pairs = tuple((key, text) for key, _, text in (each.partition("=") for each in keys))
    return Said(line, measure, own, phases, pairs, Decimal(value))

"""The place that prints a figure: the lines around it as transcribed, the figure marked, and the table as it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from mbkg.reports import place_words
from mbkg.serve.jobs import Graph
from mbkg.serve.web.marking import Piece, marked, marked_over_break, spots_of
from mbkg.serve.web.originals import lines_of
from mbkg.serve.web.reading import Row, local, rows
from mbkg.serve.web.rendering import link
from mbkg.serve.web.views import NotHere, Page, Query, one, whole
from mbkg.serve.web.views.holdings import ReportInfo, report_of

_AROUND = 12
_MOST_AROUND = 200
_ROWS_AROUND = 6
_NEAR = (0, 1, -1, 2, -2, 3, -3)
_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the original: its number, its text in pieces, whether it is the line that was asked for."""

    number: int
    pieces: list[Piece]
    sought: bool


def source(graph: Graph, query: Query) -> Page:
    """The surroundings of a line (or of a row on a page) of one report."""
    report = report_of(graph, one(query, "report"))
    line, page = whole(query, "line"), whole(query, "page")
    printed, column, file = one(query, "printed")[:300], one(query, "column")[:300], one(query, "file")
    around = min(whole(query, "around") or _AROUND, _MOST_AROUND)
    held = _held(graph, report, line, page)
    cell = _cell(held, column, printed)
    lines = lines_of(graph, report, file)
    if line is not None and lines is not None and not 0 < line <= len(lines):
        raise NotHere(f"{report.file}没有第{line}行。")
    shown: list[Shown] = []
    found = False
    if line is not None and lines is not None:
        shown, found = _shown(lines, line, printed, _nth(held, cell), around)
    table = _table(graph, report, cell) if cell else None
    if not shown and table is None and not held:
        raise NotHere("图中没有这个位置的内容。")
    return Page(
        "source.html",
        {
            "report": report,
            "file": file or report.file,
            "place": place_words(line, page),
            "line": line,
            "printed": printed,
            "column": column,
            "shown": shown,
            "found": found,
            "cell": cell,
            "table": table,
            "texts": _texts(held, printed),
            "wider": link(
                "/source",
                report=report.id,
                line=line,
                page=page,
                file=file,
                column=column,
                printed=printed,
                around=min(around * 3, _MOST_AROUND),
            )
            if around < _MOST_AROUND and shown
            else "",
        },
    )


def _held(graph: Graph, report: ReportInfo, line: int | None, page: int | None) -> list[Row]:
    if line is None:
        return []
    found = rows(graph, "at-line", report=[report.node], line=[Literal(str(line), datatype=_INTEGER)])
    return [row for row in found if page is None or not row["page"] or row["page"] == str(page)]


def _cell(held: list[Row], column: str, printed: str) -> Row | None:
    """The cell of the line that is meant: column and print agree, else the one whose print does, if it is the only one."""
    cells = [row for row in held if local(row["kind"]) == "Cell"]
    for row in cells:
        if row["column"] == column and row["printed"] == printed:
            return row
    same = [row for row in cells if row["printed"] == printed]
    return same[0] if len(same) == 1 else None


def _nth(held: list[Row], cell: Row | None) -> int:
    """How many cells of the line print the same before the one that is meant; -1 where none is known."""
    if cell is None:
        return -1
    same = [row for row in held if local(row["kind"]) == "Cell" and row["printed"] == cell["printed"]]
    same.sort(key=lambda row: int(row["order"] or 0))
    return next((position for position, row in enumerate(same) if row["thing"] == cell["thing"]), -1)


def _shown(lines: list[str], line: int, printed: str, nth: int, around: int) -> tuple[list[Shown], bool]:
    """The lines around, and whether the figure was found; a wrapped row may print it a line or two away, or broken over two lines."""
    near = [line + step for step in _NEAR if 0 < line + step <= len(lines)] if printed else []
    pieces: dict[int, list[Piece]] = {}
    whole = next((number for number in near if spots_of(lines[number - 1], printed)), None)
    if whole is not None:
        pieces[whole] = marked(lines[whole - 1], printed, nth if whole == line else -1)
    else:
        for number in near:
            broken = marked_over_break(lines[number - 1], lines[number], printed) if number < len(lines) else None
            if broken:
                pieces[number], pieces[number + 1] = broken
                break
    shown = []
    for number in range(max(1, line - around), min(len(lines), line + around) + 1):
        text = lines[number - 1]
        shown.append(Shown(number, pieces.get(number, [Piece(text)] if text else []), number == line))
    return shown, bool(pieces)


def _table(graph: Graph, report: ReportInfo, cell: Row) -> dict[str, Any]:
    """The rows of the table around a cell, as a grid of printed figures."""
    found = rows(graph, "cells", table=[NamedNode(cell["table"])])
    columns: dict[str, int] = {}
    lines: dict[str, dict[str, Any]] = {}
    for row in found:
        columns[row["column"]] = min(int(row["order"]), columns.get(row["column"], 1 << 30))
        entry = lines.setdefault(
            row["row"], {"code": row["rowCode"], "label": row["rowLabel"], "line": row["line"], "cells": {}}
        )
        if row["rowCode"] and not entry["code"]:
            entry["code"] = row["rowCode"]
        entry["cells"].setdefault(row["column"], []).append(
            {
                "printed": row["printed"],
                "how": row["how"],
                "sought": row["cell"] == cell["thing"],
                "source": report.source(row),
            }
        )
    order = list(lines)
    own = next((row["row"] for row in found if row["cell"] == cell["thing"]), order[0])
    at = order.index(own)
    kept = order[max(0, at - _ROWS_AROUND) : at + _ROWS_AROUND + 1]
    return {
        "title": cell["title"],
        "number": cell["number"],
        "columns": sorted(columns, key=lambda name: columns[name]),
        "rows": [lines[name] for name in kept],
        "left_out": len(order) - len(kept),
        "inferred": any(
            entry["how"] != "printed" for line in kept for cells in lines[line]["cells"].values() for entry in cells
        ),
    }


def _texts(held: list[Row], printed: str) -> list[list[Piece]]:
    """What stands there in words, where it is no table cell."""
    found = []
    for row in held:
        text = row["text"] or ("　".join(filter(None, (row["name"], row["target"], row["actual"]))))
        if text and local(row["kind"]) != "Cell":
            found.append(text)
    return [marked(text, printed, -1) for text in dict.fromkeys(found)]

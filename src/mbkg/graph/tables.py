"""The graph as tables for people and other programs: the CSV files of `mbkg export`, each one query of `ontology/queries`."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

from pyoxigraph import QuerySolutions

from mbkg.errors import BadQuery
from mbkg.graph.store import GraphStore, rows_of
from mbkg.resources import resource_path

EXPORTS = ("reports", "units", "cells", "projects", "indicators", "statements")


def query_text(name: str) -> str:
    """A query of `ontology/queries` by its name without .rq."""
    return resource_path("ontology", "queries", f"{name}.rq").read_text(encoding="utf-8")


def table_rows(graph: GraphStore, name: str) -> list[dict[str, str]]:
    """The rows of one export table; keys in column order, the order in which its query selects."""
    return list(rows_of(graph.query(query_text(f"export-{name}"))))


def write_csv(graph: GraphStore, name: str, stream: TextIO) -> int:
    """Write one table as CSV, its header the variables that its query selects; returns how many rows it has."""
    result = graph.query(query_text(f"export-{name}"))
    if not isinstance(result, QuerySolutions):
        raise BadQuery(f"ontology/queries/export-{name}.rq：导出表必须是 SELECT 查询")
    writer = csv.DictWriter(stream, [variable.value for variable in result.variables], lineterminator="\n")
    writer.writeheader()
    count = 0
    for row in rows_of(result):
        writer.writerow(row)
        count += 1
    return count


def export_csv(graph: GraphStore, folder: Path) -> dict[str, int]:
    """Write every table into a folder as `<name>.csv`, UTF-8; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for name in EXPORTS:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            counts[name] = write_csv(graph, name, stream)
    return counts

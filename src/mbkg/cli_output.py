"""How results look on a terminal: tables by display width, shortened IRIs, and query results in every format asked for."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from mbkg.errors import BadInput
from mbkg.graph.iris import PREFIXES

FORMATS = ("table", "csv", "json", "xml", "ttl")
_RESULTS = {"csv": QueryResultsFormat.CSV, "json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
_GRAPHS = {"table": RdfFormat.TURTLE, "ttl": RdfFormat.TURTLE, "json": RdfFormat.JSON_LD, "xml": RdfFormat.RDF_XML}


def emit(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    if data and not data.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def print_result(result: QuerySolutions | QueryBoolean | QueryTriples, form: str) -> None:
    """Print a query result in one of `FORMATS`.

    Raises:
        BadInput: the format cannot hold this kind of result.
    """
    if isinstance(result, QueryTriples):
        if form not in _GRAPHS:
            raise BadInput(f"CONSTRUCT 的结果是图，不能写成 {form}", "请用 --format ttl、json 或 xml")
        triples = sorted(result, key=str)
        emit(serialize(triples, format=_GRAPHS[form], prefixes=PREFIXES) or b"")
    elif form == "ttl":
        raise BadInput(
            "SELECT 和 ASK 的结果是表，不能写成 ttl", "请用 --format table、csv、json 或 xml，或改用 CONSTRUCT"
        )
    elif isinstance(result, QueryBoolean):
        if form in {"table", "csv"}:
            print("true" if result else "false")
        else:
            emit(result.serialize(format=_RESULTS[form]) or b"")
    elif form == "table":
        names = [variable.value for variable in result.variables]
        print_table(names, ([_shown(solution[name]) for name in names] for solution in result))
    else:
        emit(result.serialize(format=_RESULTS[form]) or b"")


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns; Chinese characters count two."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(display_width(row[at]) for row in table) for at in range(len(header))]
    for number, row in enumerate(table):
        cells = (cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("─" * width for width in widths))


def display_width(text: str) -> int:
    """How many terminal columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _shown(term: object) -> str:
    if isinstance(term, NamedNode):
        for prefix, iri in PREFIXES.items():
            if term.value.startswith(iri):
                return f"{prefix}:{term.value[len(iri) :]}"
        return term.value
    if isinstance(term, Literal):
        return " ".join(term.value.split())
    return "" if term is None else str(term)

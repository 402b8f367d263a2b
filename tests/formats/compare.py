"""What a report says when it is read from another format, held against what it says when read from text.

    python -m tests.formats.compare FORMAT|FILE [REPORT …] [--seed N] [--keep DIR] [--rows N]

writes the reports in that format, reads them, and prints the rows of every CSV export that only one of the two readings has.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from mbkg.graph.build import read_to_memory
from mbkg.graph.store import OxigraphStore
from mbkg.graph.tables import EXPORTS, table_rows
from mbkg.graph.target import ontology_nquads

from .perturb import perturb
from .printed import Printed
from .render import REPORTS, STEMS, printed
from .writers import WRITERS, write

PLACES = frozenset({"page", "line", "how", "file", "inferred", "ambiguous", "unread_lines"})
"""Columns that may differ: where something stands, how its column was found, and the counts of that."""
Rows = Counter[tuple[tuple[str, str], ...]]
Exports = dict[str, Rows]


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of one export that only the text gives (`missing`) or only the other format (`extra`)."""

    export: str
    missing: list[dict[str, str]]
    extra: list[dict[str, str]]


def read_exports(path: Path, without: frozenset[str] = PLACES) -> Exports:
    """The CSV exports of a graph that holds this one file, as bags of rows without the columns of places.

    Raises:
        ValueError: the file gave no report; the message is the reader's.
    """
    readings, quads = read_to_memory([path])
    problems = [reading.problem for reading in readings if not reading.reports]
    if problems:
        raise ValueError(problems[0])
    store = Store()
    store.bulk_load(ontology_nquads(), RdfFormat.N_QUADS)
    for data in quads:
        store.load(data, RdfFormat.N_QUADS)
    graph = OxigraphStore(store)
    return {name: Counter(_kept(row, without) for row in table_rows(graph, name)) for name in EXPORTS}


@cache
def exports_of_text(stem: str) -> Exports:
    """The same of the report's text."""
    return read_exports(REPORTS / f"{stem}.txt")


def variant(stem: str, seed: int) -> Printed:
    """The report as a seed prints it; an odd one repeats the parents of a code in its three columns."""
    return perturb(printed(stem, repeat_codes=seed % 2 == 1), seed)


def differences(expected: Exports, found: Exports) -> list[Difference]:
    """What differs, export by export."""
    result = []
    for name in EXPORTS:
        missing, extra = expected[name] - found[name], found[name] - expected[name]
        if missing or extra:
            result.append(
                Difference(name, [dict(row) for row in missing.elements()], [dict(row) for row in extra.elements()])
            )
    return result


def told(differences: Sequence[Difference], rows: int = 12) -> str:
    """Differences for people: per export the rows that are missing (-) and those that are extra (+), as CSV."""
    lines = []
    for difference in differences:
        lines.append(f"{difference.export}.csv: {len(difference.missing)} missing, {len(difference.extra)} extra")
        lines += [f"  {line}" for line in _csv("- ", difference.missing[:rows])]
        lines += [f"  {line}" for line in _csv("+ ", difference.extra[:rows])]
    return "\n".join(lines)


def _kept(row: dict[str, str], without: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in row.items() if key not in without)


def _csv(mark: str, rows: Iterable[dict[str, str]]) -> Iterator[str]:
    for row in rows:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="").writerow(row.values())
        yield mark + stream.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences of one format, report by report; the exit code says whether there are any."""
    parser = argparse.ArgumentParser(prog="python -m tests.formats.compare", description=__doc__.split("\n")[0])
    parser.add_argument("format", help=f"one of {', '.join(WRITERS)}, or a file to hold against the report of its name")
    parser.add_argument("reports", nargs="*", help="names of reports, or their beginnings; all by default")
    parser.add_argument("--seed", type=int, help="perturb the printing with this seed first")
    parser.add_argument("--keep", type=Path, help="write the files here and leave them")
    parser.add_argument("--rows", type=int, default=12, help="rows shown per export and side")
    options = parser.parse_args(arguments)
    stems = [stem for stem in STEMS if not options.reports or stem.startswith(tuple(options.reports))]
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        given = Path(options.format)
        for stem in [given.stem] if given.is_file() else stems:
            try:
                if given.is_file():
                    path = given
                else:
                    report = printed(stem) if options.seed is None else variant(stem, options.seed)
                    path = write(report, options.format, folder)
                found = differences(exports_of_text(stem), read_exports(path))
                text = told(found, options.rows)
            except (ValueError, ImportError) as error:
                found, text = [], f"not read: {error}"
            same = not text
            wrong += not same
            print(
                f"== {path.name if same or found else stem} ({options.format}): {'the same' if same else 'different'}"
            )
            if text:
                print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

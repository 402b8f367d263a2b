"""Does the series node pay on the real graph? The same three questions with and without its keys, in one run.

    python benchmarks/series_pays.py [--kg DIR] [--years N]

Lookup: one figure by all its coordinates. Subtree: the sum of a 类 over its leaves. Year over year: a figure and its neighbour in the
next year. Every answer is checked to be the same both ways; times are medians over all bodies and codes. The graph is
the one on disk and a copy in memory; `--years` adds copies of every report shifted by that many years, in memory only.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable

from pyoxigraph import RdfFormat, Store

from mbkg.graph.export import sorted_nquads
from mbkg.graph.store import GraphStore, OxigraphStore, open_graph, rows_of

FACTS = """
SELECT ?key ?body ?scope ?phase ?measure ?fund ?nature ?code ?year ?value WHERE {
  ?fact mb:series/mb:lookupKey ?key ; mb:body ?body ; mb:scope ?scope ; mb:phase ?phase ; mb:measure ?measure ; mb:fundSource ?fund ;
        mb:expenditureNature ?nature ; mb:functionCode ?code ; mb:year ?year ; mb:amountWan ?value .
} ORDER BY ?key ?year
"""
PLAIN = """?fact mb:body <{body}> ; mb:scope <{scope}> ; mb:phase <{phase}> ; mb:measure <{measure}> ;
  mb:fundSource <{fund}> ; mb:expenditureNature <{nature}> ; mb:functionCode {code} ; mb:year ?year ; mb:amountWan ?value ."""

QUERIES: dict[str, tuple[str, str]] = {
    "lookup": (
        'SELECT ?value WHERE {{ ?s mb:lookupKey "{key}" . ?fact mb:series ?s ; mb:year {year} ; mb:amountWan ?value }}',
        "SELECT ?value WHERE {{ " + PLAIN.replace("{code}", "<{code}>").replace("?year", "{year}") + " }}",
    ),
    "subtree sum": (
        'SELECT (SUM(?value) AS ?total) WHERE {{ ?s mb:ancestorKey "{key}" . ?fact mb:series ?s ; mb:year {year} ; mb:rowKind "leaf" ; '
        "mb:amountWan ?value }}",
        "SELECT (SUM(?value) AS ?total) WHERE {{ ?code skos:broader+ <{code}> . "
        + PLAIN.replace("{code}", "?code").replace("?year", "{year}")
        + ' ?fact mb:rowKind "leaf" }}',
    ),
    "year over year": (
        'SELECT ?year ?value WHERE {{ ?s mb:lookupKey "{key}" . ?fact mb:series ?s ; mb:year ?year ; mb:amountWan ?value '
        "FILTER (?year IN ({year}, {year} + 1)) }} ORDER BY ?year ?value",
        "SELECT ?year ?value WHERE {{ "
        + PLAIN.replace("{code}", "<{code}>")
        + " FILTER (?year IN ({year}, {year} + 1)) }} ORDER BY ?year ?value",
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kg")
    parser.add_argument("--years", type=int, default=0)
    options = parser.parse_args()
    disk = open_graph(options.kg)
    memory = in_memory(disk, options.years)
    cases = [row for row in rows_of(disk.query(FACTS)) if '"' not in row["key"]]
    parents = [case for case in cases if len(case["code"].rsplit("/", 1)[1]) == 3]
    print(f"{len(cases)} figures under functional codes; {sum(1 for _ in disk.quads())} triples on disk")
    print(f"{'question':<16} {'graph':<8} {'with keys':>10} {'without':>10}   ratio")
    for name, (keyed, plain) in QUERIES.items():
        for where, graph in (("disk", disk), ("memory", memory)):
            sample = (parents if name == "subtree sum" else cases)[:60]
            times = [compare(graph, keyed.format(**case), plain.format(**case)) for case in sample]
            with_keys, without = (statistics.median(column) for column in zip(*times, strict=True))
            print(
                f"{name:<16} {where:<8} {with_keys * 1000:7.3f} ms {without * 1000:7.3f} ms  {without / with_keys:5.1f}×"
            )
    keys = sum(1 for quad in disk.quads() if quad.predicate.value.endswith(("#lookupKey", "#ancestorKey", "#series")))
    print(f"price: {keys} triples")


def compare(graph: GraphStore, keyed: str, plain: str) -> tuple[float, float]:
    """Seconds with and without keys, best of three; the answers must be equal."""
    first, second = best(lambda: answer(graph, keyed)), best(lambda: answer(graph, plain))
    if first[1] != second[1]:
        raise SystemExit(f"the two ways disagree:\n{keyed}\n{first[1]}\n{plain}\n{second[1]}")
    return first[0], second[0]


def answer(graph: GraphStore, query: str) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in rows_of(graph.query(query))]


def best(work: Callable[[], list[tuple[str, ...]]]) -> tuple[float, list[tuple[str, ...]]]:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - start)
    return min(times), found


def in_memory(graph: GraphStore, years: int) -> OxigraphStore:
    """The graph in memory, with copies of every report under later years where asked for."""
    lines = sorted_nquads(graph)
    store = Store()
    store.bulk_load(b"\n".join(lines), RdfFormat.N_QUADS)
    for shift in range(1, years + 1):
        moved = (move(line.decode(), shift) for line in lines if b"/data/report/" in line)
        store.bulk_load("\n".join(moved), RdfFormat.N_QUADS)
    return OxigraphStore(store)


def move(line: str, shift: int) -> str:
    """A line about one report as a line about the report of a later year."""
    line = re.sub(r"(data/report/\w+-\w+-)(\d{4})-", lambda m: f"{m[1]}{int(m[2]) + 100 + shift}-", line)
    if "ontology#year>" in line:
        line = re.sub(r'"(\d{4})"', lambda m: f'"{int(m[1]) + shift}"', line)
    return line


if __name__ == "__main__":
    main()

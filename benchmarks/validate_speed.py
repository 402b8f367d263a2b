"""How long it takes to validate a report: every rule through pySHACL, our own engine, and simpler ways beside them, in one run.

    python benchmarks/validate_speed.py [--rounds N] [--many N] [--limit SECONDS] [--rules N]

Per report, medians over the shipped reports of the medians of some rounds, wall-clock and CPU milliseconds: all rules through
pySHACL (rdflib as it comes; rdflib with its triple patterns ordered; Oxigraph under pySHACL), our engine, the sums as one plain
SPARQL query, and the sums as naive shapes whose focus is each total, given up after a limit. Then the cost per report when the graph
holds 10 and 100, each a copy of a shipped one under another body's name, and the gain of a second process. `--rules` lists the rules
that cost most. Read the ratios: the seconds are this machine's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import pyoxigraph as ox

from mbkg.graph.build import build
from mbkg.graph.export import sorted_nquads
from mbkg.graph.iris import MB, RDF
from mbkg.graph.store import open_graph
from mbkg.resources import resource_path
from mbkg.validate.batches import validate_source
from mbkg.validate.catalogue import load_rules, shape_files
from mbkg.validate.engine import run_rules
from mbkg.validate.reference import load_shapes, validate_with_pyshacl
from mbkg.validate.run import reports_of, validate_store
from mbkg.validate.sources import Source

MB_PREFIX = "PREFIX mb: <https://w3id.org/mbkg/ontology#>\n"
PLAIN_SUMS = (
    MB_PREFIX
    + """
SELECT ?this ?sum ?left ?right WHERE {
  { SELECT ?this ?sum (SUM(?amount) AS ?right) WHERE { ?sum mb:report ?this ; mb:part ?part . ?part mb:value ?amount } GROUP BY ?this ?sum }
  ?sum mb:whole/mb:value ?left ; mb:tolerance ?tolerance .
  FILTER (ABS(?left - ?right) > ?tolerance)
}"""
)
NAIVE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix mb: <https://w3id.org/mbkg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <urn:naive#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
:prefixes a owl:Ontology ; sh:declare [ sh:prefix "mb" ; sh:namespace "https://w3id.org/mbkg/ontology#"^^xsd:anyURI ] .
:EveryTotal a sh:NodeShape ; sh:targetClass mb:Sum ; sh:sparql [ sh:prefixes :prefixes ; sh:select '''
  SELECT $this ?value WHERE {
    { SELECT $this (SUM(?amount) AS ?right) WHERE { $this mb:part ?part . ?part mb:value ?amount } GROUP BY $this }
    $this mb:whole ?value ; mb:tolerance ?tolerance . ?value mb:value ?left .
    FILTER (ABS(?left - ?right) > ?tolerance)
  }''' ] .
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--many", type=int, default=100)
    parser.add_argument("--limit", type=float, default=60.0, help="seconds after which a way is given up")
    parser.add_argument("--rules", type=int, default=0, help="list so many of the rules that cost most in rdflib")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = shipped(Path(folder))
        store = loaded(lines)
        reports = report_iris(store)
        print(f"{len(reports)} reports, {len(load_rules())} rules, {sum_count(store) / len(reports):.0f} sums a report")
        ways(store, reports, options.rounds, options.limit)
        if options.rules:
            dearest(store, reports, options.rules)
        scale(lines, options.many)
        processes(lines, Path(folder), options.many // 2)


def shipped(folder: Path) -> list[str]:
    """The graph of the shipped reports as N-Quads, without what is derived or found."""
    build([resource_path("data", "reports")], str(folder / "kg"))
    graph = open_graph(str(folder / "kg"))
    lines = [line.decode() for line in sorted_nquads(graph)]
    graph.close()
    return [line for line in lines if not line.endswith(("/findings> .", "data/derived> .", "mbkg/rules> ."))]


def loaded(lines: Sequence[str]) -> ox.Store:
    store = ox.Store()
    store.bulk_load(("\n".join(lines) + "\n").encode(), format=ox.RdfFormat.N_QUADS)
    return store


def report_iris(store: ox.Store) -> list[str]:
    found = (quad.subject for quad in store.quads_for_pattern(None, RDF.type, MB.Report, None))
    return sorted(node.value for node in found if isinstance(node, ox.NamedNode))


def sum_count(store: ox.Store) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, RDF.type, MB.Sum, None))


def copies(lines: Sequence[str], count: int) -> list[str]:
    """The graph of so many reports: each of the given ones again and again, every time another body's."""
    keys = sorted({found[1] for line in lines if (found := re.search(r"data/report/(\d+-[0-9a-f]+)-", line))})
    own = {key: [line for line in lines if f"/{key}" in line] for key in keys}
    shared = [line for line in lines if not any(f"/{key}" in line for key in keys)]
    for number, key in enumerate(islice(cycle(keys), count)):
        other = f"{key[:-4]}{number:04x}"
        shared += [line.replace(f"/{key}", f"/{other}") for line in own[key]]
    return shared


def engine(store: ox.Store, report: str) -> None:
    for _ in run_rules(load_rules(), store, report):
        pass


def plain(store: ox.Store, report: str) -> None:
    list(
        store.query(
            PLAIN_SUMS, default_graph=ox.NamedNode(report), substitutions={ox.Variable("this"): ox.NamedNode(report)}
        )
    )


WAYS: dict[str, Callable[[ox.Store, str], object]] = {
    "pySHACL, rdflib as it comes": partial(validate_with_pyshacl, evaluator="rdflib"),
    "pySHACL, rdflib with ordered patterns": partial(validate_with_pyshacl, evaluator="ordered"),
    "pySHACL, Oxigraph evaluates": partial(validate_with_pyshacl, evaluator="oxigraph"),
    "our engine": engine,
}


def ways(store: ox.Store, reports: Sequence[str], rounds: int, limit: float) -> None:
    """All rules in each way, then the sums alone in two more."""
    start = time.perf_counter()
    for shapes in (load_shapes(shape_files(), "report"), load_shapes(shape_files(), "graph")):
        assert shapes.graph
    print(f"reading the shapes and preparing their queries, once a process: {time.perf_counter() - start:.1f} s")
    print(f"{'per report, median':<44}{'wall ms':>10}{'CPU ms':>10}")
    for name, way in WAYS.items():
        wall, cpu = medians(way, store, reports, rounds)
        print(f"{name:<44}{wall:10.1f}{cpu:10.1f}", flush=True)
    wall, cpu = medians(plain, store, reports, rounds)
    print(f"{'the sums as one plain SPARQL query':<44}{wall:10.1f}{cpu:10.1f}")
    print(f"{'the sums as naive shapes, each total a focus':<44}{naive(store, reports, limit):>20}", flush=True)


def medians(
    way: Callable[[ox.Store, str], object], store: ox.Store, reports: Sequence[str], rounds: int
) -> tuple[float, float]:
    """Wall-clock and CPU milliseconds, medians over reports of medians over rounds."""
    walls, cpus = [], []
    for report in reports:
        way(store, report)
        timed = [timing(way, store, report) for _ in range(rounds)]
        walls.append(statistics.median(wall for wall, _ in timed))
        cpus.append(statistics.median(cpu for _, cpu in timed))
    return statistics.median(walls), statistics.median(cpus)


def timing(way: Callable[[ox.Store, str], object], store: ox.Store, report: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    way(store, report)
    return 1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - cpu)


def naive(store: ox.Store, reports: Sequence[str], limit: float) -> str:
    """The median over the reports that finish within the limit, in a process that can be ended."""
    found = []
    for report in reports:
        quads = ox.serialize(
            (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(report))),
            format=ox.RdfFormat.N_TRIPLES,
        )
        answers: multiprocessing.Queue[float] = multiprocessing.Queue()
        worker = multiprocessing.Process(target=naive_once, args=(quads, answers))
        worker.start()
        try:
            found.append(answers.get(timeout=limit))
        except Exception:
            return f"given up after {limit:.0f} s"
        finally:
            worker.terminate()
            worker.join()
    return f"{statistics.median(found):.0f} wall ms"


def naive_once(triples: bytes, answers: multiprocessing.Queue[float]) -> None:
    """As one would without thinking: the report's graph parsed by rdflib, one query for every total."""
    import pyshacl
    from rdflib import Graph

    graph, shapes = Graph().parse(data=triples, format="nt"), Graph().parse(data=NAIVE, format="turtle")
    start = time.perf_counter()
    pyshacl.validate(graph, shacl_graph=shapes)
    answers.put(1e3 * (time.perf_counter() - start))


def dearest(store: ox.Store, reports: Sequence[str], count: int) -> None:
    """The rules that cost most in rdflib with ordered patterns."""
    from rdflib import Graph, URIRef

    from mbkg.validate.patterns import OrderedGraph
    from mbkg.validate.rdfgraph import prepared
    from mbkg.validate.slices import slice_of

    shapes, spent = load_shapes(shape_files(), "report"), dict[str, float]()
    for report in reports:
        graph = OrderedGraph(slice_of(store, report, shapes.mentioned))
        for rule in shapes.rules:
            start = time.process_time()
            list(Graph.query(graph, prepared(rule.select), initBindings={"this": URIRef(report)}))
            spent[rule.id] = spent.get(rule.id, 0) + 1e3 * (time.process_time() - start) / len(reports)
    print(f"rules in rdflib, CPU ms a report; all {sum(spent.values()):.0f}")
    for name in sorted(spent, key=lambda name: -spent[name])[:count]:
        print(f"  {name:<42}{spent[name]:10.1f}")


def scale(lines: Sequence[str], many: int) -> None:
    """The cost of a report among few and among many."""
    few = 10
    stores = {count: loaded(copies(lines, count)) for count in (few, many)}
    print(f"{'CPU ms a report in a graph of':<44}{few:>10}{many:>10}{'ratio':>8}")
    for name in ("pySHACL, rdflib with ordered patterns", "pySHACL, Oxigraph evaluates", "our engine"):
        cost = dict.fromkeys(stores, 1e9)
        for _ in range(2):
            for count, store in stores.items():
                reports = report_iris(store)
                chosen = reports if count == few else reports[:: max(1, len(reports) // few)]
                start = time.process_time()
                for report in chosen:
                    WAYS[name](store, report)
                cost[count] = min(cost[count], 1e3 * (time.process_time() - start) / len(chosen))
        print(f"{name:<44}{cost[few]:10.1f}{cost[many]:10.1f}{cost[many] / cost[few]:8.2f}", flush=True)
    whole = {count: whole_validation(store) for count, store in stores.items()}
    print(
        f"{'mbkg validate, causes and all':<44}{whole[few]:10.1f}{whole[many]:10.1f}{whole[many] / whole[few]:8.2f}",
        flush=True,
    )


def whole_validation(store: ox.Store) -> float:
    """CPU milliseconds a report of what the command does, after reading and before printing."""
    everyone = reports_of(store)
    start = time.process_time()
    validate_source(Source(store), load_rules(), everyone, everyone, validate_store)
    return 1e3 * (time.process_time() - start) / len(everyone)


_STORE: dict[str, ox.Store] = {}


def open_store(path: str) -> None:
    """What each process does once: load the graph, read the shapes."""
    _STORE["store"] = loaded(Path(path).read_text(encoding="utf-8").splitlines())
    validate_with_pyshacl(_STORE["store"], report_iris(_STORE["store"])[0])


def validate_one(report: str) -> int:
    return len(validate_with_pyshacl(_STORE["store"], report))


def processes(lines: Sequence[str], folder: Path, count: int) -> None:
    """All of some reports through pySHACL in one process and in two, each with its graph loaded."""
    path = folder / "many.nq"
    path.write_text("\n".join(copies(lines, count)), encoding="utf-8")
    reports = report_iris(loaded(path.read_text(encoding="utf-8").splitlines()))
    spent = {}
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, initializer=open_store, initargs=(str(path),)) as pool:
            list(pool.map(validate_one, reports[:8]))  # until every process has its graph
            start = time.perf_counter()
            list(pool.map(validate_one, reports))
            spent[workers] = time.perf_counter() - start
    print(
        f"{count} reports through pySHACL: one process {spent[1]:.1f} s, two {spent[2]:.1f} s, {spent[1] / spent[2]:.2f}×"
    )


if __name__ == "__main__":
    main()

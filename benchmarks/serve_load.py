"""How much `mbkg serve` bears, beside the servers one would otherwise take.

    python benchmarks/serve_load.py [--kg DIR] [--seconds 8] [--rounds 3] [--rdflib PYTHON] [--plain] [--minute]

The same graph in three servers, all up at once, measured in turn, several rounds: `mbkg serve`; `oxigraph serve-read-only` (the command
from PyPI) on disk; rdflib-endpoint, where `--rdflib` names the Python of an environment that has it (`rdflib-endpoint[cli]`). All read the
union of the named graphs; with `--plain` the other two get the triples in their default graph, which is less work for them.

Lookups of three kinds, no two alike: `figure`, the amounts at coordinates (body, year, measure, phase, code) with their reports, as
questions are compiled; `key`, the amounts of the series behind a key; `describe`, what is said of a subject, where next to nothing is left
of the engine. Repeated: twenty figures again and again. Ask: questions of tests/ask, each once, then again. Runaways: twenty clients beside
queries without end. `--minute`: fifty clients for a minute, and what the processes hold.

Clients keep their connections and send the next request when the last is answered. Figures are medians of the rounds; the load generator
shares the machine, so read the ratios, and what an answer costs in processor time, which other work hardly changes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from http_load import Outcome, ceiling, save_requests
from pyoxigraph import RdfFormat, Store

from mbkg.graph.build import build
from mbkg.graph.generations import KgDirectory

_ROOT = Path(__file__).resolve().parents[1]
_PREFIX = "PREFIX mb: <https://w3id.org/mbkg/ontology#> "
_GENERATOR = _ROOT / "benchmarks" / "http_load.py"
_UNLIKE = 60_000
_REPEATED = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kg", type=Path)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rdflib", default="")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--minute", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        work = Path(folder)
        kg = options.kg or work / "kg"
        if not options.kg:
            build(kg=str(kg))
        graph = work / ("graph.nt" if options.plain else "graph.nq")
        lookups = dump(kg, graph, options.plain)
        print(
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; the generator alone: {ceiling(options.clients, 2).per_second:.0f}/s"
        )
        servers = {
            "mbkg": running.enter_context(mbkg(kg)),
            "oxigraph": running.enter_context(oxigraph(graph, work / "oxigraph")),
        }
        if options.rdflib:
            servers["rdflib-endpoint"] = running.enter_context(rdflib(options.rdflib, graph))
        compare(servers, lookups, options.seconds, options.rounds, options.clients, work)
        ask(servers["mbkg"], options.clients, work)
        runaways(servers["mbkg"], work / "mbkg-key")
        if options.minute:
            minute(servers["mbkg"], lookups, work)


class Server:
    """A server under load: where it is, its query path, its process."""

    def __init__(self, port: int, path: str, process: subprocess.Popen[bytes]) -> None:
        self.port, self.path, self.process = port, path, process

    def request(self, query: str) -> bytes:
        return self.get(f"{self.path}?query={quote(query)}", "application/sparql-results+json")

    def get(self, target: str, accept: str = "*/*") -> bytes:
        return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: {accept}\r\n\r\n".encode()

    def held(self) -> float:
        """MiB that its processes hold, shared pages counted once."""
        total = 0
        for entry, _ in self._processes():
            with contextlib.suppress(OSError):
                lines = (entry / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def spent(self) -> float:
        """Seconds of processor time that its living processes, and those of their children that were waited for, have taken."""
        return sum(sum(map(int, fields[11:15])) for _, fields in self._processes()) / os.sysconf("SC_CLK_TCK")

    def _processes(self) -> Iterator[tuple[Path, list[str]]]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    if int(fields[3]) == self.process.pid:
                        yield entry, fields


Lookups = dict[str, list[str]]


def dump(kg: Path, file: Path, plain: bool) -> Lookups:
    """Write the graph, and make lookups of each kind from it."""
    store, _lease = KgDirectory(kg).open_current()
    store.dump(str(file), RdfFormat.N_QUADS)
    memory = Store()
    memory.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
    if plain:
        file.write_bytes(b"".join(f"{quad.triple} .\n".encode() for quad in memory))

    def rows(query: str) -> list[tuple[str, ...]]:
        found = memory.query(_PREFIX + query, use_default_graph_as_union=True)
        return sorted(tuple(term.value for term in row) for row in found)

    figures = [
        f"SELECT ?fact ?amount ?report ?reportYear WHERE {{ ?fact mb:body <{body}> ; mb:year {year} ; mb:measure <{measure}> ; "
        f"mb:phase <{phase}> ; mb:functionCode <{code}> ; mb:amountWan ?amount ; mb:report ?report . ?report mb:year ?reportYear }}"
        for body, year, measure, phase, code in rows(
            "SELECT DISTINCT ?body ?year ?measure ?phase ?code { ?fact a mb:BudgetFact ; mb:body ?body ; mb:year ?year ; "
            "mb:measure ?measure ; mb:phase ?phase ; mb:functionCode ?code }"
        )
    ]
    keys = [
        f"SELECT ?year ?amount WHERE {{ ?series mb:lookupKey {json.dumps(key, ensure_ascii=False)} . "
        "?fact mb:series ?series ; mb:year ?year ; mb:amountWan ?amount }"
        for (key,) in rows("SELECT DISTINCT ?key { ?series mb:lookupKey ?key }")
    ]
    subjects = rows("SELECT DISTINCT ?s { ?s a ?t FILTER isIRI(?s) }")
    lookups = {
        "figure": [_PREFIX + query for query in figures],
        "key": [_PREFIX + query for query in keys],
        "describe": [f"SELECT ?p ?o WHERE {{ <{subject}> ?p ?o }}" for (subject,) in subjects],
    }
    for queries in lookups.values():
        random.Random(7).shuffle(queries)
    return lookups


def compare(
    servers: dict[str, Server], lookups: Lookups, seconds: float, rounds: int, clients: int, work: Path
) -> None:
    files: dict[tuple[str, str], Path] = {}
    for name, server in servers.items():
        for kind, queries in lookups.items():
            files[name, kind] = work / f"{name}-{kind}"
            unlike = [server.request(f"{queries[at % len(queries)]} # {at}") for at in range(_UNLIKE)]
            save_requests(files[name, kind], unlike)
            if kind == "figure":
                files[name, "repeated"] = work / f"{name}-repeated"
                save_requests(files[name, "repeated"], unlike[:_REPEATED])
    found: dict[tuple[str, str], list[Outcome]] = {key: [] for key in files}
    for number in range(rounds):
        for name, kind in files:
            offset = 0 if kind == "repeated" else number * _UNLIKE // rounds
            found[name, kind].append(drive(servers[name], files[name, kind], clients, seconds, offset=offset))
    for kind in (*lookups, "repeated"):
        print(f"\n{kind}, {clients} clients: requests/s, p50, p99 (ms), processor ms per answer, bytes, generator busy")
        ours = found["mbkg", kind]
        for name in servers:
            these = found[name, kind]
            told = " ".join(
                f"{middle(these, what):>9}"
                for what in ("per_second", "p50", "p99", "server_ms", "bytes_per_answer", "generator_busy")
            )
            faster = middle(ours, "per_second") / (middle(these, "per_second") or 1)
            later = middle(ours, "p99") / (middle(these, "p99") or 1)
            wrong = {what: count for outcome in these for what, count in outcome.wrong.items()}
            print(f"  {name:16} {told}   mbkg is {faster:.2f}x as fast, its p99 {later:.2f}x as long {wrong or ''}")


def middle(outcomes: Sequence[Outcome], what: str) -> float:
    return statistics.median(float(asdict(outcome)[what]) for outcome in outcomes)


def ask(server: Server, clients: int, work: Path) -> None:
    """Questions, each once, then all of them again."""
    requests = _questions(server)
    save_requests(work / "ask", requests)
    print(f"\n/api/ask, {len(requests)} questions, {clients} clients: requests/s, p50, p99 (ms)")
    for name in ("first", "again"):
        outcome = drive(server, work / "ask", clients, 60, once=True)
        print(f"  {name:16} {outcome.per_second:>9} {outcome.p50:>9} {outcome.p99:>9} {outcome.wrong or ''}")


def _questions(server: Server) -> list[bytes]:
    files = sorted((_ROOT / "tests" / "ask").glob("questions*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        server.get(f"/api/ask?q={quote(question)}")
        for question in dict.fromkeys(json.loads(line)["question"] for line in lines)
    ]


_ENDLESS = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)+ ?b . ?b (!<urn:x>|^(!<urn:x>))* ?c }",
    "regular expression": 'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER regex(concat(str(?c), str(?f)), "(a|b|ab)*(c|d|cd)*zz$") }',
}


def runaways(server: Server, quick: Path) -> None:
    """Twenty clients look up keys while queries without end run, each to its limit of two seconds."""
    over = threading.Event()
    ended: list[str] = []

    def run(query: str) -> None:
        while not over.is_set():
            begun = time.monotonic()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/sparql?timeout=2&query={quote(query)}").read()
                status = 200
            except urllib.error.HTTPError as answer:
                status = answer.code
            ended.append(f"{status} after {time.monotonic() - begun:.1f} s")

    alone = drive(server, quick, 20, 6)
    threads = [threading.Thread(target=run, args=(query,)) for query in _ENDLESS.values()]
    for thread in threads:
        thread.start()
    beside = drive(server, quick, 20, 6, offset=_UNLIKE // 2)
    over.set()
    for thread in threads:
        thread.join()
    print("\n20 clients looking up keys: requests/s, p50, p99 (ms)")
    for name, outcome in (("alone", alone), ("beside three runaways", beside)):
        print(f"  {name:22} {outcome.per_second:>9} {outcome.p50:>9} {outcome.p99:>9} {outcome.wrong or ''}")
    print(f"  the runaways: {'; '.join(ended)}")


def minute(server: Server, lookups: Lookups, work: Path) -> None:
    """Fifty clients, lookups of all kinds, half of them repeated, every twentieth request a question; memory sampled."""
    queries = [query for kind in lookups.values() for query in kind] * 8
    random.Random(7).shuffle(queries)
    mixed = [server.request(f"{query} # {at % 2 and at}") for at, query in enumerate(queries)]
    questions = _questions(server)
    mixed[::20] = [questions[at % len(questions)] for at in range(len(mixed[::20]))]
    save_requests(work / "mixed", mixed)
    held = [server.held()]
    over = threading.Event()

    def sample() -> None:
        while not over.wait(5):
            held.append(server.held())

    sampler = threading.Thread(target=sample)
    sampler.start()
    outcome = drive(server, work / "mixed", 50, 60)
    over.set()
    sampler.join()
    print(f"\n50 clients for a minute: {outcome.answered} answers, {outcome.per_second}/s, p50 {outcome.p50}, p99 {outcome.p99}, "
          f"longest {outcome.longest} ms; wrong: {outcome.wrong or 'none'}")  # fmt: skip
    print("  MiB held, every 5 s: " + " ".join(f"{size:.0f}" for size in held))


def drive(server: Server, file: Path, clients: int, seconds: float, once: bool = False, offset: int = 0) -> Outcome:
    before = server.spent()
    command = [sys.executable, str(_GENERATOR), "127.0.0.1", str(server.port), str(file), "--offset", str(offset)]
    command += ["--clients", str(clients), "--seconds", str(seconds), *(["--once"] if once else [])]
    outcome = Outcome(**json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    outcome.server_ms = round((server.spent() - before) * 1000 / max(1, outcome.answered), 3)
    return outcome


@contextlib.contextmanager
def started(command: Sequence[str], port: int, path: str) -> Iterator[Server]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    server = Server(port, path, process)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}?query={quote('ASK {}')}", timeout=5):
                    break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mbkg(kg: Path) -> contextlib.AbstractContextManager[Server]:
    port = free_port()
    return started([sys.executable, "-m", "mbkg.cli", "serve", "--kg", str(kg), "--port", str(port)], port, "/sparql")


def oxigraph(graph: Path, where: Path) -> contextlib.AbstractContextManager[Server]:
    found = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found, "pip install oxigraph"
    subprocess.run([found, "load", "-l", str(where), "-f", str(graph)], check=True, capture_output=True)
    port = free_port()
    command = [found, "serve-read-only", "-l", str(where), "-b", f"127.0.0.1:{port}", "--union-default-graph"]
    return started(command, port, "/query")


def rdflib(python: str, graph: Path) -> contextlib.AbstractContextManager[Server]:
    port = free_port()
    command = [python, "-m", "rdflib_endpoint", "serve", "--host", "127.0.0.1", "--port", str(port), str(graph)]
    return started(command, port, "/")


if __name__ == "__main__":
    main()

"""The processes of a server: they stop together, are replaced when they end, and no job outlives its limit or its client.

Told apart from outside: every process of a server is in its session, and named for what it is.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import Running, Start
from pyoxigraph import Literal, NamedNode, Quad, Store

from mbkg.graph.generations import KgDirectory

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes through /proc")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
RUNAWAYS = {
    "cross product": ENDLESS,
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)+ ?b . ?b (!<urn:x>|^(!<urn:x>))* ?c }",
    "regular expression": 'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER regex(concat(str(?c), str(?f)), "(a|b|ab)*(c|d|cd)*zzzz$", "i") }',
    "ordering": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a }",
    "optional": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f FILTER (strlen(str(?c)) > strlen(str(?f)) + 9999) } }",
}
QUICK = "SELECT ?c { <urn:s:7> <urn:p:0> ?c }"


def get(url: str, path: str, timeout: float = 30) -> tuple[int, bytes]:
    """Status and body of an answer."""
    parts = urllib.parse.urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)) as client:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read()


def sparql(query: str) -> str:
    return "/sparql?" + urllib.parse.urlencode({"query": query})


_count = iter(range(10**9))


def quick() -> str:
    """A lookup that was never asked before, so that no kept answer stands in for an evaluator's."""
    return sparql(f"{QUICK} # {next(_count)}")


def processes(running: Running, name: str = "") -> list[int]:
    """The living processes of a server, or those of one kind: front, keeper, evaluator."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                head, _, tail = (entry / "stat").read_text().rpartition(")")
                state, _, _, session = tail.split()[:4]
                if int(session) == running.process.pid and state not in "ZX" and (not name or f"mbkg-{name}" in head):
                    found.append(int(entry.name))
    return found


def eventually(true: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError, StopIteration, http.client.HTTPException):
            if true():
                return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def constantly(url: str, clients: int = 2) -> Iterator[list[tuple[int, bytes]]]:
    """Lookups one after the other while the block runs; the list holds every answer, status 0 for none."""
    answers: list[tuple[int, bytes]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                answers.append(get(url, quick()))
            except (OSError, http.client.HTTPException) as failure:
                answers.append((0, repr(failure).encode()))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def failures(answers: list[tuple[int, bytes]]) -> list[tuple[int, str]]:
    return [(status, body.decode()) for status, body in answers if status != 200]


def log_of(running: Running) -> str:
    return running.log.read_text(encoding="utf-8")


def publish(kg: str, mark: str) -> None:
    """A newer generation of the graph that says `mark`: enough triples that a product of them has no end."""
    directory = KgDirectory(Path(kg))
    folder = directory.new_generation(copy_current=True)
    store = Store(str(folder / "store"))
    for number in range(6000):
        subject, predicate = NamedNode(f"urn:s:{number // 3}"), NamedNode(f"urn:p:{number % 3}")
        store.add(Quad(subject, predicate, NamedNode(f"urn:s:{number * 7 % 2000}"), NamedNode("urn:graph")))
    store.add(Quad(NamedNode("urn:mark"), NamedNode("urn:is"), Literal(mark), NamedNode("urn:graph")))
    store.flush()
    del store
    directory.publish(folder)


def jobs_running(url: str) -> int:
    return int(json.loads(get(url, "/health")[1])["running"])


def leaves_nothing(running: Running) -> bool:
    assert not processes(running)
    assert "Traceback" not in log_of(running)
    return True


@pytest.fixture(scope="module")
def kg(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("processes") / "kg")
    publish(where, "0")
    return where


def test_ctrl_c_stops_everything_at_once(start_server: Start, kg: str, tmp_path: Path) -> None:
    """It reaches every process of the terminal; idle and half-open connections hold nothing up; no file stays."""
    with start_server(kg=kg, env={"TMPDIR": str(tmp_path)}) as running:
        address = urllib.parse.urlsplit(running.url)
        silent = socket.create_connection((address.hostname, address.port))
        half = socket.create_connection((address.hostname, address.port))
        with silent, half:
            half.sendall(b"GET /health HTTP/1.1\r\nHost: local")
            assert {name: len(processes(running, name)) for name in ("front", "keeper")} == {"front": 1, "keeper": 1}
            begun = time.monotonic()
            os.killpg(running.process.pid, signal.SIGINT)
            assert running.process.wait(15) == 0
            assert time.monotonic() - begun < 8
        assert leaves_nothing(running)
        assert not list(tmp_path.iterdir())
        with pytest.raises(OSError):  # noqa: PT011 refused
            get(running.url, "/health")


def test_finishes_what_is_under_way_when_it_stops(start_server: Start, kg: str) -> None:
    """A request under way is answered, even where the answer is that it took too long."""
    with start_server("--timeout", "2", kg=kg) as running, ThreadPoolExecutor() as threads:
        slow = threads.submit(get, running.url, sparql(ENDLESS))
        assert eventually(lambda: jobs_running(running.url) == 1)
        running.process.send_signal(signal.SIGTERM)
        status, body = slow.result(20)
        assert status == 503
        assert "时限" in body.decode()
        assert running.process.wait(15) == 0
        assert leaves_nothing(running)


def test_no_job_outlives_its_client_or_the_supervisor(start_server: Start, kg: str) -> None:
    """Nobody can interrupt the query, so its process ends; long before the limit of thirty seconds."""
    with start_server(kg=kg) as running:
        address = urllib.parse.urlsplit(running.url)
        query = urllib.parse.urlencode({"query": ENDLESS}).encode()
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(query)
        for head in (b"GET /sparql?%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % query,
                     b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n%s%s" % (form, query)):  # fmt: skip
            with socket.create_connection((address.hostname, address.port)) as client:
                client.sendall(head)
                assert eventually(lambda: jobs_running(running.url) == 1)
            assert eventually(lambda: jobs_running(running.url) == 0)
        with ThreadPoolExecutor() as threads:
            lost = threads.submit(get, running.url, sparql(ENDLESS))
            assert eventually(lambda: jobs_running(running.url) == 1)
            running.process.kill()
            running.process.wait()
            assert eventually(lambda: not processes(running))
            with contextlib.suppress(OSError, http.client.HTTPException):
                lost.result()
        assert leaves_nothing(running)


@pytest.fixture(scope="module")
def shared(start_server: Start, kg: str) -> Iterator[Running]:
    with start_server("--timeout", "2", "--memory", "256", kg=kg) as running:
        yield running


def test_evaluators_that_were_killed_are_replaced(shared: Running) -> None:
    """Nobody notices."""
    with constantly(shared.url) as answers:
        for _ in range(4):
            for pid in processes(shared, "evaluator"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            seen = len(answers)
            assert eventually(lambda seen=seen: len(answers) > seen + 20)
    assert failures(answers) == []


def test_a_keeper_that_was_killed_is_replaced(shared: Running) -> None:
    """The evaluators that it forked go on; new ones come from the next keeper."""
    (before,) = processes(shared, "keeper")
    with constantly(shared.url) as answers:
        os.kill(before, signal.SIGKILL)
        assert eventually(lambda: "已重新载入" in log_of(shared), 60)
        for pid in processes(shared, "evaluator"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        seen = len(answers)
        assert eventually(lambda: len(answers) > seen + 20)
    assert failures(answers) == []


def test_a_front_that_was_killed_is_replaced(shared: Running) -> None:
    """Its connections are lost, the address is not; what ran for it ends."""
    (before,) = processes(shared, "front")
    with ThreadPoolExecutor() as threads:
        lost = threads.submit(get, shared.url, sparql(ENDLESS))
        assert eventually(lambda: jobs_running(shared.url) == 1)
        old = processes(shared, "evaluator")
        os.kill(before, signal.SIGKILL)
        assert get(shared.url, quick(), timeout=60)[0] == 200
        assert eventually(lambda: not set(old) & set(processes(shared)))
        with pytest.raises((OSError, http.client.HTTPException)):
            lost.result()


def test_runaways_are_stopped_while_others_are_served(shared: Running) -> None:
    """Each ends at its limit, its process with it; lookups by others are answered meanwhile."""
    with ThreadPoolExecutor() as threads, constantly(shared.url, 4) as answers:
        stuck = {kind: threads.submit(get, shared.url, sparql(query)) for kind, query in RUNAWAYS.items()}
        for kind, future in stuck.items():
            status, body = future.result(30)
            assert status == 503, kind
            assert "时限" in body.decode() or "内存" in body.decode(), kind
    assert len(answers) > 20
    assert failures(answers) == []
    assert eventually(lambda: len(processes(shared, "evaluator")) <= 8)


def test_a_query_out_of_memory_ends_alone(shared: Running) -> None:
    """It gets so much more than the graph takes; the others go on."""
    everything = "SELECT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(concat(str(?a), str(?d), str(?c), str(?f)))"
    with constantly(shared.url) as answers:
        status, body = get(shared.url, sparql(everything))
    assert status == 503
    assert "内存" in body.decode() or "时限" in body.decode()
    assert failures(answers) == []


def test_slow_queries_leave_room_for_quick_ones(shared: Running) -> None:
    """More runaways than there are places: a lookup is answered all the same."""
    with ThreadPoolExecutor(20) as threads, constantly(shared.url) as answers:
        stuck = [threads.submit(get, shared.url, sparql(ENDLESS)) for _ in range(20)]
        bodies = [future.result(60) for future in stuck]
    assert {status for status, _ in bodies} == {503}
    assert failures(answers) == []
    assert any("时限" in body.decode() for _, body in bodies)


def test_moves_to_newer_graphs_without_dropping_a_request(start_server: Start, tmp_path: Path) -> None:
    """Answers turn from old to new, once, and all are answers; a generation that cannot be read is passed over, and said to be."""
    kg = str(tmp_path / "kg")
    publish(kg, "0")
    marks = "SELECT ?m { <urn:mark> <urn:is> ?m } ORDER BY DESC(?m) LIMIT 1"
    with start_server(kg=kg) as running:

        def mark() -> bytes:
            status, body = get(running.url, f"{sparql(marks)}&format=csv")
            assert status == 200
            return body.split()[-1]

        with constantly(running.url) as answers:
            for name in ("1", "2"):
                publish(kg, name)
                assert eventually(lambda name=name: mark() == name.encode(), 60)
            broken = KgDirectory(Path(kg)).new_generation(copy_current=False)
            (broken / "store").mkdir()
            (broken / "store" / "CURRENT").write_text("no database")
            good = KgDirectory(Path(kg)).current()
            assert good is not None
            (Path(kg) / "CURRENT").write_text(broken.name)
            assert eventually(lambda: "没有换上" in log_of(running), 60)
            assert mark() == b"2"
            (Path(kg) / "CURRENT").write_text(good.name)
            publish(kg, "3")
            assert eventually(lambda: mark() == b"3", 60)
        assert failures(answers) == []
        told = log_of(running)
        assert told.count("没有换上") == 1
        assert told.count("已换上") == 3
        assert eventually(lambda: len(processes(running, "keeper")) == 1)
        running.process.send_signal(signal.SIGHUP)
        assert running.process.wait(15) == 0
        assert leaves_nothing(running)

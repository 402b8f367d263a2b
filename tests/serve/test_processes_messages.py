"""Messages between front and evaluators, and answers given at the door."""

from __future__ import annotations

import http.client
import itertools
import os
import urllib.parse

import pytest
from conftest import Running

from mbkg.serve.door import Door, _is_plain
from mbkg.serve.settings import Settings
from mbkg.serve.wire import Incoming, packed


@pytest.mark.parametrize("size", [1, 3, 12, 13, 50, 10**6])
def test_messages_are_whole_however_they_arrive(size: int) -> None:
    """Two messages after one another, in pieces of any size, even inside a character."""
    sent = [({"question": "招远市2025年\ud800收入"}, os.urandom(300)), ({"empty": None}, b"")]
    incoming = Incoming()
    found = []
    for head, body in sent:
        data = packed(head, body)
        for at in range(0, len(data), size):
            message = incoming.feed(data[at : at + size])
            if message is not None:
                found.append(message)
    assert found == sent


@pytest.mark.parametrize(
    ("request_bytes", "plain"),
    [
        (b"GET /sparql HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"GET /sparql HTTP/1.1\r\nConnection: keep-alive\r\nHost: a\r\n\r\n", True),
        (b"GET /sparql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", False),
        (b"GET /sparql HTTP/1.0\r\nHost: a\r\n\r\n", False),
        (b"GET /sparql HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\n\r\n", False),  # two requests
        (b"GET /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n", False),  # a body follows
        (b"GET /sparql HTTP/1.1\r\nHost: a\r\n", False),  # half a request
        (b"POST /sparql HTTP/1.1\r\nHost: a\r\n\r\n", False),
        (b"HEAD /sparql HTTP/1.1\r\nHost: a\r\n\r\n", False),
    ],
)
def test_only_a_whole_get_is_known_again(request_bytes: bytes, plain: bool) -> None:
    assert _is_plain(request_bytes) is plain


class _Pool:
    generation = "000001"


def test_the_door_forgets_with_the_graph_and_in_time() -> None:
    """An answer is good for the graph it came from; the ones not asked for longest go first."""
    pool = _Pool()
    door = Door(Settings(cache_bytes=20_000, log=False), pool)  # type: ignore[arg-type]
    scope = {"method": "GET", "path": "/", "query_string": b"", "state": {"generation": "000001"}}
    for number in range(12):
        door.keep(b"request %d" % number, scope, [(b"content-length", b"500")], b"x" * 500)
        assert door.answer(b"request 0", None) == b"content-length: 500\r\n\r\n" + b"x" * 500
    assert door.answer(b"request 1", None) is None
    assert door.answer(b"request 11", None) is not None
    pool.generation = "000002"
    assert door.answer(b"request 11", None) is None
    door.keep(b"late", scope, [], b"an answer of the old graph")
    assert door.answer(b"late", None) is None


def test_the_door_is_shut_where_every_request_is_counted() -> None:
    door = Door(Settings(requests_per_minute=10, log=False), _Pool())  # type: ignore[arg-type]
    scope = {"method": "GET", "path": "/", "query_string": b"", "state": {"generation": "000001"}}
    door.keep(b"request", scope, [], b"x")
    assert door.answer(b"request", None) is None


def test_the_same_request_gets_the_same_answer(server: Running) -> None:
    """From the evaluator, from what was kept, from the door: nothing tells them apart, and each is in the log."""
    address = urllib.parse.urlsplit(server.url)
    client = http.client.HTTPConnection(address.hostname or "", address.port)
    mark = "same-request-same-answer"
    target = "/sparql?" + urllib.parse.urlencode({"query": f"SELECT * {{ ?a ?b ?c }} LIMIT 3 # {mark}"})
    answers = []
    for _ in range(5):
        client.request("GET", target, headers={"Accept": "text/csv"})
        answer = client.getresponse()
        headers = sorted((name, value) for name, value in answer.getheaders() if name != "date")
        answers.append((answer.status, headers, answer.read()))
    client.close()
    assert all(one == other for one, other in itertools.pairwise(answers))
    assert server.log.read_text(encoding="utf-8").count(mark) == 5

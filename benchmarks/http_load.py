"""A load generator: clients that each keep one connection and send the next request when the last is answered.

    python benchmarks/http_load.py HOST PORT REQUESTS_FILE --clients 8 --seconds 10

REQUESTS_FILE holds whole HTTP requests, each after its length on a line of its own; the clients take them in turn, and begin again at
the end unless `--once`. Prints one line of JSON: requests per second, p50/p99/longest in ms, what went wrong, and how busy this process was
(1 is a whole core: near that, it is the generator that is measured). `--check` measures a server that only says "ok", the ceiling of what
this can see.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import itertools
import json
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Outcome:
    """What one run of the clients saw."""

    per_second: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    answered: int = 0
    bytes_per_answer: int = 0
    generator_busy: float = 0.0
    server_ms: float = 0.0
    """Processor time of the server for one answer, filled in by who knows the server."""
    wrong: dict[str, int] = field(default_factory=dict)


class _Client(asyncio.Protocol):
    """One connection: the next request goes out as soon as the last answer is whole."""

    def __init__(self, requests: Iterator[bytes], record: Callable[[float, int, str], bool]) -> None:
        self._requests, self._record = requests, record
        self._buffer = b""
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = next(self._requests, b"")
        if not request:
            self._buffer = b"done"
            self._transport.close()
            return
        self._buffer = b""
        self._since = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if _whole(self._buffer):
            status = self._buffer[9:12]
            wrong = "" if status == b"200" else f"status {status.decode()}"
            if self._record(time.perf_counter() - self._since, len(self._buffer), wrong):
                self._send()
            else:
                self._buffer = b"done"
                self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._buffer != b"done":
            self._record(time.perf_counter() - self._since, 0, f"closed: {error or 'by the server'}")
        if not self.closed.done():
            self.closed.set_result(None)


def _whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    head = head.lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        return len(body) >= int(head[at + 17 :].split(b"\r\n", 1)[0])
    return body.endswith(b"0\r\n\r\n")  # in chunks


async def _drive(host: str, port: int, requests: Iterator[bytes], clients: int, seconds: float) -> Outcome:
    times: list[float] = []
    wrong: collections.Counter[str] = collections.Counter()
    size = 0
    begun = time.perf_counter()
    busy = time.process_time()
    until = begun + seconds

    def record(took: float, length: int, problem: str) -> bool:
        nonlocal size
        if problem:
            wrong[problem] += 1
        else:
            times.append(took)
            size += length
        return time.perf_counter() < until

    loop = asyncio.get_running_loop()
    lost = []
    for _ in range(clients):
        _, client = await loop.create_connection(lambda: _Client(requests, record), host, port)
        lost.append(client.closed)
    await asyncio.gather(*lost)
    took = time.perf_counter() - begun
    times.sort()
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 2) if times else 0.0  # noqa: E731
    return Outcome(
        round(len(times) / took, 1), at(0.5), at(0.99), at(1.0), len(times), size // max(1, len(times)),
        round((time.process_time() - busy) / took, 2), wrong=dict(wrong),
    )  # fmt: skip


def drive(host: str, port: int, requests: Sequence[bytes], clients: int, seconds: float, once: bool = False) -> Outcome:
    """Run the clients in this process; on uvloop where it is installed."""
    running = _drive(host, port, iter(requests) if once else itertools.cycle(requests), clients, seconds)
    try:
        import uvloop
    except ImportError:
        return asyncio.run(running)
    return uvloop.run(running)


def load_requests(file: Path) -> list[bytes]:
    data = file.read_bytes()
    requests, at = [], 0
    while at < len(data):
        line = data.index(b"\n", at)
        size = int(data[at:line])
        requests.append(data[line + 1 : line + 1 + size])
        at = line + 1 + size
    return requests


def save_requests(file: Path, requests: Sequence[bytes]) -> None:
    file.write_bytes(b"".join(b"%d\n" % len(request) + request for request in requests))


class _Trivial(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")


def _serve_trivially(listener: socket.socket) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Trivial, sock=listener)
        await server.serve_forever()

    try:
        import uvloop
    except ImportError:
        asyncio.run(serve())
    else:
        uvloop.run(serve())


def ceiling(clients: int, seconds: float) -> Outcome:
    """What this generator measures on a server that does nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.get_context("fork").Process(target=_serve_trivially, args=(listener,), daemon=True)
    server.start()
    host, port = listener.getsockname()
    listener.close()
    try:
        return drive(host, port, [b"GET / HTTP/1.1\r\nhost: t\r\n\r\n"], clients, seconds)
    finally:
        server.terminate()
        server.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("host", nargs="?", default="127.0.0.1")
    parser.add_argument("port", nargs="?", type=int, default=8000)
    parser.add_argument("requests", nargs="?", type=Path)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.check:
        outcome = ceiling(options.clients, options.seconds)
    else:
        requests = load_requests(options.requests)
        requests = requests[options.offset :] + requests[: options.offset]
        outcome = drive(options.host, options.port, requests, options.clients, options.seconds, options.once)
    json.dump(asdict(outcome), sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()

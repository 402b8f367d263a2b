"""One evaluator for one client (`mbkg mcp` over stdio): a process of its own that is ended and replaced when a job takes too long.

Run as a program, this module is that process: it opens the graph on disk and answers jobs on the socket whose number it is given.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from mbkg.serve.pool import Died, JobFailed, TimedOut
from mbkg.serve.wire import Closed, packed, receive, receive_async

_GRACE = 5.0


class Alone:
    """Runs jobs one after the other over the newest generation of the graph."""

    def __init__(self, kg: str) -> None:
        self._kg = kg
        self._turn = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._generation = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self, job: str, arguments: dict[str, Any], seconds: float) -> bytes:
        """What a job replies.

        Raises:
            TimedOut, Died, JobFailed: as `Pool.run`.
        """
        async with self._turn:
            reader, writer = await self._ready()
            whole = False
            try:
                writer.write(packed({"job": job, "arguments": arguments, "seconds": seconds}))
                head, data = await asyncio.wait_for(receive_async(reader), seconds)
                whole = True
            except TimeoutError:
                raise TimedOut(seconds) from None
            except Closed as error:
                raise Died("计算进程意外结束") from error
            finally:
                if not whole:
                    self.close()
        if not head.get("ok"):
            raise JobFailed(head.get("error", ""), head.get("message", ""))
        return data

    async def _ready(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        newest = _generation(self._kg)
        if self._streams is not None and newest == self._generation and self._process and self._process.poll() is None:
            return self._streams
        self.close()
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "mbkg.serve.alone", str(theirs.fileno()), self._kg]
        with theirs:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sys.stderr, pass_fds=[theirs.fileno()], start_new_session=True
            )
        self._generation = newest
        self._streams = await asyncio.open_connection(sock=ours, limit=1 << 22)
        return self._streams

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._streams is not None:
            self._streams[1].close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._streams = None


def _generation(kg: str) -> str:
    from mbkg.graph.generations import KgDirectory
    from mbkg.graph.store import is_url

    current = None if is_url(kg) else KgDirectory(Path(kg)).current()
    return current.name if current else ""


def _evaluate(connection: socket.socket, kg: str) -> None:
    """Answer jobs until the other side is gone, which ends a job under way, too."""
    from mbkg.graph.store import open_graph
    from mbkg.serve.evaluating import run_job
    from mbkg.serve.jobs import Graph, load_jobs

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs, graph = load_jobs(), Graph(open_graph(kg), kg, _generation(kg))
    while True:
        try:
            head, body = receive(connection)
        except (Closed, OSError):
            os._exit(0)
        connection.sendall(packed(*run_job(jobs, graph, head, body)))


if __name__ == "__main__":
    _evaluate(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])

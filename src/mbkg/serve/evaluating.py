"""An evaluator: runs one job at a time for one connection, within its limits, and ends with the connection.

Nothing in here can interrupt Oxigraph, so the kernel does: while a job runs, the hang-up of its connection raises SIGIO, its limit
raises SIGALRM, and neither is caught. The front's own SIGKILL at the limit normally comes first; these hold when there is no front.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from mbkg.errors import MbkgError
from mbkg.serve.jobs import Graph, Job
from mbkg.serve.processes import named
from mbkg.serve.settings import Settings
from mbkg.serve.wire import Closed, packed, receive

_WORDS_OF_FAULTS = 300
_GRACE = 2.0
"""Seconds after its limit when a job ends even if nobody ended it."""


def evaluate(connection: socket.socket, graph: Callable[[], Graph], jobs: dict[str, Job], settings: Settings) -> None:
    """Run jobs until the connection closes, then end the process."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        named("mbkg-evaluator")
        os.setpgid(0, 0)  # a job's own processes end with it
        fcntl.fcntl(connection, fcntl.F_SETOWN, -os.getpid())
        _limit_memory(settings.memory)
        opened = graph()
        connection.sendall(
            packed({"ok": True, "pid": os.getpid(), "generation": opened.generation, "spent": time.process_time()})
        )
        while True:
            head, body = receive(connection)
            with _while_wanted(connection, head["seconds"] + _GRACE):
                reply, data = run_job(jobs, opened, head, body)
                message = packed({**reply, "spent": time.process_time()}, data)
            connection.sendall(message)
            del head, body, reply, data, message
    except (Closed, OSError):
        pass
    except MbkgError as error:  # the graph cannot be opened
        with contextlib.suppress(OSError):
            connection.sendall(packed({"ok": False, "error": type(error).__name__, "message": str(error)}))
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


@contextlib.contextmanager
def _while_wanted(connection: socket.socket, seconds: float) -> Iterator[None]:
    """End this process when the other side hangs up, or after `seconds`.

    Raises:
        Closed: it has hung up before.
    """
    flags = fcntl.fcntl(connection, fcntl.F_GETFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    fcntl.fcntl(connection, fcntl.F_SETFL, flags | os.O_ASYNC)
    try:
        looking = select.poll()
        looking.register(connection, 0)
        if looking.poll(0):
            raise Closed
        yield
    finally:
        fcntl.fcntl(connection, fcntl.F_SETFL, flags)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit_memory(more: int) -> None:
    """Let this process take `more` bytes beyond what it holds now; the engine ends itself when it gets none."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as stream:
        held = int(stream.read().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (held + more, held + more))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_job(jobs: dict[str, Job], graph: Graph, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """The reply of a job, or what went wrong in its place."""
    try:
        reply, data = jobs[head["job"]](graph, body=body, **head.get("arguments", {}))
        return {"ok": True, "generation": graph.generation, **reply}, data
    except MbkgError as error:
        return {"ok": False, "error": type(error).__name__, "message": str(error)}, b""
    except MemoryError:
        return {"ok": False, "error": "MemoryError", "message": "所需内存超过上限"}, b""
    except Exception as error:  # a fault of ours: the evaluator lives on, the log has the place
        traceback.print_exc()
        words = " ".join(str(error).split())[:_WORDS_OF_FAULTS]
        return {"ok": False, "error": "fault", "message": f"{type(error).__name__}：{words}"}, b""

"""The keeper of one generation: it holds the graph and forks an evaluator for whoever sends it a connection.

It has no threads and opens no database of its own (the graph on disk is read by a process that ends), so a fork of it is whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import io
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pyoxigraph import RdfFormat, Store

from mbkg.errors import GraphMissing, MbkgError
from mbkg.graph.generations import KgDirectory
from mbkg.graph.store import OxigraphStore, is_url, open_graph
from mbkg.serve.evaluating import evaluate
from mbkg.serve.jobs import Graph, load_jobs
from mbkg.serve.settings import Settings
from mbkg.serve.turning import wanted

REMOTE = "remote"
"""The only generation of a graph behind a URL."""
_READ_AT_ONCE = 1 << 20
_ATTEMPTS = 20
_END = b"# whole\n"


def keep(settings: Settings, channel: socket.socket, ready: int) -> None:
    """Load the graph, tell `ready` which generation it is or why there is none, and fork evaluators while anybody can ask for one."""
    for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):  # children that ended need nobody to wait for them
        signal.signal(ignored, signal.SIG_IGN)
    with contextlib.ExitStack() as held:
        try:
            jobs = load_jobs()
            if is_url(settings.kg):
                graph, folder = None, None
            elif settings.in_memory:
                graph, folder = _load(settings), None
                _warm(graph)
            else:
                graph, folder = None, held.enter_context(_pinned(settings))
        except MbkgError as error:
            _say(ready, f"!{error}")
            return
        except Exception as error:
            traceback.print_exc()
            _say(ready, f"!{type(error).__name__}：{' '.join(str(error).split())}")
            return
        _say(ready, graph.generation if graph else folder.name if folder else REMOTE)
        gc.collect()
        gc.freeze()  # the collector never looks at what is here now, so its pages stay shared
        while (connection := wanted(channel)) is not None:
            if os.fork() == 0:
                channel.close()
                evaluate(connection, lambda: graph or _opened(settings, folder), jobs, settings)
            connection.close()
        with contextlib.suppress(ChildProcessError):
            os.wait()  # until the last evaluator is done, for SIGCHLD is ignored


def _say(ready: int, words: str) -> None:
    with contextlib.suppress(OSError):
        os.write(ready, words.encode()[:4000])
    os.close(ready)


def _load(settings: Settings) -> Graph:
    """The newest generation in memory.

    Raises:
        GraphMissing: it cannot be read.
    """
    with _pinned(settings) as folder:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _dump(folder, writing)
        os.close(writing)
        store = Store()
        with os.fdopen(reading, "rb", buffering=_READ_AT_ONCE) as stream:
            dump = _Watched(stream)
            with contextlib.suppress(SyntaxError, ValueError):  # half a line, where the reading process was ended
                store.bulk_load(cast(BinaryIO, dump), RdfFormat.N_QUADS)
    if not dump.whole:
        raise GraphMissing(settings.kg, f"第 {folder.name} 版无法读出")
    return Graph(OxigraphStore(store, settings.kg), settings.kg, folder.name)


class _Watched(io.RawIOBase):
    """A dump as it is read, which knows at the end whether it was whole: an empty graph has one, a broken one has none."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._last = stream, b""

    @property
    def whole(self) -> bool:
        return self._last.endswith(_END)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._last = (self._last + data)[-len(_END) :]
        return data


def _dump(folder: Path, writing: int) -> None:
    """Write a generation as N-Quads, and end: an open database has threads, which no fork survives."""
    status = 1
    try:
        with os.fdopen(writing, "wb", buffering=_READ_AT_ONCE) as stream:
            try:
                Store.read_only(str(folder / "store")).dump(stream, RdfFormat.N_QUADS)
                stream.write(_END)
                status = 0
            except BrokenPipeError:
                raise  # the reader is gone
            except (OSError, ValueError) as error:
                print(f"{folder}：{' '.join(str(error).split())}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


@contextlib.contextmanager
def _pinned(settings: Settings) -> Iterator[Path]:
    """The newest generation's folder, which no build removes meanwhile.

    Raises:
        GraphMissing: there is none.
    """
    directory = KgDirectory(Path(settings.kg))
    for _ in range(_ATTEMPTS):
        folder = directory.current()
        if folder is None:
            break
        try:
            lease = os.open(folder / "lease", os.O_RDONLY)
        except FileNotFoundError:  # a build has just removed it: there is a newer one
            continue
        try:
            fcntl.flock(lease, fcntl.LOCK_SH)
            if (folder / "store").is_dir():
                yield folder
                return
        finally:
            os.close(lease)
    raise GraphMissing(settings.kg, "这里还没有知识图谱")


def _opened(settings: Settings, folder: Path | None) -> Graph:
    if folder is None:
        return Graph(open_graph(settings.kg), settings.kg, REMOTE)
    return Graph(OxigraphStore(Store.read_only(str(folder / "store")), settings.kg), settings.kg, folder.name)


def _warm(graph: Graph) -> None:
    """Prepare what every evaluator would otherwise prepare for itself; a failure is left to whoever asks for the same."""
    from mbkg.serve.jobs.asking import warm

    try:
        warm(graph)
    except Exception:
        traceback.print_exc()

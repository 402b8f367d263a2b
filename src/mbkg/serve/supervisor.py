"""One command that starts everything, moves to a newer graph when one is built, and stops cleanly.

What it starts ends without it, too: the front when its socket to the supervisor closes, evaluators with their connections to the front,
a keeper when nobody is left who could ask it for one. Nothing of a server stands on disk.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from mbkg.errors import BadInput, GraphMissing
from mbkg.graph.generations import KgDirectory
from mbkg.graph.store import is_url
from mbkg.serve.processes import Signals, end, ended, forked
from mbkg.serve.settings import Settings
from mbkg.serve.turning import tell

_LOOK_EVERY = 0.5
_FINISH_WITHIN = 12.0
"""Seconds that the front has to finish what it is doing."""
_AGAIN_AFTER = 30.0
"""Seconds after which a generation that could not be loaded is tried again."""
_DEATHS = 5
_DEATHS_WITHIN = 60.0


@dataclass(slots=True)
class _Keeper:
    pid: int
    channel: socket.socket
    ready: int
    """Says the generation's name once it is loaded, or `!` and why not; -1 when that was read."""
    meant: str
    """The generation that was the newest when it was started."""
    said: bytes = b""
    generation: str = ""


@dataclass(slots=True)
class _Deaths:
    """How often a process ended that should not have; too often is no accident."""

    times: deque[float] = field(default_factory=deque)

    def too_many(self) -> bool:
        now = time.monotonic()
        self.times.append(now)
        while now - self.times[0] > _DEATHS_WITHIN:
            self.times.popleft()
        return len(self.times) > _DEATHS


class Supervisor:
    """The processes of one server. `run` returns when it was told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Take the address; `port` is the one that was taken.

        Raises:
            BadInput: the address is taken, or this system has no processes to fork.
        """
        self.settings = settings
        self._listener = _bound(settings)
        self.port: int = self._listener.getsockname()[1]
        self._keeper: _Keeper | None = None
        self._next: _Keeper | None = None
        self._refused = ("", 0.0)
        self._front = 0
        self._control: socket.socket | None = None
        self._deaths = _Deaths()

    def run(self) -> int:
        """Serve until Ctrl-C, SIGTERM or SIGHUP; the exit code is 0 for a clean stop.

        Raises:
            GraphMissing: there is no graph to serve.
        """
        signals = Signals()
        try:
            self._start_front()
            self._load(self._newest())
            while not signals.stops:
                loading = [self._next.ready] if self._next else []
                if signals.wait(_LOOK_EVERY, loading):
                    self._listen()
                for pid in ended():
                    if not self._buried(pid, bool(signals.stops)):
                        return 1
                if not signals.stops:
                    self._look()
            return 0
        finally:
            self._end(signals)
            signals.close()

    def _newest(self) -> str:
        if is_url(self.settings.kg):
            return "remote"
        folder = KgDirectory(Path(self.settings.kg)).current()
        return folder.name if folder else ""

    def _start_front(self) -> None:
        def child() -> None:
            from mbkg.serve.front import serve_front

            serve_front(self.settings, self._listener, theirs)

        ours, theirs = socket.socketpair()
        held = [keeper.channel for keeper in (self._keeper, self._next) if keeper]
        held += [self._control] if self._control else []
        self._front = forked("mbkg-front", child, ours, *held)
        theirs.close()
        self._control = ours
        self._publish()

    def _load(self, meant: str) -> None:
        """Start a keeper of the newest generation; `_listen` hears what becomes of it."""

        def child() -> None:
            from mbkg.serve.keeper import keep

            keep(self.settings, theirs, writing)

        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        held = [self._listener, ours, *([self._control] if self._control else [])]
        held += [self._keeper.channel] if self._keeper else []
        pid = forked("mbkg-keeper", child, reading, *held)
        theirs.close()
        os.close(writing)
        self._next = _Keeper(pid, ours, reading, meant)

    def _listen(self) -> None:
        """Hear what the keeper that is loading says: move to it, or stay with the old one and say why.

        Raises:
            GraphMissing: there is no old one.
        """
        keeper = self._next
        assert keeper is not None
        said = os.read(keeper.ready, 4096)
        keeper.said += said
        if said:
            return
        os.close(keeper.ready)
        self._next = None
        words = keeper.said.decode("utf-8", "replace")
        if words and not words.startswith("!"):
            old, keeper.generation = self._keeper, words
            self._keeper = keeper
            self._publish()
            if old is not None:
                old.channel.close()  # it ends when its last evaluator has
                again = old.generation == keeper.generation
                _say(f"{'已重新载入' if again else '已换上新的'}知识图谱（{_version(keeper.generation)}）")
            return
        keeper.channel.close()
        problem = words[1:] or "载入的进程意外结束，可能是内存不足"
        if self._keeper is None:
            raise GraphMissing(self.settings.kg, problem)
        if self._refused[0] != keeper.meant:
            _say(f"新的知识图谱没有换上，仍用{_version(self._keeper.generation)}：{problem}")
        self._refused = (keeper.meant, time.monotonic())

    def _publish(self) -> None:
        """Tell the front which keeper to turn to; one that is ending is told no more."""
        if self._keeper is not None and self._control is not None:
            with contextlib.suppress(OSError):
                tell(self._control, self._keeper.generation, self._keeper.channel)

    def _buried(self, pid: int, stopping: bool) -> bool:
        """Note that a process has ended, and start again what should not have; whether to go on."""
        front, keeper = pid == self._front, self._keeper is not None and pid == self._keeper.pid
        if front:
            self._front = 0
        elif keeper and self._keeper:
            self._keeper.pid = 0
        if stopping or not (front or keeper):
            return True
        if self._deaths.too_many():
            _say("服务进程反复意外结束，停止。")
            return False
        if front:
            _say("服务进程意外结束，重新启动。")
            if self._control is not None:
                self._control.close()
            self._control = None
            self._start_front()
        elif self._next is None:
            _say("持有知识图谱的进程意外结束，重新载入。")
            self._load(self._newest())
        return True

    def _look(self) -> None:
        """Start loading where there is a newer generation, or the keeper could not be replaced."""
        newest = self._newest()
        if self._next is not None or self._keeper is None or not newest:
            return
        if newest == self._keeper.generation and self._keeper.pid:
            return
        refused, when = self._refused
        if newest != refused or time.monotonic() - when > _AGAIN_AFTER:
            self._load(newest)

    def _end(self, signals: Signals) -> None:
        self._listener.close()
        if self._front:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._front, signal.SIGTERM)
            told, until = signals.stops, time.monotonic() + _FINISH_WITHIN
            while self._front and time.monotonic() < until and signals.stops <= told:
                signals.wait(0.05)
                for pid in ended():
                    self._buried(pid, stopping=True)
            end(self._front)
        if self._next is not None:
            end(self._next.pid)
        if self._keeper is not None:
            self._keeper.channel.close()
            end(self._keeper.pid, within=1.0)


def _version(generation: str) -> str:
    return f"第 {int(generation)} 版" if generation.isdigit() else generation


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _bound(settings: Settings) -> socket.socket:
    if not hasattr(os, "fork"):
        raise BadInput("mbkg serve 需要 Linux 或 macOS", "Windows 上请在 WSL 中运行")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise BadInput(
            f"{settings.host}:{settings.port} 不能使用（{error.strerror}）", "请用 --port 另选一个端口"
        ) from error
    listener.listen(1024)
    return listener

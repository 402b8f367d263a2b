"""Processes that the supervisor starts, and hears of when they end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from typing import NoReturn

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HEARD = (*STOPPING, signal.SIGCHLD)


class Signals:
    """What this process was told: to stop, or that a child ended. `wait` returns at once when there is news."""

    def __init__(self) -> None:
        self.stops = 0
        """How often it was told to stop."""
        self._reading, self._writing = os.pipe()
        for handle in (self._reading, self._writing):
            os.set_blocking(handle, False)
        self._before = {number: signal.signal(number, self._heard) for number in _HEARD}
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)

    def _heard(self, number: int, frame: object) -> None:
        self.stops += number in STOPPING

    def wait(self, seconds: float, others: Iterable[int] = ()) -> list[int]:
        """Sleep until a signal comes, one of the descriptors `others` can be read, or the time is over; the ones that can."""
        ready, _, _ = select.select([self._reading, *others], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while os.read(self._reading, 512):
                pass
        return [handle for handle in ready if handle != self._reading]

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reading)
        os.close(self._writing)


def named(name: str) -> None:
    """Give this process a name for `ps` and `top` where the system lets it, of 15 bytes at most."""
    with contextlib.suppress(OSError), open("/proc/self/comm", "w", encoding="ascii") as stream:
        stream.write(name)


def forked(name: str, child: Callable[[], None], *left_behind: socket.socket | int) -> int:
    """Run a function in a process of its own, without the handles `left_behind`; returns the process's number."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)  # so that none is heard by the parent's ears in the child
    try:
        pid = os.fork()
        if pid == 0:
            _in_child(name, child, left_behind)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _in_child(name: str, child: Callable[[], None], left_behind: Iterable[socket.socket | int]) -> NoReturn:
    status = 1
    try:
        named(name)
        signal.set_wakeup_fd(-1)
        for number in _HEARD:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        for handle in left_behind:
            if isinstance(handle, socket.socket):
                handle.close()
            else:
                os.close(handle)
        child()
        status = 0
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt | SystemExit):
            print(f"内部错误：{type(error).__name__}：{error}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def ended() -> list[int]:
    """The children that have ended since the last call."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            found.append(pid)
    return found


def end(pid: int, within: float = 0.0) -> bool:
    """Wait so many seconds for a child's end, then end it; whether it ended by itself. 0 is no child."""
    until = time.monotonic() + within
    while pid and not _waited(pid, os.WNOHANG):
        if time.monotonic() >= until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _waited(pid, 0)
            return False
        time.sleep(0.01)
    return True


def _waited(pid: int, how: int) -> bool:
    try:
        return os.waitpid(pid, how)[0] != 0
    except ChildProcessError:
        return True

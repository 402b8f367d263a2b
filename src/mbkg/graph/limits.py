"""How long one file may take: an alarm where the system has one.

The alarm reaches Python code only between two of its steps; a worker that hangs outside of Python is ended by `workers` instead.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

FILE_SECONDS = 300.0


class TookTooLong(BaseException):
    """The time for a file is over. No `Exception`, so that no reader takes it for a fault of the file and goes on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` in this block after so many seconds; no limit with 0, outside the main thread or without alarms."""
    if seconds <= 0 or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

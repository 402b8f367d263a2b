"""The front's side of one evaluator: a connection over which one job goes out and one reply comes back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mbkg.serve.wire import Incoming, Message

_NICE = 7
_TICKS = os.sysconf("SC_CLK_TCK")


class Busy(Exception):
    """Every evaluator that may run is running."""


class TimedOut(Exception):
    """A job was ended at its limit of `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"超过 {seconds:g} 秒")
        self.seconds = seconds


class Died(Exception):
    """An evaluator ended by itself: out of memory, or a fault of the engine."""


class Gone(Died):
    """The client left, so its job was ended; nobody will read an answer."""


@dataclass(slots=True)
class JobFailed(Exception):
    """The job gave an error instead of a reply: the name of its kind, and the sentence."""

    error: str
    message: str


class Evaluator(asyncio.Protocol):
    """Called `lost` when its process ended while it had nothing to do."""

    def __init__(self, lost: Callable[[Evaluator], None]) -> None:
        self.pid = 0
        self.generation = ""
        self.alive = True
        self.worn = False
        """Whether it is not to be used again: its job was long, so it may have grown, and it gives way to the others."""
        self.idle_since = 0.0
        self._spent_before = 0.0
        self._lost = lost
        self._incoming = Incoming()
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Message] | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        message = self._incoming.feed(data)
        if message is not None and self._reply is not None and not self._reply.done():
            self._spent_before = message[0].get("spent", 0.0)
            self._reply.set_result(message)

    def connection_lost(self, error: Exception | None) -> None:
        self.alive = False
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(Died("计算进程意外结束，可能是查询用尽了内存"))
        else:
            self._lost(self)

    async def greeting(self) -> None:
        """Wait until it is ready.

        Raises:
            Died: it ended before. JobFailed: it has no graph, for the reason given.
        """
        head, _ = await self.reply()
        if not head["ok"]:
            raise JobFailed(head["error"], head["message"])
        self.pid, self.generation, self._spent_before = head["pid"], head["generation"], head["spent"]

    def send(self, message: bytes) -> asyncio.Future[Message]:
        """Give it a job; its reply comes with the future, which may be failed from outside, too."""
        assert self._transport is not None
        reply = self.reply()
        if self.alive:
            self._transport.write(message)
        else:
            reply.set_exception(Died("计算进程意外结束"))
        return reply

    def reply(self) -> asyncio.Future[Message]:
        self._reply = asyncio.get_running_loop().create_future()
        return self._reply

    def spent(self, elapsed: float) -> float:
        """Seconds of processor time that its job has taken so far; the seconds `elapsed` where the system does not say."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="ascii") as stream:
                fields = stream.read().rpartition(")")[2].split()
        except OSError:
            return elapsed
        return (int(fields[11]) + int(fields[12])) / _TICKS - self._spent_before

    def give_way(self) -> None:
        """Let others have the processor first, from now on."""
        self.worn = True
        if self.alive:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PGRP, self.pid, _NICE)

    def end(self) -> None:
        """End the process at once, whatever it is doing."""
        if self.alive and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self.alive = False
        if self._transport is not None:
            self._transport.abort()

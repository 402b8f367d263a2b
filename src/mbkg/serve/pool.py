"""The evaluators of one front: who is free, who is busy, who must be ended, and who is next.

Jobs wait in line. One that waits longer than a moment has another evaluator started for it, up to a limit. A job that turns out to be slow
moves to one of the places for slow ones, so that there is always room for quick ones; where there is no such place, it may go on until
others have to wait for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from mbkg.serve.evaluator import Busy, Died, Evaluator, Gone, JobFailed, TimedOut
from mbkg.serve.settings import Settings
from mbkg.serve.turning import Ended, Turning
from mbkg.serve.wire import Message, packed

__all__ = ["Busy", "Died", "Gone", "JobFailed", "Pool", "TimedOut"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_PATIENCE = 0.02
"""Seconds that a job waits for an evaluator to come free before another is started."""
_FIRST_LOOK, _LOOK_EVERY = 0.05, 0.2
"""Seconds after which a job is looked after: how it does, and whether its client is still there."""
_COURTESY = 0.1
"""Seconds of processor time after which a job gives way to others."""
_TOLERANCE = 0.3
"""Seconds of processor time that any job may take while others wait, and may wait itself ten times as long."""
_WAIT = 10.0
"""Seconds that a job waits at most before it is told that all are busy."""
_LINGER = 15.0
"""Seconds that an evaluator which was started for a rush stays."""
_AGAIN_WITHIN = 1.0
"""Seconds in which a job whose process ended under it was probably not the cause, and is run again."""
_TRIES = 3
_ONCE = frozenset({"update"})
"""Jobs that are not run again when their process ends under them."""


@dataclass(slots=True, eq=False)
class _Waiting:
    since: float
    until: float
    free: asyncio.Future[Evaluator]


@dataclass(slots=True, eq=False)
class _Running:
    evaluator: Evaluator
    reply: asyncio.Future[Message]
    seconds: float
    receive: Receive | None
    since: float
    timer: asyncio.TimerHandle | None = None
    watcher: asyncio.Task[None] | None = None
    spent: float = 0.0
    """Seconds of processor time, when it was last looked after."""
    slow: bool = False
    placed: bool = False
    """Whether it has a place among the slow ones."""


class Pool:
    """Evaluators of the newest generation, which `turning` knows."""

    def __init__(self, settings: Settings, turning: Turning) -> None:
        self.settings = settings
        self._turning = turning
        self._generation = turning.generation
        self._idle: list[Evaluator] = []
        self._running: set[_Running] = set()
        self._starting = 0
        self._slow = 0
        self._waiting: deque[_Waiting] = deque()
        self._tick: asyncio.TimerHandle | None = None
        self._thinning: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: JobFailed | None = None
        self._closed = False
        self.when_ended: Callable[[], None] = lambda: None
        """Called when there is no supervisor any more."""

    @property
    def generation(self) -> str:
        """The generation that the next job will see."""
        return self._generation

    @property
    def running(self) -> int:
        """How many jobs run now."""
        return len(self._running)

    async def start(self) -> None:
        """Have the evaluators that stand ready forked, and follow the supervisor to newer generations."""
        self._generation = self._turning.generation
        asyncio.get_running_loop().add_reader(self._turning.control, self._turn)
        self._top_up()
        while self._starting and not self._idle:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def give_up(self) -> None:
        """Answer whoever still waits that the server is busy: it is about to stop."""
        self._closed = True
        for running in tuple(self._running):
            _fail(running.reply, Busy())
        while self._waiting:
            _fail(self._waiting.popleft().free, Busy())

    async def close(self) -> None:
        """End every evaluator and every job."""
        self._closed = True
        asyncio.get_running_loop().remove_reader(self._turning.control)
        for running in tuple(self._running):
            running.evaluator.end()
        self._drop_idle()
        for task in tuple(self._tasks):
            task.cancel()

    async def run(
        self,
        job: str,
        arguments: dict[str, Any],
        body: bytes = b"",
        *,
        seconds: float,
        receive: Receive | None = None,
    ) -> Message:
        """The reply of a job; its head tells the `generation` it was made from.

        Args:
            receive: the request's; where given, the job is ended when its client goes away. The body must have been read.
        Raises:
            Busy: no evaluator came free and no more may be started, or too many jobs are slow.
            TimedOut: the job ran longer than `seconds` and was ended.
            Died: its process ended. Gone: its client went away.
            JobFailed: it gave an error.
        """
        message = packed({"job": job, "seconds": seconds, "arguments": arguments}, body)
        again_until = time.monotonic() + _AGAIN_WITHIN
        tries = 1 if job in _ONCE else _TRIES
        while True:
            try:
                head, data = await self._once(message, seconds, receive)
                break
            except Gone:
                raise
            except Died:
                tries -= 1
                if not tries or time.monotonic() > again_until:
                    raise
        if not head.get("ok"):
            raise JobFailed(head.get("error", ""), head.get("message", ""))
        return head, data

    async def _once(self, message: bytes, seconds: float, receive: Receive | None) -> Message:
        evaluator = await self._take()
        running = _Running(evaluator, evaluator.send(message), seconds, receive, time.monotonic())
        self._running.add(running)
        whole = False
        running.timer = asyncio.get_running_loop().call_later(min(_FIRST_LOOK, seconds), self._look_after, running)
        try:
            reply = await running.reply
            whole = True
            return reply
        finally:  # a cancelled request ends its job, too
            running.timer.cancel()
            if running.watcher is not None:
                running.watcher.cancel()
            self._running.discard(running)
            if running.placed:
                self._slow -= 1
                self._place_slow()
            if whole:
                self._release(evaluator)
            else:
                evaluator.end()
            self._top_up()

    def _look_after(self, running: _Running) -> None:
        loop, elapsed = asyncio.get_running_loop(), time.monotonic() - running.since
        if elapsed >= running.seconds:
            self._at_limit(running)
            return
        running.timer = loop.call_later(min(_LOOK_EVERY, running.seconds - elapsed), self._look_after, running)
        if running.receive is not None and running.watcher is None:
            running.watcher = loop.create_task(_watch(running.receive, running.reply))
        running.spent = running.evaluator.spent(elapsed)
        if running.spent >= _COURTESY and not running.evaluator.worn:
            running.evaluator.give_way()
        if not running.slow:
            running.slow = True
            self._place_slow()

    def _place_slow(self) -> None:
        """Give the slow jobs that have run longest the places there are."""
        for running in sorted(self._unplaced, key=lambda running: running.since):
            if self._slow >= max(1, self.settings.most_evaluators - self.settings.evaluators):
                break
            running.placed = True
            self._slow += 1
        self._top_up()

    @property
    def _unplaced(self) -> list[_Running]:
        """The slow jobs that take a place meant for quick ones."""
        return [running for running in self._running if running.slow and not running.placed]

    def _at_limit(self, running: _Running) -> None:
        running.evaluator.end()  # before anything else, whatever becomes of the request
        _fail(running.reply, TimedOut(running.seconds))

    async def _take(self) -> Evaluator:
        while self._idle and not self._waiting:
            evaluator = self._idle.pop()
            if evaluator.alive:
                return evaluator
        if self._closed:
            raise Busy
        loop = asyncio.get_running_loop()
        now = time.monotonic()
        waiting = _Waiting(now, now + _WAIT, loop.create_future())
        self._waiting.append(waiting)
        self._top_up()
        if self._tick is None:
            self._tick = loop.call_later(_PATIENCE, self._look)
        try:
            return await waiting.free
        except asyncio.CancelledError:
            if waiting.free.done() and not waiting.free.cancelled() and waiting.free.exception() is None:
                self._release(waiting.free.result())
            raise

    def _look(self) -> None:
        """While jobs wait: start an evaluator for one that has waited long enough, send away who has waited too long."""
        self._tick = None
        now = time.monotonic()
        while self._waiting and (self._waiting[0].free.done() or self._waiting[0].until <= now):
            _fail(self._waiting.popleft().free, self._failure or Busy())
        if not self._waiting:
            return
        self._top_up()
        if now - self._waiting[0].since >= _PATIENCE:
            if self._quick + self._slow < self.settings.most_evaluators:
                self._start_one()
            elif over := [running for running in self._unplaced if _is_over(running, now)]:
                _fail(min(over, key=lambda running: running.since).reply, Busy())
        self._tick = asyncio.get_running_loop().call_later(_PATIENCE, self._look)

    @property
    def _quick(self) -> int:
        """How many evaluators there are for jobs that are not slow."""
        return len(self._idle) + self._starting + len(self._running) - self._slow

    def _top_up(self) -> None:
        """Start what is missing of the evaluators that stand ready."""
        while not self._closed and self._quick < self.settings.evaluators:
            if self._quick + self._slow >= self.settings.most_evaluators or not self._start_one():
                break

    def _start_one(self) -> bool:
        try:
            connection = self._turning.new_evaluator()
        except OSError:  # the keeper is gone; the supervisor is starting another, and jobs wait for it
            return False
        self._starting += 1
        task = asyncio.get_running_loop().create_task(self._started(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _started(self, connection: Any) -> None:
        evaluator = Evaluator(self._lost)
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: evaluator, sock=connection)
            await evaluator.greeting()
        except (OSError, Died, JobFailed) as failure:
            evaluator.end()
            self._failure = failure if isinstance(failure, JobFailed) else None
            return
        except asyncio.CancelledError:
            evaluator.end()
            raise
        finally:
            self._starting -= 1
        self._failure = None
        self._release(evaluator)

    def _release(self, evaluator: Evaluator) -> None:
        """Give an evaluator to the job that waits longest, or let it stand ready, or end it."""
        if not evaluator.alive or evaluator.worn or evaluator.generation != self._generation or self._closed:
            evaluator.end()
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.free.done():
                waiting.free.set_result(evaluator)
                return
        evaluator.idle_since = time.monotonic()
        self._idle.append(evaluator)
        if len(self._idle) > self.settings.evaluators and self._thinning is None:
            self._thinning = asyncio.get_running_loop().call_later(_LINGER, self._thin)

    def _thin(self) -> None:
        """End what a rush has left behind."""
        self._thinning = None
        now = time.monotonic()
        while len(self._idle) > self.settings.evaluators and now - self._idle[0].idle_since >= _LINGER:
            self._idle.pop(0).end()
        if len(self._idle) > self.settings.evaluators and not self._closed:
            self._thinning = asyncio.get_running_loop().call_later(_LINGER, self._thin)

    def _lost(self, evaluator: Evaluator) -> None:
        if evaluator in self._idle:
            self._idle.remove(evaluator)
            self._top_up()

    def _turn(self) -> None:
        """Move to the keeper that the supervisor hands over; jobs under way end with the graph they began with."""
        try:
            self._turning.take()
        except (Ended, OSError):
            asyncio.get_running_loop().remove_reader(self._turning.control)
            self.when_ended()
            return
        if self._turning.generation != self._generation:
            self._generation = self._turning.generation
            self._drop_idle()
        self._top_up()

    def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for evaluator in idle:
            evaluator.end()


def _is_over(running: _Running, now: float) -> bool:
    """Whether a job has had what it may have while others wait."""
    return running.spent >= _TOLERANCE or now - running.since >= 10 * _TOLERANCE


def _fail(future: asyncio.Future[Any], failure: Exception) -> None:
    if not future.done():
        future.set_exception(failure)


async def _watch(receive: Receive, reply: asyncio.Future[Message]) -> None:
    with contextlib.suppress(Exception):
        while (await receive())["type"] != "http.disconnect":
            pass
        _fail(reply, Gone("客户端已断开"))

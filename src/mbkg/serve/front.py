"""The front: one asyncio process that speaks HTTP and evaluates nothing."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import socket

import uvicorn

from mbkg.serve.door import with_door
from mbkg.serve.pool import Pool
from mbkg.serve.settings import Settings
from mbkg.serve.turning import Ended, Turning

FINISH_WITHIN = 10.0
"""Seconds that requests under way are given when the server stops."""
_CONNECTIONS = 4000


def serve_front(settings: Settings, listener: socket.socket, control: socket.socket) -> None:
    """Answer requests until told to stop. Waits for the first keeper before the first request is taken."""
    from mbkg.serve.app import create_app

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with contextlib.suppress(OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    turning = Turning(control)
    try:
        turning.take()
    except Ended:
        return
    pool = Pool(settings, turning)
    protocol, app = with_door(create_app(settings, pool), settings, pool)
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=settings.behind_proxy,
        server_header=False,
        lifespan="on",
        limit_concurrency=_CONNECTIONS,
        backlog=1024,
        timeout_graceful_shutdown=int(FINISH_WITHIN) + 1,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config, pool)
    pool.when_ended = server.stop_soon
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Stops with an answer to everything it has begun."""

    def __init__(self, config: uvicorn.Config, pool: Pool) -> None:
        super().__init__(config)
        self._pool = pool
        self._finish_within = FINISH_WITHIN

    def stop_soon(self) -> None:
        """Stop because there is no supervisor any more."""
        self._finish_within = 0.5
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        giving_up = asyncio.get_running_loop().call_later(self._finish_within, self._pool.give_up)
        await super().shutdown(sockets)
        giving_up.cancel()

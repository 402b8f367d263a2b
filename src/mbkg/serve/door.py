"""The door of the front: how bytes come in and go out, before and after the application.

Three things that uvicorn leaves to others. A connection that says nothing, or half a request, is closed after a while. Head and body of an
answer leave together. And whoever sends the very bytes that were answered before gets the very answer, as long as the graph is
the same; what may be kept so, the application says, by noting in the request's state the `generation` that the answer is good for.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mbkg.serve.pool import Pool
from mbkg.serve.requestlog import log_line, write_line
from mbkg.serve.settings import Settings

_HEADERS_WITHIN = 20.0
"""Seconds in which a connection's first request, and the head of each request that was begun, must have arrived."""
_LONGEST = 16 * 1024
"""The longest request that is remembered."""
_LARGEST = 256 * 1024
_TOGETHER = 64 * 1024
"""The largest body that is copied behind its head."""
_NOT_KEPT = (b"\r\ncontent-length:", b"\r\ntransfer-encoding:", b"\r\nconnection:", b"\r\nupgrade:", b"\r\nexpect:")
_RAW = "mbkg.raw"


@dataclass(frozen=True, slots=True)
class _Answered:
    generation: str
    answer: bytes
    """Head without the status line and what changes with time, blank line, body."""
    scope: Scope
    size: int


class Door:
    """Answers by the bytes of their requests, so many bytes of them; those not asked for longest go first."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._most = (
            settings.cache_bytes // 2 if not settings.requests_per_minute else 0
        )  # every request is counted there
        self._size = 0
        self._held: OrderedDict[bytes, _Answered] = OrderedDict()
        self._pool = pool
        self._log = settings.log

    def answer(self, request: bytes, client: Any) -> bytes | None:
        """What was answered to these bytes, in this generation."""
        found = self._held.get(request)
        if found is None:
            return None
        if found.generation != self._pool.generation:
            self._drop(request)
            return None
        begun = time.perf_counter()
        self._held.move_to_end(request)
        if self._log:
            scope = {**found.scope, "client": client}
            write_line(log_line(scope, 200, time.perf_counter() - begun, found.size))
        return found.answer

    def keep(self, request: bytes, scope: Scope, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Remember an answer with status 200."""
        generation = scope["state"]["generation"]
        if len(request) + len(body) > min(_LARGEST, self._most) or generation != self._pool.generation:
            return
        head = b"".join(b"%s: %s\r\n" % header for header in headers)
        told = {name: scope[name] for name in ("method", "path", "query_string")}
        self._drop(request)
        self._held[request] = _Answered(generation, b"%s\r\n%s" % (head, body), told, len(body))
        self._size += self._weight(request)
        while self._size > self._most:
            self._drop(next(iter(self._held)))

    def _weight(self, request: bytes) -> int:
        return 2 * len(request) + len(self._held[request].answer) + 500

    def _drop(self, request: bytes) -> None:
        if request in self._held:
            self._size -= self._weight(request)
            del self._held[request]


def with_door(app: ASGIApp, settings: Settings, pool: Pool) -> tuple[Any, ASGIApp]:
    """The protocol for uvicorn, and the application around which it stands; without httptools, uvicorn's own protocol."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "auto", app
    door = Door(settings, pool)

    class Protocol(HttpToolsProtocol):
        """HTTP on one connection."""

        _late: asyncio.TimerHandle | None = None
        _begun = False
        _raw = b""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(_Together(transport, self.loop))  # type: ignore[arg-type]
            self._late = self.loop.call_later(_HEADERS_WITHIN, self._close_late)

        def connection_lost(self, exc: Exception | None) -> None:
            self._in_time()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if not self._begun and (self.cycle is None or self.cycle.response_complete):
                known = door.answer(data, self.client)
                if known is not None:
                    self._answer(known)
                    return
                self._raw = data
            else:
                self._raw = b""
            super().data_received(data)
            if self._begun and self._late is None and not self.transport.is_closing():
                self._late = self.loop.call_later(_HEADERS_WITHIN, self._close_late)

        def _answer(self, known: bytes) -> None:
            self._in_time()
            self._unset_keepalive_if_required()
            parts = [b"HTTP/1.1 200 OK\r\n"]
            for name, value in self.server_state.default_headers:
                parts += (name, b": ", value, b"\r\n")
            self.transport.write_whole(b"".join((*parts, known)))  # type: ignore[attr-defined]
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

        def on_message_begin(self) -> None:
            self._begun = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._begun = False
            self._in_time()
            if self._raw and _is_plain(self._raw):
                self.scope[_RAW] = self._raw  # type: ignore[literal-required]
            super().on_headers_complete()

        def _in_time(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _close_late(self) -> None:
            self._late = None
            self.transport.close()

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        if _RAW not in scope:
            await app(scope, receive, send)
            return
        begun: Message = {}

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
            elif "generation" in scope["state"] and begun["status"] == 200 and not message.get("more_body"):
                door.keep(scope[_RAW], scope, begun["headers"], message.get("body", b""))
            await send(message)

        await app(scope, receive, sending)

    return Protocol, watched


def _is_plain(request: bytes) -> bool:
    """Whether these bytes are one whole GET that leaves the connection open."""
    if not request.startswith(b"GET ") or len(request) > _LONGEST or request.find(b"\r\n\r\n") != len(request) - 4:
        return False
    lower = request.lower().replace(b"\r\nconnection: keep-alive\r\n", b"\r\n")
    return b" http/1.1\r\n" in lower and not any(name in lower for name in _NOT_KEPT)


class _Together:
    """A transport that lets the head of an answer wait for its body, until the loop comes round at most."""

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            if len(data) > _TOGETHER:
                self._transport.write(head)
                self._transport.write(data)
            else:
                self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def write_whole(self, answer: bytes) -> None:
        """An answer with head and body."""
        self._flush()
        self._transport.write(answer)

    def _flush(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        self._flush()
        self._transport.close()

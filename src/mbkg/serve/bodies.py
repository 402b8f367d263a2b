"""The body of a request, taken whole before any handler runs: so large at most, and within so long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.types import Message, Receive

from mbkg.serve.problems import Problem


class Gone(Exception):
    """The client left before it had sent everything."""


async def whole_body(receive: Receive, most: int, seconds: float, stall: float) -> bytes:
    """The body.

    Raises:
        Problem: 413 as soon as more than `most` bytes came; 408 after `seconds`, or `stall` seconds in which nothing came.
        Gone: the client left.
    """
    parts: list[bytes] = []
    size = 0
    until = asyncio.get_running_loop().time() + seconds
    while True:
        left = until - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, min(stall, left)))
        except TimeoutError:
            raise Problem(408, "too_slow", "请求体没有在时限内到达。", {"Connection": "close"}) from None
        if message["type"] == "http.disconnect":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise too_large(most)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def too_large(most: int) -> Problem:
    """The refusal of a body over its limit; what still comes of it is not read."""
    limit = f"{most // 1024**2} MiB" if most >= 1024**2 else f"{most // 1024} KiB" if most >= 1024 else f"{most} 字节"
    return Problem(413, "too_large", f"请求体超过 {limit} 的上限。", {"Connection": "close"})


def replayed(body: bytes, receive: Receive) -> Callable[[], Any]:
    """`receive` for a handler: the body in one piece, then whatever the client does next."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again

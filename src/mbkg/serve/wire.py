"""Messages between the front and an evaluator: two lengths, a JSON head, raw bytes. Either side speaks only when it is its turn."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("!IQ")
_AT_ONCE = 1 << 18
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))

Message = tuple[dict[str, Any], bytes]


class Closed(Exception):
    """The other side is gone."""


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A message as it goes over the wire."""
    text = _ENCODER.encode(head).encode("utf-8", "surrogatepass")
    return _LENGTHS.pack(len(text), len(body)) + text + body


class Incoming:
    """Puts one message after another together from the pieces that arrive."""

    __slots__ = ("_have", "_need", "_parts")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._have, self._need = 0, _LENGTHS.size

    def feed(self, data: bytes) -> Message | None:
        """The message that is whole with this piece, or None while more must come."""
        self._parts.append(data)
        self._have += len(data)
        if self._have < self._need:
            return None
        whole = data if len(self._parts) == 1 else b"".join(self._parts)
        head_size, body_size = _LENGTHS.unpack_from(whole)
        self._need = _LENGTHS.size + head_size + body_size
        if self._have < self._need:
            self._parts = [whole]
            return None
        self._parts, self._have, self._need = [], 0, _LENGTHS.size
        body_at = _LENGTHS.size + head_size
        return json.loads(whole[_LENGTHS.size : body_at].decode("utf-8", "surrogatepass")), whole[body_at:]


def receive(connection: socket.socket) -> Message:
    """The next message.

    Raises:
        Closed: there is none any more.
    """
    incoming = Incoming()
    while True:
        data = connection.recv(_AT_ONCE)
        if not data:
            raise Closed
        message = incoming.feed(data)
        if message is not None:
            return message


async def receive_async(reader: asyncio.StreamReader) -> Message:
    """The next message, without waiting in line.

    Raises:
        Closed: there is none any more.
    """
    incoming = Incoming()
    while True:
        data = await reader.read(_AT_ONCE)
        if not data:
            raise Closed
        message = incoming.feed(data)
        if message is not None:
            return message

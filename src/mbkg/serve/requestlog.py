"""One line for each request: time, client, method, path, status, milliseconds, bytes. What a client sends cannot break the line."""

from __future__ import annotations

import os
import time
from functools import lru_cache
from urllib.parse import unquote

from starlette.types import Scope

_LONGEST = 400
_SECRET = ("key", "token", "secret", "password")


def log_line(scope: Scope, status: int, seconds: float, size: int) -> str:
    """The line, without its end. Status 499 is a client that left before it was answered."""
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    client = (scope.get("client") or ("-",))[0]
    target = _target(scope["path"], scope.get("query_string", b""))
    return f"{when} {printable(client)} {printable(scope['method'])} {target} {status} {seconds * 1000:.1f}ms {size}B"


def write_line(line: str) -> None:
    """Write a line to stderr in one step, so that lines of several processes do not mix."""
    os.write(2, f"{line}\n".encode("utf-8", "replace"))


def printable(text: str) -> str:
    """A text in which every control, blank or format character is written as its code."""
    text = text.replace(" ", "\\u{20}")
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{{{ord(letter):x}}}" for letter in text)


@lru_cache(maxsize=256)
def _target(path: str, query_string: bytes) -> str:
    path = printable(path)
    query = query_string.decode("latin-1")
    if query:
        path += "?" + "&".join(_parameter(part) for part in query[: 4 * _LONGEST].split("&"))
    return path if len(path) <= _LONGEST else f"{path[:_LONGEST]}…"


def _parameter(part: str) -> str:
    name, equals, value = part.partition("=")
    if any(word in name.lower() for word in _SECRET):
        value = "***"
    return printable(unquote(name.replace("+", " "))) + equals + printable(unquote(value.replace("+", " ")))

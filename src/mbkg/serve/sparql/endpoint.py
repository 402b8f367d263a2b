"""The path `/sparql`: a plain ASGI application, for on repeated queries everything but the socket is overhead."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mbkg.graph.querywords import Kind
from mbkg.serve.pool import Died, JobFailed, Pool, TimedOut
from mbkg.serve.problems import Problem, problem_of
from mbkg.serve.settings import Settings
from mbkg.serve.sparql.cache import Answer, Cache, Headers
from mbkg.serve.sparql.formats import FORMAT_NAMES, OFFERS, Offer, named_format, negotiate, prefers
from mbkg.serve.sparql.request import Asked, read_request

PATHS = frozenset({"/sparql", "/sparql/"})
EDITOR = "/editor"
"""Where a person is sent who opens the endpoint's address."""
_METHODS = b"GET, HEAD, POST, OPTIONS"
_MOVING_SECONDS = 60.0
"""How long an update waits at most for the server to move to the graph it made."""
_VARY = (b"vary", b"Accept, Accept-Encoding")
_FAILURES = {
    "Forbidden": (403, "forbidden"),
    "NotAcceptable": (406, "not_acceptable"),
    "Unreachable": (502, "service_failed"),
    "BuildRunning": (409, "building"),
}
_KINDS: tuple[Kind, ...] = ("rows", "boolean", "graph")
Formats = tuple[Offer | None, ...]
"""One for each of `_KINDS`."""


class Endpoint:
    """The endpoint of one application. Settings and pool are found in the application's state."""

    def __init__(self, settings: Settings) -> None:
        self._cache = Cache(settings.cache_bytes)
        self._generation = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        wanted: tuple[str, ...] = ()
        try:
            if scope["method"] not in ("GET", "HEAD", "POST"):
                answer = _other_method(scope["method"])
            else:
                body = await _body(receive) if scope["method"] == "POST" else b""
                asked = read_request(scope["method"], scope["query_string"], headers, body)
                wanted = asked.formats
                answer = await self._answer(asked, scope, headers, receive)
        except Exception as failure:
            answer = _refusal(failure, headers.get(b"accept", b"").decode("latin-1"), wanted)
        await _send(answer, scope["method"], headers.get(b"if-none-match", b""), send)

    async def _answer(self, asked: Asked, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> Answer:
        state = scope["app"].state
        settings: Settings = state.settings
        pool: Pool = state.pool
        base = f"{scope.get('scheme', 'http')}://{headers.get(b'host', b'localhost').decode('latin-1')}/sparql"
        accept = headers.get(b"accept", b"").decode("latin-1")
        if asked.operation == "update":
            return await _update(asked, settings, pool, base)
        gzip = takes_gzip(headers.get(b"accept-encoding", b""))
        if asked.operation == "describe":
            return await self._description(asked, settings, pool, base, accept, gzip)
        formats = formats_for(asked.formats, accept)
        key = (base, asked.text, asked.dataset, formats, gzip)
        if known := self._known(pool, key):
            scope.setdefault("state", {})["generation"] = self._generation  # the door may give it to the same request
            return known
        head, data = await pool.run(
            "sparql",
            {
                "query": asked.text,
                "base": base,
                "formats": {kind: offer and offer.name for kind, offer in zip(_KINDS, formats, strict=True)},
                "rows": settings.rows,
                "default": list(asked.dataset.default) if asked.dataset else None,
                "named": list(asked.dataset.named) if asked.dataset else None,
                "gzip": gzip,
                "service": settings.service,
                "sealed": settings.in_memory and pool.generation != "remote",
            },
            seconds=min(settings.query_seconds, asked.seconds or settings.query_seconds),
            receive=receive,
        )
        offer = formats[_KINDS.index(head["kind"])]
        assert offer is not None
        answer = _result(head, data, offer, settings.rows)
        if head["repeatable"]:
            self._keep(pool, head, key, answer, len(asked.text))
        return answer

    async def _description(
        self, asked: Asked, settings: Settings, pool: Pool, base: str, accept: str, gzip: bool
    ) -> Answer:
        """What the service says of itself, or the way to the editor for a person."""
        others = tuple(offer.media_type for offer in OFFERS["graph"])
        if not asked.formats and prefers(accept, "text/html", others):
            return Answer(
                303, [(b"location", EDITOR.encode()), (b"vary", b"Accept"), (b"content-length", b"0")], b"", b""
            )
        offer = formats_for(asked.formats, accept)[_KINDS.index("graph")]
        if offer is None:
            raise Problem(
                400,
                "bad_request",
                "缺少 query 参数。不带 query 时给出服务说明，格式为 Turtle、N-Triples、JSON-LD 或 RDF/XML。",
            )
        key = (base, offer, gzip)
        if known := self._known(pool, key):
            return known
        arguments = {
            "endpoint": base,
            "format": offer.name,
            "gzip": gzip,
            "service": settings.service,
            "update": settings.update,
        }
        head, data = await pool.run("describe_service", arguments, seconds=settings.query_seconds)
        answer = _result(head, data, offer, settings.rows)
        self._keep(pool, head, key, answer, 0)
        return answer

    def _known(self, pool: Pool, key: Any) -> Answer | None:
        generation = pool.generation
        if generation != self._generation:
            self._cache.clear()
            self._generation = generation
        return self._cache.get(key)

    def _keep(self, pool: Pool, head: dict[str, Any], key: Any, answer: Answer, key_bytes: int) -> None:
        generation = head.get("generation", pool.generation)
        if generation == self._generation and generation != "remote":  # a remote graph may change at any time
            self._cache.put(key, answer, key_bytes)


class Before:
    """The endpoint in front of the rest of the application: what is between there is nothing that it needs."""

    def __init__(self, rest: ASGIApp, settings: Settings) -> None:
        self._rest = rest
        self._endpoint = Endpoint(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._endpoint if scope.get("path") in PATHS else self._rest)(scope, receive, send)


@lru_cache(maxsize=256)
def formats_for(names: tuple[str, ...], accept: str) -> Formats:
    """The offer for each kind of result: by the names in the address where there are some, else by the Accept header.

    Raises:
        Problem: 400 for a name that no format has.
    """
    if not names:
        return tuple(negotiate(kind, accept) for kind in _KINDS)
    try:
        return tuple(named_format(kind, names) for kind in _KINDS)
    except KeyError:
        raise Problem(
            400, "bad_request", f"没有名为 {names[0][:40]} 的格式，可用 {'、'.join(FORMAT_NAMES)}。"
        ) from None


@lru_cache(maxsize=256)
def takes_gzip(header: bytes) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for part in header.decode("latin-1").lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name in ("gzip", "x-gzip", "*"):
            return not any(re.fullmatch(r"q\s*=\s*0(\.0*)?", parameter) for parameter in parameters)
    return False


def _result(head: dict[str, Any], data: bytes, offer: Offer, rows: int) -> Answer:
    headers: Headers = [(b"content-type", offer.content_type.encode()), _VARY]
    etag = b""
    if head.get("repeatable", True) and head.get("etag"):
        etag = f'"{head["etag"]}"'.encode()
        headers += [(b"etag", etag), (b"cache-control", b"no-cache")]
    else:
        headers.append((b"cache-control", b"no-store"))
    if head.get("gzip"):
        headers.append((b"content-encoding", b"gzip"))
    if head.get("cut"):
        headers.append((b"x-truncated", f"{head['cut']}; limit={rows}".encode()))
    headers.append((b"content-length", str(len(data)).encode()))
    return Answer(200, headers, data, etag)


def _other_method(method: str) -> Answer:
    if method == "OPTIONS":
        return Answer(204, [(b"allow", _METHODS)], b"", b"")
    raise Problem(405, "method_not_allowed", "SPARQL 端点只接受 GET 和 POST。", {"Allow": _METHODS.decode()})


def _refusal(failure: Exception, accept: str, wanted: tuple[str, ...]) -> Answer:
    """A failure as a sentence, or as JSON for who asked for JSON; a fault of ours is left to the application."""
    problem = _problem(failure)
    if problem.status == 500:
        raise failure
    if "json" in wanted or prefers(accept, "application/json", ("text/plain", "text/html")):
        told = {"error": problem.error, "message": problem.message}
        body, kind = json.dumps(told, ensure_ascii=False).encode(), b"application/json"
    else:
        body, kind = f"{problem.message}\n".encode(), b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    return Answer(problem.status, headers, body, b"")


def _problem(failure: Exception) -> Problem:
    match failure:
        case TimedOut():
            sentence = f"查询超过 {failure.seconds:g} 秒的时限，已经停止。请把条件写得更具体，或加上 LIMIT。"
            return Problem(503, "timeout", sentence)
        case Died():
            return Problem(503, "too_complex", "计算这个查询的进程意外结束：查询太复杂，或所需内存超过上限。")
        case JobFailed(error=error) if error in _FAILURES:
            status, code = _FAILURES[error]
            return Problem(status, code, failure.message)
        case _:
            return problem_of(failure)


async def _update(asked: Asked, settings: Settings, pool: Pool, base: str) -> Answer:
    """Change the graph where that is switched on; answered when the server has moved to the changed graph."""
    if not settings.update:
        raise Problem(
            403, "read_only", "本服务只读，不接受 SPARQL 更新：图谱由报告生成，要改变它，请改变报告后运行 mbkg build。"
        )
    arguments = {
        "update": asked.text,
        "base": base,
        "default": list(asked.dataset.default),
        "named": list(asked.dataset.named),
        "service": settings.service,
    }
    head, _ = await pool.run("update", arguments, seconds=settings.query_seconds)
    waited = 0.0
    while pool.generation < head["made"]:
        if waited > _MOVING_SECONDS:
            return Answer(202, [(b"content-length", b"0")], b"", b"")
        await asyncio.sleep(0.05)
        waited += 0.05
    return Answer(204, [], b"", b"")


async def _send(answer: Answer, method: str, seen: bytes, send: Send) -> None:
    status, headers, body = answer.status, answer.headers, answer.body
    if seen and answer.etag and method != "POST" and _matches(seen, answer.etag):
        status, body = 304, b""
        headers = [
            header for header in headers if header[0] not in (b"content-length", b"content-type", b"content-encoding")
        ]
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _matches(seen: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header names this version."""
    return seen.strip() == b"*" or any(tag.strip().removeprefix(b"W/") == etag for tag in seen.split(b","))


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name; one that stands there several times counts as one list."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = found[name] + b", " + value if name in found else value
    return found


async def _body(receive: Receive) -> bytes:
    """The body; what stands before the application has seen to its size."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)

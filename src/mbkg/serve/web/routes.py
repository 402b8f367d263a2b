"""The paths of the pages: each is rendered by an evaluator and kept for as long as its generation is served."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan, Receive

from mbkg.serve.kept import Kept
from mbkg.serve.pool import Busy, Died, JobFailed, Pool, TimedOut
from mbkg.serve.web.assets import served

_PATHS = {
    "/": "home",
    "/ask": "ask",
    "/units": "units",
    "/unit/{id}": "unit",
    "/compare": "compare",
    "/findings": "findings",
    "/finding/{id:path}": "finding",
    "/source": "source",
    "/editor": "editor",
    "/about": "about",
}
_FOR_PROGRAMS = ("/api", "/sparql", "/text2sparql", "/mcp", "/health", "/openapi")
_FOR_EVER = "public, max-age=31536000, immutable"
_LONGEST_QUERY = 64 * 1024
_NO_ANSWER = "服务出错"

Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Add the pages to an application, and have people told in a page what programs are told in JSON."""
    for path, name in _PATHS.items():
        app.router.routes.append(Route(path, _page(name), methods=["GET"]))
    app.router.routes.append(Route("/static/{name}", _static, methods=["GET"]))
    app.router.lifespan_context = _with_examples(app.router.lifespan_context)
    for kind in (HTTPException, Busy, TimedOut, Died, JobFailed, Exception):
        app.add_exception_handler(kind, _for_people(app.exception_handlers.get(kind)))


def _with_examples(lifespan: Lifespan[Any]) -> Lifespan[Any]:
    """Have the first page made once the server is up: to try its examples takes a second or two, and nobody should wait for that."""

    @asynccontextmanager
    async def with_examples(app: Any) -> AsyncIterator[Any]:
        async with lifespan(app) as state:
            making = asyncio.create_task(_made(app, "home", {}, "/?"))
            try:
                yield state
            finally:
                making.cancel()
                await asyncio.wait({making})

    return with_examples


async def _made(
    app: Any, name: str, query: dict[str, list[str]], address: str, receive: Receive | None = None
) -> bytes:
    """A page's status in two bytes, then its HTML: as kept, or as an evaluator makes it now."""
    pool: Pool = app.state.pool
    kept: Kept = app.state.kept
    data = kept.get(pool.generation, ("page", address))
    if data is None:
        arguments = {"name": name, "query": query}
        head, html = await pool.run("page", arguments, seconds=app.state.settings.ask_seconds, receive=receive)
        status: int = head.get("status", 200)
        data = status.to_bytes(2) + html
        kept.put(str(head.get("generation", "")), ("page", address), data)
    return data


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def shown(request: Request) -> Response:
        if len(request.scope.get("query_string", b"")) > _LONGEST_QUERY:
            return problem(414, "地址太长", "这个地址太长，请把查询缩短后再试。")
        query = {key: request.query_params.getlist(key) for key in request.query_params}
        if name in ("unit", "finding"):
            query["id"] = [request.path_params["id"]]
        address = f"{request.url.path}?{request.scope.get('query_string', b'').decode('latin-1')}"
        data = await _made(request.app, name, query, address, request.receive)
        return _fresh(request, int.from_bytes(data[:2]), data[2:])

    return shown


def _fresh(request: Request, status: int, html: bytes) -> Response:
    """The page, or word that the browser's copy of it still holds."""
    tag = f'"{hashlib.sha256(html).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(html, status, headers, media_type="text/html; charset=utf-8")


async def _static(request: Request) -> Response:
    asset = served().get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    return Response(asset.content, headers={"Cache-Control": _FOR_EVER}, media_type=asset.media_type)


def _for_people(otherwise: object) -> Handler:
    async def told(request: Request, failure: Exception) -> Response:
        if _by_browser(request):
            return _page_of(failure)
        if callable(otherwise):
            answer: Response = await otherwise(request, failure)
            return answer
        raise failure

    return told


def _by_browser(request: Request) -> bool:
    """Whether a person looks: a browser that asks for a page, not for what programs ask for."""
    path = request.url.path
    programs = any(path == start or path.startswith(f"{start}/") for start in _FOR_PROGRAMS)
    return not programs and request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


def _page_of(failure: Exception) -> Response:
    match failure:
        case HTTPException(status_code=404):
            return problem(404, "没有这个页面", "这个地址上没有页面，可能是链接写错了，或者图已经更新。")
        case HTTPException():
            return problem(failure.status_code, "请求没有得到答复", "这个地址不接受这样的请求。")
        case Busy():
            return problem(503, "服务正忙", "现在问的人太多，请过几秒钟再试。", {"Retry-After": "2"})
        case TimedOut():
            return problem(
                504, "用时太长", f"这一页超过了 {failure.seconds:g} 秒的时限，已经停止。可以换一种更窄的问法。"
            )
        case Died():
            return problem(
                503, "计算停止了", "计算所需的内存超过上限，已经停止。请过几秒钟再试。", {"Retry-After": "2"}
            )
        case JobFailed(error="GraphMissing" | "StoreRefused" | "BadInput" | "BadQuery"):
            return problem(503, "图暂时不能用", failure.message)
        case _:
            return problem(500, _NO_ANSWER, "服务内部出错，没有得出结果；日志中有详情。请稍后再试。")


def problem(status: int, title: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """A failure as a page with a sentence."""
    from mbkg.serve.web.rendering import render

    html = render("problem.html", section="", title=title, message=message)
    return Response(
        html, status, {"Cache-Control": "no-store", **(headers or {})}, media_type="text/html; charset=utf-8"
    )

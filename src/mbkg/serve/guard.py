"""What stands before every path: who may call, how often, with how much; what every answer carries; the log.

One layer around the application, so that an answer from anywhere (a refusal or a fault, too) passes through it.
"""

from __future__ import annotations

import ipaddress
import time
import traceback

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mbkg.serve.bodies import Gone, replayed, too_large, whole_body
from mbkg.serve.keys import carries
from mbkg.serve.problems import Problem
from mbkg.serve.rates import Rates
from mbkg.serve.requestlog import log_line, write_line
from mbkg.serve.settings import Settings

UPLOADS = frozenset({"/api/validate"})
"""The paths to which files are sent."""
_OPEN = frozenset({"/health"})
"""What a monitor may ask without a key, as often as it likes."""
_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_SECURITY: list[tuple[bytes, bytes]] = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match, X-API-Key, X-Requested-With, "
    "Mcp-Session-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID",
    "Access-Control-Max-Age": "86400",
}
_LEFT = 499


class Guard:
    """The application behind its safeguards."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._rates = Rates(settings.requests_per_minute) if settings.requests_per_minute else None
        self._hosts = _allowed_hosts(settings)
        self._origins = frozenset(origin.rstrip("/").encode() for origin in settings.origins)
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:  # there is no WebSocket here
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        extra = [*_SECURITY, *self._shared(headers)]
        begun, status, size = time.perf_counter(), 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message.get("headers", [])
                held = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in extra if header[0] not in held)]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            try:
                await self._admitted(scope, headers, receive, sending)
            except Problem as problem:
                await problem.response()(scope, receive, sending)
        except Gone:
            status = status or _LEFT
        except Exception:
            if self._settings.log:
                traceback.print_exc()
            if not status:
                await Problem(500, "internal", "服务内部出错，日志中有详情。").response()(scope, receive, sending)
        finally:
            if self._settings.log:
                write_line(log_line(scope, status or _LEFT, time.perf_counter() - begun, size))

    async def _admitted(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it.

        Raises:
            Problem: it is refused.
        """
        path, method = scope["path"], scope["method"]
        if self._hosts is not None and _host_name(headers.get(b"host", b"")) not in self._hosts:
            raise Problem(400, "bad_host", "请求的 Host 不是本服务的地址。要用别的名字访问，请以 --allow-host 启动。")
        if path not in _OPEN:
            if self._rates is not None and (wait := self._rates.wait((scope.get("client") or ("",))[0])):
                raise Problem(429, "too_many", f"请求太频繁，请 {wait} 秒后再试。", {"Retry-After": str(wait)})
            if method == "OPTIONS" and b"access-control-request-method" in headers:
                await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
                return
            if self._settings.api_key and not carries(headers, self._settings.api_key):
                asking = {"WWW-Authenticate": 'Bearer realm="mbkg", Basic realm="mbkg", charset="UTF-8"'}
                raise Problem(401, "unauthorized", "需要访问密钥（Authorization: Bearer 或 X-API-Key）。", asking)
            if self._settings.update and method == "POST" and not self._own_page(headers):
                raise Problem(
                    403, "forbidden", "服务允许更新时，别的网站的网页不能向它发送请求。可用 --origin 指明信任的网站。"
                )
        if method in ("GET", "HEAD") and b"content-length" not in headers and b"transfer-encoding" not in headers:
            await self._app(scope, receive, send)
        elif method == "POST" and path in UPLOADS:
            await self._uploaded(scope, headers, receive, send)
        else:
            body = await self._body(headers, receive, self._settings.request_bytes)
            await self._app(scope, replayed(body, receive), send)

    async def _uploaded(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        if self._uploading >= self._settings.uploads:
            raise Problem(503, "busy", "正在接收别的文件，请稍后再试。", {"Retry-After": "5", "Connection": "close"})
        self._uploading += 1
        try:
            body = await self._body(headers, receive, self._settings.upload_bytes)
            await self._app(scope, replayed(body, receive), send)
        finally:
            self._uploading -= 1

    async def _body(self, headers: dict[bytes, bytes], receive: Receive, most: int) -> bytes:
        told = headers.get(b"content-length", b"")
        if told.isdigit() and int(told[:20]) > most:
            raise too_large(most)
        return await whole_body(receive, most, self._settings.body_seconds, self._settings.stall_seconds)

    def _own_page(self, headers: dict[bytes, bytes]) -> bool:
        """Whether a request comes from no page, from a page of this server, or from a site that was named as trusted."""
        origin = headers.get(b"origin", b"")
        return not origin or origin.partition(b"://")[2] == headers.get(b"host", b"") or origin in self._origins

    def _shared(self, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """What lets another site's page read the answer (CORS), where that is allowed."""
        exposed = (b"access-control-expose-headers", b"*")
        if b"*" in self._origins:
            return [(b"access-control-allow-origin", b"*"), exposed]
        origin = headers.get(b"origin", b"")
        if origin and origin in self._origins:
            return [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), exposed]
        return [(b"vary", b"Origin")]


def _allowed_hosts(settings: Settings) -> frozenset[str] | None:
    """The names a Host header may hold; None where any may.

    A page of another site can have its name resolve to this machine and read what only this machine may; the name gives it away.
    """
    own = frozenset(name.lower() for name in settings.hosts)
    if is_loopback(settings.host):
        return own | {"localhost", "127.0.0.1", "[::1]", settings.host.lower()}
    return own | {"localhost", "127.0.0.1", "[::1]"} if own else None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host_name(header: bytes) -> str:
    """A Host header's name in lower case, without its port."""
    host = header.decode("latin-1").lower().strip()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")

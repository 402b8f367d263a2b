"""What a client is told when it gets no answer: `{"error": code, "message": sentence}` with the status that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from mbkg.serve.pool import Busy, Died, JobFailed, TimedOut

_READING = ("UnreadableFile", "NotAReport", "BlankForm", "UnknownIdentity")
_BY_STATUS = {
    400: ("bad_request", "请求有误"),
    401: ("unauthorized", "需要访问密钥"),
    404: ("not_found", "没有这个地址"),
    405: ("method_not_allowed", "这个地址不接受这种请求方法"),
    406: ("not_acceptable", "给不出所要的格式"),
    413: ("too_large", "请求太大"),
    415: ("unsupported_media_type", "不认识这种请求格式"),
}


@dataclass(slots=True)
class Problem(Exception):
    """An answer that is a refusal: its HTTP status, a code for programs, a Chinese sentence for people."""

    status: int
    error: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        return JSONResponse({"error": self.error, "message": self.message}, self.status, dict(self.headers))


def problem_of(failure: Exception) -> Problem:
    """What a job's failure means to the client."""
    match failure:
        case Problem():
            return failure
        case Busy():
            return Problem(503, "busy", "服务正忙，请稍后再试。", {"Retry-After": "1"})
        case TimedOut():
            return Problem(504, "timeout", f"超过 {failure.seconds:g} 秒的时限，已经停止。")
        case Died():
            return Problem(503, "out_of_memory", "计算所需的内存超过上限，已经停止。", {"Retry-After": "1"})
        case JobFailed(error="BadQuery"):
            return Problem(400, "bad_query", failure.message)
        case JobFailed(error="Forbidden"):
            return Problem(403, "forbidden", failure.message)
        case JobFailed(error="BadInput"):
            return Problem(400, "bad_request", failure.message.replace("--", ""))  # an option here is a parameter
        case JobFailed(error=error) if error in _READING:
            return Problem(400, "unreadable", failure.message)
        case JobFailed(error="MemoryError"):
            return Problem(503, "out_of_memory", "计算所需的内存超过上限，已经停止。")
        case JobFailed(error="GraphMissing" | "StoreRefused"):
            return Problem(503, "no_graph", failure.message)
        case _:
            return Problem(500, "internal", "服务内部出错，日志中有详情。")


def handle_problems(app: FastAPI) -> None:
    """Have every failure of a handler answered in one form."""

    async def failed(request: Request, failure: Exception) -> JSONResponse:
        return problem_of(failure).response()

    async def refused(request: Request, failure: Exception) -> JSONResponse:
        assert isinstance(failure, HTTPException)
        error, message = _BY_STATUS.get(failure.status_code, ("error", "请求没有得到答复"))
        headers = dict(failure.headers or {})
        if failure.status_code == 405:
            headers["Allow"] = ", ".join(_methods_of(request))
        own = str(failure.detail or "")
        told = own if any("\u4e00" <= letter <= "\u9fff" for letter in own) else f"{message}。"
        return Problem(failure.status_code, error, told, headers).response()

    async def invalid(request: Request, failure: Exception) -> JSONResponse:
        assert isinstance(failure, RequestValidationError)
        return Problem(400, "bad_request", f"参数有误：{_first(failure.errors())}。").response()

    for kind in (Problem, Busy, TimedOut, Died, JobFailed, Exception):
        app.add_exception_handler(kind, failed)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, invalid)


def _methods_of(request: Request) -> list[str]:
    """The methods that any route of the path takes."""

    def taken(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)

    return [method for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT") if taken(method)]


def _first(errors: Any) -> str:
    """Where the first fault lies and what it is, in Chinese where it is a common one."""
    fault = errors[0] if errors else {}
    where = ".".join(str(part) for part in fault.get("loc", ())[1:]) or "请求体"
    limits = fault.get("ctx") or {}
    match fault.get("type", ""):
        case "missing":
            return f"缺少 {where}"
        case "json_invalid":
            return "请求体不是合法的 JSON"
        case "string_too_short":
            return f"{where} 不能为空"
        case "string_too_long":
            return f"{where} 超过 {limits.get('max_length')} 个字"
        case "literal_error" | "enum":
            return f"{where} 只能是 {limits.get('expected', '规定的值')}"
        case "extra_forbidden":
            return f"没有参数 {where}"
        case kind if kind.startswith(("int", "float", "less", "greater")):
            return f"{where} 不是允许范围内的数"
        case kind if kind.startswith("string"):
            return f"{where} 应为文字"
        case _:
            return f"{where} 不合要求"

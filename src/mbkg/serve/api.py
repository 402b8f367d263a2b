"""The JSON interface: questions, suggestions, validation, what the graph holds."""

from __future__ import annotations

import json
import os
import re
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from mbkg.serve import schemas
from mbkg.serve.kept import Key
from mbkg.serve.problems import Problem

router = APIRouter(prefix="/api")

_ERRORS: dict[int, str] = {
    400: "请求有误",
    401: "需要访问密钥",
    429: "请求太频繁",
    500: "服务内部出错",
    503: "服务正忙，或内存不够",
    504: "超过时限",
}
_LONGEST = 2000
_MOST_WORDS = 20
_EXAMPLE = "哪个单位离休人员人均费用最高"
_NOT_IN_NAMES = re.compile(r"[^\w.\-（）()]+")
_DEFAULT_NAME = "上传文件"

Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


def answers(*more: int, model: type | None = None) -> dict[int | str, dict[str, Any]]:
    """The answers to document for a path: its form, the refusals that any path may give, and some of its own."""
    told = {
        **_ERRORS,
        403: "服务允许更新时，别的网站的网页不能发送请求",
        413: "请求体太大",
        415: "不是所要的请求格式",
        408: "请求体来得太慢",
    }
    kept = (*_ERRORS, *more)
    refusals: dict[int | str, dict[str, Any]] = {
        status: {"model": schemas.Error, "description": told[status]} for status in sorted(kept)
    }
    return {200: {"model": model}, **refusals} if model else refusals


@router.get("/ask", summary="提问", tags=["问答"], response_class=Response, responses=answers(model=schemas.Answer))
async def ask(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=_LONGEST, description="用中文提出的问题", examples=[_EXAMPLE])],
) -> Response:
    """回答一个问题，附口径、SPARQL 和印刷依据；答不了的说明缺什么。拒答也是 200，看 `status`。"""
    return json_response(await answered(request, q))


@router.post(
    "/ask",
    summary="提问",
    tags=["问答"],
    response_class=Response,
    responses=answers(403, 408, 413, 415, model=schemas.Answer),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schemas.Question.model_json_schema(),
                    "example": {"question": _EXAMPLE},
                }
            },
        }
    },
)
async def ask_posted(request: Request) -> Response:
    """同上，问题放在 JSON 里；给了 `id` 的原样带回。"""
    asked = await _posted_question(request)
    answer = await answered(request, asked["question"])
    if asked.get("id") is not None:
        answer = json.dumps({**json.loads(answer), "id": asked["id"]}, ensure_ascii=False).encode("utf-8", "replace")
    return json_response(answer)


async def answered(request: Request, question: str) -> bytes:
    """The JSON contract of an answer, kept for whoever asks the same."""
    return await _kept_or_run(request, "ask", {"question": _clean(question)}, keep="MBKG_LLM_URL" not in os.environ)


@router.get(
    "/suggest",
    summary="边输入边给出的问题",
    tags=["问答"],
    response_class=Response,
    responses=answers(model=schemas.Suggestions),
)
async def suggest(
    request: Request,
    q: Annotated[
        str, Query(max_length=200, description="已经输入的文字；空的给出一些例子", examples=["烟台公务"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=20, description="最多几个")] = 8,
) -> Response:
    """由图中的单位、年度、指标、科目和项目补全的问题，都可以直接提出。"""
    return json_response(await _kept_or_run(request, "suggest", {"text": _clean(q), "limit": limit}))


@router.get(
    "/validate",
    summary="图中报告的核对结果",
    tags=["核对"],
    response_class=Response,
    responses=answers(model=schemas.Validation),
)
async def findings(
    request: Request,
    report: Annotated[
        list[Words],
        Query(max_length=_MOST_WORDS, description="只核对这些报告：名称、单位（的一部分）、年度；可多次给出"),
    ] = [],  # noqa: B006
    rule: Annotated[
        list[Words],
        Query(max_length=_MOST_WORDS, description="只用这些规则：编号、编号样式（sum-*）、类别；可多次给出"),
    ] = [],  # noqa: B006
    severity: Annotated[schemas.Severity, Query(description="只用至少这样严重的规则")] = "info",
) -> Response:
    """与 `mbkg validate --format json` 相同。"""
    arguments = {"reports": [*map(_clean, report)], "rules": [*map(_clean, rule)], "severity": severity}
    seconds = request.app.state.settings.validate_seconds
    return json_response(await _kept_or_run(request, "validate", arguments, seconds=seconds))


@router.post(
    "/validate",
    summary="核对一个文件",
    tags=["核对"],
    response_class=Response,
    responses=answers(403, 408, 413, 415, model=schemas.Validation),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {
                                "type": "string",
                                "format": "binary",
                                "description": "报告文件：PDF、Word、Excel、文本等，或 mbkg 导出的 RDF",
                            }
                        },
                    }
                }
            },
        }
    },
)
async def check_file(
    request: Request,
    rule: Annotated[list[Words], Query(max_length=_MOST_WORDS, description="只用这些规则")] = [],  # noqa: B006
    severity: Annotated[schemas.Severity, Query(description="只用至少这样严重的规则")] = "info",
) -> Response:
    """读这个文件并核对，不入图，读完即删。"""
    name, data = await _posted_file(request)
    pool, seconds = request.app.state.pool, request.app.state.settings.validate_seconds
    with TemporaryDirectory(prefix="mbkg-") as folder:  # here and not in the evaluator, which may be ended at any time
        arguments = {"folder": folder, "name": name, "rules": [*map(_clean, rule)], "severity": severity}
        _, reply = await pool.run("validate_file", arguments, data, seconds=seconds, receive=request.receive)
    return json_response(reply)


@router.get(
    "/reports", summary="图中的报告", tags=["图"], response_class=Response, responses=answers(model=schemas.Reports)
)
async def reports(request: Request) -> Response:
    """每份报告是谁的、哪一年的、读出了多少。"""
    return json_response(await _kept_or_run(request, "reports", {}))


@router.get(
    "/units", summary="图中的单位", tags=["图"], response_class=Response, responses=answers(model=schemas.Units)
)
async def units(request: Request) -> Response:
    """报告说到的每个单位：在哪里、归谁管、公布了哪几年。"""
    return json_response(await _kept_or_run(request, "units", {}))


def json_response(data: bytes) -> Response:
    """JSON that a job wrote."""
    return Response(data, media_type="application/json")


async def _kept_or_run(
    request: Request, job: str, arguments: dict[str, Any], *, seconds: float = 0, keep: bool = True
) -> bytes:
    """What a job gave before for the same arguments and generation, else what it gives now."""
    state = request.app.state
    key: Key = (job, json.dumps(arguments, ensure_ascii=False))
    generation = state.pool.generation
    held: bytes | None = state.kept.get(generation, key)
    if held is not None:
        request.scope.setdefault("state", {})["generation"] = generation  # the door may give it to the same request
        return held
    limit = seconds or state.settings.ask_seconds
    head, data = await state.pool.run(job, arguments, seconds=limit, receive=request.receive)
    if keep:
        state.kept.put(str(head.get("generation", generation)), key, data)
    reply: bytes = data
    return reply


async def _posted_question(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "unsupported_media_type", "请求体应为 application/json。")
    try:
        asked = json.loads(await request.body(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Problem(400, "bad_request", "请求体不是合法的 JSON。") from None
    question = asked.get("question") if isinstance(asked, dict) else None
    if not isinstance(question, str) or not question.strip():
        raise Problem(400, "bad_request", '请求体应为 {"question": "…"}。')
    if len(question) > _LONGEST:
        raise Problem(400, "bad_request", f"问题超过 {_LONGEST} 个字。")
    return dict(asked)


def _no_number(word: str) -> None:
    raise ValueError(word)


async def _posted_file(request: Request) -> tuple[str, bytes]:
    """A harmless name of the file that was sent, and its bytes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Problem(415, "unsupported_media_type", "文件应以 multipart/form-data 发送，字段名为 file。")
    async with request.form(max_files=1, max_fields=8) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise Problem(400, "bad_request", "没有名为 file 的文件。")
        return safe_name(file.filename or ""), await file.read()


def safe_name(given: str) -> str:
    """What a client calls its file, fit to be the name of a file of ours: no folder, no dot in front, no odd letter, not too long.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\\\报告\\\\决算 2024.pdf"), safe_name(".bashrc")
    ('passwd', '决算_2024.pdf', 'bashrc')
    """
    base = re.split(r"[/\\]", given)[-1]
    plain = _NOT_IN_NAMES.sub("_", base).lstrip("._-").rstrip(".")
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        stem, suffix = plain, ""
    return (stem.encode()[:120].decode("utf-8", "ignore") or _DEFAULT_NAME) + (f".{suffix[:10]}" if suffix else "")


def _clean(text: str) -> str:
    """The text without halves of characters, which no file or query can hold."""
    return text.encode("utf-8", "replace").decode()

"""The interface of the TEXT2SPARQL challenge: a question becomes one query that selects its answer."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mbkg.serve import schemas
from mbkg.serve.api import _clean, _kept_or_run, answers, json_response

router = APIRouter()


@router.get(
    "/text2sparql",
    summary="问题变成 SPARQL（TEXT2SPARQL）",
    tags=["问答"],
    response_class=Response,
    responses=answers(model=schemas.LeanQuery),
)
async def text2sparql(
    request: Request,
    question: Annotated[
        str, Query(min_length=1, max_length=2000, description="问题", examples=["哪个单位离休人员人均费用最高"])
    ],
    dataset: Annotated[
        str, Query(max_length=2000, description="数据集的标识，原样带回", examples=["https://w3id.org/mbkg/"])
    ] = "https://w3id.org/mbkg/",
) -> Response:
    """给出自带前缀的一个查询，在 `/sparql` 上执行即得答案，不多选别的；答不了的问题得到必然没有结果的查询。"""
    lean = await _kept_or_run(request, "text2sparql", {"question": _clean(question)})
    told = {"dataset": _clean(dataset), "question": _clean(question), **json.loads(lean)}
    return json_response(json.dumps(told, ensure_ascii=False).encode())

"""The tools for language models (MCP), over stdio and over HTTP at /mcp, with the official SDK.

The SDK takes a second to import, so nothing here imports it before it is needed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field
from starlette.types import ASGIApp, Receive, Scope, Send

from mbkg import __version__
from mbkg.serve import schemas
from mbkg.serve.pool import Pool
from mbkg.serve.problems import problem_of
from mbkg.serve.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

Run = Callable[[str, dict[str, Any], float], Awaitable[bytes]]
"""`run(job, arguments, seconds)`: what an evaluator replies."""

_ABOUT = (
    "中国医疗保障部门公开的预算、决算报告。先用 list_reports 看有哪些单位和年度，再用 ask 提问；"
    "ask 答不了时它会说明缺什么，不要自己编数字。每个数字都附有印在原件何处，引用时请一并给出。"
)
_MOST_ROWS = 1000
_MOST_FINDINGS = 200


class Rows(BaseModel):
    """SPARQL 的结果。"""

    columns: list[str]
    rows: list[dict[str, str]] = Field(description="未绑定的变量不出现")
    truncated: bool = Field(description="后面是否还有行没有给出")
    boolean: bool | None = Field(default=None, description="ASK 的结果")


class Findings(BaseModel):
    """勾稽核对的结果。"""

    conforms: bool
    checks: schemas.Checks
    total: int = Field(description="共有多少项发现")
    findings: list[schemas.Finding] = Field(description="其中前若干项")


def make_server(settings: Settings, run: Run) -> MCPServer[Any]:
    """The server with its tools; each call is one job."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    server: MCPServer[Any] = MCPServer(
        "mbkg", "医保预算决算", instructions=_ABOUT, version=__version__, log_level="WARNING"
    )
    reading = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

    async def reply(job: str, arguments: dict[str, Any], seconds: float) -> Any:
        try:
            return json.loads(await run(job, arguments, seconds))
        except Exception as failure:
            problem = problem_of(failure)
            if problem.status == 500:
                raise
            raise ToolError(problem.message) from failure

    @server.tool(title="提问", annotations=reading)
    async def ask(
        question: Annotated[
            str, Field(min_length=1, max_length=500, description="用中文提出的一个问题，写明单位、年度和要问的数")
        ],
    ) -> schemas.Answer:
        """回答一个关于医保部门预算、决算的中文问题：数字、排名、占比、增减、原因、项目和绩效指标。

        返回完整的中文回答、数值、口径、SPARQL，以及每个数字印在哪份文件的哪一页哪一行。status 不是 answered 时没有答案，text 说明缺什么。
        """
        return schemas.Answer.model_validate(await reply("ask", {"question": _clean(question)}, settings.ask_seconds))

    @server.tool(title="SPARQL 查询", annotations=reading)
    async def sparql(
        query: Annotated[str, Field(min_length=1, max_length=100_000, description="SELECT、ASK 或 CONSTRUCT 查询")],
        limit: Annotated[int, Field(ge=1, le=_MOST_ROWS, description="最多给出多少行")] = 100,
    ) -> Rows:
        """在知识图谱上执行 SPARQL 1.1 查询（只读）。

        常用前缀 mb: skos: org: prov: qb: dcterms: rdfs: 不必声明，不写 GRAPH 时查所有图。一个数是一个 mb:BudgetFact，
        有 mb:body 单位、mb:year、mb:phase、mb:measure、mb:amountWan（万元）；项目是 mb:Project，绩效指标是 mb:Indicator。
        """
        arguments = {"query": _clean(query), "limit": limit}
        return Rows.model_validate(await reply("table", arguments, settings.query_seconds))

    @server.tool(title="有哪些报告", annotations=reading)
    async def list_reports() -> schemas.Reports:
        """列出图中的报告：单位、年度、预算还是决算、文件，以及读出了多少表和数字。"""
        return schemas.Reports.model_validate(await reply("reports", {}, settings.ask_seconds))

    @server.tool(title="勾稽核对的发现", annotations=reading)
    async def findings(
        report: Annotated[
            str, Field(max_length=200, description="只看这份报告：名称、单位（的一部分）或年度；空的为全部")
        ] = "",
        rule: Annotated[str, Field(max_length=200, description="只看这条规则：编号、编号样式（sum-*）或类别")] = "",
        severity: Annotated[schemas.Severity, Field(description="只看至少这样严重的")] = "warning",
        limit: Annotated[int, Field(ge=1, le=_MOST_FINDINGS, description="最多给出多少项")] = 50,
    ) -> Findings:
        """按勾稽规则核对图中的报告，列出不符的、因四舍五入有差的和无法核对的，每项都有两边的数、差额和印刷位置。"""
        arguments = {
            "reports": [_clean(report)] if report.strip() else [],
            "rules": [_clean(rule)] if rule.strip() else [],
            "severity": severity,
        }
        found = await reply("validate", arguments, settings.validate_seconds)
        first = {**found, "total": len(found["findings"]), "findings": found["findings"][:limit]}
        return Findings.model_validate(first)

    return server


class Endpoint:
    """/mcp: stateless streamable HTTP, started when it is first called. The guard stands before it like before every path."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool
        self._starting: asyncio.Task[ASGIApp] | None = None
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        app = await asyncio.shield(self._starting)
        await app(scope, receive, send)

    async def close(self) -> None:
        """Let no call go on."""
        self._stop.set()
        if self._running is not None:
            with contextlib.suppress(Exception):
                await self._running

    async def _start(self) -> ASGIApp:
        manager = await asyncio.to_thread(self._manager)
        ready = asyncio.Event()

        async def run() -> None:
            async with manager.run():
                ready.set()
                await self._stop.wait()

        self._running = asyncio.create_task(run())
        await ready.wait()
        app: ASGIApp = manager.asgi_app
        return app

    def _manager(self) -> Any:
        from mcp.server.transport_security import TransportSecuritySettings

        async def run(job: str, arguments: dict[str, Any], seconds: float) -> bytes:
            return (await self._pool.run(job, arguments, seconds=seconds))[1]

        server = make_server(self._settings, run)
        server.streamable_http_app(
            json_response=True,
            stateless_http=True,
            max_request_body_size=self._settings.request_bytes,
            transport_security=TransportSecuritySettings(
                enable_dns_rebinding_protection=False
            ),  # the guard checks the host
        )
        return server.session_manager


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()

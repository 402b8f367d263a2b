"""`mbkg serve` and `mbkg mcp`: from options and environment to a running server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mbkg.graph.generations import KgDirectory
from mbkg.graph.store import is_url
from mbkg.serve.settings import Settings


def run_serve(settings: Settings) -> int:
    """Serve until told to stop; the shipped reports are built first where there is no graph yet. Returns the exit code."""
    from mbkg.serve.guard import is_loopback
    from mbkg.serve.supervisor import Supervisor

    if not is_loopback(settings.host) and not settings.api_key:
        _say(f"注意：{settings.host} 上的服务别的机器也能访问，而没有设访问密钥（--api-key-file 或 MBKG_API_KEY）。")
    _first_build(settings)
    server = Supervisor(settings)
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    _say(f"网页 http://{name}:{server.port}/　SPARQL http://{name}:{server.port}/sparql　Ctrl-C 停止")
    return server.run()


def run_mcp(settings: Settings) -> int:
    """Serve the tools on standard input and output until the client closes them. Nothing else is written to standard output."""
    import asyncio

    from mbkg.serve.alone import Alone
    from mbkg.serve.mcp import make_server

    async def serve() -> None:
        evaluator = Alone(settings.kg)
        try:
            await make_server(settings, evaluator.run).run_stdio_async()
        finally:
            evaluator.close()

    _first_build(settings)
    asyncio.run(serve())
    return 0


def _first_build(settings: Settings) -> None:
    """Build in a process of its own: this one forks, and must stay without threads."""
    if is_url(settings.kg) or KgDirectory(Path(settings.kg)).current() is not None:
        return
    _say("还没有知识图谱，先读取随包发布的报告…")
    subprocess.run([sys.executable, "-m", "mbkg.cli", "build", "--kg", settings.kg], stdout=sys.stderr, check=False)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

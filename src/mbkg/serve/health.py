"""Whether the server can answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

router = APIRouter()


@router.get("/health", summary="是否可用")
async def health(request: Request) -> dict[str, Any]:
    """The generation served, and how many jobs run now."""
    pool = request.app.state.pool
    return {"status": "ok", "generation": pool.generation, "running": pool.running}

"""The web application: every path of the server, and what stands before them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp

from mbkg.serve import api, health, openapi, text2sparql
from mbkg.serve.guard import Guard
from mbkg.serve.kept import Kept
from mbkg.serve.mcp import Endpoint
from mbkg.serve.pool import Pool
from mbkg.serve.problems import handle_problems
from mbkg.serve.settings import Settings
from mbkg.serve.sparql import endpoint as sparql
from mbkg.serve.sparql import openapi as sparql_openapi
from mbkg.serve.web import routes as pages


class App(FastAPI):
    """FastAPI with the guard around everything, so that no answer, not even of a fault, goes out past it."""

    def build_middleware_stack(self) -> ASGIApp:
        return Guard(sparql.Before(super().build_middleware_stack(), self.state.settings), self.state.settings)


def create_app(settings: Settings, pool: Pool) -> FastAPI:
    """The application over a pool of evaluators. Handlers find both in `request.app.state`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await pool.start()
        yield
        await endpoint.close()
        await pool.close()

    app = App(title="mbkg", lifespan=lifespan, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.settings, app.state.pool = settings, pool
    app.state.kept = Kept(settings.cache_bytes)
    handle_problems(app)
    openapi.describe(app)
    endpoint = Endpoint(settings, pool)
    app.include_router(api.router)
    app.include_router(health.router)
    app.include_router(openapi.router)
    app.include_router(text2sparql.router)
    app.router.routes.append(Route("/mcp", endpoint, methods=["GET", "POST", "DELETE"], include_in_schema=False))
    sparql_openapi.describe(app)
    pages.install(app)
    return app

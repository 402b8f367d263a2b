"""The description of the interface as OpenAPI, and a page of documentation made from it that needs nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse, Response

from mbkg import __version__

router = APIRouter(include_in_schema=False)
_ABOUT = "医保部门预算、决算公开报告的知识图谱：提问、SPARQL、勾稽核对。每个数字都能指回印刷处。"
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Have `/openapi.json` tell what the server does: refusals in our one form, never the framework's 422."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _without_422(
                get_openapi(title="mbkg", version=__version__, description=_ABOUT, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _without_422(schema: dict[str, Any]) -> dict[str, Any]:
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["security"] = [{}, {"bearer": []}, {"header": []}]
    components = schema.setdefault("components", {})
    for name in _NOT_OURS:
        components.get("schemas", {}).pop(name, None)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "设了密钥的服务才需要"},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "同上，另一种写法"},
    }
    return schema


@router.get("/api/docs")
async def documentation(request: Request) -> Response:
    """The page, made once."""
    state = request.app.state
    if not hasattr(state, "documentation"):
        state.documentation = _page(request.app.openapi())
    return HTMLResponse(state.documentation)


@router.get("/api/docs.css")
async def style() -> Response:
    return Response(_file("page.css"), media_type="text/css")


@cache
def _file(name: str) -> str:
    return files("mbkg.serve").joinpath("docs", name).read_text(encoding="utf-8")


def _page(schema: dict[str, Any]) -> str:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["form"] = _form
    return environment.from_string(_file("page.html")).render(
        info=schema["info"], operations=_operations(schema), forms=schema["components"].get("schemas", {})
    )


def _operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), "anchor": f"{method}{path.replace('/', '-')}", **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def _form(schema: dict[str, Any] | None) -> str:
    """What kind of value a schema allows, in a word or two."""
    if not schema:
        return "任意"
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_form(part) for part in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"[{_form(schema.get('items'))}]"
    return str(schema.get("format") or schema.get("type") or "任意")

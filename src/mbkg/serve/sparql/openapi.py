"""The endpoint in the OpenAPI file: written by hand, since it is no FastAPI endpoint and has three forms of one request."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI


def describe(app: FastAPI) -> None:
    """Add `/sparql` to the application's `/openapi.json`."""
    without = app.openapi

    def described() -> dict[str, Any]:
        schema = without()
        schema["paths"].setdefault("/sparql", described_path())
        return schema

    app.openapi = described  # type: ignore[method-assign]


@cache
def described_path() -> dict[str, Any]:
    """The path item: GET and POST."""
    document: dict[str, Any] = json.loads(files(__package__).joinpath("openapi.json").read_text(encoding="utf-8"))
    for operation in document["path"].values():
        shared = {status: document["responses"][status] for status in operation.pop("refusals")}
        operation["responses"] = {**operation["responses"], **shared}
    path: dict[str, Any] = document["path"]
    return path

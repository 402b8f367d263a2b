"""One module a page: the graph and the parameters of a request to what its template shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mbkg.serve.jobs import Graph

Query = Mapping[str, Sequence[str]]
"""The query of a request: every name with its values in their order."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: the template, what it is filled with, the HTTP status."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200


class NotHere(Exception):
    """What the address names is not in the graph; the message is a sentence."""


View = Callable[[Graph, Query], Page]


def one(query: Query, name: str) -> str:
    """The first value of a parameter without surrounding space, blank where it is absent."""
    values = query.get(name) or ("",)
    return values[0].strip()


def whole(query: Query, name: str) -> int | None:
    """A parameter that counts something; None where it is absent or no such number."""
    value = one(query, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None

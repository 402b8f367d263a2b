"""What an evaluator can do. A job is a function of the graph and JSON arguments; its reply is a JSON head and bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mbkg.graph.store import GraphStore

Reply = tuple[dict[str, Any], bytes]


@dataclass(slots=True)
class Graph:
    """What every job works with: the open graph, where it lives, and which generation of it this is."""

    store: GraphStore
    kg: str
    generation: str
    kept: dict[str, Any] = field(default_factory=dict)
    """What a job keeps for the next one of its kind, in this evaluator or, made before the fork, in all of them."""


Job = Callable[..., Reply]
"""`job(graph, body=b"", **arguments)`"""


def load_jobs() -> dict[str, Job]:
    """Every job by name; imported when the keeper starts, so that no evaluator pays for it."""
    from mbkg.serve.jobs import api, asking, pages, service_description, sparql, updating

    return {**api.JOBS, **asking.JOBS, **pages.JOBS, **service_description.JOBS, **sparql.JOBS, **updating.JOBS}

"""What a server may do, how much, and for how long."""

from __future__ import annotations

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The limits of one server. Times in seconds, sizes in bytes."""

    kg: str = ".mbkg"
    host: str = "127.0.0.1"
    port: int = 8000
    evaluators: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    """How many evaluators stand ready."""
    most_evaluators: int = 8
    """How many may run at once when those that stand ready are busy; one request more is told to come back."""
    query_seconds: float = 30.0
    ask_seconds: float = 20.0
    validate_seconds: float = 120.0
    rows: int = 100_000
    """The most rows of a SELECT, triples of a CONSTRUCT; what is cut says so."""
    memory: int = 2 * 1024**3
    """How much more than the graph itself one evaluator may take."""
    request_bytes: int = 1024 * 1024
    upload_bytes: int = 32 * 1024 * 1024
    """The largest file that may be sent to be checked."""
    requests_per_minute: int = 0
    """For one client; 0 is no limit."""
    api_key: str = ""
    """Where set, every request but /health must carry it."""
    origins: tuple[str, ...] = ("*",)
    """Who may read answers from another site's page (CORS)."""
    hosts: tuple[str, ...] = ()
    """Names by which clients may call the server; where it listens on loopback, beside the loopback's own."""
    behind_proxy: bool = False
    """Whether a proxy on this machine tells who the client is (X-Forwarded-For)."""
    body_seconds: float = 60.0
    """How long a request's body may take to arrive."""
    stall_seconds: float = 10.0
    """How long nothing of it may arrive."""
    uploads: int = 2
    """How many files may be on their way at once."""
    update: bool = False
    service: bool = False
    in_memory: bool = True
    cache_bytes: int = 64 * 1024**2
    log: bool = True

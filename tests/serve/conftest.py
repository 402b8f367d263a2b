"""A real server over the shipped reports: its own processes, a free port, stopped at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mbkg.graph.build import build


@dataclass(frozen=True)
class Running:
    """A server under test: where it is, its process, and the file its log goes to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    kg: str


Start = Callable[..., AbstractContextManager[Running]]


@pytest.fixture(scope="session")
def served_kg(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("serve") / "kg")
    build(kg=where)
    return where


@pytest.fixture(scope="session")
def start_server(served_kg: str, tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts `mbkg serve` with options of its own: `with start_server("--timeout", "1") as running`."""

    @contextmanager
    def start(*options: str, kg: str = served_kg, env: dict[str, str] | None = None) -> Iterator[Running]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = tmp_path_factory.mktemp("log") / "serve.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "mbkg.cli", "serve", "--port", str(port), "--kg", kg, *options],
                stdout=stream,
                stderr=stream,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{port}"
        try:
            _until_healthy(url, process, log)
            yield Running(url, process, log, kg)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    raise

    return start


@pytest.fixture(scope="session")
def server(start_server: Start) -> Iterator[Running]:
    """One server with the default options for all tests that only ask."""
    with start_server() as running:
        yield running


def _until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended by itself: {log.read_text(encoding='utf-8', errors='replace')}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not come up: {log.read_text(encoding='utf-8', errors='replace')}")

"""Small reports to build graphs from, see `small_reports`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_reports import SMALL, write_small

from mbkg.graph.build import BuildResult, build
from mbkg.graph.export import sorted_nquads
from mbkg.graph.store import open_graph, rows_of


class Workshop:
    """A folder of small reports and a graph built from them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reports = root / "reports"
        self.kg = str(root / "kg")

    def write(self, name: str, **told: object) -> Path:
        return write_small(self.reports, name, **told)

    def build(self, *paths: Path, kg: str | None = None, fresh: bool = False) -> BuildResult:
        return build(paths or [self.reports], kg or self.kg, pipeline=SMALL, fresh=fresh)

    def quads(self, kg: str | None = None) -> list[bytes]:
        graph = open_graph(kg or self.kg)
        lines = sorted_nquads(graph)
        graph.close()
        return lines

    def ask(self, sparql: str) -> list[dict[str, str]]:
        graph = open_graph(self.kg)
        rows = list(rows_of(graph.query(sparql)))  # type: ignore[arg-type]
        graph.close()
        return rows


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def other_folder(tmp_path: Path) -> Callable[[str], str]:
    return lambda name: str(tmp_path / name)

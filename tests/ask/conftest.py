"""The graph of the shipped reports, built once for all questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mbkg.graph.build import build
from mbkg.graph.store import GraphStore, open_graph


@pytest.fixture(scope="session")
def kg(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("ask") / "kg")
    build(kg=where)
    return where


@pytest.fixture(scope="session")
def graph(kg: str) -> Iterator[GraphStore]:
    store = open_graph(kg)
    yield store
    store.close()

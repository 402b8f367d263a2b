"""The graph of the shipped reports with its index, built once; the phrases and measures of `benchmarks/retrieval.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from mbkg.graph.build import build
from mbkg.graph.store import GraphStore, open_graph
from mbkg.index import refresh_index


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = str(tmp_path_factory.mktemp("index") / "kg")
    build(kg=where)
    refresh_index(where)
    return where


@pytest.fixture(scope="session")
def graph(indexed: str) -> Iterator[GraphStore]:
    store = open_graph(indexed)
    yield store
    store.close()

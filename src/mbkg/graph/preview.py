"""Files as a graph in memory, for commands that look at reports without keeping them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from mbkg.graph.build import read_to_memory
from mbkg.graph.ingest import MBKG, Pipeline
from mbkg.graph.store import OxigraphStore
from mbkg.graph.target import IN_COMMON, name_unlisted, ontology_nquads


@dataclass(frozen=True, slots=True)
class Preview:
    """A graph in memory; `has_reports` tells whether anything was read into it."""

    store: OxigraphStore
    has_reports: bool


def preview_graph(paths: Sequence[str | Path], pipeline: Pipeline = MBKG) -> tuple[Preview, list[str]]:
    """Read files into memory; returns the graph and a line for every file that gave no report."""
    readings, chunks = read_to_memory(paths, pipeline)
    store = Store()
    store.bulk_load(ontology_nquads(), RdfFormat.N_QUADS)
    lines = [line for chunk in chunks for line in chunk.splitlines()]
    store.bulk_load(b"\n".join(line for line in lines if not line.endswith(IN_COMMON)), RdfFormat.N_QUADS)
    store.bulk_load(name_unlisted(line for line in lines if line.endswith(IN_COMMON)), RdfFormat.N_QUADS)
    return Preview(OxigraphStore(store), bool(chunks)), [reading.problem for reading in readings if reading.problem]

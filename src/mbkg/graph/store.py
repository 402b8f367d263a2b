"""The graph as its readers ask it: one interface, an Oxigraph directory or any SPARQL 1.1 store behind it.

Every query reads the union of all graphs unless it names one, so nobody needs a GRAPH clause. A triple stands in one graph only
(`iris.COMMON_GRAPH`), because Oxigraph's union counts a triple as often as it is stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pyoxigraph import (
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from mbkg.errors import BadQuery, GraphMissing
from mbkg.graph.generations import KgDirectory
from mbkg.graph.iris import PREFIXES
from mbkg.graph.querywords import facts_of

QueryResult = QuerySolutions | QueryBoolean | QueryTriples
DEFAULT_KG = ".mbkg"


class GraphStore(Protocol):
    """What a reader of the graph may ask."""

    where: str

    def query(self, sparql: str) -> QueryResult:
        """Evaluate SELECT, ASK, CONSTRUCT or DESCRIBE over the union of all graphs.

        The usual prefixes (`mb:`, `skos:`, `org:`, `prov:`, `qb:` …) need no declaration.

        Raises:
            BadQuery: the engine refuses the query; the message is the engine's.
        """
        ...

    def quads(self) -> Iterator[Quad]:
        """Every quad of the store, in no order."""
        ...

    def close(self) -> None: ...


class OxigraphStore:
    """A graph held by Oxigraph in this process: on disk, read-only, or in memory."""

    def __init__(self, store: Store, where: str = "内存", lease: int | None = None) -> None:
        self.where = where
        self._store: Store | None = store
        self._lease = lease

    @property
    def store(self) -> Store:
        if self._store is None:
            raise GraphMissing(self.where, "图已关闭")
        return self._store

    def query(self, sparql: str) -> QueryResult:
        return run_query(self.store, sparql)

    def quads(self) -> Iterator[Quad]:
        return iter(self.store)

    def close(self) -> None:
        self._store = None
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None


def run_query(store: Store, sparql: str) -> QueryResult:
    """Evaluate a query on an Oxigraph store over the union of its graphs, or over those that it names (FROM).

    Raises:
        BadQuery: with the engine's message on one line.
    """
    try:
        union = not facts_of(sparql).own_dataset
        return store.query(sparql, prefixes=PREFIXES, use_default_graph_as_union=union)
    except (SyntaxError, ValueError) as error:
        raise BadQuery(" ".join(str(error).split())) from error


def kg_location(kg: str | None) -> str:
    """Where the graph lives: the option, else MBKG_KG, else `.mbkg` in the working directory."""
    return kg or os.environ.get("MBKG_KG") or DEFAULT_KG


def is_url(location: str) -> bool:
    return location.startswith(("http://", "https://"))


def open_graph(kg: str | None = None) -> GraphStore:
    """Open the knowledge graph for reading: the last good generation of a directory, or a SPARQL endpoint.

    Raises:
        GraphMissing: nothing was built there yet.
    """
    location = kg_location(kg)
    if is_url(location):
        from mbkg.graph.remote import RemoteStore

        return RemoteStore(location)
    store, lease = KgDirectory(Path(location)).open_current()
    return OxigraphStore(store, location, lease)


def rows_of(result: QueryResult) -> Iterator[dict[str, str]]:
    """The rows of a SELECT as plain texts, unbound variables left blank."""
    if not isinstance(result, QuerySolutions):
        raise BadQuery("这里需要 SELECT 查询")
    names = [variable.value for variable in result.variables]
    for solution in result:
        yield {name: "" if solution[name] is None else solution[name].value for name in names}

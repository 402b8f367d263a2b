"""SPARQL updates, where they are switched on: each makes a new generation of the graph, to which the server then moves.

The graph is what the reports say. An update is an operator's own addition to it, so the new generation's manifest is marked as not made by
a build, and the next `mbkg build` restores the graph from the reports, whole.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from pyoxigraph import Store

from mbkg.errors import BadQuery
from mbkg.graph.generations import KgDirectory, write_durably
from mbkg.graph.iris import PREFIXES
from mbkg.graph.querywords import facts_of, words_at
from mbkg.graph.store import is_url
from mbkg.serve.jobs import Graph, Reply
from mbkg.serve.jobs.complaints import complaint
from mbkg.serve.jobs.sparql import Forbidden

BY_HAND = "changed by a SPARQL update"
"""The `knowledge` of a manifest that no build wrote."""
_SHORT_FORM = re.compile(r"\bDELETE\s*$", re.IGNORECASE)


def update(
    graph: Graph,
    update: str,
    base: str,
    default: list[str],
    named: list[str],
    service: bool = False,
    body: bytes = b"",
) -> Reply:
    """Apply an update to a copy of the current generation and publish it; `made` in the reply is the new one's name.

    Args:
        default, named: the graphs that the request names for the WHERE clauses.
    Raises:
        BadQuery, Forbidden, BuildRunning
    """
    facts = facts_of(update)
    if is_url(graph.kg):
        raise Forbidden("知识图谱在另一个 SPARQL 服务中，请直接向它发送更新。")
    if facts.load:
        raise Forbidden("本服务不从别处读取文件，LOAD 没有开放。")
    if facts.service and not service:
        raise Forbidden("本服务不替更新访问其他 SPARQL 服务，SERVICE 没有开放。")
    if (default or named) and facts.own_dataset:
        raise BadQuery("更新里已有 USING 或 WITH，请求中就不能再有 using-graph-uri 或 using-named-graph-uri")
    text = with_using(update, default, named) if default or named else update
    directory = KgDirectory(Path(graph.kg))
    with directory.locked():
        current = directory.current()
        folder = directory.new_generation(copy_current=True)
        try:
            _apply(folder / "store", text, base)
        except (SyntaxError, ValueError, RuntimeError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise BadQuery(complaint(text, str(error))) from error
        if current is not None:
            _carry_over(current, folder)
        directory.publish(folder)
    return {"made": folder.name}, b""


def with_using(update: str, default: list[str], named: list[str]) -> str:
    """The update with the request's graphs as the USING clauses of each of its operations.

    Raises:
        BadQuery: an operation in the short form DELETE WHERE, which has no place for them.
    """
    clauses = "".join([*(f"USING <{iri}> " for iri in default), *(f"USING NAMED <{iri}> " for iri in named)])
    parts, end = [], 0
    for word, start in words_at(update, depth=0):
        if word == "WHERE":
            if _SHORT_FORM.search(update[end:start]):
                raise BadQuery("DELETE WHERE 没有 USING，不能与 using-graph-uri 同用，请写成 DELETE {…} WHERE {…}")
            parts += [update[end:start], clauses]
            end = start
    return "".join([*parts, update[end:]])


def _apply(folder: Path, update: str, base: str) -> None:
    store = Store(str(folder))
    store.update(update, base_iri=base, prefixes=PREFIXES)
    store.flush()


def _carry_over(current: Path, folder: Path) -> None:
    """What the last generation knows of its making, marked so that a build does not take this one for its own."""
    for path in current.glob("*.json"):
        if path.name == "manifest.json":
            manifest = json.loads(path.read_text(encoding="utf-8"))
            write_durably(
                folder / path.name, json.dumps({**manifest, "knowledge": BY_HAND}, ensure_ascii=False).encode()
            )
        else:
            shutil.copy2(path, folder / path.name)


JOBS = {"update": update}

"""The transcribed lines of a report, where its file is a text that still is what was read.

Which file that is comes from the graph and from the build's own record; nothing of a request is ever part of a path. A file whose digest
differs from the one in the graph is not shown: its lines would no longer be those that the figures were read from.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from mbkg.errors import MbkgError
from mbkg.graph.generations import KgDirectory
from mbkg.graph.store import is_url
from mbkg.resources import resource_path
from mbkg.serve.jobs import Graph
from mbkg.serve.web.reading import rows
from mbkg.serve.web.views.holdings import ReportInfo

_TEXTS = frozenset({".txt", ".md", ".markdown", ".tsv"})
_KEPT = 8


def lines_of(graph: Graph, report: ReportInfo, file: str = "") -> list[str] | None:
    """The lines of one file of a report (its first where none is named), line n at n - 1; None where they cannot be had."""
    digests = {row["file"]: row["sha"] for row in rows(graph, "files", report=[report.node])}
    name = file or report.file
    if name not in digests or Path(name).suffix.lower() not in _TEXTS:
        return None
    kept: dict[str, list[str]] = graph.kept.setdefault("web.lines", {})
    digest = digests[name]
    if digest not in kept:
        found = _read(graph, name, digest)
        if found is None:
            return None
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[digest] = found
    return kept[digest]


def _read(graph: Graph, name: str, digest: str) -> list[str] | None:
    from mbkg.documents.text import parse_text

    for path in _candidates(graph, name, digest):
        with contextlib.suppress(OSError, MbkgError):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == digest:
                found: list[str] = []
                for line in parse_text(data, name).lines:
                    if line.number == len(found) + 1:
                        found.append(line.text)
                    else:  # a page break within a line
                        found[-1] += line.text
                return found
    return None


def _candidates(graph: Graph, name: str, digest: str) -> Iterator[Path]:
    if not is_url(graph.kg):
        for entry in KgDirectory(Path(graph.kg)).manifest().get("files", ()):
            if entry.get("sha256") == digest:
                yield Path(entry["path"])
    with contextlib.suppress(FileNotFoundError):
        yield resource_path("data", "reports") / Path(name).name

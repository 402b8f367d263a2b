"""Where a build writes: a directory of generations, or a remote store; what goes in is the same.

A target is loaded from the readings in the cache: the graphs of reports that changed, what the accounting rules found in them, the common
graph, the vocabulary, and what the rules derive. Where a body has several reports, what one changes is checked against the others last. A
directory gets a new generation, which readers see when it is whole; a remote store is changed graph by graph.
"""

from __future__ import annotations

import io
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple, parse

from mbkg.graph.cache import ReadingCache
from mbkg.graph.checking import compare_bodies
from mbkg.graph.derive import derive
from mbkg.graph.generations import KgDirectory, write_durably
from mbkg.graph.ingest import ReportChecks, to_nquads
from mbkg.graph.iris import (
    COMMON_GRAPH,
    DERIVED_GRAPH,
    MB,
    RULES_GRAPH,
    SKOS,
    VOCABULARY_GRAPH,
    body_of_key,
    digest,
    findings_iri,
    report_iri,
)
from mbkg.graph.manifest import Chosen, Manifest
from mbkg.graph.reading_report import BuildResult
from mbkg.graph.store import OxigraphStore
from mbkg.graph.vocabulary import load_vocabulary, ontology_files

IN_COMMON = f"<{COMMON_GRAPH.value}> .".encode()
WAITING = "waiting.json"
CHECKS = "checks.json"
Counts = dict[str, dict[str, int]]
_UNLISTED = f" {MB.unlisted} ".encode()
_ALT_LABEL = f"{SKOS.altLabel} ".encode()
_PREF_LABEL = f"{SKOS.prefLabel} ".encode()


class Target(Protocol):
    where: str
    cache: Path

    def locked(self) -> AbstractContextManager[None]: ...

    def manifest(self) -> dict[str, Any]: ...

    def is_built(self) -> bool: ...

    def checks(self) -> Counts:
        """How many checks of each report, by its key, had which outcome."""
        ...

    def remember(self, after: Manifest) -> None:
        """Keep what was read while it makes no report yet: the words of one whose tables are still to come."""
        ...

    def load(self, before: Manifest, after: Manifest, cache: ReadingCache, result: BuildResult) -> BuildResult:
        """Bring the graph from one manifest to the next; returns the result with what the graph now holds."""
        ...


class DirectoryTarget:
    """A directory: each load makes a new generation and publishes it."""

    def __init__(self, root: Path) -> None:
        self.where = str(root)
        self._directory = KgDirectory(root)
        self.cache = self._directory.cache

    def locked(self) -> AbstractContextManager[None]:
        return self._directory.locked()

    def manifest(self) -> dict[str, Any]:
        return self._directory.manifest() if self.is_built() else _read_json(self._directory.root / WAITING)

    def is_built(self) -> bool:
        return self._directory.current() is not None

    def checks(self) -> Counts:
        return self._directory.read_json(CHECKS)

    def remember(self, after: Manifest) -> None:
        _write_json(self._directory.root / WAITING, after.to_json())

    def load(self, before: Manifest, after: Manifest, cache: ReadingCache, result: BuildResult) -> BuildResult:
        onto_current = self.is_built() and before.knowledge == after.knowledge and bool(before.reports)
        folder = self._directory.new_generation(copy_current=onto_current)
        result = _fill(folder / "store", before if onto_current else Manifest(""), after, cache, result)
        _write_json(folder / "manifest.json", after.to_json())
        _write_json(folder / "reading.json", result.to_json())
        _write_json(folder / CHECKS, dict(result.checks))
        self._directory.publish(folder)
        cache.keep_only({file.entry for file in after.files} | cache.used)
        return result


def _fill(store_path: Path, before: Manifest, after: Manifest, cache: ReadingCache, result: BuildResult) -> BuildResult:
    """Load one generation's store; it is closed when this returns.

    A bulk load costs a tenth of a second however little it loads, so a new store gets everything in one, and a change is
    an ordinary transaction.
    """
    from mbkg.validate.findings_graph import rule_lines

    store = Store(str(store_path))
    held = {chosen.key: chosen for chosen in before.reports}
    wanted = {chosen.key: chosen for chosen in after.reports}
    to_check = _to_check(before, after)
    for key in sorted(held):
        if held[key] != wanted.get(key):
            store.remove_graph(report_iri(key))
        if key in to_check or key not in wanted:
            store.remove_graph(findings_iri(report_iri(key).value))
    changed = (report_lines(chosen, cache) for key, chosen in wanted.items() if held.get(key) != chosen)
    across = compare_bodies([wanted[key] for key in _with_company(to_check, wanted)], cache)
    findings = (_finding_lines(wanted[key], across, cache) for key in to_check)
    if before.reports:
        store.remove_graph(COMMON_GRAPH)
        store.remove_graph(DERIVED_GRAPH)
        store.remove_graph(RULES_GRAPH)
        for lines in (*changed, *findings, rule_lines(), common_lines(after, cache)):
            store.load(lines, RdfFormat.N_QUADS)
    else:
        chunks = itertools.chain((ontology_nquads(), rule_lines()), changed, findings, (common_lines(after, cache),))
        store.bulk_load(io.BufferedReader(_Stream(chunks)), RdfFormat.N_QUADS)
    derived = 0
    for quads in derive(OxigraphStore(store)):
        store.extend(quads)
        derived += len(quads)
    store.flush()
    store.optimize()
    result = _counted(result, to_check, wanted, across, cache)
    return replace(result, changed=True, triples=len(store), derived=derived)


def _to_check(before: Manifest, after: Manifest) -> list[str]:
    """The keys of reports whose findings may differ: those that changed and the others of their bodies, or all where the rules changed."""
    held = {chosen.key: chosen for chosen in before.reports} if before.rules == after.rules else {}
    wanted = {chosen.key: chosen for chosen in after.reports}
    bodies = {body_of_key(key) for key in held.keys() | wanted.keys() if held.get(key) != wanted.get(key)}
    return [key for key in wanted if body_of_key(key) in bodies]


def _with_company(keys: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Those of the reports whose body has another one to be compared with."""
    reports = Counter(map(body_of_key, wanted))
    return [key for key in keys if reports[body_of_key(key)] > 1]


def _finding_lines(chosen: Chosen, across: Mapping[str, ReportChecks], cache: ReadingCache) -> bytes:
    """What was found in one report, and between it and the others of its body, as N-Quads."""
    compared = across.get(report_iri(chosen.key).value)
    return b"\n".join((_checks_of(chosen, cache).quads, compared.quads if compared else b""))


def _checks_of(chosen: Chosen, cache: ReadingCache) -> ReportChecks:
    return cache.checks(chosen.entry, chosen.index) or ReportChecks(b"", {})


def _counted(
    result: BuildResult,
    checked: Iterable[str],
    wanted: Mapping[str, Chosen],
    across: Mapping[str, ReportChecks],
    cache: ReadingCache,
) -> BuildResult:
    """The result with the checks of each report counted, those made now in place of those made before."""
    counts = {key: told for key, told in result.checks.items() if key in wanted}
    problems = []
    for key in checked:
        made = [_checks_of(wanted[key], cache)]
        if (compared := across.get(report_iri(key).value)) is not None:
            made.append(compared)
        total = Counter[str]()
        for each in made:
            total.update(each.counts)
        counts[key] = dict(total)
        problems += [f"{wanted[key].file}：{each.problem}" for each in made if each.problem]
    return replace(result, checks=counts, unchecked=tuple(problems))


class _Stream(io.RawIOBase):
    """Chunks of N-Quads as one readable stream, so that no more than one chunk is held at a time."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk + b"\n")
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class RemoteTarget:
    """A SPARQL 1.1 store; what it was built from is remembered in `.mbkg/remote-…` on this machine."""

    def __init__(self, url: str) -> None:
        from mbkg.graph.remote import RemoteStore

        self.where = url
        self._remote = RemoteStore(url)
        self._notes = KgDirectory(Path(".mbkg") / f"remote-{digest(url)}")
        self.cache = self._notes.cache

    def locked(self) -> AbstractContextManager[None]:
        return self._notes.locked()

    def manifest(self) -> dict[str, Any]:
        return _read_json(self._notes.root / ("manifest.json" if self.is_built() else WAITING))

    def is_built(self) -> bool:
        return (self._notes.root / "manifest.json").exists()

    def checks(self) -> Counts:
        return _read_json(self._notes.root / CHECKS)

    def remember(self, after: Manifest) -> None:
        _write_json(self._notes.root / WAITING, after.to_json())

    def load(self, before: Manifest, after: Manifest, cache: ReadingCache, result: BuildResult) -> BuildResult:
        from mbkg.validate.findings_graph import rule_lines

        remote = self._remote
        if before.knowledge != after.knowledge:
            before = replace(before, rules="")
        held = {chosen.key: chosen for chosen in before.reports} if before.knowledge == after.knowledge else {}
        wanted = {chosen.key: chosen for chosen in after.reports}
        (self._notes.root / "manifest.json").unlink(missing_ok=True)  # a load cut short must be done again
        if not held:
            remote.replace_graph(VOCABULARY_GRAPH, [quad.triple for quad in load_vocabulary().quads])
        for chosen in before.reports:
            if chosen.key not in wanted:
                remote.drop_graph(report_iri(chosen.key))
                remote.drop_graph(findings_iri(report_iri(chosen.key).value))
        for key, chosen in wanted.items():
            if held.get(key) != chosen:
                remote.replace_graph(report_iri(key), _triples(report_lines(chosen, cache)))
        to_check = _to_check(before, after)
        across = compare_bodies([wanted[key] for key in _with_company(to_check, wanted)], cache)
        for key in to_check:
            lines = _finding_lines(wanted[key], across, cache)
            remote.replace_graph(findings_iri(report_iri(key).value), _triples(lines))
        remote.replace_graph(RULES_GRAPH, _triples(rule_lines()))
        remote.replace_graph(COMMON_GRAPH, _triples(common_lines(after, cache)))
        remote.drop_graph(DERIVED_GRAPH)
        derived: list[Triple] = []
        for quads in derive(remote):
            derived += [quad.triple for quad in quads]
            remote.replace_graph(DERIVED_GRAPH, derived)
        result = _counted(result, to_check, wanted, across, cache)
        _write_json(self._notes.root / CHECKS, dict(result.checks))
        _write_json(self._notes.root / "manifest.json", after.to_json())
        cache.keep_only({file.entry for file in after.files} | cache.used)
        return replace(result, changed=True, derived=len(derived))


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; an empty one where there is none."""
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _write_json(path: Path, stored: dict[str, Any]) -> None:
    write_durably(path, json.dumps(stored, ensure_ascii=False, indent=1).encode())


def ontology_nquads() -> bytes:
    """Every vocabulary of `ontology/` as N-Quads of the vocabulary graph, parsed and written by the engine itself."""
    store = Store()
    for path in ontology_files():
        store.bulk_load(path=str(path), format=RdfFormat.TURTLE, to_graph=VOCABULARY_GRAPH)
    return store.dump(format=RdfFormat.N_QUADS) or b""


def _triples(lines: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(lines, RdfFormat.N_QUADS)]


def report_lines(chosen: Chosen, cache: ReadingCache) -> bytes:
    """One report's own graph as N-Quads, with the names of the files it was found in."""
    iri = report_iri(chosen.key)
    lines = [line for line in cache.quads(chosen.entry, chosen.index).splitlines() if not line.endswith(IN_COMMON)]
    names = [
        (MB.fileName, chosen.file),
        *((MB.otherFileName, name) for name in chosen.other_files),
        *((MB.supersededFileName, name) for name in chosen.superseded),
    ]
    quads = [Quad(iri, predicate, Literal(name), iri) for predicate, name in names]
    return b"\n".join((*lines, to_nquads(quads)))


def common_lines(manifest: Manifest, cache: ReadingCache) -> bytes:
    """What the reports share as N-Quads, each triple once."""
    chunks = (cache.quads(chosen.entry, chosen.index) for chosen in manifest.reports)
    return name_unlisted(line for chunk in chunks for line in chunk.splitlines() if line.endswith(IN_COMMON))


def name_unlisted(lines: Iterable[bytes]) -> bytes:
    """The lines of the common graph, sorted, each once; every unlisted concept is named by the first of its printed labels."""
    known = set(lines)
    unlisted = {line.partition(b" ")[0] for line in known if _UNLISTED in line}
    labels: dict[bytes, bytes] = {}
    for line in sorted(known):
        subject, _, rest = line.partition(b" ")
        if subject in unlisted and rest.startswith(_ALT_LABEL):
            labels.setdefault(subject, line)
    known.difference_update(labels.values())
    known.update(line.replace(_ALT_LABEL, _PREF_LABEL, 1) for line in labels.values())
    return b"\n".join(sorted(known))

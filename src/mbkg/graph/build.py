"""Files to a knowledge graph: collect, read in parallel, choose, load, derive, publish.

Reading is the only costly step and runs on any `concurrent.futures.Executor`; everything after it is done by one process
that holds the graph's lock. The result depends on the files and on mbkg alone: built at once or bit by bit, it is the same graph.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from mbkg.errors import BadInput, MbkgError
from mbkg.graph.ingest import MBKG, FileReading, Pipeline, ReadingCache, file_digest, ingest_file
from mbkg.graph.manifest import Manifest, SourceFile, add_files, choose_reports
from mbkg.graph.reading_report import BuildResult, FileOutcome
from mbkg.graph.store import is_url, kg_location
from mbkg.graph.target import DirectoryTarget, RemoteTarget, Target
from mbkg.graph.vocabulary import knowledge_digest, load_vocabulary
from mbkg.resources import resource_path

READABLE = frozenset(
    {".txt", ".text", ".md", ".markdown", ".tsv", ".pdf", ".docx", ".doc", ".xlsx", ".xls", ".html", ".htm"}
)
Progress = Callable[[str, int, int], None]


def build(
    paths: Sequence[str | Path] = (),
    kg: str | None = None,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
    pipeline: Pipeline = MBKG,
    fresh: bool = False,
) -> BuildResult:
    """Read reports into the knowledge graph, beside those it already holds.

    Args:
        paths: files and folders; none means the reports that ship with mbkg.
        kg: the graph's directory or URL, see `store.kg_location`.
        progress: told (file name, files done, files in all) after each file.
        executor: runs the reading; by default processes where there is more than one file to read.
        fresh: forget what the graph held before.
    Raises:
        BadInput: a path does not exist, or there is nothing to read in it.
        BuildRunning, StoreRefused: the graph cannot be written now.
    """
    files = collect_files(paths)
    target = open_target(kg)
    with target.locked():
        knowledge = knowledge_digest()
        before = Manifest(knowledge) if fresh else Manifest.from_json(target.manifest())
        cache = ReadingCache(target.cache, knowledge)
        given, outcomes = _read_all(files, cache, before, progress, executor, pipeline)
        known = _still_known(before, cache, {source.path for source in given}, executor, pipeline)
        outcomes = [_say_if_kept(outcome, {file.path for file in known}) for outcome in outcomes]
        sources = add_files(known, given)
        chosen = choose_reports(sources, lambda file: cache.get(file.entry))
        after = Manifest(knowledge, sources, tuple(choice for choice, _ in chosen))
        result = BuildResult(target.where, tuple(outcomes), chosen)
        if chosen and (before != after or not target.is_built()):
            result = target.load(before, after, cache, result)
        return result


def read_to_memory(
    paths: Sequence[str | Path], pipeline: Pipeline = MBKG, executor: Executor | None = None
) -> tuple[list[FileReading], list[bytes]]:
    """Read files without keeping a graph: their readings, and the N-Quads of each report that stands."""
    readings = [reading for _, reading in _run(collect_files(paths), pipeline, executor)]
    quads = [data for reading in readings for data in reading.quads]
    return readings, quads


def collect_files(paths: Sequence[str | Path]) -> list[Path]:
    """The files to read: those named, and in folders every readable file, in name order; each once.

    Raises:
        BadInput: a path is not there, or a folder holds nothing readable.
    """
    roots = [Path(path) for path in paths] or [resource_path("data", "reports")]
    found: dict[Path, None] = {}
    for root in roots:
        if root.is_dir():
            inside = sorted(
                path
                for path in root.rglob("*")
                if path.is_file() and path.suffix.lower() in READABLE and not _is_hidden(path, root)
            )
            if not inside:
                raise BadInput(f"{root}：文件夹中没有可读取的文件", f"支持的格式：{'、'.join(sorted(READABLE))}")
            found.update(dict.fromkeys(inside))
        elif root.exists():
            found[root] = None
        else:
            raise BadInput(f"{root}：没有这个文件或文件夹", "请检查路径")
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def open_target(kg: str | None) -> Target:
    """Where the graph is to be written."""
    location = kg_location(kg)
    return RemoteTarget(location) if is_url(location) else DirectoryTarget(Path(location))


def _is_hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _read_all(
    files: Sequence[Path],
    cache: ReadingCache,
    before: Manifest,
    progress: Progress | None,
    executor: Executor | None,
    pipeline: Pipeline,
) -> tuple[list[SourceFile], list[FileOutcome]]:
    """Read what is new, take the rest from the cache; outcomes in the order of `files`."""
    known = {(file.path, file.entry) for file in before.files}
    sources: dict[Path, SourceFile] = {}
    outcomes: dict[Path, FileOutcome] = {}
    unread = []
    for path in files:
        where = str(path.resolve())
        try:
            sha256 = file_digest(path)
        except OSError as error:
            problem = f"{path.name}：无法打开（{error.strerror or error}）。请检查路径和权限。"
            outcomes[path] = FileOutcome(where, path.name, "failed", problem)
            continue
        source = SourceFile(where, path.name, sha256, cache.entry(path.name, sha256))
        reading = cache.get(source.entry)
        if reading is None:
            unread.append(path)
        else:
            sources[path] = source
            status = "unchanged" if (where, source.entry) in known else "cached"
            outcomes[path] = FileOutcome(where, path.name, status, reports=reading.reports)
    done = len(files) - len(unread)
    if progress:
        progress("", done, len(files))
    for path, reading in _run(unread, pipeline, executor):
        where = str(path.resolve())
        if reading.reports:
            source = SourceFile(where, path.name, reading.sha256, cache.entry(path.name, reading.sha256))
            cache.put(source.entry, reading)
            sources[path] = source
            outcomes[path] = FileOutcome(where, path.name, "read", reports=reading.reports)
        else:
            outcomes[path] = FileOutcome(where, path.name, "failed", reading.problem)
        done += 1
        if progress:
            progress(path.name, done, len(files))
    return [sources[path] for path in files if path in sources], [outcomes[path] for path in files]


def _run(files: Sequence[Path], pipeline: Pipeline, executor: Executor | None) -> Iterator[tuple[Path, FileReading]]:
    """Read files, as they get done; a worker that dies costs its file, not the others."""
    work = partial(ingest_file, pipeline=pipeline)
    if executor is None and len(files) < 2:
        yield from ((path, work(str(path))) for path in files)
        return
    load_vocabulary()  # before the pool forks, so that its processes share it
    with _pool(executor, len(files)) as pool:
        if pool is None:
            yield from ((path, work(str(path))) for path in files)
            return
        futures = {pool.submit(work, str(path)): path for path in files}
        for future in as_completed(futures):
            path = futures[future]
            try:
                yield path, future.result()
            except Exception:  # the pool broke: read this one here
                yield path, work(str(path))


@contextmanager
def _pool(executor: Executor | None, tasks: int) -> Iterator[Executor | None]:
    """The executor given, or a pool of processes; None where this system allows none."""
    if executor is not None:
        yield executor
        return
    try:
        pool = ProcessPoolExecutor(max_workers=min(tasks, os.cpu_count() or 1))
    except (OSError, NotImplementedError, ImportError):
        yield None
        return
    with pool:
        yield pool


def _say_if_kept(outcome: FileOutcome, kept: set[str]) -> FileOutcome:
    """A file that could not be read this time keeps the place it has in the graph; its problem says so."""
    if outcome.status == "failed" and outcome.path in kept:
        return replace(outcome, problem=f"{outcome.problem}图中仍是上次读入的内容。")
    return outcome


def _still_known(
    before: Manifest, cache: ReadingCache, given: set[str], executor: Executor | None, pipeline: Pipeline
) -> list[SourceFile]:
    """Files of earlier builds that were not read now: kept, and read again where mbkg itself has changed since.

    One that an older mbkg read and that is gone or different now cannot be read again, and its report leaves the graph.
    """
    kept = {
        file.path: SourceFile(file.path, file.name, file.sha256, cache.entry(file.name, file.sha256))
        for file in before.files
        if file.path not in given
    }
    unread = [Path(path) for path, file in kept.items() if cache.get(file.entry) is None]
    readable = [path for path in unread if path.is_file() and file_digest(path) == kept[str(path)].sha256]
    for path, reading in _run(readable, pipeline, executor):
        if reading.reports:
            cache.put(kept[str(path)].entry, reading)
    return [file for file in kept.values() if cache.get(file.entry) is not None]


__all__ = ["BuildResult", "MbkgError", "build", "collect_files", "read_to_memory"]

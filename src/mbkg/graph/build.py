"""Files to a knowledge graph: collect, read in parallel, choose, load, derive, publish.

Reading is the only costly step and runs on any `concurrent.futures.Executor`; everything after it is done by one process
that holds the graph's lock. The result depends on the files and on mbkg alone: built at once or bit by bit, it is the same graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mbkg.errors import BadInput, MbkgError
from mbkg.graph.cache import ReadingCache
from mbkg.graph.checking import check_the_unchecked
from mbkg.graph.ingest import MBKG, FileReading, Pipeline, file_digest, ingest_file
from mbkg.graph.joining import Joining, join_files
from mbkg.graph.limits import FILE_SECONDS
from mbkg.graph.manifest import Manifest, SourceFile, add_files
from mbkg.graph.reading_report import BuildResult, FileOutcome
from mbkg.graph.store import is_url, kg_location
from mbkg.graph.target import DirectoryTarget, RemoteTarget, Target
from mbkg.graph.vocabulary import knowledge_digest, load_vocabulary
from mbkg.graph.workers import read_files
from mbkg.resources import resource_path

TEXTS = (".txt", ".text", ".md", ".markdown", ".tsv", ".csv", ".html", ".htm", ".mht", ".mhtml")
OFFICE = (".pdf", ".docx", ".doc", ".xlsx", ".xlsm", ".xls")
PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp")
READABLE = frozenset({*TEXTS, *OFFICE, *PICTURES})
UNFINISHED = (".crdownload", ".part", ".partial", ".tmp", ".download", ".opdownload")
Progress = Callable[[str, int, int], None]


def build(
    paths: Sequence[str | Path] = (),
    kg: str | None = None,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
    pipeline: Pipeline = MBKG,
    fresh: bool = False,
    seconds: float = FILE_SECONDS,
) -> BuildResult:
    """Read reports into the knowledge graph, beside those it already holds.

    Args:
        paths: files and folders; none means the reports that ship with mbkg.
        kg: the graph's directory or URL, see `store.kg_location`.
        progress: told (file name, files done, files in all) after each file.
        executor: runs the reading; by default processes where there is more than one file to read.
        fresh: forget what the graph held before.
        seconds: how long one file may take before it is given up; 0 means as long as it takes.
    Raises:
        BadInput: a path does not exist, or there is nothing to read in it.
        BadShape: an accounting rule is none.
        BuildRunning, StoreRefused: the graph cannot be written now.
    """
    from mbkg.validate.findings_graph import rules_digest

    files = collect_files(paths)
    target = open_target(kg)
    rules = rules_digest()
    with target.locked():
        knowledge = knowledge_digest()
        before = Manifest(knowledge) if fresh else Manifest.from_json(target.manifest())
        cache = ReadingCache(target.cache, knowledge, rules)
        run = partial(_run, pipeline=pipeline, executor=executor, seconds=seconds)
        given, outcomes = _read_all(files, cache, before, progress, run)
        known = _still_known(before, cache, {source.path for source in given}, run)
        sources = add_files(known, given)
        joined = join_files(sources, cache, pipeline)
        chosen = tuple(choice for choice, _ in joined.chosen)
        check_the_unchecked(chosen, cache, pipeline, executor)
        after = Manifest(knowledge, sources, chosen, rules)
        kept = {file.path for file in known}
        outcomes = [_say_if_kept(_placed(outcome, joined), kept) for outcome in outcomes]
        result = BuildResult(target.where, tuple(outcomes), joined.chosen, checks=target.checks())
        if joined.chosen and (before != after or not target.is_built()):
            result = target.load(before, after, cache, result)
        elif before != after and not joined.chosen and not target.is_built():
            target.remember(after)
        return result


def read_to_memory(
    paths: Sequence[str | Path],
    pipeline: Pipeline = MBKG,
    executor: Executor | None = None,
    seconds: float = FILE_SECONDS,
) -> tuple[list[FileReading], list[bytes]]:
    """Read files without keeping a graph: their readings, and the N-Quads of each report that stands.

    A reading's `problem` also says why what was read went into no report.
    """
    files = collect_files(paths)
    pipeline = replace(pipeline, check=None)
    readings = dict(_run(files, pipeline, executor, seconds))
    with TemporaryDirectory() as folder:
        cache = ReadingCache(Path(folder), "")
        sources = []
        for path in files:
            source = SourceFile(str(path.resolve()), path.name, "", cache.entry(str(path.resolve()), ""))
            if readings[path].parts:
                cache.put(source.entry, readings[path])
                sources.append(source)
        joined = join_files(sources, cache, pipeline)
        quads = [cache.quads(choice.entry, choice.index) for choice, _ in joined.chosen]
    told = []
    for path in files:
        where = str(path.resolve())
        why = joined.unplaced.get(where, "" if where in joined.keys else readings[path].problem)
        told.append(replace(readings[path], problem=why))
    return told, quads


def collect_files(paths: Sequence[str | Path]) -> list[Path]:
    """The files to read: those named, and in folders every readable file, in name order; each once.

    Raises:
        BadInput: a path is not there, or a folder holds nothing readable.
    """
    roots = [Path(path) for path in paths] or [resource_path("data", "reports")]
    found: dict[Path, None] = {}
    for root in roots:
        if root.is_dir():
            inside = folder_files(root)
            if not inside:
                raise BadInput(f"{root}：文件夹中没有可读取的文件", f"支持的格式：{'、'.join(sorted(READABLE))}")
            found.update(dict.fromkeys(inside))
        elif root.exists():
            found[root] = None
        else:
            raise BadInput(f"{root}：没有这个文件或文件夹", "请检查路径")
    return list({path.resolve(): path for path in reversed(found)}.values())[::-1]


def folder_files(root: Path) -> list[Path]:
    """Every readable file in a folder and below, in name order."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.suffix.lower() in READABLE and not _is_hidden(path, root) and path.is_file()
    )


def open_target(kg: str | None) -> Target:
    """Where the graph is to be written."""
    location = kg_location(kg)
    return RemoteTarget(location) if is_url(location) else DirectoryTarget(Path(location))


def _is_hidden(path: Path, root: Path) -> bool:
    """Whether a file is no report of the user's: hidden, an Office lock file, or a download under way."""
    parts = path.relative_to(root).parts
    return any(part.startswith(".") for part in parts) or parts[-1].startswith("~$") or path.suffix in UNFINISHED


Run = Callable[[Sequence[Path]], Iterator[tuple[Path, FileReading]]]


def _read_all(
    files: Sequence[Path], cache: ReadingCache, before: Manifest, progress: Progress | None, run: Run
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
            outcomes[path] = FileOutcome(where, path.name, status, reading.problem, reading.reports)
    done = len(files) - len(unread)
    if progress:
        progress("", done, len(files))
    for path, reading in run(unread):
        where = str(path.resolve())
        if reading.parts:
            source = SourceFile(where, path.name, reading.sha256, cache.entry(path.name, reading.sha256))
            cache.put(source.entry, reading)
            sources[path] = source
            outcomes[path] = FileOutcome(where, path.name, "read", reading.problem, reading.reports)
        else:
            outcomes[path] = FileOutcome(where, path.name, "blank" if reading.blank else "failed", reading.problem)
        done += 1
        if progress:
            progress(path.name, done, len(files))
    return [sources[path] for path in files if path in sources], [outcomes[path] for path in files]


def _run(
    files: Sequence[Path], pipeline: Pipeline, executor: Executor | None, seconds: float
) -> Iterator[tuple[Path, FileReading]]:
    """Read files, as they get done; a file that kills its process costs no other."""
    if len(files) > 1:
        load_vocabulary()  # before the processes fork, so that they share it
    return read_files(files, partial(ingest_file, pipeline=pipeline, seconds=seconds), executor, seconds)


def _placed(outcome: FileOutcome, joined: Joining) -> FileOutcome:
    """The outcome of a file once it is known into which reports it went: halves count for the report they made."""
    if outcome.status in ("failed", "blank"):
        return outcome
    into = joined.keys.get(outcome.path, ())
    own = tuple(report for report in outcome.reports if report.key in into)
    keys = {report.key for report in own}
    more = tuple(reading for choice, reading in joined.chosen if choice.key in into and choice.key not in keys)
    why = joined.unplaced.get(outcome.path, "" if into else outcome.problem)
    status = "failed" if why and not into else outcome.status
    return replace(outcome, status=status, problem=why, reports=(*own, *more))


def _say_if_kept(outcome: FileOutcome, kept: set[str]) -> FileOutcome:
    """A file that could not be read this time keeps the place it has in the graph; its problem says so."""
    if outcome.status in ("failed", "blank") and outcome.path in kept:
        return replace(outcome, problem=f"{outcome.problem}图中仍是上次读入的内容。")
    return outcome


def _still_known(before: Manifest, cache: ReadingCache, given: set[str], run: Run) -> list[SourceFile]:
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
    for path, reading in run(readable):
        if reading.parts:
            cache.put(kept[str(path)].entry, reading)
    return [file for file in kept.values() if cache.get(file.entry) is not None]


__all__ = ["BuildResult", "MbkgError", "build", "collect_files", "read_to_memory"]

"""The accounting rules run on every report of a graph, and what each of them found kept beside its reading.

A file's own reports are checked by the process that read it. What is left for here: reports put together from several files, reports
whose reading stands but whose rules have changed since, and the comparison of reports of one body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import groupby, islice
from typing import TypeVar

from mbkg.graph.cache import ReadingCache
from mbkg.graph.ingest import Pipeline, ReportChecks
from mbkg.graph.iris import body_of_key
from mbkg.graph.manifest import Chosen

ENOUGH_FOR_PROCESSES = 6  # reports, below which starting processes costs more than it saves
_Piece = TypeVar("_Piece")
_Result = TypeVar("_Result")
_BATCH = 16  # pieces of work handed out at a time, so that no more are held in memory


def check_the_unchecked(
    chosen: Sequence[Chosen], cache: ReadingCache, pipeline: Pipeline, executor: Executor | None = None
) -> None:
    """Check every report that the cache holds no findings of; they are in the cache afterwards."""
    if pipeline.check is None:
        return
    waiting = [choice for choice in chosen if cache.checks(choice.entry, choice.index) is None]
    chunks = (cache.quads(choice.entry, choice.index) for choice in waiting)
    with _runner(len(waiting), executor) as run:
        for choice, checks in zip(waiting, run(pipeline.check, chunks), strict=True):
            cache.put_checks(choice.entry, choice.index, checks)


def compare_bodies(chosen: Sequence[Chosen], cache: ReadingCache) -> dict[str, ReportChecks]:
    """What the rules that compare reports find, body by body; by report IRI."""
    from mbkg.validate.findings_graph import compare_reports

    found: dict[str, ReportChecks] = {}
    groups = groupby(sorted(chosen, key=lambda choice: choice.key), key=lambda choice: body_of_key(choice.key))
    chunks = ([cache.quads(choice.entry, choice.index) for choice in group] for _, group in groups)
    with _runner(len(chosen)) as run:
        for compared in run(compare_reports, chunks):
            found.update(compared)
    return found


class Run:
    """Work done on pieces, a batch at a time."""

    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor

    def __call__(self, work: Callable[[_Piece], _Result], pieces: Iterable[_Piece]) -> Iterator[_Result]:
        waiting = iter(pieces)
        while batch := list(islice(waiting, _BATCH)):
            yield from self._executor.map(work, batch) if self._executor is not None else map(work, batch)


@contextmanager
def _runner(count: int, executor: Executor | None = None) -> Iterator[Run]:
    """Runs work on pieces, in their order: with the executor given, processes where there is enough to do, or in this process."""
    if executor is not None or count < ENOUGH_FOR_PROCESSES:
        yield Run(executor)
        return
    try:
        pool = ProcessPoolExecutor()
    except (OSError, NotImplementedError, ImportError):
        yield Run(None)
        return
    with pool:
        yield Run(pool)

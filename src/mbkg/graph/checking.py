"""The accounting rules run on every report of a graph, and what each of them found kept beside its reading.

A file's own reports are checked by the process that read it. What is left for here: reports put together from several files, and reports
whose reading stands but whose rules have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from mbkg.graph.cache import ReadingCache
from mbkg.graph.ingest import Pipeline
from mbkg.graph.manifest import Chosen

ENOUGH_FOR_PROCESSES = 6  # reports, below which starting processes costs more than it saves


def check_the_unchecked(
    chosen: Sequence[Chosen], cache: ReadingCache, pipeline: Pipeline, executor: Executor | None = None
) -> None:
    """Check every report that the cache holds no findings of; they are in the cache afterwards."""
    if pipeline.check is None:
        return
    waiting = [choice for choice in chosen if cache.checks(choice.entry, choice.index) is None]
    if not waiting:
        return
    with _mapper(len(waiting), executor) as runner:
        chunks = (cache.quads(choice.entry, choice.index) for choice in waiting)
        found = runner.map(pipeline.check, chunks) if runner is not None else map(pipeline.check, chunks)
        for choice, checks in zip(waiting, found, strict=True):
            cache.put_checks(choice.entry, choice.index, checks)


@contextmanager
def _mapper(count: int, executor: Executor | None) -> Iterator[Executor | None]:
    """The executor given, or processes of this machine where there is enough to do and it allows them; None for this process."""
    if executor is not None or count < ENOUGH_FOR_PROCESSES:
        yield executor
        return
    try:
        pool = ProcessPoolExecutor()
    except (OSError, NotImplementedError, ImportError):
        yield None
        return
    with pool:
        yield pool

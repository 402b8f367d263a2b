"""Files read by processes, so that no file can take a build down: not by hanging, not by eating the memory, not by crashing.

At most as many files are handed out as there are workers, so it is known which ones they may be busy with. When one dies, the files
that were out are read again one at a time, each in a process of its own: the one that kills its process is named, the others are read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, as_completed, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from mbkg.graph.ingest import FileReading, too_long

Work = Callable[[str], FileReading]
GRACE_SECONDS = 20.0  # beyond its time limit, until a worker that does not heed the alarm is ended
IN_PROCESS = frozenset({".txt", ".text", ".md", ".markdown", ".tsv", ".csv"})


def read_files(
    files: Sequence[Path], work: Work, executor: Executor | None = None, seconds: float = 0
) -> Iterator[tuple[Path, FileReading]]:
    """Read files, each as it gets done.

    Args:
        work: reads one file and heeds `seconds` itself where it can.
        executor: runs the work; without one, processes of this machine do, or this process for a single text file.
        seconds: how long a file may take; 0 means as long as it takes.
    """
    if executor is not None:
        yield from _with_executor(files, work, executor)
    elif len(files) == 1 and files[0].suffix.lower() in IN_PROCESS:
        yield files[0], work(str(files[0]))
    elif files:
        yield from _with_processes(files, work, seconds)


def _with_executor(files: Sequence[Path], work: Work, executor: Executor) -> Iterator[tuple[Path, FileReading]]:
    futures: dict[Future[FileReading], Path] = {}
    lost: list[Path] = []
    for path in files:
        try:
            futures[executor.submit(work, str(path))] = path
        except Exception:  # the executor broke while files were handed to it
            lost.append(path)
    for future in as_completed(futures):
        try:
            yield futures[future], future.result()
        except Exception:
            lost.append(futures[future])
    for path in lost:
        yield path, _alone(path, work, 0)


def _with_processes(files: Sequence[Path], work: Work, seconds: float) -> Iterator[tuple[Path, FileReading]]:
    waiting = list(reversed(files))
    size = min(len(files), os.cpu_count() or 1)
    while waiting:
        pool = _new_pool(size)
        if pool is None:
            yield from ((path, work(str(path))) for path in reversed(waiting))
            return
        suspects: list[Path] = []
        try:
            out: dict[Future[FileReading], tuple[Path, float]] = {}
            while (waiting or out) and not suspects:
                while waiting and len(out) < size:
                    path = waiting.pop()
                    try:
                        out[pool.submit(work, str(path))] = (path, time.monotonic())
                    except BrokenProcessPool:
                        suspects.append(path)
                        break
                done, _ = wait(out, timeout=1.0, return_when=FIRST_COMPLETED)
                for future in done:
                    path, _ = out.pop(future)
                    try:
                        reading = future.result()
                    except BrokenProcessPool:
                        suspects.append(path)
                    except Exception as error:
                        yield path, _failed(path, f"读取进程出错（{type(error).__name__}）")
                    else:
                        yield path, reading
                for future, (path, since) in list(out.items()):
                    if seconds and time.monotonic() - since > seconds + GRACE_SECONDS:
                        del out[future]
                        yield path, FileReading(path.name, "", problem=too_long(path.name, seconds))
                        _end(pool)
            suspects += [path for path, _ in out.values()]
        finally:
            pool.shutdown(wait=not suspects, cancel_futures=True)
        for path in suspects:
            yield path, _alone(path, work, seconds)


def _alone(path: Path, work: Work, seconds: float) -> FileReading:
    """Read one file in a process of its own, which may die of it."""
    pool = _new_pool(1)
    if pool is None:
        return work(str(path))
    try:
        return pool.submit(work, str(path)).result(timeout=seconds + GRACE_SECONDS if seconds else None)
    except BrokenProcessPool:
        return _failed(path, "读取它的进程被系统终止，多半是内存不足或文件损坏")
    except TimeoutError:
        _end(pool)
        return FileReading(path.name, "", problem=too_long(path.name, seconds))
    except Exception as error:
        return _failed(path, f"读取进程出错（{type(error).__name__}）")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _failed(path: Path, why: str) -> FileReading:
    return FileReading(path.name, "", problem=f"{path.name}：{why}，未入图；其他文件不受影响。")


def _new_pool(size: int) -> ProcessPoolExecutor | None:
    """A pool of processes; None where this system allows none."""
    try:
        return ProcessPoolExecutor(max_workers=size)
    except (OSError, NotImplementedError, ImportError):
        return None


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool that hangs; its futures then say that it broke."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.kill()

"""A drop folder: what comes to lie in it is read into the graph, round after round, until someone says stop.

A file is taken when its size and time of change have stayed the same for one round, so that no copy under way is read; one that could
not be read is not tried again until it changes. A file that goes away is told, and the graph keeps what was read from it.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from mbkg.errors import MbkgError
from mbkg.graph.build import folder_files
from mbkg.graph.reading_report import BuildResult

Stamp = tuple[int, int]  # size, time of change in nanoseconds
Rebuild = Callable[[Sequence[Path]], BuildResult]
Say = Callable[[str], None]


@dataclass(slots=True)
class Watcher:
    """Looks at files and folders in rounds; `build` takes the files that are new or different, `say` a line for people."""

    paths: Sequence[Path]
    build: Rebuild
    say: Say
    _taken: dict[Path, Stamp] = field(default_factory=dict)
    _seen: dict[Path, Stamp] = field(default_factory=dict)
    _trouble: str = ""

    def round(self) -> BuildResult | None:
        """One look at the folder; returns what a build gave, None where nothing was to be built."""
        now = _stamps(self.paths)
        for path in [path for path in self._taken if path not in now]:
            del self._taken[path]
            self.say(f"{path.name} 已不在文件夹中；图中仍保留从它读入的内容（要去掉，请用 --fresh 重新建图）。")
        settled = [
            path for path, stamp in now.items() if self._seen.get(path) == stamp and self._taken.get(path) != stamp
        ]
        self._seen = now
        if not settled:
            return None
        try:
            result = self.build(settled)
        except (MbkgError, OSError) as error:  # another build holds the graph, the store is away: try again next round
            if str(error) != self._trouble:
                self.say(str(error))
            self._trouble = str(error)
            return None
        self._trouble = ""
        self._taken.update({path: now[path] for path in settled})
        return result

    def run(self, interval: float, stop: threading.Event) -> None:
        """Rounds until `stop` is set; the first two looks are a second apart at most."""
        self.round()
        stop.wait(min(interval, 1.0))
        while not stop.is_set():
            self.round()
            stop.wait(interval)


def _stamps(paths: Sequence[Path]) -> dict[Path, Stamp]:
    found = {}
    for root in paths:
        for path in folder_files(root) if root.is_dir() else [root]:
            try:
                status = path.stat()
            except OSError:  # gone since it was listed, or not to be looked at
                continue
            found[path] = (status.st_size, status.st_mtime_ns)
    return found


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a build under way is finished first."""
    stop = threading.Event()

    def set_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

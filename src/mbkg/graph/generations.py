"""A knowledge graph on disk that a killed build cannot hurt.

    kg/CURRENT              the name of the generation that readers open
    kg/generations/<name>/  store/ (Oxigraph), manifest.json, reading.json, lease
    kg/cache/               what reading each file gave, by content
    kg/lock                 held while a build runs

A generation is complete before CURRENT names it, and is never written again. CURRENT is switched by one atomic rename. An old
generation goes when no reader holds its lease any more. The lock is the operating system's (flock): it dies with its process.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from mbkg.errors import BuildRunning, GraphMissing

try:
    import fcntl
except ImportError:  # Windows: no leases; the generation before the current one is kept instead
    fcntl = None  # type: ignore[assignment]

_OPEN_ATTEMPTS = 20


class KgDirectory:
    """The files of one knowledge graph."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.generations = root / "generations"
        self.cache = root / "cache"
        self._pointer = root / "CURRENT"

    def current(self) -> Path | None:
        """The folder of the last good generation, or None where nothing was built yet."""
        try:
            name = self._pointer.read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        folder = self.generations / name
        return folder if name and folder.is_dir() else None

    def open_current(self) -> tuple[Store, int | None]:
        """The last good generation, read-only, and the descriptor that holds its lease.

        Raises:
            GraphMissing: nothing was built here, or what is here is no graph of ours.
        """
        problem = "这里还没有知识图谱"
        for _ in range(_OPEN_ATTEMPTS):
            folder = self.current()
            if folder is None:
                break
            lease: int | None = None
            try:
                lease = self._take_lease(folder)
                return Store.read_only(str(folder / "store")), lease
            except OSError as error:
                if lease is not None:
                    os.close(lease)
                problem = f"知识图谱无法打开（{' '.join(str(error).split())}）"
                time.sleep(0.05)  # a build may have switched generations just now: read CURRENT again
        raise GraphMissing(str(self.root), problem)

    def manifest(self) -> dict[str, Any]:
        """What the last good generation was built from; empty where there is none."""
        return self.read_json("manifest.json")

    def read_json(self, name: str) -> dict[str, Any]:
        folder = self.current()
        if folder is None:
            return {}
        try:
            loaded = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return loaded if isinstance(loaded, dict) else {}

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the build lock.

        Raises:
            BuildRunning: another living process holds it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if fcntl is not None:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError as error:
                    owner = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
                    raise BuildRunning(str(self.root), owner) from error
                os.ftruncate(handle, 0)
                os.pwrite(handle, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(handle)

    def new_generation(self, copy_current: bool) -> Path:
        """A folder for the next generation, holding a copy of the current store if asked for.

        The immutable table files are linked rather than copied; nothing else is shared.
        """
        self.generations.mkdir(parents=True, exist_ok=True)
        current = self.current()
        number = max((int(path.name) for path in self.generations.iterdir() if path.name.isdigit()), default=0) + 1
        folder = self.generations / f"{number:06d}"
        folder.mkdir()
        (folder / "lease").touch()
        if copy_current and current is not None:
            shutil.copytree(current / "store", folder / "store", copy_function=_link_tables)
        return folder

    def publish(self, folder: Path) -> None:
        """Make a finished generation the current one, then drop those that nobody reads."""
        _sync_tree(folder)
        waiting = self._pointer.with_suffix(".new")
        write_durably(waiting, folder.name.encode("ascii"))
        os.replace(waiting, self._pointer)
        _sync(self.root)
        self.drop_unused()

    def drop_unused(self) -> None:
        """Remove every generation but the current one that no reader holds, unfinished ones included."""
        current = self.current()
        if current is None or not self.generations.is_dir():
            return
        others = sorted(path for path in self.generations.iterdir() if path != current)
        if fcntl is None:
            others = others[:-1]
        for folder in others:
            self._remove_if_free(folder)

    def _take_lease(self, folder: Path) -> int | None:
        if fcntl is None:
            return None
        handle = os.open(folder / "lease", os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_SH)
        if not (folder / "store").is_dir():
            os.close(handle)
            raise FileNotFoundError(folder)
        return handle

    def _remove_if_free(self, folder: Path) -> None:
        """Remove a generation while holding its lease alone, so that no reader can open it half gone."""
        if fcntl is None or not (folder / "lease").exists():
            shutil.rmtree(folder, ignore_errors=True)
            return
        handle = os.open(folder / "lease", os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # a reader still works with it; a later build removes it
        finally:
            os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that it is whole on disk, or absent, whatever happens."""
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


def _link_tables(source: str, target: str) -> str:
    if source.endswith(".sst"):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return target
    return shutil.copy2(source, target)


def _sync(path: Path) -> None:
    with contextlib.suppress(OSError):  # a folder cannot be opened for syncing everywhere
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)
    _sync(folder.parent)

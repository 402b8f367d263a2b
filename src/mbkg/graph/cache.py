"""Readings kept on disk by file content, file name and knowledge: what was read once is not read again.

An entry holds what one file gave: its readings as JSON, the N-Quads of each report, and its parts. Reports that were put together from
several files are entries too, named by the entries they came from. What the accounting rules found in a report is kept beside it under the
digest of the rules: a changed rule has reports checked again, not read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import pickle
import zlib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from mbkg.graph.generations import write_durably
from mbkg.graph.ingest import FileReading, PartInfo, ReportChecks, ReportReading
from mbkg.sources import Part

_PLAIN = {"mbkg.reports", "mbkg.sources", "mbkg.documents.model"}  # frozen values, nothing that runs


@dataclass(frozen=True, slots=True)
class JoinedReading:
    """A report put together from several files."""

    reading: ReportReading
    other_files: tuple[str, ...]
    superseded: tuple[str, ...]
    quads: bytes = field(default=b"", repr=False)


class ReadingCache:
    """Readings kept by file content, file name and knowledge; a reading is there whole or not at all."""

    def __init__(self, folder: Path, knowledge: str, rules: str = "") -> None:
        self.folder = folder
        self.knowledge = knowledge
        self.rules = rules
        self.used: set[str] = set()  # entries of reports put together that the graph needs
        self._seen: dict[str, FileReading] = {}

    def entry(self, name: str, sha256: str) -> str:
        """The name of the cache entry for a file."""
        return hashlib.sha256(f"{sha256}\0{name}\0{self.knowledge}".encode()).hexdigest()[:32]

    def get(self, entry: str) -> FileReading | None:
        """A reading without its quads and parts."""
        if entry in self._seen:
            return self._seen[entry]
        try:
            stored = json.loads((self.folder / f"{entry}.json").read_text(encoding="utf-8"))
            reports = tuple(ReportReading(**_tuples(report)) for report in stored["reports"])
            parts = tuple(PartInfo(**part) for part in stored["parts"])
            needed = [self._quads_path(entry, at) for at in range(len(reports))] + [self._parts_path(entry)]
            if not all(path.exists() for path in needed):
                return None
            self._seen[entry] = FileReading(stored["file"], stored["sha256"], reports, stored["problem"], parts=parts)
            return self._seen[entry]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, entry: str, reading: FileReading) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for at, quads in enumerate(reading.quads):
            write_durably(self._quads_path(entry, at), zlib.compress(quads, 1))
        for at, checks in enumerate(reading.checks):
            self.put_checks(entry, at, checks)
        packed = zlib.compress(pickle.dumps(reading.contents, protocol=5), 1)
        write_durably(self._parts_path(entry), packed)
        stored = asdict(replace(reading, quads=(), contents=(), checks=()))
        self._put_json(entry, stored)

    def parts(self, entry: str) -> tuple[Part, ...]:
        """The parts that a file gave.

        Raises:
            pickle.UnpicklingError: the entry holds anything but the plain values of a reading.
        """
        packed = zlib.decompress(self._parts_path(entry).read_bytes())
        parts: tuple[Part, ...] = _PlainUnpickler(io.BytesIO(packed)).load()
        return parts

    def get_joined(self, entry: str) -> JoinedReading | None:
        """A report put together before, without its quads."""
        try:
            stored = json.loads((self.folder / f"{entry}.json").read_text(encoding="utf-8"))
            if not self._quads_path(entry, 0).exists():
                return None
            reading = ReportReading(**_tuples(stored["reading"]))
            return JoinedReading(reading, tuple(stored["other_files"]), tuple(stored["superseded"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put_joined(self, entry: str, joined: JoinedReading) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._quads_path(entry, 0), zlib.compress(joined.quads, 1))
        self._put_json(entry, asdict(replace(joined, quads=b"")) | {"quads": None})

    def get_note(self, entry: str) -> Any:
        """Something small that was worked out before; None where it was not."""
        try:
            return json.loads((self.folder / f"{entry}.json").read_text(encoding="utf-8"))["note"]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put_note(self, entry: str, note: Any) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put_json(entry, {"note": note})

    def _put_json(self, entry: str, stored: dict[str, Any]) -> None:
        write_durably(self.folder / f"{entry}.json", json.dumps(stored, ensure_ascii=False, sort_keys=True).encode())

    def quads(self, entry: str, at: int) -> bytes:
        return zlib.decompress(self._quads_path(entry, at).read_bytes())

    def checks(self, entry: str, at: int) -> ReportChecks | None:
        """What the rules, as they are now, found in a report; None where it was not checked by them."""
        try:
            stored = json.loads(zlib.decompress(self._checks_path(entry, at).read_bytes()))
            if stored["rules"] != self.rules:
                return None
            return ReportChecks(stored["quads"].encode(), stored["counts"], stored["problem"])
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            return None

    def put_checks(self, entry: str, at: int, checks: ReportChecks) -> None:
        """Keep what the rules found in a report, in place of what other rules found."""
        stored = asdict(checks) | {"quads": checks.quads.decode(), "rules": self.rules}
        write_durably(
            self._checks_path(entry, at),
            zlib.compress(json.dumps(stored, ensure_ascii=False, sort_keys=True).encode(), 1),
        )

    def keep_only(self, entries: set[str]) -> None:
        """Drop every reading that no file of the graph needs."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name.partition(".")[0] not in entries:
                    with contextlib.suppress(OSError):
                        path.unlink()

    def _parts_path(self, entry: str) -> Path:
        return self.folder / f"{entry}.parts.z"

    def _quads_path(self, entry: str, at: int) -> Path:
        return self.folder / f"{entry}.{at}.nq.z"

    def _checks_path(self, entry: str, at: int) -> Path:
        return self.folder / f"{entry}.{at}.checks.z"


class _PlainUnpickler(pickle.Unpickler):
    """Reads the values that readings consist of and refuses everything else: a graph's folder may come from someone else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in _PLAIN or (module, name) == ("decimal", "Decimal"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    """Stored lists as the tuples they were."""
    return {
        name: tuple(tuple(v) if isinstance(v, list) else v for v in value) if isinstance(value, list) else value
        for name, value in stored.items()
    }

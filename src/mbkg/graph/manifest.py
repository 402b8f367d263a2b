"""What a graph was built from: the files given to it, in the order they were given, and which of them each report comes from.

Two files may hold the same report. The one given later wins; an equal reading beside it is a second source, another reading is
superseded. Files given in one build come in the order of the command line, a folder's in name order; a file given again moves
to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mbkg.graph.ingest import FileReading, ReportReading


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file the graph knows: where it was, its content, its reading in the cache."""

    path: str
    name: str
    sha256: str
    entry: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One report of the graph: the reading that won, its other sources, and the files it superseded."""

    key: str
    entry: str
    index: int
    file: str
    other_files: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    knowledge: str
    files: tuple[SourceFile, ...] = ()
    reports: tuple[Chosen, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(stored: dict[str, Any]) -> Manifest:
        """The manifest as it was written; an empty one where there is none or it is not understood."""
        try:
            return Manifest(
                stored["knowledge"],
                tuple(SourceFile(**file) for file in stored["files"]),
                tuple(
                    Chosen(
                        **{
                            **chosen,
                            "other_files": tuple(chosen["other_files"]),
                            "superseded": tuple(chosen["superseded"]),
                        }
                    )
                    for chosen in stored["reports"]
                ),
            )
        except (KeyError, TypeError):
            return Manifest("")


def add_files(known: Sequence[SourceFile], given: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """The known files and the given ones, a file given again at its new place."""
    files = {file.path: file for file in known}
    for file in given:
        files.pop(file.path, None)
        files[file.path] = file
    return tuple(files.values())


def choose_reports(
    files: Sequence[SourceFile], reading_of: Callable[[SourceFile], FileReading | None]
) -> tuple[tuple[Chosen, ReportReading], ...]:
    """For each report the reading that stands for it, in key order."""
    candidates: dict[str, list[tuple[SourceFile, int, ReportReading]]] = {}
    for file in files:
        reading = reading_of(file)
        for index, report in enumerate(reading.reports if reading else ()):
            candidates.setdefault(report.key, []).append((file, index, report))
    chosen = []
    for key, found in sorted(candidates.items()):
        file, index, report = found[-1]
        same = {other.name for other, _, reading in found if reading.content == report.content} - {file.name}
        older = {other.name for other, _, reading in found if reading.content != report.content}
        chosen.append((Chosen(key, file.entry, index, file.name, tuple(sorted(same)), tuple(sorted(older))), report))
    return tuple(chosen)

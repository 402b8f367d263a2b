"""What a graph was built from: the files given to it, in the order they were given, and which of them each report comes from.

Several files may hold one report; `joining` says which reading stands. Files given in one build come in the order of the command line, a
folder's in name order; a file given again moves to the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file the graph knows: where it was, its content, its reading in the cache."""

    path: str
    name: str
    sha256: str
    entry: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One report of the graph: the reading that stands (by its cache entry), its other sources, and the files it superseded."""

    key: str
    entry: str
    index: int
    file: str
    other_files: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """`knowledge` is the digest of what reading depends on, `rules` that of the accounting rules."""

    knowledge: str
    files: tuple[SourceFile, ...] = ()
    reports: tuple[Chosen, ...] = ()
    rules: str = ""

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
                stored.get("rules", ""),
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

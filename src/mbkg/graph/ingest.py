"""One file becomes quads: read, interpreted and written as N-Quads, with what the reading report will say of it.

`ingest_file` is a pure function of the file's bytes, its name and the knowledge that ships with mbkg, so it runs in any process, and
what it gave is kept by that key: an unchanged file is never read twice. It does not raise; what went wrong is in its result.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, RdfFormat, serialize

from mbkg.errors import MbkgError
from mbkg.facts.model import BudgetFact
from mbkg.graph.generations import write_durably
from mbkg.graph.iris import COMMON_GRAPH, DCTERMS, MB
from mbkg.graph.triples import key_of, report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reports import Report

KIND_LABEL = {"budget": "预算", "final_account": "决算"}
SCOPE_LABEL = {"department": "部门", "unit": "单位"}

Reader = Callable[[Path], Sequence[Report]]
Interpreter = Callable[[Report], Sequence[BudgetFact]]

# What differs between two files that hold the same report.
_FROM_FILE = re.compile("|".join(re.escape(f"> {term} ") for term in (DCTERMS.identifier, MB.sha256, MB.note)).encode())
_COMMON = f"{COMMON_GRAPH} .".encode()


@dataclass(frozen=True, slots=True)
class ReportReading:
    """One report as it was read: its identity in words, what was counted, and every line not understood."""

    key: str
    content: str
    name: str
    file: str
    unit: str
    year: int
    kind: str
    scope: str
    tables: tuple[str, ...] = ()
    declared_empty: tuple[str, ...] = ()
    cells: int = 0
    printed: int = 0
    inferred: int = 0
    ambiguous: int = 0
    projects: int = 0
    indicators: int = 0
    statements: int = 0
    facts: int = 0
    contradicted: int = 0
    missing_pages: tuple[str, ...] = ()
    leftovers: tuple[tuple[int, str, str], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave: its reports, or why there are none. `quads` holds each report's N-Quads, in the order of `reports`."""

    file: str
    sha256: str
    reports: tuple[ReportReading, ...] = ()
    problem: str = ""
    quads: tuple[bytes, ...] = field(default=(), repr=False)


def read_with_mbkg(path: Path) -> Sequence[Report]:
    """The readers of mbkg, imported when first needed."""
    from mbkg.reading import read_report

    return read_report(path)


def facts_with_mbkg(report: Report) -> Sequence[BudgetFact]:
    """What mbkg takes a report's figures to say."""
    from mbkg.facts import report_facts

    return report_facts(report)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How a file becomes reports, and a report facts; both are plain functions, so that any process can run them."""

    read: Reader = read_with_mbkg
    interpret: Interpreter = facts_with_mbkg


MBKG = Pipeline()


def ingest_file(path: str, pipeline: Pipeline = MBKG) -> FileReading:
    """Read one file to quads; every failure becomes one line in `problem`."""
    name = os.path.basename(path)
    sha256 = ""
    try:
        sha256 = file_digest(path)
        reports = _named_apart(tuple(pipeline.read(Path(path))))
        read = [_ingest_report(replace(report, sha256=report.sha256 or sha256), pipeline) for report in reports]
        return FileReading(
            file=name,
            sha256=sha256,
            reports=tuple(reading for reading, _ in read),
            problem="" if read else f"{name}：没有读出报告。",
            quads=tuple(quads for _, quads in read),
        )
    except MbkgError as error:
        return FileReading(name, sha256, problem=str(error))
    except OSError as error:
        return FileReading(name, sha256, problem=f"{name}：无法打开（{error.strerror or error}）。请检查路径和权限。")
    except Exception as error:
        if os.environ.get("MBKG_DEBUG"):
            traceback.print_exc()
        return FileReading(
            name,
            sha256,
            problem=f"{name}：读取时出现内部错误（{type(error).__name__}: {error}）。设置 MBKG_DEBUG=1 可看细节。",
        )


def file_digest(path: str | Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _named_apart(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Reports of one file carry its stem; a second one is told apart by its place in the file."""
    seen: Counter[str] = Counter()
    apart = []
    for report in reports:
        seen[report.name] += 1
        apart.append(report if seen[report.name] == 1 else replace(report, name=f"{report.name}-{seen[report.name]}"))
    return tuple(apart)


def _ingest_report(report: Report, pipeline: Pipeline) -> tuple[ReportReading, bytes]:
    vocabulary = load_vocabulary()
    facts = tuple(pipeline.interpret(report))
    nquads = to_nquads(report_to_quads(report, facts, vocabulary))
    hows = Counter(cell.how for _, cell in report.cells)
    reading = ReportReading(
        key=key_of(report, vocabulary),
        content=content_digest(nquads),
        name=report.name,
        file=report.file,
        unit=report.unit,
        year=report.year,
        kind=KIND_LABEL[report.kind],
        scope=SCOPE_LABEL[report.scope],
        tables=tuple(table.title for table in report.tables),
        declared_empty=tuple(table.title for table in report.tables if table.declared_empty),
        cells=hows.total(),
        printed=hows["printed"],
        inferred=hows["inferred"],
        ambiguous=hows["ambiguous"],
        projects=len(report.projects),
        indicators=sum(len(project.indicators) for project in report.projects),
        statements=len(report.statements),
        facts=len(facts),
        contradicted=sum(bool(fact.contradicted_by) for fact in facts),
        missing_pages=tuple(
            f"{table.title}（{table.missing_pages} 页）" for table in report.tables if table.missing_pages
        ),
        leftovers=tuple((leftover.line, leftover.text, leftover.where) for leftover in report.leftovers),
        notes=report.notes,
    )
    return reading, nquads


def to_nquads(quads: Sequence[Quad]) -> bytes:
    """Quads as N-Quads, one a line, sorted by their bytes."""
    return b"\n".join(sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines()))


def content_digest(nquads: bytes) -> str:
    """The digest of what a report says, whatever file it stands in."""
    told = (line for line in nquads.splitlines() if not line.endswith(_COMMON) and not _FROM_FILE.search(line))
    return hashlib.sha256(b"\n".join(told)).hexdigest()[:24]


class ReadingCache:
    """Readings kept by file content, file name and knowledge; a reading is there whole or not at all."""

    def __init__(self, folder: Path, knowledge: str) -> None:
        self.folder = folder
        self.knowledge = knowledge
        self._seen: dict[str, FileReading] = {}

    def entry(self, name: str, sha256: str) -> str:
        """The name of the cache entry for a file."""
        return hashlib.sha256(f"{sha256}\0{name}\0{self.knowledge}".encode()).hexdigest()[:32]

    def get(self, entry: str) -> FileReading | None:
        """A reading without its quads."""
        if entry in self._seen:
            return self._seen[entry]
        try:
            stored = json.loads((self.folder / f"{entry}.json").read_text(encoding="utf-8"))
            reports = tuple(ReportReading(**_tuples(report)) for report in stored["reports"])
            if not all(self._quads_path(entry, at).exists() for at in range(len(reports))):
                return None
            self._seen[entry] = FileReading(stored["file"], stored["sha256"], reports, stored["problem"])
            return self._seen[entry]
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, entry: str, reading: FileReading) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for at, quads in enumerate(reading.quads):
            write_durably(self._quads_path(entry, at), zlib.compress(quads, 1))
        stored = asdict(replace(reading, quads=()))
        write_durably(self.folder / f"{entry}.json", json.dumps(stored, ensure_ascii=False, sort_keys=True).encode())

    def quads(self, entry: str, at: int) -> bytes:
        return zlib.decompress(self._quads_path(entry, at).read_bytes())

    def keep_only(self, entries: set[str]) -> None:
        """Drop every reading that no file of the graph needs."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name.partition(".")[0] not in entries:
                    with contextlib.suppress(OSError):
                        path.unlink()

    def _quads_path(self, entry: str, at: int) -> Path:
        return self.folder / f"{entry}.{at}.nq.z"


def _tuples(stored: dict[str, Any]) -> dict[str, Any]:
    """Stored lists as the tuples they were."""
    return {
        name: tuple(tuple(v) if isinstance(v, list) else v for v in value) if isinstance(value, list) else value
        for name, value in stored.items()
    }

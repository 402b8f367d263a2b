"""One file becomes parts and quads: read, interpreted and written as N-Quads, with what the reading report will say of it.

`ingest_file` is a pure function of the file's bytes, its name and the knowledge that ships with mbkg, so it runs in any process, and
what it gave is kept by that key: an unchanged file is never read twice. It does not raise; what went wrong is in its result. A report
that can stand by itself has its quads at once; the parts are kept besides, for reports that are read from several files.
"""

from __future__ import annotations

import hashlib
import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from mbkg.errors import BlankForm, MbkgError, UnknownIdentity
from mbkg.facts.model import BudgetFact
from mbkg.graph.iris import COMMON_GRAPH, DCTERMS, MB
from mbkg.graph.limits import TookTooLong, time_limit
from mbkg.graph.triples import key_of, report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reports import Report
from mbkg.sources import Part, Role

KIND_LABEL = {"budget": "预算", "final_account": "决算"}
SCOPE_LABEL = {"department": "部门", "unit": "单位"}

Reader = Callable[[Path], Sequence[Report | Part]]
Interpreter = Callable[[Report], Sequence[BudgetFact]]
Checker = Callable[[bytes], "ReportChecks"]

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
    leftovers: tuple[tuple[int, str, str, int | None, str, str], ...] = ()  # line, text, where, page, file, sheet
    notes: tuple[str, ...] = ()
    pictures: int = 0  # cells recognised from a picture
    sources: tuple[tuple[str, int, int, int, int], ...] = ()  # file, tables, cells, figures in words, cells agreeing


@dataclass(frozen=True, slots=True)
class ReportChecks:
    """What the accounting rules found in one report: its findings as N-Quads, and how many checks had which outcome.

    `counts` is by outcome; `warning` and `info` say how many of the violated ones only warn or inform. `problem` says why nothing
    was checked.
    """

    quads: bytes = field(repr=False)
    counts: Mapping[str, int]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PartInfo:
    """What joining needs to know of a part without opening it.

    `base` is the key of its report without the scope, blank where the identity is not whole; what of it is known is in `body`, `year` and
    `kind`. `at` is the index of its own reading in `FileReading.reports`, -1 where it cannot stand by itself; `stated` counts the figures
    it states in words.
    """

    role: Role
    base: str
    scope: str
    scope_said: bool
    body: str = ""
    year: int = 0
    kind: str = ""
    at: int = -1
    problem: str = ""
    stated: int = 0


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave: its parts, and the reports that stand by themselves; or why there are none.

    `quads` holds each report's N-Quads, in the order of `reports`, and `checks` what the rules found in them; `contents` the parts
    themselves, in the order of `parts`. `blank` tells a form that nobody filled in from a file that could not be read.
    """

    file: str
    sha256: str
    reports: tuple[ReportReading, ...] = ()
    problem: str = ""
    blank: bool = False
    parts: tuple[PartInfo, ...] = ()
    quads: tuple[bytes, ...] = field(default=(), repr=False)
    contents: tuple[Part, ...] = field(default=(), repr=False)
    checks: tuple[ReportChecks, ...] = field(default=(), repr=False)


def read_with_mbkg(path: Path) -> Sequence[Part]:
    """The readers of mbkg, imported when first needed."""
    from mbkg.reading import read_parts

    return read_parts(path)


def facts_with_mbkg(report: Report) -> Sequence[BudgetFact]:
    """What mbkg takes a report's figures to say."""
    from mbkg.facts import report_facts

    return report_facts(report)


def checks_with_mbkg(nquads: bytes) -> ReportChecks:
    """What the rules of `shapes/` find in one report."""
    from mbkg.validate.findings_graph import check_report

    return check_report(nquads)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How a file becomes reports, a report facts, and a report's graph findings; all are plain functions, so that any process can run
    them. Without `check`, nothing is checked."""

    read: Reader = read_with_mbkg
    interpret: Interpreter = facts_with_mbkg
    check: Checker | None = checks_with_mbkg


MBKG = Pipeline()


def ingest_file(path: str, pipeline: Pipeline = MBKG, seconds: float = 0) -> FileReading:
    """Read one file to parts and quads; every failure becomes one line in `problem`.

    Args:
        seconds: how long it may take; 0 means as long as it takes.
    """
    name = os.path.basename(path)
    sha256 = ""
    try:
        sha256 = file_digest(path)
        with time_limit(seconds):
            return _ingest(name, sha256, pipeline.read(Path(path)), pipeline)
    except BlankForm as error:
        return FileReading(name, sha256, problem=str(error), blank=True)
    except MbkgError as error:
        return FileReading(name, sha256, problem=str(error))
    except TookTooLong:
        return FileReading(name, sha256, problem=too_long(name, seconds))
    except MemoryError:
        return FileReading(
            name, sha256, problem=f"{name}：内存不足，没有读完，未入图。请把文件拆小，或在内存更大的机器上读。"
        )
    except OSError as error:
        return FileReading(name, sha256, problem=f"{name}：无法打开（{error.strerror or error}）。请检查路径和权限。")
    except Exception as error:
        if os.environ.get("MBKG_DEBUG"):
            traceback.print_exc()
        return FileReading(
            name,
            sha256,
            problem=f"{name}：读取时出现内部错误（{type(error).__name__}: {' '.join(str(error).split())}）。设置 MBKG_DEBUG=1 可看细节。",
        )


def too_long(name: str, seconds: float) -> str:
    return f"{name}：{seconds:g} 秒内没有读完，已停止，未入图。可用 --limit 给更多秒数，或把文件拆小。"


def _ingest(name: str, sha256: str, read: Sequence[Report | Part], pipeline: Pipeline) -> FileReading:
    parts = [part if isinstance(part, Part) else Part(part) for part in read]
    parts = [
        replace(part, report=report)
        for part, report in zip(parts, _named_apart([part.report for part in parts]), strict=True)
    ]
    parts = [replace(part, report=replace(part.report, sha256=part.report.sha256 or sha256)) for part in parts]
    infos: list[PartInfo] = []
    readings: list[ReportReading] = []
    quads: list[bytes] = []
    checks: list[ReportChecks] = []
    for part in parts:
        at = -1
        if part.has_tables and not part.missing:
            at = len(readings)
            reading, lines = ingest_report(part.report, pipeline)
            readings.append(reading)
            quads.append(lines)
            if pipeline.check is not None:
                checks.append(pipeline.check(lines))
        infos.append(_info(part, at))
    problem = next((info.problem for info in infos if info.problem), "") if not readings else ""
    return FileReading(
        name,
        sha256,
        tuple(readings),
        problem if parts else f"{name}：没有读出报告。",
        False,
        tuple(infos),
        tuple(quads),
        tuple(parts),
        tuple(checks),
    )


def _info(part: Part, at: int) -> PartInfo:
    report = part.report
    problem = ""
    if part.missing:
        problem = str(UnknownIdentity(report.file, "、".join(part.missing)))
    elif not part.has_tables:
        whose = f"{report.unit}{report.year}年{KIND_LABEL[report.kind]}"
        problem = f"{report.file}：只有{whose}的文字说明，没有表，暂未入图；它的表格文件读入后合为一份报告。"
    key = key_of(report, load_vocabulary()).rpartition("-")[0]
    body = "" if "单位名称" in part.missing else key.removesuffix(f"-{report.year}-{report.kind.replace('_', '-')}")
    return PartInfo(
        part.role,
        "" if part.missing else key,
        report.scope,
        part.scope_said,
        body,
        0 if "年度" in part.missing else report.year,
        "" if "预算或决算" in part.missing else report.kind,
        at,
        problem,
        sum(statement.value is not None for statement in report.statements),
    )


def file_digest(path: str | Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _named_apart(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Reports of one file carry its stem; a second one is told apart by its place in the file."""
    seen: Counter[str] = Counter()
    apart = []
    for report in reports:
        seen[report.name] += 1
        apart.append(report if seen[report.name] == 1 else replace(report, name=f"{report.name}-{seen[report.name]}"))
    return tuple(apart)


def ingest_report(report: Report, pipeline: Pipeline) -> tuple[ReportReading, bytes]:
    """A report's reading and its N-Quads."""
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
        leftovers=tuple(
            (left.line, left.text, left.where, left.page, left.file, left.sheet) for left in report.leftovers
        ),
        notes=report.notes,
        pictures=sum(cell.confidence < 1 for _, cell in report.cells),
        sources=tuple((s.file, s.tables, s.cells, s.statements, s.agreeing) for s in report.sources),
    )
    return reading, nquads


def to_nquads(quads: Sequence[Quad]) -> bytes:
    """Quads as N-Quads, one a line, sorted by their bytes."""
    return b"\n".join(sorted((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines()))


def content_digest(nquads: bytes) -> str:
    """The digest of what a report says, whatever file it stands in."""
    told = (line for line in nquads.splitlines() if not line.endswith(_COMMON) and not _FROM_FILE.search(line))
    return hashlib.sha256(b"\n".join(told)).hexdigest()[:24]

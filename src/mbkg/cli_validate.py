"""`mbkg validate` and `mbkg rules` on the command line: what is asked for, the answer in its format, the exit code."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal, cast

from mbkg.errors import BadInput, BadShape
from mbkg.validate.as_text import Writer, text_lines
from mbkg.validate.values import SEVERITIES, ReportInfo, Rule, Severity, Validation

FORMATS = ("text", "json", "ttl", "html", "csv")
RULE_FORMATS = ("text", "json", "ttl")
ENGINES = ("oxigraph", "pyshacl")
CONFORMS, VIOLATED, FAILED = 0, 1, 2
_BY_SUFFIX = {".txt": "text", ".json": "json", ".ttl": "ttl", ".html": "html", ".htm": "html", ".csv": "csv"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `mbkg validate` is asked for; `form` blank means what the suffix of `out` says, else text."""

    paths: Sequence[Path] = ()
    kg: str | None = None
    form: str = ""
    out: Path | None = None
    reports: Sequence[str] = ()
    rules: Sequence[str] = ()
    severity: str = "info"
    engine: str = "oxigraph"
    shapes: Path | None = None
    summary: bool = False


def run_validate(wanted: Wanted) -> int:
    """Validate and print; returns 0 where all conforms, 1 where something is violated, 2 where anything could not be validated.

    A file that cannot be validated is named on stderr; the others are validated all the same.

    Raises:
        MbkgError: nothing can be validated at all; its message is one line.
    """
    form = wanted.form or _BY_SUFFIX.get(wanted.out.suffix.lower() if wanted.out else "", "text")
    for option, value, allowed in (
        ("--format", form, FORMATS),
        ("--severity", wanted.severity, SEVERITIES),
        ("--engine", wanted.engine, ENGINES),
    ):
        if value not in allowed:
            raise BadInput(f"{option} 没有 {value}", f"请用 {'、'.join(allowed)}")
    _check_writable(wanted.out)
    files = _shape_files(wanted.shapes)
    rules = _chosen_rules(files, wanted)
    validation, remarks = _validated(wanted, files, rules)
    for line in (*remarks, *validation.problems):
        _say(line)
    if not validation.reports:
        if not validation.problems:
            _say("没有可以核对的报告。")
        return FAILED
    coverage = not wanted.rules and wanted.severity == SEVERITIES[-1]
    _write(_chunks(validation, form, coverage, wanted), form, wanted.out)
    if wanted.out is not None:
        _say(f"已写入 {wanted.out}：{len(validation.reports)} 份报告，{len(validation.findings)} 项发现")
    return exit_code(validation)


def exit_code(validation: Validation) -> int:
    """0, 1 or 2: what could not be validated outweighs what is violated."""
    if validation.problems or not validation.reports:
        return FAILED
    return CONFORMS if validation.conforms else VIOLATED


def run_rules_command(form: str) -> int:
    """Print the catalogue of rules; returns 0."""
    from mbkg.validate.catalogue import load_rules, shape_files
    from mbkg.validate.rulebook import rules_json, rules_text, shapes_graph

    if form not in RULE_FORMATS:
        raise BadInput(f"--format 没有 {form}", f"请用 {'、'.join(RULE_FORMATS)}")
    rules = load_rules()
    if form == "ttl":
        chunks: Iterable[str] = shapes_graph(shape_files())
    elif form == "json":
        chunks = rules_json(rules)
    else:
        chunks = (f"{line}\n" for line in rules_text(rules, _writer(None)))
    _write(chunks, form, None)
    return CONFORMS


# ---- what is asked for


def _shape_files(extra: Path | None) -> tuple[Path, ...]:
    from mbkg.validate.catalogue import shape_files

    if extra is None:
        return shape_files()
    found = sorted(extra.glob("*.ttl")) if extra.is_dir() else [extra] if extra.is_file() else []
    if not found:
        raise BadInput(f"--shapes {extra}：没有 .ttl 规则文件", "请给出规则文件或它们所在的文件夹")
    return (*shape_files(), *found)


def _chosen_rules(files: Sequence[Path], wanted: Wanted) -> tuple[Rule, ...]:
    from mbkg.validate.catalogue import load_rules, read_rules
    from mbkg.validate.select import select_rules

    rules = load_rules() if wanted.shapes is None else read_rules(files)
    for path in files[len(_shape_files(None)) :]:
        if path.name not in {rule.file for rule in rules}:
            raise BadShape(path.name, "里面没有一条规则（mb:Rule），写法见 shapes/README.md；别的 SHACL 形状不会被运行")
    return select_rules(rules, wanted.rules, cast(Severity, wanted.severity))


def _validated(wanted: Wanted, files: Sequence[Path], rules: Sequence[Rule]) -> tuple[Validation, tuple[str, ...]]:
    from mbkg.validate.batches import validate_source
    from mbkg.validate.run import reports_of, validate_store
    from mbkg.validate.select import select_reports
    from mbkg.validate.sources import read_source

    if wanted.paths and sys.stderr.isatty():
        _say("读取…")
    source = read_source(wanted.paths, wanted.kg)
    everyone = reports_of(source.store)
    if not everyone:
        return Validation((), tuple(rules), (), {}, problems=source.problems), source.remarks
    chosen = select_reports(everyone, wanted.reports)
    with _Progress() as progress:
        validation = validate_source(source, rules, chosen, everyone, validate_store, progress)
        if wanted.engine == "pyshacl":
            from mbkg.validate.recheck import disagreements

            validation = replace(
                validation, problems=(*validation.problems, *disagreements(source, rules, files, chosen, everyone))
            )
    bare = [] if wanted.rules or wanted.severity != SEVERITIES[-1] else [_unchecked(info) for info in _bare(validation)]
    return replace(validation, problems=(*validation.problems, *bare)), source.remarks


def _bare(validation: Validation) -> list[ReportInfo]:
    """Reports to which not one rule applied: not checked is never passed."""
    return [info for info in validation.reports if not any(c.total() for c in validation.counts[info.iri].values())]


def _unchecked(info: ReportInfo) -> str:
    return f"{info.file or info.name or info.iri}：没有一项核对可以进行（没有表，或由旧版 mbkg 读成）。请检查原件，或重新 mbkg build。"


# ---- what is written


def _chunks(validation: Validation, form: str, coverage: bool, wanted: Wanted) -> Iterable[str]:
    if form == "json":
        from mbkg.validate.as_json import json_chunks

        return json_chunks(validation)
    if form == "csv":
        from mbkg.validate.as_csv import csv_chunks

        return csv_chunks(validation)
    if form == "ttl":
        from mbkg.validate.as_ttl import turtle

        return (turtle(validation).decode(),)
    if form == "html":
        from mbkg.validate.as_html import html_chunks

        return html_chunks(validation, coverage)
    return (f"{line}\n" for line in text_lines(validation, _writer(wanted.out), coverage, wanted.summary))


def _writer(out: Path | None) -> Writer:
    """How text is written: in colour and at its width on a terminal, plain and at a fixed width elsewhere."""
    if out is not None or not sys.stdout.isatty():
        return Writer()
    return Writer(shutil.get_terminal_size().columns, colours=not os.environ.get("NO_COLOR"))


def _check_writable(out: Path | None) -> None:
    """Refuse before the work is done, not after."""
    if out is None:
        return
    if out.is_dir():
        raise BadInput(f"--out {out}：是文件夹", "请给出文件名")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--out {out}：写不进去（{error.strerror or error}）", "请检查路径和权限") from error


def _write(chunks: Iterable[str], form: str, out: Path | None) -> None:
    """Write text as UTF-8, to a file whole or not at all; a CSV file says so to Excel."""
    if out is None:
        if form == "text":
            for chunk in chunks:
                sys.stdout.write(chunk)
            return
        sys.stdout.flush()
        _pour(chunks, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    waiting = out.with_name(f".{out.name}.part")
    try:
        with waiting.open("wb") as stream:
            if form == "csv":
                stream.write("\ufeff".encode())
            _pour(chunks, stream)
        waiting.replace(out)
    except OSError as error:
        raise BadInput(f"--out {out}：写不进去（{error.strerror or error}）", "请检查路径和权限") from error
    finally:
        waiting.unlink(missing_ok=True)


def _pour(chunks: Iterable[str], stream: IO[bytes]) -> None:
    for chunk in chunks:
        stream.write(chunk.encode("utf-8", "replace"))


class _Progress:
    """How far the validation is, on a terminal's stderr; nothing elsewhere."""

    def __enter__(self) -> _Progress:
        self._shown = False
        return self

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty() and total > 1:
            print(f"\r核对 {done}/{total} 份", end="", file=sys.stderr, flush=True)
            self._shown = True

    def __exit__(self, *_: object) -> Literal[False]:
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        return False


def _say(line: str) -> None:
    print(line, file=sys.stderr)

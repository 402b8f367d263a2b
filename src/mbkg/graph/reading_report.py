"""What a build ends with: per report what was recognised, read, inferred and left open, and every line not understood.

A number that nobody accounted for is a bug or a finding, never silence; a file that could not be read is named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mbkg.graph.ingest import ReportReading
from mbkg.graph.manifest import Chosen
from mbkg.reports import place_words

STATUS_WORDS = {
    "read": "新读取",
    "unchanged": "未变，跳过",
    "cached": "内容已读过，跳过",
    "blank": "空白样表",
    "failed": "未入图",
}


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file given to a build: read, unchanged, cached (its content was read before), blank (a form without figures)
    or failed."""

    path: str
    name: str
    status: str
    problem: str = ""
    reports: tuple[ReportReading, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A build, told: its files in the order given, the reports the graph now holds, and what was loaded.

    `checks` counts for each report, by its key, how many checks of the accounting rules had which outcome; `unchecked` says why some were
    not run at all.
    """

    where: str
    files: tuple[FileOutcome, ...]
    chosen: tuple[tuple[Chosen, ReportReading], ...]
    changed: bool = False
    triples: int = 0
    derived: int = 0
    checks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 if any file given yielded a report, else 2."""
        return 0 if any(outcome.reports for outcome in self.files) else 2

    @property
    def concerned(self) -> list[tuple[Chosen, ReportReading]]:
        """The chosen reports that the files given speak of."""
        keys = {report.key for outcome in self.files for report in outcome.reports}
        return [(choice, reading) for choice, reading in self.chosen if choice.key in keys]

    def to_json(self) -> dict[str, Any]:
        return {
            "kg": self.where,
            "changed": self.changed,
            "triples": self.triples,
            "derived": self.derived,
            "files": [
                {
                    "file": outcome.name,
                    "status": outcome.status,
                    "problem": outcome.problem,
                    "reports": [report.name for report in outcome.reports],
                }
                for outcome in self.files
            ],
            "reports": [
                {
                    **{name: value for name, value in asdict(reading).items() if name not in {"content", "leftovers"}},
                    "leftovers": [
                        {
                            "line": line,
                            "text": text,
                            "where": where,
                            "page": page,
                            "file": file or reading.file,
                            "sheet": sheet,
                        }
                        for line, text, where, page, file, sheet in reading.leftovers
                    ],
                    "sources": [
                        {"file": file, "tables": tables, "cells": cells, "statements": statements, "agreeing": agreeing}
                        for file, tables, cells, statements, agreeing in reading.sources
                    ],
                    "other_files": list(choice.other_files),
                    "superseded": list(choice.superseded),
                    "checks": dict(self.checks.get(choice.key, {})),
                }
                for choice, reading in self.concerned
            ],
        }


COLUMNS = (
    "报告",
    "单位",
    "年度",
    "种类",
    "表",
    "数字",
    "直接读出",
    "推断",
    "存疑",
    "项目",
    "指标",
    "文字数字",
    "事实",
    "矛盾",
    "未读懂",
)


def summary_rows(result: BuildResult) -> list[tuple[str, ...]]:
    """One row per report for the summary table, in the order of `COLUMNS`."""
    return [
        (
            reading.name,
            reading.unit,
            str(reading.year),
            f"{reading.scope}{reading.kind}",
            *(
                str(count)
                for count in (
                    len(reading.tables),
                    reading.cells,
                    reading.printed,
                    reading.inferred,
                    reading.ambiguous,
                    reading.projects,
                    reading.indicators,
                    reading.statements,
                    reading.facts,
                    reading.contradicted,
                    len(reading.leftovers),
                )
            ),
        )
        for _, reading in result.concerned
    ]


COMPACT = ("报告", "年度", "表", "数字", "推断", "存疑", "项目", "指标", "文字", "事实", "矛盾", "未读懂")


def compact_rows(result: BuildResult) -> list[tuple[str, ...]]:
    """The same rows for a narrow terminal, in the order of `COMPACT`."""
    return [(row[0], row[2], row[4], row[5], *row[7:]) for row in summary_rows(result)]


def remarks(result: BuildResult) -> Iterator[str]:
    """Everything that needs a sentence: other sources, superseded files, missing pages, notes, lines not understood, failures."""
    for choice, reading in result.concerned:
        if counts := result.checks.get(choice.key):
            yield f"{reading.name}：{checks_line(counts)}"
    yield from result.unchecked
    for choice, reading in result.concerned:
        name = reading.name
        if choice.other_files and not reading.sources:
            yield f"{name}：{choice.file} 与 {'、'.join(choice.other_files)} 是同一报告，内容相同，入图一份，记两个来源。"
        for table in reading.missing_pages:
            if any(table.partition("（")[0] in note for note in reading.notes):
                continue  # the reader says so itself, below
            yield f"{name}：{table} 有表头而无数据行，续页缺失。"
        if reading.ambiguous:
            yield f"{name}：{reading.ambiguous} 个数字的列无法唯一确定，已标为存疑并列出候选列（mbkg cells 的 how 列为 ambiguous）。"
        if reading.pictures:
            yield f"{name}：{reading.pictures} 个数字识别自图片，可信度较低，请核对原件。"
        for note in reading.notes:
            yield f"{name}：{note}"
        for line, text, where, page, file, sheet in reading.leftovers:
            at = f"{file} " if file else ""
            at += place_words(line, page, sheet)
            yield f"{name} {at}含数字但未读懂{f'（{where}）' if where else ''}：{text.strip()}"
    for outcome in result.files:
        if outcome.problem:
            yield outcome.problem if outcome.status == "blank" else f"未入图 {outcome.problem}"


def checks_line(counts: Mapping[str, int]) -> str:
    """What the accounting rules gave on one report, counted.

    >>> checks_line({"holds": 480, "rounding": 13, "violated": 17, "not_evaluable": 2})
    '勾稽核对 512 项，不符 17 项，另有尾差 13 项、不可核对 2 项。'
    """
    broken = counts.get("violated", 0) - counts.get("warning", 0) - counts.get("info", 0)
    more = "、".join(
        f"{word} {counts[outcome]} 项"
        for outcome, word in (
            ("warning", "提醒"),
            ("info", "说明"),
            ("rounding", "尾差"),
            ("not_evaluable", "不可核对"),
        )
        if counts.get(outcome)
    )
    found = f"不符 {broken} 项" if broken else "未发现不符"
    checked = sum(counts.get(outcome, 0) for outcome in ("holds", "rounding", "violated", "not_evaluable"))
    return f"勾稽核对 {checked} 项，{found}{f'，另有{more}' if more else ''}。"


def closing_line(result: BuildResult) -> str:
    """The last line of a build: how many files gave how many reports, and where the graph is."""
    counts = {status: sum(outcome.status == status for outcome in result.files) for status in STATUS_WORDS}
    files = "，".join(f"{STATUS_WORDS[status]} {count} 个" for status, count in counts.items() if count)
    if not result.chosen:
        return f"文件 {len(result.files)} 个（{files}）；没有读出任何报告，知识图谱未建立。"
    if not result.changed:
        return f"文件 {len(result.files)} 个（{files}）；知识图谱没有变化：{result.where}"
    loaded = f"，{result.triples} 条三元组" if result.triples else ""
    return (
        f"文件 {len(result.files)} 个（{files}）；知识图谱共 {len(result.chosen)} 份报告{loaded}"
        f"（其中规则推算 {result.derived} 条）：{result.where}"
    )

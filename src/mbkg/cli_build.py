"""`mbkg build` on a terminal: a progress bar while it reads, a reading report when it is done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mbkg.graph.build import Progress, build
from mbkg.graph.reading_report import COLUMNS, COMPACT, BuildResult, closing_line, compact_rows, remarks, summary_rows

WIDE_TERMINAL = 150  # columns from which the summary shows everything


def run_build(paths: Sequence[Path], kg: str | None, *, as_json: bool, fresh: bool) -> int:
    """Build and report; returns the exit code."""
    with _progress(as_json) as progress:
        result = build(paths, kg, progress=progress, fresh=fresh)
    if as_json:
        print(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        print_reading_report(result)
    return result.exit_code


def print_reading_report(result: BuildResult) -> None:
    """One row per report, then everything that needs a sentence, then what the graph holds."""
    if result.concerned:
        print("读取报告")
        if sys.stdout.isatty():
            _print_rich_table(result)
        else:
            from mbkg.cli_output import print_table

            print_table(COLUMNS, summary_rows(result))
    for remark in remarks(result):
        print(f"· {remark}", file=sys.stderr if remark.startswith("未入图") else sys.stdout)
    print(closing_line(result))


def _print_rich_table(result: BuildResult) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    wide = console.width >= WIDE_TERMINAL
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    for at, column in enumerate(COLUMNS if wide else COMPACT):
        table.add_column(column, justify="left" if at == 0 else "right", no_wrap=True)
    for row in summary_rows(result) if wide else compact_rows(result):
        table.add_row(*row)
    console.print(table)


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress | None]:
    """A progress bar on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("读取"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)

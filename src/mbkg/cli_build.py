"""`mbkg build` on a terminal: a progress bar while it reads, a reading report when it is done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mbkg.graph.build import Progress, build
from mbkg.graph.reading_report import COLUMNS, BuildResult, closing_line, remarks, summary_rows


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
    rows = summary_rows(result)
    if rows:
        print("读取报告")
        if sys.stdout.isatty():
            _print_rich_table(rows)
        else:
            from mbkg.cli_output import print_table

            print_table(COLUMNS, rows)
    for remark in remarks(result):
        print(f"· {remark}", file=sys.stderr if remark.startswith("未入图") else sys.stdout)
    print(closing_line(result))


def _print_rich_table(rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for at, column in enumerate(COLUMNS):
        table.add_column(column, justify="left" if at < 2 else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


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

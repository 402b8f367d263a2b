"""`mbkg build` on a terminal: a progress bar while it reads, a reading report when it is done; or one line a round, watching a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mbkg.cli_index import keep_index
from mbkg.errors import BadInput
from mbkg.graph.build import Progress, build
from mbkg.graph.reading_report import COLUMNS, COMPACT, BuildResult, closing_line, compact_rows, remarks, summary_rows

WIDE_TERMINAL = 150  # columns from which the summary shows everything


def run_build(paths: Sequence[Path], kg: str | None, *, as_json: bool, fresh: bool, seconds: float) -> int:
    """Build and report; returns the exit code."""
    with _progress(as_json) as progress:
        result = build(paths, kg, progress=progress, fresh=fresh, seconds=seconds)
    keep_index(kg)
    if as_json:
        print(json.dumps(result.to_json(), ensure_ascii=False, indent=1))
    else:
        print_reading_report(result)
    return result.exit_code


def run_watch(paths: Sequence[Path], kg: str | None, *, fresh: bool, seconds: float, interval: float) -> int:
    """Build, and build again whenever a file comes or changes, until Ctrl-C or SIGTERM; returns the exit code.

    Raises:
        BadInput: no folder or file to watch.
    """
    from mbkg.graph.watch import Watcher, stop_on_signals

    for path in paths:
        if not path.exists():
            raise BadInput(f"{path}：没有这个文件或文件夹", "请检查路径")
    if not paths:
        raise BadInput("--watch 要看着一个文件夹", "例如 mbkg build 报告文件夹 --watch")
    first = [fresh]

    def rebuild(files: Sequence[Path]) -> BuildResult:
        result = build(files, kg, fresh=first[0], seconds=seconds)
        keep_index(kg)
        first[0] = False
        say_round(result)
        return result

    with stop_on_signals() as stop:
        _say(f"看着 {'、'.join(map(str, paths))}，每 {interval:g} 秒一次；Ctrl-C 结束。")
        Watcher(paths, rebuild, _say).run(interval, stop)
    _say("已停止。知识图谱保持上一次完整的状态。")
    return 0


def say_round(result: BuildResult) -> None:
    """One line for a round in which something changed, and one for each file that gave nothing."""
    names = [outcome.name for outcome in result.files if outcome.reports]
    shown = "、".join(names[:5]) + (f" 等 {len(names)} 个" if len(names) > 5 else "")
    _say(f"{shown + '：' if shown else ''}{closing_line(result)}")
    for outcome in result.files:
        if outcome.problem:
            _say(f"· {outcome.problem}")


def _say(line: str) -> None:
    print(line, flush=True)


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

"""A drop folder: files are taken when they are whole, once, and nothing that lies in it stops the watching."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from small_reports import SMALL, Workshop

from mbkg.graph.build import build, collect_files
from mbkg.graph.reading_report import BuildResult
from mbkg.graph.watch import Watcher
from mbkg.resources import resource_path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watcher(workshop: Workshop, said: list[str]) -> Watcher:
    workshop.reports.mkdir()

    def rebuild(files: Sequence[Path]) -> BuildResult:
        said.append("、".join(path.name for path in files))
        return build(files, workshop.kg, pipeline=SMALL)

    return Watcher([workshop.reports], rebuild, said.append)


def test_a_file_is_taken_once_when_it_has_settled(workshop: Workshop, watcher: Watcher, said: list[str]) -> None:
    path = workshop.write("a.txt")
    assert watcher.round() is None
    with path.open("a", encoding="utf-8") as stream:  # still being copied
        stream.write(" ")
    assert watcher.round() is None
    result = watcher.round()
    assert result is not None
    assert len(result.chosen) == 1
    assert watcher.round() is None
    assert said == ["a.txt"]


def test_only_what_changed_is_built_again(workshop: Workshop, watcher: Watcher, said: list[str]) -> None:
    workshop.write("a.txt")
    workshop.write("b.txt", year=2025)
    watcher.round()
    watcher.round()
    workshop.write("b.txt", year=2026)
    watcher.round()
    result = watcher.round()
    assert said == ["a.txt、b.txt", "b.txt"]
    assert result is not None
    assert sorted(report.year for _, report in result.chosen) == [2024, 2026]


def test_a_bad_file_is_said_and_left_alone_until_it_changes(
    workshop: Workshop, watcher: Watcher, said: list[str]
) -> None:
    bad = workshop.reports / "bad.txt"
    bad.write_bytes(b"\x00")
    workshop.write("good.txt")
    watcher.round()
    result = watcher.round()
    assert result is not None
    assert [outcome.name for outcome in result.files if outcome.problem] == ["bad.txt"]
    assert watcher.round() is None
    workshop.write("bad.txt", year=2025)
    watcher.round()
    result = watcher.round()
    assert result is not None
    assert len(result.chosen) == 2


def test_a_file_that_goes_away_is_told_and_its_report_stays(
    workshop: Workshop, watcher: Watcher, said: list[str]
) -> None:
    path = workshop.write("a.txt")
    watcher.round()
    watcher.round()
    path.unlink()
    assert watcher.round() is None
    assert said[-1].startswith("a.txt 已不在文件夹中")
    assert len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")) == 1


def test_a_running_build_elsewhere_is_waited_for(workshop: Workshop, watcher: Watcher, said: list[str]) -> None:
    from mbkg.graph.generations import KgDirectory

    workshop.write("a.txt")
    watcher.round()
    with KgDirectory(Path(workshop.kg)).locked():
        assert watcher.round() is None
        assert watcher.round() is None
    assert sum("另一个 mbkg build" in line for line in said) == 1
    assert watcher.round() is not None


def test_what_is_no_report_of_the_users_is_not_looked_at(tmp_path: Path) -> None:
    """Office lock files, downloads under way and hidden files."""
    for name in ("~$报告.docx", "报告.pdf.crdownload", "报告.pdf.part", "报告.tmp", ".报告.txt", "报告.zip"):
        (tmp_path / name).write_bytes(b"x")
    for name in ("报告.png", "报告.csv", "报告.PDF", "报告.xls"):
        (tmp_path / name).write_bytes(b"x")
    assert {path.name for path in collect_files([tmp_path])} == {"报告.png", "报告.csv", "报告.PDF", "报告.xls"}


def test_watching_stops_when_told(workshop: Workshop, watcher: Watcher) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=watcher.run, args=(0.05, stop))
    thread.start()
    workshop.write("a.txt")
    for _ in range(200):
        time.sleep(0.05)
        if (Path(workshop.kg) / "CURRENT").exists():
            break
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.thorough)])
def test_the_command_takes_a_file_and_ends_on_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    command = [
        sys.executable,
        "-m",
        "mbkg.cli",
        "build",
        str(folder),
        "--watch",
        "--interval",
        "0.2",
        "--kg",
        str(tmp_path / "kg"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    assert "看着" in process.stdout.readline()
    text = resource_path("data", "reports", "zhaoyuan-2024-budget.txt").read_text(encoding="utf-8")
    (folder / "报告.txt").write_text(text, encoding="utf-8")
    line = process.stdout.readline()
    assert line.startswith("报告.txt：文件 1 个（新读取 1 个）")
    process.send_signal(number)
    rest, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "已停止" in rest
    assert "Traceback" not in rest


def test_watching_needs_something_to_watch(tmp_path: Path) -> None:
    from mbkg.cli import run

    assert run(["build", "--watch"]) == 2
    assert run(["build", str(tmp_path / "nowhere"), "--watch"]) == 2

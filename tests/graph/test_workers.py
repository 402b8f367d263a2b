"""A file that hangs, dies or eats the memory costs itself and no other."""

from __future__ import annotations

import time

import pytest
from small_reports import SMALL, Workshop, write_small

from mbkg.graph import workers
from mbkg.graph.build import BuildResult, build


def problems(result: BuildResult) -> dict[str, str]:
    return {outcome.name: outcome.problem for outcome in result.files if outcome.problem}


def run(workshop: Workshop, seconds: float = 0) -> BuildResult:
    return build([workshop.reports], workshop.kg, pipeline=SMALL, seconds=seconds)


def test_a_worker_that_is_killed_names_its_file(workshop: Workshop) -> None:
    for year in range(2020, 2026):
        workshop.write(f"{year}.txt", year=year)
    workshop.write("bad.txt", does="die")
    result = run(workshop)
    assert list(problems(result)) == ["bad.txt"]
    assert "内存不足或文件损坏" in problems(result)["bad.txt"]
    assert len(result.chosen) == 6


def test_a_lone_file_is_read_apart_unless_it_is_text(workshop: Workshop) -> None:
    """Even of one file, only plain text is read in this process."""
    path = write_small(workshop.reports, "bad.pdf", does="die")
    result = build([path], workshop.kg, pipeline=SMALL)
    assert list(problems(result)) == ["bad.pdf"]


@pytest.mark.parametrize("name", ["slow.txt", "slow.pdf"])
def test_a_file_that_takes_too_long_is_given_up(name: str, workshop: Workshop) -> None:
    write_small(workshop.reports, name, does="hang")
    workshop.write("good.txt")
    begun = time.monotonic()
    result = run(workshop, seconds=1)
    assert time.monotonic() - begun < 15
    assert problems(result) == {
        name: f"{name}：1 秒内没有读完，已停止，未入图。可用 --limit 给更多秒数，或把文件拆小。"
    }
    assert len(result.chosen) == 1


def test_a_worker_that_heeds_no_alarm_is_ended(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "GRACE_SECONDS", 1.0)
    workshop.write("stuck.txt", does="stuck")
    workshop.write("good.txt")
    workshop.write("other.txt", year=2025)
    result = run(workshop, seconds=0.5)
    assert list(problems(result)) == ["stuck.txt"]
    assert "0.5 秒内没有读完" in problems(result)["stuck.txt"]
    assert len(result.chosen) == 2


def test_no_memory_left_is_one_sentence(workshop: Workshop) -> None:
    workshop.write("big.txt", does="memory")
    workshop.write("good.txt")
    result = run(workshop)
    assert "内存不足" in problems(result)["big.txt"]
    assert len(result.chosen) == 1

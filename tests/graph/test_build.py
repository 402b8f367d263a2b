"""A build: the same graph however it came about, nothing lost by a bad file, nothing broken by a killed process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from small_reports import SMALL, Workshop, write_small

from mbkg.errors import BadInput, BuildRunning, GraphMissing
from mbkg.graph.build import build, collect_files
from mbkg.graph.generations import KgDirectory
from mbkg.graph.store import open_graph
from mbkg.resources import resource_path


def test_two_builds_give_the_same_bytes(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    workshop.write("a.txt")
    workshop.write("b.txt", unit="威海市医疗保障局")
    workshop.build()
    workshop.build(kg=other_folder("again"))
    assert workshop.quads() == workshop.quads(other_folder("again"))


def test_built_bit_by_bit_or_at_once_is_the_same_graph(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    """A changed, an added and an unchanged report: the new generation equals a fresh build of the same files."""
    first = workshop.write("a.txt")
    second = workshop.write("b.txt", unit="威海市医疗保障局")
    workshop.build(first, second)
    second = workshop.write("b.txt", unit="威海市医疗保障局", scale=3)
    third = workshop.write("c.txt", year=2025)
    workshop.build(second)
    workshop.build(third)
    workshop.build(first, second, third, kg=other_folder("fresh"))
    assert workshop.quads() == workshop.quads(other_folder("fresh"))


def test_an_unchanged_file_is_skipped_and_no_generation_written(workshop: Workshop) -> None:
    workshop.write("a.txt")
    assert [outcome.status for outcome in workshop.build().files] == ["read"]
    before = KgDirectory(Path(workshop.kg)).current()
    again = workshop.build()
    assert [outcome.status for outcome in again.files] == ["unchanged"]
    assert not again.changed
    assert again.exit_code == 0
    assert KgDirectory(Path(workshop.kg)).current() == before


def test_a_file_whose_report_changed_year_leaves_no_ghost(workshop: Workshop) -> None:
    workshop.write("a.txt", year=2024)
    workshop.build()
    workshop.write("a.txt", year=2025)
    workshop.build()
    assert workshop.ask("SELECT ?year WHERE { ?r a mb:Report ; mb:year ?year }") == [{"year": "2025"}]


def test_the_same_report_twice_is_one_report_with_two_sources(workshop: Workshop) -> None:
    workshop.write("a.txt")
    workshop.write("b.txt", seconds=0)  # other bytes, same report
    result = workshop.build()
    assert [(choice.file, choice.other_files, choice.superseded) for choice, _ in result.chosen] == [
        ("b.txt", ("a.txt",), ())
    ]
    assert len(workshop.ask("SELECT ?cell WHERE { ?cell a mb:Cell }")) == 9


def test_of_two_versions_the_one_given_later_wins(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    """Also when both were read before: the order of the files decides, not the order of reading."""
    old = workshop.write("b.txt", scale=1)
    new = workshop.write("a.txt", scale=2)
    result = workshop.build(old, new)
    assert [(choice.file, choice.superseded) for choice, _ in result.chosen] == [("a.txt", ("b.txt",))]
    result = workshop.build(new, old)
    assert [(choice.file, choice.superseded) for choice, _ in result.chosen] == [("b.txt", ("a.txt",))]
    workshop.build(new, old, kg=other_folder("fresh"))
    assert workshop.quads() == workshop.quads(other_folder("fresh"))


def test_bad_files_never_stop_the_others(workshop: Workshop) -> None:
    workshop.write("good.txt")
    (workshop.reports / "junk.txt").write_bytes(b"\x00\x01\x02")
    (workshop.reports / "empty.txt").write_bytes(b"")
    (workshop.reports / "README.md").write_text("# 说明", encoding="utf-8")
    result = workshop.build()
    assert result.exit_code == 0
    assert {outcome.name for outcome in result.files if outcome.problem} == {"junk.txt", "empty.txt", "README.md"}
    assert all("\n" not in outcome.problem for outcome in result.files)
    assert len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")) == 1


def test_nothing_read_gives_exit_code_two_and_no_graph(workshop: Workshop) -> None:
    workshop.reports.mkdir()
    (workshop.reports / "junk.txt").write_bytes(b"\x00")
    assert workshop.build().exit_code == 2
    with pytest.raises(GraphMissing):
        open_graph(workshop.kg)


def test_a_bad_file_leaves_the_graph_of_earlier_builds(workshop: Workshop) -> None:
    workshop.build(workshop.write("good.txt"))
    junk = workshop.reports / "junk.txt"
    junk.write_bytes(b"\x00")
    assert workshop.build(junk).exit_code == 2
    assert len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")) == 1


def test_a_file_that_became_unreadable_keeps_its_last_good_report(workshop: Workshop) -> None:
    path = workshop.write("good.txt")
    workshop.write("other.txt", year=2025)
    workshop.build()
    path.write_bytes(b"\x00")
    result = workshop.build()
    assert [outcome.problem.endswith("上次读入的内容。") for outcome in result.files] == [True, False]
    assert len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")) == 2


def test_fresh_forgets_what_was_there(workshop: Workshop) -> None:
    workshop.build(workshop.write("a.txt"))
    workshop.build(workshop.write("b.txt", year=2025), fresh=True)
    assert workshop.ask("SELECT ?year WHERE { ?r a mb:Report ; mb:year ?year }") == [{"year": "2025"}]


def test_any_executor_runs_the_reading(workshop: Workshop, other_folder: Callable[[str], str]) -> None:
    workshop.write("a.txt")
    workshop.write("b.txt", year=2025)
    workshop.build()
    with ThreadPoolExecutor(2) as pool:
        build([workshop.reports], other_folder("threads"), pipeline=SMALL, executor=pool)
    assert workshop.quads() == workshop.quads(other_folder("threads"))


def test_two_reports_in_one_file(workshop: Workshop) -> None:
    path = workshop.reports / "both.txt"
    workshop.reports.mkdir()
    path.write_text('[{"year": 2024}, {"year": 2025}]', encoding="utf-8")
    workshop.build(path)
    rows = workshop.ask("SELECT ?name WHERE { ?r a mb:Report ; dcterms:identifier ?name } ORDER BY ?name")
    assert [row["name"] for row in rows] == ["both", "both-2"]


def test_missing_and_unreadable_paths_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有这个文件"):
        collect_files([tmp_path / "nowhere.txt"])
    with pytest.raises(BadInput, match="没有可读取的文件"):
        collect_files([tmp_path])


def test_one_builder_at_a_time(workshop: Workshop) -> None:
    workshop.write("a.txt")
    with KgDirectory(Path(workshop.kg)).locked(), pytest.raises(BuildRunning, match=str(os.getpid())):
        workshop.build()
    workshop.build()  # the lock went with its holder


def test_a_reader_keeps_its_generation_while_builds_go_on(workshop: Workshop) -> None:
    workshop.write("a.txt")
    workshop.build()
    reader = open_graph(workshop.kg)
    for year in (2025, 2026, 2027):
        workshop.build(workshop.write("next.txt", year=year))
    assert bool(reader.query(f"ASK {{ ?r mb:year {2024} }}"))
    assert not bool(reader.query(f"ASK {{ ?r a mb:Report ; mb:year {2027} }}"))
    reader.close()
    workshop.build(workshop.write("next.txt", year=2028))
    assert len(list(KgDirectory(Path(workshop.kg)).generations.iterdir())) == 1


def test_a_build_killed_at_any_moment_leaves_the_last_good_graph(workshop: Workshop) -> None:
    """Six kills at moments spread over a build: each leaves the old graph whole or the new one whole, and never a stale lock."""
    workshop.write("a.txt")
    workshop.build()
    old = workshop.quads()
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from small_reports import SMALL; from mbkg.graph.build import build; "
        "print('go', flush=True); build([sys.argv[2]], sys.argv[3], pipeline=SMALL)"
    )
    moments = random.Random(5)
    for round_number in range(6):
        write_small(workshop.reports, "b.txt", year=2030 + round_number)
        command = [sys.executable, "-c", script, str(Path(__file__).parent), str(workshop.reports), workshop.kg]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0, 0.6))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        now = workshop.quads()
        assert now == old or any(f"-{2030 + round_number}-".encode() in line for line in now)
        old = now
    result = workshop.build()
    assert result.exit_code == 0
    assert len(list(KgDirectory(Path(workshop.kg)).generations.iterdir())) == 1


def test_readers_never_see_a_half_built_graph(workshop: Workshop) -> None:
    """While one thread builds again and again, every open finds exactly the reports of some finished build."""
    workshop.write("a.txt")
    workshop.build()
    stop = threading.Event()
    seen: set[int] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add(len(workshop.ask("SELECT ?r WHERE { ?r a mb:Report }")))

    reader = threading.Thread(target=read)
    reader.start()
    for year in range(2025, 2028):
        workshop.build(workshop.write("b.txt", year=year))
    stop.set()
    reader.join()
    assert seen <= {1, 2}


def test_workbook_holds_the_tables_and_no_formula(tmp_path: Path) -> None:
    """A target printed as =100% stays text in a spreadsheet, a value is a number."""
    import openpyxl

    from mbkg.graph.tables import EXPORTS, export_xlsx

    build([resource_path("data", "reports", "weihai-2024-budget.txt")], str(tmp_path / "kg"))
    counts = export_xlsx(open_graph(str(tmp_path / "kg")), tmp_path / "out" / "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")
    assert tuple(book.sheetnames) == EXPORTS
    for name in EXPORTS:
        assert book[name].max_row == counts[name] + 1
    heads = [cell.value for cell in book["indicators"][1]]
    raw = heads.index("target_raw")
    targets = [row[raw] for row in book["indicators"].iter_rows(min_row=2)]
    assert any(str(cell.value).startswith("=") for cell in targets)
    assert {cell.data_type for cell in targets} == {"s"}
    cells = [cell.value for cell in book["cells"][1]]
    assert {row[cells.index("value")].data_type for row in book["cells"].iter_rows(min_row=2)} == {"n"}

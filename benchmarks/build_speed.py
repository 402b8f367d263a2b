"""How fast reports become a graph that can be asked, and where the time goes.

    python benchmarks/build_speed.py [--copies N] [REPORTS…]

Runs `mbkg build` as a user does, in a fresh process with an empty graph, import time included; then N copies of the reports, each under
another body's name, for the rate at scale; then one report in this process, stage by stage. Times are wall-clock
seconds of one run on this machine: read the ratios.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from mbkg.resources import resource_path

Result = TypeVar("Result")
_CITIES = ("临沂", "潍坊", "济宁", "泰安", "聊城", "德州", "滨州", "菏泽", "日照", "枣庄", "东营", "淄博")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--copies", type=int, default=8)
    options = parser.parse_args()
    files = report_files(options.reports or [resource_path("data", "reports")])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        print("start-up")
        for what in ("import mbkg.cli", "import mbkg.graph.build", "import mbkg.reading"):
            print(f"  {what:<32} {process_seconds(['-c', what])[0]:7.2f} s")
        print("mbkg build, fresh process, empty graph")
        seconds, peak = build(files, root / "kg")
        print(f"  {len(files)} reports {seconds:22.2f} s {len(files) / seconds:7.2f} reports/s   peak {peak} MiB")
        print(f"  again, nothing changed {build(files, root / 'kg')[0]:12.2f} s")
        many = copies(files, root / "many", options.copies)
        seconds, peak = build(many, root / "kg-many")
        print(f"  {len(many)} reports {seconds:21.2f} s {len(many) / seconds:7.2f} reports/s   peak {peak} MiB")
        many[0].write_text(many[0].read_text(encoding="utf-8") + "\n", encoding="utf-8")
        print(f"  one of {len(many)} changed {build(many, root / 'kg-many')[0]:15.2f} s")
        print("one report, stage by stage (this process)")
        for file in files:
            stages(file)
        profile(files[0])


def report_files(paths: Sequence[Path]) -> list[Path]:
    """The report files among some paths and folders."""
    found = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [file for file in found if file.suffix in {".txt", ".md", ".tsv"} and file.stem != "README"]


def copies(files: Sequence[Path], folder: Path, count: int) -> list[Path]:
    """Each report `count` times under other bodies' names, so that all are different reports."""
    folder.mkdir()
    made = []
    for number in range(count):
        city = f"{_CITIES[number % len(_CITIES)]}{'东西南北'[number // len(_CITIES) % 4] if number >= len(_CITIES) else ''}"
        for file in files:
            text = file.read_text(encoding="utf-8")
            for name in ("招远", "威海", "烟台", "荣成", "海东"):
                text = text.replace(name, f"{city}{name[0]}")
            path = folder / f"{file.stem}-{number}{file.suffix}"
            path.write_text(text, encoding="utf-8")
            made.append(path)
    return made


def build(files: Sequence[Path], kg: Path) -> tuple[float, int]:
    """Seconds and peak memory (MiB, the largest of its processes) of one `mbkg build`."""
    return process_seconds(["-m", "mbkg.cli", "build", *map(str, files), "--kg", str(kg)])


def process_seconds(arguments: Sequence[str]) -> tuple[float, int]:
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        print(f"  (exit status {os.waitstatus_to_exitcode(status)})")
    return seconds, usage.ru_maxrss // 1024


def stages(file: Path) -> None:
    """Time each stage of one report."""
    from pyoxigraph import RdfFormat, Store

    from mbkg.facts import report_facts
    from mbkg.graph.derive import derive
    from mbkg.graph.ingest import to_nquads
    from mbkg.graph.store import OxigraphStore
    from mbkg.graph.target import ontology_nquads
    from mbkg.graph.triples import report_to_quads
    from mbkg.graph.vocabulary import load_vocabulary
    from mbkg.reading import read_report

    vocabulary = load_vocabulary()
    read, reports = timed(lambda: read_report(file))
    for report in reports:
        interpret, facts = timed(lambda report=report: report_facts(report))
        model, quads = timed(lambda report=report, facts=facts: report_to_quads(report, facts, vocabulary))
        write, lines = timed(lambda quads=quads: to_nquads(quads))
        store = Store()
        store.bulk_load(ontology_nquads(), RdfFormat.N_QUADS)
        load, _ = timed(lambda store=store, lines=lines: store.bulk_load(lines, RdfFormat.N_QUADS))
        rules, _ = timed(lambda store=store: sum(len(part) for part in derive(OxigraphStore(store))))
        parts = {"read": read, "facts": interpret, "quads": model, "n-quads": write, "load": load, "rules": rules}
        told = "  ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in parts.items())
        print(f"  {report.name:<32} {len(quads)} quads; ms: {told}")


def profile(file: Path) -> None:
    """The ten functions that take most time of reading one report."""
    from mbkg.graph.ingest import ingest_file

    profiler = cProfile.Profile()
    profiler.runcall(ingest_file, str(file))
    print(f"profile of {file.name}")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(10)
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()

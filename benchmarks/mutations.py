"""How many changed figures the rules find: slips of every kind in every report, counted.

    python benchmarks/mutations.py [--memory N] [--print N] [--seed S] [--uncovered] [REPORTS…]

For each report N slips are made in memory (cell or statement, before facts and graph) and N in print (the token on its line, then the whole
pipeline; text files only). Of those in amounts that a check covers, the table counts what a violated finding names, what only a rounding
finding names, and what nothing names; then what new findings do not name the changed figure, and where reading put cells elsewhere.
`--uncovered` lists the printed amounts that take part in no check, by table and column.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from mbkg.reading import read_report
from mbkg.reports import Report
from mbkg.resources import resource_path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "validating"))

from mutating import (
    KINDS,
    Judged,
    Outcome,
    compare,
    draw,
    in_memory,
    in_print,
    judge,
    nth_on_line,
    reread,
    spots_of,
)

_VERDICTS = ("violated", "rounding", "missed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path)
    parser.add_argument("--memory", type=int, default=100)
    parser.add_argument("--print", type=int, default=20, dest="printed")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--uncovered", action="store_true")
    options = parser.parse_args()
    paths = options.reports or sorted(resource_path("data", "reports").glob("*.txt"))
    rows: list[tuple[str, str, Outcome]] = []
    started = time.perf_counter()
    for path in paths:
        for report in read_report(path):
            before = judge(report, touched=True)
            coverage(report, before, options.uncovered)
            for outcome in in_memory_slips(report, before, options.memory, options.seed):
                rows.append((report.name, "memory", outcome))
            if path.suffix == ".txt":
                for outcome in in_print_slips(path, report, before, options.printed, options.seed):
                    rows.append((report.name, "print", outcome))
    print(f"\n{len(rows)} slips in {time.perf_counter() - started:.0f} s")
    for way in ("memory", "print"):
        table(way, [(name, outcome) for name, how, outcome in rows if how == way])
    exceptions([outcome for _, _, outcome in rows])


def in_memory_slips(report: Report, before: Judged, count: int, seed: str) -> Iterator[Outcome]:
    for spot, kind, printed in islice(draw(report, random.Random(f"{report.name} {seed}")), count):
        yield compare(before, judge(in_memory(report, spot, printed)), spot, kind, printed)


def in_print_slips(path: Path, report: Report, before: Judged, count: int, seed: str) -> Iterator[Outcome]:
    lines = path.read_text(encoding="utf-8").split("\n")
    spots = _spots(report)
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        for spot, kind, printed in draw(report, random.Random(f"{report.name} {seed} print"), sheets=True):
            changed = in_print(lines, spot, printed, nth_on_line(report, spot))
            if changed is None:
                continue
            after = reread(changed, path.name, Path(folder))
            elsewhere = sum(1 for one, other in zip(spots, _spots(after), strict=False) if one != other)
            moved = elsewhere + abs(len(spots) - len(_spots(after)))
            yield compare(before, judge(after), spot, kind, printed, moved)
            done += 1
            if done == count:
                return


def _spots(report: Report) -> list[tuple[str, str, str, str, int | None]]:
    return [(t.title, c.row_code, c.row_label, c.column, c.place.line) for t, c in report.cells]


def coverage(report: Report, before: Judged, listed: bool) -> None:
    """Say how many printed amounts take part in a check, and which do not."""
    known: Counter[tuple[str, bool]] = Counter()
    bare: Counter[str] = Counter()
    for spot in spots_of(report):
        covers = before.covers(spot)
        known[spot.kind, covers] += 1
        if not covers:
            bare[spot.where] += 1
    shares = "   ".join(
        f"{words} {known[kind, True]} of {known[kind, True] + known[kind, False]}"
        for kind, words in (("cell", "cells"), ("statement", "figures in words"))
    )
    print(f"{report.name:<34} covered: {shares}")
    if listed:
        for where, count in bare.most_common():
            print(f"    {count:4}  {where}")


def table(way: str, rows: Sequence[tuple[str, Outcome]]) -> None:
    """The counts of one way of changing figures, by kind of slip and by report."""
    if not rows:
        return
    print(f"\nin {way:<10}{'covered':>24}{'violated':>10}{'rounding':>10}{'missed':>8}{'found':>9}   uncovered, found")
    groups = [(kind, [o for _, o in rows if o.kind == kind]) for kind in KINDS]
    groups += [(name, [o for own, o in rows if own == name]) for name in dict.fromkeys(name for name, _ in rows)]
    groups.append(("cells", [o for _, o in rows if o.spot.kind == "cell"]))
    groups.append(("figures in words", [o for _, o in rows if o.spot.kind == "statement"]))
    groups.append(("all", [outcome for _, outcome in rows]))
    for name, outcomes in groups:
        covered = [outcome for outcome in outcomes if outcome.covered]
        counts = Counter(outcome.verdict if outcome.verdict in _VERDICTS else "missed" for outcome in covered)
        found = f"{(counts['violated'] + counts['rounding']) / len(covered):8.1%}" if covered else "       –"
        bare = [outcome for outcome in outcomes if not outcome.covered]
        seen = sum(outcome.verdict in ("violated", "rounding") for outcome in bare)
        told = "".join(f"{counts[verdict]:>{width}}" for verdict, width in zip(_VERDICTS, (10, 10, 8), strict=True))
        print(f"{name:<34}{len(covered):>3}{told} {found}   {seen} of {len(bare)}")


def exceptions(outcomes: Sequence[Outcome]) -> None:
    """List what an auditor would want explained."""
    for title, some in (
        ("missed, though covered", [o for o in outcomes if o.covered and o.verdict not in ("violated", "rounding")]),
        ("only rounding, though large", [o for o in outcomes if o.verdict == "rounding" and not o.is_small]),
        ("unrelated findings", [o for o in outcomes if o.unrelated]),
        ("taken for a misreading", [o for o in outcomes if any(f.suspect for f in o.violated)]),
        ("cells put elsewhere", [o for o in outcomes if o.moved]),
    ):
        print(f"\n{title}: {len(some)}")
        for outcome in some:
            print(f"  {outcome}" + (f" [{outcome.moved} cells moved]" if outcome.moved else ""))
            for finding in outcome.unrelated[:3]:
                print(f"      {finding.rule}: {finding.message[:150]}")


if __name__ == "__main__":
    main()

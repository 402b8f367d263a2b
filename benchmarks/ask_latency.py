"""How long an answer takes: warm, cold, and with many more reports.

    python benchmarks/ask_latency.py [--questions F.jsonl] [--copies 20 200] [--runs N]

Warm: every question twice in one process, the second time counted. Cold: `mbkg ask` as a user starts it, wall-clock, the median of several
processes, and which of the heavy modules it imported. Then the same over graphs of the five shipped reports and COPIES times the five under
other bodies' names (20 copies are 100 reports). Times are of this machine and whatever else runs on it: read the ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from mbkg.ask import answer_question
from mbkg.evaluation.summary import percentile
from mbkg.graph.build import build
from mbkg.graph.store import OxigraphStore, open_graph
from mbkg.resources import resource_path

_ROOT = Path(__file__).resolve().parents[1]
_NAMES = ("招远", "威海", "烟台", "荣成", "海东")
_FIRST, _SECOND = "云岭清平安永兴宁和祥泰丰瑞嘉隆昌", "泽江川源阳州城湖山河林海"
_HEAVY = (
    "numpy",
    "faiss",
    "onnxruntime",
    "rdflib",
    "pyshacl",
    "pdfplumber",
    "lxml",
    "rich",
    "torch",
    "sentence_transformers",
)
_ASKED = "哪个单位离休人员人均费用最高"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--questions", type=Path, nargs="*", default=sorted((_ROOT / "tests" / "ask").glob("questions*.jsonl"))
    )
    parser.add_argument("--copies", type=int, nargs="*", default=[20, 200])
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    asked = [entry["question"] for file in options.questions for entry in _lines(file) if not entry.get("drop")]
    print(f"{len(asked)} questions; ms: first (reads the words), then warm p50 / p95 / p99 / max; cold: {_ASKED}")
    with tempfile.TemporaryDirectory() as folder:
        for number in (0, *options.copies):
            files = reports(number, Path(folder) / f"reports-{number}")
            kg = str(Path(folder) / f"kg-{number}")
            begun = time.perf_counter()
            build(files, kg)
            spent = time.perf_counter() - begun
            print(f"{len(files)} reports (built in {spent:.0f} s)", flush=True)
            measure(asked, kg, options.runs)
        print(f"a cold ask imports: {'; '.join(imports(str(Path(folder) / 'kg-0')))}")


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def reports(copies: int, folder: Path) -> list[Path]:
    """The shipped reports, and each so many times under the name of a place that nobody knows."""
    shipped = sorted(path for path in resource_path("data", "reports").iterdir() if path.suffix in {".txt", ".md"})
    shipped = [path for path in shipped if path.stem != "README"]
    made = list(shipped) if copies == 0 else []
    folder.mkdir()
    for number in range(copies):
        for at, file in enumerate(shipped):
            place = number * len(shipped) + at
            city = _FIRST[place % len(_FIRST)] + _SECOND[place // len(_FIRST) % len(_SECOND)]
            city += _FIRST[place // (len(_FIRST) * len(_SECOND))] if place >= len(_FIRST) * len(_SECOND) else ""
            text = file.read_text(encoding="utf-8")
            for name in _NAMES:
                text = text.replace(name, city if file.stem.startswith(_stem(name)) else f"{city[0]}南")
            path = folder / f"{file.stem}-{number}{file.suffix}"
            path.write_text(text, encoding="utf-8")
            made.append(path)
    if copies:  # one copy stays as shipped, so that the questions find whom they ask about
        made[: len(shipped)] = shipped
    return made


def _stem(name: str) -> str:
    return dict(zip(_NAMES, ("zhaoyuan", "weihai", "yantai", "rongcheng", "haidong"), strict=True))[name]


def measure(asked: Sequence[str], kg: str, runs: int) -> None:
    """One graph: warm as commands have it (on disk) and as a server does (in memory), then cold."""
    graph = open_graph(kg)
    for name, store in (("on disk", graph), ("in memory", _in_memory(graph))):
        begun = time.perf_counter()
        answer_question(_ASKED, store)
        first = (time.perf_counter() - begun) * 1000
        for question in asked:
            answer_question(question, store)
        spent = sorted(answer_question(question, store).elapsed_ms for question in asked)
        ranks = " / ".join(f"{percentile(spent, rank) or 0:.1f}" for rank in (50, 95, 99))
        print(f"  warm, {name:<10} first {first:.0f}; {ranks} / {spent[-1]:.1f}", flush=True)
    graph.close()
    walls = sorted(cold(kg) for _ in range(runs))
    print(
        f"  cold mbkg ask      {statistics.median(walls):.2f} s (of {runs}: {walls[0]:.2f} to {walls[-1]:.2f})",
        flush=True,
    )


def _in_memory(graph: OxigraphStore) -> OxigraphStore:
    from pyoxigraph import Store

    store = Store()
    store.bulk_extend(graph.store)
    return OxigraphStore(store)


def cold(kg: str) -> float:
    """Seconds of one `mbkg ask` in a fresh process."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "mbkg.cli", "ask", _ASKED, "--kg", kg], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def imports(kg: str) -> list[str]:
    """What a cold ask imports: how many modules, how many of ours, and which of the heavy ones."""
    script = (
        "import sys, json; from mbkg.cli import run; run(['ask', sys.argv[1], '--kg', sys.argv[2]]);"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, _ASKED, kg], capture_output=True, text=True, check=True)
    names = json.loads(done.stderr.splitlines()[-1])
    ours = [name for name in names if name.startswith("mbkg")]
    heavy = [name for name in _HEAVY if name in names]
    never = [name for name in _HEAVY if name not in names]
    return [
        f"{len(names)} modules, {len(ours)} of mbkg",
        f"heavy: {'、'.join(heavy) or 'none'}",
        f"not: {', '.join(never)}",
    ]


if __name__ == "__main__":
    main()

"""How fast each format is read, held against what pdfplumber takes for the plain text of the same pages, and in how much memory.

    python benchmarks/format_speed.py [--repeat N] [--profile] [FILES…]

Writes the reports of data/ in every format (the writers of tests/formats), or takes the files named. Each measurement is a fresh process
that reads all files of a format `--repeat` times and keeps the fastest round: to a Document, to the report, and, for a PDF,
`extract_text` of every page. Pages of formats that have none are those of the same report as PDF. Peak memory is
the child's own. Read the ratios: seconds are this machine's.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

FORMATS = ("pdf", "pdf-unruled", "docx", "xlsx", "xls", "html", "md", "text")
_ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="files to measure instead of the rendered reports")
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="show where reading the PDFs takes its time")
    parser.add_argument("--measure", choices=WORK, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure_here(options.measure, options.files, options.repeat)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = {"files": options.files} if options.files else rendered(Path(folder))
        pages = sum(map(pages_of, files.get("pdf") or options.files))
        print(
            f"{pages} pages as PDF; pages per second, in brackets seconds against pdfplumber extract_text of the same file"
        )
        print(f"{'format':<13}{'document':>16}{'report':>16}{'plain text':>12}{'peak MiB':>20}")
        for name, paths in files.items():
            print(row(name, paths, sum(map(pages_of, paths)) or pages, options.repeat), flush=True)
        if options.profile:
            profile([path for path in files.get("pdf", options.files) if path.suffix == ".pdf"])


def rendered(folder: Path) -> dict[str, list[Path]]:
    """The reports of data/ in every format."""
    sys.path.insert(0, str(_ROOT))
    from tests.formats.render import REPORTS, STEMS, printed
    from tests.formats.writers import write

    files = {}
    for name in FORMATS:
        if name == "text":
            files[name] = [REPORTS / f"{stem}.txt" for stem in STEMS]
        else:
            files[name] = [write(printed(stem), name, folder / name) for stem in STEMS]
    return files


def row(name: str, paths: Sequence[Path], pages: int, repeat: int) -> str:
    """One line of the result: document, report and, for PDFs, plain text."""
    pdf = all(path.suffix == ".pdf" for path in paths)
    plain = child("plain", paths, repeat) if pdf else None
    told = f"{name:<13}"
    peaks = []
    for work in ("document", "report"):
        seconds, peak = child(work, paths, repeat)
        ratio = f" ({seconds / plain[0]:.2f})" if plain else ""
        told += f"{pages / seconds:9.1f}{ratio:>7}"
        peaks.append(peak)
    told += f"{pages / plain[0]:12.1f}" if plain else f"{'':>12}"
    return told + f"{' / '.join(map(str, [*peaks, *([plain[1]] if plain else [])])):>20}"


def child(work: str, paths: Sequence[Path], repeat: int) -> tuple[float, int]:
    """Seconds of the fastest round and peak MiB of a fresh process."""
    command = [sys.executable, __file__, "--measure", work, "--repeat", str(repeat), *map(str, paths)]
    seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, peak


def measure_here(work: str, paths: Sequence[Path], repeat: int) -> None:
    """Do the work in this process and print seconds and peak memory as JSON."""
    rounds = []
    for _ in range(repeat):
        start = time.perf_counter()
        for path in paths:
            WORK[work](path)
        rounds.append(time.perf_counter() - start)
    print(json.dumps([min(rounds), peak_mib()]))


def peak_mib() -> int:
    """The most memory this process had since it was started; `ru_maxrss` would count its parent's at the fork."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def to_document(path: Path) -> None:
    from mbkg.documents import read_document

    read_document(path)


def to_report(path: Path) -> None:
    from mbkg.reading import read_report

    read_report(path)


def to_plain_text(path: Path) -> None:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


WORK: dict[str, Callable[[Path], None]] = {"document": to_document, "report": to_report, "plain": to_plain_text}


def pages_of(path: Path) -> int:
    """The pages of a PDF; 0 for any other file."""
    import pypdfium2

    if path.suffix != ".pdf":
        return 0
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def profile(paths: Sequence[Path]) -> None:
    """The functions that take most time of reading PDFs to Documents, those of mbkg first."""
    profiler = cProfile.Profile()
    for path in paths:
        profiler.runcall(to_document, path)
    stats = pstats.Stats(profiler).sort_stats("cumtime")
    stats.print_stats(r"mbkg/documents", 14)
    stats.sort_stats("tottime").print_stats(14)


if __name__ == "__main__":
    main()

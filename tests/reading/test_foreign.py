"""Reports in the layouts of provinces that the readers were not written for, invented, with what a person reads in them.

`foreign/<stem>/` holds a report and its `cells.txt`, typed before any reader saw it, in the format of `tests/gold`. A table the readers
cannot read yet is a strict xfail with the reason; whatever fails must fail loudly: no amount lost, no certain cell that is not in the gold.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from accounting import unaccounted

from gold_cells import GoldCell, gold_cells
from mbkg.reading import read_report
from mbkg.reports import Report

FOREIGN = Path(__file__).parent / "foreign"
STEMS = sorted(path.name for path in FOREIGN.iterdir() if path.is_dir())

NOT_YET: dict[tuple[str, str], str] = {}  # (stem, table or check): why; such a case is a strict xfail

OPEN: dict[
    tuple[str, str], str
] = {  # what the print itself leaves open, and why: the reader must list the right column and not choose
    ("jinping-2025-budget", "一般公共预算“三公”经费支出预算表"): "40,000.00 is 购置 or 运行, and no narrative tells",
    ("yunze-2025-budget", "收入总表"): "which source the carried-over money came from is printed nowhere else",
    ("yunze-2025-budget", "政府性基金预算支出表"): "基本 or 项目 of a fund is printed nowhere else",
}

IDENTITY = {
    "bailu-2024-budget": ("白麓市医疗保险服务中心", 2024, "budget", "unit"),
    "huyang-2025-budget": ("湖阳县医疗保障局", 2025, "budget", "department"),
    "jinping-2025-budget": ("锦屏区医疗保障局", 2025, "budget", "department"),
    "rongjiang-2023-final-account": ("榕江市医疗保障局", 2023, "final_account", "department"),
    "songshan-2025-budget": ("嵩岭县医疗保障局", 2025, "budget", "department"),
    "yunze-2025-budget": ("云泽市医疗保障局", 2025, "budget", "department"),
}


def file_of(stem: str) -> Path:
    return next(path for path in (FOREIGN / stem).iterdir() if path.stem == stem)


@cache
def reading(stem: str) -> Report:
    (report,) = read_report(file_of(stem))
    return report


@cache
def gold(stem: str) -> Counter[GoldCell]:
    return Counter(gold_cells(f"../reading/foreign/{stem}"))


def cells(stem: str, certain: bool = False) -> Counter[GoldCell]:
    return Counter(
        GoldCell(table.title, cell.row_code, cell.row_label, cell.column, cell.printed, cell.place.line or 0)
        for table, cell in reading(stem).cells
        if not certain or cell.how != "ambiguous"
    )


def shown(found: Counter[GoldCell]) -> str:
    return "\n".join(
        f"  l.{c.line} {c.table} | {c.row_code} {c.row_label} | {c.column} | {c.printed}" for c in sorted(found)
    )


def case(stem: str, what: str) -> object:
    why = NOT_YET.get((stem, what))
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(stem, what, marks=marks, id=f"{stem}-{what}")


TABLES = [case(stem, table) for stem in STEMS for table in dict.fromkeys(cell.table for cell in gold(stem))]


@pytest.mark.parametrize(("stem", "table"), TABLES)
def test_table(stem: str, table: str) -> None:
    """A table in a foreign layout comes back whole: every number at its row and column, and none elsewhere."""
    wanted = Counter({cell: n for cell, n in gold(stem).items() if cell.table == table})
    found = Counter({cell: n for cell, n in cells(stem).items() if cell.table == table})
    missing, extra = wanted - found, found - wanted
    if (stem, table) in OPEN:
        assert missing, f"no longer open: {OPEN[stem, table]}"
        doubted = Counter(
            GoldCell(c.table, c.row_code, c.row_label, column, c.printed, c.line)
            for c in extra.elements()
            for column in c.column.split(" | ")
        )
        missing -= doubted
        extra = Counter({cell: n for cell, n in extra.items() if " | " not in cell.column})
    assert not missing, f"missing:\n{shown(missing)}\nextra:\n{shown(extra)}"
    assert not extra, f"extra:\n{shown(extra)}"


@pytest.mark.parametrize(("stem", "_check"), [case(stem, "certain") for stem in STEMS])
def test_certain_cells_are_right(stem: str, _check: str) -> None:
    """What the reader is sure of is so; in a layout it does not know it must doubt itself instead."""
    wrong = cells(stem, certain=True) - gold(stem)
    assert not wrong, f"{wrong.total()} cells are sure and wrong:\n{shown(wrong)}"


@pytest.mark.parametrize(("stem", "_check"), [case(stem, "accounted") for stem in STEMS])
def test_nothing_is_lost(stem: str, _check: str) -> None:
    """Every amount stands in a cell or is listed as not understood."""
    lost = unaccounted(file_of(stem))
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize(("stem", "_check"), [case(stem, "identity") for stem in STEMS])
def test_identity(stem: str, _check: str) -> None:
    """Whose report it is, of which year and kind."""
    report = reading(stem)
    assert (report.unit, report.year, report.kind, report.scope) == IDENTITY[stem]

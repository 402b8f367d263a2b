"""Where did every amount of a file go? An account of a reading that trusts none of the readers' own tokenising.

An amount is a run of digits with decimals or thousands separators, as found in the raw text by one pattern. It is accounted for by a cell
that stands on the same line and prints it (each cell accounts for one), or by a statement, indicator, project or term nearby that
carries it, or by a leftover that shows the line to a person. What is left is what a reader dropped in silence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from mbkg.amounts import read_number, to_ascii_digits
from mbkg.documents import Document
from mbkg.reading import read_document, read_report
from mbkg.reports import Indicator, Project, Report

_AMOUNT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\d%‰]|\.\d|,\d)")
_DATE_OR_SECTION = re.compile(r"\d{4}\.\d{1,2}\.\d{1,2}|^\s*\d\.\d\s*[\u4e00-\u9fff]")
NEAR = 12  # lines over which one sentence or one row of a sheet may be wrapped


def amounts_of(text: str) -> Counter[Decimal]:
    """The amounts in raw text, by magnitude: signs and brackets are another matter."""
    plain = _DATE_OR_SECTION.sub(" ", to_ascii_digits(re.sub(r"<[^<>]*>", "", text)))
    return Counter(abs(value) for match in _AMOUNT.finditer(plain) if (value := read_number(match.group())) is not None)


def unaccounted(path: Path) -> list[str]:
    """`line: amount ← text` for every amount of a readable file that its reports neither carry nor list as not understood."""
    return silent_losses(read_document(path), read_report(path))


def silent_losses(document: Document, reports: Sequence[Report]) -> list[str]:
    """The same for a document and its reports in memory."""
    printed: dict[int, Counter[Decimal]] = {}
    wrapped: set[tuple[int, str]] = set()
    shown: set[int] = set()
    told: dict[int, set[Decimal]] = {}
    for report in reports:
        for _, cell in report.cells:
            line, value = cell.place.line or 0, abs(cell.value)
            printed.setdefault(line, Counter())[value] += 1
            wrapped |= {
                (line, str(value)[:stop]) for stop in range(3, len(str(value)))
            }  # `766.7` with `7` on the line below
        shown |= {leftover.line for leftover in report.leftovers}
        for line, values in _told(report):
            told.setdefault(line, set()).update(values)
    lost = []
    for line in document.lines:
        if line.number in shown:
            continue
        left = amounts_of(line.text) - printed.get(line.number, Counter())
        nearby = set().union(*(told.get(at, set()) for at in range(line.number - NEAR, line.number + NEAR + 1)))
        lost += [
            f"{line.number}: {value} ← {line.text.strip()}"
            for value in left.elements()
            if value not in nearby and (line.number, str(value)) not in wrapped
        ]
    return lost


def _told(report: Report) -> Iterator[tuple[int, set[Decimal]]]:
    """Lines and the amounts that prose and sheets carry there."""
    for statement in report.statements:
        values = _numbers((statement.value, statement.change, statement.change_pct))
        yield statement.place.line or 0, values | _texts((statement.text, statement.reason))
    for project in report.projects:
        lines = [project.place.line or 0, *(indicator.place.line or 0 for indicator in project.indicators)]
        for line in range(min(lines), max(lines) + 1, NEAR):  # a sheet prints its project's scores at its foot
            yield line, _of_project(project)
        yield max(lines), _of_project(project)
        for indicator in project.indicators:
            yield indicator.place.line or 0, _of_indicator(indicator)
    for term in report.terms:
        yield term.place.line or 0, _texts((term.definition,))
    for duty, line in report.structure.duties:
        yield line, _texts((duty,))


def _of_project(project: Project) -> set[Decimal]:
    numbers = (
        project.budget,
        project.initial_budget,
        project.full_year_budget,
        project.executed,
        project.execution_rate,
        project.fiscal_appropriation,
        project.other_funds,
        project.score,
    )
    return _numbers(numbers) | _texts((project.name, project.sheet_name, project.goal, *project.aliases))


def _of_indicator(indicator: Indicator) -> set[Decimal]:
    numbers = (indicator.target_value, indicator.actual_value, indicator.weight, indicator.score)
    texts = (
        indicator.level3,
        indicator.target_raw,
        indicator.actual_raw,
        indicator.completion_rate,
        indicator.deviation,
    )
    return _numbers(numbers) | _texts(texts)


def _numbers(values: Iterable[Decimal | None]) -> set[Decimal]:
    return {abs(value) for value in values if value is not None}


def _texts(texts: Iterable[str]) -> set[Decimal]:
    return {value for text in texts for value in amounts_of(text)}

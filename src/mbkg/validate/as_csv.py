"""A validation as CSV for a spreadsheet: one row a finding, its first figure's place in columns, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal

from mbkg.amounts import canonical
from mbkg.validate.messages import place_of
from mbkg.validate.overview import shown
from mbkg.validate.values import Finding, Operand, Validation

BOM = "\ufeff"  # tells Excel that a file is UTF-8
COLUMNS = (
    "rule", "name", "outcome", "severity", "suspect", "report", "unit", "year", "kind", "scope", "file", "table", "sheet", "page", "line",
    "row_code", "row_label", "column", "printed", "left", "right", "difference", "tolerance", "amount_unit", "against", "cause", "reason",
    "message",
)  # fmt: skip
# What Excel, LibreOffice or WPS may take for a formula, also in full width.
_FORMULA = tuple("=+-@＝＋－＠|%")
_PLAIN_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%?", re.ASCII)


def csv_chunks(validation: Validation) -> Iterator[str]:
    """The header, then a line a finding in the validation's order."""
    yield _line(list(COLUMNS))
    for finding in validation.findings:
        yield _line([safe(text) for text in _row(finding)])


def safe(text: str) -> str:
    """A text that a spreadsheet shows and never runs: what looks like a formula and is no number gets an apostrophe before it.

    >>> safe("=1+1"), safe("-32.44")
    ("'=1+1", '-32.44')
    """
    text = shown(text)
    return f"'{text}" if text.startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text) else text


def _row(finding: Finding) -> list[str]:
    first = finding.operands[0] if finding.operands else Operand("", "", "left")
    rights = [operand for operand in finding.operands if operand.role == "right"]
    info = finding.report
    return [
        finding.rule,
        finding.name,
        finding.outcome,
        finding.severity,
        "true" if finding.suspect else "false",
        info.name,
        info.unit,
        str(info.year or ""),
        info.kind,
        info.scope,
        first.file or info.file,
        first.table,
        first.sheet,
        _whole(first.page),
        _whole(first.line),
        first.row_code,
        first.row_label,
        first.column,
        first.printed,
        *(_figure(value) for value in (finding.left, finding.right, finding.difference, finding.tolerance)),
        finding.unit,
        "；".join(place_of(operand) for operand in rights),
        finding.cause,
        finding.reason,
        finding.message,
    ]


def _figure(value: Decimal | None) -> str:
    return "" if value is None else canonical(value)


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def _line(row: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    return line.getvalue()

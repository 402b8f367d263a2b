"""The figures of a report's prose, read from sentences of bureaus that do not exist (`cases/*.toml`)."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mbkg.amounts import canonical
from mbkg.documents import parse_text
from mbkg.narrative.discourse import Reader
from mbkg.narrative.drafts import Defaults
from mbkg.narrative.layout import prose_lines
from mbkg.narrative.paragraphs import paragraphs
from mbkg.reports import Statement

CASES = [
    case
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]


def read(text: str, year: int, kind: Any) -> Reader:
    reader = Reader(Defaults(year, kind))
    reader.read(paragraphs(prose_lines(parse_text(text.encode(), "case.txt"))))
    return reader


def row(statement: Statement) -> str:
    def number(value: Decimal | None) -> str:
        return "" if value is None else canonical(value)

    cells = [
        statement.subject,
        statement.measure,
        str(statement.year or ""),
        number(statement.value),
        statement.unit,
        number(statement.change),
        number(statement.change_pct),
        statement.against,
        statement.reason,
    ]
    return " | ".join(cells)


def squeezed(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_reads_every_figure(case: dict[str, Any]) -> None:
    """Each invented paragraph gives exactly the statements listed beside it, in print order."""
    reader = read(case["text"], case["year"], case["kind"])
    found = "\n".join(" | ".join(squeezed(row(statement))) for statement in reader.statements())
    assert found == "\n".join(" | ".join(squeezed(text)) for text in case["rows"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hands_back_what_it_does_not_understand(case: dict[str, Any]) -> None:
    """A figure without a clear subject is a leftover, and nothing else is."""
    left = read(case["text"], case["year"], case["kind"]).leftovers
    assert len(left) == len(case.get("left", []))
    assert all(figure in item.text for figure, item in zip(case.get("left", []), left, strict=True))

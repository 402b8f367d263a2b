"""An answer as the outside sees it: a status, a text, and everything the text rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from mbkg.reports import place_words

Status = Literal["answered", "no_data", "out_of_scope", "ambiguous"]
Reason = Literal["", "not_in_schema", "no_value", "out_of_period", "ambiguous", "out_of_scope"]


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of the answer with its unit."""

    value: Decimal
    unit: str

    def to_json(self) -> dict[str, Any]:
        return {"value": plain_number(self.value), "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure is printed: page and row of a file with pages, sheet and row of a workbook (`page` is the sheet's number), line of a
    text. `confidence` is below 1 where it was recognised from a picture."""

    report: str
    unit: str
    year: int
    table: str
    row: str
    column: str
    printed: str
    file: str
    page: int | None
    line: int | None
    sheet: str = ""
    confidence: float = 1.0

    def to_json(self) -> dict[str, Any]:
        more: dict[str, Any] = {"sheet": self.sheet} if self.sheet else {}
        if self.confidence < 1:
            more["confidence"] = self.confidence
        return {
            "report": self.report,
            "unit": self.unit,
            "year": self.year,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "printed": self.printed,
            "file": self.file,
            "page": self.page,
            "line": self.line,
            **more,
        }

    def __str__(self) -> str:
        where = "，".join(part for part in (self.table, self.row, self.column) if part)
        seen = "（识别自图片）" if self.confidence < 1 else ""
        return f"{self.file} {place_words(self.line, self.page, self.sheet)}　{where}：{self.printed}{seen}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask` returns; `to_json` is the contract, and `plan` and `mentions` show how it came about."""

    question: str
    status: Status
    text: str
    values: tuple[Value, ...] = ()
    entities: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    basis: str = ""
    sparql: str = ""
    evidence: tuple[Place, ...] = ()
    confidence: float = 0.0
    elapsed_ms: float = 0.0
    reason: Reason = ""
    plan: str = ""
    mentions: tuple[str, ...] = ()
    id: Any = None
    timings: dict[str, float] = field(default_factory=dict)
    yesno: bool | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question,
            "status": self.status,
            "answered": self.status == "answered",
            "text": self.text,
            "values": [value.to_json() for value in self.values],
            "entities": list(self.entities),
            "rows": [
                {name: plain_number(cell) if isinstance(cell, Decimal) else cell for name, cell in row.items()}
                for row in self.rows
            ],
            "basis": self.basis,
            "sparql": self.sparql,
            "evidence": [place.to_json() for place in self.evidence],
            "confidence": self.confidence,
            "elapsed_ms": self.elapsed_ms,
            "reason": self.reason,
            "plan": self.plan,
            **({"yesno": self.yesno} if self.yesno is not None else {}),
        }

    def explained(self) -> str:
        """Everything behind the answer for a person: mentions, plan, SPARQL, timings."""
        timings = "，".join(f"{name} {spent:.1f} ms" for name, spent in self.timings.items())
        parts = ["提及：" + "；".join(self.mentions), f"计划：{self.plan}", f"用时：{timings}", "SPARQL：", self.sparql]
        return "\n".join(parts)


def plain_number(value: Decimal) -> int | float:
    """The decimal as JSON has it: a whole number without a point."""
    return int(value) if value == value.to_integral_value() else float(value)

"""An answer while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mbkg.ask.answer import Value
from mbkg.ask.records import Record


@dataclass(slots=True)
class Reply:
    """Lines of text, and beside them what answers (values, entities, rows), what it rests on (records), and how sure it is."""

    lines: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    basis: list[str] = field(default_factory=list)
    confidence: float = 0.9

    def say(self, line: str) -> None:
        self.lines.append(line)

    def give(self, value: Decimal, unit: str) -> None:
        self.values.append(Value(value, unit))

    def rest_on(self, *records: Record) -> None:
        for record in records:
            if record not in self.records:
                self.records.append(record)
            for note in record.notes:
                self.base(note)

    def base(self, note: str) -> None:
        if note and note not in self.basis:
            self.basis.append(note)

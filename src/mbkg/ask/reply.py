"""An answer while it is being put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mbkg.ask.answer import Value
from mbkg.ask.lexicon import Lexicon
from mbkg.ask.records import Record


@dataclass(slots=True)
class Reply:
    """Lines of text, and beside them what answers (values, entities, rows), what it rests on (records), and how sure it is.

    `winners` are the records that a ranking or a list chose, `gap` the signed difference of a comparison or a change, `yesno` a verdict.
    """

    lines: list[str] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    basis: list[str] = field(default_factory=list)
    confidence: float = 0.9
    winners: list[Record] = field(default_factory=list)
    gap: Decimal | None = None
    yesno: bool | None = None

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

    def told(self, lexicon: Lexicon) -> list[str]:
        """The basis, a note that holds for some of the records only said with whose it is."""
        lines = []
        for note in self.basis:
            own = [record for record in self.records if note in record.notes]
            whose = dict.fromkeys(lexicon.label(record.body) for record in own)
            if own and len(own) < len(self.records) and len({record.body for record in self.records}) > 1:
                lines.append(f"{'、'.join(whose)}：{note}")
            elif own and len(own) < len(self.records):
                lines.append(f"{'、'.join(dict.fromkeys(record.what for record in own))}：{note}")
            else:
                lines.append(note)
        return lines

    def base(self, note: str) -> None:
        if note and note not in self.basis:
            self.basis.append(note)

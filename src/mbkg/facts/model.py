"""One figure about the world, with every place that prints it and every place that prints another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from mbkg.coordinates import Coordinates

EvidenceKind = Literal["cell", "statement", "project"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact is printed: the index of a cell in `Report.cells`, of a statement in `Report.statements`, or of a project in
    `Report.projects` (its sheet)."""

    kind: EvidenceKind
    index: int


@dataclass(frozen=True, slots=True)
class BudgetFact:
    """One figure about the world (`mb:BudgetFact`): exact, in 万元 for money, else in `unit`.

    `derived_from` are all places that print this amount, the winning one first; `contradicted_by` those that print another. `confidence` is
    that of the surest place: below 1 only where every one was recognised from a picture.
    """

    coordinates: Coordinates
    value: Decimal
    unit: str
    derived_from: tuple[Evidence, ...]
    contradicted_by: tuple[Evidence, ...] = ()
    confidence: float = 1.0


__all__ = ["BudgetFact", "Coordinates", "Evidence", "EvidenceKind"]

"""From the nodes of a check to the printed figures behind them, each with its place.

A check names the node it judges. Where its query does not say which figures stand on either side, the node itself does: a sum has a
whole and parts, a project its sheet's figures; anything else stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode, Store

from mbkg.graph.iris import DCTERMS, MB, RDF, RDFS, SKOS
from mbkg.validate.engine import Check
from mbkg.validate.values import Operand

Role = OneOf["left", "right"]
_KINDS = {
    "Cell": "cell",
    "SheetFigure": "cell",
    "SheetProduct": "indicator",
    "Statement": "statement",
    "Indicator": "indicator",
    "Project": "project",
    "SpecialFund": "project",
    "TransferProject": "project",
    "Table": "table",
    "Report": "report",
    "ContentsEntry": "heading",
    "FormMark": "heading",
    "PrintedCode": "heading",
    "SubjectName": "heading",
    "TableNote": "heading",
}


class Evidence:
    """Looks up the printed figures of one report's nodes; each node once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[tuple[str, Role], Operand] = {}

    def sides(self, check: Check) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nodes on the left and on the right of a check."""
        node = NamedNode(check.value)
        lefts = check.lefts or self._linked(node, MB.whole, MB.member)
        rights = check.rights or self._linked(node, MB.part)
        if not check.rights and not rights:
            rights = self._best_of(node)
        return lefts or (check.value,), tuple(right for right in rights if right not in lefts)

    def operands(self, check: Check) -> tuple[Operand, ...]:
        """The printed figures of a check, left ones first."""
        lefts, rights = self.sides(check)
        return (*(self.operand(node, "left") for node in lefts), *(self.operand(node, "right") for node in rights))

    def operand(self, node: str, role: Role) -> Operand:
        """One printed figure with its place."""
        if (node, role) not in self._seen:
            self._seen[node, role] = self._read(NamedNode(node), role)
        return self._seen[node, role]

    def _linked(self, node: NamedNode, *predicates: NamedNode) -> tuple[str, ...]:
        return tuple(sorted(value.value for term in predicates for value in self._values(node, term)))

    def _best_of(self, node: NamedNode) -> tuple[str, ...]:
        """The place that a member of a same figure is compared with."""
        figures = [q.subject for q in self._store.quads_for_pattern(None, MB.member, node, None)]
        return tuple(sorted(v.value for f in figures if isinstance(f, NamedNode) for v in self._values(f, MB.best)))

    def _values(self, node: NamedNode, predicate: NamedNode) -> Iterator[NamedNode | Literal]:
        for quad in self._store.quads_for_pattern(node, predicate, None, None):
            if isinstance(quad.object, NamedNode | Literal):
                yield quad.object

    def _text(self, node: NamedNode, *predicates: NamedNode) -> str:
        return next((value.value for term in predicates for value in self._values(node, term)), "")

    def _number(self, node: NamedNode, predicate: NamedNode) -> int | None:
        found = self._text(node, predicate)
        return int(found) if found else None

    def _kind(self, node: NamedNode) -> str:
        names = {value.value.rpartition("#")[2] for value in self._values(node, RDF.type)}
        return next((_KINDS[name] for name in sorted(names) if name in _KINDS), sorted(names)[0] if names else "")

    def _table_title(self, node: NamedNode, kind: str) -> str:
        """The title of the table that a figure stands in; of one in the words, the headings over it."""
        table = (
            node
            if kind == "table"
            else next((v for v in self._values(node, MB.table) if isinstance(v, NamedNode)), None)
        )
        return self._text(table, DCTERMS.title) if table is not None else self._text(node, MB.heading)

    def _read(self, node: NamedNode, role: Role) -> Operand:
        unit = next((v for v in self._values(node, MB.unit) if isinstance(v, NamedNode)), None)
        value = self._text(node, MB.value, MB.targetValue)
        kind = self._kind(node)
        confidence = self._text(node, MB.confidence)
        return Operand(
            node=node.value,
            kind=kind,
            role=role,
            value=Decimal(value) if value else None,
            unit=self._text(unit, SKOS.prefLabel, SKOS.altLabel)
            if unit is not None
            else self._text(node, MB.targetUnit),
            printed=self._text(node, MB.printed, MB.targetRaw) or (value if kind == "statement" else ""),
            table=self._table_title(node, kind),
            row_code=self._text(node, MB.rowCode),
            row_label=self._text(node, MB.rowLabel, MB.subject, MB.level3, MB.term)
            or (self._text(node, DCTERMS.title, RDFS.label) if kind not in ("table", "cell") else ""),
            column=self._text(node, MB.column),
            file=self._text(node, MB.fileName),
            sheet=self._text(node, MB.sheetName),
            page=self._number(node, MB.page),
            line=self._number(node, MB.line),
            confidence=float(confidence) if confidence else 1.0,
        )

"""What follows from what is printed: every rule of `ontology/rules` run on the graph, in file-name order.

A rule is a CONSTRUCT query; its result goes into the derived graph before the next rule runs, so rules may build on one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from pyoxigraph import Literal, Quad, QueryTriples, Triple

from mbkg.amounts import canonical
from mbkg.errors import BadQuery
from mbkg.graph.iris import DERIVED_GRAPH, XSD
from mbkg.graph.store import GraphStore
from mbkg.resources import resource_path


def rule_files() -> tuple[Path, ...]:
    """The rules that ship with mbkg."""
    return tuple(sorted(resource_path("ontology", "rules").glob("*.rq")))


def derive(graph: GraphStore) -> Iterator[list[Quad]]:
    """Yield what each rule derives, to be stored before the next is asked for.

    Raises:
        BadQuery: a rule is no CONSTRUCT query, or the engine refuses it; the message names the file.
    """
    for path in rule_files():
        try:
            result = graph.query(path.read_text(encoding="utf-8"))
        except BadQuery as error:
            raise BadQuery(f"ontology/rules/{path.name}：{error.message}") from error
        if not isinstance(result, QueryTriples):
            raise BadQuery(f"ontology/rules/{path.name}：规则必须是 CONSTRUCT 查询")
        yield sorted({_derived(triple) for triple in result}, key=str)


def _derived(triple: Triple) -> Quad:
    """The triple in the derived graph, its decimals in canonical form whatever the engine writes."""
    value = triple.object
    if isinstance(value, Literal) and value.datatype == XSD.decimal:
        value = Literal(canonical(Decimal(value.value)), datatype=XSD.decimal)
    return Quad(triple.subject, triple.predicate, value, DERIVED_GRAPH)

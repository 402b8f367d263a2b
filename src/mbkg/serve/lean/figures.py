"""Where the figure of a record stands in the graph: which node, which property, and how the node is told from all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import NamedNode, QuerySolutions

from mbkg.ask.compile import values as given
from mbkg.ask.records import Record
from mbkg.graph.iris import PREFIXES
from mbkg.graph.store import GraphStore
from mbkg.serve.lean.goals import close
from mbkg.serve.lean.write import declared, short_iri, term, values

_TYPES = ("mb:PerCapitaFact", "mb:BudgetFact", "mb:Project", "mb:Indicator", "mb:Statement")
_TELLS = {
    "mb:BudgetFact": (
        "mb:body mb:year mb:phase mb:measure mb:fundSource mb:expenditureNature mb:functionCode mb:economicCode "
        "mb:governmentEconomicCode qb:dataSet"
    ),
    "mb:PerCapitaFact": "mb:body mb:year mb:phase mb:rule mb:population mb:project mb:indicator",
    "mb:Project": "mb:body mb:year dcterms:title",
    "mb:Indicator": "mb:project mb:level3",
    "mb:Statement": "mb:report mb:year mb:subject mb:figureKind",
}
_AMOUNTS = tuple(
    f"mb:{name}"
    for name in (
        "amountWan",
        "amount",
        "budgetWan",
        "fullYearBudgetWan",
        "initialBudgetWan",
        "executedWan",
        "executionRate",
        "selfScore",
        "targetValue",
        "actualValue",
        "weight",
        "score",
        "completionRate",
        "value",
        "change",
        "changePct",
        "targetRaw",
        "actualRaw",
    )
)
_OF_PHASE = {
    "phase/budget": "mb:budgetWan",
    "phase/initialBudget": "mb:initialBudgetWan",
    "phase/fullYearBudget": "mb:fullYearBudgetWan",
    "phase/executed": "mb:executedWan",
}
_SCALES = ((Decimal(1), "{}"), (Decimal("0.0001"), "({} / 10000)"), (Decimal(10000), "({} * 10000)"))
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the nodes that carry it (several are added up), the property, how it is scaled, and what tells its node from others."""

    nodes: tuple[str, ...]
    property: str
    scale: str
    value: Decimal | None
    pairs: tuple[Pair, ...] = ()

    def lines(self, name: str) -> list[str]:
        """The lines that bind `?name` to the figure as it stands in the graph."""
        if len(self.nodes) > 1:
            inside = f"{values('n', self.nodes)} ?n {self.property} ?x"
            return [f"{{ SELECT (SUM(?x) AS ?{name}) WHERE {{ {inside} }} }}"]
        if not self.pairs:
            return [f"<{self.nodes[0]}> {self.property} ?{name} ."]
        told = " ; ".join(f"{predicate} {value}" for predicate, value in self.pairs)
        return [f"?{name}Of {told} ;", f"  {self.property} ?{name} ."]

    def scaled(self, name: str) -> str:
        """The figure in the answer's unit, as an expression."""
        return self.scale.format(f"?{name}")


class Figures:
    """The figures of records, read from one graph."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self._known: dict[str, dict[str, list[object]]] = {}

    def of(self, record: Record) -> Figure | None:
        """Where the record's figure (or, without a number, its words) stands; None where no property holds it."""
        nodes = self._carriers(record)
        self._read(nodes)
        for own in (nodes, *((node,) for node in nodes)) if len(nodes) > 1 else (nodes,):
            for name in (_OF_PHASE.get(record.phase, _AMOUNTS[0]), *_AMOUNTS):
                numbers = [self._number(node, name) for node in own]
                if record.value is None:
                    if len(own) == 1 and record.text and record.text in self._texts(own[0], name):
                        return Figure(own, name, "{}", None, self.pairs(own[0]))
                    continue
                if not own or any(number is None for number in numbers):
                    continue
                total = sum((number for number in numbers if number is not None), Decimal(0))
                for factor, scale in _SCALES:
                    if close(total * factor, record.value):
                        return Figure(own, name, scale, record.value, self.pairs(own[0]) if len(own) == 1 else ())
        return None

    def at(self, node: str, name: str) -> Figure | None:
        """The figure that a node has under a property."""
        self._read((node,))
        number = self._number(node, name)
        return None if number is None else Figure((node,), name, "{}", number, self.pairs(node))

    def pairs(self, node: str) -> tuple[Pair, ...]:
        """What tells a node from all others, as predicates and objects; empty where that is only its IRI."""
        told = self.told(node)
        if not told:
            return ()
        body = " ; ".join(f"{predicate} {value}" for predicate, value in told)
        found = self.store.query(declared(f"SELECT ?n WHERE {{ ?n {body} }} LIMIT 2"))
        alone = isinstance(found, QuerySolutions) and [row[0].value for row in found] == [node]
        return told if alone else ()

    def told(self, node: str) -> tuple[Pair, ...]:
        """What is said of a node that may tell it from others, its kind first."""
        self._read((node,))
        held = self._known[node]
        kinds = {getattr(kind, "value", "") for kind in held.get("rdf:type", ())}
        kind = next((name for name in _TYPES if _full(name) in kinds), "")
        if not kind:
            return ()
        pairs: list[Pair] = [("a", kind)]
        for name in _TELLS[kind].split():
            pairs += [(name, term(value)) for value in held.get(name, ())]
        return tuple(pairs)

    def _carriers(self, record: Record) -> tuple[str, ...]:
        """The nodes that hold a record's figure: those it names, or the derived fact that rests on them."""
        if not record.rule.startswith("per-capita"):
            return record.nodes
        query = (
            "SELECT DISTINCT ?fact WHERE { ?fact a mb:PerCapitaFact . "
            f'{given("node", record.nodes)} ?fact mb:project|mb:denominator|mb:indicator ?node ; mb:rule "{record.rule}" }}'
        )
        found = self.store.query(query)
        assert isinstance(found, QuerySolutions)
        facts = sorted(row[0].value for row in found)
        self._read(facts)
        fitting = [
            fact
            for fact in facts
            if any(
                number is not None and record.value is not None and close(number * factor, record.value)
                for number in (self._number(fact, "mb:value"),)
                for factor, _ in _SCALES
            )
        ]
        return tuple(fitting[:1]) or record.nodes

    def _read(self, nodes: Iterable[str]) -> None:
        missing = [node for node in nodes if node not in self._known]
        if not missing:
            return
        for node in missing:
            self._known[node] = defaultdict(list)
        found = self.store.query(f"SELECT ?n ?p ?o WHERE {{ {values('n', missing)} ?n ?p ?o }}")
        assert isinstance(found, QuerySolutions)
        for row in found:
            predicate = "rdf:type" if row[1].value == _full("rdf:type") else short_iri(row[1].value)
            self._known[row[0].value][predicate].append(row[2])

    def _number(self, node: str, name: str) -> Decimal | None:
        held = self._known[node].get(name, ())
        try:
            return Decimal(held[0].value) if len(held) == 1 else None  # type: ignore[attr-defined]
        except InvalidOperation:
            return None

    def _texts(self, node: str, name: str) -> set[str]:
        return {
            getattr(value, "value", "") for value in self._known[node].get(name, ()) if not isinstance(value, NamedNode)
        }


def shared_pairs(told: Sequence[tuple[Pair, ...]]) -> tuple[Pair, ...]:
    """What is said of every one of some nodes."""
    return tuple(pair for pair in told[0] if all(pair in other for other in told[1:])) if told else ()


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local

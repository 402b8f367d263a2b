"""rdflib graphs over Oxigraph's triples, made for pySHACL: quick to build, queries prepared once, every answer remembered.

Two of them, alike to pySHACL: `MemoryGraph` holds triples in dictionaries and lets rdflib evaluate its queries; `StoreGraph` looks
into an Oxigraph store and lets Oxigraph evaluate them. Both remember the rows of every query, since a SHACL result keeps of a row
only its value and a sentence.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.paths import Path
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.store import Store
from rdflib.term import Node, Variable

Row = Mapping[str, str]
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_Triple = tuple[Node, Node, Node]
_Pattern = tuple[Node | None, Node | None, Node | None]


@lru_cache(maxsize=1024)
def prepared(query: str) -> Query:
    """A query parsed and translated, once a process: rdflib takes longer for that than for most answers."""
    return prepareQuery(query)


@lru_cache(maxsize=65536)
def to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> Node:
    """The same term in rdflib, lexical form and all: `1.50` stays `1.50`."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    datatype = term.datatype.value
    if term.language or datatype == _XSD_STRING:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(datatype), normalize=False)


def from_rdflib(term: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The same term in Oxigraph."""
    if isinstance(term, URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, BNode):
        return ox.BlankNode(str(term))
    assert isinstance(term, Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or _XSD_STRING)))


class _ReadOnlyStore(Store):
    """What rdflib and pySHACL ask of a store before they look at a triple. It calls itself aware of graphs and has one."""

    context_aware = True
    graph_aware = True

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[str, URIRef] = {}

    def match(self, pattern: _Pattern) -> Iterable[_Triple]:
        """The triples that match a pattern in which None stands for anything."""
        raise NotImplementedError

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[tuple[Any, Iterator[Any]]]:
        for triple in self.match(triple_pattern):
            yield triple, iter(())

    def contexts(self, triple: Any = None) -> Generator[Graph, None, None]:
        yield from ()

    def add_graph(self, graph: Any) -> None:
        pass

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        self._names[prefix] = namespace

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        return iter(list(self._names.items()))

    def prefix(self, namespace: URIRef) -> str | None:
        return next((prefix for prefix, bound in self._names.items() if bound == namespace), None)

    def namespace(self, prefix: str) -> URIRef | None:
        return self._names.get(prefix)


class Dictionaries(_ReadOnlyStore):
    """Triples in two nests of dictionaries, by subject and by predicate."""

    def __init__(self) -> None:
        super().__init__()
        self.spo: dict[Node, dict[Node, dict[Node, None]]] = {}
        self.pos: dict[Node, dict[Node, dict[Node, None]]] = {}
        self.counts: dict[Node, int] = {}  # triples by predicate

    def add(self, triple: Any, context: Any = None, quoted: bool = False) -> None:
        s, p, o = triple
        objects = self.spo.setdefault(s, {}).setdefault(p, {})
        if o not in objects:
            objects[o] = None
            self.pos.setdefault(p, {}).setdefault(o, {})[s] = None
            self.counts[p] = self.counts.get(p, 0) + 1

    def __len__(self, context: Any = None) -> int:
        return sum(self.counts.values())

    def match(self, pattern: _Pattern) -> Iterable[_Triple]:
        s, p, o = pattern
        if s is not None:
            own = self.spo.get(s)
            if not own:
                return ()
            if p is None:
                return [(s, q, x) for q, objects in own.items() for x in objects if o is None or x == o]
            objects = own.get(p)
            if not objects:
                return ()
            if o is None:
                return [(s, p, x) for x in objects]
            return ((s, p, o),) if o in objects else ()
        if p is not None:
            by_object = self.pos.get(p)
            if not by_object:
                return ()
            if o is not None:
                return [(x, p, o) for x in by_object.get(o, ())]
            return [(y, p, x) for x, subjects in by_object.items() for y in subjects]
        everything = ((x, q, y) for x, own in self.spo.items() for q, objects in own.items() for y in objects)
        return everything if o is None else [triple for triple in everything if triple[2] == o]


class _View(_ReadOnlyStore):
    """Some graphs of an Oxigraph store seen as one, each triple once."""

    def __init__(self, store: ox.Store, graphs: Sequence[ox.NamedNode]) -> None:
        super().__init__()
        self._store = store
        self.graphs = list(graphs)

    def __len__(self, context: Any = None) -> int:
        """1 or 0: pySHACL only asks, for every result, whether there is any triple, and counting them takes longer than all rules."""
        return int(any(next(self._store.quads_for_pattern(None, None, None, graph), None) for graph in self.graphs))

    def match(self, pattern: _Pattern) -> Iterable[_Triple]:
        s, p, o = (cast(Any, None if term is None else from_rdflib(term)) for term in pattern)
        found: dict[ox.Triple, None] = {}
        for graph in self.graphs:
            for quad in self._store.quads_for_pattern(s, p, o, graph):
                found[quad.triple] = None
        for triple in found:
            yield to_rdflib(cast(Any, triple.subject)), to_rdflib(triple.predicate), to_rdflib(cast(Any, triple.object))


class RememberingGraph(Graph):
    """A graph that remembers the rows of the queries it was asked: `rows` by query text."""

    def __init__(self, store: _ReadOnlyStore) -> None:
        super().__init__(store=store, identifier=DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none")
        self.rows: dict[str, list[Row]] = {}

    def __bool__(self) -> bool:
        return True  # pySHACL asks for every result whether there is a graph, not whether it is empty

    def triples(self, triple: Any) -> Any:
        subject, predicate, object_ = triple
        if isinstance(predicate, Path):
            return ((s, predicate, o) for s, o in predicate.eval(self, subject, object_))
        return iter(cast(_ReadOnlyStore, self.store).match(triple))

    def query(self, query_object: Any, *args: Any, **options: Any) -> Result:
        result = self.answer(str(query_object), options.get("initBindings") or {})
        if result.type == "SELECT":
            bindings = [{str(name): str(term) for name, term in row.items()} for row in result.bindings]
            self.rows.setdefault(str(query_object), []).extend(bindings)
        return result

    def answer(self, query: str, given: Mapping[str, Node]) -> Result:
        """The answer to a query, some of its variables given."""
        raise NotImplementedError


class MemoryGraph(RememberingGraph):
    """Triples in memory; rdflib evaluates."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.dictionaries = Dictionaries()
        super().__init__(self.dictionaries)
        for each in triples:
            terms = cast(Any, (each.subject, each.predicate, each.object))
            self.dictionaries.add(tuple(map(to_rdflib, terms)))

    def answer(self, query: str, given: Mapping[str, Node]) -> Result:
        return Graph.query(self, prepared(query), initBindings=cast(Any, given))


class StoreGraph(RememberingGraph):
    """Some graphs of an Oxigraph store; Oxigraph evaluates."""

    def __init__(self, store: ox.Store, graphs: Sequence[ox.NamedNode]) -> None:
        super().__init__(_View(store, graphs))
        self._oxigraph = store

    def answer(self, query: str, given: Mapping[str, Node]) -> Result:
        substitutions = {ox.Variable(name): from_rdflib(term) for name, term in given.items()}
        graphs: list[Any] = [*cast(_View, self.store).graphs]
        found = self._oxigraph.query(query, default_graph=graphs, substitutions=cast(Any, substitutions))
        if isinstance(found, ox.QueryBoolean):
            result = Result("ASK")
            result.askAnswer = bool(found)
            return result
        solutions = cast(ox.QuerySolutions, found)
        result = Result("SELECT")
        names = [variable.value for variable in solutions.variables]
        result.vars = [Variable(name) for name in names]
        result.bindings = [
            {
                Variable(name): cast(Any, to_rdflib(cast(Any, term)))
                for name in names
                if (term := solution[name]) is not None
            }
            for solution in solutions
        ]
        return result

"""The reference: the same shapes through pySHACL, one report at a time.

pySHACL reads the shapes as they are written, finds the focus nodes, runs each constraint and writes a standard results graph.
Here its graph is made from the store without a detour over text, its queries are parsed once, and its results are turned into the
checks that `engine` gives, so that the two can be held against each other. rdflib evaluates the queries, or Oxigraph does, under pySHACL.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import NamedNode, Store

from mbkg.errors import BadShape
from mbkg.graph.iris import COMMON_GRAPH, PREFIXES, VOCABULARY_GRAPH
from mbkg.validate.catalogue import read_rules, shape_files
from mbkg.validate.engine import Check, check_of
from mbkg.validate.slices import Mentioned, slice_of
from mbkg.validate.values import Reach, Rule

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from mbkg.validate.rdfgraph import RememberingGraph

Evaluator = Literal["rdflib", "ordered", "oxigraph"]
_SH = PREFIXES["sh"]


@dataclass(frozen=True)
class Shapes:
    """Shapes as pySHACL takes them: those of one reach, with what they mention."""

    rules: tuple[Rule, ...]
    graph: Graph
    queries: dict[str, Rule]  # by the text of sh:select
    mentioned: Mentioned


def validate_with_pyshacl(
    store: Store,
    report: str,
    files: Sequence[Path] | None = None,
    graphs: Sequence[str] = (),
    evaluator: Evaluator = "ordered",
) -> list[Check]:
    """The violated checks of one report as pySHACL sees them.

    Args:
        store: holds the report's graph, the common graph and the vocabulary.
        report: IRI of the report, and of its graph.
        files: the shapes; those that ship with mbkg if not given.
        graphs: IRIs of the graphs that rules with reach `graph` see besides; those rules are left out where there are none.
        evaluator: who evaluates the queries of the shapes under pySHACL: rdflib as it comes, rdflib with its triple patterns ordered
            (`patterns`), or Oxigraph.
    Raises:
        BadShape: pySHACL rejects a shape, or its results do not go with the rows of the queries.
    """
    chosen = tuple(files) if files is not None else shape_files()
    found: list[Check] = []
    reaches: tuple[Reach, ...] = ("report", "graph")
    for reach in reaches:
        shapes = load_shapes(chosen, reach)
        others = tuple(graph for graph in graphs if graph != report) if reach == "graph" else ()
        if shapes.rules and (reach == "report" or others):
            found += _violated(shapes, _data_graph(store, report, shapes, others, evaluator), report)
    return found


@lru_cache(maxsize=16)
def load_shapes(files: tuple[Path, ...], reach: Reach) -> Shapes:
    """The shapes of the files' rules with one reach, read once a process."""
    from rdflib import Graph, URIRef

    from mbkg.validate.mentions import mentioned_by
    from mbkg.validate.rdfgraph import MemoryGraph

    rules = tuple(rule for rule in read_rules(files) if rule.reach == reach)
    whole = Graph(bind_namespaces="none")
    for path in files:
        whole.parse(path)
    chosen = {URIRef(rule.shape) for rule in rules}
    graph = MemoryGraph(())  # many times quicker to look into than rdflib's own
    for shape in (*chosen, *set(whole.subjects(URIRef(_SH + "declare")))):
        for triple in _description(whole, shape):
            graph.add(triple)
    queries = {}
    for rule in rules:
        for constraint in graph.objects(URIRef(rule.shape), URIRef(_SH + "sparql")):
            queries[str(graph.value(constraint, URIRef(_SH + "select")))] = rule
    return Shapes(rules, graph, queries, mentioned_by(graph, [rule.select for rule in rules if rule.select]))


def _description(graph: Graph, node: Node) -> Iterator[tuple[Node, Node, Node]]:
    """What a graph says of a node and of the blank nodes that hang on it."""
    from rdflib import BNode

    for triple in graph.triples((node, None, None)):
        yield triple
        if isinstance(triple[2], BNode):
            yield from _description(graph, triple[2])


def _data_graph(
    store: Store, report: str, shapes: Shapes, others: Sequence[str], evaluator: Evaluator
) -> RememberingGraph:
    from mbkg.validate.rdfgraph import MemoryGraph, StoreGraph

    if evaluator == "oxigraph":
        return StoreGraph(store, [*map(NamedNode, (report, *others)), COMMON_GRAPH, VOCABULARY_GRAPH])
    triples = slice_of(store, report, shapes.mentioned, others)
    if evaluator == "rdflib":
        return MemoryGraph(triples)
    from mbkg.validate.patterns import OrderedGraph

    return OrderedGraph(triples)


def _violated(shapes: Shapes, data: RememberingGraph, report: str) -> list[Check]:
    import pyshacl
    from rdflib import Graph, URIRef

    _, results, text = pyshacl.validate(
        data, shacl_graph=shapes.graph, inference="none", inplace=True, meta_shacl=False, focus_nodes=[report]
    )
    if not isinstance(results, Graph):
        raise BadShape(
            "、".join(sorted({rule.file for rule in shapes.rules})), f"pySHACL 不能运行：{' '.join(text.split())}"
        )
    judged = {
        (str(shape), str(results.value(node, URIRef(_SH + "value"))))
        for node, shape in results.subject_objects(URIRef(_SH + "sourceShape"))
    }
    checks: dict[tuple[str, ...], Check] = {}
    for query, rows in data.rows.items():
        rule = next((rule for select, rule in shapes.queries.items() if query.endswith(select)), None)
        for row in rows if rule is not None else ():
            assert rule is not None
            checks.setdefault((rule.id, *sorted(f"{name}={value}" for name, value in row.items())), check_of(rule, row))
    told = {(check.rule.shape, check.value) for check in checks.values()}
    if told != judged:
        raise BadShape("", f"pySHACL 的结果与查询不符：{sorted(told ^ judged)[:3]}")
    return list(checks.values())

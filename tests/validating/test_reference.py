"""pySHACL, rdflib and our own engine give the same verdicts: on the shipped reports, and on reports with changed figures."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph

from mbkg.graph.build import build
from mbkg.graph.iris import MB, RDF
from mbkg.graph.store import open_graph
from mbkg.validate.catalogue import load_rules, shape_files
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.reference import Evaluator, load_shapes, validate_with_pyshacl
from mbkg.validate.run import reports_of
from mbkg.validate.slices import slice_of

pytestmark = pytest.mark.thorough  # minutes of other engines; make test-all
RULES = load_rules()
MUTATIONS = 2  # changed figures a report
XSD_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
Key = tuple[object, ...]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The graph of the shipped reports, in memory."""
    kg = tmp_path_factory.mktemp("kg")
    build([], str(kg))
    built = open_graph(str(kg))
    store = ox.Store()
    store.extend(built.quads())
    built.close()
    return store


def others_of(store: ox.Store, report: str) -> list[str]:
    """The other reports of the same body, as validation passes them to rules that compare reports."""
    infos = {info.iri: info.unit for info in reports_of(store)}
    return sorted(iri for iri, unit in infos.items() if unit == infos[report] and iri != report)


def keys(checks: Iterable[Check]) -> set[Key]:
    """What two engines must agree on, figure for figure."""
    return {
        (check.rule.id, check.value, check.outcome, *sorted(check.numbers.items()), check.lefts, check.rights)
        for check in checks
        if check.outcome == "violated"
    }


def own(store: ox.Store, report: str) -> set[Key]:
    return keys(run_rules(RULES, store, report, others_of(store, report)))


def reference(store: ox.Store, report: str, evaluator: Evaluator) -> set[Key]:
    return keys(validate_with_pyshacl(store, report, graphs=others_of(store, report), evaluator=evaluator))


def report_iris(store: ox.Store) -> list[str]:
    return [info.iri for info in reports_of(store)]


def test_shapes_are_shapes() -> None:
    """pySHACL's own shapes for shapes find nothing wrong in any file, nor in all of them together."""
    merged = Graph()
    for path in shape_files():
        graph = Graph().parse(path)
        merged += graph
        pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True)
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=merged, meta_shacl=True)
    assert conforms, text


def test_every_rule_reaches_pyshacl() -> None:
    """No rule is lost on the way: each has its query among those that pySHACL runs."""
    reached = [
        *load_shapes(shape_files(), "report").queries.values(),
        *load_shapes(shape_files(), "graph").queries.values(),
    ]
    assert sorted(rule.id for rule in reached) == sorted(rule.id for rule in RULES if rule.select)


@pytest.mark.parametrize(
    "evaluator",
    [
        pytest.param("rdflib", marks=pytest.mark.thorough),
        pytest.param("ordered", marks=pytest.mark.thorough),
        "oxigraph",
    ],
)
def test_shipped_reports(store: ox.Store, evaluator: Evaluator) -> None:
    """The reports as they are: every violated check, with its figures, from every engine."""
    found = 0
    for report in report_iris(store):
        expected = own(store, report)
        assert reference(store, report, evaluator) == expected
        found += len(expected)
    assert found > 10


@pytest.mark.thorough
def test_changed_figures(store: ox.Store) -> None:
    """A figure of a report is changed in the graph; all engines see the same rules break, and mostly some do."""
    choose = random.Random("changed figures")
    broken: Counter[bool] = Counter()
    for report in report_iris(store):
        before = own(store, report)
        cells = sorted(
            quad.subject.value
            for quad in store.quads_for_pattern(None, RDF.type, MB.Cell, ox.NamedNode(report))
            if isinstance(quad.subject, ox.NamedNode)
        )
        for cell in choose.sample(cells, MUTATIONS):
            undo = change(store, report, cell, choose)
            try:
                expected = own(store, report)
                for evaluator in ("ordered", "oxigraph"):
                    assert reference(store, report, evaluator) == expected, f"{cell} under {evaluator}"
            finally:
                restore(store, undo)
            broken[expected != before] += 1
    assert broken[True] > broken[False]


def test_changed_figures_in_plain_rdflib(store: ox.Store) -> None:
    """The same with nothing but rdflib's own evaluator, on fewer figures since it takes its time."""
    choose = random.Random("changed figures, plainly")
    report = choose.choice(report_iris(store))
    cells = sorted(str(q.subject.value) for q in store.quads_for_pattern(None, RDF.type, MB.Cell, ox.NamedNode(report)))
    for cell in choose.sample(cells, 2):
        undo = change(store, report, cell, choose)
        try:
            assert reference(store, report, "rdflib") == own(store, report)
        finally:
            restore(store, undo)


def change(store: ox.Store, report: str, cell: str, choose: random.Random) -> list[tuple[ox.Quad, ox.Quad]]:
    """Give a cell another value, in its own unit and in 万元 alike; what to do to undo it."""
    factor = choose.choice([Decimal(10), Decimal(-1), Decimal("0.5"), Decimal("1.0001")])
    extra = choose.choice([Decimal(0), Decimal("0.01"), Decimal(1)])
    done = []
    for predicate in (MB.value, MB.amountWan):
        for quad in list(store.quads_for_pattern(ox.NamedNode(cell), predicate, None, ox.NamedNode(report))):
            text = format((Decimal(quad.object.value) * factor + extra).normalize(), "f")
            new = ox.Quad(quad.subject, predicate, ox.Literal(text, datatype=XSD_DECIMAL), quad.graph_name)
            store.remove(quad)
            store.add(new)
            done.append((quad, new))
    return done


def restore(store: ox.Store, done: list[tuple[ox.Quad, ox.Quad]]) -> None:
    for old, new in done:
        store.remove(new)
        store.add(old)


def test_a_slice_is_enough(store: ox.Store) -> None:
    """A slice is small, the same every time, and holds what the report's nodes point to in the vocabulary."""
    shapes = load_shapes(shape_files(), "report")
    for report in report_iris(store):
        whole = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(report)))
        triples = slice_of(store, report, shapes.mentioned)
        assert len(triples) < whole
        assert triples == slice_of(store, report, shapes.mentioned)
        assert triples <= slice_of(store, report)


def test_a_broken_shape_is_one_clear_error(tmp_path: Path, store: ox.Store) -> None:
    """What pySHACL rejects, though our own engine would take it, names the file."""
    from mbkg.errors import BadShape

    text = next(path for path in shape_files() if path.name == "sums.ttl").read_text(encoding="utf-8")
    prefixes = next(path for path in shape_files() if path.name == "prefixes.ttl")
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        text.replace("OPTIONAL { ?value mb:hindrance ?reason }", "MINUS { ?value mb:hindrance ?reason }"),
        encoding="utf-8",
    )
    with pytest.raises(BadShape, match=r"bad\.ttl"):
        validate_with_pyshacl(store, report_iris(store)[0], [prefixes, bad])

"""The sums computed a second time, without rules and without the reader's word on what adds up, give the verdicts of the rules."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal

import pyoxigraph as ox
import pytest
from second_sums import Judged, money_of, second

from mbkg.graph.build import build
from mbkg.graph.iris import COMMON_GRAPH, MB, RDF, VOCABULARY_GRAPH
from mbkg.graph.store import open_graph
from mbkg.validate.catalogue import load_rules
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.run import reports_of

pytestmark = pytest.mark.thorough  # minutes of other engines; make test-all
DIRECTION = {"sum-function": "rows", "sum-economic": "rows", "sum-nature": "columns", "sum-funds": "columns"}
SUMS = [rule for rule in load_rules() if rule.id in DIRECTION]
SAME_IN_TABLES = [rule for rule in load_rules() if rule.id == "same-in-tables"]
XSD_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    kg = tmp_path_factory.mktemp("kg")
    build([], str(kg))
    built = open_graph(str(kg))
    store = ox.Store()
    store.extend(built.quads())
    built.close()
    return store


def linked(store: ox.Store, node: str, predicate: ox.NamedNode) -> frozenset[str]:
    return frozenset(quad.object.value for quad in store.quads_for_pattern(ox.NamedNode(node), predicate, None, None))


def by_rules(store: ox.Store, report: str) -> dict[tuple[str, str], list[tuple[frozenset[str], Check]]]:
    """The checks of the sum rules by direction and total: their parts and what they say."""
    found: dict[tuple[str, str], list[tuple[frozenset[str], Check]]] = defaultdict(list)
    for check in run_rules(SUMS, store, report):
        (whole,) = linked(store, check.value, MB.whole)
        found[DIRECTION[check.rule.id], whole].append((linked(store, check.value, MB.part), check))
    return found


def compare(store: ox.Store, report: str) -> tuple[int, int, list[str], list[str]]:
    """How many totals both judged and how many only the second computation did; where they differ; what of ours nobody else judged."""
    rules, again = by_rules(store, report), second(store, report)
    both, alone, apart = 0, 0, []
    for key, judged in again.items():
        if key not in rules:
            alone += 1
        for each in judged if key in rules else ():
            both += 1
            if not any(agrees(each, parts, check) for parts, check in rules[key]):
                apart.append(f"{key}: {each.outcome}, {[(len(p), c.outcome) for p, c in rules[key]]}")
    unheard = [
        f"{key}"
        for key, checks in rules.items()
        if key not in again
        for _, check in checks
        if check.outcome == "violated"
    ]
    return both, alone, apart, unheard


def agrees(judged: Judged, parts: frozenset[str], check: Check) -> bool:
    """The same parts and the same verdict; a total whose parts are lost on a page is out by the plain computation."""
    lost = check.outcome == "not_evaluable" and check.texts.get("reason") in ("missing-page", "ambiguous")
    return parts == judged.parts and (judged.outcome == check.outcome or (lost and judged.outcome == "violated"))


def test_sums_again(store: ox.Store) -> None:
    """On the shipped reports: the same parts, the same verdicts, and no violated sum that only the rules see."""
    total = 0
    for info in reports_of(store):
        both, alone, apart, unheard = compare(store, info.iri)
        assert not apart, f"{info.name}: {apart}"
        assert not unheard, f"{info.name}: {unheard}"
        assert alone <= 0.2 * both, info.name
        total += both
    assert total > 1000


@pytest.mark.thorough
def test_sums_again_with_changed_figures(store: ox.Store) -> None:
    """The same after a figure was changed, and the change shows in both or in neither."""
    choose = random.Random("second")
    seen = 0
    for info in reports_of(store):
        again = second(store, info.iri)
        totals = sorted(key[1] for key in again)
        for cell in choose.sample(totals, 6):
            (quad,) = store.quads_for_pattern(ox.NamedNode(cell), MB.value, None, ox.NamedNode(info.iri))
            text = format(
                (Decimal(quad.object.value) + choose.choice([Decimal("0.01"), Decimal(9), Decimal(-4000)])).normalize(),
                "f",
            )
            changed = ox.Quad(quad.subject, MB.value, ox.Literal(text, datatype=XSD_DECIMAL), quad.graph_name)
            store.remove(quad)
            store.add(changed)
            try:
                _, _, apart, _ = compare(store, info.iri)
                seen += any(
                    each.outcome == "violated"
                    for key, found in second(store, info.iri).items()
                    for each in found
                    if key[1] == cell
                )
            finally:
                store.remove(changed)
                store.add(quad)
            assert not apart
    assert seen > 10


def test_same_figures_again(store: ox.Store) -> None:
    """Two places that print one figure, compared from what is printed and the unit above it."""
    compared = 0
    for info in reports_of(store):
        money = money_of(store, [ox.NamedNode(info.iri), COMMON_GRAPH, VOCABULARY_GRAPH])
        pairs = {
            (member, best)
            for figure in store.quads_for_pattern(None, RDF.type, MB.SameFigure, ox.NamedNode(info.iri))
            for best in linked(store, figure.subject.value, MB.best)
            for member in linked(store, figure.subject.value, MB.member)
            if member in money and best in money
        }
        expected = set()
        for member, best in pairs:
            (left, half), (right, other) = money[member], money[best]
            apart = abs(left - right)
            rounded = max(half, other) if half != other else 0  # the coarser of two is the finer one rounded
            expected.add((member, "holds" if apart <= rounded else "rounding" if apart <= half + other else "violated"))
        checks = {(check.value, check.outcome) for check in run_rules(SAME_IN_TABLES, store, info.iri)}
        assert checks == expected, info.name
        compared += len(checks)
    assert compared > 500

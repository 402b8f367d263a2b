"""The graph of the reports that ship with mbkg: repeatable to the byte, nothing counted twice, and it answers the first question."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mbkg.graph.build import build, collect_files
from mbkg.graph.export import sorted_nquads
from mbkg.graph.store import GraphStore, open_graph, rows_of


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    kg = str(tmp_path_factory.mktemp("shipped") / "kg")
    result = build(kg=kg)
    assert result.exit_code == 0
    assert len(result.chosen) == 5
    return open_graph(kg)


def test_built_one_by_one_in_another_order_is_the_same_to_the_byte(shipped: GraphStore, tmp_path: Path) -> None:
    kg = str(tmp_path / "kg")
    files = [path for path in collect_files([]) if path.suffix == ".txt"]
    build(files[3:], kg)
    build(files[:3], kg)
    assert sorted_nquads(open_graph(kg)) == sorted_nquads(shipped)


def test_no_triple_stands_in_two_graphs(shipped: GraphStore) -> None:
    counts = Counter(quad.triple for quad in shipped.quads())
    assert [triple for triple, count in counts.items() if count > 1] == []


def test_cost_per_veteran_cadre_by_body(shipped: GraphStore) -> None:
    """哪个单位离休人员人均费用最高: 海东 by division over 离休 and 二乙 together, 招远 by its ceiling, 威海 by its standard."""
    rows = rows_of(
        shipped.query("""
        PREFIX pop: <https://w3id.org/mbkg/population/>
        SELECT ?name ?rule ?value ?comparator ?match WHERE {
          ?fact a mb:PerCapitaFact ; mb:population pop:retiredVeteranCadres ; mb:body/skos:prefLabel ?name ; mb:rule ?rule ;
                mb:value ?value ; mb:populationMatch ?match . OPTIONAL { ?fact mb:comparator ?comparator }
        } ORDER BY DESC(?value)""")
    )
    assert [tuple(row.values()) for row in rows] == [
        ("海东市医疗保障局", "per-capita-cost", "66666.666667", "", "overlapping"),
        ("招远市医疗保障局", "per-capita-standard", "62000", "≤", "same"),
        ("威海市医疗保险事业中心", "per-capita-cost", "50000", "", "same"),
        ("威海市医疗保险事业中心", "per-capita-standard", "50000", "=", "same"),
        ("海东市医疗保障局", "per-capita-cost", "17266.666667", "", "same"),
    ]


def test_every_fact_rests_on_something_printed(shipped: GraphStore) -> None:
    assert not shipped.query("ASK { ?fact a mb:BudgetFact . FILTER NOT EXISTS { ?fact prov:wasDerivedFrom ?place } }")
    assert not shipped.query(
        "ASK { ?fact a mb:BudgetFact ; mb:bestEvidence ?place . FILTER NOT EXISTS { ?place mb:line ?line } }"
    )

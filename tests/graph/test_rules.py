"""What the rules of ontology/rules derive: whose headcount divides whose money, and when they rather say nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store
from small_reports import interpret_small, small_report

from mbkg.graph.derive import derive
from mbkg.graph.ingest import to_nquads
from mbkg.graph.store import OxigraphStore, rows_of
from mbkg.graph.target import ontology_nquads
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reports import Indicator, Place, Project, Report

ontology = cache(ontology_nquads)

PER_CAPITA = """
SELECT ?rule ?phase ?value ?unit ?comparator ?match (GROUP_CONCAT(?group; separator=" ") AS ?groups) WHERE {
  ?fact a mb:PerCapitaFact ; mb:rule ?rule ; mb:phase ?phaseConcept ; mb:value ?value ; mb:unit/skos:prefLabel ?unitLabel ;
        mb:populationMatch ?match ; mb:population/skos:prefLabel ?group .
  OPTIONAL { ?fact mb:comparator ?comparator }
  BIND (STR(?unitLabel) AS ?unit) BIND (REPLACE(STR(?phaseConcept), "^.*/", "") AS ?phase)
} GROUP BY ?fact ?rule ?phase ?value ?unit ?comparator ?match ORDER BY ?rule ?phase ?value
"""


def derived_graph(report: Report) -> OxigraphStore:
    store = Store()
    store.bulk_load(ontology(), RdfFormat.N_QUADS)
    quads = report_to_quads(report, interpret_small(report), load_vocabulary())
    store.bulk_load(to_nquads(quads), RdfFormat.N_QUADS)
    graph = OxigraphStore(store)
    for quads in derive(graph):
        store.extend(quads)
    return graph


def heads(name: str, value: str, unit: str = "人", actual: str | None = None) -> Indicator:
    reached = (
        {} if actual is None else {"actual_value": Decimal(actual), "actual_unit": unit, "actual_raw": actual + unit}
    )
    return Indicator("产出指标", "数量指标", name, "≥", Decimal(value), unit, f"≥{value}{unit}", Place(2), **reached)  # type: ignore[arg-type]


def cost(name: str, value: str, unit: str, comparator: str = "≤") -> Indicator:
    return Indicator(
        "成本指标", "经济成本指标", name, comparator, Decimal(value), unit, f"{comparator}{value}{unit}", Place(1)
    )


def per_capita(project: Project) -> list[tuple[str, ...]]:
    report = replace(small_report(Path("a.txt")), projects=(project,))
    return [tuple(row.values()) for row in rows_of(derived_graph(report).query(PER_CAPITA))]


def project(name: str, *indicators: Indicator, **amounts: str) -> Project:
    return Project(
        name, Place(1), indicators=indicators, **{key: Decimal(value) for key, value in (amounts or {"budget": "100"}).items()}  # type: ignore[arg-type]
    )  # fmt: skip


def test_budget_over_the_headcount_of_the_same_people() -> None:
    """335 万元 for 67 离休人员 are 50000 元 a person and year."""
    found = per_capita(project("市直离休人员医疗费", heads("离休人员保障人数", "67"), budget="335"))
    assert found == [("per-capita-cost", "budget", "50000", "元/人/年", "", "same", "离休人员")]


def test_a_headcount_in_ten_thousands() -> None:
    """15635 万元 for 147 万人 are 106.36 元; the part of them that is 市级参保 is no second headcount."""
    sheet = (
        heads("居民医疗保险财政补助人数", "147", "万人"),
        heads("居民医疗保险财政补助人数中市级参保人数", "1.03", "万人"),
    )
    assert [row[2] for row in per_capita(project("居民医疗保险财政补助资金", *sheet, budget="15635"))] == ["106.360544"]


def test_several_headcounts_divide_nothing() -> None:
    """1999.7 万元 cover 离休人员, 老工人 and 残疾军人 together: no headcount alone is the denominator."""
    sheet = (
        heads("补助离退休人数", "95"),
        heads("建国前老工人人数", "6"),
        heads("补助一至六级残疾军人人员数", "363"),
    )
    assert per_capita(project("特殊人群医疗统筹金及管理经费", *sheet, budget="1999.7")) == []


@pytest.mark.parametrize("name", ["公务出差总人数", "培训人员数量", "聘请专家人数"])
def test_heads_that_are_no_beneficiaries_divide_nothing(name: str) -> None:
    assert per_capita(project("离休人员医疗费", heads(name, "20"))) == []


def test_a_headcount_without_a_name_takes_the_projects_people_and_says_so() -> None:
    assert per_capita(project("特殊群体医疗费", heads("享受待遇人数", "180"), budget="180")) == [
        ("per-capita-cost", "budget", "10000", "元/人/年", "", "inherited", "特殊群体")
    ]


def test_money_for_two_groups_over_heads_named_after_one_is_overlapping() -> None:
    """海东's 离休及二乙人员医疗费 has 三名离休人员: divided, marked, and about both groups."""
    found = per_capita(project("离休及二乙人员医疗费", heads("市本级三名离休人员", "3", "名"), budget="20"))
    assert [row[:3] + row[5:6] for row in found] == [("per-capita-cost", "budget", "66666.666667", "overlapping")]
    assert set(found[0][6].split()) == {"离休人员", "二等乙级伤残军人"}


def test_a_project_that_names_nobody_is_not_divided() -> None:
    assert per_capita(project("医保经办经费", heads("享受待遇人数", "180"))) == []


def test_each_phase_has_its_own_cost_and_what_was_spent_the_heads_reached() -> None:
    found = per_capita(
        project(
            "特殊群体医疗费",
            heads("享受待遇人数", "180", actual="181"),
            initial_budget="1600",
            full_year_budget="524.8",
            executed="8.44",
        )
    )
    assert [(row[1], row[2]) for row in found] == [
        ("executed", "466.298343"),
        ("fullYearBudget", "29155.555556"),
        ("initialBudget", "88888.888889"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("离休干部医疗费筹集成本", "62000", "元/年/人", ("62000", "元/人/年")),
        ("离休人员年补助标准", "5", "万元/人/年", ("50000", "元/人/年")),
        ("老党员人均参保缴费", "650", "元", ("650", "元/人")),  # 元 alone, but the name says 人均
        ("职工查体标准", "160", "元/人", ("160", "元/人")),  # not said to be per year
        ("聘用人员月人均成本", "6800", "元/人", ("6800", "元/人/月")),
        ("离休人员医疗费总额", "100", "万元", None),
        ("职工疫苗费用", "25", "元/剂次", None),
    ],
)
def test_printed_standards(name: str, value: str, unit: str, expected: tuple[str, str] | None) -> None:
    """A ceiling keeps its ≤; what is not per person is no standard."""
    found = [(row[2], row[3], row[4]) for row in per_capita(project("某项目", cost(name, value, unit)))]
    assert found == ([] if expected is None else [(*expected, "≤")])


def test_a_special_fund_that_is_a_projects_money_does_not_answer_twice() -> None:
    twin = project("职工体检补助", heads("职工体检补助人数", "100"), budget="5")
    fund = replace(twin, kind="special_fund", name="职工体检补助专项")
    report = replace(small_report(Path("a.txt")), projects=(twin, fund))
    assert len(list(rows_of(derived_graph(report).query(PER_CAPITA)))) == 1


def test_last_year_is_this_year_less_the_change() -> None:
    """公务接待费 1.26 万元, 比上年增加 0.2: last year 1.06, in the same series."""
    graph = derived_graph(small_report(Path("a.txt")))
    rows = list(rows_of(graph.query(
        "SELECT ?year ?value WHERE { ?last a mb:PreviousYearFact ; mb:year ?year ; mb:value ?value ; mb:series ?series . "
        "?fact a mb:BudgetFact ; mb:series ?series ; mb:amountWan 1.26 }"
    )))  # fmt: skip
    assert rows == [{"year": "2023", "value": "1.06"}]


def test_what_is_derived_says_from_what() -> None:
    graph = derived_graph(small_report(Path("a.txt")))
    assert not graph.query(
        "ASK { ?fact a mb:DerivedFact . FILTER NOT EXISTS { ?fact prov:wasDerivedFrom ?source ; mb:rule ?rule } }"
    )

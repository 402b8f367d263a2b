"""What one report becomes: ASCII IRIs from identity, evidence and knowledge apart, no triple in two graphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from small_reports import interpret_small, small_report

from mbkg.graph.ingest import to_nquads
from mbkg.graph.iris import COMMON_GRAPH, MB, SKOS, report_key
from mbkg.graph.knowledge import lookup_key
from mbkg.graph.triples import code_kind, key_of, report_to_quads, row_kinds
from mbkg.graph.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def quads_of(**told: object):  # type: ignore[no-untyped-def]
    report = small_report(Path("zhaoyuan-2024-budget.txt"), **told)  # type: ignore[arg-type]
    return report_to_quads(report, interpret_small(report), VOCABULARY)


def test_iris_are_ascii_and_free_of_escapes() -> None:
    """Clients double-decode percent-escapes, so an IRI has none, whatever Chinese it stands for."""
    for quad in quads_of():
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if type(term).__name__ == "NamedNode":
                assert term.value.isascii(), term
                assert "%" not in term.value


def test_identity_is_unit_year_kind_and_scope_never_the_file() -> None:
    report = small_report(Path("a.txt"))
    key = key_of(report, VOCABULARY)
    assert key == key_of(replace(report, name="b", file="b.txt", sha256="f"), VOCABULARY)
    assert key == key_of(replace(report, unit="招远市医疗保障局（本级）"), VOCABULARY)
    others = [
        replace(report, year=2025),
        replace(report, kind="final_account"),
        replace(report, scope="unit"),
        replace(report, unit="烟台市医疗保障局"),
    ]
    assert len({key, *(key_of(other, VOCABULARY) for other in others)}) == 5
    assert key.startswith("370685-")
    assert key.endswith("-2024-budget-department")
    assert report_key("某某局", "", 2024, "final_account", "unit").startswith("0-")


def test_quads_do_not_depend_on_the_order_of_facts() -> None:
    report = small_report(Path("a.txt"))
    facts = interpret_small(report)
    forwards, backwards = (to_nquads(report_to_quads(report, said, VOCABULARY)) for said in (facts, facts[::-1]))
    assert forwards == backwards


def test_no_triple_stands_in_two_graphs() -> None:
    """Oxigraph's union counts a triple once per graph, so a sum over two copies would be twice too large."""
    quads = [*quads_of(), *quads_of(unit="烟台市医疗保障局"), *quads_of(year=2025)]
    graphs = Counter((quad.subject, quad.predicate, quad.object) for quad in set(quads))
    assert [triple for triple, count in graphs.items() if count > 1] == []
    known = {quad.triple for quad in VOCABULARY.quads}
    assert not [quad for quad in quads if quad.triple in known]


def test_amounts_are_canonical_decimals() -> None:
    """30.50 and 30.5 are one literal; the printed text keeps its own form."""
    quads = quads_of()
    values = {quad.object.value for quad in quads if quad.predicate == MB.value}
    printed = {quad.object.value for quad in quads if quad.predicate == MB.printed}
    assert {"300", "1.26"} <= values
    assert "300.00" in printed


def test_a_code_of_no_list_gets_a_concept_of_its_own() -> None:
    """2101598 is printed and unlisted: it stands in the scheme, below 21015, marked as unlisted."""
    common = [quad for quad in quads_of() if quad.graph_name == COMMON_GRAPH]
    unlisted = {quad.subject.value for quad in common if quad.predicate == MB.unlisted}
    assert "https://w3id.org/mbkg/code/function/2101598" in unlisted
    broader = {
        quad.object.value for quad in common if quad.predicate == SKOS.broader and quad.subject.value in unlisted
    }
    assert "https://w3id.org/mbkg/code/function/21015" in broader


@pytest.mark.parametrize(
    ("code", "label", "kinds"),
    [
        ("", "合计", ("total",)),
        ("", "本年收入合计", ("total",)),
        ("", "一、一般公共预算收入", ("line", "leaf")),
        ("208", "社会保障和就业支出", ("类",)),
        ("20805", "行政事业单位养老支出", ("款",)),
        ("2080505", "机关事业单位基本养老保险缴费支出", ("项", "leaf")),
        ("221", "住房保障支出", ("类", "leaf")),  # nothing of it is printed beneath
        ("301|505", "工资福利支出", ("类",)),
        ("301|501", "工资福利支出", ("类", "leaf")),  # 30101 stands under 505 here, not under 501
        ("30101|50501", "基本工资", ("款", "leaf")),
    ],
)
def test_row_kinds(code: str, label: str, kinds: tuple[str, ...]) -> None:
    """Sums must not mix totals, 类, 款 and 项; a leaf is what has no row of its table beneath it."""
    codes = {"208", "20805", "2080505", "221", "301|505", "301|501", "30101|50501"}
    assert row_kinds(code, label, codes) == kinds


def test_code_kind_tells_classifications_apart() -> None:
    assert [code_kind(code) for code in ("2101501", "30101", "50501", "506001", "", "21")] == [
        "function",
        "economic-department",
        "economic-government",
        "",
        "",
        "",
    ]


def test_series_carry_lookup_and_ancestor_keys() -> None:
    quads = [quad for quad in quads_of() if quad.graph_name == COMMON_GRAPH]
    key = lookup_key("招远市医疗保障局", "部门", "支出", "预算", code="2101501")
    series = next(quad.subject for quad in quads if quad.predicate == MB.lookupKey and quad.object.value == key)
    above = {quad.object.value for quad in quads if quad.subject == series and quad.predicate == MB.ancestorKey}
    assert above == {key.replace("2101501", code) for code in ("21015", "210", "*function")}


def test_units_of_indicators_are_normalised() -> None:
    """≤5万元/人/年 is 50000 in 元/人/年."""
    quads = quads_of()
    assert {quad.object.value for quad in quads if quad.predicate == MB.normalizedValue} == {"50000", "67"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("招远市医疗保障局", "370685"),
        ("威海市医疗保险事业中心", "371000"),
        ("烟台市牟平区医疗保障局", "370612"),  # the county within the prefecture that is named first
        ("青海省海东市平安区医疗保障局", "630203"),
        ("朝阳区医疗保障局", ""),  # Beijing has one, Changchun another
        ("医疗保障局", ""),
    ],
)
def test_region_of_a_body(name: str, code: str) -> None:
    region = VOCABULARY.region_of(name)
    assert (VOCABULARY.notation(region) if region else "") == code


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("市直统管单位离休人员医疗费", ["retiredVeteranCadres"]),
        ("离休及二乙人员医疗费（2024）", ["disabledVeteransClass2B", "retiredVeteranCadres"]),
        ("建国前参加革命工作退休老工人医疗费", ["preLiberationWorkers"]),  # not 退休人员, not 老工人 besides
        ("DRG试点工作经费", []),
    ],
)
def test_populations_by_longest_name(words: str, groups: list[str]) -> None:
    assert [concept.value.rsplit("/", 1)[1] for concept in VOCABULARY.mentions("population", words)] == groups


def test_negative_and_zero_amounts_survive() -> None:
    """Money clawed back is a real negative, and a printed zero is a figure."""
    report = small_report(Path("a.txt"))
    table = report.tables[0]
    cells = (replace(table.cells[0], value=Decimal("-86.00")), replace(table.cells[1], value=Decimal("0.00")))
    quads = report_to_quads(replace(report, tables=(replace(table, cells=cells),)), (), VOCABULARY)
    values = [quad.object.value for quad in quads if quad.predicate == MB.value and "/cell/" in quad.subject.value]
    assert sorted(values) == ["-86", "0"]

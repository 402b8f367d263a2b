"""What is written of a validation: text, JSON, CSV, Turtle and a page; exact figures, nothing that runs or breaks out."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import html5lib
import pytest
import rdflib
from faces_samples import EVERYTHING, NOTE, ODD, OTHER, REPORT, SUM, finding, operand, rule, validation
from hypothesis import given
from hypothesis import strategies as st

from mbkg.cli_output import display_width
from mbkg.errors import BadInput
from mbkg.resources import resource_path
from mbkg.validate.as_csv import COLUMNS, csv_chunks, safe
from mbkg.validate.as_html import html_chunks
from mbkg.validate.as_json import dumps, json_chunks
from mbkg.validate.as_text import WIDTH, Writer, text_lines
from mbkg.validate.as_ttl import turtle
from mbkg.validate.select import select_reports, select_rules
from mbkg.validate.values import Validation

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
MB = rdflib.Namespace("https://w3id.org/mbkg/ontology#")
hostile = st.text(st.characters(codec="utf-8"), max_size=40)


def text(made: Validation, **how: object) -> str:
    return "\n".join(text_lines(made, **how))  # type: ignore[arg-type]


def told(made: Validation) -> dict:  # type: ignore[type-arg]
    return json.loads("".join(json_chunks(made)), parse_float=Decimal)  # type: ignore[no-any-return]


def page(made: Validation) -> str:
    return "".join(html_chunks(made))


def hostile_validation(words: str) -> Validation:
    bad = operand("x", "1.00", table=words, row_label=words, column=words, printed=words, file=words)
    report = replace(REPORT, unit=words, file=words, name=words)
    made = finding("violated", message=words, cause=words, operands=(bad,), report=report)
    other = finding("not_evaluable", message=words, reason=words, operands=(bad,), report=report)
    return replace(validation(made, other, problems=(words,)), reports=(report,))


# ---- text


def test_text_tells_the_worst_first_and_ends_with_what_was_not_checked() -> None:
    lines = text(EVERYTHING).splitlines()
    heads = [line.strip() for line in lines if re.match(r"  \S", line) and "项" in line]
    assert heads[:5] == [
        "不符 2 项",
        "提醒 1 项",
        "说明 1 项",
        "尾差 1 项（在四舍五入允许的范围内）",
        "不可核对 1 项",
    ]
    assert lines[0].startswith("核对 1 份报告，用 3 条规则：11 项核对中核对了 10 项")
    end = "".join(line.strip() for line in lines[lines.index("") + 1 :][-2:])
    assert end.endswith(
        "11 项核对中核对了 10 项；1 项不可核对，因为续页缺失，分项不全（1 项）。10 个印刷数字中 1 个没有规则涉及。"
    )


def test_text_gives_place_figures_other_place_cause_and_rule() -> None:
    said = text(validation(finding("violated", cause="差一位数字")))
    assert "✗ 《支出总表》第12页第8行“210 卫生健康支出”“合计”栏" in said
    assert "合计印作63.25，各分项相加为62.24，相差1.01。" in said
    assert "对照《支出总表》第13页第8行" in said
    assert "［sum 规则sum］容差 0.015万元" in said
    assert "可能原因：差一位数字" in said


def test_figures_that_a_message_leaves_out_are_told_all_the_same() -> None:
    said = text(validation(finding("violated", message="两处不一致。")))
    assert "本处 63.25万元，对照 62.24万元，相差 1.01万元，容差 0.015万元" in said


def test_one_cause_is_told_once() -> None:
    assert text(EVERYTHING).count("差额等于“行政运行”一行") == 1
    assert "可能原因（以上 2 项）" in text(EVERYTHING)


def test_a_suspected_misreading_is_one_item_and_no_contradiction() -> None:
    """A burst is one finding; the checks behind it are counted apart from what the report itself gets wrong."""
    burst = finding("violated", severity="warning", suspect=True, message="《支出总表》12 项中 9 项不符。")
    made = validation(burst)
    made.counts[REPORT.iri]["sum"]["violated"] = 9
    said = text(made)
    assert "疑似误读 9 项" in said
    assert "《支出总表》12 项中 9 项不符。" in said
    assert "不符 9" not in said
    assert made.conforms


def test_nothing_checked_is_not_called_passed() -> None:
    made = replace(validation(holds=0), counts={REPORT.iri: {}})
    assert "没有一项核对可以进行" in text(made)
    assert "✓" not in text(made)
    assert "没有一项核对可以进行" in page(made)


@pytest.mark.parametrize("width", [40, 60, WIDTH, 160])
def test_lines_keep_to_the_width(width: int) -> None:
    assert max(display_width(line) for line in text_lines(EVERYTHING, Writer(width))) <= width


def test_colours_come_only_when_asked_for() -> None:
    assert "\x1b[" not in text(EVERYTHING)
    coloured = text(EVERYTHING, writer=Writer(100, colours=True))
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == text(EVERYTHING)


@given(hostile)
def test_no_text_moves_the_cursor(words: str) -> None:
    said = text(hostile_validation(words))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


# ---- JSON


def test_json_keeps_the_contract() -> None:
    whole = told(EVERYTHING)
    assert {"report", "unit", "year", "kind", "file"} <= set(whole["reports"][0])
    for each in whole["findings"]:
        assert {
            "rule",
            "name",
            "outcome",
            "severity",
            "report",
            "unit",
            "year",
            "message",
            "difference",
            "tolerance",
        } <= set(each)
        assert {"operands", "cause"} <= set(each)
        for printed in each["operands"]:
            assert {"value", "unit", "table", "row_code", "row_label", "column", "printed", "line", "page"} <= set(
                printed
            )
    assert whole["checks"] == {
        "total": 11, "run": 10, "holds": 5, "rounding": 1, "violated": 4, "not_evaluable": 1,
    }  # fmt: skip
    assert whole["findings"][0]["unit"] == "青河市医疗保障局"
    assert whole["findings"][0]["amount_unit"] == "万元"
    assert whole["conforms"] is False


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_json_numbers_are_the_very_decimals(value: Decimal) -> None:
    """Never 1.0100000000000002: what is written is the decimal, and reads back as it."""
    assert json.loads(dumps(value), parse_float=Decimal, parse_int=Decimal) == value


@given(hostile)
def test_json_reads_back_whatever_a_report_prints(words: str) -> None:
    assert told(hostile_validation(words))["findings"][0]["message"] == words


# ---- CSV


def test_csv_has_a_row_a_finding() -> None:
    rows = list(csv.DictReader(io.StringIO("".join(csv_chunks(EVERYTHING)))))
    assert [row["outcome"] for row in rows] == ["violated"] * 4 + ["rounding", "not_evaluable"]
    assert rows[0]["difference"] == "1.01"
    assert rows[4]["difference"] == "-0.01"
    assert rows[0]["page"] == "12"
    assert "第13页" in rows[0]["against"]
    assert set(rows[0]) == set(COLUMNS)


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("-2+3", "'-2+3"),
        ("-1,234.50", "-1,234.50"),
        ("+5%", "+5%"),
        ("\t=1", "'=1"),
        ("—", "—"),
        ("2101501", "2101501"),
    ],
)
def test_csv_never_runs_a_formula(printed: str, written: str) -> None:
    assert safe(printed) == written


@given(hostile)
def test_csv_cells_are_text_or_numbers(words: str) -> None:
    for row in csv.reader(io.StringIO("".join(csv_chunks(hostile_validation(words))))):
        assert len(row) == len(COLUMNS)
        for cell in row:
            assert not cell.startswith(("=", "+", "@", "-", "\t", "\r", "＝", "＋", "＠")) or re.fullmatch(
                r"[-+][\d.,]+%?", cell
            )


# ---- Turtle


def test_ttl_is_a_validation_report_with_violated_checks_as_results() -> None:
    graph = rdflib.Graph().parse(data=turtle(EVERYTHING), format="turtle")
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    results = set(graph.objects(report, SH.result))
    assert len(results) == 4
    for result in results:
        assert (result, rdflib.RDF.type, SH.ValidationResult) in graph
        assert graph.value(result, SH.focusNode) == rdflib.URIRef(REPORT.iri)
        assert graph.value(result, SH.sourceConstraintComponent) == SH.SPARQLConstraintComponent
        assert graph.value(result, SH.resultPath) is None
        assert str(graph.value(result, SH.resultMessage)).startswith("《支出总表》")
    assert {graph.value(r, SH.resultSeverity) for r in results} == {SH.Violation, SH.Warning, SH.Info}
    assert {graph.value(r, SH.sourceShape) for r in results} == {rdflib.URIRef(r.shape) for r in (SUM, ODD, NOTE)}
    others = set(graph.subjects(rdflib.RDF.type, MB.Finding)) - results
    assert sorted(str(graph.value(node, MB.outcome)) for node in others) == ["not_evaluable", "rounding"]
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)


def test_ttl_conforms_without_results() -> None:
    graph = rdflib.Graph().parse(data=turtle(validation(finding("rounding"))), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [rdflib.Literal(True)]
    assert not list(graph.objects(None, SH.result))


def test_ttl_is_what_pyshacl_itself_would_accept() -> None:
    """What the W3C asks of reports: one sh:conforms, results with their three necessary properties."""
    import pyshacl

    promise = rdflib.Graph().parse(
        data="""
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <urn:x:> .
        :Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
          sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ,
                      [ sh:path sh:result ; sh:class sh:ValidationResult ; sh:nodeKind sh:BlankNodeOrIRI ] .
        :Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
          sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
                      [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
                      [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
                      [ sh:path sh:value ; sh:maxCount 1 ] , [ sh:path sh:sourceShape ; sh:maxCount 1 ] .
        """,
        format="turtle",
    )
    graph = rdflib.Graph().parse(data=turtle(EVERYTHING), format="turtle")
    assert pyshacl.validate(graph, shacl_graph=promise)[0]


@given(hostile)
def test_ttl_reads_back_whatever_a_report_prints(words: str) -> None:
    graph = rdflib.Graph().parse(data=turtle(hostile_validation(words)), format="turtle")
    if words:
        assert words in {str(message) for message in graph.objects(None, SH.resultMessage)}


# ---- the page


def test_the_page_is_valid_html_that_needs_nothing_else() -> None:
    whole = page(EVERYTHING)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(whole)
    assert tree.get("lang") == "zh-CN"
    assert not {element.tag for element in tree.iter()} & {"script", "link", "img", "iframe", "object", "form", "base"}
    assert not re.search(r"https?://|url\(|@import|\son\w+=", whole)


def test_the_page_has_headings_in_order_and_tables_with_heads() -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(EVERYTHING))
    levels = [int(e.tag[1]) for e in tree.iter() if isinstance(e.tag, str) and re.fullmatch("h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    for table in tree.iter("table"):
        assert table.find("caption") is not None
        heads = table.findall("thead/tr/th")
        assert all(head.get("scope") == "col" and "".join(head.itertext()) for head in heads)
        for row in table.findall("tbody/tr"):
            assert row[0].get("scope") == "row"
            assert len(row) == len(heads)
    identifiers = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(identifiers) == len(set(identifiers))


def test_the_page_tells_what_the_text_tells() -> None:
    shown = "".join(html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(EVERYTHING)).itertext())
    for words in (
        "63.25万元",
        "62.24万元",
        "1.01万元",
        "0.015万元",
        "差额等于“行政运行”一行",
        "续页缺失，分项不全",
        "第13页第8行",
        "sum 所问。",
    ):
        assert words in shown
    assert "11 项核对中核对了 10 项；1 项不可核对，因为续页缺失，分项不全（1 项）。" in shown


def test_the_page_counts_alike_everywhere() -> None:
    """The line of the report, the sum over rule families and the listed findings agree."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(EVERYTHING))
    first, families = list(tree.iter("table"))[:2]
    counts = ["".join(cell.itertext()) for cell in first.findall("tbody/tr/td")]
    assert counts == ["5", "1", "2", "1", "1", "0", "1", "1 / 10"]
    assert ["".join(cell.itertext()) for cell in families.findall("tfoot/tr/td")] == counts[:-1]


@given(hostile)
def test_nothing_that_a_report_prints_breaks_out_of_the_page(words: str) -> None:
    """Whatever the words, the page has the elements and attributes it has for plain ones."""
    plain, bad = (
        [
            (element.tag, sorted(element.attrib))
            for element in html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(made)).iter()
        ]
        for made in (hostile_validation("甲"), hostile_validation(f"甲{words}"))
    )
    assert plain == bad


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "</style><b>", "&lt;", "{{body}}", "]]>"]
)
def test_the_usual_attacks_are_shown_as_printed(words: str) -> None:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page(hostile_validation(words)))
    assert words in "".join(tree.itertext())
    assert not list(tree.iter("script"))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_colour_of_the_page_can_be_read() -> None:
    """WCAG AA: text stands out from its paper by 4.5 to 1, by day, by night and in print."""
    style = resource_path("ontology", "validating", "page.css").read_text(encoding="utf-8")
    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(schemes) == 3
    for colours in schemes:
        pairs = [
            (ink, paper)
            for ink in ("ink", "soft", "bad", "odd", "good")
            for paper in ("paper", "bad-paper", "odd-paper")
        ]
        for ink, paper in [*pairs, ("ink", "head")]:
            light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, paper)


# ---- all of them


@pytest.mark.parametrize(
    "write",
    [
        text,
        page,
        lambda made: "".join(json_chunks(made)),
        lambda made: "".join(csv_chunks(made)),
        lambda made: turtle(made).decode(),
    ],
    ids=["text", "html", "json", "csv", "ttl"],
)
def test_the_same_validation_gives_the_same_bytes(write) -> None:  # type: ignore[no-untyped-def]
    assert write(EVERYTHING) == write(EVERYTHING)


# ---- choosing


def test_rules_are_chosen_by_id_pattern_family_and_severity() -> None:
    rules = (rule("sum-a"), rule("sum-b"), rule("same", "表间一致", "warning"))
    assert [r.id for r in select_rules(rules, ["sum-*"])] == ["sum-a", "sum-b"]
    assert [r.id for r in select_rules(rules, ["表间一致", "sum-a"])] == ["sum-a", "same"]
    assert [r.id for r in select_rules(rules, (), "violation")] == ["sum-a", "sum-b"]
    with pytest.raises(BadInput, match="是否指 sum-b、sum-a"):
        select_rules(rules, ["sum-bb"])
    with pytest.raises(BadInput, match="--severity"):
        select_rules(rules, ["same"], "violation")


def test_reports_are_chosen_by_name_unit_and_year() -> None:
    reports = (REPORT, OTHER)
    assert select_reports(reports, ["2024"]) == (OTHER,)
    assert select_reports(reports, ["2024年"]) == (OTHER,)
    assert select_reports(reports, ["青河 2025"]) == (REPORT,)
    assert select_reports(reports, ["qinghe-2024-budget", "青河 2025"]) == reports
    assert select_reports(reports, ["青河"]) == reports
    with pytest.raises(BadInput, match="--report 青河 2023：没有这份报告。有：qinghe-2025-budget"):
        select_reports(reports, ["青河 2023"])

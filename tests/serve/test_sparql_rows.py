"""Rows cut at the limit: whichever terms they hold and however the engine's bytes arrive, what is left is the beginning of the result."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from mbkg.graph.store import OxigraphStore
from mbkg.serve.jobs import Graph
from mbkg.serve.jobs.cutting import Enough, Sink, TooLarge
from mbkg.serve.jobs.sparql import NotAcceptable, evaluate

FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
XSD = "http://www.w3.org/2001/XMLSchema#"
# What parts rows in one format or another, and what could be taken for it, beside any letters there are.
TRICKY = [
    "},{",
    '"},{"',
    "\n",
    "\r\n",
    '"',
    '""',
    "\\",
    '\\"',
    "<result>",
    "</result>",
    "]}",
    ",",
    "\t",
    "\x00",
    "\x1f",
    "医疗保障",
    "𠮷",
]
TEXTS = st.lists(st.one_of(st.sampled_from(TRICKY), st.text(max_size=3)), max_size=5).map("".join)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["zh", "zh-hans", "en-gb"])),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(name)),
        st.one_of(TEXTS, st.sampled_from(["1", "-0.50", "1e3", "true"])),
        st.sampled_from(
            [XSD + "integer", XSD + "decimal", XSD + "double", XSD + "boolean", "http://例子.中国/类型#甲"]
        ),
    ),
)
TERMS = st.one_of(
    st.none(),
    LITERALS,
    st.sampled_from(
        [NamedNode("http://e/a"), NamedNode("http://例子.中国/资金#2024"), NamedNode("http://e/%E5%8C%BB")]
    ),
    st.sampled_from([BlankNode("b0"), BlankNode("x1")]),
)
ROWS = st.lists(st.lists(TERMS, min_size=2, max_size=2), max_size=8)


def term_json(term: object) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, Literal)
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def solutions(rows: list[list[object]], names: tuple[str, ...] = ("甲", "b")) -> QuerySolutions:
    """Rows as the engine hands them out."""
    bindings = [
        {name: term_json(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    document = {"head": {"vars": list(names)}, "results": {"bindings": bindings}}
    result = parse_query_results(json.dumps(document), QueryResultsFormat.JSON)
    assert isinstance(result, QuerySolutions)
    return result


class Crumbs:
    """Hands bytes on in pieces of a few."""

    def __init__(self, sink: Sink, size: int) -> None:
        self.sink, self.size = sink, size

    def write(self, chunk: bytes) -> int:
        for start in range(0, len(chunk), self.size):
            self.sink.write(chunk[start : start + self.size])
        return len(chunk)

    def flush(self) -> None:
        self.sink.flush()


def written(
    rows: list[list[object]], name: str, limit: int, piece: int, most_bytes: int = 1 << 20
) -> tuple[bytes, str]:
    sink = Sink(name, limit, most_bytes)
    with contextlib.suppress(Enough):
        solutions(rows).serialize(Crumbs(sink, piece), FORMATS[name])  # type: ignore[arg-type]
    return sink.document("说明", "http://e/#truncated"), sink.cut


def read(data: bytes, name: str) -> list[list[object]]:
    result = parse_query_results(data, FORMATS[name])
    assert isinstance(result, QuerySolutions)
    return [list(row) for row in result]


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
@given(rows=ROWS, limit=st.integers(1, 9), piece=st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_a_cut_result_is_the_beginning_of_it(name: str, rows: list[list[object]], limit: int, piece: int) -> None:
    """What is read back from a document is the rows up to the limit, term for term."""
    if name == "xml" and re.search(
        "[\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]", "".join(getattr(t, "value", "") for r in rows for t in r)
    ):
        return  # not sayable in XML: see below
    data, cut = written(rows, name, limit, piece)
    assert read(data, name) == rows[:limit]
    assert cut == ("rows" if len(rows) > limit else "")


@given(rows=ROWS, limit=st.integers(1, 9), piece=st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_a_cut_csv_is_the_beginning_of_it(rows: list[list[object]], limit: int, piece: int) -> None:
    """Line ends inside quotes are no ends of rows."""
    whole, _ = written(rows, "csv", 100, 1000)
    data, cut = written(rows, "csv", limit, piece)
    assert whole.startswith(data)
    assert cut == ("rows" if len(rows) > limit else "")
    lines = list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    assert len(lines) == 1 + min(limit, len(rows))


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("most_bytes", [400, 1000])
def test_a_document_too_large_is_cut_after_a_row(name: str, most_bytes: int) -> None:
    rows: list[list[object]] = [[Literal(f"第{number}行 }},{{ \n"), None] for number in range(100)]
    data, cut = written(rows, name, 1000, 7, most_bytes)
    assert cut == "bytes"
    assert len(data) < most_bytes + 300
    if name != "csv":
        found = read(data, name)
        assert 0 < len(found) < 100
        assert found == rows[: len(found)]


def test_one_row_larger_than_a_document_is_no_result() -> None:
    with pytest.raises(TooLarge):
        written([[Literal("长" * 500), None]] * 3, "json", 10, 64, 1000)


def ask(query: str, limit: int = 1000, **formats: str | None) -> tuple[dict[str, object], bytes]:
    wanted = {"rows": "json", "boolean": "json", "graph": "turtle", **formats}
    graph = Graph(OxigraphStore(Store()), "内存", "1")
    return evaluate(graph, query, "http://e/sparql", wanted, limit, sealed=True)


def test_a_cut_result_says_so_inside() -> None:
    values = "VALUES ?n { 1 2 3 4 5 }"
    head, data = ask(f"SELECT ?n {{ {values} }}", 3)
    told = json.loads(data)
    assert (head["cut"], len(told["results"]["bindings"])) == ("rows", 3)
    assert told["head"]["truncated"] == {"limit": 3, "by": "rows", "message": "结果超过 3 条的上限，这里只有前 3 条"}
    assert told["head"]["link"] == ["http://e/sparql#truncated"]
    assert "<!-- 结果超过 3 条的上限" in ask(f"SELECT ?n {{ {values} }}", 3, rows="xml")[1].decode()
    for name, start in {"turtle": "# 结果超过 3 条", "ntriples": "# 结果超过 3 条"}.items():
        head, data = ask(f"CONSTRUCT {{ <s> <p> ?n }} {{ {values} }}", 3, graph=name)
        assert head["cut"] == "rows"
        assert data.decode().startswith(start)
    assert "<!-- 结果超过 3 条" in ask(f"CONSTRUCT {{ <s> <p> ?n }} {{ {values} }}", 3, graph="rdfxml")[1].decode()
    assert ask(f"SELECT ?n {{ {values} }}", 5)[0]["cut"] == ""


def test_xml_keeps_carriage_returns_and_refuses_what_it_cannot_say() -> None:
    """Any XML reader turns a bare carriage return into a line feed, and stops at a control character."""
    data = ask(r'SELECT ("甲\r\n乙" AS ?a) {}', rows="xml")[1]
    assert b"&#13;\n" in data
    for query in (r'SELECT ("a\u0001" AS ?a) {}', r'SELECT ("\uFFFE" AS ?a) {}'):
        with pytest.raises(NotAcceptable, match="XML"):
            ask(query, rows="xml")
        assert ask(query)[0]["cut"] == ""
    with pytest.raises(NotAcceptable, match="谓词"):
        ask("CONSTRUCT { <s> <http://e/1/> 1 } {}", graph="rdfxml")

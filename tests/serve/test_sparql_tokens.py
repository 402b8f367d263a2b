"""What a query says about itself, told from what it only mentions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from mbkg.graph.querywords import facts_of, tokens
from mbkg.graph.store import OxigraphStore
from mbkg.serve.jobs import Graph
from mbkg.serve.jobs.sparql import Forbidden, evaluate

CALLS = [
    "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }",
    "SELECT*{service<http://e/>{?s ?p ?o}}",
    "SELECT * { SERVICE SILENT ?where { } }",
    "SELECT * { SERVICESILENT<http://e/>{} }",
    "PREFIX ex: <http://e/> SELECT * { SERVICEex:a { } }",
    "PREFIX : <http://e/> SELECT * { SERVICE:a { } }",
    "PREFIX : <http://e/> PREFIX service: <http://f/> SELECT * { service:a { } }",
    "SELECT * { ?s ?p 'a' SERVICE#注释\n<http://e/> {} }",
    'SELECT * { ?s ?p """a " b""" . SERVICE <http://e/> {} }',
    "SELECT * { ?s ?p 'it\\'s' . SERVICE <http://e/> {} }",
    "SELECT * { FILTER(?a<?b) SERVICE <http://e/> {} FILTER(?c>?d) }",
    "SELECT * { ?s ?p true.SERVICE <http://e/> {} }",
    r"SELECT * { S\u0045RVICE <http://e/> {} }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <http://e/> {} } } } }",
]
MENTIONS = [
    "SELECT * { ?s ?p 'SERVICE <http://e/> {}' }",
    'SELECT * { ?s ?p """ SERVICE " <http://e/> {} """ }',
    "SELECT * { ?SERVICE ?service $Service }",
    "SELECT * { <http://e/SERVICE> ?p <SERVICE> }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://e/> {}",
    "PREFIX service: <http://e/> SELECT * { ?s service:name service:SERVICE ; ex:SERVICE 1 }",
    "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x'@service ; ?q _:SERVICE }",
    "SELECT * { ?s <http://e/#SERVICE> 'it\\'s SERVICE' }",
]


@pytest.mark.parametrize("query", CALLS)
def test_a_call_of_another_service_is_seen(query: str) -> None:
    assert facts_of(query).service


@pytest.mark.parametrize("query", MENTIONS)
def test_a_mention_is_no_call(query: str) -> None:
    assert not facts_of(query).service


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("PREFIX select: <http://e/> # SELECT\nASK { ?s ?p 'CONSTRUCT' }", "boolean"),
        ("base <http://e/> construct where { ?s ?p ?o }", "graph"),
        ("DESCRIBE <http://e/SELECT>", "graph"),
        ("select ?ask { ?ask ?p ?o }", "rows"),
        ("SELECT * { FILTER EXISTS { ?s ?p ?o } }", "rows"),
        ("INSERT DATA { <a:a> <a:b> 1 }", None),
        ("医疗", None),
    ],
)
def test_the_kind_of_a_query(query: str, kind: str | None) -> None:
    assert facts_of(f"{query} # SERVICE").kind == kind


@pytest.mark.parametrize(
    ("query", "own"),
    [
        ("SELECT * FROM <http://e/g> { ?s ?p ?o }", True),
        ("SELECT * FROM NAMED <http://e/g> { ?s ?p ?o }", True),
        ("PREFIX ex: <http://e/> SELECT * FROMex:g { ?s ?p ?o }", True),
        ("SELECT ?from { ?from ?p 'FROM' . ?s <http://e/FROM> ex:FROM } # FROM", False),
        ("PREFIX from: <http://e/> SELECT * { ?s from:a ?o }", False),
    ],
)
def test_a_dataset_of_its_own(query: str, own: bool) -> None:
    assert facts_of(query).own_dataset == own


@pytest.mark.parametrize(
    ("query", "repeatable"),
    [
        ("SELECT (RAND() AS ?x) {}", False),
        ("SELECT (now() AS ?x) {}", False),
        ("SELECT (STRUUID() AS ?x) {}", False),
        ("SELECT (bnode() AS ?x) {}", False),
        ("SELECT ?rand { ?rand ?now 'UUID()' }", True),
    ],
)
def test_what_another_answer_each_time_means(query: str, repeatable: bool) -> None:
    assert facts_of(query).repeatable == repeatable


def test_tokens_lose_nothing_but_space_and_comments() -> None:
    query = "PREFIX mb: <http://e/#> # 前缀\nSELECT ?名称 { ?名称 mb:资金.x 'a\\'b'@zh ; <http://例子/甲> -1.5e3 . }"
    assert [text for _, text in tokens(query)] == [
        *("PREFIX", "mb:", "<http://e/#>", "SELECT", "?名称", "{", "?名称", "mb:资金.x", "'a\\'b'", "@zh", ";"),
        *("<http://例子/甲>", "-", "1.5e3", ".", "}"),
    ]


# Pieces of queries that put SERVICE where it is a keyword, or look like it, in every company.
PIECES = st.sampled_from(
    [
        *(
            "SERVICE",
            "service",
            "SERVICESILENT",
            " SILENT ",
            "SERVICEex:a",
            "SERVICE:a",
            "<http://127.0.0.1:5999/>",
            "ex:a",
            "?v",
        ),
        *(
            "{",
            "}",
            "{}",
            "{",
            "}",
            " ",
            "\n",
            "'",
            '"',
            '"""',
            "'''",
            "\\",
            "<",
            ">",
            "#",
            "# \n",
            ".",
            ";",
            ",",
            "(",
            ")",
        ),
        *(
            "?s ?p ?o",
            "FILTER(?s<?o)",
            "OPTIONAL{",
            "a",
            "true",
            "1",
            "'x'",
            '"x"@en',
            "ex:SERVICE",
            "_:b",
            "<http://e/#>",
            "\\u0041",
        ),
    ]
)
CONNECTED = "PREFIX ex: <http://127.0.0.1:5999/> PREFIX : <http://127.0.0.1:5999/> SELECT * { "


def engine_calls_out(query: str) -> bool:
    """Whether the engine, left alone, tries to reach another service."""
    try:
        result = Store().query(query)
        if isinstance(result, QuerySolutions):
            list(result)
    except OSError:
        return True
    except (SyntaxError, ValueError, RuntimeError):
        pass
    return False


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=1500, deadline=None)
def test_nothing_the_engine_would_call_goes_unseen(pieces: str) -> None:
    """However the words are glued together: if the engine takes them for a call, so do we."""
    for query in (CONNECTED + pieces + " }", CONNECTED + pieces + "<http://127.0.0.1:5999/>{} }"):
        if not facts_of(query).service:
            assert not engine_calls_out(query)


def graph_of_one() -> Graph:
    store = Store()
    store.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), NamedNode("http://e/o"), NamedNode("http://e/g")))
    return Graph(OxigraphStore(store), "内存", "1")


FORMATS: dict[str, str | None] = {"rows": "json", "boolean": "json", "graph": "turtle"}


@pytest.mark.parametrize("query", CALLS[:5])
def test_a_call_is_refused_before_it_is_made(query: str) -> None:
    with pytest.raises(Forbidden, match="SERVICE"):
        evaluate(graph_of_one(), query, "http://e/sparql", FORMATS, 10)


def test_a_sealed_evaluator_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a call that went unseen would find no connection to be had; afterwards files open as before."""
    monkeypatch.setattr("mbkg.serve.jobs.sparql._allow", lambda facts, service: None)
    query = "SELECT * { SERVICE <http://127.0.0.1:5999/> { ?s ?p ?o } }"
    with pytest.raises(Forbidden, match="Too many open files"):
        evaluate(graph_of_one(), query, "http://e/sparql", FORMATS, 10, sealed=True)
    with open(__file__, encoding="utf-8") as stream:
        assert stream.read(3) == '"""'


@pytest.mark.parametrize("update", ["LOAD <file:///etc/passwd>", "INSERT DATA { <a:a> <a:b> 1 }", "# x\nCLEAR ALL"])
def test_an_update_is_no_query(update: str) -> None:
    with pytest.raises(Forbidden, match="更新"):
        evaluate(graph_of_one(), update, "http://e/sparql", FORMATS, 10)


def test_the_dataset() -> None:
    """All graphs without a word; those of FROM; those of the request in place of both."""

    def holds(query: str, **dataset: list[str]) -> bool:
        data = evaluate(graph_of_one(), query, "http://e/sparql", FORMATS, 10, **dataset)[1]  # type: ignore[arg-type]
        return b"true" in data

    assert holds("ASK { ?s ?p ?o }")
    assert holds("ASK FROM <http://e/g> { ?s ?p ?o }")
    assert not holds("ASK FROM <http://e/other> { ?s ?p ?o }")
    assert not holds("ASK FROM NAMED <http://e/g> { ?s ?p ?o }")  # the default graph is then empty
    assert holds("ASK FROM <http://e/other> { ?s ?p ?o }", default=["http://e/g"], named=[])
    assert not holds("ASK FROM <http://e/g> { ?s ?p ?o }", default=["http://e/other"], named=[])
    assert not holds("ASK { GRAPH ?g { ?s ?p ?o } }", default=["http://e/g"], named=[])
    assert holds("ASK { GRAPH ?g { ?s ?p ?o } }", default=[], named=["http://e/g"])
    assert not holds("ASK { ?s ?p ?o }", default=[], named=["http://e/g"])

"""`/sparql` over HTTP: what is sent arrives as it was meant, what comes back says what it is, and what is refused says why."""

from __future__ import annotations

import gzip
import json
import time
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from conftest import Running, Start
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

TOTAL = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
NAMED = 'SELECT ?name WHERE { ?s skos:prefLabel ?name FILTER(CONTAINS(STR(?name), "医疗保障")) } ORDER BY ?name LIMIT 3'
ECHO = 'SELECT ("医保“基金”+100%&=?#\\n𠮷" AS ?值) (<http://例子.test/资金%E5%8C%BB+%2B?年=2024#甲> AS ?iri) {}'
VALUE, IRI = "医保“基金”+100%&=?#\n𠮷", "http://例子.test/资金%E5%8C%BB+%2B?年=2024#甲"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(STR(?a) < STR(?c) && STR(?c) < STR(?e)) }"
CONSTRUCT = 'CONSTRUCT { <http://例子.test/甲> rdfs:label "医保"@zh, "a\\r\\nb", 1.50 } {}'
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def get(server: Running, query: str | None, accept: str = "", **parameters: str) -> httpx.Response:
    given = {"query": query, **parameters} if query is not None else parameters
    headers = {"Accept": accept} if accept else {}
    return httpx.get(f"{server.url}/sparql", params=given, headers=headers, timeout=60)


def bindings(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text[:500]
    found: list[dict[str, Any]] = answer.json()["results"]["bindings"]
    return found


@pytest.mark.parametrize("transport", ["get", "get with %20", "form", "direct", "direct with charset"])
def test_chinese_arrives_over_every_transport(server: Running, transport: str) -> None:
    """Every parameter is decoded once: an escape inside an IRI stays an escape, a plus in a string a plus."""
    url = f"{server.url}/sparql"
    match transport:
        case "get":
            answer = httpx.get(f"{url}?{urlencode({'query': ECHO})}")
        case "get with %20":
            answer = httpx.get(f"{url}?query={quote(ECHO, safe='')}")
        case "form":
            answer = httpx.post(url, data={"query": ECHO})
        case "direct":
            answer = httpx.post(url, content=ECHO.encode(), headers={"Content-Type": "application/sparql-query"})
        case _:
            kind = {"Content-Type": 'application/sparql-query; charset="UTF-8"'}
            answer = httpx.post(url, content=ECHO.encode(), headers=kind)
    (row,) = bindings(answer)
    assert row["值"]["value"] == VALUE
    assert row["iri"]["value"] == IRI


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/*;q=0.5, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.9, */*;q=0.1", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        (BROWSER, "application/xml"),
        ("TEXT/CSV ; Q=0.9", "text/csv; charset=utf-8"),
        ("text/turtle", None),
        ("image/png, text/html", None),
        ("*/*;q=0", None),
    ],
)
def test_a_table_in_the_format_asked_for(server: Running, accept: str, kind: str | None) -> None:
    answer = httpx.get(f"{server.url}/sparql", params={"query": NAMED}, headers={"Accept": accept})
    if kind is None:
        assert answer.status_code == 406
        assert "SELECT" in answer.text
    else:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("name", "form"),
    [("json", QueryResultsFormat.JSON), ("xml", QueryResultsFormat.XML), ("tsv", QueryResultsFormat.TSV)],
)
def test_every_table_reads_back_the_same(server: Running, name: str, form: QueryResultsFormat) -> None:
    rows = list(parse_query_results(get(server, ECHO, format=name).content, form))
    assert [[term.value for term in row] for row in rows] == [[VALUE, IRI]]


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE mb:BudgetFact"])
def test_every_graph_reads_back_the_same(server: Running, accept: str, form: RdfFormat, query: str) -> None:
    expected = {quad.triple for quad in parse(get(server, query).content, RdfFormat.TURTLE)}
    answer = get(server, query, accept)
    assert answer.headers["content-type"].split(";")[0] == accept
    assert {quad.triple for quad in parse(answer.content, form)} == expected


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("application/sparql-results+json", None),
        ("text/plain", b"true"),
        ("text/csv", b"true"),
        ("text/boolean", b"true"),
    ],
)
def test_a_boolean(server: Running, accept: str, body: bytes | None) -> None:
    answer = get(server, "ASK { ?s ?p ?o }", accept)
    assert answer.json()["boolean"] is True if body is None else answer.content == body
    xml = ET.fromstring(get(server, "ASK {}", "application/sparql-results+xml").content)
    assert xml.findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "true"


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        (NAMED, "csv", "text/csv"),
        (NAMED, "xml", "application/sparql-results+xml"),
        (NAMED, "application/sparql-results+json", "application/sparql-results+json"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "json", "application/ld+json"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "ttl", "text/turtle"),
    ],
)
def test_a_link_names_its_format(server: Running, query: str, name: str, kind: str) -> None:
    answer = get(server, query, "text/html", format=name)
    assert answer.headers["content-type"].split(";")[0] == kind


@pytest.mark.parametrize(
    ("status", "words", "request_"),
    [
        (400, "query 是空的", {"params": {"query": "  "}}),
        (400, "缺少 query", {"params": {"default-graph-uri": "http://e/"}}),
        (400, "缺少 query", {"method": "POST", "data": {"format": "json"}}),
        (400, "缺少 query", {"headers": {"Accept": "application/sparql-results+json"}}),
        (400, "一次请求只能有一个", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}),
        (400, "一次请求只能有一个", {"method": "POST", "params": {"query": "ASK {}"}, "data": {"query": "ASK {}"}}),
        (400, "第 2 行第 10 列", {"params": {"query": "ASK {\n  ?s ?p }"}}),
        (400, "expected", {"params": {"query": "SELECT ?名 WHERE { ?名 没有:前缀 ?x }"}}),
        (400, "不是完整的 IRI", {"params": {"query": "ASK {}", "default-graph-uri": "不是 IRI"}}),
        (400, "不是完整的 IRI", {"params": {"query": "ASK {}", "named-graph-uri": "http://e/<>"}}),
        (400, "timeout", {"params": {"query": "ASK {}", "timeout": "-1"}}),
        (400, "timeout", {"params": {"query": "ASK {}", "timeout": "nan"}}),
        (400, "没有名为 excel 的格式", {"params": {"query": "ASK {}", "format": "excel"}}),
        (400, "%", {"url": "/sparql?query=ASK%20%7B%7D%20%23100%"}),
        (400, "UTF-8", {"url": "/sparql?query=ASK%20%7B%7D%20%23%E5%8C"}),
        (
            400,
            "UTF-8",
            {"method": "POST", "content": b"ASK {} # \xff", "headers": {"Content-Type": "application/sparql-query"}},
        ),
        (400, "custom function", {"params": {"query": "SELECT (<http://e/f>(1) AS ?x) {}"}}),
        (400, "嵌套", {"method": "POST", "data": {"query": "ASK " + "{" * 5000 + "}" * 5000}}),
        (403, "只读", {"method": "POST", "data": {"update": "CLEAR ALL"}}),
        (
            403,
            "只读",
            {"method": "POST", "content": b"CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}},
        ),
        (403, "是 SPARQL 更新", {"params": {"query": "DROP ALL"}}),
        (403, "SERVICE", {"params": {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}),
        (405, "GET 和 POST", {"method": "PUT", "params": {"query": "ASK {}"}}),
        (405, "GET 和 POST", {"method": "DELETE"}),
        (406, "没有所要的格式", {"params": {"query": "ASK {}", "format": "turtle"}}),
        (
            413,
            "上限",
            {"method": "POST", "content": b"#" * 2_000_000, "headers": {"Content-Type": "application/sparql-query"}},
        ),
        (415, "text/plain", {"method": "POST", "content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}),
        (415, "没有", {"method": "POST", "content": b"ASK {}"}),
        (
            415,
            "utf-16",
            {"method": "POST", "content": b"", "headers": {"Content-Type": "application/sparql-query; charset=UTF-16"}},
        ),
    ],
)
def test_a_refusal_is_a_sentence(server: Running, status: int, words: str, request_: dict[str, Any]) -> None:
    """As text by default, as JSON for who asks for it; 405 names what may be done."""
    given = {"method": "GET", "timeout": 30, **request_}
    url = server.url + given.pop("url", "/sparql")
    answer = httpx.request(url=url, **given)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert status != 405 or answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    if status not in (413,):
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        given["headers"] = {"Accept": "application/json", **given.get("headers", {})}
        if given["headers"]["Accept"] == "application/json":
            again = httpx.request(url=url, **given)
            assert words in again.json()["message"]


def test_head_is_get_without_the_body(server: Running) -> None:
    whole = get(server, NAMED)
    head = httpx.head(f"{server.url}/sparql", params={"query": NAMED})
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == whole.headers[name]


def test_an_answer_known_to_the_client_is_not_sent_again(server: Running) -> None:
    tag = get(server, NAMED).headers["etag"]
    for told in (tag, f'"x", W/{tag}', "*"):
        again = httpx.get(f"{server.url}/sparql", params={"query": NAMED}, headers={"If-None-Match": told})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert get(server, NAMED, "text/csv").headers["etag"] != tag
    other = httpx.get(f"{server.url}/sparql", params={"query": NAMED}, headers={"If-None-Match": '"x"'})
    assert other.status_code == 200


@pytest.mark.parametrize("function", ["RAND()", "STRUUID()", "STR(UUID())", "STR(NOW())"])
def test_what_differs_each_time_is_evaluated_each_time(server: Running, function: str) -> None:
    found = set()
    for _ in range(3):
        answer = get(server, f"SELECT ({function} AS ?x) {{}}")
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        found.add(bindings(answer)[0]["x"]["value"])
    assert len(found) == 3


def test_large_answers_are_packed_for_who_can_unpack_them(server: Running) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 2000"
    plain = httpx.get(f"{server.url}/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
    with httpx.stream(
        "GET", f"{server.url}/sparql", params={"query": query}, headers={"Accept-Encoding": "br, gzip;q=0.8"}
    ) as answer:
        packed = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content
    assert len(packed) < len(plain.content) / 5
    refused = httpx.get(f"{server.url}/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_the_union_of_all_graphs_unless_some_are_named(server: Running) -> None:
    def count(query: str, **parameters: str) -> int:
        return int(bindings(get(server, query, **parameters))[0]["n"]["value"])

    graphs = [row["g"]["value"] for row in bindings(get(server, "SELECT DISTINCT ?g { GRAPH ?g {} }"))]
    each = {graph: count(f"SELECT (COUNT(*) AS ?n) FROM <{graph}> {{ ?s ?p ?o }}") for graph in graphs}
    assert count(TOTAL) == sum(each.values())
    some = graphs[0]
    assert count(TOTAL, **{"default-graph-uri": some}) == each[some]
    other = graphs[1]
    assert count(f"SELECT (COUNT(*) AS ?n) FROM <{other}> {{ ?s ?p ?o }}", **{"default-graph-uri": some}) == each[some]
    assert count(TOTAL, **{"named-graph-uri": some}) == 0
    within = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(within, **{"named-graph-uri": some}) == each[some]
    assert count(within, **{"default-graph-uri": some}) == 0
    assert count(TOTAL, **{"default-graph-uri": "http://例子.test/没有"}) == 0


def test_the_service_describes_itself(server: Running) -> None:
    for accept, form in (
        ("text/turtle", RdfFormat.TURTLE),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("", RdfFormat.TURTLE),
    ):
        answer = get(server, None, accept)
        triples = {(str(quad.predicate.value), quad.object) for quad in parse(answer.content, form)}
        ends = {name.rsplit("#", 1)[-1] for name, _ in triples}
        assert {"endpoint", "supportedLanguage", "resultFormat", "feature", "defaultDataset", "namedGraph"} <= ends
        assert any(getattr(value, "value", "") == f"{server.url}/sparql" for _, value in triples)
    assert get(server, None, "application/ld+json").headers["content-type"] == "application/ld+json"
    assert get(server, None, format="nt").headers["content-type"] == "application/n-triples"


def test_a_person_is_sent_to_the_editor(server: Running) -> None:
    answer = httpx.get(f"{server.url}/sparql", headers={"Accept": BROWSER}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/editor")
    assert httpx.post(f"{server.url}/sparql", headers={"Accept": BROWSER}).status_code == 415


def test_other_sites_may_read_answers(server: Running) -> None:
    asking = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST"}
    before = httpx.options(f"{server.url}/sparql", headers={**asking, "Access-Control-Request-Headers": "content-type"})
    assert before.status_code in (200, 204)
    assert before.headers["access-control-allow-origin"] in ("*", asking["Origin"])
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "content-type" in before.headers["access-control-allow-headers"].lower()
    for answer in (get(server, NAMED), get(server, "ASK {")):
        assert answer.headers["access-control-allow-origin"] == "*"
    assert httpx.options(f"{server.url}/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_openapi_has_the_endpoint(server: Running) -> None:
    path = httpx.get(f"{server.url}/openapi.json").json()["paths"]["/sparql"]
    assert set(path) == {"get", "post"}
    assert {"application/x-www-form-urlencoded", "application/sparql-query"} <= set(
        path["post"]["requestBody"]["content"]
    )
    assert {"200", "400", "403", "406", "503"} <= set(path["get"]["responses"])


def test_limits_of_time_and_rows(start_server: Start) -> None:
    """A query over its time is stopped while others are served; one with too many rows is cut and says so."""
    with start_server("--timeout", "2", "--rows", "5") as running:
        begun = time.monotonic()
        slow = get(running, SLOW)
        assert 1.5 < time.monotonic() - begun < 8
        assert slow.status_code == 503
        assert "2 秒的时限" in slow.text
        begun = time.monotonic()
        assert "0.5 秒" in get(running, SLOW, timeout="0.5").text
        assert time.monotonic() - begun < 4
        assert "2 秒" in get(running, SLOW, timeout="1000").text  # the server's own limit stands
        for name, form in (
            ("json", QueryResultsFormat.JSON),
            ("xml", QueryResultsFormat.XML),
            ("tsv", QueryResultsFormat.TSV),
        ):
            answer = get(running, "SELECT * { ?s ?p ?o }", format=name)
            assert answer.headers["x-truncated"] == "rows; limit=5"
            assert len(list(parse_query_results(answer.content, form))) == 5
            assert name == "tsv" or "上限" in answer.text
        exact = get(running, "SELECT * { ?s ?p ?o } LIMIT 5")
        assert "x-truncated" not in exact.headers
        assert "truncated" not in json.loads(exact.content)["head"]
        cut = get(running, "CONSTRUCT WHERE { ?s ?p ?o }")
        assert cut.headers["x-truncated"] == "rows; limit=5"
        assert cut.text.startswith("# 结果超过 5 条的上限")
        assert len(list(parse(cut.content, RdfFormat.TURTLE))) == 5

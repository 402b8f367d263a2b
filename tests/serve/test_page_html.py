"""The pages as HTML, without a browser: what they say, that they hold nothing inline, and how they fail."""

from __future__ import annotations

import doctest
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from conftest import Running

from mbkg.serve.web import figures, marking, prefixes, reading, rendering
from mbkg.serve.web.views.codes import _depth
from mbkg.serve.web.views.grid import grid_of

PAGES = [
    "/",
    "/ask",
    "/ask?q=哪个单位离休人员人均费用最高",
    "/ask?q=荣成2026年支出",
    "/units",
    "/compare",
    "/compare?report=weihai-2024-budget&report=zhaoyuan-2024-budget",
    "/findings",
    "/findings?report=haidong-2025-budget&severity=violation",
    "/findings?outcome=not_evaluable",
    "/editor",
    "/about",
]


@pytest.fixture(scope="module")
def site(server: Running):
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def read(site: httpx.Client, address: str, status: int = 200) -> BeautifulSoup:
    answer = site.get(address)
    assert answer.status_code == status, (address, answer.text[:300])
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return BeautifulSoup(answer.text, "html5lib")


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.main.get_text(" ").split())


def linked(soup: BeautifulSoup, start: str) -> list[str]:
    return list(dict.fromkeys(link["href"] for link in soup.select(f'a[href^="{start}"]')))


@pytest.mark.parametrize("module", [figures, marking, prefixes, reading, rendering])
def test_examples_in_docstrings(module):
    """The examples that explain small functions hold."""
    assert doctest.testmod(module).failed == 0


def everything(site: httpx.Client) -> list[str]:
    """Every kind of page once, those that need an identifier found by following links."""
    units = linked(read(site, "/units"), "/unit/")
    finding = linked(read(site, "/findings"), "/finding/")[0]
    source = linked(read(site, "/ask?q=海东2025年支出合计"), "/source?")[0]
    return [*PAGES, *units[:2], finding, source]


def test_nothing_inline_and_nothing_from_elsewhere(site):
    """No page has a script or style of its own, an event attribute, or an address on another machine; each has a title and one heading."""
    for address in everything(site):
        soup = read(site, address)
        for script in soup.find_all("script"):
            assert script.get("src", "").startswith("/static/"), address
            assert not script.string, address
        assert not soup.find_all("style"), address
        for tag in soup.find_all(True):
            for name, value in tag.attrs.items():
                assert name != "style", (address, tag.name)
                assert not name.startswith("on"), (address, tag.name)
                if name in ("href", "src", "action"):
                    assert re.match(r"/(?!/)|#", value), (address, name, value)
        assert soup.title.get_text(strip=True)
        assert len(soup.find_all("h1")) == 1, address
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), address


def test_every_link_leads_somewhere(site):
    """Every address that a page of each kind links to answers, whatever part of the site it belongs to."""
    seen: set[str] = set()
    for address in everything(site):
        links = linked(read(site, address), "/")
        for link in [*links[:25], *links[-5:]]:
            if link in seen or link.startswith(("/api/", "/sparql")):
                continue
            seen.add(link)
            assert site.get(link).status_code == 200, (address, link)
    assert len(seen) > 100


def test_policy_forbids_inline(site):
    """The header that a browser goes by allows scripts and styles from here only."""
    policy = site.get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_kept_copy_is_not_sent_again(site):
    """A page that did not change costs a browser 304; style and scripts change their names with their content."""
    first = site.get("/units")
    again = site.get("/units", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    style = BeautifulSoup(first.text, "html5lib").select_one('link[rel="stylesheet"]')["href"]
    sent = site.get(style)
    assert re.fullmatch(r"/static/page-[0-9a-f]{12}\.css", style)
    assert "immutable" in sent.headers["cache-control"]
    assert sent.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/nosuch", 404, "没有这个页面"),
        ("/static/../../pyproject.toml", 404, "没有"),
        ("/unit/nosuch", 404, "图中没有这家单位的报告"),
        ("/source?report=../../etc/passwd&line=1", 404, "图中没有名为"),
        ("/source?report=yantai-2025-budget&line=999999", 404, "没有第999999行"),
        ("/finding/x/y", 404, "没有这一项核对发现"),
        ("/finding/%3E%3Cscript%3E/y", 404, "没有这一项核对发现"),
        ("/findings?rule=nosuch", 404, "没有一项核对发现出自规则"),
        ("/findings?page=999", 200, "核对发现"),
        ("/compare?unit=nosuch", 404, "图中没有"),
        ("/ask?q=" + "长" * 501, 400, "超过500个字"),
    ],
)
def test_failures_are_sentences(site, address, status, said):
    """Whatever an address asks for in vain, a person is told so in a page."""
    assert said in words(read(site, address, status))


def test_programs_are_told_in_json(site):
    """The same failure for a program that does not ask for a page."""
    answer = site.get("/nosuch", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


def test_examples_are_answered(site):
    """Every example on the first page comes from this graph and is answered with evidence."""
    offered = [parse_qs(urlsplit(link).query)["q"][0] for link in linked(read(site, "/"), "/ask?q=")]
    assert len(offered) >= 8
    for question in offered:
        answer = site.get("/api/ask", params={"question": question, "q": question}).json()
        assert answer["answered"], question
        assert answer["evidence"], question


def test_the_card_says_what_the_answer_says(site):
    """Understanding, figure with unit, sentence, basis, every place and the query stand on the card."""
    question = "烟台市医疗保障局2025年支出总计是多少"
    soup = read(site, f"/ask?q={question}")
    said = words(soup)
    assert soup.select_one(".hero-value").get_text() == "5,314.29"
    assert soup.select_one(".hero-unit").get_text() == "万元"
    assert "烟台市医疗保障局2025年支出总计预算数为5314.29万元。" in said
    assert "按烟台市医疗保障局·2025年·支出" in said
    assert "口径" in said
    assert linked(soup, "/source?")
    query = parse_qs(urlsplit(linked(soup, "/editor?query=")[0]).query)["query"][0]
    assert query.startswith("PREFIX mb:")
    answer = site.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200
    assert answer.json()["results"]["bindings"]


def test_a_bound_keeps_its_sign(site):
    """A standard that is printed as an upper bound is not set large as if it were an amount."""
    soup = read(site, "/ask?q=招远离休干部医疗费人均筹集标准是多少")
    assert soup.select_one(".hero-value").get_text() == "≤6.2"


def test_one_figure_of_several_is_not_set_large(site):
    """Where two bodies are asked for and one has no figure, the other's does not stand for both."""
    soup = read(site, "/ask?q=威海和烟台三公经费比较")
    assert soup.select_one(".hero") is None
    assert len(soup.select("main table tbody tr")) == 2


def test_contradictions_are_shown_with_the_figure(site):
    """海东 prints its total twice and not alike: the card says so, and both places open."""
    soup = read(site, "/ask?q=海东2025年支出合计")
    assert "1,182.90" in soup.select_one(".notice").get_text()
    assert len(linked(soup, "/source?")) >= 2


def test_a_refusal_offers_what_can_be_answered(site):
    """A question about a year that is not there is refused in a sentence, with near questions that are answered."""
    soup = read(site, "/ask?q=荣成2026年支出")
    assert soup.select_one(".hero") is None
    assert "没有荣成市医疗保障局2026年的数据" in words(soup)
    near = linked(soup, "/ask?q=")
    assert near
    for link in near:
        assert read(site, link).select_one(".answer.refused") is None, link


@pytest.mark.parametrize("unit", ["烟台", "招远", "威海", "荣成", "海东"])
def test_a_unit_says_what_it_spends(site, unit):
    """Codes with figures, projects with targets, reasons, findings; every figure leads to its place."""
    links = {link.get_text(): link["href"] for link in read(site, "/units").select(".card h2 a")}
    soup = read(site, next(href for name, href in links.items() if name.startswith(unit)))
    codes = [cell.get_text() for cell in soup.select("section:has(#function) tbody .code-no")]
    assert any(len(code) == 7 for code in codes)
    assert codes == sorted(codes)
    assert soup.select(".project table tbody tr")
    assert soup.select("section:has(#findings) .finding")
    assert len(linked(soup, "/source?")) > 40
    assert all(link.get_text(strip=True) for link in soup.select("a.figure"))


def test_what_is_unlike_is_not_subtracted(site):
    """Reports of different years stand side by side with a warning and without a difference; alike ones have one."""
    apart = read(site, "/compare?report=weihai-2024-budget&report=yantai-2025-budget")
    assert "年度不同" in apart.select_one(".notice").get_text()
    assert "前者减后者" not in words(apart)
    phases = read(site, "/compare?report=rongcheng-2024-final-account&report=weihai-2024-budget")
    assert "阶段不同" in phases.select_one(".notice").get_text()
    scopes = read(site, "/compare?report=zhaoyuan-2024-budget&report=weihai-2024-budget")
    assert "范围不同" in scopes.select_one(".notice").get_text()
    for soup in (apart, phases, scopes):
        for row in soup.select("table.compare tbody tr"):
            assert row.th.select_one(".soft").get_text(strip=True)


def test_a_finding_shows_its_sum(site):
    """海东's 工资福利支出 against its items: both figures, the difference, each item with its place, the rule."""
    soup = read(site, "/findings?report=haidong-2025-budget&rule=sum-economic")
    link = next(card.a["href"] for card in soup.select(".finding") if "447.93" in card.get_text())
    shown = read(site, link)
    said = words(shown)
    assert "399.28" in said
    assert "447.93" in said
    assert "−48.65" in said
    assert "个数相加" in said
    assert len(linked(shown, "/source?")) >= 10


def test_filters_tell_how_much_they_leave(site):
    """The counts in a filter are what choosing it shows."""
    soup = read(site, "/findings")
    for option in soup.select('select[name="severity"] option[value]'):
        if option["value"]:
            count = int(re.search(r"（(\d+)）", option.get_text())[1])
            chosen = words(read(site, f"/findings?severity={option['value']}"))
            assert f"共 {count} 项" in chosen


def test_every_sample_query_gives_rows(site):
    """The queries that the editor offers work on this graph and are whole without our own prefixes."""
    soup = read(site, "/editor")
    links = [link["href"] for link in soup.select("a[data-sample]")]
    assert len(links) >= 6
    for link in links:
        query = parse_qs(urlsplit(link).query)["query"][0]
        accept = "text/turtle" if "CONSTRUCT" in query else "text/csv"
        answer = site.post("/sparql", data={"query": query}, headers={"Accept": accept})
        assert answer.status_code == 200, query
        assert len(answer.text.splitlines()) > 1, query


def test_grid_of_unlike_units_has_no_bars():
    """Bars are drawn only where all figures are of one unit; a bound keeps its sign."""
    mixed = [{"单位": "甲", "数值": 1, "计量单位": "万元"}, {"单位": "乙", "数值": 20, "计量单位": "人"}]
    grid = grid_of(mixed)
    assert grid.largest is None
    assert [row[1].text for row in grid.rows] == ["1万元", "20人"]
    bounded = grid_of([{"单位": "甲", "数值": 6.2, "计量单位": "元", "比较符": "≤"}])
    assert bounded.rows[0][1].text == "≤6.2"


def test_what_all_rows_share_is_said_once():
    """Body, year and phase that no row changes stand above the table; what differs keeps its column."""
    rows = [{"单位": "甲", "年度": year, "阶段": "预算", "数值": 1, "计量单位": "万元"} for year in (2024, 2025)]
    grid = grid_of(rows)
    assert grid.common == "甲　预算"
    assert grid.columns == ["年度", "数值（万元）"]


def test_depth_of_codes():
    """类款项 are one, two, three deep in both classifications."""
    assert [_depth(code) for code in ("210", "21015", "2101501", "301", "30101")] == [1, 2, 3, 1, 2]

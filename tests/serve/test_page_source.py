"""Evidence leads to its original: the right figure is marked, and nothing but what was read is ever shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from conftest import Running, Start

from mbkg.graph.build import build
from mbkg.resources import resource_path
from mbkg.serve.web.marking import marked, spots_of

QUESTIONS = [
    "烟台市医疗保障局2025年支出总计是多少",
    "哪个单位离休人员人均费用最高",
    "各单位支出总计排名",
    "荣成公务接待费占三公经费的比例",
    "招远2024年一般公共预算支出比上年变化",
    "哪些项目预算超过100万",
    "海东2025年机关运行经费",
]


@pytest.fixture(scope="module")
def site(server: Running):
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def marks(html: str, where: str) -> list[str]:
    return [mark.get_text() for mark in BeautifulSoup(html, "html5lib").select(f"{where} mark")]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_place_of_an_answer_opens_with_its_figure_marked(site, question):
    """Each item of the evidence shows the line with the figure as printed, marked once where one cell is meant."""
    soup = BeautifulSoup(site.get("/ask", params={"q": question}).text, "html5lib")
    links = [link["href"] for link in soup.select(".evidence a")]
    assert links
    for link in links:
        printed = parse_qs(urlsplit(link).query)["printed"][0]
        shown = site.get(link)
        assert shown.status_code == 200
        found = marks(shown.text, ".lines")
        assert found, (question, link)
        if len(found) > 1 and "".join(found).replace(",", "") == printed.replace(",", ""):
            continue  # a narrow column broke the figure over two lines
        bare = printed.lstrip("=≤≥").replace(",", "")
        assert all(text.replace(",", "") in bare or bare in text.replace(",", "") for text in found), (printed, found)
        assert BeautifulSoup(shown.text, "html5lib").select_one(".lines .sought")


def test_of_equal_figures_in_a_line_the_one_meant_is_marked(site):
    """表6 of 烟台 prints 488.03 as 小计 and as 人员支出: each opens with its own print marked, in the line and in the table."""
    common = {"report": "yantai-2025-budget", "printed": "488.03", "line": "404"}
    before = []
    for column in ("小计@基本支出预算", "人员支出"):
        html = site.get("/source", params={**common, "column": column}).text
        soup = BeautifulSoup(html, "html5lib")
        sought = soup.select_one(".lines .sought .text")
        assert len(sought.select("mark")) == 1
        before.append(len("".join(str(part) for part in sought.mark.previous_siblings)))
        assert marks(html, "table.read") == ["488.03"]
    assert before[0] < before[1]


def test_every_figure_of_a_unit_page_is_found_in_its_line(site):
    """Of all figures that a unit's page links, the original shows each in print; a wrapped row may print it some lines off."""
    page = BeautifulSoup(site.get("/unit/630200-93b68c27cf").text, "html5lib")
    links = list(dict.fromkeys(link["href"] for link in page.select("section a.figure")))
    unmarked = [link for link in links[::7] if not marks(site.get(link).text, "main")]
    assert unmarked == []


@pytest.mark.parametrize(
    ("line", "printed", "found"),
    [
        ("05 88.30 8.30", "8.30", ["8.30"]),
        ("合计 4,643.47", "4643.47", ["4,643.47"]),
        ("安排5314.29万元", "5314.29", ["5314.29"]),
        ("8 8.00 18", "8", ["8"]),
        ("小计 -12.50 12.50", "-12.5", ["-12.50"]),
        ("≤62000元/年/人", "≤62000元/年/人", ["≤62000元/年/人"]),
        ("没有", "1", []),
    ],
)
def test_a_figure_is_found_only_as_a_whole(line, printed, found):
    """Never within a longer number; with thousands set apart and noughts printed or not."""
    assert [line[start:end] for start, end in spots_of(line, printed)] == found
    assert "".join(piece.text for piece in marked(line, printed)) == line


def test_a_file_that_changed_is_not_shown(start_server: Start, tmp_path: Path):
    """Where the file is no longer what was read, its lines are not shown; the table as read still is."""
    folder = tmp_path / "reports"
    folder.mkdir()
    file = folder / "mine.txt"
    shutil.copy(resource_path("data", "reports", "yantai-2025-budget.txt"), file)
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    build([folder], kg=str(tmp_path / "kg"))
    report = json.loads((tmp_path / "kg/generations/000001/reading.json").read_text(encoding="utf-8"))
    assert report["reports"][0]["file"] == "mine.txt"
    address = {"report": "mine", "line": "404", "printed": "488.03", "column": "小计@基本支出预算"}
    with start_server(kg=str(tmp_path / "kg")) as running, httpx.Client(timeout=30) as client:
        whole = client.get(f"{running.url}/source", params=address)
        assert marks(whole.text, ".lines") == ["488.03"]
    file.write_text("机密\n" * 500, encoding="utf-8")
    with start_server(kg=str(tmp_path / "kg")) as running, httpx.Client(timeout=30) as client:
        changed = client.get(f"{running.url}/source", params=address)
        assert changed.status_code == 200
        assert "机密" not in changed.text
        assert "没有原文" in changed.text
        assert marks(changed.text, "table.read") == ["488.03"]


def test_names_from_reports_are_text(start_server: Start, tmp_path: Path):
    """A project whose name is markup is shown as that text wherever it stands, and runs nowhere."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
    text = resource_path("data", "reports", "zhaoyuan-2024-budget.txt").read_text(encoding="utf-8")
    name = "重特大疾病医疗补助2024年150万"
    assert text.count(name) >= 2
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "evil.txt").write_text(text.replace(name, f"重特大{evil}补助"), encoding="utf-8")
    build([folder], kg=str(tmp_path / "kg"))
    with start_server(kg=str(tmp_path / "kg")) as running, httpx.Client(base_url=running.url, timeout=30) as client:
        unit = BeautifulSoup(client.get("/units").text, "html5lib").select_one(".card h2 a")["href"]
        shown = 0
        for address in (
            unit,
            "/",
            "/findings",
            "/ask?q=招远2024年有哪些项目",
            f"/ask?q={evil}",
            f"/source?report={evil}",
        ):
            html = client.get(address).text
            soup = BeautifulSoup(html, "html5lib")
            assert not [script for script in soup.find_all("script") if not script.get("src")], address
            assert not soup.find_all("img"), address
            shown += "<script>alert(1)" in soup.get_text()
        assert shown >= 2

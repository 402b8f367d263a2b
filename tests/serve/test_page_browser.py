"""The page in a real browser, at desk and phone width: asking, evidence, SPARQL, comparing, findings; and what axe says of every page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import Running

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
if not Path(CHROMIUM).exists():
    pytest.skip("没有 chromium：网页的浏览器测试没有运行", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="没有 playwright：网页的浏览器测试没有运行")

WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
QUESTION = "烟台市医疗保障局2025年支出总计是多少"


@dataclass
class Visit:
    """A tab with what it must not have: complaints on the console, requests off the machine."""

    page: object
    url: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.page.goto(self.url + address)

    def fits(self) -> None:
        """Nothing makes the whole page scroll sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield started
        started.close()


@contextmanager
def visiting(browser, server: Running, width: str, **options) -> Iterator[Visit]:
    wide, high = WIDTHS[width]
    context = browser.new_context(viewport={"width": wide, "height": high}, locale="zh-CN", **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    visit = Visit(page, server.url)
    page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((server.url, "blob:")) else visit.strangers.append(asked.url),
    )
    yield visit
    context.close()
    assert visit.complaints == []
    assert visit.strangers == []


@pytest.fixture(params=list(WIDTHS))
def visit(request, browser, server: Running) -> Iterator[Visit]:
    with visiting(browser, server, request.param) as started:
        yield started


def test_ask_by_keyboard_and_follow_the_evidence(visit):
    """Type, Enter, read the figure, go to the first place with the keyboard, see the number marked."""
    visit.go("/")
    page = visit.page
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?q=*")
    assert page.locator(".hero-value").inner_text() == "5,314.29"
    visit.fits()
    page.locator(".evidence a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/source?*")
    mark = page.locator(".lines .sought mark")
    assert mark.inner_text() == "5,314.29"
    assert mark.evaluate(
        "node => { const box = node.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight }"
    )
    visit.fits()


def test_pick_a_suggestion(visit):
    """Suggestions come as one types, are announced as a list, and are picked with arrow and Enter."""
    visit.go("/")
    page = visit.page
    page.locator("#q").press_sequentially("威海2024年")
    page.wait_for_selector("#suggestions li")
    assert page.locator("#q").get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#suggestions [aria-selected=true]")
    question = chosen.inner_text()
    assert page.locator("#q").get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert page.locator("#q").input_value() == question
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask?q=*")
    assert page.locator("#q").input_value() == question
    assert page.locator(".answer:not(.refused)").count() == 1


def test_escape_gives_back_what_was_typed(visit):
    """Escape closes the suggestions and restores the words."""
    visit.go("/")
    page = visit.page
    page.locator("#q").press_sequentially("海东")
    page.wait_for_selector("#suggestions li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions").is_hidden()
    assert page.locator("#q").input_value() == "海东"


def test_open_the_query_and_run_it(visit):
    """From the answer into the editor, run with Ctrl+Enter, see rows, turn to another sample with more rows than a page."""
    visit.go(f"/ask?q={QUESTION}")
    page = visit.page
    page.locator("text=在编辑器中打开").first.click()
    page.wait_for_url("**/editor?query=*")
    assert page.locator("#query").input_value().startswith("PREFIX mb:")
    page.locator("#query").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results table tbody tr")
    assert "共" in page.locator("#summary").inner_text()
    with page.expect_download() as got:
        page.locator("#downloads >> text=CSV").click()
    assert "fact" in Path(got.value.path()).read_text(encoding="utf-8").splitlines()[0]
    page.locator("#query").fill("SELECT ?cell WHERE { ?cell a mb:Cell } LIMIT 120")
    page.locator("#prefix").click()
    assert page.locator("#query").input_value().startswith("PREFIX mb:")
    page.locator("#run").click()
    page.wait_for_selector("#pager:not([hidden])")
    assert "120" in page.locator("#summary").inner_text()
    page.locator("#pager >> text=下一页").click()
    assert "51" in page.locator("#pager").inner_text()
    visit.fits()


def test_a_bad_query_is_told_and_a_slow_one_can_be_stopped(browser, server):
    """The parser's words appear; a runaway query shows its time and ends when told to."""
    with visiting(browser, server, "desk") as visit:
        page = visit.page
        visit.go("/editor")
        page.locator("#query").fill("SELECT * WHERE { ?a ?b }")
        page.locator("#run").click()
        page.wait_for_selector("#state.failed")
        assert page.locator("#state").inner_text().strip()
        page.locator("#query").fill(
            "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c != ?f) }"
        )
        page.locator("#run").click()
        page.locator("#state", has_text="正在运行").wait_for()
        assert page.locator("#progress").is_visible()
        page.locator("#stop").click()
        page.locator("#state", has_text="已停止。").wait_for()
        assert page.locator("#progress").is_hidden()
        visit.complaints[:] = [said for said in visit.complaints if "400" not in said]  # the browser logs every refusal


def test_compare_units(visit):
    """Tick two reports, compare, be told that the years differ, open a figure."""
    visit.go("/compare")
    page = visit.page
    page.locator("label", has_text="威海").locator("input").check()
    page.locator("label", has_text="烟台").locator("input").check()
    page.locator("button", has_text="并列对比").click()
    page.wait_for_selector("table.compare")
    assert "年度不同" in page.locator(".notice").inner_text()
    visit.fits()
    page.locator("table.compare a.figure").first.click()
    page.wait_for_selector(".lines .sought mark")


def test_read_a_finding(visit):
    """Filter, open one, see its calculation, follow it to the line."""
    visit.go("/findings")
    page = visit.page
    page.locator("select[name=report]").select_option("haidong-2025-budget")
    page.locator("select[name=severity]").select_option("violation")
    page.locator("button", has_text="筛选").click()
    page.wait_for_url("**report=haidong*")
    visit.fits()
    page.locator(".finding h2 a").first.click()
    page.wait_for_url("**/finding/**")
    assert page.locator("table.sum tbody tr").count() >= 2
    visit.fits()
    page.locator("table.sum a").first.click()
    page.wait_for_selector("main mark")


def test_read_a_unit(visit):
    """Open a unit, unfold a project, read its targets."""
    visit.go("/units")
    page = visit.page
    page.locator(".card h2 a", has_text="招远").click()
    page.wait_for_selector("#function")
    visit.fits()
    project = page.locator("details.project").first
    project.locator("summary").focus()
    page.keyboard.press("Enter")
    project.locator("table tbody tr").first.wait_for()


def test_slow_answers_show_progress(browser, server):
    """What takes longer than half a second says so; the sign goes when the page is come back to."""
    with visiting(browser, server, "desk") as visit:
        page = visit.page
        visit.go("/")
        page.evaluate("document.querySelector('form.ask').addEventListener('submit', event => event.preventDefault())")
        page.locator("#q").fill(QUESTION)
        page.locator("#q").press("Enter")
        assert page.locator("#progress").is_hidden()
        page.locator("#progress").wait_for(state="visible")
        assert page.locator("#announce").text_content() == "正在查找答案…"
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
        assert page.locator("#progress").is_hidden()


def test_all_of_it_without_scripts(browser, server):
    """Asking, evidence and filters need no script."""
    with visiting(browser, server, "desk", java_script_enabled=False) as visit:
        page = visit.page
        visit.go("/")
        page.locator("#q").fill(QUESTION)
        page.locator("#q").press("Enter")
        page.wait_for_selector(".hero-value")
        page.locator(".evidence a").first.click()
        assert page.locator(".lines mark").inner_text() == "5,314.29"


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        ("desk", "light"),
        ("phone", "dark"),
        pytest.param("desk", "dark", marks=pytest.mark.thorough),
        pytest.param("phone", "light", marks=pytest.mark.thorough),
    ],
)
def test_axe_finds_nothing_serious(browser, server, scheme, width):
    """No serious or critical finding on any page, in light and dark, wide and narrow."""
    axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="没有 axe：无障碍检查没有运行")
    with visiting(browser, server, width, color_scheme=scheme, bypass_csp=True) as visit:
        page = visit.page
        visit.go("/units")
        unit = page.locator(".card h2 a").first.get_attribute("href")
        visit.go("/findings")
        finding = page.locator(".finding h2 a").first.get_attribute("href")
        visit.go(f"/ask?q={QUESTION}")
        source = page.locator(".evidence a").first.get_attribute("href")
        pages = [
            "/",
            f"/ask?q={QUESTION}",
            "/ask?q=哪个单位离休人员人均费用最高",
            "/ask?q=荣成2026年支出",
            "/ask?q=荣成公务接待费占三公经费的比例",
            "/units",
            unit,
        ]
        pages += [
            "/compare?report=weihai-2024-budget&report=yantai-2025-budget",
            "/findings",
            finding,
            source,
            "/editor",
            "/about",
        ]
        bad = []
        for address in pages:
            visit.go(address)
            if address == "/editor":
                page.locator("#run").click()
                page.wait_for_selector("#results table tbody tr")
            if address == unit:
                page.locator("details.project summary").first.click()
            for found in axe_api.Axe().run(page).response["violations"]:
                if found["impact"] in ("serious", "critical"):
                    bad.append(
                        (
                            address,
                            found["id"],
                            found["nodes"][0]["html"][:200],
                            found["nodes"][0].get("failureSummary", "")[:300],
                        )
                    )
        assert bad == []

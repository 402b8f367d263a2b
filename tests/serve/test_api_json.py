"""The JSON interface: questions, suggestions, validation, what the graph holds, and how refusals look."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mbkg.serve.api import safe_name

QUESTION = "招远市医疗保障局2024年基本支出预算是多少"
REPORTS = Path(__file__).parents[2] / "data" / "reports"


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def test_an_answer_is_the_contract_by_get_and_by_post(client, server):
    """GET and POST give what `mbkg ask --json` prints, but for the time it took; an id comes back."""
    command = [sys.executable, "-m", "mbkg.cli", "ask", QUESTION, "--json", "--kg", server.kg]
    printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    got = client.get("/api/ask", params={"q": QUESTION}).json()
    posted = client.post("/api/ask", json={"question": QUESTION, "id": "甲"}).json()
    for answer in (printed, got, posted):
        del answer["elapsed_ms"]
    assert got == printed
    assert posted == {**printed, "id": "甲"}
    assert got["values"] == [{"value": 831.2, "unit": "万元"}]


def test_a_question_that_has_no_answer_is_answered_with_200(client):
    answer = client.get("/api/ask", params={"q": "招远市医疗保障局2010年基本支出是多少"})
    assert answer.status_code == 200
    assert answer.json()["answered"] is False
    assert answer.json()["values"] == []


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "error"),
    [
        ("GET", "/api/ask", {}, 400, "bad_request"),
        ("GET", "/api/ask?q=", {}, 400, "bad_request"),
        ("GET", f"/api/ask?q={'长' * 2001}", {}, 400, "bad_request"),
        ("POST", "/api/ask", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "bad_request"),
        ("POST", "/api/ask", {"json": ["question"]}, 400, "bad_request"),
        ("POST", "/api/ask", {"json": {"question": 5}}, 400, "bad_request"),
        (
            "POST",
            "/api/ask",
            {"content": b"[" * 90000, "headers": {"content-type": "application/json"}},
            400,
            "bad_request",
        ),
        ("POST", "/api/ask", {"data": {"question": "甲"}}, 415, "unsupported_media_type"),
        ("POST", "/api/ask", {"content": b"x" * (1024 * 1024 + 1)}, 413, "too_large"),
        ("DELETE", "/api/ask", {}, 405, "method_not_allowed"),
        ("GET", "/api/nothing", {}, 404, "not_found"),
        ("GET", "/api/suggest?limit=0", {}, 400, "bad_request"),
        ("GET", "/api/validate?severity=grave", {}, 400, "bad_request"),
        ("GET", "/api/validate?rule=no-such-rule", {}, 400, "bad_request"),
        ("GET", "/api/validate?report=%E6%B2%A1%E6%9C%89", {}, 400, "bad_request"),
        ("POST", "/api/validate", {"json": {}}, 415, "unsupported_media_type"),
        ("POST", "/api/validate", {"files": {"other": b"x"}}, 400, "bad_request"),
        ("POST", "/api/validate", {"files": {"file": ("a.pdf", b"no pdf")}}, 400, "bad_request"),
        ("POST", "/api/validate", {"files": {"file": ("a.xyz", b"\0\1")}}, 400, "bad_request"),
    ],
)
def test_a_refusal_is_a_code_and_a_sentence(client, method, path, sent, status, error):
    answer = client.request(method, path, **sent)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"].endswith(("。", "）", "？", "rules")) or answer.json()["message"]
    assert "/tmp" not in answer.text
    assert "Traceback" not in answer.text


def test_a_refused_method_is_told_which_are_not(client):
    assert client.delete("/api/ask").headers["allow"] == "GET, POST"


@pytest.mark.parametrize("question", ["\ud800", "\u0000", "💰" * 500, "' OR 1=1 --", "} LIMIT 1 #", "\u202e烟台"])
def test_odd_letters_are_a_question_like_any_other(client, question):
    sent = json.dumps({"question": question}).encode()
    answer = client.post("/api/ask", content=sent, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["answered"] is False


@pytest.mark.parametrize(
    "typed", ["", "烟台", "烟台公务", "三公", "海东2025", "离休", "哪个单位公务", "行政", "荣成公车"]
)
def test_what_is_suggested_can_be_asked(client, typed):
    """Every suggestion is a question that gets an answer; a place that was typed stays."""
    offered = client.get("/api/suggest", params={"q": typed, "limit": 5}).json()["suggestions"]
    assert offered
    for suggestion in offered:
        answer = client.get("/api/ask", params={"q": suggestion["question"]}).json()
        assert answer["answered"], answer["text"]
    if typed == "海东2025":
        assert all("海东" in each["question"] and "2025" in each["question"] for each in offered[:3])


def test_suggestions_are_quick(client):
    client.get("/api/suggest", params={"q": "预"})
    times = [
        client.get("/api/suggest", params={"q": f"烟台{letter}"}).elapsed.total_seconds()
        for letter in "公务接待费用车运行"
    ]
    assert sorted(times)[len(times) // 2] < 0.05  # 2 ms where nothing else runs


def test_validation_is_what_the_command_prints(client, server):
    command = [sys.executable, "-m", "mbkg.cli", "validate", "--kg", server.kg, "--format", "json"]
    command += ["--report", "海东", "--severity", "warning"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    got = client.get("/api/validate", params={"report": "海东", "severity": "warning"})
    assert json.loads(printed) == got.json()
    assert {finding["unit"] for finding in got.json()["findings"]} == {"海东市医疗保障局"}


@pytest.mark.parametrize(
    "name", ["招远.txt", "../../../etc/passwd.txt", "..\\..\\x.txt", "a/b\0c.txt", "-rf.txt", "x" * 400 + ".txt"]
)
def test_a_file_is_checked_whatever_it_is_called(client, name):
    """The name decides how the file is read, never where it lies."""
    data = (REPORTS / "zhaoyuan-2024-budget.txt").read_bytes()
    answer = client.post("/api/validate", files={"file": (name, data)}, params={"rule": "sum-*"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["reports"][0]["unit"] == "招远市医疗保障局"
    assert answer.json()["checks"]["run"] > 50


def test_names_of_files():
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("") == "上传文件"
    assert safe_name("....") == "上传文件"
    assert "/" not in safe_name("a/../b\\..\\c\0.pdf")
    assert len(safe_name("长" * 999 + ".pdf").encode()) < 200


def test_reports_and_units(client):
    reports = client.get("/api/reports").json()["reports"]
    units = client.get("/api/units").json()["units"]
    assert {report["unit"] for report in reports} == {unit["unit"] for unit in units if unit["reports"]}
    assert all(unit["years"] for unit in units if unit["reports"])


def test_the_documentation_tells_every_path_and_needs_nothing_from_elsewhere(client):
    schema = client.get("/openapi.json").json()
    page = client.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in schema["paths"]:
        assert path in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert client.get("/api/docs.css").headers["content-type"].startswith("text/css")
    assert all("422" not in each["responses"] for path in schema["paths"].values() for each in path.values())
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert any("\u4e00" <= letter <= "\u9fff" for letter in operation["summary"]), path

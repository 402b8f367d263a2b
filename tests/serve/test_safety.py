"""Who may call, how often, with how much; what every answer carries; what the log says."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx
import pytest

from mbkg.serve.keys import carries
from mbkg.serve.rates import Rates
from mbkg.serve.requestlog import log_line
from mbkg.serve.settings import Settings

KEY = "correct-horse-battery"


def raw(url: str, request: bytes, wait: float = 5.0) -> bytes:
    """What the server sends back on a connection of its own until it closes it, or for so long."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as connection:
        connection.sendall(request)
        parts = []
        try:
            while part := connection.recv(65536):
                parts.append(part)
        except TimeoutError:
            pass
        return b"".join(parts)


def test_every_answer_carries_the_headers(server):
    """Pages, JSON, refusals and faults alike."""
    for path in ("/", "/api/reports", "/nothing", "/api/ask", "/sparql?query=x", "/health"):
        headers = httpx.get(server.url + path, timeout=30).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "camera=()" in headers["permissions-policy"]
        assert headers["access-control-allow-origin"] == "*"
        assert "server" not in headers


def test_a_name_that_was_made_to_point_here_is_refused(server):
    """DNS rebinding: the page of evil.example reads 127.0.0.1 under its own name."""
    for host, status in (
        ("evil.example", 400),
        ("127.0.0.1.evil.example:80", 400),
        ("localhost:8000", 200),
        ("[::1]", 200),
    ):
        assert httpx.get(f"{server.url}/api/reports", headers={"host": host}).status_code == status, host


def test_other_sites_are_told_what_they_may(start_server, server):
    asked = {"origin": "https://yasgui.example", "access-control-request-method": "POST"}
    allowed = httpx.options(f"{server.url}/sparql", headers=asked)
    assert allowed.status_code == 204
    assert allowed.headers["access-control-allow-origin"] == "*"
    assert "X-API-Key" in allowed.headers["access-control-allow-headers"]
    with start_server("--origin", "https://one.example") as strict:
        for origin, told in (("https://one.example", "https://one.example"), ("https://two.example", None)):
            answer = httpx.get(f"{strict.url}/health", headers={"origin": origin})
            assert answer.headers.get("access-control-allow-origin") == told
            assert "Origin" in answer.headers["vary"]


def test_where_updates_are_allowed_no_other_site_may_send_them(start_server):
    """A form on any page can be sent here without asking first."""
    with start_server("--update") as running:
        url, query = f"{running.url}/sparql", {"query": "ASK {}"}
        assert httpx.post(url, data=query, headers={"origin": "https://evil.example"}).status_code == 403
        assert httpx.post(url, data=query, headers={"origin": running.url}).status_code == 200
        assert httpx.post(url, data=query).status_code == 200


def test_a_key_is_asked_for_and_never_told(start_server, tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")
    with start_server("--api-key-file", str(file)) as running, httpx.Client(base_url=running.url, timeout=30) as client:
        refused = client.get("/api/reports")
        assert refused.status_code == 401
        assert "Bearer" in refused.headers["www-authenticate"]
        assert refused.json()["error"] == "unauthorized"
        for headers in ({"authorization": "Bearer wrong"}, {"x-api-key": KEY[:-1]}, {"authorization": "Basic !!"}):
            assert client.get("/api/reports", headers=headers).status_code == 401
        for headers in ({"authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {KEY}"}, {"x-api-key": KEY}):
            assert client.get("/api/reports", headers=headers).status_code == 200
        assert client.get("/api/reports", auth=("anyone", KEY)).status_code == 200  # what a browser sends
        assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 401
        assert client.post("/mcp", json={}).status_code == 401
        assert client.get("/health").status_code == 200
        client.get("/api/reports", params={"api_key": KEY})
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        assert KEY not in listed
        assert KEY not in running.log.read_text(encoding="utf-8")


def test_a_key_may_come_from_the_environment(start_server):
    with start_server(env={"MBKG_API_KEY": KEY}) as running:
        assert httpx.get(f"{running.url}/api/reports").status_code == 401
        assert httpx.get(f"{running.url}/api/reports", headers={"x-api-key": KEY}).status_code == 200


@pytest.mark.parametrize("held", ["", "short", "有中文的密钥密钥密钥", "with blanks in it"])
def test_a_key_that_is_none_is_refused_at_the_start(tmp_path, held):
    file = tmp_path / "key"
    file.write_text(held, encoding="utf-8")
    command = [sys.executable, "-m", "mbkg.cli", "serve", "--port", "0", "--api-key-file", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1


def test_a_server_that_others_reach_without_a_key_says_so(start_server):
    with start_server("--host", "0.0.0.0") as running:
        assert "没有设访问密钥" in running.log.read_text(encoding="utf-8")
    with start_server("--host", "0.0.0.0", env={"MBKG_API_KEY": KEY}) as running:
        assert "没有设访问密钥" not in running.log.read_text(encoding="utf-8")


def test_a_client_that_asks_too_often_is_told_when_to_come_back(start_server):
    with start_server("--rate", "30") as running, httpx.Client(base_url=running.url, timeout=30) as client:
        statuses = [client.get("/api/suggest").status_code for _ in range(32)]
        assert statuses[:30] == [200] * 30
        refused = client.get("/api/suggest")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 3
        assert client.get("/health").status_code == 200
        forged = client.get("/api/suggest", headers={"x-forwarded-for": "203.0.113.9"})
        assert forged.status_code == 429  # no proxy was named whose word would count


def test_rates_are_counted_by_client():
    rates = Rates(60)
    assert [rates.wait("192.0.2.1") for _ in range(61)] == [0] * 60 + [1]
    assert rates.wait("192.0.2.2") == 0
    assert [rates.wait(f"2001:db8::{host:x}") for host in range(61)][-1] == 1  # one household
    assert rates.wait("2001:db8:1::1") == 0


def test_a_body_over_its_limit_is_refused_before_it_is_read(start_server):
    """By what it says of itself at once; without that as soon as it is over."""
    with start_server("--upload", "1") as running:
        said = raw(running.url, b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n{")
        assert said.startswith(b"HTTP/1.1 413")
        assert b'"error":"too_large"' in said

        def endless():
            for _ in range(4096):
                yield b"x" * 65536

        sent = httpx.post(f"{running.url}/api/validate", content=endless(), timeout=30)
        assert sent.status_code == 413


def test_a_body_that_does_not_come_is_not_waited_for(server):
    """A client that says 100 bytes and sends one holds nothing up."""
    begun = time.monotonic()
    said = raw(server.url, b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{", wait=20)
    assert said.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < Settings().stall_seconds + 5


def test_a_request_is_one_line_of_the_log(start_server):
    """Whatever it sends: line ends, escapes that colour a terminal, secrets."""
    with start_server() as running:
        raw(
            running.url,
            b"GET /a%0d%0aforged%20line%1b[31m?q=%0a%E2%80%AEx&token=s3cret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        )
        lines = running.log.read_text(encoding="utf-8").splitlines()
        line = next(line for line in lines if "forged" in line)
        assert line.split()[1:4] == ["127.0.0.1", "GET", line.split()[3]]
        assert " 404 " in line
        assert "\x1b" not in line
        assert "s3cret" not in line
        assert sum("forged" in line for line in lines) == 1
    with start_server("--quiet") as running:
        httpx.get(f"{running.url}/api/reports")
        assert "/api/reports" not in running.log.read_text(encoding="utf-8")


def test_a_line_of_the_log():
    """Read back as it was asked, blanks and controls as their codes, cut where it is long."""
    scope = {
        "client": ("192.0.2.1", 5),
        "method": "GET",
        "path": "/查 询",
        "query_string": b"q=%E7%83%9F+x%0A&api_key=abc",
    }
    line = log_line(scope, 200, 0.0123, 45)
    assert line.partition(" ")[2] == "192.0.2.1 GET /查\\u{20}询?q=烟\\u{20}x\\u{a}&api_key=*** 200 12.3ms 45B"
    assert len(log_line({**scope, "path": "/" + "x" * 9999}, 200, 0, 0)) < 600


def test_a_guess_is_compared_whole():
    """Nothing but the key is taken for it."""
    for held in ({}, {b"x-api-key": b""}, {b"authorization": b"Bearer"}, {b"authorization": b"Basic " + b"=" * 5}):
        assert not carries(held, KEY)
    assert carries({b"x-api-key": KEY.encode()}, KEY)

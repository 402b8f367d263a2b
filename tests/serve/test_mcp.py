"""The tools for language models, called by the official client over stdio and over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from typing import Any

import pytest

mcp = pytest.importorskip("mcp", reason="mcp 没有安装：pip install mcp")

QUESTION = "招远市医疗保障局2024年基本支出预算是多少"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@contextlib.asynccontextmanager
async def connected(transport: str, server: Any):
    """A client that has shaken hands."""
    if transport == "http":
        async with mcp.Client(f"{server.url}/mcp") as client:
            yield client
    else:
        command = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "mbkg.cli", "mcp", "--kg", server.kg, "--timeout", "2"]
        )
        async with mcp.Client(mcp.stdio_client(command)) as client:
            yield client


def talk(transport, server, conversation):
    async def run():
        async with connected(transport, server) as client:
            return await asyncio.wait_for(conversation(client), 90)

    return asyncio.run(run())


@pytest.fixture(params=["stdio", "http"])
def transport(request):
    return request.param


def test_tools_are_told_in_chinese_with_typed_results(transport, server):
    async def conversation(client):
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in talk(transport, server, conversation)}
    assert set(tools) == {"ask", "sparql", "list_reports", "findings"}
    for tool in tools.values():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in tool.description)
        assert tool.output_schema["properties"]
        assert tool.annotations.read_only_hint
    assert tools["ask"].input_schema["properties"]["question"]["maxLength"] == 500


def test_every_tool_answers(transport, server):
    """One conversation with every tool, a wrong query and a query over its limit in between."""

    async def conversation(client):
        answer = await client.call_tool("ask", {"question": QUESTION})
        wrong = await client.call_tool("sparql", {"query": "SELECT 错"})
        outside = await client.call_tool("sparql", {"query": "SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }"})
        rows = await client.call_tool(
            "sparql",
            {"query": "SELECT ?单位 { ?b a org:Organization ; skos:prefLabel ?单位 } ORDER BY ?单位", "limit": 2},
        )
        true = await client.call_tool(
            "sparql", {"query": 'ASK { ?b skos:prefLabel ?l FILTER (STR(?l) = "海东市医疗保障局") }'}
        )
        triples = await client.call_tool(
            "sparql", {"query": "CONSTRUCT { ?b a org:Organization } { ?b a org:Organization } LIMIT 1"}
        )
        reports = await client.call_tool("list_reports", {})
        found = await client.call_tool("findings", {"report": "海东", "limit": 2})
        nothing = await client.call_tool("findings", {"report": "没有这家"})
        return answer, wrong, outside, rows, true, triples, reports, found, nothing

    answer, wrong, outside, rows, true, triples, reports, found, nothing = talk(transport, server, conversation)
    assert answer.structured_content["values"] == [{"value": 831.2, "unit": "万元"}]
    assert answer.structured_content["evidence"][0]["printed"] == "831.20"
    assert wrong.is_error
    assert outside.is_error
    assert "SERVICE" in outside.content[0].text
    assert rows.structured_content["columns"] == ["单位"]
    assert len(rows.structured_content["rows"]) == 2
    assert rows.structured_content["truncated"] is True
    assert true.structured_content["boolean"] is True
    assert triples.structured_content["columns"] == ["subject", "predicate", "object"]
    assert len(reports.structured_content["reports"]) == 5
    assert len(found.structured_content["findings"]) == 2
    assert found.structured_content["total"] > 2
    assert {each["unit"] for each in found.structured_content["findings"]} == {"海东市医疗保障局"}
    assert nothing.is_error
    assert "没有这份报告" in nothing.content[0].text


def test_a_query_over_its_limit_is_ended_and_the_next_is_answered(server):
    async def conversation(client):
        begun = asyncio.get_running_loop().time()
        over = await client.call_tool("sparql", {"query": ENDLESS})
        spent = asyncio.get_running_loop().time() - begun
        return over, spent, await client.call_tool("list_reports", {})

    over, spent, after = talk("stdio", server, conversation)
    assert over.is_error
    assert "时限" in over.content[0].text
    assert spent < 10
    assert not after.is_error


def test_nothing_but_the_protocol_goes_to_standard_output(server):
    """Every line that comes is a message, and the process ends when its input does."""
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
    }  # fmt: skip
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "ask", "arguments": {"question": QUESTION}},
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "mbkg.cli", "mcp", "--kg", server.kg],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    lines = []
    for message in (hello, {"jsonrpc": "2.0", "method": "notifications/initialized"}, call):
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        if "id" in message:
            lines.append(process.stdout.readline())
    out, _ = process.communicate(timeout=60)
    lines += out.splitlines()
    assert process.returncode == 0
    messages = [json.loads(line) for line in lines if line.strip()]
    assert [message["id"] for message in messages if "id" in message] == [1, 2]
    assert "831.2" in json.dumps(messages[-1])


def test_a_question_asked_on_the_command_line_does_not_pay_for_the_tools():
    """Neither the SDK nor the web framework is imported for anything but serving."""
    code = "import sys, mbkg.cli, mbkg.cli_ask, mbkg.ask; "
    code += "print([m for m in ('mcp', 'fastapi', 'starlette', 'uvicorn') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
    code = (
        "import sys, mbkg.serve.app; print('mcp' in sys.modules, 'pyoxigraph' in sys.modules, 'rdflib' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False False False"
    )

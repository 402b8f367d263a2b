"""`mbkg ask` on the command line: one question or a file of them, as text or as JSON lines."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from mbkg.errors import BadInput, GraphMissing
from mbkg.graph.store import GraphStore, is_url, kg_location, open_graph


def run_ask(question: str | None, as_json: bool, batch: Path | None, kg: str | None) -> int:
    """Answer and print; returns the exit code."""
    answer_question = getattr(importlib.import_module("mbkg.ask"), "answer_question", None)
    if answer_question is None:
        raise BadInput("本版本尚未提供 mbkg ask", "可用 mbkg query 以 SPARQL 查询")
    if (question is None) == (batch is None):
        raise BadInput("请给出一个问题，或用 --batch 给出问题文件", '例：mbkg ask "哪个单位离休人员人均费用最高"')
    graph = _graph(kg)
    if batch is None:
        answer = answer_question(question, graph)
        print(json.dumps(answer.to_json(), ensure_ascii=False) if as_json else answer.text)
        return 0
    for asked in _questions(batch):
        answer = answer_question(asked["question"], graph)
        print(json.dumps({**answer.to_json(), "id": asked.get("id")}, ensure_ascii=False), flush=True)
    return 0


def _graph(kg: str | None) -> GraphStore:
    """The graph; where none was built yet, the shipped reports are read first."""
    try:
        return open_graph(kg)
    except GraphMissing:
        if is_url(kg_location(kg)):
            raise
    from mbkg.graph.build import build

    print("还没有知识图谱，先读取随包发布的报告…", file=sys.stderr)
    build(kg=kg)
    return open_graph(kg)


def _questions(batch: Path) -> list[dict[str, Any]]:
    questions = []
    try:
        lines = batch.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise BadInput(f"{batch}：无法读取（{error.strerror or error}）", "请检查路径") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line)
        except ValueError as error:
            raise BadInput(f"{batch} 第 {number} 行不是 JSON", '每行应为 {"id": …, "question": …}') from error
        if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
            raise BadInput(f"{batch} 第 {number} 行没有 question", '每行应为 {"id": …, "question": …}')
        questions.append(asked)
    return questions

"""`mbkg ask` on the command line: one question or a file of them, as text or as JSON lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mbkg.errors import BadInput, GraphMissing
from mbkg.graph.store import GraphStore, is_url, kg_location, open_graph


def run_ask(question: str | None, as_json: bool, batch: Path | None, kg: str | None, *, explain: bool = False) -> int:
    """Answer and print; returns the exit code. `explain` adds mentions, plan, SPARQL and timings to the text."""
    from mbkg.ask.llm import answer_question

    if (question is None) == (batch is None):
        raise BadInput("请给出一个问题，或用 --batch 给出问题文件", '例：mbkg ask "哪个单位离休人员人均费用最高"')
    graph = _graph(kg)
    if question is not None:
        answer = answer_question(question, graph)
        print(json.dumps(answer.to_json(), ensure_ascii=False) if as_json else answer.text)
        if explain and not as_json:
            print(f"\n{answer.explained()}")
        return 0
    for asked in _questions(batch) if batch is not None else ():
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
    from mbkg.cli_index import keep_index
    from mbkg.graph.build import build

    print("还没有知识图谱，先读取随包发布的报告…", file=sys.stderr)
    build(kg=kg)
    keep_index(kg)
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

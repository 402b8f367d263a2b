"""`mbkg eval` on the command line: a file of questions with gold is asked and marked, or answers printed before are marked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mbkg.errors import BadInput
from mbkg.evaluation import Mark, Marked, mark, read_answers, read_gold, summary, summary_text
from mbkg.evaluation.gold import Gold


def run_eval(
    file: Path,
    kg: str | None,
    *,
    as_json: bool = False,
    wrong: bool = False,
    answers: Path | None = None,
    details: Path | None = None,
    at_least: float = 0.0,
) -> int:
    """Evaluate and print; returns the exit code: 1 where accuracy is below `at_least` per cent, else 0."""
    questions = read_gold(file)
    if details is not None and not details.parent.is_dir():
        raise BadInput(f"{details}：没有这个文件夹", "请检查路径")
    given = _printed(questions, answers) if answers is not None else _asked(questions, kg)
    marked = [
        Marked(question, answer, mark(question, answer) if answer is not None else Mark(False, 0.0, False))
        for question, answer in given
    ]
    if details is not None:
        _write_details(details, marked)
    result = summary(marked)
    print(json.dumps(result, ensure_ascii=False) if as_json else summary_text(result, wrong=wrong))
    if result["accuracy"] * 100 < at_least:
        print(f"正确率 {result['accuracy']:.1%} 低于要求的 {at_least:g}%。", file=sys.stderr)
        return 1
    return 0


def _asked(questions: Sequence[Gold], kg: str | None) -> Iterator[tuple[Gold, dict[str, Any]]]:
    from mbkg.ask.llm import answer_question
    from mbkg.cli_ask import _graph

    graph = _graph(kg)
    for question in questions:
        yield question, {**answer_question(question["question"], graph).to_json(), "id": question.get("id")}


def _printed(questions: Sequence[Gold], answers: Path) -> Iterator[tuple[Gold, dict[str, Any] | None]]:
    by_id = read_answers(answers)
    for question in questions:
        yield question, by_id.get(question.get("id"))


def _write_details(file: Path, marked: Sequence[Marked]) -> None:
    """One line a question: the answer, and `right`, `score`, `refused`."""
    try:
        with file.open("w", encoding="utf-8") as stream:
            for one in marked:
                verdict = {"right": one.mark.right, "score": round(one.mark.score, 6), "refused": one.mark.refused}
                entry = {
                    **(one.answer or {}),
                    "id": one.question.get("id"),
                    "kind": one.question.get("kind"),
                    **verdict,
                }
                stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(f"{file}：无法写入（{error.strerror or error}）", "请检查路径") from error

"""The questions and what a right answer to each is.

One JSON object a line: `id`, `question`, `kind`, `answerable`, `answer_type` (number, entity, list, table, text, yesno), `gold`, and
where they apply `accept` (other right answers), `direction` (up, down), `rivals` (names that must not be given instead), `distractors`
(names that do not belong in a list), `ordered`, `need` (how many groups of words suffice), `yes_cues`, `no_cues`. A line with `drop` is
left out.

    number {"value", "unit"}      entity [name, …]      list [name, …] with accept [[name, other form, …], …]
    table [{"key", "aliases", "values": [{"value", "unit"}]}]      text ["a|b", …]      yesno {"value", "reason": ["a|b", …]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mbkg.errors import BadInput

Gold = dict[str, Any]
_SHAPES: dict[str, type | tuple[type, ...]] = {
    "number": dict,
    "entity": list,
    "list": list,
    "table": list,
    "text": list,
    "yesno": dict,
}


def read_gold(file: Path) -> list[Gold]:
    """The questions of a file in order, without the dropped ones.

    Raises:
        BadInput: the file or a line cannot be used; the message says which line and why.
    """
    questions: list[Gold] = []
    seen: set[Any] = set()
    for number, entry in _objects(file):
        where = f"{file} 第 {number} 行"
        if entry.get("drop"):
            continue
        if not isinstance(entry.get("question"), str):
            raise BadInput(f"{where}没有 question", '每行应为 {"id","question","answerable","answer_type","gold",…}')
        if not isinstance(entry.get("answerable"), bool):
            raise BadInput(
                f"{where}没有说明 answerable（true 或 false）", "没有标准答案的问题无法评分，请用 mbkg ask --batch"
            )
        if entry["answerable"]:
            _check_gold(entry, where)
        if entry.get("id") in seen:
            raise BadInput(f"{where}的 id {entry.get('id')!r} 重复", "每个问题要有自己的 id")
        seen.add(entry.get("id"))
        questions.append(entry)
    if not questions:
        raise BadInput(f"{file}：没有问题", '每行应为 {"id","question","answerable","answer_type","gold",…}')
    return questions


def _check_gold(entry: Gold, where: str) -> None:
    kind = entry.get("answer_type")
    shape = _SHAPES.get(str(kind))
    if shape is None:
        raise BadInput(f"{where}的 answer_type {kind!r} 不认识", f"可用的有 {'、'.join(_SHAPES)}")
    gold = entry.get("gold")
    fits = isinstance(gold, shape) and bool(gold)
    if fits and kind in ("number", "yesno"):
        fits = "value" in gold  # type: ignore[operator]
    if fits and kind == "number":
        fits = isinstance(gold["value"], int | float)  # type: ignore[index]
    if fits and kind == "table":
        fits = all(isinstance(row, dict) and "key" in row and row.get("values") for row in gold or ())
    if not fits:
        raise BadInput(f"{where}的 gold 与 answer_type {kind} 不合", "各类答案的写法见手册“评测”")


def read_answers(file: Path) -> dict[Any, dict[str, Any]]:
    """Printed answers by id, in the form of `mbkg ask --batch`.

    Raises:
        BadInput: the file or a line cannot be used.
    """
    return {entry.get("id"): entry for _, entry in _objects(file)}


def _objects(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadInput(f"{file}：无法读取（{error.strerror or error}）", "请检查路径") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file}：不是 UTF-8 文本", "请另存为 UTF-8 的 JSONL 文件") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{file} 第 {number} 行不是 JSON", "每行应为一个 JSON 对象") from error
        if not isinstance(entry, dict):
            raise BadInput(f"{file} 第 {number} 行不是 JSON 对象", "每行应为一个 JSON 对象")
        yield number, entry

"""One question answered: how it was understood, the figure, the sentence, what it rests on, and the query behind it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from mbkg.serve.jobs import Graph
from mbkg.serve.web.examples import nearest
from mbkg.serve.web.figures import grouped, read, signed
from mbkg.serve.web.prefixes import portable
from mbkg.serve.web.rendering import link
from mbkg.serve.web.views import Page, Query, one
from mbkg.serve.web.views.grid import SIGNS, Grid, grid_of

LONGEST_QUESTION = 500
_SHORT_ENTITY = 24
_WORKED_OUT = frozenset({"share", "sum", "average", "difference", "times", "per"})
_UNDERSTOOD, _BASIS, _WARNING, _EVIDENCE = "理解：", "口径：", "注意：", "依据："
_CONFIDENT, _FAIR = 0.85, 0.6


@dataclass(slots=True)
class Told:
    """The text of an answer in its parts."""

    understood: str = ""
    lines: list[str] = field(default_factory=list)
    basis: str = ""
    warnings: list[str] = field(default_factory=list)


def told(text: str) -> Told:
    """An answer's text taken apart by the words that open its lines; what stands under 依据 is given by the evidence itself."""
    parts = Told()
    for line in text.split("\n"):
        if line.startswith(_EVIDENCE):
            break
        if line.startswith(_UNDERSTOOD) and not parts.understood:
            parts.understood = line.removeprefix(_UNDERSTOOD)
        elif line.startswith(_BASIS):
            parts.basis = line.removeprefix(_BASIS)
        elif line.startswith(_WARNING):
            parts.warnings.append(line.removeprefix(_WARNING))
        elif line.strip():
            parts.lines.append(line)
    return parts


def ask(graph: Graph, query: Query) -> Page:
    """The answer card; without a question the form alone."""
    question = one(query, "q")
    if not question:
        return Page("ask.html", {"question": "", "answer": None})
    if len(question) > LONGEST_QUESTION:
        said = f"问题有{len(question)}个字，超过{LONGEST_QUESTION}个字的上限，请说得短些。"
        return Page("ask.html", {"question": question[:LONGEST_QUESTION], "answer": None, "too_long": said}, 400)
    from mbkg.ask.llm import answer_question

    answer = answer_question(question, graph.store).to_json()
    parts = told(answer["text"])
    plan = json.loads(answer["plan"]) if answer["plan"] else {}
    grid = grid_of(answer["rows"], share=plan.get("operation") == "share")
    hero = _hero(answer, plan)
    return Page(
        "ask.html",
        {
            "question": question,
            "answer": answer,
            "parts": parts,
            "hero": hero,
            "grid": grid if _tells_more(grid, hero) else None,
            "sure": _sure(answer["confidence"]),
            "evidence": [_evidence(place) for place in answer["evidence"]],
            "queries": [_query(text) for text in _queries(answer["sparql"])],
            "nearest": [] if answer["answered"] else nearest(graph, question),
            "permalink": link("/ask", q=question),
        },
    )


def _tells_more(grid: Grid | None, hero: dict[str, str] | None) -> bool:
    return grid is not None and (len(grid.rows) > 1 or hero is None)


def _hero(answer: dict[str, Any], plan: dict[str, Any]) -> dict[str, str] | None:
    """What to set large: only where one figure, one name or one verdict is the whole answer. A bound (≤) keeps its sign."""
    values, entities, rows = answer["values"], answer["entities"], answer["rows"]
    if not answer["answered"]:
        return None
    if "yesno" in answer:
        return {"name": "", "value": "是" if answer["yesno"] else "否", "unit": ""}
    first = rows[0] if rows else {}
    change = read(first.get("增减额")) if len(rows) == 1 and plan.get("ask") == "change" else None
    if change is not None and values and values[0]["unit"] == first.get("计量单位"):
        return {"name": "增减额", "value": signed(change), "unit": values[0]["unit"]}
    single = len(rows) <= 1 or plan.get("operation") in _WORKED_OUT
    if len(values) == 1:
        name = entities[0] if len(entities) == 1 and plan.get("ask") == "entity" else ""
        if (name and len(name) <= _SHORT_ENTITY) or (not entities and (single or plan.get("ask") == "count")):
            bound = "" if plan.get("operation") else str(first.get("比较符") or "")
            shown = _large(values[0]["value"], values[0]["unit"])
            return {"name": name, "value": f"{bound if bound in SIGNS else ''}{shown}", "unit": values[0]["unit"]}
    if not values and len(entities) == 1 and len(entities[0]) <= _SHORT_ENTITY and len(rows) <= 1:
        return {"name": "", "value": entities[0], "unit": ""}
    return None


def _large(value: Any, unit: str) -> str:
    """A figure in groups of three; a percentage worked out has two places, as the sentence has it."""
    number = read(value)
    if unit == "%" and number is not None:
        cut = number.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        return grouped(number) if cut == number else f"约{grouped(cut)}"
    return grouped(value)


def _sure(confidence: float) -> dict[str, str]:
    level = "高" if confidence >= _CONFIDENT else "中" if confidence >= _FAIR else "低"
    return {"level": level, "percent": f"{Decimal(str(confidence)) * 100:.0f}%"}


def _evidence(place: dict[str, Any]) -> dict[str, Any]:
    return {
        **place,
        "href": link(
            "/source",
            report=place["report"],
            line=place["line"],
            page=place["page"],
            file=place["file"],
            column=place["column"],
            printed=place["printed"],
        ),
    }


def _queries(text: str) -> list[str]:
    """The queries behind an answer; each opens with a remark."""
    return [part for part in re.split(r"\n\n(?=#)", text) if part.strip()]


def _query(text: str) -> dict[str, str]:
    """One of the queries, with the prefixes that it uses, and where the editor has it."""
    query = portable(text)
    return {"text": query, "href": link("/editor", query=query)}

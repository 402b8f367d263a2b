"""Tables of answers against gold tables: a row is right where its key and all its values are found together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mbkg.evaluation.gold import Gold
from mbkg.evaluation.names import Forms, places_of
from mbkg.evaluation.quantities import Quantity, agrees, quantities, row_quantities, row_text, unit_kind
from mbkg.evaluation.words import folded, pattern, plain, without_sources


def mark_table(question: Gold, answer: Mapping[str, Any]) -> float:
    """The share of gold rows that the answer's rows, or its text where it has none, hold; at most a half out of order."""
    gold = question["gold"]
    forms: Forms = {row["key"]: [row["key"], *(row.get("aliases") or ())] for row in gold}
    rows = answer.get("rows") or []
    text = plain(without_sources(answer.get("text") or ""))
    found = dict(_in_rows(gold, rows, forms) if rows else _in_text(gold, text, forms))
    keys = sorted(found, key=lambda key: (found[key], key))
    score = len(found) / len(gold)
    if question.get("ordered") and [row["key"] for row in gold if row["key"] in found] != keys:
        return min(score, 0.5)
    return score


def _in_rows(gold: Sequence[Gold], rows: Sequence[Any], forms: Forms) -> Iterator[tuple[str, int]]:
    """Gold keys with the number of the row that holds them and their values."""
    for wanted in gold:
        for number, row in enumerate(rows):
            said = row_text(row)
            if wanted["key"] in places_of(said, forms) and _holds(wanted, row_quantities(row), said):
                yield wanted["key"], number
                break


def _in_text(gold: Sequence[Gold], text: str, forms: Forms) -> Iterator[tuple[str, int]]:
    """Gold keys with their place in a text in which their values follow them, or share a line with them alone."""
    back = [at for at, letter in enumerate(text) for _ in folded(letter)]
    marks = sorted((back[at], key) for key, ats in places_of(text, forms).items() for at in ats if at < len(back))
    for wanted in gold:
        own = [(number, at) for number, (at, key) in enumerate(marks) if key == wanted["key"]]
        for number, at in own:
            end = next((other for other, key in marks[number + 1 :] if key != wanted["key"]), len(text))
            line_start = text.rfind("\n", 0, at) + 1
            line_end = text.find("\n", at) if "\n" in text[at:] else len(text)
            said = text[at:end]
            numbers = quantities(said)
            if len({key for place, key in marks if line_start <= place < line_end}) == 1:
                numbers = numbers + quantities(text[line_start:line_end])
            if _holds(wanted, [*numbers, *_headed(text, numbers)], said):
                yield wanted["key"], own[0][1]
                break


def _headed(text: str, numbers: Sequence[Quantity]) -> list[Quantity]:
    """Bare numbers in the unit that a heading states: 金额（万元）."""
    heading = pattern("header_unit").search(text)
    if heading is None:
        return []
    kind, factor = unit_kind(heading[1])
    return [Quantity(one.value * factor, kind, one.at) for one in numbers if one.kind == "none"]


def _holds(wanted: Gold, numbers: Sequence[Quantity], said: str) -> bool:
    """Whether every value of a gold row is among some numbers; nothing is also said in words (没有, —)."""

    def held(value: Mapping[str, Any]) -> bool:
        if float(value["value"]) == 0 and pattern("nothing").search(said):
            return True
        return any(agrees(one, number) for number in numbers for one in (value, *(value.get("accept") or ())))

    return all(map(held, wanted["values"]))

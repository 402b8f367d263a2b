"""Is an answer right? One question with its gold against one answer in the form of `mbkg ask --json`.

What the answer gives as `values`, `entities` and `rows` is looked at first; where it gives none, its text is, without its sources. Whoever
lists everything is not right: of more than five values only the first counts, and of a text full of numbers only its conclusions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mbkg.evaluation.gold import Gold
from mbkg.evaluation.names import Forms, forms_of, places_of
from mbkg.evaluation.quantities import Quantity, agrees, given, quantities, row_text
from mbkg.evaluation.refusals import is_refusal
from mbkg.evaluation.tables import mark_table
from mbkg.evaluation.verdicts import verdict
from mbkg.evaluation.words import folded, pattern, plain, without_sources

Answer = Mapping[str, Any]
_ENOUGH = 0.8 - 1e-9
_GOLD = "\0gold"


@dataclass(frozen=True, slots=True)
class Mark:
    """Right or not, how nearly (0 to 1), and whether the answer was a refusal."""

    right: bool
    score: float
    refused: bool


def mark(question: Gold, answer: Answer) -> Mark:
    """The mark of one answer. An unanswerable question is right where it is refused; an answerable one never is."""
    refused = is_refusal(answer)
    if not question["answerable"]:
        return Mark(refused, float(refused), refused)
    if answer.get("answered") is False:
        return Mark(False, 0.0, True)
    kind = question["answer_type"]
    score = _MARKERS[kind](question, answer)
    right = score >= (_ENOUGH if kind in ("list", "table") else 1)
    if not right and refused:
        return Mark(False, 0.0, True)
    return Mark(right, score, False)


def _number(question: Gold, answer: Answer) -> float:
    accepted = question.get("accept") or ()
    wanted = [question["gold"], *(one for one in accepted if isinstance(one, Mapping) and "value" in one)]
    hits = [one for one in _stated(answer) if any(agrees(gold, one) for gold in wanted)]
    if not hits and not answer.get("values"):
        said = folded(without_sources(answer.get("text") or ""))
        if any(isinstance(one, str) and folded(one) and folded(one) in said for one in accepted):
            hits = [Quantity(0, "none")]
    return float(bool(hits) and _directed(question, answer, hits))


def _stated(answer: Answer) -> list[Quantity]:
    """The quantities by which an answer stands."""
    values = answer.get("values") or []
    if values:
        kept = values if len(values) <= 5 else values[:1]
        return [one for value in kept if (one := given(value)) is not None]
    text = without_sources(answer.get("text") or "")
    said = [one for one in quantities(text) if one.kind != "label"]
    return said if len(said) <= 10 else [one for one in quantities(_headline(text)) if one.kind != "label"]


def _headline(text: str) -> str:
    """The first sentence, and those that conclude."""
    sentences = [sentence for sentence in re.split(r"[。；;\n！!]", text) if sentence.strip()]
    conclusions = [sentence for sentence in sentences[1:] if pattern("conclusion").search(sentence)]
    return "\n".join([*sentences[:1], *conclusions]) or text


def _directed(question: Gold, answer: Answer, hits: list[Quantity]) -> bool:
    """Whether the answer says that it went up or down, where the gold does."""
    text = answer.get("text") or ""
    up, down = pattern("up").search(text), pattern("down").search(text)
    negative = any(one.value < 0 for one in hits)
    match question.get("direction"):
        case "down":
            return bool(down or negative)
        case "up":
            return not negative and bool(up or not down) and bool(up or answer.get("values"))
    return True


def _entity(question: Gold, answer: Answer) -> float:
    names = [*question["gold"], *(one for one in question.get("accept") or () if isinstance(one, str))]
    forms: Forms = {_GOLD: names, **forms_of(question.get("rivals"))}
    entities = answer.get("entities") or []
    if entities:
        given_names = {name for entity in entities for name in places_of(str(entity), forms)}
        return float(given_names == {_GOLD})
    text = without_sources(answer.get("text") or "")
    found = places_of(text, forms)
    if _GOLD not in found or len(found) == 1:
        return float(_GOLD in found)
    concluding = _concluding(question["question"])
    clauses = [clause for clause in re.split(r"[，,。；;\n！!]", text) if concluding.search(clause)]
    seen = [places for clause in clauses if (places := places_of(clause, forms))]
    if not seen:
        return float(min(found, key=lambda name: (found[name][0], name)) == _GOLD)
    if not all(_GOLD in places for places in seen):
        return 0.0
    if any(set(places) == {_GOLD} for places in seen):
        return 1.0
    # A高于B: both in one clause, the right one first
    return float(
        all(places[_GOLD][0] < min(ats[0] for name, ats in places.items() if name != _GOLD) for places in seen)
    )


def _concluding(question: str) -> re.Pattern[str]:
    """The words that mark a concluding clause; 最高 concludes nothing where the lowest is asked."""
    low = pattern("low").search(question)
    high = pattern("high").search(question) or pattern("high_asked").search(question)
    words = [pattern("concluding").pattern]
    words += [pattern("low").pattern] if low or not high else []
    words += [pattern("high").pattern] if high or not low else []
    return re.compile("|".join(words))


def _list(question: Gold, answer: Answer) -> float:
    other = forms_of(question.get("accept"))
    wanted: Forms = {name: other.get(name, [name]) for name in question["gold"]}
    forms: Forms = {**wanted, **{k: v for k, v in forms_of(question.get("distractors")).items() if k not in wanted}}
    entries = [str(entry) for entry in answer.get("entities") or ()] or [
        row_text(row) for row in answer.get("rows") or ()
    ]
    order: dict[str, None] = {}
    strange = 0
    for entry in entries or [without_sources(answer.get("text") or "")]:
        found = places_of(entry, forms)
        strange += bool(entries) and not found
        order |= dict.fromkeys(sorted(found, key=lambda name: found[name][0]))
    right = [name for name in order if name in wanted]
    if not right:
        return 0.0
    precision, recall = len(right) / (len(order) + strange), len(right) / len(wanted)
    score = 2 * precision * recall / (precision + recall)
    out_of_order = question.get("ordered") and [name for name in wanted if name in right] != right
    return min(score, 0.5) if out_of_order else score


def _text(question: Gold, answer: Answer) -> float:
    text = _whole(answer)
    hits = _groups(question["gold"], text)
    need = question.get("need") or len(question["gold"])
    others = [folded(one) for one in question.get("accept") or () if isinstance(one, str) and folded(one)]
    if hits >= need or any(one in folded(text) for one in others):
        return 1.0
    return hits / max(need, 1) / 2


def _yesno(question: Gold, answer: Answer) -> float:
    if verdict(question, answer) is not question["gold"]["value"]:
        return 0.0
    reasons = question["gold"].get("reason") or []
    need = question.get("need") or max(1, (len(reasons) + 1) // 2)
    return 1.0 if not reasons or _groups(reasons, _whole(answer)) >= need else 0.5


def _whole(answer: Answer) -> str:
    """All that an answer says, its names, rows and values included."""
    parts = [answer.get("text") or "", *map(str, answer.get("entities") or ())]
    parts += map(row_text, answer.get("rows") or ())
    parts += [f"{value.get('value')}{value.get('unit', '')}" for value in answer.get("values") or ()]
    return "\n".join(parts)


def _groups(groups: list[str], text: str) -> int:
    """How many groups of alternatives a text meets: a number with a unit by its value, anything else by its letters."""
    said, letters = quantities(text), folded(text)
    digits = re.sub(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)", lambda match: match.group().replace(",", ""), plain(text))

    def meets(alternative: str) -> bool:
        figure = re.fullmatch(rf"(-?\d[\d,]*(?:\.\d+)?)({pattern('group_unit').pattern})?", alternative.strip())
        if not figure or not (figure[2] or "." in alternative):
            return bool(folded(alternative)) and folded(alternative) in letters
        bare = figure[1].replace(",", "")
        wanted = {"value": float(bare), "unit": figure[2] or ""}
        if figure[2] and any(agrees(wanted, one) for one in said):
            return True
        return bool(re.search(rf"(?<![\d.]){re.escape(bare)}0*(?!\d|\.\d)", digits))

    return sum(any(map(meets, group.split("|"))) for group in groups)


_MARKERS: dict[str, Callable[[Gold, Answer], float]] = {
    "number": _number,
    "entity": _entity,
    "list": _list,
    "table": mark_table,
    "text": _text,
    "yesno": _yesno,
}

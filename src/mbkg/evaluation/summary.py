"""What a set of marks amounts to: accuracy by kind, precision of what was answered, recall of what had to be refused, reliability, latency.

Reliability is the score RS(c) of EHRSQL (Lee et al., 2022): a right answer and a rightful refusal count 1, a refusal of what could be
answered 0, a wrong answer and an answer to what cannot be answered −c; the mean in per cent. Whoever answers nothing has the share of
unanswerable questions; whoever guesses falls below it as c grows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mbkg.evaluation.gold import Gold
from mbkg.evaluation.marking import Answer, Mark

PENALTIES = (0, 5, 10)


@dataclass(frozen=True, slots=True)
class Marked:
    """A question, the answer given, and its mark; `answer` None where there was none, which is wrong and no refusal."""

    question: Gold
    answer: Answer | None
    mark: Mark

    def reliability(self, penalty: float) -> float:
        """What this answer adds to RS(penalty)."""
        if self.mark.right:
            return 1
        return 0 if self.mark.refused or self.answer is None else -penalty


def summary(marked: Sequence[Marked]) -> dict[str, Any]:
    """Everything counted, as JSON; a share of nothing is None.

    Latencies are in milliseconds, that of the first answer apart: it reads the words of the graph.
    """
    answerable = [one for one in marked if one.question["answerable"]]
    unanswerable = [one for one in marked if not one.question["answerable"]]
    answered = [one for one in marked if one.answer is not None and not one.mark.refused]
    refused = [one for one in marked if one.mark.refused]
    kinds: dict[str, list[Marked]] = {}
    for one in marked:
        kinds.setdefault(str(one.question.get("kind") or ""), []).append(one)
    rightly_refused = [one for one in refused if not one.question["answerable"]]
    return {
        "n": len(marked),
        "right": _right(marked),
        "accuracy": _share(_right(marked), len(marked)),
        "missing": sum(one.answer is None for one in marked),
        "answerable": {
            "n": len(answerable),
            "right": _right(answerable),
            "accuracy": _share(_right(answerable), len(answerable)),
        },
        "answered": {
            "n": len(answered),
            "right": _right(answered),
            "precision": _share(_right(answered), len(answered)),
        },
        "refusal": {
            "unanswerable": len(unanswerable),
            "refused": len(refused),
            "right": len(rightly_refused),
            "recall": _share(len(rightly_refused), len(unanswerable)),
            "precision": _share(len(rightly_refused), len(refused)),
        },
        "reliability": {
            f"RS({penalty})": _share(100 * sum(one.reliability(penalty) for one in marked), len(marked))
            for penalty in PENALTIES
        },
        "kinds": {
            kind: {
                "n": len(own),
                "right": _right(own),
                "accuracy": _share(_right(own), len(own)),
                "refused": sum(one.mark.refused for one in own),
            }
            for kind, own in sorted(kinds.items(), key=lambda entry: (-len(entry[1]), entry[0]))
        },
        "latency_ms": _latencies(marked),
        "wrong": [_wrong(one) for one in marked if not one.mark.right],
    }


def _right(marked: Iterable[Marked]) -> int:
    return sum(one.mark.right for one in marked)


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _latencies(marked: Sequence[Marked]) -> dict[str, float | None]:
    spent = [
        float(one.answer["elapsed_ms"])
        for one in marked
        if one.answer is not None and isinstance(one.answer.get("elapsed_ms"), int | float)
    ]
    warm = sorted(spent[1:])
    named = {f"p{rank}": percentile(warm, rank) for rank in (50, 95, 99)}
    return {"first": spent[0] if spent else None, **named, "max": warm[-1] if warm else None}


def percentile(ordered: Sequence[float], rank: int) -> float | None:
    """The smallest of some ascending values that at least `rank` per cent of them do not exceed."""
    return ordered[max(0, math.ceil(len(ordered) * rank / 100) - 1)] if ordered else None


def _wrong(one: Marked) -> dict[str, Any]:
    """A question that was not answered right: what went wrong, and what was said."""
    if one.answer is None:
        what = "missing"
    elif one.mark.refused:
        what = "refused"
    else:
        what = "wrong" if one.question["answerable"] else "should_refuse"
    text = str((one.answer or {}).get("text") or "")
    return {"id": one.question.get("id"), "question": one.question["question"], "what": what, "text": text}


_WHAT = {"missing": "没有回答", "refused": "可答而未答", "wrong": "答错", "should_refuse": "不可答而答了"}


def summary_text(result: dict[str, Any], *, wrong: bool = False) -> str:
    """The summary for a person; with `wrong` also every question that was not answered right."""
    answerable, answered, refusal = result["answerable"], result["answered"], result["refusal"]
    lines = [
        f"共 {result['n']} 问，答对 {result['right']}，正确率 {_percent(result['accuracy'])}。",
        f"可答的 {answerable['n']} 问答对 {answerable['right']}（{_percent(answerable['accuracy'])}）；"
        f"作了答的 {answered['n']} 问答对 {answered['right']}，准确率 {_percent(answered['precision'])}。",
        f"不可答的 {refusal['unanswerable']} 问拒答 {refusal['right']}，召回率 {_percent(refusal['recall'])}；"
        f"拒答共 {refusal['refused']} 问，其中该拒的 {_percent(refusal['precision'])}。",
        "可靠性："
        + "，".join(
            f"{name} = {'—' if value is None else f'{value:.1f}'}" for name, value in result["reliability"].items()
        )
        + "（答对或该拒而拒 +1，答错或不该答而答 −c，可答而未答 0）。",
    ]
    if result["missing"]:
        lines.append(f"没有回答的 {result['missing']} 问，按未答对计。")
    spent = result["latency_ms"]
    if spent["p50"] is not None:
        lines.append(
            f"用时：中位 {spent['p50']:.1f} ms，95% 在 {spent['p95']:.1f} ms 内，99% 在 {spent['p99']:.1f} ms 内，"
            f"最长 {spent['max']:.1f} ms；首问（含读入词典）{spent['first']:.1f} ms。"
        )
    lines += ["", *_table(result["kinds"])]
    if wrong and result["wrong"]:
        lines += ["", "未答对："]
        for entry in result["wrong"]:
            said = " ".join(entry["text"].split())
            lines.append(f"  {entry['id']}　{_WHAT[entry['what']]}　{entry['question']}")
            lines.append(f"    {said[:200]}{'…' if len(said) > 200 else ''}")
    return "\n".join(lines)


def _table(kinds: dict[str, Any]) -> list[str]:
    width = max((len(kind) for kind in kinds), default=0)
    lines = [f"{'类别':<{max(width - 2, 0)}}   问数  答对   正确率  拒答"]
    lines += [
        f"{kind:<{width}}  {own['n']:>5} {own['right']:>5}  {_percent(own['accuracy']):>7} {own['refused']:>5}"
        for kind, own in kinds.items()
    ]
    return lines


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"

"""What of a question says something: its stretches cut into void and restricting words, and how a refusal quotes what stayed.

A stretch is judged in its place: some words are void in some neighbourhoods only, and a restricting word may begin in the year or place
before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mbkg.ask.mentions import Question, runs
from mbkg.ask.voidwords import Token, cut

_OPEN = frozenset(
    {"year", "relative", "region", "body", "amount"}
)  # what a restricting word may begin in: 2024年|均, 威海市|级


def named_in(question: Question) -> frozenset[str]:
    """The kinds and senses that a question mentions."""
    return frozenset({mention.kind for mention in question.mentions}).union(
        *(mention.senses for mention in question.mentions)
    )


def tokens_of(question: Question, start: int, end: int) -> list[Token]:
    """The words of one stretch of a question, with the letters before it where a restricting word may begin there."""
    opened = next((m.start for m in question.mentions if m.end == start and m.kind in _OPEN), start)
    return cut(question.folded, start, end, named_in(question), opened)


def content(question: Question, start: int, end: int) -> str:
    """What of a stretch says something: without void words at its ends, blank if it is made of them."""
    spoken = [token for token in tokens_of(question, start, end) if not token.silent]
    return question.folded[max(start, spoken[0].start) : spoken[-1].end] if spoken else ""


def meant(question: Question) -> list[tuple[str, str]]:
    """The void words that mean something all the same, each with its sense, in order."""
    return [
        (token.text, token.word.sense)
        for start, end in runs(question, question.mentions)
        for token in tokens_of(question, start, end)
        if token.silent and token.word.sense
    ]


def quoted(question: Question, left: Iterable[tuple[int, int, str]]) -> str:
    """The words that stayed without meaning, whole and in quotes; one letter alone stands with the letters around it."""
    said = [_whole(question, tokens) for tokens in _spoken(question, left)]
    return "、".join(dict.fromkeys(f"“{word}”" for word in said))


def reasons(question: Question, left: Iterable[tuple[int, int, str]]) -> str:
    """What the reports have none of, in a sentence for each class of restricting words that a question holds."""
    tokens = [token for group in _spoken(question, left) for token in group]
    return "".join(dict.fromkeys(f"{token.word.why}。" for token in tokens if token.word.why))


def _spoken(question: Question, left: Iterable[tuple[int, int, str]]) -> list[Sequence[Token]]:
    """The words that say something, those that touch together; a restricting word stands alone."""
    groups: list[list[Token]] = []
    for start, end, _ in left:
        last: Token | None = None
        for token in tokens_of(question, start, end):
            if token.silent and len(token.text) > 1:
                last = None
                continue
            alone = token.word.say == "restricting"
            if last is None or alone or last.word.say == "restricting":
                groups.append([token])
            else:
                groups[-1].append(token)
            last = token
    return [trimmed for group in groups if (trimmed := _trimmed(group))]


def _trimmed(group: list[Token]) -> list[Token]:
    """A group without void letters at its ends, unless one unknown letter is all that it says."""
    if not any(not token.silent for token in group):
        return []
    spoken = sum(len(token.text) for token in group if not token.silent)
    if spoken == 1:
        return group
    ends = [at for at, token in enumerate(group) if not token.silent]
    return group[ends[0] : ends[-1] + 1]


def _whole(question: Question, tokens: Sequence[Token]) -> str:
    start, end = tokens[0].start, tokens[-1].end
    word = question.folded[start:end]
    if len(word) > 1:
        return word
    if tokens[0].word.say == "restricting":  # 除工资, 剩多少
        return question.folded[start : end + 2]
    low, high = question.places[max(0, start - 2)], question.places[min(len(question.folded), end + 2) - 1]
    around = re.split(r"[，。；？！,;?!\s]", question.text[low : question.places[start]])[-1]
    behind = re.split(r"[，。；？！,;?!\s]", question.text[question.places[start] : high + 1])[0]
    return around + behind

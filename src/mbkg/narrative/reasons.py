"""Why a figure changed: the words after 主要原因是, trimmed to the clause that tells it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mbkg.narrative.clauses import Sentence
from mbkg.narrative.figures import figures
from mbkg.narrative.vocabulary import one_of, table


@dataclass(frozen=True, slots=True)
class Reason:
    """The printed reason, what it says it explains (`收支预算减少的`, often nothing), and where it stands in the paragraph."""

    text: str
    about: str
    start: int
    end: int


def find_reason(sentence: Sentence, index: int, *, explains: bool) -> Reason | None:
    """The reason that begins in this clause of a sentence, if one does.

    Args:
        explains: whether anything was said that a reason could explain; 主要是 is only a reason after a change.
    """
    clause = sentence.clauses[index]
    match = _trigger().search(clause.text)
    if match is None or not explains:
        return None
    if clause.phrases and match.start() > clause.phrases[0].figure.start - clause.start:
        return None
    if match.start() > 0 and "原因" not in match.group():
        return None  # `X主要是用于…` tells of X itself
    begin = clause.start + match.end()
    rest = sentence.text[begin - sentence.start :].lstrip("：，、")
    if rest.startswith(tuple(table("sentences")["not_a_reason"])) or not rest.strip("。"):
        return None
    begin = sentence.end - len(rest)
    end = _end(sentence, begin)
    text = sentence.text[begin - sentence.start : end - sentence.start].strip("，、；。：")
    return Reason(text, clause.text[: match.start()].strip("的，、"), begin, end)


def goes_on(text: str) -> bool:
    """Whether a sentence only continues the reason before it: 二是…"""
    return text.startswith(tuple(table("sentences")["reason_goes_on"][1:6]))


def _end(sentence: Sentence, begin: int) -> int:
    """A reason ends with its sentence, before 其中, and at a ； after which another figure is stated."""
    words = table("sentences")
    text = sentence.text[begin - sentence.start :]
    for match in re.finditer(rf"[，；](?:{one_of(words['reason_ends'])})|；", text):
        after = text[match.end() :]
        if match.group() != "；" or (
            not after.startswith(tuple(words["reason_goes_on"])) and figures(after.split("；")[0])
        ):
            return begin + match.start()
    return sentence.end


@cache
def _trigger() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in table("sentences")["reason"]))

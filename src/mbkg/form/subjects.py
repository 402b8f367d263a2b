"""The subjects of the classifications that prose names: `住房改革支出（款）住房公积金（项）`, and lists of what money buys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mbkg.form.marks import around
from mbkg.form.vocabulary import pattern
from mbkg.labels import strip_ordinal
from mbkg.narrative.paragraphs import Paragraph
from mbkg.reports import Place, SubjectName

_LONGEST = 30
_ITEM = re.compile(r"[、，；]")
_AMOUNT = re.compile(r"(?:[\d,.]+|等|以及|和(?=其他))(?:万元|元)?.*$")


def subject_names(joined: Sequence[Paragraph]) -> Iterator[SubjectName]:
    """Every subject named with its level, with what stands right in front of it; then those of lists, told apart by `group`."""
    groups = 0
    for each in joined:
        if each.section in ("terms", "duties"):
            continue
        yield from _marked(each)
        for names in _lists(each):
            groups += 1
            for name, at in names:
                yield SubjectName(name, "", Place(each.lines[at]), group=groups)


def _marked(each: Paragraph) -> Iterator[SubjectName]:
    above: list[tuple[str, str]] = []
    end = 0
    for found in pattern("subject", "mark").finditer(each.text):
        between = each.text[end : found.start()]
        stops = list(pattern("subject", "stops").finditer(between))
        name = between[stops[-1].end() :] if stops else between
        if end == 0 and not stops:
            name = strip_ordinal(name)
        start = found.start() - len(name)
        if start != end or stops:
            above = []
            name = pattern("subject", "lead").sub("", name.lstrip(".．"))
        end = found.end()
        if 2 <= len(name) <= _LONGEST:
            place = Place(each.lines[found.start() - len(name)])
            yield SubjectName(name, found[1], place, tuple(above), text=around(each.text, found))
            above.append((name, found[1]))


def _lists(each: Paragraph) -> Iterator[list[tuple[str, int]]]:
    """The names of each list `主要包括：基本工资、津贴补贴 79.27 万元、…`, with where each begins."""
    for found in pattern("subject", "list").finditer(each.text):
        if not re.search(pattern("subject", "list_of"), each.text[: found.start()][-80:]):
            continue
        at = found.start("items")
        names = []
        for piece in _ITEM.split(found["items"]):
            name = _AMOUNT.sub("", piece).strip()
            if 2 <= len(name) <= _LONGEST:
                names.append((name, at))
            at += len(piece) + 1
        if len(names) > 2:
            yield names

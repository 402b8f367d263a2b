"""The terms a report defines: 名词解释, and a definition given in passing (机关运行经费指…)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from mbkg.narrative.clauses import sentences
from mbkg.narrative.paragraphs import Paragraph
from mbkg.narrative.phrases import is_subject
from mbkg.narrative.vocabulary import one_of, table
from mbkg.reports import Place, Term

_LONGEST_NAME = 80
_IN_PASSING = re.compile(r"(?P<name>[^，。；：\d]{3,20}?)(?:是)?指(?=[^标数导南挥])(?P<rest>.{10,})")


def read_terms(paragraphs: Sequence[Paragraph]) -> tuple[Term, ...]:
    """Every term with its definition, in print order; a term defined twice keeps its entry under 名词解释."""
    listed = list(
        _listed([paragraph for paragraph in paragraphs if paragraph.section == "terms" and not paragraph.is_heading])
    )
    names = {term.name for term in listed}
    passing = [term for term in _in_passing(paragraphs) if term.name not in names]
    return tuple(sorted([*passing, *listed], key=lambda term: term.place.line or 0))


def _listed(paragraphs: Sequence[Paragraph]) -> Iterator[Term]:
    held: Term | None = None
    for paragraph in paragraphs:
        split = _split(paragraph.body)
        if split is None:
            if held is not None and paragraph.level is None and len(paragraph.body) > 2:
                held = Term(held.name, held.definition + paragraph.body, held.place)
            continue
        if held is not None:
            yield held
        held = Term(*split, Place(paragraph.lines[0]))
    if held is not None:
        yield held


def _split(text: str) -> tuple[str, str] | None:
    """A name and its definition; None where the text defines nothing."""
    match = _defined().search(text)
    if match is None or not 2 <= match.start() <= _LONGEST_NAME:
        return None
    name, definition = text[: match.start()].strip("，：、"), text[match.start() :].lstrip("：，")
    return (name, definition) if len(definition) >= 6 and "。" not in name else None


def _in_passing(paragraphs: Sequence[Paragraph]) -> Iterator[Term]:
    for paragraph in paragraphs:
        if paragraph.section != "explanation" or paragraph.is_heading:
            continue
        for sentence in sentences(paragraph.body, len(paragraph.text) - len(paragraph.body)):
            match = _IN_PASSING.match(sentence.text)
            if match is not None and is_subject(match["name"]):
                yield Term(match["name"], sentence.text[match.end("name") :], Place(paragraph.lines[sentence.start]))


@cache
def _defined() -> re.Pattern[str]:
    return re.compile(one_of(table("structure")["defined_by"]))

"""Names in answers: found in any of their forms, the longest first, no letter used twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mbkg.evaluation.words import folded

Forms = dict[str, list[str]]


def forms_of(entries: Iterable[Any] | None) -> Forms:
    """A name to its forms, from `[name, other form, …]` or a bare name."""
    forms: Forms = {}
    for entry in entries or ():
        if isinstance(entry, list | tuple):
            forms[entry[0]] = list(entry)
        else:
            forms[entry] = [entry]
    return forms


def places_of(text: str, forms: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Where each name stands in the folded text; names that do not stand there are left out."""
    letters = folded(text)
    taken = [False] * len(letters)
    spelled = [(folded(form), name) for name, own in forms.items() for form in own]
    found: dict[str, list[int]] = {}
    for form, name in sorted(filter(lambda pair: pair[0], spelled), key=lambda pair: (-len(pair[0]), *pair)):
        at = letters.find(form)
        while at != -1:
            end = at + len(form)
            if not any(taken[at:end]):
                taken[at:end] = [True] * len(form)
                found.setdefault(name, []).append(at)
            at = letters.find(form, at + 1)
    return {name: sorted(places) for name, places in found.items()}

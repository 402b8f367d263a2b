"""Names of bodies said shorter than they are printed: 规划资源局 and 规资局 are 江城市青山区规划和自然资源局 where no other fits.

A said name stands for a body when its letters stand in the body's own name in that order, when it begins as that name does behind
the place, keeps two letters at least of what sets the body apart, and ends with the word for its kind. A place before it must be
the body's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from mbkg.ask.lexicon import RANKS, Body, Lexicon, after_places, own_places, without_rank
from mbkg.ask.words import words
from mbkg.labels import fold

_LONGEST = 14


@dataclass(frozen=True, slots=True)
class _Name:
    """A body's name behind its place, cut into what sets it apart and the words that its kind may be said by."""

    body: str
    apart: str
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    rank: str


_NAMES: WeakKeyDictionary[Lexicon, dict[str, list[_Name]]] = WeakKeyDictionary()


def shortened(folded: str, lexicon: Lexicon) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The stretches of a folded question that are a shortened name, each with every body it can be; known names are left out."""
    found: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for kind, names in _names(lexicon).items():
        at = folded.find(kind)
        while at >= 0:
            for name in names:
                if (start := _begins(folded, at, name, lexicon)) is not None:
                    found[start, at + len(kind)].setdefault(name.body)
            at = folded.find(kind, at + 1)
    for (start, end), bodies in found.items():
        if folded[start:end] not in lexicon.senses:
            yield start, end, tuple(sorted(bodies))


def _begins(folded: str, at: int, name: _Name, lexicon: Lexicon) -> int | None:
    """Where a shortened name begins whose kind word stands at `at`; None where none does."""
    low = at
    for start in range(at - 1, max(-1, at - 1 - _LONGEST), -1):
        if not _holds(name.apart, folded[start:at]):
            break
        if folded[start] == name.apart[0]:
            low = start
    plain = words().body_plain
    if sum(letter not in plain for letter in folded[low:at]) < 2:
        return None
    own = max((place for place in name.places if folded.endswith(place, 0, low)), key=len, default="")
    if own:
        return low - len(own)
    if low and folded[low - 1] in RANKS:
        before = any(folded[start:low] in lexicon.senses for start in range(max(0, low - 6), low - 1))
        return low - 1 if folded[low - 1] == name.rank and not before else None
    return None if any(folded[start:low] in lexicon.region_words for start in range(max(0, low - 8), low)) else low


def _holds(whole: str, said: str) -> bool:
    """Whether the letters of `said` stand in `whole` in that order."""
    rest = iter(whole)
    return all(letter in rest for letter in said)


def _names(lexicon: Lexicon) -> dict[str, list[_Name]]:
    known = _NAMES.get(lexicon)
    if known is None:
        known = _NAMES[lexicon] = defaultdict(list)
        for body in lexicon.reporting:
            if (name := _name(body, lexicon)) is not None:
                for kind in name.kinds:
                    known[kind].append(name)
    return known


def _name(body: Body, lexicon: Lexicon) -> _Name | None:
    """A body's name taken apart; None where its short names are listed, or its kind is not known."""
    own, around = own_places(body, lexicon.region_names)
    rest = after_places(body.name, own | around)
    if rest in dict(words().body_forms) or (rest == body.name and own):
        return None
    core = fold(min(without_rank(rest), key=len))
    ending = max((kind for kind in words().body_kinds if core.endswith(kind)), key=len, default="")
    apart = core[: len(core) - len(ending)]
    if not ending or len(apart) < 2:
        return None
    own |= {place[:-1] for place in own if place[-1] in RANKS and len(place) > 2}
    places = {fold(place) for place in own} | {fold(wide + place) for wide in around for place in own}
    rank = next((place[-1] for place in sorted(own, key=len, reverse=True) if place[-1] in RANKS), "")
    return _Name(body.iri, apart, words().body_kinds[ending], tuple(sorted(places)), rank)

"""Words typed wrong: 荣城 for 荣成, 经废 for 经费, 机关运经费 for 机关运行经费.

Only letters that nothing else explains are looked at, and only a single known word may be what they stand for. A name of a real place, a
word that a report prints, and figures are never changed. What is changed is said with the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from mbkg.ask.characters import look_alike, sound
from mbkg.ask.lexicon import Lexicon, kind_of
from mbkg.ask.mentions import Question, content, read_question, runs
from mbkg.ask.words import words
from mbkg.labels import fold

Printed = Callable[[list[str]], bool]
"""Whether one of the stretches is a place's name or stands in something that reports print."""

_MOST = 4  # corrections to one question
_LOOSE = 6  # letters a word needs before any one of its later letters may be wrong
_SHORT = frozenset({"body", "region"})  # kinds whose words of two letters are corrected
_OWN_WORDS = frozenset({"project", "department", "operator"})  # long names that the linker compares, and words of one's own grammar


@dataclass(frozen=True, slots=True)
class Correction:
    """The letters `start:end` of a question's folded text and the word they stand for."""

    start: int
    end: int
    said: str
    meant: str


class Spellings:
    """The known words by how they sound, and by what is left when one letter is taken out or blanked."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self.blanked: dict[str, list[str]] = defaultdict(list)
        self.shortened: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for word, senses in lexicon.senses.items():
            kind = kind_of(senses[0])
            if len(word) > 2 or kind in _SHORT:
                self.by_sound[tuple(map(sound, word))].append(word)
                for at in range(len(word)):
                    self.blanked[f"{word[:at]}\0{word[at + 1 :]}"].append(word)
            if len(word) > 4 and kind not in _OWN_WORDS:
                for at in range(1, len(word)):
                    self.shortened[word[:at] + word[at + 1 :]].append((word, at))


_SPELLINGS: WeakKeyDictionary[Lexicon, Spellings] = WeakKeyDictionary()


def corrected(question: Question, lexicon: Lexicon, printed: Printed) -> Question:
    """The question with the words that were typed wrong put right, each said in `corrections`."""
    for _ in range(_MOST):
        free = _free(question)
        found = _correction(question, free, lexicon, printed) if free else None
        if found is None:
            break
        left, right = question.places[found.start], question.places[found.end - 1]
        again = read_question(question.text[:left] + found.meant + question.text[right + 1 :], lexicon)
        if len(_free(again)) >= len(free):
            break
        question = replace(again, corrections=(*question.corrections, (found.said, found.meant)))
    return question


def _free(question: Question) -> frozenset[int]:
    """The letters of every stretch that no mention covers and that says something."""
    spans = runs(question, question.mentions)
    return frozenset(at for low, high in spans if content(question.folded[low:high]) for at in range(low, high))


def _correction(question: Question, free: frozenset[int], lexicon: Lexicon, printed: Printed) -> Correction | None:
    """The longest stretch that stands for one known word; None where there is none, or where words differ in what they mean."""
    if lexicon not in _SPELLINGS:
        _SPELLINGS[lexicon] = Spellings(lexicon)
    spellings = _SPELLINGS[lexicon]
    folded = question.folded
    stretches = [
        (start, end)
        for start in range(len(folded))
        for end in range(start + 2, min(len(folded), start + lexicon.longest + 1) + 1)
        if any(at in free for at in range(start, end)) and _unbroken(question, start, end)
    ]
    for start, end in sorted(stretches, key=lambda span: (span[0] - span[1], span[0])):
        said = folded[start:end]
        meant = sorted(set(_meant(said, start, free, spellings, lexicon)))
        if meant and len({lexicon.senses[word] for word in meant}) == 1 and not printed(_near(folded, start, end)):
            return Correction(start, end, said, meant[0])
    return None


def _unbroken(question: Question, start: int, end: int) -> bool:
    """Whether only spaces stand between the letters."""
    low, high = question.places[start], question.places[end - 1]
    kept = set(question.places[start:end])
    return all(at in kept or question.text[at].isspace() for at in range(low, high + 1))


def _near(folded: str, start: int, end: int) -> list[str]:
    """The stretch, and every stretch of a place's length that shares its beginning."""
    return list(dict.fromkeys([folded[start:end], *(folded[start:at] for at in range(start + 2, start + 7))]))


def _meant(said: str, start: int, free: frozenset[int], spellings: Spellings, lexicon: Lexicon) -> Iterator[str]:
    """The known words that a stretch may stand for."""
    if said in lexicon.senses:
        return
    size = len(said)
    for word in spellings.by_sound.get(tuple(map(sound, said)), ()):
        wrong = [at for at in range(size) if said[at] != word[at]]
        if len(wrong) <= (1 if size < 5 else 2) and all(start + at in free for at in wrong):
            yield word
    for at in range(size):
        if start + at not in free or _fixed(said[at]):
            continue
        for word in spellings.blanked.get(f"{said[:at]}\0{said[at + 1 :]}", ()):
            own = kind_of(lexicon.senses[word][0]) in _OWN_WORDS
            loose = size >= _LOOSE and at > 1 and not own and not _opposite(said[at], word[at])
            if not _fixed(word[at]) and (loose or look_alike(said[at], word[at])):
                yield word
        if size > 4 and at and said[at] == said[at - 1] and (word := said[:at] + said[at + 1 :]) in lexicon.senses:
            yield word
    if size > 3 and any(start + at in free for at in range(size)):
        yield from (word for word, at in spellings.shortened.get(said, ()) if not _fixed(word[at]))


def _fixed(letter: str) -> bool:
    """Whether a letter is a figure or turns a word into its opposite: never taken out, put in or changed."""
    return letter.isascii() or letter in words().fixed


def _opposite(one: str, other: str) -> bool:
    return any(one in pair and other in pair for pair in words().opposites)


def folded_words(texts: list[str]) -> str:
    """Printed names as one text to look stretches up in."""
    return "\n".join(map(fold, texts))

"""Words typed wrong: 荣城 for 荣成, 经废 for 经费, 机关运经费 for 机关运行经费.

Only letters that nothing else explains are looked at, and only a single known word may be what they stand for. A name of a real place, a
word that a report prints, and figures are never changed. What is changed is said with the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from mbkg.ask.characters import look_alike, sound
from mbkg.ask.compile import text_term
from mbkg.ask.lexicon import Lexicon, kind_of
from mbkg.ask.mentions import Question, read_question, runs
from mbkg.ask.session import Session
from mbkg.ask.void import content
from mbkg.ask.words import words
from mbkg.labels import fold

Printed = Callable[[list[str]], bool]
"""Whether the first of some stretches stands in a name that reports print, or one of them is the name of a place."""

_MOST = 4  # corrections to one question
_FREE = 60  # letters not understood; more of them are no typing errors
_LOOSE = 6  # letters a word needs before any one of its later letters may be wrong
_SHORT = frozenset({"body", "region"})  # kinds whose words of two letters are corrected
_OWN_WORDS = frozenset(
    {"project", "department", "operator"}
)  # long names that the linker compares, and words of one's own grammar


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
        found = _correction(question, free, lexicon, printed) if 0 < len(free) <= _FREE else None
        if found is None:
            break
        left, right = question.places[found.start], question.places[found.end - 1]
        again = read_question(question.text[:left] + found.meant + question.text[right + 1 :], lexicon)
        if len(_free(again)) >= len(free):
            break
        question = replace(again, corrections=(*question.corrections, (found.said, found.meant)))
    return question


def printed_in(session: Session) -> Printed:
    """The check that a stretch is no word of its own, against the graph."""

    def printed(stretches: list[str]) -> bool:
        places = "VALUES ?word { " + " ".join(f"{text_term(word)}@zh" for word in stretches) + " }"
        names = f"VALUES ?word {{ {text_term(stretches[0])} }}"
        return bool(
            session.rows("regions", {}, quiet=True, words=places)
            or session.rows("printed", {}, quiet=True, words=names)
        )

    return printed


def with_corrections(text: str, corrections: Sequence[tuple[str, str]]) -> str:
    """An answer's text with the words that were read for others said in its first line, the one on how the question was understood."""
    if not corrections:
        return text
    said = "；".join(f"“{wrong}”按“{right}”理解" for wrong, right in corrections)
    first, mark, rest = text.partition("\n")
    return f"{first}（{said}）{mark}{rest}" if first.startswith("理解：") else f"（{said}）{text}"


def _free(question: Question) -> frozenset[int]:
    """The letters of every stretch that no mention covers and that says something."""
    spans = runs(question, question.mentions)
    return frozenset(at for low, high in spans if content(question, low, high) for at in range(low, high))


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
        if _complete_word(folded, start, end, free, lexicon):
            continue
        meant = sorted(set(_meant(said, start, free, spellings, lexicon)))
        if meant and len({lexicon.senses[word] for word in meant}) == 1:
            own = {fold(lexicon.label(sense)) for sense in lexicon.senses[meant[0]]}
            word = next((word for word in meant if word in own), meant[0])
            same = next((at for at, pair in enumerate(zip(said, word, strict=False)) if len({*pair}) > 1), len(said))
            if not printed(_near(folded, start, end, same)):
                return Correction(start, end, said, word)
    return None


def _complete_word(folded: str, start: int, end: int, free: frozenset[int], lexicon: Lexicon) -> bool:
    """Whether a stretch begins with a word that is right as it stands (公务接待费|较, 多多少|万元, 海东|举报)."""
    for at in range(start + 2, end):
        senses = lexicon.senses.get(folded[start:at])
        if senses is None:
            continue
        nearly = at >= end - 1 and (at - start > 2 or end in free)
        if nearly or kind_of(senses[0]) == "operator":
            return True
    return False


def _unbroken(question: Question, start: int, end: int) -> bool:
    """Whether only spaces stand between the letters."""
    low, high = question.places[start], question.places[end - 1]
    kept = set(question.places[start:end])
    return all(at in kept or question.text[at].isspace() for at in range(low, high + 1))


def _near(folded: str, start: int, end: int, same: int) -> list[str]:
    """The stretch, and every stretch of a place's length from its beginning on that holds a letter to be changed."""
    behind = (folded[start:at] for at in range(start + max(2, same + 1), start + 7))
    around = (
        folded[low:at] for low in range(max(0, start - 3), start) for at in range(start + 1, end + 1)
    )  # 上|海市 is no 海东市
    return list(dict.fromkeys([folded[start:end], *behind, *around]))


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
        here = start + at in free
        if size > 4 and at and said[at] == said[at - 1] and (here or start + at - 1 in free):
            word = said[:at] + said[at + 1 :]
            if word in lexicon.senses and not _fixed(said[at]):
                yield word
        for word in (
            spellings.blanked.get(f"{said[:at]}\0{said[at + 1 :]}", ()) if here and not _fixed(said[at]) else ()
        ):
            own = kind_of(lexicon.senses[word][0]) in _OWN_WORDS
            loose = size >= _LOOSE and at > 1 and not own and not _opposite(said[at], word[at])
            if not _fixed(word[at]) and (loose or look_alike(said[at], word[at])):
                yield word
    if size > 3 and any(start + at in free for at in range(size)):
        yield from (word for word, at in spellings.shortened.get(said, ()) if not _fixed(word[at]))


def _fixed(letter: str) -> bool:
    """Whether a letter is a figure or turns a word into its opposite: never taken out, put in or changed."""
    return letter.isascii() or letter in words().fixed


def _opposite(one: str, other: str) -> bool:
    return any(one in pair and other in pair for pair in words().opposites)

"""A line that goes on from the question before it: what it names replaces what was named, the rest of the last question stays.

    哪个单位三公经费最高  +  那机关运行经费呢  =  哪个单位机关运行经费最高

The merge is one of mentions, not of finished plans: the merged question is read again as a whole and passes every check that a question
passes, so nothing said before is dropped unseen. Whatever cannot be merged without a guess is asked back. `Followed.told` says what
stayed and what changed.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from mbkg.ask.mentions import Mention, Question
from mbkg.ask.session import Refused
from mbkg.ask.slots import WHICH_BODY, leftovers
from mbkg.ask.words import words
from mbkg.resources import resource_path

_ORDER = frozenset({"max", "min", "rank", "nth", "top", "bottom", "descending", "ascending"})
_LIMIT = frozenset({"greater", "atLeast", "less", "atMost", "equal"})
_TOGETHER = frozenset({"sum", "difference", "times", "share", "change", "increase", "decrease"})
_ASKS = frozenset({"amount", "count", "which", "group"})
_SLOT_OF_KIND = {
    "body": "place",
    "region": "place",
    "year": "time",
    "relative": "time",
    "phase": "phase",
    "population": "population",
    "nth": "order",
    "top": "order",
    "amount": "limit",
}
_PER_HEAD = "measure/perCapitaCost"
_PHASES = {"预算": "phase/budget", "决算": "phase/finalAccount"}

Reader = Callable[[str], Question]
"""How a line is taken apart."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The question that a line amounts to, what of the last one it keeps, and what it changed, each `(slot, before, now)`."""

    question: str
    kept: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def told(self) -> str:
        """One line for the reader; never left out where a question was merged."""
        names = _chat()["slots"]
        kept = "、".join(f"“{part}”" for part in self.kept) or "无"
        moves = [
            f"{names[slot]}由“{before}”改为“{now}”"
            if before and now
            else f"{names[slot]}加上“{now}”"
            if now
            else f"去掉“{before}”"
            for slot, before, now in self.changed
        ]
        moves += [f"“{wrong}”按“{right}”理解" for wrong, right in self.corrections]
        return f"接上一问：沿用{kept}；{'，'.join(moves) or '没有不同'}。按“{self.question}”作答。"


@cache
def _chat() -> dict[str, Any]:
    with resource_path("ontology", "asking", "chat.toml").open("rb") as file:
        return tomllib.load(file)


def with_antecedent(line: str, bodies: Sequence[str]) -> str:
    """The line with 它, 这家单位 … at its beginning replaced by the one body that the last answer was about.

    Raises:
        Refused: there is no such body, or several.
    """
    said = next((word for word in _chat()["pronouns"] if line.startswith(word)), "")
    if not said:
        lead = next((word for word in _chat()["leads"] if line.startswith(word) and len(line) > len(word)), "")
        return lead + with_antecedent(line[len(lead) :], bodies) if lead else line
    if len(bodies) != 1:
        which = f"可能指{'、'.join(bodies)}" if bodies else "前面没有说到哪一家"
        raise Refused("ambiguous", "ambiguous", f"“{said}”{which}，请说出单位名称。")
    return bodies[0] + line[len(said) :]


def stripped(line: str, read: Reader) -> tuple[str, bool]:
    """The line without the words that only tie it to the last question, and whether it had any."""
    text = line.strip().rstrip("？?。！! ")
    lead = next((word for word in _chat()["leads"] if text.startswith(word) and len(text) > len(word)), "")
    text = text[len(lead) :].lstrip("，, ")
    tail = next((word for word in _chat()["tails"] if text.endswith(word)), "")
    asks = _ASKS & {name for m in read(text).of("operator") for name in _names(m)}
    rest = text.removesuffix(tail) if tail and not asks else text
    return rest, bool(lead) or rest != text


def is_fragment(question: Question) -> bool:
    """Whether a line names nothing whose figure could be asked: only whose, when, in what order, why."""
    return bool(question.mentions) and not any(slot == "item" for _, slot in _slotted(question))


def follow(line: str, last: Question, read: Reader) -> Followed:
    """The line as a change of the last question.

    Raises:
        Refused: the change could be meant in more than one way, or does not fit the last question.
    """
    new = read(line)
    given: dict[str, list[Mention]] = {}
    for mention, slot in _slotted(new):
        given.setdefault(slot, []).append(mention)
    if not given:
        raise Refused("out_of_scope", "not_in_schema", f"没有听懂“{line}”要在上一问里换掉什么，请把问题说全。")
    old: dict[str, list[Mention]] = {}
    for mention, slot in _slotted(last):
        old.setdefault(slot, []).append(mention)
    dropped = _dropped(given, old)
    _one_meaning(given, old, last)
    edits: list[tuple[int, int, str]] = []
    changed: list[tuple[str, str, str]] = []
    gone: set[Mention] = set()
    for slot in _chat()["slots"]:
        own, now = old.get(slot, []), _span(new, given.get(slot, []))
        if slot not in given and slot not in dropped:
            continue
        if slot == "time":
            now = _year_said(given["time"], own, now)
        if slot == "item" and own and (part := _part_of_share(own, last)):
            own = part
        if slot == "item" and not _per_head(given.get(slot, ())) and "population" not in given:
            own = sorted([*own, *old.get("population", [])], key=lambda mention: mention.start)
        if slot == "order" and _only_place(given.get(slot, ())):
            own = [mention for mention in own if _only_place([mention])]  # 最低 stays, its first becomes its second
        gone.update(own)
        before = _span(last, own)
        at = _place_for(slot, last, old)
        edits += _replaced(last, own, now) if own else [(at, at, now)]
        if before != now:
            changed.append((slot, before, now))
    text = _edited(last.text, edits)
    merged = read(text)
    kept = [mention for mention, _ in _slotted(last) if mention not in gone]
    if not _holds(merged, kept, [mention for own in given.values() for mention in own]):
        raise Refused("ambiguous", "ambiguous", f"“{line}”接不上前面的“{last.text}”，请把问题说全。")
    return Followed(text, tuple(_span(last, [mention]) for mention in kept), tuple(changed), new.corrections)


def _names(mention: Mention) -> set[str]:
    return {sense.rpartition("/")[2] for sense in mention.senses}


def _slotted(question: Question) -> list[tuple[Mention, str]]:
    """Every mention, and every stretch that none covers, with the slot it fills, in order."""
    unknown = [Mention(start, end, said, "unknown") for start, end, said in leftovers(question)]
    pieces = [piece for mention in question.mentions for piece in _apart(mention)]
    everything = sorted([*pieces, *unknown], key=lambda mention: mention.start)
    return [(mention, _slot(mention)) for mention in everything]


def _apart(mention: Mention) -> list[Mention]:
    """A measure whose words end with a phase (基本支出预算) as two: what it measures, and the phase."""
    phase = _PHASES.get(mention.words[-2:])
    if mention.kind not in ("measure", "nature") or phase is None or len(mention.words) <= 2:
        return [mention]
    cut = mention.end - 2
    first = replace(mention, end=cut, words=mention.words[:-2])
    return [first, Mention(cut, mention.end, mention.words[-2:], "phase", (phase,))]


def _slot(mention: Mention) -> str:
    names = _names(mention)
    if mention.kind == "operator":
        if "which" in names:
            return "place" if mention.words in WHICH_BODY else "over"
        return "order" if names & _ORDER else "limit" if names & _LIMIT else "doing"
    if mention.kind == "ask":
        return "place" if "body" in mention.senses else "over"
    return _SLOT_OF_KIND.get(mention.kind, "item")


def _asks_which(mentions: Iterable[Mention]) -> bool:
    return any(mention.kind in ("operator", "ask") for mention in mentions)


def _dropped(given: dict[str, list[Mention]], old: dict[str, list[Mention]]) -> set[str]:
    """What of the last question goes because something else takes its part: a rank where one unit is named, 多少 where an order is."""
    gone: set[str] = set()
    names = {name for mention in given.get("doing", ()) for name in _names(mention)}
    if "place" in given and not _asks_which(given["place"]) and _asks_which(old.get("place", ())):
        gone |= {"order"} & set(old)
    if "order" in given or names:
        gone |= {"doing"} & set(old) if "why" not in names else set()
    if names - {"why"}:
        gone |= {"order"} & set(old)
    return gone - set(given)


def _one_meaning(given: dict[str, list[Mention]], old: dict[str, list[Mention]], last: Question) -> None:
    """Refuse where one thing would replace one of several that are compared, or a reason is asked for a rank.

    Raises:
        Refused: which one is meant is not said.
    """
    doing = {name for mention in old.get("doing", ()) for name in _names(mention)}
    ranked = bool(old.get("order")) and _asks_which(old.get("place", ()))
    if ranked and any("why" in _names(mention) for mention in given.get("doing", ())):
        why = "报告只说明增减的原因，不说明为什么排在这一位。可以问某个单位的这一项为什么增加或减少。"
        raise Refused("out_of_scope", "not_in_schema", why)
    for slot in ("place", "time", "item"):
        several = [mention for mention in old.get(slot, ()) if mention.kind != "unknown"]
        apart = any(_joined(last, one, other) for one, other in pairwise(several))
        compared = doing & _TOGETHER or old.get("order") or "比" in last.folded
        if slot in given and len(several) > 1 and apart and compared and not _part_of_share(several, last):
            names = "、".join(_span(last, [mention]) for mention in several)
            raise Refused("ambiguous", "ambiguous", f"上一问比较了{names}，不知道要换掉哪一个，请把问题说全。")


def _joined(question: Question, one: Mention, other: Mention) -> bool:
    between = question.between(one.end, other.start)
    return any(sign in between for sign in (*words().conjunctions, "占"))


def _part_of_share(items: Sequence[Mention], question: Question) -> list[Mention]:
    """The items before 占, where there are also some behind it: 公车占三公经费多少, and then 那公务接待费呢."""
    at = question.folded.find("占")
    part = [mention for mention in items if mention.end <= at]
    return part if at > 0 and part and len(part) < len(items) else []


def _per_head(mentions: Sequence[Mention]) -> bool:
    return bool(mentions) and all(_PER_HEAD in mention.senses for mention in mentions)


def _only_place(mentions: Sequence[Mention]) -> bool:
    """Whether an order says only which place (第二, 前三名), not from which end."""
    return bool(mentions) and all(m.kind in ("nth", "top") or _names(m) <= {"nth", "top"} for m in mentions)


def _year_said(given: Sequence[Mention], own: Sequence[Mention], now: str) -> str:
    """上年 behind a question about 2025 is 2024, not the year before the report's."""
    years = [mention for mention in own if mention.kind == "year"]
    if len(given) == 1 and given[0].kind == "relative" and given[0].number and len(years) == 1 and years[0].number:
        return f"{int(years[0].number + given[0].number)}年"
    return now


def _span(question: Question, mentions: Sequence[Mention]) -> str:
    """The raw text from the first to the last of some mentions."""
    if not mentions:
        return ""
    return question.text[_raw(question, mentions[0])[0] : _raw(question, mentions[-1])[1]]


def _raw(question: Question, mention: Mention) -> tuple[int, int]:
    return question.places[mention.start], question.places[mention.end - 1] + 1


def _replaced(question: Question, own: Sequence[Mention], now: str) -> list[tuple[int, int, str]]:
    """The first of some mentions replaced and the others taken out, each with what only joined it to the one before."""
    edits = [(*_raw(question, own[0]), now)]
    for before, mention in pairwise(own):
        start, end = _raw(question, mention)
        between = question.between(before.end, mention.start).strip()
        joined = between in words().conjunctions or between == "的"
        edits.append((_raw(question, before)[1] if joined else start, end, ""))
    return edits


def _place_for(slot: str, question: Question, old: dict[str, list[Mention]]) -> int:
    """Where in the raw text something goes for which the last question had no place."""

    def first(*slots: str) -> int | None:
        return min((_raw(question, m)[0] for name in slots for m in old.get(name, ())), default=None)

    def after(*slots: str) -> int | None:
        return max((_raw(question, m)[1] for name in slots for m in old.get(name, ())), default=None)

    end = len(question.text.rstrip("？?。！! "))
    found: int | None = end
    if slot == "place":
        found = 0
    elif slot == "time":
        found = after("place") if not _asks_which(old.get("place", ())) else 0
        found = found or 0
    elif slot == "phase":
        found = after("item", "population")
    elif slot in ("population", "item"):
        found = first("item") if slot == "population" else first("order", "doing")
    return end if found is None else found


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, now in sorted(edits, reverse=True):
        text = text[:start] + now + text[end:]
    return text.strip("，, ")


def _holds(merged: Question, kept: Sequence[Mention], new: Sequence[Mention]) -> bool:
    """Whether the merged question, read again, names what was kept and what is new, and nothing else."""

    def said(mentions: Iterable[Mention]) -> Counter[tuple[object, ...]]:
        named = (mention for mention in mentions if mention.kind not in ("unknown", "relative", "year"))
        return Counter((mention.kind, mention.senses, mention.number, mention.unit) for mention in named)

    def letters(mentions: Iterable[Mention]) -> Counter[str]:
        return Counter("".join(mention.words for mention in mentions if mention.kind == "unknown"))

    found = [mention for mention, _ in _slotted(merged)]
    times = [sum(m.kind in ("year", "relative") for m in own) for own in (found, [*kept, *new])]
    return said(found) == said([*kept, *new]) and letters(found) == letters([*kept, *new]) and times[0] == times[1]

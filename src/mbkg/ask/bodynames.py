"""Which bodies a question names: places that are only the address of another, and names said without their place.

山东省威海市医保中心 and 威海那边的医保中心 are one body; 医保中心 alone is the only reporting body of that name, and where two share
it nothing is picked. A name without its place never stands for a body of another place than the one the question says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from mbkg.ask.lexicon import Lexicon
from mbkg.ask.mentions import Mention, Question
from mbkg.ask.session import Refused, Session, holdings
from mbkg.ask.words import words

_LISTED = re.compile("分别|各|谁|哪|比|两|都|以及|还有")


def named_bodies(question: Question, session: Session) -> list[tuple[Mention, tuple[str, ...]]]:
    """The mentions that say whose figures are asked for, each with the bodies or regions it means.

    Raises:
        Refused: a name without its place stands beside a place that has no such body.
    """
    lexicon = session.lexicon
    said = question.of("body", "region")
    found: list[tuple[Mention, tuple[str, ...]]] = []
    for at, mention in enumerate(said):
        if at + 1 < len(said) and _is_address(mention, said[at + 1], question, lexicon):
            continue
        if mention.words not in lexicon.placeless:
            if mention.kind == "body" and mention.words not in lexicon.senses and len(mention.senses) == 1:
                session.note(f"“{mention.words}”按图中唯一相符的{lexicon.label(mention.senses[0])}理解")
            found.append((mention, mention.senses))
            continue
        before = said[at - 1] if at else None
        beside = before is not None and _close(before, mention, question)
        others = [before] if before is not None and beside else [other for other in said if other is not mention]
        meant = tuple(sense for sense in mention.senses if sense in _within(others, lexicon))
        after = said[at + 1] if at + 1 < len(said) else None
        joined = not beside and (
            (before is not None and _joined(before, mention, question))
            or (after is not None and _joined(mention, after, question))
        )
        if others and not joined:
            if not meant:
                where = "、".join(other.words for other in others if other is not None)
                raise Refused(
                    "no_data",
                    "not_in_schema",
                    f"图中没有{where}的“{mention.words}”的预算或决算报告。图中有：{holdings(lexicon)}。",
                )
            found = [entry for entry in found if entry[0] not in others]
        chosen = meant if others and not joined else mention.senses
        if len(chosen) == 1:
            session.note(f"“{mention.words}”没有说是哪里的，按图中唯一有这一名称的{lexicon.label(chosen[0])}理解")
        found.append((mention, chosen))
    return found


def is_between(start: int, end: int, question: Question, lexicon: Lexicon) -> bool:
    """Whether a stretch stands between a place and what it is the address of (烟台下面的招远医保局)."""
    said = question.of("body", "region")
    return any(
        one.end <= start and end <= other.start and _is_address(one, other, question, lexicon)
        for one, other in pairwise(said)
    )


def is_followed_by_name(mention: Mention, question: Question) -> bool:
    """Whether another place or body is named right behind a place."""
    return any(other.start == mention.end for other in question.of("body", "region"))


def _is_address(one: Mention, other: Mention, question: Question, lexicon: Lexicon) -> bool:
    """Whether a place only says where the next one lies (山东省威海市…)."""
    if one.kind != "region" or other.words in lexicon.placeless or not _close(one, other, question):
        return _is_place_of(one, other, question, lexicon)
    inner = _within([other], lexicon)
    outer = _within([one], lexicon)
    if not inner or not inner <= outer or inner == outer:
        return False
    own = any(lexicon.bodies[body].region in one.senses for body in outer)
    return not own or (one.end != other.start) or not _LISTED.search(question.folded)


def _is_place_of(one: Mention, other: Mention, question: Question, lexicon: Lexicon) -> bool:
    """Whether a place stands before the name of a body of that place, said without it (威海那边的医保中心)."""
    if one.kind != "region" or other.words not in lexicon.placeless or not _close(one, other, question):
        return False
    return bool(_within([one], lexicon) & {*other.senses})


def _within(mentions: Iterable[Mention | None], lexicon: Lexicon) -> set[str]:
    """The reporting bodies that some mentions name or that lie in the places they name."""
    found: set[str] = set()
    for mention in mentions:
        for sense in mention.senses if mention is not None else ():
            region = lexicon.bodies[sense].region if sense in lexicon.bodies else sense
            found |= {sense} if sense in lexicon.bodies and lexicon.bodies[sense].reports else set()
            found |= set(lexicon.bodies_within(region)) if sense not in lexicon.bodies else set()
    return found


def _close(one: Mention, other: Mention, question: Question) -> bool:
    """Whether only words of place stand between two mentions, and no mark that lists them."""
    between = question.between(one.end, other.start)
    return bool(words().of_place.fullmatch(question.folded[one.end : other.start])) and not re.search(
        "[、，,；;和与跟及]", between
    )


def _joined(one: Mention, other: Mention, question: Question) -> bool:
    between = question.between(one.end, other.start)
    return any(sign in between for sign in (*words().conjunctions, "VS", "vs"))

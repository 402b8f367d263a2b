"""What was not understood, said with the nearest thing that the graph holds."""

from __future__ import annotations

from mbkg.ask.lexicon import kind_of
from mbkg.ask.linking import phrases, topics
from mbkg.ask.mentions import Question
from mbkg.ask.session import Refused, Session, holdings
from mbkg.ask.slots import Slots, unknown_place
from mbkg.ask.void import quoted, reasons


def not_understood(question: Question, slots: Slots, session: Session) -> Refused:
    place = unknown_place(slots, session)
    if place:
        return Refused(
            "no_data", "not_in_schema", f"图中没有{place}的预算或决算报告。图中有：{holdings(session.lexicon)}。"
        )
    whose = "、".join(session.lexicon.label(body) for body in slots.bodies) or "图中各单位"
    if slots.left:
        what = quoted(question, slots.left)
    else:
        what = "、".join(f"“{mention.words}”" for mention in question.of("population", "measure", "code", "project"))
    if not what:
        return Refused(
            "out_of_scope",
            "not_in_schema",
            f"没有听懂要问哪一项数字。可以问预算、决算、三公经费、项目、绩效指标等。图中有：{holdings(session.lexicon)}。",
        )
    return Refused(
        "no_data",
        "not_in_schema",
        f"{whose}的报告里没有找到与{what}对应的科目、项目或指标，因此不作回答。{reasons(question, slots.left)}"
        f"{_perhaps(question, slots, session)}图中有：{holdings(session.lexicon)}。",
    )


def _perhaps(question: Question, slots: Slots, session: Session) -> str:
    """What the words not understood may have meant: a place one letter away, or the nearest project."""
    places = {
        word: session.lexicon.label(sense) if sense.startswith("http") else session.lexicon.regions.get(sense, word)
        for word, senses in session.lexicon.senses.items()
        for sense in senses
        if 1 < len(word) < 5 and kind_of(sense) in ("body", "region")
    }
    for _, _, said in slots.left:
        for word in sorted(places, key=lambda word: (-len(word), word)):
            start = said[: len(word)]
            if len(start) == len(word) and sum(a != b for a, b in zip(start, word, strict=True)) == 1:
                return f"“{start}”是不是“{word}”？"
    segments = next(iter(phrases(question, slots, split=False)), ())
    short = 0 < sum(map(len, segments)) <= 90
    near = session.linker.rank(segments, topics(slots, session, "project")) if short else []
    if near and near[0].covered >= 0.34 and len(near[0].topic.name) > 2:
        return f"最接近的项目是{session.lexicon.label(near[0].topic.body)}的“{near[0].topic.name}”。"
    return ""

"""Parts of a question understood as questions of their own, for the forms that take a question apart."""

from __future__ import annotations

from collections.abc import Callable

from mbkg.ask.mentions import Question, read_question
from mbkg.ask.plan import Plan
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given
from mbkg.ask.understand import understand as plainly

Reader = Callable[[Question, Session, Given], Plan]
ENDS = "？?。！!~；;，, 　"


def read(text: str, session: Session) -> Question:
    """A part of a question, taken apart."""
    return read_question(text, session.lexicon)


def span(question: Question, start: int, end: int) -> tuple[int, int]:
    """Where a folded stretch stands in the text."""
    return question.places[start], question.places[end - 1] + 1


def attempt(text: str, session: Session, given: Given, reader: Reader = plainly) -> Plan | None:
    """The plan of a part; None where the part is no question of its own.

    Raises:
        Refused: the part names a year that the graph does not hold, which no other reading could mend.
    """
    notes = list(session.notes)
    try:
        return reader(read(text, session), session, given)
    except Refused as refused:
        session.notes[:] = notes
        if refused.reason == "out_of_period":
            raise
        return None

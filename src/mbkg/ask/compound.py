"""Questions made of questions: yes or no about a figure, an outer question about what an inner one picks, an amount over stated heads.

Each is taken apart in the text as written, its parts are understood as questions of their own, and the parts become one plan. A sign of
such a question whose parts are not understood is a reason to refuse: it is never answered as if the sign were not there.
"""

from __future__ import annotations

from mbkg.ask.divided import divided
from mbkg.ask.fromtexts import from_texts
from mbkg.ask.joint import joint
from mbkg.ask.mentions import Question
from mbkg.ask.nested import nested
from mbkg.ask.pairs import pairs
from mbkg.ask.partsum import parts_sum
from mbkg.ask.picked import picked
from mbkg.ask.plan import Plan
from mbkg.ask.session import Session
from mbkg.ask.slots import Given
from mbkg.ask.special import tables_tied
from mbkg.ask.spelled import spelled
from mbkg.ask.understand import understand as plainly
from mbkg.ask.yesno import verdict


def understand(question: Question, session: Session, given: Given | None = None) -> Plan:
    """The plan of a question, whatever it is made of.

    Raises:
        Refused: something in the question is not understood, or is not in the graph.
    """
    if (tables := tables_tied(question, session)) is not None:
        return tables
    for reading in (from_texts, parts_sum, pairs, verdict, picked, spelled, nested, joint, divided):
        plan = reading(question, session, given or Given())
        if plan is not None:
            return plan
    return plainly(question, session, given)

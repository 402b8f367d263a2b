"""One query for one answer: what the TEXT2SPARQL challenge asks for.

An answer is found by several queries and by reckoning with their rows; here its plan and its records are written as one query that
selects the answer and nothing else. Every query was run before it is given: it yields exactly the answer's figures or names, or, where
no single query can say the whole of it, the figures that the answer rests on.

    plan, reply ─► goal ─► candidates, the plainest first ─► the first that yields the goal
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mbkg.ask import lexicon_of
from mbkg.ask.answering import respond
from mbkg.ask.llm import answer_question
from mbkg.ask.plan import Plan, read_plan
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Session
from mbkg.ask.topics import LexicalLinker
from mbkg.graph.store import GraphStore
from mbkg.serve.lean.entities import entity_queries
from mbkg.serve.lean.figures import Figures
from mbkg.serve.lean.goals import Goal, goal_of, yields
from mbkg.serve.lean.numbers import number_queries, supporting_query
from mbkg.serve.lean.texts import text_queries
from mbkg.serve.lean.verdicts import verdict_queries
from mbkg.serve.lean.write import NOTHING

__all__ = ["NOTHING", "lean_query"]


def lean_query(question: str, store: GraphStore) -> str:
    """The query for a question, prefixes declared; for one that is refused a query that is sure to be empty."""
    answer = answer_question(question, store)
    if answer.status != "answered":
        return NOTHING
    plan = read_plan(answer.plan)
    session = Session(store, lexicon_of(store), LexicalLinker())
    try:
        reply = respond(plan, session)
    except Refused:
        return NOTHING
    goal = goal_of(plan, answer)
    figures = Figures(store)
    for query in _candidates(plan, reply, goal, figures, session):
        if yields(store, query, goal):
            return query
    return supporting_query(reply, figures) or NOTHING


def _candidates(plan: Plan, reply: Reply, goal: Goal, figures: Figures, session: Session) -> Iterator[str]:
    last = replace(plan, inner=None)  # what is asked of those that the inner question picked
    if goal.verdict is not None:
        return verdict_queries(plan, figures, session)
    if goal.numbers:
        return number_queries(last, reply, goal, figures)
    if goal.names:
        return entity_queries(last, reply, goal, figures)
    return text_queries(last, reply, figures)

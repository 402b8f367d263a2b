"""Asking: a Chinese question becomes a plan, the plan becomes SPARQL, the rows become an answer with its basis and its places.

    question ─► mentions ─► plan ─► SPARQL ─► records ─► answer

`answer_question` is the whole of it. Nothing is guessed: a word that no part of the plan explains is a refusal that names the word.
"""

from __future__ import annotations

import time
from dataclasses import replace
from weakref import WeakKeyDictionary

from mbkg.ask.answer import Answer, Place, Value
from mbkg.ask.answering import respond
from mbkg.ask.checking import contradictions
from mbkg.ask.compound import understand
from mbkg.ask.evidence import places_of, places_of_nodes
from mbkg.ask.fits import misfit
from mbkg.ask.lexicon import Lexicon, read_lexicon
from mbkg.ask.mentions import Question, read_question
from mbkg.ask.plan import Plan, read_plan
from mbkg.ask.say import understood
from mbkg.ask.session import Refused, Session
from mbkg.ask.spelling import corrected, printed_in, with_corrections
from mbkg.ask.topics import LexicalLinker
from mbkg.graph.store import GraphStore
from mbkg.labels import fold

__all__ = ["Answer", "Place", "Plan", "Value", "answer_question", "read_plan"]

_LEXICONS: WeakKeyDictionary[GraphStore, Lexicon] = WeakKeyDictionary()
_LONGEST_QUESTION = 500
LINKED_BY_MEANING = 0.6
FROM_PICTURE = "有数字识别自图片，请核对原件"


def answer_question(question: str, store: GraphStore) -> Answer:
    """Answer a question from the graph, or refuse with a reason; never an exception for anything the question says.

    The same graph and question give the same answer but for `elapsed_ms`. The words of the graph are read once for each store.
    """
    begun = time.perf_counter()
    lexicon = lexicon_of(store)
    session = Session(store, lexicon, LexicalLinker())
    loaded = time.perf_counter()
    plan: Plan | None = None
    read: Question | None = None
    mentions: tuple[str, ...] = ()
    try:
        asked = question.strip()
        if not asked or len(asked) > _LONGEST_QUESTION:
            why = "问题是空的。" if not asked else f"问题太长（超过{_LONGEST_QUESTION}字），请缩短。"
            raise Refused("out_of_scope", "out_of_scope", why)
        read = corrected(read_question(asked, lexicon), lexicon, printed_in(session))
        mentions = tuple(map(str, read.mentions))
        plan = understand(read, session)
        answer = _answered(question, plan, session)
    except Refused as refused:
        meant = _by_meaning(question, read, store, lexicon) if read and refused.reason == "not_in_schema" else None
        answer = meant or _refused(question, refused, plan, session)
    spent = time.perf_counter()
    timings = {"词典": (loaded - begun) * 1000, "作答": (spent - loaded) * 1000}
    answer = replace(answer, text=with_corrections(answer.text, read.corrections if read else ()))
    return _stamped(answer, (spent - begun) * 1000, mentions, timings)


def lexicon_of(store: GraphStore) -> Lexicon:
    """The words of a store, read at the first question and kept as long as the store is."""
    lexicon = _LEXICONS.get(store)
    if lexicon is None:
        lexicon = _LEXICONS[store] = read_lexicon(store)
    return lexicon


def _by_meaning(question: str, read: Question, store: GraphStore, lexicon: Lexicon) -> Answer | None:
    """The answer to a question whose words name nothing but whose meaning does; None where that is not clear enough to answer."""
    from mbkg.ask.meaning import meaning_linker

    linker = meaning_linker(store)
    if linker is None:
        return None
    session = Session(store, lexicon, linker)
    try:
        plan = understand(read, session)
        named = {node for select in plan.selects for node in (*select.projects, *select.indicators)}
        taken = linker.taken(named)
        if not taken:
            return None
        for phrase, names in taken:
            session.note(f"“{phrase}”按意思最接近的{'、'.join(f'“{name}”' for name in names)}理解")
        answer = _answered(question, plan, session)
    except Refused:
        return None
    return replace(answer, confidence=min(answer.confidence, LINKED_BY_MEANING))


def _answered(question: str, plan: Plan, session: Session) -> Answer:
    reply = respond(plan, session)
    if plan.ask in ("amount", "ratio", "change", "entity") and (why := misfit(fold(question), reply.values)):
        raise Refused("out_of_scope", "not_in_schema", why)
    if session.spent and any(record.phase == "phase/budget" for record in reply.records):
        reply.base("标为预算的是计划数，不是实际支出")
    places, conflicts = places_of(reply.records, session)
    if plan.ask != "check":
        broken, others = contradictions(reply.records, session)
        conflicts += broken
        places += [place for place in places_of_nodes(others, session) if place not in places]
    least_sure = min((place.confidence for place in places), default=1.0)
    if least_sure < 1:
        reply.base(FROM_PICTURE)
    basis = "；".join(
        [*(_units(reply.values) if plan.ask != "check" else ()), *reply.told(session.lexicon), *session.notes]
    )
    lines = [understood(plan, session.lexicon), *reply.lines]
    if basis:
        lines.append(f"口径：{basis}。".replace("。。", "。"))
    lines += [f"注意：{conflict}。" for conflict in conflicts]
    if places:
        lines += ["依据：", *(f"　{place}" for place in places[:12])]
    return Answer(
        question=question,
        status="answered",
        text="\n".join(lines),
        values=tuple(reply.values),
        entities=tuple(dict.fromkeys(reply.entities)),
        rows=tuple(reply.rows),
        basis="；".join([basis, *conflicts]) if conflicts else basis,
        sparql=_sparql(session),
        evidence=tuple(places),
        confidence=round(reply.confidence * least_sure, 3),
        plan=str(plan),
        yesno=reply.yesno,
    )


def _units(values: list[Value]) -> list[str]:
    units = list(dict.fromkeys(value.unit for value in values if value.unit))
    return [f"单位{'、'.join(units)}"] if units else []


def _refused(question: str, refused: Refused, plan: Plan | None, session: Session) -> Answer:
    return Answer(
        question=question,
        status=refused.status,
        text=refused.text,
        reason=refused.reason,
        sparql=_sparql(session),
        plan=str(plan) if plan else "",
    )


def _sparql(session: Session) -> str:
    return "\n\n".join(dict.fromkeys(session.queries))


def _stamped(answer: Answer, elapsed_ms: float, mentions: tuple[str, ...], timings: dict[str, float]) -> Answer:
    return replace(answer, elapsed_ms=round(elapsed_ms, 1), mentions=mentions, timings=timings)

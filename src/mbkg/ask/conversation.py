"""Questions one after another over one graph: each line is asked as it stands, or as a change of the question before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mbkg.ask import lexicon_of
from mbkg.ask.answer import Answer
from mbkg.ask.followup import follow, is_fragment, stripped, with_antecedent
from mbkg.ask.llm import answer_question
from mbkg.ask.mentions import Question, read_question
from mbkg.ask.session import Refused, Session
from mbkg.ask.spelling import corrected, printed_in
from mbkg.ask.topics import LexicalLinker
from mbkg.graph.store import GraphStore

_LONGEST = 500


@dataclass(slots=True)
class Conversation:
    """A store and what was said so far. `last` is the last question as it was answered,
    merged if it was a change of another; `about` the bodies that its answer was about."""

    store: GraphStore
    last: Question | None = None
    about: tuple[str, ...] = ()
    answer: Answer | None = None

    def ask(self, line: str) -> Answer:
        """The answer to one line; where the line was merged with the last question its text begins with what was kept and changed."""
        try:
            self.answer = self._ask(line)
        except Refused as refused:
            self.answer = Answer(question=line, status=refused.status, text=refused.text, reason=refused.reason)
        return self.answer

    def forget(self) -> None:
        """Begin anew: the next line stands for itself."""
        self.last, self.about = None, ()

    def _ask(self, line: str) -> Answer:
        if not line.strip() or len(line) > _LONGEST:
            return answer_question(line, self.store)
        asked = with_antecedent(line.strip(), self.about)
        named = asked != line.strip()
        rest, tied = stripped(asked, self._read)
        if named and not is_fragment(self._read(rest)):
            asked, tied = rest, False
        if self.last is not None and rest and (tied or is_fragment(self._read(rest))):
            alone = answer_question(rest, self.store) if not tied else None
            if alone is not None and alone.plan:
                return self._remember(rest, alone)
            followed = follow(rest, self.last, self._read)
            answer = answer_question(followed.question, self.store)
            return self._remember(followed.question, replace(answer, text=f"{followed.told}\n{answer.text}"))
        answer = answer_question(asked, self.store)
        if named:
            answer = replace(answer, text=f"接上一问：指{self.about[0]}。按“{asked}”作答。\n{answer.text}")
        return self._remember(asked, answer)

    def _read(self, line: str) -> Question:
        """A line taken apart as a question is, typing mistakes put right."""
        session = Session(self.store, lexicon_of(self.store), LexicalLinker())
        return corrected(read_question(line, session.lexicon), session.lexicon, printed_in(session))

    def _remember(self, question: str, answer: Answer) -> Answer:
        """Keep the question for the next line, unless nothing of it was understood."""
        lexicon = lexicon_of(self.store)
        read = self._read(question)
        understood = answer.plan or answer.reason in ("no_value", "out_of_period", "ambiguous")
        if answer.status == "answered" or (understood and not is_fragment(read)):
            self.last = read
            names = {body.name for body in lexicon.reporting}
            held = [name for name in answer.entities if name in names] or [
                str(row["单位"]) for row in answer.rows if row.get("单位") in names
            ]
            bodies = [lexicon.label(iri) for iri in lexicon.bodies if f'"{iri}"' in answer.plan]
            self.about = tuple(dict.fromkeys(held or bodies))
        return answer

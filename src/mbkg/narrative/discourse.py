"""Paragraphs read in order into statements; a figure that finds no subject is handed back, none is given one by guess.

`Reader` takes the clauses one by one: words without a figure set the scene (a topic, a date, what is compared with, a reason), a
figure becomes a value, a change of the value before it, a share or a rate of completion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.narrative.clauses import Clause, Phrase, Sentence, sentences
from mbkg.narrative.drafts import Defaults, Draft, measure_of, measure_of_base, year_of_base
from mbkg.narrative.figures import Figure, holds_figure
from mbkg.narrative.memory import Memory
from mbkg.narrative.paragraphs import Paragraph, strip_number
from mbkg.narrative.phrases import Lead, counted, is_subject, plain_tail, read_lead, same_subject
from mbkg.narrative.reasons import Reason, find_reason, goes_on
from mbkg.narrative.vocabulary import one_of, table
from mbkg.reports import Leftover, Statement


class Reader:
    """Reads paragraphs one after another into statements and leftovers."""

    def __init__(self, defaults: Defaults) -> None:
        self.body = defaults.body
        self.kind = defaults.kind
        self.memory = Memory(defaults)
        self.leftovers: list[Leftover] = []
        self.reason_open: Draft | None = None

    def read(self, paragraphs: Sequence[Paragraph]) -> None:
        for paragraph in paragraphs:
            self._read_paragraph(paragraph)

    def statements(self) -> tuple[Statement, ...]:
        """All statements in print order."""
        return tuple(draft.finish() for draft in self.memory.drafts)

    # --- paragraphs, sentences, clauses -----------------------------------------------------------------------------------

    def _read_paragraph(self, paragraph: Paragraph) -> None:
        if self.memory.enter_paragraph(paragraph) and paragraph.path:
            self.memory.now.heading = heading_subject(paragraph.path[-1])
            headed = paragraph.is_heading or paragraph.level is None
            if headed and (total := re.match(table("sentences")["total_heading"], paragraph.path[-1])):
                self.memory.now.total = total["subject"]
        if paragraph.is_heading:
            if paragraph.level is not None and paragraph.level >= 3:
                self.memory.now.heading = heading_subject(strip_number(paragraph.text))
            return
        if paragraph.section in ("duties", "tasks", "terms"):
            return  # their numbers are words: 第14届, 95%以上, 拟修改3件法规
        for sentence in sentences(paragraph.body, len(paragraph.text) - len(paragraph.body)):
            self._read_sentence(sentence)
        self.memory.leave_paragraph()

    def _read_sentence(self, sentence: Sentence) -> None:
        self.memory.enter_sentence(sentence)
        if self.reason_open is not None and goes_on(sentence.text):
            self.reason_open.reason.append(sentence.text)
            self._read_inside_reason(sentence.start, sentence.end)
            return
        self.reason_open = None
        until = 0
        for index, clause in enumerate(sentence.clauses):
            if clause.start < until:
                continue
            now = self.memory.now
            if reason := find_reason(sentence, index, explains=now.changed is not None or now.current is not None):
                until = self._take_reason(reason)
            else:
                self._read_clause(clause)

    def _read_clause(self, clause: Clause) -> None:
        if not clause.phrases:
            self._read_words(clause)
        for phrase in clause.phrases:
            self._read_phrase(phrase)
        outer = self.memory.now.current
        for inner in clause.brackets:
            self._read_clause(inner)
        if outer is not None:
            self.memory.now.current = outer
        if clause.mark == "；":
            self.memory.end_group()

    # --- clauses without a figure -----------------------------------------------------------------------------------------

    def _read_words(self, clause: Clause) -> None:
        """The base of a comparison, 持平, a date, 其中, a topic, an absence, or nothing to remember."""
        text, now = clause.words, self.memory.now
        if match := re.match(table("sentences")["as_of"], text):
            now.as_of = int(match["year"])
            return
        lead = read_lead(text, None, self.body)
        if lead.direction is not None and self._take_word_of_change(lead, text):
            return
        if lead.against and not lead.subject and lead.direction is None:
            now.against, now.against_all = lead.against, not self.memory.is_here(now.current)
        elif self._take_absence(clause):
            return
        elif match := re.fullmatch(r"“([^”]{3,40})”(?:项目|科目)?", text):
            self.memory.speak_of(match[1])
        elif clause.mark == "：" or lead.opens_part:
            self._open(lead, text)
        elif lead.subject and (len(lead.classes) >= 2 or re.search(r"（\d*项）", text)):
            self.memory.speak_of(lead.subject, lead.classes)
        elif match := re.fullmatch(r"(20\d\d)年度?", text):
            now.year = int(match[1])

    def _open(self, lead: Lead, text: str) -> None:
        """Words before a colon, or 其中: a topic, or the whole whose parts follow."""
        words = table("sentences")
        if opener := re.search(rf"(?:{one_of(words['openers'])})[，：]?$", text):
            whole = read_lead(text[: opener.start()], None, self.body).subject
            points_back = whole in (*words["generic_subjects"], *words["weak_subjects"]) and self.memory.is_here(
                self.memory.now.current
            )
            self.memory.list_parts(whole if is_subject(whole) and not points_back else "")
        elif tail := re.search(rf"{one_of(words['topic_tails'])}$", text):
            self.memory.speak_of(text[: tail.start()].strip("“”"))
        elif not re.search(rf"{one_of(words['heading_tails'])}$", text) and is_subject(lead.subject):
            self.memory.speak_of(lead.subject, lead.classes)

    def _take_word_of_change(self, lead: Lead, text: str) -> bool:
        """持平, 小于年初预算数, 增长（基数为0，不可比）: a change without a figure, on the statement it speaks of."""
        target, direction = self.memory.target(lead), lead.direction
        if direction is None or target is None:
            return False
        if lead.subject and not lead.generic and not same_subject(target.subject, lead.subject):
            return False
        against = lead.against or self.memory.now.against
        incomparable = any(word in text for word in table("sentences")["incomparable"])
        if not against and not incomparable and direction.sign != 0:
            return False
        target.direction = target.direction or direction.word
        target.undecided = target.undecided or direction.undecided
        if direction.sign == 0 and target.change is None:
            target.change = Decimal(0)
        self.memory.compare(target, against)
        self.memory.now.changed = target
        return True

    def _take_absence(self, clause: Clause) -> bool:
        """没有政府性基金收支, 无机关运行经费: a statement that there is nothing, measure 无, without a value."""
        words = table("sentences")
        match = re.match(words["absence"], clause.words)
        if (
            match is None
            or not match["subject"].endswith(tuple(words["absence_nouns"]))
            or not is_subject(match["subject"])
        ):
            return False
        printed = [int(year) for year in re.findall(r"(20\d\d)年", match["before"])]
        years: list[int | None] = [*printed] or [self.memory.year()]
        for year in years:
            draft = Draft(match["subject"], "无", year, "", self.memory.line(clause.start))
            self.memory.place(draft)
            self.memory.drafts.append(draft)
        return True

    # --- figures ----------------------------------------------------------------------------------------------------------

    def _read_phrase(self, phrase: Phrase) -> None:
        lead = read_lead(phrase.lead, phrase.figure, self.body)
        if not phrase.figure.unit:
            taken = False
            now = self.memory.now.changed
            if now is not None and now is self.memory.now.current and lead.role == "change":
                now.unitless = str(phrase.figure.value)  # 增加5.2万元，增长8.71：a lost 万元 or a lost %, nobody knows
        elif lead.role == "change":
            taken = self._take_change(lead, phrase.figure)
        elif lead.role == "base":
            taken = self._take_base(lead, phrase.figure)
        elif lead.role == "value":
            taken = self._take_value(lead, phrase)
        else:
            taken = self._take_share(lead, phrase.figure)
        if not taken:
            self._leave(phrase.figure)
            if lead.role == "value" and phrase.figure.is_money:
                self.memory.now.current = None  # what is said next is said of this figure, not of the one before it

    def _take_share(self, lead: Lead, figure: Figure) -> bool:
        """占36.9%, 完成年初预算的96%: of the subject it names, else of the last figure."""
        owner = self.memory.now.current
        named = lead.subject if lead.subject and not lead.generic else ""
        if named and not is_subject(named):
            return False
        if owner is not None and lead.role == "completion" and self.memory.counts_things(owner):
            owner = None
        subject = named or (owner.subject if owner is not None else self.memory.now.subject)
        if not subject:
            return False
        draft = self.memory.draft(subject, "占比" if lead.role == "share" else "完成率", lead, figure)
        draft.against = lead.against
        if owner is not None and owner.subject == subject and lead.year is None:
            draft.year = owner.year
        self.memory.drafts.append(draft)
        return True

    def _take_change(self, lead: Lead, figure: Figure) -> bool:
        """增加5万元, 下降3%: the change of the statement it speaks of, or of a subject of its own that prints no value."""
        direction, now = lead.direction, self.memory.now
        named = lead.subject if lead.subject and not lead.generic else ""
        if direction is None or (named and not is_subject(named)):
            return False
        target = self.memory.target(lead)
        sign = direction.sign
        if sign is None and not named and figure.is_percent and target is not None and target.change:
            sign = 1 if target.change > 0 else -1  # 减少0.5万元，下降（增长）25%: the amount said which
        if sign is None and figure.value != 0:
            return False
        against = lead.against or now.against
        other_base = target is not None and bool(target.against) and bool(against) and against != target.against
        if target is None or other_base or not target.take_change(figure, sign or 0):
            if not named and not other_base:
                return False
            target = self._change_of_its_own(lead, figure, named, target)
            target.take_change(figure, sign or 0)
        target.direction = target.direction or direction.word
        target.undecided = target.undecided or direction.undecided
        self.memory.compare(target, against or (now.part_against if now.part_of else ""))
        now.current = now.changed = target
        return True

    def _change_of_its_own(self, lead: Lead, figure: Figure, named: str, before: Draft | None) -> Draft:
        """A statement that only tells a change: of another subject, or of the last one against another base."""
        subject = named or (before.subject if before else "")
        measure = lead.measure or (before.measure if before else "") or measure_of(subject, "", figure, self.kind)
        if figure.is_percent and before is None:
            measure = lead.measure or str(table("measures")["default"][self.kind or "budget"])
        draft = self.memory.draft(subject, measure, lead, figure)
        draft.value = None
        draft.unit = (before.unit if before else "万元") if figure.is_percent else draft.unit
        self.memory.drafts.append(draft)
        if lead.opens_part and self.memory.now.current is not None:
            self.memory.list_parts()
        return draft

    def _take_base(self, lead: Lead, figure: Figure) -> bool:
        """较2024年预算70万元减少8万元: the figure is last year's, of the same subject."""
        owner = self.memory.now.current
        if owner is None or (lead.subject and not same_subject(lead.subject, owner.subject)):
            return False
        draft = self.memory.draft(owner.subject, measure_of_base(lead.against, owner.measure), lead, figure)
        draft.year = year_of_base(lead.against, owner.year)
        self.memory.drafts.append(draft)
        self.memory.now.against, self.memory.now.against_all = lead.against, False
        return True

    def _take_value(self, lead: Lead, phrase: Phrase) -> bool:
        figure, current = phrase.figure, self.memory.now.current
        lead = self._pointing_back(lead, figure)
        subject = "" if lead.generic else lead.subject
        if not plain_tail(phrase.tail):
            subject = counted(phrase.tail, phrase.lead) if figure.is_count else ""
            if not subject:
                return False
        if not subject:
            subject = self.memory.inherited(lead, figure)
        elif subject == "接待" and figure.is_count and current is not None:
            subject = current.subject.removesuffix("费")
        if not is_subject(subject):
            return False
        if lead.opens_part and current is not None:
            self.memory.list_parts()
        draft = self.memory.draft(subject, measure_of(subject, lead.measure, figure, self.kind), lead, figure)
        self.memory.compare(draft, lead.against)
        self.memory.drafts.append(draft)
        self.memory.now.current = draft
        return True

    def _pointing_back(self, lead: Lead, figure: Figure) -> Lead:
        """The lead with `generic` set where its words stand for what was named before, and only there (项目8个 counts projects)."""
        current = self.memory.now.current
        weak = lead.subject in table("sentences")["weak_subjects"] and current is not None and not current.is_money
        back = lead.generic or (weak and self.memory.is_here(current))
        return replace(lead, generic=bool(back and (self.memory.now.subject or current) and figure.unit != "个"))

    # --- reasons ----------------------------------------------------------------------------------------------------------

    def _take_reason(self, reason: Reason) -> int:
        """Attach a reason to what it explains; its figures are part of its words. Returns where the reason ends."""
        target = self._explained(reason)
        if target is not None and not target.reason:
            target.reason.append(reason.text)
            self.reason_open = target
        self._read_inside_reason(reason.start, reason.end)
        return reason.end

    def _explained(self, reason: Reason) -> Draft | None:
        lead = read_lead(reason.about, None, self.body)
        target = self._meant_by(reason, lead)
        if target is not None and lead.direction is not None:
            target.undecided = target.undecided or lead.direction.undecided
        return target

    def _meant_by(self, reason: Reason, lead: Lead) -> Draft | None:
        """The statement whose change a reason explains."""
        now = self.memory.now
        if lead.subject and not lead.generic:
            return self.memory.changed_in_chapter(lead.subject)
        if lead.direction is not None:
            target = self.memory.target(lead) or now.changed
            self._take_word_of_change(lead, reason.about)
            return target
        last = self.memory.drafts[-1] if self.memory.drafts else None
        if last is not None and last.measure == "完成率" and self.memory.is_here(last):
            return now.current  # 完成年初预算的96%，主要原因是…
        return now.changed

    def _read_inside_reason(self, start: int, end: int) -> None:
        """`X减少379万元` inside a reason is a statement of its own; all other figures there are only words."""
        now = self.memory.now
        keep = now.current, now.changed
        for sentence in sentences(self.memory.paragraph.text[start:end], start):
            for phrase in (phrase for clause in sentence.clauses for phrase in clause.phrases):
                lead = read_lead(phrase.lead, phrase.figure, self.body)
                named = (
                    lead.role == "change" and is_subject(lead.subject) and not lead.generic and len(lead.subject) <= 30
                )
                if named and phrase.figure.is_money and plain_tail(phrase.tail):
                    now.current = None
                    self._take_change(lead, phrase.figure)
        now.current, now.changed = keep

    def _leave(self, figure: Figure) -> None:
        paragraph = self.memory.paragraph
        near = paragraph.text[max(0, figure.start - 20) : figure.end + 4]
        self.leftovers.append(
            Leftover(self.memory.line(figure.number_at), near, paragraph.path[-1] if paragraph.path else "")
        )


def heading_subject(heading: str) -> str:
    """What a heading is about when it names one item of money (（一）公务接待费情况说明), empty otherwise."""
    words = table("sentences")
    bare = re.sub(rf"(?:{one_of(words['item_heading_tails'])})+$", "", heading.strip("。："))
    return bare if bare.endswith(tuple(words["item_endings"])) and is_subject(bare) and not holds_figure(bare) else ""

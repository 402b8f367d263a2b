"""What a reader of prose remembers, so that a clause need not say everything again.

`Memory` holds the statements read so far and what is being spoken of: the topic of the paragraph, the last figure, the year of the
chapter, the whole whose parts are listed. It answers what an elliptic clause means; where it cannot, it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mbkg.narrative.clauses import Sentence
from mbkg.narrative.drafts import Defaults, Draft, year_of_base
from mbkg.narrative.figures import Figure
from mbkg.narrative.paragraphs import Paragraph
from mbkg.narrative.phrases import Lead, same_subject
from mbkg.narrative.vocabulary import table

DERIVED = ("占比", "完成率", "无")  # said of another figure, so no change or measure attaches to them


@dataclass(slots=True)
class Topic:
    """What the words speak of at this point of the text."""

    subject: str = ""  # what the paragraph is about, by its own lead-in or item
    heading: str = ""  # the item of money the heading names
    total: str = ""  # the total the heading names, for its first paragraph alone
    classes: tuple[str, ...] = ()  # 类 and 款 of that item
    since: int = 0  # the line on which the numbered item or the chapter began
    current: Draft | None = None  # the last figure: later shares, changes and measures are its own
    changed: Draft | None = None  # the last change: a reason explains it
    as_of: int | None = None  # 截至2024年底: the year of the chapter
    year: int | None = None  # the year this sentence named
    against: str = ""  # a comparison said in a clause of its own
    against_all: bool = False  # whether it opened the sentence, and holds for all of it
    list_of: str = ""  # the whole whose parts the following paragraphs list
    list_level: int | None = None  # the list number of the paragraph that opened that list
    part_of: str = ""  # the whole whose parts this sentence lists
    part_against: str = ""  # what the whole was compared with: its parts are too
    outer: str = ""  # the whole outside of `part_of`, where a sentence lists parts of a part


class Memory:
    """The statements so far, and where in the text the reader stands."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self.drafts: list[Draft] = []
        self.now = Topic()
        self.paragraph = Paragraph("", (), None, False, "explanation", ())
        self.sentence: Sentence | None = None

    # --- moving on --------------------------------------------------------------------------------------------------------

    def enter_paragraph(self, paragraph: Paragraph) -> bool:
        """Go to the next paragraph; True where a new chapter begins. A numbered item forgets the figures of the one before it."""
        chapter = (paragraph.path, paragraph.section) != (self.paragraph.path, self.paragraph.section)
        after_heading = self.paragraph.is_heading
        self.paragraph = paragraph
        before, since = self.now, paragraph.lines[0] if paragraph.lines else 0
        if chapter:
            self.now = Topic(since=since)
        elif paragraph.level is None:
            self.now.total = self.now.total if after_heading else ""
        else:
            self.now = Topic(
                since=since,
                heading=before.heading,
                changed=before.changed,
                as_of=before.as_of,
                part_against=before.part_against,
            )
            if before.list_level is None or paragraph.level > before.list_level:
                self.now.list_of, self.now.list_level = before.list_of, before.list_level
        return chapter

    def leave_paragraph(self) -> None:
        """A paragraph that ends with 其中： opens a list; the next number of its own rank closes it."""
        if self.paragraph.text.endswith("："):
            self.now.list_of, self.now.list_level = self.now.part_of, self.paragraph.level

    def enter_sentence(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.now.against, self.now.against_all, self.now.year = "", False, None
        self.now.part_of, self.now.outer = self.now.list_of, ""

    def end_group(self) -> None:
        """A ； ends the parts of a part, and a comparison that was said of one figure only."""
        if not self.now.against_all:
            self.now.against = ""
        if self.now.outer:
            self.now.part_of, self.now.outer = self.now.outer, ""

    def speak_of(self, subject: str, classes: tuple[str, ...] = ()) -> None:
        """From here on the paragraph speaks of this; the last figure no longer lends its subject."""
        self.now.subject, self.now.classes, self.now.current = subject, classes, None

    def list_parts(self, whole: str = "") -> None:
        """What follows are parts, of the named whole or of the last figure."""
        current = self.now.current
        self.now.outer = self.now.part_of if self.now.part_of != self.now.list_of else ""
        self.now.part_of = whole or (current.subject if current else "") or self.now.part_of
        self.now.part_against = (current.against if current else "") or self.now.part_against

    # --- what an elliptic clause means ------------------------------------------------------------------------------------

    def inherited(self, lead: Lead, figure: Figure) -> str:
        """The subject of a figure that names none: only where a measure or a counting unit says that one is meant."""
        current, unit = self.now.current, figure.unit
        if current is not None and (lead.measure or lead.generic):
            return "" if lead.measure and self.counts_things(current) else current.subject
        if unit in table("sentences")["units_of_the_same"] and current is not None:
            return "" if current.is_money else current.subject
        if self.is_here(current):
            return ""
        return self.now.subject or ((self.now.heading or self.now.total) if lead.measure else "")

    @staticmethod
    def counts_things(draft: Draft) -> bool:
        """Whether a statement counts things: no budget, score or rate can be of 未展开的项目1个."""
        return not draft.is_money and draft.measure == table("measures")["default"]["count"]

    def target(self, lead: Lead) -> Draft | None:
        """The statement a change belongs to: the last one of its subject and measure, else the last one."""
        current = self.now.current
        if lead.subject and not lead.generic:
            for draft in self._nearby():
                if same_subject(draft.subject, lead.subject) and not draft.has_change and draft.value is not None:
                    return draft
            again = current is not None and current.has_change and same_subject(current.subject, lead.subject)
            return current if again else None
        if lead.measure:
            for draft in self._nearby():
                if draft.measure == lead.measure:
                    return draft
        if current is not None and current.value is not None and current.year is not None:
            for draft in self._nearby():  # 本年5万元，上年6万元，下降…: the change is this year's
                if (
                    draft.year == current.year + 1
                    and same_subject(draft.subject, current.subject)
                    and not draft.has_change
                ):
                    return draft
        return current

    def _nearby(self) -> Iterator[Draft]:
        """The statements of this item that state a figure of their own, the last first."""
        return (
            draft for draft in reversed(self.drafts) if draft.line >= self.now.since and draft.measure not in DERIVED
        )

    def changed_in_chapter(self, subject: str) -> Draft | None:
        """The last change of a subject in this chapter."""
        for draft in reversed(self.drafts):
            if draft.has_change and same_subject(draft.subject, subject) and draft.path[:1] == self.paragraph.path[:1]:
                return draft
        return None

    def is_here(self, draft: Draft | None) -> bool:
        """Whether a statement was made in this sentence."""
        return draft is not None and draft.text == self.text

    # --- making statements ------------------------------------------------------------------------------------------------

    def draft(self, subject: str, measure: str, lead: Lead, figure: Figure) -> Draft:
        """A statement of this figure, with the year, place and context of the text around it."""
        if lead.year is not None:
            self.now.year = lead.year
        classes = lead.classes or (self.now.classes if subject == self.now.subject else ())
        if lead.classes:
            self.now.subject, self.now.classes = subject, lead.classes
        draft = Draft(subject, measure, self.year(lead.year), figure.unit, self.line(figure.number_at), figure.value)
        draft.unitless = str(figure.value) if figure.bare else ""
        self.place(draft, classes)
        return draft

    def place(self, draft: Draft, classes: tuple[str, ...] = ()) -> None:
        whole = [self.now.part_of] if self.now.part_of else []
        draft.path, draft.text = self.paragraph.path, self.text
        draft.context = (*self.paragraph.path, *classes, *whole)
        draft.classes, draft.whole = classes, self.now.part_of

    def compare(self, draft: Draft, against: str) -> None:
        """Say what a change is measured against, unless that was said before."""
        if against and not draft.against:
            draft.against = against
            draft.against_year = year_of_base(against, draft.year)

    def year(self, printed: int | None = None) -> int | None:
        return printed or self.now.year or self.now.as_of or self.defaults.year

    @property
    def text(self) -> str:
        return self.sentence.text if self.sentence else ""

    def line(self, at: int) -> int:
        """The line on which a character of the paragraph stands."""
        lines = self.paragraph.lines
        return lines[min(max(at, 0), len(lines) - 1)]

"""What a sum was for: 追加的400万是用于支付往年离休人员欠费吗 is yes where one printed sentence says so, and never no.

A sentence says so when the sum, the thing and the purpose all stand in it, the purpose behind a word for purposes, nothing denied.
"""

from __future__ import annotations

import re

from mbkg.ask.attempts import ENDS, span
from mbkg.ask.mentions import Question
from mbkg.ask.plan import Plan, Select
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.ask.session import Refused, Session
from mbkg.ask.slots import Given, read_slots
from mbkg.ask.textforms import form, is_signed
from mbkg.ask.topics import alike
from mbkg.labels import fold

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LONGEST_GAP = 8  # letters that a sentence may have between two letters of the purpose


def purpose(text: str, taken: Question, session: Session, given: Given) -> Plan | None:
    """The plan for whether a sum was for what is stated; None for any other statement."""
    if not is_signed("purpose", text):
        return None
    found = form("purpose").match(text.strip(ENDS))
    if found is None or form("purpose", "negated").search(found["what"] + found["purpose"]):
        return None
    slots = read_slots(taken, session, given)
    if not slots.bodies:
        return None
    cut = [span(taken, m.start, m.end) for m in taken.of("body", "region", "year", "relative", "amount")]
    what = "".join(letter for at, letter in enumerate(found["what"]) if not any(low <= at < high for low, high in cut))
    what = re.sub("(?:项目|资金|经费|的|那|这|笔|个|钱|款|是|，)+", " ", what).strip()
    numbers = "、".join(_NUMBER.findall(found["what"].replace(",", ""))[-1:]) if taken.of("amount") else ""
    about = Select(
        "statement",
        words=found["purpose"],
        bodies=slots.bodies,
        years=slots.years,
        subjects=tuple(what.split()),
        units=(numbers,) if numbers else (),
    )
    return Plan("verdict", (about,), about="purpose")


def said_purpose(plan: Plan, session: Session) -> Reply:
    """Yes, with the sentence that says so.

    Raises:
        Refused: no sentence of the reports says so; that is no reason to say no.
    """
    select = plan.selects[0]
    for row in session.rows("sentences", {"body": select.bodies, "year": select.years}):
        if not says(row["text"], select):
            continue
        reply = Reply(confidence=0.8)
        reply.yesno = True
        reply.say(f"是，报告写明：{row['text']}。".replace("。。", "。"))
        reply.rest_on(
            Record(
                body=row["body"],
                year=int(row["year"]),
                phase="",
                what="用途",
                value=None,
                unit="",
                nodes=(row["node"],),
                text=row["text"],
            )
        )
        return reply
    raise Refused("no_data", "no_value", f"报告里没有找到写明“{select.words}”的句子，不能判断。")


def says(sentence: str, select: Select) -> bool:
    """Whether one clause of a sentence holds what is asked (`subjects`), the sum (`units`) and, behind its mark, the purpose (`words`)."""
    for clause in re.split("[。；;]", sentence):
        mark = re.search("用于|用作|用来|用在|主要是|原因是|因为|由于|为了|是", clause)
        said = alike(fold(select.words))
        if mark is None or re.search("不|未|没有|无|非", clause):
            continue
        whole = alike(fold(clause))
        if any(alike(fold(part)) not in whole for part in select.subjects):
            continue
        if any(number not in _NUMBER.findall(clause.replace(",", "")) for number in select.units):
            continue
        if _in_order(said, alike(fold(clause[mark.end() :]))):
            return True
    return False


def _in_order(said: str, text: str) -> bool:
    """Whether the letters of a phrase stand in a text in their order, never far apart."""
    at = -1
    for letter in said:
        found = text.find(letter, at + 1, len(text) if at < 0 else at + 1 + _LONGEST_GAP)
        if found < 0:
            return False
        at = found
    return bool(said)

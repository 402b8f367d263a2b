"""The sentence of a finding: where, then what the rule's own message says with its figures put in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache

from mbkg.reports import place_words
from mbkg.resources import resource_path
from mbkg.validate.engine import Check
from mbkg.validate.values import Operand

_SLOT = re.compile(r"\{[?$](\w+)\}")


def message_of(check: Check, operands: Sequence[Operand], unit: str) -> str:
    """The whole sentence: the place of the first figure, what the rule says, and where the other figure stands if that is elsewhere."""
    slots = set(_SLOT.findall(check.rule.message))
    if check.outcome == "not_evaluable" and not slots <= check.texts.keys():
        said = f"“{check.rule.name}”未能核对：{reason_words(check.texts.get('reason', ''))}。"
    else:
        said = fill(check.rule.message, check.texts)
    left = next((operand for operand in operands if operand.role == "left"), None)
    right = next((operand for operand in operands if operand.role == "right"), None)
    where = f"{place_of(left)}：" if left is not None and place_of(left) else ""
    if right is not None and left is not None and right.table != left.table and place_of(right):
        said += f"对照{place_of(right)}。"
    return where + said


def fill(template: str, texts: Mapping[str, str]) -> str:
    """A message template with the row's values in their slots; numbers with thousands separators."""
    return _SLOT.sub(lambda slot: spoken(texts.get(slot[1], "")), template)


def spoken(value: str) -> str:
    """A value as a sentence shows it: a decimal with thousands separators and without trailing zeros, everything else as it is.

    >>> spoken("-5314.290")
    '-5,314.29'
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    text = format(number, ",f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def place_of(operand: Operand) -> str:
    """Where a figure stands, in words: 《收支预算总表》第12页第8行“合计”栏“预算数”."""
    row = " ".join(piece for piece in (operand.row_code, operand.row_label) if piece)
    table = f"《{operand.table}》" if operand.table else ""
    column = f"“{operand.column}”栏" if operand.column else ""
    line = place_words(operand.line, operand.page, operand.sheet)
    return f"{table}{line}" + (f"“{row}”" if row else "") + column


def reason_words(reason: str) -> str:
    """Why a check could not be evaluated, in words; a reason that no file words is shown as it is."""
    return _words()["reasons"].get(reason, reason)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    with resource_path("ontology", "validating", "words.toml").open("rb") as file:
        return tomllib.load(file)

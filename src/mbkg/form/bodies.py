"""The bodies that a report names where it says whose it is, and how each name is like the report's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from mbkg.documents import Line
from mbkg.form.marks import around
from mbkg.form.vocabulary import pattern, words
from mbkg.labels import fold
from mbkg.narrative.identity import body_name
from mbkg.narrative.layout import plain
from mbkg.narrative.paragraphs import Paragraph
from mbkg.reports import FormMark, Place

_REGION = re.compile(r"^(?:[\u4e00-\u9fff]{2,9}?(?:省|自治区|市|自治州|州|盟|地区|区|县|旗))+")


def body_marks(
    unit: str, joined: Sequence[Paragraph], headings: Sequence[Line], known: Collection[str]
) -> Iterator[FormMark]:
    """Names over tables and in headings, and slips of the own name in the text.

    Args:
        known: other bodies that the report speaks for; their names may stand over tables.
    """
    if not unit:
        return
    others = {fold(name) for name in known if name}
    for line in headings:
        text = plain(line.text)
        for role in ("label", "heading"):
            found = pattern("body", role).match(text)
            name = body_name(found["name"]) if found else None
            if name and fold(name) not in others:
                yield FormMark("body", name, Place(line.number), role, text, likeness=likeness(name, unit))
                break
    yield from _slips(unit, joined)


def likeness(name: str, unit: str) -> str:
    """How a name is like the report's own: same, joining (a small word differs), region (the same office of another place), other."""
    one, two = fold(name), fold(unit)
    if one == two or one.endswith(two) or two.endswith(one):
        return "same"
    if _joined(one) == _joined(two):
        return "joining"
    office, own = _REGION.sub("", name), _REGION.sub("", unit)
    if office and fold(office) == fold(own):
        return "region"
    return "other"


def _joined(name: str) -> str:
    return re.sub("|".join(words()["body"]["joining"]), "和", name)


def _slips(unit: str, joined: Sequence[Paragraph]) -> Iterator[FormMark]:
    """The own name with another small word in it, or with a word behind it broken off."""
    small = words()["body"]["joining"]
    loose = re.compile("".join(f"[{''.join(small)}]" if ch in small else re.escape(ch) for ch in unit))
    cut = re.compile(re.escape(unit) + words()["body"]["cut"])
    for each in joined:
        for found in loose.finditer(each.text):
            if found.group() != unit and any(ch in small for ch in unit):
                place = Place(each.lines[found.start()])
                yield FormMark("body", found.group(), place, "text", around(each.text, found), likeness="joining")
        for found in cut.finditer(each.text):
            place = Place(each.lines[found.start()])
            yield FormMark("body", found.group(), place, "text", around(each.text, found), likeness="cut")

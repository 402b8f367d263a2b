"""What a file's name says of the report in it: whose it is, of which year and kind, and whether it replaces another version.

A name is weak evidence: it fills in what the report itself leaves out, never against what the report says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from mbkg.labels import squeeze
from mbkg.narrative import Identity
from mbkg.narrative.identity import body_name
from mbkg.reports import ReportKind, Scope
from mbkg.resources import resource_path

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年度?)?(?![\d])")
_KIND = re.compile(r"预算|决算")
_SCOPE = re.compile(r"部门|单位|本级|机关(?=[）)])")
_SEPARATOR = re.compile(r"[\s_\-—·+,，、：:]+")
_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", start=1)}


def identity_in_name(file: str) -> Identity:
    """Whose report a file's name says it is; every part None that it does not say.

    >>> found = identity_in_name("附件2：河湾市医疗保障局2025年部门预算公开表.xlsx")
    >>> found.unit, found.year, found.kind, found.scope
    ('河湾市医疗保障局', 2025, 'budget', 'department')
    """
    text = squeeze(file.rsplit(".", 1)[0])
    for word in _words()["newer"]:
        text = text.replace(word, "")
    years = set(_YEAR.findall(text))
    kinds = set(_KIND.findall(text))
    scope: Scope | None = None
    if "本级" in text or "单位" in text:
        scope = "unit"
    elif "部门" in text:
        scope = "department"
    kind: ReportKind | None = None
    if len(kinds) == 1:
        kind = "budget" if kinds == {"预算"} else "final_account"
    return Identity(_body(text), int(years.pop()) if len(years) == 1 else None, kind, scope)


def _body(text: str) -> str | None:
    """The one public body that the name holds, where one piece of it is a body's name."""
    rest = _SCOPE.sub("|", _KIND.sub("|", _YEAR.sub("|", text)))
    found = set()
    for piece in re.split(r"[|()（）【】\[\]《》“”]+", _SEPARATOR.sub("|", rest)):
        for pattern in _words()["noise"]:
            piece = re.sub(pattern, "", piece)
        name = body_name(piece) if piece else None
        if name:
            found.add(name)
    return found.pop() if len(found) == 1 else None


def version_mark(file: str, title: str) -> int:
    """How new a version says it is, by its file name or title: 0 where it says nothing, its number where it has one, else 1."""
    return max(_mark(squeeze(file.rsplit(".", 1)[0])), _mark(squeeze(title)))


def _mark(text: str) -> int:
    words = _words()
    for word in words["not_newer"]:
        text = text.replace(word, "")
    found = 0
    for pattern in words["numbered"]:
        for match in re.finditer(pattern, text):
            number = match["number"]
            found = max(found, _DIGITS.get(number) or (int(number) if number.isdigit() else 0))
    if found:
        return found if found > 1 else 0
    return int(any(word in text for word in words["newer"]))


@cache
def _words() -> Mapping[str, Any]:
    with resource_path("ontology", "sources.toml").open("rb") as file:
        return tomllib.load(file)

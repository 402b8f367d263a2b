"""The words of a SPARQL query as its grammar cuts them: what stands in a string, an IRI, a comment or a name is no keyword.

Only what must be known before a query runs is read here: what it gives, whether it names its own dataset, calls another service, or has
another answer each time. Whether it is right is for the engine to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Kind = Literal["rows", "boolean", "graph"]
"""What a query gives: SELECT rows, ASK a boolean, CONSTRUCT and DESCRIBE a graph."""

_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | \#[^\r\n]* )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>"{}|^`\\\x00-\x20]*)*> )
    | (?P<string> '''(?:'{0,2}(?:[^'\\]|\\.))*''' | \"""(?:"{0,2}(?:[^"\\]|\\.))*\""" | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*" )
    | (?P<variable> [?$][\w\u00B7\u203F\u2040]+ )
    | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
    | (?P<name> (?:_|[^\W\d_](?:[\w.\-\u00B7\u203F\u2040]*[\w\-\u00B7\u203F\u2040])?)?:(?:(?:[\w:\-\u00B7\u203F\u2040]|%[0-9A-Fa-f]{2}|\\.)
        (?:(?:[\w.:\-\u00B7\u203F\u2040]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:\-\u00B7\u203F\u2040]|%[0-9A-Fa-f]{2}|\\.))?)? )
    | (?P<number> (?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)? )
    | (?P<word> [A-Za-z]\w* )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_KINDS: dict[str, Kind] = {"SELECT": "rows", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
_CHANGES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_DATASET = ("FROM", "USING", "WITH")
_EACH_TIME_ANEW = ("RAND", "NOW", "UUID", "BNODE")
_STEP = {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}
_GLUED = ("SERVICE", "FROM")
_BEFORE_A_GRAPH = frozenset({"GRAPH", "DESCRIBE", "FROM", "NAMED"})

TokenKind = Literal["iri", "string", "variable", "language", "name", "number", "word", "other"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a query says about itself."""

    kind: Kind | None
    """What it gives; None where that was not looked for, or no form of query is in it."""
    service: bool
    """It calls another SPARQL service."""
    load: bool
    """It would read a document from elsewhere (only an update can)."""
    own_dataset: bool
    """It names its dataset by FROM, or an update by USING or WITH."""
    repeatable: bool
    """Asked again, it has the same answer."""
    changes: bool
    """It is an update."""
    depth: int
    """How deep its brackets nest."""


_PLAIN = Facts(None, service=False, load=False, own_dataset=False, repeatable=True, changes=False, depth=0)
_FLAT = 100
"""How many brackets a query may open before it matters how deep they nest."""
_PERHAPS = ("SERVICE", *sorted(_CHANGES), *_DATASET, *_EACH_TIME_ANEW, "\\U")


def tokens(query: str) -> list[tuple[TokenKind, str]]:
    """The tokens of a query in order, without white space and comments."""
    return [(match.lastgroup, match[0]) for match in _TOKEN.finditer(query) if match.lastgroup != "space"]  # type: ignore[misc]


def words_at(query: str, depth: int) -> list[tuple[str, int]]:
    """The bare words in capitals that stand inside so many brackets, each with where it starts."""
    found, now = [], 0
    for match in _TOKEN.finditer(query):
        if match.lastgroup == "other":
            now += _STEP.get(match[0], 0)
        elif match.lastgroup == "word" and now == depth:
            found.append((match[0].upper(), match.start()))
    return found


def facts_of(query: str) -> Facts:
    """What a query says about itself; one that is wrong is read as far as it goes.

    Most queries hold no word that matters here, not even in a string, and are not cut into tokens at all (their kind is then not told).
    """
    capitals = query.upper()
    if not any(word in capitals for word in _PERHAPS) and sum(map(query.count, "({[")) <= _FLAT:
        return _PLAIN
    return _read(query)


@lru_cache(maxsize=256)
def _read(query: str) -> Facts:
    found = tokens(query)
    seen = _keywords(found)
    if "\\u" in query or "\\U" in query:  # an engine may resolve these before it looks for tokens
        seen += _keywords(tokens(_unescaped(query)))
    first = next((word for word in seen if word in _KINDS or word in _CHANGES), "")
    all_of_them = " ".join(seen)
    return Facts(
        kind=_KINDS.get(first),
        service="SERVICE" in all_of_them,
        load="LOAD" in all_of_them,
        own_dataset=any(word in all_of_them for word in _DATASET),
        repeatable=not any(word in all_of_them for word in _EACH_TIME_ANEW),
        changes=first in _CHANGES,
        depth=_depth(found),
    )


def _depth(found: list[tuple[TokenKind, str]]) -> int:
    now = most = 0
    for kind, text in found:
        if kind == "other":
            now += _STEP.get(text, 0)
            most = max(most, now)
    return most


def _keywords(found: list[tuple[TokenKind, str]]) -> list[str]:
    """The bare words in capitals. Some engines need no space after a keyword (`SERVICESILENT<…>`, `SERVICEex:a {`): such names count."""
    declared = {name[:-1] for (_, word), (kind, name) in pairwise(found) if kind == "name" and word.upper() == "PREFIX"}
    words = []
    for index, (kind, text) in enumerate(found):
        if kind == "word":
            words.append(text.upper())
        elif kind == "name" and (glued := text.partition(":")[0].upper()).startswith(_GLUED):
            opens = found[index + 1 : index + 2] == [("other", "{")]
            after = found[index - 1][1].upper() if index else ""
            if text.partition(":")[0] not in declared or (opens and after not in _BEFORE_A_GRAPH):
                words.append(glued)
    return words


def _unescaped(query: str) -> str:
    def letter(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    return _ESCAPE.sub(letter, query)

"""Queries as text: terms, blocks, the prefixes that a query uses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import Literal

from mbkg.ask.compile import text_term
from mbkg.graph.iris import PREFIXES

NOTHING = "SELECT ?value WHERE { FILTER (false) }"
"""A query that is sure to be empty."""
_XSD = PREFIXES["xsd"]
_NUMBERS = (f"{_XSD}integer", f"{_XSD}decimal", f"{_XSD}boolean")


def short_iri(iri: str) -> str:
    """An IRI as SPARQL: with a prefix where what follows is a plain word."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and prefix != "mbd" and re.fullmatch(r"[A-Za-z]\w*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def term(value: object) -> str:
    """A term of the graph as SPARQL."""
    if isinstance(value, Literal):
        if value.language:
            return f"{text_term(value.value)}@{value.language}"
        if value.datatype.value in _NUMBERS:
            return value.value
        plain = text_term(value.value)
        return plain if value.datatype.value == f"{_XSD}string" else f"{plain}^^{short_iri(value.datatype.value)}"
    return short_iri(str(getattr(value, "value", value)))


def values(variable: str, iris: Iterable[str]) -> str:
    """The nodes that a variable may be."""
    return f"VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris)} }}"


def select(head: str, body: Iterable[str], tail: str = "") -> str:
    """A whole query."""
    return declared(f"SELECT {head} WHERE {{\n{_indented(body)}\n}}" + (f" {tail}" if tail else ""))


def asking(body: Iterable[str]) -> str:
    """A whole query for yes or no."""
    return declared(f"ASK {{\n{_indented(body)}\n}}")


def declared(text: str) -> str:
    """The query with the prefixes that it uses."""
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|<[^>]*>', "", text)
    used = [name for name in PREFIXES if re.search(rf"(?<![\w:]){name}:\w", bare)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + text


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)

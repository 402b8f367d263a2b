"""From slots to SPARQL: a query fragment of `ontology/asking/queries`, with what the plan fixes put in as VALUES.

Only IRIs, numbers and escaped strings enter a query, each through the functions here; no word of a question becomes syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from mbkg.ask.words import query_text
from mbkg.graph.iris import BASE

Term = str | int
_IRI = re.compile(r"^https?://[^\s<>\"{}|\\^`]+$")


def full(name: str) -> str:
    """The IRI of a concept given without the base IRI; an IRI is returned as it is."""
    return name if name.startswith("http") else BASE + name


def short(iri: str) -> str:
    """A concept's IRI without the base IRI; data IRIs stay whole."""
    return iri[len(BASE) :] if iri.startswith(BASE) and not iri.startswith(BASE + "data/") else iri


def term(value: Term) -> str:
    """One SPARQL term: an IRI, a number, or (marked by a leading quote) a string.

    Raises:
        ValueError: the value is none of these.
    """
    if isinstance(value, int):
        return str(value)
    if value.startswith('"'):
        return text_term(value[1:])
    iri = full(value)
    if not _IRI.match(iri):
        raise ValueError(f"不是 IRI：{value!r}")
    return f"<{iri}>"


def text_term(value: str) -> str:
    """A SPARQL string literal, escaped."""
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


def values(variable: str, allowed: Iterable[Term]) -> str:
    """`VALUES ?variable { … }`, or nothing where nothing is fixed."""
    terms = " ".join(term(value) for value in allowed)
    return f"VALUES ?{variable} {{ {terms} }}" if terms else ""


def compiled(name: str, given: Mapping[str, Sequence[Term]], **parts: str) -> str:
    """The fragment `name` with every given slot as VALUES at `#given`, and other marked parts filled in.

    A slot with one value also stands as that value where the fragment has it as an object: a store looks up what it would else join.
    """
    text = query_text(name)
    for mark, part in parts.items():
        text = text.replace(f"#{mark}", part)
    for variable, allowed in given.items():
        if len(allowed) == 1:
            text = re.sub(rf"(\w:\w+ )\?{variable}\b(?= [;.])", rf"\g<1>{term(allowed[0])}", text)
    clauses = [clause for variable, allowed in given.items() if (clause := values(variable, allowed))]
    return text.replace("#given", "\n  ".join(clauses))

"""Queries that any engine understands: the prefixes that our graph knows by itself, declared."""

from __future__ import annotations

import re

from mbkg.graph.iris import PREFIXES

_USED = re.compile(r"(?<![\w<:/#?$])([a-z]+):[A-Za-z_]")
_DECLARED = re.compile(r"^\s*PREFIX\s+([\w-]*):", re.IGNORECASE | re.MULTILINE)
_LITERALS = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>|#[^\n]*')


def portable(query: str) -> str:
    """The query with a PREFIX line for every usual prefix that it uses and does not declare.

    >>> portable("ASK { ?x a mb:Report }").splitlines()[0]
    'PREFIX mb: <https://w3id.org/mbkg/ontology#>'
    """
    bare = _LITERALS.sub(" ", query)
    declared = set(_DECLARED.findall(query))
    used = [name for name in dict.fromkeys(_USED.findall(bare)) if name in PREFIXES and name not in declared]
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used)]
    if not lines:
        return query
    return "\n".join([*lines, "", query.strip("\n"), ""])

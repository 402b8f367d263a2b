"""The formats of results and graphs: their media types, their short names in links, and which one a client is given.

A query's kind decides which formats it can have. A client that names none gets the first. Some media types are other names for a format
(`application/json`); who asks by such a name is answered by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mbkg.graph.querywords import Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A format under one of its media types."""

    name: str
    media_type: str

    @property
    def content_type(self) -> str:
        """The Content-Type header. What has no other way of saying so is said to be UTF-8."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


_TABLES = {
    "json": ("application/sparql-results+json", "application/json", "text/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
_GRAPHS = {
    "turtle": ("text/turtle", "application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3", "application/n3"),
    "ntriples": ("application/n-triples", "text/plain"),
    "jsonld": ("application/ld+json", "application/json"),
    "rdfxml": ("application/rdf+xml", "application/xml", "text/xml"),
}
_BOOLEANS = {
    "json": _TABLES["json"],
    "xml": _TABLES["xml"],
    "text": ("text/plain", "text/boolean", "text/csv", "text/tab-separated-values"),
}


def _offers(formats: dict[str, tuple[str, ...]]) -> tuple[Offer, ...]:
    """Every format by its own name first, then every other name."""
    own = [Offer(name, types[0]) for name, types in formats.items()]
    return (*own, *(Offer(name, other) for name, types in formats.items() for other in types[1:]))


OFFERS: dict[Kind, tuple[Offer, ...]] = {
    "rows": _offers(_TABLES),
    "boolean": _offers(_BOOLEANS),
    "graph": _offers(_GRAPHS),
}

# `?format=` in a link; clients that cannot set headers send these names, too.
_SHORT: dict[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "text": ("text/plain",),
    "turtle": ("text/turtle",),
    "ttl": ("text/turtle",),
    "n3": ("text/n3",),
    "nt": ("application/n-triples",),
    "ntriples": ("application/n-triples",),
    "n-triples": ("application/n-triples",),
    "json-ld": ("application/ld+json",),
    "jsonld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
    "rdfxml": ("application/rdf+xml",),
    "rdf+xml": ("application/rdf+xml",),
}
_TYPES = frozenset(offer.media_type for offers in OFFERS.values() for offer in offers)
FORMAT_NAMES = tuple(_SHORT)


def named_format(kind: Kind, names: tuple[str, ...]) -> Offer | None:
    """The offer that a link's `format` names, by short name or media type, the first that this kind has; None where it has none.

    Raises:
        KeyError: no format has any of these names.
    """
    types = [media_type for name in names for media_type in ((name,) if name in _TYPES else _SHORT.get(name, ()))]
    if not types:
        raise KeyError(names)
    return next((offer for media_type in types for offer in OFFERS[kind] if offer.media_type == media_type), None)


@lru_cache(maxsize=256)
def negotiate(kind: Kind, accept: str) -> Offer | None:
    """The offer an Accept header likes best, None where it accepts none.

    The highest q wins; among equals the one named most exactly, then the one named by the format's own name.
    """
    if not accept.strip():
        return OFFERS[kind][0]
    ranges = accepted(accept)
    best: tuple[float, int] = (0.0, 0)
    found = None
    for offer in OFFERS[kind]:
        exactness, q = weight(ranges, offer.media_type)
        if q > 0 and (q, exactness) > best:
            best, found = (q, exactness), offer
    return found


@lru_cache(maxsize=256)
def accepted(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their q; one that cannot be read counts as not there."""
    ranges = []
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        q = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                q = _quality(value.strip())
        if "/" in name:
            ranges.append((name, q))
        elif name == "*":  # an old way of saying */*
            ranges.append(("*/*", q))
    return tuple(ranges)


def weight(ranges: tuple[tuple[str, float], ...], media_type: str) -> tuple[int, float]:
    """How exactly a media type is named (3 itself, 2 its kind, 1 anything, 0 not), and the q of that naming."""
    family = media_type.partition("/")[0] + "/*"
    best = (0, 0.0)
    for name, q in ranges:
        exactness = 3 if name == media_type else 2 if name == family else 1 if name == "*/*" else 0
        if exactness and (exactness, q) > best:
            best = (exactness, q)
    return best


def prefers(accept: str, media_type: str, over: tuple[str, ...]) -> bool:
    """Whether an Accept header names a media type and likes it better than each of the others."""
    ranges = accepted(accept)
    exactness, q = weight(ranges, media_type)
    return exactness == 3 and q > 0 and all((q, exactness) > weight(ranges, other)[::-1] for other in over)


def _quality(text: str) -> float:
    try:
        q = float(text)
    except ValueError:
        return 0.0
    return q if 0 <= q <= 1 else 0.0

"""The IRIs of the graph: plain ASCII, and derived from what a thing is, never from where it was read or in which order.

A report is known by whose it is, of which year, which kind and which scope; a file name is no part of that, so the same report
found twice is one report. Printed Chinese goes into an IRI as a digest, since clients double-decode percent-escapes.
"""

from __future__ import annotations

import hashlib
import re

from pyoxigraph import NamedNode

from mbkg.labels import fold
from mbkg.reports import ReportKind, Scope

BASE = "https://w3id.org/mbkg/"
DATA = BASE + "data/"
ONTOLOGY = BASE + "ontology#"

PREFIXES: dict[str, str] = {
    "mb": ONTOLOGY,
    "mbd": DATA,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Everything that is no single report's: bodies, series, concepts that reports print and no list holds. Kept apart so that
# no triple stands in two graphs; an engine that does not merge duplicates would count it twice in the union.
COMMON_GRAPH = NamedNode(DATA + "common")
DERIVED_GRAPH = NamedNode(DATA + "derived")
VOCABULARY_GRAPH = NamedNode(BASE + "vocabulary")
RULES_GRAPH = NamedNode(BASE + "rules")  # the catalogue of accounting rules, as `shapes/` states it

_LEVEL_SUFFIX = re.compile(r"[（(](?:本级|机关|汇总|本部)[）)]$")


class Namespace:
    """The terms of one vocabulary as attributes: `Namespace("http://…#").Cell`."""

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = NamedNode(self._iri + name)
        self.__dict__[name] = term  # found without this method from now on
        return term


MB = Namespace(PREFIXES["mb"])
DCTERMS = Namespace(PREFIXES["dcterms"])
DCAT = Namespace(PREFIXES["dcat"])
ORG = Namespace(PREFIXES["org"])
PROV = Namespace(PREFIXES["prov"])
QB = Namespace(PREFIXES["qb"])
RDF = Namespace(PREFIXES["rdf"])
RDFS = Namespace(PREFIXES["rdfs"])
SKOS = Namespace(PREFIXES["skos"])
XSD = Namespace(PREFIXES["xsd"])
OWL_DEPRECATED = NamedNode(PREFIXES["owl"] + "deprecated")


def digest(*parts: str, length: int = 12) -> str:
    """A short ASCII name for printed words: the first `length` hex digits of their SHA-256."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]


def body_name(printed: str) -> str:
    """A body's name without the remark that only says which of its scopes is meant: `海东市医疗保障局（本级）`."""
    return _LEVEL_SUFFIX.sub("", printed.strip())


def body_key(name: str, region_code: str) -> str:
    """The key of one body: its region's code, `0` where no region is known, and a digest of its name."""
    return f"{region_code or '0'}-{digest(fold(body_name(name)), length=10)}"


def report_key(name: str, region_code: str, year: int, kind: ReportKind, scope: Scope) -> str:
    """The key of one report, equal for every file that holds it."""
    return f"{body_key(name, region_code)}-{year}-{kind.replace('_', '-')}-{scope}"


def report_iri(key: str) -> NamedNode:
    """The report, and the named graph that holds all it says."""
    return NamedNode(f"{DATA}report/{key}")


def findings_iri(report: str) -> NamedNode:
    """The named graph of what the rules found in the report with this IRI; rules read the report's own graph alone."""
    return NamedNode(f"{report}/findings")


def body_of_key(key: str) -> str:
    """The key of the body whose report has this key.

    >>> body_of_key("370685-d3a2f15ca0-2024-final-account-unit")
    '370685-d3a2f15ca0'
    """
    return "-".join(key.split("-")[:2])


def body_iri(key: str) -> NamedNode:
    return NamedNode(f"{DATA}body/{key}")


def department_iri(body: str, name: str) -> NamedNode:
    """One department (内设机构) of the body with this key."""
    return NamedNode(f"{DATA}body/{body}/department/{digest(fold(name), length=10)}")


def series_iri(lookup_key: str) -> NamedNode:
    return NamedNode(f"{DATA}series/{digest(lookup_key, length=20)}")


def unlisted_iri(group: str, label: str) -> NamedNode:
    """The concept of a printed term that no list of ours holds."""
    return NamedNode(f"{DATA}concept/{group}/{digest(fold(label), length=10)}")

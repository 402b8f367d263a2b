"""Check ontology/: that it parses alike everywhere, that every word means one thing, that hierarchies have no loop.

    python ontology/make/check.py

Prints one line for each fault and ends with the counts; the exit status is 1 if there was a fault. Homonyms are
allowed only in code lists and regions, and only under different parents: 行政运行 stands under many a 款, and
there are two 朝阳区. An alternative label must never be another concept's label, with one exception: 卫生健康
is short for the 类 卫生健康支出 (210) and the name of a 款 of 援助其他地区支出; said alone, it means the 类.
"""

import sys
import time
import unicodedata
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pyoxigraph
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

ONTOLOGY = Path(__file__).resolve().parent.parent
FILES = sorted(ONTOLOGY.rglob("*.ttl"))
MB = "https://w3id.org/mbkg/ontology#"
MB_LEVEL = rdflib.URIRef(MB + "level")
OURS = "https://w3id.org/mbkg/"
HOMONYMS_ALLOWED = (OURS + "code/", OURS + "region/")
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)


def folded(label: Node) -> str:
    """A label as a question's words are compared with it: no width, case, spaces or quotation marks."""
    text = unicodedata.normalize("NFKC", str(label)).casefold()
    return "".join(letter for letter in text if not letter.isspace() and letter not in "“”‘’\"'")


def parse_faults(path: Path) -> list[str]:
    """What keeps one file from being the same triples in Oxigraph and in rdflib."""
    oxigraph = {str(quad.triple) for quad in pyoxigraph.parse(path=str(path))}
    graph = rdflib.Graph().parse(path)
    faults = []
    if len(oxigraph) != len(graph):
        faults.append(f"{path.name}: {len(oxigraph)} triples in Oxigraph, {len(graph)} in rdflib")
    for term in {term for triple in graph for term in triple}:
        if isinstance(term, rdflib.BNode):
            faults.append(f"{path.name}: a blank node, whose name changes with every run")
        elif isinstance(term, rdflib.URIRef) and not str(term).isascii():
            faults.append(f"{path.name}: {term} is not ASCII")
    return faults


def term_faults(graph: rdflib.Graph) -> list[str]:
    """Terms of ours that are used and not declared, or declared without label and comment."""
    declared = {term for term in graph.subjects(RDF.type, None) if str(term).startswith(MB)}
    used = {term for triple in graph for term in triple if str(term).startswith(MB) and isinstance(term, rdflib.URIRef)}
    faults = [f"{term} is used and not declared" for term in sorted(used - declared)]
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in sorted(graph.subjects(RDF.type, kind)):
            languages = {
                (part, label.language) for part in (RDFS.label, RDFS.comment) for label in graph.objects(term, part)
            }
            if languages != {(RDFS.label, "zh"), (RDFS.comment, "en")}:
                faults.append(f"{term} needs a label in Chinese and a comment in English")
    return faults


def label_faults(graph: rdflib.Graph) -> tuple[list[str], int]:
    """Labels that stand for two concepts of one scheme, and how many allowed homonyms there are."""
    faults, homonyms = [], 0
    for scheme in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme)):
        owners: dict[str, set[tuple[Node, Node]]] = defaultdict(set)
        for concept in graph.subjects(SKOS.inScheme, scheme):
            for kind in LABELS:
                for label in graph.objects(concept, kind):
                    owners[folded(label)].add((concept, kind))
        for label, holders in sorted(owners.items()):
            for (one, kind), (other, other_kind) in combinations(sorted(holders), 2):
                if one == other:
                    continue
                parents = set(graph.objects(one, SKOS.broader)) & set(graph.objects(other, SKOS.broader))
                levels = {str(level) for concept in (one, other) for level in graph.objects(concept, MB_LEVEL)}
                named_alike = kind == other_kind == SKOS.prefLabel and not parents
                short_for_one = SKOS.hiddenLabel in (kind, other_kind) and "类" in levels and len(levels) == 2
                allowed = str(scheme).startswith(HOMONYMS_ALLOWED) and (named_alike or short_for_one)
                homonyms += allowed
                if not allowed:
                    faults.append(f"{scheme}: {label} is a label of {one} and of {other}")
    return faults, homonyms


def concept_faults(graph: rdflib.Graph) -> list[str]:
    """Concepts without one Chinese name and a scheme, loose ends, and loops of broader concepts."""
    faults = []
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    for concept in sorted(concepts):
        names = list(graph.objects(concept, SKOS.prefLabel))
        if len(names) != 1 or names[0].language != "zh":
            faults.append(f"{concept} has {len(names)} preferred labels")
        if not list(graph.objects(concept, SKOS.inScheme)):
            faults.append(f"{concept} is in no scheme")
        tops = set(graph.objects(concept, SKOS.topConceptOf)) | set(graph.subjects(SKOS.hasTopConcept, concept))
        above = set(graph.transitive_objects(concept, SKOS.broader)) - {concept}
        if tops and above:
            faults.append(f"{concept} is a top concept and has a broader one")
        for parent in graph.objects(concept, SKOS.broader):
            if concept in graph.transitive_objects(parent, SKOS.broader):
                faults.append(f"{concept} lies beneath itself")
        for overlapping in graph.objects(concept, SKOS.related):
            if overlapping in above or concept in graph.transitive_objects(overlapping, SKOS.broader):
                faults.append(f"{concept} is both related to {overlapping} and above or beneath it")
    for link in (SKOS.broader, SKOS.narrower, SKOS.related, SKOS.broadMatch, SKOS.relatedMatch, SKOS.hasTopConcept):
        for source, target in graph.subject_objects(link):
            if target not in concepts:
                faults.append(f"{source} points at {target}, which is no concept")
    for parent, child in graph.subject_objects(SKOS.narrower):
        if (child, SKOS.broader, parent) not in graph:
            faults.append(f"{parent} has the narrower {child}, which has another parent")
    return faults


def main() -> int:
    faults = [fault for path in FILES for fault in parse_faults(path)]
    graph = rdflib.Graph()
    for path in FILES:
        graph.parse(path)
    labels, homonyms = label_faults(graph)
    faults += term_faults(graph) + labels + concept_faults(graph)
    for fault in faults:
        print(fault)
    started = time.perf_counter()
    store = pyoxigraph.Store()
    for path in FILES:
        store.bulk_load(path=str(path), to_graph=pyoxigraph.DefaultGraph())
    milliseconds = 1000 * (time.perf_counter() - started)
    concepts = len(set(graph.subjects(RDF.type, SKOS.Concept)))
    size = sum(path.stat().st_size for path in FILES) // 1024
    print(
        f"{len(FILES)} files, {size} KiB, {len(store)} triples, {concepts} concepts, {homonyms} pairs of homonyms,"
        f" loaded by Oxigraph in {milliseconds:.0f} ms; {len(faults)} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

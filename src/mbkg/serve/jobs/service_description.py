"""The service's description of itself (SPARQL 1.1 Service Description), as RDF."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from mbkg.graph.iris import BASE, ONTOLOGY, PREFIXES
from mbkg.serve.jobs import Graph, Reply
from mbkg.serve.jobs.sparql import finished, write_graph

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_TITLE = NamedNode(PREFIXES["dcterms"] + "title")
_RESULT_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)


def describe_service(
    graph: Graph,
    endpoint: str,
    format: str,
    gzip: bool = False,
    service: bool = False,
    update: bool = False,
    body: bytes = b"",
) -> Reply:
    """What the endpoint at an address speaks and holds, in the format of that name.

    Its default graph is the union of all; every report is a named graph of its own.
    """

    def sd(name: str) -> NamedNode:
        return NamedNode(_SD + name)

    me, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    features = ["UnionDefaultGraph", *(["BasicFederatedQuery"] if service else [])]
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if update else [])]
    triples = [
        Triple(me, _TYPE, sd("Service")),
        Triple(me, _TITLE, Literal("医疗保障部门预算、决算知识图谱", language="zh")),
        Triple(me, sd("endpoint"), NamedNode(endpoint)),
        *(Triple(me, sd("supportedLanguage"), sd(name)) for name in languages),
        *(Triple(me, sd("feature"), sd(name)) for name in features),
        *(Triple(me, sd("resultFormat"), NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS),
        Triple(me, sd("defaultEntailmentRegime"), NamedNode("http://www.w3.org/ns/entailment/Simple")),
        Triple(me, sd("defaultDataset"), dataset),
        Triple(dataset, _TYPE, sd("Dataset")),
        Triple(dataset, NamedNode(_VOID + "vocabulary"), NamedNode(ONTOLOGY)),
        Triple(dataset, NamedNode(_VOID + "uriSpace"), Literal(BASE)),
        Triple(dataset, sd("defaultGraph"), default),
        Triple(default, _TYPE, sd("Graph")),
    ]
    for number, name in enumerate(_graphs(graph)):
        node, content = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            Triple(dataset, sd("namedGraph"), node),
            Triple(node, _TYPE, sd("NamedGraph")),
            Triple(node, sd("name"), name),
            Triple(node, sd("graph"), content),
            Triple(content, _TYPE, sd("Graph")),
        ]
    return finished({"format": format}, write_graph(triples, format, prefixes={"sd": _SD, "void": _VOID}), gzip)


def _graphs(graph: Graph) -> list[NamedNode]:
    """The named graphs, in the order of their names."""
    found = graph.store.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { } } ORDER BY ?g")
    assert isinstance(found, QuerySolutions)
    return [row["g"] for row in found if isinstance(row["g"], NamedNode)]


JOBS = {"describe_service": describe_service}

"""What is to be validated as a store: report files read into memory, RDF that mbkg exported, a knowledge graph on disk or behind a URL.

However it came, a store holds each report in the graph of its own IRI beside the common graph and the vocabulary, as a build makes
them; so the same reports give the same findings by every way.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path, PurePath

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from mbkg.errors import BadInput, GraphMissing, MbkgError
from mbkg.graph.iris import (
    COMMON_GRAPH,
    DATA,
    DCTERMS,
    DERIVED_GRAPH,
    MB,
    RDF,
    RULES_GRAPH,
    VOCABULARY_GRAPH,
    findings_iri,
)

RDF_FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}
_NO_EVIDENCE = (DERIVED_GRAPH, RULES_GRAPH)
Node = NamedNode | BlankNode | Triple


@dataclass(frozen=True, slots=True)
class Source:
    """Reports to be validated. `problems` names what could not be read, one line each; `remarks` what is no failure, such as blank forms.

    `on_disk` tells a store that is read while it is queried, and is therefore copied report by report before the rules run.
    """

    store: Store
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    on_disk: bool = False


def read_source(paths: Sequence[Path], kg: str | None) -> Source:
    """What there is to validate: the files and folders given, or else the knowledge graph.

    Raises:
        GraphMissing, StoreRefused: there is no graph.
        BadInput: nothing to read in the shipped reports that a graph is first built from.
    """
    return read_paths(paths) if paths else read_graph(kg)


# ---- files


def read_paths(paths: Sequence[Path], executor: Executor | None = None) -> Source:
    """Files and folders in one store in memory; what fails is named and leaves the others standing. `executor` runs the readers."""
    from mbkg.graph.target import ontology_nquads

    reports, exports, problems = _sorted_out(paths)
    store = Store()
    store.bulk_load(ontology_nquads(), RdfFormat.N_QUADS)
    remarks: list[str] = []
    if reports:
        failed, blank = _read_reports(reports, store, executor)
        problems += failed
        remarks += blank
    for path in exports:
        try:
            _read_rdf(path, store)
        except MbkgError as error:
            problems.append(str(error))
    return Source(store, tuple(problems), tuple(remarks))


def _sorted_out(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[str]]:
    """Report files, RDF files, and a line for every path that holds neither. A folder's RDF counts where it holds no report."""
    from mbkg.graph.build import collect_files

    reports: list[Path] = []
    exports: list[Path] = []
    problems: list[str] = []
    for path in paths:
        if path.is_file() and path.suffix.lower() in RDF_FORMATS:
            exports.append(path)
            continue
        try:
            reports += collect_files([path])
        except BadInput as error:
            inside = (
                [p for p in sorted(path.rglob("*")) if p.suffix.lower() in RDF_FORMATS and p.is_file()]
                if path.is_dir()
                else []
            )
            exports += inside
            if not inside:
                problems.append(str(error))
    return list(dict.fromkeys(reports)), list(dict.fromkeys(exports)), problems


def _read_reports(files: Sequence[Path], store: Store, executor: Executor | None) -> tuple[list[str], list[str]]:
    """Read report files into a store, as a build does; returns a line for each that failed, and for each that is a blank form."""
    from mbkg.graph.build import read_to_memory
    from mbkg.graph.target import IN_COMMON, name_unlisted

    readings, chunks = read_to_memory(files, executor=executor)
    lines = [line for chunk in chunks for line in chunk.splitlines()]
    store.bulk_load(b"\n".join(line for line in lines if not line.endswith(IN_COMMON)), RdfFormat.N_QUADS)
    store.bulk_load(name_unlisted(line for line in lines if line.endswith(IN_COMMON)), RdfFormat.N_QUADS)
    store.extend(_file_names([reading.file for reading in readings], store))
    told = [(reading.problem, reading.blank) for reading in readings if reading.problem]
    return [line for line, blank in told if not blank], [line for line, blank in told if blank]


def _file_names(files: Sequence[str], store: Store) -> list[Quad]:
    """The name of the file that each report was read from, as a build states it: the one that it took its own name from."""
    named = []
    for quad in store.quads_for_pattern(None, DCTERMS.identifier, None, None):
        if quad.graph_name == quad.subject and isinstance(quad.object, Literal):
            file = next((file for file in files if quad.object.value in (file, PurePath(file).stem)), "")
            if file:
                named.append(Quad(quad.subject, MB.fileName, Literal(file), quad.graph_name))
    return named


def _read_rdf(path: Path, store: Store) -> None:
    """Read an RDF file into a store, each of its triples into the graph where a build puts it.

    Raises:
        BadInput: it is no RDF, holds no report, or a report that is there already.
    """
    try:
        quads = list(parse(path=str(path), format=RDF_FORMATS[path.suffix.lower()], rename_blank_nodes=True))
    except OSError as error:
        raise BadInput(f"{path.name}：无法打开（{error.strerror or error}）", "请检查路径和权限") from error
    except (SyntaxError, ValueError) as error:
        raise BadInput(f"{path.name}：不是合法的 RDF（{' '.join(str(error).split())}）", "请重新导出") from error
    reports = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object == MB.Report}
    if not reports:
        raise BadInput(
            f"{path.name}：里面没有 mb:Report，不是 mbkg 导出的图", "请用 mbkg export 导出，或直接给出报告文件"
        )
    for report in sorted(reports, key=str):
        if any(store.quads_for_pattern(report, RDF.type, MB.Report, None)):
            raise BadInput(f"{path.name}：其中的报告 {report} 别的文件已经有了，没有再读", "同一份报告请只给一次")
    store.extend(_placed(quads, {report.value for report in reports if isinstance(report, NamedNode)}, store))


def _placed(quads: Iterable[Quad], reports: set[str], store: Store) -> Iterator[Quad]:
    """Quads in the graphs of a build: a report's evidence in its own; findings, derived figures and our own vocabulary left out."""
    quads = list(quads)
    findings = {findings_iri(report) for report in reports}
    derived = {q.subject for q in quads if q.predicate == RDF.type and q.object == MB.DerivedFact}
    owners = {q.subject: q.object for q in quads if q.predicate == MB.report and isinstance(q.object, NamedNode)}
    for quad in quads:
        if quad.graph_name in _NO_EVIDENCE or quad.graph_name in findings or quad.graph_name == VOCABULARY_GRAPH:
            continue
        graph = quad.graph_name
        if graph != COMMON_GRAPH and not (isinstance(graph, NamedNode) and graph.value in reports):
            if quad.subject in derived or _is_finding(quad):
                continue
            graph = _owner(quad, owners, reports)
        placed = Quad(quad.subject, quad.predicate, quad.object, graph)
        if Quad(quad.subject, quad.predicate, quad.object, VOCABULARY_GRAPH) not in store:
            yield placed


def _owner(quad: Quad, owners: Mapping[Node, NamedNode], reports: set[str]) -> NamedNode:
    """The report that a triple outside any graph belongs to: by its subject's IRI, else by what it says; else the common graph."""
    subject = quad.subject
    if isinstance(subject, NamedNode):
        if subject.value in reports:
            return subject
        if subject.value.startswith(f"{DATA}report/"):
            report = f"{DATA}report/{subject.value.removeprefix(f'{DATA}report/').partition('/')[0]}"
            if report in reports:
                return NamedNode(report)
        own = owners.get(subject)
        if own is not None and own.value in reports:
            return own
    return COMMON_GRAPH


def _is_finding(quad: Quad) -> bool:
    """Whether a triple tells what an earlier validation found."""
    if quad.predicate == MB.checkCount:
        return True
    if not isinstance(quad.subject, NamedNode):
        return False
    place = quad.subject.value.removeprefix(f"{DATA}report/").split("/")
    return len(place) > 1 and place[1] in ("finding", "checks")


# ---- graphs


def read_graph(kg: str | None) -> Source:
    """The knowledge graph; where none was built yet, the shipped reports are read first.

    Raises:
        GraphMissing, StoreRefused: no graph there, or no report in it.
    """
    from mbkg.graph.generations import KgDirectory
    from mbkg.graph.store import OxigraphStore, is_url, kg_location, open_graph
    from mbkg.graph.vocabulary import knowledge_digest

    location = kg_location(kg)
    if is_url(location):
        return Source(_fetched(location))
    try:
        graph = open_graph(kg)
    except GraphMissing:
        from mbkg.graph.build import build

        print("还没有知识图谱，先读取随包发布的报告…", file=sys.stderr)
        build(kg=kg)
        graph = open_graph(kg)
    assert isinstance(graph, OxigraphStore)
    remarks: tuple[str, ...] = ()
    if KgDirectory(Path(location)).manifest().get("knowledge") != knowledge_digest():
        remarks = (f"{location}：图由另一版本的 mbkg 读成，新版本才读得出的依据不在其中。重新 mbkg build 即可。",)
    return Source(graph.store, remarks=remarks, on_disk=True)


def _fetched(url: str) -> Store:
    """The reports of a remote store in memory, fetched graph by graph; the vocabulary is our own."""
    from mbkg.graph.remote import RemoteStore
    from mbkg.graph.target import ontology_nquads

    remote = RemoteStore(url)
    result = remote.query("SELECT DISTINCT ?report WHERE { GRAPH ?report { ?report a mb:Report } } ORDER BY ?report")
    assert isinstance(result, QuerySolutions)
    reports = [row["report"] for row in result if isinstance(row["report"], NamedNode)]
    if not reports:
        raise GraphMissing(url, "没有一份报告在以它为名的图里，无法核对")
    store = Store()
    store.bulk_load(ontology_nquads(), RdfFormat.N_QUADS)
    for graph in (*reports, COMMON_GRAPH):
        found = remote.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph.value}> {{ ?s ?p ?o }} }}")
        assert isinstance(found, QueryTriples)
        store.extend(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in found)
    return store

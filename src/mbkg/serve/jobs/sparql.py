"""Queries, evaluated and written out in an evaluator: what they may do, over which graphs, in which format, and how much of it.

A query names no graph by default and then reads the union of all. It may name some (FROM), and the request may name some in their place.
"""

from __future__ import annotations

import contextlib
import gzip as gzips
import hashlib
import re
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from mbkg.errors import BadQuery, MbkgError
from mbkg.graph.iris import PREFIXES
from mbkg.graph.querywords import Facts, facts_of
from mbkg.graph.store import OxigraphStore, QueryResult
from mbkg.serve.jobs import Graph, Reply
from mbkg.serve.jobs.complaints import complaint
from mbkg.serve.jobs.cutting import Enough, Sink, TooLarge

_ROWS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_XML_NAME = re.compile(r"[^\W\d][\w.\-\u00B7]*$")
_WORTH_PACKING = 4096
_DEEPEST = 400


@dataclass
class Forbidden(MbkgError):
    """A query that would do what this server does not."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass
class NotAcceptable(MbkgError):
    """A result that has no such format, or holds what the format cannot say."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass
class Unreachable(MbkgError):
    """A service that a query calls gave no result."""

    message: str

    def __str__(self) -> str:
        return self.message


def evaluate(
    graph: Graph,
    query: str,
    base: str,
    formats: dict[str, str | None],
    rows: int,
    default: list[str] | None = None,
    named: list[str] | None = None,
    gzip: bool = False,
    service: bool = False,
    sealed: bool = False,
    body: bytes = b"",
) -> Reply:
    """The result of a query as one document.

    Args:
        base: the IRI that relative ones are resolved against.
        formats: the name of the format for each kind of result, None where the client accepts none.
        rows: the most rows or triples; a result that has more is cut, and says so.
        default, named: the graphs the request names; both None where it names none.
        service: a query may call other services.
        sealed: the graph is in memory, so that nothing need be opened to read it, and nothing can be.
    Returns:
        a head of `kind`, `format`, `cut` ("rows", "bytes" or blank), `gzip`, `etag`, and `repeatable`: the query gives this each time.
    Raises:
        BadQuery, Forbidden, NotAcceptable, Unreachable
    """
    facts = facts_of(query)
    _allow(facts, service)
    if facts.kind is not None:
        _format_for(facts.kind, formats)
    with no_new_files() if sealed and not service else contextlib.nullcontext():
        try:
            result = _ask(graph, query, base, facts, default, named)
            kind, name, data, cut = _written(result, formats, rows, base)
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise BadQuery(complaint(query, str(error))) from error
        except OSError as error:
            raise _cannot(error, service) from error
    head = {"kind": kind, "format": name, "cut": cut, "repeatable": facts.repeatable and not facts.service}
    return finished(head, data, gzip)


def finished(head: dict[str, Any], data: bytes, gzip: bool) -> Reply:
    """A document ready to be sent: packed where the client can unpack it and it is worth it, and named by what it holds (`etag`)."""
    packed = gzip and len(data) >= _WORTH_PACKING
    if packed:
        data = gzips.compress(data, 1, mtime=0)
    return {**head, "gzip": packed, "etag": hashlib.blake2b(data, digest_size=12).hexdigest()}, data


def _allow(facts: Facts, service: bool) -> None:
    if facts.depth > _DEEPEST:
        raise BadQuery(f"括号嵌套超过 {_DEEPEST} 层")
    if facts.changes or facts.load:
        raise Forbidden("这是 SPARQL 更新，不是查询：查询以 SELECT、ASK、CONSTRUCT 或 DESCRIBE 开头。")
    if facts.service and not service:
        raise Forbidden("本服务不替查询访问其他 SPARQL 服务，SERVICE 没有开放。")


def _format_for(kind: str, formats: dict[str, str | None]) -> str:
    name = formats.get(kind)
    if name is None:
        what = {"rows": "SELECT 的结果", "boolean": "ASK 的结果", "graph": "CONSTRUCT 和 DESCRIBE 的结果"}[kind]
        have = {
            "rows": "JSON、XML、CSV、TSV",
            "boolean": "JSON、XML、纯文本",
            "graph": "Turtle、N-Triples、JSON-LD、RDF/XML",
        }[kind]
        raise NotAcceptable(f"{what}有 {have} 格式，没有所要的格式。")
    return name


def _ask(
    graph: Graph, query: str, base: str, facts: Facts, default: list[str] | None, named: list[str] | None
) -> QueryResult:
    store = graph.store
    if not isinstance(store, OxigraphStore):
        if default is not None or named is not None:
            raise Forbidden("知识图谱在另一个 SPARQL 服务中，请在查询里用 FROM 和 FROM NAMED 指定图。")
        return store.query(query)
    options: dict[str, Any] = {"prefixes": PREFIXES, "base_iri": base}
    if default is None and named is None:
        options["use_default_graph_as_union"] = not facts.own_dataset
    else:
        options["default_graph"] = [NamedNode(iri) for iri in default or ()]
        options["named_graphs"] = [NamedNode(iri) for iri in named or ()]
    return store.store.query(query, **options)


def _written(result: QueryResult, formats: dict[str, str | None], rows: int, base: str) -> tuple[str, str, bytes, str]:
    """The kind of a result, the name of its format, the document, and whether it was cut by "rows" or "bytes"."""
    match result:
        case QuerySolutions():
            name = _format_for("rows", formats)
            data, cut = _rows(result, name, rows, base)
            return "rows", name, data, cut
        case QueryTriples():
            name = _format_for("graph", formats)
            triples = list(islice(result, rows + 1))
            data = write_graph(triples[:rows], name, cut_note(rows) if len(triples) > rows else "")
            return "graph", name, data, "rows" if len(triples) > rows else ""
        case QueryBoolean():
            name = _format_for("boolean", formats)
            if name == "text":
                return "boolean", name, b"true" if result else b"false", ""
            return "boolean", name, result.serialize(format=_ROWS[name]) or b"", ""


def _rows(result: QuerySolutions, name: str, rows: int, base: str) -> tuple[bytes, str]:
    sink = Sink(name, rows)
    try:
        result.serialize(sink, _ROWS[name])  # type: ignore[arg-type]
    except Enough:
        pass
    except TooLarge:
        raise NotAcceptable("一行结果就超过了一份文档的大小上限。") from None
    note = cut_note(rows) if sink.cut == "rows" else "结果太大，这里只有开头的若干行"
    data = sink.document(note, f"{base}#truncated")
    return (_sound_xml(data) if name == "xml" else data), sink.cut


def write_graph(triples: list[Triple], name: str, note: str = "", prefixes: dict[str, str] | None = None) -> bytes:
    """Triples as one document, with a note at its head where the format has comments, and prefixes beside the usual ones.

    Raises:
        NotAcceptable: RDF/XML cannot say them.
    """
    if name == "rdfxml":
        for predicate in {triple.predicate for triple in triples}:
            if not _XML_NAME.search(predicate.value):
                raise NotAcceptable(f"RDF/XML 写不出谓词 {predicate.value}，请改用 Turtle。")
    short = {**PREFIXES, **(prefixes or {})} if name in ("turtle", "rdfxml") else None
    data = serialize(triples, format=_GRAPHS[name], prefixes=short) or b""
    if name == "turtle":
        data = _tidy_turtle(data)
    elif name == "rdfxml":
        data = _tidy_rdfxml(_sound_xml(data))
    if not note or name == "jsonld":
        return data
    if name == "rdfxml":
        return data.replace(b"?>", f"?>\n<!-- {note} -->".encode(), 1)
    return f"# {note}\n".encode() + data


def _tidy_turtle(data: bytes) -> bytes:
    """The document with the prefixes that it uses, in order; the engine gives all, in an order of its own each time."""
    lines = data.split(b"\n", len(PREFIXES) + 10)
    heading = [line for line in lines if line.startswith(b"@prefix ")]
    body = b"\n".join(lines[len(heading) :])
    return b"".join(line + b"\n" for line in sorted(heading) if line.split(b" ", 2)[1] in body) + body


def _tidy_rdfxml(data: bytes) -> bytes:
    """The document with its namespaces in order."""
    start = data.find(b"<rdf:RDF ")
    end = data.find(b">", start)
    return data[:start] + b" ".join(sorted(data[start:end].split(b" "))) + data[end:]


def cut_note(rows: int) -> str:
    """What a document says that holds only the beginning of a result."""
    return f"结果超过 {rows} 条的上限，这里只有前 {rows} 条"


def _sound_xml(data: bytes) -> bytes:
    """The document with its carriage returns kept from being read as line feeds.

    Raises:
        NotAcceptable: it holds a character that XML cannot.
    """
    if _NOT_XML.search(data):
        raise NotAcceptable("结果中有 XML 不能表示的控制字符，请改用 JSON 或 N-Triples。")
    return data.replace(b"\r", b"&#13;")


def _cannot(error: OSError, service: bool) -> MbkgError:
    """What an engine's failure to reach something means."""
    told = " ".join(str(error).split())[:200]
    if service:
        return Unreachable(f"SERVICE 所指的服务没有给出结果（{told}）。")
    return Forbidden(f"查询要访问本图谱以外的资源，没有开放（{told}）。")


@contextlib.contextmanager
def no_new_files() -> Iterator[None]:
    """While this lasts, this process opens no file and no connection, whatever a query asks for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


JOBS = {"sparql": evaluate}

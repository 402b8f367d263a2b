"""What the JSON interface and the tools of language models ask of an evaluator."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from mbkg.serve.jobs import Graph, Job, Reply

_NEEDED = (
    "graph.build", "graph.tables", "graph.target", "reading", "serve.lean", "validate.as_json", "validate.batches", "validate.run",
    "validate.select", "validate.sources",
)  # fmt: skip
_TRIPLE = ("subject", "predicate", "object")


def reports(graph: Graph, body: bytes = b"") -> Reply:
    """The reports of the graph, as `mbkg export` lists them."""
    return _json({"reports": _report_rows(graph)})


def units(graph: Graph, body: bytes = b"") -> Reply:
    """The bodies that the reports speak of, with the years they publish."""
    from mbkg.graph.tables import table_rows

    years: dict[str, set[int]] = defaultdict(set)
    for report in _report_rows(graph):
        years[report["unit"]].add(report["year"])
    rows = [_numbered(row, ("departments", "subordinates", "reports")) for row in table_rows(graph.store, "units")]
    return _json({"units": [{**row, "years": sorted(years[row["unit"]])} for row in rows]})


def _report_rows(graph: Graph) -> list[dict[str, Any]]:
    from mbkg.graph.tables import table_rows

    words = ("report", "unit", "kind", "scope", "title", "file")
    rows = table_rows(graph.store, "reports")
    return [_numbered(row, tuple(name for name in row if name not in words)) for row in rows]


def _numbered(row: dict[str, str], numbers: Sequence[str]) -> dict[str, Any]:
    return {name: int(value or 0) if name in numbers else value for name, value in row.items()}


def suggest(graph: Graph, text: str, limit: int, body: bytes = b"") -> Reply:
    """Questions that begin or go on as the text does."""
    from mbkg.serve.jobs.suggesting import suggestions

    return _json({"suggestions": suggestions(text, limit, _completions(graph))})


def _completions(graph: Graph) -> Any:
    if "completions" not in graph.kept:
        from mbkg.ask import lexicon_of
        from mbkg.serve.jobs.suggesting import read_completions

        graph.kept["completions"] = read_completions(graph.store, lexicon_of(graph.store))
    return graph.kept["completions"]


def preload() -> None:
    """Import what jobs need before evaluators are forked: one that ran long is not used again, and its successor would pay anew."""
    from mbkg.validate.catalogue import load_rules

    for name in _NEEDED:
        import_module(f"mbkg.{name}")
    load_rules()


def text2sparql(graph: Graph, question: str, body: bytes = b"") -> Reply:
    """One query that selects the answer to a question."""
    from mbkg.serve.lean import lean_query

    return _json({"query": lean_query(question, graph.store)})


def table(graph: Graph, query: str, limit: int, body: bytes = b"") -> Reply:
    """The first rows of a query as plain texts; triples as rows of three. What /sparql refuses is refused here."""
    from mbkg.serve.jobs.sparql import evaluate

    formats: dict[str, str | None] = {"rows": "json", "boolean": "json", "graph": "ntriples"}
    head, data = evaluate(graph, query, "http://localhost/sparql", formats, limit)
    columns, rows, boolean = list(_TRIPLE), [], None
    if head["kind"] == "graph":
        rows = [dict(zip(_TRIPLE, terms, strict=True)) for terms in _triples(data)]
    else:
        told = json.loads(data)
        columns, boolean = told["head"].get("vars", []), told.get("boolean")
        found = told.get("results", {}).get("bindings", [])
        rows = [{name: _plain(term["value"]) for name, term in row.items()} for row in found]
    return _json({"columns": columns, "rows": rows, "truncated": bool(head["cut"]), "boolean": boolean})


def _triples(data: bytes) -> list[tuple[str, str, str]]:
    from pyoxigraph import RdfFormat, parse

    return [(_own(q.subject), _own(q.predicate), _own(q.object)) for q in parse(data, format=RdfFormat.N_TRIPLES)]


def _own(term: Any) -> str:
    return str(getattr(term, "value", term))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# ---- validation


def validate(graph: Graph, reports: list[str], rules: list[str], severity: str, body: bytes = b"") -> Reply:
    """What `mbkg validate --format json` prints for the graph that is served."""
    from mbkg.graph.store import OxigraphStore
    from mbkg.validate.sources import Source, read_graph

    store = graph.store
    # The store also holds what is derived; of one on disk only the reports are read.
    source = Source(store.store, on_disk=True) if isinstance(store, OxigraphStore) else read_graph(graph.kg)
    return _validated(source, reports, rules, severity)


def validate_file(graph: Graph, folder: str, name: str, rules: list[str], severity: str, body: bytes = b"") -> Reply:
    """The same for one file, kept in an empty folder of ours, which whoever gave it removes again.

    Raises:
        BadInput: no report could be read from it; the message says why.
    """
    import tempfile

    from mbkg.errors import BadInput
    from mbkg.validate.run import reports_of
    from mbkg.validate.sources import read_paths

    path = Path(folder, name)
    path.write_bytes(body)
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        source = read_paths([path], _Here())
    finally:
        tempfile.tempdir = before
    if not reports_of(source.store):
        why = "；".join((*source.problems, *source.remarks)).replace(f"{folder}/", "").rstrip("。")
        raise BadInput(why or f"{name}：没有读出报告", "支持 PDF、Word、Excel、文本、网页和 mbkg 导出的 RDF")
    return _validated(source, [], rules, severity)


def _validated(source: Any, reports: list[str], rules: list[str], severity: str) -> Reply:
    from mbkg.validate.as_json import json_chunks
    from mbkg.validate.batches import validate_source
    from mbkg.validate.catalogue import load_rules
    from mbkg.validate.run import reports_of, validate_store
    from mbkg.validate.select import select_reports, select_rules
    from mbkg.validate.values import Severity

    chosen_rules = select_rules(load_rules(), rules, cast(Severity, severity))
    everyone = reports_of(source.store)
    chosen = select_reports(everyone, reports)
    validation = validate_source(source, chosen_rules, chosen, everyone, validate_store)
    return {}, "".join(json_chunks(validation)).encode("utf-8", "replace")


class _Here(Executor):
    """Runs work in this process, so that a reader ends when its evaluator is ended."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _json(value: Any) -> Reply:
    return {}, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


JOBS: dict[str, Job] = {
    "reports": reports,
    "suggest": suggest,
    "table": table,
    "text2sparql": text2sparql,
    "units": units,
    "validate": validate,
    "validate_file": validate_file,
}

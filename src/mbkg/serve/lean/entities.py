"""Queries for names: the winner of a ranking, everything that meets a condition, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pyoxigraph import QuerySolutions

from mbkg.amounts import canonical
from mbkg.ask.compile import text_term
from mbkg.ask.plan import Condition, Plan
from mbkg.ask.records import Record
from mbkg.ask.reply import Reply
from mbkg.serve.lean.figures import Figure, Figures, Pair, shared_pairs
from mbkg.serve.lean.goals import Goal
from mbkg.serve.lean.write import select, values

_NAMES = (
    "dcterms:title",
    "mb:body/skos:prefLabel",
    "mb:functionCode/skos:prefLabel",
    "mb:economicCode/skos:prefLabel",
    "mb:governmentEconomicCode/skos:prefLabel",
    "mb:level3",
    "mb:project/dcterms:title",
    "mb:measure/skos:prefLabel",
    "mb:expenditureNature/skos:prefLabel",
    "mb:text",
    "mb:subject",
)
_LABELS = "skos:prefLabel|dcterms:title|skos:notation|rdfs:label|mb:level3|mb:text|mb:note|mb:term"
_NOT_ENGLISH = 'FILTER (LANG(?name) != "en")'


def entity_queries(plan: Plan, reply: Reply, goal: Goal, figures: Figures) -> Iterator[str]:
    """Queries that may yield the names of a goal: by what the things have in common, by the things compared, by their own names."""
    winners = reply.winners or reply.records
    nodes = _nodes(winners)
    path = _name_path(nodes, goal.names, figures)
    if path and plan.ask == "entity":
        yield from _ranked(plan, reply, path, len(goal.names), figures)
    elif path and plan.selects:
        yield from _listed("DISTINCT ?name", plan.selects[0].conditions, winners, path, figures)
    if path:
        yield select("DISTINCT ?name", [values("fact", nodes), *_named("fact", path)])
    yield from _departments(plan, reply)
    told = ", ".join(map(text_term, goal.names))
    for name in _LABELS.split("|"):
        yield select(
            "DISTINCT ?name", [f"?thing {name} ?label .", "BIND (STR(?label) AS ?name)", f"FILTER (?name IN ({told}))"]
        )
    yield select(
        "DISTINCT ?name", [f"?thing {_LABELS} ?label .", "BIND (STR(?label) AS ?name)", f"FILTER (?name IN ({told}))"]
    )


def count_queries(plan: Plan, reply: Reply, figures: Figures) -> Iterator[str]:
    """Queries that may yield how many things there are."""
    winners = reply.winners or reply.records
    for path in _NAMES[:6]:
        conditions = plan.selects[0].conditions if plan.selects else ()
        yield from _listed("(COUNT(DISTINCT ?name) AS ?value)", conditions, winners, path, figures)
        if winners:
            yield select("(COUNT(DISTINCT ?name) AS ?value)", [values("fact", _nodes(winners)), *_named("fact", path)])
    yield from _departments(plan, reply, "(COUNT(DISTINCT ?name) AS ?value)")


def _ranked(plan: Plan, reply: Reply, path: str, wanted: int, figures: Figures) -> Iterator[str]:
    exact = [
        record for record in reply.records if record.match == "exact"
    ]  # a wider or narrower group is told, not ranked
    ranked = [figure for record in exact if (figure := figures.of(record)) is not None]
    if not ranked or len({figure.property for figure in ranked}) > 1:
        return
    order = "DESC" if plan.order == "max" else "ASC"
    skipped = f" OFFSET {plan.nth - 1}" if plan.nth > 1 else ""
    first = ranked[0]
    filters = _filters(plan.selects[0].conditions, first)
    lines = [f"  {first.property} ?amount .", *filters, *_named("fact", path)]
    shared = _shared(ranked, figures)
    tail = f"ORDER BY {order}(?amount) LIMIT {wanted}{skipped}"
    if len(shared) > 1:
        yield select("?name", [f"?fact {_told(shared)} ;", *lines], tail)
    chosen = values("fact", dict.fromkeys(node for figure in ranked for node in figure.nodes))
    yield select("?name", [chosen, f"?fact {first.property} ?amount .", *lines[1:]], tail)
    summed = f"GROUP BY ?name ORDER BY {order}(SUM(?amount)) LIMIT {wanted}{skipped}"
    yield select("?name", [chosen, f"?fact {first.property} ?amount .", *lines[1:]], summed)


def _listed(
    head: str, conditions: Sequence[Condition], winners: Sequence[Record], path: str, figures: Figures
) -> Iterator[str]:
    found = [figure for record in winners if (figure := figures.of(record)) is not None]
    if conditions and found and len({figure.property for figure in found}) == 1:
        shared = _shared(found, figures)
        filters = _filters(conditions, found[0])
        if len(shared) > 1 and len(filters) == len(conditions):
            yield select(
                head, [f"?fact {_told(shared)} ;", f"  {found[0].property} ?amount .", *filters, *_named("fact", path)]
            )
    nodes = _nodes(winners)
    shared = shared_pairs([figures.told(node) for node in nodes]) if nodes else ()
    shared = tuple(pair for pair in shared if pair[0] not in ("dcterms:title", "mb:rule"))
    if not conditions and len(shared) > 1:
        yield select(head, [f"?fact {_told(shared)} .", *_named("fact", path)])


def _departments(plan: Plan, reply: Reply, head: str = "DISTINCT ?name") -> Iterator[str]:
    """The parts of a body, the bodies beneath it and the one above."""
    bodies = [body for select_ in plan.selects for body in select_.bodies] or [record.body for record in reply.records]
    for body in dict.fromkeys(filter(None, bodies)):
        for path in ("^org:unitOf", "^org:subOrganizationOf", "org:subOrganizationOf"):
            yield select(head, [f"<{body}> {path}/skos:prefLabel ?name ."])
    for year in [year for select_ in plan.selects for year in select_.years] if plan.ask == "body" else ():
        yield select(head, [f"?report a mb:Report ; mb:year {year} ; mb:body/skos:prefLabel ?name ."])
    if plan.ask == "body":
        yield select(head, ["?report a mb:Report ; mb:body/skos:prefLabel ?name ."])


def _shared(found: Sequence[Figure], figures: Figures) -> tuple[Pair, ...]:
    nodes = dict.fromkeys(node for figure in found for node in figure.nodes)
    told = shared_pairs([figures.told(node) for node in nodes])
    return tuple(pair for pair in told if pair[0] != "dcterms:title" or len(nodes) == 1)


def _filters(conditions: Sequence[Condition], figure: Figure) -> list[str]:
    """The limits on `?amount`, each in the unit in which the graph holds it."""
    lines = []
    for limit in conditions:
        value = limit.value
        if figure.property.endswith("Wan") and limit.unit == "元":
            value = value / 10000
        elif figure.scale != "{}":
            return []
        lines.append(f"FILTER (?amount {limit.operator} {canonical(Decimal(value))})")
    return lines


def _name_path(nodes: Sequence[str], names: Sequence[str], figures: Figures) -> str:
    """The path from the nodes to the names; blank for none."""
    if not nodes:
        return ""
    for path in _NAMES:
        found = figures.store.query(select("?name", [values("fact", nodes), *_named("fact", path)]))
        assert isinstance(found, QuerySolutions)
        if {row[0].value for row in found} == set(names):
            return path
    return ""


def _named(variable: str, path: str) -> list[str]:
    english = [_NOT_ENGLISH] if path.endswith("skos:prefLabel") and "body" not in path else []
    return [f"?{variable} {path} ?name .", *english]


def _told(pairs: Sequence[Pair]) -> str:
    return " ; ".join(f"{predicate} {value}" for predicate, value in pairs)


def _nodes(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(node for record in records for node in record.nodes))

"""Reports side by side: the same measures, each on its stated basis. What is unlike is said, and no difference is worked out across it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mbkg.serve.jobs import Graph
from mbkg.serve.web.views import NotHere, Page, Query
from mbkg.serve.web.views.facts import basis_words, facts_of, measures, totals
from mbkg.serve.web.views.holdings import ReportInfo, of_body, report_of, reports, unlike

_MOST = 6


def compare(graph: Graph, query: Query) -> Page:
    """The reports asked for: `report=` names one, `unit=` a body's newest."""
    chosen = _chosen(graph, query)
    figures = totals(facts_of(graph, chosen, "total")) if chosen else {}
    apart = unlike(chosen)
    return Page(
        "compare.html",
        {
            "held": reports(graph),
            "chosen": chosen,
            "apart": apart,
            "lines": [_line(graph, entry, chosen, figures, not apart) for entry in measures()] if chosen else [],
            "most": _MOST,
        },
    )


def _chosen(graph: Graph, query: Query) -> list[ReportInfo]:
    found = [report_of(graph, name) for name in query.get("report", ()) if name]
    for body in query.get("unit", ()):
        own = of_body(graph, body)
        if body and not own:
            raise NotHere("图中没有要比较的这家单位的报告。")
        found += own[:1]
    return list(dict.fromkeys(found))[:_MOST]


def _line(
    graph: Graph, entry: Any, chosen: list[ReportInfo], figures: dict[tuple[str, str], Any], alike: bool
) -> dict[str, Any]:
    facts = [figures.get((report.iri, entry.id)) for report in chosen]
    values = [fact.value for fact in facts if fact is not None]
    gap: Decimal | None = None
    if alike and len(chosen) == 2 and len(values) == 2:
        gap = values[0] - values[1]
    return {
        "entry": entry,
        "basis": basis_words(graph, entry.fund, entry.nature, entry.kind),
        "facts": facts,
        "largest": max((abs(value) for value in values), default=None),
        "gap": gap,
    }

"""Pages, rendered in an evaluator: the graph is asked and the template filled in one job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mbkg.serve.jobs import Graph, Reply
from mbkg.serve.web.rendering import environment, render
from mbkg.serve.web.views import NotHere, Page, View
from mbkg.serve.web.views.answer import ask
from mbkg.serve.web.views.compare import compare
from mbkg.serve.web.views.findings import finding, findings
from mbkg.serve.web.views.pages import about, editor, home
from mbkg.serve.web.views.source import source
from mbkg.serve.web.views.units import unit, units

VIEWS: dict[str, View] = {
    "about": about,
    "ask": ask,
    "compare": compare,
    "editor": editor,
    "finding": finding,
    "findings": findings,
    "home": home,
    "source": source,
    "unit": unit,
    "units": units,
}
environment()  # compiled here, before evaluators are forked


def page(graph: Graph, name: str, query: Mapping[str, Sequence[str]], body: bytes = b"") -> Reply:
    """A page as HTML; the head has its HTTP status."""
    try:
        shown = VIEWS[name](graph, query)
    except NotHere as problem:
        shown = Page("problem.html", {"title": "没有找到", "message": str(problem)}, 404)
    html = render(shown.template, section=name, **shown.context)
    return {"status": shown.status}, html.encode("utf-8", "replace")


JOBS = {"page": page}

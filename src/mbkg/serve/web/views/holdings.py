"""The reports that the graph holds, as every page names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from mbkg.serve.jobs import Graph
from mbkg.serve.web.reading import labels, local, rows
from mbkg.serve.web.rendering import link
from mbkg.serve.web.views import NotHere

_MAIN_PHASE = {"budget": "budget", "final-account": "finalAccount", "finalAccount": "finalAccount"}


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """One report: whose, of which year, budget or final account, of the body alone or with its subordinates."""

    iri: str
    id: str
    body: str
    unit: str
    year: int
    kind: str
    phase: str
    """The phase of the report's own figures: 预算 or 决算."""
    main_phase: str
    """The same as the last part of its IRI."""
    scope: str
    title: str
    file: str
    region: str

    @property
    def node(self) -> NamedNode:
        return NamedNode(self.iri)

    @property
    def body_id(self) -> str:
        return local(self.body)

    @property
    def name(self) -> str:
        """烟台市医疗保障局2025年单位预算"""
        return f"{self.unit}{self.edition}"

    @property
    def edition(self) -> str:
        """2025年单位预算"""
        return f"{self.year}年{self.scope}{self.phase}"

    @property
    def page(self) -> str:
        return link(f"/unit/{self.body_id}", report=self.id)

    def source(self, row: dict[str, str], printed: str = "", column: str = "") -> str:
        """Where the original of a row with ?line and ?page is shown; blank where it has no place."""
        line, page = row.get("line", ""), row.get("page", "")
        if not line and not page:
            return ""
        return link(
            "/source",
            report=self.id,
            line=line,
            page=page,
            file=row.get("file", ""),
            column=column or row.get("column", ""),
            printed=printed or row.get("printed", ""),
        )


def reports(graph: Graph) -> list[ReportInfo]:
    """Every report, by body, the newest year first."""
    kept: list[ReportInfo] | None = graph.kept.get("web.reports")
    if kept is None:
        kept = graph.kept["web.reports"] = _read(graph)
    return kept


def _read(graph: Graph) -> list[ReportInfo]:
    named = labels(graph)
    found = []
    for row in rows(graph, "reports"):
        kind = local(row["kind"])
        phase = _MAIN_PHASE.get(kind, "budget")
        found.append(
            ReportInfo(
                iri=row["report"],
                id=row["id"],
                body=row["body"],
                unit=row["unit"],
                year=int(row["year"]),
                kind=kind,
                phase="决算" if phase == "finalAccount" else "预算",
                main_phase=phase,
                scope=named.get(row["scope"], ""),
                title=row["title"],
                file=row["file"],
                region=row["region"],
            )
        )
    return found


def report_of(graph: Graph, name: str) -> ReportInfo:
    """The report with an identifier.

    Raises:
        NotHere: the graph has none.
    """
    for report in reports(graph):
        if report.id == name:
            return report
    raise NotHere(f"图中没有名为“{name}”的报告。")


def by_iri(graph: Graph) -> dict[str, ReportInfo]:
    return {report.iri: report for report in reports(graph)}


def of_body(graph: Graph, body_id: str) -> list[ReportInfo]:
    """The reports of one body, the newest first."""
    own = [report for report in reports(graph) if report.body_id == body_id]
    return sorted(own, key=lambda report: (-report.year, report.kind != "finalAccount", report.scope, report.id))


def unlike(chosen: Sequence[ReportInfo]) -> list[str]:
    """What keeps the figures of some reports from being compared as they stand: sentences, none where they are alike."""
    said = []
    for what, values in (
        ("年度", [f"{report.year}年" for report in chosen]),
        ("阶段", [report.phase for report in chosen]),
        ("范围", [f"{report.scope}口径" for report in chosen]),
    ):
        distinct = list(dict.fromkeys(values))
        if len(distinct) > 1:
            said.append(f"{what}不同：{'、'.join(distinct)}")
    return said

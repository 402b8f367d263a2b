"""What the accounting rules found: counts, a filtered list, and one finding with the figures it is made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import Literal, NamedNode

from mbkg.reports import place_words
from mbkg.serve.jobs import Graph
from mbkg.serve.web.figures import read
from mbkg.serve.web.reading import Row, labels, local, rows
from mbkg.serve.web.rendering import link
from mbkg.serve.web.views import NotHere, Page, Query, one, whole
from mbkg.serve.web.views.holdings import ReportInfo, by_iri, report_of, reports

SEVERITIES = {"violation": "不符", "warning": "提醒", "info": "说明"}
OUTCOMES = {"violated": "不符或有疑", "rounding": "尾差以内", "not_evaluable": "不可核对"}
RELATIONS = {"=": "应当相等", "≤": "应当不大于", "≥": "应当不小于", "set": "应当一致", "logic": "应当成立"}
_PER_PAGE = 40


@dataclass(slots=True)
class Tally:
    """The checks of one report: how many hold, and of what does not, how many of each severity."""

    holds: int = 0
    rounding: int = 0
    violated: int = 0
    not_evaluable: int = 0
    severities: Counter[str] = field(default_factory=Counter)

    @property
    def run(self) -> int:
        """How many checks gave a verdict."""
        return self.holds + self.rounding + self.violated


def tallies(graph: Graph) -> dict[str, Tally]:
    """The tally of every report by its IRI."""
    found: dict[str, Tally] = {}
    for row in rows(graph, "checks"):
        found[row["report"]] = Tally(
            int(row["holds"]), int(row["rounding"]), int(row["violated"]), int(row["notEvaluable"])
        )
    for row in rows(graph, "counts"):
        if row["outcome"] == "violated" and row["report"] in found:
            found[row["report"]].severities[row["severity"]] += int(row["count"])
    return found


def brief(graph: Graph, report: ReportInfo, most: int) -> list[Row]:
    """The gravest findings of one report."""
    found = rows(graph, "findings", report=[report.node], outcome=[Literal("violated")])
    return [_told(row, by_iri(graph)) for row in found[:most]]


def findings(graph: Graph, query: Query) -> Page:
    """The findings that fit the filters, a page at a time, with what each filter would leave."""
    wanted = {name: one(query, name) for name in ("report", "rule", "severity", "outcome")}
    outcome = wanted["outcome"] or "violated"
    known = by_iri(graph)
    given: dict[str, list[Any]] = {}
    if wanted["report"]:
        given["report"] = [report_of(graph, wanted["report"]).node]
    counts = rows(graph, "counts")
    names = {row["ruleId"]: (row["ruleName"], row["rule"]) for row in counts}
    if wanted["rule"]:
        if wanted["rule"] not in names:
            raise NotHere(f"没有一项核对发现出自规则“{wanted['rule']}”。")
        given["rule"] = [NamedNode(names[wanted["rule"]][1])]
    for name, allowed in (("severity", SEVERITIES), ("outcome", OUTCOMES)):
        if wanted[name] and wanted[name] not in allowed:
            raise NotHere(f"没有“{wanted[name]}”这一类核对结果。")
    if wanted["severity"]:
        given["severity"] = [Literal(wanted["severity"])]
    given["outcome"] = [Literal(outcome)]
    found = rows(graph, "findings", **given)
    start = min((whole(query, "page") or 1) - 1, max(0, (len(found) - 1) // _PER_PAGE)) * _PER_PAGE
    start = max(0, start)
    return Page(
        "findings.html",
        {
            "found": [_told(row, known) for row in found[start : start + _PER_PAGE]],
            "total": len(found),
            "page": start // _PER_PAGE + 1,
            "pages": max(1, -(-len(found) // _PER_PAGE)),
            "wanted": {**wanted, "outcome": outcome},
            "rules": _choices(counts, {**wanted, "outcome": outcome}, known),
            "held": reports(graph),
            "tallies": tallies(graph),
            "severities": SEVERITIES,
            "outcomes": OUTCOMES,
        },
    )


def _choices(counts: list[Row], wanted: dict[str, str], known: dict[str, ReportInfo]) -> dict[str, Any]:
    """For each filter its choices with how many findings each leaves, the other filters as they are."""
    keys: dict[str, Callable[[Row], str]] = {
        "report": lambda row: known[row["report"]].id if row["report"] in known else "",
        "rule": lambda row: row["ruleId"],
        "severity": lambda row: row["severity"],
        "outcome": lambda row: row["outcome"],
    }
    found: dict[str, dict[str, int]] = {}
    for name, key in keys.items():
        counted: Counter[str] = Counter()
        for row in counts:
            if all(not wanted[other] or keys[other](row) == wanted[other] for other in keys if other != name):
                counted[key(row)] += int(row["count"])
        found[name] = dict(counted)
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for row in sorted(counts, key=lambda row: (row["family"], row["ruleName"])):
        if found["rule"].get(row["ruleId"]):
            families[row["family"]][row["ruleId"]] = row["ruleName"]
    return {"counts": found, "families": dict(families)}


def finding(graph: Graph, query: Query) -> Page:
    """One finding: the rule's sentence, the figures as a small calculation, their places."""
    name = one(query, "id")
    node = _node(name)
    found = rows(graph, "findings", finding=[node]) if node is not None else []
    if node is None or not found:
        raise NotHere("没有这一项核对发现；图更新之后，发现的编号可能已经改变。")
    row = _told(found[0], by_iri(graph))
    report: ReportInfo = row["of"]
    named = labels(graph)
    operands = [_operand(entry, report, named) for entry in rows(graph, "operands", finding=[node])]
    return Page(
        "finding.html",
        {
            "finding": row,
            "report": report,
            "left": [entry for entry in operands if entry["left"]],
            "right": [entry for entry in operands if not entry["left"]],
            "adds_up": _adds_up(operands, row),
            "relation": RELATIONS.get(row["relation"], ""),
            "severities": SEVERITIES,
            "outcomes": OUTCOMES,
        },
    )


def _adds_up(operands: list[dict[str, Any]], finding: Row) -> bool:
    """Whether the figures on the other side are several and their sum is the one they are compared as."""
    values = [
        read(entry["amountWan"] if finding["unit"] == "万元" else entry["value"])
        for entry in operands
        if not entry["left"]
    ]
    known = [value for value in values if value is not None]
    return len(known) > 1 and len(known) == len(values) and sum(known) == read(finding["right"])


def _node(name: str) -> NamedNode | None:
    """The finding that an address names: `<report key>/<digest>`."""
    key, _, digest = name.partition("/")
    if not key or not digest or not (key + digest).replace("-", "").isalnum() or not name.isascii():
        return None
    return NamedNode(f"https://w3id.org/mbkg/data/report/{key}/finding/{digest}")


def _told(row: Row, known: dict[str, ReportInfo]) -> dict[str, Any]:
    key = row["finding"].partition("/report/")[2].replace("/finding/", "/")
    chip = SEVERITIES[row["severity"]] if row["outcome"] == "violated" else OUTCOMES[row["outcome"]]
    return {
        **row,
        "of": known[row["report"]],
        "href": f"/finding/{key}",
        "chip": chip,
        "grade": row["severity"] if row["outcome"] == "violated" else row["outcome"],
        "rule_href": link("/findings", rule=row["ruleId"], outcome=row["outcome"]),
    }


def _operand(row: Row, report: ReportInfo, named: dict[str, str]) -> dict[str, Any]:
    label = row["rowLabel"] or row["subject"] or row["name"] or local(row["operand"])
    where = "，".join(filter(None, (f"《{row['table']}》" if row["table"] else row["heading"],)))
    printed = row["printed"] or row["value"]
    return {
        **row,
        "left": row["left"] == "true",
        "label": " ".join(filter(None, (row["rowCode"], label))),
        "where": where,
        "place": place_words(
            int(row["line"]) if row["line"] else None, int(row["page"]) if row["page"] else None, row["sheetName"]
        ),
        "shown": printed,
        "unit": named.get(row["unit"], ""),
        "source": report.source(row, printed=printed or row["name"]),
    }

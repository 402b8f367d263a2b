"""`mbkg info`: what the graph holds."""

from __future__ import annotations

import json
from collections import Counter

from mbkg.cli_output import print_table
from mbkg.graph.derive import rule_files
from mbkg.graph.iris import PREFIXES
from mbkg.graph.reading_report import checks_line
from mbkg.graph.store import GraphStore, open_graph, rows_of
from mbkg.graph.tables import query_text, table_rows

_KIND_WORDS = {
    "mb:Report": "报告",
    "mb:Table": "表",
    "mb:Cell": "印刷数字",
    "mb:BudgetFact": "事实",
    "mb:Series": "序列",
    "mb:Project": "项目",
    "mb:Indicator": "指标",
    "mb:Statement": "文字数字",
    "mb:DerivedFact": "推算事实",
    "mb:Rule": "勾稽规则",
    "mb:Finding": "核对发现",
    "org:Organization": "单位",
    "org:OrganizationalUnit": "内设机构",
}


def print_info(kg: str | None, as_json: bool) -> None:
    """Print what the graph holds, as text or as one JSON object."""
    graph = open_graph(kg)
    reports = table_rows(graph, "reports")
    counts = _counts(graph)
    triples = next(rows_of(graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")))["n"]
    years = sorted({report["year"] for report in reports})
    units = sorted({report["unit"] for report in reports})
    rules = [path.stem for path in rule_files()]
    checks = _checks(graph)
    if as_json:
        whole = {
            "kg": graph.where,
            "reports": reports,
            "years": [int(year) for year in years],
            "units": units,
            "triples": int(triples),
            "counts": {name: int(count) for name, count in counts.items()},
            "rules": rules,
            "accounting_rules": int(counts["mb:Rule"]),
            "checks": checks,
        }
        print(json.dumps(whole, ensure_ascii=False, indent=1))
        return
    print(f"知识图谱：{graph.where}")
    shown = (
        "report",
        "unit",
        "year",
        "kind",
        "scope",
        "tables",
        "cells",
        "projects",
        "indicators",
        "statements",
        "facts",
    )
    header = ("报告", "单位", "年度", "种类", "范围", "表", "数字", "项目", "指标", "文字数字", "事实")
    print_table(header, ([report[name] for name in shown] for report in reports))
    print(f"年度：{'、'.join(years)}；单位 {len(units)} 个：{'、'.join(units)}")
    print(
        f"三元组 {triples} 条：" + "，".join(f"{_KIND_WORDS.get(name, name)} {count}" for name, count in counts.items())
    )
    print(f"推算规则 {len(rules)} 条：{'、'.join(rules)}")
    if checks:
        print(f"勾稽规则 {counts['mb:Rule']} 条（mbkg rules）：{checks_line(checks)}")


def _counts(graph: GraphStore) -> dict[str, str]:
    counts = {row["kind"]: row["count"] for row in rows_of(graph.query(query_text("info")))}
    return {name: counts.get(_full(name), "0") for name in _KIND_WORDS}


def _checks(graph: GraphStore) -> dict[str, int]:
    """The checks of all reports by outcome; empty where none were made."""
    total: Counter[str] = Counter()
    for row in rows_of(graph.query(query_text("checks"))):
        total.update({name: int(count) for name, count in row.items() if name != "report"})
    return dict(total)


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local

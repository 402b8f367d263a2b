"""Validations made by hand, for what is written of them: every outcome, every severity, hostile words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from mbkg.validate.values import Coverage, Finding, Operand, Outcome, ReportInfo, Rule, Severity, Validation

REPORT = ReportInfo(
    iri="https://w3id.org/mbkg/data/report/0-a-2025-budget-department",
    name="qinghe-2025-budget",
    unit="青河市医疗保障局",
    year=2025,
    kind="预算",
    scope="部门",
    file="qinghe-2025-budget.pdf",
)
OTHER = replace(REPORT, iri=REPORT.iri.replace("2025", "2024"), name="qinghe-2024-budget", year=2024)


def rule(id_: str, family: str = "表内合计", severity: Severity = "violation") -> Rule:
    return Rule(
        id=id_,
        name=f"规则{id_}",
        family=family,
        relation="=",
        severity=severity,
        message="印作{?left}，相加为{?right}。",
        description=f"{id_} 所问。",
        shape=f"https://w3id.org/mbkg/shapes#{id_}",
        file="made.ttl",
    )


SUM, ODD, NOTE = rule("sum"), rule("odd", "表间一致", "warning"), rule("note", "其他", "info")


def operand(name: str, value: str, role: str = "left", table: str = "支出总表", **more: object) -> Operand:
    made = Operand(
        node=f"{REPORT.iri}/cell/{name}",
        kind="cell",
        role="left" if role == "left" else "right",
        value=Decimal(value),
        unit="万元",
        printed=value,
        table=table,
        row_code="210",
        row_label="卫生健康支出",
        column="合计",
        page=12,
        line=8,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def finding(outcome: Outcome, of: Rule = SUM, **more: object) -> Finding:
    left, right = operand("a", "63.25"), operand("b", "62.24", "right", page=13)
    compared = outcome != "not_evaluable"
    made = Finding(
        rule=of.id,
        name=of.name,
        outcome=outcome,
        severity=of.severity,
        report=REPORT,
        message="《支出总表》第12页第8行“210 卫生健康支出”“合计”栏：合计印作63.25，各分项相加为62.24，相差1.01。",
        value=f"{REPORT.iri}/sum/1",
        left=Decimal("63.25") if compared else None,
        right=Decimal("62.24") if compared else None,
        difference=Decimal("1.01") if compared else None,
        tolerance=Decimal("0.015") if compared else None,
        unit="万元",
        operands=(left, right),
        reason="" if compared else "续页缺失，分项不全",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def validation(*findings: Finding, holds: int = 5, problems: tuple[str, ...] = ()) -> Validation:
    """Findings beside checks that hold, all of one report; 9 of its 10 amounts are covered."""
    counts: dict[str, Counter[Outcome]] = {"sum": Counter({"holds": holds})}
    for each in findings:
        counts.setdefault(each.rule, Counter())[each.outcome] += 1
    bare = operand("bare", "7.00", table="绩效目标表")
    return Validation(
        reports=(REPORT,),
        rules=(SUM, ODD, NOTE),
        findings=findings,
        counts={REPORT.iri: counts},
        coverage={REPORT.iri: Coverage(9, 10, (bare,))},
        problems=problems,
    )


EVERYTHING = validation(
    finding("violated", cause="差额等于“行政运行”一行"),
    finding("violated", value=f"{REPORT.iri}/sum/2", cause="差额等于“行政运行”一行"),
    finding("violated", ODD),
    finding("violated", NOTE, operands=()),
    finding("rounding", left=Decimal("1.00"), right=Decimal("1.01"), difference=Decimal("-0.01")),
    finding("not_evaluable"),
)

"""A validation as one JSON object: figures as exact number literals, findings one a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mbkg.amounts import canonical
from mbkg.validate.overview import share
from mbkg.validate.values import OUTCOMES, Coverage, Finding, Operand, Outcome, ReportInfo, Rule, Validation


def json_chunks(validation: Validation) -> Iterator[str]:
    """The object in pieces, in one order; joined they are one line of JSON for every report, rule and finding.

    Args:
        validation: its amounts become JSON numbers exactly as they are: `-32.44`, never `-32.440000001`.
    """
    yield f'{{"conforms": {dumps(validation.conforms)},\n "checks": {dumps(checks_json(validation.checks))},\n '
    yield from _listed("reports", (_report(info, validation) for info in validation.reports))
    yield ",\n "
    yield from _listed("rules", (rule_json(rule) for rule in validation.rules))
    yield ",\n "
    yield from _listed("findings", (finding_json(finding) for finding in validation.findings))
    yield ",\n "
    yield from _listed("problems", iter(validation.problems))
    yield "}\n"


def _listed(name: str, values: Iterator[Any]) -> Iterator[str]:
    yield f'"{name}": ['
    separator = "\n  "
    for value in values:
        yield separator + dumps(value)
        separator = ",\n  "
    yield "]"


def checks_json(checks: Mapping[Outcome, int]) -> dict[str, int]:
    """`run` checks were tried, of `total`."""
    tried, total = share(checks)
    return {"total": total, "run": tried, **{outcome: checks.get(outcome, 0) for outcome in OUTCOMES}}


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule without its query."""
    return {
        "id": rule.id,
        "name": rule.name,
        "family": rule.family,
        "relation": rule.relation,
        "severity": rule.severity,
        "reach": rule.reach,
        "description": rule.description,
        "shape": rule.shape,
        "file": rule.file,
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding; `unit` is the body's name, `amount_unit` the unit of its figures."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "outcome": finding.outcome,
        "severity": finding.severity,
        "report": finding.report.name,
        "unit": finding.report.unit,
        "year": finding.report.year,
        "message": finding.message,
        "left": finding.left,
        "right": finding.right,
        "difference": finding.difference,
        "tolerance": finding.tolerance,
        "amount_unit": finding.unit,
        "operands": [operand_json(operand) for operand in finding.operands],
        "cause": finding.cause,
        "reason": finding.reason,
        "suspect": finding.suspect,
        "node": finding.value,
    }


def operand_json(operand: Operand) -> dict[str, Any]:
    """A printed figure with its place."""
    return {
        "role": operand.role,
        "kind": operand.kind,
        "value": operand.value,
        "unit": operand.unit,
        "table": operand.table,
        "row_code": operand.row_code,
        "row_label": operand.row_label,
        "column": operand.column,
        "printed": operand.printed,
        "file": operand.file,
        "sheet": operand.sheet,
        "page": operand.page,
        "line": operand.line,
        "confidence": Decimal(str(operand.confidence)),
        "node": operand.node,
    }


def _report(info: ReportInfo, validation: Validation) -> dict[str, Any]:
    counts = validation.counts.get(info.iri, {})
    checks = sum(counts.values(), start=Counter[Outcome]())
    return {
        "report": info.name,
        "unit": info.unit,
        "year": info.year,
        "kind": info.kind,
        "scope": info.scope,
        "file": info.file,
        "iri": info.iri,
        "checks": checks_json(checks),
        "rules": {rule.id: checks_json(counts[rule.id]) for rule in validation.rules if rule.id in counts},
        "coverage": _coverage(validation.coverage.get(info.iri)),
    }


def _coverage(coverage: Coverage | None) -> dict[str, Any] | None:
    if coverage is None:
        return None
    return {
        "amounts": coverage.amounts,
        "covered": coverage.covered,
        "uncovered": [operand_json(operand) for operand in coverage.uncovered],
    }


def dumps(value: Any) -> str:
    """JSON on one line, Chinese as it is, a Decimal as its exact literal.

    >>> dumps({"difference": Decimal("-0.10"), "cause": None})
    '{"difference": -0.1, "cause": null}'
    """
    if isinstance(value, Decimal):
        return canonical(value) if value.is_finite() else "null"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))}: {dumps(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(dumps(member) for member in value) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "replace").decode()

"""What a validation says: rules, what each check found, and the findings with the printed places they rest on.

A *check* is one relation tried at one place: this 类 against its 款 in this column. Checks that hold are counted, all others are findings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Outcome = Literal["holds", "rounding", "violated", "not_evaluable"]
Severity = Literal["violation", "warning", "info"]
Reach = Literal["report", "graph"]
OUTCOMES: tuple[Outcome, ...] = ("holds", "rounding", "violated", "not_evaluable")
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rule:
    """One accounting rule as its shape states it.

    `relation` is what the rule asserts of its figures: `=`, `≤`, `≥`, `set` or `logic`. `family` groups rules in the catalogue, in Chinese.
    `select` is the shape's own query with its last filter taken off: it lists every check instead of only the violated ones; blank for a
    shape that is no such query (a core shape), whose checks cannot be counted. `reach` is `graph` where a rule compares reports.
    """

    id: str
    name: str
    family: str
    relation: str
    severity: Severity
    message: str
    description: str
    shape: str
    file: str
    select: str = field(default="", repr=False)
    reach: Reach = "report"


@dataclass(frozen=True, slots=True)
class Operand:
    """One printed figure that takes part in a check, with its place as a person counts it.

    `value` is in `unit`; `kind` tells what prints it: a cell, a statement, a project sheet, an indicator, a table or a heading. `role` is
    `left` for what is judged, `right` for what it is judged by. Text is blank and numbers are None where there is none.
    """

    node: str
    kind: str
    role: Literal["left", "right"]
    value: Decimal | None = None
    unit: str = ""
    printed: str = ""
    table: str = ""
    row_code: str = ""
    row_label: str = ""
    column: str = ""
    file: str = ""
    sheet: str = ""
    page: int | None = None
    line: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """One validated report. `iri` names its graph, `body` the body whose it is; `kind` is 预算 or 决算, `scope` 部门 or 单位."""

    iri: str
    name: str
    unit: str
    year: int
    kind: str
    scope: str
    file: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that does not plainly hold.

    `left` and `right` are the two figures in `unit`; `difference` is left minus right, `tolerance` what rounding alone explains. All
    four are None where the rule compares no figures. `cause` is a likely cause in words, blank where none can be shown. `reason` says
    why a check could not be evaluated. `suspect` is true where a burst of violations in one table points to a misreading rather than to
    the report.
    """

    rule: str
    name: str
    outcome: Outcome
    severity: Severity
    report: ReportInfo
    message: str
    value: str
    left: Decimal | None = None
    right: Decimal | None = None
    difference: Decimal | None = None
    tolerance: Decimal | None = None
    unit: str = ""
    operands: tuple[Operand, ...] = ()
    cause: str = ""
    reason: str = ""
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many printed amounts take part in at least one check that ran, of how many; `uncovered` are those in none."""

    covered: int
    amounts: int
    uncovered: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Validation:
    """The validation of some reports: findings in print order, counts of checks by rule and outcome, and what no rule covers.

    `counts[report IRI][rule id]` counts outcomes, `holds` included. `coverage` is by report IRI.
    """

    reports: tuple[ReportInfo, ...]
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    counts: Mapping[str, Mapping[str, Counter[Outcome]]]
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    problems: Sequence[str] = ()  # files that could not be validated, one line each

    @property
    def checks(self) -> Counter[Outcome]:
        """All checks by outcome."""
        total: Counter[Outcome] = Counter()
        for by_rule in self.counts.values():
            for outcomes in by_rule.values():
                total.update(outcomes)
        return total

    @property
    def conforms(self) -> bool:
        """Whether no finding of severity `violation` is violated."""
        return not any(f.outcome == "violated" and f.severity == "violation" for f in self.findings)

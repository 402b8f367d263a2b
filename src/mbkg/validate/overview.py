"""A validation as people look at it: report by report, what is broken first, and what belongs together in one bundle.

Text and page show the same views; how they look is theirs. Numbers of checks come from the counts, never from how many findings are listed.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mbkg.resources import resource_path
from mbkg.validate.messages import place_of, spoken
from mbkg.validate.values import (
    OUTCOMES,
    SEVERITIES,
    Coverage,
    Finding,
    Operand,
    Outcome,
    ReportInfo,
    Validation,
)

# What a terminal or a browser would obey instead of showing: control characters, and those that turn the direction of writing.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Findings that are told in one line, such as those with one reason."""

    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report's validation.

    `broken`, `warnings` and `remarks` are violated findings of severity violation, warning and info, one a check. Those of suspected
    misreadings stand in `suspects`, one a table; `suspected` counts the checks behind them. `rounding` is one finding a table where
    the findings were clustered; `unchecked` is bundled by reason. `families` counts checks by rule family as `tally_names` names them,
    in the order of the catalogue.
    """

    info: ReportInfo
    checks: Counter[Outcome]
    families: tuple[tuple[str, tuple[int, ...]], ...]
    broken: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    suspects: tuple[Finding, ...]
    rounding: tuple[Finding, ...]
    unchecked: tuple[Bundle, ...]
    coverage: Coverage | None

    @property
    def suspected(self) -> int:
        """Violated checks that a suspected misreading accounts for."""
        return self.tally[5]

    @property
    def tally(self) -> tuple[int, ...]:
        """How many checks had which outcome, as `tally_names` names them."""
        return tuple(sum(counts) for counts in zip(*(counts for _, counts in self.families), strict=True)) or (0,) * 7

    @property
    def title(self) -> str:
        """Whose report it is: 海东市医疗保障局 2025年部门预算; its name or IRI where it does not say."""
        whose = self.info.unit or self.info.name or self.info.iri
        year = f"{self.info.year}年" if self.info.year else ""
        return f"{whose} {year}{self.info.scope}{self.info.kind}"


def report_views(validation: Validation) -> tuple[ReportView, ...]:
    """The views of all reports, in the validation's order."""
    by_report: dict[str, list[Finding]] = {}
    for finding in validation.findings:
        by_report.setdefault(finding.report.iri, []).append(finding)
    return tuple(_view(info, by_report.get(info.iri, []), validation) for info in validation.reports)


def _view(info: ReportInfo, findings: Sequence[Finding], validation: Validation) -> ReportView:
    counts = validation.counts.get(info.iri, {})
    checks: Counter[Outcome] = Counter()
    families: dict[str, list[int]] = {}
    listed = Counter((f.rule, f.severity) for f in findings if f.outcome == "violated" and not f.suspect)
    for rule in validation.rules:
        outcomes = counts.get(rule.id, Counter())
        checks.update(outcomes)
        severities = [listed[rule.id, severity] for severity in SEVERITIES]
        row = [outcomes["holds"], outcomes["rounding"], *severities]
        row += [outcomes["violated"] - sum(severities), outcomes["not_evaluable"]]
        before = families.get(rule.family, [0] * len(row))
        families[rule.family] = [old + new for old, new in zip(before, row, strict=True)]
    violated = [finding for finding in findings if finding.outcome == "violated"]
    clear = {
        severity: tuple(f for f in violated if f.severity == severity and not f.suspect)
        for severity in ("violation", "warning", "info")
    }
    return ReportView(
        info=info,
        checks=checks,
        families=tuple((name, tuple(row)) for name, row in families.items() if any(row)),
        broken=clear["violation"],
        warnings=clear["warning"],
        remarks=clear["info"],
        suspects=tuple(f for f in violated if f.suspect),
        rounding=tuple(f for f in findings if f.outcome == "rounding"),
        unchecked=_bundled(
            (f for f in findings if f.outcome == "not_evaluable"), lambda f: f.reason or words("faces")["no-reason"]
        ),
        coverage=validation.coverage.get(info.iri),
    )


def _bundled(findings: Iterable[Finding], key: Callable[[Finding], str]) -> tuple[Bundle, ...]:
    bundles: dict[str, list[Finding]] = {}
    for finding in findings:
        bundles.setdefault(key(finding), []).append(finding)
    return tuple(Bundle(name, tuple(members)) for name, members in bundles.items())


def by_cause(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """Findings of one cause together, each group where its first stands; a finding without a cause is a group of its own."""
    groups: dict[object, list[Finding]] = {}
    for at, finding in enumerate(findings):
        groups.setdefault(finding.cause or at, []).append(finding)
    return [tuple(group) for group in groups.values()]


def tables_of(operands: Iterable[Operand]) -> Counter[str]:
    """How many figures by table, in print order."""
    return Counter(f"《{operand.table}》" if operand.table else words("faces")["no-table"] for operand in operands)


def headline(finding: Finding) -> tuple[str, str]:
    """A finding's place and its sentence without that place; the place is the rule's name where nothing is printed."""
    first = finding.operands[0] if finding.operands else None
    place = place_of(first) if first is not None else ""
    sentence = finding.message.removeprefix(f"{place}：") if place else finding.message
    return place or finding.name, sentence


def figures(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The figures of a finding as (what, figure with unit) pairs; none where the rule compares no figures."""
    named = words("figures")
    pairs = (
        ("left", finding.left),
        ("right", finding.right),
        ("difference", finding.difference),
        ("tolerance", finding.tolerance),
    )
    return tuple((named[name], amount(value, finding.unit)) for name, value in pairs if value is not None)


def amount(value: Decimal, unit: str) -> str:
    """A figure with thousands separators and its unit: 1,234.5万元."""
    return f"{spoken(format(value, 'f'))}{unit}"


def tally_names() -> tuple[str, ...]:
    """What a tally counts: checks that hold, are rounded, violated by severity, of a suspected misreading, or could not be tried."""
    outcomes, severities = words("outcomes"), [words("severities")[severity] for severity in SEVERITIES]
    return outcomes["holds"], outcomes["rounding"], *severities, words("faces")["suspected"], outcomes["not_evaluable"]


def outcome_counts(*views: ReportView) -> list[tuple[str, int]]:
    """The tallies of some reports added up, in words, without noughts: ("成立", 412), ("尾差", 13), ("不符", 2) …"""
    total = [sum(counts) for counts in zip(*(view.tally for view in views), strict=True)]
    return [(name, count) for name, count in zip(tally_names(), total, strict=False) if count]


def share(checks: Mapping[Outcome, int]) -> tuple[int, int]:
    """How many checks were tried, of how many."""
    total = sum(checks.get(outcome, 0) for outcome in OUTCOMES)
    return total - checks.get("not_evaluable", 0), total


def reasons_of(views: Iterable[ReportView]) -> list[tuple[str, int]]:
    """Why checks could not be tried, most frequent first."""
    found: Counter[str] = Counter()
    for view in views:
        for bundle in view.unchecked:
            found[bundle.name] += len(bundle.findings)
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def closing_sentence(validation: Validation, views: Sequence[ReportView]) -> str:
    """The last sentence: how many checks were tried of how many, why the others were not, and how many amounts no rule covers."""
    tried, total = share(validation.checks)
    said = f"{total} 项核对中核对了 {tried} 项"
    if total > tried:
        why = "，".join(f"{reason}（{count} 项）" for reason, count in reasons_of(views))
        said += f"；{total - tried} 项不可核对，因为{why}" if why else f"；{total - tried} 项不可核对"
    bare = sum(view.coverage.amounts - view.coverage.covered for view in views if view.coverage)
    amounts = sum(view.coverage.amounts for view in views if view.coverage)
    if amounts:
        said += f"。{amounts} 个印刷数字中 {bare} 个没有规则涉及" if bare else f"。{amounts} 个印刷数字都有规则涉及"
    return said + "。"


def shown(text: str) -> str:
    """A text as it may go to a terminal or a page: on one line, with what cannot be printed made visible."""
    return _UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


def words(section: str) -> Mapping[str, str]:
    """A section of `ontology/validating/words.toml`."""
    return _words()[section]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    with resource_path("ontology", "validating", "words.toml").open("rb") as file:
        return tomllib.load(file)

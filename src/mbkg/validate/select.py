"""Which rules and which reports a validation is asked for, from the words that a person types."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from mbkg.errors import BadInput
from mbkg.validate.values import SEVERITIES, ReportInfo, Rule, Severity

MOST_NAMED = 12  # reports that a refusal lists


def select_rules(rules: Sequence[Rule], wanted: Sequence[str] = (), least: Severity = "info") -> tuple[Rule, ...]:
    """The rules that a person asks for, in the catalogue's order.

    Args:
        wanted: ids, patterns of ids (`sum-*`), Chinese names or families; none means all rules.
        least: rules below this severity are left out.
    Raises:
        BadInput: a word fits no rule, or no rule of that severity is left; the message names what comes near.
    """
    for word in wanted:
        if not any(_rule_fits(rule, word) for rule in rules):
            ids = [rule.id for rule in rules]
            near = difflib.get_close_matches(word, ids, 3)
            raise BadInput(
                f"--rule {word}：没有这条规则",
                f"是否指 {'、'.join(near)}？全部规则见 mbkg rules" if near else "全部规则见 mbkg rules",
            )
    named = [rule for rule in rules if not wanted or any(_rule_fits(rule, word) for word in wanted)]
    kept = tuple(rule for rule in named if at_least(rule.severity, least))
    if not kept:
        raise BadInput(f"所选规则中没有严重程度达到 {least} 的", "请放宽 --severity")
    return kept


def select_reports(reports: Iterable[ReportInfo], wanted: Sequence[str]) -> tuple[ReportInfo, ...]:
    """The reports that a person asks for: any of the words given; a word with blanks in it means all of its pieces (`海东 2025`).

    A piece is a report's name, file or IRI, (part of) its unit's name, its year, 预算 or 决算, 部门 or 单位.

    Raises:
        BadInput: a word fits no report; the message lists those there are.
    """
    reports = tuple(reports)
    for word in wanted:
        if not any(_report_fits(report, word) for report in reports):
            names = [f"{report.name}（{report.unit}{report.year}年{report.kind}）" for report in reports]
            more = f" 等 {len(names)} 份" if len(names) > MOST_NAMED else ""
            held = f"有：{'、'.join(names[:MOST_NAMED])}{more}" if names else "这里没有报告"
            raise BadInput(f"--report {word}：没有这份报告", held)
    return tuple(r for r in reports if not wanted or any(_report_fits(r, word) for word in wanted))


def at_least(severity: Severity, least: Severity) -> bool:
    """Whether a severity is the given one or a graver one."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(least)


def _rule_fits(rule: Rule, word: str) -> bool:
    return fnmatchcase(rule.id, word) or word in (rule.name, rule.family)


def _report_fits(report: ReportInfo, word: str) -> bool:
    pieces = word.split()
    return bool(pieces) and all(_piece_fits(report, piece) for piece in pieces)


def _piece_fits(report: ReportInfo, piece: str) -> bool:
    if piece.removesuffix("年").isdecimal():
        return piece.removesuffix("年") == str(report.year)
    exact = (report.name, report.file, report.iri, report.kind, report.scope)
    return piece in exact or (bool(report.unit) and piece in report.unit)

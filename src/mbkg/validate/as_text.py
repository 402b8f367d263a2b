"""A validation in words for a terminal: a summary first, then report by report what is broken, odd, rounded or could not be checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from mbkg.cli_output import display_width
from mbkg.validate.messages import place_of, spoken
from mbkg.validate.overview import (
    ReportView,
    by_cause,
    closing_sentence,
    figures,
    headline,
    outcome_counts,
    report_views,
    share,
    shown,
    tables_of,
    words,
)
from mbkg.validate.values import Finding, Operand, Rule, Validation

WIDTH = 100  # where there is no terminal
MOST_OPERANDS = 6  # that one finding lists
MOST_NAMES = 6  # that one line names
Colour = Literal["bold", "red", "yellow", "green", "grey"]
_RED: Colour = "red"
_YELLOW: Colour = "yellow"
_GREY: Colour = "grey"
_CODES: dict[Colour, str] = {"bold": "1", "red": "31", "yellow": "33", "green": "32", "grey": "90"}
_PIECE = re.compile(r"[（“‘《]?(?:[\x21-\x7e]+|\s|.)[，。；：、！）］”’》…]*", re.DOTALL)


class Writer:
    """Lines cut at a width that counts a Chinese character as two, coloured where colours are wanted."""

    def __init__(self, width: int = WIDTH, colours: bool = False) -> None:
        self.width = max(width, 40)
        self.colours = colours

    def lines(self, text: str, indent: int = 0, hang: int = 2, colour: Colour | None = None) -> Iterator[str]:
        """A text as lines: the first set in by `indent`, later ones by `hang` more."""
        line = " " * indent
        for piece in _PIECE.findall(shown(text)):
            if display_width(line + piece.rstrip()) > self.width and line.strip():
                yield self.paint(line.rstrip(), colour)
                line = " " * (indent + hang)
                piece = piece.lstrip()
            line += piece
        yield self.paint(line.rstrip(), colour)

    def paint(self, text: str, colour: Colour | None) -> str:
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.colours and colour else text


def text_lines(
    validation: Validation, writer: Writer | None = None, coverage: bool = True, summary: bool = False
) -> Iterator[str]:
    """The whole validation, line by line.

    Args:
        writer: cuts and colours the lines.
        coverage: whether to tell which printed amounts no rule covers; misleading where only some rules ran.
        summary: whether to leave out the findings themselves.
    """
    writer = writer or Writer()
    views = report_views(validation)
    rules = {rule.id: rule for rule in validation.rules}
    yield from _summary(validation, views, writer)
    for view in () if summary else views:
        yield ""
        yield from _report(view, rules, writer, coverage)
    if validation.problems:
        yield ""
        yield from writer.lines(f"没有核对的文件 {len(validation.problems)} 个", colour="red")
        for problem in validation.problems:
            yield from writer.lines(f"· {problem}", 2)
    yield ""
    yield from writer.lines(closing_sentence(validation, views if coverage else ()), hang=0, colour="bold")


def _summary(validation: Validation, views: Sequence[ReportView], writer: Writer) -> Iterator[str]:
    tried, total = share(validation.checks)
    said = f"核对 {len(views)} 份报告，用 {len(validation.rules)} 条规则：{total} 项核对中核对了 {tried} 项"
    found = "，".join(f"{name} {count}" for name, count in outcome_counts(*views))
    yield from writer.lines(f"{said}{'，' * bool(found)}{found}。", hang=0, colour="bold")
    for view in views:
        mark, colour = _mark(view)
        found = "，".join(f"{name} {count}" for name, count in outcome_counts(view))
        yield from writer.lines(f"{mark} {view.title}：{found or '没有可核对的'}", 2, colour=colour)


def _mark(view: ReportView) -> tuple[str, Colour]:
    if view.broken:
        return "✗", "red"
    if view.warnings or view.suspects or not share(view.checks)[0]:
        return "!", "yellow"
    return "✓", "green"


def _report(view: ReportView, rules: Mapping[str, Rule], writer: Writer, coverage: bool) -> Iterator[str]:
    names = "，".join(dict.fromkeys(name for name in (view.info.name, view.info.file) if name))
    yield from writer.lines(f"■ {view.title}{f'（{names}）' if names else ''}", colour="bold")
    for severity, mark, colour, findings in (
        ("violation", "✗", _RED, view.broken),
        ("warning", "!", _YELLOW, view.warnings),
        ("info", "·", _GREY, view.remarks),
    ):
        if findings:
            yield from writer.lines(f"{words('severities')[severity]} {len(findings)} 项", 2, colour=colour)
            for group in by_cause(findings):
                for finding in group:
                    yield from _finding(finding, mark, colour, writer)
                if group[0].cause:
                    alike = f"（以上 {len(group)} 项）" if len(group) > 1 else ""
                    yield from writer.lines(f"可能原因{alike}：{group[0].cause}", 6)
    if view.suspects:
        yield from writer.lines(f"疑似误读 {view.suspected} 项（请先核对原件）", 2, colour="yellow")
        for finding in view.suspects:
            yield from writer.lines(f"! {finding.message}", 4, colour="yellow")
            if finding.cause:
                yield from writer.lines(f"可能原因：{finding.cause}", 6)
    if view.rounding:
        yield from writer.lines(f"尾差 {view.checks['rounding']} 项（在四舍五入允许的范围内）", 2)
        for finding in view.rounding:
            yield from writer.lines(f"· {finding.message}{finding.cause}", 4)
    if view.unchecked:
        yield from writer.lines(f"不可核对 {view.checks['not_evaluable']} 项", 2)
        for bundle in view.unchecked:
            places = _counted(tables_of(f.operands[0] for f in bundle.findings if f.operands).items())
            yield from writer.lines(f"· {bundle.name}：{len(bundle.findings)} 项（{places}）", 4)
    if not view.checks.total():
        yield from writer.lines("没有一项核对可以进行：没有规则适用于它印出的内容。", 2, colour="yellow")
    if coverage and view.coverage is not None and view.coverage.amounts > view.coverage.covered:
        bare = view.coverage.amounts - view.coverage.covered
        said = f"{view.coverage.amounts} 个印刷数字中 {bare} 个没有规则涉及"
        places = _counted(tables_of(view.coverage.uncovered).items())
        yield from writer.lines(f"{said}（{places}）" if places else said, 2)


def _finding(finding: Finding, mark: str, colour: Colour, writer: Writer) -> Iterator[str]:
    place, sentence = headline(finding)
    yield from writer.lines(f"{mark} {place}", 4, colour=colour)
    if sentence and sentence != place:
        yield from writer.lines(sentence, 6, 0)
    against = _against(finding)
    if against:
        yield from writer.lines(against, 6)
    told = "，".join(f"{name} {figure}" for name, figure in _untold(finding))
    yield from writer.lines(f"［{finding.rule} {finding.name}］{told}", 6, colour="grey")


def _untold(finding: Finding) -> Iterator[tuple[str, str]]:
    """The figures that the message leaves out."""
    for name, figure in figures(finding):
        if figure.removesuffix(finding.unit) not in finding.message or name == words("figures")["tolerance"]:
            yield name, figure


def _against(finding: Finding) -> str:
    """What the figure is judged by: one other place, or the parts it should be the sum of; blank where the message names it."""
    rights = [operand for operand in finding.operands if operand.role == "right"]
    if len(rights) == 1:
        place = place_of(rights[0])
        told = "，".join(piece for piece in (place, _printed(rights[0])) if piece)
        return f"对照{told}" if place and place not in finding.message else ""
    told = "；".join(f"{_row(operand)} {_printed(operand)}".rstrip() for operand in rights[:MOST_OPERANDS])
    more = f"；… 共 {len(rights)} 处" if len(rights) > MOST_OPERANDS else ""
    return f"对照：{told}{more}" if told else ""


def _row(operand: Operand) -> str:
    name = " ".join(piece for piece in (operand.row_code, operand.row_label) if piece)
    return name or operand.column or operand.table


def _printed(operand: Operand) -> str:
    if operand.printed:
        return f"印作 {operand.printed}"
    return f"为 {spoken(str(operand.value))}" if operand.value is not None else ""


def _counted(pairs: Iterable[tuple[str, int]]) -> str:
    """Names with their counts: 《支出总表》5、《收入总表》2."""
    told = list(pairs)
    said = "、".join(f"{name}{count}" for name, count in told[:MOST_NAMES])
    return said + (f" 等 {len(told)} 处" if len(told) > MOST_NAMES else "")

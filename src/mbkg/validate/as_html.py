"""A validation as one self-contained page to attach to a letter: no scripts, nothing fetched, readable on paper as on a screen.

Its skeleton and its style are `ontology/validating/page.html` and `page.css`. Every text that comes from a report goes through `safe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from mbkg.resources import resource_path
from mbkg.validate.messages import place_of, spoken
from mbkg.validate.overview import (
    ReportView,
    amount,
    by_cause,
    closing_sentence,
    figures,
    headline,
    report_views,
    share,
    shown,
    tables_of,
    tally_names,
    words,
)
from mbkg.validate.values import Finding, Operand, Rule, Validation

TITLE = "勾稽关系核对报告"
MOST_OPERANDS = 12  # shown at once; more of them fold away


def html_chunks(validation: Validation, coverage: bool = True) -> Iterator[str]:
    """The page in pieces.

    Args:
        coverage: whether to tell which printed amounts no rule covers; misleading where only some rules ran.
    """
    skeleton = _template("page.html").replace("{{title}}", safe(TITLE)).replace("{{style}}", _template("page.css"))
    head, _, foot = skeleton.partition("{{body}}")
    views = report_views(validation)
    rules = {rule.id: rule for rule in validation.rules}
    yield head
    yield from _summary(validation, views, coverage)
    for number, view in enumerate(views, start=1):
        yield from _report(number, view, rules, coverage)
    yield f'<p class="closing">{safe(closing_sentence(validation, views if coverage else ()))}</p>\n'
    yield foot


def safe(text: str) -> str:
    """A text as it may stand in a page, in content and in attributes alike."""
    return escape(shown(text), quote=True)


def _template(name: str) -> str:
    return resource_path("ontology", "validating", name).read_text(encoding="utf-8")


# ---- the whole


def _summary(validation: Validation, views: Sequence[ReportView], coverage: bool) -> Iterator[str]:
    tried, total = share(validation.checks)
    yield f"<h1>{safe(TITLE)}</h1>\n"
    yield (
        f"<p>核对 {len(views)} 份报告，用 {len(validation.rules)} 条规则：{total} 项核对中核对了 {tried} 项，"
        f"{total - tried} 项不可核对。</p>\n"
    )
    yield '<p class="soft">“尾差”是四舍五入允许范围内的出入，不算不符；“不可核对”不等于相符。</p>\n'
    header = ["报告", *tally_names()]
    rows = []
    for number, view in enumerate(views, start=1):
        row = [f'<a href="#report-{number}">{safe(view.title)}</a>', *map(str, view.tally)]
        rows.append([*row, *([_covered(view)] if coverage else [])])
    yield from _table("各报告的核对结果（项）", [*header, *(["未涉及数字"] if coverage else [])], rows, numbers=1)
    if validation.problems:
        yield "<h3>没有核对的文件</h3>\n<ul>\n"
        for problem in validation.problems:
            yield f"<li>{safe(problem)}</li>\n"
        yield "</ul>\n"


def _covered(view: ReportView) -> str:
    if view.coverage is None:
        return ""
    return f"{view.coverage.amounts - view.coverage.covered} / {view.coverage.amounts}"


# ---- one report


def _report(number: int, view: ReportView, rules: Mapping[str, Rule], coverage: bool) -> Iterator[str]:
    yield f'<section id="report-{number}" aria-labelledby="title-{number}">\n<h2 id="title-{number}">{safe(view.title)}</h2>\n'
    yield f'<p class="soft">{safe("，".join(dict.fromkeys(n for n in (view.info.name, view.info.file) if n)))}</p>\n'
    yield _verdict(view)
    if view.families:
        header = ["规则类别", *tally_names()]
        rows = [[safe(name), *map(str, counts)] for name, counts in view.families]
        total = ["合计", *map(str, view.tally)]
        yield from _table("按规则类别（项）", header, rows, numbers=1, total=total)
    for severity, findings in (("violation", view.broken), ("warning", view.warnings), ("info", view.remarks)):
        if findings:
            yield f"<h3>{words('severities')[severity]} {len(findings)} 项</h3>\n"
            told = 0
            for group in by_cause(findings):
                for at, finding in enumerate(group, start=told + 1):
                    yield from _finding(at, finding, rules.get(finding.rule))
                told += len(group)
                if group[0].cause:
                    alike = f"（第 {told - len(group) + 1} 至 {told} 项）" if len(group) > 1 else ""
                    yield f'<p class="cause"><strong>可能原因{alike}：</strong>{safe(group[0].cause)}</p>\n'
    yield from _suspects(view)
    yield from _rounding(view)
    yield from _unchecked(view)
    if coverage:
        yield from _uncovered(view)
    yield "</section>\n"


def _verdict(view: ReportView) -> str:
    if view.broken:
        said, tone = f"有 {len(view.broken)} 项不符。", "violation"
    elif view.suspects:
        said, tone = f"有 {view.suspected} 项疑似误读，请先核对原件。", "warning"
    elif not share(view.checks)[0]:
        said, tone = "没有一项核对可以进行。", "warning"
    elif view.warnings:
        said, tone = f"没有不符；有 {len(view.warnings)} 项提醒。", "warning"
    else:
        said, tone = "核对了的各项都相符。", "holds"
    return f'<p class="verdict {tone}">{said}</p>\n'


def _finding(number: int, finding: Finding, rule: Rule | None) -> Iterator[str]:
    place, sentence = headline(finding)
    yield f'<article class="finding {finding.severity}">\n<h4>{number}. {safe(place)}</h4>\n'
    if sentence and sentence != place:
        yield f"<p>{safe(sentence)}</p>\n"
    named = f"{finding.name}（{finding.rule}）" + (
        f"：{rule.description}" if rule is not None and rule.description else ""
    )
    yield "<dl>\n"
    for term, said in (*figures(finding), ("规则", named)):
        yield f"<dt>{safe(term)}</dt><dd>{safe(said)}</dd>\n"
    yield "</dl>\n"
    yield from _operands(finding.operands)
    yield "</article>\n"


def _operands(operands: Sequence[Operand]) -> Iterator[str]:
    if not operands:
        return
    header = ["侧", "所在", "行", "栏", "印作", "数值"]
    rows = [
        [
            safe(words("roles")[operand.role]),
            safe(_where(operand)),
            safe(" ".join(piece for piece in (operand.row_code, operand.row_label) if piece)),
            safe(operand.column),
            safe(operand.printed),
            safe(amount(operand.value, operand.unit)) if operand.value is not None else "",
        ]
        for operand in operands
    ]
    folds = len(rows) > MOST_OPERANDS
    if folds:
        yield f"<details><summary>所涉数字 {len(rows)} 个</summary>\n"
    yield from _table("所涉数字", header, rows, numbers=4)
    if folds:
        yield "</details>\n"


def _where(operand: Operand) -> str:
    bare = Operand(
        operand.node,
        operand.kind,
        operand.role,
        table=operand.table,
        sheet=operand.sheet,
        page=operand.page,
        line=operand.line,
    )
    unsure = f"（识别自图片，把握 {spoken(str(operand.confidence))}）" if operand.confidence < 1 else ""
    file = f"，{operand.file}" if operand.file else ""
    return place_of(bare) + file + unsure


def _suspects(view: ReportView) -> Iterator[str]:
    if view.suspects:
        yield f"<h3>疑似误读 {view.suspected} 项</h3>\n<p>一张表里集中出现不符，多半是读表有误而不是报告有误，请先核对原件。</p>\n"
        for finding in view.suspects:
            yield f'<article class="finding warning">\n<p>{safe(finding.message)}</p>\n'
            yield f"<p>可能原因：{safe(finding.cause)}</p>\n" if finding.cause else ""
            yield from _operands(finding.operands)
            yield "</article>\n"


def _rounding(view: ReportView) -> Iterator[str]:
    if view.rounding:
        yield f"<h3>尾差 {view.checks['rounding']} 项</h3>\n<p>在四舍五入允许的范围内。</p>\n"
        rows = [
            [safe(f.message + f.cause), safe(amount(abs(f.difference), f.unit)) if f.difference is not None else ""]
            for f in view.rounding
        ]
        yield from _table("各表的尾差", ["所在", "最大相差"], rows, numbers=1)


def _unchecked(view: ReportView) -> Iterator[str]:
    if view.unchecked:
        yield f"<h3>不可核对 {view.checks['not_evaluable']} 项</h3>\n"
        rows = []
        for bundle in view.unchecked:
            tables = tables_of(finding.operands[0] for finding in bundle.findings if finding.operands)
            where = "、".join(f"{name}{count}" for name, count in tables.items())
            rows.append([safe(bundle.name), safe(where), str(len(bundle.findings))])
        yield from _table("不可核对的原因", ["原因", "所在", "项数"], rows, numbers=2)
        yield from _folded("逐项列出", [finding for bundle in view.unchecked for finding in bundle.findings])


def _uncovered(view: ReportView) -> Iterator[str]:
    if view.coverage is None or view.coverage.amounts == view.coverage.covered:
        return
    bare = view.coverage.amounts - view.coverage.covered
    yield f"<h3>没有规则涉及的数字 {bare} 个</h3>\n<p>共 {view.coverage.amounts} 个印刷数字。</p>\n"
    if view.coverage.uncovered:
        rows = [[safe(name), str(count)] for name, count in tables_of(view.coverage.uncovered).items()]
        yield from _table("所在的表", ["表", "个数"], rows, numbers=1)


def _folded(title: str, findings: Sequence[Finding]) -> Iterator[str]:
    """Findings one a row, folded away."""
    yield f"<details><summary>{safe(title)}</summary>\n"
    rows = [[safe(headline(f)[0]), safe(headline(f)[1]), safe(f"{f.name}（{f.rule}）")] for f in findings]
    yield from _table(title, ["所在", "说明", "规则"], rows)
    yield "</details>\n"


def _table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: int | None = None,
    total: Sequence[str] = (),
) -> Iterator[str]:
    """A table; its cells are markup already. Columns from `numbers` on are set flush right; the first heads its row."""

    def kind(at: int) -> str:
        return ' class="number"' if numbers is not None and at >= numbers else ""

    yield f'<div class="wide">\n<table>\n<caption>{safe(caption)}</caption>\n<thead><tr>'
    yield "".join(f'<th scope="col"{kind(at)}>{safe(name)}</th>' for at, name in enumerate(header))
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        cells = "".join(f"<td{kind(at)}>{cell}</td>" for at, cell in enumerate(row) if at)
        yield f'<tr><th scope="row">{row[0]}</th>{cells}</tr>\n'
    yield "</tbody>\n"
    if total:
        cells = "".join(f"<td{kind(at)}>{safe(cell)}</td>" for at, cell in enumerate(total) if at)
        yield f'<tfoot><tr><th scope="row">{safe(total[0])}</th>{cells}</tr></tfoot>\n'
    yield "</table>\n</div>\n"

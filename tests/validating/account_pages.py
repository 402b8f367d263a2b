"""Invented reports as small web pages, and what the rules over tables say of them.

A page is written as its tables: a title, then rows whose cells are parted by `|`; rows that begin with `!` are the head, `[c2]` and
`[r2]` behind a cell let it span. Nothing here is taken from a report.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import Store

from mbkg.facts import report_facts
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reading import read_report
from mbkg.validate.catalogue import load_rules
from mbkg.validate.engine import run_rules
from mbkg.validate.values import Outcome

FILES = ("accounts.ttl", "sums.ttl", "same-figures.ttl")
Seen = tuple[str, Outcome, str, str]  # rule, outcome, what it has on the left, and on the right
_SPAN = re.compile(r"\[([cr])(\d)\]")


def page(*tables: str, year: int = 2025, kind: str = "预算") -> str:
    """A whole page: a title that names body, year and kind, then the tables."""
    return f"<html><body><h1>{year}年度清溪市医疗保障局部门{kind}</h1>{''.join(map(_table, tables))}</body></html>"


def _table(text: str) -> str:
    title, unit, *rows = [line.strip() for line in text.strip().splitlines()]
    return f"<h2>{title}</h2><p>单位：{unit}</p><table>{''.join(map(_row, rows))}</table>"


def _row(text: str) -> str:
    tag = "th" if text.startswith("!") else "td"
    return f"<tr>{''.join(_cell(cell.strip(), tag) for cell in text.removeprefix('!').split('|'))}</tr>"


def _cell(text: str, tag: str) -> str:
    spans = "".join(f' {"colspan" if kind == "c" else "rowspan"}="{count}"' for kind, count in _SPAN.findall(text))
    return f"<{tag}{spans}>{_SPAN.sub('', text)}</{tag}>"


def checks(folder: Path, text: str) -> list[Seen]:
    """Every check of the rules over tables on a page, those that hold included."""
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    (report,) = read_report(path)
    vocabulary = load_vocabulary()
    store = Store()
    store.extend(vocabulary.quads)
    quads = report_to_quads(report, report_facts(report), vocabulary)
    store.extend(quads)
    iri = next(q.subject.value for q in quads if q.object.value.endswith("#Report"))
    rules = [rule for rule in load_rules() if rule.file in FILES]
    return [
        (check.rule.id, check.outcome, check.texts.get("left", ""), check.texts.get("right", ""))
        for check in run_rules(rules, store, iri)
    ]


def wrong(folder: Path, text: str) -> list[Seen]:
    """The checks of a page that do not hold."""
    return sorted(check for check in checks(folder, text) if check[1] != "holds")


def ran(folder: Path, text: str) -> dict[str, int]:
    """How many checks each rule made."""
    counts: dict[str, int] = {}
    for rule, *_ in checks(folder, text):
        counts[rule] = counts.get(rule, 0) + 1
    return counts

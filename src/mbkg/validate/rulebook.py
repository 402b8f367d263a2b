"""The catalogue of accounting rules: for people by family, as JSON, or as one shapes graph for any SHACL engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mbkg.validate.as_json import dumps, rule_json
from mbkg.validate.as_text import Writer
from mbkg.validate.overview import words
from mbkg.validate.values import Rule


def rules_text(rules: Sequence[Rule], writer: Writer | None = None) -> Iterator[str]:
    """The catalogue line by line, family by family in the order of the files."""
    lines = writer or Writer()
    families: dict[str, list[Rule]] = {}
    for rule in rules:
        families.setdefault(rule.family, []).append(rule)
    yield from lines.lines(f"勾稽规则 {len(rules)} 条，{len(families)} 类", colour="bold")
    for family, members in families.items():
        yield ""
        yield from lines.lines(f"■ {family}（{len(members)} 条）", colour="bold")
        for rule in members:
            yield from lines.lines(f"{rule.id}　{rule.name}", 2)
            relation = words("relations").get(rule.relation, "")
            shown = f"{rule.relation} {relation}" if relation and rule.relation in "=≤≥" else relation or rule.relation
            severity, reach = words("severities")[rule.severity], words("reach")[rule.reach]
            yield from lines.lines(f"{shown}；违反为“{severity}”（{rule.severity}）；{reach}", 6, colour="grey")
            yield from lines.lines(rule.description, 6, 0)


def rules_json(rules: Sequence[Rule]) -> Iterator[str]:
    """A JSON list of rules, one a line."""
    yield "[\n"
    for at, rule in enumerate(rules):
        yield f" {dumps(rule_json(rule))}{',' if at < len(rules) - 1 else ''}\n"
    yield "]\n"


def shapes_graph(files: Sequence[Path]) -> Iterator[str]:
    """All shape files as one Turtle document: one after the other, each with its own prefixes, comments kept.

    Turtle lets prefixes be declared again anywhere, so this is valid as long as no file labels a blank node.
    """
    for path in files:
        yield f"# ---- {path.name}\n\n{path.read_text(encoding='utf-8').strip()}\n\n"

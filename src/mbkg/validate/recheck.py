"""A second opinion: the same rules on the same reports by pySHACL, held against what was found.

pySHACL tells the violated checks alone; what holds, is rounded or cannot be tried is known from the same queries without their last
filter. So its part is to agree: where it sees other violated checks than we do, that is told, and nothing is taken for settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import Store

from mbkg.validate.batches import validate_source
from mbkg.validate.engine import Check, run_rules
from mbkg.validate.sources import Source
from mbkg.validate.values import ReportInfo, Rule, Validation

Verdict = tuple[str, str, str, str]  # rule, node judged, left, right


def disagreements(
    source: Source,
    rules: Sequence[Rule],
    files: Sequence[Path],
    chosen: Sequence[ReportInfo],
    everyone: Sequence[ReportInfo],
) -> list[str]:
    """A line for every report on which pySHACL and our engine differ; none where all verdicts are equal.

    Raises:
        BadShape: pySHACL rejects a shape.
    """
    told: list[str] = []

    def recheck(store: Store, rules: Sequence[Rule], reports: Sequence[str]) -> Validation:
        for info in everyone:
            if info.iri in reports:
                others = [other.iri for other in everyone if other.body == info.body and other.iri != info.iri]
                told.extend(_differences(store, rules, files, info, others))
        return Validation((), tuple(rules), (), {})

    validate_source(source, rules, chosen, everyone, recheck)
    return told


def _differences(
    store: Store, rules: Sequence[Rule], files: Sequence[Path], info: ReportInfo, others: Sequence[str]
) -> Iterator[str]:
    from mbkg.validate.reference import validate_with_pyshacl

    wanted = {rule.id for rule in rules}
    reference = Counter(
        _verdict(c) for c in validate_with_pyshacl(store, info.iri, files, others) if c.rule.id in wanted
    )
    own = Counter(_verdict(c) for c in run_rules(rules, store, info.iri, others) if c.outcome == "violated")
    for said, verdicts in (
        ("pySHACL 判为不符而本程序没有", reference - own),
        ("本程序判为不符而 pySHACL 没有", own - reference),
    ):
        if verdicts:
            ids = "、".join(sorted({rule for rule, *_ in verdicts}))
            yield f"{info.name}：{said} {verdicts.total()} 项（{ids}）。两者结论不同，请勿采用。"


def _verdict(check: Check) -> Verdict:
    left, right = (str(check.numbers[side].normalize()) if side in check.numbers else "" for side in ("left", "right"))
    return check.rule.id, check.value, left, right

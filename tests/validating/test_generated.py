"""Invented reports in four layouts, drawn from seeds: silent where every figure ties out, and a planted slip found where it stands."""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import generated_account
import generated_budget
import generated_flat
import generated_units
import pytest
from generated import Slip, to_wan
from pyoxigraph import Store

from mbkg.facts import report_facts
from mbkg.graph.triples import report_to_quads
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.reading import read_report
from mbkg.validate.catalogue import load_rules
from mbkg.validate.run import validate_store
from mbkg.validate.values import Finding, Validation

LAYOUTS: dict[str, ModuleType] = {
    "budget": generated_budget,
    "account": generated_account,
    "flat": generated_flat,
    "units": generated_units,
}
SEEDS = range(3)


def validate(folder: Path, *texts: tuple[str, str]) -> Validation:
    """Read reports given as (file name, text) and try all rules on them."""
    store, vocabulary = Store(), load_vocabulary()
    store.extend(vocabulary.quads)
    for name, text in texts:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        (report,) = read_report(path)
        store.extend(report_to_quads(report, report_facts(report), vocabulary))
    return validate_store(store, load_rules())


def accused(validation: Validation) -> list[Finding]:
    """What an auditor would be told to look at: violated findings that are more than notes."""
    return [f for f in validation.findings if f.outcome == "violated" and (f.severity != "info" or f.suspect)]


def names(finding: Finding, planted: Decimal, changed: Set[int]) -> bool:
    """Whether the planted figure is one of those compared, in 元 or in the 万元 it was printed in, or stands in a sentence that is named.

    `changed` are the lines of the text that the slip changed: a sentence is named as a whole, by its figure, its change and its rate.
    """
    figures = {operand.value for operand in finding.operands}
    sentences = {operand.line for operand in finding.operands if operand.kind == "statement"}
    return bool(figures & {planted, to_wan(planted)}) or bool(sentences & changed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_ties_out_is_silent(layout: str, seed: int, tmp_path: Path) -> None:
    """Nothing is accused, nothing suspected, and every amount of the tables takes part in a check."""
    module = LAYOUTS[layout]
    text, _ = module.write(seed)
    validation = validate(tmp_path, (f"report{module.SUFFIX}", text))
    assert [f.message for f in accused(validation)] == []
    (coverage,) = validation.coverage.values()
    assert coverage.amounts > 100
    assert coverage.covered == coverage.amounts, [
        f"{o.table} {o.row_label} {o.column} {o.printed}" for o in coverage.uncovered
    ]


CASES = [(layout, planted) for layout, module in LAYOUTS.items() for planted in module.SLIPS]


@pytest.mark.parametrize(("layout", "planted"), CASES, ids=[f"{layout}: {planted.kind}" for layout, planted in CASES])
def test_a_slip_is_found_where_it_stands(layout: str, planted: Slip, tmp_path: Path) -> None:
    """One of the rules made for it names the figure; no finding speaks of anything else, and none calls it a misreading."""
    module = LAYOUTS[layout]
    for seed in (1, 4):
        text, show = module.write(seed, planted)
        clean, _ = module.write(seed)
        assert text != clean
        pairs = zip(text.split("\n"), clean.split("\n"), strict=True)
        changed = {number for number, (now, before) in enumerate(pairs, start=1) if now != before}
        validation = validate(tmp_path, (f"report{module.SUFFIX}", text))
        found = [f for f in validation.findings if f.outcome == "violated" and f.severity == "violation"]
        if planted.rounding:
            found += [f for f in validation.findings if f.outcome == "rounding"]
        told = "\n".join(f"{f.outcome} {f.rule}: {f.message}" for f in found)
        assert {f.rule for f in found} & planted.rules, told or "nothing found"
        assert {f.rule for f in found} <= planted.rules, told
        assert not any(f.suspect for f in validation.findings), told
        if not planted.word:
            assert all(any(names(f, figure, changed) for figure in show.planted) for f in found), told

"""Every rule of `shapes/` does on its fixtures what their names say, in our own engine, in rdflib and in pySHACL alike."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from shape_fixtures import (
    FOLDER,
    checks_of,
    listed_by_rdflib,
    missing_of,
    outcome_of,
    own_rows,
    read_fixture,
    rules_and_fixtures,
    violated_by_pyshacl,
)

from mbkg.resources import resource_path
from mbkg.validate.catalogue import load_rules
from mbkg.validate.values import Rule

RULES = {rule.id: rule for rule in load_rules()}
CASES = [pytest.param(rule, path, id=f"{rule.id}/{path.stem}") for rule, path in rules_and_fixtures()]
# Three engines on every fixture take minutes: what is violated is compared always, the other outcomes by `make test-all`.
COMPARED = [
    pytest.param(rule, path, id=f"{rule.id}/{path.stem}", marks=() if path.stem == "violated" else pytest.mark.thorough)
    for rule, path in rules_and_fixtures()
]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_every_outcome_has_a_fixture(rule: Rule) -> None:
    """A rule without fixtures is a rule that nobody has seen work."""
    missing = missing_of(rule)
    assert not missing, f"tests/shapes/{rule.id}/ lacks {', '.join(name + '.ttl' for name in missing)}"


def test_every_fixture_has_its_rule() -> None:
    """A renamed rule leaves no fixtures behind, and no file name promises an outcome that there is not."""
    folders = [path for path in FOLDER.iterdir() if path.is_dir() and any(path.glob("*.ttl"))]
    assert not sorted(folder.name for folder in folders if folder.name not in RULES)
    assert not sorted(str(path) for folder in folders for path in folder.glob("*.ttl") if outcome_of(path) is None)


@pytest.mark.parametrize(("rule", "path"), CASES)
def test_outcome(rule: Rule, path: Path) -> None:
    """A fixture gives at least one check the outcome that its name says, and every other check of the rule holds."""
    promised = outcome_of(path)
    if not rule.select:
        pytest.skip("a core shape lists no checks")
    outcomes = {check.outcome for _, check in checks_of(rule, read_fixture(path))}
    assert outcomes - {"holds"} == ({promised} - {"holds"}), f"{path.parent.name}/{path.name} gives {sorted(outcomes)}"
    assert promised != "holds" or outcomes or '"holds"' not in rule.select, "nothing was checked"


@pytest.mark.parametrize(("rule", "path"), COMPARED)
def test_engines_agree(rule: Rule, path: Path) -> None:
    """Oxigraph, rdflib and pySHACL see the same checks, figure for figure."""
    fixture = read_fixture(path)
    violated = violated_by_pyshacl(rule, fixture)
    if not rule.select:
        assert bool(violated) == (outcome_of(path) == "violated")
        return
    rows = own_rows(rule, fixture)
    assert listed_by_rdflib(rule, fixture) == rows
    assert violated == {(row.report, row.value) for row in rows if row.outcome == "violated"}


@pytest.mark.parametrize(("rule", "path"), CASES)
def test_what_a_person_reads(rule: Rule, path: Path) -> None:
    """A violated check fills every slot of its message; one that could not be evaluated says why in words."""
    reasons = tomllib.loads(resource_path("ontology", "validating", "words.toml").read_text(encoding="utf-8"))[
        "reasons"
    ]
    for _, check in checks_of(rule, read_fixture(path)) if rule.select else ():
        if check.outcome == "violated":
            empty = [slot for slot in re.findall(r"\{[?$](\w+)\}", rule.message) if slot not in check.texts]
            assert not empty, f"{rule.id}: the message asks for {empty}, which the query did not give"
        if check.outcome == "not_evaluable":
            reason = check.texts.get("reason", "")
            assert reason in reasons, f"{rule.id}: reason {reason!r} has no words in ontology/validating/words.toml"

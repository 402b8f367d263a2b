"""Every term of our own that code, rules and queries use is declared and explained in ontology/."""

from __future__ import annotations

import re
from pathlib import Path

from mbkg.graph.derive import rule_files
from mbkg.graph.iris import ONTOLOGY, RDFS
from mbkg.graph.vocabulary import load_vocabulary
from mbkg.resources import resource_path


def declared() -> set[str]:
    triples = load_vocabulary().triples
    return {
        triple.subject.value.removeprefix(ONTOLOGY)
        for triple in triples
        if triple.predicate == RDFS.comment and triple.subject.value.startswith(ONTOLOGY)
    }


def test_terms_of_the_builder_are_declared() -> None:
    import mbkg.graph

    used: set[str] = set()
    for path in Path(str(mbkg.graph.__file__)).parent.glob("*.py"):
        used.update(re.findall(r"\bMB\.(\w+)", path.read_text(encoding="utf-8")))
    assert used - declared() == set()


def test_terms_of_rules_and_queries_are_declared() -> None:
    used: set[str] = set()
    for path in (*rule_files(), *resource_path("ontology", "queries").glob("*.rq")):
        code = re.sub(r"(?m)#(?![\w/]+>)[^\n]*$", "", path.read_text(encoding="utf-8"))
        used.update(re.findall(r"\bmb:(\w+)", code))
    assert used - declared() == set()


def test_every_rule_and_query_says_what_it_answers() -> None:
    for path in (*rule_files(), *resource_path("ontology", "queries").glob("*.rq")):
        assert path.read_text(encoding="utf-8").startswith("# "), path.name

"""Sentences of the reports: found by what they are about, read for counts and for what they declare not to exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mbkg.ask.compile import short, term, text_term
from mbkg.ask.plan import Select
from mbkg.ask.records import Record
from mbkg.ask.session import Row, Session
from mbkg.ask.words import measures
from mbkg.labels import fold

_TOO_WIDE = frozenset({"measure/expenditure", "measure/income", "nature/total"})


def statements(select: Select, session: Session, nodes: Sequence[str]) -> list[Row]:
    """The sentences about a selection, the ones that print its facts first."""
    rows = session.rows("statements", {"body": select.bodies}, about=about(select, session, nodes))
    unique = {row["statement"]: row for row in rows}
    return [row for row in unique.values() if not select.years or int(row["year"] or row["reportYear"]) in select.years]


def about(select: Select, session: Session, nodes: Sequence[str] = ()) -> str:
    """The clause that finds statements by measure, by the words of a selection's concepts, or by the facts they print."""
    subjects = set(select.subjects)
    for concept in (*select.natures, *select.measures, *select.functions, *select.economics, *select.funds):
        if concept not in ("nature/total", "measure/expenditure", "measure/income") or not (
            select.functions or select.economics or _named(select)
        ):
            subjects.update(session.lexicon.spellings.get(concept, ()))
    parts = [
        "{ ?statement mb:subject ?subject . FILTER (?subject IN ("
        + ", ".join(text_term(word) for word in sorted(subjects))
        + ")) }"
    ]
    own = [measure for measure in select.measures if measure not in ("measure/expenditure", "measure/income")]
    if own:
        parts.append(
            "{ VALUES ?own { " + " ".join(term(measure) for measure in own) + " } ?statement mb:measure ?own . }"
        )
    if nodes:
        parts.append(
            "{ VALUES ?printedBy { "
            + " ".join(term(node) for node in nodes)
            + " } ?printedBy prov:wasDerivedFrom ?statement . }"
        )
    return " UNION ".join(parts)


def _named(select: Select) -> bool:
    return bool(select.funds or [nature for nature in select.natures if nature != "nature/total"])


def counts(select: Select, session: Session) -> list[Record]:
    """What prose counts: vehicles, batches, persons, contracts, in the year that the sentence is about."""
    known = measures()["counts"]
    measure = select.measures[0] if select.measures else ""
    subjects = tuple(known["subjects"].get(measure, ()))
    kind = known["kinds"].get(measure, "")
    found = []
    for row in statements(replace(select, subjects=subjects), session, ()):
        if not row["value"] or (kind and row["kind"] != kind) or row["kind"] in ("占比", "完成率"):
            continue
        found.append(
            Record(
                body=row["body"],
                year=int(row["year"] or row["reportYear"]),
                phase=short(row["phase"]),
                what=row["subject"] if not kind else session.lexicon.label(measure),
                value=Decimal(row["value"]),
                unit=session.unit(row["unit"]),
                nodes=(row["statement"],),
                report=row["report"],
            )
        )
    return sorted(found, key=lambda record: (record.body, record.year, record.nodes))


def names_of(select: Select, session: Session) -> frozenset[str]:
    """The folded words for what a selection counts: the labels of its measures, funds, natures and codes."""
    concepts = (*select.measures, *select.funds, *select.natures, *select.functions, *select.economics)
    return frozenset(
        fold(word)
        for concept in concepts
        if concept not in _TOO_WIDE
        for word in session.lexicon.spellings.get(concept, ())
    )


def declared_none(select: Select, session: Session, *, wider: bool = False) -> list[Row]:
    """The sentences that declare a figure not to exist (2024年无“三公”经费支出), which is neither a zero nor a gap.

    `wider` also takes those that declare the whole not to exist of which the figure is a part.
    """
    measures_ = select.measures
    for _ in range(2 if wider else 0):  # a declared 无 of the 三公经费 holds for each of their parts
        above = session.rows("broader", {"measure": measures_}, quiet=True) if measures_ else []
        measures_ = tuple(dict.fromkeys((*measures_, *(short(row["above"]) for row in above))))
    named = {word for word in names_of(replace(select, measures=measures_), session) if len(word) > 2}
    rows = session.rows("statements", {"body": select.bodies}, about='?statement mb:figureKind "无" .')
    return [
        row
        for row in {row["statement"]: row for row in rows}.values()
        if any(word in fold(row["subject"]) for word in named)
        and (not select.years or int(row["year"] or row["reportYear"]) in select.years)
    ]

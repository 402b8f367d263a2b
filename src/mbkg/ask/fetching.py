"""The records of a selection, whatever kind of figure it selects."""

from __future__ import annotations

from mbkg.ask.percapita import percapita
from mbkg.ask.plan import Select
from mbkg.ask.records import Record, facts, indicators, projects
from mbkg.ask.session import Session
from mbkg.ask.statements import counts

_READERS = {"fact": facts, "project": projects, "indicator": indicators, "percapita": percapita, "statement": counts}


def fetch(select: Select, session: Session) -> list[Record]:
    """The records of a selection, in a fixed order."""
    return _READERS[select.of](select, session)

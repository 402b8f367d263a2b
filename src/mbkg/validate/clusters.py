"""Findings that belong together: rounding by table, and bursts that point to a misreading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mbkg.validate.values import Finding, Outcome


def cluster(findings: Sequence[Finding], counts: Mapping[str, Counter[Outcome]]) -> tuple[Finding, ...]:
    """Findings with what only shows when they are seen together."""
    return tuple(findings)

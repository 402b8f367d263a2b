"""The likely cause of a broken relation, where the figures themselves show one."""

from __future__ import annotations

from collections.abc import Mapping

from mbkg.validate.values import Finding


def likely_cause(finding: Finding, texts: Mapping[str, str]) -> Finding:
    """The finding with its cause, unchanged where none can be shown."""
    return finding

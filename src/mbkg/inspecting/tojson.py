"""An inspection as one JSON object: the same as the text, every identity and every line."""

from __future__ import annotations

from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any

from mbkg.amounts import canonical
from mbkg.inspecting.values import Inspection


def inspection_json(found: Inspection, only: int | None = None) -> dict[str, Any]:
    """The inspection as values of JSON; amounts as decimal text.

    Args:
        only: the one page to tell of; None for all.
    """
    whole = asdict(replace(found, marks=(), sizes=(), strips=()))
    for drawn in ("marks", "sizes", "strips"):
        whole.pop(drawn)
    whole["recognised"] = not found.problem
    whole["pictures"] = found.pictures
    whole["pages"] = [page for page in whole["pages"] if only is None or page["number"] in (only, None)]
    return {name: _plain(value) for name, value in whole.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return canonical(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value

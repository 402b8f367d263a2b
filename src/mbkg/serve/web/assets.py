"""The style sheet, the scripts and the icon, held in memory under names that change with their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: `name` carries the start of its digest, so it may be kept for ever."""

    name: str
    media_type: str
    content: bytes


@cache
def assets() -> dict[str, Asset]:
    """Every shipped file by its own name (`page.css`)."""
    found = {}
    for path in sorted(STATIC.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
            found[path.name] = Asset(f"{path.stem}-{digest}{path.suffix}", _TYPES[path.suffix], content)
    return found


@cache
def served() -> dict[str, Asset]:
    """The same by the name under which it is sent."""
    return {asset.name: asset for asset in assets().values()}


def asset_url(name: str) -> str:
    """Where a shipped file is found.

    Raises:
        KeyError: there is none of that name.
    """
    return f"/static/{assets()[name].name}"

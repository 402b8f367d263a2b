"""Where the knowledge kept as files lies: beside the package in a wheel, at the top of a checkout otherwise."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def resource_path(*parts: str) -> Path:
    """The path of a shipped file or folder, e.g. `resource_path("ontology", "mbkg.ttl")`.

    Raises:
        FileNotFoundError: neither the installed package nor a checkout holds it.
    """
    for root in (_PACKAGE, _CHECKOUT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"mbkg 安装不完整：缺少 {'/'.join(parts)}")

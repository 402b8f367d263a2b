"""The index of meanings on the command line: brought up to date after a build, and never a reason for a build to fail."""

from __future__ import annotations

import os
import sys

from mbkg.errors import GraphMissing
from mbkg.graph.store import kg_location

OFF = "none"


def keep_index(kg: str | None) -> None:
    """Encode what the graph holds and its index does not; MBKG_MODEL=none leaves the index as it is."""
    if os.environ.get("MBKG_MODEL") == OFF:
        return
    from mbkg.index import EncoderMissing, refresh_index

    def told(done: int, total: int) -> None:
        print(f"\r编码名称 {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    try:
        refresh_index(kg_location(kg), told if sys.stderr.isatty() else None)
    except GraphMissing:
        return  # nothing was built
    except EncoderMissing as missing:
        print(f"· 没有按意思查找的索引：{missing}提问只按字面查找。", file=sys.stderr)
    except OSError as error:
        print(f"· 按意思查找的索引没有写成（{error.strerror or error}）。提问只按字面查找。", file=sys.stderr)

"""Whether an answer refuses: its flag says so, or its words do and it gives nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mbkg.evaluation.quantities import quantities
from mbkg.evaluation.words import folded, marking_words, pattern, plain


def is_refusal(answer: Mapping[str, Any]) -> bool:
    """Whether an answer declines. One flagged as answered still does if it says so and gives no figure, name or row."""
    flag = answer.get("answered")
    text = answer.get("text") or ""
    if flag is False:
        return True
    if flag is not True:
        return refuses(text)
    gives = any(answer.get(part) for part in ("values", "entities", "rows")) or isinstance(answer.get("yesno"), bool)
    return not gives and refuses(text) and all(one.kind not in ("money", "percent") for one in quantities(text))


def refuses(text: str) -> bool:
    """Whether a text has words of refusal, with no figure derived after them."""
    said = plain(text)
    found = pattern("refusal").search(said)
    if found:
        return not pattern("derived").search(said[found.end() :])
    verdict = marking_words()["verdict"]
    short = folded(said)
    bare = verdict["empty"] in short or short in verdict["bare_no"]
    return bool(short) and len(short) <= 12 and bare and not re.search(r"\d", short)

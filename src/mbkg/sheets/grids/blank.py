"""What a blank template prints where a figure or name would stand: XX, x,xxx, 指标1：, ……"""

from __future__ import annotations

import re
from functools import lru_cache

from mbkg.amounts import NOT_STATED
from mbkg.sheets.vocabulary import words


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in words().raw["grid"]["placeholders"]), re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Whether a squeezed cell says nothing: it is blank, a dash, or holds a template's stand-in.

    >>> [is_placeholder(t) for t in ("XX项目", "≥XX%", "指标1：", "指标1：培训人数", "X光机")]
    [True, True, True, False, False]
    """
    return text in NOT_STATED or _pattern().search(text) is not None

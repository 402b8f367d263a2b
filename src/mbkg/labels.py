"""Printed words without the layout around them.

A label is squeezed when the spaces that only justify or indent it are gone and brackets have their Chinese width; two labels
are compared in `folded` form, which also forgets the marks that differ from print to print.
"""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"[\s\u3000\xa0\ufeff]+")
_HALF_TO_FULL = str.maketrans("(),:;", "（），：；")
_CJK = "\u4e00-\u9fff“”‘’（）、，。：；《》"
_FOLD_DROP = re.compile(r"[\s\u3000“”\"'‘’（）()\[\]【】《》<>、，,。.：:；;·\-—－–_/]+")
_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]{1,4}[、.．，]|[（(][一二三四五六七八九十]{1,4}[）)]|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])"
)


def squeeze(text: str) -> str:
    """The label without layout space; ASCII brackets and marks that touch Chinese become full-width."""
    tight = _SPACE.sub("", text)
    if not any(mark in tight for mark in "(),:;"):
        return tight
    if not re.search(f"[{_CJK}]", tight):
        return tight
    return re.sub(r"(?<![\d])[,:;](?!\d)|[()]", lambda m: m.group().translate(_HALF_TO_FULL), tight)


def fold(text: str) -> str:
    """The label for comparing: NFKC, no space, no brackets or punctuation, lower case."""
    return _FOLD_DROP.sub("", unicodedata.normalize("NFKC", text)).lower()


def strip_ordinal(label: str) -> str:
    """The label without its list number: `七、社会保障和就业支出` gives `社会保障和就业支出`."""
    return _ORDINAL.sub("", label, count=1)


def ordinal_of(label: str) -> str:
    """The list number a label begins with, or an empty string."""
    match = _ORDINAL.match(label)
    return match.group() if match else ""

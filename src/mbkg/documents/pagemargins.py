"""What a page prints around its content: its number, and the head or foot that all pages have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mbkg.documents.pagejoin import TITLE
from mbkg.documents.pageparts import PageParts
from mbkg.documents.pagetext import Run
from mbkg.labels import squeeze

_FOOT = re.compile(r"^[\s—–\-－_·~]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[，,/]?\s*共?\s*\d+\s*页?)?[\s—–\-－_·~]*$")


def drop_number(page: PageParts) -> PageParts:
    """The page without its printed number, at its head or foot."""
    margin = 0.1 * page.height
    page.lines = [
        line
        for line in page.lines
        if not (
            (line[0].middle < margin or line[0].middle > page.height - margin)
            and _FOOT.match(" ".join(run.text for run in line))
            and not any("." in run.text for run in line)
        )
    ]
    return page


def drop_running_heads(pages: Sequence[PageParts]) -> None:
    """Take the head or foot that most pages print alike off every page but the first that prints it."""
    if len(pages) < 4:
        return
    for first in (True, False):
        seen: Counter[str] = Counter()
        for page in pages:
            if line := _outermost(page, first):
                seen[squeeze("".join(run.text for run in line))] += 1
        for text, times in seen.items():
            if times < max(4, 0.5 * len(pages)) or TITLE.search(text) or "单位：" in text:
                continue
            before = False
            for page in pages:
                line = _outermost(page, first)
                if line and squeeze("".join(run.text for run in line)) == text:
                    if before:
                        page.lines.remove(line)
                    before = True


def _outermost(page: PageParts, first: bool) -> list[Run] | None:
    """The topmost or lowest line of a page, if it stands in its margin and outside every table."""
    if not page.lines:
        return None
    line = page.lines[0 if first else -1]
    edge = 0.12 * page.height
    near = line[0].middle < edge if first else line[0].middle > page.height - edge
    beyond = all(line[0].middle < g.ys[0] if first else line[0].middle > g.ys[-1] for g, _ in page.grids)
    return line if near and beyond else None

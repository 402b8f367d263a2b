"""What an answer to a yes-or-no question says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mbkg.evaluation.words import folded, marking_words, pattern, plain, without_sources

_HEAD = 6


def verdict(question: Mapping[str, Any], answer: Mapping[str, Any]) -> bool | None:
    """Yes or no: the answer's own flag, how its text begins, or the first word of agreement or denial in it; None where it says neither."""
    if isinstance(answer.get("yesno"), bool):
        return bool(answer["yesno"])
    words = marking_words()["verdict"]
    said = plain(without_sources(answer.get("text") or ""))
    letters = folded(pattern("no_gap").sub(words["agreeing"], said))
    if pattern("says_no").match(letters[:_HEAD]):
        return False
    if pattern("says_yes").match(letters[:_HEAD]) or letters in words["bare_yes"]:
        return True
    no = [folded(cue) for cue in question.get("no_cues") or words["no"]]
    yes = [folded(cue) for cue in question.get("yes_cues") or words["yes"]]
    denied = min((at for cue in no for at in [letters.find(cue)] if at != -1), default=None)
    agreed = min((at for cue in yes for at in [_agreeing(letters, cue, no)] if at is not None), default=None)
    if agreed is None or denied is None:
        return None if agreed is denied else agreed is not None
    return agreed < denied


def _agreeing(letters: str, cue: str, no: list[str]) -> int | None:
    """Where a word of agreement stands for itself: not behind a denying letter, not inside a word of denial."""
    at = letters.find(cue)
    while at != -1:
        denied = at > 0 and letters[at - 1] in marking_words()["verdict"]["denying"]
        around = letters[max(0, at - 2) : at + len(cue) + 2]
        if not denied and not any(other in around for other in no):
            return at
        at = letters.find(cue, at + 1)
    return None

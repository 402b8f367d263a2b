"""Rankings of the same things joined by rank, so that scores of different kinds need no common scale.

Source: Cormack, Clarke, Büttcher, Reciprocal Rank Fusion, SIGIR 2009; 60 is theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

_DAMPING = 60


def fused(*rankings: Sequence[str]) -> list[str]:
    """Everything ranked anywhere, best first: each ranking adds 1 / (60 + rank); ties in the order of the first ranking that has them."""
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(dict.fromkeys(ranking), start=1):
            scores[name] += 1 / (_DAMPING + rank)
    return sorted(scores, key=lambda name: -scores[name])

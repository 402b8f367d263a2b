"""What is encoded, and keeping the index in step with its graph.

Encoded are the names of projects and indicators, each once, and the labels of the measures, natures and codes that figures carry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mbkg.graph.store import GraphStore, is_url, open_graph, rows_of
from mbkg.index.encoders import load_encoder, model_name
from mbkg.index.vectors import centred, open_index, write_index
from mbkg.resources import resource_path

if TYPE_CHECKING:
    from mbkg.index.encoders import Matrix

_BATCH = 64
Told = Callable[[int, int], None]


def index_texts(store: GraphStore) -> tuple[list[str], list[str]]:
    """The texts to encode, sorted, each once; and the labels of the ontology that the mean is taken of."""
    text = resource_path("ontology", "asking", "queries", "verbalised.rq").read_text(encoding="utf-8")
    basis: set[str] = set()
    texts: set[str] = set()
    for row in rows_of(store.query(text)):
        texts.add(row["text"])
        if row["kind"] == "concept":
            basis.add(row["text"])
    return sorted(texts), sorted(basis)


def refresh_index(where: str, told: Told | None = None) -> int:
    """Bring the index of a graph in a folder up to date; returns how many texts had to be encoded.

    What the index of before holds is kept, unless the model or the ontology's labels are others now.

    Args:
        told: hears how many of how many texts are encoded.
    Raises:
        EncoderMissing: the model cannot be loaded; the graph is as good as before, and asking goes on by words alone.
    """
    if is_url(where):
        return 0
    import numpy as np

    store = open_graph(where)
    try:
        texts, labels = index_texts(store)
    finally:
        store.close()
    basis = hashlib.sha256("\n".join(labels).encode()).hexdigest()[:16]
    before = open_index(where)
    vectors: dict[str, Matrix] = {}
    if before is not None and before.model == model_name() and before.basis == basis:
        rows = before.rows(texts)
        known = [(text, row) for text, row in zip(texts, rows, strict=True) if row is not None]
        if len(known) == len(texts) == len(before):
            return 0
        if known:
            kept = before.vectors([row for _, row in known])
            vectors = {text: vector for (text, _), vector in zip(known, kept, strict=True)}
        mean = before.mean
    else:
        shared = np.mean(load_encoder(model_name()).encode(labels), axis=0)
        mean = shared.astype(np.float32)
    encoder = load_encoder(model_name())
    missing = [text for text in texts if text not in vectors]
    for at in range(0, len(missing), _BATCH):
        some = missing[at : at + _BATCH]
        vectors |= dict(zip(some, centred(encoder.encode(some), mean), strict=True))
        if told:
            told(min(at + _BATCH, len(missing)), len(missing))
    write_index(Path(where) / "index", encoder, basis, mean, vectors)
    return len(missing)

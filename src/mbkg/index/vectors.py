"""The vectors on disk, and how near texts are to one another in meaning.

Sentence vectors of one field all point the same way; what they share (the mean of the ontology's own labels) is taken off before they are
compared, so that a nearness of 0 means nothing in common and 1 the same words.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbkg.graph.generations import write_durably
from mbkg.index.encoders import Encoder, load_encoder

if TYPE_CHECKING:
    from mbkg.index.encoders import Matrix

_ATTEMPTS = 3
_LATELY = 500  # vectors of questions' words that are kept


class VectorIndex:
    """One finished set of vectors, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        import faiss
        import numpy as np

        described = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.model: str = described["model"]
        self.basis: str = described["basis"]
        self.folder = folder
        self._lately: dict[str, Matrix] = {}
        self._keys: Any = np.load(folder / "keys.npy", mmap_mode="r")
        self._mean: Matrix = np.load(folder / "mean.npy")
        self._vectors: Any = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
        if len(self._keys) != self._vectors.ntotal:
            raise ValueError(f"{folder}: {len(self._keys)} keys, {self._vectors.ntotal} vectors")

    def __len__(self) -> int:
        return int(self._vectors.ntotal)

    @property
    def mean(self) -> Matrix:
        """What the vectors have in common, `(d,)`."""
        return self._mean

    def rows(self, texts: Sequence[str]) -> list[int | None]:
        """The row of each text; None for one that was not there when the index was built."""
        import numpy as np

        if not len(self):
            return [None] * len(texts)
        wanted = np.array([key_of(text) for text in texts], dtype=np.uint64)
        found = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return [int(row) if self._keys[row] == key else None for row, key in zip(found.tolist(), wanted, strict=True)]

    def vectors(self, rows: Sequence[int]) -> Matrix:
        """The vectors of some rows, `(n, d)`, mean taken off and of unit length."""
        import numpy as np

        found: Matrix = self._vectors.reconstruct_batch(np.array(rows, dtype=np.int64))
        return found

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Vectors of any texts as they would stand in the index, `(n, d)`; those of texts asked for lately are kept."""
        import numpy as np

        fresh = [text for text in dict.fromkeys(texts) if text not in self._lately]
        if fresh:
            made = centred(load_encoder(self.model).encode(fresh), self._mean)
            self._lately.update(zip(fresh, made, strict=True))
        found = np.stack([self._lately[text] for text in texts])
        for text in list(self._lately)[:-_LATELY]:
            del self._lately[text]
        return found

    def nearest(self, text: str, among: Sequence[str]) -> list[tuple[str, float]]:
        """Those of `among` that the index holds with how near each is (−1..1) to the text; nearest first, ties by text."""
        import faiss
        import numpy as np

        held = {row: name for name, row in zip(among, self.rows(among), strict=True) if row is not None}
        if not held:
            return []
        parameters: Any = faiss.SearchParameters
        only = parameters(sel=faiss.IDSelectorBatch(np.array(sorted(held), dtype=np.int64)))
        scores, rows = self._vectors.search(self.encode([text]), len(held), params=only)
        found = [
            (held[int(row)], round(float(score), 4)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0
        ]
        return sorted(found, key=lambda entry: (-entry[1], entry[0]))

    def nearness(self, text: str, others: Sequence[str]) -> list[float]:
        """How near each of some texts is to one; texts that the index holds are not encoded again."""
        held = dict(zip(others, self.rows(others), strict=True))
        rows = [row for row in held.values() if row is not None]
        known = dict(zip(rows, self.vectors(rows), strict=True)) if rows else {}
        fresh = self.encode([text, *(other for other, row in held.items() if row is None)])
        made = iter(fresh[1:])
        vectors = {other: known[row] if row is not None else next(made) for other, row in held.items()}
        return [float(vectors[other] @ fresh[0]) for other in others]


def key_of(text: str) -> int:
    """The key of a text: 64 bits of a digest of its content."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def centred(vectors: Matrix, mean: Matrix) -> Matrix:
    """Vectors without what they share, of unit length again."""
    import numpy as np

    moved = vectors - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    made: Matrix = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return made


def open_index(where: str) -> VectorIndex | None:
    """The index beside a graph in a folder; None where there is none, or none that can be read."""
    root = Path(where) / "index"
    for _ in range(_ATTEMPTS):
        try:
            name = (root / "CURRENT").read_text(encoding="ascii").strip()
        except OSError:
            return None
        with contextlib.suppress(OSError, ValueError, KeyError, RuntimeError, ImportError):
            return VectorIndex(root / name)  # a build may have switched sets just now: read CURRENT again
    return None


def write_index(root: Path, encoder: Encoder, basis: str, mean: Matrix, vectors: dict[str, Matrix]) -> Path:
    """Write a set of vectors and make it the current one; the set before it stays for those who still read it."""
    import faiss
    import numpy as np

    by_key = {key_of(text): vector for text, vector in vectors.items()}
    keys = sorted(by_key)
    rows = np.stack([by_key[key] for key in keys]) if keys else np.zeros((0, len(mean)), dtype=np.float32)
    held = faiss.IndexScalarQuantizer(len(mean), faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    held.train(rows if len(rows) else np.zeros((1, len(mean)), dtype=np.float32))
    held.add(rows)
    name = hashlib.sha256(repr((encoder.name, basis, keys)).encode()).hexdigest()[:16]
    folder, waiting = root / name, root / f"{name}.new"
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    np.save(waiting / "keys.npy", np.array(keys, dtype=np.uint64))
    np.save(waiting / "mean.npy", mean)
    faiss.write_index(held, str(waiting / "vectors.faiss"))
    described = {"model": encoder.name, "basis": basis, "texts": len(keys)}
    (waiting / "index.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(waiting, folder)
    before = (root / "CURRENT").read_text(encoding="ascii") if (root / "CURRENT").exists() else ""
    write_durably(root / "CURRENT", name.encode("ascii"))
    for old in root.iterdir():
        if old.is_dir() and old.name not in (name, before):
            shutil.rmtree(old, ignore_errors=True)
    return folder

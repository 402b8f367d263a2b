"""Names by meaning: vectors of what the graph's projects, indicators and concepts are called, kept beside the graph.

    kg/index/CURRENT            the name of the set that readers open
    kg/index/<name>/            keys.npy (which text, by content), vectors.faiss (one row each), mean.npy, index.json

A text is encoded once for as long as the encoder stays the same, however often it is printed. Nothing heavy is imported before a vector
is wanted.
"""

from mbkg.index.building import refresh_index
from mbkg.index.encoders import Encoder, EncoderMissing
from mbkg.index.fusion import fused
from mbkg.index.vectors import VectorIndex, open_index

__all__ = ["Encoder", "EncoderMissing", "VectorIndex", "fused", "open_index", "refresh_index"]

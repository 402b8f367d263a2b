"""Answers kept for whoever asks the same again, as long as the graph is the same."""

from __future__ import annotations

from collections import OrderedDict

Key = tuple[str, ...]


class Kept:
    """Bytes by what was asked, `most` bytes in all; the longest unused go first. Only one generation's are held."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._generation = ""
        self._held: OrderedDict[Key, bytes] = OrderedDict()

    def get(self, generation: str, key: Key) -> bytes | None:
        """What was kept, of this generation only."""
        if generation != self._generation or key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key]

    def put(self, generation: str, key: Key, data: bytes) -> None:
        """Keep an answer that this generation gave; a graph elsewhere may change unseen, so what it gives is not kept."""
        if generation in ("", "remote") or len(data) > self._most // 8:
            return
        if generation != self._generation:
            self._held.clear()
            self._size, self._generation = 0, generation
        self._size += len(data) - len(self._held.pop(key, b""))
        self._held[key] = data
        while self._size > self._most:
            self._size -= len(self._held.popitem(last=False)[1])

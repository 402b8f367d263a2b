"""Answers that were given before, so many bytes of them; the ones not asked for longest go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]
_OVERHEAD = 512
"""What an entry costs beside its body and key, about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as it goes to the client, without what each request adds to it."""

    status: int
    headers: Headers
    body: bytes
    etag: bytes


class Cache:
    """Answers by key. One larger than an eighth of the whole is not kept."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Hashable, tuple[Answer, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> Answer | None:
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, answer: Answer, key_bytes: int) -> None:
        """Keep an answer; `key_bytes` is about what its key takes."""
        size = len(answer.body) + key_bytes + _OVERHEAD
        if size > self._most // 8:
            return
        self._drop(key)
        self._held[key] = answer, size
        self.size += size
        while self.size > self._most:
            self._drop(next(iter(self._held)))

    def clear(self) -> None:
        self._held.clear()
        self.size = 0

    def _drop(self, key: Hashable) -> None:
        if found := self._held.pop(key, None):
            self.size -= found[1]

"""Rows as the engine writes them, cut where a limit is reached: exactly after a row, and said so inside the document.

The engine serialises several times faster than Python could. It writes into a `Sink`, which counts rows by the bytes that part them, and
stops the engine once there is one row too many. In JSON and CSV the same bytes may stand inside a string, so there the count is first an
upper bound; only when it passes the limit are the strings told apart.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

MOST_BYTES = 128 * 1024**2
"""The largest document; a result that would be larger is cut like one with too many rows."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one format parts its rows."""

    mark: bytes
    tokens: re.Pattern[bytes]
    """Finds `mark` as group 1, and swallows strings, whole or unfinished."""
    marks: int
    """How many marks a document has more than rows."""
    cut: int
    """Where, from the start of the first mark too many, the document is cut."""


_LAYOUTS = {
    "json": _Layout(b"},{", re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|(\},\{)', re.DOTALL), -1, 1),
    "xml": _Layout(b"<result>", re.compile(rb"(<result>)"), 0, 0),
    "csv": _Layout(b"\n", re.compile(rb'"(?:[^"]++|"")*+(?:"|\Z)|(\n)(?!\Z)'), 0, 1),
    "tsv": _Layout(b"\n", re.compile(rb"(\n)(?!\Z)"), 0, 1),
}


class Enough(Exception):
    """Raised into the engine to make it stop writing."""


class TooLarge(Exception):
    """One row alone is larger than a document may be."""


class Sink:
    """A file for the engine to write rows into. `cut` is "rows" or "bytes" where a limit was reached, else blank."""

    def __init__(self, name: str, rows: int, most_bytes: int = MOST_BYTES) -> None:
        self._layout = _LAYOUTS[name]
        self._rows = rows
        self._allowed = rows + self._layout.marks
        self._most_bytes = most_bytes
        self.data = bytearray()
        self.cut = ""
        self._counted = 0
        """Marks seen, those inside strings included, up to the end of the data."""
        self._sure = 0
        """Marks that part rows, up to `_sure_at`."""
        self._sure_at = 0
        self._last_row = 0
        """Where the last whole row before `_sure_at` ends."""

    def write(self, chunk: bytes) -> int:
        if self.cut:  # the engine empties its buffer when it is stopped
            return len(chunk)
        edge = max(0, len(self.data) - len(self._layout.mark) + 1)
        self.data += chunk
        self._counted += self.data.count(self._layout.mark, edge)
        if self._counted > self._allowed and self._passed(self._allowed):
            self._stop("rows")
        if len(self.data) > self._most_bytes:
            self._passed(len(self.data))
            if self._sure < 2 + self._layout.marks:  # not one whole row
                raise TooLarge
            self._stop("bytes")
        return len(chunk)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def _passed(self, allowed: int) -> bool:
        """Tell marks from what only looks so; whether there are more than `allowed`."""
        for match in self._layout.tokens.finditer(self.data, self._sure_at):
            if match[1]:
                self._sure += 1
                self._sure_at, self._last_row = match.end(), match.start() + self._layout.cut
                if self._sure > allowed:
                    return True
        self._counted = self._sure + self.data.count(self._layout.mark, self._sure_at)
        return False

    def _stop(self, why: str) -> None:
        self.cut = why
        del self.data[self._last_row :]
        raise Enough

    def document(self, note: str, link: str) -> bytes:
        """The whole document; where it was cut, closed, with `note` and `link` in it where the format has a place for them."""
        if not self.cut:
            return bytes(self.data)
        match self._layout.mark:
            case b"},{":
                told = {"limit": self._rows, "by": self.cut, "message": note}
                extra = f',"link":[{json.dumps(link)}],"truncated":{json.dumps(told, ensure_ascii=False)}}}'
                return bytes(self.data).replace(b"]}", b"]" + extra.encode(), 1) + b"]}}"
            case b"<result>":
                return bytes(self.data) + f"</results><!-- {note} --></sparql>".encode()
            case _:
                return bytes(self.data)

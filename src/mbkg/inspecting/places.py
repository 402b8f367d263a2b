"""From a line of a document to the page a person turns to and the place they count to."""

from __future__ import annotations

from mbkg.documents import Document, Line
from mbkg.reports import Place


class Places:
    """The lines of one document by number."""

    def __init__(self, document: Document) -> None:
        self._lines = {line.number: line for line in document.lines}
        self._sheets = {page.number: page.name for page in document.pages if page.name}
        self._paged = bool(document.pages)

    def line(self, number: int | None) -> Line | None:
        return self._lines.get(number or 0)

    def page(self, number: int | None) -> int | None:
        """The page a line stands on; None in a file without pages."""
        line = self.line(number)
        return line.page if line is not None and self._paged else None

    def words(self, number: int | None) -> str:
        """第12页第8行, 工作表“收支总表”第8行, or 第123行 of a text."""
        line = self.line(number)
        if line is None:
            return ""
        if line.row is None:
            return str(Place(line.number))
        return str(Place(line.row, line.page, sheet=self._sheets.get(line.page or 0, "")))

"""HTML pages of invented sheets as Documents with true grids, and the gold that stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lxml import html

from mbkg.documents import Document, GridCell
from mbkg.documents.builder import DocumentBuilder

GRIDS = Path(__file__).parent / "grids"
Gold = dict[str, list[dict[str, str]]]


def document_of(page: str, name: str = "sheet.html") -> Document:
    """The document that a page of headings, paragraphs and tables is; a rule (`<hr>`) begins a new page."""
    builder = DocumentBuilder()
    number = 1
    for element in html.document_fromstring(f"<html><body>{page}</body></html>").body.iterchildren():
        if element.tag == "hr":
            number += 1
        elif element.tag == "table":
            builder.grid(placed([list(row) for row in element.iter("tr")]), page=number)
        else:
            builder.text(text_of(element), page=number)
    return builder.build(name, page.encode(), "html")


def text_of(element: html.HtmlElement) -> str:
    return "".join("\n" if e.tag == "br" and part is None else part or "" for e, part in _parts(element)).strip()


def _parts(element: html.HtmlElement) -> list[tuple[html.HtmlElement, str | None]]:
    parts: list[tuple[html.HtmlElement, str | None]] = [(element, element.text or "")]
    for child in element:
        parts += [(child, None), (child, child.tail or "")]
    return parts


def placed(rows: Sequence[Sequence[html.HtmlElement]]) -> list[list[GridCell]]:
    """The cells of each row at their columns, below what spans rows above them."""
    taken: set[tuple[int, int]] = set()
    out: list[list[GridCell]] = []
    for at, row in enumerate(rows):
        cells: list[GridCell] = []
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            wide, high = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            taken |= {(at + i, column + j) for i in range(high) for j in range(wide)}
            cells.append(GridCell(text_of(cell), column, wide, high))
            column += wide
        out.append(cells)
    return out


def gold_of(case: Path) -> Gold:
    """The sections of a gold file, each a list of rows by heading."""
    gold: Gold = {}
    section, keys = "", []
    for line in case.with_suffix(".gold").read_text("utf-8").splitlines():
        parts = [part.strip() for part in line.split("|")]
        if line.startswith("["):
            section, keys = line.strip("[]"), []
            gold[section] = []
        elif not keys:
            keys = parts
        else:
            gold[section].append(dict(zip(keys, parts, strict=True)))
    return gold


def keys_of(case: Path, section: str) -> list[str]:
    lines = case.with_suffix(".gold").read_text("utf-8").splitlines()
    return [part.strip() for part in lines[lines.index(f"[{section}]") + 1].split("|")]

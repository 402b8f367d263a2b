"""A printed report as a Word document: merged cells, heads that Word repeats by itself, page breaks before tables."""

from __future__ import annotations

import io
from typing import Any

from .printed import Box, Grid, PageNumber, Paragraph, Printed


def write_docx(report: Printed) -> bytes:
    import docx
    from docx.enum.text import WD_BREAK

    document = docx.Document()
    for item in report.items:
        if isinstance(item, Paragraph):
            document.add_paragraph(item.text, style=f"Heading {item.level}" if item.level else None)
        elif isinstance(item, PageNumber):
            document.add_paragraph(item.text)
        else:
            if item.name:
                document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            _grid(document, item)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _grid(document: Any, grid: Grid) -> None:
    if not grid.follows:
        for pieces in grid.lead:
            document.add_paragraph("\t".join(pieces).strip("\t"))
    rows = [*grid.head, *grid.body]
    if rows:
        table = document.add_table(len(rows), grid.width, style="Table Grid")
        cells = [list(row.cells) for row in table.rows]
        for number, row in enumerate(rows):
            for box in row:
                _put(cells, number, box)
        for number in range(len(grid.head)):
            _repeats(table.rows[number])
    for note in grid.notes:
        document.add_paragraph(note)


def _put(cells: list[list[Any]], number: int, box: Box) -> None:
    cell = cells[number][box.column]
    if box.colspan > 1 or box.rowspan > 1:
        cell = cell.merge(cells[number + box.rowspan - 1][box.column + box.colspan - 1])
    paragraph, *rest = cell.paragraphs
    for extra in rest:
        extra._p.getparent().remove(extra._p)
    paragraph.text = box.text
    if box.kind == "money":
        paragraph.alignment = 2


def _repeats(row: Any) -> None:
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    mark = properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    properties.append(mark)

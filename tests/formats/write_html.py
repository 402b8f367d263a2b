"""A printed report as a web page: rowspan and colspan, in any encoding."""

from __future__ import annotations

import html

from .printed import Box, Grid, PageNumber, Paragraph, Printed, Row

_STYLE = "td{border:1px solid #000}.m{text-align:right}"


def write_html(report: Printed, encoding: str) -> bytes:
    """The page as bytes; its head names the encoding as pages do (GB18030 as gbk)."""
    charset = "gbk" if encoding == "gb18030" else encoding
    lines = [
        "<!DOCTYPE html>",
        f'<html><head><meta charset="{charset}"><title>{html.escape(report.name)}</title><style>{_STYLE}</style></head><body>',
        '<div class="nav"><a href="/">首页</a><a href="/xxgk">信息公开</a></div><div class="content">',
    ]
    for item in report.items:
        if isinstance(item, Paragraph):
            tag = f"h{item.level}" if item.level else "p"
            lines.append(f"<{tag}>{html.escape(item.text)}</{tag}>")
        elif isinstance(item, PageNumber):
            lines.append(f'<p align="center">{html.escape(item.text)}</p>')
        else:
            lines += _grid(item)
    lines.append("</div></body></html>")
    return "\n".join(lines).encode(encoding)


def _grid(grid: Grid) -> list[str]:
    lines = []
    if not grid.follows:
        for pieces in grid.lead:
            spans = "".join(f"<span>{html.escape(piece)}</span>&nbsp;&nbsp;" for piece in pieces if piece)
            lines.append(f"<p>{spans}</p>")
    if grid.head or grid.body:
        rows = "\n".join(_row(row) for row in (*grid.head, *grid.body))
        lines.append(f"<table>\n<tbody>\n{rows}\n</tbody>\n</table>")
    return [*lines, *(f"<p>{html.escape(note)}</p>" for note in grid.notes)]


def _row(row: Row) -> str:
    return "<tr>" + "".join(_box(box) for box in row) + "</tr>"


def _box(box: Box) -> str:
    spans = (f' colspan="{box.colspan}"' if box.colspan > 1 else "") + (
        f' rowspan="{box.rowspan}"' if box.rowspan > 1 else ""
    )
    text = html.escape(box.text).replace("\n", "<br>").replace("\u3000", "&emsp;") or "&nbsp;"
    return f"<td{spans}{' class=m' if box.kind == 'money' else ''}>{text}</td>"

"""An inspection as Chinese text for a terminal of 100 columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from mbkg.cli_output import display_width
from mbkg.inspecting.values import Failure, Identity, Inspection, LeftLine, PageView, ReportView, TableView

WIDTH = 100
MOST_FAILURES = 12  # of one equation
MOST_PARTS = 6  # of one sum
MOST_LINES = 40  # unclaimed, or in doubt, on one page
Colour = Literal["bold", "green", "blue", "orange", "red", "grey"]
_CODES: dict[Colour, str] = {"bold": "1", "green": "32", "blue": "34", "orange": "33", "red": "31", "grey": "90"}
_ROLES = {
    "money": "金额",
    "code": "科目编码",
    "label": "名称",
    "ordinal": "行次序号",
    "category": "项目类别",
    "lane": "收支栏",
    "span": "分组",
}
_SETTLED = {
    "ruled": "列由表格线或单元格印出",
    "shifted": "表格的列与表头对不上，按相等关系整体归列（推断）",
    "aligned": "没有表格线，按文字左右对齐的位置归列（推断）",
    "flattened": "文字已压平、没有列，按相等关系归列（推断）",
}
_FORMATS = {
    "text": "文本", "pdf": "PDF", "docx": "Word", "xlsx": "Excel", "xls": "Excel 97–2003", "html": "网页", "image": "图片",
}  # fmt: skip


_PIECE = re.compile(r"[（“‘《]?(?:[\x21-\x7e]+|\s|.)[，。；：、！）”’》…]*")


class Paint:
    """Colours on a terminal, nothing elsewhere."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, text: str, colour: Colour) -> str:
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if self.on else text


def inspection_lines(found: Inspection, paint: Paint, only: int | None = None) -> Iterator[str]:
    """The whole inspection, line by line.

    Args:
        only: the one page to tell of; None for all.
    """
    yield from _file_lines(found, paint)
    bare: list[int] = []
    for page in found.pages:
        if only is not None and page.number not in (only, None):
            continue
        if page.is_bare and not page.picture and only is None:
            bare += [page.number] if page.number is not None else []
            continue
        yield ""
        yield from _page_lines(page, found, paint)
    if bare:
        yield ""
        name = "工作表" if found.format in ("xlsx", "xls") else "页"
        yield from _wrapped(f"没有表也没有数字的{name}：{_ranges(bare)}")


def _file_lines(found: Inspection, paint: Paint) -> Iterator[str]:
    yield from _wrapped(f"文件：{found.file}", paint=paint, colour="bold")
    if found.format is None:
        yield f"  SHA-256 {found.sha256}，{found.size:,} 字节"
        yield from _wrapped(found.problem, "  ", paint=paint, colour="red")
        return
    paged = [page for page in found.pages if page.number is not None]
    counted = f"{len(paged)} {'张工作表' if found.format in ('xlsx', 'xls') else '页'}，" if paged else ""
    encoding = f"（{found.encoding}）" if found.encoding else ""
    yield f"  {_FORMATS[found.format]}{encoding}，{counted}{found.lines} 行，{found.size:,} 字节"
    yield f"  SHA-256 {found.sha256}"
    for report in found.reports:
        yield from _report_lines(report, len(found.reports) > 1, paint)
    yield from _wrapped(f"认出：{_summary(found)}", "  ")
    if found.pictures:
        yield from _wrapped(f"只是图片的页：{_ranges(found.pictures)}", "  ", paint=paint, colour="orange")
    if found.problem:
        yield from _wrapped(found.problem, "  ", paint=paint, colour="red")
    for note in found.notes:
        yield from _wrapped(f"· {note}", "  ", 2)


def _report_lines(report: ReportView, several: bool, paint: Paint) -> Iterator[str]:
    kind = {"budget": "预算", "final_account": "决算", None: ""}[report.kind]
    scope = {"department": "部门", "unit": "单位", None: ""}[report.scope]
    year = f"{report.year}年" if report.year else ""
    whose = " ".join(piece for piece in (report.unit, year, f"{scope}{kind}") if piece)
    where = f"（{report.begins}起）" if several else ""
    yield from _wrapped(f"报告：{whose or '没有写明是谁的报告'}{where}", "  ", paint=paint, colour="bold")
    if report.title:
        yield from _wrapped(f"题名：{report.title}", "    ")
    if report.from_name:
        yield from _wrapped(f"报告内没有写明{'、'.join(report.from_name)}，取自文件名。", "    ")
    if report.missing:
        yield from _wrapped(f"没有找到{'、'.join(report.missing)}。", "    ", paint=paint, colour="red")


def _summary(found: Inspection) -> str:
    tables = found.tables
    cells, sheets = sum(table.cells for table in tables), [sheet for page in found.pages for sheet in page.sheets]
    left = sum(len(page.leftovers) for page in found.pages)
    said = [f"{len(tables)} 张表 {cells} 个数字"]
    how = [
        f"{name} {count}"
        for name, count in (
            ("印刷", sum(table.printed for table in tables)),
            ("推断", sum(table.inferred for table in tables)),
            ("存疑", sum(table.ambiguous for table in tables)),
        )
        if count
    ]
    said[0] += f"（{'，'.join(how)}）" if how else ""
    if sheets:
        projects, indicators = sum(s.projects for s in sheets), sum(s.indicators for s in sheets)
        said.append(f"绩效表 {len(sheets)} 张（项目 {projects} 个，指标 {indicators} 条）")
    said.append(f"文字中的数字 {sum(page.statements for page in found.pages)} 个")
    tried = [identity for table in tables for identity in table.identities]
    said.append(f"相等关系 {sum(i.held for i in tried)}/{sum(i.tried for i in tried)} 成立")
    said.append(f"有数字而没有读懂的行 {left} 行")
    return "；".join(said) + "。"


# ---- pages


def _page_lines(page: PageView, found: Inspection, paint: Paint) -> Iterator[str]:
    name = f"工作表“{page.name}”" if page.name else (f"第 {page.number} 页" if page.number is not None else "全文")
    head = f"── {name}（{page.lines} 行）"
    yield paint(head + " " + "─" * max(0, WIDTH - display_width(head) - 1), "bold")
    if page.picture:
        yield paint("  这一页只是图片" + ("，没有认出文字。" if not page.lines else "，文字由识别得出。"), "orange")
    if page.is_bare:
        yield "  没有表，也没有数字。"
    for title, place, rows, cells in page.continued:
        yield from _wrapped(f"续表 {title}（始于{place}）：本页 {rows} 行 {cells} 个数字", "  ")
    for table in page.tables:
        yield from _table_lines(table, paint)
    for sheet in page.sheets:
        yield from _wrapped(
            f"绩效表 {sheet.title}（{sheet.place}）：资金数字 {sheet.cells} 个，项目 {sheet.projects} 个，指标 {sheet.indicators} 条",
            "  ",
        )
    if page.statements:
        yield f"  文字中的数字 {page.statements} 个"
    if page.leftovers:
        yield paint(f"  有数字而没有读懂的行 {len(page.leftovers)} 行：", "red")
        for left in page.leftovers:
            yield from _left_lines(left)
    if page.doubtful:
        yield paint(f"  文字识别把握低的行 {len(page.doubtful)} 行，请与原件核对：", "orange")
        for left in page.doubtful:
            yield from _left_lines(left)
    if page.unclaimed:
        yield paint(f"  不属于任何表、绩效表或说明的行 {len(page.unclaimed)} 行：", "grey")
        for left in page.unclaimed[:MOST_LINES]:
            yield from _left_lines(left)
        if len(page.unclaimed) > MOST_LINES:
            yield f"    另有 {len(page.unclaimed) - MOST_LINES} 行"


def _left_lines(left: LeftLine) -> Iterator[str]:
    where = f"（{left.where}）" if left.where else ""
    yield from _wrapped(f"{left.place}：{_short(' '.join(left.text.split()), 160)}{where}", "    ", 2)


def _table_lines(table: TableView, paint: Paint) -> Iterator[str]:
    number = f"{table.number} " if table.number else ""
    unit = f"单位：{table.unit}" if table.unit else "没有注明单位"
    yield from _wrapped(f"表 {number}{table.title}（{unit}）", "  ", paint=paint, colour="bold")
    family = f"表种 {table.family}（{table.family_words}）" if table.family_words else f"表种 {table.family}"
    how = [
        paint(f"{name} {count}", colour)
        for name, count, colour in _hows(table.printed, table.inferred, table.ambiguous)
        if count
    ]
    kind = family if table.family else "未识别的表种"
    counts = f"{table.rows} 行 {table.cells} 个数字" + (f"：{'，'.join(how)}" if how else "")
    yield f"    {table.place}起；{kind}"
    yield f"    {counts}"
    for settled in dict.fromkeys(stretch.settled for stretch in table.stretches if stretch.rows):
        pages = [s.page for s in table.stretches if s.settled == settled and s.rows and s.page is not None]
        mixed = len({s.settled for s in table.stretches if s.rows}) > 1 and pages
        yield f"    {f'第{_ranges(pages)}页：' if mixed else ''}{_SETTLED[settled]}"
    if table.declared_empty:
        yield from _wrapped(f"报告说明本表没有数据：{table.declared_empty}", "    ")
    if table.missing_pages:
        yield from _wrapped(f"有 {table.missing_pages} 处续表只有表头，没有行", "    ", paint=paint, colour="orange")
    if table.unexplained:
        yield from _wrapped(f"表头中没有读懂的文字：{table.unexplained}", "    ", paint=paint, colour="orange")
    yield from _column_lines(table, paint)
    yield from _identity_lines(table.identities, paint)
    if table.open_cells:
        yield paint("    存疑的数字（可能的列，先近后远）：", "orange")
        for cell in table.open_cells[:MOST_LINES]:
            yield from _wrapped(f"{cell.place} {cell.row} {cell.printed}：{' | '.join(cell.candidates)}", "      ", 2)
        if len(table.open_cells) > MOST_LINES:
            yield f"      另有 {len(table.open_cells) - MOST_LINES} 个"


def _hows(printed: int, inferred: int, ambiguous: int) -> tuple[tuple[str, int, Colour], ...]:
    return ("印刷", printed, "green"), ("推断", inferred, "blue"), ("存疑", ambiguous, "orange")


def _column_lines(table: TableView, paint: Paint) -> Iterator[str]:
    if not table.columns:
        yield paint("    没有读出表头", "orange")
        return
    rows = []
    for column in table.columns:
        grid = f"网格 {column.grid[0]}" + (f"–{column.grid[-1]}" if len(column.grid) > 1 else "") if column.grid else ""
        numbers = "，".join(
            f"{name} {count}"
            for name, count, _ in _hows(column.printed, column.inferred, column.ambiguous)
            if count and column.role == "money"
        )
        rows.append((grid, _ROLES.get(column.role, column.role), _short(" › ".join(column.path), 56), numbers))
    widths = [max(display_width(row[at]) for row in rows) for at in range(3)]
    yield "    列："
    for row in rows:
        cells = [row[at] + " " * (widths[at] - display_width(row[at])) for at in range(3) if widths[at]]
        yield (
            "      " + "  ".join(cells) + "  " + paint(row[3], "grey") if row[3] else "      " + "  ".join(cells)
        ).rstrip()


# ---- identities


def _identity_lines(identities: Sequence[Identity], paint: Paint) -> Iterator[str]:
    rows = [identity for identity in identities if identity.kind == "row"]
    parents = [identity for identity in identities if identity.kind == "parent"]
    if rows or parents:
        yield "    相等关系："
    for identity in rows:
        yield from _tried(f"各行 {identity.text}", [identity], paint)
    if parents:
        yield from _tried(f"各列 上级 = 下级之和（{len(parents)} 列）", parents, paint)


def _tried(text: str, identities: Sequence[Identity], paint: Paint) -> Iterator[str]:
    tried, held = sum(i.tried for i in identities), sum(i.held for i in identities)
    rounded, still_open = sum(i.rounded for i in identities), sum(i.open for i in identities)
    mark, colour = ("✓", "green") if tried and held == tried else (("✗", "red") if tried else ("○", "grey"))
    verdict = f"{held}/{tried} 成立" if tried else "没有可核的数字"
    extras = [f"其中 {rounded} 处在进位误差内"] if rounded else []
    extras += [f"另有 {still_open} 处因存疑不能核"] if still_open else []
    lost = sum(i.lost for i in identities)
    extras += [f"另有 {lost} 处下级可能在缺失的页上，不能核"] if lost else []
    said = f"{verdict}{'（' + '，'.join(extras) + '）' if extras else ''}"
    yield from _wrapped(f"{mark} {text}：{said}", "      ", 2, paint, colour)  # type: ignore[arg-type]
    failures = [failure for identity in identities for failure in identity.failures]
    for failure in failures[:MOST_FAILURES]:
        yield from _wrapped(_failed(failure), "        ", 2)
    if len(failures) > MOST_FAILURES:
        yield f"        另有 {len(failures) - MOST_FAILURES} 处不成立"


def _failed(failure: Failure) -> str:
    shown = " + ".join(f"{name} {printed}" for name, printed in failure.parts[:MOST_PARTS])
    rest = f" + … 共 {len(failure.parts)} 项" if len(failure.parts) > MOST_PARTS else ""
    return (
        f"{failure.place} {failure.row}，{failure.column}：印 {failure.printed}，相加得 {failure.added:,}，"
        f"差 {failure.difference:,}（{shown}{rest}）"
    )


# ---- words


def _ranges(numbers: Sequence[int]) -> str:
    """1–3、7 for 1, 2, 3, 7."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _short(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if display_width(kept + char) > width - 1:
            break
        kept += char
    return kept + "…"


def _wrapped(
    text: str, indent: str = "", hang: int = 0, paint: Paint | None = None, colour: Colour = "bold"
) -> Iterator[str]:
    """The text cut at the terminal's width, later lines set in by `hang` more; coloured line by line."""
    line = indent
    for piece in _PIECE.findall(text):
        if display_width(line + piece) > WIDTH and line.strip():
            yield _painted(line.rstrip(), paint, colour)
            line = indent + " " * hang
            piece = piece.lstrip()
        line += piece
    yield _painted(line, paint, colour)


def _painted(line: str, paint: Paint | None, colour: Colour) -> str:
    return paint(line, colour) if paint is not None else line

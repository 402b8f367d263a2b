"""Random consistent tables printed on PDF pages, with rules and without: the same text at the same places."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from test_flattened_property import FUNCTIONS, ITEMS, SECTIONS

from documents.pdf_pages import SIZE, Sheet, rule_cells, steps
from mbkg.documents import Document, GridCell

LEADING = 1.15
Tree = tuple[str, tuple["Tree", ...]]


@dataclass(frozen=True)
class Head:
    """A published head: its columns, groups over theirs; the names of its money columns and which of them add up to which."""

    title: str
    tree: tuple[Tree, ...]
    columns: tuple[str, ...]
    sums: tuple[tuple[int, tuple[int, ...]], ...]

    def cells(self) -> list[tuple[int, GridCell]]:
        depth = max(_depth(node) for node in self.tree)
        found: list[tuple[int, GridCell]] = []

        def put(node: Tree, row: int, column: int) -> int:
            width = _leaves(node)
            found.append((row, GridCell(node[0], column, width, 1 if node[1] else depth - row)))
            for below in node[1]:
                column = put(below, row + 1, column)
            return column if node[1] else column + 1

        column = 0
        for node in self.tree:
            column = put(node, 0, column)
        return sorted(found, key=lambda item: (item[0], item[1].column))


def _depth(node: Tree) -> int:
    return 1 + max((_depth(below) for below in node[1]), default=0)


def _leaves(node: Tree) -> int:
    return sum(map(_leaves, node[1])) or 1


def leaf(*names: str) -> tuple[Tree, ...]:
    return tuple((name, ()) for name in names)


CODED = leaf("科目编码", "科目名称")
EXPENDITURE = Head(
    "支出总表", (*CODED, *leaf("合计", "基本支出", "项目支出")), ("合计", "基本支出", "项目支出"), ((0, (1, 2)),)
)
GENERAL = Head(
    "一般公共预算支出表",
    (*CODED, *leaf("合计"), ("基本支出", leaf("小计", "人员经费", "公用经费")), *leaf("项目支出")),
    ("合计", "小计@基本支出", "人员经费", "公用经费", "项目支出"),
    ((0, (1, 4)), (1, (2, 3))),
)
INCOME = Head(
    "收入总表",
    (
        *CODED,
        *leaf("合计"),
        ("财政拨款收入", leaf("小计", "一般公共预算收入", "政府性基金预算收入", "国有资本经营预算收入")),
        *leaf("财政专户管理资金收入", "其他收入", "上年结转"),
    ),
    (
        *("合计", "小计@财政拨款收入", "一般公共预算收入", "政府性基金预算收入", "国有资本经营预算收入"),
        *("财政专户管理资金收入", "其他收入", "上年结转"),
    ),
    ((0, (1, 5, 6, 7)), (1, (2, 3, 4))),
)
HEADS = (EXPENDITURE, GENERAL, INCOME)


@dataclass(frozen=True)
class Drawn:
    """One table to print: rows of (code, name, amounts, 0 where blank), how its amounts are set, where pages break."""

    head: Head
    rows: tuple[tuple[str, str, tuple[int, ...]], ...]
    align: str
    pads: float
    widths: tuple[float, ...]
    break_at: int

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """Code, column, printed amount of every cell in print order."""
        return [
            (code, self.head.columns[column], money(amount))
            for code, _, amounts in self.rows
            for column, amount in enumerate(amounts)
            if amount
        ]


def money(cents: int) -> str:
    return f"{cents / 100:,.2f}"


def drawn(random: Random, head: Head) -> Drawn:
    """A table with blank columns, blank cells and rows that add up."""
    totals = {total for total, _ in head.sums}
    leaves = [column for column in range(len(head.columns)) if column not in totals]
    used = random.sample(leaves, random.randint(1, len(leaves)))
    sections = random.sample([section for section in SECTIONS if ITEMS[section]], random.randint(3, 9))
    rows = []
    for code in sorted(random.choice(ITEMS[section]) for section in sections):
        amounts = [0] * len(head.columns)
        for column in random.sample(used, random.randint(1, len(used))):
            amounts[column] = random.choice([random.randint(1, 9_999), random.randint(10_000, 99_999_999)])
        rows.append((code, FUNCTIONS[code], _added(amounts, head)))
    sums = tuple(map(sum, zip(*(amounts for _, _, amounts in rows), strict=True)))
    rows.append(("", "合计", sums))
    widths = (58.0, random.choice([90.0, 130.0]), *([random.uniform(62, 74)] * len(head.columns)))
    break_at = random.randint(2, len(rows) - 1) if random.random() < 0.4 else len(rows)
    return Drawn(
        head, tuple(rows), random.choice(["right", "right", "centre", "left"]), random.uniform(3, 6), widths, break_at
    )


def _added(amounts: list[int], head: Head) -> tuple[int, ...]:
    for total, parts in reversed(head.sums):
        amounts[total] = sum(amounts[part] for part in parts)
    return tuple(amounts)


def render(table: Drawn, *, ruled: bool) -> Document:
    """The table on its pages, read back."""
    sheet = Sheet((842, 595))
    xs = steps(50, *table.widths)
    for page, rows in enumerate((table.rows[: table.break_at], table.rows[table.break_at :])):
        if not rows:
            continue
        if page:
            sheet.next_page()
        else:
            sheet.write(330, 40, table.head.title, 14)
            sheet.write(50, 62, "部门：威海市医疗保障局")
            sheet.write(620, 62, "单位：万元")
        _page(sheet, table, xs, rows, ruled)
    return sheet.read("威海市医疗保障局2024年部门预算.pdf")


def _page(sheet: Sheet, table: Drawn, xs: list[float], rows: tuple, ruled: bool) -> None:
    cells = table.head.cells()
    depth = max(row + cell.rowspan for row, cell in cells)
    for number, (code, name, amounts) in enumerate(rows):
        texts = [code, name, *(money(amount) if amount else "" for amount in amounts)]
        cells += [(depth + number, GridCell(text, column)) for column, text in enumerate(texts)]
    heights = [SIZE * LEADING + 2 * table.pads] * (depth + len(rows))
    for row, cell in cells:
        own = len(_wrapped(cell, xs)) * SIZE * LEADING + 2 * table.pads
        heights[row + cell.rowspan - 1] = max(
            heights[row + cell.rowspan - 1], own - sum(heights[row : row + cell.rowspan - 1])
        )
    ys = steps(80, *heights)
    if ruled:
        rule_cells(sheet, xs, ys, cells, "lines")
    for row, cell in cells:
        left, right = xs[cell.column] + 3, xs[cell.column + cell.colspan] - 3
        pieces = _wrapped(cell, xs)
        top = (ys[row] + ys[row + cell.rowspan] - len(pieces) * SIZE * LEADING) / 2
        for number, piece in enumerate(pieces):
            width = sheet.canvas.stringWidth(piece, "STSong-Light", SIZE)
            align = "centre" if row < depth else table.align if cell.column > 1 else "left"
            x = {"left": left, "right": right - width, "centre": (left + right - width) / 2}[align]
            sheet.write(x, top + number * SIZE * LEADING, piece)


def _wrapped(cell: GridCell, xs: list[float]) -> list[str]:
    if cell.text[:1].isdigit():
        return [cell.text]
    fits = max(int((xs[cell.column + cell.colspan] - xs[cell.column] - 6) / SIZE), 1)
    return [cell.text[at : at + fits] for at in range(0, len(cell.text), fits)]

"""The printed head of a table to its columns.

Whatever the format, a head is a sequence of headings read row by row; which stands under which follows from the words (`children` in
`ontology/tables/headings.toml`), because flattened text has lost the geometry and OCR shifts it. Where a grid is there and the words
are unknown, the grid's own geometry gives the paths.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mbkg.documents import Line
from mbkg.labels import fold, squeeze
from mbkg.tables.aligned import Stack, columns_of_head
from mbkg.tables.headtree import Node, groups_of, leaves_of, parent_for, sums_of
from mbkg.tables.lexicon import Heading, Lexicon, Segment
from mbkg.tables.spanned import SpannedCell, has_spans, roles_from_body, stacks

_INCOME_CHILDREN = frozenset(
    {
        "项目",
        "行次",
        "预算数",
        "金额",
        "决算数",
        "年初预算数",
        "全年预算数",
        "年度组",
        "决算年度组",
        "上年组",
        "上年决算组",
    }
)
_EXPENDITURE_CHILDREN = _INCOME_CHILDREN | {
    *("合计", "小计", "财政拨款收入", "一般公共预算", "政府性基金预算", "国有资本经营预算", "基本支出", "项目支出")
}
_LANE_CHILDREN = (_INCOME_CHILDREN, _EXPENDITURE_CHILDREN)


@dataclass(frozen=True, slots=True)
class Column:
    """One leaf column of a table: its printed path, its headings, its place in the grid if there is one.

    `grid_stop` lies one behind its last grid column: a leaf may cover several, where another page of the table has more rules.
    """

    path: tuple[str, ...]
    segments: tuple[Segment, ...]
    grid_column: int | None = None
    grid_stop: int | None = None

    @property
    def grid_columns(self) -> range:
        """The grid columns it covers; none where no grid printed it."""
        if self.grid_column is None:
            return range(0)
        return range(self.grid_column, self.grid_stop or self.grid_column + 1)

    @property
    def heading(self) -> Heading:
        return self.segments[-1].heading

    @property
    def role(self) -> str:
        """What the column holds; a 合计 right under 科目名称 is the first row's, not an amount's heading."""
        own = self.heading.role
        above = self.segments[-2].heading.role if len(self.segments) > 1 else ""
        return above if own == "money" and self.heading.total and above in ("label", "code") else own

    @property
    def lane(self) -> str:
        """收入 or 支出 in a two-sided table, else blank."""
        return next((segment.heading.name for segment in self.segments if segment.heading.role == "lane"), "")


UNIT_CODE = "部门（单位）代码"
_UNIT_COLUMNS = frozenset({UNIT_CODE, "部门（单位名称）"})


def _beside_units(columns: Sequence[Column]) -> list[Column]:
    """Columns of codes or names without those of the unit, where others stand beside it."""
    own = [column for column in columns if column.heading.name not in _UNIT_COLUMNS]
    return own or list(columns)


@dataclass(frozen=True)
class Header:
    """The columns of a table, left to right, the sums its head promises, and header text that no heading explained.

    `sums` are (total, parts) indices into `money`: the total column equals the sum of the part columns in every row.
    `strips` are the first grid columns of a table printed in strips (301… beside 302…), whose columns are then those of one strip;
    None where no grid tells, and empty for a table in one piece.
    """

    columns: tuple[Column, ...]
    unexplained: str = ""
    sums: tuple[tuple[int, tuple[int, ...]], ...] = ()
    trusted_grid: bool = False
    strips: tuple[int | None, ...] = ()

    @property
    def money(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role == "money")

    @property
    def lanes(self) -> tuple[str, ...]:
        seen = dict.fromkeys(column.lane for column in self.columns if column.lane)
        return tuple(seen)

    @property
    def code_groups(self) -> int:
        """How many classifications head the rows: 2 where 部门 and 政府 economic codes stand side by side."""
        labels = _beside_units([c for c in self.columns if c.role == "label"])
        codes = self.code_columns
        return min(len(labels), 2) if codes and len(labels) > 1 and len(codes) >= 2 else (1 if codes else 0)

    @property
    def code_columns(self) -> tuple[Column, ...]:
        """The columns of classification codes; of unit codes only where there are no others."""
        return tuple(_beside_units([column for column in self.columns if column.role == "code"]))

    @property
    def code_levels(self) -> tuple[str, ...]:
        """The printed code columns of the first classification: ('类','款','项'), ('类','款') or one that joins them."""
        names = [c.heading.name for c in self.code_columns]
        if self.code_groups == 2:
            names = names[: len(names) // 2]
        return tuple(names)

    def names(self) -> tuple[str, ...]:
        """The unambiguous name of every money column: the leaf, with `@group` where the leaf alone is not enough."""
        spoken: dict[str, int] = {}
        nodes = {(id(segment)): segment.text for column in self.columns for segment in column.segments}
        for text in nodes.values():
            spoken[text] = spoken.get(text, 0) + 1
        return tuple(self._name(column, spoken) for column in self.money)

    def _name(self, column: Column, spoken: dict[str, int]) -> str:
        leaf = column.path[-1]
        if len(column.path) == 1 or (spoken.get(leaf, 0) <= 1 and column.heading.name != "小计"):
            return leaf
        for group in reversed(column.path[:-1]):
            alike = [c for c in self.money if c.path[-1] == leaf and group in c.path[:-1]]
            if len(alike) == 1:
                return f"{leaf}@{group}"
        return f"{leaf}@{'@'.join(reversed(column.path[:-1]))}"


def header_of_text(lines: Sequence[str], lexicon: Lexicon, two_sided: bool = False, widest: int = 0) -> Header:
    """Columns from flattened header lines: the words in print order, cut into headings, hung under their groups.

    Two wrapped cells side by side interleave their pieces (`事业单位经 附属单位上` / `营收入 缴收入`); where reading straight on leaves
    text unexplained, pieces are also joined down the lines.

    Args:
        two_sided: the table sets income and expenditure side by side.
        widest: the most numbers any row has; words that no heading explains are columns only if the rows need them.
    """
    tokens: list[str] = []
    apart: set[int] = set()
    for line in lines:
        pieces = [squeeze(token) for token in _close_up(line.split())]
        for index, (left, right) in enumerate(pairwise(pieces)):
            if lexicon.heading(left) and lexicon.heading(right):
                apart.add(len(tokens) + index + 1)
        tokens.extend(pieces)
    segments = lexicon.segment(tokens, frozenset(apart))
    if any(not segment.heading.known for segment in segments):
        woven = lexicon.segment(_unweave(tokens, lexicon))
        if _unknown(woven) < _unknown(segments):
            segments = woven
    segments = _sides(segments) if two_sided else segments
    known = _header([Node(segment) for segment in segments if segment.heading.known], _strange(segments))
    known = _without_third_side(known) if two_sided else known
    if len(known.money) >= widest or not known.unexplained:
        return known
    whole = _header([Node(segment) for segment in segments], "")
    return whole if len(whole.money) == widest else known


def _without_third_side(header: Header) -> Header:
    """A table that prints its expenditure twice, 按功能 and 按支出性质, has the columns of one: the rows tell which is which."""
    labels = [i for i, column in enumerate(header.columns) if column.role == "label"]
    if len(labels) != 3 or header.columns[labels[2]].lane not in ("支出", ""):
        return header
    return replace(header, columns=header.columns[: labels[2]], sums=())


def _strange(segments: Sequence[Segment]) -> str:
    return "".join(segment.text for segment in segments if not segment.heading.known)


def _unknown(segments: Sequence[Segment]) -> int:
    return len(_strange(segments))


def _close_up(words: Sequence[str]) -> list[str]:
    """Letter-spaced words as one, so that `收 入` and `支 出` stay two."""
    closed: list[str] = []
    for word in words:
        if len(word) == 1 and closed and len(closed[-1]) == 1:
            closed[-1] += word
        else:
            closed.append(word)
    return closed


def _sides(segments: Sequence[Segment]) -> list[Segment]:
    """The two headings over a two-sided table, whatever their words (`本年收入`, `财政拨款支出`), as 收入 and 支出."""
    first = next((i for i, segment in enumerate(segments) if segment.heading.role == "label"), 0)
    named = [i for i in range(first) if segments[i].heading.role == "lane"]
    if len(named) == 2 or first < 2:
        return list(segments)
    over: list[list[Segment]] = [[], []]
    side = 0
    for segment in segments[:first]:
        if side == 0 and over[0] and any("支出" in piece.text for piece in (segment,)):
            side = 1
        over[side].append(segment)
    if not over[1]:
        return list(segments)
    lanes = [
        Segment("".join(piece.text for piece in pieces), Heading(name, "lane", children, flat=flat))
        for pieces, name, children, flat in zip(over, ("收入", "支出"), _LANE_CHILDREN, (True, False), strict=True)
    ]
    return [*lanes, *segments[first:]]


def _with_sides(rows: Sequence[Line], lexicon: Lexicon) -> Sequence[Line]:
    """The head of a two-sided table in one row, `收入（项目） | 预算数 | 支出（项目） | 预算数`, with its two sides as a row above."""
    if len(rows) != 1:
        return rows
    cells = [cell for cell in rows[0].cells if squeeze(cell.text)]
    found = [lexicon.heading_of_cell(squeeze(cell.text)) for cell in cells]
    names = [
        at for at, segment in enumerate(found) if segment is not None and segment.heading.role in ("label", "lane")
    ]
    if len(names) != 2 or names[0] != 0 or names[1] < 2 or names[1] == len(cells) - 1:
        return rows
    if any(cells[at].colspan > 1 for at in names):
        return rows
    left, right = cells[names[0]], cells[names[1]]
    stop = max(cell.column + cell.colspan for cell in cells)
    sides = (
        replace(left, text="收入", colspan=right.column - left.column, rowspan=1),
        replace(right, text="支出", colspan=stop - right.column, rowspan=1),
    )
    under = tuple(replace(cell, text="项目") if cell in (left, right) else cell for cell in cells)
    return [replace(rows[0], cells=sides), replace(rows[0], cells=under)]


def header_of_grid(
    rows: Sequence[Line], lexicon: Lexicon, two_sided: bool = False, body: Sequence[Line] = ()
) -> Header:
    """Columns from the header rows of a grid: by its spans where it has them, else hung by their words, else by blanks.

    Args:
        body: the rows beneath, which tell what a column holds whose heading no word explains.
    """
    rows = _with_sides(rows, lexicon) if two_sided else rows
    if has_spans(rows):
        spanned = _header_of_stacks(stacks(rows), lexicon, two_sided, body)
        if spanned is not None:
            return spanned
    nodes: list[Node] = []
    unknown: list[str] = []
    for row_index, row in enumerate(rows):
        for cell in row.cells:
            text = squeeze(cell.text)
            if not text:
                continue
            segment = lexicon.heading_of_cell(text) or _without_formula(text, lexicon)
            if segment is None:
                unknown.append(text)
                segment = Segment(text, Heading(text, known=False))
            nodes.append(Node(segment, grid_column=cell.column, grid_row=row_index))
    if two_sided and nodes:
        sided = _sides([node.segment for node in nodes])
        if len(sided) == len(nodes):
            for node, segment in zip(nodes, sided, strict=True):
                node.segment = segment
            unknown = [node.segment.text for node in nodes if not node.segment.heading.known]
    if not unknown:
        header = _header(nodes, "")
        return replace(header, trusted_grid=_grid_agrees(header) and None not in header.strips)
    return _geometric(rows, lexicon) or _header(nodes, "".join(unknown))


def _header_of_stacks(
    over: Sequence[Sequence[SpannedCell]], lexicon: Lexicon, two_sided: bool, body: Sequence[Line]
) -> Header | None:
    def find(text: str) -> Segment | None:
        return lexicon.heading_of_cell(text) or _without_formula(text, lexicon)

    judged = roles_from_body(over, find, body)
    nodes: dict[int, Node] = {}
    tops: list[Node] = []
    for stack in over:
        parent: Node | None = None
        for cell in stack:
            node = nodes.get(id(cell))
            if node is None:
                segment = find(cell.text) or Segment(cell.text, judged.get(id(cell)) or Heading(cell.text, known=False))
                node = Node(segment, parent, [], cell.column, cell.row, cell.column_stop)
                nodes[id(cell)] = node
                (parent.children if parent else tops).append(node)
            parent = node
    if two_sided:
        _name_sides(tops)
    header = _assembled(tops, "")
    if not header.money or None in header.strips:
        return None
    return replace(header, trusted_grid=True)


def _name_sides(tops: list[Node]) -> None:
    """Give the two sides of a two-sided table their official headings, whatever stands over them (本年收入, 预算安排)."""
    firsts = [at for at, top in enumerate(tops) if any(leaf.heading.role == "label" for leaf in leaves_of(top))]
    if len(firsts) != 2:
        return
    for name, sides, children, flat in zip(
        ("收入", "支出"), (tops[: firsts[1]], tops[firsts[1] :]), _LANE_CHILDREN, (True, False), strict=True
    ):
        if len(sides) == 1 and sides[0].children:
            text = sides[0].segment.text
            sides[0].segment = Segment(text, Heading(name, "lane", children, flat=flat))
            continue
        over = Node(Segment(name, Heading(name, "lane", children, flat=flat)), None, list(sides))
        over.grid_column = sides[0].grid_column
        for side in sides:
            side.parent = over
        tops[tops.index(sides[0]) : tops.index(sides[-1]) + 1] = [over]


def header_of_places(
    head: Sequence[Line], lexicon: Lexicon, two_sided: bool = False
) -> tuple[Header, list[Stack]] | None:
    """Columns of a head printed without rules, by where its pieces stand; the header's grid columns count the stacks."""
    columns, over = columns_of_head(head, lexicon)
    header = _header_of_stacks(over, lexicon, two_sided, ())
    if header is None or header.strips or not _grid_agrees(header) or len(header.columns) != len(columns):
        return None
    return header, columns


def _without_formula(text: str, lexicon: Lexicon) -> Segment | None:
    bare = text.split("（")[0] if text.endswith("）") else text
    found = lexicon.heading(bare) if bare != text else None
    return Segment(text, found.heading, found.year) if found else None


def _unweave(tokens: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Join interleaved wrapped pieces: each piece that starts no heading is moved behind the piece it completes."""
    joined: list[str] = []
    pending = list(tokens)
    while pending:
        head = pending.pop(0)
        if lexicon.heading(head) is None:
            head = _complete(head, pending, lexicon)
        joined.append(head)
    return joined


def _complete(head: str, pending: list[str], lexicon: Lexicon) -> str:
    """The heading that a piece begins, made with one or two of the next pieces, which are taken; or the piece itself."""
    for reach in range(min(6, len(pending))):
        two = head + pending[reach]
        if lexicon.heading(two):
            del pending[reach]
            return two
        for further in range(reach + 1, min(reach + 7, len(pending))):
            three = two + pending[further]
            if lexicon.heading(three):
                del pending[further], pending[reach]
                return three
    return head


def _header(nodes: list[Node], unexplained: str) -> Header:
    tops: list[Node] = []
    before: Node | None = None
    for index, node in enumerate(nodes):
        parent = parent_for(node, [group for top in tops for group in groups_of(top)], nodes[index + 1 :], before)
        before = parent
        if parent is None and node.heading.total and any(top.segment.text == node.segment.text for top in tops):
            continue  # a second 合计 at the top is the first body row, not a column
        node.parent = parent
        (parent.children if parent else tops).append(node)
    return _assembled(tops, unexplained)


def _assembled(tops: Sequence[Node], unexplained: str) -> Header:
    """The header of a finished tree of headings."""
    leaves = [leaf for top in tops for leaf in leaves_of(top)]
    columns = tuple(
        Column(
            tuple(_printed(step) for step in leaf.path()),
            tuple(step.segment for step in leaf.path()),
            leaf.grid_column,
            leaf.grid_stop,
        )
        for leaf in leaves
    )
    for spanning in range(4):  # 人员经费 | 公用经费 over the strips are no columns
        strips = _strips(columns[spanning:])
        if len(strips) > 1:
            return Header(_one_strip(columns[spanning:], len(strips)), unexplained, strips=strips)
        if spanning == len(columns) or columns[spanning].role != "money":
            break
    money = [leaf for leaf, column in zip(leaves, columns, strict=True) if column.role == "money"]
    return Header(columns, unexplained, tuple(sums_of(tops, money)))


def _one_strip(columns: Sequence[Column], count: int) -> tuple[Column, ...]:
    """The columns of every strip alike: what stands over one strip only (人员经费 beside 公用经费) says nothing of the others."""
    size = len(columns) // count
    alike = all(column.path == columns[at % size].path for at, column in enumerate(columns[: size * count]))
    if alike:
        return tuple(columns[:size])
    return tuple(replace(column, path=column.path[-1:], segments=column.segments[-1:]) for column in columns[:size])


def _strips(columns: Sequence[Column]) -> tuple[int | None, ...]:
    """The first grid column of every strip of a table whose head says the same two or more times over, codes first."""
    names = [column.heading.name for column in columns]
    for count in (4, 3, 2):
        size, rest = divmod(len(columns), count)
        if rest or size < 3 or names != names[:size] * count or columns[0].role != "code":
            continue
        if columns[size - 1].role == "money":
            return tuple(columns[strip * size].grid_column for strip in range(count))
    return ()


def _printed(node: Node) -> str:
    text = node.segment.text
    return text.split("（")[0] if text.endswith("）") and text[:-1].rpartition("（")[2].isascii() else text


def _grid_agrees(header: Header) -> bool:
    """Whether the leaves' grid columns rise strictly from left to right, as they must if the grid was kept."""
    columns = [column.grid_column for column in header.columns]
    if any(column is None for column in columns):
        return False
    known = [column for column in columns if column is not None]
    return all(left < right for left, right in itertools.pairwise(known))


def _geometric(rows: Sequence[Line], lexicon: Lexicon) -> Header | None:
    """Paths from the grid alone: a blank right of a heading is spanned by it where something stands below."""
    width = max((cell.column + cell.colspan for row in rows for cell in row.cells), default=0)
    table = [["" for _ in range(width)] for _ in rows]
    for r, row in enumerate(rows):
        for cell in row.cells:
            table[r][cell.column] = squeeze(cell.text)
            for extra in range(1, cell.colspan):
                table[r][cell.column + extra] = table[r][cell.column]
    shared: dict[tuple[int, int], Segment] = {}
    columns: list[Column] = []
    for c in range(width):
        path: list[Segment] = []
        for r in range(len(rows)):
            at = c
            if not table[r][c] and any(table[below][c] for below in range(r + 1, len(rows))):
                while at > 0 and not table[r][at]:
                    at -= 1
                    if r and table[r - 1][at + 1] and table[r - 1][at + 1] != table[r - 1][at]:
                        break
            text = table[r][at]
            if text and (not path or path[-1].text != text):
                if (r, at) not in shared:
                    found = lexicon.heading(text) or _without_formula(text, lexicon)
                    shared[r, at] = Segment(
                        text, found.heading if found else Heading(text), found.year if found else None
                    )
                path.append(shared[r, at])
        if path:
            columns.append(Column(tuple(segment.text for segment in path), tuple(path), c))
    if len({column.path for column in columns}) < len(columns) or not columns:
        return None
    if any(column.heading.role == "money" and fold(column.path[-1]).isdigit() for column in columns):
        return None
    return Header(tuple(columns), "", tuple(_column_sums(columns)), trusted_grid=True)


def _column_sums(columns: Sequence[Column]) -> list[tuple[int, tuple[int, ...]]]:
    """Row identities of a geometric head: a total equals its sisters, groups standing for themselves by their own total."""
    money = [column for column in columns if column.role == "money"]
    found = []
    for number, column in enumerate(money):
        if not column.heading.total:
            continue
        prefix = column.path[:-1]
        parts: list[int] = []
        done: set[tuple[str, ...]] = set()
        for other, sister in enumerate(money):
            if other == number or sister.path[: len(prefix)] != prefix or not sister.heading.additive:
                continue
            group = sister.path[: len(prefix) + 1]
            if len(sister.path) > len(prefix) + 1:
                own = [i for i, m in enumerate(money) if m.path[:-1] == group and m.heading.total]
                if own and group not in done:
                    parts.append(own[0])
                elif not own:
                    parts.append(other)
                done.add(group)
            elif not sister.heading.total:
                parts.append(other)
        if parts:
            found.append((number, tuple(parts)))
    return found

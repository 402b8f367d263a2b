"""Performance sheets on pages without rules (and scans), brought back to grids by where their pieces stand.

A sheet's lines become rows of a grid, one grid a page, its columns counted in points; `sheets.grids` reads them as it reads a ruled page. A
sheet whose places leave a doubt stays lines of text and is read as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mbkg.amounts import is_number
from mbkg.documents import Document, GridCell, Line
from mbkg.sheets.grids.heads import label_role, role_of
from mbkg.sheets.places.body import GridRow, over_several, rows_of
from mbkg.sheets.places.columns import Head, head_at, known
from mbkg.sheets.places.front import FrontRow, front_rows
from mbkg.sheets.places.pieces import Piece, Stack, cells_down, letter_height, pieces_of
from mbkg.sheets.scan import find_titles
from mbkg.sheets.scan import rows_of as text_rows
from mbkg.sheets.vocabulary import heading_key, words

_PAGE = 100_000.0  # points between two pages where pieces of both are held in one order
_OVER_INDICATORS = {"level1", "level2", "level3", "target", "value"}
_GROUP = 20  # characters of a line that names a group of rows
_FAR = 90  # lines in which the headings of the indicators follow the name of a sheet


@dataclass(slots=True)
class PlacedSheets:
    """The document with its sheets as grids, and for each of their rows the lines it was printed in."""

    document: Document
    lines: dict[int, set[int]] = field(default_factory=dict)

    def all_of(self, numbers: set[int]) -> set[int]:
        """Line numbers together with those of the lines that make up one row with them."""
        return numbers.union(*(self.lines.get(number, set()) for number in numbers))


@dataclass(frozen=True, slots=True)
class _Placed:
    """One line and its pieces, from top to bottom over all pages."""

    line: Line
    pieces: tuple[Piece, ...]
    title: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """One sheet or list: where it starts, its headings, and the line behind its last."""

    start: int
    head: Head
    name: Stack | None  # None for a list
    end: int


def place_sheets(document: Document) -> PlacedSheets:
    """Turn the sheets of pages without rules into grids, where their places leave no doubt."""
    if not any(line.words for line in document.lines):
        return PlacedSheets(document)
    lines, titled = _lines(document)
    height = letter_height(piece for line in lines for piece in line.pieces)
    out = PlacedSheets(document)
    made: dict[int, Line] = {}
    gone: set[int] = set()
    grid = max((line.grid for line in document.lines if line.grid is not None), default=0)
    for block in _blocks(lines, titled, height):
        rows = _rows(block, lines)
        if rows is None:
            continue
        built, grid = _built(rows, lines, grid)
        if built is None:
            continue
        made.update({line.number: line for line, _ in built})
        for line, own in built:
            out.lines[line.number] = own
            gone |= own
    kept = [made.get(line.number, line) for line in document.lines if line.number in made or line.number not in gone]
    out.document = replace(document, lines=tuple(kept))
    return out


def _lines(document: Document) -> tuple[list[_Placed], set[int]]:
    """The lines that know their places, page numbers left out, and the indices of titles among them."""
    rows = text_rows(document)
    titles = {rows[title.index].number for title in find_titles(rows)}
    last = {line.page: line.number for line in document.lines}
    out: list[_Placed] = []
    titled: set[int] = set()
    for line, row in zip(document.lines, rows, strict=True):
        if not line.words or line.is_grid or row.page_number or (row.bare_number and last[line.page] == line.number):
            continue
        if line.number in titles:
            titled.add(len(out))
        shift = _PAGE * (line.page or 0)
        pieces = tuple(
            Piece(p.text, (p.box[0], p.box[1] + shift, p.box[2], p.box[3] + shift), p.line) for p in pieces_of(line)
        )
        out.append(_Placed(line, pieces, line.number in titles))
    return out, titled


# Where sheets begin and end


def _blocks(lines: Sequence[_Placed], titled: set[int], height: float) -> list[_Block]:
    pieces = [line.pieces for line in lines]
    starts: list[tuple[int, Head | None, Stack | None]] = []
    until = 0
    for index in range(len(lines)):
        if index < until:
            continue
        own = letter_height(lines[index].pieces) or height
        name = _name_at(pieces, index, own)
        if name is not None:
            starts.append((index, None, name))
            until = index + 1
            continue
        head = head_at(pieces, index, own)
        if head is not None and _opens_list(head):
            same = starts and starts[-1][1] is not None and _texts(starts[-1][1]) == _texts(head)
            if not same:
                starts.append((_first(lines, head, index), head, None))
            until = _behind(lines, head, index)
    out = []
    for which, (start, listed, name) in enumerate(starts):
        limit = starts[which + 1][0] if which + 1 < len(starts) else len(lines)
        found = listed or _indicator_head(pieces, start, limit)
        if found is not None:
            out.append(_Block(start, found, name, _end(lines, titled, start, limit, found)))
    return out


def _texts(head: Head | None) -> list[str]:
    return [column.text for column in head.columns] if head is not None else []


def _first(lines: Sequence[_Placed], head: Head, index: int) -> int:
    while index > 0 and lines[index - 1].line.number in head.lines:
        index -= 1
    return index


def _behind(lines: Sequence[_Placed], head: Head, index: int) -> int:
    while index < len(lines) and lines[index].line.number in head.lines:
        index += 1
    return index


def _name_at(pieces: Sequence[Sequence[Piece]], index: int, height: float) -> Stack | None:
    """The name label that begins in a line, whole or wrapped in its column, if a name and no heading stands beside it."""
    line = pieces[index]
    if not line:
        return None
    lead = line[0]
    column = [lead]
    for other in pieces[index + 1 : index + 5]:
        column += [p for p in other[:1] if p.box[0] < lead.box[2] and p.box[2] > lead.box[0]]
    name = cells_down(column, height)[0]
    label, mark, _ = name.text.replace(":", "：").partition("：")
    if label_role(label) != "name":
        return None
    beside = [p for line in pieces[max(0, index - 3) : index + 5] for p in line if abs(p.middle - name.middle) < height]
    values = sorted((p for p in beside if p.box[0] > name.right), key=lambda p: p.box[0])
    return name if mark or not values or not known(values[0].text) else None


def _opens_list(head: Head) -> bool:
    roles = {column.role for column in head.columns}
    if "name" not in roles:
        return False
    return "level3" in roles or {"goal", "budget"} <= roles or bool({"score", "grade"} & roles and len(roles) > 2)


def _indicator_head(pieces: Sequence[Sequence[Piece]], start: int, limit: int) -> Head | None:
    for index in range(start + 1, min(limit, start + _FAR)):
        if sum(role_of(p.text) in _OVER_INDICATORS for p in pieces[index]) < 2:
            continue
        head = head_at(pieces, index, letter_height(pieces[index]))
        if head is not None:
            roles = {column.role for column in head.columns}
            if len(roles & _OVER_INDICATORS) > 1 and roles & {"level1", "level2", "level3"}:
                return head
    return None


def _end(lines: Sequence[_Placed], titled: set[int], start: int, limit: int, head: Head) -> int:
    """The line behind a sheet's last: a title, or what lies across its columns, ends it."""
    numbers = head.lines
    begun = max(at for at in range(start, limit) if lines[at].line.number in numbers) + 1
    vocabulary = words()
    pieces = [line.pieces for line in lines]
    until = begun
    for at in range(begun, limit):
        if at < until:
            continue
        line = lines[at]
        if at in titled and _goes_on(pieces, titled, start, at, head):
            continue
        if at in titled or vocabulary.ends_always.search(line.line.text.strip()):
            return at
        again = head_at(pieces, at, letter_height(line.pieces))
        if again is not None and _texts(again) == _texts(head):
            head, until = again, _behind(lines, again, at)
            continue
        crossing = [p for p in line.pieces if over_several(p, head) and heading_key(p.text) not in vocabulary.totals]
        if crossing and not (at + 1 < limit and _is_group(line, lines[at + 1], head)):
            return at
    return limit


def _goes_on(pieces: Sequence[Sequence[Piece]], titled: set[int], start: int, at: int, head: Head) -> bool:
    """Whether a title is the one above the sheet, printed again over the same headings on its next page."""
    above = max((index for index in titled if index < start), default=None)
    if above is None or [p.text for p in pieces[above]] != [p.text for p in pieces[at]]:
        return False
    again = (head_at(pieces, n, letter_height(pieces[n])) for n in range(at + 1, min(at + 5, len(pieces))))
    return any(_texts(found) == _texts(head) for found in again if found is not None)


def _is_group(line: _Placed, below: _Placed, head: Head) -> bool:
    """Whether a line names a group of the rows of a list: a short text at its left, with a row of the list below."""
    if head.has("level3") or len(line.pieces) != 1 or len(line.pieces[0].text) > _GROUP:
        return False
    first = head.columns[0]
    leads = line.pieces[0].box[0] < first.right
    return leads and len(below.pieces) > 2 and not any(over_several(p, head) for p in below.pieces)


# A block as rows


@dataclass(slots=True)
class _Row:
    """One row of a grid in the making: its cells, its page, the lines it was printed in."""

    cells: list[GridCell]
    page: int | None
    lines: set[int]
    figures: dict[int, tuple[int, int]]  # line to how many figures and pieces of the row it holds


def _rows(block: _Block, lines: Sequence[_Placed]) -> list[_Row] | None:
    numbers = block.head.lines
    inside = [at for at in range(block.start, block.end) if lines[at].line.number in numbers]
    if not inside:
        return None
    page_of = {line.line.number: line.line.page for line in lines}
    out: list[_Row] = []
    if block.name is not None:
        front = [p for at in range(block.start, inside[0]) for p in lines[at].pieces]
        built = front_rows(front, block.name, letter_height(front))
        if built is None:
            return None
        first = lines[block.start].line.page
        for row in built:
            if row.cells:
                out.append(_front_row(row, page_of))
                if (
                    out[-1].page != first and out[-1].cells[0].column > block.name.right
                ):  # its label stands on the page before
                    out[-1].cells.insert(0, GridCell("", int(block.name.left), int(block.name.right - block.name.left)))
    body = [lines[at] for at in range(block.start, block.end) if at > inside[-1]]
    height = letter_height(p for line in body for p in line.pieces)
    pages: list[list[Piece]] = []
    heads: list[Head] = []
    own_head = [True]
    groups: list[Piece] = []
    at, page = 0, lines[inside[-1]].line.page
    pages.append([])
    heads.append(block.head)
    pieces = [line.pieces for line in body]
    while at < len(body):
        if body[at].line.page != page:
            page = body[at].line.page
            pages.append([])
            heads.append(heads[-1])
            own_head.append(False)
            repeated = [
                (n, h)
                for n in range(at, min(at + (5 if body[at].title else 3), len(body)))
                if (h := head_at(pieces, n, height)) is not None and _texts(h) == _texts(block.head)
            ]
            if repeated:
                number, heads[-1] = repeated[0]
                own_head[-1] = True
                at = _behind(body, repeated[0][1], number)
                continue
        if at + 1 < len(body) and _is_group(body[at], body[at + 1], heads[-1]):
            groups += [p for p in pieces[at] if over_several(p, heads[-1])]
        pages[-1] += pieces[at]
        at += 1
    found = rows_of(pages, heads, height, groups)
    if found is None or not any(found):
        return None
    for head, printed, rows in zip(heads, own_head, found, strict=True):
        if printed:
            out.append(_head_row(head, page_of))
        out += [_body_row(row, head, page_of) for row in rows]
    return out


def _figures(cells: Sequence[Stack]) -> dict[int, tuple[int, int]]:
    held: dict[int, tuple[int, int]] = {}
    for piece in (piece for cell in cells for piece in cell.pieces):
        figures, count = held.get(piece.line, (0, 0))
        held[piece.line] = (figures + is_number(piece.text), count + 1)
    return held


def _front_row(row: FrontRow, page_of: dict[int, int | None]) -> _Row:
    cells = [GridCell(each.cell.text, each.left, each.right - each.left) for each in row.cells]
    return _Row(cells, page_of[min(row.lines)], row.lines, _figures([each.cell for each in row.cells]))


def _head_row(head: Head, page_of: dict[int, int | None]) -> _Row:
    cells = [GridCell(column.text, column.start, column.width) for column in head.columns]
    stacks = [Stack((piece,)) for piece in head.pieces]
    return _Row(cells, page_of[min(head.lines)], head.lines, _figures(stacks))


def _body_row(row: GridRow, head: Head, page_of: dict[int, int | None]) -> _Row:
    cells = [
        GridCell(row.cells[n].text if n in row.cells else "", column.start, column.width, row.spans.get(n, 1))
        for n, column in enumerate(head.columns)
        if n not in row.reached
    ]
    free = [GridCell(cell.text, int(cell.left), max(1, int(cell.right) - int(cell.left))) for cell in row.free]
    cells = [*free, *(cell for cell in cells if not any(_meet(cell, other) for other in free))] if row.cells else free
    return _Row(cells, page_of[min(row.lines)], row.lines, _figures([*row.cells.values(), *row.free]))


def _meet(cell: GridCell, other: GridCell) -> bool:
    return cell.column < other.column + other.colspan and other.column < cell.column + cell.colspan


def _built(rows: Sequence[_Row], lines: Sequence[_Placed], grid: int) -> tuple[list[tuple[Line, set[int]]] | None, int]:
    """The rows as lines, each under the number of the line that holds most of its figures; None where two want one line."""
    by_number = {line.line.number: line.line for line in lines}
    used: set[int] = set()
    out: list[tuple[Line, set[int]]] = []
    page: int | None = None
    for at, row in enumerate(rows):
        if at == 0 or row.page != page:
            grid, page = grid + 1, row.page
        free = [number for number in row.figures if number not in used]
        if not free:
            return None, grid
        number = max(free, key=lambda n: (row.figures[n], -n))
        used.add(number)
        cells = tuple(sorted(row.cells, key=lambda cell: cell.column))
        text = "\t".join(cell.text for cell in cells)
        own = {n for n in row.lines if by_number[n].page == row.page}
        sure = min(by_number[n].confidence for n in own | {number})
        line = replace(by_number[number], text=text, cells=cells, words=(), grid=grid, row=at + 1, confidence=sure)
        out.append((line, own))
    anchors = {line.number for line, _ in out}
    return [(line, (own - anchors) | {line.number}) for line, own in out], grid

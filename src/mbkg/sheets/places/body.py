"""The rows under the headings of a sheet or a list, brought back to a grid.

What every row prints for itself (name of the indicator, target, result) tells the rows; what is printed once for several rows (levels,
project, goal) is given the row it begins in. Where two readings of the places are possible and differ, there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mbkg.amounts import is_number
from mbkg.indicators import comparators, looks_like_target
from mbkg.labels import squeeze
from mbkg.sheets.grids.heads import label_role, plain
from mbkg.sheets.levels import is_level, is_level1, is_level2, taxonomy
from mbkg.sheets.places.columns import Band, Head, bands_of, match
from mbkg.sheets.places.pieces import Piece, Stack, cells_down, clusters, stack_of
from mbkg.sheets.places.spans import Extent, Setting, begun_at_middle, begun_at_top, settings_shown
from mbkg.sheets.vocabulary import heading_key, without_weight, words

OWN = frozenset(
    {"level3", "target", "value", "actual", "score", "completion", "nature", "unit", "deviation", "weight", "direction"}
)
"""Roles of the columns that every row of indicators prints for itself."""
_SHARED = frozenset({"unit_name", "category", "goal", "unit"})
"""Roles of the columns of a list that may print one thing for several of its rows."""
_TELLING = ("target", "value", "score", "actual", "completion", "weight")


@dataclass(slots=True)
class GridRow:
    """One row: its cells by the number of their column, and the lines it was printed in."""

    cells: dict[int, Stack] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)  # over how many rows a cell reaches for certain
    reached: set[int] = field(default_factory=set)  # columns of cells that reach into it from above
    free: list[Stack] = field(default_factory=list)  # of a remark: cells under no heading
    lines: set[int] = field(default_factory=set)

    def put(self, column: int, cell: Stack) -> None:
        self.cells[column] = cell
        self.lines |= {piece.line for piece in cell.pieces}


def columns_of(pages: Sequence[Sequence[Piece]], head: Head) -> dict[Piece, int] | None:
    """For every piece the number of its heading, -1 for the words beside the rows; None where the places leave a doubt."""
    vocabulary = words()
    left = min((c.left for c in head.columns if c.role), default=0.0)
    told = [
        piece
        for page in pages
        for piece in page
        if heading_key(piece.text) not in vocabulary.totals and not over_several(piece, head)
    ]
    bands = bands_of(told)
    outside = [b for b in bands if b.right < left and _beside(b, told)]
    inner = [band for band in bands if band not in outside]
    at = match(inner, head.columns)
    if at is None:
        return None
    out: dict[Piece, int] = {}
    for piece in (piece for page in pages for piece in page):
        under = [n for n, b in enumerate(inner) if min(piece.box[2], b.right) - max(piece.box[0], b.left) > 0]
        if under:
            if len({at[n] for n in under}) > 1 and is_number(piece.text):
                return None
            out[piece] = at[under[0]]
        elif any(min(piece.box[2], b.right) - max(piece.box[0], b.left) > 0 for b in outside):
            out[piece] = -1
        else:
            middle = (piece.box[0] + piece.box[2]) / 2
            out[piece] = min(
                range(len(head.columns)), key=lambda n: abs((head.columns[n].left + head.columns[n].right) / 2 - middle)
            )
    return out


def _beside(band: Band, pieces: Sequence[Piece]) -> bool:
    """Whether a stretch left of the headings holds nothing but the words beside rows (绩效指标), whole or letter by letter."""
    held = [piece for piece in pieces if min(piece.box[2], band.right) - max(piece.box[0], band.left) > 0]
    text = "".join(squeeze(piece.text) for piece in held)
    return all(letter in "".join(words().side) for letter in text)


def over_several(piece: Piece, head: Head) -> bool:
    """Whether a piece lies across several headings: a sentence or a title, no cell."""
    return sum(min(piece.box[2], c.right) - max(piece.box[0], c.left) > 1 for c in head.columns) > 1


def rows_of(
    pages: Sequence[Sequence[Piece]], heads: Sequence[Head], height: float, groups: Sequence[Piece] = ()
) -> list[list[GridRow]] | None:
    """The rows of every page; None where they cannot be told without doubt.

    Args:
        heads: the headings over every page; a page without its own goes on under those of the page before.
        groups: pieces that stand for themselves in a row, over a group of rows.
    """
    out: list[list[GridRow]] = []
    parted: list[tuple[list[GridRow], dict[int, list[Stack]]]] = []
    remarks = [[*_remarks(page), *([p] for p in page if p in groups)] for page in pages]
    told = [[p for p in page if not any(p in r for r in found)] for page, found in zip(pages, remarks, strict=True)]
    at: dict[Piece, int] = {}
    for head in dict.fromkeys(heads):
        own = [page for page, over in zip(told, heads, strict=True) if over is head]
        found = columns_of(own, head) or _page_by_page(own, head)
        if found is None:
            return None
        at |= found
    shown: set[Setting] = set()
    for page, head in zip(told, heads, strict=True):
        under = _rows_under(page, head, at, height)
        if under is None:
            return None
        repeated = _repeated(head)
        shown |= settings_shown([[c for n, c in row.cells.items() if n in repeated] for row in under[0]], height)
        parted.append(under)
    for number, (rows, spanning) in enumerate(parted):
        if not _settle(rows, spanning, heads[number], height, shown, first=number == 0):
            return None
        for remark in remarks[number]:
            rows.append(GridRow(free=[Stack((p,)) for p in remark], lines={p.line for p in remark}))
        out.append(sorted(rows, key=_top))
    return out


def _repeated(head: Head) -> set[int]:
    """The columns that every row prints for itself."""
    leveled = head.has("level3") or head.has("level2")
    return {n for n, c in enumerate(head.columns) if c.role in OWN or not leveled}


def _rows_under(
    page: Sequence[Piece], head: Head, at: dict[Piece, int], height: float
) -> tuple[list[GridRow], dict[int, list[Stack]]] | None:
    """The rows of a page; where names stand over several rows, those that the other columns tell."""
    own = _repeated(head)
    if not any(at[piece] in own for piece in page):
        own = set(range(len(head.columns)))
    found = _page_rows(page, head, at, own, height)
    if found is None:
        for roles in [{"level3"}] if head.has("level3") else [_SHARED, {"grade"}]:
            own -= {n for n, c in enumerate(head.columns) if c.role in roles}
            found = found or (_page_rows(page, head, at, own, height) if own else None)
    return found


def _page_by_page(pages: Sequence[Sequence[Piece]], head: Head) -> dict[Piece, int] | None:
    """The headings of pieces where pages are set differently: those that go on without headings print something under every one."""
    out = columns_of(pages[:1], head)
    side = sum(1 for c in head.columns if not c.role and heading_key(c.text) in words().side)
    for page in pages[1:]:
        bands = bands_of([p for p in page if heading_key(p.text) not in words().totals])
        beside = bands[:1] if bands and _beside(bands[0], page) else []
        skipped = len(head.columns) - len(bands) + len(beside)
        if out is None or skipped not in (0, side):
            return None
        for piece in page:
            under = [n for n, b in enumerate(bands) if min(piece.box[2], b.right) - max(piece.box[0], b.left) > 0]
            if len(under) != 1:
                return None
            number = under[0] - len(beside)
            out[piece] = number + skipped if number >= 0 else -1
    return out


def _remarks(page: Sequence[Piece]) -> list[list[Piece]]:
    """Rows that say something of the whole sheet (说明, 自评等级): led by such a label, with nothing but its value beside it."""
    vocabulary = words()
    out = []
    for piece in page:
        key = plain(squeeze(piece.text))
        role = vocabulary.columns.get(key, "")
        if (
            key in vocabulary.notes
            or label_role(piece.text)
            or role == "deviation"
            or vocabulary.summary.get(key) == "grade"
        ):
            row = [p for p in page if abs(p.middle - piece.middle) < 0.5 * piece.height]
            if len(row) <= 2 and row[0] is piece:
                out.append(row)
    return out


def _page_rows(
    page: Sequence[Piece], head: Head, at: dict[Piece, int], own: set[int], height: float
) -> tuple[list[GridRow], dict[int, list[Stack]]] | None:
    """The rows that a page's own columns tell, and the cells of its other columns."""
    rows: list[GridRow] = []
    rest = [piece for piece in page if at[piece] >= 0]
    for total in _totals(page, at, own):
        row = GridRow()
        for piece in total:
            if at[piece] < 0:
                row.free.append(Stack((piece,)))
                row.lines.add(piece.line)
            else:
                row.put(at[piece], Stack((piece,)))
        rows.append(row)
        rest = [piece for piece in rest if piece not in total]
    rights: dict[int, float] = {}
    for piece in rest:
        rights[at[piece]] = max(rights.get(at[piece], 0.0), piece.box[2])
    for cluster in clusters([piece for piece in rest if at[piece] in own], height):
        row = GridRow()
        for column in sorted({at[piece] for piece in cluster}):
            row.put(column, stack_of([piece for piece in cluster if at[piece] == column]))
        if _several(row, head, rights):
            return None
        rows.append(row)
    rows.sort(key=_top)
    others = {
        column: cells_down([piece for piece in rest if at[piece] == column], height)
        for column in sorted({at[piece] for piece in rest} - own)
    }
    for column in (n for n in others if head.columns[n].role in ("level1", "level2")):
        for cell in others[column]:
            if _stands_alone(cell, rows):
                row = GridRow()
                row.put(column, cell)
                rows.append(row)
    return sorted(rows, key=_top), others


def _stands_alone(cell: Stack, rows: Sequence[GridRow]) -> bool:
    """Whether a level has a row to itself, whose other cells are blank: it lies as far from the rows around it as they from each other."""
    extents = sorted((_extent(row) for row in rows), key=lambda each: each.top)
    gaps = [b.top - a.bottom for a, b in pairwise(extents)]
    away = [max(each.top - cell.bottom, cell.top - each.bottom) for each in extents]
    return is_level(cell.text) and bool(gaps) and min(away) >= 0.8 * min(gaps) > 0


def _totals(pieces: Sequence[Piece], at: dict[Piece, int], own: set[int]) -> list[list[Piece]]:
    """Rows of a total: a word for it left of what rows print for themselves, and all that stands at its height."""
    vocabulary = words()
    labels = vocabulary.totals | set(vocabulary.raw["wide"]["total"])
    out = []
    for piece in pieces:
        if _total_key(piece.text) in labels and at[piece] not in own:
            row = [other for other in pieces if abs(other.middle - piece.middle) < 0.5 * piece.height]
            if not any(at[other] in own and not is_number(other.text) and len(other.text) > 1 for other in row):
                out.append(row)
    return out


def _several(row: GridRow, head: Head, rights: dict[int, float]) -> bool:
    """Whether a row holds what must be several: two figures, or two targets, above each other.

    Args:
        rights: how far each column's print goes; a line that leaves room there is not wrapped to the next.
    """
    signs = tuple(word for word, _ in comparators().before if not word[:1].isalpha())
    for number, cell in row.cells.items():
        role = head.columns[number].role
        if role in ("budget", "money") and len(cell.pieces) > 1:
            return True
        if role not in _TELLING:
            continue
        for before, piece in pairwise(cell.pieces):
            text = squeeze(piece.text)
            wrapped = rights[number] - before.box[2] < 1.5 * before.height
            target = text.startswith(signs) or looks_like_target(text)
            if is_number(text) or (target and (not wrapped or looks_like_target(squeeze(before.text)))):
                return True
    return False


def _top(row: GridRow) -> float:
    return min((cell.top for cell in (*row.cells.values(), *row.free)), default=0.0)


def _extent(row: GridRow) -> Extent:
    return Extent(_top(row), max(cell.bottom for cell in row.cells.values()))


# What is printed once for several rows


def _settle(
    rows: list[GridRow],
    spanning: dict[int, list[Stack]],
    head: Head,
    height: float,
    shown: set[Setting],
    *,
    first: bool,
) -> bool:
    """Give every spanning cell the row it begins in; False where that is in doubt."""
    if not any(spanning.values()):
        return True
    plain = [row for row in rows if not _is_total(row)]
    if not plain:
        return False
    extents = [_extent(row) for row in plain]
    begun = {setting: _begun(setting, spanning, extents, height) for setting in ("top", "middle")}
    readings: list[dict[int, list[int]]] = []
    for nested in (True, False):
        held = {
            setting: starts
            for setting, starts in begun.items()
            if starts is not None
            and _holds(starts, spanning, head, len(plain), first=first and setting == "top", nested=nested)
        }
        readings = [held[setting] for setting in held if setting in shown] if len(shown) == 1 else []
        readings = readings or list(held.values())
        if readings:
            break
    if not readings or any(reading != readings[0] for reading in readings):
        return False
    covers = readings[0] == begun["middle"] and readings[0] != begun["top"]
    for column, starts in readings[0].items():
        for start, end, cell in zip(starts, [*starts[1:], len(plain)], spanning[column], strict=True):
            plain[start].put(column, cell)
            if covers and _adjoin(rows, plain[start:end]):
                plain[start].spans[column] = end - start
                for row in plain[start + 1 : end]:
                    row.reached.add(column)
    return True


def _adjoin(rows: Sequence[GridRow], some: Sequence[GridRow]) -> bool:
    """Whether no other row stands between some rows."""
    places = [n for n, row in enumerate(rows) if any(row is each for each in some)]
    return places[-1] - places[0] + 1 == len(places)


def _begun(
    setting: str, spanning: dict[int, list[Stack]], rows: Sequence[Extent], height: float
) -> dict[int, list[int]] | None:
    out: dict[int, list[int]] = {}
    for column, cells in spanning.items():
        placed = (begun_at_top if setting == "top" else begun_at_middle)(cells, rows, height)
        if placed is None:
            return None
        out[column] = placed
    return out


def _is_total(row: GridRow) -> bool:
    labels = words().totals | set(words().raw["wide"]["total"])
    return any(_total_key(cell.text) in labels for cell in (*row.cells.values(), *row.free))


def _total_key(text: str) -> str:
    return heading_key(text.replace(":", "：").partition("：")[0])


def _holds(
    begun: dict[int, list[int]],
    spanning: dict[int, list[Stack]],
    head: Head,
    count: int,
    *,
    first: bool,
    nested: bool,
) -> bool:
    """Whether a reading is one that sheets print: levels nested, each under a level that may hold it, the first row leveled."""
    ones = [n for n, c in enumerate(head.columns) if c.role == "level1" and n in begun]
    twos = [n for n, c in enumerate(head.columns) if c.role == "level2" and n in begun]
    for column in (*ones, *twos):
        if first and begun[column] and begun[column][0] != 0:
            return False
    if not ones or not twos:
        return True
    one, two = ones[0], twos[0]
    if nested and not set(begun[one]) <= set(begun[two]):
        return False
    known = taxonomy()
    level1 = ""
    for row in range(count):
        if row in begun[one]:
            level1 = without_weight(spanning[one][begun[one].index(row)].text)
        if row in begun[two]:
            level2 = without_weight(spanning[two][begun[two].index(row)].text)
            if is_level1(level1) and is_level2(level2) and known.level1[level1] not in known.parents[level2]:
                return False
    return True

"""A table printed without rules, back to a grid by where its pieces stand.

Without rules nothing says where a cell ends, but pieces of one column stand above each other and the pieces of one row beside
each other. Columns are the stacks of the head's pieces; the bands in which the body's pieces stand are matched to them from
left to right. Rows are lines that nearly touch: a wrapped name lies close above and below its amounts. Whatever does not fit is
not forced: then the table is read as flattened text, as if the places were not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf

from mbkg.amounts import is_number
from mbkg.documents import Box, GridCell, Line, Word
from mbkg.labels import squeeze
from mbkg.tables.lexicon import Lexicon, Segment
from mbkg.tables.spanned import SpannedCell

_TOUCHING = 0.42  # of the character height: lines nearer than this are one row
_CLEAR = 0.15  # of the column pitch: how much better a match of bands to columns must be than the next


@dataclass
class Stack:
    """One column of the head: its pieces from top to bottom and the stretch of the page they cover."""

    pieces: list[Word] = field(default_factory=list)

    @property
    def left(self) -> float:
        return min(piece.box[0] for piece in self.pieces)

    @property
    def right(self) -> float:
        return max(piece.box[2] for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Placed:
    """One whole heading and where it stands; `under` are the columns that lie under it for certain."""

    segment: Segment
    box: Box
    under: tuple[int, ...] = ()


@dataclass
class Band:
    """A stretch of the page in which pieces of the body stand above each other, and the edges of those that are amounts."""

    left: float
    right: float
    amounts: list[tuple[float, float]] = field(default_factory=list)


def is_placed(lines: Sequence[Line]) -> bool:
    """Whether all lines of text know where their pieces stand."""
    return bool(lines) and all(line.words and not line.is_grid for line in lines)


def stacks_of(head: Sequence[Line], lexicon: Lexicon) -> tuple[list[Stack], list[Word]]:
    """The columns of a head, left to right, and the pieces that lie over several of them."""
    columns: list[Stack] = []
    over: list[Word] = []
    pieces = _whole([piece for line in head for piece in _words(line, lexicon)], lexicon)
    for piece in sorted(pieces, key=lambda piece: (-piece.box[1], piece.box[0])):
        under = [column for column in columns if _overlap(piece, column) > 0.5]
        if len(under) > 1:
            over.append(piece)
        elif under:
            under[0].pieces.insert(0, piece)
        else:
            columns.append(Stack([piece]))
    return sorted(columns, key=lambda column: column.left), over


def _whole(pieces: Sequence[Word], lexicon: Lexicon) -> list[Word]:
    """The pieces, headings wrapped within their cell made whole: two that nearly touch and only together are known."""
    whole: list[Word] = []
    for piece in sorted(pieces, key=lambda piece: piece.box[1]):
        above = next((other for other in reversed(whole) if _wraps_into(other, piece, lexicon)), None)
        if above is None:
            whole.append(piece)
        else:
            whole[whole.index(above)] = Word(above.text + piece.text, _around([above, piece]))
    return whole


def _wraps_into(above: Word, below: Word, lexicon: Lexicon) -> bool:
    height = below.box[3] - below.box[1]
    if not -0.2 * height <= below.box[1] - above.box[3] < 0.6 * height:
        return False
    middles = (above.box[0] + above.box[2] - below.box[0] - below.box[2]) / 2
    edges = above.box[0] - below.box[0]
    if min(abs(middles), abs(edges)) > 0.3 * height or lexicon.heading(below.text):
        return False
    return lexicon.heading(above.text + below.text) is not None


def columns_of_head(head: Sequence[Line], lexicon: Lexicon) -> tuple[list[Stack], list[list[SpannedCell]]]:
    """The columns of a head and, for each, its headings from top to bottom as cells that know what they span.

    A heading over several columns is set in their middle; which ones they are is told by its place, by what its words may hold, and by
    what stands lower than it.
    """
    stacks, over = stacks_of(head, lexicon)
    leaves: list[Placed] = []
    groups: list[Placed] = []
    parted = [_headings(stack.pieces, lexicon) for stack in stacks]
    for number, headings in enumerate(parted):
        if len(headings) == 1 and _only_over(headings[0], parted, number):
            groups.append(headings[0])
            continue
        groups += [Placed(each.segment, each.box, (len(leaves),)) for each in headings[:-1]]
        leaves.append(headings[-1])
    groups += [heading for piece in over for heading in _headings([piece], lexicon)]
    names = [{leaf.segment.heading.name} for leaf in leaves]
    cells = [[SpannedCell(leaf.segment.text, 1, 2, n, n + 1)] for n, leaf in enumerate(leaves)]
    for group in sorted(groups, key=lambda group: -group.box[1]):
        start, stop = _range(group, leaves, names)
        cell = SpannedCell(group.segment.text, 0, 1, start, stop)
        for number in range(start, stop):
            cells[number].insert(0, cell)
            names[number].add(group.segment.heading.name)
    return [Stack([Word(leaf.segment.text, leaf.box)]) for leaf in leaves], cells


def _headings(pieces: Sequence[Word], lexicon: Lexicon) -> list[Placed]:
    """Pieces that stand above each other as whole headings, from top to bottom."""
    tokens = [squeeze(piece.text) for piece in pieces]
    starts = [sum(map(len, tokens[:index])) for index in range(len(tokens))]
    placed = []
    position = 0
    for segment in lexicon.segment(tokens):
        end = position + len(segment.text)
        own = [piece for piece, start in zip(pieces, starts, strict=True) if start < end and start + 1 > position]
        own = own or [pieces[-1]]
        placed.append(Placed(segment, _around(own)))
        position = end
    return placed


def _only_over(heading: Placed, parted: Sequence[Sequence[Placed]], number: int) -> bool:
    """Whether a heading between two columns is their group: its words hold what stands lower on either side."""
    beside = [parted[at][-1] for at in (number - 1, number + 1) if 0 <= at < len(parted) and parted[at]]
    lower = [other for other in beside if other.box[1] >= heading.box[3] - 1]
    return len(lower) == 2 and all(other.segment.heading.name in heading.segment.heading.children for other in lower)


def _range(group: Placed, leaves: Sequence[Placed], names: Sequence[set[str]]) -> tuple[int, int]:
    """The columns a group lies over: lower than it, allowed by its words where they are known, and with it in their middle.

    Args:
        names: for every column its heading and the groups found below this one.
    """
    known = group.segment.heading
    middle = (group.box[0] + group.box[2]) / 2
    sure = [
        number
        for number, leaf in enumerate(leaves)
        if number in group.under or min(leaf.box[2], group.box[2]) - max(leaf.box[0], group.box[0]) > 0.5
    ]
    if not sure:
        nearest = sorted(range(len(leaves)), key=lambda n: abs((leaves[n].box[0] + leaves[n].box[2]) / 2 - middle))
        sure = nearest[:1]
    first, last = min(sure), max(sure)

    def may(number: int) -> bool:
        leaf = leaves[number]
        if leaf.box[1] < group.box[3] - 1:
            return False
        free = not known.known or known.role == "lane" or not known.children
        return free or bool(names[number] & known.children)

    low, high = first, last
    while low > 0 and may(low - 1):
        low -= 1
    while high < len(leaves) - 1 and may(high + 1):
        high += 1
    pitch = (leaves[-1].box[2] - leaves[0].box[0]) / len(leaves)
    best = min(
        ((start, stop) for start in range(low, first + 1) for stop in range(last + 1, high + 2)),
        key=lambda pair: (
            abs((leaves[pair[0]].box[0] + leaves[pair[1] - 1].box[2]) / 2 - middle) - 0.1 * pitch * (pair[1] - pair[0])
        ),
    )
    return best


def body_rows(
    body: Sequence[Line], head: Sequence[Line], columns: Sequence[Stack], lexicon: Lexicon
) -> list[Line] | None:
    """The rows of the body as grid rows, their cells counted by the columns of the head.

    Returns:
        None where the bands of the body cannot be matched to the columns without doubt.
    """
    rows: list[Line] = []
    body = [line for line in body if not _repeats(line, head)]
    for page in dict.fromkeys(line.page for line in body):
        own = [line for line in body if line.page == page]
        bands = _bands(own, lexicon)
        at = _match(bands, columns)
        if at is None:
            return None
        for cluster in _clusters(own):
            row = _row(cluster, bands, at, columns, lexicon)
            if row is None:
                return None
            rows.append(row)
    return rows


def _repeats(line: Line, head: Sequence[Line]) -> bool:
    """Whether a line of the body says nothing but pieces of the head: the head printed again on the next page."""
    pieces = {squeeze(word.text) for other in head for word in other.words}
    return all(squeeze(word.text) in pieces for word in line.words)


def _words(line: Line, lexicon: Lexicon) -> list[Word]:
    """The pieces of a line; characters set apart that only together make a word (`合 计`, not `类 款`) are one piece."""
    words: list[Word] = []
    for letters in _letter_runs(line.words):
        if len(letters) > 1 and all(lexicon.heading(word.text) for word in letters):
            words += letters
        else:
            words.append(Word("".join(word.text for word in letters), _around(letters)))
    return words


def _letter_runs(words: Sequence[Word]) -> list[list[Word]]:
    """Neighbouring pieces of one character with less than three characters' space between; any other piece alone."""
    runs: list[list[Word]] = []
    for word in words:
        single = len(word.text) == 1 and not word.text.isascii()
        if runs and single and len(runs[-1][-1].text) == 1 and not runs[-1][-1].text.isascii():
            size = word.box[3] - word.box[1]
            if word.box[0] - runs[-1][-1].box[2] < 3 * size:
                runs[-1].append(word)
                continue
        runs.append([word])
    return runs


def _top(line: Line) -> float:
    return min(word.box[1] for word in line.words)


def _bottom(line: Line) -> float:
    return max(word.box[3] for word in line.words)


def _overlap(piece: Word, column: Stack) -> float:
    return min(piece.box[2], column.right) - max(piece.box[0], column.left)


def _bands(lines: Sequence[Line], lexicon: Lexicon) -> list[Band]:
    """Where pieces of the body stand above each other; a total's label, set across columns, does not count."""
    words = [word for line in lines for word in _words(line, lexicon) if not lexicon.is_total(squeeze(word.text))]
    bands: list[Band] = []
    for word in sorted(words, key=lambda word: word.box[0]):
        left, right = word.box[0] + 0.5, word.box[2] - 0.5
        if bands and left < bands[-1].right:
            bands[-1].right = max(bands[-1].right, right)
        else:
            bands.append(Band(left, right))
        if is_number(word.text) and not word.text.isdigit():
            bands[-1].amounts.append((left, right))
    return bands


def _too_far_left(bands: Sequence[Band], band: Band, column: Stack) -> bool:
    """Whether amounts stand further left of a heading than their setting allows.

    Amounts set to the right of their cells never end before the heading above does; where too few amounts tell how they are set, they at
    least never stand wholly left of it, as only amounts set to the left do.
    """
    if not band.amounts:
        return False
    lefts = sum(max(a for a, _ in each.amounts) - min(a for a, _ in each.amounts) for each in bands if each.amounts)
    rights = sum(max(b for _, b in each.amounts) - min(b for _, b in each.amounts) for each in bands if each.amounts)
    if lefts > 4 and rights < 0.3 * lefts:
        return band.right < column.right - 2
    return not (rights > 4 and lefts < 0.3 * rights) and band.right < column.left


def _match(bands: Sequence[Band], columns: Sequence[Stack]) -> list[int] | None:
    """For every band its column: the match in order that sets them nearest; None if another is about as near."""
    if not bands or len(bands) > len(columns):
        return None
    pitch = (columns[-1].right - columns[0].left) / len(columns)
    found = _nearest_in_order(
        [
            [_distance(band, column, pitch) + pitch * _too_far_left(bands, band, column) for column in columns]
            for band in bands
        ]
    )
    if found is None:
        return None
    cost, match, second = found
    return match if len(bands) == len(columns) or second - cost > _CLEAR * pitch else None


def _distance(band: Band, column: Stack, pitch: float) -> float:
    """How ill a band stands under a column: by what part it does not overlap, or by the gap between them and a half pitch more."""
    overlap = min(band.right, column.right) - max(band.left, column.left)
    if overlap > 0:
        width = min(band.right - band.left, column.right - column.left)
        return 0.2 * pitch * (1 - min(overlap / max(width, 1.0), 1.0))
    return 0.5 * pitch - overlap


def _nearest_in_order(costs: Sequence[Sequence[float]]) -> tuple[float, list[int], float] | None:
    """The cheapest rising choice of one column for every band, its cost, and the cost of the cheapest other choice."""
    width = len(costs[0])
    # ways[j]: the two cheapest (cost, choice) that end with column j
    ways: list[list[tuple[float, tuple[int, ...]]]] = [[(costs[0][j], (j,))] for j in range(width)]
    for row in costs[1:]:
        following: list[list[tuple[float, tuple[int, ...]]]] = []
        for j in range(width):
            before = sorted(way for i in range(j) for way in ways[i])[:2]
            following.append([(cost + row[j], (*choice, j)) for cost, choice in before])
        ways = following
    ends = sorted(way for options in ways for way in options)
    if not ends:
        return None
    return ends[0][0], list(ends[0][1]), ends[1][0] if len(ends) > 1 else inf


def _clusters(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that nearly touch, as rows; a cluster with several lines of amounts is parted at the nearest of them."""
    clusters: list[list[Line]] = []
    for line in sorted(lines, key=_top):
        height = max(word.box[3] - word.box[1] for word in line.words)
        if clusters and _top(line) - max(map(_bottom, clusters[-1])) < _TOUCHING * height:
            clusters[-1].append(line)
        else:
            clusters.append([line])
    return [row for cluster in clusters for row in _parted(cluster)]


def _parted(cluster: Sequence[Line]) -> list[list[Line]]:
    anchors = [line for line in cluster if any(is_number(word.text) and not word.text.isdigit() for word in line.words)]
    anchors = anchors or [line for line in cluster if any(is_number(word.text) for word in line.words)]
    if len(anchors) < 2:
        return [list(cluster)] if anchors or not _is_list(cluster) else [[line] for line in cluster]
    rows: list[list[Line]] = [[] for _ in anchors]
    for line in cluster:
        middle = (_top(line) + _bottom(line)) / 2
        near = min(range(len(anchors)), key=lambda i: abs(middle - (_top(anchors[i]) + _bottom(anchors[i])) / 2))
        rows[near].append(line)
    return rows


def _is_list(cluster: Sequence[Line]) -> bool:
    """Whether lines without amounts are rows of their own: each begins with a list number or stands alike."""
    lefts = {round(line.words[0].box[0]) for line in cluster}
    return len(cluster) > 1 and len(lefts) == 1 and all(len(line.words) > 1 for line in cluster)


def _row(
    cluster: Sequence[Line], bands: Sequence[Band], at: Sequence[int], columns: Sequence[Stack], lexicon: Lexicon
) -> Line | None:
    """One row as a grid row; a piece over several bands, such as a total's label, stands in the first of them.

    Returns:
        None where a number would share its cell with another number or with words: then places tell too little.
    """
    held: dict[int, list[Word]] = {}
    spans: dict[int, int] = {}
    for line in cluster:
        for word in _words(line, lexicon):
            under = [
                at[index]
                for index, band in enumerate(bands)
                if min(word.box[2], band.right) - max(word.box[0], band.left) > 0
            ]
            if len(under) > 1 and is_number(word.text):
                return None
            if not under:
                under = [_column_without_band(word, bands, at, columns)]
            held.setdefault(under[0], []).append(word)
            spans[under[0]] = max(under[-1] - under[0] + 1, spans.get(under[0], 1))
    anchor = next((line for line in cluster if any(is_number(word.text) for word in line.words)), cluster[0])
    cells = []
    for column in range(len(columns)):
        words = held.get(column, [])
        if len(words) > 1 and any(is_number(word.text) for word in words):
            return None
        text = "".join(word.text for word in words)
        box = _around(words) if words else None
        cells.append(GridCell(text, column, spans.get(column, 1), 1, box))
    return replace(anchor, text="\t".join(cell.text for cell in cells), cells=tuple(cells), words=())


def _column_without_band(word: Word, bands: Sequence[Band], at: Sequence[int], columns: Sequence[Stack]) -> int:
    """The column of a piece that stands in no band, as a total's label does on a page that has no other row.

    It is the one it stands under among those between the bands beside it; where there is none, that of the nearest band.
    """
    before = max((at[i] for i, band in enumerate(bands) if band.right <= word.box[0]), default=-1)
    behind = min((at[i] for i, band in enumerate(bands) if band.left >= word.box[2]), default=len(columns))
    free = range(before + 1, behind)
    if not free:
        near = min(range(len(bands)), key=lambda i: max(bands[i].left - word.box[2], word.box[0] - bands[i].right))
        return at[near]
    return max(free, key=lambda column: _overlap(word, columns[column]))


def _around(words: Sequence[Word]) -> Box:
    return (
        min(word.box[0] for word in words),
        min(word.box[1] for word in words),
        max(word.box[2] for word in words),
        max(word.box[3] for word in words),
    )

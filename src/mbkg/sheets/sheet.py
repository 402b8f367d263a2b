"""One performance sheet with a head, a goal and rows of indicators, from a grid or flattened.

The reader goes down the lines with a phase (head, goal, indicators). Grid rows are read one by one; flattened rows of a sheet that
prints results are read one by one too, those of a target sheet are kept in blocks until the widths of its columns are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from mbkg.amounts import is_number, read_number
from mbkg.labels import squeeze
from mbkg.sheets.aligned import Heading, headings_of, indicator_row, read_cells, take_levels
from mbkg.sheets.funds import HeadState, fund_header, is_fund_row, money_unit_of, take_head_row
from mbkg.sheets.levels import LevelState, is_level, is_level1, is_level2, level_prefix
from mbkg.sheets.model import IndicatorRow, Piece, Row, Sheet
from mbkg.sheets.scan import is_indicator_header
from mbkg.sheets.vocabulary import bare, heading_key, words
from mbkg.sheets.wrapped import TextLine, Widths, divide, width_of

RESUME_WITHIN = 160  # rows of other text that may stand in the middle of a sheet
Phase = Literal["head", "goal", "indicators"]


@dataclass(slots=True)
class Block:
    """Lines of a flattened target sheet under one pair of levels; `at` is where its indicators go among the sheet's."""

    level1: str
    level2: str
    lines: list[TextLine] = field(default_factory=list)
    at: int = 0


@dataclass(slots=True)
class SheetReader:
    """Reads the rows of one sheet; afterwards `sheet`, `blocks` and `accounted` hold what it found."""

    sheet: Sheet
    titles: frozenset[int]  # line numbers of titles
    phase: Phase = "head"
    head: HeadState = field(default_factory=HeadState)
    levels: LevelState = field(default_factory=LevelState)
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    accounted: set[int] = field(default_factory=set)
    goal_after: bool = False
    rest_of_label: str = ""
    reading_over: bool = False  # text beside the goal that is no part of it
    pending: list[Piece] = field(default_factory=list)
    pending_row: Row | None = None
    grid_rows: int = 0

    def read(self, rows: Sequence[Row]) -> set[int]:
        """Read rows until the sheet ends; returns which of them belong to it.

        Where other text stands in the middle of its indicators, as PDFs that number their pages differently print it, reading goes
        on at the next pair of levels.
        """
        start = 0
        span: set[int] = set()
        while start < len(rows):
            end, stopped = self._read_run(rows, start)
            span.update(range(start, end))
            if not stopped or self.phase != "indicators":
                break
            window = range(max(end, start + 1), min(len(rows), end + RESUME_WITHIN))
            resumed = next((i for i in window if self._only_two_levels(rows[i])), None)
            if resumed is None:
                break
            start = resumed
        self.sheet.groups = self.levels.weights
        return span

    def _only_two_levels(self, row: Row) -> bool:
        pieces = [p for p in row.pieces if heading_key(p.text) not in words().side]
        return len(pieces) >= 2 and is_level1(pieces[0].text) and is_level2(pieces[1].text)

    def _read_run(self, rows: Sequence[Row], start: int) -> tuple[int, bool]:
        """Read from one row on; returns the row behind the last that belongs, and whether other text ended the run."""
        used = start
        for index in range(start, len(rows)):
            row = rows[index]
            if row.blank:
                continue
            if row.number in self.titles or row.page_number or row.year_line:
                self._flush()
                self.accounted.add(row.number)
                if row.number in self.titles or row.year_line:
                    used = index + 1
                continue
            if self._page_number_here(rows, index):
                self.accounted.add(row.number)
                continue
            if self._ends(row, rows, index):
                self._flush()
                return used, True
            if self._take(row, rows, index):
                self.accounted.add(row.number)
            used = index + 1
            self.grid_rows += row.grid
        self._flush()
        return used, False

    # Which rows belong

    def _page_number_here(self, rows: Sequence[Row], index: int) -> bool:
        """Whether a bare number stands at a page break: the next line is a title or opens a page."""
        if not rows[index].bare_number or self.phase == "head":
            return False
        following = next((r for r in rows[index + 1 : index + 12] if not r.blank), None)
        if following is None:
            return False
        return following.page_start or following.number in self.titles or following.page != rows[index].page

    def _ends(self, row: Row, rows: Sequence[Row], index: int) -> bool:
        vocabulary = words()
        text = bare(row.text)
        if row.grid:
            return False
        if vocabulary.ends_always.search(text) and len(text) <= 40:
            return True
        if self.phase == "head":
            return self.grid_rows > 0 and not is_fund_row(row) and row.text.lstrip().startswith("#")
        if self.phase == "goal":
            if row.text.lstrip().startswith("#") or vocabulary.ends_rows.search(text):
                return not self._header_ahead(rows, index)
            return False
        if row.text.lstrip().startswith("#") or width_of(text) > float(vocabulary.raw["shape"]["longest_target"]):
            return True
        if vocabulary.ends_rows.search(text):
            return not self._levels_in(row)
        grid_sheet = self.grid_rows > 0 and not self.blocks
        return grid_sheet and not self._levels_in(row) and heading_key(row.pieces[0].text) not in vocabulary.totals

    def _header_ahead(self, rows: Sequence[Row], index: int) -> bool:
        for row in rows[index : index + 120]:
            if row.blank:
                continue
            if words().ends_always.search(bare(row.text)):
                return False
            if is_indicator_header(row) or self._opens_levels(row):
                return True
        return False

    # What a row says

    def _take(self, row: Row, rows: Sequence[Row], index: int) -> bool:
        if is_indicator_header(row) or (self.phase != "head" and self._only_headings(row)):
            self._flush()
            fresh = headings_of(row)
            self.headings = fresh if is_indicator_header(row) else [*self.headings, *fresh]
            self.phase = "indicators"
            return True
        if self.phase == "indicators":
            return self._take_indicators(row, rows, index)
        if self._opens_levels(row):
            self.phase = "indicators"
            return self._take_indicators(row, rows, index)
        following = next((r for r in rows[index + 1 : index + 4] if not r.blank), None)
        if self._takes_goal(row, following):
            return True
        if (
            self.phase == "goal"
            and not (is_fund_row(row) and any(is_number(p.text) for p in row.pieces))
            and not fund_header(row)
        ):
            self._add_goal(row)
            return True
        if self.phase == "goal":
            self.phase = "head"
        return take_head_row(self.sheet, row, self.head)

    def _only_headings(self, row: Row) -> bool:
        vocabulary = words()
        return all(
            heading_key(p.text) in vocabulary.columns or heading_key(p.text) in vocabulary.side for p in row.pieces
        ) and any(heading_key(p.text) in vocabulary.columns for p in row.pieces)

    def _opens_levels(self, row: Row) -> bool:
        """Whether a row begins with a level1, alone or with its level2: no header was printed, or it was lost."""
        pieces = [p for p in row.pieces if heading_key(p.text) not in words().side]
        if not pieces or not is_level1(pieces[0].text):
            return False
        return len(pieces) == 1 or is_level2(pieces[1].text)

    def _takes_goal(self, row: Row, following: Row | None) -> bool:
        vocabulary = words()
        if self.rest_of_label and row.joined == self.rest_of_label:
            self.rest_of_label = ""
            return True
        if (
            not row.grid
            and following is not None
            and heading_key(row.joined + following.joined) in vocabulary.goal_labels
        ):
            self.phase, self.goal_after, self.head.in_funds = "goal", False, False
            self.rest_of_label = following.joined
            return True
        keys = [heading_key(p.text) for p in row.pieces]
        roles = {vocabulary.goal_columns.get(key) for key in keys} - {None}
        if len(roles) == 2:
            self.goal_after, self.phase, self.reading_over = True, "goal", False
            return True
        first = next((i for i, key in enumerate(keys[:2]) if key in vocabulary.goal_labels), None)
        if first is None and keys and (glued := self._glued_goal(row.pieces[0].text)):
            self.phase = "goal"
            self._over_or_in(row.pieces[0].text.replace(":", "：", 1).partition("：")[0])
            self._add_goal_pieces([Piece(glued), *row.pieces[1:]])
            return True
        if first is None:
            return any(key in vocabulary.notes for key in keys[:1]) and self._start_notes()
        self.phase, self.goal_after = "goal", False
        self._over_or_in(keys[first])
        self.head.in_funds = False
        rest = row.pieces[first + 1 :]
        if rest and heading_key(rest[0].text) in ("目标", "指标") and not row.grid:
            rest = rest[1:]
        self._add_goal_pieces(rest)
        return True

    def _over_or_in(self, label: str) -> None:
        self.reading_over = heading_key(label) in words().raw["goal"]["secondary"]

    def _start_notes(self) -> bool:
        self.phase, self.goal_after, self.reading_over = "goal", True, True
        return True

    def _glued_goal(self, text: str) -> str:
        head, mark, rest = text.replace(":", "：", 1).partition("：")
        return rest if mark and rest and heading_key(head) in words().goal_labels else ""

    def _add_goal(self, row: Row) -> None:
        self._add_goal_pieces(row.pieces)

    def _add_goal_pieces(self, pieces: Sequence[Piece]) -> None:
        if self.reading_over:
            return
        if self.goal_after:
            if not self.sheet.goal and pieces:
                self.sheet.goal.append(pieces[0].text)
            return
        self.sheet.goal.extend(p.text for p in pieces)

    # Indicators

    def _levels_in(self, row: Row) -> bool:
        pieces = [p for p in row.pieces if heading_key(p.text) not in words().side]
        return bool(pieces) and (is_level(pieces[0].text) or level_prefix([p.text for p in pieces]) > 0)

    @property
    def _evaluates(self) -> bool:
        return any(h.role in ("actual", "score", "completion", "weight", "nature", "deviation") for h in self.headings)

    def _take_indicators(self, row: Row, rows: Sequence[Row], index: int) -> bool:
        if self._takes_total(row):
            return True
        if unit := money_unit_of(row.joined):
            self.sheet.unit = self.sheet.unit or unit
            if len(row.joined) <= 10:
                return True
        if row.grid or self._evaluates:
            return self._take_cells(row)
        return self._take_flat(row, rows, index)

    def _takes_total(self, row: Row) -> bool:
        if heading_key(row.pieces[0].text) not in words().totals:
            return False
        numbers = [v for p in row.pieces[1:] if (v := read_number(p.text)) is not None]
        if len(row.pieces) - 1 != len(numbers):
            return False
        if numbers and self._evaluates:
            self.sheet.score = numbers[-1]
            self.sheet.total_score, self.sheet.total_line = row.pieces[-1].text, row.number
            if len(numbers) == 2 and any(h.role == "weight" for h in self.headings):
                self.sheet.total_weight = row.pieces[-2].text
        return True

    def _take_flat(self, row: Row, rows: Sequence[Row], index: int) -> bool:
        open_levels = self.blocks[-1] if self.blocks else None
        fresh = open_levels is not None and not open_levels.lines
        if fresh and not self.levels.level2 and self._wrapped_level2(row, rows, index):
            return True
        if (
            fresh
            and open_levels is not None
            and heading_key(row.joined) == "指标"
            and is_level(self.levels.level2 + "指标")
        ):
            self.levels.level2 += "指标"
            open_levels.level2 = self.levels.level2
            return True
        taken = take_levels(row.pieces, self.headings, level2=self.levels.level2)
        if taken.levels:
            self.levels.take(taken.levels, taken.nearest)
            self._open_block()
        elif len(taken.rest) < len(row.pieces) and not taken.rest:
            return True
        if taken.rest:
            if not self.blocks:
                self._open_block()
            text = " ".join(p.text for p in taken.rest)
            self.blocks[-1].lines.append(TextLine(row.number, row.page, text))
        return True

    def _open_block(self) -> None:
        self.blocks.append(Block(self.levels.level1, self.levels.level2, at=len(self.sheet.indicators)))

    def _wrapped_level2(self, row: Row, rows: Sequence[Row], index: int) -> bool:
        """Take a level2 that wrapped away from its level1's line (`服务对象满意度` / `指标`)."""
        if len(row.pieces) != 1:
            return False
        text = row.pieces[0].text
        following = next((r for r in rows[index + 1 : index + 4] if not r.blank), None)
        whole = following is not None and len(following.pieces) == 1 and is_level2(text + following.pieces[0].text)
        if not is_level2(text) and not whole:
            return False
        self.levels.level2 = squeeze(text)
        self.blocks[-1].level2 = self.levels.level2
        return True

    def _take_cells(self, row: Row) -> bool:
        """One row of a grid, or of a flattened evaluation: levels, name, values; pieces of names wait for their row."""
        taken = take_levels(row.pieces, self.headings, level2=self.levels.level2)
        if taken.levels:
            self._flush()
            self.levels.take(taken.levels, taken.nearest)
        if not taken.rest:
            return True
        pieces = list(taken.rest)
        if self.pending and not taken.levels:
            pieces = self._with_pending(pieces, row.grid)
        values, cost = read_cells(pieces, self.headings)
        if "extra" in values and not any(key in values for key in ("target", "value", "actual")):
            return not row.has_digit
        if set(values) <= {"level3", "deviation"}:
            return self._name_piece(row, pieces)
        self.pending, self.pending_row = [], None
        indicator = indicator_row(values, row, self.levels.level1, self.levels.level2)
        self._fragment(indicator, bool(taken.levels))
        self.sheet.indicators.append(indicator)
        return "extra" not in values and cost < 12

    def _with_pending(self, pieces: list[Piece], grid: bool) -> list[Piece]:
        names = "".join(p.text for p in self.pending)
        first = pieces[0]
        values, _ = read_cells(pieces, self.headings)
        if "level3" in values:
            return [Piece(names + first.text, first.column if grid else -1), *pieces[1:]]
        return [Piece(names, self.pending[0].column), *pieces]

    def _name_piece(self, row: Row, pieces: list[Piece]) -> bool:
        """A row with a name and nothing else: the first piece of the next row's name, or the last of the one before."""
        text = "".join(p.text for p in pieces)
        if text in ("无", "-", "—"):
            return True
        self.pending, self.pending_row = pieces, row
        return True

    def _fragment(self, indicator: IndicatorRow, has_levels: bool) -> None:
        if has_levels or not self.sheet.indicators:
            return
        join_fragment(self.sheet.indicators[-1], indicator)

    def _flush(self) -> None:
        """Keep a name that no target followed: as the end of the name before it, or as an indicator of its own."""
        if self.pending and self.pending_row is not None:
            text = "".join(p.text for p in self.pending)
            row = self.pending_row
            self.sheet.indicators.append(
                IndicatorRow(self.levels.level1, self.levels.level2, text, "", row.number, row.page)
            )
        self.pending, self.pending_row = [], None


def join_fragment(before: IndicatorRow, row: IndicatorRow) -> None:
    """Give a name's last character or two, set on the next row, back to the name: `补助人` / `数`."""
    if 0 < len(row.name) <= 2 and not before.name.endswith(words().name_endings):
        before.name += row.name
        row.name = ""


def settle_blocks(reader: SheetReader, widths: Widths) -> None:
    """Divide the flattened blocks of a sheet into indicators and put them in their places."""
    added = 0
    for block in reader.blocks:
        rows = [
            IndicatorRow(block.level1, block.level2, d.name, d.target, d.line, d.page)
            for d in divide(block.lines, widths)
        ]
        for before, row in pairwise(rows):
            join_fragment(before, row)
        at = block.at + added
        reader.sheet.indicators[at:at] = rows
        added += len(rows)

"""One performance sheet in grids: head, goal, indicators, over as many pages as it takes.

A grid behind the first one goes on with the sheet where its headings say so or where its cells are counted as the headings
were and read as what stands under them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from mbkg.amounts import read_number
from mbkg.sheets.funds import money_unit_of
from mbkg.sheets.grids.blank import is_placeholder
from mbkg.sheets.grids.head import HeadReader, fund_columns
from mbkg.sheets.grids.heads import (
    Column,
    Header,
    by_order,
    fund_role,
    header_at,
    is_heading,
    is_indicator_header,
    label_role,
    plain,
)
from mbkg.sheets.grids.indicators import IndicatorColumns, indicator_columns
from mbkg.sheets.grids.matrix import GridRow, Slot, is_layout, is_page_number, opens_other_table
from mbkg.sheets.levels import is_level, is_level1, is_level2
from mbkg.sheets.model import IndicatorRow, Sheet
from mbkg.sheets.vocabulary import heading_key, words

Phase = Literal["head", "goal", "indicators"]
BETWEEN = 6  # lines of layout that may stand between two pages of a sheet


@dataclass(slots=True)
class GridSheetReader:
    """Reads the rows of one sheet; afterwards `sheet` and `accounted` hold what it found."""

    sheet: Sheet
    titles: frozenset[int]  # line numbers of titles
    accounted: set[int] = field(default_factory=set)
    phase: Phase = "head"
    head: HeadReader = field(init=False)
    indicators: IndicatorColumns | None = None
    goal_columns: list[tuple[str, Slot]] = field(default_factory=list)
    yearly: tuple[int, int] | None = None
    grid: int | None = None
    skip: int = 0
    fresh: bool = False  # at the first row of a grid that goes on with the sheet

    def __post_init__(self) -> None:
        self.head = HeadReader(self.sheet)

    def read(self, rows: Sequence[GridRow]) -> int:
        """Read rows until the sheet ends; returns how many of them belong to it."""
        used = 0
        layout = 0
        self.grid = rows[0].grid if rows else None
        for index, row in enumerate(rows):
            if row.grid is None:
                if not row.joined:
                    continue
                layout += 1
                if not self._is_layout(row) or layout > BETWEEN:
                    break
                continue
            if self.phase == "indicators" and row.number not in self.titles and self._foreign(row):
                break
            if row.grid != self.grid:
                if not self._goes_on(rows, index):
                    break
                self.grid, self.fresh = row.grid, True
            for between in rows[used:index]:
                self.accounted.add(between.number)
            layout = 0
            if self._take(rows, index):
                self.accounted.add(row.number)
            self.fresh = False
            used = index + 1
        self.sheet.groups = self.indicators.levels.weights if self.indicators is not None else {}
        return used

    def _foreign(self, row: GridRow) -> bool:
        """Whether a row is another table's: its title, or a code where a level would stand."""
        return opens_other_table(row) or (self.indicators is not None and self.indicators.coded(row))

    # What stands between two grids, and whether the second goes on

    def _is_layout(self, row: GridRow) -> bool:
        return row.number in self.titles or is_layout(row.text)

    def _goes_on(self, rows: Sequence[GridRow], index: int) -> bool:
        row = rows[index]
        if is_indicator_header(header_at(rows, index)):
            return self.phase != "head" or bool(self.sheet.fields)
        if self.indicators is not None:
            leveled = any(is_level(slot.text) for slot in row.filled[:3])
            blank_levels = not any(s.text for s in row.slots if s.end <= self._names_from(row))
            fits = self.indicators.move(row)
            return leveled or self.indicators.total(row)[0] or (fits and blank_levels)
        if self.phase == "goal" and self._goal_on_next_page(row):
            return True
        labels = sum(bool(label_role(s.text) or fund_role(s.text)) for s in row.filled)
        return labels > 0 or fund_columns(row) != [] or any(self._is_goal(slot.text) for slot in row.filled[:1])

    def _names_from(self, row: GridRow) -> int:
        """The column of the names in a grid that goes on without headings, as its cells are counted; 0 where they are not."""
        assert self.indicators is not None
        places = by_order(row, self.indicators.layout)
        names = [c.start for c in self.indicators.columns if c.role == "level3"]
        return places[names[0]][0] if places and names and names[0] in places else 0

    # What a row says

    def _take(self, rows: Sequence[GridRow], index: int) -> bool:
        row = rows[index]
        if self.skip:
            self.skip -= 1
            return True
        if not row.filled or row.number in self.titles or (self.phase == "indicators" and is_page_number(row)):
            return True
        header = header_at(rows, index)
        if header is not None and is_indicator_header(header):
            self._open(header)
            return header.understood
        if self.phase == "indicators":
            return self._take_indicator(row)
        if self._opens_levels(row):
            return self._take_unheaded(row)
        goal = self._take_goal(row)
        if goal is not None:
            return goal
        return self.head.take(row)

    def _open(self, header: Header) -> None:
        levels = self.indicators.levels if self.indicators else None
        self.indicators = indicator_columns(header, self.yearly)
        if levels is not None:
            self.indicators.levels = levels
        self.phase, self.skip = "indicators", header.rows - 1

    def _opens_levels(self, row: GridRow) -> bool:
        """Whether a row begins with its levels though no headings were printed."""
        filled = [slot for slot in row.filled if heading_key(slot.text) not in words().side]
        return len(filled) >= 4 and is_level1(filled[0].text) and is_level2(filled[1].text)

    def _take_unheaded(self, row: GridRow) -> bool:
        slots = [slot for slot in row.slots if heading_key(slot.text) not in words().side]
        roles = ("level1", "level2", "level3", "target")
        columns = tuple(Column(role, "", s.column, s.end) for role, s in zip(roles, slots, strict=False))
        self.indicators, self.phase = IndicatorColumns(columns, columns), "indicators"
        return self._take_indicator(row)

    def _take_indicator(self, row: GridRow) -> bool:
        assert self.indicators is not None
        total, score = self.indicators.total(row)
        if total:
            if score and (self.sheet.fund_columns or self._evaluates()):
                self.sheet.score = read_number(score)
                self.sheet.total_score, self.sheet.total_line = score, row.number
                self.sheet.total_weight = self.indicators.total_weight(row, score)
            return True
        first = row.filled[0]
        if self._is_note(row, first):
            self._units(row)
            return first.text in words().notes or plain(first.text) in words().columns or not row.has_digit
        found, understood = self.indicators.take(row)
        if found is None:
            return understood
        if self.fresh and self._joins(found):
            return understood
        self.sheet.indicators.append(found)
        return understood

    def _evaluates(self) -> bool:
        roles = {column.role for column in self.indicators.columns} if self.indicators else set()
        return bool(roles & {"actual", "score", "completion"})

    def _units(self, row: GridRow) -> None:
        unit = money_unit_of(row.joined)
        if unit and not self.sheet.unit:
            self.sheet.unit = unit

    def _is_note(self, row: GridRow, first: Slot) -> bool:
        """Whether a row says something of the whole sheet: its first cell is a label, and none of it stands under a name."""
        assert self.indicators is not None
        if is_level(first.text):
            return False
        names = [c for c in self.indicators.columns if c.role == "level3"]
        over = any(first.overlap(c.start, c.end) for c in names)
        border = min((c.start for c in names), default=0)
        if label_role(first.text) or plain(first.text) in words().notes:
            return True
        if words().columns.get(plain(first.text)) == "deviation" and first.column < border:
            return True
        return over and first.column < border and len(row.filled) == 1

    def _joins(self, found: IndicatorRow) -> bool:
        """Give the rest of a row that a page break cut in two back to the row before: it has no target, or no name."""
        before = self.sheet.indicators[-1] if self.sheet.indicators else None
        if before is None or (found.level1, found.level2) != (before.level1, before.level2):
            return False
        if found.name and not (found.target or found.actual or found.score or found.weight):
            before.name += found.name
            return True
        if not found.name and not before.target and found.target:
            before.target, before.nature, before.unit = found.target, found.nature, found.unit
            before.actual = before.actual or found.actual
            before.score, before.weight = before.score or found.score, before.weight or found.weight
            return True
        return False

    # The goal

    def _is_goal(self, text: str) -> bool:
        return heading_key(text) in words().goal_labels or plain(text) in words().goal_labels

    def _goal_column(self, text: str) -> str:
        vocabulary = words()
        for key in (heading_key(text), plain(text)):
            if key in vocabulary.raw["goal"]["secondary"]:
                return "over"
            if key in vocabulary.goal_columns:
                return vocabulary.goal_columns[key]
        return ""

    def _take_goal(self, row: GridRow) -> bool | None:
        """Read a row of the goal; None where it is none."""
        label = next((s for s in row.slots[:2] if s.text and self._is_goal(s.text)), None)
        columns = [(role, s) for s in row.filled if s is not label and (role := self._goal_column(s.text))]
        if len({role for role, _ in columns}) >= 2 or (label and columns and len(row.filled) <= len(columns) + 1):
            self.goal_columns, self.phase = columns, "goal"
            self.yearly = next(((s.column, s.end) for role, s in columns if role == "expected"), None)
            return True
        if label is None:
            return self._take_goal_text(row) if self.phase == "goal" and self._goal_goes_on(row) else None
        if label.own and not self.goal_columns:
            self.phase = "goal"
            if plain(label.text) in words().raw["goal"]["secondary"]:
                self.goal_columns = [("over", Slot("", label.end, 10_000))]
            else:
                self.goal_columns = [("expected", Slot("", label.end, 10_000))]
        elif label.own and plain(label.text) not in words().raw["goal"]["secondary"]:
            self.phase, self.goal_columns = "goal", [("expected", Slot("", label.end, 10_000))]
        return self._take_goal_text(row, label)

    def _goal_on_next_page(self, row: GridRow) -> bool:
        """Whether a grid begins with the rest of a goal: a blank label, and as many texts as the goal has columns."""
        slots = row.slots
        texts = [slot for slot in row.filled if not is_heading(slot.text)]
        if not slots or slots[0].text or len(texts) != len(row.filled) or len(texts) != len(self.goal_columns):
            return False
        self.goal_columns = [(role, slot) for (role, _), slot in zip(self.goal_columns, texts, strict=True)]
        return True

    def _goal_goes_on(self, row: GridRow) -> bool:
        return not any(is_heading(slot.text) for slot in row.filled) and not fund_columns(row)

    def _take_goal_text(self, row: GridRow, label: Slot | None = None) -> bool:
        for slot in row.filled:
            if slot is label or is_placeholder(slot.text):
                continue
            roles = [role for role, over in self.goal_columns if slot.overlap(over.column, over.end)]
            if "expected" in roles:
                self.sheet.goal.append(slot.text)
        return "over" not in {role for role, _ in self.goal_columns} or not any(
            any(ch.isdigit() for ch in slot.text) and not self._kept(slot) for slot in row.filled if slot is not label
        )

    def _kept(self, slot: Slot) -> bool:
        return any(role != "over" and slot.overlap(over.column, over.end) for role, over in self.goal_columns)

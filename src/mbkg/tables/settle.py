"""Settles the columns of a report's tables, table by table.

Those that leave no doubt come first, because what one table prints helps to place the numbers of the next: figures with equal coordinates
must be equal. A trusted grid needs nothing; a shifted grid moves as a whole; flattened rows are placed by `columns`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mbkg.amounts import WAN_PER_UNIT, printed_places, read_number, to_wan
from mbkg.coordinates import Coordinates
from mbkg.reports import How
from mbkg.tables.columns import Placed, Problem, place, place_grid_columns, placed_by
from mbkg.tables.find import Block
from mbkg.tables.header import Column, Header
from mbkg.tables.hierarchy import Coded
from mbkg.tables.lexicon import Lexicon
from mbkg.tables.meaning import (
    FISCAL_FUNDS,
    Background,
    Frame,
    RowKey,
    background_of,
    carried_from,
    coordinates,
    sole_unit,
)
from mbkg.tables.rows import Row

_NARRATIVE = -1  # stands for a table's index where the narrative speaks
Expectations = Mapping[Coordinates, frozenset[Decimal]]


@dataclass
class Draft:
    """A table while its columns are being settled: its pages and heads, its rows with their codes and parents.

    `placed` fills row by row: where the numbers stand, and how that was found.
    """

    pages: tuple[Block, ...]
    headers: tuple[Header, ...]
    rows: list[Row]
    codes: list[Coded]
    parents: list[int | None]
    placed: dict[int, tuple[Placed, How]] = field(default_factory=dict)

    @property
    def block(self) -> Block:
        return self.pages[0]

    @property
    def header(self) -> Header:
        return self.headers[0]

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for page in self.pages for note in page.notes)

    def placed_by_guess(self, rows: Sequence[int]) -> frozenset[int]:
        """Rows whose columns rest on places alone, or on the head of another grid: a table that goes on may count them otherwise."""
        heads = {line.grid for page in self.pages for line in page.head if line.is_grid}
        elsewhere = {
            line.number for page in self.pages for line in page.body if line.grid is not None and line.grid not in heads
        }
        return frozenset(
            row
            for row in rows
            if self.pages[self.rows[row].page_index].aligned or (heads and self.rows[row].line in elsewhere)
        )

    def columns_of(self, row: Row) -> tuple[Column, ...]:
        """The money columns a row's numbers may stand in: those of its own side in a two-sided table."""
        money = self.header.money
        return tuple(column for column in money if column.lane == row.lane) if row.lane else money


def key_of(draft: Draft, row_index: int, lexicon: Lexicon) -> RowKey:
    row, coded = draft.rows[row_index], draft.codes[row_index]
    total = not coded.code and ((not row.label and not row.lane) or lexicon.is_total(row.label))
    within = carried_from([row.label for row in draft.rows], row_index, lexicon) if not coded.code else ""
    alone = sole_unit((each.code, row.label) for each, row in zip(draft.codes, draft.rows, strict=True))
    return RowKey(coded.code, row.label, row.lane, coded.government, total, within, alone)


def declared_empty(draft: Draft, lexicon: Lexicon) -> str:
    return next((note for note in draft.notes if lexicon.empty_note.search(note)), "")


class Settler:
    """Settles the columns of all tables of a report; knows which figures are already placed."""

    def __init__(self, drafts: Sequence[Draft], frame: Frame, lexicon: Lexicon, expected: Expectations) -> None:
        self.drafts = drafts
        self.frame = frame
        self.lexicon = lexicon
        self.background = Background()
        self.said: dict[Coordinates, dict[int, set[Decimal]]] = {}  # by coordinates, then by table
        self.heard: dict[int, set[Coordinates]] = {}  # what each table speaks of
        self.expected = expected

    def settle(self) -> None:
        """Two rounds over all tables: what the later ones print helps the earlier ones in the second."""
        order = sorted(range(len(self.drafts)), key=lambda index: (self._freedom(self.drafts[index]), index))
        for index in order:
            family = self.drafts[index].block.family
            if family is not None and family.axis == "lanes":
                self._settle_table(index)
        self.background = self._read_background()
        self._hear_all()
        for _ in range(2):
            for index in order:
                if not self._is_settled(self.drafts[index]):
                    self._settle_table(index)
                    self._hear(index)

    @staticmethod
    def _freedom(draft: Draft) -> int:
        """How much there is to infer: nothing in a trusted grid, more with every column."""
        if all(header.trusted_grid for header in draft.headers):
            return 0
        return len(draft.header.money)

    @staticmethod
    def _is_settled(draft: Draft) -> bool:
        numbered = [index for index, row in enumerate(draft.rows) if row.numbers]
        return bool(numbered) and all(
            index in draft.placed and draft.placed[index][1] == "printed" for index in numbered
        )

    # -- what is known

    def _hear_all(self) -> None:
        """Collect what the narrative and all certainly placed cells say, by coordinates."""
        for told, values in self.expected.items():
            self.said.setdefault(self.background.simplest(told), {}).setdefault(_NARRATIVE, set()).update(values)
        for index in range(len(self.drafts)):
            self._hear(index)

    def _hear(self, index: int) -> None:
        """Replace what one table says by what its certainly placed cells say now."""
        for spoken in self.heard.pop(index, ()):
            self.said[spoken].pop(index, None)
        draft = self.drafts[index]
        unit = draft.block.unit
        if unit not in WAN_PER_UNIT:
            return
        mine = self.heard.setdefault(index, set())
        for row_index, (placed, _) in draft.placed.items():
            row = draft.rows[row_index]
            columns = draft.columns_of(row)
            for number, column, options in zip(row.numbers, placed.columns, placed.candidates, strict=True):
                value = read_number(number.text)
                at = self._at(draft, row_index, columns[column]) if len(options) == 1 and value is not None else None
                if at is None or value is None:
                    continue
                key = self.background.simplest(at)
                self.said.setdefault(key, {}).setdefault(index, set()).add(to_wan(value, unit))
                mine.add(key)

    def _at(self, draft: Draft, row_index: int, column: Column) -> Coordinates | None:
        parent = draft.parents[row_index]
        if parent is not None and draft.codes[parent].code and draft.codes[parent] == draft.codes[row_index]:
            return None  # a detail of the row above, not the figure of its code
        return coordinates(
            draft.block.family, column, key_of(draft, row_index, self.lexicon), self.frame, self.lexicon, draft.notes
        )

    def _read_background(self) -> Background:
        """Which funds and natures the summary table prints with money, and which without."""
        rows: list[tuple[str, str, bool]] = []
        declared: list[str] = []
        for draft in self.drafts:
            family = draft.block.family
            if family is None:
                continue
            fund = family.sets.get("fund", "")
            none = not any(row.numbers for row in draft.rows)
            if fund in FISCAL_FUNDS and none and declared_empty(draft, self.lexicon):
                declared.append(fund)
            if family.id == "summary":
                rows += [(row.lane, row.label, any(read_number(n.text) for n in row.numbers)) for row in draft.rows]
        return background_of(rows, self.lexicon, declared)

    # -- one table

    def _settle_table(self, index: int) -> None:
        draft = self.drafts[index]
        if not draft.header.money:
            return
        lanes = draft.header.lanes or ("",)
        for lane in lanes:
            members = [i for i, row in enumerate(draft.rows) if row.lane == lane]
            if members:
                self._settle_rows(index, draft, members)

    def _settle_rows(self, index: int, draft: Draft, members: list[int]) -> None:
        columns = draft.columns_of(draft.rows[members[0]])
        problem = self._problem(index, draft, members, columns)
        for page, header in enumerate(draft.headers):
            if draft.pages[page].is_grid:
                self._grid_page(draft, problem, members, columns, page, header)
        doubtful = draft.placed_by_guess(members)
        if doubtful and self._breaks_many_sums(draft, problem, members, doubtful):
            for row in doubtful:  # the places mislead: let the sums tell
                draft.placed.pop(row, None)
        fixed = {
            position: draft.placed[row][0].columns
            for position, row in enumerate(members)
            if row in draft.placed and draft.pages[draft.rows[row].page_index].is_grid
        }
        if len(fixed) == len(members):
            return
        if not fixed and self._place_full_rows(draft, problem, members):
            return
        problem = replace(problem, fixed=fixed)
        for position, placed in enumerate(place(problem)):
            row = members[position]
            if position in fixed or placed is None:
                continue
            draft.placed[row] = (placed, "inferred" if placed.certain else "ambiguous")
        if draft.header.unexplained and self._breaks_many_sums(draft, problem, members):
            self._doubt(draft, members, problem.width)

    @staticmethod
    def _breaks_many_sums(
        draft: Draft, problem: Problem, members: list[int], among: frozenset[int] | None = None
    ) -> bool:
        """Whether a third of the rows break the sums their head promises: then the head was misread, not the report wrong."""
        tried = broken = 0
        for position, row in enumerate(members):
            if row not in draft.placed or len(problem.rows[position]) < 2 or (among is not None and row not in among):
                continue
            amounts = dict(zip(draft.placed[row][0].columns, problem.rows[position], strict=True))
            for total, parts in problem.sums:
                addends = [amounts[part] for part in parts if part in amounts]
                if total in amounts and addends:
                    tried += 1
                    broken += 2 * abs(amounts[total] - sum(addends)) > len(addends) + 1
        return tried > 0 and 3 * broken > tried

    @staticmethod
    def _doubt(draft: Draft, members: list[int], width: int) -> None:
        """Under a head with unknown words whose sums fail, a number may stand in any column: say so."""
        every = tuple(range(width))
        for row in members:
            if row in draft.placed:
                columns = draft.placed[row][0].columns
                options = tuple((column, *(other for other in every if other != column)) for column in columns)
                draft.placed[row] = (Placed(columns, options), "ambiguous")

    @staticmethod
    def _place_full_rows(draft: Draft, problem: Problem, members: list[int]) -> bool:
        """Settle a table that prints its zeros: every row then fills the same columns, and one choice serves all.

        Returns:
            False where zeros are not printed or rows differ in length.
        """
        lengths = {len(numbers) for numbers in problem.rows if numbers}
        zeros = sum(0 in numbers for numbers in problem.rows)
        if len(lengths) != 1 or zeros < 2 or len(problem.rows) < 3:
            return False
        mappings = place_grid_columns(problem, [list(range(len(numbers))) for numbers in problem.rows])
        if not mappings:
            return False
        for position, row in enumerate(members):
            placed = placed_by(mappings, range(len(problem.rows[position])))
            draft.placed[row] = (placed, "inferred" if placed.certain else "ambiguous")
        return True

    def _problem(self, index: int, draft: Draft, members: list[int], columns: tuple[Column, ...]) -> Problem:
        position = {row: place_ for place_, row in enumerate(members)}
        places = max((printed_places(n.text) for row in members for n in draft.rows[row].numbers), default=2)
        scale = Decimal(10) ** places
        money = draft.header.money
        at = {id(column): number for number, column in enumerate(columns)}
        sums = []
        for total, parts in draft.header.sums:
            if id(money[total]) in at and all(id(money[part]) in at for part in parts):
                sums.append((at[id(money[total])], tuple(at[id(money[part])] for part in parts)))
        parents = [position.get(parent) if (parent := draft.parents[row]) is not None else None for row in members]
        known: dict[tuple[int, int], frozenset[int]] = {}
        per_wan = 1 / WAN_PER_UNIT[draft.block.unit] if draft.block.unit in WAN_PER_UNIT else None
        empty = set()
        for number, column in enumerate(columns):
            if self._is_empty(draft, column):
                empty.add(number)
            for row in members:
                coords = self._at(draft, row, column) if per_wan is not None else None
                if coords is None or per_wan is None:
                    continue
                values = {
                    value * per_wan * scale
                    for source, amounts in self.said.get(self.background.simplest(coords), {}).items()
                    if source != index
                    for value in amounts
                }
                exact = frozenset(int(value) for value in values if value == int(value))
                if exact:
                    known[position[row], number] = exact
        rows = [
            tuple(int((read_number(n.text) or Decimal(0)) * scale) for n in draft.rows[row].numbers) for row in members
        ]
        return Problem(
            len(columns),
            rows,
            sums,
            parents,
            self._open_rows(draft, members, parents),
            known,
            frozenset(empty),
            self._leaning(draft, members, columns),
        )

    def _leaning(self, draft: Draft, members: list[int], columns: tuple[Column, ...]) -> dict[tuple[int, int], float]:
        """Columns of the other nature for rows whose economic class says 人员经费 or 公用经费."""
        natures = self.lexicon.class_natures
        lean: dict[tuple[int, int], float] = {}
        for position, row in enumerate(members):
            own = natures.get(draft.codes[row].code[:3])
            for number, column in enumerate(columns):
                nature = column.heading.sets.get("nature")
                if own and nature in natures.values() and nature != own:
                    lean[position, number] = 1.0
        return lean

    def _is_empty(self, draft: Draft, column: Column) -> bool:
        family = draft.block.family
        own = family.sets.get("fund", "") if family is not None else ""
        for segment in column.segments:
            fund = segment.heading.sets.get("fund", "")
            if fund and fund != own and fund in self.background.empty_funds:
                return True
            if segment.heading.sets.get("nature", "") in self.background.empty_natures:
                return True
        return False

    @staticmethod
    def _open_rows(draft: Draft, members: list[int], parents: Sequence[int | None]) -> frozenset[int]:
        """Rows whose children may be incomplete: a page behind them was lost, or they have no children printed."""
        if not any(not page.body for page in draft.pages[1:]):
            return frozenset()
        step: int | None = len(members) - 1
        open_: set[int] = set()
        while step is not None:
            open_.add(step)
            step = parents[step]
        return frozenset(open_)

    def _grid_page(
        self,
        draft: Draft,
        problem: Problem,
        members: list[int],
        columns: tuple[Column, ...],
        page: int,
        header: Header,
    ) -> None:
        own = [p for p, row in enumerate(members) if draft.rows[row].page_index == page and draft.rows[row].numbers]
        page_money = [c for c in header.money if not columns[0].lane or c.lane == columns[0].lane]
        at = {place: number for number, column in enumerate(page_money) for place in column.grid_columns}
        astray: list[int] = []
        for position in own:
            row = draft.rows[members[position]]
            grid = [-1 if number.grid_column is None else number.grid_column for number in row.numbers]
            if header.trusted_grid and all(column in at for column in grid):
                spots = tuple(at[column] for column in grid)
                how: How = "inferred" if draft.pages[page].aligned else "printed"
                draft.placed[members[position]] = (Placed(spots, tuple((spot,) for spot in spots)), how)
            else:
                astray.append(position)
        if not astray or header.trusted_grid:
            return
        part = Problem(
            problem.width,
            [problem.rows[position] for position in astray],
            problem.sums,
            [astray.index(parent) if (parent := problem.parents[p]) in astray else None for p in astray],
            frozenset(range(len(astray))) if page < len(draft.pages) - 1 or problem.open_rows else frozenset(),
            {(astray.index(row), column): value for (row, column), value in problem.known.items() if row in astray},
            problem.empty,
            {(astray.index(row), column): cost for (row, column), cost in problem.leaning.items() if row in astray},
        )
        grid_columns = [[n.grid_column or 0 for n in draft.rows[members[p]].numbers] for p in astray]
        mappings = place_grid_columns(part, grid_columns)
        for position, grid_row in zip(astray, grid_columns, strict=True):
            if mappings:
                placed = placed_by(mappings, grid_row)
                draft.placed[members[position]] = (placed, "inferred" if placed.certain else "ambiguous")
